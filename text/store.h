/* store.h - stored texts: what snippets are cut from and --reanalyse reads.
 *
 * A store file holds the texts of many documents, each cut in blocks of about SCHEMA_BLOCK_BYTES that are compressed on their
 * own, so that a snippet costs one block; with a dictionary that many store files share (packing.h).
 *
 * File format, integers little-endian:
 *     "NASLAGT2"                                                    8 bytes
 *     name of the dictionary, a file in the same folder; all zero when there is none     24 bytes, zeros behind the name
 *     record*:
 *       u32 magic 0x5458544e, u32 length of the rest of the record
 *       u32 text bytes, u32 page count, u32 block count, u32 first free position, u32 hidden count
 *       page  { u32 first position, u32 byte offset in the text }        page count times
 *       block { u32 first position, u32 byte offset, u32 offset of its compressed bytes }   block count times
 *       hidden { u32 first position, u32 byte offset, u32 byte offset behind it }           hidden count times
 *       compressed blocks, one after the other
 * A document knows its record by store name and byte offset (doc_head.h).
 */
#ifndef NASLAG_TEXT_STORE_H
#define NASLAG_TEXT_STORE_H

#include "text/packing.h"

#define STORE_BLOCK_TEXT_MAX ((size_t)1 << 20) /* no block is longer than this */

struct store_page {
    uint32_t position; /* of its first token */
    uint32_t offset;   /* byte in the text */
};

struct store_block {
    uint32_t position; /* of its first token */
    uint32_t offset;   /* byte in the text */
    uint32_t packed;   /* byte in the packed area */
};

/* A piece of the text that no snippet shows unless it was asked for: boilerplate (recur.h). */
struct store_hidden {
    uint32_t position; /* of its first token, or of the first one behind it when it has none */
    uint32_t start, end; /* bytes of the text */
};

/* ---- Writing ------------------------------------------------------------------------------ */

struct store_writer;

/* Creates the file; it must not exist.  The dictionary, NULL for none, lies in the same folder; the writer becomes an owner. */
enum err_code store_writer_new(const char *path, struct dictionary *dictionary, struct store_writer **ret_writer, struct err *err);
/* One document: begin, then its blocks in order, then end, which gives the record's offset. */
void store_begin(struct store_writer *writer);
void store_add_page(struct store_writer *writer, uint32_t position, uint32_t offset);
void store_add_block(struct store_writer *writer, const char *text, size_t len, uint32_t position, uint32_t offset);
/* In order; at any time between begin and end. */
void store_add_hidden(struct store_writer *writer, uint32_t position, uint32_t start, uint32_t end);
enum err_code store_end(struct store_writer *writer, uint32_t free_position, uint64_t *ret_offset, struct err *err);
struct store_text;
/* A record of another store file, as it is, or packed anew when that has another dictionary. */
enum err_code store_copy(struct store_writer *writer, const struct store_text *text, uint64_t *ret_offset, struct err *err);
/* Writes what is buffered and syncs the file. */
enum err_code store_writer_sync(struct store_writer *writer, struct err *err);
void store_writer_free(struct store_writer *writer);
DEFINE_CLEANUP(struct store_writer, store_writer_free)

/* ---- Reading ------------------------------------------------------------------------------ */

struct store; /* a mapped store file */

enum err_code store_open(const char *path, struct store **ret_store, struct err *err);
/* The same; takes the dictionary over from `other`, which may be NULL, when that has the same one. */
enum err_code store_open_beside(const char *path, const struct store *other, struct store **ret_store, struct err *err);
void store_free(struct store *store);
DEFINE_CLEANUP(struct store, store_free)

/* "" when it has none. */
const char *store_dictionary_name(const struct store *store);
struct dictionary *store_dictionary(const struct store *store);
/* Bytes of the file. */
uint64_t store_size(const struct store *store);

/* A document's record, its tables checked; points into the mapping. */
struct store_text {
    struct store *store;
    uint32_t text_len, page_count, block_count, free_position, hidden_count;
    const uint8_t *pages, *blocks, *hidden, *packed; /* raw tables */
    uint32_t packed_len;
    const uint8_t *record; /* all of it */
    size_t record_len;
};

/* ERR_CORRUPT when there is no sound record at the offset. */
enum err_code store_get(struct store *store, uint64_t offset, struct store_text *ret_text, struct err *err);
/* The record behind *offset, which is 0 at first and then moves on; *ret_more is false at the end of the file.  Records of dead
 * documents are among them. */
enum err_code store_next(struct store *store, uint64_t *offset, struct store_text *ret_text, bool *ret_more, struct err *err);
struct store_page store_page_at(const struct store_text *text, uint32_t index);
struct store_block store_block_at(const struct store_text *text, uint32_t index);
struct store_hidden store_hidden_at(const struct store_text *text, uint32_t index);
/* How many hidden pieces begin at or before the position. */
uint32_t store_count_hidden(const struct store_text *text, uint32_t position);
/* Index of the last page / block that begins at or before the position; 0 when none does. */
uint32_t store_find_page(const struct store_text *text, uint32_t position);
uint32_t store_find_block(const struct store_text *text, uint32_t position);
/* The bytes of a block, appended to `out`. */
enum err_code store_read_block(const struct store_text *text, uint32_t index, struct buf *out, struct err *err);

#endif
