/* facts.c - collecting dates and numbers, and what they make of a document. */
#include "indexer/facts.h"

#include <stdio.h>
#include <string.h>

#include "text/schema.h"
#include "text/token.h"

void facts_done(struct facts *facts)
{
    free(facts->items);
    *facts = (struct facts){ 0 };
}

static enum err_code add_fact(struct facts *facts, size_t start, struct fact **ret_fact, struct err *err)
{
    if (mem_grow(&facts->items, &facts->capacity, facts->count, sizeof *facts->items) != 0) {
        return err_nomem(err, "dates of a document");
    }
    *ret_fact = &facts->items[facts->count++];
    **ret_fact = (struct fact){ .start = start };
    return ERR_OK;
}

/* ---- What a date says of the document ------------------------------------------------------ */

/* All labelled periods together; one that is always the same is shown. */
static void take_period(struct facts *facts, const struct date_found *found)
{
    uint32_t to = found->to > 0 ? found->to : DATE_OPEN_END;
    bool first = facts->period_from == 0;
    facts->periods_differ = facts->periods_differ || (!first && (facts->period_from != found->from || facts->period_to != to));
    if (first) {
        date_format(found->from, found->from_precision, facts->period_start);
        if (found->to > 0) {
            date_format(found->to, found->to_precision, facts->period_end);
        }
    }
    facts->period_from = first || found->from < facts->period_from ? found->from : facts->period_from;
    facts->period_to = to > facts->period_to ? to : facts->period_to;
}

static void take_archived(struct facts *facts, const struct date_found *found)
{
    for (size_t i = 0; i < facts->archived_count; i++) {
        if (facts->archived[i] == found->from) {
            return;
        }
    }
    if (facts->archived_count < sizeof facts->archived / sizeof *facts->archived && found->from_precision == DATE_DAY) {
        facts->archived[facts->archived_count++] = found->from;
    }
}

/* A day that the metadata gave ("2021-03-01", when a web archive captured it): it is the one that is shown. */
static void take_given(struct facts *facts, struct doc_string given)
{
    struct date_found day = { .from_precision = DATE_DAY };
    if (given.len != 10 || given.text[4] != '-' || given.text[7] != '-') {
        return;
    }
    for (size_t i = 0; i < given.len; i++) {
        bool digit = given.text[i] >= '0' && given.text[i] <= '9';
        if (!digit && given.text[i] != '-') {
            return;
        }
        day.from = digit ? day.from * 10 + (uint32_t)(given.text[i] - '0') : day.from;
    }
    take_archived(facts, &day);
    memcpy(facts->archived_text, given.text, given.len);
    facts->archived_text[given.len] = '\0';
}

static void take_date(struct facts *facts, const struct date_found *found)
{
    switch (found->kind) {
    case DATE_PERIOD:
        take_period(facts, found);
        break;
    case DATE_ARCHIVED:
        if (!found->period) {
            take_archived(facts, found);
        }
        break;
    case DATE_DOCUMENT:
        if (facts->date_from == 0 && !found->period && found->start < FACTS_DATE_BYTES) {
            facts->date_from = found->from;
            facts->date_precision = found->from_precision;
        }
        break;
    case DATE_PLAIN:
        break;
    }
}

static struct doc_string string_of(const char *text)
{
    return (struct doc_string){ text, strlen(text) };
}

/* YYYY[-MM[-DD]] as the first or last day that it means; an end that is missing is open. */
static uint32_t day_of(struct doc_string date, bool last)
{
    uint32_t digits = 0, value = 0;
    for (size_t i = 0; i < date.len && digits < 8; i++) {
        if (date.text[i] >= '0' && date.text[i] <= '9') {
            value = 10 * value + (uint32_t)(date.text[i] - '0');
            digits++;
        }
    }
    if (digits == 8) {
        return value;
    }
    if (digits == 6) {
        return value * 100 + (last ? date_month_days(value / 100, value % 100) : 1);
    }
    return digits == 4 ? value * 10000 + (last ? 1231 : 101) : last ? DATE_OPEN_END : DATE_YEAR_MIN * 10000 + 101;
}

