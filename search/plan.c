/* plan.c - from a query tree to a Xapian query: groups, operators, phrases, wildcards. */
#include "search/planner.h"

#include <string.h>

#define SCALE_APART 0.1 /* the tokens of a hyphenated word in a row: documents that write it with a space */
#define SCALE_TOKEN 0.7 /* each token of a hyphenated word by itself: KURTOSIS-functie is also asked for by KURTOSIS */

#define ROW_WORDS_MAX 8 /* words of a query that are looked for as they stand */

void plan_done(struct plan *plan)
{
    for (size_t i = 0; i < plan->needle_count; i++) {
        for (size_t k = 0; k < plan->needles[i].form_count; k++) {
            free(plan->needles[i].forms[k].form);
            free(plan->needles[i].forms[k].term);
        }
    }
    free(plan->needles);
    free(plan->expansions);
    shim_query_free(plan->query);
    *plan = (struct plan){ 0 };
}

/* first OP second, where either may be NULL: then the other stands alone (for SHIM_AND_NOT only the first can). */
static enum err_code join(struct planner *planner, enum shim_op op, struct shim_query **first, struct shim_query **second)
{
    if (*first == NULL || *second == NULL) {
        if (*first == NULL && op != SHIM_AND_NOT) {
            *first = TAKE_PTR(*second);
        }
        return ERR_OK;
    }
    struct shim_query *both[] = { TAKE_PTR(*first), TAKE_PTR(*second) };
    return shim_query_combine(op, both, 2, first, planner->err);
}

static enum err_code sequence_query(struct planner *planner, const struct query_node *node, bool in_title,
                                    struct shim_query **ret_query)
{
    AUTO_FREE const char **terms = calloc(node->token_count, sizeof *terms);
    AUTO_FREE size_t *lens = calloc(node->token_count, sizeof *lens);
    AUTO_FREE char *letters = calloc(node->token_count, PLANNER_TERM_MAX);
    if (terms == NULL || lens == NULL || letters == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    for (size_t i = 0; i < node->token_count; i++) {
        char *term = letters + i * PLANNER_TERM_MAX;
        size_t prefix = strlen(planner_prefix(planner, in_title));
        memcpy(term, planner_prefix(planner, in_title), prefix);
        memcpy(term + prefix, node->tokens[i].form, node->tokens[i].len);
        terms[i] = term;
        lens[i] = prefix + node->tokens[i].len;
    }
    if (node->token_count == 1) {
        return shim_query_term(terms[0], lens[0], ret_query, planner->err);
    }
    if (node->kind == QUERY_NEAR) {
        /* n words apart: the window holds the words and what may stand between. */
        uint32_t window = (uint32_t)node->token_count + node->distance - 1;
        return shim_query_near(terms, lens, node->token_count, window, ret_query, planner->err);
    }
    return shim_query_phrase(terms, lens, node->token_count, (uint32_t)node->token_count, ret_query, planner->err);
}

/* The closed form of a word written with hyphens, or its tokens in a row. */
static enum err_code joined_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                  struct shim_query **ret_query)
{
    const char *forms[QUERY_TERMS_MAX];
    size_t form_count = node->token_count < QUERY_TERMS_MAX ? node->token_count : QUERY_TERMS_MAX;
    for (size_t i = 0; i < form_count; i++) {
        forms[i] = node->tokens[i].form;
    }
    struct shim_query *ways[2] = { NULL, NULL }, *apart = NULL;
    char closed[TOKEN_FORM_MAX];
    size_t count = 0, len = analysis_closed_form(forms, form_count, closed, sizeof closed);
    enum err_code code = len > 0 ? way_word(planner, closed, len, in_title, wanted, &ways[0]) : ERR_OK;
    count += len > 0;
    if (code == ERR_OK) {
        code = sequence_query(planner, node, in_title, &apart);
    }
    if (code == ERR_OK) {
        code = shim_query_scale(apart, SCALE_APART, &ways[count++], planner->err);
    }
    if (code == ERR_OK && wanted) {
        code = needle_add_phrase(planner, node);
    }
    if (code == ERR_OK) {
        return shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
    }
    shim_query_free(ways[0]);
    shim_query_free(ways[1]);
    return code;
}

/* The token of a word that says most: the one in the fewest documents. */
static size_t rarest_token(struct planner *planner, const struct query_node *node)
{
    size_t rarest = 0;
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < node->token_count; i++) {
        const struct derived *class = &planner_derive(planner, node->tokens[i].form, node->tokens[i].len)->terms[0];
        uint32_t frequency = planner_frequency(planner, class->term, class->len);
        if (frequency < least) {
            least = frequency;
            rarest = i;
        }
    }
    return rarest;
}

