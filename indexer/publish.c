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
#include "shim/shim.h"
#include "text/analysis.h"
#include "text/doc_head.h"
#include "text/lexicon.h"

#define SAME_UID_MAX 64

static enum err_code part_path(const struct layout *layout, const char *name, char path[PATH_MAX], struct err *err)
{
    if (snprintf(path, PATH_MAX, "%s/%s/%s", layout->directory, SCHEMA_PARTS, name) >= PATH_MAX) {
        return err_set(err, ERR_INVALID, "the path of the index is too long");
    }
    return ERR_OK;
}

/* Builds the lexicon of a part that has been merged. */
static enum err_code write_lexicon(const struct dutch *dutch, const char *part, struct err *err)
{
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    CLEANUP(lexicon_builder_free_cleanup) struct lexicon_builder *builder = NULL;
    struct shim_part one = { part, NULL, 0 };
    enum err_code code = shim_reader_open(&one, 1, &reader, err);
    if (code == ERR_OK) {
        code = shim_terms_open(reader, "", 0, &terms, err);
    }
    if (code == ERR_OK) {
        code = deriver_new(dutch, &deriver, err);
    }
    if (code == ERR_OK) {
        code = lexicon_builder_new(deriver, &builder, err);
    }
    while (code == ERR_OK) {
        const char *term;
        size_t len;
        uint32_t frequency;
        code = shim_terms_next(terms, &term, &len, &frequency, err);
        if (code != ERR_OK || term == NULL) {
            break;
        }
        if (term[0] >= 'A' && term[0] <= 'Z') {
            /* Prefixed terms stand together, A to Z; forms before and behind them. */
            code = shim_terms_seek(terms, "[", 1, err);
            continue;
        }
        code = lexicon_builder_add(builder, term, len, frequency, err);
    }
    AUTO_FREE char *path = io_join(part, SCHEMA_LEXICON);
    if (code == ERR_OK && path == NULL) {
        code = err_nomem(err, "write_lexicon");
    }
    return code == ERR_OK ? lexicon_builder_write(builder, path, err) : code;
}

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

/* Copies the first `count` parts of `from`, with their dead lists and the names of their texts. */
static enum err_code copy_parts(const struct generation *from, size_t count, struct generation *to, struct err *err)
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

