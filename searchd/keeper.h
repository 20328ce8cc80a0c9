/* keeper.h - the inside of the dispatcher, shared by dispatch.c (the queue) and keeper.c (the threads). */
#ifndef NASLAG_SEARCHD_KEEPER_H
#define NASLAG_SEARCHD_KEEPER_H

#include <pthread.h>

#include "searchd/deadly.h"
#include "searchd/dispatch.h"
#include "searchd/process.h"

struct keeper {
    struct dispatch *dispatch;
    pthread_t thread;
    struct process process; /* the keeper's thread only */
    unsigned short_lives;   /* workers in a row that died young; the keeper's thread only */
    bool failing;           /* its workers keep dying; under dispatch->lock */
};

struct dispatch {
    const struct settings *settings;
    int waiting_event; /* semaphore: at least as high as the queue is long */
    int stop_event;    /* readable for ever once stopping */
    pthread_mutex_t lock; /* guards what follows */
    struct job *first, *last;
    long waiting;
    bool stopping;
    long failing; /* keepers that are */
    struct worker_state known; /* what was last logged of the index */
    struct deadly deadly;      /* requests that workers died of */
    long keeper_count;         /* fixed once dispatch_new has returned */
    struct keeper keepers[];
};

void *keeper_main(void *keeper);

/* The oldest waiting job, or NULL. */
struct job *dispatch_take(struct dispatch *dispatch);
/* Answers a job 503. */
void dispatch_refuse(struct job *job, unsigned retry_after, const char *detail);
/* Logs a new generation, and trouble that was not logged before. */
void dispatch_note_state(struct dispatch *dispatch, const struct worker_state *state);
/* The newest generation that a worker has served; 0: none yet. */
uint64_t dispatch_generation(struct dispatch *dispatch);
/* Whether workers keep dying of this request; a worker has died of it. */
bool dispatch_is_deadly(struct dispatch *dispatch, const struct job *job);
void dispatch_note_death(struct dispatch *dispatch, const struct job *job);
void dispatch_note_failing(struct dispatch *dispatch, struct keeper *keeper, bool failing);

#endif
