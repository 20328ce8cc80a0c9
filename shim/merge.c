/* merge.c - merging databases into one.
 *
 * All sources are read side by side, a term at a time, and the postings of each are packed anew in full chunks.  (Xapian's
 * compaction keeps the chunks of its sources: with segments of some hundred documents its table of postings takes twice the
 * space, and a search reads as many chunks as there were segments.)  Positions need no more than a new docid in their keys;
 * their table is merged by a thread of its own.
 */
#include "shim/shim.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shim/glass_chunk.h"
#include "shim/glass_pack.h"

#define PROGRESS_STEP 65536U

/* ---- Docids ------------------------------------------------------------------------------- */

/* Where the documents of a source go. */
struct mapping {
    uint32_t base, last;   /* base: documents before this source; last: its last docid */
    uint32_t dead_count;
    uint64_t *dead;        /* a bit for each docid; NULL when none is dead */
    uint32_t *dead_before; /* how many are dead below each word of bits */
};

static enum err_code mapping_init(struct mapping *mapping, const struct shim_source *source, uint32_t last, uint64_t *base,
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

/* The new docid; 0 when the document is dead. */
static uint32_t map_docid(const struct mapping *mapping, uint32_t docid)
{
    if (mapping->dead == NULL) {
        return mapping->base + docid;
    }
    uint64_t word = mapping->dead[docid / 64], bit = UINT64_C(1) << docid % 64;
    uint32_t before = mapping->dead_before[docid / 64] + (uint32_t)__builtin_popcountll(word & (bit - 1));
    return (word & bit) != 0 ? 0 : mapping->base + docid - before;
}

/* ---- Sources ------------------------------------------------------------------------------ */

struct source {
    const char *path;
    struct glass_version version;
    struct mapping mapping;
};

struct merger {
    struct source *sources;
    size_t count;
    const char *target;
    const struct shim_merge_hooks *hooks;
    struct glass_version result;
    _Atomic uint64_t done; /* entries read, by both threads */
    uint64_t total, told;
    enum err_code positions_code; /* of the thread */
    struct err positions_err;
};

/* A place in a table of a source. */
struct cursor {
    const struct source *source;
    size_t index; /* of the source */
    struct glass_reader *reader;
    struct glass_entry entry;
    size_t name_len; /* bytes of the key that are the term */
    bool more;
};

static enum err_code corrupt(const struct cursor *cursor, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%s is damaged: an entry of a table cannot be read", cursor->source->path);
}

static enum err_code step(struct merger *merger, struct cursor *cursor, struct err *err)
{
    enum err_code code = glass_reader_next(cursor->reader, &cursor->entry, &cursor->more, err);
    if (code == ERR_OK && cursor->more) {
        cursor->name_len = packed_term_len(cursor->entry.key, cursor->entry.key_len);
        atomic_fetch_add_explicit(&merger->done, 1, memory_order_relaxed);
    }
    return code;
}

/* A cursor on the first entry of a table of each source. */
static enum err_code open_cursors(struct merger *merger, enum glass_table table, struct cursor **ret_cursors, struct err *err)
{
    struct cursor *cursors = calloc(merger->count + 1, sizeof *cursors);
    enum err_code code = cursors != NULL ? ERR_OK : err_nomem(err, "merging");
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        const struct source *source = &merger->sources[i];
        cursors[i] = (struct cursor){ .source = source, .index = i };
        code = glass_reader_new(source->path, table, &source->version.roots[table], &cursors[i].reader, err);
        if (code == ERR_OK) {
            code = step(merger, &cursors[i], err);
        }
    }
    *ret_cursors = cursors;
    return code;
}

static void close_cursors(const struct merger *merger, struct cursor *cursors)
{
    for (size_t i = 0; i < merger->count && cursors != NULL; i++) {
        glass_reader_free(cursors[i].reader);
    }
    free(cursors);
}

static void tell_progress(struct merger *merger)
{
    uint64_t done = atomic_load_explicit(&merger->done, memory_order_relaxed);
    if (merger->hooks != NULL && merger->hooks->on_progress != NULL && done - merger->told >= PROGRESS_STEP) {
        merger->told = done;
        merger->hooks->on_progress(merger->hooks->context, done < merger->total ? done : merger->total, merger->total);
    }
}

/* ---- Cursors in the order of their terms -------------------------------------------------- */

/* A binary heap: the lowest term on top; of one term, the first source. */
struct heap {
    struct cursor **items;
    size_t count;
};

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

static enum err_code heap_init(struct heap *heap, struct cursor *cursors, size_t count, struct err *err)
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

