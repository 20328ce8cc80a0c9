/* explain_record.c - one record: its data and where they come from, its repairs, and what its words are indexed as. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "indexer/explain.h"
#include "indexer/mend.h"
#include "base/utf8.h"
#include "text/abbrev.h"
#include "text/analysis.h"
#include "text/heads.h"
#include "text/names.h"
#include "text/schema.h"
#include "text/token.h"

#define HEADINGS_SHOWN 200
#define SAMPLE 10
#define MENDED_MAX ((size_t)1 << 30)

/* ---- Data --------------------------------------------------------------------------------- */

/* Which line of the text is the title, white space aside; 0 when none among the first is. */
static unsigned title_line(const struct extract_record *record)
{
    size_t at = 0, len = strlen(record->title);
    for (unsigned line = 1; line <= 200 && at < record->text_len && len > 0; line++) {
        const char *end = memchr(record->text + at, '\n', record->text_len - at);
        size_t stop = end != NULL ? (size_t)(end - record->text) : record->text_len, same = 0;
        at += strspn(record->text + at, " \t\f");
        while (at < stop && same < len && record->title[same] == (record->text[at] == '\t' ? ' ' : record->text[at])) {
            bool blank = record->title[same++] == ' ';
            at += blank ? strspn(record->text + at, " \t") : 1;
        }
        if (same == len) {
            return line;
        }
        at = stop + 1;
    }
    return 0;
}

static void say_origin(const struct extract_record *record, enum doc_origin origin, const char *field, char *out, size_t size)
{
    if (origin == DOC_FROM_SIDECAR || origin == DOC_FROM_TABLE) {
        snprintf(out, size, origin == DOC_FROM_TABLE ? "metadata.csv" : "the sidecar");
        return;
    }
    if (origin == DOC_FROM_TEXT) {
        snprintf(out, size, "found in the text");
        return;
    }
    if (strcmp(record->format, "application/json") == 0) {
        snprintf(out, size, "field '%s' of the line", field);
        return;
    }
    bool page = strcmp(record->format, "text/html") == 0;
    if (strcmp(field, "title") != 0) {
        snprintf(out, size, page ? "metadata of the page" : "the file");
        return;
    }
    for (uint32_t i = 0; i < record->heading_count; i++) {
        const struct extract_span *heading = &record->headings[i];
        if (heading->len == strlen(record->title) && memcmp(record->text + heading->start, record->title, heading->len) == 0) {
            snprintf(out, size, "heading %u of the text", i + 1);
            return;
        }
    }
    unsigned line = page ? 0 : title_line(record);
    if (line > 0) {
        snprintf(out, size, "line %u of the text", line);
    } else { /* plain text and images have no field for it */
        bool plain = strcmp(record->format, "text/plain") == 0 || strncmp(record->format, "image", 5) == 0;
        snprintf(out, size, page ? "title or metadata of the page" : plain ? "the file's name" : "the file");
    }
}

static void show_field(struct sheet *sheet, const struct extract_record *record, enum doc_origin from, const char *field,
                       const char *value)
{
    char origin[64];
    say_origin(record, from, field, origin, sizeof origin);
    if (sheet->json) {
        if (*value != '\0') {
            jw_key(&sheet->writer, field);
            jw_begin_object(&sheet->writer);
            jw_key_str(&sheet->writer, "value", value);
            jw_key_str(&sheet->writer, "from", origin);
            jw_end_object(&sheet->writer);
        }
    } else if (*value != '\0') {
        sheet_indent(sheet);
        buf_printf(&sheet->out, "%s: ", field);
        sheet_quote(sheet, value, strlen(value));
        buf_printf(&sheet->out, "  (%s)\n", origin);
    } else {
        sheet_line(sheet, "%s: not given", field);
    }
}

