/* ledger_tombstones.c - tombstones, and the rows of what was purged. */
#include "indexer/tombstones.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "indexer/ledger_db.h"

/* Prepares a statement and binds its parameters: 'i' int64_t, 's' a string, 'm' a mark.  NULL with `err` filled on failure. */
static sqlite3_stmt *bind(struct ledger *ledger, struct err *err, const char *sql, const char *types, ...)
{
    sqlite3_stmt *bound = NULL;
    if (sqlite3_prepare_v2(ledger->db, sql, -1, &bound, NULL) != SQLITE_OK) {
        ledger_problem(ledger, "prepare a statement", err);
        return NULL;
    }
    va_list args;
    va_start(args, types);
    for (int i = 0; types[i] != '\0'; i++) {
        if (types[i] == 'i') {
            sqlite3_bind_int64(bound, i + 1, va_arg(args, int64_t));
        } else if (types[i] == 's') {
            sqlite3_bind_text(bound, i + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_blob(bound, i + 1, va_arg(args, const uint8_t *), KEYED_SIZE, SQLITE_TRANSIENT);
        }
    }
    va_end(args);
    return bound;
}

/* Runs a statement that returns no rows, and ends it. */
static enum err_code run(struct ledger *ledger, sqlite3_stmt *bound, const char *what, struct err *err)
{
    if (bound == NULL) {
        return err != NULL ? err->code : ERR_IO;
    }
    enum err_code code = ledger_step(ledger, bound, what, err);
    sqlite3_finalize(bound);
    return code;
}

/* After the last row, or what ended the walk before. */
static enum err_code end_rows(struct ledger *ledger, sqlite3_stmt *bound, int step, enum err_code code, struct err *err)
{
    if (code == ERR_OK && step != SQLITE_DONE) {
        code = ledger_problem(ledger, "read its rows", err);
    }
    sqlite3_finalize(bound);
    return code;
}

static const char *column(sqlite3_stmt *row, int index)
{
    const char *text = (const char *)sqlite3_column_text(row, index);
    return text != NULL ? text : "";
}

void tombstone_text(int64_t at, const char *reason, char ret_text[TOMBSTONE_TEXT_MAX])
{
    time_t when = (time_t)at;
    struct tm day;
    char date[32] = "?";
    if (localtime_r(&when, &day) != NULL) {
        strftime(date, sizeof date, "%Y-%m-%d", &day);
    }
    size_t len = strlen(reason);
    len = len > TOMBSTONE_REASON_MAX ? utf8_floor(reason, len, TOMBSTONE_REASON_MAX) : len;
    snprintf(ret_text, TOMBSTONE_TEXT_MAX, TOMBSTONE_REASON "%s: %.*s", date, (int)len, reason);
}

enum err_code ledger_begin_purge(struct ledger *ledger, struct err *err)
{
    return ledger_execute(ledger, "BEGIN IMMEDIATE", "begin", err);
}

enum err_code ledger_end_purge(struct ledger *ledger, struct err *err)
{
    return ledger_execute(ledger, "COMMIT", "commit", err);
}

/* ---- Looking -------------------------------------------------------------------------------- */

enum err_code ledger_each_file(struct ledger *ledger, int64_t id, ledger_file_visit *visit, void *context, struct err *err)
{
#define SQL_FILES "SELECT file.id, name, root, path, digest, beside FROM file JOIN source ON source = source.id"
    sqlite3_stmt *bound = id > 0 ? bind(ledger, err, SQL_FILES " WHERE file.id = ?1", "i", id) : bind(ledger, err, SQL_FILES, "");
    if (bound == NULL) {
        return ERR_IO;
    }
    enum err_code code = ERR_OK;
    int step = SQLITE_DONE;
    while (code == ERR_OK && (step = sqlite3_step(bound)) == SQLITE_ROW) {
        struct ledger_found_file file = { .id = sqlite3_column_int64(bound, 0), .source = column(bound, 1),
                                          .root = column(bound, 2), .path = column(bound, 3),
                                          .beside = (uint64_t)sqlite3_column_int64(bound, 5) };
        file.digest = sqlite3_column_bytes(bound, 4) == DIGEST_SIZE ? sqlite3_column_blob(bound, 4) : NULL;
        code = visit(context, &file, err);
    }
    return end_rows(ledger, bound, step, code, err);
}

enum err_code ledger_each_document(struct ledger *ledger, ledger_document_visit *visit, void *context, struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "SELECT uid, file, record, document.state, document.digest, document.reason,"
                               " path, beside, name FROM document LEFT JOIN file ON file.id = document.file"
                               " LEFT JOIN source ON source.id = source ORDER BY uid", "");
    if (bound == NULL) {
        return ERR_IO;
    }
    enum err_code code = ERR_OK;
    int step = SQLITE_DONE;
    while (code == ERR_OK && (step = sqlite3_step(bound)) == SQLITE_ROW) {
        struct ledger_found_document document = { .uid = column(bound, 0), .file = sqlite3_column_int64(bound, 1),
                                                  .record = column(bound, 2),
                                                  .state = (enum ledger_state)sqlite3_column_int(bound, 3),
                                                  .reason = column(bound, 5), .path = column(bound, 6),
                                                  .source = column(bound, 8),
                                                  .beside = (uint64_t)sqlite3_column_int64(bound, 7) };
        document.digest = sqlite3_column_bytes(bound, 4) == DIGEST_SIZE ? sqlite3_column_blob(bound, 4) : NULL;
        code = visit(context, &document, err);
    }
    return end_rows(ledger, bound, step, code, err);
}