/* A word that falls apart in tokens: any of them.  Written with hyphens it is one word, and means that, or at least its rarest
 * token: KURTOSIS-functie also asks for KURTOSIS, but not for every function. */
static enum err_code broken_word_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                       struct shim_query **ret_query)
{
    struct shim_query *whole = NULL, *rare = NULL, *others[QUERY_TERMS_MAX], *rest = NULL;
    size_t count = 0, rarest = node->joined ? rarest_token(planner, node) : SIZE_MAX;
    enum err_code code = node->joined ? joined_query(planner, node, in_title, wanted, &whole) : ERR_OK;
    for (size_t i = 0; i < node->token_count && i < QUERY_TERMS_MAX && code == ERR_OK; i++) {
        struct shim_query *token = NULL;
        code = way_word(planner, node->tokens[i].form, node->tokens[i].len, in_title, wanted, &token);
        if (code == ERR_OK && node->joined) {
            code = shim_query_scale(token, SCALE_TOKEN, &token, planner->err);
        }
        if (code == ERR_OK && i == rarest) {
            rare = token;
        } else if (code == ERR_OK) {
            others[count++] = token;
        }
    }
    if (code == ERR_OK && count > 0) {
        code = shim_query_combine(SHIM_OR, others, count, &rest, planner->err);
        count = 0;
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_AND_MAYBE, &rare, &rest);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_OR, &whole, &rare);
    }
    if (code == ERR_OK) {
        *ret_query = TAKE_PTR(whole);
    }
    for (size_t i = 0; i < count; i++) {
        shim_query_free(others[i]);
    }
    shim_query_free(whole);
    shim_query_free(rare);
    shim_query_free(rest);
    return code;
}

static enum err_code node_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                struct shim_query **ret_query);

/* Which children of a node are meant. */
enum choice { ALL_CHILDREN, REQUIRED, EXCLUDED, PLAIN_RARE, PLAIN_COMMON, FILTERS };

static bool is_common_word(struct planner *planner, const struct query_node *node)
{
    const struct index_view *view = planner->index->view;
    if (node->kind != QUERY_WORD || node->token_count != 1 || planner->recurring || node->in_recurring) {
        return false;
    }
    if (is_function_word(node->tokens[0].form, node->tokens[0].len)) {
        return true;
    }
    if (view->all_count < PLANNER_COMMON_DOCUMENTS) {
        return false;
    }
    const struct derived *class = &planner_derive(planner, node->tokens[0].form, node->tokens[0].len)->terms[0];
    return planner_frequency(planner, class->term, class->len) > PLANNER_COMMON_SHARE * view->all_count;
}

static bool is_chosen(struct planner *planner, const struct query_node *child, enum choice choice)
{
    if (child->kind == QUERY_DATES && child->sign != QUERY_EXCLUDED) {
        return choice == FILTERS || choice == ALL_CHILDREN;
    }
    switch (choice) {
    case FILTERS:
        return false;
    case REQUIRED:
        return child->sign == QUERY_REQUIRED;
    case EXCLUDED:
        return child->sign == QUERY_EXCLUDED;
    case PLAIN_RARE:
    case PLAIN_COMMON:
        return child->sign == QUERY_PLAIN && is_common_word(planner, child) == (choice == PLAIN_COMMON);
    case ALL_CHILDREN:
        break;
    }
    return true;
}

/* Queries of some of the children, combined; *ret_query is NULL when there are none. */
static enum err_code children_query(struct planner *planner, const struct query_node *node, enum choice choice,
                                    enum shim_op op, bool in_title, bool wanted, struct shim_query **ret_query)
{
    AUTO_FREE struct shim_query **parts = calloc(node->child_count, sizeof *parts);
    if (parts == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    size_t count = 0;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < node->child_count && code == ERR_OK; i++) {
        if (is_chosen(planner, node->children[i], choice)) {
            code = node_query(planner, node->children[i], in_title, wanted && choice != EXCLUDED, &parts[count]);
            count += code == ERR_OK;
        }
    }
    if (code != ERR_OK) {
        for (size_t i = 0; i < count; i++) {
            shim_query_free(parts[i]);
        }
        return code;
    }
    *ret_query = NULL;
    return count == 0 ? ERR_OK : shim_query_combine(op, parts, count, ret_query, planner->err);
}

