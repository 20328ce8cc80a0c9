/* glass_chunk.c - packing postings, lengths and values in chunks. */
#include "shim/glass_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "shim/glass_block.h"
#include "shim/glass_pack.h"

/* A chunk with its head is one item of a block, if the term is not very long. */
#define CHUNK_HEAD_MAX 32
#define CHUNK_BODY_MAX 2000U
#define CHUNK_BODY_MIN 500U
#define BODIES_MAX ((size_t)1 << 30)

struct postings_chunk {
    size_t start; /* in the bodies */
    uint32_t first, last;
};

void postings_init(struct postings *postings)
{
    *postings = (struct postings){ .failed = false };
    buf_init(&postings->bodies, BODIES_MAX);
}

void postings_done(struct postings *postings)
{
    buf_done(&postings->bodies);
    free(postings->chunks);
    postings->chunks = NULL;
}

void postings_begin(struct postings *postings, size_t key_len)
{
    size_t room = ITEM_MAX - ITEM_HEAD - CHUNK_HEAD_MAX - PACK_DOCID_MAX - key_len;
    buf_clear(&postings->bodies);
    postings->chunk_count = 0;
    postings->body_max = room < CHUNK_BODY_MIN ? CHUNK_BODY_MIN : room < CHUNK_BODY_MAX ? room : CHUNK_BODY_MAX;
    postings->docs = 0;
    postings->last = 0;
    postings->occurrences = 0;
}

void postings_add(struct postings *postings, uint32_t docid, uint32_t wdf)
{
    uint8_t *room = (uint8_t *)buf_reserve(&postings->bodies, (size_t)2 * PACK_UINT_MAX);
    if (room == NULL || postings->failed) {
        postings->failed = true;
        return;
    }
    uint8_t *end = room;
    struct postings_chunk *chunk = postings->chunk_count > 0 ? &postings->chunks[postings->chunk_count - 1] : NULL;
    if (chunk == NULL || postings->bodies.len - chunk->start >= postings->body_max) {
        if (mem_grow(&postings->chunks, &postings->chunk_capacity, postings->chunk_count, sizeof *postings->chunks) != 0) {
            postings->failed = true;
            return;
        }
        chunk = &postings->chunks[postings->chunk_count++];
        *chunk = (struct postings_chunk){ postings->bodies.len, docid, docid };
    } else {
        end = pack_uint(end, docid - postings->last - 1);
    }
    end = pack_uint(end, wdf);
    postings->bodies.len += (size_t)(end - room);
    chunk->last = docid;
    postings->last = docid;
    postings->docs++;
    postings->occurrences += wdf;
}

/* Writes the chunks; `further` is where the docid of the keys of all chunks but the first goes. */
static enum err_code write_chunks(struct postings *postings, struct glass_writer *table, uint8_t *key, size_t key_len,
                                  size_t further, uint32_t docs, uint32_t occurrences, struct err *err)
{
    uint8_t tag[2 * ITEM_MAX];
    if (postings->failed) {
        return err_nomem(err, "the postings of a term");
    }
    for (size_t i = 0; i < postings->chunk_count; i++) {
        const struct postings_chunk *chunk = &postings->chunks[i];
        bool is_last = i + 1 == postings->chunk_count;
        size_t end = is_last ? postings->bodies.len : chunk[1].start;
        uint8_t *at = tag;
        if (i == 0) {
            at = pack_uint(at, docs);
            at = pack_uint(at, occurrences);
            at = pack_uint(at, chunk->first - 1);
        } else {
            key_len = (size_t)(pack_docid(key + further, chunk->first) - key);
        }
        *at++ = is_last ? '1' : '0';
        at = pack_uint(at, chunk->last - chunk->first);
        memcpy(at, postings->bodies.data + chunk->start, end - chunk->start);
        glass_writer_add(table, key, key_len, tag, (size_t)(at - tag) + end - chunk->start);
    }
    return ERR_OK;
}

enum err_code postings_write(struct postings *postings, struct glass_writer *table, const uint8_t *key, size_t key_len,
                             struct err *err)
{
    uint8_t full[GLASS_KEY_MAX + PACK_DOCID_MAX];
    uint32_t occurrences = postings->occurrences < UINT32_MAX ? (uint32_t)postings->occurrences : UINT32_MAX;
    memcpy(full, key, key_len);
    full[key_len] = 0;
    return write_chunks(postings, table, full, key_len, key_len + 1, postings->docs, occurrences, err);
}

enum err_code postings_write_lengths(struct postings *postings, struct glass_writer *table, struct err *err)
{
    uint8_t key[2 + PACK_DOCID_MAX] = { 0, CHUNK_LENGTHS };
    return write_chunks(postings, table, key, 2, 2, 0, 0, err);
}

