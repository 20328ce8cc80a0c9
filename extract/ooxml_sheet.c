/* ooxml_sheet.c - text of XLSX (ISO 29500-1, 18).
 *
 * Each sheet is a page with its name as heading, a row a line, cells separated by tabs.  Formulas give the value that was worked
 * out last.  Hidden sheets are left out, unless all are; hidden rows are not, because a filter hides them too.  Text boxes, charts
 * and comments come after the cells.
 */
#include "extract/ooxml.h"

#include <string.h>

#define VALUE_MAX 64

struct string {
    size_t start, len;
};

struct book {
    struct ooxml *package;
    const struct ooxml_rels *rels;
    bool out_of_memory;
    /* shared strings */
    struct buf text;
    struct string *strings;
    size_t string_count, string_capacity;
    /* formats of cells, by the number of their style; and the codes of the file's own number formats */
    enum ooxml_number *formats;
    size_t format_count, format_capacity;
    struct own_format {
        long id;
        enum ooxml_number number;
    } *own;
    size_t own_count, own_capacity;
    bool from_1904, in_cell_formats;
    /* sheets */
    struct sheet {
        char *name, *part;
        bool hidden;
    } *sheets;
    size_t sheet_count, sheet_capacity;
    /* reading a sheet or the strings */
    bool in_text;    /* an element whose text counts is open */
    enum { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOLEAN, CELL_ERROR } cell;
    size_t style;
    struct buf value;
};

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

/* ---- Shared strings -------------------------------------------------------------------------- */

static bool start_strings(void *context, const struct xml_element *element)
{
    struct book *book = context;
    if (is(element, "rPh")) { /* how to pronounce it */
        return false;
    }
    if (is(element, "si")) {
        if (mem_grow(&book->strings, &book->string_capacity, book->string_count, sizeof *book->strings) != 0) {
            book->out_of_memory = true;
            return false;
        }
        book->strings[book->string_count++] = (struct string){ book->text.len, 0 };
    }
    book->in_text = is(element, "t");
    return true;
}

static void end_strings(void *context, const char *name)
{
    struct book *book = context;
    (void)name;
    book->in_text = false;
}

static void text_strings(void *context, const char *text, size_t len)
{
    struct book *book = context;
    if (book->in_text && book->string_count > 0) {
        buf_add(&book->text, text, len);
        book->strings[book->string_count - 1].len = book->text.len - book->strings[book->string_count - 1].start;
    }
}

/* ---- Styles ---------------------------------------------------------------------------------- */

static enum ooxml_number number_of(const struct book *book, long id)
{
    for (size_t i = 0; i < book->own_count; i++) {
        if (book->own[i].id == id) {
            return book->own[i].number;
        }
    }
    return ooxml_number_of(id, NULL);
}

static void add_own_format(struct book *book, const struct xml_element *element)
{
    struct xml_value code = xml_attribute(element, "formatCode");
    char text[256];
    size_t len = code.len < sizeof text - 1 ? code.len : sizeof text - 1;
    if (book->own_count >= 1000 || code.text == NULL) {
        return;
    }
    if (mem_grow(&book->own, &book->own_capacity, book->own_count, sizeof *book->own) != 0) {
        book->out_of_memory = true;
        return;
    }
    memcpy(text, code.text, len);
    text[len] = '\0';
    long id = xml_value_number(xml_attribute(element, "numFmtId"), -1);
    book->own[book->own_count++] = (struct own_format){ id, ooxml_number_of(id, text) };
}

static bool start_styles(void *context, const struct xml_element *element)
{
    struct book *book = context;
    if (is(element, "numFmt")) {
        add_own_format(book, element);
    } else if (is(element, "cellXfs")) {
        book->in_cell_formats = true;
    } else if (is(element, "xf") && book->in_cell_formats) {
        if (mem_grow(&book->formats, &book->format_capacity, book->format_count, sizeof *book->formats) != 0) {
            book->out_of_memory = true;
            return false;
        }
        book->formats[book->format_count++] = number_of(book, xml_value_number(xml_attribute(element, "numFmtId"), 0));
    }
    return true;
}

static void end_styles(void *context, const char *name)
{
    struct book *book = context;
    book->in_cell_formats = book->in_cell_formats && strcmp(name, "cellXfs") != 0;
}

