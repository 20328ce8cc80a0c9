/* purge.c - the steps of a purge, up to its tombstone. */
#include "indexer/purge.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "base/io.h"
#include "base/utf8.h"
#include "indexer/builder.h"
#include "indexer/purge_plan.h"

#define MARGIN ((uint64_t)1 << 20) /* lexicon, manifest, log */

struct purge {
    const struct purge_options *options;
    struct layout layout;
    struct ledger *ledger;
    struct generation current;
    struct purge_plan plan;
    struct progress progress;
    uint8_t key[KEYED_KEY_SIZE];
};

static void purge_done(struct purge *purge)
{
    progress_clear(&purge->progress);
    if (purge->ledger != NULL) {
        ledger_rollback(purge->ledger);
    }
    ledger_free(purge->ledger);
    purge_plan_done(&purge->plan);
    generation_done(&purge->current);
    layout_done(&purge->layout);
}

/* ---- Opening ---------------------------------------------------------------------------------- */

static enum err_code open_index(struct purge *purge, struct err *err)
{
    const char *directory = purge->options->directory;
    AUTO_FREE char *ledger = io_join(directory, SCHEMA_LEDGER);
    if (ledger == NULL) {
        return err_nomem(err, "a purge");
    }
    if (!io_exists(ledger)) {
        return err_set(err, ERR_INVALID, "there is no index in %s", directory);
    }
    enum err_code code = layout_open(directory, purge->options->allow_network, &purge->layout, err);
    if (code == ERR_OK) {
        code = ledger_open(purge->layout.directory, true, &purge->ledger, err);
    }
    if (code == ERR_OK) {
        code = layout_recover(&purge->layout, purge->ledger, &purge->current, err);
    }
    if (code == ERR_OK && !purge->options->dry_run) {
        code = purge_finish(&purge->layout, purge->ledger, &purge->current, &purge->progress, err);
    }
    return code == ERR_OK ? ledger_line_key(purge->ledger, purge->key, err) : code;
}

/* A reason is shown in lists and kept in lines. */
static enum err_code check_reason(const char *reason, struct err *err)
{
    size_t len = strlen(reason);
    bool plain = utf8_valid_prefix(reason, len) == len;
    for (size_t i = 0; i < len; i++) {
        plain = plain && (unsigned char)reason[i] >= 0x20 && (unsigned char)reason[i] != 0x7F;
    }
    return len > 0 && len <= TOMBSTONE_REASON_MAX && plain ? ERR_OK
        : err_set(err, ERR_INVALID, "a reason is text of 1 to %d bytes on one line, in UTF-8", TOMBSTONE_REASON_MAX);
}

/* ---- What was found -------------------------------------------------------------------------- */

struct place {
    char source[256], path[4096];
};

/* A ledger_file_visit. */
static enum err_code take_place(void *context, const struct ledger_found_file *file, struct err *err)
{
    struct place *place = context;
    (void)err;
    snprintf(place->source, sizeof place->source, "%s", file->source);
    snprintf(place->path, sizeof place->path, "%s", file->path);
    return ERR_OK;
}

static void tell(struct purge *purge, const char *id, const struct place *place, const char *record, bool copy)
{
    struct json_writer json;
    struct buf line;
    bool dry = purge->options->dry_run;
    if (progress_event_begin(&purge->progress, &json, &line, dry ? "plan" : "purged")) {
        jw_key_str(&json, "id", id);
        jw_key_str(&json, "source", place->source[0] != '\0' ? place->source : NULL);
        jw_key_str(&json, "path", place->path[0] != '\0' ? place->path : NULL);
        jw_key_str(&json, "record", record[0] != '\0' ? record : NULL);
        jw_key_bool(&json, "copy", copy);
        if (dry) {
            jw_key_str(&json, "action", "purge");
        }
        progress_event_end(&json, &line);
    } else if (purge->progress.mode != PROGRESS_QUIET) {
        printf("%s %-16s %s%s%s%s%s%s\n", dry ? "purge " : "purged", id != NULL ? id : "file", place->source,
               place->source[0] != '\0' ? "/" : "", place->source[0] != '\0' ? place->path : "(an older version)",
               record[0] != '\0' ? " record " : "", record, copy ? " (the same content)" : "");
    }
}