bool chunk_reader_init(struct chunk_reader *reader, const uint8_t *tag, size_t len, uint32_t first)
{
    uint32_t docs, occurrences, span;
    *reader = (struct chunk_reader){ .at = tag, .end = tag + len, .docid = first };
    if (first == 0) {
        if (!unpack_u32(&reader->at, reader->end, &docs) || !unpack_u32(&reader->at, reader->end, &occurrences)
            || !unpack_u32(&reader->at, reader->end, &reader->docid) || reader->docid == UINT32_MAX) {
            return false;
        }
        reader->docid++;
    }
    if (reader->at == reader->end || (*reader->at != '0' && *reader->at != '1')) {
        return false;
    }
    reader->is_last = *reader->at++ == '1';
    if (!unpack_u32(&reader->at, reader->end, &span) || span > UINT32_MAX - reader->docid) {
        return false;
    }
    reader->last = reader->docid + span;
    return true;
}

int chunk_reader_next(struct chunk_reader *reader)
{
    uint32_t between;
    if (reader->begun && reader->at == reader->end) {
        return reader->docid == reader->last ? 0 : -1;
    }
    if (reader->begun) {
        if (!unpack_u32(&reader->at, reader->end, &between) || between >= reader->last - reader->docid) {
            return -1;
        }
        reader->docid += between + 1;
    }
    reader->begun = true;
    return unpack_u32(&reader->at, reader->end, &reader->wdf) ? 1 : -1;
}

/* ---- Values ------------------------------------------------------------------------------- */

void values_init(struct values *values)
{
    *values = (struct values){ .slot = 0 };
    buf_init(&values->body, (size_t)1 << 24);
    buf_init(&values->lowest, (size_t)1 << 24);
    buf_init(&values->highest, (size_t)1 << 24);
}

void values_done(struct values *values)
{
    buf_done(&values->body);
    buf_done(&values->lowest);
    buf_done(&values->highest);
}

void values_begin(struct values *values, uint32_t slot)
{
    buf_clear(&values->body);
    buf_clear(&values->lowest);
    buf_clear(&values->highest);
    values->slot = slot;
    values->docs = values->first = values->last = 0;
}

static void replace(struct buf *buf, const void *value, size_t len)
{
    buf_clear(buf);
    buf_add(buf, value, len);
}

static int compare(const struct buf *left, const void *right, size_t len)
{
    return pack_compare((const uint8_t *)left->data, left->len, right, len);
}

void values_count(struct values *values, const void *value, size_t len)
{
    if (values->docs == 0 || compare(&values->lowest, value, len) > 0) {
        replace(&values->lowest, value, len);
    }
    if (values->docs == 0 || compare(&values->highest, value, len) < 0) {
        replace(&values->highest, value, len);
    }
    values->docs++;
}

static void add_packed(struct buf *buf, uint64_t value)
{
    uint8_t bytes[PACK_UINT_MAX];
    buf_add(buf, bytes, (size_t)(pack_uint(bytes, value) - bytes));
}

void values_write_stats(const struct values *values, struct glass_writer *table)
{
    uint8_t key[2 + 4] = { 0, CHUNK_VALUE_STATS };
    size_t len = 2;
    AUTO_BUF struct buf tag;
    buf_init(&tag, (size_t)1 << 25);
    if (values->docs == 0) {
        return;
    }
    for (uint32_t slot = values->slot; slot != 0; slot >>= 8) {
        key[len++] = (uint8_t)slot;
    }
    add_packed(&tag, values->docs);
    add_packed(&tag, values->lowest.len);
    buf_add(&tag, values->lowest.data, values->lowest.len);
    if (compare(&values->lowest, values->highest.data, values->highest.len) != 0) {
        buf_add(&tag, values->highest.data, values->highest.len);
    }
    glass_writer_add(table, key, len, tag.data, tag.len);
}

static void write_values(struct values *values, struct glass_writer *table)
{
    uint8_t key[2 + PACK_UINT_MAX + PACK_DOCID_MAX] = { 0, CHUNK_VALUES };
    uint8_t *end = pack_docid(pack_uint(key + 2, values->slot), values->first);
    if (values->body.len > 0) {
        glass_writer_add(table, key, (size_t)(end - key), values->body.data, values->body.len);
    }
    values->body.len = 0;
}

void values_add(struct values *values, struct glass_writer *table, uint32_t docid, const void *value, size_t len)
{
    if (values->body.len == 0) {
        values->first = docid;
    } else {
        add_packed(&values->body, docid - values->last - 1);
    }
    add_packed(&values->body, len);
    buf_add(&values->body, value, len);
    values->last = docid;
    if (values->body.len >= CHUNK_BODY_MAX && !values->body.failed) {
        write_values(values, table);
    }
}

enum err_code values_end(struct values *values, struct glass_writer *table, struct err *err)
{
    if (values->body.failed || values->lowest.failed || values->highest.failed) {
        return err_nomem(err, "the values of a slot");
    }
    write_values(values, table);
    return ERR_OK;
}
