/* purge_plan.h - what a purge takes out: the documents that were meant, and those with the same content. */
#ifndef NASLAG_INDEXER_PURGE_PLAN_H
#define NASLAG_INDEXER_PURGE_PLAN_H

#include "indexer/layout.h"
#include "indexer/progress.h"
#include "indexer/purge_names.h"
#include "indexer/purged.h"

struct purge_document {
    char uid[SCHEMA_UID_LEN + 1];
    int64_t file;      /* 0: the ledger does not know it, as it is dead */
    char *record;      /* id in its file */
    bool copy;         /* it is there for its content only */
    bool has_digest;
    uint8_t digest[DIGEST_SIZE]; /* of its bytes */
};

struct purge_place {
    uint32_t part, docid;
};

struct purge_plan {
    const char *target;
    const char *kind;      /* "id", "path", "record" or "url" */
    char real[4096];       /* the target as a file of this system, "" when it is none */
    struct keyed *keyed;
    struct purge_document *documents;
    size_t document_count, document_capacity;
    struct purge_trees trees;
    size_t named_trees;    /* that were named with their file, the first ones */
    struct purge_trees sources; /* all there are, by name only */
    struct purge_trees guesses; /* that the target would name in the sources there are; what is not in `trees` was not found */
    uint8_t (*bytes)[DIGEST_SIZE]; /* of files that were named: of one that is kept out there is no document */
    size_t bytes_count, bytes_capacity;
    struct mark *texts;    /* of their texts */
    size_t text_count, text_capacity;
    struct purge_place *places; /* in the generation, dead ones included; by part and docid */
    size_t place_count, place_capacity;
};

/* What `target` means: a unique id; an address; the path of a file in its source, with or without the name of the source or
 * its folder before it; such a path, "!/" and the id of a record; or the id of a record alone, as results show it.  Changes
 * nothing.  Finding nothing is no error. */
enum err_code purge_plan_make(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                              const uint8_t key[KEYED_KEY_SIZE], const char *target, struct progress *progress,
                              struct purge_plan *ret_plan, struct err *err);
/* Adds the document that the target is the id of, though nothing of it is there. */
enum err_code purge_plan_add_id(struct purge_plan *plan, struct err *err);
void purge_plan_done(struct purge_plan *plan);
bool purge_plan_is_empty(const struct purge_plan *plan);

/* Adds the marks and ids of the plan to a tombstone, in a transaction (purge_marks.c). */
enum err_code purge_plan_mark(const struct purge_plan *plan, struct ledger *ledger, int64_t tombstone, struct err *err);

/* ---- For purge_search.c ------------------------------------------------------------------------ */

enum err_code purge_plan_add(struct purge_plan *plan, const struct ledger_found_document *document, bool copy, struct err *err);
/* Among the first `count`, which are sorted. */
struct purge_document *purge_plan_find(const struct purge_plan *plan, size_t count, const char *uid);
bool purge_plan_is(const struct purge_plan *plan, const char *kind);
/* The target is a record, without a word of its file. */
void purge_plan_note_record(struct purge_plan *plan);
/* Notes what the target would be in a source that is seen for the first time. */
enum err_code purge_plan_source(struct purge_plan *plan, const char *source, const char *root, struct err *err);

/* ---- purge_search.c ------------------------------------------------------------------------------ */

/* Adds what is meant and what has the same text, with the places of all of it.  The documents of the plan are sorted. */
enum err_code purge_search(struct purge_plan *plan, const struct layout *layout, const struct generation *current,
                           struct progress *progress, struct err *err);
/* Adds the documents at the address that is the target. */
enum err_code purge_search_address(struct purge_plan *plan, const struct layout *layout, const struct generation *current,
                                   struct progress *progress, struct err *err);

#endif
