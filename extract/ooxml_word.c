/* ooxml_word.c - text of DOCX (ISO 29500-1, 17).
 *
 * Left out: deleted and moved text (w:del, w:moveFrom), hidden text, codes of fields, page numbers, and of mc:AlternateContent
 * all but the first choice.  Text boxes stand inside a paragraph of the file but not of the text: they wait until it ends.
 */
#include "extract/ooxml_word.h"

#include <string.h>

#define FIELDS_MAX 32   /* nested fields that are told apart */
#define INSTRUCTION_MAX 16

struct field {
    bool in_code;  /* before its separator */
    bool unwanted; /* its result is a page number */
    char instruction[INSTRUCTION_MAX];
    size_t instruction_len;
};

struct word {
    struct ooxml *package;
    struct flow *flow;
    const struct word_styles *styles;
    unsigned paragraphs;  /* that are open */
    unsigned boxes;       /* text boxes that are open */
    unsigned properties;  /* open w:pPr and the like: breaks and tabs in there are settings */
    unsigned alternatives; /* depth of mc:AlternateContent */
    uint64_t chosen;      /* one bit for each: a choice was taken */
    bool in_run, run_hidden, paragraph_hidden, row_deleted;
    bool heading;         /* the open paragraph is one */
    bool fresh;           /* its properties may still come */
    bool item, after_item; /* it, the one before it, is of a list */
    bool in_text, in_instruction;
    struct field fields[FIELDS_MAX];
    size_t field_count, fields_beyond;
};

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

/* ---- Where text goes ------------------------------------------------------------------------- */

static bool is_shown(const struct word *word)
{
    for (size_t i = 0; i < word->field_count; i++) {
        if (word->fields[i].in_code || word->fields[i].unwanted) {
            return false;
        }
    }
    return !word->run_hidden && !word->paragraph_hidden && !word->row_deleted;
}

/* The break before a paragraph, once it is known what it is: items of a list stand line by line. */
static void settle(struct word *word)
{
    if (word->fresh && word->boxes == 0) {
        flow_loose_break(word->flow, word->item && word->after_item ? FLOW_LINE : FLOW_PARAGRAPH);
        word->fresh = false;
    }
}

static void put_text(struct word *word, const char *text, size_t len)
{
    if (!is_shown(word)) {
        return;
    }
    settle(word);
    if (word->boxes > 0) {
        buf_add(&word->package->aside, text, len);
    } else {
        flow_text(word->flow, text, len, false);
    }
}

static void put_break(struct word *word, enum flow_gap gap)
{
    if (word->boxes > 0) {
        buf_add_char(&word->package->aside, gap >= FLOW_LINE ? '\n' : '\t');
    } else {
        flow_break(word->flow, gap);
    }
}

/* Text boxes, one paragraph a line, after the paragraph that they hang on. */
static void put_aside(struct word *word)
{
    struct buf *aside = &word->package->aside;
    const char *at = aside->data;
    size_t left = aside->len;
    while (left > 0) {
        const char *end = memchr(at, '\n', left);
        size_t len = end != NULL ? (size_t)(end - at) : left;
        flow_break(word->flow, FLOW_PARAGRAPH);
        for (size_t used = 0; used < len;) {
            const char *tab = memchr(at + used, '\t', len - used);
            size_t step = tab != NULL ? (size_t)(tab - at) - used : len - used;
            flow_text(word->flow, at + used, step, false);
            if (tab != NULL) {
                flow_break(word->flow, FLOW_TAB);
            }
            used += step + (tab != NULL);
        }
        at += len + (end != NULL);
        left -= len + (end != NULL);
    }
    if (aside->len > 0) {
        flow_break(word->flow, FLOW_PARAGRAPH);
    }
    word->package->out_of_memory = word->package->out_of_memory || (aside->failed && !aside->too_big);
    buf_clear(aside);
}

/* ---- Fields ---------------------------------------------------------------------------------- */

static void start_field_part(struct word *word, const struct xml_element *element)
{
    struct xml_value type = xml_attribute(element, "fldCharType");
    if (xml_value_is(type, "begin")) {
        if (word->field_count == FIELDS_MAX) {
            word->fields_beyond++;
        } else {
            word->fields[word->field_count++] = (struct field){ .in_code = true };
        }
    } else if (xml_value_is(type, "end")) {
        if (word->fields_beyond > 0) {
            word->fields_beyond--;
        } else if (word->field_count > 0) {
            word->field_count--;
        }
    } else if (xml_value_is(type, "separate") && word->fields_beyond == 0 && word->field_count > 0) {
        word->fields[word->field_count - 1].in_code = false;
    }
}

static bool is_page_number(const char *instruction)
{
    instruction += strspn(instruction, " ");
    return (strncmp(instruction, "PAGE", 4) == 0 && strncmp(instruction, "PAGEREF", 7) != 0)
           || strncmp(instruction, "NUMPAGES", 8) == 0 || strncmp(instruction, "SECTIONPAGES", 12) == 0;
}