/* Files first, then documents. */
static enum err_code tell_all(struct purge *purge, struct err *err)
{
    const struct purge_plan *plan = &purge->plan;
    enum err_code code = ERR_OK;
    progress_clear(&purge->progress);
    for (size_t i = 0; i < plan->trees.count; i++) {
        const struct purge_tree *tree = &plan->trees.items[i];
        if (tree->record[0] == '\0') {
            struct place place;
            snprintf(place.source, sizeof place.source, "%s", tree->source);
            snprintf(place.path, sizeof place.path, "%s", tree->path);
            tell(purge, NULL, &place, "", false);
        }
    }
    for (size_t i = 0; i < plan->document_count && code == ERR_OK; i++) {
        const struct purge_document *document = &plan->documents[i];
        struct place place = { "", "" };
        if (document->file != 0) {
            code = ledger_each_file(purge->ledger, document->file, take_place, &place, err);
        }
        tell(purge, document->uid, &place, document->record, document->copy);
    }
    return code;
}

/* Whether a tree is kept out, or a document by its id, its file or what it is in. */
static bool is_kept_out(const struct purged *purged, const char *source, const char *path, const char *record, const char *uid)
{
    static const uint8_t none[DIGEST_SIZE];
    struct purged_record asked = { .source = source, .path = path, .record = record, .uid = uid, .digest = none };
    return purged_find(purged, &asked) != NULL;
}

static bool is_target_kept_out(const struct purge *purge, const struct purged *purged)
{
    static const uint8_t none[DIGEST_SIZE];
    const struct purge_plan *plan = &purge->plan;
    const char *target = plan->target;
    if (strcmp(plan->kind, "url") == 0) {
        struct purged_record asked = { .source = "", .path = "", .record = "", .uid = "", .url = target,
                                       .url_len = strlen(target), .digest = none };
        return purged_find(purged, &asked) != NULL;
    }
    bool kept_out = is_kept_out(purged, "", "", "", target);
    for (size_t i = 0; i < plan->guesses.count && !kept_out; i++) {
        const struct purge_tree *guess = &plan->guesses.items[i];
        kept_out = is_kept_out(purged, guess->source, guess->path, guess->record, "");
    }
    return kept_out;
}

/* Whether all that was found is kept out already, and nothing of it is in the generation.  What went as a copy only is not kept
 * out: it is to be when it is meant itself. */
static enum err_code is_purged(struct purge *purge, bool *ret_purged, struct err *err)
{
    CLEANUP(purged_free_cleanup) struct purged *purged = NULL;
    const struct purge_plan *plan = &purge->plan;
    enum err_code code = purged_load(purge->ledger, purge->key, &purged, err);
    *ret_purged = false;
    if (code != ERR_OK || plan->place_count > 0) {
        return code;
    }
    /* More of an address may come in later. */
    bool all = (!purge_plan_is_empty(plan) && strcmp(plan->kind, "url") != 0) || is_target_kept_out(purge, purged);
    for (size_t i = 0; i < plan->trees.count && all; i++) {
        const struct purge_tree *tree = &plan->trees.items[i];
        all = is_kept_out(purged, tree->source, tree->path, tree->record, "");
    }
    for (size_t i = 0; i < plan->document_count && all && code == ERR_OK; i++) {
        const struct purge_document *document = &plan->documents[i];
        struct place place = { "", "" };
        int64_t id;
        code = document->file != 0 ? ledger_each_file(purge->ledger, document->file, take_place, &place, err) : ERR_OK;
        all = document->copy ? ledger_find_tombstone(purge->ledger, document->uid, &id, NULL) == ERR_OK
            : is_kept_out(purged, place.source, place.path, document->record, document->uid);
    }
    *ret_purged = all;
    return code;
}

/* ---- Before anything is changed --------------------------------------------------------------- */

