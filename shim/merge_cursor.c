/* merge_cursor.c - reading the tables of several databases side by side. */
#include "shim/merge.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_STEP 65536U

/* ---- Docids ------------------------------------------------------------------------------- */

enum err_code mapping_init(struct mapping *mapping, const struct shim_source *source, uint32_t last, uint64_t *base,
                                  struct err *err)
{
    size_t words = (size_t)last / 64 + 1, count = 0;
    *mapping = (struct mapping){ .base = (uint32_t)*base, .last = last };
    while (count < source->dead_count && source->dead[count] <= last) {
        count += 1;
    }
    if (count > 0) {
        mapping->dead = calloc(words, sizeof *mapping->dead);
        mapping->dead_before = calloc(words, sizeof *mapping->dead_before);
        if (mapping->dead == NULL || mapping->dead_before == NULL) {
            return err_nomem(err, "merging");
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (source->dead[i] > 0) {
            mapping->dead[source->dead[i] / 64] |= UINT64_C(1) << source->dead[i] % 64;
        }
    }
    for (size_t i = 0; i < words && count > 0; i++) {
        mapping->dead_before[i] = mapping->dead_count;
        mapping->dead_count += (uint32_t)__builtin_popcountll(mapping->dead[i]);
    }
    *base += last - mapping->dead_count;
    return *base < UINT32_MAX ? ERR_OK : err_set(err, ERR_INVALID, "merging would need docids that do not fit 32 bits");
}

void mapping_done(struct mapping *mapping)
{
    free(mapping->dead);
    free(mapping->dead_before);
}

uint32_t map_docid(const struct mapping *mapping, uint32_t docid)
{
    if (mapping->dead == NULL) {
        return mapping->base + docid;
    }
    uint64_t word = mapping->dead[docid / 64], bit = UINT64_C(1) << docid % 64;
    uint32_t before = mapping->dead_before[docid / 64] + (uint32_t)__builtin_popcountll(word & (bit - 1));
    return (word & bit) != 0 ? 0 : mapping->base + docid - before;
}

/* ---- Cursors ------------------------------------------------------------------------------ */

enum err_code cursor_corrupt(const struct cursor *cursor, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%s is damaged: an entry of a table cannot be read", cursor->source->path);
}

enum err_code cursor_step(struct merger *merger, struct cursor *cursor, struct err *err)
{
    enum err_code code = glass_reader_next(cursor->reader, &cursor->entry, &cursor->more, err);
    if (code == ERR_OK && cursor->more) {
        cursor->name_len = packed_term_len(cursor->entry.key, cursor->entry.key_len);
        atomic_fetch_add_explicit(&merger->done, 1, memory_order_relaxed);
    }
    return code;
}

enum err_code cursors_open(struct merger *merger, enum glass_table table, struct cursor **ret_cursors, struct err *err)
{
    struct cursor *cursors = calloc(merger->count + 1, sizeof *cursors);
    enum err_code code = cursors != NULL ? ERR_OK : err_nomem(err, "merging");
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        const struct source *source = &merger->sources[i];
        cursors[i] = (struct cursor){ .source = source, .index = i };
        code = glass_reader_new(source->path, table, &source->version.roots[table], &cursors[i].reader, err);
        if (code == ERR_OK) {
            code = cursor_step(merger, &cursors[i], err);
        }
    }
    *ret_cursors = cursors;
    return code;
}

void cursors_close(const struct merger *merger, struct cursor *cursors)
{
    for (size_t i = 0; i < merger->count && cursors != NULL; i++) {
        glass_reader_free(cursors[i].reader);
    }
    free(cursors);
}

void merger_tell(struct merger *merger)
{
    uint64_t done = atomic_load_explicit(&merger->done, memory_order_relaxed);
    if (merger->hooks != NULL && merger->hooks->on_progress != NULL && done - merger->told >= PROGRESS_STEP) {
        merger->told = done;
        merger->hooks->on_progress(merger->hooks->context, done < merger->total ? done : merger->total, merger->total);
    }
}

/* ---- Cursors in the order of their terms -------------------------------------------------- */

static bool is_before(const struct cursor *left, const struct cursor *right)
{
    int order = pack_compare(left->entry.key, left->name_len, right->entry.key, right->name_len);
    return order != 0 ? order < 0 : left->index < right->index;
}

/* Moves the item at `at` down to its place. */
static void sift(struct heap *heap, size_t at)
{
    struct cursor *item = heap->items[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < heap->count && is_before(heap->items[child + 1], heap->items[child])) {
            child++;
        }
        if (child >= heap->count || !is_before(heap->items[child], item)) {
            break;
        }
        heap->items[at] = heap->items[child];
        at = child;
    }
    heap->items[at] = item;
}

enum err_code heap_init(struct heap *heap, struct cursor *cursors, size_t count, struct err *err)
{
    heap->items = malloc((count + 1) * sizeof(struct cursor *));
    heap->count = 0;
    if (heap->items == NULL) {
        return err_nomem(err, "merging");
    }
    for (size_t i = 0; i < count; i++) {
        if (cursors[i].more) {
            heap->items[heap->count++] = &cursors[i];
        }
    }
    for (size_t i = heap->count / 2; i-- > 0;) {
        sift(heap, i);
    }
    return ERR_OK;
}

void heap_done(struct heap *heap)
{
    free(heap->items);
    heap->items = NULL;
}

void heap_settle(struct heap *heap)
{
    if (!heap->items[0]->more) {
        heap->items[0] = heap->items[--heap->count];
    }
    if (heap->count > 0) {
        sift(heap, 0);
    }
}

bool cursor_has_name(const struct cursor *cursor, const uint8_t *name, size_t len)
{
    return cursor->more && cursor->name_len == len && memcmp(cursor->entry.key, name, len) == 0;
}

bool cursor_is_special(const struct cursor *cursor, uint8_t kind)
{
    return cursor->more && cursor->entry.key_len >= 2 && cursor->entry.key[0] == 0 && cursor->entry.key[1] == kind;
}
