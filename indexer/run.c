/* run.c - a run from beginning to end. */
#include "indexer/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/io.h"
#include "indexer/limits.h"
#include "indexer/purge.h"
#include "shim/shim.h"
#include "text/analysis.h"

#define REWRITE_DOCS 500 /* documents in a job of --reanalyse */

volatile sig_atomic_t run_stop;

static void run_done(struct run *run, bool failed)
{
    pool_free(run->pool, failed);
    if (run->ledger != NULL) {
        ledger_rollback(run->ledger);
    }
    layout_clear_up(&run->layout, run->options->dry_run ? NULL : run->ledger, &run->current);
    ledger_free(run->ledger);
    generation_done(&run->current);
    dutch_free(run->dutch);
    publish_batch_done(&run->batch);
    for (size_t i = 0; i < run->file_count; i++) {
        free(run->files[i].path);
        free(run->files[i].name);
        free(run->files[i].known_lines);
    }
    free(run->files);
    free(run->learnt_parts);
    free(run->pending_done);
    layout_done(&run->layout);
}

/* ---- Publishing --------------------------------------------------------------------------- */

static void acknowledge(struct run *run)
{
    struct json_writer json;
    struct buf line;
    for (size_t i = 0; i < run->pending_count; i++) {
        const struct run_file *file = &run->files[run->pending_done[i]];
        if (progress_event_begin(&run->progress, &json, &line, "file")) {
            jw_key_str(&json, "source", file->source->name);
            jw_key_str(&json, "path", file->name);
            jw_key_str(&json, "state", ledger_state_name(file->row.state));
            jw_key_int(&json, "records", file->row.records);
            if (file->row.reason[0] != '\0') {
                jw_key_str(&json, "reason", file->row.reason);
            }
            progress_event_end(&json, &line);
        }
    }
    run->pending_count = 0;
    if (progress_event_begin(&run->progress, &json, &line, "published")) {
        jw_key_int(&json, "generation", (int64_t)run->current.number);
        jw_key_int(&json, "documents", generation_live_count(&run->current));
        progress_event_end(&json, &line);
    }
}

static void on_merge(void *context, uint64_t done, uint64_t total)
{
    struct run *run = context;
    progress_merge(&run->progress, done, total);
}

static struct publisher publisher_of(struct run *run)
{
    return (struct publisher){ .layout = &run->layout, .ledger = run->ledger, .dutch = run->dutch, .current = &run->current,
                               .on_progress = on_merge, .context = run };
}

