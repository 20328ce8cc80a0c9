/* publish.c - making generations.
 *
 * Order of a publication, and why nothing acknowledged is lost:
 *   1. part, lexicon, texts, dead lists and manifest, with the digests of all files, are written and synced, directories too;
 *   2. the ledger commits its rows and the new number, synced: from here on the documents are acknowledged;
 *   3. `current` is moved.
 * A crash before 2 leaves the old generation and some files that the next run clears up; a crash between 2 and 3 is
 * mended by layout_recover.
 */
#include "indexer/publish.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "indexer/group.h"
#include "indexer/publish_part.h"
#include "indexer/texts.h"
#include "text/analysis.h"
#include "text/doc_head.h"

#define SAME_UID_MAX 64

static int by_uid(const void *left, const void *right)
{
    return strcmp(((const struct publish_uid *)left)->uid, ((const struct publish_uid *)right)->uid);
}

/* The duplicates of a part that must die: all but the one that stands first in its file; all, when the one that is
 * kept is in an older part (it was unchanged, or published earlier in this run). */
static enum err_code kill_duplicates(const struct layout *layout, const char *path, const struct publish_batch *batch,
                                     struct generation *fresh, struct generation_part *part, struct err *err)
{
    if (batch->duplicate_count == 0) {
        return ERR_OK;
    }
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL, *older = NULL;
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)16 << 20);
    struct shim_part one = { path, NULL, 0 };
    size_t capacity = 0, parts = fresh->part_count;
    enum err_code code = shim_reader_open(&one, 1, &reader, err);
    if (code == ERR_OK) {
        fresh->part_count = parts - 1; /* those before the new one, with what was buried in them */
        code = publish_open_reader(layout, fresh, &older, err);
        fresh->part_count = parts;
    }
    AUTO_FREE uint32_t *docids = calloc(batch->duplicate_count + 1, sizeof *docids);
    AUTO_FREE struct publish_uid *uids = calloc(batch->duplicate_count, sizeof *uids); /* one entry a copy: in order */
    if (docids == NULL || uids == NULL) {
        return err_nomem(err, "a dead list");
    }
    memcpy(uids, batch->duplicates, batch->duplicate_count * sizeof *uids);
    qsort(uids, batch->duplicate_count, sizeof *uids, by_uid);
    for (size_t i = 0; i < batch->duplicate_count && code == ERR_OK; i++) {
        if (i > 0 && strcmp(uids[i].uid, uids[i - 1].uid) == 0) {
            continue;
        }
        char term[SCHEMA_UID_LEN + 2];
        size_t count = 0, kept = 0, first = SIZE_MAX;
        uint64_t lowest = UINT64_MAX;
        snprintf(term, sizeof term, "%s%s", SCHEMA_UID, uids[i].uid);
        code = shim_reader_find(older, term, strlen(term), docids, 1, &kept, err);
        if (code == ERR_OK) {
            code = shim_reader_find(reader, term, strlen(term), docids, batch->duplicate_count + 1, &count, err);
        }
        for (size_t k = 0; k < count && kept == 0 && code == ERR_OK; k++) {
            struct doc_head head;
            buf_clear(&data);
            code = shim_reader_data(reader, docids[k], &data, err);
            if (code == ERR_OK) {
                code = doc_head_read(data.data, data.len, &head, err);
            }
            if (code == ERR_OK && head.position < lowest) {
                lowest = head.position;
                first = k;
            }
        }
        for (size_t k = 0; k < count && code == ERR_OK; k++) {
            if (k == first) {
                continue;
            }
            if (mem_grow(&part->dead, &capacity, part->dead_count, sizeof *part->dead) != 0) {
                return err_nomem(err, "a dead list");
            }
            part->dead[part->dead_count++] = docids[k];
        }
    }
    return code;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void sort_dead(struct generation_part *part)
{
    if (part->dead_count < 2) {
        return;
    }
    qsort(part->dead, part->dead_count, sizeof *part->dead, by_number);
    size_t kept = 1;
    for (size_t i = 1; i < part->dead_count; i++) {
        if (part->dead[i] != part->dead[kept - 1]) {
            part->dead[kept++] = part->dead[i];
        }
    }
    part->dead_count = kept;
}

enum err_code publish_copy_parts(const struct generation *from, size_t count, struct generation *to, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        const struct generation_part *old = &from->parts[i];
        struct generation_part *part;
        code = generation_add_part(to, old->name, old->doc_count, &part, err);
        if (code == ERR_OK && old->dead_count > 0) {
            part->dead = malloc(old->dead_count * sizeof *part->dead);
            if (part->dead == NULL) {
                return err_nomem(err, "a dead list");
            }
            memcpy(part->dead, old->dead, old->dead_count * sizeof *part->dead);
            part->dead_count = old->dead_count;
            memcpy(part->dead_name, old->dead_name, sizeof part->dead_name);
        }
        for (size_t k = 0; k < old->text_count && code == ERR_OK; k++) {
            code = generation_add_text(to, part, old->texts[k], err);
        }
    }
    return code;
}

