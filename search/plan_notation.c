/* plan_notation.c - dates, periods and numbers in a query: found in its words as in a text, and matched in any notation.
 *
 * The words keep matching as words.  On top of that the terms of text/notation.h give weight: as many documents have the day or
 * the number, so much is it worth.
 */
#include <string.h>

#include "search/planner.h"
#include "text/notation.h"

#define SCALE_IN_TEXT 1.0     /* the date, period or amount is in the text */
#define SCALE_DAY 0.5         /* the same for a whole day: rare, and its words count as well */
#define SCALE_NUMBER 3.0      /* the document number: all of it counts for more than some words and digits of another */
#define SCALE_OF_DOCUMENT 0.5 /* it is the document's date, or when it was taken in */
#define SCALE_OF_PERIOD 0.3   /* it falls in the period that the document is about */
#define SCALE_NAMED 1.2       /* the same when the query names it so: `toegevoegd in oktober 2016` */

#define QUERY_YEARS_MAX 60 /* years of a period in a query */
#define WAYS_MAX 24
#define NOTED_TEXT_MAX (2 * QUERY_BYTES_MAX)

/* Ways that are joined with OR. */
struct ways {
    struct planner *planner;
    struct shim_query *items[WAYS_MAX];
    size_t count;
};

static void add_way(struct ways *ways, const char *prefix, const char *text, double scale)
{
    if (ways->count < WAYS_MAX) {
        ways->items[ways->count++] = way_term(ways->planner, prefix, text, strlen(text), scale);
    }
}

/* The years of a period as one term: documents with more of them are no better. */
static void add_years(struct ways *ways, const char *prefix, const struct date_found *date, double scale)
{
    if (ways->count == WAYS_MAX) {
        return;
    }
    struct shim_query *years[QUERY_YEARS_MAX], *any = NULL;
    uint32_t first = date->from / 10000, last = date->to > 0 ? date->to / 10000 : first + QUERY_YEARS_MAX;
    size_t count = 0;
    for (uint32_t year = first; year <= last && count < QUERY_YEARS_MAX; year++) {
        char digits[NOTATION_TERM_MAX + 1];
        notation_day_term("", year * 10000, DATE_YEAR, digits);
        years[count++] = way_term(ways->planner, prefix, digits, strlen(digits), 1.0);
    }
    if (ways->count < WAYS_MAX && shim_query_combine(SHIM_SYNONYM, years, count, &any, ways->planner->err) == ERR_OK) {
        ways->items[ways->count] = NULL;
        shim_query_scale(any, scale, &ways->items[ways->count], ways->planner->err);
        ways->count++;
    }
}

static enum err_code add_date(struct ways *ways, const struct date_found *date, bool wanted)
{
    struct notation_terms terms;
    char digits[NOTATION_TERM_MAX + 1];
    notation_date_terms(date, &terms);
    bool day = !date->period && date->from_precision == DATE_DAY;
    add_way(ways, "", terms.terms[0], day ? SCALE_DAY : SCALE_IN_TEXT);
    double document = date->kind == DATE_DOCUMENT ? SCALE_NAMED : SCALE_OF_DOCUMENT;
    double archived = date->kind == DATE_ARCHIVED ? SCALE_NAMED : SCALE_OF_DOCUMENT;
    double period = date->kind == DATE_PERIOD ? SCALE_NAMED : SCALE_OF_PERIOD;
    if (date->period) {
        add_years(ways, SCHEMA_DOCUMENT_DAY, date, date->kind == DATE_DOCUMENT ? SCALE_NAMED : SCALE_OF_PERIOD);
        add_years(ways, SCHEMA_ARCHIVED_DAY, date, date->kind == DATE_ARCHIVED ? SCALE_NAMED : SCALE_OF_PERIOD);
        add_years(ways, SCHEMA_PERIOD_YEAR, date, period);
    } else {
        notation_day_term("", date->from, date->from_precision, digits);
        add_way(ways, SCHEMA_DOCUMENT_DAY, digits, document);
        add_way(ways, SCHEMA_ARCHIVED_DAY, digits, archived);
        notation_day_term("", date->from, DATE_YEAR, digits);
        if (date->from_precision != DATE_DAY || date->kind == DATE_PERIOD) {
            add_way(ways, SCHEMA_PERIOD_YEAR, digits, period);
        }
    }
    return wanted ? needle_add_notation(ways->planner, terms.terms[0], strlen(terms.terms[0])) : ERR_OK;
}

static enum err_code add_ref(struct ways *ways, const struct ref_found *ref, bool wanted)
{
    struct notation_terms terms;
    if (ref->kind == REF_NUMBER) { /* as if it had been written without blanks */
        struct shim_query *word = NULL;
        enum err_code code = ways->count < WAYS_MAX ? way_word(ways->planner, ref->form, ref->len, false, wanted, &word) : ERR_OK;
        if (word != NULL && code == ERR_OK) {
            ways->items[ways->count++] = word;
        }
        return code;
    }
    notation_ref_terms(ref, &terms);
    add_way(ways, "", terms.terms[0], ref->kind == REF_DOCUMENT ? SCALE_NUMBER : SCALE_IN_TEXT);
    return wanted ? needle_add_notation(ways->planner, terms.terms[0], strlen(terms.terms[0])) : ERR_OK;
}

