/* writer.c - writing a segment: documents are inverted in memory and written as a database in one go.
 *
 * Data go to their table as the documents come; postings, positions, lengths and values when the segment is complete.  The
 * version file comes last, so that nothing can be opened before.
 */
#include "shim/shim.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shim/glass_chunk.h"
#include "shim/glass_pack.h"
#include "shim/invert.h"

struct stored_value {
    uint32_t slot, docid;
    size_t start, len; /* in value_bytes */
};

struct shim_writer {
    char path[PATH_MAX];
    bool finished; /* committed or failed: in both cases only freeing is left */
    struct inverter inverter;
    struct glass_writer *data;
    uint32_t *lengths; /* of documents 1, 2, ... */
    size_t length_capacity;
    struct stored_value *values;
    size_t value_count, value_capacity;
    struct buf value_bytes;
    struct glass_version version;
};

enum err_code shim_writer_create(const char *path, struct shim_writer **ret_writer, struct err *err)
{
    if (path == NULL || strlen(path) >= PATH_MAX) {
        return err_set(err, ERR_INVALID, path == NULL ? "the path is missing" : "the path is too long");
    }
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return err_nomem(err, "a segment");
    }
    snprintf(writer->path, sizeof writer->path, "%s", path);
    buf_init(&writer->value_bytes, (size_t)1 << 30);
    enum err_code code = inverter_init(&writer->inverter, err);
    if (code == ERR_OK && mkdir(path, 0777) != 0) {
        code = errno == EEXIST ? err_set(err, ERR_INVALID, "%s exists already", path)
                               : err_errno(err, errno, "cannot create %s", path);
    }
    if (code == ERR_OK) {
        code = glass_writer_new(path, GLASS_DOCDATA, &writer->data, err);
    }
    if (code == ERR_OK) {
        *ret_writer = TAKE_PTR(writer);
    }
    return code;
}

void shim_writer_free(struct shim_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    inverter_done(&writer->inverter);
    glass_writer_free(writer->data);
    free(writer->lengths);
    free(writer->values);
    buf_done(&writer->value_bytes);
    free(writer);
}

size_t shim_writer_size(const struct shim_writer *writer)
{
    return inverter_size(&writer->inverter) + writer->length_capacity * sizeof *writer->lengths
        + writer->value_capacity * sizeof *writer->values + writer->value_bytes.cap;
}

static enum err_code require_open(const struct shim_writer *writer, struct err *err)
{
    if (writer == NULL || writer->finished) {
        return err_set(err, ERR_INVALID, writer == NULL ? "the writer is missing" : "the writer was committed, or failed, before");
    }
    return ERR_OK;
}

static enum err_code keep_values(struct shim_writer *writer, const struct shim_doc *doc, uint32_t docid, struct err *err)
{
    for (size_t i = 0; i < doc->value_count; i++) {
        const struct doc_value *value = &doc->values[i];
        if (value->len == 0) {
            continue;
        }
        if (mem_grow(&writer->values, &writer->value_capacity, writer->value_count, sizeof *writer->values) != 0) {
            return err_nomem(err, "the values of a segment");
        }
        writer->values[writer->value_count++] = (struct stored_value){ value->slot, docid, writer->value_bytes.len, value->len };
        buf_add(&writer->value_bytes, doc->value_bytes.data + value->start, value->len);
    }
    return buf_check(&writer->value_bytes, "the values of a segment", err);
}

static void count_document(struct glass_stats *stats, uint32_t length, uint32_t most)
{
    stats->docs++;
    stats->last_docid = stats->docs;
    stats->length += length;
    stats->longest = length > stats->longest ? length : stats->longest;
    stats->most = most > stats->most ? most : stats->most;
    if (length > 0 && (stats->shortest == 0 || length < stats->shortest)) {
        stats->shortest = length;
    }
}

