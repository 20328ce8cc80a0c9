/* ledger_undo.c - what the ledger remembers of earlier generations, and going back to one.
 *
 * Triggers note the first change that a run makes to a row: how it was when the run began.  They are temporary, of this
 * connection, and name the generation that the run began with (`base`); the first run of an index, which nothing
 * can be rolled back from, has none.  What a row was at generation G is in its entry with the smallest base >= G; a row
 * without such an entry has not changed since.
 */
#include <inttypes.h>
#include <stdio.h>

#include "indexer/ledger_db.h"

#define SQL_MAX 4096

/* Which tables, their keys, and the columns of which a change counts: not `run`, which says that a row was seen. */
static const struct {
    const char *table, *key, *columns;
} kept[] = {
    { "source", "id", "name, root, recurring_off, threshold" },
    { "file", "id", "source, path, size, mtime, read_at, digest, state, reason, extractor, records, lacks, beside" },
    { "document", "uid", "file, record, state, reason, digest, bytes, cut, recurring" },
    { "meta", "key", "value" },
};
#define TABLES (sizeof kept / sizeof *kept)

static enum err_code execute(struct ledger *ledger, const char *what, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static enum err_code execute(struct ledger *ledger, const char *what, struct err *err, const char *format, ...)
{
    char sql[SQL_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    if (len < 0 || len >= SQL_MAX) {
        return err_set(err, ERR_INTERNAL, "a statement of the ledger is too long");
    }
    return ledger_execute(ledger, sql, what, err);
}

bool ledger_in_doubt(const struct ledger *ledger)
{
    return ledger->in_doubt;
}

uint64_t ledger_base(const struct ledger *ledger)
{
    return ledger->base;
}

/* Entries are made with WHERE NOT EXISTS and not with OR IGNORE, because the conflict clause of the statement that
 * fires a trigger overrides those inside it. */
static enum err_code add_triggers(struct ledger *ledger, size_t which, struct err *err)
{
    const char *table = kept[which].table, *key = kept[which].key;
    uint64_t base = ledger->base;
    enum err_code code = execute(ledger, "note changes", err,
        "CREATE TEMP TRIGGER undo_update_%s BEFORE UPDATE OF %s ON main.%s BEGIN"
        " INSERT INTO undo_%s SELECT %" PRIu64 ", 0, * FROM %s WHERE %s = old.%s AND NOT EXISTS"
        " (SELECT 1 FROM undo_%s WHERE base = %" PRIu64 " AND %s = old.%s); END",
        table, kept[which].columns, table, table, base, table, key, key, table, base, key, key);
    if (code == ERR_OK) {
        code = execute(ledger, "note changes", err,
            "CREATE TEMP TRIGGER undo_delete_%s BEFORE DELETE ON main.%s BEGIN"
            " INSERT INTO undo_%s SELECT %" PRIu64 ", 0, * FROM %s WHERE %s = old.%s AND NOT EXISTS"
            " (SELECT 1 FROM undo_%s WHERE base = %" PRIu64 " AND %s = old.%s); END",
            table, table, table, base, table, key, key, table, base, key, key);
    }
    if (code != ERR_OK) {
        return code;
    }
    if (sqlite3_stricmp(key, "id") == 0) { /* numbers are given out by SQLite: known afterwards; a row is never replaced */
        return execute(ledger, "note changes", err,
            "CREATE TEMP TRIGGER undo_insert_%s AFTER INSERT ON main.%s BEGIN"
            " INSERT INTO undo_%s(base, absent, %s) SELECT %" PRIu64 ", 1, new.%s WHERE NOT EXISTS"
            " (SELECT 1 FROM undo_%s WHERE base = %" PRIu64 " AND %s = new.%s); END",
            table, table, table, key, base, key, table, base, key, key);
    }
    return execute(ledger, "note changes", err, /* INSERT OR REPLACE deletes without firing triggers */
        "CREATE TEMP TRIGGER undo_insert_%s BEFORE INSERT ON main.%s WHEN NOT EXISTS"
        " (SELECT 1 FROM undo_%s WHERE base = %" PRIu64 " AND %s = new.%s) BEGIN"
        " INSERT INTO undo_%s SELECT %" PRIu64 ", 0, * FROM %s WHERE %s = new.%s;"
        " INSERT INTO undo_%s(base, absent, %s) SELECT %" PRIu64 ", 1, new.%s"
        " WHERE NOT EXISTS (SELECT 1 FROM %s WHERE %s = new.%s); END",
        table, table, table, base, key, key, table, base, table, key, key, table, key, base, key, table, key, key);
}

/* Forgets what only served generations that are not kept any more. */
static enum err_code forget_older(struct ledger *ledger, struct err *err)
{
    enum err_code code = execute(ledger, "forget an earlier generation", err,
        "DELETE FROM earlier WHERE generation NOT IN (SELECT generation FROM earlier ORDER BY generation DESC LIMIT %u)",
        ledger->keep);
    for (size_t i = 0; i < TABLES && code == ERR_OK; i++) {
        code = execute(ledger, "forget an earlier generation", err,
            "DELETE FROM undo_%s WHERE base < (SELECT min(generation) FROM earlier)", kept[i].table);
    }
    return code;
}

enum err_code ledger_undo_keep(struct ledger *ledger, struct err *err)
{
    if (ledger->base == 0 || ledger->base_damaged) {
        return ERR_OK;
    }
    enum err_code code = execute(ledger, "note an earlier generation", err,
                                 "INSERT OR IGNORE INTO earlier VALUES(%" PRIu64 ")", ledger->base);
    return code == ERR_OK ? forget_older(ledger, err) : code;
}

static enum err_code set_keep(struct ledger *ledger, unsigned keep, struct err *err)
{
    enum err_code code = ledger_write_number(ledger, "keep", keep, err);
    if (code == ERR_OK) {
        ledger->keep = keep;
    }
    return code == ERR_OK ? forget_older(ledger, err) : code;
}

enum err_code ledger_undo_begin(struct ledger *ledger, unsigned keep, struct err *err)
{
    ledger->base = ledger->generation;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < TABLES && code == ERR_OK && ledger->base > 0; i++) {
        code = add_triggers(ledger, i, err);
    }
    return code == ERR_OK && keep > 0 ? set_keep(ledger, keep, err) : code;
}

void ledger_leave_behind(struct ledger *ledger)
{
    ledger->base_damaged = true;
}

enum err_code ledger_earlier(struct ledger *ledger, uint64_t ret_generations[LEDGER_KEEP_MAX], size_t *ret_count,
                             struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_EARLIER, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    size_t count = 0;
    int code;
    while ((code = sqlite3_step(bound)) == SQLITE_ROW && count < LEDGER_KEEP_MAX) {
        ret_generations[count++] = (uint64_t)sqlite3_column_int64(bound, 0);
    }
    sqlite3_reset(bound);
    *ret_count = count;
    return code == SQLITE_ROW || code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, "list earlier generations", err);
}

