/* glass.h - Xapian's glass tables, written and read in order of their keys.
 *
 * Xapian builds a database by inserting into B-trees: postings first pass through maps in memory, and tables that are merged keep
 * the small chunks of their sources.  An index of Naslag is never changed in place: segments and parts are written once, from
 * sorted input, and merged.  For that a table can be written from left to right, each block once and full, and read likewise.
 * That is what is here; searching is Xapian's, on the same files.
 *
 * The format is that of xapian-core 1.4 ("glass", version 2016-03-14), as far as bulk-written tables use it:
 *   block (GLASS_BLOCK bytes): u32 revision, u8 level (0 = leaf), u16 free bytes, u16 free bytes, u16 end of the directory,
 *       directory of u16 offsets in order of the keys, gap, items; all integers big-endian
 *   leaf item: u16 (size - 3, top bits: compressed, last, first piece of its tag), u8 length of the key, key,
 *       u16 number of the piece unless it is the first, bytes of the tag
 *   branch item: u32 block, u8 length of the key, key, u16 number of the piece.  The key is the shortest that is above all
 *       keys of the block before; the first of a block is empty.
 *   The first leaf begins with an item with an empty key and tag.
 * Integers in keys and tags are packed as in glass_pack.h; what the tables hold is described in glass_chunk.h.  There is no
 * table of terms by document (termlist): Xapian does not need one for reading, and nothing here deletes by document.
 */
#ifndef NASLAG_SHIM_GLASS_H
#define NASLAG_SHIM_GLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#define GLASS_BLOCK 8192
#define GLASS_KEY_MAX 255
#define GLASS_REVISION 1

/* In the order of the version file. */
enum glass_table {
    GLASS_POSTLIST,
    GLASS_DOCDATA,
    GLASS_TERMLIST,
    GLASS_POSITION,
    GLASS_SPELLING,
    GLASS_SYNONYM,
    GLASS_TABLES
};

/* Where a table begins. */
struct glass_root {
    uint32_t block, level;
    uint64_t entries; /* 0: the table has no file */
    uint32_t blocks;  /* in the file */
};

/* Sums over all documents. */
struct glass_stats {
    uint32_t docs, last_docid;
    uint32_t shortest, longest; /* lengths of documents in terms; 0 does not count as shortest */
    uint32_t most;              /* the largest wdf */
    uint64_t length;            /* of all documents together */
};

/* What `iamglass` says. */
struct glass_version {
    uint8_t uuid[16];
    struct glass_root roots[GLASS_TABLES];
    struct glass_stats stats;
};

/* Takes a new uuid and writes the version file.  A database can be opened only when it is there. */
enum err_code glass_version_write(const char *directory, struct glass_version *version, struct err *err);
/* ERR_NOT_FOUND: no database.  ERR_VERSION: one that was not written here (another format, another block size, changed in
 * place).  ERR_CORRUPT: it cannot be read. */
enum err_code glass_version_read(const char *directory, struct glass_version *version, struct err *err);

/* ---- Writing ------------------------------------------------------------------------------ */

struct glass_writer;

enum err_code glass_writer_new(const char *directory, enum glass_table table, struct glass_writer **ret_writer, struct err *err);
void glass_writer_free(struct glass_writer *writer);
DEFINE_CLEANUP(struct glass_writer, glass_writer_free)
/* Adds an entry; keys ascend and are 1 to GLASS_KEY_MAX bytes (else the table fails with ERR_INTERNAL).  Errors stick, and
 * glass_writer_finish tells. */
void glass_writer_add(struct glass_writer *writer, const uint8_t *key, size_t key_len, const void *tag, size_t tag_len);
/* Writes what is left.  Not synced.  Without entries there is no file, but for the postlist, which Xapian wants to see. */
enum err_code glass_writer_finish(struct glass_writer *writer, struct glass_root *ret_root, struct err *err);

/* ---- Reading ------------------------------------------------------------------------------ */

struct glass_reader;

struct glass_entry {
    const uint8_t *key;
    size_t key_len;
    const uint8_t *tag;
    size_t tag_len;
};

/* A table of the database in a directory, from its first entry on.  Every length in it is checked: ERR_CORRUPT. */
enum err_code glass_reader_new(const char *directory, enum glass_table table, const struct glass_root *root,
                               struct glass_reader **ret_reader, struct err *err);
void glass_reader_free(struct glass_reader *reader);
DEFINE_CLEANUP(struct glass_reader, glass_reader_free)
/* The next entry, borrowed until the next call; *ret_more is false at the end. */
enum err_code glass_reader_next(struct glass_reader *reader, struct glass_entry *ret_entry, bool *ret_more, struct err *err);

#endif