enum err_code publish_open_reader(const struct layout *layout, const struct generation *generation,
                                  struct shim_reader **ret_reader, struct err *err)
{
    AUTO_FREE struct shim_part *parts = calloc(generation->part_count + 1, sizeof *parts);
    AUTO_FREE char *paths = calloc(generation->part_count + 1, PATH_MAX);
    if (parts == NULL || paths == NULL) {
        return err_nomem(err, "opening the index");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        const struct generation_part *part = &generation->parts[i];
        parts[i] = (struct shim_part){ paths + i * PATH_MAX, part->dead, part->dead_count };
        code = part_path(layout, part->name, paths + i * PATH_MAX, err);
    }
    if (code == ERR_OK) {
        code = shim_reader_open(parts, generation->part_count, ret_reader, err);
    }
    return code == ERR_NOT_FOUND ? err_set(err, ERR_CORRUPT, "generation %" PRIu64 " of %s is not complete: a part is missing",
                                           generation->number, layout->directory) : code;
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

static enum err_code name_generation(const struct generation *current, struct generation *fresh, struct err *err)
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

/* Syncs a finished part and the folder it is in. */
static enum err_code sync_part(const struct layout *layout, const char *path, struct err *err)
{
    enum err_code code = io_sync_tree(path, err);
    AUTO_FREE char *folder = io_join(layout->directory, SCHEMA_PARTS);
    if (code == ERR_OK) {
        code = folder != NULL ? io_sync_path(folder, err) : err_nomem(err, "publishing");
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
    enum err_code code = part_path(layout, name, path, err);
    AUTO_FREE const char **sources = calloc(batch->segment_count, sizeof *sources);
    if (sources == NULL) {
        return err_nomem(err, "publishing");
    }
    for (size_t i = 0; i < batch->segment_count; i++) {
        sources[i] = batch->segments[i].path;
        docs += batch->segments[i].docs;
    }
    if (code == ERR_OK) {
        code = shim_compact(sources, batch->segment_count, path, true, NULL, err);
    }
    for (size_t i = 0; i < batch->segment_count && code == ERR_OK; i++) {
        code = io_remove_tree(batch->segments[i].path, err);
    }
    if (code == ERR_OK) {
        code = write_lexicon(publisher->dutch, path, err);
    }
    if (code == ERR_OK) {
        code = sync_part(layout, path, err);
    }
    struct generation_part *part;
    if (code == ERR_OK) {
        code = generation_add_part(fresh, name, docs, &part, err);
    }
    for (size_t i = 0; i < batch->text_count && code == ERR_OK; i++) {
        code = generation_add_text(fresh, part, batch->texts[i], err);
    }
    if (code == ERR_OK) {
        code = kill_duplicates(layout, path, batch, fresh, part, err);
        sort_dead(part);
    }
    return code;
}

/* Steps 2 and 3 of a publication, and clearing up. */
static enum err_code commit(const struct publisher *publisher, struct generation *fresh, struct err *err)
{
    const struct layout *layout = publisher->layout;
    struct generation *current = publisher->current;
    enum err_code code = generation_write(layout->directory, fresh, current, err);
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
    enum err_code code = name_generation(current, &fresh, err);
    if (code == ERR_OK && !batch->replace) {
        code = copy_parts(current, current->part_count, &fresh, err);
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
        code = commit(publisher, &fresh, err);
    }
    generation_done(&fresh);
    return code;
}

/* ---- Merging ------------------------------------------------------------------------------ */

static uint64_t live(const struct generation_part *part)
{
    return part->doc_count - part->dead_count;
}

/* The first part of the tail that is to be merged; part_count when nothing is due. */
static size_t choose_tail(const struct generation *generation)
{
    size_t count = generation->part_count;
    size_t from = count;
    uint64_t together = 0;
    for (size_t i = count; i-- > 0;) {
        const struct generation_part *part = &generation->parts[i];
        bool rotten = part->dead_count * 3 > part->doc_count;
        bool small = i + 1 < count && live(part) < PUBLISH_RATIO * together;
        if (rotten || small || (i + 1 < count && i >= PUBLISH_PARTS_MAX - 1)) {
            from = i;
        }
        together += live(part);
    }
    return from;
}

static enum err_code delete_dead(const char *path, const struct generation *generation, size_t from, const int64_t *shift,
                                 struct err *err)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    enum err_code code = shim_writer_open(path, &writer, err);
    for (size_t i = from; i < generation->part_count && code == ERR_OK; i++) {
        const struct generation_part *part = &generation->parts[i];
        for (size_t k = 0; k < part->dead_count && code == ERR_OK; k++) {
            code = shim_writer_delete(writer, (uint32_t)(part->dead[k] + shift[i - from]), err);
        }
    }
    return code == ERR_OK ? shim_writer_commit(writer, err) : code;
}

/* Merges parts [from, count) into a database at `path`, without their dead documents. */
static enum err_code merge_parts(const struct layout *layout, const struct generation *generation, size_t from,
                                 const char *path, struct err *err)
{
    size_t count = generation->part_count - from, dead = 0;
    AUTO_FREE char *paths = calloc(count, PATH_MAX);
    AUTO_FREE const char **sources = calloc(count, sizeof *sources);
    AUTO_FREE int64_t *shift = calloc(count, sizeof *shift);
    if (paths == NULL || sources == NULL || shift == NULL) {
        return err_nomem(err, "merging");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        sources[i] = paths + i * PATH_MAX;
        dead += generation->parts[from + i].dead_count;
        code = part_path(layout, generation->parts[from + i].name, paths + i * PATH_MAX, err);
    }
    if (code != ERR_OK || dead == 0) {
        return code == ERR_OK ? shim_compact(sources, count, path, true, shift, err) : code;
    }
    char rough[PATH_MAX];
    if (snprintf(rough, sizeof rough, "%s/%s/merge", layout->directory, SCHEMA_TMP) >= (int)sizeof rough) {
        return err_set(err, ERR_INVALID, "the path of the index is too long");
    }
    code = shim_compact(sources, count, rough, true, shift, err);
    if (code == ERR_OK) {
        code = delete_dead(rough, generation, from, shift, err);
    }
    const char *one = rough;
    if (code == ERR_OK) {
        code = shim_compact(&one, 1, path, true, NULL, err);
    }
    io_remove_tree(rough, NULL);
    return code;
}

/* The store files that the documents of a merged part are in: others are not needed any more. */
static enum err_code add_used_texts(const char *path, struct generation *fresh, struct generation_part *part, struct err *err)
{
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)16 << 20);
    struct shim_part one = { path, NULL, 0 };
    enum err_code code = shim_reader_open(&one, 1, &reader, err);
    uint32_t last = code == ERR_OK ? shim_reader_last_docid(reader, 0) : 0;
    for (uint32_t docid = 1; docid <= last && code == ERR_OK; docid++) {
        struct doc_head head;
        char name[GENERATION_NAME_MAX];
        buf_clear(&data);
        code = shim_reader_data(reader, docid, &data, err);
        if (code == ERR_NOT_FOUND) {
            code = ERR_OK; /* a gap in the numbering */
            continue;
        }
        if (code == ERR_OK) {
            code = doc_head_read(data.data, data.len, &head, err);
        }
        if (code == ERR_OK) {
            snprintf(name, sizeof name, "%.*s", (int)head.store.len, head.store.text);
            code = generation_add_text(fresh, part, name, err);
        }
    }
    return code;
}

