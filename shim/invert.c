/* invert.c - collecting postings by term. */
#include "shim/invert.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "shim/glass_chunk.h"
#include "shim/glass_pack.h"

#define TABLE_START ((size_t)1 << 15)
#define SLICE_START 16U
#define SLICE_MAX 4096U
#define LINK 4U /* bytes at the end of a slice for the place of the next */
#define NOWHERE UINT32_MAX
#define POSTING_MAX ((size_t)1 << 30)

enum err_code inverter_init(struct inverter *inverter, struct err *err)
{
    *inverter = (struct inverter){ .table_size = TABLE_START };
    buf_init(&inverter->packed, POSTING_MAX);
    buf_init(&inverter->united, POSTING_MAX);
    inverter->table = calloc(TABLE_START, sizeof *inverter->table);
    /* Words come from documents: with a secret seed nobody can choose words that share a place in the table. */
    if (getrandom(&inverter->seed, sizeof inverter->seed, 0) != (ssize_t)sizeof inverter->seed) {
        inverter->seed = (uintptr_t)inverter->table;
    }
    return inverter->table != NULL ? ERR_OK : err_nomem(err, "a segment");
}

void inverter_done(struct inverter *inverter)
{
    for (size_t i = 0; i < inverter->block_count; i++) {
        free(inverter->blocks[i]);
    }
    free(inverter->blocks);
    free(inverter->terms);
    free(inverter->table);
    free(inverter->ids);
    buf_done(&inverter->packed);
    buf_done(&inverter->united);
    *inverter = (struct inverter){ .used = 0 };
}

size_t inverter_size(const struct inverter *inverter)
{
    return inverter->block_count * ARENA_BLOCK + inverter->term_capacity * sizeof *inverter->terms
        + inverter->table_size * sizeof *inverter->table + inverter->packed.cap + inverter->united.cap
        + inverter->id_capacity * sizeof *inverter->ids;
}

/* ---- The arena ---------------------------------------------------------------------------- */

static uint8_t *place(const struct inverter *inverter, uint32_t at)
{
    return inverter->blocks[at >> ARENA_BLOCK_LOG2] + (at & (ARENA_BLOCK - 1));
}

/* A piece of the arena that lies in one block; NOWHERE when memory is short. */
static uint32_t take(struct inverter *inverter, uint32_t bytes)
{
    uint32_t at = inverter->used;
    size_t in_block = at & (ARENA_BLOCK - 1);
    if (inverter->block_count == 0 || in_block == 0 || ARENA_BLOCK - in_block < bytes) {
        if (inverter->block_count + 1 >= ARENA_BLOCKS_MAX
            || mem_grow(&inverter->blocks, &inverter->block_capacity, inverter->block_count, sizeof *inverter->blocks) != 0) {
            return NOWHERE;
        }
        uint8_t *block = malloc(ARENA_BLOCK);
        if (block == NULL) {
            return NOWHERE;
        }
        at = (uint32_t)(inverter->block_count << ARENA_BLOCK_LOG2);
        inverter->blocks[inverter->block_count++] = block;
    }
    inverter->used = at + bytes;
    return at;
}

const uint8_t *inverter_name(const struct inverter *inverter, const struct inverted_term *term)
{
    return place(inverter, term->name);
}

/* ---- Terms -------------------------------------------------------------------------------- */

static uint32_t hash_name(const struct inverter *inverter, const uint8_t *name, size_t len)
{
    uint64_t hash = (hash_bytes((const char *)name, len) ^ inverter->seed) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(hash >> 32);
}

static bool grow_table(struct inverter *inverter)
{
    size_t size = inverter->table_size * 2;
    uint32_t *table = calloc(size, sizeof *table);
    if (table == NULL) {
        return false;
    }
    for (size_t i = 0; i < inverter->term_count; i++) {
        size_t slot = inverter->terms[i].hash & (size - 1);
        while (table[slot] != 0) {
            slot = (slot + 1) & (size - 1);
        }
        table[slot] = (uint32_t)i + 1;
    }
    free(inverter->table);
    inverter->table = table;
    inverter->table_size = size;
    return true;
}