/* Whether the parts that will be made anew are sound, and there is room for them. */
static enum err_code check_parts(struct purge *purge, struct err *err)
{
    const struct generation *current = &purge->current;
    const struct purge_plan *plan = &purge->plan;
    AUTO_FREE char *ledger = io_join(purge->layout.directory, SCHEMA_LEDGER);
    uint64_t needed = MARGIN + (ledger != NULL ? 2 * io_tree_size(ledger) : 0);
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < current->part_count && code == ERR_OK; i++) {
        bool affected = false;
        for (size_t k = 0; k < plan->place_count && !affected; k++) {
            affected = plan->places[k].part == i;
        }
        struct generation one = *current;
        one.parts = &current->parts[i];
        one.part_count = 1;
        if (!affected) {
            continue;
        }
        code = generation_check_parts(purge->layout.directory, &one, 0, UINT64_MAX, err);
        for (size_t k = 0; k < current->file_count; k++) {
            const struct generation_file *file = &current->files[k];
            const char *name = strchr(file->path, '/');
            size_t len = strlen(one.parts->name);
            bool of_part = name != NULL && strncmp(name + 1, one.parts->name, len) == 0 && name[1 + len] == '/';
            for (size_t t = 0; t < one.parts->text_count && !of_part && name != NULL; t++) {
                of_part = strcmp(name + 1, one.parts->texts[t]) == 0;
            }
            needed += of_part ? file->size : 0;
        }
    }
    struct statvfs info;
    if (code != ERR_OK || purge->options->no_space_check || statvfs(purge->layout.directory, &info) != 0) {
        return code;
    }
    uint64_t available = (uint64_t)info.f_bavail * info.f_frsize;
    return needed <= available ? ERR_OK
        : err_set(err, ERR_NOSPACE, "not enough room for %s: what stays of the parts concerned is written anew, which needs about "
                  "%.0f MB, and %.0f MB are free. Nothing was changed. Make room, or start with --no-space-check",
                  purge->options->directory, (double)needed / 1e6, (double)available / 1e6);
}

/* ---- The tombstone ---------------------------------------------------------------------------- */

/* The rows of what is purged. */
static enum err_code bury(struct purge *purge, const char *text, struct err *err)
{
    const struct purge_plan *plan = &purge->plan;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < plan->document_count && code == ERR_OK; i++) {
        code = ledger_bury_document(purge->ledger, plan->documents[i].uid, text, err);
    }
    int64_t settled = 0;
    for (size_t i = 0; i < plan->document_count && code == ERR_OK; i++) {
        int64_t file = plan->documents[i].file;
        if (file != 0 && file != settled) {
            code = ledger_settle_file(purge->ledger, file, text, err);
            settled = file;
        }
    }
    for (size_t i = 0; i < plan->trees.count && code == ERR_OK; i++) {
        if (plan->trees.items[i].record[0] == '\0' && plan->trees.items[i].file != 0) {
            code = ledger_bury_file(purge->ledger, plan->trees.items[i].file, text, err);
        }
    }
    return code;
}

static int64_t count_copies(const struct purge_plan *plan)
{
    int64_t copies = 0;
    for (size_t i = 0; i < plan->document_count; i++) {
        copies += plan->documents[i].copy;
    }
    return copies;
}

/* Who runs this. */
static void user_name(char ret_name[256])
{
    const struct passwd *user = getpwuid(getuid());
    if (user != NULL) {
        snprintf(ret_name, 256, "%s", user->pw_name);
    } else {
        snprintf(ret_name, 256, "uid %ld", (long)getuid());
    }
}

static enum err_code set_tombstone(struct purge *purge, struct err *err)
{
    char text[TOMBSTONE_TEXT_MAX], who[256];
    int64_t now = (int64_t)time(NULL), id = 0;
    const struct purge_plan *plan = &purge->plan;
    user_name(who);
    tombstone_text(now, purge->options->reason, text);
    struct tombstone tombstone = { .kind = plan->kind, .at = now, .who = who, .reason = purge->options->reason,
                                   .documents = (int64_t)plan->document_count, .copies = count_copies(plan) };
    enum err_code code = ledger_begin_purge(purge->ledger, err);
    if (code == ERR_OK) {
        code = ledger_add_tombstone(purge->ledger, &tombstone, &id, err);
    }
    if (code == ERR_OK) {
        code = purge_plan_mark(plan, purge->ledger, id, err);
    }
    if (code == ERR_OK) {
        code = bury(purge, text, err);
    }
    if (code == ERR_OK) {
        code = ledger_forget_earlier(purge->ledger, err);
    }
    return code == ERR_OK ? ledger_end_purge(purge->ledger, err) : code;
}

/* ---- The commands ------------------------------------------------------------------------------ */

static void report(struct purge *purge)
{
    struct json_writer json;
    struct buf line;
    int64_t copies = count_copies(&purge->plan), documents = (int64_t)purge->plan.document_count;
    uint32_t left = generation_live_count(&purge->current);
    if (progress_event_begin(&purge->progress, &json, &line, "purge_done")) {
        jw_key_int(&json, "removed", documents);
        jw_key_int(&json, "copies", copies);
        jw_key_int(&json, "places", (int64_t)purge->plan.place_count);
        jw_key_int(&json, "generation", (int64_t)purge->current.number);
        jw_key_int(&json, "documents", left);
        progress_event_end(&json, &line);
        return;
    }
    progress_say(&purge->progress, "%" PRId64 " documents purged, %" PRId64 " of them for their content; earlier generations are "
                 "removed\nindex: %u documents, generation %" PRIu64, documents, copies, left, purge->current.number);
}