/* After the top has stepped on. */
static void heap_settle(struct heap *heap)
{
    if (!heap->items[0]->more) {
        heap->items[0] = heap->items[--heap->count];
    }
    if (heap->count > 0) {
        sift(heap, 0);
    }
}

static bool has_name(const struct cursor *cursor, const uint8_t *name, size_t len)
{
    return cursor->more && cursor->name_len == len && memcmp(cursor->entry.key, name, len) == 0;
}

/* ---- Positions ---------------------------------------------------------------------------- */

/* Copies the position lists of the term on top, of one source. */
static enum err_code copy_positions(struct merger *merger, struct cursor *cursor, uint8_t *key, size_t name_len,
                                    struct glass_writer *table, struct err *err)
{
    enum err_code code = ERR_OK;
    while (code == ERR_OK && has_name(cursor, key, name_len)) {
        const struct glass_entry *entry = &cursor->entry;
        uint32_t docid;
        if (entry->key_len < name_len + 3 || !unpack_docid(entry->key + name_len + 1, entry->key_len - name_len - 1, &docid)
            || docid == 0 || docid > cursor->source->mapping.last) {
            return corrupt(cursor, err);
        }
        uint32_t fresh = map_docid(&cursor->source->mapping, docid);
        if (fresh != 0) {
            uint8_t *end = pack_docid(key + name_len + 1, fresh);
            glass_writer_add(table, key, (size_t)(end - key), entry->tag, entry->tag_len);
        }
        code = step(merger, cursor, err);
    }
    return code;
}

static enum err_code merge_positions(struct merger *merger, struct err *err)
{
    CLEANUP(glass_writer_free_cleanup) struct glass_writer *table = NULL;
    struct cursor *cursors = NULL;
    struct heap heap = { NULL, 0 };
    uint8_t key[GLASS_KEY_MAX + PACK_DOCID_MAX];
    enum err_code code = glass_writer_new(merger->target, GLASS_POSITION, &table, err);
    if (code == ERR_OK) {
        code = open_cursors(merger, GLASS_POSITION, &cursors, err);
    }
    if (code == ERR_OK) {
        code = heap_init(&heap, cursors, merger->count, err);
    }
    while (code == ERR_OK && heap.count > 0) {
        struct cursor *top = heap.items[0];
        size_t name_len = top->name_len;
        memcpy(key, top->entry.key, name_len);
        key[name_len] = 0;
        code = copy_positions(merger, top, key, name_len, table, err);
        heap_settle(&heap);
    }
    if (code == ERR_OK) {
        code = glass_writer_finish(table, &merger->result.roots[GLASS_POSITION], err);
    }
    free(heap.items);
    close_cursors(merger, cursors);
    return code;
}

static void *positions_main(void *argument)
{
    struct merger *merger = argument;
    merger->positions_code = merge_positions(merger, &merger->positions_err);
    return NULL;
}

/* ---- Postings ----------------------------------------------------------------------------- */

/* Adds the postings of a chunk. */
static enum err_code add_chunk(const struct cursor *cursor, uint32_t first, struct postings *postings, bool *ret_last,
                               struct err *err)
{
    struct chunk_reader chunk;
    const struct mapping *mapping = &cursor->source->mapping;
    if (!chunk_reader_init(&chunk, cursor->entry.tag, cursor->entry.tag_len, first) || chunk.last > mapping->last) {
        return corrupt(cursor, err);
    }
    int more;
    while ((more = chunk_reader_next(&chunk)) > 0) {
        uint32_t docid = map_docid(mapping, chunk.docid);
        if (docid != 0 && docid > postings->last) {
            postings_add(postings, docid, chunk.wdf);
        } else if (docid != 0) {
            return corrupt(cursor, err);
        }
    }
    *ret_last = chunk.is_last;
    return more == 0 ? ERR_OK : corrupt(cursor, err);
}

/* Adds all chunks of the list that a cursor is at, and steps behind it.  `head` bytes of the keys are the list's name; in further
 * chunks a docid follows behind `skip` more. */
static enum err_code add_list(struct merger *merger, struct cursor *cursor, size_t head, size_t skip, struct postings *postings,
                              struct err *err)
{
    uint8_t name[GLASS_KEY_MAX];
    bool last = false;
    memcpy(name, cursor->entry.key, head);
    enum err_code code = cursor->entry.key_len == head ? add_chunk(cursor, 0, postings, &last, err) : corrupt(cursor, err);
    if (code == ERR_OK) {
        code = step(merger, cursor, err);
    }
    while (code == ERR_OK && !last) {
        const struct glass_entry *entry = &cursor->entry;
        uint32_t first = 0;
        if (!cursor->more || entry->key_len < head + skip || memcmp(entry->key, name, head) != 0
            || !unpack_docid(entry->key + head + skip, entry->key_len - head - skip, &first) || first == 0) {
            return corrupt(cursor, err);
        }
        code = add_chunk(cursor, first, postings, &last, err);
        if (code == ERR_OK) {
            code = step(merger, cursor, err);
        }
    }
    return code;
}