static void put_instruction(struct word *word, const char *text, size_t len)
{
    struct field *field = word->field_count > 0 ? &word->fields[word->field_count - 1] : NULL;
    if (field == NULL || word->fields_beyond > 0) {
        return;
    }
    while (len-- > 0 && field->instruction_len + 1 < INSTRUCTION_MAX) {
        field->instruction[field->instruction_len++] = *text++;
    }
    field->instruction[field->instruction_len] = '\0';
    field->unwanted = is_page_number(field->instruction);
}

/* ---- Elements -------------------------------------------------------------------------------- */

static bool start_paragraph(struct word *word)
{
    if (word->boxes == 0) {
        word->after_item = word->item;
        word->item = false;
        word->fresh = true;
        word->heading = false;
        word->paragraph_hidden = false;
    }
    word->paragraphs++;
    return true;
}

static void end_paragraph(struct word *word)
{
    word->paragraphs -= word->paragraphs > 0;
    word->in_run = false;
    if (word->boxes > 0) {
        buf_add_char(&word->package->aside, '\n');
        return;
    }
    settle(word);
    if (word->heading) {
        flow_heading_end(word->flow);
        word->heading = false;
    }
    flow_loose_break(word->flow, FLOW_LINE);
    put_aside(word);
}

/* What w:pPr says, before any text of the paragraph. */
static void start_paragraph_property(struct word *word, const struct xml_element *element)
{
    struct xml_value value = xml_attribute(element, "val");
    bool heading = false;
    if (word->boxes > 0) {
        return;
    }
    if (is(element, "pStyle")) {
        heading = word_style_is_heading(word->styles, value);
        word->paragraph_hidden = word_style_is_hidden(word->styles, value);
        word->item = word->item || (value.len >= 4 && (strncmp(value.text, "List", 4) == 0 || strncmp(value.text, "Lijs", 4) == 0));
    } else if (is(element, "numPr")) {
        word->item = true;
    } else if (is(element, "outlineLvl")) {
        heading = xml_value_number(value, 9) < 9;
    }
    if (heading && !word->heading) {
        settle(word);
        flow_heading_begin(word->flow);
        word->heading = true;
    }
}

/* Inside w:pPr, w:rPr, w:trPr.  False: nothing in it matters. */
static bool start_property(struct word *word, const struct xml_element *element)
{
    if (is(element, "vanish") && word->in_run) {
        word->run_hidden = xml_is_on(element);
    } else if (is(element, "rStyle") && word->in_run) {
        word->run_hidden = word->run_hidden || word_style_is_hidden(word->styles, xml_attribute(element, "val"));
    } else if (is(element, "del") && !word->in_run && word->paragraphs == 0) {
        word->row_deleted = true; /* in w:trPr */
    } else {
        start_paragraph_property(word, element);
    }
    /* w:pPr/w:rPr is about the paragraph's end mark, w:rPrChange and the like about how it once was. */
    return false;
}

static bool is_properties(const char *name)
{
    return strcmp(name, "pPr") == 0 || strcmp(name, "rPr") == 0 || strcmp(name, "trPr") == 0;
}

static bool is_left_out(const char *name)
{
    static const char *const names[] = { "del", "moveFrom", "delText", "delInstrText", "tblGrid", "rt", "sectPr",
                                         "sdtPr", "sdtEndPr", "tblPr", "tblPrEx", "tcPr", NULL };
    size_t i = 0;
    while (names[i] != NULL && strcmp(names[i], name) != 0) {
        i++;
    }
    return names[i] != NULL;
}

static void start_inside_run(struct word *word, const struct xml_element *element)
{
    if (is(element, "t")) {
        word->in_text = true;
    } else if (is(element, "instrText")) {
        word->in_instruction = true;
    } else if (is(element, "tab") || is(element, "ptab")) {
        put_break(word, FLOW_TAB);
    } else if (is(element, "br") || is(element, "cr")) {
        put_break(word, FLOW_LINE);
    } else if (is(element, "noBreakHyphen")) {
        put_text(word, "-", 1);
    } else if (is(element, "fldChar")) {
        start_field_part(word, element);
    }
}

static bool start_alternative(struct word *word, const struct xml_element *element)
{
    uint64_t bit = word->alternatives > 0 && word->alternatives <= 64 ? UINT64_C(1) << (word->alternatives - 1) : 0;
    bool taken = (word->chosen & bit) != 0;
    if (is(element, "AlternateContent")) {
        word->alternatives++;
        word->chosen &= word->alternatives <= 64 ? ~(UINT64_C(1) << (word->alternatives - 1)) : ~UINT64_C(0);
        return true;
    }
    word->chosen |= bit; /* mc:Choice or mc:Fallback */
    return !taken;
}

