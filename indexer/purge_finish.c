/* purge_finish.c - a generation without what was purged, and nothing of it anywhere else. */
#include "indexer/purge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "indexer/holdings.h"
#include "indexer/publish_part.h"
#include "indexer/residue.h"
#include "indexer/texts.h"

#define TEXT_MAX ((size_t)1 << 30)
#define SAME_UID_MAX 1024
#define SHOWN_BYTES ((uint64_t)16 << 20) /* of text to train a dictionary on, about */
#define TOKEN_BYTES 6                    /* of text a token, about */

struct removal {
    const struct layout *layout;
    struct ledger *ledger;
    struct generation *current;
    struct progress *progress;
    struct dutch *dutch;
    struct publish_uid *uids;
    size_t uid_count, uid_capacity;
    struct holdings_place *places; /* of the documents, by part and docid */
    size_t place_count, place_capacity;
    struct generation trimmed;    /* the current one with them among its dead */
    bool *affected;               /* parts to be made anew */
    struct dictionary *dictionary; /* for new store files; NULL for none */
};

static void removal_done(struct removal *removal)
{
    dutch_free(removal->dutch);
    dictionary_free(removal->dictionary);
    generation_done(&removal->trimmed);
    free(removal->uids);
    free(removal->places);
    free(removal->affected);
}

/* ---- What is to go --------------------------------------------------------------------------- */

/* A ledger_uid_visit. */
static enum err_code take_uid(void *context, const char *uid, const char *place, struct err *err)
{
    struct removal *removal = context;
    (void)place;
    if (mem_grow(&removal->uids, &removal->uid_capacity, removal->uid_count, sizeof *removal->uids) != 0) {
        return err_nomem(err, "a list of documents");
    }
    snprintf(removal->uids[removal->uid_count++].uid, sizeof removal->uids->uid, "%s", uid);
    return ERR_OK;
}

static int by_place(const void *left, const void *right)
{
    const struct holdings_place *a = left, *b = right;
    return a->part != b->part ? (a->part > b->part) - (a->part < b->part) : (a->docid > b->docid) - (a->docid < b->docid);
}

static enum err_code find_places(struct removal *removal, struct holdings *holdings, struct err *err)
{
    struct holdings_place found[SAME_UID_MAX];
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < removal->uid_count && code == ERR_OK; i++) {
        size_t count = 0;
        code = holdings_find(holdings, removal->uids[i].uid, found, SAME_UID_MAX, &count, err);
        for (size_t k = 0; k < count && code == ERR_OK; k++) {
            if (mem_grow(&removal->places, &removal->place_capacity, removal->place_count, sizeof *removal->places) != 0) {
                return err_nomem(err, "a list of documents");
            }
            removal->places[removal->place_count++] = found[k];
        }
    }
    if (removal->place_count > 0) {
        qsort(removal->places, removal->place_count, sizeof *removal->places, by_place);
    }
    return code;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Adds to the dead of each part those that are to go. */
static enum err_code trim(struct removal *removal, struct err *err)
{
    enum err_code code = publish_copy_parts(removal->current, removal->current->part_count, &removal->trimmed, err);
    for (size_t i = 0; i < removal->place_count && code == ERR_OK;) {
        uint32_t index = removal->places[i].part;
        struct generation_part *part = &removal->trimmed.parts[index];
        size_t end = i;
        while (end < removal->place_count && removal->places[end].part == index) {
            end++;
        }
        uint32_t *dead = realloc(part->dead, (part->dead_count + end - i) * sizeof *dead);
        if (dead == NULL) {
            return err_nomem(err, "a dead list");
        }
        part->dead = dead;
        for (; i < end; i++) {
            dead[part->dead_count++] = removal->places[i].docid;
        }
        qsort(dead, part->dead_count, sizeof *dead, by_number);
        size_t kept = 1;
        for (size_t k = 1; k < part->dead_count; k++) {
            if (dead[k] != dead[kept - 1]) {
                dead[kept++] = dead[k];
            }
        }
        part->dead_count = kept;
        removal->affected[index] = true;
    }
    return code;
}

/* ---- Dictionaries ---------------------------------------------------------------------------- */