static enum err_code merge_terms(struct merger *merger, struct cursor *cursors, struct glass_writer *table,
                                 struct postings *postings, struct err *err)
{
    struct heap heap;
    uint8_t name[GLASS_KEY_MAX];
    enum err_code code = heap_init(&heap, cursors, merger->count, err);
    while (code == ERR_OK && heap.count > 0) {
        size_t len = heap.items[0]->name_len;
        memcpy(name, heap.items[0]->entry.key, len);
        postings_begin(postings, len);
        while (code == ERR_OK && heap.count > 0 && has_name(heap.items[0], name, len)) {
            code = add_list(merger, heap.items[0], len, 1, postings, err);
            heap_settle(&heap);
        }
        if (code == ERR_OK && postings->docs > 0) {
            code = postings_write(postings, table, name, len, err);
        }
        tell_progress(merger);
    }
    free(heap.items);
    return code;
}

static bool is_special(const struct cursor *cursor, uint8_t kind)
{
    return cursor->more && cursor->entry.key_len >= 2 && cursor->entry.key[0] == 0 && cursor->entry.key[1] == kind;
}

static enum err_code merge_lengths(struct merger *merger, struct cursor *cursors, struct glass_writer *table,
                                   struct postings *postings, struct err *err)
{
    struct glass_stats *stats = &merger->result.stats;
    enum err_code code = ERR_OK;
    postings_begin(postings, 2);
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        uint64_t before = postings->occurrences;
        uint32_t docs = postings->docs;
        const struct source *source = &merger->sources[i];
        if (is_special(&cursors[i], CHUNK_LENGTHS)) {
            code = add_list(merger, &cursors[i], 2, 0, postings, err);
        }
        if (code == ERR_OK && postings->docs - docs != source->mapping.last - source->mapping.dead_count) {
            code = corrupt(&cursors[i], err);
        }
        if (code == ERR_OK && postings->docs > docs) {
            stats->length += postings->occurrences - before;
            stats->most = source->version.stats.most > stats->most ? source->version.stats.most : stats->most;
            stats->longest = source->version.stats.longest > stats->longest ? source->version.stats.longest : stats->longest;
            if (stats->shortest == 0 || (source->version.stats.shortest > 0 && source->version.stats.shortest < stats->shortest)) {
                stats->shortest = source->version.stats.shortest;
            }
        }
    }
    stats->docs = stats->last_docid = postings->docs;
    return code == ERR_OK ? postings_write_lengths(postings, table, err) : code;
}

/* ---- Values ------------------------------------------------------------------------------- */

/* Reads a chunk of values, in order.  1, 0 at the end, -1 when it cannot be read. */
struct value_reader {
    const uint8_t *at, *end;
    uint32_t docid, len;
    const uint8_t *bytes;
    bool begun;
};

static int next_value(struct value_reader *reader)
{
    uint32_t between;
    if (reader->at == reader->end) {
        return reader->begun ? 0 : -1;
    }
    if (reader->begun) {
        if (!unpack_u32(&reader->at, reader->end, &between) || between >= UINT32_MAX - reader->docid) {
            return -1;
        }
        reader->docid += between + 1;
    }
    reader->begun = true;
    if (!unpack_u32(&reader->at, reader->end, &reader->len) || reader->len > (size_t)(reader->end - reader->at)) {
        return -1;
    }
    reader->bytes = reader->at;
    reader->at += reader->len;
    return 1;
}

/* Opens the chunk of values that a cursor is at. */
static bool open_values(const struct cursor *cursor, uint32_t *ret_slot, struct value_reader *ret_reader)
{
    const struct glass_entry *entry = &cursor->entry;
    const uint8_t *at = entry->key + 2, *end = entry->key + entry->key_len;
    *ret_reader = (struct value_reader){ .at = entry->tag, .end = entry->tag + entry->tag_len };
    return unpack_u32(&at, end, ret_slot) && *ret_slot <= SHIM_SLOT_MAX && unpack_docid(at, (size_t)(end - at), &ret_reader->docid)
        && ret_reader->docid > 0;
}

