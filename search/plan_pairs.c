/* plan_pairs.c - soft coordination: documents with more of the words come first.
 *
 * A sum of weights lets one rare word outweigh several.  Neighbouring words of a query mostly belong together, so documents that
 * have both, in whatever inflection, get the weights of both once more, scaled down.
 */
#include "search/planner.h"

#include <string.h>

#define SCALE_PAIR 0.15
#define PAIR_WORDS_MAX 5 /* in longer queries the pairs say little and cost much */

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
    const struct derived *class = &planner_derive(planner, form, len)->terms[0];
    return way_term(planner, SCHEMA_CLASS, class->term + 1, class->len - 1u, SCALE_PAIR);
}

struct shim_query *pairs_query(struct planner *planner, const struct query_node *const *words, size_t count)
{
    struct shim_query *pairs[PAIR_WORDS_MAX], *query = NULL;
    if (count < 2 || count > PAIR_WORDS_MAX) {
        return NULL;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        struct shim_query *both[] = { class_query(planner, words[i]), class_query(planner, words[i + 1]) };
        pairs[i] = NULL;
        shim_query_combine(SHIM_AND, both, 2, &pairs[i], planner->err);
    }
    shim_query_combine(SHIM_OR, pairs, count - 1, &query, planner->err);
    return query;
}
