/* glass_write.c - writing a table from sorted entries, its blocks from left to right.
 *
 * One block of each level is in the making.  A leaf that is full goes to the file, gets the next number, and is entered in the
 * branch block above it under the shortest key that parts it from its neighbour; a full branch block does likewise.  So blocks
 * are written once, in order, and are full but for the last of each level.
 */
#include "shim/glass.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "shim/glass_block.h"
#include "shim/glass_pack.h"

#define BUFFERED_BLOCKS 32U
/* A long tag fills up the space left in a block when there is this much beyond its key: less is not worth the longer key that
 * parts the blocks (the figure is Xapian's, from measuring). */
#define WORTH_FILLING 34

/* A key that parts two blocks. */
struct separator {
    uint8_t key[GLASS_KEY_MAX];
    uint8_t len;
    uint16_t piece;
};

struct level {
    uint8_t block[GLASS_BLOCK];
    unsigned dir_end, low; /* low: offset of the item added last */
    struct separator before; /* parts the block from the one before it */
    bool begun;
};

struct glass_writer {
    char path[PATH_MAX];
    int fd; /* -1 until there is a file */
    struct level *levels[LEVELS_MAX];
    uint8_t last[GLASS_KEY_MAX]; /* the key added last */
    size_t last_len;
    uint64_t entries;
    uint32_t blocks; /* written or buffered */
    uint8_t *buffer;
    unsigned buffered;
    enum err_code failed;
    struct err err;
};

const char *glass_table_file(enum glass_table table)
{
    static const char *const names[GLASS_TABLES] = { "postlist.glass", "docdata.glass", "termlist.glass", "position.glass",
                                                     "spelling.glass", "synonym.glass" };
    return names[table];
}

static void fail(struct glass_writer *writer, enum err_code code)
{
    if (writer->failed == ERR_OK) {
        writer->failed = code;
    }
}

static bool create_file(struct glass_writer *writer)
{
    writer->fd = open(writer->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (writer->fd < 0) {
        fail(writer, err_errno(&writer->err, errno, "cannot create %s", writer->path));
    }
    return writer->fd >= 0;
}

enum err_code glass_writer_new(const char *directory, enum glass_table table, struct glass_writer **ret_writer, struct err *err)
{
    CLEANUP(glass_writer_free_cleanup) struct glass_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return err_nomem(err, "a table");
    }
    writer->fd = -1;
    if (snprintf(writer->path, PATH_MAX, "%s/%s", directory, glass_table_file(table)) >= PATH_MAX) {
        return err_set(err, ERR_INVALID, "the path %.100s... is too long", directory);
    }
    writer->buffer = malloc((size_t)BUFFERED_BLOCKS * GLASS_BLOCK);
    if (writer->buffer == NULL) {
        return err_nomem(err, "a table");
    }
    if (table == GLASS_POSTLIST && !create_file(writer)) {
        return err_set(err, writer->failed, "%s", writer->err.text);
    }
    *ret_writer = TAKE_PTR(writer);
    return ERR_OK;
}

void glass_writer_free(struct glass_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    for (int i = 0; i < LEVELS_MAX; i++) {
        free(writer->levels[i]);
    }
    if (writer->fd >= 0) {
        close(writer->fd);
    }
    free(writer->buffer);
    free(writer);
}

static void flush(struct glass_writer *writer)
{
    if (writer->buffered > 0 && writer->failed == ERR_OK) {
        fail(writer, io_write_fd(writer->fd, writer->path, writer->buffer, (size_t)writer->buffered * GLASS_BLOCK, &writer->err));
    }
    writer->buffered = 0;
}