enum err_code run_checkpoint(struct run *run, struct err *err)
{
    const char *phase = run->progress.phase;
    progress_phase(&run->progress, "analysing");
    enum err_code code = run->pool != NULL ? run_teach(run, err) : ERR_OK;
    if (code == ERR_OK && run->pool != NULL) {
        code = pool_seal(run->pool, run_take, run, &run->batch, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    run->any_dead = run->any_dead || run->batch.dead_count > 0 || run->batch.duplicate_count > 0;
    progress_settle(&run->progress);
    progress_phase(&run->progress, "publishing");
    bool fresh = run->current.number == 0;
    struct publisher publisher = publisher_of(run);
    code = publish_batch_is_empty(&run->batch) && !fresh
        ? ledger_commit(run->ledger, run->current.number, err)
        : publish_batch(&publisher, &run->batch, err);
    if (code == ERR_OK) {
        acknowledge(run);
        publish_batch_clear(&run->batch);
        run->batch_bytes = run->batch_blocks = 0;
        run->batch_started_ms = io_now_ms();
    }
    progress_phase(&run->progress, phase);
    return code;
}

static bool checkpoint_is_due(const struct run *run)
{
    bool late = run->batch_bytes > 0 && io_now_ms() - run->batch_started_ms > RUN_CHECKPOINT_MS;
    return late || run->batch_bytes > RUN_CHECKPOINT_BYTES || run->batch_blocks > run->options->memory.batch_blocks;
}

/* ---- Jobs --------------------------------------------------------------------------------- */

static void add_str(struct buf *message, const char *text)
{
    buf_add_blob(message, text, strlen(text));
}

static enum err_code send_range(struct run *run, int builder, size_t index, uint32_t range, struct err *err)
{
    const struct run_file *file = &run->files[index];
    AUTO_BUF struct buf message;
    buf_init(&message, BUILDER_FRAME_MAX);
    uint64_t start = file->ranges > 1 ? range * RUN_RANGE_BYTES : 0;
    uint64_t end = file->ranges > 1 && range + 1 < file->ranges ? start + RUN_RANGE_BYTES : file->row.size;
    buf_add_u64(&message, index);
    buf_add_u8(&message, file->known);
    buf_add_u64(&message, start);
    buf_add_u64(&message, end);
    buf_add(&message, run->line_key, sizeof run->line_key);
    add_str(&message, file->known_lines != NULL ? file->known_lines : "");
    add_str(&message, file->path);
    add_str(&message, file->name);
    add_str(&message, file->source->name);
    add_str(&message, file->source->url);
    add_str(&message, file->source->kind);
    metadata_write_job(file->source, file->name, file->row.beside, &message);
    return pool_send(run->pool, builder, BUILDER_FILE, &message, err);
}

enum err_code run_pump(struct run *run, struct err *err)
{
    const struct frame *frame;
    struct err problem = ERR_INIT;
    enum err_code code = pool_receive(run->pool, 200, &frame, &problem);
    if (code == ERR_TIMEOUT || code == ERR_INTERRUPTED) {
        progress_tick(&run->progress);
        return ERR_OK;
    }
    return code == ERR_OK ? run_take(run, frame, err) : err_set(err, code, "%s", problem.text);
}

enum err_code run_drain(struct run *run, struct err *err)
{
    enum err_code code = ERR_OK;
    while (code == ERR_OK && pool_outstanding(run->pool) > 0) {
        code = run_pump(run, err);
    }
    return code;
}

static enum err_code read_files(struct run *run, struct err *err)
{
    enum err_code code = ledger_line_key(run->ledger, run->line_key, err);
    for (size_t i = 0; i < run->file_count && code == ERR_OK && !run_stop; i++) {
        code = run_list_lines(run, &run->files[i], err);
        for (uint32_t range = 0; range < run->files[i].ranges && code == ERR_OK && !run_stop;) {
            int builder = pool_free_builder(run->pool);
            if (builder >= 0) {
                code = send_range(run, builder, i, range++, err);
            } else {
                code = run_pump(run, err);
            }
            if (code == ERR_OK && checkpoint_is_due(run)) {
                code = run_drain(run, err);
                if (code == ERR_OK) {
                    code = run_checkpoint(run, err);
                }
            }
        }
    }
    return code == ERR_OK ? run_drain(run, err) : code;
}

/* Jobs say which docids of a part to take, the last one included; builders pass over those that are dead or unused. */
static enum err_code send_rewrite(struct run *run, int builder, size_t part, uint32_t first, uint32_t last, struct err *err)
{
    AUTO_BUF struct buf message;
    buf_init(&message, BUILDER_FRAME_MAX);
    buf_add_u64(&message, RUN_NO_FILE);
    buf_add_u64(&message, run->current.number);
    buf_add_u32(&message, (uint32_t)part);
    buf_add_u32(&message, first);
    buf_add_u32(&message, last);
    return pool_send(run->pool, builder, BUILDER_REWRITE, &message, err);
}

static enum err_code rewrite_documents(struct run *run, struct err *err)
{
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    run->batch.replace = true;
    enum err_code code = run_teach_all(run, err);
    if (code == ERR_OK) {
        code = publish_open_reader(&run->layout, &run->current, &reader, err);
    }
    for (size_t part = 0; part < run->current.part_count && code == ERR_OK; part++) {
        uint32_t last = shim_reader_last_docid(reader, part);
        for (uint32_t first = 1; first <= last && code == ERR_OK && !run_stop;) {
            int builder = pool_free_builder(run->pool);
            if (builder < 0) {
                code = run_pump(run, err);
                continue;
            }
            uint32_t end = last - first < REWRITE_DOCS ? last : first + REWRITE_DOCS - 1;
            code = send_rewrite(run, builder, part, first, end, err);
            first = end + 1;
        }
    }
    return code == ERR_OK ? run_drain(run, err) : code;
}

/* ---- The run ------------------------------------------------------------------------------ */

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static enum err_code start_builders(struct run *run, struct err *err)
{
    struct builder_options options = {
        .directory = run->layout.directory,
        .dutch = run->dutch,
        .lock_fd = run->layout.lock_fd,
        .stamp = now_us(),
        .caps = run->options->memory.caps,
        .segment_bytes = run->options->memory.segment_bytes,
        .vocabulary_forms = run->options->memory.vocabulary_forms,
    };
    if (run->options->dry_run) {
        return ERR_OK;
    }
    enum err_code code = dutch_remember(run->dutch, run->options->memory.memo_bytes, err);
    return code != ERR_OK ? code : pool_new(&options, run->options->memory.jobs, &run->pool, err);
}

/* A new index, or one that is analysed again, takes the resources that are installed; otherwise it keeps its own. */
static enum err_code choose_resources(struct run *run, struct generation *ret_resources, struct err *err)
{
    uint64_t number;
    const char *directory = run->layout.directory;
    enum err_code code = generation_current(directory, &number, err);
    bool fresh = code == ERR_NOT_FOUND;
    if (code == ERR_OK) {
        code = generation_load(directory, number, ret_resources, err);
        if (code == ERR_NOT_FOUND) {
            return err_set(err, ERR_CORRUPT, "generation %" PRIu64 " of %s is not complete: a file is missing", number, directory);
        }
    }
    if (fresh || (code == ERR_OK && run->options->reanalyse)) {
        code = dutch_install(directory, ret_resources, err);
        if (code == ERR_OK && ret_resources->words[0] == '\0') {
            progress_say(&run->progress, "naslag-index: no Dutch word list is installed (Debian package wdutch): inflection "
                         "falls back on Snowball stems, compounds stay whole");
        }
    } else if (code == ERR_OK) {
        code = generation_check_opening(directory, ret_resources, err);
    }
    return code == ERR_OK ? dutch_open(directory, ret_resources, &run->dutch, err) : code;
}

/* --reanalyse and --forget make no index where there is none. */
static enum err_code need_index(const struct run_options *options, struct err *err)
{
    uint64_t number;
    enum err_code code = options->reanalyse || options->forget != NULL ? generation_current(options->directory, &number, err)
                                                                       : ERR_OK;
    return code == ERR_NOT_FOUND || code == ERR_OK ? code : ERR_OK; /* what is wrong with it, opening will tell */
}

/* Ends a publication, and a purge, that a crash cut off.  Closes the ledger again: see pool.h. */
static enum err_code finish_publication(struct run *run, struct err *err)
{
    CLEANUP(ledger_free_cleanup) struct ledger *ledger = NULL;
    struct generation recovered;
    generation_init(&recovered);
    enum err_code code = ledger_open(run->layout.directory, true, &ledger, err);
    if (code == ERR_OK) {
        code = layout_recover(&run->layout, ledger, &recovered, err);
    }
    if (code == ERR_OK && !run->options->dry_run) {
        code = purge_finish(&run->layout, ledger, &recovered, &run->progress, err);
    }
    generation_done(&recovered);
    return code;
}

static enum err_code open_index(struct run *run, struct err *err)
{
    struct generation resources;
    generation_init(&resources);
    enum err_code code = need_index(run->options, err);
    if (code == ERR_OK) {
        code = layout_open(run->options->directory, run->options->allow_network, &run->layout, err);
    }
    if (code == ERR_OK) {
        code = finish_publication(run, err); /* the resources are those of the generation that counts */
    }
    if (code == ERR_OK) {
        code = choose_resources(run, &resources, err);
    }
    if (code == ERR_OK) {
        code = start_builders(run, err); /* before the ledger is opened: see pool.h */
    }
    if (code == ERR_OK) {
        code = ledger_open(run->layout.directory, true, &run->ledger, err);
    }
    if (code == ERR_OK) {
        code = layout_recover(&run->layout, run->ledger, &run->current, err);
    }
    if (code == ERR_OK && run->current.number > 0) {
        code = run->options->reanalyse ? run_ready(run, err)
                                       : generation_check_terms(run->layout.directory, &run->current, err);
    }
    if (code == ERR_OK && !run->options->dry_run) {
        code = layout_clear(&run->layout, run->ledger, &run->current, &resources, err);
    }
    memcpy(run->current.words, resources.words, sizeof resources.words);
    memcpy(run->current.compounds, resources.compounds, sizeof resources.compounds);
    memcpy(run->current.patterns, resources.patterns, sizeof resources.patterns);
    generation_done(&resources);
    code = code == ERR_OK ? ledger_begin(run->ledger, run->options->keep, err) : code;
    bool reads = !run->options->reanalyse && run->options->forget == NULL;
    return code == ERR_OK && reads ? ledger_set_limits(run->ledger, limits_signature(&run->options->memory.caps), err) : code;
}

static enum err_code drop_vanished(struct run *run, struct err *err)
{
    const struct sources *sources = run->options->sources;
    enum err_code code = ERR_OK;
    if (run->incomplete_walk) {
        progress_say(&run->progress, "naslag-index: part of the sources could not be read, so nothing is removed from the "
                     "index in this run");
        return ERR_OK;
    }
    for (size_t i = 0; i < sources->count && code == ERR_OK; i++) {
        int64_t id;
        uint64_t files = 0;
        code = ledger_find_source(run->ledger, sources->items[i].name, &id, err);
        if (code == ERR_OK) {
            code = ledger_drop_unseen_files(run->ledger, id, run_gone, &run->batch, &files, err);
        }
        run->counts.vanished += files;
    }
    return code;
}

static enum err_code forget_source(struct run *run, struct err *err)
{
    int64_t id;
    enum err_code code = ledger_find_source(run->ledger, run->options->forget, &id, err);
    if (code == ERR_OK) {
        code = ledger_drop_unseen_files(run->ledger, id, run_gone, &run->batch, &run->counts.vanished, err);
    }
    return code == ERR_OK ? ledger_forget_source(run->ledger, id, err) : code;
}

static enum err_code merge(struct run *run, struct err *err)
{
    bool merged = true;
    enum err_code code = ERR_OK;
    progress_phase(&run->progress, "merging");
    struct publisher publisher = publisher_of(run);
    code = publish_merge(&publisher, &merged, err);
    if (code == ERR_OK && merged) {
        acknowledge(run);
    }
    return code;
}

/* What follows when all is published. */
static enum err_code learn_and_merge(struct run *run, struct err *err)
{
    run->batch.replace = false;
    enum err_code code = run_heal(run, err);
    if (run_stop) { /* the next run finds that learning was not finished */
        return code;
    }
    if (code == ERR_OK) {
        code = merge(run, err);
    }
    if (code == ERR_OK) {
        code = ledger_set_learnt(run->ledger, run->current.number, err);
    }
    return code == ERR_OK ? ledger_commit(run->ledger, run->current.number, err) : code;
}

static enum err_code do_run(struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    enum err_code code = ERR_OK;
    run->batch_started_ms = io_now_ms();
    run->learnt_nothing = ledger_learnt(run->ledger) != run->current.number;
    if (!run->learnt_nothing) {
        code = run_note_parts(run, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    if (options->forget != NULL) {
        code = forget_source(run, err);
    } else if (options->reanalyse) {
        run_tell_way(run);
        code = rewrite_documents(run, err);
        if (code == ERR_OK && run_stop) { /* half a rewriting is worth nothing: the old generation stays */
            return err_set(err, ERR_INTERRUPTED, "interrupted; the index is as it was");
        }
    } else {
        code = run_plan(run, err);
        run_tell_way(run);
        if (code == ERR_OK && !options->dry_run) {
            code = read_files(run, err);
        }
        if (code == ERR_OK && !options->dry_run && !run_stop) {
            code = drop_vanished(run, err);
        }
    }
    if (code != ERR_OK || options->dry_run) {
        return code;
    }
    code = run_checkpoint(run, err);
    if (code == ERR_OK && !run_stop) {
        code = learn_and_merge(run, err);
    }
    if (code == ERR_OK && run_stop) {
        code = err_set(err, ERR_INTERRUPTED, "interrupted; what was published stays, the next run does the rest");
    }
    return code;
}

enum err_code run_index(const struct run_options *options, uint64_t *ret_failed, struct err *err)
{
    struct run run = { .options = options, .layout = { .lock_fd = -1 } };
    progress_init(&run.progress, options->quiet, options->json);
    bool existed = io_exists(options->directory);
    enum err_code code = open_index(&run, err);
    if (code == ERR_OK) {
        code = do_run(&run, err);
    }
    progress_clear(&run.progress);
    if (code == ERR_OK) {
        run_list_failures(&run);
        run_summarise(&run);
        *ret_failed = run.counts.failed;
    }
    AUTO_FREE char *made = options->dry_run && !existed && run.layout.directory != NULL ? strdup(run.layout.directory) : NULL;
    run_done(&run, code != ERR_OK && code != ERR_INTERRUPTED);
    if (made != NULL) {
        io_remove_tree(made, NULL); /* a dry run leaves nothing */
    }
    return code;
}
