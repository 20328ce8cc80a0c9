/* ledger.c - the ledger in SQLite: opening, runs, sources, files; documents are in ledger_documents.c. */
#include "indexer/ledger_db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LEDGER_FORMAT 1

static const char ledger_schema[] =
    "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS source(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, root TEXT NOT NULL,"
    " recurring_off INTEGER NOT NULL DEFAULT 0, threshold INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE IF NOT EXISTS file(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, path TEXT NOT NULL,"
    " size INTEGER, mtime INTEGER, read_at INTEGER, digest BLOB, state INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '',"
    " extractor INTEGER, records INTEGER NOT NULL DEFAULT 0, run INTEGER NOT NULL, beside INTEGER NOT NULL DEFAULT 0,"
    " lacks INTEGER NOT NULL DEFAULT 0, UNIQUE(source, path));"
    "CREATE TABLE IF NOT EXISTS document(uid TEXT PRIMARY KEY, file INTEGER NOT NULL, record TEXT NOT NULL,"
    " state INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '', digest BLOB, bytes INTEGER, cut INTEGER,"
    " run INTEGER NOT NULL, recurring INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS document_file ON document(file);"
    LEDGER_UNDO_SCHEMA LEDGER_TOMBSTONE_SCHEMA;

/* The statements, prepared when first used. */
static const char *const ledger_sql[LEDGER_STATEMENTS] = {
    [LEDGER_SQL_FIND_SOURCE] = "SELECT id, root FROM source WHERE name = ?1",
    [LEDGER_SQL_ADD_SOURCE] = "INSERT INTO source(name, root) VALUES(?1, ?2)",
    [LEDGER_SQL_FORGET_SOURCE] = "DELETE FROM source WHERE id = ?1",
    [LEDGER_SQL_GET_FILE] = "SELECT id, size, mtime, read_at, digest, state, extractor, records, reason, beside, lacks"
                            " FROM file"
                            " WHERE source = ?1 AND path = ?2",
    [LEDGER_SQL_SEE_FILE] = "INSERT INTO file(source, path, state, run, extractor) VALUES(?1, ?2, 0, ?3, ?4)"
                            " ON CONFLICT(source, path) DO UPDATE SET run = ?3 RETURNING id",
    [LEDGER_SQL_UNCHANGED_CAPTURES] = "SELECT record FROM document WHERE state = ?1 AND reason IN (?2, ?3)",
    [LEDGER_SQL_DOUBT_FILE] = "UPDATE file SET state = 0 WHERE id = ?1",
    [LEDGER_SQL_PUT_FILE] = "UPDATE file SET size = ?2, mtime = ?3, read_at = ?4, digest = ?5, state = ?6, extractor = ?7,"
                            " records = ?8, reason = ?9, beside = ?10, lacks = ?11 WHERE id = ?1",
    [LEDGER_SQL_GET_DOCUMENT] = "SELECT digest, state, run FROM document WHERE uid = ?1",
    [LEDGER_SQL_PUT_DOCUMENT] = "INSERT OR REPLACE INTO document(uid, file, record, state, reason, digest, bytes, cut, run)"
                                " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [LEDGER_SQL_KEEP_DOCUMENT] = "UPDATE document SET run = ?2 WHERE uid = ?1",
    [LEDGER_SQL_DOUBT_DOCUMENT] = "UPDATE document SET digest = NULL, state ="
                                   " CASE WHEN ?2 IN (1, 2) AND state NOT IN (1, 2) THEN ?2 ELSE state END WHERE uid = ?1",
    [LEDGER_SQL_UNSEEN_DOCUMENTS] = "SELECT uid, state FROM document WHERE file = ?1 AND run <> ?2",
    [LEDGER_SQL_DROP_UNSEEN_DOCUMENTS] = "DELETE FROM document WHERE file = ?1 AND run <> ?2",
    [LEDGER_SQL_UNSEEN_FILE_DOCUMENTS] = "SELECT uid, state FROM document WHERE file IN"
                                         " (SELECT id FROM file WHERE source = ?1 AND run <> ?2)",
    [LEDGER_SQL_DROP_UNSEEN_FILE_DOCUMENTS] = "DELETE FROM document WHERE file IN"
                                              " (SELECT id FROM file WHERE source = ?1 AND run <> ?2)",
    [LEDGER_SQL_DROP_UNSEEN_FILES] = "DELETE FROM file WHERE source = ?1 AND run <> ?2",
    [LEDGER_SQL_COUNT_UNSEEN_FILES] = "SELECT count(*) FROM file WHERE source = ?1 AND run <> ?2",
    [LEDGER_SQL_COUNT_RECORDS] = "SELECT state, count(*) FROM document WHERE file = ?1 GROUP BY state",
    [LEDGER_SQL_PUT_RECURRING] = "UPDATE document SET recurring = ?2 WHERE uid = ?1",
    [LEDGER_SQL_RECURRING_OFF] = "UPDATE source SET recurring_off = ?2 WHERE id = ?1 AND recurring_off <> ?2",
    [LEDGER_SQL_SET_THRESHOLD] = "UPDATE source SET threshold = ?2 WHERE id = ?1",
    [LEDGER_SQL_EACH_SOURCE] = "SELECT id, name, threshold, recurring_off, root FROM source ORDER BY name",
    [LEDGER_SQL_EACH_LINE] = "SELECT uid, record, digest FROM document WHERE file = ?1 AND digest IS NOT NULL ORDER BY digest",
    [LEDGER_SQL_GET_META] = "SELECT value FROM meta WHERE key = ?1",
    [LEDGER_SQL_EARLIER] = "SELECT generation FROM earlier ORDER BY generation DESC",
    [LEDGER_SQL_PUT_META] = "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)",
};

