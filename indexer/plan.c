/* plan.c - which files a run has to read. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/beside.h"
#include "indexer/lines.h"
#include "indexer/mend.h"
#include "indexer/run.h"

#define SECOND_NS 1000000000LL
#define DAY_NS (86400 * SECOND_NS)
#define EMPTIED_LEAST 10 /* files */
#define RACY_NS (2 * SECOND_NS) /* a file changed this shortly before it was read may have changed again */

static int64_t mtime_of(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * SECOND_NS + info->st_mtim.tv_nsec;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static enum err_code announce(struct run *run, const char *what, const struct source *source, const char *name)
{
    struct json_writer json;
    struct buf line;
    if (progress_event_begin(&run->progress, &json, &line, "plan")) {
        jw_key_str(&json, "source", source->name);
        jw_key_str(&json, "path", name);
        jw_key_str(&json, "action", what);
        progress_event_end(&json, &line);
    } else if (run->progress.mode != PROGRESS_QUIET) {
        progress_clear(&run->progress);
        printf("%-8s %s/%s\n", what, source->name, name);
    }
    return ERR_OK;
}

/* A file that is not read: its state and reason, and whatever it had in the index goes. */
static enum err_code note_unread(struct run *run, const char *name, int64_t source_id, const struct stat *info,
                                 enum ledger_state state, const char *reason, struct err *err)
{
    struct ledger_file row = { .state = state };
    enum err_code code = ledger_see_file(run->ledger, source_id, name, MEND_VERSION, &row.id, err);
    if (info != NULL) {
        row.size = (uint64_t)info->st_size;
        row.mtime_ns = mtime_of(info);
    }
    snprintf(row.reason, sizeof row.reason, "%s", reason);
    if (code == ERR_OK) {
        code = ledger_put_file(run->ledger, &row, err);
    }
    return code == ERR_OK && !run->options->dry_run
        ? ledger_drop_unseen_documents(run->ledger, row.id, run_gone, &run->batch, err) : code;
}

/* Whether what the file lacked when it was read is there by now: a converter, or data for OCR. */
static bool has_come(const struct ledger_file *known)
{
    return known->lacks != 0 && (known->lacks & extract_available()) != 0;
}

static enum err_code add_file(struct run *run, const struct source *source, int64_t source_id, const char *path,
                              const char *name, const struct stat *info, const struct ledger_file *known, uint64_t stamp,
                              struct err *err)
{
    if (mem_grow(&run->files, &run->file_capacity, run->file_count, sizeof *run->files) != 0) {
        return err_nomem(err, "a list of files");
    }
    struct run_file *file = &run->files[run->file_count];
    *file = (struct run_file){ .source = source, .source_id = source_id, .path = strdup(path), .name = strdup(name),
                               .known = known != NULL && abs(known->extractor) == MEND_VERSION && known->beside == stamp
                                   && !has_come(known) };
    run->file_count++;
    if (file->path == NULL || file->name == NULL) {
        return err_nomem(err, "a list of files");
    }
    enum err_code code = ledger_see_file(run->ledger, source_id, name, MEND_VERSION, &file->row.id, err);
    file->row.size = (uint64_t)info->st_size;
    file->row.mtime_ns = mtime_of(info);
    file->row.read_at_ns = now_ns();
    file->row.extractor = MEND_VERSION;
    file->row.beside = stamp;
    file->ranges = 1;
    if (extract_is_lines(name) && file->row.size > RUN_RANGE_BYTES) {
        file->ranges = (uint32_t)((file->row.size + RUN_RANGE_BYTES - 1) / RUN_RANGE_BYTES);
    }
    run->progress.total_bytes += file->row.size;
    /* Until it is complete the row is not to be trusted: what is published of it may be half of it. */
    return code == ERR_OK && known != NULL ? ledger_doubt_file(run->ledger, file->row.id, err) : code;
}

enum err_code run_digest(struct run *run, int fd, const char *name, uint8_t ret_digest[DIGEST_SIZE], struct err *err)
{
    uint8_t key[KEYED_KEY_SIZE];
    struct digest digest;
    enum err_code code;
    if (extract_is_lines(name)) {
        code = ledger_line_key(run->ledger, key, err);
        return code == ERR_OK ? lines_digest(key, fd, ret_digest, err) : code;
    }
    code = digest_of_fd(fd, name, &digest, err);
    if (code == ERR_OK) {
        memcpy(ret_digest, digest.bytes, DIGEST_SIZE);
    }
    return code;
}

/* What was kept out may be free by now: a restriction can end.  It is looked at again once a day. */
static bool may_be_free(const struct ledger_file *known)
{
    return known->state == LEDGER_SKIPPED && known->beside != 0 && known->read_at_ns / DAY_NS != now_ns() / DAY_NS;
}

/* Whether the file is as the ledger knows it: size and time first, then its digest. */
static enum err_code is_unchanged(struct run *run, const struct ledger_file *known, const char *path, const struct stat *info,
                                  uint64_t stamp, bool *ret_unchanged, struct ledger_file *ret_row)
{
    *ret_unchanged = false;
    if (known->state == LEDGER_PENDING || known->extractor != MEND_VERSION || known->size != (uint64_t)info->st_size
        || known->beside != stamp || may_be_free(known) || has_come(known)) {
        return ERR_OK;
    }
    bool racy = known->mtime_ns > known->read_at_ns - RACY_NS;
    if (known->mtime_ns == mtime_of(info) && !racy) {
        *ret_unchanged = true;
        return ERR_OK;
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    uint8_t digest[DIGEST_SIZE];
    int64_t read_at = now_ns();
    if (fd < 0 || run_digest(run, fd, path, digest, NULL) != ERR_OK) {
        return ERR_OK; /* reading it will tell why */
    }
    uint8_t mixed[DIGEST_SIZE];
    memcpy(mixed, digest, DIGEST_SIZE);
    beside_mix(mixed, stamp);
    if (memcmp(digest, known->digest, DIGEST_SIZE) == 0 || memcmp(mixed, known->digest, DIGEST_SIZE) == 0) {
        *ret_unchanged = true;
        *ret_row = *known;
        ret_row->mtime_ns = mtime_of(info);
        ret_row->read_at_ns = read_at;
    }
    return ERR_OK;
}

struct planning {
    struct run *run;
    int64_t source_id;
    uint64_t stamp; /* of what stands beside the file that is visited */
};

/* It counts as seen, or it would be counted as vanished too. */
static enum err_code announce_known(struct planning *planning, const struct source *source, const char *name,
                                    struct err *err)
{
    int64_t id;
    enum err_code code = ledger_see_file(planning->run->ledger, planning->source_id, name, MEND_VERSION, &id, err);
    return code == ERR_OK ? announce(planning->run, "change", source, name) : code;
}

static enum err_code plan_known(struct planning *planning, const struct source *source, const char *path, const char *name,
                                const struct stat *info, const struct ledger_file *known, struct err *err)
{
    struct run *run = planning->run;
    bool unchanged;
    struct ledger_file touched = { .id = 0 };
    enum err_code code = is_unchanged(run, known, path, info, planning->stamp, &unchanged, &touched);
    if (code != ERR_OK) {
        return code;
    }
    if (!unchanged) {
        run->counts.changed++;
        return run->options->dry_run ? announce_known(planning, source, name, err)
                                     : add_file(run, source, planning->source_id, path, name, info, known, planning->stamp, err);
    }
    int64_t id;
    run->counts.unchanged++;
    code = ledger_see_file(run->ledger, planning->source_id, name, MEND_VERSION, &id, err);
    return code == ERR_OK && touched.id != 0 ? ledger_put_file(run->ledger, &touched, err) : code;
}

static enum err_code find_stamp(struct planning *planning, const struct source *source, const char *path, const char *name,
                                struct err *err)
{
    CLEANUP(beside_done) struct beside beside = { .count = 0 };
    enum err_code code = beside_find(path, name, &beside, err);
    planning->stamp = beside_stamp(&beside, source, name);
    return code;
}

static enum err_code visit(void *context, const struct source *source, const char *path, const char *name,
                           const struct stat *info, const char *unreadable, struct err *err)
{
    struct planning *planning = context;
    struct run *run = planning->run;
    if (run_stop) {
        return err_set(err, ERR_INTERRUPTED, "interrupted while looking through %s", source->root);
    }
    run->counts.files++;
    progress_tick(&run->progress);
    if (unreadable != NULL) {
        bool link = strstr(unreadable, "not ") == unreadable || strstr(unreadable, "symbolic") == unreadable;
        run->incomplete_walk = run->incomplete_walk || !link;
        run->counts.skipped += link;
        run->counts.failed += !link;
        return note_unread(run, name, planning->source_id, info, link ? LEDGER_SKIPPED : LEDGER_FAILED, unreadable, err);
    }
    if (beside_is_metadata(path)) {
        run->counts.skipped++;
        return note_unread(run, name, planning->source_id, info, LEDGER_SKIPPED, "metadata of other documents", err);
    }
    struct ledger_file known;
    enum err_code stamped = find_stamp(planning, source, path, name, err);
    if (stamped != ERR_OK) {
        return stamped;
    }
    enum err_code code = ledger_get_file(run->ledger, planning->source_id, name, &known, err);
    if (code == ERR_OK) {
        return plan_known(planning, source, path, name, info, &known, err);
    }
    if (code != ERR_NOT_FOUND) {
        return code;
    }
    run->counts.fresh++;
    return run->options->dry_run ? announce(run, "add", source, name)
                                 : add_file(run, source, planning->source_id, path, name, info, NULL, planning->stamp, err);
}

/* A source that had many files and has none at all is most likely a disk that is not mounted: what it had is not gone.  A few may
 * have been taken away. */
static enum err_code check_emptied(struct run *run, const struct source *source, int64_t source_id, struct err *err)
{
    uint64_t had;
    enum err_code code = ledger_count_unseen_files(run->ledger, source_id, &had, err);
    return code != ERR_OK || had < EMPTIED_LEAST ? code
        : err_set(err, ERR_INVALID, "source %s: %s is empty, and %" PRIu64 " files were there before: is something not mounted? "
                  "Nothing was removed; if they are really gone, use --forget %s", source->name, source->root, had, source->name);
}

enum err_code run_plan(struct run *run, struct err *err)
{
    const struct sources *sources = run->options->sources;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sources->count && code == ERR_OK; i++) {
        struct planning planning = { .run = run };
        const struct source *source = &sources->items[i];
        code = ledger_source(run->ledger, source->name, source->root, &planning.source_id, err);
        if (code == ERR_OK) {
            code = ledger_set_recurring_off(run->ledger, planning.source_id, source->whole, err);
        }
        if (code == ERR_OK) {
            uint64_t files = run->counts.files;
            code = source_walk(source, run->layout.directory, visit, &planning, err);
            if (code == ERR_OK && run->counts.files == files) {
                code = check_emptied(run, source, planning.source_id, err);
            }
        }
        if (code == ERR_OK && run->options->dry_run) {
            uint64_t vanished;
            code = ledger_count_unseen_files(run->ledger, planning.source_id, &vanished, err);
            run->counts.vanished += code == ERR_OK ? vanished : 0;
        }
    }
    return code == ERR_OK && run->file_count > 0 ? run_ready(run, err) : code;
}

enum err_code run_list_lines(struct run *run, struct run_file *file, struct err *err)
{
    if (!file->known || !extract_is_lines(file->name)) {
        return ERR_OK;
    }
    if (asprintf(&file->known_lines, "%s/%s/lines-%zu", run->layout.directory, SCHEMA_TMP, (size_t)(file - run->files)) < 0) {
        file->known_lines = NULL;
        return err_nomem(err, "a list of lines");
    }
    return line_set_write(run->ledger, file->row.id, file->known_lines, err);
}