/* Adds weight for pairs of the plain rare words. */
static enum err_code add_pairs(struct planner *planner, const struct query_node *node, struct shim_query **rare)
{
    AUTO_FREE const struct query_node **words = calloc(node->child_count, sizeof *words);
    size_t count = 0;
    if (words == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    for (size_t i = 0; i < node->child_count; i++) {
        const struct query_node *child = node->children[i];
        if (child->kind == QUERY_WORD && !child->exact && !child->in_title && !child->in_recurring
            && is_chosen(planner, child, PLAIN_RARE)) {
            words[count++] = child;
        }
    }
    struct shim_query *pairs = pairs_query(planner, words, count);
    return join(planner, SHIM_OR, rare, &pairs); /* whoever has a pair has its words */
}

/* A group: all required ones; of the plain ones any.  Plain words that are in a large part of the documents, and function
 * words, only add weight when there are others: nobody looks for every document with "de" in it, and matching them is what
 * costs time. */
static enum err_code group_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                 struct shim_query **ret_query)
{
    enum { NEED, RARE, COMMON, NOT, FILTER, KINDS };
    static const struct {
        enum choice choice;
        enum shim_op op;
    } kinds[KINDS] = {
        [NEED] = { REQUIRED, SHIM_AND },
        [RARE] = { PLAIN_RARE, SHIM_OR },
        [COMMON] = { PLAIN_COMMON, SHIM_OR },
        [NOT] = { EXCLUDED, SHIM_OR },
        [FILTER] = { FILTERS, SHIM_AND },
    };
    struct shim_query *parts[KINDS] = { NULL };
    enum err_code code = ERR_OK;
    for (int i = 0; i < KINDS && code == ERR_OK; i++) {
        code = children_query(planner, node, kinds[i].choice, kinds[i].op, in_title, wanted, &parts[i]);
    }
    bool words = wanted && !in_title && !planner->recurring;
    if (code == ERR_OK && words && !(planner->without & SEARCH_NO_COORDINATION)) {
        code = add_pairs(planner, node, &parts[RARE]);
    }
    struct shim_query *brief = NULL, *noted = NULL;
    if (code == ERR_OK && words) {
        code = broaden_group(planner, node, wanted, &brief);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_OR, &parts[RARE], &brief);
    }
    shim_query_free(brief);
    if (code == ERR_OK && words) {
        code = way_notations(planner, node, wanted, &noted);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_OR, &parts[RARE], &noted);
    }
    shim_query_free(noted);
    if (code == ERR_OK) {
        code = join(planner, SHIM_AND_MAYBE, &parts[RARE], &parts[COMMON]);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_AND_MAYBE, &parts[NEED], &parts[RARE]);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_FILTER, &parts[NEED], &parts[FILTER]);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_AND_NOT, &parts[NEED], &parts[NOT]);
    }
    if (code == ERR_OK && parts[NEED] == NULL) {
        code = shim_query_nothing(&parts[NEED], planner->err);
    }
    if (code == ERR_OK) {
        *ret_query = TAKE_PTR(parts[NEED]);
    }
    for (int i = 0; i < KINDS; i++) {
        shim_query_free(parts[i]);
    }
    return code;
}

/* Leaving out is by the form as written: a stem, a part or a synonym would leave out too much (overheid, over). */
static enum err_code excluded_query(struct planner *planner, const struct query_node *node, bool in_title,
                                    struct shim_query **ret_query)
{
    if (node->token_count == 1) {
        return exact_excluded(planner, node->tokens[0].form, node->tokens[0].len, in_title, ret_query);
    }
    struct shim_query *ways[2] = { NULL, NULL };
    enum err_code code = sequence_query(planner, node, in_title, &ways[0]);
    const char *forms[QUERY_TERMS_MAX];
    size_t count = node->joined && node->token_count < QUERY_TERMS_MAX ? node->token_count : 0;
    for (size_t i = 0; i < count; i++) {
        forms[i] = node->tokens[i].form;
    }
    char closed[TOKEN_FORM_MAX];
    size_t len = count > 0 ? analysis_closed_form(forms, count, closed, sizeof closed) : 0;
    if (code != ERR_OK || len == 0) {
        *ret_query = ways[0];
        return code;
    }
    exact_excluded(planner, closed, len, in_title, &ways[1]); /* on failure NULL, which the combinator reports */
    return shim_query_combine(SHIM_OR, ways, 2, ret_query, planner->err);
}

/* Words in text that recurs, as they are written and in a row.  The terms there have no weight, so that such text does not
 * count for the length of a document. */
static enum err_code recurring_query(struct planner *planner, const struct query_node *node, bool wanted,
                                     struct shim_query **ret_query)
{
    enum err_code code = wanted ? needle_add_phrase(planner, node) : ERR_OK;
    return code == ERR_OK ? sequence_query(planner, node, false, ret_query) : code;
}

