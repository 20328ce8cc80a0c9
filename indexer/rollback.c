/* rollback.c - going back to an earlier generation. */
#include "indexer/rollback.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "indexer/layout.h"
#include "indexer/progress.h"

struct rollback {
    const struct rollback_options *options;
    struct layout layout;
    struct ledger *ledger;
    struct generation target; /* what is gone back to */
    struct generation fresh;  /* the same under a new number; borrows all but its list of files */
    struct progress progress;
};

static enum err_code open_index(struct rollback *rollback, struct err *err)
{
    const char *directory = rollback->options->directory;
    AUTO_FREE char *ledger = io_join(directory, SCHEMA_LEDGER);
    if (ledger == NULL) {
        return err_nomem(err, "rollback");
    }
    if (!io_exists(ledger)) {
        return err_set(err, ERR_NOT_FOUND, "there is no index in %s", directory);
    }
    enum err_code code = layout_open(directory, rollback->options->allow_network, &rollback->layout, err);
    if (code == ERR_OK) {
        code = ledger_open(rollback->layout.directory, true, &rollback->ledger, err);
    }
    uint64_t published;
    if (code == ERR_OK && generation_current(directory, &published, NULL) == ERR_OK
        && published > ledger_generation(rollback->ledger)) {
        return err_set(err, ERR_CORRUPT, "the ledger of %s is older than the index (generation %" PRIu64 " against %" PRIu64
                       "): restore ledger.db, or index again into a new directory", directory,
                       ledger_generation(rollback->ledger), published);
    }
    return code;
}

/* Which generation to go back to: the one that was asked for, or the newest. */
static enum err_code choose(const struct rollback *rollback, uint64_t *ret_number, struct err *err)
{
    uint64_t earlier[LEDGER_KEEP_MAX], wanted = rollback->options->generation;
    size_t count;
    enum err_code code = ledger_earlier(rollback->ledger, earlier, &count, err);
    if (code != ERR_OK) {
        return code;
    }
    if (count == 0) {
        return err_set(err, ERR_INVALID, "%s has no earlier generation to go back to", rollback->options->directory);
    }
    AUTO_BUF struct buf list;
    buf_init(&list, 400);
    for (size_t i = 0; i < count; i++) {
        if (wanted == 0 || wanted == earlier[i]) {
            *ret_number = earlier[i];
            return ERR_OK;
        }
        buf_printf(&list, "%s%" PRIu64, i > 0 ? ", " : "", earlier[i]);
    }
    return err_set(err, ERR_INVALID, "generation %" PRIu64 " cannot be gone back to; these can: %s", wanted, list.data);
}

static enum err_code tick(void *context, size_t len, struct err *err)
{
    struct progress *progress = context;
    (void)err;
    progress->done_bytes += len;
    progress_tick(progress);
    return ERR_OK;
}

/* Loads the target and sees to it that going back is going to something that works. */
static enum err_code check_target(struct rollback *rollback, uint64_t number, struct err *err)
{
    const char *directory = rollback->layout.directory;
    struct err problem = ERR_INIT;
    enum err_code code = generation_load(directory, number, &rollback->target, &problem);
    const struct generation *target = &rollback->target;
    if (code == ERR_OK) {
        code = generation_check_terms(directory, target, &problem);
    }
    progress_phase(&rollback->progress, "checking");
    for (size_t i = 0; i < target->file_count; i++) {
        rollback->progress.total_bytes += target->files[i].size;
    }
    for (size_t i = 0; i < target->file_count && code == ERR_OK; i++) {
        code = generation_check_file(directory, &target->files[i], UINT64_MAX, tick, &rollback->progress, &problem);
    }
    progress_clear(&rollback->progress);
    return code == ERR_OK ? ERR_OK
        : err_set(err, code == ERR_NOT_FOUND ? ERR_CORRUPT : code, "generation %" PRIu64 " cannot be gone back to: %s", number,
                  problem.text);
}

/* Whether what is left behind could be gone back to again.  Its files that the target has too are sound. */
static bool left_is_sound(struct rollback *rollback)
{
    const char *directory = rollback->layout.directory;
    struct generation left;
    generation_init(&left);
    bool sound = generation_load(directory, ledger_generation(rollback->ledger), &left, NULL) == ERR_OK;
    for (size_t i = 0; i < left.file_count && sound; i++) {
        sound = generation_find_file(&rollback->target, left.files[i].path) != NULL
            || generation_check_file(directory, &left.files[i], UINT64_MAX, tick, &rollback->progress, NULL) == ERR_OK;
    }
    progress_clear(&rollback->progress);
    generation_done(&left);
    return sound;
}

/* As commit in publish.c: manifest, ledger, current. */
static enum err_code publish(struct rollback *rollback, struct err *err)
{
    struct generation *fresh = &rollback->fresh;
    *fresh = rollback->target;
    fresh->number = ledger_generation(rollback->ledger) + 1;
    fresh->files = NULL;
    fresh->file_count = fresh->file_capacity = 0;
    enum err_code code = generation_write(rollback->layout.directory, fresh, &rollback->target, err);
    if (code == ERR_OK) {
        code = ledger_begin(rollback->ledger, rollback->options->keep, err);
    }
    if (code == ERR_OK && !left_is_sound(rollback)) {
        ledger_leave_behind(rollback->ledger);
    }
    if (code == ERR_OK) {
        code = ledger_restore(rollback->ledger, rollback->target.number, fresh->number, err);
    }
    if (code == ERR_OK) {
        code = ledger_commit(rollback->ledger, fresh->number, err);
    }
    if (code == ERR_OK) {
        code = generation_publish(rollback->layout.directory, fresh->number, err);
    }
    return code == ERR_OK ? layout_clear(&rollback->layout, rollback->ledger, fresh, NULL, err) : code;
}

static void report(struct rollback *rollback)
{
    struct json_writer json;
    struct buf line;
    uint32_t documents = generation_live_count(&rollback->fresh);
    if (progress_event_begin(&rollback->progress, &json, &line, "rolled_back")) {
        jw_key_int(&json, "generation", (int64_t)rollback->fresh.number);
        jw_key_int(&json, "to", (int64_t)rollback->target.number);
        jw_key_int(&json, "documents", documents);
        progress_event_end(&json, &line);
        return;
    }
    progress_say(&rollback->progress, "index: as it was in generation %" PRIu64 ", published as generation %" PRIu64 ": %u "
                 "documents\nthe next run takes in again what has changed since", rollback->target.number,
                 rollback->fresh.number, documents);
}

enum err_code rollback_run(const struct rollback_options *options, struct err *err)
{
    struct rollback rollback = { .options = options, .layout = { .lock_fd = -1 } };
    progress_init(&rollback.progress, options->quiet, options->json);
    uint64_t number = 0;
    enum err_code code = open_index(&rollback, err);
    if (code == ERR_OK) {
        code = choose(&rollback, &number, err);
    }
    if (code == ERR_OK) {
        code = check_target(&rollback, number, err);
    }
    if (code == ERR_OK) {
        code = publish(&rollback, err);
    }
    if (code == ERR_OK) {
        report(&rollback);
    }
    if (rollback.ledger != NULL) {
        ledger_rollback(rollback.ledger);
    }
    ledger_free(rollback.ledger);
    free(rollback.fresh.files);
    generation_done(&rollback.target);
    layout_done(&rollback.layout);
    return code;
}
