/* store.c - stored texts in compressed blocks. */
#include "text/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/io.h"
#include "text/packing.h"

#define STORE_MAGIC "NASLAGT2"
#define STORE_MAGIC_LEN 8
#define DICTIONARY_FIELD 24
#define STORE_HEAD (STORE_MAGIC_LEN + DICTIONARY_FIELD)
#define RECORD_MAGIC 0x5458544eu
#define RECORD_HEAD 28
#define PAGE_SIZE_ON_DISK 8
#define BLOCK_SIZE_ON_DISK 12
#define HIDDEN_SIZE_ON_DISK 12
#define FLUSH_BYTES (1 << 20)
#define RECORD_MAX ((size_t)1 << 30)

struct store_writer {
    int fd;
    char *path;
    uint64_t size; /* of the file, with what is in `pending` */
    struct buf pending, pages, blocks, hidden, packed;
    uint32_t page_count, block_count, hidden_count, text_len;
    struct packer *packer;
    bool failed;
};

static const char *name_of(const struct dictionary *dictionary)
{
    return dictionary != NULL ? dictionary_name(dictionary) : "";
}

enum err_code store_writer_new(const char *path, struct dictionary *dictionary, struct store_writer **ret_writer, struct err *err)
{
    CLEANUP(store_writer_free_cleanup) struct store_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return err_nomem(err, "store_writer_new");
    }
    writer->fd = -1;
    buf_init(&writer->pending, 2 * RECORD_MAX);
    buf_init(&writer->pages, RECORD_MAX);
    buf_init(&writer->blocks, RECORD_MAX);
    buf_init(&writer->hidden, RECORD_MAX);
    buf_init(&writer->packed, RECORD_MAX);
    writer->path = strdup(path);
    enum err_code code = writer->path != NULL ? packer_new(dictionary, &writer->packer, err)
                                              : err_nomem(err, "store_writer_new");
    if (code != ERR_OK) {
        return code;
    }
    writer->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (writer->fd < 0) {
        return err_errno(err, errno, "cannot create %s", path);
    }
    char field[DICTIONARY_FIELD] = "";
    memcpy(field, name_of(dictionary), strlen(name_of(dictionary)));
    buf_add(&writer->pending, STORE_MAGIC, STORE_MAGIC_LEN);
    buf_add(&writer->pending, field, sizeof field);
    writer->size = STORE_HEAD;
    *ret_writer = TAKE_PTR(writer);
    return ERR_OK;
}

void store_writer_free(struct store_writer *writer)
{
    if (writer != NULL) {
        if (writer->fd >= 0) {
            close(writer->fd);
        }
        free(writer->path);
        buf_done(&writer->pending);
        buf_done(&writer->pages);
        buf_done(&writer->blocks);
        buf_done(&writer->hidden);
        buf_done(&writer->packed);
        packer_free(writer->packer);
        free(writer);
    }
}

void store_begin(struct store_writer *writer)
{
    buf_clear(&writer->pages);
    buf_clear(&writer->blocks);
    buf_clear(&writer->hidden);
    buf_clear(&writer->packed);
    writer->page_count = writer->block_count = writer->hidden_count = writer->text_len = 0;
    writer->failed = false;
}

void store_add_page(struct store_writer *writer, uint32_t position, uint32_t offset)
{
    buf_add_u32(&writer->pages, position);
    buf_add_u32(&writer->pages, offset);
    writer->page_count++;
}

void store_add_block(struct store_writer *writer, const char *text, size_t len, uint32_t position, uint32_t offset)
{
    buf_add_u32(&writer->blocks, position);
    buf_add_u32(&writer->blocks, offset);
    buf_add_u32(&writer->blocks, (uint32_t)writer->packed.len);
    writer->block_count++;
    writer->text_len = offset + (uint32_t)len;
    if (len > STORE_BLOCK_TEXT_MAX || !packer_add(writer->packer, text, len, &writer->packed)) {
        writer->failed = true;
    }
}

void store_add_hidden(struct store_writer *writer, uint32_t position, uint32_t start, uint32_t end)
{
    buf_add_u32(&writer->hidden, position);
    buf_add_u32(&writer->hidden, start);
    buf_add_u32(&writer->hidden, end);
    writer->hidden_count++;
}