static enum err_code plain_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                 struct shim_query **ret_query)
{
    enum err_code code;
    switch (node->kind) {
    case QUERY_WORD:
        if (node->exact) {
            return exact_query(planner, node, in_title, wanted, ret_query);
        }
        if (!wanted) {
            return excluded_query(planner, node, in_title, ret_query);
        }
        if (node->token_count == 1) {
            return way_word(planner, node->tokens[0].form, node->tokens[0].len, in_title, wanted, ret_query);
        }
        code = broken_word_query(planner, node, in_title, wanted, ret_query);
        return code == ERR_OK && !in_title ? way_notation(planner, node, wanted, ret_query) : code;
    case QUERY_DATES:
        return dates_filter(planner, node, ret_query);
    case QUERY_WILDCARD:
        return wildcard_query(planner, node, in_title, wanted, ret_query);
    case QUERY_PHRASE:
        if (node->exact) {
            return exact_query(planner, node, in_title, wanted, ret_query);
        }
        code = wanted ? needle_add_phrase(planner, node) : ERR_OK;
        return code == ERR_OK ? sequence_query(planner, node, in_title, ret_query) : code;
    case QUERY_NEAR:
        code = sequence_query(planner, node, in_title, ret_query);
        for (size_t i = 0; i < node->token_count && wanted && code == ERR_OK; i++) {
            code = needle_add_word(planner, node->tokens[i].form, node->tokens[i].len, NULL);
        }
        return code;
    case QUERY_GROUP:
        return group_query(planner, node, in_title, wanted, ret_query);
    case QUERY_AND:
    case QUERY_OR:
        return children_query(planner, node, ALL_CHILDREN, node->kind == QUERY_AND ? SHIM_AND : SHIM_OR, in_title, wanted,
                              ret_query);
    }
    return err_set(planner->err, ERR_INTERNAL, "a query node of unknown kind");
}

static enum err_code node_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                struct shim_query **ret_query)
{
    bool outer = planner->recurring;
    planner->recurring = outer || node->in_recurring;
    enum err_code code = planner->recurring && (node->kind == QUERY_WORD || node->kind == QUERY_PHRASE)
        ? recurring_query(planner, node, wanted, ret_query)
        : plain_query(planner, node, in_title || node->in_title, wanted, ret_query);
    planner->recurring = outer;
    return code;
}

/* Words typed as they stand in a text, function words between them: where they stand so is the best passage. */
static enum err_code add_row_needle(struct planner *planner, const struct query_node *root)
{
    struct query_token tokens[ROW_WORDS_MAX];
    size_t functions = 0;
    if (root->kind != QUERY_GROUP || root->child_count > ROW_WORDS_MAX) {
        return ERR_OK;
    }
    for (size_t i = 0; i < root->child_count; i++) {
        const struct query_node *word = root->children[i];
        if (word->kind != QUERY_WORD || word->sign != QUERY_PLAIN || word->in_title || word->in_recurring || word->exact
            || word->token_count != 1) {
            return ERR_OK;
        }
        tokens[i] = word->tokens[0];
        functions += is_function_word(tokens[i].form, tokens[i].len);
    }
    if (functions == 0 || functions == root->child_count) {
        return ERR_OK;
    }
    struct query_node row = { .kind = QUERY_PHRASE, .tokens = tokens, .token_count = root->child_count };
    enum err_code code = needle_add_phrase(planner, &row);
    if (code == ERR_OK) {
        planner->plan->needles[planner->plan->needle_count - 1].extra = true;
    }
    return code;
}

/* When every word is common, their places are all there is. */
static void keep_some_needles(struct plan *plan)
{
    for (size_t i = 0; i < plan->needle_count; i++) {
        if (!plan->needles[i].common && !plan->needles[i].extra) {
            return;
        }
    }
    for (size_t i = 0; i < plan->needle_count; i++) {
        plan->needles[i].common = false;
    }
}

enum err_code plan_make(struct search_index *index, const struct query *query, unsigned without, struct plan *ret_plan,
                        struct err *err)
{
    struct plan plan = { .deriver = index->view->deriver };
    struct err problem = ERR_INIT;
    struct planner planner = { .index = index, .plan = &plan, .err = &problem, .without = without,
                               .light = query->term_count > PLANNER_LIGHT_TERMS };
    enum err_code code = ERR_OK;
    if (query->root != NULL) {
        code = node_query(&planner, query->root, false, true, &plan.query);
        code = code == ERR_OK ? add_row_needle(&planner, query->root) : code;
        bool named = code == ERR_OK && !(without & SEARCH_NO_NAMES);
        struct shim_query *name = named ? names_query(&planner, query->root) : NULL;
        if (name != NULL) {
            code = join(&planner, SHIM_OR, &plan.query, &name);
        }
    }
    if (code != ERR_OK) {
        plan_done(&plan);
        return err_set(err, problem.code != ERR_OK ? problem.code : code, "%s", problem.text);
    }
    keep_some_needles(&plan);
    *ret_plan = plan;
    return ERR_OK;
}