/* Gives a finished block its number. */
static uint32_t put_block(struct glass_writer *writer, struct level *level, unsigned height)
{
    uint8_t *block = level->block;
    memset(block + level->dir_end, 0, level->low - level->dir_end);
    put32(block, GLASS_REVISION);
    block[BLOCK_LEVEL] = (uint8_t)height;
    put16(block + BLOCK_GAP, level->low - level->dir_end);
    put16(block + BLOCK_FREE, level->low - level->dir_end);
    put16(block + BLOCK_DIR_END, level->dir_end);
    memcpy(writer->buffer + (size_t)writer->buffered * GLASS_BLOCK, block, GLASS_BLOCK);
    if (writer->blocks == UINT32_MAX) {
        fail(writer, err_set(&writer->err, ERR_INVALID, "%s is too large", writer->path));
        return 0;
    }
    if (++writer->buffered == BUFFERED_BLOCKS) {
        flush(writer);
    }
    return writer->blocks++;
}

static struct level *need_level(struct glass_writer *writer, unsigned height)
{
    if (height == LEVELS_MAX) {
        fail(writer, err_set(&writer->err, ERR_INVALID, "%s is too large", writer->path));
        return NULL;
    }
    if (writer->levels[height] == NULL) {
        writer->levels[height] = calloc(1, sizeof **writer->levels);
    }
    if (writer->levels[height] == NULL) {
        fail(writer, err_nomem(&writer->err, "a table"));
    }
    return writer->levels[height];
}

static void begin_block(struct level *level, const struct separator *before)
{
    level->dir_end = BLOCK_DIR;
    level->low = GLASS_BLOCK;
    level->begun = true;
    level->before = *before;
}

/* Room for an item at the end of a block, which must have it. */
static uint8_t *place_item(struct level *level, size_t size)
{
    level->low -= (unsigned)size;
    put16(level->block + level->dir_end, level->low);
    level->dir_end += BLOCK_OFFSET;
    return level->block + level->low;
}

static bool has_room(const struct level *level, size_t size)
{
    return level->low - level->dir_end >= size + BLOCK_OFFSET;
}

static const uint8_t no_key[1];

static void put_branch_item(struct level *level, const uint8_t *key, size_t len, unsigned piece, uint32_t block)
{
    uint8_t *item = place_item(level, BRANCH_HEAD + len + ITEM_PIECE);
    put32(item, block);
    item[4] = (uint8_t)len;
    memcpy(item + BRANCH_HEAD, key, len);
    put16(item + BRANCH_HEAD + len, piece);
}

/* Enters a block in the level above it. */
static void enter_block(struct glass_writer *writer, unsigned height, const struct separator *before, uint32_t block)
{
    for (struct separator key = *before;; height++) {
        struct level *level = need_level(writer, height);
        if (level == NULL) {
            return;
        }
        if (!level->begun) {
            begin_block(level, &key);
            put_branch_item(level, no_key, 0, 0, block);
            return;
        }
        if (has_room(level, BRANCH_HEAD + key.len + ITEM_PIECE)) {
            put_branch_item(level, key.key, key.len, key.piece, block);
            return;
        }
        struct separator full = level->before;
        uint32_t number = put_block(writer, level, height);
        begin_block(level, &key);
        put_branch_item(level, no_key, 0, 0, block);
        key = full;
        block = number;
    }
}

/* The shortest key above the last one and not above this one. */
static struct separator part_keys(const struct glass_writer *writer, const uint8_t *key, size_t len, unsigned piece)
{
    struct separator part = { .piece = (uint16_t)piece };
    size_t shared = 0, shorter = len < writer->last_len ? len : writer->last_len;
    while (shared < shorter && key[shared] == writer->last[shared]) {
        shared++;
    }
    part.len = (uint8_t)(shared < len ? shared + 1 : len);
    memcpy(part.key, key, part.len);
    return part;
}

