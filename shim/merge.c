/* merge.c - merging databases into one.
 *
 * All sources are read side by side, a term at a time, and the postings of each are packed anew in full chunks.  (Xapian's
 * compaction keeps the chunks of its sources: with segments of some hundred documents its table of postings takes twice the
 * space, and a search reads as many chunks as there were segments.)  Positions need no more than a new docid in their keys;
 * their table is merged by a thread of its own.
 */
#include "shim/merge.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

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
        code = cursors_open(merger, GLASS_DOCDATA, &cursors, err);
    }
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        struct cursor *cursor = &cursors[i];
        while (code == ERR_OK && cursor->more) {
            const struct glass_entry *entry = &cursor->entry;
            uint32_t docid;
            uint8_t key[PACK_DOCID_MAX];
            if (!unpack_docid(entry->key, entry->key_len, &docid) || docid == 0 || docid > cursor->source->mapping.last) {
                code = cursor_corrupt(cursor, err);
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
                code = cursor_step(merger, cursor, err);
            }
            merger_tell(merger);
        }
    }
    if (code == ERR_OK) {
        code = glass_writer_finish(table, &merger->result.roots[GLASS_DOCDATA], err);
    }
    cursors_close(merger, cursors);
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

static void *positions_main(void *argument)
{
    struct merger *merger = argument;
    merger->positions_code = merge_positions(merger, &merger->positions_err);
    return NULL;
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
        mapping_done(&opened[i].mapping);
    }
    return code;
}
