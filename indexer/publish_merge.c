/* publish_merge.c - merging parts, so that an index has few of them and little that is dead. */
#include "indexer/publish_part.h"

#include <inttypes.h>
#include <stdio.h>

#include "indexer/texts.h"

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

/* What a merge tells and asks on its way. */
struct merging {
    const struct publisher *publisher;
    struct text_mover *mover;
};

static enum err_code move_text(void *context, size_t source, uint32_t docid, const char *data, size_t len, struct buf *out,
                               struct err *err)
{
    struct merging *merging = context;
    return text_mover_on_data(merging->mover, source, docid, data, len, out, err);
}

static void tell_progress(void *context, uint64_t done, uint64_t total)
{
    struct merging *merging = context;
    if (merging->publisher->on_progress != NULL) {
        merging->publisher->on_progress(merging->publisher->context, done, total);
    }
}

/* Merges parts [from, count) into a database at `path`, without their dead documents; their texts move along. */
static enum err_code merge_parts(const struct publisher *publisher, struct text_mover *mover, size_t from, const char *path,
                                 struct err *err)
{
    const struct generation *generation = publisher->current;
    size_t count = generation->part_count - from;
    AUTO_FREE char *paths = calloc(count, PATH_MAX);
    AUTO_FREE struct shim_source *sources = calloc(count, sizeof *sources);
    struct merging merging = { publisher, mover };
    const struct shim_merge_hooks hooks = { .on_data = move_text, .on_progress = tell_progress, .context = &merging };
    if (paths == NULL || sources == NULL) {
        return err_nomem(err, "merging");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        const struct generation_part *part = &generation->parts[from + i];
        sources[i] = (struct shim_source){ paths + i * PATH_MAX, part->dead, part->dead_count };
        code = publish_part_path(publisher->layout, part->name, paths + i * PATH_MAX, err);
    }
    return code == ERR_OK ? shim_merge(sources, count, path, &hooks, err) : code;
}

static enum err_code make_merged(const struct publisher *publisher, size_t from, struct generation *fresh, struct err *err)
{
    const struct layout *layout = publisher->layout;
    struct generation *current = publisher->current;
    CLEANUP(text_mover_free_cleanup) struct text_mover *mover = NULL;
    char name[GENERATION_NAME_MAX], text[GENERATION_NAME_MAX], path[PATH_MAX];
    enum err_code code = publish_name(current, fresh, err);
    snprintf(name, sizeof name, "p%" PRIu64, fresh->number);
    snprintf(text, sizeof text, "m%" PRIu64, fresh->number);
    uint64_t docs = 0;
    for (size_t i = from; i < current->part_count; i++) {
        docs += live(&current->parts[i]);
    }
    if (code == ERR_OK) {
        code = publish_part_path(layout, name, path, err);
    }
    if (code == ERR_OK) {
        code = text_mover_new(layout->directory, current, from, text, &mover, err);
    }
    if (code == ERR_OK) {
        code = merge_parts(publisher, mover, from, path, err);
    }
    if (code == ERR_OK) {
        code = publish_write_lexicon(publisher->dutch, path, err);
    }
    if (code == ERR_OK) {
        code = publish_sync_part(layout, path, err);
    }
    if (code == ERR_OK) {
        code = publish_copy_parts(current, from, fresh, err);
    }
    struct generation_part *part;
    if (code == ERR_OK) {
        code = generation_add_part(fresh, name, (uint32_t)docs, &part, err);
    }
    if (code == ERR_OK) {
        code = text_mover_end(mover, fresh, part, err);
    }
    return code == ERR_OK ? publish_commit(publisher, fresh, err) : code;
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
    enum err_code code = generation_check_parts(publisher->layout->directory, current, from, /* or damage would be sealed */
                                                ledger_base(publisher->ledger), err);
    code = code == ERR_OK ? make_merged(publisher, from, &fresh, err) : code;
    generation_done(&fresh);
    *ret_merged = code == ERR_OK;
    return code;
}