/* Hands the living values of the chunk that a cursor is at to `take`, counted or added (when `table` is not NULL). */
static enum err_code take_values(const struct cursor *cursor, struct value_reader *reader, struct values *slot,
                                 struct glass_writer *table, struct err *err)
{
    int more;
    while ((more = next_value(reader)) > 0) {
        if (reader->docid > cursor->source->mapping.last) {
            return corrupt(cursor, err);
        }
        uint32_t docid = map_docid(&cursor->source->mapping, reader->docid);
        if (docid != 0 && table == NULL) {
            values_count(slot, reader->bytes, reader->len);
        } else if (docid != 0) {
            values_add(slot, table, docid, reader->bytes, reader->len);
        }
    }
    return more == 0 ? ERR_OK : corrupt(cursor, err);
}

/* The statistics of all slots, counted again: a dead document's values go. */
static enum err_code merge_value_stats(struct merger *merger, struct glass_writer *table, struct err *err)
{
    struct cursor *cursors = NULL;
    AUTO_FREE struct values *slots = calloc(SHIM_SLOT_MAX + 1, sizeof *slots);
    enum err_code code = slots != NULL ? open_cursors(merger, GLASS_POSTLIST, &cursors, err) : err_nomem(err, "merging");
    for (uint32_t i = 0; i <= SHIM_SLOT_MAX && slots != NULL; i++) {
        values_init(&slots[i]);
        slots[i].slot = i;
    }
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        struct cursor *cursor = &cursors[i];
        while (code == ERR_OK && (is_special(cursor, CHUNK_VALUE_STATS) || is_special(cursor, CHUNK_VALUES))) {
            struct value_reader reader;
            uint32_t slot;
            if (is_special(cursor, CHUNK_VALUES)) {
                code = open_values(cursor, &slot, &reader) ? take_values(cursor, &reader, &slots[slot], NULL, err)
                                                           : corrupt(cursor, err);
            }
            if (code == ERR_OK) {
                code = step(merger, cursor, err);
            }
        }
    }
    for (uint32_t i = 0; i <= SHIM_SLOT_MAX && slots != NULL; i++) {
        if (code == ERR_OK) {
            values_write_stats(&slots[i], table);
        }
        values_done(&slots[i]);
    }
    close_cursors(merger, cursors);
    return code;
}

static enum err_code merge_values(struct merger *merger, struct cursor *cursors, struct glass_writer *table, struct err *err)
{
    struct values values;
    enum err_code code = ERR_OK;
    values_init(&values);
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        while (code == ERR_OK && is_special(&cursors[i], CHUNK_VALUE_STATS)) {
            code = step(merger, &cursors[i], err);
        }
    }
    for (uint32_t slot = 0; slot <= SHIM_SLOT_MAX && code == ERR_OK; slot++) {
        values_begin(&values, slot);
        for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
            while (code == ERR_OK && is_special(&cursors[i], CHUNK_VALUES)) {
                struct value_reader reader;
                uint32_t found;
                if (!open_values(&cursors[i], &found, &reader) || found < slot) {
                    code = corrupt(&cursors[i], err);
                } else if (found > slot) {
                    break;
                } else {
                    code = take_values(&cursors[i], &reader, &values, table, err);
                }
                if (code == ERR_OK) {
                    code = step(merger, &cursors[i], err);
                }
            }
        }
        if (code == ERR_OK) {
            code = values_end(&values, table, err);
        }
    }
    values_done(&values);
    return code;
}

static enum err_code merge_postlist(struct merger *merger, struct err *err)
{
    CLEANUP(glass_writer_free_cleanup) struct glass_writer *table = NULL;
    struct cursor *cursors = NULL;
    struct postings postings;
    postings_init(&postings);
    enum err_code code = glass_writer_new(merger->target, GLASS_POSTLIST, &table, err);
    if (code == ERR_OK) {
        code = merge_value_stats(merger, table, err);
    }
    if (code == ERR_OK) {
        code = open_cursors(merger, GLASS_POSTLIST, &cursors, err);
    }
    if (code == ERR_OK) {
        code = merge_values(merger, cursors, table, err);
    }
    if (code == ERR_OK) {
        code = merge_lengths(merger, cursors, table, &postings, err);
    }
    if (code == ERR_OK) {
        code = merge_terms(merger, cursors, table, &postings, err);
    }
    if (code == ERR_OK) {
        code = glass_writer_finish(table, &merger->result.roots[GLASS_POSTLIST], err);
    }
    postings_done(&postings);
    close_cursors(merger, cursors);
    return code;
}

/* ---- Data --------------------------------------------------------------------------------- */

