/* expand.h - abbreviations at query time: what a word stands for, and which abbreviation stands for some words.
 *
 * The table is that of the collection's own documents, as terms (schema.h: A and B), each with the number of documents that define
 * the pair; less what the editor's file forbids, plus what it adds (text/editor.h).
 */
#ifndef NASLAG_SEARCH_EXPAND_H
#define NASLAG_SEARCH_EXPAND_H

#include "search/index.h"
#include "text/abbrev.h"

#define EXPAND_MAX SEARCH_MEANINGS_MAX /* expansions of one word: the rest is too rare to be listed */
#define EXPAND_USED_MAX 3              /* of those that documents define, so many are searched for */

struct expansion {
    char text[ABBREV_LONG_MAX + 1]; /* folded words, one space between */
    size_t len;
    uint32_t documents;  /* that define it */
    bool used;           /* often enough meant to be searched for; the others are choices only */
    const char *written; /* by the editor, who owns it; NULL when only documents define it */
};

/* Fills `expansions`: the editor's first, then those of most documents first.  Of these the first EXPAND_USED_MAX are used, but
 * none that less than a quarter as many documents define as the first one, or less than a hundredth of those that have the
 * abbreviation.
 * `prefix` is SCHEMA_BRIEF (key: an abbreviation) or SCHEMA_FULL (key: words). */
enum err_code expand_find(const struct search_index *index, const char *prefix, const char *key, size_t len,
                          struct expansion expansions[EXPAND_MAX], size_t *ret_count, struct err *err);

/* Whether any term with this prefix begins with these words. */
enum err_code expand_begins(const struct index_view *view, const char *prefix, const char *key, size_t len, bool *ret_begins,
                            struct err *err);

#endif
