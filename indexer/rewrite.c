/* rewrite.c - documents of a generation, one after the other, from its parts and stored texts. */
#include "indexer/rewrite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text/generation.h"
#include "text/schema.h"

struct rewriter {
    char *directory;
    struct generation old;
    struct shim_reader *reader; /* of `old`; NULL before the first job */
    char store_name[GENERATION_NAME_MAX];
    struct store *store;        /* the one last used */
};

enum err_code rewriter_new(const char *directory, struct rewriter **ret_rewriter, struct err *err)
{
    struct rewriter *rewriter = calloc(1, sizeof *rewriter);
    if (rewriter == NULL || (rewriter->directory = strdup(directory)) == NULL) {
        free(rewriter);
        return err_nomem(err, "rewriter_new");
    }
    *ret_rewriter = rewriter;
    return ERR_OK;
}

static void close_old(struct rewriter *rewriter)
{
    shim_reader_free(TAKE_PTR(rewriter->reader));
    store_free(TAKE_PTR(rewriter->store));
    generation_done(&rewriter->old);
    generation_init(&rewriter->old);
}

void rewriter_free(struct rewriter *rewriter)
{
    if (rewriter != NULL) {
        close_old(rewriter);
        free(rewriter->directory);
        free(rewriter);
    }
}

/* Opens a generation, unless it is open. */
static enum err_code open_old(struct rewriter *rewriter, uint64_t number, struct err *err)
{
    if (rewriter->reader != NULL && rewriter->old.number == number) {
        return ERR_OK;
    }
    close_old(rewriter);
    enum err_code code = generation_load(rewriter->directory, number, &rewriter->old, err);
    AUTO_FREE struct shim_part *parts = calloc(rewriter->old.part_count + 1, sizeof *parts);
    AUTO_FREE char *paths = calloc(rewriter->old.part_count + 1, 4096);
    if (parts == NULL || paths == NULL) {
        return err_nomem(err, "a builder");
    }
    for (size_t i = 0; i < rewriter->old.part_count && code == ERR_OK; i++) {
        parts[i] = (struct shim_part){ paths + i * 4096, NULL, 0 };
        snprintf(paths + i * 4096, 4096, "%s/%s/%s", rewriter->directory, SCHEMA_PARTS, rewriter->old.parts[i].name);
    }
    return code == ERR_OK ? shim_reader_open(parts, rewriter->old.part_count, &rewriter->reader, err) : code;
}

static bool is_dead(const struct generation_part *part, uint32_t docid)
{
    size_t low = 0, high = part->dead_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (part->dead[middle] < docid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < part->dead_count && part->dead[low] == docid;
}

static enum err_code need_store(struct rewriter *rewriter, struct doc_string wanted, struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    if (wanted.len >= sizeof rewriter->store_name) {
        return err_set(err, ERR_CORRUPT, "document data names no stored texts");
    }
    if (rewriter->store != NULL && strlen(rewriter->store_name) == wanted.len
        && memcmp(rewriter->store_name, wanted.text, wanted.len) == 0) {
        return ERR_OK;
    }
    store_free(TAKE_PTR(rewriter->store));
    memcpy(rewriter->store_name, wanted.text, wanted.len);
    rewriter->store_name[wanted.len] = '\0';
    enum err_code code = generation_path(rewriter->directory, SCHEMA_TEXTS, rewriter->store_name, &path, err);
    if (code == ERR_OK && (code = store_open(path.data, &rewriter->store, err)) == ERR_NOT_FOUND) {
        code = err_set(err, ERR_CORRUPT, "stored texts %s are missing", path.data);
    }
    return code;
}

static enum err_code rewrite_document(struct rewriter *rewriter, uint32_t docid, rewrite_take *take, void *context,
                                      uint64_t *bytes, struct err *err)
{
    AUTO_BUF struct buf data, text;
    AUTO_FREE uint32_t *pages = NULL;
    buf_init(&data, (size_t)16 << 20);
    buf_init(&text, (size_t)1 << 30);
    enum err_code code = shim_reader_data(rewriter->reader, docid, &data, err);
    if (code == ERR_NOT_FOUND) {
        return ERR_OK; /* a gap in the numbering */
    }
    struct compose_input input = { .pages = NULL };
    if (code == ERR_OK) {
        code = doc_head_read(data.data, data.len, &input.head, err);
    }
    if (code == ERR_OK) {
        code = need_store(rewriter, input.head.store, err);
    }
    struct store_text stored;
    if (code == ERR_OK) {
        code = store_get(rewriter->store, input.head.store_offset, &stored, err);
    }
    for (uint32_t i = 0; code == ERR_OK && i < stored.block_count; i++) {
        code = store_read_block(&stored, i, &text, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    pages = malloc((stored.page_count + 1) * sizeof *pages);
    if (pages == NULL) {
        return err_nomem(err, "a builder");
    }
    for (uint32_t i = 0; i < stored.page_count; i++) {
        pages[i] = store_page_at(&stored, i).offset;
        if (pages[i] > text.len || (i == 0 ? pages[i] != 0 : pages[i] < pages[i - 1])) {
            return err_set(err, ERR_CORRUPT, "a table of pages in the stored texts is damaged");
        }
    }
    if (input.head.own_title.len > 0) { /* whether it gives way is decided anew */
        input.head.title = input.head.own_title;
        input.head.own_title = (struct doc_string){ "", 0 };
    }
    input.text = text.data != NULL ? text.data : "";
    input.text_len = text.len;
    input.pages = pages;
    input.page_count = stored.page_count;
    *bytes += text.len;
    return take(context, &input, err);
}

/* Opens what a job is about: generation and part. */
static enum err_code begin_job(struct rewriter *rewriter, struct span *job, uint32_t *ret_part, struct err *err)
{
    uint64_t number = span_u64(job);
    uint32_t part = span_u32(job);
    enum err_code code = job->failed ? ERR_OK : open_old(rewriter, number, err);
    if (code == ERR_OK && (job->failed || part >= rewriter->old.part_count)) {
        code = err_set(err, ERR_INTERNAL, "a builder was given a job it cannot read");
    }
    *ret_part = part;
    return code;
}

static enum err_code rewrite_live(struct rewriter *rewriter, uint32_t part, uint32_t local, rewrite_take *take, void *context,
                                  uint64_t *bytes, struct err *err)
{
    return is_dead(&rewriter->old.parts[part], local)
        ? ERR_OK : rewrite_document(rewriter, shim_reader_docid(rewriter->reader, part, local), take, context, bytes, err);
}

enum err_code rewriter_do_range(struct rewriter *rewriter, struct span *job, rewrite_take *take, void *context,
                                uint64_t *bytes, struct err *err)
{
    uint32_t part;
    enum err_code code = begin_job(rewriter, job, &part, err);
    uint32_t first = span_u32(job), last = span_u32(job);
    for (uint32_t local = first; code == ERR_OK && !job->failed && local <= last; local++) {
        code = rewrite_live(rewriter, part, local, take, context, bytes, err);
    }
    return code;
}

enum err_code rewriter_do_list(struct rewriter *rewriter, struct span *job, rewrite_take *take, void *context,
                               uint64_t *bytes, struct err *err)
{
    uint32_t part;
    enum err_code code = begin_job(rewriter, job, &part, err);
    while (code == ERR_OK && job->at < job->len) {
        code = rewrite_live(rewriter, part, span_u32(job), take, context, bytes, err);
    }
    return code;
}
