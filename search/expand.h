/* expand.h - abbreviations at query time: what a word stands for, and which abbreviation stands for some words.
 *
 * The table is that of the collection's own documents, as terms (schema.h: A and B), each with the number of documents that define
 * the pair.
 */
#ifndef NASLAG_SEARCH_EXPAND_H
#define NASLAG_SEARCH_EXPAND_H

#include "search/index.h"
#include "text/abbrev.h"

#define EXPAND_MAX 3 /* expansions of one word: the rest is too rare to be meant */

struct expansion {
    char text[ABBREV_LONG_MAX + 1]; /* folded words, one space between */
    size_t len;
    uint32_t documents; /* that define it */
};

/* Fills `expansions`, most documents first; those with less than a quarter of the first one's are left out.
 * `prefix` is SCHEMA_BRIEF (key: an abbreviation) or SCHEMA_FULL (key: words). */
enum err_code expand_find(const struct index_view *view, const char *prefix, const char *key, size_t len,
                          struct expansion expansions[EXPAND_MAX], size_t *ret_count, struct err *err);

/* Whether any key with this prefix begins with these words. */
enum err_code expand_begins(const struct index_view *view, const char *prefix, const char *key, size_t len, bool *ret_begins,
                            struct err *err);

#endif
