/* archive.c - reading the documents of a generation. */
#include "indexer/archive.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "indexer/publish_part.h"

#define DATA_MAX ((size_t)16 << 20)
#define FOUND_MAX 1024

struct archive {
    const struct layout *layout;
    struct shim_reader *reader; /* no document is dead to it */
    struct store *store;        /* the one last used */
    char store_name[GENERATION_NAME_MAX];
    struct buf data;
};

void archive_free(struct archive *archive)
{
    if (archive != NULL) {
        shim_reader_free(archive->reader);
        store_free(archive->store);
        buf_done(&archive->data);
        free(archive);
    }
}

enum err_code archive_open(const struct layout *layout, const struct generation *generation, struct archive **ret_archive,
                           struct err *err)
{
    CLEANUP(archive_free_cleanup) struct archive *archive = calloc(1, sizeof *archive);
    AUTO_FREE struct generation_part *parts = calloc(generation->part_count + 1, sizeof *parts);
    if (archive == NULL || parts == NULL) {
        return err_nomem(err, "archive_open");
    }
    struct generation all = *generation;
    all.parts = parts;
    for (size_t i = 0; i < generation->part_count; i++) {
        parts[i] = generation->parts[i];
        parts[i].dead_count = 0;
    }
    archive->layout = layout;
    buf_init(&archive->data, DATA_MAX);
    enum err_code code = publish_open_reader(layout, &all, &archive->reader, err);
    if (code == ERR_OK) {
        *ret_archive = TAKE_PTR(archive);
    }
    return code;
}

uint32_t archive_last(const struct archive *archive, size_t part)
{
    return shim_reader_last_docid(archive->reader, part);
}

enum err_code archive_head(struct archive *archive, size_t part, uint32_t docid, struct doc_head *ret_head, struct err *err)
{
    buf_clear(&archive->data);
    enum err_code code = shim_reader_data(archive->reader, shim_reader_docid(archive->reader, part, docid), &archive->data, err);
    return code == ERR_OK ? doc_head_read(archive->data.data, archive->data.len, ret_head, err) : code;
}

static enum err_code need_store(struct archive *archive, struct doc_string name, struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    if (name.len >= sizeof archive->store_name) {
        return err_set(err, ERR_CORRUPT, "document data names no stored texts");
    }
    if (archive->store != NULL && strlen(archive->store_name) == name.len
        && memcmp(archive->store_name, name.text, name.len) == 0) {
        return ERR_OK;
    }
    memcpy(archive->store_name, name.text, name.len);
    archive->store_name[name.len] = '\0';
    struct store *opened = NULL;
    enum err_code code = generation_path(archive->layout->directory, SCHEMA_TEXTS, archive->store_name, &path, err);
    if (code == ERR_OK && (code = store_open_beside(path.data, archive->store, &opened, err)) == ERR_NOT_FOUND) {
        code = err_set(err, ERR_CORRUPT, "stored texts %s are missing", path.data);
    }
    store_free(archive->store);
    archive->store = opened;
    return code;
}

enum err_code archive_text(struct archive *archive, const struct doc_head *head, struct buf *text, struct err *err)
{
    struct store_text stored;
    enum err_code code = need_store(archive, head->store, err);
    if (code == ERR_OK) {
        code = store_get(archive->store, head->store_offset, &stored, err);
    }
    for (uint32_t i = 0; code == ERR_OK && i < stored.block_count; i++) {
        code = store_read_block(&stored, i, text, err);
    }
    return code;
}

enum err_code archive_find(struct archive *archive, const char *uid, struct archive_place *places, size_t max, size_t *ret_count,
                           struct err *err)
{
    char term[SCHEMA_UID_LEN + 2];
    uint32_t docids[FOUND_MAX];
    size_t count = 0;
    snprintf(term, sizeof term, "%s%s", SCHEMA_UID, uid);
    enum err_code code = shim_reader_find(archive->reader, term, strlen(term), docids, max < FOUND_MAX ? max : FOUND_MAX, &count,
                                          err);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        size_t part;
        shim_reader_locate(archive->reader, docids[i], &part, &places[i].docid);
        places[i].part = (uint32_t)part;
    }
    *ret_count = count;
    return code;
}
