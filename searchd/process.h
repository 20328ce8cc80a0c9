/* process.h - one worker process as the front sees it: start, watch, end.  Used by one thread at a time. */
#ifndef NASLAG_SEARCHD_PROCESS_H
#define NASLAG_SEARCHD_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "searchd/options.h"

struct process {
    pid_t pid;          /* 0: none is running */
    int socket;         /* the front's end, -1 when none is running */
    int64_t started_ms;
};

#define PROCESS_NONE { .pid = 0, .socket = -1 }

/* Runs this program again as a worker, which serves generation `fallback` (0: none) when the published one is damaged.  The
 * parent-death signal of the child is tied to the calling THREAD, which therefore has to live as long as the worker. */
enum err_code process_start(struct process *process, const struct settings *settings, uint64_t fallback,
                            struct err *err);
/* Waits up to `patience_ms` for the worker to end by itself after its socket is closed, then kills it (0: at once), and
 * collects it.  *ret_how says how it ended, e.g. "was killed by signal 9 (Killed)"; may be NULL. */
void process_end(struct process *process, int patience_ms, char *ret_how, unsigned size);

#endif
