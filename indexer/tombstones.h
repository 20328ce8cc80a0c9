/* tombstones.h - what was purged, in the ledger (ledger_tombstones.c): who took out what kind of thing, when and why, and by
 * what it is known again.
 *
 * A tombstone is one purge.  It has the ids of the documents that it took out, copies and dead versions included, and marks:
 * keyed digests (purged.h) of what may not come back.  Neither has a path, an address or a word of the documents in it.  One
 * is pending from the transaction that makes it until nothing of its documents is left on disk.  Tombstones are of no generation:
 * going back to an earlier one leaves them alone.
 */
#ifndef NASLAG_INDEXER_TOMBSTONES_H
#define NASLAG_INDEXER_TOMBSTONES_H

#include "indexer/ledger.h"

/* Reasons of rows of the ledger that are purged begin so. */
#define TOMBSTONE_REASON "purged on "
/* Bytes of a reason, and of what a row of the ledger says. */
#define TOMBSTONE_REASON_MAX 200
#define TOMBSTONE_TEXT_MAX 256

struct tombstone {
    int64_t id;
    const char *kind; /* how it was named: "id", "path", "record" or "url" */
    int64_t at;       /* seconds since 1970 */
    const char *who, *reason;
    int64_t documents, copies; /* that were taken out; how many of them for their content only */
    bool pending;
};

/* "purged on 2026-11-22: REASON", cut at a character. */
void tombstone_text(int64_t at, const char *reason, char ret_text[TOMBSTONE_TEXT_MAX]);

/* A transaction that is no run: nothing that it changes can be rolled back to. */
enum err_code ledger_begin_purge(struct ledger *ledger, struct err *err);
enum err_code ledger_end_purge(struct ledger *ledger, struct err *err);

/* ---- Looking -------------------------------------------------------------------------------- */

struct ledger_found_file {
    int64_t id;
    const char *source, *root, *path;
    const uint8_t *digest; /* DIGEST_SIZE bytes, of its bytes, with or without `beside` mixed in; NULL when it has none */
    uint64_t beside;
};
typedef enum err_code ledger_file_visit(void *context, const struct ledger_found_file *file, struct err *err);
/* All files; with `id` > 0 only that one. */
enum err_code ledger_each_file(struct ledger *ledger, int64_t id, ledger_file_visit *visit, void *context, struct err *err);

struct ledger_found_document {
    const char *uid;
    int64_t file;
    const char *record;
    enum ledger_state state;
    const char *reason;
    const uint8_t *digest; /* DIGEST_SIZE bytes; NULL when it has none */
    const char *source, *path; /* of its file */
    uint64_t beside;       /* what of the file's metadata the digest has in it, as beside_mix does that */
};
typedef enum err_code ledger_document_visit(void *context, const struct ledger_found_document *document, struct err *err);
/* All documents, by id. */
enum err_code ledger_each_document(struct ledger *ledger, ledger_document_visit *visit, void *context, struct err *err);

typedef enum err_code ledger_tombstone_visit(void *context, const struct tombstone *tombstone, struct err *err);
/* By number; only those that are pending, when asked. */
enum err_code ledger_each_tombstone(struct ledger *ledger, bool pending, ledger_tombstone_visit *visit, void *context,
                                    struct err *err);
/* The ids of the documents of a tombstone (of all that are pending, for 0), and where the ledger has a row of them, else "". */
typedef enum err_code ledger_uid_visit(void *context, const char *uid, const char *place, struct err *err);
enum err_code ledger_each_tombstone_uid(struct ledger *ledger, int64_t tombstone, ledger_uid_visit *visit, void *context,
                                        struct err *err);
/* All marks, with the tombstone that each is of. */
typedef enum err_code ledger_mark_visit(void *context, const uint8_t mark[KEYED_SIZE], const struct tombstone *tombstone,
                                        struct err *err);
enum err_code ledger_each_mark(struct ledger *ledger, ledger_mark_visit *visit, void *context, struct err *err);
/* How many tombstones there are, and how many of them are pending. */
enum err_code ledger_count_tombstones(struct ledger *ledger, uint64_t *ret_all, uint64_t *ret_pending, struct err *err);
/* The tombstone of a document by its id, or of a number; ERR_NOT_FOUND. */
enum err_code ledger_find_tombstone(struct ledger *ledger, const char *name, int64_t *ret_id, struct err *err);

/* ---- Writing -------------------------------------------------------------------------------- */

enum err_code ledger_add_tombstone(struct ledger *ledger, const struct tombstone *tombstone, int64_t *ret_id, struct err *err);
enum err_code ledger_add_tombstone_uid(struct ledger *ledger, int64_t tombstone, const char *uid, struct err *err);
enum err_code ledger_add_mark(struct ledger *ledger, int64_t tombstone, const uint8_t mark[KEYED_SIZE], struct err *err);
/* Makes the row of a document skipped, with nothing in it that came from its content. */
enum err_code ledger_bury_document(struct ledger *ledger, const char *uid, const char *text, struct err *err);
/* The same of the row of a file. */
enum err_code ledger_bury_file(struct ledger *ledger, int64_t file, const char *text, struct err *err);
/* Gives a file of which documents were buried the state that those that are left make. */
enum err_code ledger_settle_file(struct ledger *ledger, int64_t file, const char *text, struct err *err);
/* There is nothing to roll back to any more, and what recurs is to be learnt anew. */
enum err_code ledger_forget_earlier(struct ledger *ledger, struct err *err);
enum err_code ledger_end_tombstone(struct ledger *ledger, int64_t tombstone, struct err *err);
/* Takes one away: the files that have something purged in them are read again by the next run. */
enum err_code ledger_drop_tombstone(struct ledger *ledger, int64_t tombstone, struct err *err);
/* Outside of any transaction: leaves nothing in the files of the ledger that is in no row.  `directory` is for temporary files. */
enum err_code ledger_scrub(struct ledger *ledger, const char *directory, struct err *err);

#endif
