/* ledger.h - what became of every source file and every record in it; ledger.c is the only file that sees <sqlite3.h>.
 *
 * One writer, under the index lock; any number of readers (naslag-index --status, builders that look
 * up digests).  Everything since ledger_begin becomes durable with ledger_commit, together with the number of the
 * generation that holds those documents; that commit IS the acknowledgement (docs/ARCHITECTURE.md, 'Publishing').
 */
#ifndef NASLAG_INDEXER_LEDGER_H
#define NASLAG_INDEXER_LEDGER_H

#include "base/buf.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/keyed.h"
#include "text/schema.h"

enum ledger_state {
    LEDGER_PENDING,   /* begun, not complete: the next run takes it up again */
    LEDGER_INDEXED,
    LEDGER_TRUNCATED, /* indexed, but a cap cut some of it off */
    LEDGER_EMPTY,     /* read, but there is no text in it */
    LEDGER_SKIPPED,   /* not a kind of file that is taken in */
    LEDGER_FAILED,    /* could not be read; not tried again until it changes, unless it failed for what may pass: see
                       * ledger_file.extractor */
    LEDGER_STATES
};
const char *ledger_state_name(enum ledger_state state);

struct ledger;

enum err_code ledger_open(const char *directory, bool writable, struct ledger **ret_ledger, struct err *err);
void ledger_free(struct ledger *ledger);
DEFINE_CLEANUP(struct ledger, ledger_free)

/* Generation of the last commit; 0 for a fresh ledger. */
uint64_t ledger_generation(const struct ledger *ledger);
/* The generation that this run began with. */
uint64_t ledger_base(const struct ledger *ledger);
/* The generation of which it is known what recurs (learn.h); 0 when none. */
uint64_t ledger_learnt(const struct ledger *ledger);
enum err_code ledger_set_learnt(struct ledger *ledger, uint64_t generation, struct err *err);
/* Starts a run: a transaction, and a new run number.  `keep`: how many earlier generations to keep from now on, remembered; 0: as
 * many as before. */
enum err_code ledger_begin(struct ledger *ledger, unsigned keep, struct err *err);
/* What limits the run reads documents with, as a number that changes with them: with others than before, files that failed or were
 * truncated are read again. */
enum err_code ledger_set_limits(struct ledger *ledger, int64_t limits, struct err *err);
/* Makes everything durable and goes on in a new transaction of the same run. */
enum err_code ledger_commit(struct ledger *ledger, uint64_t generation, struct err *err);
/* Forgets what was not committed. */
void ledger_rollback(struct ledger *ledger);

/* A commit failed in such a way that it may have taken place all the same: what it is about must be left alone. */
bool ledger_in_doubt(const struct ledger *ledger);

/* ---- Earlier generations (ledger_undo.c) ----
 * For each of the last `keep` runs that published, the generation that it began with is kept, and the ledger remembers how its
 * rows were then, at a cost in proportion to what the runs changed. */
#define LEDGER_KEEP_DEFAULT 1u
#define LEDGER_KEEP_MAX 100u
/* The generation that this run began with is damaged: it is not to be one of them. */
void ledger_leave_behind(struct ledger *ledger);
/* These generations, newest first; at most LEDGER_KEEP_MAX. */
enum err_code ledger_earlier(struct ledger *ledger, uint64_t ret_generations[LEDGER_KEEP_MAX], size_t *ret_count,
                             struct err *err);
/* In a run: makes all rows what they were when `generation`, one of ledger_earlier, was the newest.  `as` is the number that it is
 * going to be published under again. */
enum err_code ledger_restore(struct ledger *ledger, uint64_t generation, uint64_t as, struct err *err);

/* Looks through the whole database for damage.  ERR_CORRUPT with what was found first. */
enum err_code ledger_check(struct ledger *ledger, struct err *err);

/* A source by name, made when new.  ERR_INVALID when the name is taken by another root. */
enum err_code ledger_source(struct ledger *ledger, const char *name, const char *root, int64_t *ret_id, struct err *err);
/* ERR_NOT_FOUND when there is none. */
enum err_code ledger_find_source(struct ledger *ledger, const char *name, int64_t *ret_id, struct err *err);
/* Whether boilerplate of the source is to be told apart (recur.h). */
enum err_code ledger_set_recurring_off(struct ledger *ledger, int64_t source, bool off, struct err *err);
/* The threshold that was used last for the source. */
enum err_code ledger_set_threshold(struct ledger *ledger, int64_t source, uint32_t threshold, struct err *err);
struct ledger_source {
    int64_t id;
    const char *name, *root;
    uint32_t threshold; /* 0: none yet */
    bool recurring_off;
};
typedef enum err_code ledger_source_visit(void *context, const struct ledger_source *source, struct err *err);
/* Visits the sources by name. */
enum err_code ledger_each_source(struct ledger *ledger, ledger_source_visit *visit, void *context, struct err *err);
/* Removes a source that has no files left. */
enum err_code ledger_forget_source(struct ledger *ledger, int64_t source, struct err *err);

struct ledger_file {
    int64_t id;
    uint64_t size;
    int64_t mtime_ns;
    int64_t read_at_ns; /* when it was read: a file that changed in the same moments is read again */
    uint8_t digest[DIGEST_SIZE];
    enum ledger_state state;
    int extractor;      /* MEND_VERSION that it was read with, or is being read with when it never was complete; negative:
                         * it failed for what may pass, and is to be read again */
    uint32_t records;
    uint8_t lacks;      /* what was not installed and would have read more of it (extract_need) */
    uint64_t beside;    /* what stood beside it and in the rules when it was read (beside_stamp); 0: nothing */
    char reason[256];
};
/* ERR_NOT_FOUND when the ledger does not know the file. */
enum err_code ledger_get_file(struct ledger *ledger, int64_t source, const char *path, struct ledger_file *ret_file,
                              struct err *err);
