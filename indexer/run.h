/* run.h - a run of naslag-index: makes the index match the sources. */
#ifndef NASLAG_INDEXER_RUN_H
#define NASLAG_INDEXER_RUN_H

#include <signal.h>

#include "indexer/layout.h"
#include "indexer/memory.h"
#include "indexer/metadata.h"
#include "indexer/pool.h"
#include "indexer/progress.h"
#include "indexer/publish.h"

/* After this much text or time what is ready is published, so that a long run can be searched and an interrupted
 * one has lost little. */
#define RUN_CHECKPOINT_BYTES ((uint64_t)512 << 20)
#define RUN_CHECKPOINT_MS 120000
/* A .jsonl file is handed out in ranges of this many bytes. */
#define RUN_RANGE_BYTES ((uint64_t)4 << 20)

struct run_options {
    const char *directory;
    const struct sources *sources;
    const char *forget; /* name of a source to remove, or NULL */
    bool dry_run, reanalyse, quiet, json;
    bool allow_network;  /* an index on a network file system */
    bool no_space_check; /* begin even when the disk seems too full */
    unsigned keep;       /* earlier generations to keep; 0: as many as before */
    struct memory_plan memory; /* how many builders, and what they may take */
};

/* A file that has to be read. */
struct run_file {
    const struct source *source;
    int64_t source_id;
    char *path, *name; /* absolute; relative to its source */
    struct ledger_file row;
    bool known;        /* the ledger has documents of it that were read as they are read now: unchanged ones are to be kept */
    char *known_lines; /* path of the set of its lines (lines.h), NULL when there is none */
    uint32_t ranges, ranges_done; /* jobs it is cut in */
    bool failed;
    bool again;        /* failed for what may pass: the next run reads it again, changed or not */
    bool skipped;      /* it is no document */
    bool cut;          /* a limit kept something out of a container */
    bool kept_out;     /* a sidecar says that it is not to be published */
    char reason[256];  /* why it failed or was skipped, or what limits kept out of it; of a document that is the file its own */
};

struct run_counts {
    uint64_t files, unchanged, fresh, changed, vanished, skipped;
    uint64_t documents, kept, empty, truncated, failed, again;
};

struct run {
    const struct run_options *options;
    struct layout layout;
    struct ledger *ledger;
    struct generation current;
    struct dutch *dutch; /* the resources of the index */
    struct pool *pool;
    struct publish_batch batch;
    struct progress progress;
    struct run_counts counts;
    struct run_file *files;
    size_t file_count, file_capacity;
    uint8_t line_key[KEYED_KEY_SIZE];
    size_t *pending_done; /* files that are complete but not published yet */
    size_t pending_count, pending_capacity;
    bool incomplete_walk; /* part of a source could not be read: nothing that was not seen is removed */
    uint64_t batch_bytes, batch_blocks; /* of the documents that wait; the latter at most */
    int64_t batch_started_ms;
    bool learnt_nothing; /* the last run did not get as far as learning what recurs */
    bool any_dead;       /* documents have died since */
    char (*learnt_parts)[GENERATION_NAME_MAX]; /* parts that have been learnt from */
    size_t learnt_count;
    unsigned lessons;    /* files that builders were told to read */
};

/* The job number of jobs that are of no file. */
#define RUN_NO_FILE UINT64_MAX

/* Set by a signal handler: stop soon, losing nothing. */
extern volatile sig_atomic_t run_stop;

/* ERR_INTERRUPTED: stopped by a signal, what was published stays.  *ret_failed: documents that failed in this run. */
enum err_code run_index(const struct run_options *options, uint64_t *ret_failed, struct err *err);

/* ---- Between run.c, plan.c, summary.c, take.c and teach.c ----------------------------------- */

/* Walks the sources and lists the files that must be read; unchanged ones are marked as seen. */
enum err_code run_plan(struct run *run, struct err *err);
/* Before anything is written: whether there is room on the disk for it (space.h), and with --reanalyse whether what it is going
 * to be made from is sound, as what comes of damage would look sound. */
enum err_code run_ready(const struct run *run, struct err *err);
/* The digest of a file as its row in the ledger has it: keyed, of a file of records, which may be large. */
enum err_code run_digest(struct run *run, int fd, const char *name, uint8_t ret_digest[DIGEST_SIZE], struct err *err);
/* Writes the lines of a file of records that the ledger knows, for the builders, into file->known_lines. */
enum err_code run_list_lines(struct run *run, struct run_file *file, struct err *err);
/* A document is gone: into the batch (a ledger_gone with a struct publish_batch). */
enum err_code run_gone(void *context, const char *uid, struct err *err);
/* Takes a builder's message into ledger and batch (a pool_handler with a struct run). */
enum err_code run_take(void *context, const struct frame *frame, struct err *err);
/* Takes one message of a builder if there is one within a while; waits for all jobs to be done. */
enum err_code run_pump(struct run *run, struct err *err);
enum err_code run_drain(struct run *run, struct err *err);
/* Publishes what is ready; also commits ledger rows that need no new generation. */
enum err_code run_checkpoint(struct run *run, struct err *err);
/* Tells the builders which blocks recur (learn.h): of the documents that wait, before they are analysed; or all, before
 * everything is analysed again. */
enum err_code run_teach(struct run *run, struct err *err);
enum err_code run_teach_all(struct run *run, struct err *err);
/* Notes the parts of the current generation as learnt from. */
enum err_code run_note_parts(struct run *run, struct err *err);
/* Has the documents of the published generation analysed again that what was published has made stale. */
enum err_code run_heal(struct run *run, struct err *err);
/* Says which way the run takes, and why. */
void run_tell_way(struct run *run);
/* Says at the end what was done. */
void run_summarise(struct run *run);
/* Names what failed, whatever the verbosity: it is why the exit status is not 0. */
void run_list_failures(struct run *run);

#endif
