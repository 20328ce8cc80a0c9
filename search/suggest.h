/* suggest.h - did you mean: another spelling of a query that has hits.
 *
 * Looked for when a word of the query is nowhere, or is rare and no word of the language; and when words written apart are one
 * word in the documents.  Candidates are words of the index itself, and compounds of them; which of them was meant is a matter
 * of how likely the slip of the hand is (typo.h) and how frequent the word.  A query whose words all have plenty of documents costs
 * a few look-ups in the mapped lexicons for each two words next to each other, and nothing else.
 */
#ifndef NASLAG_SEARCH_SUGGEST_H
#define NASLAG_SEARCH_SUGGEST_H

#include "search/plan.h"

/* `query` as it was read from `text`, `plan` as it was made of it.  Fills *ret_meant, owned by the caller (search_meant_done); its
 * query is NULL when there is nothing to suggest.  Never suggests a query without hits. */
enum err_code suggest_find(struct search_index *index, const char *text, size_t len, const struct query *query,
                           unsigned without, const struct plan *plan, struct search_meant *ret_meant, struct err *err);

#endif