static enum err_code merge_data(struct merger *merger, struct err *err)
{
    CLEANUP(glass_writer_free_cleanup) struct glass_writer *table = NULL;
    struct cursor *cursors = NULL;
    AUTO_BUF struct buf fresh;
    buf_init(&fresh, (size_t)1 << 30);
    bool asks = merger->hooks != NULL && merger->hooks->on_data != NULL;
    enum err_code code = glass_writer_new(merger->target, GLASS_DOCDATA, &table, err);
    if (code == ERR_OK) {
        code = open_cursors(merger, GLASS_DOCDATA, &cursors, err);
    }
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        struct cursor *cursor = &cursors[i];
        while (code == ERR_OK && cursor->more) {
            const struct glass_entry *entry = &cursor->entry;
            uint32_t docid;
            uint8_t key[PACK_DOCID_MAX];
            if (!unpack_docid(entry->key, entry->key_len, &docid) || docid == 0 || docid > cursor->source->mapping.last) {
                code = corrupt(cursor, err);
                break;
            }
            const char *data = (const char *)entry->tag;
            size_t len = entry->tag_len;
            uint32_t target = map_docid(&cursor->source->mapping, docid);
            if (target != 0 && asks) {
                buf_clear(&fresh);
                code = merger->hooks->on_data(merger->hooks->context, i, docid, data, len, &fresh, err);
                data = fresh.data;
                len = fresh.len;
            }
            if (code == ERR_OK && target != 0 && len > 0) {
                glass_writer_add(table, key, (size_t)(pack_docid(key, target) - key), data, len);
            }
            if (code == ERR_OK) {
                code = buf_check(&fresh, "document data", err);
            }
            if (code == ERR_OK) {
                code = step(merger, cursor, err);
            }
            tell_progress(merger);
        }
    }
    if (code == ERR_OK) {
        code = glass_writer_finish(table, &merger->result.roots[GLASS_DOCDATA], err);
    }
    close_cursors(merger, cursors);
    return code;
}

/* ---- All of it ---------------------------------------------------------------------------- */

static enum err_code open_sources(struct merger *merger, const struct shim_source *sources, struct err *err)
{
    uint64_t base = 0;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        struct source *source = &merger->sources[i];
        source->path = sources[i].path;
        if (source->path == NULL) {
            return err_set(err, ERR_INVALID, "the path of a source is missing");
        }
        code = glass_version_read(source->path, &source->version, err);
        const struct glass_stats *stats = &source->version.stats;
        if (code == ERR_OK && stats->docs != stats->last_docid) {
            code = err_set(err, ERR_VERSION, "%s was not written by this program, or was changed afterwards", source->path);
        }
        if (code == ERR_OK) {
            code = mapping_init(&source->mapping, &sources[i], stats->last_docid, &base, err);
        }
        for (int table = 0; table < GLASS_TABLES && code == ERR_OK; table++) {
            merger->total += source->version.roots[table].entries;
        }
    }
    return code;
}

static enum err_code merge_tables(struct merger *merger, struct err *err)
{
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, positions_main, merger);
    if (failed != 0) {
        return err_errno(err, failed, "cannot start a thread");
    }
    enum err_code code = merge_postlist(merger, err);
    if (code == ERR_OK) {
        code = merge_data(merger, err);
    }
    pthread_join(thread, NULL);
    if (code == ERR_OK && merger->positions_code != ERR_OK) {
        code = err_set(err, merger->positions_code, "%s", merger->positions_err.text);
    }
    return code;
}

enum err_code shim_merge(const struct shim_source *sources, size_t count, const char *target,
                         const struct shim_merge_hooks *hooks, struct err *err)
{
    AUTO_FREE struct source *opened = calloc(count + 1, sizeof *opened);
    struct merger merger = { .sources = opened, .count = count, .target = target, .hooks = hooks };
    if (target == NULL || opened == NULL) {
        return target == NULL ? err_set(err, ERR_INVALID, "the target is missing") : err_nomem(err, "merging");
    }
    enum err_code code = open_sources(&merger, sources, err);
    if (code == ERR_OK && mkdir(target, 0777) != 0) {
        code = errno == EEXIST ? err_set(err, ERR_INVALID, "%s exists already", target)
                               : err_errno(err, errno, "cannot create %s", target);
    }
    if (code == ERR_OK) {
        code = merge_tables(&merger, err);
    }
    if (code == ERR_OK) {
        struct glass_stats *stats = &merger.result.stats;
        stats->most = stats->most < stats->longest ? stats->most : stats->longest;
        code = glass_version_write(target, &merger.result, err);
    }
    for (size_t i = 0; i < count; i++) {
        free(opened[i].mapping.dead);
        free(opened[i].mapping.dead_before);
    }
    return code;
}