/* `archived`: the day of archiving is of the text. */
static void show_data(struct sheet *sheet, const struct extract_record *record, const uint8_t origins[DOC_FIELDS], bool archived)
{
    sheet_str(sheet, "format", record->format);
    sheet_str(sheet, "encoding", record->encoding);
    if (record->id[0] != '\0') {
        sheet_int(sheet, "offset", record->position);
    }
    const struct {
        const char *name, *value;
        enum doc_field field;
    } fields[] = {
        { "title", record->title, DOC_TITLE },
        { "url", record->url, DOC_URL },
        { "date", record->date, DOC_DATE },
        { "type", record->kind, DOC_KIND },
        { "language", record->language, DOC_LANGUAGE },
        { "description", record->description, DOC_DESCRIPTION },
        { "author", record->author, DOC_AUTHOR },
        { "organisation", record->organisation, DOC_ORGANISATION },
        { "programme", record->programme, DOC_PROGRAMME },
        { "period", record->period, DOC_PERIOD },
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        show_field(sheet, record, (enum doc_origin)origins[fields[i].field], fields[i].name, fields[i].value);
    }
    show_field(sheet, record, DOC_FROM_FILE, "modified", record->modified);
    show_field(sheet, record, DOC_FROM_FILE, "keywords", record->keywords);
    show_field(sheet, record, archived ? DOC_FROM_TEXT : DOC_FROM_FILE, "captured", record->captured);
    sheet_int(sheet, "text_bytes", record->text_len);
    if (record->cut > 0) {
        sheet_int(sheet, "cut_off_bytes", record->cut);
    }
    sheet_int(sheet, "pages", record->page_count);
    if (record->page_labels[0] != '\0') { /* page:label where the numbering begins anew */
        sheet_str(sheet, "page_labels", record->page_labels);
    }
    if (record->ocr_pages[0] != '\0') {
        sheet_str(sheet, "ocr_pages", record->ocr_pages);
    }
    sheet_begin_list(sheet, "headings", "headings", record->heading_count);
    for (uint32_t i = 0; i < record->heading_count && i < HEADINGS_SHOWN; i++) {
        const char *text = record->text + record->headings[i].start;
        if (sheet->json) {
            jw_text(&sheet->writer, text, record->headings[i].len);
        } else {
            sheet_indent(sheet);
            sheet_quote(sheet, text, record->headings[i].len);
            buf_add_char(&sheet->out, '\n');
        }
    }
    sheet_end_list(sheet);
}

/* Running heads and lists of contents that layout repeats. */
static enum err_code show_heads(struct sheet *sheet, const struct extract_record *record, struct err *err)
{
    struct text_ranges ranges = { 0 };
    enum err_code code = heads_find(record->text, record->text_len, record->pages, record->page_count, &ranges, err);
    sheet_begin_list(sheet, "repeats", "running heads and contents, repeated", ranges.count);
    for (size_t i = 0; i < ranges.count; i++) {
        const struct text_range *range = &ranges.items[i];
        if (sheet->json) {
            jw_begin_object(&sheet->writer);
            jw_key_int(&sheet->writer, "start", range->start);
            jw_key_int(&sheet->writer, "end", range->end);
            jw_key(&sheet->writer, "text");
            jw_text(&sheet->writer, record->text + range->start, range->end - range->start);
            jw_end_object(&sheet->writer);
        } else {
            sheet_indent(sheet);
            sheet_quote(sheet, record->text + range->start, range->end - range->start);
            buf_add_char(&sheet->out, '\n');
        }
    }
    sheet_end_list(sheet);
    text_ranges_done(&ranges);
    return code;
}

/* ---- What it defines ---------------------------------------------------------------------- */

static enum err_code show_abbreviations(struct sheet *sheet, const struct extract_record *record, struct err *err)
{
    struct abbrevs abbrevs = { 0 };
    enum err_code code = abbrev_mine(record->text, record->text_len, &abbrevs, err);
    sheet_begin_list(sheet, "abbreviations", "abbreviations defined", abbrevs.count);
    for (size_t i = 0; i < abbrevs.count; i++) {
        if (sheet->json) {
            jw_begin_object(&sheet->writer);
            jw_key_str(&sheet->writer, "short", abbrevs.items[i].brief);
            jw_key_str(&sheet->writer, "long", abbrevs.items[i].full);
            jw_end_object(&sheet->writer);
        } else {
            sheet_line(sheet, "%s = %s", abbrevs.items[i].brief, abbrevs.items[i].full);
        }
    }
    sheet_end_list(sheet);
    abbrevs_done(&abbrevs);
    return code;
}

static enum err_code show_names(struct sheet *sheet, const struct dutch *dutch, const struct extract_record *record,
                                struct err *err)
{
    AUTO_FREE struct names *names = calloc(1, sizeof *names);
    if (names == NULL) {
        return err_nomem(err, "the names of a document");
    }
    names_find(dutch_words(dutch), record->title, strlen(record->title), record->text, record->text_len, names);
    sheet_begin_list(sheet, "names", "names it goes by", names->count);
    for (size_t i = 0; i < names->count; i++) {
        char text[NAME_MAX_BYTES + 1];
        size_t len = names->items[i].len;
        len = len < sizeof text ? len : utf8_floor(names->items[i].text, len, NAME_MAX_BYTES);
        snprintf(text, sizeof text, "%.*s", (int)len, names->items[i].text);
        if (sheet->json) {
            jw_str(&sheet->writer, text);
        } else {
            sheet_line(sheet, "%s", text);
        }
    }
    sheet_end_list(sheet);
    return ERR_OK;
}