/* Makes the rows of a table what they were.  All that changed go first: old ones may take their place. */
static enum err_code restore_table(struct ledger *ledger, size_t which, uint64_t generation, struct err *err)
{
    const char *table = kept[which].table, *key = kept[which].key;
    /* Settings that are of now: which run this is, what is published and kept. */
    const char *but = sqlite3_stricmp(table, "meta") == 0 ? "AND key IN ('learnt', 'limits')" : "";
    enum err_code code = execute(ledger, "go back to an earlier generation", err,
        "CREATE TEMP TABLE back_%s AS SELECT * FROM undo_%s AS one WHERE base >= %" PRIu64 " %s AND base ="
        " (SELECT min(base) FROM undo_%s AS other WHERE other.%s = one.%s AND other.base >= %" PRIu64 ")",
        table, table, generation, but, table, key, key, generation);
    if (code == ERR_OK) {
        code = execute(ledger, "go back to an earlier generation", err,
                       "DELETE FROM main.%s WHERE %s IN (SELECT %s FROM back_%s)", table, key, key, table);
    }
    if (code == ERR_OK) {
        bool run = which != 0 && which != 3; /* tables with `run` as a column */
        const char *columns = kept[which].columns;
        code = execute(ledger, "go back to an earlier generation", err,
                       "INSERT INTO main.%s(%s, %s%s) SELECT %s, %s%s FROM back_%s WHERE NOT absent", table, key, columns,
                       run ? ", run" : "", key, columns, run ? ", run" : "", table);
    }
    return code == ERR_OK ? execute(ledger, "go back to an earlier generation", err, "DROP TABLE temp.back_%s", table) : code;
}

enum err_code ledger_restore(struct ledger *ledger, uint64_t generation, uint64_t as, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < TABLES && code == ERR_OK; i++) {
        code = restore_table(ledger, i, generation, err);
    }
    int64_t learnt = 0;
    if (code == ERR_OK) {
        code = ledger_read_number(ledger, "learnt", 0, &learnt, err);
    }
    return code == ERR_OK ? ledger_set_learnt(ledger, (uint64_t)learnt == generation ? as : 0, err) : code;
}

enum err_code ledger_check(struct ledger *ledger, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(ledger->db, "PRAGMA integrity_check(1)", -1, &statement, NULL) != SQLITE_OK) {
        return ledger_problem(ledger, "check it", err);
    }
    int code = sqlite3_step(statement);
    const char *found = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    enum err_code result = ERR_OK;
    if (code != SQLITE_ROW) {
        result = ledger_problem(ledger, "check it", err);
    } else if (found == NULL || sqlite3_stricmp(found, "ok") != 0) {
        result = err_set(err, ERR_CORRUPT, "ledger %s is damaged: %.300s", ledger->path, found != NULL ? found : "?");
    }
    sqlite3_finalize(statement);
    return result;
}
