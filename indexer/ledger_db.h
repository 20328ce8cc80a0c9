/* ledger_db.h - inside of the ledger, shared by the files of ledger*.c only. */
#ifndef NASLAG_INDEXER_LEDGER_DB_H
#define NASLAG_INDEXER_LEDGER_DB_H

#include <sqlite3.h>

#include "indexer/ledger.h"

enum ledger_statement {
    LEDGER_SQL_FIND_SOURCE,
    LEDGER_SQL_ADD_SOURCE,
    LEDGER_SQL_FORGET_SOURCE,
    LEDGER_SQL_GET_FILE,
    LEDGER_SQL_SEE_FILE,
    LEDGER_SQL_DOUBT_FILE,
    LEDGER_SQL_PUT_FILE,
    LEDGER_SQL_GET_DOCUMENT,
    LEDGER_SQL_PUT_DOCUMENT,
    LEDGER_SQL_KEEP_DOCUMENT,
    LEDGER_SQL_DOUBT_DOCUMENT,
    LEDGER_SQL_UNSEEN_DOCUMENTS,
    LEDGER_SQL_DROP_UNSEEN_DOCUMENTS,
    LEDGER_SQL_UNSEEN_FILE_DOCUMENTS,
    LEDGER_SQL_DROP_UNSEEN_FILE_DOCUMENTS,
    LEDGER_SQL_DROP_UNSEEN_FILES,
    LEDGER_SQL_COUNT_UNSEEN_FILES,
    LEDGER_SQL_COUNT_RECORDS,
    LEDGER_SQL_PUT_RECURRING,
    LEDGER_SQL_RECURRING_OFF,
    LEDGER_SQL_SET_THRESHOLD,
    LEDGER_SQL_EACH_SOURCE,
    LEDGER_SQL_EACH_LINE,
    LEDGER_SQL_GET_META,
    LEDGER_SQL_PUT_META,
    LEDGER_SQL_UNCHANGED_CAPTURES,
    LEDGER_SQL_EARLIER,
    LEDGER_STATEMENTS
};

struct ledger {
    sqlite3 *db;
    char *path;
    uint64_t generation, learnt;
    uint64_t base;  /* the generation that this run began with: rows are kept as they were then */
    unsigned keep;  /* runs that can be rolled back */
    bool base_damaged; /* it cannot be gone back to */
    bool in_doubt;  /* a commit failed: whether it took place shows when the ledger is opened again */
    int64_t run;
    sqlite3_stmt *statements[LEDGER_STATEMENTS];
};

/* ---- Undoing (ledger_undo.c) ----
 * For a run that starts from generation `base`, rows of source, file, document and meta as they were then, or that there was
 * none (`absent`).  A row of undo_x is a row of x behind these two; one for each base and key, the first change. */
#define LEDGER_UNDO_TABLE(name, key) \
    "CREATE TABLE IF NOT EXISTS undo_" name " AS SELECT 0 AS base, 0 AS absent, * FROM " name " WHERE 0;" \
    "CREATE UNIQUE INDEX IF NOT EXISTS undo_" name "_key ON undo_" name "(" key ", base);"
#define LEDGER_UNDO_SCHEMA \
    "CREATE TABLE IF NOT EXISTS earlier(generation INTEGER PRIMARY KEY);" \
    LEDGER_UNDO_TABLE("source", "id") LEDGER_UNDO_TABLE("file", "id") LEDGER_UNDO_TABLE("document", "uid") \
    LEDGER_UNDO_TABLE("meta", "key")
/* ---- Tombstones (ledger_tombstones.c) ---- */
#define LEDGER_TOMBSTONE_SCHEMA \
    "CREATE TABLE IF NOT EXISTS tombstone(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at INTEGER NOT NULL," \
    " who TEXT NOT NULL, reason TEXT NOT NULL, documents INTEGER NOT NULL, copies INTEGER NOT NULL," \
    " pending INTEGER NOT NULL DEFAULT 1);" \
    "CREATE TABLE IF NOT EXISTS tombstone_uid(uid TEXT NOT NULL, tombstone INTEGER NOT NULL, PRIMARY KEY(uid, tombstone))" \
    " WITHOUT ROWID;" \
    "CREATE TABLE IF NOT EXISTS tombstone_mark(mark BLOB NOT NULL, tombstone INTEGER NOT NULL, PRIMARY KEY(mark, tombstone))" \
    " WITHOUT ROWID;"
/* At the beginning of a run: notes from now on what changes.  `keep` as in ledger_begin. */
enum err_code ledger_undo_begin(struct ledger *ledger, unsigned keep, struct err *err);
/* The run publishes: what it began with can be rolled back to; what is too old is forgotten. */
enum err_code ledger_undo_keep(struct ledger *ledger, struct err *err);

/* Runs statements without parameters. */
enum err_code ledger_execute(struct ledger *ledger, const char *sql, const char *what, struct err *err);
/* A statement ready to bind; NULL with `err` filled on failure. */
sqlite3_stmt *ledger_prepare(struct ledger *ledger, enum ledger_statement which, struct err *err);
/* Runs a statement that returns no rows. */
enum err_code ledger_step(struct ledger *ledger, sqlite3_stmt *bound, const char *what, struct err *err);
/* Reads a setting; `otherwise` when it is not there. */
enum err_code ledger_read_number(struct ledger *ledger, const char *key, int64_t otherwise, int64_t *ret_value,
                                 struct err *err);
/* Writes a setting. */
enum err_code ledger_write_number(struct ledger *ledger, const char *key, int64_t value, struct err *err);
/* Fills `err` from SQLite's last error. */
enum err_code ledger_problem(const struct ledger *ledger, const char *what, struct err *err);

#endif
