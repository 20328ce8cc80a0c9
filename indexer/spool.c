/* spool.c - the file of waiting documents, and that of their blocks. */
#include "indexer/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"

#define SPOOL_DOCUMENT_MAX ((size_t)1 << 30)
#define COUNTS_SUFFIX ".blocks"
#define SPOOL_BUFFER ((size_t)1 << 18)

struct spool {
    char *path, *counts_path;
    FILE *file, *counts;
    struct buf document; /* being written or read */
    uint32_t *pages;
};

enum err_code spool_new(const char *path, struct spool **ret_spool, struct err *err)
{
    struct spool *spool = calloc(1, sizeof *spool);
    if (spool == NULL || (spool->path = strdup(path)) == NULL || asprintf(&spool->counts_path, "%s" COUNTS_SUFFIX, path) < 0) {
        spool_free(spool);
        return err_nomem(err, "spool_new");
    }
    buf_init(&spool->document, SPOOL_DOCUMENT_MAX);
    *ret_spool = spool;
    return ERR_OK;
}

static void close_file(FILE **file, const char *path)
{
    if (*file != NULL) {
        fclose(*file);
        unlink(path);
        *file = NULL;
    }
}

void spool_free(struct spool *spool)
{
    if (spool != NULL) {
        close_file(&spool->file, spool->path);
        close_file(&spool->counts, spool->counts_path);
        free(spool->path);
        free(spool->counts_path);
        buf_done(&spool->document);
        free(spool->pages);
        free(spool);
    }
}

static enum err_code problem(const char *path, struct err *err)
{
    return err_errno(err, errno != 0 ? errno : EIO, "cannot use %s", path);
}

static enum err_code open_file(const char *path, FILE **ret_file, struct err *err)
{
    if (*ret_file == NULL) {
        *ret_file = fopen(path, "w+xe");
        if (*ret_file == NULL) {
            return problem(path, err);
        }
        setvbuf(*ret_file, NULL, _IOFBF, SPOOL_BUFFER);
    }
    return ERR_OK;
}

/* Writes a length and the bytes of the buffer. */
static enum err_code put(FILE *file, const char *path, const struct buf *bytes, struct err *err)
{
    uint8_t len[8];
    enum err_code code = buf_check(bytes, "a waiting document", err);
    if (code != ERR_OK) {
        return code;
    }
    for (int i = 0; i < 8; i++) {
        len[i] = (uint8_t)((uint64_t)bytes->len >> (8 * i));
    }
    bool written = fwrite(len, sizeof len, 1, file) == 1 && fwrite(bytes->data, bytes->len, 1, file) == 1;
    return written ? ERR_OK : problem(path, err);
}

static bool is_first(const struct recur *recur, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (recur->blocks[i].usable && recur->blocks[i].hash == recur->blocks[index].hash) {
            return false;
        }
    }
    return recur->blocks[index].usable;
}

static enum err_code put_counts(struct spool *spool, const struct compose_input *input, struct err *err)
{
    AUTO_FREE char *source = strndup(input->head.source.text, input->head.source.len);
    struct recur recur;
    uint32_t count = 0;
    if (source == NULL) {
        return err_nomem(err, "a waiting document");
    }
    recur_scan(&recur, source, input->text, input->text_len);
    for (size_t i = 0; i < recur.count; i++) {
        count += is_first(&recur, i);
    }
    struct buf *out = &spool->document;
    buf_clear(out);
    buf_add_u32(out, recur.likeness);
    buf_add_u32(out, count);
    for (size_t i = 0; i < recur.count; i++) {
        if (is_first(&recur, i)) {
            buf_add_u64(out, recur.blocks[i].hash);
        }
    }
    buf_add_str(out, source);
    return put(spool->counts, spool->counts_path, out, err);
}

enum err_code spool_add(struct spool *spool, const struct compose_input *input, struct err *err)
{
    enum err_code code = open_file(spool->path, &spool->file, err);
    if (code == ERR_OK) {
        code = open_file(spool->counts_path, &spool->counts, err);
    }
    if (code == ERR_OK) {
        code = put_counts(spool, input, err);
    }
    AUTO_BUF struct buf head;
    buf_init(&head, (size_t)16 << 20);
    doc_head_write(&input->head, &head);
    if (code == ERR_OK) {
        code = buf_check(&head, "document data", err);
    }
    struct buf *out = &spool->document;
    buf_clear(out);
    buf_add_blob(out, head.data, head.len);
    buf_add_u32(out, input->page_count);
    for (uint32_t i = 0; i < input->page_count; i++) {
        buf_add_u32(out, input->pages[i]);
    }
    buf_add_blob(out, input->text, input->text_len);
    return code == ERR_OK ? put(spool->file, spool->path, out, err) : code;
}

enum err_code spool_finish_counts(struct spool *spool, const char **ret_path, struct err *err)
{
    *ret_path = spool->counts != NULL ? spool->counts_path : "";
    if (spool->file != NULL && fflush(spool->file) != 0) {
        return problem(spool->path, err);
    }
    return spool->counts == NULL || fflush(spool->counts) == 0 ? ERR_OK : problem(spool->counts_path, err);
}

enum err_code spool_rewind(struct spool *spool, struct err *err)
{
    return spool->file == NULL || (fflush(spool->file) == 0 && fseek(spool->file, 0, SEEK_SET) == 0)
        ? ERR_OK : problem(spool->path, err);
}