/* One piece of a tag; `number` counts from 1. */
static void add_piece(struct glass_writer *writer, const uint8_t *key, size_t len, unsigned number, bool last, const uint8_t *bytes,
                      size_t count)
{
    struct level *leaf = writer->levels[0];
    size_t size = ITEM_HEAD + len + (number > 1 ? ITEM_PIECE : 0) + count;
    if (!has_room(leaf, size)) {
        struct separator part = part_keys(writer, key, len, number), before = leaf->before;
        enter_block(writer, 1, &before, put_block(writer, leaf, 0));
        begin_block(leaf, &part);
    }
    uint8_t *item = place_item(leaf, size);
    put16(item, (unsigned)(size - ITEM_HEAD) | (number == 1 ? ITEM_FIRST : 0) | (last ? ITEM_LAST : 0));
    item[2] = (uint8_t)len;
    item += ITEM_HEAD;
    memcpy(item, key, len);
    item += len;
    if (number > 1) {
        put16(item, number);
        item += ITEM_PIECE;
    }
    memcpy(item, bytes, count);
    memcpy(writer->last, key, len);
    writer->last_len = len;
}

static bool begin_table(struct glass_writer *writer)
{
    const struct separator none = { .len = 0 };
    struct level *leaf = need_level(writer, 0);
    if (leaf == NULL || (writer->fd < 0 && !create_file(writer))) {
        return false;
    }
    begin_block(leaf, &none);
    add_piece(writer, no_key, 0, 1, true, no_key, 0);
    return true;
}

void glass_writer_add(struct glass_writer *writer, const uint8_t *key, size_t key_len, const void *tag, size_t tag_len)
{
    if (writer->failed != ERR_OK || (writer->entries == 0 && !begin_table(writer))) {
        return;
    }
    size_t most = ITEM_MAX - ITEM_HEAD - key_len - ITEM_PIECE; /* bytes in a piece but the first */
    if (key_len == 0 || key_len > GLASS_KEY_MAX || tag_len / most + 2 > UINT16_MAX
        || (writer->entries > 0 && pack_compare(writer->last, writer->last_len, key, key_len) >= 0)) {
        fail(writer, err_set(&writer->err, ERR_INTERNAL, "%s: an entry is too long or out of order", writer->path));
        return;
    }
    size_t first = most + ITEM_PIECE;
    if (tag_len <= first) {
        first = tag_len;
    } else {
        size_t head = BLOCK_OFFSET + ITEM_HEAD + ITEM_PIECE + key_len;
        size_t left = (writer->levels[0]->low - writer->levels[0]->dir_end) % (ITEM_MAX + BLOCK_OFFSET);
        if (left > head && (left - head >= (tag_len - ITEM_PIECE) % most || left - head >= key_len + WORTH_FILLING)) {
            first = left - head + ITEM_PIECE;
        }
    }
    const uint8_t *bytes = tag;
    size_t count = first;
    for (unsigned number = 1;; number++) {
        add_piece(writer, key, key_len, number, count == tag_len, bytes, count);
        tag_len -= count;
        if (tag_len == 0) {
            break;
        }
        bytes += count;
        count = tag_len < most ? tag_len : most;
    }
    writer->entries++;
}

enum err_code glass_writer_finish(struct glass_writer *writer, struct glass_root *ret_root, struct err *err)
{
    struct glass_root root = { 0 };
    for (unsigned height = 0; height < LEVELS_MAX && writer->entries > 0 && writer->failed == ERR_OK; height++) {
        struct level *level = writer->levels[height];
        struct separator before = level->before;
        uint32_t block = put_block(writer, level, height);
        level->begun = false;
        if (height + 1 == LEVELS_MAX || writer->levels[height + 1] == NULL) { /* nothing above: the root */
            root = (struct glass_root){ block, height, writer->entries, 0 };
            break;
        }
        enter_block(writer, height + 1, &before, block);
    }
    flush(writer);
    if (writer->failed != ERR_OK) {
        return err_set(err, writer->failed, "%s", writer->err.text);
    }
    root.blocks = writer->blocks;
    *ret_root = root;
    return ERR_OK;
}
