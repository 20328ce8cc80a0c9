/* snippet.h - passages of a document around the places of needles.
 *
 * Windows are chosen on positions alone: the window with the rarest and most distinct needles first, then others that
 * add something.  Only then the one or two blocks of stored text that hold a window are unpacked and tokenised.  So the
 * cost does not depend on the size of the document, but for the number of hits in it.
 */
#ifndef NASLAG_SEARCH_SNIPPET_H
#define NASLAG_SEARCH_SNIPPET_H

#include "search/hits.h"

/* Fills hit->fragments, at most SEARCH_FRAGMENTS_MAX. */
enum err_code snippet_make(const struct plan *plan, const struct places *places, const struct store_text *text,
                           struct search_hit *hit, struct err *err);

/* Appends `text` escaped for HTML, with words that are forms of a word needle in <mark>. */
void snippet_mark_words(const struct plan *plan, const char *text, size_t len, struct buf *out);

#endif
