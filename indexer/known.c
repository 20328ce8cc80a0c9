/* known.c - a sorted list of blocks and their classes, and its file. */
#include "indexer/known.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

#define KNOWN_MAGIC "NASLAGB1"
#define KNOWN_MAGIC_LEN 8
#define KNOWN_BYTES_MAX ((size_t)4 << 30)

void known_done(struct known *known)
{
    free(known->items);
    *known = (struct known){ 0 };
}

enum err_code known_add(struct known *known, uint64_t hash, enum recur_class class, struct err *err)
{
    if (mem_grow(&known->items, &known->capacity, known->count, sizeof *known->items) != 0) {
        return err_nomem(err, "a list of blocks");
    }
    known->items[known->count++] = hash << 8 | (uint64_t)class;
    return ERR_OK;
}

/* A merge sort: entries of one block stay in their order. */
static void sort(uint64_t *items, uint64_t *scratch, size_t count)
{
    if (count < 2) {
        return;
    }
    size_t half = count / 2;
    sort(items, scratch, half);
    sort(items + half, scratch, count - half);
    memcpy(scratch, items, count * sizeof *items);
    for (size_t left = 0, right = half, at = 0; at < count; at++) {
        bool from_left = right == count || (left < half && scratch[left] >> 8 <= scratch[right] >> 8);
        items[at] = scratch[from_left ? left++ : right++];
    }
}

enum err_code known_sort(struct known *known, struct err *err)
{
    AUTO_FREE uint64_t *scratch = malloc((known->count + 1) * sizeof *scratch);
    if (scratch == NULL) {
        return err_nomem(err, "a list of blocks");
    }
    sort(known->items, scratch, known->count);
    size_t kept = 0;
    for (size_t i = 0; i < known->count; i++) {
        bool again = kept > 0 && known->items[kept - 1] >> 8 == known->items[i] >> 8;
        known->items[again ? kept - 1 : kept++] = known->items[i];
    }
    known->count = kept;
    return ERR_OK;
}

enum err_code known_write(const struct known *known, const char *path, struct err *err)
{
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, KNOWN_BYTES_MAX);
    buf_add(&bytes, KNOWN_MAGIC, KNOWN_MAGIC_LEN);
    for (size_t i = 0; i < known->count; i++) {
        buf_add_u64(&bytes, known->items[i]);
    }
    enum err_code code = buf_check(&bytes, "a list of blocks", err);
    if (code != ERR_OK) {
        return code;
    }
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return fd < 0 ? err_errno(err, errno, "cannot create %s", path) : io_write_fd(fd, path, bytes.data, bytes.len, err);
}

enum err_code known_read(struct known *known, const char *path, struct err *err)
{
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, KNOWN_BYTES_MAX);
    enum err_code code = io_read_file(path, &bytes, err);
    if (code != ERR_OK) {
        return code;
    }
    if (bytes.len < KNOWN_MAGIC_LEN || memcmp(bytes.data, KNOWN_MAGIC, KNOWN_MAGIC_LEN) != 0) {
        return err_set(err, ERR_CORRUPT, "%s is no list of blocks", path);
    }
    size_t count = (bytes.len - KNOWN_MAGIC_LEN) / 8;
    uint64_t *items = malloc((count + 1) * sizeof *items);
    if (items == NULL) {
        return err_nomem(err, "a list of blocks");
    }
    struct span span;
    span_init(&span, bytes.data + KNOWN_MAGIC_LEN, bytes.len - KNOWN_MAGIC_LEN);
    for (size_t i = 0; i < count; i++) {
        items[i] = span_u64(&span);
    }
    known_done(known);
    *known = (struct known){ items, count, count };
    return ERR_OK;
}

enum recur_class known_class(void *context, uint64_t hash)
{
    const struct known *known = context;
    size_t low = 0, high = known->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (known->items[middle] >> 8 < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < known->count && known->items[low] >> 8 == hash;
    unsigned class = found ? known->items[low] & 0xFF : 0;
    return class <= RECUR_FREQUENT ? (enum recur_class)class : RECUR_SINGLE;
}
