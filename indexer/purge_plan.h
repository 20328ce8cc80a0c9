/* purge_plan.h - what a purge takes out: the documents that were meant, and those with the same content. */
#ifndef NASLAG_INDEXER_PURGE_PLAN_H
#define NASLAG_INDEXER_PURGE_PLAN_H

#include "indexer/layout.h"
#include "indexer/progress.h"
#include "indexer/purged.h"

struct purge_document {
    char uid[SCHEMA_UID_LEN + 1];
    int64_t file;      /* 0: the ledger does not know it, as it is dead */
    char *record;      /* id in its file */
    bool copy;         /* it is there for its content only */
    bool has_digest;
    uint8_t digest[DIGEST_SIZE]; /* of its bytes */
};

/* A file, or what is inside it below a record. */
struct purge_tree {
    int64_t file;
    char *record; /* "": the whole file */
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
    struct purge_tree *trees;
    size_t tree_count, tree_capacity, named_trees; /* the latter: that were named with their file, the first ones */
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
void purge_plan_done(struct purge_plan *plan);
bool purge_plan_is_empty(const struct purge_plan *plan);

#endif