static void fill_head(struct facts *facts, struct doc_head *head)
{
    if (head->origins[DOC_DATE] == DOC_FROM_TEXT) { /* of a document that is analysed again */
        head->date = (struct doc_string){ "", 0 };
        head->origins[DOC_DATE] = DOC_FROM_NOWHERE;
    }
    if (head->date.len == 0 && facts->date_from > 0) {
        date_format(facts->date_from, facts->date_precision, facts->date);
        head->date = string_of(facts->date);
        head->origins[DOC_DATE] = DOC_FROM_TEXT;
    }
    if (facts->archived_count == 1 && facts->archived_text[0] == '\0') {
        date_format(facts->archived[0], DATE_DAY, facts->archived_text);
    }
    head->archived = string_of(facts->archived_text);
    if (head->origins[DOC_PERIOD] > DOC_FROM_TEXT) { /* given: what the text says does not count */
        facts->period_from = day_of(head->period_from, false);
        facts->period_to = day_of(head->period_to, true);
        return;
    }
    head->period_from = string_of(facts->periods_differ ? "" : facts->period_start);
    head->period_to = string_of(facts->periods_differ ? "" : facts->period_end);
    head->origins[DOC_PERIOD] = head->period_from.len > 0 ? DOC_FROM_TEXT : DOC_FROM_NOWHERE;
}

enum err_code facts_find(const char *text, size_t len, struct doc_head *head, struct facts *facts, struct err *err)
{
    struct date_scanner dates;
    struct date_found date;
    struct ref_scanner refs;
    struct ref_found ref;
    enum err_code code = ERR_OK;
    take_given(facts, head->archived);
    date_scanner_init(&dates, text, len);
    ref_scanner_init(&refs, text, len);
    bool more_dates = date_scanner_next(&dates, &date), more_refs = ref_scanner_next(&refs, &ref);
    while ((more_dates || more_refs) && facts->count < FACTS_MAX && code == ERR_OK) {
        struct fact *fact = NULL;
        bool is_date = more_dates && (!more_refs || date.start <= ref.start);
        code = add_fact(facts, is_date ? date.start : ref.start, &fact, err);
        if (code != ERR_OK) {
            break;
        }
        if (is_date) {
            notation_date_terms(&date, &fact->terms);
            take_date(facts, &date);
            more_dates = date_scanner_next(&dates, &date);
        } else {
            notation_ref_terms(&ref, &fact->terms);
            more_refs = ref_scanner_next(&refs, &ref);
        }
    }
    if (code == ERR_OK) {
        fill_head(facts, head);
    }
    return code;
}

/* ---- Positions ---------------------------------------------------------------------------- */

void facts_place(struct facts *facts, const char *text, size_t from, size_t to, uint32_t position)
{
    struct tokenizer tokenizer;
    struct token token;
    if (facts->placed == facts->count || facts->items[facts->placed].start >= to) {
        return;
    }
    tokenizer_init(&tokenizer, text + from, to - from);
    while (facts->placed < facts->count && facts->items[facts->placed].start < to && tokenizer_skip(&tokenizer, &token)) {
        while (facts->placed < facts->count && facts->items[facts->placed].start < from + token.end) {
            facts->items[facts->placed++].position = position;
        }
        position++;
    }
}

/* ---- Terms and values --------------------------------------------------------------------- */

static enum err_code add_term(struct shim_doc *doc, const char *term, uint32_t wdf, struct err *err)
{
    return shim_doc_add_term(doc, term, strlen(term), wdf, err);
}

static enum err_code add_day(struct shim_doc *doc, const char *prefix, uint32_t day, enum date_precision precision,
                             struct err *err)
{
    static const enum date_precision all[] = { DATE_YEAR, DATE_MONTH, DATE_DAY };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && all[i] <= precision && code == ERR_OK; i++) {
        char term[NOTATION_TERM_MAX + 1];
        notation_day_term(prefix, day, all[i], term);
        code = add_term(doc, term, 1, err);
    }
    return code;
}