/* Takes a document apart that is in the buffer. */
static enum err_code unpack(struct spool *spool, struct compose_input *ret_input, struct err *err)
{
    struct compose_input input = { .pages = NULL };
    struct span span;
    size_t head_len;
    span_init(&span, spool->document.data, spool->document.len);
    const char *head = span_blob(&span, &head_len);
    input.page_count = span_u32(&span);
    if (span.failed || input.page_count > (span.len - span.at) / 4) {
        return err_set(err, ERR_CORRUPT, "%s is damaged", spool->path);
    }
    uint32_t *pages = realloc(spool->pages, (input.page_count + 1) * sizeof *pages);
    if (pages == NULL) {
        return err_nomem(err, "a waiting document");
    }
    spool->pages = pages;
    for (uint32_t i = 0; i < input.page_count; i++) {
        pages[i] = span_u32(&span);
    }
    input.pages = pages;
    input.text = span_blob(&span, &input.text_len);
    if (span.failed) {
        return err_set(err, ERR_CORRUPT, "%s is damaged", spool->path);
    }
    enum err_code code = doc_head_read(head, head_len, &input.head, err);
    if (code == ERR_OK) {
        *ret_input = input;
    }
    return code;
}

enum err_code spool_next(struct spool *spool, struct compose_input *ret_input, bool *ret_more, struct err *err)
{
    uint8_t len_bytes[8];
    uint64_t len = 0;
    *ret_more = false;
    if (spool->file == NULL) {
        return ERR_OK;
    }
    if (fread(len_bytes, sizeof len_bytes, 1, spool->file) != 1) {
        return feof(spool->file) ? ERR_OK : problem(spool->path, err);
    }
    for (int i = 0; i < 8; i++) {
        len |= (uint64_t)len_bytes[i] << (8 * i);
    }
    buf_clear(&spool->document);
    char *room = len <= SPOOL_DOCUMENT_MAX ? buf_reserve(&spool->document, (size_t)len) : NULL;
    if (room == NULL) {
        return err_nomem(err, "a waiting document");
    }
    if (fread(room, (size_t)len, 1, spool->file) != 1) {
        return problem(spool->path, err);
    }
    spool->document.len = (size_t)len;
    *ret_more = true;
    return unpack(spool, ret_input, err);
}

/* ---- Samples ------------------------------------------------------------------------------- */

/* The path of the documents, NULL when memory is short. */
static char *documents_path(const char *counts_path)
{
    size_t len = strlen(counts_path), suffix = strlen(COUNTS_SUFFIX);
    return strndup(counts_path, len > suffix ? len - suffix : 0);
}

uint64_t spool_size(const char *counts_path)
{
    AUTO_FREE char *path = documents_path(counts_path);
    return path != NULL ? io_tree_size(path) : 0;
}

/* Reads a little-endian number; false at the end. */
static bool get_number(FILE *file, size_t bytes, uint64_t *ret_number)
{
    uint8_t raw[8];
    *ret_number = 0;
    if (fread(raw, bytes, 1, file) != 1) {
        return false;
    }
    for (size_t i = 0; i < bytes; i++) {
        *ret_number |= (uint64_t)raw[i] << (8 * i);
    }
    return true;
}

/* Goes to the text of the document that begins here, behind its length. */
static bool find_text(FILE *file, uint64_t *ret_len)
{
    uint64_t head, pages;
    return get_number(file, 4, &head) && fseek(file, (long)head, SEEK_CUR) == 0 && get_number(file, 4, &pages)
        && fseek(file, (long)(4 * pages), SEEK_CUR) == 0 && get_number(file, 4, ret_len);
}

enum err_code spool_sample(const char *counts_path, uint64_t every, struct trainer *trainer, struct err *err)
{
    AUTO_FREE char *path = documents_path(counts_path), *text = malloc(SPOOL_SAMPLE_MAX);
    if (path == NULL || text == NULL) {
        return err_nomem(err, "training a dictionary");
    }
    AUTO_FCLOSE FILE *file = fopen(path, "re");
    if (file == NULL) {
        return problem(path, err);
    }
    uint64_t len, text_len;
    bool sound = true;
    for (uint64_t number = 0; sound && get_number(file, 8, &len); number++) {
        long start = ftell(file);
        if (number % every == 0) {
            sound = find_text(file, &text_len);
            size_t wanted = text_len < SPOOL_SAMPLE_MAX ? (size_t)text_len : SPOOL_SAMPLE_MAX;
            if (sound && wanted > 0 && fread(text, wanted, 1, file) == 1) {
                trainer_add(trainer, text, wanted);
            }
        }
        sound = sound && start >= 0 && len <= SPOOL_DOCUMENT_MAX && fseek(file, start + (long)len, SEEK_SET) == 0;
    }
    return sound && !ferror(file) ? ERR_OK : problem(path, err);
}

bool spool_read_count(struct span *span, struct spool_count *ret_count)
{
    if (span->at == span->len) {
        return false;
    }
    uint64_t len = span_u64(span);
    const char *bytes = len <= SIZE_MAX ? span_bytes(span, (size_t)len) : NULL;
    struct span body;
    span_init(&body, bytes, bytes != NULL ? (size_t)len : 0);
    ret_count->likeness = span_u32(&body);
    ret_count->block_count = span_u32(&body);
    const char *blocks = ret_count->block_count <= RECUR_BLOCKS_MAX ? span_bytes(&body, 8 * (size_t)ret_count->block_count)
                                                                    : NULL;
    span->failed = span->failed || bytes == NULL || body.failed || (blocks == NULL && ret_count->block_count > 0);
    if (span->failed) {
        return false;
    }
    span_init(&ret_count->blocks, blocks, 8 * (size_t)ret_count->block_count);
    ret_count->source = (const char *)body.data + body.at;
    ret_count->source_len = body.len - body.at;
    return true;
}
