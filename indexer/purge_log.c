/* purge_log.c - the file that tells of purges, and the list of tombstones. */
#include "indexer/purge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/io.h"

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

struct ids {
    struct json_writer *json;
    size_t count, most;
    bool places; /* objects that tell where the ledger knows them */
};

/* A ledger_uid_visit. */
static enum err_code write_id(void *context, const char *uid, const char *place, struct err *err)
{
    struct ids *ids = context;
    (void)err;
    if (ids->count++ >= ids->most) {
        return ERR_OK;
    }
    if (ids->places) {
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
    bool json;
    uint64_t count;
};

/* A ledger_uid_visit. */
static enum err_code print_id(void *context, const char *uid, const char *place, struct err *err)
{
    (void)context;
    (void)err;
    printf("    %s  %s\n", uid, place[0] != '\0' ? place : "(not in the sources, or a file of its own)");
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
        return ledger_each_tombstone_uid(listing->ledger, tombstone->id, print_id, NULL, err);
    }
    AUTO_BUF struct buf line;
    struct json_writer json;
    struct ids ids = { .json = &json, .most = SIZE_MAX, .places = true };
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
        code = ledger_each_tombstone(ledger, false, print_tombstone, &listing, err);
    }
    if (code == ERR_OK && listing.count == 0 && !json) {
        printf("nothing was purged\n");
    }
    return code;
}
