/* purge_log.c - the file that tells of purges, and the list of tombstones. */
#include "indexer/purge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/io.h"
#include "indexer/builder.h"

#define IDS_MOST 100 /* in a line of the log */
#define LINE_MAX_BYTES ((size_t)64 << 10)

static void print_time(int64_t at, char ret_text[40])
{
    time_t when = (time_t)at;
    struct tm moment;
    snprintf(ret_text, 40, "?");
    if (localtime_r(&when, &moment) != NULL) {
        strftime(ret_text, 40, "%Y-%m-%dT%H:%M:%S%z", &moment);
    }
}

/* A file that is a document itself, as it has no row of its own when it is skipped. */
struct whole_file {
    char uid[SCHEMA_UID_LEN + 1];
    char *place;
};

struct files {
    struct whole_file *items; /* by uid */
    size_t count, capacity;
};

struct ids {
    struct json_writer *json; /* NULL: lines of text */
    size_t count, most;
    const struct files *files; /* tells where the ledger knows them; NULL in the log, which does not */
};

static int by_uid(const void *left, const void *right)
{
    return strcmp(((const struct whole_file *)left)->uid, ((const struct whole_file *)right)->uid);
}

/* A ledger_uid_visit. */
static enum err_code write_id(void *context, const char *uid, const char *place, struct err *err)
{
    struct ids *ids = context;
    (void)err;
    if (ids->count++ >= ids->most) {
        return ERR_OK;
    }
    if (ids->files != NULL && place[0] == '\0' && ids->files->count > 0) {
        struct whole_file wanted = { .place = NULL }, *found;
        snprintf(wanted.uid, sizeof wanted.uid, "%s", uid);
        found = bsearch(&wanted, ids->files->items, ids->files->count, sizeof wanted, by_uid);
        place = found != NULL ? found->place : "";
    }
    if (ids->json == NULL) {
        printf("    %s  %s\n", uid, place[0] != '\0' ? place : "(not in the sources any more)");
    } else if (ids->files != NULL) {
        jw_begin_object(ids->json);
        jw_key_str(ids->json, "id", uid);
        jw_key_str(ids->json, "place", place[0] != '\0' ? place : NULL);
        jw_end_object(ids->json);
    } else {
        jw_str(ids->json, uid);
    }
    return ERR_OK;
}

static enum err_code write_tombstone(struct ledger *ledger, const struct tombstone *tombstone, struct ids *ids, struct err *err)
{
    struct json_writer *json = ids->json;
    jw_key_int(json, "tombstone", tombstone->id);
    jw_key_str(json, "kind", tombstone->kind);
    jw_key_str(json, "user", tombstone->who);
    jw_key_str(json, "reason", tombstone->reason);
    jw_key_int(json, "documents", tombstone->documents);
    jw_key_int(json, "copies", tombstone->copies);
    jw_key(json, "ids");
    jw_begin_array(json);
    enum err_code code = ledger_each_tombstone_uid(ledger, tombstone->id, write_id, ids, err);
    jw_end_array(json);
    return code;
}

static enum err_code append(const struct layout *layout, const struct buf *line, struct err *err)
{
    AUTO_FREE char *path = io_join(layout->directory, SCHEMA_PURGE_LOG);
    if (path == NULL) {
        return err_nomem(err, "purge_log");
    }
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    enum err_code code = io_write_fd(fd, path, line->data, line->len, err);
    if (code == ERR_OK && fsync(fd) != 0) {
        code = err_errno(err, errno, "cannot sync %s", path);
    }
    return code == ERR_OK ? io_sync_path(layout->directory, err) : code;
}