static void start_table_part(struct word *word, const struct xml_element *element)
{
    if (word->boxes > 0) {
        return;
    }
    word->item = false;
    if (is(element, "tbl")) {
        flow_loose_break(word->flow, FLOW_PARAGRAPH);
    } else if (is(element, "tr")) {
        word->row_deleted = false;
        flow_row(word->flow);
    } else {
        flow_cell_begin(word->flow);
    }
}

static bool start_word(void *context, const struct xml_element *element)
{
    struct word *word = context;
    if (is_left_out(element->name) && word->properties == 0) {
        return false;
    }
    if (word->properties > 0) {
        return start_property(word, element);
    }
    if (is_properties(element->name)) {
        word->properties++;
    } else if (is(element, "AlternateContent") || is(element, "Choice") || is(element, "Fallback")) {
        return start_alternative(word, element);
    } else if (is(element, "p")) {
        return start_paragraph(word);
    } else if (is(element, "r")) {
        word->in_run = true;
        word->run_hidden = false;
    } else if (is(element, "txbxContent")) {
        word->boxes++;
        buf_add_char(&word->package->aside, '\n');
    } else if (is(element, "tbl") || is(element, "tr") || is(element, "tc")) {
        start_table_part(word, element);
    } else if (is(element, "footnote") || is(element, "endnote")) {
        return xml_attribute(element, "type").text == NULL || xml_value_is(xml_attribute(element, "type"), "normal");
    } else {
        start_inside_run(word, element);
        return !is(element, "fldChar");
    }
    return true;
}

static void end_word(void *context, const char *name)
{
    struct word *word = context;
    if (is_properties(name)) {
        word->properties -= word->properties > 0;
        if (strcmp(name, "pPr") == 0) {
            settle(word);
        }
    } else if (strcmp(name, "p") == 0) {
        end_paragraph(word);
    } else if (strcmp(name, "r") == 0) {
        word->in_run = false;
        word->run_hidden = false;
    } else if (strcmp(name, "t") == 0) {
        word->in_text = false;
    } else if (strcmp(name, "instrText") == 0) {
        word->in_instruction = false;
    } else if (strcmp(name, "txbxContent") == 0) {
        word->boxes -= word->boxes > 0;
    } else if (strcmp(name, "AlternateContent") == 0) {
        word->alternatives -= word->alternatives > 0;
    } else if (strcmp(name, "tc") == 0) {
        if (word->boxes > 0) {
            buf_add_char(&word->package->aside, '\t');
        } else {
            flow_cell_end(word->flow);
        }
    } else if (strcmp(name, "tr") == 0) {
        word->row_deleted = false;
    } else if (strcmp(name, "tbl") == 0 && word->boxes == 0) {
        flow_loose_break(word->flow, FLOW_PARAGRAPH);
    }
}

static void text_word(void *context, const char *text, size_t len)
{
    struct word *word = context;
    if (word->in_text) {
        put_text(word, text, len);
    } else if (word->in_instruction) {
        put_instruction(word, text, len);
    }
}

static enum err_code add_part(struct ooxml *package, const char *part, const struct word_styles *styles, struct err *err)
{
    static const struct xml_handler handler = { start_word, end_word, text_word };
    struct word word = { .package = package, .flow = &package->flow, .styles = styles };
    flow_break(&package->flow, FLOW_PARAGRAPH);
    enum err_code code = ooxml_read(package, part, &handler, &word, err);
    put_aside(&word); /* of a part that ends in the middle */
    if (word.heading) {
        flow_heading_end(&package->flow);
    }
    return code;
}

enum err_code ooxml_add_word(struct ooxml *package, const char *part, struct err *err)
{
    /* In the order in which their text is added. */
    static const char *const notes[] = { "footnotes", "endnotes", "comments", "header", "footer" };
    CLEANUP(ooxml_rels_done) struct ooxml_rels rels = { 0 };
    CLEANUP(word_styles_done) struct word_styles styles = { 0 };
    enum err_code code = ooxml_rels_read(package, part, &rels, err);
    const struct ooxml_rel *rel = ooxml_rel_of_type(&rels, "styles", 0, NULL);
    if (code == ERR_OK) {
        code = word_styles_read(package, rel != NULL ? rel->target : "word/styles.xml", &styles, err);
    }
    if (code == ERR_OK) {
        code = add_part(package, part, &styles, err);
    }
    if (code == ERR_OK) {
        code = ooxml_add_graphics(package, &rels, err);
    }
    for (size_t i = 0; i < sizeof notes / sizeof *notes && code == ERR_OK; i++) {
        size_t next = 0;
        while (code == ERR_OK && (rel = ooxml_rel_of_type(&rels, notes[i], next, &next)) != NULL) {
            code = add_part(package, rel->target, &styles, err);
        }
    }
    return code;
}
