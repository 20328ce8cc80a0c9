/* glass_read.c - reading a table that glass_write.c wrote, from its first entry to its last.
 *
 * Its leaves stand in the file in order, so the file is read once from front to back and branch blocks are passed over.
 */
#include "shim/glass.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "shim/glass_block.h"

#define READ_BLOCKS 16U
#define TAG_MAX ((size_t)256 << 20)

struct glass_reader {
    char path[PATH_MAX];
    int fd; /* -1: an empty table */
    uint32_t next, blocks; /* next block to read */
    uint64_t entries;      /* to come */
    uint8_t *buffer;
    unsigned held, at;     /* blocks in the buffer; the one in use */
    unsigned item, dir_end; /* place in its directory */
    uint8_t key[GLASS_KEY_MAX]; /* of a tag in pieces */
    struct buf tag;
};

enum err_code glass_reader_new(const char *directory, enum glass_table table, const struct glass_root *root,
                               struct glass_reader **ret_reader, struct err *err)
{
    CLEANUP(glass_reader_free_cleanup) struct glass_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return err_nomem(err, "reading a table");
    }
    reader->fd = -1;
    buf_init(&reader->tag, TAG_MAX);
    if (snprintf(reader->path, PATH_MAX, "%s/%s", directory, glass_table_file(table)) >= PATH_MAX) {
        return err_set(err, ERR_INVALID, "the path %.100s... is too long", directory);
    }
    reader->blocks = root->blocks;
    reader->entries = root->entries;
    if (root->entries > 0) {
        reader->buffer = malloc((size_t)READ_BLOCKS * GLASS_BLOCK);
        if (reader->buffer == NULL) {
            return err_nomem(err, "reading a table");
        }
        reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC);
        if (reader->fd < 0) {
            return err_errno(err, errno, "cannot open %s", reader->path);
        }
        (void)posix_fadvise(reader->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    *ret_reader = TAKE_PTR(reader);
    return ERR_OK;
}

void glass_reader_free(struct glass_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->fd >= 0) {
        close(reader->fd);
    }
    free(reader->buffer);
    buf_done(&reader->tag);
    free(reader);
}

static enum err_code corrupt(const struct glass_reader *reader, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%s is damaged near block %u", reader->path, reader->next - reader->held + reader->at);
}

/* Steps to the next leaf. */
static enum err_code next_leaf(struct glass_reader *reader, struct err *err)
{
    for (;;) {
        reader->at++;
        if (reader->at >= reader->held) {
            if (reader->next == reader->blocks) {
                return corrupt(reader, err);
            }
            uint32_t left = reader->blocks - reader->next;
            unsigned count = left < READ_BLOCKS ? left : READ_BLOCKS;
            enum err_code code = io_pread(reader->fd, reader->path, reader->buffer, (size_t)count * GLASS_BLOCK,
                                          (uint64_t)reader->next * GLASS_BLOCK, err);
            if (code != ERR_OK) {
                return code;
            }
            reader->next += count;
            reader->held = count;
            reader->at = 0;
        }
        const uint8_t *block = reader->buffer + (size_t)reader->at * GLASS_BLOCK;
        unsigned dir_end = get16(block + BLOCK_DIR_END);
        if (get32(block) != GLASS_REVISION || dir_end < BLOCK_DIR || dir_end > GLASS_BLOCK
            || (dir_end - BLOCK_DIR) % BLOCK_OFFSET != 0) {
            return corrupt(reader, err);
        }
        if (block[BLOCK_LEVEL] == 0) {
            reader->item = BLOCK_DIR;
            reader->dir_end = dir_end;
            return ERR_OK;
        }
    }
}

/* A leaf item, taken apart. */
struct piece {
    const uint8_t *key, *bytes;
    size_t key_len, len;
    bool first, last;
};

static enum err_code next_piece(struct glass_reader *reader, struct piece *piece, struct err *err)
{
    while (reader->item == reader->dir_end) {
        enum err_code code = next_leaf(reader, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    const uint8_t *block = reader->buffer + (size_t)reader->at * GLASS_BLOCK;
    unsigned offset = get16(block + reader->item);
    reader->item += BLOCK_OFFSET;
    if (offset < reader->dir_end || offset > GLASS_BLOCK - ITEM_HEAD) {
        return corrupt(reader, err);
    }
    const uint8_t *item = block + offset;
    unsigned head = get16(item);
    size_t size = (head & ITEM_SIZE) + ITEM_HEAD;
    piece->first = (head & ITEM_FIRST) != 0;
    piece->last = (head & ITEM_LAST) != 0;
    piece->key_len = item[2];
    size_t before = ITEM_HEAD + piece->key_len + (piece->first ? 0 : ITEM_PIECE);
    if (size > GLASS_BLOCK - offset || before > size || (head & ITEM_COMPRESSED) != 0) {
        return corrupt(reader, err);
    }
    piece->key = item + ITEM_HEAD;
    piece->bytes = item + before;
    piece->len = size - before;
    return ERR_OK;
}

enum err_code glass_reader_next(struct glass_reader *reader, struct glass_entry *ret_entry, bool *ret_more, struct err *err)
{
    struct piece piece;
    if (reader->entries == 0) {
        *ret_more = false;
        return ERR_OK;
    }
    enum err_code code = next_piece(reader, &piece, err);
    if (code == ERR_OK && piece.key_len == 0) { /* the item that every table begins with */
        code = next_piece(reader, &piece, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    if (!piece.first || piece.key_len == 0) {
        return corrupt(reader, err);
    }
    reader->entries--;
    *ret_more = true;
    if (piece.last) {
        *ret_entry = (struct glass_entry){ piece.key, piece.key_len, piece.bytes, piece.len };
        return ERR_OK;
    }
    size_t key_len = piece.key_len;
    memcpy(reader->key, piece.key, key_len);
    buf_clear(&reader->tag);
    for (;;) {
        buf_add(&reader->tag, piece.bytes, piece.len);
        if (piece.last) {
            break;
        }
        code = next_piece(reader, &piece, err);
        if (code != ERR_OK) {
            return code;
        }
        if (piece.first || piece.key_len != key_len || memcmp(piece.key, reader->key, key_len) != 0) {
            return corrupt(reader, err);
        }
    }
    code = buf_check(&reader->tag, "an entry of a table", err);
    *ret_entry = (struct glass_entry){ reader->key, key_len, (const uint8_t *)reader->tag.data, reader->tag.len };
    return code;
}
