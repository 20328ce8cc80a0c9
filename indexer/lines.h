/* lines.h - the lines of a file of records, told apart by their digests without reading what they say.
 *
 * A record that has not changed is known by its line: so a file of records in which little changed costs one pass over its bytes
 * for newlines and digests, and only the lines that are new are given to the extraction worker.
 *
 * The set of the lines of a file that the ledger knows is a temporary file that the indexer writes and builders map: "NASLAGL1",
 * then entries of 48 bytes in order of their digests: 24 bytes digest, 16 bytes uid, u64 offset that the line must have (of
 * records that are named after it; UINT64_MAX: any).
 */
#ifndef NASLAG_INDEXER_LINES_H
#define NASLAG_INDEXER_LINES_H

#include "base/digest.h"
#include "base/keyed.h"
#include "text/schema.h"

struct ledger;

/* Lines that are handed on together, at most. */
#define LINES_MAX 8192

struct line {
    uint64_t start, end;         /* in the file; the newline is the last byte, if there is one */
    uint8_t digest[DIGEST_SIZE]; /* as it stands in the ledger: keyed digest of the line without its newline, u64 its length */
};

/* ---- The set ------------------------------------------------------------------------------ */

struct line_set;

/* Writes the set of a file's lines. */
enum err_code line_set_write(struct ledger *ledger, int64_t file, const char *path, struct err *err);
enum err_code line_set_open(const char *path, struct line_set **ret_set, struct err *err);
void line_set_free(struct line_set *set);
DEFINE_CLEANUP(struct line_set, line_set_free)

/* The uid of the record with this line, SCHEMA_UID_LEN bytes without NUL; NULL when it is not known. */
const char *line_set_find(const struct line_set *set, const struct line *line);

/* ---- Reading ------------------------------------------------------------------------------ */

struct line_reader;
enum err_code line_reader_new(const uint8_t key[KEYED_KEY_SIZE], struct line_reader **ret_reader, struct err *err);
void line_reader_free(struct line_reader *reader);
DEFINE_CLEANUP(struct line_reader, line_reader_free)

/* What becomes of the lines; an error ends the reading. */
struct line_sink {
    enum err_code (*known)(void *context, const char *uid, struct err *err);
    /* Lines that follow each other, blank ones apart. */
    enum err_code (*fresh)(void *context, const struct line *lines, size_t count, struct err *err);
    void *context;
};

/* Reads the lines whose first byte lies in [start, end) of a file; blank ones are passed over.  `set` may be NULL: nothing is
 * known.  ERR_IO, when it is the file that cannot be read, is of no line. */
enum err_code lines_read(struct line_reader *reader, int fd, uint64_t start, uint64_t end, const struct line_set *set,
                         const struct line_sink *sink, struct err *err);

/* The digest of all bytes of a file of records. */
enum err_code lines_digest(const uint8_t key[KEYED_KEY_SIZE], int fd, uint8_t ret_digest[DIGEST_SIZE], struct err *err);

#endif