/* ---- Words -------------------------------------------------------------------------------- */

/* A distinct form. */
struct form {
    char form[TOKEN_FORM_MAX + 1];
    uint8_t len;
    bool known, ruled, split; /* in the word list; a rule leads to another class; has parts */
    bool number;              /* begins with a digit */
    uint32_t count; /* places where it stands, title included */
};

struct forms {
    struct form *items;
    size_t count, capacity;
    uint64_t known, ruled, split, numbers, unknown;
};

static bool is_unknown(const struct form *form)
{
    return !form->known && !form->ruled && !form->split && !form->number;
}

static int by_count(const void *left, const void *right)
{
    const struct form *a = left, *b = right;
    return a->count != b->count ? (a->count < b->count ? 1 : -1) : strcmp(a->form, b->form);
}

/* Puts the terms of the analysis that are forms in a list, most frequent first. */
static enum err_code list_forms(struct analysis *analysis, struct deriver *deriver, const struct dutch *dutch,
                                struct forms *forms, struct err *err)
{
    for (size_t i = 0; i < analysis_term_count(analysis); i++) {
        struct analysis_term term;
        struct derivation derivation;
        analysis_term(analysis, i, &term);
        if (term.len == 0 || term.len > TOKEN_FORM_MAX || (term.term[0] >= 'A' && term.term[0] <= 'Z')) {
            continue;
        }
        if (mem_grow(&forms->items, &forms->capacity, forms->count, sizeof *forms->items) != 0) {
            return err_nomem(err, "the words of a document");
        }
        struct form *form = &forms->items[forms->count++];
        *form = (struct form){ .len = (uint8_t)term.len, .count = (uint32_t)term.position_count,
                               .number = term.term[0] >= '0' && term.term[0] <= '9' };
        memcpy(form->form, term.term, term.len);
        derive(deriver, form->form, form->len, &derivation);
        const struct derived *class = &derivation.terms[0];
        form->known = words_flags(dutch_words(dutch), form->form, form->len) != 0;
        form->ruled = class->len != form->len + 1u || memcmp(class->term + 1, form->form, form->len) != 0;
        for (size_t k = 1; k < derivation.count; k++) {
            form->split = form->split || derivation.terms[k].term[0] == SCHEMA_PART[0];
        }
        forms->known += form->known;
        forms->ruled += form->ruled;
        forms->split += form->split;
        forms->numbers += form->number;
        forms->unknown += is_unknown(form);
    }
    if (forms->count > 0) {
        qsort(forms->items, forms->count, sizeof *forms->items, by_count);
    }
    return ERR_OK;
}

static void show_form(struct sheet *sheet, struct deriver *deriver, const struct form *form)
{
    static const struct {
        const char *prefix, *key;
    } families[] = { { SCHEMA_CLASS, "class" }, { SCHEMA_STEM, "stem" }, { SCHEMA_PART, "parts" } };
    struct derivation derivation;
    struct json_writer *json = &sheet->writer;
    derive(deriver, form->form, form->len, &derivation);
    if (sheet->json) {
        jw_begin_object(json);
        jw_key_str(json, "form", form->form);
        jw_key_int(json, "count", form->count);
        jw_key_bool(json, "known", form->known);
    } else {
        sheet_indent(sheet);
        buf_printf(&sheet->out, "%s (%u%s)", form->form, form->count, form->known ? "" : ", not in the word list");
    }
    for (size_t family = 0; family < sizeof families / sizeof *families; family++) {
        bool any = false, list = strcmp(families[family].key, "parts") == 0;
        for (size_t i = 0; i < derivation.count; i++) {
            if (derivation.terms[i].term[0] != families[family].prefix[0]) {
                continue;
            }
            if (!sheet->json) {
                buf_printf(&sheet->out, any ? " %s" : list ? "; parts %s" : family == 0 ? " class %s" : "; stem %s",
                           derivation.terms[i].term + 1);
            } else if (!any) {
                jw_key(json, families[family].key);
                if (list) {
                    jw_begin_array(json);
                }
            }
            if (sheet->json) {
                jw_str(json, derivation.terms[i].term + 1);
            }
            any = true;
        }
        if (any && list && sheet->json) {
            jw_end_array(json);
        }
    }
    if (sheet->json) {
        jw_end_object(json);
    } else {
        buf_add_char(&sheet->out, '\n');
    }
}

static bool is_chosen(const struct form *form, int choice)
{
    return choice == 0 || (choice == 1 && form->split) || (choice == 2 && is_unknown(form));
}