/* Inserts the file as pending, to be read by `extractor`, when new; either way it counts as seen in this run. */
enum err_code ledger_see_file(struct ledger *ledger, int64_t source, const char *path, int extractor, int64_t *ret_id,
                              struct err *err);
/* Makes the file pending: it is going to be read, so that its row says nothing about what is in the index. */
enum err_code ledger_doubt_file(struct ledger *ledger, int64_t file, struct err *err);
/* Writes everything but id and path. */
enum err_code ledger_put_file(struct ledger *ledger, const struct ledger_file *file, struct err *err);

struct ledger_document {
    char uid[SCHEMA_UID_LEN + 1];
    int64_t file;
    const char *record; /* id in its file */
    enum ledger_state state;
    const char *reason;
    uint8_t digest[DIGEST_SIZE];
    uint64_t bytes; /* of text */
    uint64_t cut;   /* bytes of text cut off */
};
enum ledger_put { LEDGER_PUT_NEW, LEDGER_PUT_REPLACED, LEDGER_PUT_DUPLICATE };
/* Inserts or replaces.  REPLACED: an older run's document with text was there, which is dead now.
 * DUPLICATE: this run has already put that uid (nothing is changed). */
enum err_code ledger_put_document(struct ledger *ledger, const struct ledger_document *document, enum ledger_put *ret_put,
                                  struct err *err);
/* Notes how many bytes of a document's text are boilerplate. */
enum err_code ledger_put_recurring(struct ledger *ledger, const char *uid, uint64_t bytes, struct err *err);
/* Marks an unchanged document as seen in this run. */
enum err_code ledger_keep_document(struct ledger *ledger, const char *uid, struct err *err);
/* Forgets the digest of a document that stands more than once, so that its record counts as changed when its file is read again.
 * A copy with text (`state`) makes it one that is in the index. */
enum err_code ledger_doubt_document(struct ledger *ledger, const char *uid, enum ledger_state state, struct err *err);
/* Digest of a document that is indexed (or empty, or failed); ERR_NOT_FOUND otherwise. */
enum err_code ledger_get_digest(struct ledger *ledger, const char *uid, uint8_t ret_digest[DIGEST_SIZE], struct err *err);
/* The records of captures of web archives in which nothing had changed (skipped as EXTRACT_REVISIT or EXTRACT_REPEATED);
 * `record` is borrowed. */
typedef enum err_code ledger_take_record(void *context, const char *record, struct err *err);
enum err_code ledger_each_unchanged_capture(struct ledger *ledger, ledger_take_record *take, void *context, struct err *err);

/* The key of the digests of lines (lines.h), made when there is none yet. */
enum err_code ledger_line_key(struct ledger *ledger, uint8_t ret_key[KEYED_KEY_SIZE], struct err *err);
/* Visits the records of a file that have a digest, in order of the digests. */
typedef enum err_code ledger_line(void *context, const char *uid, const char *record, const uint8_t digest[DIGEST_SIZE],
                                  struct err *err);
enum err_code ledger_each_line(struct ledger *ledger, int64_t file, ledger_line *visit, void *context, struct err *err);

/* Called with the uid of a document that had text in the index. */
typedef enum err_code ledger_gone(void *context, const char *uid, struct err *err);
/* Removes the documents of a file that this run has not put or kept. */
enum err_code ledger_drop_unseen_documents(struct ledger *ledger, int64_t file, ledger_gone *gone, void *context,
                                           struct err *err);
/* Removes the files of a source that this run has not seen, with their documents; counts the files. */
enum err_code ledger_drop_unseen_files(struct ledger *ledger, int64_t source, ledger_gone *gone, void *context,
                                       uint64_t *ret_files, struct err *err);
/* The same number without removing. */
enum err_code ledger_count_unseen_files(struct ledger *ledger, int64_t source, uint64_t *ret_files, struct err *err);
/* Number of records of a file by outcome, to sum up its state. */
enum err_code ledger_count_records(struct ledger *ledger, int64_t file, uint64_t ret_counts[LEDGER_STATES], struct err *err);

/* Totals of sources by state, with reasons: for --status, as JSON (the members of an object that is open) or as text. */
enum err_code ledger_write_status(struct ledger *ledger, struct json_writer *json, struct err *err);
enum err_code ledger_print_status(struct ledger *ledger, struct buf *out, struct err *err);
/* Where a file is known: it may belong to several sources. */
struct ledger_place {
    const char *source, *path;
    struct ledger_file file;
    uint64_t documents[LEDGER_STATES]; /* records of the file by state */
};
typedef void ledger_visit_place(void *context, const struct ledger_place *place);
/* Finds the file with this real path; counts its places. */
enum err_code ledger_find_places(struct ledger *ledger, const char *path, ledger_visit_place *visit, void *context,
                                 uint64_t *ret_count, struct err *err);

/* Files and records that failed in this run (or ever, with all = true), one a line: "path [record]: reason". */
enum err_code ledger_print_failures(struct ledger *ledger, bool all, uint32_t most, struct buf *out, uint64_t *ret_count,
                                    struct err *err);

#endif
