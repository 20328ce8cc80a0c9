/* invert.h - documents in, postings by term out: what a segment collects in memory before it is written.
 *
 * A hash table holds the terms of the segment.  Each has a chain of slices that grow as its postings do, all in one arena
 * (the method of Lucene's in-memory index: slices of growing size instead of an array for each term).  A posting is packed
 * when it is added: docid minus the one before, wdf, bytes of the packed positions, and these (glass_chunk.h).
 */
#ifndef NASLAG_SHIM_INVERT_H
#define NASLAG_SHIM_INVERT_H

#include "base/buf.h"
#include "shim/document.h"

#define ARENA_BLOCK_LOG2 18 /* 256 KiB */
#define ARENA_BLOCK ((size_t)1 << ARENA_BLOCK_LOG2)
#define ARENA_BLOCKS_MAX ((size_t)1 << (32 - ARENA_BLOCK_LOG2))

struct inverted_term {
    uint32_t hash;
    uint32_t name;      /* place in the arena */
    uint32_t first;     /* slice */
    uint32_t at, end;   /* where the next byte goes, and where its slice ends */
    uint32_t last;      /* docid */
    uint32_t entry;     /* index of its entry in the document added last, or an older one */
    uint16_t name_len;
    uint16_t slice;     /* bytes of the slice in use */
};

struct inverter {
    uint8_t **blocks; /* the arena */
    size_t block_count, block_capacity;
    uint32_t used;    /* of the arena: the next free place */
    struct inverted_term *terms;
    size_t term_count, term_capacity;
    uint32_t *table;  /* index of a term + 1, 0 when free */
    size_t table_size; /* a power of two */
    uint64_t seed;
    uint32_t *ids;    /* of the terms of one document */
    size_t id_capacity;
    struct buf packed; /* one posting */
    struct buf united; /* positions of an entry that stands more than once */
};

enum err_code inverter_init(struct inverter *inverter, struct err *err);
void inverter_done(struct inverter *inverter);
/* Bytes that it holds. */
size_t inverter_size(const struct inverter *inverter);
/* Adds a document; its entries for one term are made one.  *ret_length: the sum of all wdfs; *ret_most: the largest. */
enum err_code inverter_add(struct inverter *inverter, struct shim_doc *doc, uint32_t docid, uint64_t *ret_length,
                           uint32_t *ret_most, struct err *err);
/* The terms in the order of their names: indices, to be freed by the caller. */
enum err_code inverter_sort(const struct inverter *inverter, uint32_t **ret_order, struct err *err);
const uint8_t *inverter_name(const struct inverter *inverter, const struct inverted_term *term);
/* All postings of a term, one after the other, into an emptied buffer. */
enum err_code inverter_gather(const struct inverter *inverter, const struct inverted_term *term, struct buf *out, struct err *err);

#endif
