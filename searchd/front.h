/* front.h - the front process: accepts, watches deadlines and signals, drains. */
#ifndef NASLAG_SEARCHD_FRONT_H
#define NASLAG_SEARCHD_FRONT_H

#include "searchd/options.h"

/* Serves on `listen_fd` (taken over) until SIGTERM or SIGINT.  To be called while the process has one thread. */
enum err_code front_run(const struct settings *settings, int listen_fd, struct err *err);

#endif