enum err_code purge_log(const struct layout *layout, struct ledger *ledger, const char *action, const struct tombstone *tombstone,
                        struct progress *progress, struct err *err)
{
    AUTO_BUF struct buf line;
    struct json_writer json;
    struct ids ids = { .json = &json, .most = IDS_MOST };
    char when[40];
    buf_init(&line, LINE_MAX_BYTES);
    jw_writer_init(&json, &line);
    print_time((int64_t)time(NULL), when);
    jw_begin_object(&json);
    jw_key_str(&json, "time", when);
    jw_key_str(&json, "action", action);
    enum err_code code = write_tombstone(ledger, tombstone, &ids, err);
    jw_end_object(&json);
    buf_add_char(&line, '\n');
    if (code == ERR_OK) {
        code = buf_check(&line, "a line of the log", err);
    }
    if (code == ERR_OK) {
        code = append(layout, &line, err);
    }
    if (code == ERR_OK && progress->mode != PROGRESS_QUIET) {
        progress_clear(progress);
        fputs(line.data, stderr);
    }
    return code;
}

/* ---- The list ------------------------------------------------------------------------------- */

struct listing {
    struct ledger *ledger;
    struct files files;
    bool json;
    uint64_t count;
};

/* A ledger_file_visit. */
static enum err_code take_file(void *context, const struct ledger_found_file *file, struct err *err)
{
    struct files *files = context;
    if (mem_grow(&files->items, &files->capacity, files->count, sizeof *files->items) != 0
        || asprintf(&files->items[files->count].place, "%s/%s", file->source, file->path) < 0) {
        return err_nomem(err, "a list of files");
    }
    builder_uid(file->source, file->path, "", files->items[files->count++].uid);
    return ERR_OK;
}

/* A ledger_tombstone_visit. */
static enum err_code print_tombstone(void *context, const struct tombstone *tombstone, struct err *err)
{
    struct listing *listing = context;
    char when[40];
    listing->count++;
    print_time(tombstone->at, when);
    if (!listing->json) {
        printf("%" PRId64 "  %s  by %s: %s\n  %" PRId64 " documents named by %s, %" PRId64 " of them for their content%s\n",
               tombstone->id, when, tombstone->who, tombstone->reason, tombstone->documents, tombstone->kind, tombstone->copies,
               tombstone->pending ? "; NOT FINISHED: run naslag-index again" : "");
        struct ids lines = { .most = SIZE_MAX, .files = &listing->files };
        return ledger_each_tombstone_uid(listing->ledger, tombstone->id, write_id, &lines, err);
    }
    AUTO_BUF struct buf line;
    struct json_writer json;
    struct ids ids = { .json = &json, .most = SIZE_MAX, .files = &listing->files };
    buf_init(&line, (size_t)256 << 20);
    jw_writer_init(&json, &line);
    jw_begin_object(&json);
    jw_key_str(&json, "event", "tombstone");
    jw_key_str(&json, "time", when);
    jw_key_bool(&json, "pending", tombstone->pending);
    enum err_code code = write_tombstone(listing->ledger, tombstone, &ids, err);
    jw_end_object(&json);
    buf_add_char(&line, '\n');
    if (code == ERR_OK) {
        code = buf_check(&line, "a tombstone", err);
    }
    if (code == ERR_OK) {
        fwrite(line.data, 1, line.len, stdout);
    }
    return code;
}

enum err_code purge_list(const char *directory, bool json, struct err *err)
{
    CLEANUP(ledger_free_cleanup) struct ledger *ledger = NULL;
    struct listing listing = { .json = json };
    enum err_code code = ledger_open(directory, false, &ledger, err);
    if (code == ERR_OK) {
        listing.ledger = ledger;
        code = ledger_each_file(ledger, 0, take_file, &listing.files, err);
    }
    if (code == ERR_OK) {
        if (listing.files.count > 0) {
            qsort(listing.files.items, listing.files.count, sizeof *listing.files.items, by_uid);
        }
        code = ledger_each_tombstone(ledger, false, print_tombstone, &listing, err);
    }
    for (size_t i = 0; i < listing.files.count; i++) {
        free(listing.files.items[i].place);
    }
    free(listing.files.items);
    if (code == ERR_OK && listing.count == 0 && !json) {
        printf("nothing was purged\n");
    }
    return code;
}
