/* ledger_documents.c - the documents of the ledger: put, kept, doubted, dropped and counted. */
#include "indexer/ledger_db.h"

#include <string.h>

#include "extract/extract.h"

static bool has_text(enum ledger_state state)
{
    return state == LEDGER_INDEXED || state == LEDGER_TRUNCATED;
}

enum err_code ledger_put_document(struct ledger *ledger, const struct ledger_document *document, enum ledger_put *ret_put,
                                  struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_GET_DOCUMENT, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, document->uid, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    *ret_put = LEDGER_PUT_NEW;
    if (code == SQLITE_ROW) {
        bool this_run = sqlite3_column_int64(bound, 2) == ledger->run;
        if (this_run) {
            *ret_put = LEDGER_PUT_DUPLICATE;
        } else if (has_text((enum ledger_state)sqlite3_column_int(bound, 1))) {
            *ret_put = LEDGER_PUT_REPLACED;
        }
    }
    sqlite3_reset(bound);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return ledger_problem(ledger, "read a document's row", err);
    }
    if (*ret_put == LEDGER_PUT_DUPLICATE) {
        return ERR_OK;
    }
    bound = ledger_prepare(ledger, LEDGER_SQL_PUT_DOCUMENT, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, document->uid, -1, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 2, document->file);
    sqlite3_bind_text(bound, 3, document->record, -1, SQLITE_STATIC);
    sqlite3_bind_int(bound, 4, (int)document->state);
    sqlite3_bind_text(bound, 5, document->reason, -1, SQLITE_STATIC);
    sqlite3_bind_blob(bound, 6, document->digest, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 7, (int64_t)document->bytes);
    sqlite3_bind_int64(bound, 8, (int64_t)document->cut);
    sqlite3_bind_int64(bound, 9, ledger->run);
    return ledger_step(ledger, bound, "write a document's row", err);
}

enum err_code ledger_keep_document(struct ledger *ledger, const char *uid, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_KEEP_DOCUMENT, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, uid, -1, SQLITE_STATIC);
    sqlite3_bind_int64(bound, 2, ledger->run);
    return ledger_step(ledger, bound, "keep a document", err);
}

enum err_code ledger_doubt_document(struct ledger *ledger, const char *uid, enum ledger_state state, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_DOUBT_DOCUMENT, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, uid, -1, SQLITE_STATIC);
    sqlite3_bind_int(bound, 2, (int)state);
    return ledger_step(ledger, bound, "write a document's row", err);
}

enum err_code ledger_get_digest(struct ledger *ledger, const char *uid, uint8_t ret_digest[DIGEST_SIZE], struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_GET_DOCUMENT, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_text(bound, 1, uid, -1, SQLITE_STATIC);
    int code = sqlite3_step(bound);
    bool found = code == SQLITE_ROW && sqlite3_column_bytes(bound, 0) == DIGEST_SIZE;
    if (found) {
        memcpy(ret_digest, sqlite3_column_blob(bound, 0), DIGEST_SIZE);
    }
    sqlite3_reset(bound);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return ledger_problem(ledger, "read a document's row", err);
    }
    return found ? ERR_OK : err_set(err, ERR_NOT_FOUND, "the ledger does not know document %s", uid);
}

/* Tells the callback of every document with text that a query of (key, run) gives. */
static enum err_code tell_gone(struct ledger *ledger, enum ledger_statement which, int64_t key, ledger_gone *gone,
                               void *context, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, which, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, key);
    sqlite3_bind_int64(bound, 2, ledger->run);
    int code;
    enum err_code result = ERR_OK;
    while (result == ERR_OK && (code = sqlite3_step(bound)) == SQLITE_ROW) {
        if (has_text((enum ledger_state)sqlite3_column_int(bound, 1))) {
            result = gone(context, (const char *)sqlite3_column_text(bound, 0), err);
        }
    }
    if (result == ERR_OK && code != SQLITE_DONE) {
        result = ledger_problem(ledger, "list what is gone", err);
    }
    sqlite3_reset(bound);
    return result;
}

