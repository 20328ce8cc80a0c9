/* dispatch.h - the queue of requests and the threads that each keep one search worker.
 *
 * Every keeper thread starts its worker, hands it one request at a time, and kills and replaces it when it misses the
 * deadline or dies.  The queue is bounded and every job has a hard deadline from its arrival, kept by dispatch_expire
 * also when no keeper is free.
 */
#ifndef NASLAG_SEARCHD_DISPATCH_H
#define NASLAG_SEARCHD_DISPATCH_H

#include "searchd/answer.h"
#include "searchd/options.h"

struct dispatch;

struct job {
    const char *target; /* the request target, borrowed until `done` */
    size_t target_len;
    const char *path;   /* decoded, borrowed until `done` */
    struct answer answer; /* initialised by the owner; filled when `done` is called */
    void (*done)(struct job *job); /* called exactly once, from any thread */
    int64_t deadline_ms; /* set by dispatch_submit */
    struct job *next;
};

/* Starts the keepers; their workers come up in the background.  `settings` is borrowed. */
enum err_code dispatch_new(const struct settings *settings, struct dispatch **ret_dispatch, struct err *err);
/* `done` is called at once, in this thread, with 503 when the queue is full, nothing can work, or the end is near. */
void dispatch_submit(struct dispatch *dispatch, struct job *job);
/* Answers the waiting jobs whose deadline has passed; to be called every 100 ms or so. */
void dispatch_expire(struct dispatch *dispatch);
/* From now on jobs are refused, those that wait or are under way are answered 503, and workers and keepers end. */
void dispatch_stop(struct dispatch *dispatch);
/* After dispatch_stop.  Nobody may submit any more. */
void dispatch_free(struct dispatch *dispatch);

#endif