#define TOMBSTONE_COLUMNS "tombstone.id, kind, at, who, reason, documents, copies, pending"

static struct tombstone tombstone_of(sqlite3_stmt *row, int first)
{
    return (struct tombstone){ .id = sqlite3_column_int64(row, first), .kind = column(row, first + 1),
                               .at = sqlite3_column_int64(row, first + 2), .who = column(row, first + 3),
                               .reason = column(row, first + 4), .documents = sqlite3_column_int64(row, first + 5),
                               .copies = sqlite3_column_int64(row, first + 6), .pending = sqlite3_column_int(row, first + 7) != 0 };
}

enum err_code ledger_each_tombstone(struct ledger *ledger, bool pending, ledger_tombstone_visit *visit, void *context,
                                    struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "SELECT " TOMBSTONE_COLUMNS " FROM tombstone WHERE pending OR NOT ?1 ORDER BY id",
                               "i", (int64_t)pending);
    if (bound == NULL) {
        return ERR_IO;
    }
    enum err_code code = ERR_OK;
    int step = SQLITE_DONE;
    while (code == ERR_OK && (step = sqlite3_step(bound)) == SQLITE_ROW) {
        struct tombstone tombstone = tombstone_of(bound, 0);
        code = visit(context, &tombstone, err);
    }
    return end_rows(ledger, bound, step, code, err);
}

enum err_code ledger_each_tombstone_uid(struct ledger *ledger, int64_t tombstone, ledger_uid_visit *visit, void *context,
                                        struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "SELECT DISTINCT tombstone_uid.uid, coalesce((SELECT name || '/' || path ||"
                               " CASE WHEN record <> '' THEN ' record ' || record ELSE '' END FROM document"
                               " JOIN file ON document.file = file.id JOIN source ON source = source.id"
                               " WHERE document.uid = tombstone_uid.uid), '') FROM tombstone_uid"
                               " JOIN tombstone ON tombstone = tombstone.id WHERE CASE WHEN ?1 = 0 THEN pending"
                               " ELSE tombstone = ?1 END", "i", tombstone);
    if (bound == NULL) {
        return ERR_IO;
    }
    enum err_code code = ERR_OK;
    int step = SQLITE_DONE;
    while (code == ERR_OK && (step = sqlite3_step(bound)) == SQLITE_ROW) {
        code = visit(context, column(bound, 0), column(bound, 1), err);
    }
    return end_rows(ledger, bound, step, code, err);
}

enum err_code ledger_each_mark(struct ledger *ledger, ledger_mark_visit *visit, void *context, struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "SELECT mark, " TOMBSTONE_COLUMNS " FROM tombstone_mark"
                               " JOIN tombstone ON tombstone = tombstone.id ORDER BY mark, tombstone.id DESC", "");
    if (bound == NULL) {
        return ERR_IO;
    }
    enum err_code code = ERR_OK;
    int step = SQLITE_DONE;
    while (code == ERR_OK && (step = sqlite3_step(bound)) == SQLITE_ROW) {
        struct tombstone tombstone = tombstone_of(bound, 1);
        if (sqlite3_column_bytes(bound, 0) == KEYED_SIZE) {
            code = visit(context, sqlite3_column_blob(bound, 0), &tombstone, err);
        }
    }
    return end_rows(ledger, bound, step, code, err);
}