/* Behind the tombstone nothing may stop it for good; the message says what to do. */
static enum err_code finish(struct purge *purge, struct err *err)
{
    struct err problem = ERR_INIT;
    enum err_code code = purge_finish(&purge->layout, purge->ledger, &purge->current, &purge->progress, &problem);
    return code == ERR_OK ? ERR_OK
        : err_set(err, code, "not finished, the text may still be in the index: %s. Give the same command again, or any run of "
                  "naslag-index", problem.text);
}

static enum err_code carry_out(struct purge *purge, struct err *err)
{
    enum err_code code = check_parts(purge, err);
    if (code == ERR_OK) {
        code = set_tombstone(purge, err);
    }
    if (code == ERR_OK) {
        code = finish(purge, err);
    }
    if (code == ERR_OK) {
        code = tell_all(purge, err);
    }
    if (code == ERR_OK) {
        report(purge);
    }
    return code;
}

static enum err_code decide(struct purge *purge, bool *ret_unknown, struct err *err)
{
    const struct purge_options *options = purge->options;
    bool purged = false;
    progress_phase(&purge->progress, "looking");
    enum err_code code = purge_plan_make(&purge->layout, purge->ledger, &purge->current, purge->key, options->target,
                                         &purge->progress, &purge->plan, err);
    progress_clear(&purge->progress);
    if (code == ERR_OK) {
        code = is_purged(purge, &purged, err);
    }
    int64_t before = 0;
    if (code == ERR_OK && !purged && purge_plan_is_empty(&purge->plan) && strcmp(purge->plan.kind, "id") == 0
        && ledger_find_tombstone(purge->ledger, options->target, &before, NULL) == ERR_OK) {
        code = purge_plan_add_id(&purge->plan, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    if (purged) {
        progress_say(&purge->progress, "it was purged before: nothing of it is in the index");
        return ERR_OK;
    }
    *ret_unknown = purge_plan_is_empty(&purge->plan);
    if (*ret_unknown) {
        return err_set(err, ERR_NOT_FOUND, "the index knows no document with the id, path or address '%.200s'; nothing was changed",
                       options->target);
    }
    return options->dry_run ? tell_all(purge, err) : carry_out(purge, err);
}

enum err_code purge_run(const struct purge_options *options, bool *ret_unknown, struct err *err)
{
    struct purge purge = { .options = options, .layout = { .lock_fd = -1 } };
    generation_init(&purge.current);
    progress_init(&purge.progress, options->quiet, options->json);
    enum err_code code = options->dry_run ? ERR_OK : check_reason(options->reason, err);
    if (code == ERR_OK) {
        code = open_index(&purge, err);
    }
    if (code == ERR_OK) {
        code = decide(&purge, ret_unknown, err);
    }
    purge_done(&purge);
    return code;
}

static enum err_code note_end(struct purge *purge, int64_t id, struct err *err)
{
    char who[256];
    user_name(who);
    const struct tombstone ended = { .id = id, .kind = "tombstone", .who = who, .reason = purge->options->reason };
    return purge_log(&purge->layout, purge->ledger, "unpurge", &ended, &purge->progress, err);
}

enum err_code purge_undo(const struct purge_options *options, bool *ret_unknown, struct err *err)
{
    struct purge purge = { .options = options, .layout = { .lock_fd = -1 } };
    int64_t id = 0;
    generation_init(&purge.current);
    progress_init(&purge.progress, options->quiet, options->json);
    enum err_code code = options->reason[0] != '\0' ? check_reason(options->reason, err) : ERR_OK;
    if (code == ERR_OK) {
        code = open_index(&purge, err);
    }
    if (code == ERR_OK) {
        code = ledger_find_tombstone(purge.ledger, options->target, &id, err);
        *ret_unknown = code == ERR_NOT_FOUND;
    }
    if (code == ERR_OK) { /* first: what may come back is to be known */
        code = note_end(&purge, id, err);
    }
    if (code == ERR_OK) {
        code = ledger_begin_purge(purge.ledger, err);
    }
    if (code == ERR_OK) {
        code = ledger_drop_tombstone(purge.ledger, id, err);
    }
    if (code == ERR_OK) {
        code = ledger_end_purge(purge.ledger, err);
    }
    if (code == ERR_OK) {
        progress_say(&purge.progress, "tombstone %" PRId64 " is gone: the next run reads what it kept out again", id);
    }
    purge_done(&purge);
    return code;
}
