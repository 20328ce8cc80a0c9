/* notation.c - terms of dates and numbers. */
#include "text/notation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text/schema.h"

void notation_day_term(const char *prefix, uint32_t day, enum date_precision precision, char out[NOTATION_TERM_MAX + 1])
{
    snprintf(out, NOTATION_TERM_MAX + 1, "%s%08" PRIu32, prefix, day);
    out[strlen(prefix) + (size_t)precision] = '\0';
}

/* A point in time, and the month and year that it is in. */
static void add_point(struct notation_terms *terms, uint32_t day, enum date_precision precision)
{
    static const enum date_precision all[] = { DATE_DAY, DATE_MONTH, DATE_YEAR };
    for (size_t i = 0; i < sizeof all / sizeof *all && terms->count < NOTATION_TERMS_MAX; i++) {
        if (all[i] <= precision) {
            notation_day_term(SCHEMA_DAY, day, all[i], terms->terms[terms->count]);
            bool seen = false;
            for (size_t k = 0; k < terms->count; k++) {
                seen = seen || strcmp(terms->terms[k], terms->terms[terms->count]) == 0;
            }
            terms->count += !seen;
        }
    }
}

void notation_date_terms(const struct date_found *found, struct notation_terms *ret_terms)
{
    ret_terms->count = 0;
    if (!found->period) {
        add_point(ret_terms, found->from, found->from_precision);
        return;
    }
    char from[NOTATION_TERM_MAX + 1], to[NOTATION_TERM_MAX + 1];
    notation_day_term(SCHEMA_DAY, found->from, found->from_precision, from);
    notation_day_term("", found->to, found->to_precision, to);
    snprintf(ret_terms->terms[0], sizeof ret_terms->terms[0], "%.20s-%.20s", from, found->to > 0 ? to : "");
    ret_terms->count = 1;
    if (found->from_precision != DATE_YEAR) {
        add_point(ret_terms, found->from, found->from_precision);
    }
    if (found->to > 0 && found->to_precision != DATE_YEAR) {
        add_point(ret_terms, found->to, found->to_precision);
    }
}

void notation_ref_terms(const struct ref_found *found, struct notation_terms *ret_terms)
{
    const char *prefix = found->kind == REF_DOCUMENT ? SCHEMA_NUMBER : found->kind == REF_AMOUNT ? SCHEMA_AMOUNT : "";
    snprintf(ret_terms->terms[0], sizeof ret_terms->terms[0], "%s%s", prefix, found->form);
    ret_terms->count = 1;
    if (found->file_len > 0) {
        snprintf(ret_terms->terms[1], sizeof ret_terms->terms[1], "%s%.*s", prefix, (int)found->file_len, found->form);
        ret_terms->count = 2;
    } else if (found->kind == REF_NUMBER) {
        snprintf(ret_terms->terms[1], sizeof ret_terms->terms[1], "%s%s", SCHEMA_CLASS, found->form);
        ret_terms->count = 2;
    }
}

size_t notation_end(const char *text, size_t len, size_t start)
{
    struct date_scanner dates;
    struct date_found date;
    struct ref_scanner refs;
    struct ref_found ref;
    size_t rest = len - start, end = 0;
    date_scanner_init(&dates, text + start, rest < DATE_TEXT_MAX ? rest : DATE_TEXT_MAX);
    if (date_scanner_next(&dates, &date) && date.start == 0) {
        end = start + date.end;
    }
    ref_scanner_init(&refs, text + start, rest < REF_TEXT_MAX ? rest : REF_TEXT_MAX);
    if (ref_scanner_next(&refs, &ref) && ref.start == 0 && start + ref.end > end) {
        end = start + ref.end;
    }
    return end;
}