enum err_code shim_writer_add(struct shim_writer *writer, struct shim_doc *doc, uint32_t *ret_docid, struct err *err)
{
    enum err_code code = require_open(writer, err);
    if (code != ERR_OK || doc == NULL) {
        return code != ERR_OK ? code : err_set(err, ERR_INVALID, "the document is missing");
    }
    struct glass_stats *stats = &writer->version.stats;
    uint32_t docid = stats->docs + 1, most = 0;
    uint64_t length = 0;
    uint8_t key[PACK_DOCID_MAX];
    writer->finished = true;
    if (docid == 0 || mem_grow(&writer->lengths, &writer->length_capacity, stats->docs, sizeof *writer->lengths) != 0) {
        return err_nomem(err, "a segment");
    }
    code = inverter_add(&writer->inverter, doc, docid, &length, &most, err);
    if (code == ERR_OK) {
        code = keep_values(writer, doc, docid, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    if (doc->data.len > 0) {
        glass_writer_add(writer->data, key, (size_t)(pack_docid(key, docid) - key), doc->data.data, doc->data.len);
    }
    writer->lengths[docid - 1] = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
    count_document(stats, writer->lengths[docid - 1], most);
    writer->finished = false;
    if (ret_docid != NULL) {
        *ret_docid = docid;
    }
    return ERR_OK;
}

/* ---- Committing --------------------------------------------------------------------------- */

static int by_slot(const void *left, const void *right)
{
    const struct stored_value *a = left, *b = right;
    if (a->slot != b->slot) {
        return a->slot < b->slot ? -1 : 1;
    }
    return a->docid < b->docid ? -1 : a->docid > b->docid;
}

/* The statistics of all slots come before the values of any. */
static enum err_code write_values(struct shim_writer *writer, struct glass_writer *table, struct err *err)
{
    struct values slot;
    enum err_code code = ERR_OK;
    values_init(&slot);
    if (writer->value_count > 0) {
        qsort(writer->values, writer->value_count, sizeof *writer->values, by_slot);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < writer->value_count && code == ERR_OK; i++) {
            const struct stored_value *value = &writer->values[i];
            const char *bytes = writer->value_bytes.data + value->start;
            bool last = i + 1 == writer->value_count || value[1].slot != value->slot;
            if (i == 0 || value[-1].slot != value->slot) {
                values_begin(&slot, value->slot);
            }
            if (pass == 0) {
                values_count(&slot, bytes, value->len);
            } else {
                values_add(&slot, table, value->docid, bytes, value->len);
            }
            if (last && pass == 0) {
                values_write_stats(&slot, table);
            }
            if (last) {
                code = values_end(&slot, table, err);
            }
        }
    }
    values_done(&slot);
    return code;
}

/* One posting as the inverter packs it. */
static bool next_posting(const uint8_t **at, const uint8_t *end, uint32_t *docid, uint32_t *wdf, const uint8_t **ret_positions,
                         uint32_t *ret_len)
{
    uint32_t step;
    if (*at == end || !unpack_u32(at, end, &step) || !unpack_u32(at, end, wdf) || !unpack_u32(at, end, ret_len)
        || *ret_len > (size_t)(end - *at)) {
        return false;
    }
    *docid += step;
    *ret_positions = *at;
    *at += *ret_len;
    return true;
}

/* What writing the terms of a segment works with. */
struct term_writer {
    struct glass_writer *postlist, *position;
    struct postings postings;
    struct buf gathered;
};

static enum err_code write_term(struct term_writer *out, const struct inverter *inverter, const struct inverted_term *term,
                                struct err *err)
{
    uint8_t key[GLASS_KEY_MAX + PACK_DOCID_MAX];
    size_t key_len = term->name_len;
    uint32_t docid = 0, wdf, len;
    const uint8_t *positions;
    memcpy(key, inverter_name(inverter, term), key_len);
    key[key_len] = 0;
    enum err_code code = inverter_gather(inverter, term, &out->gathered, err);
    if (code != ERR_OK) {
        return code;
    }
    const uint8_t *at = (const uint8_t *)out->gathered.data, *end = at + out->gathered.len;
    postings_begin(&out->postings, key_len);
    while (next_posting(&at, end, &docid, &wdf, &positions, &len)) {
        postings_add(&out->postings, docid, wdf);
        if (len > 0) {
            glass_writer_add(out->position, key, (size_t)(pack_docid(key + key_len + 1, docid) - key), positions, len);
        }
    }
    return postings_write(&out->postings, out->postlist, key, key_len, err);
}

static enum err_code write_terms(struct shim_writer *writer, struct term_writer *out, struct err *err)
{
    AUTO_FREE uint32_t *order = NULL;
    enum err_code code = inverter_sort(&writer->inverter, &order, err);
    for (size_t i = 0; i < writer->inverter.term_count && code == ERR_OK; i++) {
        code = write_term(out, &writer->inverter, &writer->inverter.terms[order[i]], err);
    }
    return code;
}

static enum err_code write_lengths(struct shim_writer *writer, struct term_writer *out, struct err *err)
{
    postings_begin(&out->postings, 2);
    for (uint32_t i = 0; i < writer->version.stats.docs; i++) {
        postings_add(&out->postings, i + 1, writer->lengths[i]);
    }
    return postings_write_lengths(&out->postings, out->postlist, err);
}

static enum err_code write_tables(struct shim_writer *writer, struct term_writer *out, struct err *err)
{
    struct glass_root *roots = writer->version.roots;
    enum err_code code = glass_writer_new(writer->path, GLASS_POSTLIST, &out->postlist, err);
    if (code == ERR_OK) {
        code = glass_writer_new(writer->path, GLASS_POSITION, &out->position, err);
    }
    if (code == ERR_OK) {
        code = write_values(writer, out->postlist, err);
    }
    if (code == ERR_OK) {
        code = write_lengths(writer, out, err);
    }
    if (code == ERR_OK) {
        code = write_terms(writer, out, err);
    }
    if (code == ERR_OK) {
        code = glass_writer_finish(out->postlist, &roots[GLASS_POSTLIST], err);
    }
    if (code == ERR_OK) {
        code = glass_writer_finish(out->position, &roots[GLASS_POSITION], err);
    }
    return code == ERR_OK ? glass_writer_finish(writer->data, &roots[GLASS_DOCDATA], err) : code;
}

enum err_code shim_writer_commit(struct shim_writer *writer, struct err *err)
{
    enum err_code code = require_open(writer, err);
    if (code != ERR_OK) {
        return code;
    }
    struct term_writer out = { .postlist = NULL };
    postings_init(&out.postings);
    buf_init(&out.gathered, (size_t)1 << 31);
    writer->finished = true;
    code = write_tables(writer, &out, err);
    if (code == ERR_OK) {
        code = glass_version_write(writer->path, &writer->version, err);
    }
    postings_done(&out.postings);
    buf_done(&out.gathered);
    glass_writer_free(out.postlist);
    glass_writer_free(out.position);
    return code;
}
