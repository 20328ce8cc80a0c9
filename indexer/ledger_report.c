/* ledger_report.c - what --status and the end of a run tell from the ledger. */
#include "indexer/ledger_db.h"

#include <string.h>

#define REASONS_MAX 20

/* Runs a query and calls `each` for its rows. */
static enum err_code for_rows(struct ledger *ledger, const char *sql, int64_t first, int64_t second,
                              void (*each)(void *context, sqlite3_stmt *row), void *context, struct err *err)
{
    sqlite3_stmt *bound;
    if (sqlite3_prepare_v2(ledger->db, sql, -1, &bound, NULL) != SQLITE_OK) {
        return ledger_problem(ledger, "prepare a report", err);
    }
    int wanted = sqlite3_bind_parameter_count(bound);
    if (wanted >= 1) {
        sqlite3_bind_int64(bound, 1, first);
    }
    if (wanted >= 2) {
        sqlite3_bind_int64(bound, 2, second);
    }
    int code;
    while ((code = sqlite3_step(bound)) == SQLITE_ROW) {
        each(context, bound);
    }
    enum err_code result = code == SQLITE_DONE ? ERR_OK : ledger_problem(ledger, "read a report", err);
    sqlite3_finalize(bound);
    return result;
}

static const char *column(sqlite3_stmt *row, int index)
{
    const char *text = (const char *)sqlite3_column_text(row, index);
    return text != NULL ? text : "";
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void json_count(void *context, sqlite3_stmt *row)
{
    struct json_writer *json = context;
    jw_key_int(json, ledger_state_name((enum ledger_state)sqlite3_column_int(row, 0)), sqlite3_column_int64(row, 1));
}

/* Hundredths of a percent. */
static int64_t share_of(int64_t count, int64_t total)
{
    return total > 0 ? (count * 10000 + total / 2) / total : 0;
}

/* A list of reasons: how many files (or records) the ones shown account for, so that the rest can be told. */
struct reasons {
    struct json_writer *json; /* or */
    struct buf *out;
    const char *unit;
    int64_t total;  /* files, or records, in all */
    int64_t shown;  /* of them with a reason that was shown */
};

static void json_reason(void *context, sqlite3_stmt *row)
{
    struct reasons *reasons = context;
    struct json_writer *json = reasons->json;
    int64_t count = sqlite3_column_int64(row, 2);
    reasons->shown += count;
    jw_begin_object(json);
    jw_key_str(json, "state", ledger_state_name((enum ledger_state)sqlite3_column_int(row, 0)));
    jw_key_str(json, "reason", column(row, 1));
    jw_key_int(json, reasons->unit, count);
    jw_key(json, "percent");
    jw_real(json, (double)share_of(count, reasons->total) / 100);
    jw_end_object(json);
}

#define SQL_SOURCES "SELECT id, name, root, (SELECT count(*) FROM file WHERE source = source.id) FROM source ORDER BY name"
#define SQL_FILE_STATES "SELECT state, count(*) FROM file WHERE source = ?1 GROUP BY state ORDER BY state"
#define SQL_DOCUMENT_STATES \
    "SELECT document.state, count(*) FROM document JOIN file ON document.file = file.id WHERE source = ?1 " \
    "GROUP BY document.state ORDER BY document.state"
#define SQL_RECURRING \
    "SELECT count(*), coalesce(sum(document.recurring), 0), coalesce(sum(document.bytes), 0) FROM document " \
    "JOIN file ON document.file = file.id WHERE source = ?1 AND document.recurring > 0"
#define SQL_REASONS \
    "SELECT state, reason, count(*) FROM file WHERE source = ?1 AND reason <> '' GROUP BY state, reason " \
    "ORDER BY count(*) DESC, reason LIMIT ?2"
#define SQL_WITH_REASON "SELECT count(*) FROM file WHERE source = ?1 AND reason <> ''"
/* Members of containers, lines of files of records, and what a container says itself; a record that is all of its file is told as
 * a file. */
#define MEMBER "(record <> '' OR EXISTS (SELECT 1 FROM document AS other WHERE other.file = document.file AND other.record <> ''))"
#define SQL_RECORD_REASONS \
    "SELECT document.state, document.reason, count(*) FROM document JOIN file ON document.file = file.id " \
    "WHERE source = ?1 AND " MEMBER " AND document.reason <> '' GROUP BY document.state, document.reason " \
    "ORDER BY count(*) DESC, document.reason LIMIT ?2"
#define SQL_RECORDS_WITH_REASON \
    "SELECT count(*) FROM document JOIN file ON document.file = file.id WHERE source = ?1 AND " MEMBER " " \
    "AND document.reason <> ''"
#define SQL_RECORDS "SELECT count(*) FROM document JOIN file ON document.file = file.id WHERE source = ?1 AND " MEMBER

static void json_recurring(void *context, sqlite3_stmt *row)
{
    struct json_writer *json = context;
    jw_key_int(json, "documents", sqlite3_column_int64(row, 0));
    jw_key_int(json, "bytes", sqlite3_column_int64(row, 1));
}

static void text_reason(void *context, sqlite3_stmt *row)
{
    struct reasons *reasons = context;
    int64_t count = sqlite3_column_int64(row, 2);
    reasons->shown += count;
    buf_printf(reasons->out, "    %-10s %9lld  %5.1f%%  %s\n",
               ledger_state_name((enum ledger_state)sqlite3_column_int(row, 0)), (long long)count,
               (double)share_of(count, reasons->total) / 100, column(row, 1));
}

struct report {
    struct ledger *ledger;
    struct json_writer *json;
    struct buf *out;
    struct err *err;
    enum err_code code;
};

static void take_number(void *context, sqlite3_stmt *row)
{
    *(int64_t *)context = sqlite3_column_int64(row, 0);
}

/* The reasons by number, the most frequent ones; *ret_more is how many have another. */
static enum err_code list_reasons(struct report *report, int64_t source, bool records, struct reasons *reasons,
                                  int64_t *ret_more)
{
    int64_t with = 0;
    enum err_code code = for_rows(report->ledger, records ? SQL_RECORDS_WITH_REASON : SQL_WITH_REASON, source, 0, take_number,
                                  &with, report->err);
    if (code == ERR_OK && records) {
        code = for_rows(report->ledger, SQL_RECORDS, source, 0, take_number, &reasons->total, report->err);
    }
    if (code == ERR_OK) {
        code = for_rows(report->ledger, records ? SQL_RECORD_REASONS : SQL_REASONS, source, REASONS_MAX,
                        reasons->json != NULL ? json_reason : text_reason, reasons, report->err);
    }
    *ret_more = with - reasons->shown;
    return code;
}

static void json_reasons(struct report *report, int64_t source, int64_t files, bool records)
{
    struct reasons reasons = { .json = report->json, .unit = records ? "records" : "files", .total = files };
    int64_t more = 0;
    jw_key(report->json, records ? "record_reasons" : "reasons");
    jw_begin_array(report->json);
    if (report->code == ERR_OK) {
        report->code = list_reasons(report, source, records, &reasons, &more);
    }
    jw_end_array(report->json);
    jw_key_int(report->json, records ? "records_with_other_reasons" : "files_with_other_reasons", more);
}

static void json_source(void *context, sqlite3_stmt *row)
{
    struct report *report = context;
    struct json_writer *json = report->json;
    int64_t id = sqlite3_column_int64(row, 0);
    if (report->code != ERR_OK) {
        return;
    }
    jw_begin_object(json);
    jw_key_str(json, "name", column(row, 1));
    jw_key_str(json, "root", column(row, 2));
    jw_key_int(json, "files_found", sqlite3_column_int64(row, 3));
    jw_key(json, "files");
    jw_begin_object(json);
    report->code = for_rows(report->ledger, SQL_FILE_STATES, id, 0, json_count, json, report->err);
    jw_end_object(json);
    jw_key(json, "documents");
    jw_begin_object(json);
    if (report->code == ERR_OK) {
        report->code = for_rows(report->ledger, SQL_DOCUMENT_STATES, id, 0, json_count, json, report->err);
    }
    jw_end_object(json);
    jw_key(json, "boilerplate");
    jw_begin_object(json);
    if (report->code == ERR_OK) {
        report->code = for_rows(report->ledger, SQL_RECURRING, id, 0, json_recurring, json, report->err);
    }
    jw_end_object(json);
    json_reasons(report, id, sqlite3_column_int64(row, 3), false);
    json_reasons(report, id, 0, true);
    jw_end_object(json);
}

enum err_code ledger_write_status(struct ledger *ledger, struct json_writer *json, struct err *err)
{
    struct report report = { .ledger = ledger, .json = json, .err = err };
    jw_key(json, "sources");
    jw_begin_array(json);
    enum err_code code = for_rows(ledger, SQL_SOURCES, 0, 0, json_source, &report, err);
    jw_end_array(json);
    return code != ERR_OK ? code : report.code;
}

/* ---- Text --------------------------------------------------------------------------------- */

struct counts {
    struct buf *out;
    int64_t total;
};

static void text_count(void *context, sqlite3_stmt *row)
{
    struct counts *counts = context;
    int64_t count = sqlite3_column_int64(row, 1);
    buf_printf(counts->out, "    %-10s %9lld  %5.1f%%\n", ledger_state_name((enum ledger_state)sqlite3_column_int(row, 0)),
               (long long)count, counts->total > 0 ? 100.0 * (double)count / (double)counts->total : 0.0);
}

static void text_documents(void *context, sqlite3_stmt *row)
{
    struct buf *out = context;
    buf_printf(out, " %s %lld", ledger_state_name((enum ledger_state)sqlite3_column_int(row, 0)),
               (long long)sqlite3_column_int64(row, 1));
}

static void text_recurring(void *context, sqlite3_stmt *row)
{
    struct buf *out = context;
    int64_t bytes = sqlite3_column_int64(row, 1), all = sqlite3_column_int64(row, 2);
    buf_printf(out, " %lld bytes in %lld documents", (long long)bytes, (long long)sqlite3_column_int64(row, 0));
    if (all > 0) {
        buf_printf(out, ", %.1f%% of their text", 100.0 * (double)bytes / (double)all);
    }
}

static void text_reasons(struct report *report, int64_t source, int64_t files, bool records)
{
    struct reasons reasons = { .out = report->out, .total = files };
    int64_t more = 0;
    buf_add_str(report->out, records ? "  reasons of records:\n" : "  reasons:\n");
    if (report->code == ERR_OK) {
        report->code = list_reasons(report, source, records, &reasons, &more);
    }
    if (more > 0) {
        buf_printf(report->out, "    %-10s %9lld  %5.1f%%  other reasons\n", "", (long long)more,
                   (double)share_of(more, reasons.total) / 100);
    } else if (reasons.shown == 0) {
        buf_add_str(report->out, "    none\n");
    }
}

static void text_source(void *context, sqlite3_stmt *row)
{
    struct report *report = context;
    int64_t id = sqlite3_column_int64(row, 0);
    struct counts counts = { report->out, sqlite3_column_int64(row, 3) };
    if (report->code != ERR_OK) {
        return;
    }
    buf_printf(report->out, "source %s (%s)\n  files      %11lld\n", column(row, 1), column(row, 2), (long long)counts.total);
    report->code = for_rows(report->ledger, SQL_FILE_STATES, id, 0, text_count, &counts, report->err);
    buf_add_str(report->out, "  documents:");
    if (report->code == ERR_OK) {
        report->code = for_rows(report->ledger, SQL_DOCUMENT_STATES, id, 0, text_documents, report->out, report->err);
    }
    buf_add_str(report->out, "\n  boilerplate:");
    if (report->code == ERR_OK) {
        report->code = for_rows(report->ledger, SQL_RECURRING, id, 0, text_recurring, report->out, report->err);
    }
    buf_add_char(report->out, '\n');
    text_reasons(report, id, counts.total, false);
    int64_t records = 0;
    if (report->code == ERR_OK) {
        report->code = for_rows(report->ledger, SQL_RECORDS_WITH_REASON, id, 0, take_number, &records, report->err);
    }
    if (records > 0) {
        text_reasons(report, id, 0, true);
    }
}

enum err_code ledger_print_status(struct ledger *ledger, struct buf *out, struct err *err)
{
    struct report report = { .ledger = ledger, .out = out, .err = err };
    enum err_code code = for_rows(ledger, SQL_SOURCES, 0, 0, text_source, &report, err);
    return code != ERR_OK ? code : report.code;
}

/* ---- Failures ----------------------------------------------------------------------------- */

struct failures {
    struct buf *out;
    uint64_t count;
    uint32_t most;
};

static void text_failure(void *context, sqlite3_stmt *row)
{
    struct failures *failures = context;
    if (failures->count++ < failures->most) {
        const char *record = column(row, 1);
        buf_printf(failures->out, "%s%s%s: %s\n", column(row, 0), record[0] != '\0' ? " record " : "", record, column(row, 2));
    }
}

enum err_code ledger_print_failures(struct ledger *ledger, bool all, uint32_t most, struct buf *out, uint64_t *ret_count,
                                    struct err *err)
{
    static const char sql[] =
        "SELECT source.name || '/' || path, '', reason FROM file JOIN source ON file.source = source.id"
        " WHERE state = ?1 AND (?2 < 0 OR run = ?2)"
        " UNION ALL SELECT source.name || '/' || path, record, document.reason FROM document"
        " JOIN file ON document.file = file.id JOIN source ON file.source = source.id"
        " WHERE document.state = ?1 AND record <> '' AND (?2 < 0 OR document.run = ?2)";
    struct failures failures = { out, 0, most };
    enum err_code code = for_rows(ledger, sql, LEDGER_FAILED, all ? -1 : ledger->run, text_failure, &failures, err);
    if (code == ERR_OK) {
        *ret_count = failures.count;
    }
    return code;
}

/* ---- One file ----------------------------------------------------------------------------- */

struct places {
    struct ledger *ledger;
    const char *path;
    ledger_visit_place *visit;
    void *context;
    uint64_t count;
    struct err *err;
    enum err_code code;
};

/* The name of `path` in the source with this root: what is behind the root, or for a source of one file its last part.
 * NULL when it is not in it. */
static const char *name_in(const char *root, const char *path)
{
    size_t len = strlen(root);
    if (strncmp(root, path, len) != 0) {
        return NULL;
    }
    if (path[len] == '\0') {
        const char *slash = strrchr(path, '/');
        return slash != NULL ? slash + 1 : path;
    }
    return path[len] == '/' ? path + len + 1 : len > 0 && root[len - 1] == '/' ? path + len : NULL;
}

static void visit_place(void *context, sqlite3_stmt *row)
{
    struct places *places = context;
    const char *name = name_in(column(row, 2), places->path);
    if (places->code != ERR_OK || name == NULL) {
        return;
    }
    struct ledger_place place = { .source = column(row, 1), .path = name };
    enum err_code code = ledger_get_file(places->ledger, sqlite3_column_int64(row, 0), name, &place.file, places->err);
    if (code == ERR_OK) {
        code = ledger_count_records(places->ledger, place.file.id, place.documents, places->err);
        places->count++;
        if (code == ERR_OK) {
            places->visit(places->context, &place);
        }
    }
    places->code = code == ERR_NOT_FOUND ? ERR_OK : code;
}

enum err_code ledger_find_places(struct ledger *ledger, const char *path, ledger_visit_place *visit, void *context,
                                 uint64_t *ret_count, struct err *err)
{
    struct places places = { .ledger = ledger, .path = path, .visit = visit, .context = context, .err = err };
    enum err_code code = for_rows(ledger, "SELECT id, name, root FROM source ORDER BY name", 0, 0, visit_place, &places, err);
    *ret_count = places.count;
    return code != ERR_OK ? code : places.code;
}
