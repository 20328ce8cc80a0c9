/* purge_names.h - what a name means that a purge was given: files, records and addresses. */
#ifndef NASLAG_INDEXER_PURGE_NAMES_H
#define NASLAG_INDEXER_PURGE_NAMES_H

#include "text/doc_head.h"

/* A file, or what is inside it below a record. */
struct purge_tree {
    int64_t file; /* 0: the ledger has no row of it any more */
    const char *source, *path;
    const char *record; /* "": the whole file */
    char *strings;      /* that has them, in a list */
};

struct purge_trees {
    struct purge_tree *items;
    size_t count, capacity;
};

enum err_code purge_trees_add(struct purge_trees *trees, const struct purge_tree *tree, struct err *err);
/* Whether one is there of the same source, path and record. */
bool purge_trees_have(const struct purge_trees *trees, const struct purge_tree *tree);
void purge_trees_done(struct purge_trees *trees);

/* What of the target is behind a name: "" for the file itself, the record behind "!/"; NULL when the target is another. */
const char *purge_behind(const char *target, const char *name);
/* Whether a record is the one with this id, or inside it. */
bool purge_is_below(const char *record, const char *id);
/* Whether a document is the tree or in it, by what its head has.  Its unique id tells the file, which the name of a record does
 * not have. */
bool purge_tree_has(const struct purge_tree *tree, const char *source, const char *name, const char *uid);
/* Adds the trees of a source that the target may mean: its path, with or without the name of the source or its folder `root`
 * before it, and the record behind each "!/".  `real`, the target as a file of this system, may be "". */
enum err_code purge_guess(struct purge_trees *trees, const char *source, const char *root, const char *target, const char *real,
                          struct err *err);

/* Whether two addresses are of one page: writings of the same (indexer/likeness.h), unless they have two different fragments. */
bool purge_is_address(const char *target, const char *url, size_t len);
/* Whether a record is a capture of the address: "URL@DIGITS", perhaps inside something else, or with something inside it. */
bool purge_is_capture(const char *record, const char *target);

#endif