/* Whether a dictionary has kept something of what is to go. */
static enum err_code check_dictionary(struct removal *removal, struct holdings *holdings, struct shim_reader *living,
                                      const char *name, bool *ret_kept, struct err *err)
{
    CLEANUP(residue_free_cleanup) struct residue *residue = NULL;
    AUTO_BUF struct buf path, text;
    buf_init(&path, 4096);
    buf_init(&text, TEXT_MAX);
    enum err_code code = generation_path(removal->layout->directory, SCHEMA_TEXTS, name, &path, err);
    if (code == ERR_OK) {
        code = residue_new(path.data, living, &residue, err);
    }
    *ret_kept = false;
    for (size_t i = 0; i < removal->place_count && code == ERR_OK && !*ret_kept; i++) {
        struct doc_head head;
        buf_clear(&text);
        code = holdings_head(holdings, removal->places[i].part, removal->places[i].docid, &head, err);
        if (code == ERR_OK) {
            code = holdings_text(holdings, &head, &text, err);
        }
        if (code == ERR_OK && text.len > 0) {
            code = residue_check(residue, text.data, text.len, ret_kept, err);
        }
        progress_tick(removal->progress);
    }
    return code;
}

static bool is_dead(const struct generation_part *part, uint32_t docid)
{
    return part->dead_count > 0 && bsearch(&docid, part->dead, part->dead_count, sizeof docid, by_number) != NULL;
}

/* Adds up how much text lives, about, or shows every so many-eth text to a trainer. */
static enum err_code walk_living(struct removal *removal, struct holdings *holdings, uint64_t every, struct trainer *trainer,
                                 uint64_t *bytes, struct err *err)
{
    AUTO_BUF struct buf text;
    buf_init(&text, TEXT_MAX);
    enum err_code code = ERR_OK;
    uint64_t number = 0;
    for (size_t i = 0; i < removal->trimmed.part_count && code == ERR_OK; i++) {
        for (uint32_t docid = 1; docid <= holdings_last(holdings, i) && code == ERR_OK; docid++) {
            struct doc_head head;
            if (is_dead(&removal->trimmed.parts[i], docid) || (trainer != NULL && number++ % every != 0)) {
                continue;
            }
            buf_clear(&text);
            code = holdings_head(holdings, i, docid, &head, err);
            *bytes += code == ERR_OK ? (uint64_t)head.tokens * TOKEN_BYTES : 0;
            if (code == ERR_OK && trainer != NULL) {
                code = holdings_text(holdings, &head, &text, err);
                trainer_add(trainer, text.data != NULL ? text.data : "", text.len);
            }
            code = code == ERR_NOT_FOUND ? ERR_OK : code;
            progress_tick(removal->progress);
        }
    }
    return code;
}

/* Trains a dictionary on what stays. */
static enum err_code train(struct removal *removal, struct holdings *holdings, struct err *err)
{
    CLEANUP(trainer_free_cleanup) struct trainer *trainer = NULL;
    AUTO_BUF struct buf folder;
    buf_init(&folder, 4096);
    uint64_t text = 0, shown = 0;
    enum err_code code = walk_living(removal, holdings, 1, NULL, &text, err);
    if (code != ERR_OK || text < PACKING_TEXT_MIN) {
        return code;
    }
    uint64_t every = 1 + text / SHOWN_BYTES;
    code = trainer_new(text, text / every, &trainer, err);
    if (code == ERR_OK) {
        code = walk_living(removal, holdings, every, trainer, &shown, err);
    }
    if (code == ERR_OK) {
        code = generation_path(removal->layout->directory, SCHEMA_TEXTS, NULL, &folder, err);
    }
    return code == ERR_OK ? trainer_write(trainer, folder.data, &removal->dictionary, err) : code;
}