static enum err_code delete_unseen(struct ledger *ledger, enum ledger_statement which, int64_t key, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, which, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, key);
    sqlite3_bind_int64(bound, 2, ledger->run);
    return ledger_step(ledger, bound, "remove what is gone", err);
}

enum err_code ledger_drop_unseen_documents(struct ledger *ledger, int64_t file, ledger_gone *gone, void *context,
                                           struct err *err)
{
    enum err_code code = tell_gone(ledger, LEDGER_SQL_UNSEEN_DOCUMENTS, file, gone, context, err);
    return code == ERR_OK ? delete_unseen(ledger, LEDGER_SQL_DROP_UNSEEN_DOCUMENTS, file, err) : code;
}

enum err_code ledger_drop_unseen_files(struct ledger *ledger, int64_t source, ledger_gone *gone, void *context,
                                       uint64_t *ret_files, struct err *err)
{
    enum err_code code = tell_gone(ledger, LEDGER_SQL_UNSEEN_FILE_DOCUMENTS, source, gone, context, err);
    if (code == ERR_OK) {
        code = delete_unseen(ledger, LEDGER_SQL_DROP_UNSEEN_FILE_DOCUMENTS, source, err);
    }
    if (code == ERR_OK) {
        code = delete_unseen(ledger, LEDGER_SQL_DROP_UNSEEN_FILES, source, err);
    }
    if (code == ERR_OK) {
        *ret_files = (uint64_t)sqlite3_changes64(ledger->db);
    }
    return code;
}

enum err_code ledger_count_unseen_files(struct ledger *ledger, int64_t source, uint64_t *ret_files, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_COUNT_UNSEEN_FILES, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int64(bound, 1, source);
    sqlite3_bind_int64(bound, 2, ledger->run);
    int code = sqlite3_step(bound);
    *ret_files = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(bound, 0) : 0;
    sqlite3_reset(bound);
    return code == SQLITE_ROW ? ERR_OK : ledger_problem(ledger, "count files", err);
}

enum err_code ledger_count_records(struct ledger *ledger, int64_t file, uint64_t ret_counts[LEDGER_STATES], struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_COUNT_RECORDS, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    memset(ret_counts, 0, LEDGER_STATES * sizeof *ret_counts);
    sqlite3_bind_int64(bound, 1, file);
    int code;
    while ((code = sqlite3_step(bound)) == SQLITE_ROW) {
        int state = sqlite3_column_int(bound, 0);
        if (state >= 0 && state < LEDGER_STATES) {
            ret_counts[state] = (uint64_t)sqlite3_column_int64(bound, 1);
        }
    }
    sqlite3_reset(bound);
    return code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, "count records", err);
}

enum err_code ledger_each_unchanged_capture(struct ledger *ledger, ledger_take_record *take, void *context, struct err *err)
{
    sqlite3_stmt *bound = ledger_prepare(ledger, LEDGER_SQL_UNCHANGED_CAPTURES, err);
    if (bound == NULL) {
        return ERR_IO;
    }
    sqlite3_bind_int(bound, 1, (int)LEDGER_SKIPPED);
    sqlite3_bind_text(bound, 2, EXTRACT_REVISIT, -1, SQLITE_STATIC);
    sqlite3_bind_text(bound, 3, EXTRACT_REPEATED, -1, SQLITE_STATIC);
    enum err_code code = ERR_OK;
    int step;
    while ((step = sqlite3_step(bound)) == SQLITE_ROW && code == ERR_OK) {
        const char *record = (const char *)sqlite3_column_text(bound, 0);
        code = record != NULL ? take(context, record, err) : err_nomem(err, "a list of captures");
    }
    sqlite3_reset(bound);
    return code != ERR_OK || step == SQLITE_DONE || step == SQLITE_ROW ? code : ledger_problem(ledger, "read captures", err);
}
