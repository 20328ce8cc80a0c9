/* ledger_learn.c - what the ledger keeps about boilerplate: thresholds, counts, and how far learning has come. */
#include "indexer/ledger_db.h"

uint64_t ledger_learnt(const struct ledger *ledger)
{
    return ledger->learnt;
}

enum err_code ledger_set_learnt(struct ledger *ledger, uint64_t generation, struct err *err)
{
    enum err_code code = ledger_write_number(ledger, "learnt", (int64_t)generation, err);
    if (code == ERR_OK) {
        ledger->learnt = generation;
    }
    return code;
}

/* UPDATE ... = ?2 WHERE ... = ?1 by number. */
static enum err_code update(struct ledger *ledger, enum ledger_statement which, int64_t id, int64_t value, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, which, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, id);
    sqlite3_bind_int64(bound, 2, value);
    return ledger_step(ledger, bound, "write a source's row", err);
}

enum err_code ledger_set_recurring_off(struct ledger *ledger, int64_t source, bool off, struct err *err)
{
    return update(ledger, LEDGER_SQL_RECURRING_OFF, source, off, err);
}

enum err_code ledger_set_threshold(struct ledger *ledger, int64_t source, uint32_t threshold, struct err *err)
{
    return update(ledger, LEDGER_SQL_SET_THRESHOLD, source, threshold, err);
}

enum err_code ledger_put_recurring(struct ledger *ledger, const char *uid, uint64_t bytes, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_PUT_RECURRING, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, uid, -1, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 2, (int64_t)bytes);
    return ledger_step(ledger, bound, "write a document's row", err);
}

enum err_code ledger_each_source(struct ledger *ledger, ledger_source_visit *visit, void *context, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_EACH_SOURCE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    enum err_code code = ERR_OK;
    int step = SQLITE_DONE;
    while (code == ERR_OK && (step = sqlite3_step(bound)) == SQLITE_ROW) {
        struct ledger_source source = { .id = sqlite3_column_int64(bound, 0) };
        source.name = (const char *)sqlite3_column_text(bound, 1);
        source.root = (const char *)sqlite3_column_text(bound, 4);
        source.threshold = (uint32_t)sqlite3_column_int64(bound, 2);
        source.recurring_off = sqlite3_column_int(bound, 3) != 0;
        code = visit(context, &source, err);
    }
    if (code == ERR_OK && step != SQLITE_DONE) {
        code = ledger_problem(ledger, "list sources", err);
    }
    sqlite3_reset(bound);
    return code;
}
