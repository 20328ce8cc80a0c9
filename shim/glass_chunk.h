/* glass_chunk.h - what is in the tables: postings, lengths, values, positions, data.
 *
 * postlist, in order of the keys:
 *   00 d0, slot in as few bytes as it takes, lowest first (none for 0) -> number of documents with a value, length of the lowest
 *       value and the value, the highest value unless that is the same
 *   00 d8, packed slot, docid      -> values of a slot: length, value; then for each next document: docids between, length, value
 *   00 e0 [docid]                  -> lengths of the documents, as postings with the length in place of a wdf
 *   term                           -> the first chunk of its postings: documents, sum of wdfs, first docid - 1, then as below
 *   term 00 docid                  -> a further chunk: '1' when it is the last, else '0'; last docid - first; wdf; then for each
 *                                     next document: docids between, wdf
 * position, term 00 docid          -> last position; when there are more: first, number, and the rest as an interpolative code
 * docdata, docid                   -> the document's data
 * The first chunk of the lengths has 0 documents and sum.  Integers are pack_uint, docids in keys pack_docid, terms pack_term.
 */
#ifndef NASLAG_SHIM_GLASS_CHUNK_H
#define NASLAG_SHIM_GLASS_CHUNK_H

#include "base/buf.h"
#include "shim/glass.h"

#define CHUNK_VALUE_STATS 0xd0
#define CHUNK_VALUES 0xd8
#define CHUNK_LENGTHS 0xe0

/* The postings of one term in the making; zeroed, then postings_init. */
struct postings {
    struct buf bodies;      /* of the chunks, one after the other */
    struct postings_chunk *chunks;
    size_t chunk_count, chunk_capacity;
    size_t body_max;        /* of one chunk */
    uint32_t docs, last;    /* last: docid */
    uint64_t occurrences;
    bool failed;
};

void postings_init(struct postings *postings);
void postings_done(struct postings *postings);
/* Begins the postings of a term whose key takes `key_len` bytes. */
void postings_begin(struct postings *postings, size_t key_len);
/* Docids ascend. */
void postings_add(struct postings *postings, uint32_t docid, uint32_t wdf);
/* Writes what was added, if anything.  `key`: the term as pack_term makes it. */
enum err_code postings_write(struct postings *postings, struct glass_writer *table, const uint8_t *key, size_t key_len,
                             struct err *err);
/* The same for lengths of documents. */
enum err_code postings_write_lengths(struct postings *postings, struct glass_writer *table, struct err *err);

/* Reads the postings of one chunk. */
struct chunk_reader {
    const uint8_t *at, *end;
    uint32_t docid, wdf, last; /* last docid of the chunk */
    bool is_last, begun;
};

/* `first`: docid from the key, or 0 for a first chunk, which has its own.  False when the head cannot be read. */
bool chunk_reader_init(struct chunk_reader *reader, const uint8_t *tag, size_t len, uint32_t first);
/* Steps to the next posting: 1, 0 at the end, -1 when it cannot be read. */
int chunk_reader_next(struct chunk_reader *reader);

/* The values of one slot in the making. */
struct values {
    uint32_t slot;
    struct buf body;             /* of the chunk */
    struct buf lowest, highest;
    uint32_t docs, first, last;
};

void values_init(struct values *values);
void values_done(struct values *values);
/* The statistics come before all values: they are counted first (values_count), then the values are added. */
void values_begin(struct values *values, uint32_t slot);
void values_count(struct values *values, const void *value, size_t len);
void values_write_stats(const struct values *values, struct glass_writer *table);
void values_add(struct values *values, struct glass_writer *table, uint32_t docid, const void *value, size_t len);
enum err_code values_end(struct values *values, struct glass_writer *table, struct err *err);

/* Packs positions (ascending, count > 0) behind `out`; a worst case of 5 * count + 16 bytes must be there.  Returns the byte
 * behind.  Interpolative code: Moffat & Stuiver, Information Retrieval 3 (2000); the bits as Xapian 1.4 has them. */
uint8_t *positions_pack(uint8_t *out, const uint32_t *positions, size_t count);

#endif
