/* expansion.h - telling which other words were searched for: from the plan to the result. */
#ifndef NASLAG_SEARCH_EXPANSION_H
#define NASLAG_SEARCH_EXPANSION_H

#include "search/plan.h"

/* Fills result->expansions.  `result->reading` is there already.  With `sources` each meaning gets a document that defines it, and
 * its spelling there. */
enum err_code expansion_describe(struct search_index *index, const struct query *query, const struct plan *plan, bool sources,
                                 struct search_result *result, struct err *err);
void expansions_free(struct search_expansion *expansions, size_t count);

#endif
