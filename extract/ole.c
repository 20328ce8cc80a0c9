/* ole.c - Word and Excel files of before 2007: converted by a program of the system (convert.h), and what it gives is taken apart
 * here.  Properties are read by ourselves.
 *
 * Newer files with a password look the same from outside: they are only told apart.
 */
#include "extract/ole.h"

#include <string.h>

#include "base/digest.h"
#include "extract/convert.h"
#include "extract/internal.h"
#include "text/unicode.h"

bool ole_is(const char *bytes, size_t len)
{
    struct cfb cfb;
    return cfb_open(&cfb, bytes, len);
}

enum err_code ole_give(const struct cfb *cfb, struct flow *flow, bool prose, struct extract_record *record,
                       const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(meta_done) struct meta meta;
    meta_init(&meta);
    enum err_code code = ole_read_properties(cfb, &meta, err);
    if (code == ERR_OK) {
        code = meta_store(&meta, record, input->caps, err);
    }
    if (code == ERR_OK) {
        code = flow_take(flow, record, input->caps, err);
    }
    if (code == ERR_OK && meta_title_is_empty(record->title)) {
        record->title[0] = '\0'; /* "Blad1" */
    }
    if (code == ERR_OK && prose && *record->title == '\0') {
        code = txt_find_title(record, input, err);
    }
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record->digest, digest.bytes, sizeof record->digest);
    return code == ERR_OK ? sink(context, record, err) : code;
}

/* ---- What was converted ------------------------------------------------------------------------ */

/* A paragraph is a line; cells of a table are divided by tabs. */
static void add_line(struct flow *flow, const char *line, size_t len, enum flow_gap gap)
{
    for (size_t at = 0; at <= len; ) {
        const char *tab = at < len ? memchr(line + at, '\t', len - at) : NULL;
        size_t end = tab != NULL ? (size_t)(tab - line) : len;
        flow_text(flow, line + at, end - at, false);
        if (tab != NULL) {
            flow_break(flow, FLOW_TAB);
        }
        at = end + 1;
    }
    flow_break(flow, gap);
}

/* A page for the sheet, with its name as heading; moves *name to the next one.  NULL: names are not known. */
static void begin_sheet(struct flow *flow, const char **name)
{
    flow_page(flow);
    if (*name != NULL) {
        flow_heading_begin(flow);
        flow_text(flow, *name, strlen(*name), false);
        flow_heading_end(flow);
        *name += strlen(*name) + 1;
    }
}

/* Lines of text; a form feed ends a sheet, and in Word is a page that the author broke, which says nothing of the others. */
static void add_text(struct flow *flow, enum convert_kind kind, const char *text, size_t len, const char *name)
{
    bool sheets = kind == CONVERT_EXCEL, fresh = sheets;
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && text[end] != '\n' && text[end] != '\f') {
            end++;
        }
        if (fresh && end > at) {
            begin_sheet(flow, &name);
            fresh = false;
        }
        if (end > at) {
            add_line(flow, text + at, end - at, sheets ? FLOW_LINE : FLOW_PARAGRAPH);
        }
        fresh = fresh || (sheets && end < len && text[end] == '\f');
        at = end + 1;
    }
}

/* How many sheets add_text is going to begin. */
static size_t count_sheets(const char *text, size_t len)
{
    size_t count = 0;
    bool fresh = true;
    for (size_t i = 0; i < len; i++) {
        count += fresh && text[i] != '\f' && text[i] != '\n';
        fresh = text[i] == '\f' || (fresh && text[i] == '\n');
    }
    return count;
}

/* The names of the sheets of the text, into `names`; *ret_names is NULL when they do not fit: the converter left one out, or
 * the text is cut off. */
static enum err_code name_sheets(const struct cfb *cfb, const struct buf *raw, struct buf *names, const char **ret_names,
                                 struct err *err)
{
    size_t count = 0;
    enum err_code code = xls_sheet_names(cfb, names, &count, err);
    if (code == ERR_NOMEM) {
        return code;
    }
    *ret_names = code == ERR_OK && count > 0 && count == count_sheets(raw->data, raw->len) ? names->data : NULL;
    return ERR_OK;
}

/* Converters take what they do not understand for text. */
static enum err_code check_text(const struct buf *raw, struct err *err)
{
    AUTO_BUF struct buf clean;
    size_t look = raw->len < 65536 ? raw->len : 65536;
    struct text_repairs repairs = { 0, 0 };
    buf_init(&clean, 3 * look + 64);
    enum err_code code = look > 0 ? text_clean(raw->data, look, &clean, &repairs, err) : ERR_OK;
    size_t odd = repairs.controls + repairs.bad_bytes;
    return code == ERR_OK && odd > 8 && odd > look / 20
        ? err_set(err, ERR_INVALID, "the document is damaged: its converter gives bytes that are no text") : code;
}