static enum err_code flush(struct store_writer *writer, struct err *err)
{
    enum err_code code = io_write_fd(writer->fd, writer->path, writer->pending.data, writer->pending.len, err);
    buf_clear(&writer->pending);
    return code;
}

/* Writes when there is much; the record that was added last began at `before` in `pending`. */
static enum err_code end_record(struct store_writer *writer, size_t before, uint64_t *ret_offset, struct err *err)
{
    if (writer->pending.failed) {
        return buf_check(&writer->pending, "stored text", err);
    }
    uint64_t offset = writer->size;
    writer->size += writer->pending.len - before;
    enum err_code code = writer->pending.len >= FLUSH_BYTES ? flush(writer, err) : ERR_OK;
    if (code == ERR_OK) {
        *ret_offset = offset;
    }
    return code;
}

enum err_code store_end(struct store_writer *writer, uint32_t free_position, uint64_t *ret_offset, struct err *err)
{
    struct buf *out = &writer->pending;
    if (writer->failed || writer->pages.failed || writer->blocks.failed || writer->hidden.failed
        || writer->packed.failed) {
        return err_set(err, ERR_NOMEM, "a text of %u bytes could not be compressed", writer->text_len);
    }
    size_t before = out->len;
    buf_add_u32(out, RECORD_MAGIC);
    buf_add_u32(out, (uint32_t)(RECORD_HEAD - 8 + writer->pages.len + writer->blocks.len + writer->hidden.len
                           + writer->packed.len));
    buf_add_u32(out, writer->text_len);
    buf_add_u32(out, writer->page_count);
    buf_add_u32(out, writer->block_count);
    buf_add_u32(out, free_position);
    buf_add_u32(out, writer->hidden_count);
    buf_add(out, writer->pages.data, writer->pages.len);
    buf_add(out, writer->blocks.data, writer->blocks.len);
    buf_add(out, writer->hidden.data, writer->hidden.len);
    buf_add(out, writer->packed.data, writer->packed.len);
    return end_record(writer, before, ret_offset, err);
}

/* Packs the blocks of a record anew. */
static enum err_code repack(struct store_writer *writer, const struct store_text *text, uint64_t *ret_offset, struct err *err)
{
    AUTO_BUF struct buf block;
    buf_init(&block, STORE_BLOCK_TEXT_MAX);
    enum err_code code = ERR_OK;
    store_begin(writer);
    for (uint32_t i = 0; i < text->page_count; i++) {
        struct store_page page = store_page_at(text, i);
        store_add_page(writer, page.position, page.offset);
    }
    for (uint32_t i = 0; i < text->hidden_count; i++) {
        struct store_hidden hidden = store_hidden_at(text, i);
        store_add_hidden(writer, hidden.position, hidden.start, hidden.end);
    }
    for (uint32_t i = 0; i < text->block_count && code == ERR_OK; i++) {
        struct store_block at = store_block_at(text, i);
        buf_clear(&block);
        code = store_read_block(text, i, &block, err);
        if (code == ERR_OK) {
            store_add_block(writer, block.data != NULL ? block.data : "", block.len, at.position, at.offset);
        }
    }
    return code == ERR_OK ? store_end(writer, text->free_position, ret_offset, err) : code;
}

enum err_code store_copy(struct store_writer *writer, const struct store_text *text, uint64_t *ret_offset, struct err *err)
{
    if (strcmp(store_dictionary_name(text->store), name_of(packer_dictionary(writer->packer))) != 0) {
        return repack(writer, text, ret_offset, err);
    }
    size_t before = writer->pending.len;
    buf_add(&writer->pending, text->record, text->record_len);
    return end_record(writer, before, ret_offset, err);
}

enum err_code store_writer_sync(struct store_writer *writer, struct err *err)
{
    enum err_code code = flush(writer, err);
    if (code == ERR_OK && fsync(writer->fd) != 0) {
        code = err_errno(err, errno, "cannot sync %s", writer->path);
    }
    return code;
}

