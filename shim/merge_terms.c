/* merge_terms.c - merging what belongs to terms: positions, postings, and lengths, which are kept as postings. */
#include "shim/merge.h"

#include <string.h>

/* ---- Positions ---------------------------------------------------------------------------- */

/* Copies the position lists of the term on top, of one source. */
static enum err_code copy_positions(struct merger *merger, struct cursor *cursor, uint8_t *key, size_t name_len,
                                    struct glass_writer *table, struct err *err)
{
    enum err_code code = ERR_OK;
    while (code == ERR_OK && cursor_has_name(cursor, key, name_len)) {
        const struct glass_entry *entry = &cursor->entry;
        uint32_t docid;
        if (entry->key_len < name_len + 3 || !unpack_docid(entry->key + name_len + 1, entry->key_len - name_len - 1, &docid)
            || docid == 0 || docid > cursor->source->mapping.last) {
            return cursor_corrupt(cursor, err);
        }
        uint32_t fresh = map_docid(&cursor->source->mapping, docid);
        if (fresh != 0) {
            uint8_t *end = pack_docid(key + name_len + 1, fresh);
            glass_writer_add(table, key, (size_t)(end - key), entry->tag, entry->tag_len);
        }
        code = cursor_step(merger, cursor, err);
    }
    return code;
}

enum err_code merge_positions(struct merger *merger, struct err *err)
{
    CLEANUP(glass_writer_free_cleanup) struct glass_writer *table = NULL;
    struct cursor *cursors = NULL;
    struct heap heap = { NULL, 0 };
    uint8_t key[GLASS_KEY_MAX + PACK_DOCID_MAX];
    enum err_code code = glass_writer_new(merger->target, GLASS_POSITION, &table, err);
    if (code == ERR_OK) {
        code = cursors_open(merger, GLASS_POSITION, &cursors, err);
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
    heap_done(&heap);
    cursors_close(merger, cursors);
    return code;
}

/* ---- Postings ----------------------------------------------------------------------------- */

/* Adds the postings of a chunk. */
static enum err_code add_chunk(const struct cursor *cursor, uint32_t first, struct postings *postings, bool *ret_last,
                               struct err *err)
{
    struct chunk_reader chunk;
    const struct mapping *mapping = &cursor->source->mapping;
    if (!chunk_reader_init(&chunk, cursor->entry.tag, cursor->entry.tag_len, first) || chunk.last > mapping->last) {
        return cursor_corrupt(cursor, err);
    }
    int more;
    while ((more = chunk_reader_next(&chunk)) > 0) {
        uint32_t docid = map_docid(mapping, chunk.docid);
        if (docid != 0 && docid > postings->last) {
            postings_add(postings, docid, chunk.wdf);
        } else if (docid != 0) {
            return cursor_corrupt(cursor, err);
        }
    }
    *ret_last = chunk.is_last;
    return more == 0 ? ERR_OK : cursor_corrupt(cursor, err);
}

/* Adds all chunks of the list that a cursor is at, and steps behind it.  `head` bytes of the keys are the list's name; in further
 * chunks a docid follows behind `skip` more. */
static enum err_code add_list(struct merger *merger, struct cursor *cursor, size_t head, size_t skip, struct postings *postings,
                              struct err *err)
{
    uint8_t name[GLASS_KEY_MAX];
    bool last = false;
    memcpy(name, cursor->entry.key, head);
    enum err_code code = cursor->entry.key_len == head ? add_chunk(cursor, 0, postings, &last, err) : cursor_corrupt(cursor, err);
    if (code == ERR_OK) {
        code = cursor_step(merger, cursor, err);
    }
    while (code == ERR_OK && !last) {
        const struct glass_entry *entry = &cursor->entry;
        uint32_t first = 0;
        if (!cursor->more || entry->key_len < head + skip || memcmp(entry->key, name, head) != 0
            || !unpack_docid(entry->key + head + skip, entry->key_len - head - skip, &first) || first == 0) {
            return cursor_corrupt(cursor, err);
        }
        code = add_chunk(cursor, first, postings, &last, err);
        if (code == ERR_OK) {
            code = cursor_step(merger, cursor, err);
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
        while (code == ERR_OK && heap.count > 0 && cursor_has_name(heap.items[0], name, len)) {
            code = add_list(merger, heap.items[0], len, 1, postings, err);
            heap_settle(&heap);
        }
        if (code == ERR_OK && postings->docs > 0) {
            code = postings_write(postings, table, name, len, err);
        }
        merger_tell(merger);
    }
    heap_done(&heap);
    return code;
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
        if (cursor_is_special(&cursors[i], CHUNK_LENGTHS)) {
            code = add_list(merger, &cursors[i], 2, 0, postings, err);
        }
        if (code == ERR_OK && postings->docs - docs != source->mapping.last - source->mapping.dead_count) {
            code = cursor_corrupt(&cursors[i], err);
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

enum err_code merge_postlist(struct merger *merger, struct err *err)
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
        code = cursors_open(merger, GLASS_POSTLIST, &cursors, err);
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
    cursors_close(merger, cursors);
    return code;
}
