/* ledger_db.h - inside of the ledger, shared by ledger.c and ledger_report.c only. */
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
    LEDGER_STATEMENTS
};

struct ledger {
    sqlite3 *db;
    char *path;
    uint64_t generation, learnt;
    int64_t run;
    sqlite3_stmt *statements[LEDGER_STATEMENTS];
};

/* A statement ready to bind; NULL with `err` filled on failure. */
sqlite3_stmt *ledger_prepare(struct ledger *ledger, enum ledger_statement which, struct err *err);
/* Runs a statement that returns no rows. */
enum err_code ledger_step(struct ledger *ledger, sqlite3_stmt *bound, const char *what, struct err *err);
/* Writes a setting. */
enum err_code ledger_write_number(struct ledger *ledger, const char *key, int64_t value, struct err *err);
/* Fills `err` from SQLite's last error. */
enum err_code ledger_problem(const struct ledger *ledger, const char *what, struct err *err);

#endif