/* Words of a query as one text, and where each starts. */
struct noted_text {
    char text[NOTED_TEXT_MAX];
    size_t len;
    uint16_t word_of[NOTED_TEXT_MAX]; /* the number of the word that a byte is in */
};

static bool add_text(struct noted_text *noted, const char *text, size_t word)
{
    size_t len = strlen(text);
    if (len > NOTED_TEXT_MAX - noted->len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        noted->text[noted->len] = text[i];
        noted->word_of[noted->len++] = (uint16_t)word;
    }
    return true;
}

static bool add_word(struct noted_text *noted, const struct query_node *node, size_t word)
{
    bool fits = noted->len == 0 || add_text(noted, " ", word);
    for (size_t i = 0; i < node->token_count && fits; i++) {
        fits = (i == 0 || add_text(noted, node->joined ? "-" : "/", word)) && add_text(noted, node->tokens[i].written, word);
    }
    return fits;
}

/* All that is found in the text and is not in one word, or where words before it say what it is.  `single`: only what is one
 * word. */
static enum err_code add_found(struct ways *ways, const struct noted_text *noted, bool single, bool wanted)
{
    struct date_scanner dates;
    struct date_found date;
    struct ref_scanner refs;
    struct ref_found ref;
    enum err_code code = ERR_OK;
    date_scanner_init(&dates, noted->text, noted->len);
    dates.anywhere = true;
    while (code == ERR_OK && date_scanner_next(&dates, &date)) {
        if (single || date.kind != DATE_PLAIN || noted->word_of[date.start] != noted->word_of[date.end - 1]) {
            code = add_date(ways, &date, wanted);
        }
    }
    ref_scanner_init(&refs, noted->text, noted->len);
    while (code == ERR_OK && ref_scanner_next(&refs, &ref)) {
        if (single || noted->word_of[ref.start] != noted->word_of[ref.end - 1]) {
            code = add_ref(ways, &ref, wanted);
        }
    }
    return code;
}

/* Joins what was found; on failure all is freed. */
static enum err_code join_ways(struct ways *ways, enum err_code code, struct shim_query **ret_query)
{
    if (code == ERR_OK && ways->count > 0) {
        return shim_query_combine(SHIM_OR, ways->items, ways->count, ret_query, ways->planner->err);
    }
    for (size_t i = 0; i < ways->count; i++) {
        shim_query_free(ways->items[i]);
    }
    return code;
}

enum err_code way_notations(struct planner *planner, const struct query_node *node, bool wanted, struct shim_query **ret_query)
{
    struct ways ways = { .planner = planner };
    AUTO_FREE struct noted_text *noted = calloc(1, sizeof *noted);
    enum err_code code = noted != NULL ? ERR_OK : err_nomem(planner->err, "planning a search");
    *ret_query = NULL;
    for (size_t i = 0; i <= node->child_count && code == ERR_OK; i++) {
        const struct query_node *child = i < node->child_count ? node->children[i] : NULL;
        bool plain = child != NULL && child->kind == QUERY_WORD && child->sign == QUERY_PLAIN && !child->in_title
            && !child->in_recurring && !child->exact;
        if (!plain || !add_word(noted, child, i)) {
            code = add_found(&ways, noted, false, wanted);
            noted->len = 0;
        }
    }
    return join_ways(&ways, code, ret_query);
}

/* A word that may be the registration number of a document, in any notation: when there is such a number. */
static enum err_code add_code(struct ways *ways, const struct noted_text *noted, bool wanted)
{
    struct ref_found ref = { .kind = REF_DOCUMENT };
    bool certain;
    ref.len = ref_code(noted->text, noted->len, ref.form, &certain);
    struct notation_terms terms;
    notation_ref_terms(&ref, &terms);
    bool known = ref.len > 0 && planner_frequency(ways->planner, terms.terms[0], strlen(terms.terms[0])) > 0;
    return known ? add_ref(ways, &ref, wanted) : ERR_OK;
}

enum err_code way_notation(struct planner *planner, const struct query_node *word, bool wanted, struct shim_query **query)
{
    struct ways ways = { .planner = planner };
    struct shim_query *found = NULL;
    AUTO_FREE struct noted_text *noted = calloc(1, sizeof *noted);
    enum err_code code = noted != NULL ? ERR_OK : err_nomem(planner->err, "planning a search");
    if (code == ERR_OK && add_word(noted, word, 0)) {
        code = add_found(&ways, noted, true, wanted);
        if (code == ERR_OK && ways.count == 0) {
            code = add_code(&ways, noted, wanted);
        }
    }
    code = join_ways(&ways, code, &found);
    if (code == ERR_OK && found != NULL) {
        struct shim_query *both[] = { TAKE_PTR(*query), found };
        return shim_query_combine(SHIM_OR, both, 2, query, planner->err);
    }
    if (code != ERR_OK) {
        shim_query_free(TAKE_PTR(*query));
    }
    return code;
}