static bool has_text(const struct generation_part *part, const char *name)
{
    for (size_t i = 0; i < part->text_count; i++) {
        if (strcmp(part->texts[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Of the clean ones the one that was made for most text. */
static enum err_code take_dictionary(struct removal *removal, const char *name, struct err *err)
{
    struct dictionary *opened = NULL;
    AUTO_BUF struct buf folder;
    buf_init(&folder, 4096);
    enum err_code code = generation_path(removal->layout->directory, SCHEMA_TEXTS, NULL, &folder, err);
    if (code == ERR_OK) {
        code = dictionary_open(folder.data, name, &opened, err);
    }
    if (code == ERR_OK && (removal->dictionary == NULL || dictionary_text(opened) > dictionary_text(removal->dictionary))) {
        struct dictionary *smaller = removal->dictionary;
        removal->dictionary = opened;
        opened = smaller;
    }
    dictionary_free(opened);
    return code;
}

/* Texts that were compressed with a dictionary that has kept something need another one: all of their parts are made anew. */
static enum err_code choose_dictionary(struct removal *removal, struct holdings *holdings, struct err *err)
{
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *living = NULL;
    const struct generation *current = removal->current;
    bool any_kept = false;
    enum err_code code = publish_open_reader(removal->layout, &removal->trimmed, &living, err);
    for (size_t i = 0; i < current->text_count && code == ERR_OK; i++) {
        const char *name = current->texts[i];
        bool kept = false;
        if (!dictionary_is_name(name, strlen(name))) {
            continue;
        }
        code = check_dictionary(removal, holdings, living, name, &kept, err);
        if (code == ERR_OK && !kept) {
            code = take_dictionary(removal, name, err);
        }
        for (size_t k = 0; kept && k < current->part_count; k++) {
            removal->affected[k] = removal->affected[k] || has_text(&current->parts[k], name);
        }
        any_kept = any_kept || kept;
    }
    if (code == ERR_OK && any_kept) {
        progress_say(removal->progress, "what the stored texts have in common has words of what is purged: they are all "
                     "compressed again");
    }
    return code == ERR_OK && any_kept && removal->dictionary == NULL ? train(removal, holdings, err) : code;
}

/* ---- Parts ------------------------------------------------------------------------------------ */

struct merging {
    struct removal *removal;
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
    progress_merge(merging->removal->progress, done, total);
}

/* Makes a part anew, without what is dead in it. */
static enum err_code remake_part(struct removal *removal, size_t index, struct generation *fresh, struct err *err)
{
    CLEANUP(text_mover_free_cleanup) struct text_mover *mover = NULL;
    const struct layout *layout = removal->layout;
    struct generation_part *old = &removal->trimmed.parts[index], *part;
    struct generation one = removal->trimmed;
    char name[GENERATION_NAME_MAX], text[GENERATION_NAME_MAX], from[PATH_MAX], path[PATH_MAX];
    one.parts = old;
    one.part_count = 1;
    snprintf(name, sizeof name, "p%" PRIu64 "-%zu", fresh->number, index);
    snprintf(text, sizeof text, "m%" PRIu64 "-%zu", fresh->number, index);
    enum err_code code = publish_part_path(layout, old->name, from, err);
    if (code == ERR_OK) {
        code = publish_part_path(layout, name, path, err);
    }
    if (code == ERR_OK) {
        code = text_mover_new_with(layout->directory, &one, 0, text, removal->dictionary, &mover, err);
    }
    struct merging merging = { removal, mover };
    const struct shim_merge_hooks hooks = { .on_data = move_text, .on_progress = tell_progress, .context = &merging };
    const struct shim_source source = { from, old->dead, old->dead_count };
    if (code == ERR_OK) {
        code = shim_merge(&source, 1, path, &hooks, err);
    }
    if (code == ERR_OK) {
        code = publish_write_lexicon(removal->dutch, path, err);
    }
    if (code == ERR_OK) {
        code = publish_sync_part(layout, path, err);
    }
    if (code == ERR_OK) {
        code = generation_add_part(fresh, name, (uint32_t)(old->doc_count - old->dead_count), &part, err);
    }
    return code == ERR_OK ? text_mover_end(mover, fresh, part, err) : code;
}

static enum err_code make_parts(struct removal *removal, struct generation *fresh, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < removal->trimmed.part_count && code == ERR_OK; i++) {
        struct generation one = *removal->current;
        const struct generation_part *trimmed = &removal->trimmed.parts[i];
        one.parts = &removal->current->parts[i];
        one.part_count = 1;
        if (!removal->affected[i]) {
            code = publish_copy_parts(&one, 1, fresh, err);
        } else if (trimmed->dead_count < trimmed->doc_count) {
            code = generation_check_parts(removal->layout->directory, &one, 0, UINT64_MAX, err); /* or damage would be sealed */
            code = code == ERR_OK ? remake_part(removal, i, fresh, err) : code;
        }
    }
    return code;
}

static enum err_code make_generation(struct removal *removal, struct err *err)
{
    struct generation fresh;
    const struct publisher publisher = { .layout = removal->layout, .ledger = removal->ledger, .dutch = removal->dutch,
                                         .current = removal->current };
    generation_init(&fresh);
    enum err_code code = publish_name(removal->current, &fresh, err);
    /* Terms that this program would make otherwise stay what they are: such an index is still refused, and analysed again. */
    memcpy(fresh.terms, removal->current->terms, sizeof fresh.terms);
    if (code == ERR_OK) {
        code = make_parts(removal, &fresh, err);
    }
    if (code == ERR_OK) {
        code = ledger_begin_purge(removal->ledger, err);
    }
    if (code == ERR_OK) {
        code = publish_commit(&publisher, &fresh, err);
    }
    ledger_rollback(removal->ledger);
    generation_done(&fresh);
    return code;
}

static enum err_code remove_documents(struct removal *removal, struct err *err)
{
    CLEANUP(holdings_free_cleanup) struct holdings *holdings = NULL;
    const char *directory = removal->layout->directory;
    enum err_code code = ledger_each_tombstone_uid(removal->ledger, 0, take_uid, removal, err);
    if (code == ERR_OK) {
        code = holdings_open(removal->layout, removal->current, &holdings, err);
    }
    if (code == ERR_OK) {
        code = find_places(removal, holdings, err);
    }
    if (code != ERR_OK || removal->place_count == 0) {
        return code;
    }
    removal->affected = calloc(removal->current->part_count, sizeof *removal->affected);
    if (removal->affected == NULL) {
        return err_nomem(err, "a list of parts");
    }
    progress_phase(removal->progress, "purging");
    code = generation_check_opening(directory, removal->current, err);
    if (code == ERR_OK) {
        code = dutch_open(directory, removal->current, &removal->dutch, err);
    }
    if (code == ERR_OK) {
        code = trim(removal, err);
    }
    if (code == ERR_OK) {
        code = choose_dictionary(removal, holdings, err);
    }
    holdings_free(TAKE_PTR(holdings));
    return code == ERR_OK ? make_generation(removal, err) : code;
}

/* ---- All of it -------------------------------------------------------------------------------- */

/* That files are gone is to survive a loss of power, too. */
static enum err_code sync_folders(const struct layout *layout, struct err *err)
{
    static const char *const folders[] = { SCHEMA_PARTS, SCHEMA_TEXTS, SCHEMA_DEAD, SCHEMA_GROUPS, SCHEMA_GENERATIONS, SCHEMA_TMP };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && code == ERR_OK; i++) {
        AUTO_FREE char *path = io_join(layout->directory, folders[i]);
        code = path != NULL ? io_sync_path(path, err) : err_nomem(err, "a purge");
    }
    return code;
}

struct ending {
    const struct layout *layout;
    struct ledger *ledger;
    struct progress *progress;
    int64_t *ids;
    size_t count, capacity;
};

/* A ledger_tombstone_visit. */
static enum err_code log_tombstone(void *context, const struct tombstone *tombstone, struct err *err)
{
    struct ending *ending = context;
    if (mem_grow(&ending->ids, &ending->capacity, ending->count, sizeof *ending->ids) != 0) {
        return err_nomem(err, "a list of tombstones");
    }
    ending->ids[ending->count++] = tombstone->id;
    return purge_log(ending->layout, ending->ledger, "purge", tombstone, ending->progress, err);
}

static enum err_code end_tombstones(struct ending *ending, struct err *err)
{
    enum err_code code = ledger_each_tombstone(ending->ledger, true, log_tombstone, ending, err);
    if (code == ERR_OK) {
        code = ledger_begin_purge(ending->ledger, err);
    }
    for (size_t i = 0; i < ending->count && code == ERR_OK; i++) {
        code = ledger_end_tombstone(ending->ledger, ending->ids[i], err);
    }
    if (code == ERR_OK) {
        code = ledger_end_purge(ending->ledger, err);
    }
    ledger_rollback(ending->ledger);
    return code;
}

enum err_code purge_finish(const struct layout *layout, struct ledger *ledger, struct generation *current,
                           struct progress *progress, struct err *err)
{
    uint64_t all = 0, pending = 0;
    enum err_code code = ledger_count_tombstones(ledger, &all, &pending, err);
    if (code != ERR_OK || pending == 0) {
        return code;
    }
    struct removal removal = { .layout = layout, .ledger = ledger, .current = current, .progress = progress };
    struct ending ending = { .layout = layout, .ledger = ledger, .progress = progress };
    generation_init(&removal.trimmed);
    code = layout_clear_all(layout, ledger, current, err); /* also what an attempt that was cut off has left */
    if (code == ERR_OK && current->number > 0) {
        code = remove_documents(&removal, err);
    }
    removal_done(&removal);
    if (code == ERR_OK) {
        code = layout_clear_all(layout, ledger, current, err);
    }
    if (code == ERR_OK) {
        code = sync_folders(layout, err);
    }
    progress_clear(progress);
    if (code == ERR_OK) {
        code = ledger_scrub(ledger, layout->directory, err);
    }
    if (code == ERR_OK) {
        code = end_tombstones(&ending, err);
    }
    free(ending.ids);
    return code;
}