/* Adds the docids of dead documents to the dead lists of the parts they are in. */
static enum err_code bury(const struct layout *layout, const struct publish_batch *batch, const struct generation *current,
                          struct generation *fresh, struct err *err)
{
    if (batch->dead_count == 0 || current->part_count == 0) {
        return ERR_OK;
    }
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    enum err_code code = publish_open_reader(layout, current, &reader, err);
    for (size_t i = 0; i < batch->dead_count && code == ERR_OK; i++) {
        char term[SCHEMA_UID_LEN + 2];
        uint32_t docids[SAME_UID_MAX];
        size_t count = 0;
        snprintf(term, sizeof term, "%s%s", SCHEMA_UID, batch->dead[i].uid);
        code = shim_reader_find(reader, term, strlen(term), docids, SAME_UID_MAX, &count, err);
        for (size_t k = 0; k < count && code == ERR_OK; k++) {
            size_t index;
            uint32_t local;
            shim_reader_locate(reader, docids[k], &index, &local);
            struct generation_part *part = &fresh->parts[index];
            uint32_t *grown = realloc(part->dead, (part->dead_count + 1) * sizeof *grown);
            if (grown == NULL) {
                return err_nomem(err, "a dead list");
            }
            part->dead = grown;
            part->dead[part->dead_count++] = local;
            part->dead_name[0] = '\0'; /* a new list is to be written */
        }
    }
    for (size_t i = 0; i < fresh->part_count; i++) {
        sort_dead(&fresh->parts[i]);
    }
    return code;
}

/* Takes parts without living documents out. */
static void drop_dead_parts(struct generation *generation)
{
    for (size_t i = generation->part_count; i-- > 0;) {
        if (generation->parts[i].dead_count == generation->parts[i].doc_count) {
            generation_drop_part(generation, i);
        }
    }
}

enum err_code publish_name(const struct generation *current, struct generation *fresh, struct err *err)
{
    const char *terms;
    fresh->number = current->number + 1;
    memcpy(fresh->words, current->words, sizeof fresh->words);
    memcpy(fresh->compounds, current->compounds, sizeof fresh->compounds);
    memcpy(fresh->patterns, current->patterns, sizeof fresh->patterns);
    enum err_code code = analysis_signature(&terms, err);
    if (code == ERR_OK) {
        snprintf(fresh->terms, sizeof fresh->terms, "%s", terms);
        snprintf(fresh->maker, sizeof fresh->maker, "%s", shim_xapian_version());
    }
    return code;
}

static enum err_code add_new_part(const struct publisher *publisher, const struct publish_batch *batch,
                                  struct generation *fresh, struct err *err)
{
    const struct layout *layout = publisher->layout;
    char name[GENERATION_NAME_MAX], path[PATH_MAX];
    uint32_t docs = 0;
    snprintf(name, sizeof name, "p%" PRIu64, fresh->number);
    enum err_code code = publish_part_path(layout, name, path, err);
    AUTO_FREE struct shim_source *sources = calloc(batch->segment_count, sizeof *sources);
    if (sources == NULL) {
        return err_nomem(err, "publishing");
    }
    for (size_t i = 0; i < batch->segment_count; i++) {
        sources[i].path = batch->segments[i].path;
        docs += batch->segments[i].docs;
    }
    if (code == ERR_OK) {
        struct shim_merge_hooks hooks = { .on_progress = publisher->on_progress, .context = publisher->context };
        code = shim_merge(sources, batch->segment_count, path, &hooks, err);
    }
    for (size_t i = 0; i < batch->segment_count && code == ERR_OK; i++) {
        code = io_remove_tree(batch->segments[i].path, err);
    }
    if (code == ERR_OK) {
        code = publish_write_lexicon(publisher->dutch, path, err);
    }
    if (code == ERR_OK) {
        code = publish_sync_part(layout, path, err);
    }
    struct generation_part *part;
    if (code == ERR_OK) {
        code = generation_add_part(fresh, name, docs, &part, err);
    }
    for (size_t i = 0; i < batch->text_count && code == ERR_OK; i++) {
        code = texts_add(layout->directory, batch->texts[i], fresh, part, err);
    }
    if (code == ERR_OK) {
        code = kill_duplicates(layout, path, batch, fresh, part, err);
        sort_dead(part);
    }
    return code;
}

enum err_code publish_commit(const struct publisher *publisher, struct generation *fresh, struct err *err)
{
    const struct layout *layout = publisher->layout;
    struct generation *current = publisher->current;
    enum err_code code = group_generation(layout, publisher->ledger, current, fresh, err);
    if (code == ERR_OK) {
        code = generation_write(layout->directory, fresh, current, err);
    }
    if (code == ERR_OK) {
        code = ledger_commit(publisher->ledger, fresh->number, err);
    }
    if (code == ERR_OK) {
        code = generation_publish(layout->directory, fresh->number, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    generation_done(current);
    *current = *fresh;
    generation_init(fresh);
    return layout_clear(layout, publisher->ledger, current, NULL, err);
}

enum err_code publish_batch(const struct publisher *publisher, const struct publish_batch *batch, struct err *err)
{
    const struct layout *layout = publisher->layout;
    struct generation *current = publisher->current;
    struct generation fresh;
    generation_init(&fresh);
    enum err_code code = publish_name(current, &fresh, err);
    if (code == ERR_OK && !batch->replace) {
        code = publish_copy_parts(current, current->part_count, &fresh, err);
        if (code == ERR_OK) {
            code = bury(layout, batch, current, &fresh, err);
        }
    }
    if (code == ERR_OK && batch->segment_count > 0) {
        code = add_new_part(publisher, batch, &fresh, err);
    }
    if (code == ERR_OK && batch->text_count > 0) {
        AUTO_FREE char *folder = io_join(layout->directory, SCHEMA_TEXTS);
        code = folder != NULL ? io_sync_path(folder, err) : err_nomem(err, "publishing");
    }
    if (code == ERR_OK) {
        drop_dead_parts(&fresh);
        code = publish_commit(publisher, &fresh, err);
    }
    generation_done(&fresh);
    return code;
}