static enum err_code make_merged(const struct publisher *publisher, size_t from, struct generation *fresh, struct err *err)
{
    const struct layout *layout = publisher->layout;
    struct generation *current = publisher->current;
    char name[GENERATION_NAME_MAX], path[PATH_MAX];
    enum err_code code = name_generation(current, fresh, err);
    snprintf(name, sizeof name, "p%" PRIu64, fresh->number);
    uint64_t docs = 0;
    for (size_t i = from; i < current->part_count; i++) {
        docs += live(&current->parts[i]);
    }
    if (code == ERR_OK) {
        code = part_path(layout, name, path, err);
    }
    if (code == ERR_OK) {
        code = merge_parts(layout, current, from, path, err);
    }
    if (code == ERR_OK) {
        code = write_lexicon(publisher->dutch, path, err);
    }
    if (code == ERR_OK) {
        code = sync_part(layout, path, err);
    }
    if (code == ERR_OK) {
        code = copy_parts(current, from, fresh, err);
    }
    struct generation_part *part;
    if (code == ERR_OK) {
        code = generation_add_part(fresh, name, (uint32_t)docs, &part, err);
    }
    if (code == ERR_OK) {
        code = add_used_texts(path, fresh, part, err);
    }
    return code == ERR_OK ? commit(publisher, fresh, err) : code;
}

enum err_code publish_merge(const struct publisher *publisher, bool *ret_merged, struct err *err)
{
    struct generation *current = publisher->current;
    size_t from = choose_tail(current);
    *ret_merged = false;
    if (from == current->part_count) {
        return ERR_OK;
    }
    struct generation fresh = { 0 };
    enum err_code code = generation_check_parts(publisher->layout->directory, current, from, ledger_base(publisher->ledger), err);
    code = code == ERR_OK ? make_merged(publisher, from, &fresh, err) : code;
    generation_done(&fresh);
    *ret_merged = code == ERR_OK;
    return code;
}
