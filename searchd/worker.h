/* worker.h - a search worker: the process that opens the index and answers one request at a time. */
#ifndef NASLAG_SEARCHD_WORKER_H
#define NASLAG_SEARCHD_WORKER_H

#include "searchd/options.h"

#define WORKER_SOCKET 3 /* where the front puts the worker's end of the socket pair */

/* Serves until the front closes the socket.  Returns the exit status. */
int worker_main(const struct settings *settings);

#endif
