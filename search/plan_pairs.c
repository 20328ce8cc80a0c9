/* plan_pairs.c - soft coordination: documents with both words come first.
 *
 * A sum of weights lets one rare word outweigh the other.  In a query of two words documents that have both, in whatever
 * inflection, get the weights of both once more, scaled down.  Longer queries are left alone: the more words, the less likely it
 * is that the document that is meant has all of them, and measured on Dutch sets they lose by it (docs/RELEVANCE.md).
 */
#include "search/planner.h"

#include <string.h>

#define SCALE_PAIR 0.15

/* The class of a word, closed when it is written with hyphens. */
static struct shim_query *class_query(struct planner *planner, const struct query_node *word)
{
    char closed[TOKEN_FORM_MAX];
    const char *form = word->tokens[0].form;
    size_t len = word->tokens[0].len;
    if (word->joined && word->token_count <= QUERY_TERMS_MAX) {
        const char *forms[QUERY_TERMS_MAX];
        for (size_t i = 0; i < word->token_count; i++) {
            forms[i] = word->tokens[i].form;
        }
        size_t closed_len = analysis_closed_form(forms, word->token_count, closed, sizeof closed);
        form = closed_len > 0 ? closed : form;
        len = closed_len > 0 ? closed_len : len;
    }
    if (planner->without & SEARCH_NO_INFLECTION) {
        return way_term(planner, "", form, len, SCALE_PAIR);
    }
    const struct derived *class = &planner_derive(planner, form, len)->terms[0];
    return way_term(planner, SCHEMA_CLASS, class->term + 1, class->len - 1u, SCALE_PAIR);
}

struct shim_query *pairs_query(struct planner *planner, const struct query_node *const *words, size_t count)
{
    struct shim_query *query = NULL;
    if (count == 2) {
        struct shim_query *both[] = { class_query(planner, words[0]), class_query(planner, words[1]) };
        shim_query_combine(SHIM_AND, both, 2, &query, planner->err);
    }
    return query;
}