/* Index of a term, which is made when it is not there; false when memory is short. */
static bool find_term(struct inverter *inverter, const uint8_t *name, size_t len, uint32_t *ret_id)
{
    uint32_t hash = hash_name(inverter, name, len);
    size_t slot = hash & (inverter->table_size - 1);
    for (; inverter->table[slot] != 0; slot = (slot + 1) & (inverter->table_size - 1)) {
        const struct inverted_term *term = &inverter->terms[inverter->table[slot] - 1];
        if (term->hash == hash && term->name_len == len && memcmp(place(inverter, term->name), name, len) == 0) {
            *ret_id = inverter->table[slot] - 1;
            return true;
        }
    }
    if (mem_grow(&inverter->terms, &inverter->term_capacity, inverter->term_count, sizeof *inverter->terms) != 0) {
        return false;
    }
    uint32_t at = take(inverter, (uint32_t)len);
    if (at == NOWHERE) {
        return false;
    }
    memcpy(place(inverter, at), name, len);
    inverter->terms[inverter->term_count] = (struct inverted_term){ .hash = hash, .name = at, .name_len = (uint16_t)len,
                                                                    .first = NOWHERE };
    *ret_id = (uint32_t)inverter->term_count++;
    inverter->table[slot] = *ret_id + 1;
    return inverter->term_count * 4 < inverter->table_size * 3 || grow_table(inverter);
}

/* ---- Postings ----------------------------------------------------------------------------- */

/* Makes the slice behind the full one (or the first). */
static bool add_slice(struct inverter *inverter, struct inverted_term *term)
{
    unsigned size = term->first == NOWHERE ? SLICE_START : term->slice < SLICE_MAX ? 2U * term->slice : SLICE_MAX;
    uint32_t slice = take(inverter, size);
    if (slice == NOWHERE) {
        return false;
    }
    if (term->first == NOWHERE) {
        term->first = slice;
    } else {
        memcpy(place(inverter, term->end), &slice, LINK);
    }
    term->slice = (uint16_t)size;
    term->at = slice;
    term->end = slice + size - LINK;
    return true;
}

static bool append(struct inverter *inverter, struct inverted_term *term, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        if (term->at == term->end && !add_slice(inverter, term)) {
            return false;
        }
        size_t room = term->end - term->at, count = len < room ? len : room;
        memcpy(place(inverter, term->at), bytes, count);
        term->at += (uint32_t)count;
        bytes += count;
        len -= count;
    }
    return true;
}

static bool add_posting(struct inverter *inverter, struct inverted_term *term, uint32_t docid, const struct doc_term *entry,
                        const uint32_t *positions)
{
    uint8_t head[3 * PACK_UINT_MAX], *at = head;
    buf_clear(&inverter->packed);
    uint8_t *packed = (uint8_t *)buf_reserve(&inverter->packed, (size_t)5 * entry->count + 16);
    if (packed == NULL) {
        return false;
    }
    size_t len = entry->count > 0 ? (size_t)(positions_pack(packed, positions, entry->count) - packed) : 0;
    at = pack_uint(at, docid - term->last);
    at = pack_uint(at, entry->wdf);
    at = pack_uint(at, len);
    term->last = docid;
    return append(inverter, term, head, (size_t)(at - head)) && append(inverter, term, packed, len);
}