/* ---- A sheet --------------------------------------------------------------------------------- */

static void start_cell(struct book *book, const struct xml_element *element)
{
    struct xml_value type = xml_attribute(element, "t");
    book->cell = xml_value_is(type, "s") ? CELL_SHARED : xml_value_is(type, "b") ? CELL_BOOLEAN
               : xml_value_is(type, "e") ? CELL_ERROR
               : xml_value_is(type, "str") || xml_value_is(type, "inlineStr") || xml_value_is(type, "d") ? CELL_TEXT
                                                                                                       : CELL_NUMBER;
    book->style = (size_t)xml_value_number(xml_attribute(element, "s"), 0);
    buf_clear(&book->value);
    flow_cell_begin(&book->package->flow);
}

static void put_cell(struct book *book)
{
    struct flow *flow = &book->package->flow;
    const char *value = book->value.data != NULL ? book->value.data : "";
    size_t len = book->value.len;
    char number[VALUE_MAX];
    if (book->cell == CELL_SHARED) {
        long index = xml_value_number((struct xml_value){ value, len }, -1);
        if (index >= 0 && (size_t)index < book->string_count && book->text.data != NULL) {
            value = book->text.data + book->strings[index].start;
            len = book->strings[index].len;
        } else {
            len = 0;
        }
    } else if (book->cell == CELL_NUMBER && len > 0) {
        enum ooxml_number format = book->style < book->format_count ? book->formats[book->style] : OOXML_NUMBER_PLAIN;
        if (ooxml_number_write(value, format, book->from_1904, number, sizeof number)) {
            value = number;
            len = strlen(number);
        }
    } else if (book->cell == CELL_BOOLEAN) {
        value = strcmp(value, "1") == 0 ? "WAAR" : "ONWAAR";
        len = strlen(value);
    } else if (book->cell == CELL_ERROR) {
        len = 0;
    }
    for (size_t at = 0; at < len;) { /* lines in a cell */
        const char *newline = memchr(value + at, '\n', len - at);
        size_t step = newline != NULL ? (size_t)(newline - value) - at : len - at;
        flow_text(flow, value + at, step, false);
        flow_break(flow, FLOW_SPACE);
        at += step + (newline != NULL);
    }
    flow_cell_end(flow);
}

static bool start_sheet(void *context, const struct xml_element *element)
{
    struct book *book = context;
    if (is(element, "row")) {
        flow_row(&book->package->flow);
    } else if (is(element, "c")) {
        start_cell(book, element);
    } else if (is(element, "v") || is(element, "t")) {
        book->in_text = true;
    } else if (is(element, "f") || is(element, "rPh") || is(element, "extLst") || is(element, "headerFooter")) {
        return false;
    }
    return true;
}

static void end_sheet(void *context, const char *name)
{
    struct book *book = context;
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
        book->in_text = false;
    } else if (strcmp(name, "c") == 0) {
        put_cell(book);
    }
}

static void text_sheet(void *context, const char *text, size_t len)
{
    struct book *book = context;
    if (book->in_text) {
        buf_add(&book->value, text, len);
    }
}

static enum err_code add_sheet(struct book *book, const struct sheet *sheet, struct err *err)
{
    static const struct xml_handler handler = { start_sheet, end_sheet, text_sheet };
    struct flow *flow = &book->package->flow;
    CLEANUP(ooxml_rels_done) struct ooxml_rels rels = { 0 };
    flow_page(flow);
    flow_heading_begin(flow);
    flow_text(flow, sheet->name, strlen(sheet->name), false);
    flow_heading_end(flow);
    book->in_text = false;
    enum err_code code = ooxml_read(book->package, sheet->part, &handler, book, err);
    if (code == ERR_OK) {
        code = ooxml_rels_read(book->package, sheet->part, &rels, err);
    }
    const struct ooxml_rel *drawing = ooxml_rel_of_type(&rels, "drawing", 0, NULL);
    if (code == ERR_OK && drawing != NULL) {
        CLEANUP(ooxml_rels_done) struct ooxml_rels inner = { 0 };
        code = ooxml_add_drawing(book->package, drawing->target, OOXML_DRAWING_ALL, err);
        if (code == ERR_OK) {
            code = ooxml_rels_read(book->package, drawing->target, &inner, err);
        }
        if (code == ERR_OK) {
            code = ooxml_add_graphics(book->package, &inner, err);
        }
    }
    const struct ooxml_rel *comments = ooxml_rel_of_type(&rels, "comments", 0, NULL);
    return code == ERR_OK && comments != NULL ? ooxml_add_drawing(book->package, comments->target, OOXML_DRAWING_ALL, err) : code;
}

