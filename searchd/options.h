/* options.h - the command line of naslag-searchd, as one table. */
#ifndef NASLAG_SEARCHD_OPTIONS_H
#define NASLAG_SEARCHD_OPTIONS_H

#include <stdbool.h>

#include "base/opt.h"

struct settings {
    const char *index;  /* folder of the index */
    const char *listen; /* ADDR:PORT */
    long workers;
    long queue;         /* requests that may wait for a worker */
    long deadline_ms;   /* from arrival of a request to its answer */
    long client_deadline_ms; /* for sending a request, and again for reading the answer */
    long max_connections;
    long worker_memory_mb;
    bool verbose, quiet, help, version;
    long fallback; /* hidden, of a worker: the generation that the daemon serves, when the published one is damaged; 0: none */
    bool worker; /* hidden: this process is a worker, its socket is WORKER_SOCKET */
};

/* The table, also for the check against the man page. */
extern const struct opt_program searchd_program;

/* Fills in the settings, defaults included.  ERR_INVALID: wrong usage. */
enum err_code options_parse(int argc, char **argv, struct settings *ret_settings, struct err *err);

#endif
