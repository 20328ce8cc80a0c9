/* merge.h - what the files of a merge share: sources, cursors in their tables, docids. */
#ifndef NASLAG_SHIM_MERGE_H
#define NASLAG_SHIM_MERGE_H

#include <stdatomic.h>

#include "shim/glass_chunk.h"
#include "shim/glass_pack.h"
#include "shim/shim.h"

/* Where the documents of a source go. */
struct mapping {
    uint32_t base, last;   /* base: documents before this source; last: its last docid */
    uint32_t dead_count;
    uint64_t *dead;        /* a bit for each docid; NULL when none is dead */
    uint32_t *dead_before; /* how many are dead below each word of bits */
};

/* `last`: the last docid of the source; *base: documents before it, to which its living ones are added. */
enum err_code mapping_init(struct mapping *mapping, const struct shim_source *source, uint32_t last, uint64_t *base,
                           struct err *err);
void mapping_done(struct mapping *mapping);
/* The new docid of one that is not above `last`; 0 when the document is dead. */
uint32_t map_docid(const struct mapping *mapping, uint32_t docid);

struct source {
    const char *path;
    struct glass_version version;
    struct mapping mapping;
};

struct merger {
    struct source *sources;
    size_t count;
    const char *target;
    const struct shim_merge_hooks *hooks; /* or NULL */
    struct glass_version result;
    _Atomic uint64_t done; /* entries read, by both threads */
    uint64_t total, told;
    enum err_code positions_code; /* of the thread */
    struct err positions_err;
};

void merger_tell(struct merger *merger);

/* A place in a table of a source. */
struct cursor {
    const struct source *source;
    size_t index; /* of the source */
    struct glass_reader *reader;
    struct glass_entry entry;
    size_t name_len; /* bytes of the key that are the term */
    bool more;
};

/* A cursor on the first entry of a table of each source; also to be closed after a failure. */
enum err_code cursors_open(struct merger *merger, enum glass_table table, struct cursor **ret_cursors, struct err *err);
void cursors_close(const struct merger *merger, struct cursor *cursors);
enum err_code cursor_step(struct merger *merger, struct cursor *cursor, struct err *err);
enum err_code cursor_corrupt(const struct cursor *cursor, struct err *err);
bool cursor_has_name(const struct cursor *cursor, const uint8_t *name, size_t len);
/* At an entry that is not of a term (CHUNK_...). */
bool cursor_is_special(const struct cursor *cursor, uint8_t kind);

/* Cursors in the order of their terms: a binary heap, the lowest term on top; of one term, the first source. */
struct heap {
    struct cursor **items;
    size_t count;
};

enum err_code heap_init(struct heap *heap, struct cursor *cursors, size_t count, struct err *err);
void heap_done(struct heap *heap);
/* After the top has stepped on. */
void heap_settle(struct heap *heap);

/* The tables, each written to the target. */
enum err_code merge_positions(struct merger *merger, struct err *err);
enum err_code merge_postlist(struct merger *merger, struct err *err);
/* Their parts of the postlist.  `cursors` are at the first entry of that kind of each source, and behind the last afterwards. */
enum err_code merge_value_stats(struct merger *merger, struct glass_writer *table, struct err *err);
enum err_code merge_values(struct merger *merger, struct cursor *cursors, struct glass_writer *table, struct err *err);

#endif
