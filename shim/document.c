/* document.c - a document in the making: terms, values, data. */
#include "shim/document.h"

#include <stdlib.h>
#include <string.h>

#include "shim/glass_pack.h"

#define BYTES_MAX ((size_t)1 << 30)

enum err_code shim_doc_new(struct shim_doc **ret_doc, struct err *err)
{
    struct shim_doc *doc = calloc(1, sizeof *doc);
    if (doc == NULL) {
        return err_nomem(err, "a document");
    }
    buf_init(&doc->names, BYTES_MAX);
    buf_init(&doc->value_bytes, BYTES_MAX);
    buf_init(&doc->data, BYTES_MAX);
    *ret_doc = doc;
    return ERR_OK;
}

void shim_doc_free(struct shim_doc *doc)
{
    if (doc == NULL) {
        return;
    }
    free(doc->terms);
    free(doc->positions);
    free(doc->values);
    buf_done(&doc->names);
    buf_done(&doc->value_bytes);
    buf_done(&doc->data);
    free(doc);
}

enum err_code shim_doc_clear(struct shim_doc *doc, struct err *err)
{
    if (doc == NULL) {
        return err_set(err, ERR_INVALID, "the document is missing");
    }
    doc->term_count = doc->position_count = doc->value_count = 0;
    buf_clear(&doc->names);
    buf_clear(&doc->value_bytes);
    buf_clear(&doc->data);
    return ERR_OK;
}

/* An empty range may be given as NULL. */
static enum err_code check_bytes(const struct shim_doc *doc, const void *bytes, size_t len, struct err *err)
{
    if (doc == NULL || (bytes == NULL && len > 0)) {
        return err_set(err, ERR_INVALID, "%s is missing", doc == NULL ? "the document" : "the data");
    }
    return ERR_OK;
}

enum err_code shim_doc_set_data(struct shim_doc *doc, const void *data, size_t len, struct err *err)
{
    enum err_code code = check_bytes(doc, data, len, err);
    if (code != ERR_OK) {
        return code;
    }
    buf_clear(&doc->data);
    buf_add(&doc->data, data, len);
    return buf_check(&doc->data, "document data", err);
}

enum err_code shim_doc_set_value(struct shim_doc *doc, uint32_t slot, const void *value, size_t len, struct err *err)
{
    enum err_code code = check_bytes(doc, value, len, err);
    if (code != ERR_OK || slot > SHIM_SLOT_MAX) {
        return code != ERR_OK ? code : err_set(err, ERR_INVALID, "slot %u: the last one is %d", slot, SHIM_SLOT_MAX);
    }
    size_t at = 0;
    while (at < doc->value_count && doc->values[at].slot < slot) {
        at++;
    }
    bool known = at < doc->value_count && doc->values[at].slot == slot;
    if (!known && mem_grow(&doc->values, &doc->value_capacity, doc->value_count, sizeof *doc->values) != 0) {
        return err_nomem(err, "a document's values");
    }
    uint32_t start = (uint32_t)doc->value_bytes.len;
    buf_add(&doc->value_bytes, value, len);
    code = buf_check(&doc->value_bytes, "a document's values", err);
    if (code != ERR_OK) {
        return code;
    }
    if (!known) {
        memmove(doc->values + at + 1, doc->values + at, (doc->value_count - at) * sizeof *doc->values);
        doc->value_count++;
    }
    doc->values[at] = (struct doc_value){ slot, start, (uint32_t)len };
    return ERR_OK;
}

/* Packs the name of a term behind the others and makes an entry for it. */
static enum err_code add_entry(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct doc_term **ret_entry,
                               struct err *err)
{
    if (doc == NULL || term == NULL || len == 0) {
        return err_set(err, ERR_INVALID, doc == NULL ? "the document is missing" : "a term may not be empty");
    }
    uint8_t *name = (uint8_t *)buf_reserve(&doc->names, PACK_TERM_MAX);
    if (name == NULL || mem_grow(&doc->terms, &doc->term_capacity, doc->term_count, sizeof *doc->terms) != 0) {
        return err_nomem(err, "a document's terms");
    }
    size_t packed = pack_term(name, term, len);
    if (packed == 0 || packed > SHIM_TERM_MAX) {
        return err_set(err, ERR_INVALID, "a term of %zu bytes is too long: at most %d, a NUL counting double", len, SHIM_TERM_MAX);
    }
    struct doc_term *entry = &doc->terms[doc->term_count++];
    *entry = (struct doc_term){ (uint32_t)doc->names.len, (uint32_t)packed, wdf, (uint32_t)doc->position_count, 0 };
    doc->names.len += packed;
    *ret_entry = entry;
    return ERR_OK;
}

enum err_code shim_doc_add_term(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err)
{
    struct doc_term *entry;
    return add_entry(doc, term, len, wdf, &entry, err);
}

enum err_code shim_doc_add_positions(struct shim_doc *doc, const char *term, size_t len, const uint32_t *positions,
                                     size_t count, uint32_t wdf, struct err *err)
{
    struct doc_term *entry;
    if (count > 0 && positions == NULL) {
        return err_set(err, ERR_INVALID, "the list of positions is missing");
    }
    for (size_t i = 1; i < count; i++) {
        if (positions[i] <= positions[i - 1]) {
            return err_set(err, ERR_INVALID, "positions must ascend, but %u follows %u", positions[i], positions[i - 1]);
        }
    }
    if (doc != NULL && doc->position_count + count > doc->position_capacity) {
        size_t wanted = (doc->position_count + count) * 2;
        uint32_t *grown = wanted < BYTES_MAX / sizeof *grown ? realloc(doc->positions, wanted * sizeof *grown) : NULL;
        if (grown == NULL) {
            return err_nomem(err, "a document's positions");
        }
        doc->positions = grown;
        doc->position_capacity = wanted;
    }
    enum err_code code = add_entry(doc, term, len, wdf, &entry, err);
    if (code == ERR_OK && count > 0) {
        memcpy(doc->positions + doc->position_count, positions, count * sizeof *positions);
        doc->position_count += count;
        entry->count = (uint32_t)count;
    }
    return code;
}
