/* known.h - the classes of blocks (text/recur.h) that the indexer has told a builder.
 *
 * A file in DIR/tmp that lives for a part of a run: "NASLAGB1", then u64 (hash << 8 | class) for each, ascending.  A block
 * that is not in it is RECUR_SINGLE.
 */
#ifndef NASLAG_INDEXER_KNOWN_H
#define NASLAG_INDEXER_KNOWN_H

#include "base/buf.h"
#include "text/recur.h"

struct known {
    uint64_t *items; /* hash << 8 | class */
    size_t count, capacity;
};

void known_done(struct known *known);
/* Adds a block; of several entries for one block the last counts, once the list is sorted. */
enum err_code known_add(struct known *known, uint64_t hash, enum recur_class class, struct err *err);
enum err_code known_sort(struct known *known, struct err *err);
enum err_code known_write(const struct known *known, const char *path, struct err *err);
/* Replaces what is in `known`. */
enum err_code known_read(struct known *known, const char *path, struct err *err);
/* A recur_lookup with a struct known. */
enum recur_class known_class(void *known, uint64_t hash);

#endif