struct store {
    char *path;
    const uint8_t *map;
    size_t size;
    char dictionary_name[DICTIONARY_FIELD + 1];
    struct dictionary *dictionary; /* NULL when it has none */
    struct unpacker *unpacker;
};

/* The dictionary that the head of a file names, which lies beside it. */
static enum err_code open_dictionary(struct store *store, const struct store *other, struct err *err)
{
    memcpy(store->dictionary_name, store->map + STORE_MAGIC_LEN, DICTIONARY_FIELD);
    size_t len = strlen(store->dictionary_name);
    for (size_t i = len; i < DICTIONARY_FIELD; i++) {
        if (store->dictionary_name[i] != '\0') {
            return err_set(err, ERR_CORRUPT, "the head of stored texts %s is damaged", store->path);
        }
    }
    if (len == 0) {
        return ERR_OK;
    }
    if (other != NULL && strcmp(other->dictionary_name, store->dictionary_name) == 0) {
        store->dictionary = dictionary_ref(other->dictionary);
        return ERR_OK;
    }
    const char *slash = strrchr(store->path, '/');
    AUTO_FREE char *folder = slash != NULL ? strndup(store->path, (size_t)(slash - store->path) + 1) : strdup(".");
    return folder != NULL ? dictionary_open(folder, store->dictionary_name, &store->dictionary, err)
                          : err_nomem(err, "store_open");
}

enum err_code store_open(const char *path, struct store **ret_store, struct err *err)
{
    return store_open_beside(path, NULL, ret_store, err);
}

enum err_code store_open_beside(const char *path, const struct store *other, struct store **ret_store, struct err *err)
{
    CLEANUP(store_free_cleanup) struct store *store = calloc(1, sizeof *store);
    if (store == NULL || (store->path = strdup(path)) == NULL) {
        return err_nomem(err, "store_open");
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot open stored texts %s", path);
    }
    if (info.st_size < STORE_HEAD) {
        return err_set(err, ERR_CORRUPT, "stored texts %s are too short", path);
    }
    void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return err_errno(err, errno, "cannot map stored texts %s", path);
    }
    store->map = map;
    store->size = (size_t)info.st_size;
    if (memcmp(map, STORE_MAGIC, STORE_MAGIC_LEN) != 0) {
        return err_set(err, ERR_CORRUPT, "%s does not hold stored texts of this format", path);
    }
    enum err_code code = open_dictionary(store, other, err);
    if (code == ERR_OK) {
        code = unpacker_new(store->dictionary, &store->unpacker, err);
    }
    if (code == ERR_OK) {
        *ret_store = TAKE_PTR(store);
    }
    return code;
}

void store_free(struct store *store)
{
    if (store != NULL) {
        if (store->map != NULL) {
            munmap((void *)(uintptr_t)store->map, store->size);
        }
        unpacker_free(store->unpacker);
        dictionary_free(store->dictionary);
        free(store->path);
        free(store);
    }
}

const char *store_dictionary_name(const struct store *store)
{
    return store->dictionary_name;
}

struct dictionary *store_dictionary(const struct store *store)
{
    return store->dictionary;
}

uint64_t store_size(const struct store *store)
{
    return store->size;
}

static enum err_code unsound(const struct store *store, uint64_t offset, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "stored texts %s have no sound record at byte %llu", store->path,
                   (unsigned long long)offset);
}

enum err_code store_get(struct store *store, uint64_t offset, struct store_text *ret_text, struct err *err)
{
    if (offset > store->size || store->size - offset < RECORD_HEAD) {
        return unsound(store, offset, err);
    }
    struct span span;
    span_init(&span, store->map + offset, store->size - offset);
    uint32_t magic = span_u32(&span);
    uint32_t length = span_u32(&span);
    if (magic != RECORD_MAGIC || length > span.len - 8 || length < RECORD_HEAD - 8) {
        return unsound(store, offset, err);
    }
    span.len = (size_t)length + 8;
    struct store_text text = { .store = store, .record = span.data, .record_len = span.len };
    text.text_len = span_u32(&span);
    text.page_count = span_u32(&span);
    text.block_count = span_u32(&span);
    text.free_position = span_u32(&span);
    text.hidden_count = span_u32(&span);
    text.pages = (const uint8_t *)span_bytes(&span, (size_t)text.page_count * PAGE_SIZE_ON_DISK);
    text.blocks = (const uint8_t *)span_bytes(&span, (size_t)text.block_count * BLOCK_SIZE_ON_DISK);
    text.hidden = (const uint8_t *)span_bytes(&span, (size_t)text.hidden_count * HIDDEN_SIZE_ON_DISK);
    if (span.failed) {
        return unsound(store, offset, err);
    }
    text.packed = span.data + span.at;
    text.packed_len = (uint32_t)(span.len - span.at);
    *ret_text = text;
    return ERR_OK;
}

