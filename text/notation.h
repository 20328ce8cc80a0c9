/* notation.h - what is written in several ways, as terms: dates (dates.h) and numbers (refs.h), the same for documents and
 * queries, so that all ways to write one meet.
 *
 * A day gives a term for itself, its month and its year; a period one for both its ends as written (`eind 2011 tot eind 2014`
 * and `2011 t/m 2014` both give D2011-2014), and those for the days or months at its ends; a document number one for itself
 * and one for its file.
 */
#ifndef NASLAG_TEXT_NOTATION_H
#define NASLAG_TEXT_NOTATION_H

#include "text/dates.h"
#include "text/refs.h"

#define NOTATION_TERM_MAX (REF_FORM_MAX + 2)
#define NOTATION_TERMS_MAX 7

struct notation_terms {
    char terms[NOTATION_TERMS_MAX][NOTATION_TERM_MAX + 1]; /* with their prefixes; the first is the most precise */
    size_t count;
};

void notation_date_terms(const struct date_found *found, struct notation_terms *ret_terms);
void notation_ref_terms(const struct ref_found *found, struct notation_terms *ret_terms);
/* `prefix` and the first `precision` digits of a day. */
void notation_day_term(const char *prefix, uint32_t day, enum date_precision precision, char out[NOTATION_TERM_MAX + 1]);
/* Where the date or number ends that begins at byte `start`; 0 when none does. */
size_t notation_end(const char *text, size_t len, size_t start);

#endif
