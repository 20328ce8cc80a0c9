/* analysis.h - from a document's text to its terms.
 *
 * An analysis is made once per process and used for one document after another; it remembers forms and stems, so that each
 * is stemmed once a run.  Feed the fields of a document, read the terms, reset.
 *
 *     analysis_begin(a);
 *     analysis_add_title(a, title, len);
 *     analysis_add_heading(a, heading, len);
 *     position = analysis_add_text(a, bytes, len, position);     block after block
 *     analysis_end(a, err);
 *     for (i < analysis_term_count(a)) analysis_term(a, i, &term);
 */
#ifndef NASLAG_TEXT_ANALYSIS_H
#define NASLAG_TEXT_ANALYSIS_H

#include "text/derive.h"

struct analysis;

/* `dutch` is borrowed. */
enum err_code analysis_new(const struct dutch *dutch, struct analysis **ret_analysis, struct err *err);
void analysis_free(struct analysis *analysis);
/* The most forms to remember from document to document, some 250 bytes each; 0: the default, 1.5 million. */
void analysis_limit(struct analysis *analysis, size_t forms);
DEFINE_CLEANUP(struct analysis, analysis_free)
/* The words that it knows. */
const struct words *analysis_words(const struct analysis *analysis);

/* Starts an empty document.  Forgets the vocabulary when it has grown past its ceiling. */
enum err_code analysis_begin(struct analysis *analysis, struct err *err);
void analysis_add_title(struct analysis *analysis, const char *text, size_t len);
/* A heading, which is part of the text too: its words count more. */
void analysis_add_heading(struct analysis *analysis, const char *text, size_t len);
/* Adds text whose first token has `position`; returns the position after its last token.  The text may be a piece of a
 * larger one when the cut is at white space. */
uint32_t analysis_add_text(struct analysis *analysis, const char *text, size_t len, uint32_t position);
/* The same for text that recurs in the source (recur.h): its forms become SCHEMA_RECURRING terms only. */
uint32_t analysis_add_recurring(struct analysis *analysis, const char *text, size_t len, uint32_t position);
/* Ends the document: its terms can be read now.  Reports a failure of any add since analysis_begin (they are sticky). */
enum err_code analysis_end(struct analysis *analysis, struct err *err);

struct analysis_term {
    const char *term; /* with its prefix; not NUL-terminated; valid until the next analysis_term or analysis_begin */
    size_t len;
    uint32_t wdf;
    const uint32_t *positions; /* ascending; NULL when the term has none */
    size_t position_count;
};
size_t analysis_term_count(const struct analysis *analysis);
void analysis_term(struct analysis *analysis, size_t index, struct analysis_term *ret_term);

/* What shapes the terms, one line: terms version and stemmer.  Recorded in every manifest. */
enum err_code analysis_signature(const char **ret_signature, struct err *err);

/* The closed form of a chain of tokens (risico-regelreflex -> risicoregelreflex), as documents are indexed and as
 * queries ask it.  `forms` are NUL-terminated.  Returns its length, or 0 when the chain has no closed form
 * (numbers only, or too long). */
size_t analysis_closed_form(const char *const *forms, size_t count, char *out, size_t cap);

#endif
