/* lines.c - reading lines and their digests, and the set of those that are known. */
#include "indexer/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/io.h"
#include "indexer/ledger.h"

#define SET_MAGIC "NASLAGL1"
#define SET_MAGIC_LEN 8
#define SET_DIGEST (KEYED_SIZE + 8)
#define SET_ENTRY (SET_DIGEST + SCHEMA_UID_LEN + 8)
#define PIECE ((size_t)1 << 18)

/* ---- The set ------------------------------------------------------------------------------ */

struct line_set {
    const uint8_t *image;
    size_t size, count;
};

/* "@OFFSET" names a record that has no id; anything else may stand anywhere. */
static uint64_t place_of(const char *record)
{
    char *end;
    if (record[0] != '@' || record[1] < '0' || record[1] > '9') {
        return UINT64_MAX;
    }
    errno = 0;
    unsigned long long place = strtoull(record + 1, &end, 10);
    return errno == 0 && *end == '\0' ? place : UINT64_MAX;
}

/* A ledger_line: writes an entry. */
static enum err_code write_entry(void *context, const char *uid, const char *record, const uint8_t digest[DIGEST_SIZE],
                                 struct err *err)
{
    FILE *file = context;
    uint8_t entry[SET_ENTRY];
    uint64_t place = place_of(record);
    if (strlen(uid) != SCHEMA_UID_LEN) {
        return ERR_OK;
    }
    memcpy(entry, digest, SET_DIGEST);
    memcpy(entry + SET_DIGEST, uid, SCHEMA_UID_LEN);
    for (int i = 0; i < 8; i++) {
        entry[SET_DIGEST + SCHEMA_UID_LEN + i] = (uint8_t)(place >> (8 * i));
    }
    return fwrite(entry, sizeof entry, 1, file) == 1 ? ERR_OK : err_errno(err, errno, "cannot write a list of lines");
}

enum err_code line_set_write(struct ledger *ledger, int64_t file, const char *path, struct err *err)
{
    FILE *out = fopen(path, "we");
    if (out == NULL) {
        return err_errno(err, errno, "cannot create %s", path);
    }
    enum err_code code = fwrite(SET_MAGIC, SET_MAGIC_LEN, 1, out) == 1 ? ledger_each_line(ledger, file, write_entry, out, err)
                                                                       : err_errno(err, errno, "cannot write %s", path);
    bool closed = fclose(out) == 0;
    return code == ERR_OK && !closed ? err_errno(err, errno, "cannot write %s", path) : code;
}

enum err_code line_set_open(const char *path, struct line_set **ret_set, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    size_t size = (size_t)info.st_size;
    if (size < SET_MAGIC_LEN || (size - SET_MAGIC_LEN) % SET_ENTRY != 0) {
        return err_set(err, ERR_CORRUPT, "%s is no list of lines", path);
    }
    struct line_set *set = calloc(1, sizeof *set);
    if (set == NULL) {
        return err_nomem(err, "line_set_open");
    }
    void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED || memcmp(map, SET_MAGIC, SET_MAGIC_LEN) != 0) {
        enum err_code code = map == MAP_FAILED ? err_errno(err, errno, "cannot map %s", path)
                                               : err_set(err, ERR_CORRUPT, "%s is no list of lines", path);
        if (map != MAP_FAILED) {
            munmap(map, size);
        }
        free(set);
        return code;
    }
    *set = (struct line_set){ map, size, (size - SET_MAGIC_LEN) / SET_ENTRY };
    *ret_set = set;
    return ERR_OK;
}

void line_set_free(struct line_set *set)
{
    if (set != NULL) {
        munmap((void *)(uintptr_t)set->image, set->size);
        free(set);
    }
}

static const uint8_t *entry_at(const struct line_set *set, size_t index)
{
    return set->image + SET_MAGIC_LEN + index * SET_ENTRY;
}

static uint64_t place_at(const uint8_t *entry)
{
    uint64_t place = 0;
    for (int i = 7; i >= 0; i--) {
        place = place << 8 | entry[SET_DIGEST + SCHEMA_UID_LEN + i];
    }
    return place;
}

const char *line_set_find(const struct line_set *set, const struct line *line)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(entry_at(set, middle), line->digest, SET_DIGEST) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < set->count && memcmp(entry_at(set, low), line->digest, SET_DIGEST) == 0; low++) {
        uint64_t place = place_at(entry_at(set, low));
        if (place == UINT64_MAX || place == line->start) {
            return (const char *)entry_at(set, low) + SET_DIGEST;
        }
    }
    return NULL;
}

/* ---- Reading ------------------------------------------------------------------------------ */

struct line_reader {
    struct keyed *keyed;
    struct line fresh[LINES_MAX];
    size_t fresh_count;
    /* The file that is being read. */
    int fd;
    uint64_t at;          /* offset of piece[used] */
    size_t used, filled;
    char piece[PIECE];
};

enum err_code line_reader_new(const uint8_t key[KEYED_KEY_SIZE], struct line_reader **ret_reader, struct err *err)
{
    CLEANUP(line_reader_free_cleanup) struct line_reader *reader = malloc(sizeof *reader);
    if (reader == NULL) {
        return err_nomem(err, "line_reader_new");
    }
    reader->keyed = NULL;
    enum err_code code = keyed_new(key, &reader->keyed, err);
    if (code == ERR_OK) {
        *ret_reader = TAKE_PTR(reader);
    }
    return code;
}