const char *ledger_state_name(enum ledger_state state)
{
    static const char *const names[LEDGER_STATES] = { "pending", "indexed", "truncated", "empty", "skipped", "failed" };
    return (unsigned)state < LEDGER_STATES ? names[state] : "unknown";
}

enum err_code ledger_problem(const struct ledger *ledger, const char *what, struct err *err)
{
    int code = sqlite3_errcode(ledger->db);
    int cause = code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? sqlite3_system_errno(ledger->db) : 0;
    if (cause != 0 && cause != ENOENT) { /* SQLite says "disk I/O error" for whatever the system refused */
        return err_errno(err, cause, "ledger %s: cannot %s: %s", ledger->path, what,
                         sqlite3_errmsg(ledger->db));
    }
    enum err_code kind = code == SQLITE_FULL ? ERR_NOSPACE
        : code == SQLITE_NOMEM ? ERR_NOMEM
        : code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_LOCKED
        : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ERR_CORRUPT : ERR_IO;
    return err_set(err, kind, "ledger %s: cannot %s: %s", ledger->path, what, sqlite3_errmsg(ledger->db));
}

enum err_code ledger_execute(struct ledger *ledger, const char *sql, const char *what, struct err *err)
{
    return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK : ledger_problem(ledger, what, err);
}

sqlite3_stmt *ledger_prepare(struct ledger *ledger, enum ledger_statement which, struct err *err)
{
    if (ledger->statements[which] == NULL
        && sqlite3_prepare_v3(ledger->db, ledger_sql[which], -1, SQLITE_PREPARE_PERSISTENT, &ledger->statements[which],
                              NULL) != SQLITE_OK) {
        ledger_problem(ledger, "prepare a statement", err);
        return NULL;
    }
    sqlite3_reset(ledger->statements[which]);
    return ledger->statements[which];
}

enum err_code ledger_step(struct ledger *ledger, sqlite3_stmt *bound, const char *what, struct err *err)
{
    int code = sqlite3_step(bound);
    enum err_code result = code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, what, err);
    sqlite3_reset(bound);
    return result;
}

enum err_code ledger_read_number(struct ledger *ledger, const char *key, int64_t otherwise, int64_t *ret_value,
                                 struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_GET_META, err);
    if (bound == NULL) {
        return err != NULL ? err->code : ERR_IO;
    }
    sqlite3_bind_text(bound, 1, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    *ret_value = code == SQLITE_ROW ? sqlite3_column_int64(bound, 0) : otherwise;
    sqlite3_reset(bound);
    return code == SQLITE_ROW || code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, "read its settings", err);
}

enum err_code ledger_write_number(struct ledger *ledger, const char *key, int64_t value, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_PUT_META, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 2, value);
    return ledger_step(ledger, bound, "write its settings", err);
}