/* The most frequent forms of a choice, or all of them. */
static enum err_code show_forms(struct sheet *sheet, struct deriver *deriver, const struct forms *forms, int choice,
                                uint64_t most, struct err *err)
{
    static const char *const keys[] = { "terms", "split_sample", "unknown_sample" };
    static const char *const headings[] = { "words and what they are indexed as", "most frequent split compounds",
                                            "most frequent words that are not known" };
    uint64_t shown = 0, all = choice == 0 ? forms->count : choice == 1 ? forms->split : forms->unknown;
    enum err_code code = ERR_OK;
    sheet_begin_list(sheet, keys[choice], headings[choice], all < most ? all : most);
    for (size_t i = 0; i < forms->count && shown < most && code == ERR_OK; i++) {
        if (is_chosen(&forms->items[i], choice)) {
            show_form(sheet, deriver, &forms->items[i]);
            code = ++shown % 1000 == 0 ? sheet_flush(sheet, err) : ERR_OK;
        }
    }
    sheet_end_list(sheet);
    return code;
}

static enum err_code show_words(struct sheet *sheet, const struct dutch *dutch, const struct extract_record *record, bool terms,
                                struct err *err)
{
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    struct forms forms = { 0 };
    uint32_t tokens = 0;
    enum err_code code = analysis_new(dutch, &analysis, err);
    if (code == ERR_OK) {
        code = deriver_new(dutch, &deriver, err);
    }
    if (code == ERR_OK) {
        code = analysis_begin(analysis, err);
    }
    if (code == ERR_OK) {
        analysis_add_title(analysis, record->title, strlen(record->title));
        tokens = analysis_add_text(analysis, record->text, record->text_len, SCHEMA_TEXT_POSITION) - SCHEMA_TEXT_POSITION;
        code = analysis_end(analysis, err);
    }
    if (code == ERR_OK) {
        code = list_forms(analysis, deriver, dutch, &forms, err);
    }
    sheet_begin(sheet, "words", "words");
    sheet_int(sheet, "in_text", tokens);
    sheet_int(sheet, "forms", forms.count);
    sheet_int(sheet, "in_word_list", forms.known);
    sheet_int(sheet, "inflected", forms.ruled);
    sheet_int(sheet, "split", forms.split);
    sheet_int(sheet, "numbers", forms.numbers);
    sheet_int(sheet, "unknown", forms.unknown);
    for (int choice = terms ? 0 : 1; choice < (terms ? 1 : 3) && code == ERR_OK; choice++) {
        code = show_forms(sheet, deriver, &forms, choice, terms ? UINT64_MAX : SAMPLE, err);
    }
    sheet_end(sheet);
    free(forms.items);
    return code;
}

/* ---- The record --------------------------------------------------------------------------- */

/* Lists the repairs, then mends the record. */
static enum err_code show_repairs(struct sheet *sheet, const struct dutch *dutch, struct extract_record *record, struct err *err)
{
    AUTO_BUF struct buf mended;
    struct repairs repairs = { 0 };
    buf_init(&mended, MENDED_MAX);
    enum err_code code = repair_text(dutch_compounds(dutch), dutch_words(dutch), record->text, record->text_len, &mended,
                                     &repairs, err);
    if (code == ERR_OK) {
        explain_repairs(sheet, dutch, record, &mended, &repairs);
        code = mend_record(dutch, record, err);
    }
    repairs_done(&repairs);
    return code;
}

enum err_code explain_record(struct sheet *sheet, const struct dutch *dutch, const struct metadata *metadata,
                             struct extract_record *record, bool terms, struct err *err)
{
    uint8_t origins[DOC_FIELDS];
    enum err_code merged = metadata_merge(metadata, "", record, origins, err);
    if (merged != ERR_OK) {
        return merged;
    }
    char heading[256];
    snprintf(heading, sizeof heading, "record %s", record->id[0] != '\0' ? record->id : "(the whole file)");
    sheet_begin(sheet, NULL, heading);
    if (sheet->json) {
        jw_key_str(&sheet->writer, "id", record->id);
    }
    enum err_code code = ERR_OK;
    if (record->problem[0] != '\0') {
        sheet_str(sheet, record->skipped ? "skipped" : "failed", record->problem);
    } else {
        bool archived = false;
        code = explain_facts(dutch, record, origins, &archived, err);
        show_data(sheet, record, origins, archived);
        if (code == ERR_OK) {
            code = show_repairs(sheet, dutch, record, err);
        }
        if (code == ERR_OK) {
            code = show_heads(sheet, record, err);
        }
        if (code == ERR_OK) {
            code = show_abbreviations(sheet, record, err);
        }
        if (code == ERR_OK) {
            code = show_names(sheet, dutch, record, err);
        }
        if (code == ERR_OK) {
            code = show_words(sheet, dutch, record, terms, err);
        }
    }
    sheet_end(sheet);
    return code;
}
