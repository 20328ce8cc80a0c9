/* holdings.c - reading the documents of a generation. */
#include "indexer/holdings.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "indexer/publish_part.h"

#define DATA_MAX ((size_t)16 << 20)
#define FOUND_MAX 1024

struct holdings {
    const struct layout *layout;
    struct shim_reader *reader; /* no document is dead to it */
    struct store *store;        /* the one last used */
    char store_name[GENERATION_NAME_MAX];
    struct buf data;
};

void holdings_free(struct holdings *holdings)
{
    if (holdings != NULL) {
        shim_reader_free(holdings->reader);
        store_free(holdings->store);
        buf_done(&holdings->data);
        free(holdings);
    }
}

enum err_code holdings_open(const struct layout *layout, const struct generation *generation, struct holdings **ret_holdings,
                            struct err *err)
{
    CLEANUP(holdings_free_cleanup) struct holdings *holdings = calloc(1, sizeof *holdings);
    AUTO_FREE struct generation_part *parts = calloc(generation->part_count + 1, sizeof *parts);
    if (holdings == NULL || parts == NULL) {
        return err_nomem(err, "holdings_open");
    }
    struct generation all = *generation;
    all.parts = parts;
    for (size_t i = 0; i < generation->part_count; i++) {
        parts[i] = generation->parts[i];
        parts[i].dead_count = 0;
    }
    holdings->layout = layout;
    buf_init(&holdings->data, DATA_MAX);
    enum err_code code = publish_open_reader(layout, &all, &holdings->reader, err);
    if (code == ERR_OK) {
        *ret_holdings = TAKE_PTR(holdings);
    }
    return code;
}

uint32_t holdings_last(const struct holdings *holdings, size_t part)
{
    return shim_reader_last_docid(holdings->reader, part);
}

enum err_code holdings_head(struct holdings *holdings, size_t part, uint32_t docid, struct doc_head *ret_head, struct err *err)
{
    buf_clear(&holdings->data);
    enum err_code code = shim_reader_data(holdings->reader, shim_reader_docid(holdings->reader, part, docid), &holdings->data, err);
    return code == ERR_OK ? doc_head_read(holdings->data.data, holdings->data.len, ret_head, err) : code;
}

static enum err_code need_store(struct holdings *holdings, struct doc_string name, struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    if (name.len >= sizeof holdings->store_name) {
        return err_set(err, ERR_CORRUPT, "document data names no stored texts");
    }
    if (holdings->store != NULL && strlen(holdings->store_name) == name.len
        && memcmp(holdings->store_name, name.text, name.len) == 0) {
        return ERR_OK;
    }
    memcpy(holdings->store_name, name.text, name.len);
    holdings->store_name[name.len] = '\0';
    struct store *opened = NULL;
    enum err_code code = generation_path(holdings->layout->directory, SCHEMA_TEXTS, holdings->store_name, &path, err);
    if (code == ERR_OK && (code = store_open_beside(path.data, holdings->store, &opened, err)) == ERR_NOT_FOUND) {
        code = err_set(err, ERR_CORRUPT, "stored texts %s are missing", path.data);
    }
    store_free(holdings->store);
    holdings->store = opened;
    return code;
}

enum err_code holdings_text(struct holdings *holdings, const struct doc_head *head, struct buf *text, struct err *err)
{
    struct store_text stored;
    enum err_code code = need_store(holdings, head->store, err);
    if (code == ERR_OK) {
        code = store_get(holdings->store, head->store_offset, &stored, err);
    }
    for (uint32_t i = 0; code == ERR_OK && i < stored.block_count; i++) {
        code = store_read_block(&stored, i, text, err);
    }
    return code;
}

enum err_code holdings_find(struct holdings *holdings, const char *uid, struct holdings_place *places, size_t max,
                             size_t *ret_count, struct err *err)
{
    char term[SCHEMA_UID_LEN + 2];
    uint32_t docids[FOUND_MAX];
    size_t count = 0;
    snprintf(term, sizeof term, "%s%s", SCHEMA_UID, uid);
    enum err_code code = shim_reader_find(holdings->reader, term, strlen(term), docids, max < FOUND_MAX ? max : FOUND_MAX, &count,
                                          err);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        size_t part;
        shim_reader_locate(holdings->reader, docids[i], &part, &places[i].docid);
        places[i].part = (uint32_t)part;
    }
    *ret_count = count;
    return code;
}