static enum err_code set_up(struct ledger *ledger, bool writable, struct err *err)
{
    sqlite3_busy_timeout(ledger->db, 10000);
    enum err_code code = ERR_OK;
    if (writable) {
        /* WAL: readers see the last commit while a run is under way.  FULL: a commit is on disk.  What is deleted is wiped. */
        code = ledger_execute(ledger, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;", "open it",
                              err);
        if (code == ERR_OK) {
            code = ledger_execute(ledger, ledger_schema, "make its tables", err);
        }
    }
    int64_t format, generation, run, learnt, keep;
    if (code == ERR_OK) {
        code = ledger_read_number(ledger, "format", 0, &format, err);
    }
    if (code == ERR_OK && format == 0 && writable) {
        code = ledger_write_number(ledger, "format", format = LEDGER_FORMAT, err);
    }
    if (code == ERR_OK && format != LEDGER_FORMAT) {
        code = err_set(err, ERR_VERSION, "ledger %s has format %lld, this program reads %d", ledger->path,
                       (long long)format, LEDGER_FORMAT);
    }
    if (code == ERR_OK) {
        code = ledger_read_number(ledger, "generation", 0, &generation, err);
    }
    if (code == ERR_OK) {
        code = ledger_read_number(ledger, "run", 0, &run, err);
    }
    if (code == ERR_OK) {
        code = ledger_read_number(ledger, "learnt", 0, &learnt, err);
    }
    if (code == ERR_OK) {
        code = ledger_read_number(ledger, "keep", LEDGER_KEEP_DEFAULT, &keep, err);
    }
    if (code == ERR_OK) {
        ledger->keep = (unsigned)keep;
        ledger->generation = (uint64_t)generation;
        ledger->run = run;
        ledger->learnt = (uint64_t)learnt;
    }
    return code;
}

enum err_code ledger_open(const char *directory, bool writable, struct ledger **ret_ledger, struct err *err)
{
    CLEANUP(ledger_free_cleanup) struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL || asprintf(&ledger->path, "%s/%s", directory, SCHEMA_LEDGER) < 0) {
        return err_nomem(err, "ledger_open");
    }
    int flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    int opened = sqlite3_open_v2(ledger->path, &ledger->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (opened == SQLITE_CANTOPEN && !writable) {
        return err_set(err, ERR_NOT_FOUND, "there is no ledger %s", ledger->path);
    }
    if (opened != SQLITE_OK) {
        return ledger_problem(ledger, "open it", err);
    }
    enum err_code code = set_up(ledger, writable, err);
    if (code == ERR_OK) {
        *ret_ledger = TAKE_PTR(ledger);
    }
    return code;
}

void ledger_free(struct ledger *ledger)
{
    if (ledger != NULL) {
        for (int i = 0; i < LEDGER_STATEMENTS; i++) {
            sqlite3_finalize(ledger->statements[i]);
        }
        sqlite3_close(ledger->db);
        free(ledger->path);
        free(ledger);
    }
}

uint64_t ledger_generation(const struct ledger *ledger)
{
    return ledger->generation;
}

enum err_code ledger_begin(struct ledger *ledger, unsigned keep, struct err *err)
{
    enum err_code code = ledger_execute(ledger, "BEGIN IMMEDIATE", "begin", err);
    ledger->run += code == ERR_OK;
    if (code == ERR_OK) {
        code = ledger_write_number(ledger, "run", ledger->run, err);
    }
    return code == ERR_OK ? ledger_undo_begin(ledger, keep, err) : code;
}

enum err_code ledger_commit(struct ledger *ledger, uint64_t generation, struct err *err)
{
    enum err_code code = ledger_write_number(ledger, "generation", (int64_t)generation, err);
    code = code == ERR_OK && generation != ledger->generation ? ledger_undo_keep(ledger, err) : code;
    if (code == ERR_OK) {
        code = ledger_execute(ledger, "COMMIT", "commit", err);
    }
    if (code == ERR_OK) {
        ledger->in_doubt = false;
        ledger->generation = generation;
        code = ledger_execute(ledger, "BEGIN IMMEDIATE", "begin", err);
    }
    return code;
}

