/* ledger_lines.c - what the ledger knows of the lines of files of records. */
#include <string.h>
#include <sys/random.h>

#include "indexer/ledger_db.h"

#define KEY_NAME "line_key"

/* The key that is there, if any. */
static enum err_code read_key(struct ledger *ledger, uint8_t ret_key[KEYED_KEY_SIZE], bool *ret_found, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_GET_META, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, KEY_NAME, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    *ret_found = code == SQLITE_ROW && sqlite3_column_bytes(bound, 0) == KEYED_KEY_SIZE;
    if (*ret_found) {
        memcpy(ret_key, sqlite3_column_blob(bound, 0), KEYED_KEY_SIZE);
    }
    sqlite3_reset(bound);
    return code == SQLITE_ROW || code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, "read its settings", err);
}

enum err_code ledger_line_key(struct ledger *ledger, uint8_t ret_key[KEYED_KEY_SIZE], struct err *err)
{
    bool found;
    enum err_code code = read_key(ledger, ret_key, &found, err);
    if (code != ERR_OK || found) {
        return code;
    }
    if (getrandom(ret_key, KEYED_KEY_SIZE, 0) != KEYED_KEY_SIZE) {
        return err_set(err, ERR_IO, "the system gives no random bytes");
    }
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_PUT_META, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, KEY_NAME, -1, SQLITE_STATIC);
    sqlite3_bind_blob(bound, 2, ret_key, KEYED_KEY_SIZE, SQLITE_STATIC);
    return ledger_step(ledger, bound, "write its settings", err);
}

enum err_code ledger_each_line(struct ledger *ledger, int64_t file, ledger_line *visit, void *context, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_EACH_LINE, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, file);
    int code;
    enum err_code result = ERR_OK;
    while (result == ERR_OK && (code = sqlite3_step(bound)) == SQLITE_ROW) {
        const char *uid = (const char *)sqlite3_column_text(bound, 0);
        const char *record = (const char *)sqlite3_column_text(bound, 1);
        const uint8_t *digest = sqlite3_column_blob(bound, 2);
        if (uid != NULL && record != NULL && digest != NULL && sqlite3_column_bytes(bound, 2) == DIGEST_SIZE) {
            result = visit(context, uid, record, digest, err);
        }
    }
    if (result == ERR_OK && code != SQLITE_DONE) {
        result = ledger_problem(ledger, "list the lines of a file", err);
    }
    sqlite3_reset(bound);
    return result;
}
