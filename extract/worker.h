/* worker.h - an extraction worker as its parent has it: the process (worker_process.c), and the job that it does (worker.c). */
#ifndef NASLAG_EXTRACT_WORKER_H
#define NASLAG_EXTRACT_WORKER_H

#include <sys/types.h>

#include "base/frame.h"
#include "extract/internal.h"

#define WORKER_TEXT_MAX 400 /* of a reason or note of the worker */

struct extract_worker {
    struct extract_caps caps;
    unsigned omit;           /* layers of the sandbox that are left out */
    unsigned layers;         /* active in the process */
    pid_t pid;               /* 0: no process */
    int socket;
    unsigned jobs;           /* that the process was given */
    struct frame frame;
    /* The job. */
    bool running;
    bool lines;
    bool metadata;           /* the job is no document: it has no members, and is not tried again */
    uint64_t start, end;     /* records must begin in here */
    uint64_t size;           /* of the file */
    uint64_t next_position;  /* least position that the next record may have */
    bool has_record;         /* of this leaf one came already */
    bool converted;          /* for this leaf a conversion was asked for (convert.h) */
    int64_t budget_ms;       /* of waiting that is left for this leaf */
    int64_t total_ms;        /* and for the job as a whole */
    int fd;                  /* the caller's */
    char *name;              /* without its folder */
    char *leaf_id;           /* id of the member that is being read, "" while there is none */
    uint64_t leaf;           /* and its number */
    uint64_t died_at;        /* leaf on which a process died that is tried again; UINT64_MAX: none */
    unsigned deaths;         /* processes that died in this job */
    char note[WORKER_TEXT_MAX];
};

/* ---- The process (worker_process.c) ------------------------------------------------------------- */

/* Starts one and waits until it is in its sandbox.  ERR_IO: it cannot be, and why. */
enum err_code worker_start_process(struct extract_worker *worker, struct err *err);
/* Kills it, when there is one. */
void worker_drop_process(struct extract_worker *worker);
/* Gives it the processor time of one document, from now on. */
enum err_code worker_limit_processor(const struct extract_worker *worker, struct err *err);
/* Whether the process closed its end and nothing is left to read. */
bool worker_has_closed(const struct extract_worker *worker);
/* The process closed its socket: finds out why, and returns that. */
enum err_code worker_explain_death(struct extract_worker *worker, struct err *err);
/* Returns `code`, with the reason that a WORKER_FAILED frame gives. */
enum err_code worker_explain_failure(const struct frame *frame, enum err_code code, struct err *err);
/* What a worker wrote, as clean UTF-8 on one line. */
void worker_clean_text(const char *bytes, size_t len, char text[WORKER_TEXT_MAX]);

#endif