/* ---- The workbook ---------------------------------------------------------------------------- */

static bool start_book(void *context, const struct xml_element *element)
{
    struct book *book = context;
    if (is(element, "workbookPr")) {
        struct xml_value from = xml_attribute(element, "date1904");
        book->from_1904 = xml_value_is(from, "1") || xml_value_is(from, "true");
    }
    if (!is(element, "sheet")) {
        return true;
    }
    const struct ooxml_rel *rel = ooxml_rel_of_id(book->rels, xml_attribute_in(element, "relationships", "id"));
    struct xml_value name = xml_attribute(element, "name"), state = xml_attribute(element, "state");
    if (rel == NULL || strcmp(rel->type, "worksheet") != 0) { /* a sheet that is only a chart, or of macros */
        return true;
    }
    if (mem_grow(&book->sheets, &book->sheet_capacity, book->sheet_count, sizeof *book->sheets) != 0) {
        book->out_of_memory = true;
        return false;
    }
    struct sheet *sheet = &book->sheets[book->sheet_count++];
    *sheet = (struct sheet){ .name = strndup(name.text != NULL ? name.text : "", name.len), .part = strdup(rel->target),
                             .hidden = xml_value_is(state, "hidden") || xml_value_is(state, "veryHidden") };
    book->out_of_memory = book->out_of_memory || sheet->name == NULL || sheet->part == NULL;
    return true;
}

static void book_done(struct book *book)
{
    for (size_t i = 0; i < book->sheet_count; i++) {
        free(book->sheets[i].name);
        free(book->sheets[i].part);
    }
    free(book->sheets);
    free(book->strings);
    free(book->formats);
    free(book->own);
    buf_done(&book->text);
    buf_done(&book->value);
}

static enum err_code read_book(struct book *book, const char *part, struct err *err)
{
    static const struct xml_handler sheets = { start_book, NULL, NULL }, styles = { start_styles, end_styles, NULL };
    static const struct xml_handler strings = { start_strings, end_strings, text_strings };
    const struct ooxml_rel *rel;
    enum err_code code = ooxml_read(book->package, part, &sheets, book, err);
    if (code == ERR_OK && (rel = ooxml_rel_of_type(book->rels, "sharedStrings", 0, NULL)) != NULL) {
        code = ooxml_read(book->package, rel->target, &strings, book, err);
    }
    if (code == ERR_OK && (rel = ooxml_rel_of_type(book->rels, "styles", 0, NULL)) != NULL) {
        code = ooxml_read(book->package, rel->target, &styles, book, err);
    }
    return code;
}

enum err_code ooxml_add_sheets(struct ooxml *package, const char *part, struct err *err)
{
    CLEANUP(ooxml_rels_done) struct ooxml_rels rels = { 0 };
    CLEANUP(book_done) struct book book = { .package = package, .rels = &rels };
    buf_init(&book.text, package->flow.out.max);
    buf_init(&book.value, package->flow.out.max);
    enum err_code code = ooxml_rels_read(package, part, &rels, err);
    if (code == ERR_OK) {
        code = read_book(&book, part, err);
    }
    bool any = false;
    for (size_t i = 0; i < book.sheet_count; i++) {
        any = any || !book.sheets[i].hidden;
    }
    for (size_t i = 0; code == ERR_OK && !book.out_of_memory && i < book.sheet_count; i++) {
        if (!any || !book.sheets[i].hidden) {
            code = add_sheet(&book, &book.sheets[i], err);
        }
    }
    if (code == ERR_OK && (book.out_of_memory || book.text.failed || book.value.failed)) {
        code = err_nomem(err, "ooxml");
    }
    return code;
}