enum err_code ledger_count_tombstones(struct ledger *ledger, uint64_t *ret_all, uint64_t *ret_pending, struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "SELECT count(*), coalesce(sum(pending), 0) FROM tombstone", "");
    if (bound == NULL) {
        return ERR_IO;
    }
    int step = sqlite3_step(bound);
    if (step == SQLITE_ROW) {
        *ret_all = (uint64_t)sqlite3_column_int64(bound, 0);
        *ret_pending = (uint64_t)sqlite3_column_int64(bound, 1);
        step = SQLITE_DONE;
    }
    return end_rows(ledger, bound, step, ERR_OK, err);
}

enum err_code ledger_find_tombstone(struct ledger *ledger, const char *name, int64_t *ret_id, struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "SELECT id FROM tombstone WHERE CAST(id AS TEXT) = ?1"
                               " OR id IN (SELECT tombstone FROM tombstone_uid WHERE uid = ?1) ORDER BY id DESC", "s", name);
    if (bound == NULL) {
        return ERR_IO;
    }
    int step = sqlite3_step(bound);
    bool found = step == SQLITE_ROW;
    if (found) {
        *ret_id = sqlite3_column_int64(bound, 0);
        step = SQLITE_DONE;
    }
    enum err_code code = end_rows(ledger, bound, step, ERR_OK, err);
    return code != ERR_OK || found ? code
        : err_set(err, ERR_NOT_FOUND, "there is no tombstone '%.100s'; --purged lists them", name);
}

/* ---- Writing -------------------------------------------------------------------------------- */

enum err_code ledger_add_tombstone(struct ledger *ledger, const struct tombstone *tombstone, int64_t *ret_id, struct err *err)
{
    sqlite3_stmt *bound = bind(ledger, err, "INSERT INTO tombstone(kind, at, who, reason, documents, copies)"
                               " VALUES(?1, ?2, ?3, ?4, ?5, ?6)", "sissii", tombstone->kind, tombstone->at, tombstone->who,
                               tombstone->reason, tombstone->documents, tombstone->copies);
    enum err_code code = run(ledger, bound, "write a tombstone", err);
    if (code == ERR_OK) {
        *ret_id = sqlite3_last_insert_rowid(ledger->db);
    }
    return code;
}

enum err_code ledger_add_tombstone_uid(struct ledger *ledger, int64_t tombstone, const char *uid, struct err *err)
{
    return run(ledger, bind(ledger, err, "INSERT OR IGNORE INTO tombstone_uid VALUES(?1, ?2)", "si", uid, tombstone),
               "write a tombstone", err);
}

enum err_code ledger_add_mark(struct ledger *ledger, int64_t tombstone, const uint8_t mark[KEYED_SIZE], struct err *err)
{
    return run(ledger, bind(ledger, err, "INSERT OR IGNORE INTO tombstone_mark VALUES(?1, ?2)", "mi", mark, tombstone),
               "write a tombstone", err);
}

enum err_code ledger_bury_document(struct ledger *ledger, const char *uid, const char *text, struct err *err)
{
    return run(ledger, bind(ledger, err, "UPDATE document SET state = 4, reason = ?2, digest = NULL, bytes = 0, cut = 0,"
                            " recurring = 0 WHERE uid = ?1", "ss", uid, text), "write a document's row", err);
}

enum err_code ledger_bury_file(struct ledger *ledger, int64_t file, const char *text, struct err *err)
{
    return run(ledger, bind(ledger, err, "UPDATE file SET state = 4, reason = ?2, digest = NULL, records = 0 WHERE id = ?1", "is",
                            file, text), "write a file's row", err);
}