static enum err_code give_converted(const struct cfb *cfb, enum convert_kind kind, const struct buf *raw, bool cut,
                                    const char *media, const struct extract_input *input, extract_sink *sink, void *context,
                                    struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    struct flow flow;
    enum err_code code = record_init(&record, media, err);
    flow_init(&flow, flow_ceiling(input->caps), input->caps->record_bytes);
    AUTO_BUF struct buf names;
    const char *name = NULL;
    buf_init(&names, XLS_SHEETS_MAX * 1024);
    if (code == ERR_OK && kind == CONVERT_EXCEL) {
        code = name_sheets(cfb, raw, &names, &name, err);
    }
    if (code == ERR_OK) {
        add_text(&flow, kind, raw->data, raw->len, name);
        static const char note[] = "the converter was stopped at the limit of text";
        code = cut ? field_set(&record.note, note, strlen(note), input->caps->title_bytes, err) : ERR_OK;
        record.cut += cut; /* how much more there is is not known */
    }
    if (code == ERR_OK) {
        code = ole_give(cfb, &flow, kind == CONVERT_WORD, &record, input, sink, context, err);
    }
    flow_done(&flow);
    return code;
}

/* There is no converter: the record says what is lacking, so that it is read again when that is there. */
static enum err_code give_lack(enum convert_kind kind, const char *what, const char *why, const char *media,
                               const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    AUTO_BUF struct buf reason;
    buf_init(&reason, input->caps->title_bytes + 512);
    buf_printf(&reason, "%s: %s", what, why);
    enum err_code code = record_init(&record, media, err);
    if (code == ERR_OK) {
        code = buf_check(&reason, "a reason", err);
    }
    if (code == ERR_OK) {
        code = field_set(&record.problem, reason.data, reason.len, input->caps->title_bytes, err);
    }
    record.lacks = (uint8_t)convert_need(kind);
    return code == ERR_OK ? sink(context, &record, err) : code;
}

static enum err_code ask(const struct extract_input *input, enum convert_kind kind, struct buf *raw, bool *ret_cut, struct err *err)
{
    if (input->len > convert_bytes_max(input->caps)) {
        return err_set(err, ERR_INVALID, "the document is larger than the limit of %llu bytes for conversion",
                       (unsigned long long)convert_bytes_max(input->caps));
    }
    return input->asker == NULL ? err_set(err, ERR_NOT_FOUND, "nobody converts it here")
                                : input->asker->ask(input->asker->context, kind, input->bytes, input->len, raw, ret_cut, err);
}

enum err_code ole_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    static const struct {
        const char *stream;
        enum convert_kind kind;
        const char *media, *what;
    } kinds[] = {
        { "WordDocument", CONVERT_WORD, "application/msword", "a document of Word before 2007" },
        { "Workbook", CONVERT_EXCEL, "application/vnd.ms-excel", "a workbook of Excel before 2007" },
        { "Book", CONVERT_EXCEL, "application/vnd.ms-excel", "a workbook of Excel before 1997" },
    };
    struct cfb cfb;
    bool open = cfb_open(&cfb, input->bytes, input->len);
    if (open && cfb_has(&cfb, "EncryptedPackage")) {
        return err_set(err, ERR_INVALID, "the document is encrypted");
    }
    if (open && cfb_has(&cfb, "PowerPoint Document")) {
        return ppt_run(input, sink, context, err);
    }
    size_t i = 0;
    while (open && i < sizeof kinds / sizeof *kinds && !cfb_has(&cfb, kinds[i].stream)) {
        i++;
    }
    if (!open || i == sizeof kinds / sizeof *kinds) {
        return err_set(err, ERR_INVALID, "an office file of before 2007 that is damaged or of a kind that is not known");
    }
    AUTO_BUF struct buf raw;
    struct err why = ERR_INIT;
    bool cut = false;
    buf_init(&raw, (size_t)input->caps->record_bytes);
    enum err_code code = ask(input, kinds[i].kind, &raw, &cut, &why);
    if (code == ERR_NOT_FOUND) {
        return give_lack(kinds[i].kind, kinds[i].what, why.text, kinds[i].media, input, sink, context, err);
    }
    code = code == ERR_OK ? check_text(&raw, &why) : code;
    return code != ERR_OK ? err_set(err, code, "%s: %s", kinds[i].what, why.text)
                          : give_converted(&cfb, kinds[i].kind, &raw, cut, kinds[i].media, input, sink, context, err);
}