void line_reader_free(struct line_reader *reader)
{
    if (reader != NULL) {
        keyed_free(reader->keyed);
        free(reader);
    }
}

/* Makes sure that a byte can be read; *ret_more false at the end of the file. */
static enum err_code fill(struct line_reader *reader, bool *ret_more, struct err *err)
{
    *ret_more = true;
    if (reader->used < reader->filled) {
        return ERR_OK;
    }
    ssize_t got;
    do {
        got = pread(reader->fd, reader->piece, sizeof reader->piece, (off_t)reader->at);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return err_errno(err, errno, "cannot read the file");
    }
    reader->used = 0;
    reader->filled = (size_t)got;
    *ret_more = got > 0;
    return ERR_OK;
}

static bool is_blank(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
            return false;
        }
    }
    return true;
}

static void end_digest(struct keyed *keyed, uint64_t len, uint8_t ret_digest[DIGEST_SIZE])
{
    memset(ret_digest, 0, DIGEST_SIZE);
    keyed_end(keyed, ret_digest);
    for (int i = 0; i < 8; i++) {
        ret_digest[KEYED_SIZE + i] = (uint8_t)(len >> (8 * i));
    }
}

/* Reads the line at reader->at; `line` NULL: passes over it. */
static enum err_code read_line(struct line_reader *reader, struct line *line, bool *ret_blank, struct err *err)
{
    uint64_t len = 0, start = reader->at;
    bool done = false, more = true, blank = true;
    while (!done) {
        enum err_code code = fill(reader, &more, err);
        if (code != ERR_OK) {
            return code;
        }
        if (!more) {
            break;
        }
        const char *bytes = reader->piece + reader->used;
        size_t left = reader->filled - reader->used;
        const char *newline = memchr(bytes, '\n', left);
        size_t here = newline != NULL ? (size_t)(newline - bytes) : left;
        done = newline != NULL;
        if (line != NULL) {
            keyed_add(reader->keyed, bytes, here);
            blank = blank && is_blank(bytes, here);
        }
        len += here;
        reader->used += here + done;
        reader->at += here + done;
    }
    if (line != NULL) {
        *line = (struct line){ .start = start, .end = reader->at };
        end_digest(reader->keyed, len, line->digest);
        *ret_blank = blank;
    }
    return ERR_OK;
}

static enum err_code give_fresh(struct line_reader *reader, const struct line_sink *sink, struct err *err)
{
    size_t count = reader->fresh_count;
    reader->fresh_count = 0;
    return count > 0 ? sink->fresh(sink->context, reader->fresh, count, err) : ERR_OK;
}

static enum err_code take_line(struct line_reader *reader, const struct line *line, const struct line_set *set,
                               const struct line_sink *sink, struct err *err)
{
    const char *uid = set != NULL ? line_set_find(set, line) : NULL;
    enum err_code code = uid != NULL || reader->fresh_count == LINES_MAX ? give_fresh(reader, sink, err) : ERR_OK;
    if (code == ERR_OK && uid != NULL) {
        return sink->known(sink->context, uid, err);
    }
    if (code == ERR_OK) {
        reader->fresh[reader->fresh_count++] = *line;
    }
    return code;
}

enum err_code lines_read(struct line_reader *reader, int fd, uint64_t start, uint64_t end, const struct line_set *set,
                         const struct line_sink *sink, struct err *err)
{
    enum err_code code = ERR_OK;
    reader->fd = fd;
    reader->at = start;
    reader->used = reader->filled = reader->fresh_count = 0;
    if (start > 0) {
        reader->at = start - 1; /* the newline just before `start` shows that a line begins there */
        code = read_line(reader, NULL, NULL, err);
    }
    bool more = code == ERR_OK;
    while (code == ERR_OK && more && reader->at < end) {
        code = fill(reader, &more, err);
        struct line line;
        bool blank;
        if (code == ERR_OK && more) {
            code = read_line(reader, &line, &blank, err);
        }
        if (code == ERR_OK && more && !blank) {
            code = take_line(reader, &line, set, sink, err);
        }
    }
    return code == ERR_OK ? give_fresh(reader, sink, err) : code;
}

enum err_code lines_digest(const uint8_t key[KEYED_KEY_SIZE], int fd, uint8_t ret_digest[DIGEST_SIZE], struct err *err)
{
    CLEANUP(line_reader_free_cleanup) struct line_reader *reader = NULL;
    uint64_t len = 0;
    bool more = true;
    enum err_code code = line_reader_new(key, &reader, err);
    if (code != ERR_OK) {
        return code;
    }
    reader->fd = fd;
    reader->at = reader->used = reader->filled = 0;
    while (code == ERR_OK && more) {
        code = fill(reader, &more, err);
        if (code == ERR_OK && more) {
            keyed_add(reader->keyed, reader->piece, reader->filled);
            len += reader->filled;
            reader->at += reader->filled;
            reader->used = reader->filled;
        }
    }
    end_digest(reader->keyed, len, ret_digest);
    return code;
}