enum err_code store_next(struct store *store, uint64_t *offset, struct store_text *ret_text, bool *ret_more, struct err *err)
{
    uint64_t at = *offset < STORE_HEAD ? STORE_HEAD : *offset;
    *ret_more = at < store->size;
    enum err_code code = *ret_more ? store_get(store, at, ret_text, err) : ERR_OK;
    if (code == ERR_OK && *ret_more) {
        *offset = at + ret_text->record_len;
    }
    return code;
}

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

struct store_page store_page_at(const struct store_text *text, uint32_t index)
{
    const uint8_t *at = text->pages + (size_t)index * PAGE_SIZE_ON_DISK;
    return (struct store_page){ read_u32(at), read_u32(at + 4) };
}

struct store_block store_block_at(const struct store_text *text, uint32_t index)
{
    const uint8_t *at = text->blocks + (size_t)index * BLOCK_SIZE_ON_DISK;
    return (struct store_block){ read_u32(at), read_u32(at + 4), read_u32(at + 8) };
}

struct store_hidden store_hidden_at(const struct store_text *text, uint32_t index)
{
    const uint8_t *at = text->hidden + (size_t)index * HIDDEN_SIZE_ON_DISK;
    return (struct store_hidden){ read_u32(at), read_u32(at + 4), read_u32(at + 8) };
}

/* The last of `count` ascending table rows whose first u32 is <= position. */
static uint32_t find_row(const uint8_t *rows, uint32_t count, size_t row_size, uint32_t position)
{
    uint32_t low = 0, high = count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (read_u32(rows + (size_t)middle * row_size) <= position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t store_find_page(const struct store_text *text, uint32_t position)
{
    return find_row(text->pages, text->page_count, PAGE_SIZE_ON_DISK, position);
}

uint32_t store_count_hidden(const struct store_text *text, uint32_t position)
{
    uint32_t row = find_row(text->hidden, text->hidden_count, HIDDEN_SIZE_ON_DISK, position);
    return text->hidden_count > 0 && store_hidden_at(text, row).position <= position ? row + 1 : 0;
}

uint32_t store_find_block(const struct store_text *text, uint32_t position)
{
    return find_row(text->blocks, text->block_count, BLOCK_SIZE_ON_DISK, position);
}

enum err_code store_read_block(const struct store_text *text, uint32_t index, struct buf *out, struct err *err)
{
    if (index >= text->block_count) {
        return err_set(err, ERR_INTERNAL, "block %u of %u was asked for", index, text->block_count);
    }
    struct store_block block = store_block_at(text, index);
    bool last = index + 1 == text->block_count;
    struct store_block next = last ? (struct store_block){ 0, text->text_len, text->packed_len }
                                   : store_block_at(text, index + 1);
    if (next.packed > text->packed_len || block.packed > next.packed || next.offset < block.offset
        || next.offset - block.offset > STORE_BLOCK_TEXT_MAX) {
        return err_set(err, ERR_CORRUPT, "a block table in %s is damaged", text->store->path);
    }
    size_t len = next.offset - block.offset;
    if (!unpacker_add(text->store->unpacker, text->packed + block.packed, next.packed - block.packed, len, out)) {
        return out->failed ? buf_check(out, "a block of stored text", err)
                           : err_set(err, ERR_CORRUPT, "a block of stored text in %s is damaged", text->store->path);
    }
    return ERR_OK;
}