static enum err_code set_day(struct shim_doc *doc, uint32_t slot, uint32_t day, struct err *err)
{
    char value[16];
    snprintf(value, sizeof value, "%08u", day);
    return shim_doc_set_value(doc, slot, value, 8, err);
}

/* YYYY[-MM[-DD]] of the metadata as YYYYMMDD; nothing when it is no such date. */
static enum err_code add_document_date(struct shim_doc *doc, struct doc_string date, struct err *err)
{
    char value[] = "00000000";
    size_t digits = 0;
    uint32_t day = 0;
    for (size_t i = 0; i < date.len && digits < 8; i++) {
        if (date.text[i] >= '0' && date.text[i] <= '9') {
            value[digits++] = date.text[i];
        } else if (date.text[i] != '-') {
            break;
        }
    }
    if (digits != 4 && digits != 6 && digits != 8) {
        return ERR_OK;
    }
    for (size_t i = 0; i < 8; i++) {
        day = day * 10 + (uint32_t)(value[i] - '0');
    }
    enum err_code code = shim_doc_set_value(doc, SCHEMA_SLOT_DATE, value, 8, err);
    return code == ERR_OK ? add_day(doc, SCHEMA_DOCUMENT_DAY, day, (enum date_precision)digits, err) : code;
}

static enum err_code add_period(const struct facts *facts, struct shim_doc *doc, struct err *err)
{
    enum err_code code = set_day(doc, SCHEMA_SLOT_PERIOD_START, facts->period_from, err);
    if (code == ERR_OK) {
        code = set_day(doc, SCHEMA_SLOT_PERIOD_END, facts->period_to, err);
    }
    uint32_t first = facts->period_from / 10000, last = facts->period_to / 10000;
    for (uint32_t year = first; year <= last && year - first < FACTS_PERIOD_YEARS && code == ERR_OK; year++) {
        char term[NOTATION_TERM_MAX + 1];
        notation_day_term(SCHEMA_PERIOD_YEAR, year * 10000, DATE_YEAR, term);
        code = add_term(doc, term, 1, err);
    }
    return code;
}

static enum err_code add_archived(const struct facts *facts, struct shim_doc *doc, struct err *err)
{
    uint32_t latest = 0;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < facts->archived_count && code == ERR_OK; i++) {
        latest = facts->archived[i] > latest ? facts->archived[i] : latest;
        code = add_day(doc, SCHEMA_ARCHIVED_DAY, facts->archived[i], DATE_DAY, err);
    }
    return code == ERR_OK && latest > 0 ? set_day(doc, SCHEMA_SLOT_ARCHIVED, latest, err) : code;
}

/* Dates and numbers in the title: without positions, which are those of the text. */
static enum err_code add_title(struct shim_doc *doc, struct doc_string title, struct err *err)
{
    struct facts facts = { 0 };
    struct doc_head ignored = { .title = title };
    enum err_code code = facts_find(title.text, title.len, &ignored, &facts, err);
    for (size_t i = 0; i < facts.count && i < FACTS_TITLE_MAX && code == ERR_OK; i++) {
        code = add_term(doc, facts.items[i].terms.terms[0], SCHEMA_TITLE_WDF, err);
    }
    facts_done(&facts);
    return code;
}

enum err_code facts_add(const struct facts *facts, const struct doc_head *head, struct shim_doc *doc, struct err *err)
{
    enum err_code code = add_document_date(doc, head->date, err);
    if (code == ERR_OK) {
        code = add_title(doc, head->title, err);
    }
    for (size_t i = 0; i < facts->count && code == ERR_OK; i++) {
        const struct fact *fact = &facts->items[i];
        for (size_t k = 0; k < fact->terms.count && code == ERR_OK; k++) {
            const char *term = fact->terms.terms[k];
            bool class = term[0] == SCHEMA_CLASS[0];
            code = fact->position == 0 || class ? add_term(doc, term, 1, err)
                : shim_doc_add_positions(doc, term, strlen(term), &fact->position, 1, 1, err);
        }
    }
    if (code == ERR_OK && facts->period_from > 0) {
        code = add_period(facts, doc, err);
    }
    return code == ERR_OK ? add_archived(facts, doc, err) : code;
}
