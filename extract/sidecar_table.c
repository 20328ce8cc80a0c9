/* sidecar_table.c - a CSV file with metadata, a row for each document.
 *
 * RFC 4180 with what programs make of it: commas, semicolons or tabs, whichever the line of headers has most of; line ends of any
 * kind; any encoding that charset.h tells apart.  Headers are Dutch or English words; those that are not known are passed over.
 */
#include "extract/sidecar.h"

#include <string.h>
#include <strings.h>

#include "extract/internal.h"
#include "extract/meta.h"
#include "text/charset.h"
#include "text/unicode.h"

#define COLUMNS_MAX 200
#define HEADER_MAX 64
#define WORDS_MAX 1000

enum { COLUMN_FILE = META_SLOTS, COLUMN_PERIOD, COLUMN_RESTRICTION, COLUMN_ACCESS };

static const struct {
    const char *header; /* folded; blanks, hyphens and underscores are none */
    int column;
} headers[] = {
    { "bestand", COLUMN_FILE },         { "bestandsnaam", COLUMN_FILE },     { "file", COLUMN_FILE },
    { "filename", COLUMN_FILE },        { "pad", COLUMN_FILE },              { "path", COLUMN_FILE },
    { "bestandspad", COLUMN_FILE },     { "titel", META_TITLE },             { "title", META_TITLE },
    { "auteur", META_AUTHOR },          { "auteurs", META_AUTHOR },          { "author", META_AUTHOR },
    { "authors", META_AUTHOR },         { "opsteller", META_AUTHOR },        { "creator", META_AUTHOR },
    { "datum", META_DATE },             { "date", META_DATE },               { "creatiedatum", META_DATE },
    { "publicatiedatum", META_DATE },   { "documentdatum", META_DATE },      { "gewijzigd", META_MODIFIED },
    { "modified", META_MODIFIED },      { "soort", META_KIND },              { "type", META_KIND },
    { "kind", META_KIND },              { "documentsoort", META_KIND },      { "documenttype", META_KIND },
    { "taal", META_LANGUAGE },          { "language", META_LANGUAGE },       { "programma", META_PROGRAMME },
    { "programme", META_PROGRAMME },    { "program", META_PROGRAMME },       { "dossier", META_PROGRAMME },
    { "organisatie", META_ORGANISATION }, { "organisation", META_ORGANISATION }, { "organization", META_ORGANISATION },
    { "archiefvormer", META_ORGANISATION }, { "publisher", META_ORGANISATION }, { "uitgever", META_ORGANISATION },
    { "url", META_URL },                { "bronurl", META_URL },             { "webadres", META_URL },
    { "sourceurl", META_URL },          { "weblocatie", META_URL },          { "omschrijving", META_DESCRIPTION },
    { "beschrijving", META_DESCRIPTION }, { "description", META_DESCRIPTION }, { "trefwoorden", META_KEYWORDS },
    { "trefwoord", META_KEYWORDS },     { "keywords", META_KEYWORDS },       { "onderwerp", META_KEYWORDS },
    { "subject", META_KEYWORDS },       { "begindatum", META_PERIOD_FROM },  { "startdatum", META_PERIOD_FROM },
    { "periodestart", META_PERIOD_FROM }, { "periodevan", META_PERIOD_FROM }, { "einddatum", META_PERIOD_TO },
    { "enddate", META_PERIOD_TO },      { "periodeend", META_PERIOD_TO },    { "periodetot", META_PERIOD_TO },
    { "startdate", META_PERIOD_FROM },  { "periodend", META_PERIOD_TO },     { "periodstart", META_PERIOD_FROM },
    { "periode", COLUMN_PERIOD },       { "period", COLUMN_PERIOD },         { "looptijd", COLUMN_PERIOD },
    { "openbaarheid", COLUMN_ACCESS }, { "beperking", COLUMN_RESTRICTION }, { "beperkinggebruik", COLUMN_RESTRICTION },
    { "restricted", COLUMN_RESTRICTION }, { "restriction", COLUMN_RESTRICTION }, { "accessrights", COLUMN_ACCESS },
};

struct table {
    const char *at, *end;
    char separator;
    struct buf cell;
    int columns[COLUMNS_MAX];
    int file_column;
    int restriction_column; /* the last of them, or -1 */
    const char *damage; /* why nothing of it can be relied on, NULL: there is no reason */
};