/* Makes two entries of a document for one term one: `to` gets the wdf and the positions of `from`. */
static bool unite(struct inverter *inverter, struct shim_doc *doc, struct doc_term *to, const struct doc_term *from)
{
    size_t count = (size_t)to->count + from->count, used = 0;
    const uint32_t *left = doc->positions + to->positions, *right = doc->positions + from->positions;
    const uint32_t *left_end = left + to->count, *right_end = right + from->count;
    to->wdf = to->wdf > UINT32_MAX - from->wdf ? UINT32_MAX : to->wdf + from->wdf;
    if (from->count == 0) {
        return true;
    }
    buf_clear(&inverter->united);
    uint32_t *united = (uint32_t *)(void *)buf_reserve(&inverter->united, count * sizeof *united);
    if (united == NULL) {
        return false;
    }
    while (left < left_end || right < right_end) {
        bool from_left = right == right_end || (left < left_end && *left <= *right);
        uint32_t next = from_left ? *left++ : *right++;
        if (used == 0 || united[used - 1] != next) {
            united[used++] = next;
        }
    }
    size_t start = doc->position_count;
    if (start + used > doc->position_capacity) {
        uint32_t *grown = realloc(doc->positions, (start + used) * 2 * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        doc->positions = grown;
        doc->position_capacity = (start + used) * 2;
    }
    memcpy(doc->positions + start, united, used * sizeof *united);
    doc->position_count += used;
    to->positions = (uint32_t)start;
    to->count = (uint32_t)used;
    return true;
}

/* Finds or makes the terms of a document; `ids` of entries that were made one with an earlier one are NOWHERE. */
static bool find_terms(struct inverter *inverter, struct shim_doc *doc)
{
    if (doc->term_count > inverter->id_capacity) {
        size_t wanted = doc->term_count * 2;
        uint32_t *grown = realloc(inverter->ids, wanted * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        inverter->ids = grown;
        inverter->id_capacity = wanted;
    }
    for (size_t i = 0; i < doc->term_count; i++) {
        struct doc_term *entry = &doc->terms[i];
        if (!find_term(inverter, (const uint8_t *)doc->names.data + entry->name, entry->name_len, &inverter->ids[i])) {
            return false;
        }
        struct inverted_term *term = &inverter->terms[inverter->ids[i]];
        if (term->entry < i && inverter->ids[term->entry] == inverter->ids[i]) { /* it stood before in this document */
            if (!unite(inverter, doc, &doc->terms[term->entry], entry)) {
                return false;
            }
            inverter->ids[i] = NOWHERE;
        } else {
            term->entry = (uint32_t)i;
        }
    }
    return true;
}

enum err_code inverter_add(struct inverter *inverter, struct shim_doc *doc, uint32_t docid, uint64_t *ret_length,
                           uint32_t *ret_most, struct err *err)
{
    uint64_t length = 0;
    uint32_t most = 0;
    bool ok = doc->term_count < UINT32_MAX / 2 && find_terms(inverter, doc);
    for (size_t i = 0; i < doc->term_count && ok; i++) {
        const struct doc_term *entry = &doc->terms[i];
        if (inverter->ids[i] != NOWHERE) {
            length += entry->wdf;
            most = entry->wdf > most ? entry->wdf : most;
            ok = add_posting(inverter, &inverter->terms[inverter->ids[i]], docid, entry, doc->positions + entry->positions);
        }
    }
    if (!ok) {
        return err_nomem(err, "a segment");
    }
    *ret_length = length;
    *ret_most = most;
    return ERR_OK;
}

enum err_code inverter_gather(const struct inverter *inverter, const struct inverted_term *term, struct buf *out, struct err *err)
{
    unsigned size = SLICE_START;
    buf_clear(out);
    for (uint32_t slice = term->first; slice != NOWHERE;) {
        uint32_t end = slice + size - LINK;
        bool last = term->at >= slice && term->at <= end;
        buf_add(out, place(inverter, slice), last ? term->at - slice : size - LINK);
        if (last) {
            break;
        }
        memcpy(&slice, place(inverter, end), LINK);
        size = size < SLICE_MAX ? 2 * size : SLICE_MAX;
    }
    return buf_check(out, "the postings of a term", err);
}

/* ---- Order -------------------------------------------------------------------------------- */

struct sort_item {
    uint64_t start; /* the first bytes of the name, so that most comparisons touch nothing else */
    const uint8_t *name;
    uint32_t len, id;
};

static int by_name(const void *left, const void *right)
{
    const struct sort_item *a = left, *b = right;
    if (a->start != b->start) {
        return a->start < b->start ? -1 : 1;
    }
    return pack_compare(a->name, a->len, b->name, b->len);
}

static uint64_t first_bytes(const uint8_t *name, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | (i < len ? name[i] : 0);
    }
    return value;
}

enum err_code inverter_sort(const struct inverter *inverter, uint32_t **ret_order, struct err *err)
{
    AUTO_FREE struct sort_item *items = malloc((inverter->term_count + 1) * sizeof *items);
    uint32_t *order = malloc((inverter->term_count + 1) * sizeof *order);
    if (items == NULL || order == NULL) {
        free(order);
        return err_nomem(err, "a segment");
    }
    for (size_t i = 0; i < inverter->term_count; i++) {
        const struct inverted_term *term = &inverter->terms[i];
        const uint8_t *name = inverter_name(inverter, term);
        items[i] = (struct sort_item){ first_bytes(name, term->name_len), name, term->name_len, (uint32_t)i };
    }
    qsort(items, inverter->term_count, sizeof *items, by_name);
    for (size_t i = 0; i < inverter->term_count; i++) {
        order[i] = items[i].id;
    }
    *ret_order = order;
    return ERR_OK;
}