void ledger_rollback(struct ledger *ledger)
{
    if (!sqlite3_get_autocommit(ledger->db)) {
        sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

enum err_code ledger_find_source(struct ledger *ledger, const char *name, int64_t *ret_id, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_FIND_SOURCE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    int64_t id = code == SQLITE_ROW ? sqlite3_column_int64(bound, 0) : 0;
    sqlite3_reset(bound);
    if (code == SQLITE_DONE) {
        return err_set(err, ERR_NOT_FOUND, "the index has no source called '%s'", name);
    }
    if (code != SQLITE_ROW) {
        return ledger_problem(ledger, "find a source", err);
    }
    *ret_id = id;
    return ERR_OK;
}

enum err_code ledger_source(struct ledger *ledger, const char *name, const char *root, int64_t *ret_id, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_FIND_SOURCE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    enum err_code result = ERR_OK;
    if (code == SQLITE_ROW) {
        const char *known = (const char *)sqlite3_column_text(bound, 1);
        if (known == NULL || strcmp(known, root) != 0) {
            result = err_set(err, ERR_INVALID, "a source called '%s' is already indexed from %s: give %s another name in a "
                             "configuration file, or remove the old one with --forget %s", name, known != NULL ? known : "?",
                             root, name);
        }
        *ret_id = sqlite3_column_int64(bound, 0);
        sqlite3_reset(bound);
        return result;
    }
    sqlite3_reset(bound);
    if (code != SQLITE_DONE) {
        return ledger_problem(ledger, "find a source", err);
    }
    bound = ledger_prepare(ledger, LEDGER_SQL_ADD_SOURCE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(bound, 2, root, -1, SQLITE_STATIC);
    result = ledger_step(ledger, bound, "add a source", err);
    *ret_id = sqlite3_last_insert_rowid(ledger->db);
    return result;
}

enum err_code ledger_forget_source(struct ledger *ledger, int64_t source, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_FORGET_SOURCE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, source);
    return ledger_step(ledger, bound, "forget a source", err);
}

enum err_code ledger_get_file(struct ledger *ledger, int64_t source, const char *path, struct ledger_file *ret_file,
                              struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_GET_FILE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, source);
    sqlite3_bind_text(bound, 2, path, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    if (code == SQLITE_ROW) {
        struct ledger_file file = { .id = sqlite3_column_int64(bound, 0) };
        file.size = (uint64_t)sqlite3_column_int64(bound, 1);
        file.mtime_ns = sqlite3_column_int64(bound, 2);
        file.read_at_ns = sqlite3_column_int64(bound, 3);
        if (sqlite3_column_bytes(bound, 4) == DIGEST_SIZE) {
            memcpy(file.digest, sqlite3_column_blob(bound, 4), DIGEST_SIZE);
        }
        file.state = (enum ledger_state)sqlite3_column_int(bound, 5);
        file.extractor = sqlite3_column_int(bound, 6);
        file.records = (uint32_t)sqlite3_column_int64(bound, 7);
        const char *reason = (const char *)sqlite3_column_text(bound, 8);
        snprintf(file.reason, sizeof file.reason, "%s", reason != NULL ? reason : "");
        file.beside = (uint64_t)sqlite3_column_int64(bound, 9);
        file.lacks = (uint8_t)sqlite3_column_int(bound, 10);
        *ret_file = file;
    }
    sqlite3_reset(bound);
    if (code == SQLITE_DONE) {
        return err_set(err, ERR_NOT_FOUND, "the ledger does not know %s", path);
    }
    return code == SQLITE_ROW ? ERR_OK : ledger_problem(ledger, "read a file's row", err);
}

enum err_code ledger_see_file(struct ledger *ledger, int64_t source, const char *path, int extractor, int64_t *ret_id,
                              struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_SEE_FILE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, source);
    sqlite3_bind_text(bound, 2, path, -1, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 3, ledger->run);
    sqlite3_bind_int(bound, 4, extractor);
    int code = sqlite3_step(bound);
    if (code == SQLITE_ROW) {
        *ret_id = sqlite3_column_int64(bound, 0);
        code = sqlite3_step(bound);
    }
    sqlite3_reset(bound);
    return code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, "note a file", err);
}

enum err_code ledger_doubt_file(struct ledger *ledger, int64_t file, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_DOUBT_FILE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, file);
    return ledger_step(ledger, bound, "write a file's row", err);
}

enum err_code ledger_put_file(struct ledger *ledger, const struct ledger_file *file, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_PUT_FILE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, file->id);
    sqlite3_bind_int64(bound, 2, (int64_t)file->size);
    sqlite3_bind_int64(bound, 3, file->mtime_ns);
    sqlite3_bind_int64(bound, 4, file->read_at_ns);
    sqlite3_bind_blob(bound, 5, file->digest, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(bound, 6, (int)file->state);
    sqlite3_bind_int(bound, 7, file->extractor);
    sqlite3_bind_int64(bound, 8, file->records);
    sqlite3_bind_text(bound, 9, file->reason, -1, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 10, (int64_t)file->beside);
    sqlite3_bind_int(bound, 11, file->lacks);
    return ledger_step(ledger, bound, "write a file's row", err);
}