/* A file that is its only record has no row of its own for that when it is skipped; sum_up in take.c sums up alike. */
enum err_code ledger_settle_file(struct ledger *ledger, int64_t file, const char *text, struct err *err)
{
    uint64_t counts[LEDGER_STATES];
    enum err_code code = run(ledger, bind(ledger, err, "DELETE FROM document WHERE file = ?1 AND record = '' AND state = 4", "i",
                                          file), "write a document's row", err);
    if (code == ERR_OK) {
        code = ledger_count_records(ledger, file, counts, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    uint64_t indexed = counts[LEDGER_INDEXED] + counts[LEDGER_TRUNCATED], left = indexed + counts[LEDGER_EMPTY];
    if (left + counts[LEDGER_FAILED] == 0) {
        return ledger_bury_file(ledger, file, text, err);
    }
    enum ledger_state state = counts[LEDGER_FAILED] > 0 ? LEDGER_FAILED : LEDGER_EMPTY;
    const char *reason = counts[LEDGER_FAILED] > 0 ? "all records failed" : "no text in it";
    return run(ledger, bind(ledger, err, "UPDATE file SET digest = NULL, records = ?2, state = CASE WHEN ?3 THEN state ELSE ?4 END,"
                            " reason = CASE WHEN ?3 THEN reason ELSE ?5 END WHERE id = ?1", "iiiis", file, (int64_t)left,
                            (int64_t)indexed, (int64_t)state, reason), "write a file's row", err);
}

enum err_code ledger_forget_earlier(struct ledger *ledger, struct err *err)
{
    enum err_code code = ledger_execute(ledger, "DELETE FROM earlier; DELETE FROM undo_source; DELETE FROM undo_file;"
                                        " DELETE FROM undo_document; DELETE FROM undo_meta;", "forget earlier generations", err);
    return code == ERR_OK ? ledger_set_learnt(ledger, 0, err) : code;
}

enum err_code ledger_end_tombstone(struct ledger *ledger, int64_t tombstone, struct err *err)
{
    return run(ledger, bind(ledger, err, "UPDATE tombstone SET pending = 0 WHERE id = ?1", "i", tombstone), "write a tombstone",
               err);
}

/* Rows that can be gone back to are told too, or a file would stay out that nothing keeps out any more. */
#define UNBURY(table, documents) \
    "UPDATE " table " SET state = 0 WHERE (state = 4 AND reason LIKE '" TOMBSTONE_REASON "%') OR id IN" \
    " (SELECT file FROM " documents " WHERE state = 4 AND reason LIKE '" TOMBSTONE_REASON "%');"

enum err_code ledger_drop_tombstone(struct ledger *ledger, int64_t tombstone, struct err *err)
{
    static const char *const tables[] = { "DELETE FROM tombstone_uid WHERE tombstone = ?1",
                                          "DELETE FROM tombstone_mark WHERE tombstone = ?1",
                                          "DELETE FROM tombstone WHERE id = ?1" };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && code == ERR_OK; i++) {
        code = run(ledger, bind(ledger, err, tables[i], "i", tombstone), "remove a tombstone", err);
    }
    return code == ERR_OK ? ledger_execute(ledger, UNBURY("file", "document") UNBURY("undo_file", "undo_document"),
                                           "have files read again", err) : code;
}

/* Deleted rows are wiped as they go (secure_delete); VACUUM also takes what pages keep in their gaps when rows move.  Then the log
 * of writes is emptied, which has older versions of pages. */
enum err_code ledger_scrub(struct ledger *ledger, const char *directory, struct err *err)
{
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = sqlite3_mprintf("%s/%s", directory, SCHEMA_TMP);
    enum err_code code = sqlite3_temp_directory == NULL ? err_nomem(err, "ledger_scrub") : ledger_execute(ledger, "VACUUM",
        "rewrite it", err);
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = NULL;
    sqlite3_stmt *bound = code == ERR_OK ? bind(ledger, err, "PRAGMA wal_checkpoint(TRUNCATE)", "") : NULL;
    if (bound == NULL) {
        return code == ERR_OK ? ERR_IO : code;
    }
    int step = sqlite3_step(bound);
    bool busy = step == SQLITE_ROW && sqlite3_column_int(bound, 0) != 0;
    code = end_rows(ledger, bound, step == SQLITE_ROW ? SQLITE_DONE : step, ERR_OK, err);
    return code == ERR_OK && busy ? err_set(err, ERR_LOCKED, "ledger %s is being read by another program, so that what was purged "
                                            "stays in it for now: give the same command again", ledger->path) : code;
}
