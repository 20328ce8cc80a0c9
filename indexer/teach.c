/* teach.c - the steps of a run that concern boilerplate: telling builders what recurs, and analysing again what is stale. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "indexer/learn.h"
#include "indexer/run.h"
#include "indexer/texts.h"

#define AGAIN_DOCS 200 /* documents in a job */
#define ROUNDS_MAX 6   /* more than two happen only if the index changes under us, which it cannot */

/* Writes the list and has every builder read it. */
static enum err_code tell(struct run *run, const struct known *known, struct err *err)
{
    char path[4096];
    AUTO_BUF struct buf message;
    buf_init(&message, BUILDER_FRAME_MAX);
    snprintf(path, sizeof path, "%s/%s/known-%u", run->layout.directory, SCHEMA_TMP, run->lessons++);
    buf_add_blob(&message, path, strlen(path));
    enum err_code code = known_write(known, path, err);
    return code == ERR_OK ? pool_tell(run->pool, BUILDER_LEARN, &message, err) : code;
}

struct counting {
    struct learner *learner;
    char **paths; /* of files of counts */
    size_t count, capacity;
};

static void counting_done(struct counting *counting)
{
    for (size_t i = 0; i < counting->count; i++) {
        free(counting->paths[i]);
    }
    free(counting->paths);
}

/* A pool_handler for BUILDER_COUNTED. */
static enum err_code take_counts(void *context, const struct frame *frame, struct err *err)
{
    struct counting *counting = context;
    struct span span;
    size_t len;
    span_init(&span, frame->payload.data, frame->payload.len);
    const char *text = span_blob(&span, &len);
    if (span.failed) {
        return err_set(err, ERR_INTERNAL, "a builder reported counts that cannot be read");
    }
    if (len == 0) {
        return ERR_OK;
    }
    if (mem_grow(&counting->paths, &counting->capacity, counting->count, sizeof *counting->paths) != 0
        || (counting->paths[counting->count] = strndup(text, len)) == NULL) {
        return err_nomem(err, "a list of files");
    }
    return learn_add_counts(counting->learner, counting->paths[counting->count++], err);
}

enum err_code run_teach(struct run *run, struct err *err)
{
    CLEANUP(learner_free_cleanup) struct learner *learner = NULL;
    struct known known = { 0 };
    enum err_code code = learner_new(&run->layout, run->ledger, &run->current, &learner, err);
    struct counting counting = { .learner = learner };
    if (code == ERR_OK) {
        code = pool_count(run->pool, take_counts, &counting, run_take, run, err);
    }
    if (code == ERR_OK) { /* while all documents wait, for all builders */
        code = texts_train(run->layout.directory, (const char *const *)counting.paths, counting.count, err);
    }
    if (code == ERR_OK && counting.count > 0) {
        code = learn_predict(learner, &known, err);
        if (code == ERR_OK) {
            code = tell(run, &known, err);
        }
    }
    known_done(&known);
    counting_done(&counting);
    return code;
}

enum err_code run_teach_all(struct run *run, struct err *err)
{
    CLEANUP(learner_free_cleanup) struct learner *learner = NULL;
    struct known known = { 0 };
    struct learn_stale stale = { 0 };
    const struct learn_scope scope = { .all = true };
    enum err_code code = learner_new(&run->layout, run->ledger, &run->current, &learner, err);
    if (code == ERR_OK) {
        code = learn_find_stale(learner, &scope, &stale, &known, err);
    }
    if (code == ERR_OK) {
        code = tell(run, &known, err);
    }
    learn_stale_done(&stale);
    known_done(&known);
    return code;
}

/* ---- Analysing again ---------------------------------------------------------------------- */

enum err_code run_note_parts(struct run *run, struct err *err)
{
    size_t count = run->current.part_count;
    char (*names)[GENERATION_NAME_MAX] = realloc(run->learnt_parts, (count + 1) * sizeof *names);
    if (names == NULL) {
        return err_nomem(err, "a list of parts");
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(names[i], run->current.parts[i].name, sizeof *names);
    }
    run->learnt_parts = names;
    run->learnt_count = count;
    return ERR_OK;
}

/* A job: the documents [first, end) of the list, all of one part. */
static enum err_code send_again(struct run *run, int builder, const struct learn_stale *stale, size_t first, size_t end,
                                struct err *err)
{
    AUTO_BUF struct buf message;
    buf_init(&message, BUILDER_FRAME_MAX);
    buf_add_u64(&message, RUN_NO_FILE);
    buf_add_u64(&message, run->current.number);
    buf_add_u32(&message, stale->items[first].part);
    for (size_t i = first; i < end; i++) {
        buf_add_u32(&message, stale->items[i].local);
    }
    return pool_send(run->pool, builder, BUILDER_AGAIN, &message, err);
}

static enum err_code analyse_again(struct run *run, const struct learn_stale *stale, struct err *err)
{
    enum err_code code = ERR_OK;
    progress_phase(&run->progress, "boilerplate");
    for (size_t first = 0; first < stale->count && code == ERR_OK && !run_stop;) {
        int builder = pool_free_builder(run->pool);
        if (builder < 0) {
            code = run_pump(run, err);
            continue;
        }
        size_t end = first + 1;
        while (end < stale->count && end - first < AGAIN_DOCS && stale->items[end].part == stale->items[first].part) {
            end++;
        }
        code = send_again(run, builder, stale, first, end, err);
        first = end;
    }
    return code == ERR_OK ? run_drain(run, err) : code;
}

/* One round: *ret_again tells whether documents were analysed again. */
static enum err_code heal_once(struct run *run, const struct learn_scope *scope, bool *ret_again, struct err *err)
{
    CLEANUP(learner_free_cleanup) struct learner *learner = NULL;
    struct known known = { 0 };
    struct learn_stale stale = { 0 };
    enum err_code code = learner_new(&run->layout, run->ledger, &run->current, &learner, err);
    if (code == ERR_OK) {
        code = learn_find_stale(learner, scope, &stale, &known, err);
    }
    if (code == ERR_OK) {
        code = learn_note_thresholds(learner, err);
    }
    *ret_again = code == ERR_OK && stale.count > 0;
    if (*ret_again) {
        run->counts.again += stale.count;
        code = ledger_set_learnt(run->ledger, 0, err); /* until all is done: a run that is cut off here leaves it to the next */
        if (code == ERR_OK) {
            code = tell(run, &known, err);
        }
    }
    learner_free(TAKE_PTR(learner)); /* its files are about to be replaced */
    if (*ret_again && code == ERR_OK) {
        code = analyse_again(run, &stale, err);
    }
    learn_stale_done(&stale);
    known_done(&known);
    return code;
}

enum err_code run_heal(struct run *run, struct err *err)
{
    bool again = run->current.number > 0;
    enum err_code code = ERR_OK;
    for (int round = 0; again && round < ROUNDS_MAX && code == ERR_OK && !run_stop; round++) {
        struct learn_scope scope = { .all = run->learnt_nothing, .fewer = run->any_dead,
                                     .old_parts = (const char (*)[GENERATION_NAME_MAX])run->learnt_parts,
                                     .old_count = run->learnt_count };
        code = heal_once(run, &scope, &again, err);
        if (code == ERR_OK) {
            code = run_note_parts(run, err);
        }
        if (code == ERR_OK && again) {
            code = run_checkpoint(run, err);
        }
        run->any_dead = run->learnt_nothing = false; /* what died in this round lives on in another part */
    }
    return code;
}