/* What stands between quotes, table->at behind the first of them.  When the end is missing, the rows behind it are in this cell. */
static void quoted_cell(struct table *table)
{
    bool closed = false;
    while (!closed && table->at < table->end) {
        const char *quote = memchr(table->at, '"', (size_t)(table->end - table->at));
        size_t len = (size_t)((quote != NULL ? quote : table->end) - table->at);
        buf_add(&table->cell, table->at, len);
        table->at += len + (quote != NULL);
        closed = quote != NULL && (table->at >= table->end || *table->at != '"');
        if (quote != NULL && !closed) {
            buf_add_char(&table->cell, '"');
            table->at++;
        }
    }
    bool at_end = table->at >= table->end || *table->at == table->separator || strchr(" \t\r\n", *table->at) != NULL;
    if (!closed) {
        table->damage = "a quotation mark is not closed";
    } else if (!at_end && memchr(table->cell.data, '\n', table->cell.len) != NULL) {
        table->damage = "quotation marks do not match: rows are lost in a cell";
    }
}

/* The next cell, without quotes, into table->cell; false at the end of the row, which is then behind it. */
static bool next_cell(struct table *table, bool *first)
{
    buf_clear(&table->cell);
    if (!*first) {
        if (table->at >= table->end || *table->at != table->separator) {
            table->at += table->at < table->end && *table->at == '\r';
            table->at += table->at < table->end && *table->at == '\n';
            return false;
        }
        table->at++;
    }
    *first = false;
    if (table->at < table->end && *table->at == '"') {
        table->at++;
        quoted_cell(table);
    }
    const char *start = table->at;
    while (table->at < table->end && *table->at != table->separator && *table->at != '\n' && *table->at != '\r') {
        table->at++;
    }
    buf_add(&table->cell, start, (size_t)(table->at - start));
    return true;
}

/* What programs write before the headers: lines without words, and sep=; for Excel. */
static void skip_preamble(struct table *table)
{
    while (table->at < table->end) {
        size_t len = strcspn(table->at, "\r\n"), blank = strspn(table->at, " \t;,\"");
        bool sep = len >= 5 && strncasecmp(table->at, "sep=", 4) == 0 && blank < len;
        sep = sep && strchr(";,\t", table->at[4]) != NULL && strspn(table->at + 5, " \t;,") >= len - 5;
        if (!sep && blank < len) {
            return;
        }
        table->separator = sep ? table->at[4] : table->separator;
        table->at += len + strspn(table->at + len, "\r\n");
    }
}

static void find_separator(struct table *table)
{
    if (table->separator != '\0') {
        return;
    }
    size_t counts[3] = { 0 };
    static const char separators[] = ";,\t";
    bool quoted = false;
    for (const char *c = table->at; c < table->end && (quoted || (*c != '\n' && *c != '\r')); c++) {
        quoted = quoted != (*c == '"');
        for (size_t i = 0; i < 3 && !quoted; i++) {
            counts[i] += *c == separators[i];
        }
    }
    table->separator = counts[0] >= counts[1] && counts[0] >= counts[2] ? ';' : counts[1] >= counts[2] ? ',' : '\t';
}

static int column_of(const struct buf *cell)
{
    char folded[HEADER_MAX], bare[HEADER_MAX];
    size_t len = cell->len < HEADER_MAX ? text_fold(cell->data, cell->len, folded, sizeof folded - 1) : 0, used = 0;
    for (size_t i = 0; i < len; i++) {
        if (strchr(" \t_-.:", folded[i]) == NULL) {
            bare[used++] = folded[i];
        }
    }
    bare[used] = '\0';
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        if (strcmp(headers[i].header, bare) == 0) {
            return headers[i].column;
        }
    }
    return META_NONE;
}

static bool read_headers(struct table *table)
{
    bool first = true;
    table->file_column = table->restriction_column = -1;
    for (int i = 0; next_cell(table, &first); i++) {
        if (i < COLUMNS_MAX) {
            table->columns[i] = table->cell.len > 0 ? column_of(&table->cell) : META_NONE;
            if (table->columns[i] == COLUMN_FILE && table->file_column < 0) {
                table->file_column = i;
            }
            if (table->columns[i] == COLUMN_RESTRICTION || table->columns[i] == COLUMN_ACCESS) {
                table->restriction_column = i;
            }
        }
    }
    return table->file_column >= 0;
}

/* Whether a cell names the document; programs write "./x" and backslashes. */
static bool is_name(const struct buf *cell, const char *name)
{
    const char *text = cell->data != NULL ? cell->data : "";
    size_t len = cell->len;
    while (len > 0 && (*text == ' ' || *text == '/' || *text == '\\')) {
        text++;
        len--;
    }
    if (len > 2 && text[0] == '.' && (text[1] == '/' || text[1] == '\\')) {
        text += 2;
        len -= 2;
    }
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    if (len == 0 || len != strlen(name)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] != name[i] && !(text[i] == '\\' && name[i] == '/')) {
            return false;
        }
    }
    return true;
}

static void take_cell(const struct table *table, int column, struct meta *meta, struct buf *restriction)
{
    const char *value = table->cell.data != NULL ? table->cell.data : "";
    if (column == COLUMN_PERIOD) {
        meta_add_period(meta, value, table->cell.len);
    } else if (column == COLUMN_RESTRICTION || column == COLUMN_ACCESS) {
        bool out = sidecar_restricts(value, column == COLUMN_ACCESS ? SIDECAR_IS_OPEN : SIDECAR_IS_RESTRICTED, "");
        if (out && restriction->len < WORDS_MAX) { /* more could not be shown */
            buf_add_str(restriction, restriction->len > 0 ? "; " : "");
            buf_add(restriction, value, utf8_floor(value, table->cell.len, WORDS_MAX));
        }
    } else if (column < META_SLOTS) {
        meta_add(meta, (enum meta_slot)column, value, table->cell.len);
    }
}

/* Reads the row at table->at; true when it is the document's.  A file that ends before the row says whether it restricts, without
 * the end of a line, is only a part of one: it may be being written. */
static bool is_row(struct table *table, const char *name)
{
    bool first = true, found = false, any = false;
    int i = 0;
    for (; next_cell(table, &first); i++) {
        found = found || (i == table->file_column && is_name(&table->cell, name));
        any = any || table->cell.len > 0;
    }
    if (any && table->at == table->end && strchr("\r\n", table->end[-1]) == NULL && i <= table->restriction_column) {
        table->damage = "it ends in the middle of a row";
    }
    return found;
}

static void read_row(struct table *table, struct meta *meta, struct buf *restriction)
{
    bool first = true;
    for (int i = 0; next_cell(table, &first); i++) {
        if (i < COLUMNS_MAX) {
            take_cell(table, table->columns[i], meta, restriction);
        }
    }
}

static enum err_code read_table(struct table *table, const char *name, const struct extract_caps *caps,
                                struct extract_record *record, bool *ret_found, struct err *err)
{
    AUTO_BUF struct buf restriction;
    CLEANUP(meta_done) struct meta meta, rest;
    meta_init(&meta);
    meta_init(&rest);
    buf_init(&restriction, 65536);
    skip_preamble(table);
    find_separator(table);
    if (table->at >= table->end || !read_headers(table)) {
        return err_set(err, ERR_INVALID, "%s",
                       table->damage != NULL ? table->damage : "it has no column with names of files");
    }
    bool any = false;
    while (table->at < table->end) {
        const char *row = table->at;
        if (is_row(table, name)) {
            table->at = row;
            read_row(table, any ? &rest : &meta, &restriction);
            any = true;
        }
    }
    if (table->damage != NULL) {
        return err_set(err, ERR_INVALID, "%s", table->damage);
    }
    *ret_found = any;
    enum err_code code = any ? meta_store(&meta, record, caps, err) : ERR_OK;
    return code == ERR_OK && restriction.len > 0
             ? field_set(&record->restriction, restriction.data, restriction.len, caps->title_bytes, err) : code;
}

enum err_code sidecar_read_table(const char *bytes, size_t len, const char *name, const struct extract_caps *caps,
                                 struct extract_record *record, bool *ret_found, struct err *err)
{
    char encoding[CHARSET_NAME_MAX];
    AUTO_BUF struct buf decoded, text;
    buf_init(&decoded, 4 * len + 64);
    buf_init(&text, 12 * len + 256);
    *ret_found = false;
    enum err_code code = charset_to_utf8(bytes, len, NULL, &decoded, encoding, err);
    if (code == ERR_OK && decoded.len > 0 && memchr(decoded.data, '\0', decoded.len) != NULL) {
        return err_set(err, ERR_INVALID, "it is damaged: there are NUL bytes in it");
    }
    if (code == ERR_OK && decoded.len > 0) {
        code = text_clean(decoded.data, decoded.len, &text, NULL, err);
    }
    if (code != ERR_OK || text.len == 0) {
        return code == ERR_OK ? err_set(err, ERR_INVALID, "it is empty") : code;
    }
    struct table table = { .at = text.data, .end = text.data + text.len };
    buf_init(&table.cell, text.len + 16);
    code = read_table(&table, name, caps, record, ret_found, err);
    buf_done(&table.cell);
    return code;
}
