/* plan.c - from a query tree to a Xapian query: groups, operators, phrases, wildcards. */
#include "search/planner.h"

#include <string.h>

#define SCALE_APART 0.3 /* the tokens of a hyphenated word in a row: only adds documents that write it with a space */

#define WILDCARD_TERMS_MAX 500

void plan_done(struct plan *plan)
{
    for (size_t i = 0; i < plan->needle_count; i++) {
        for (size_t k = 0; k < plan->needles[i].form_count; k++) {
            free(plan->needles[i].forms[k].form);
        }
    }
    free(plan->needles);
    shim_query_free(plan->query);
    *plan = (struct plan){ 0 };
}

/* What terms of words in a field begin with. */
static const char *field_prefix(const struct planner *planner, bool in_title)
{
    return planner->recurring ? SCHEMA_RECURRING : in_title ? SCHEMA_TITLE : "";
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
        size_t prefix = strlen(field_prefix(planner, in_title));
        memcpy(term, field_prefix(planner, in_title), prefix);
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

/* A word that falls apart in tokens: with hyphens the closed form or the tokens in a row; otherwise any of them. */
static enum err_code broken_word_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                       struct shim_query **ret_query)
{
    struct shim_query *ways[QUERY_TERMS_MAX + 2];
    size_t count = 0;
    if (node->joined) {
        const char *forms[QUERY_TERMS_MAX];
        size_t form_count = node->token_count < QUERY_TERMS_MAX ? node->token_count : QUERY_TERMS_MAX;
        for (size_t i = 0; i < form_count; i++) {
            forms[i] = node->tokens[i].form;
        }
        char closed[TOKEN_FORM_MAX];
        size_t len = analysis_closed_form(forms, form_count, closed, sizeof closed);
        ways[count] = NULL;
        if (len > 0 && way_word(planner, closed, len, in_title, wanted, &ways[count]) == ERR_OK) {
            count++;
        }
        struct shim_query *apart = NULL;
        ways[count] = NULL;
        if (sequence_query(planner, node, in_title, &apart) == ERR_OK) {
            shim_query_scale(apart, SCALE_APART, &ways[count], planner->err);
        }
        if (wanted && ways[count] != NULL && needle_add_phrase(planner, node) != ERR_OK) {
            shim_query_free(ways[count]);
            ways[count] = NULL;
        }
        return shim_query_combine(SHIM_OR, ways, count + 1, ret_query, planner->err);
    }
    for (size_t i = 0; i < node->token_count && i < QUERY_TERMS_MAX; i++) {
        ways[count] = NULL;
        way_word(planner, node->tokens[i].form, node->tokens[i].len, in_title, wanted, &ways[count]);
        count++;
    }
    return shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
}

static enum err_code wildcard_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                    struct shim_query **ret_query)
{
    const char *prefix = node->tokens[0].form;
    size_t len = node->tokens[0].len;
    char term[PLANNER_TERM_MAX];
    size_t field = strlen(field_prefix(planner, in_title));
    memcpy(term, field_prefix(planner, in_title), field);
    memcpy(term + field, prefix, len);
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    enum err_code code = shim_terms_open(planner->index->view->reader, term, field + len, &terms, planner->err);
    struct needle *needle = NULL;
    if (code == ERR_OK && wanted) {
        code = needle_new(planner, false, &needle);
    }
    uint32_t documents = 0;
    for (uint32_t count = 0; code == ERR_OK; count++) {
        const char *found;
        size_t found_len;
        uint32_t frequency;
        code = shim_terms_next(terms, &found, &found_len, &frequency, planner->err);
        if (code != ERR_OK || found == NULL) {
            break;
        }
        if (count == WILDCARD_TERMS_MAX) {
            return err_set(planner->err, ERR_INVALID, "'%s*' past op meer dan %d woorden; geef meer letters voor het "
                           "sterretje.", node->tokens[0].written, WILDCARD_TERMS_MAX);
        }
        documents = frequency > documents ? frequency : documents;
        if (needle != NULL) {
            code = needle_add(planner, needle, found + field, found_len - field, NEEDLE_EXACT);
        }
    }
    if (needle != NULL) {
        needle_weigh(planner, needle, documents);
    }
    return code == ERR_OK ? shim_query_wildcard(term, field + len, WILDCARD_TERMS_MAX, ret_query, planner->err) : code;
}

static enum err_code node_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                struct shim_query **ret_query);

/* Which children of a node are meant. */
enum choice { ALL_CHILDREN, REQUIRED, EXCLUDED, PLAIN_RARE, PLAIN_COMMON };

static bool is_common_word(struct planner *planner, const struct query_node *node)
{
    const struct index_view *view = planner->index->view;
    if (node->kind != QUERY_WORD || node->token_count != 1 || planner->recurring || node->in_recurring
        || view->all_count < PLANNER_COMMON_DOCUMENTS) {
        return false;
    }
    const struct derived *class = &planner_derive(planner, node->tokens[0].form, node->tokens[0].len)->terms[0];
    return planner_frequency(planner, class->term, class->len) > PLANNER_COMMON_SHARE * view->all_count;
}

static bool is_chosen(struct planner *planner, const struct query_node *child, enum choice choice)
{
    switch (choice) {
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

/* A group: all required ones; of the plain ones any.  Plain words that are in a large part of the documents only add
 * weight when there are others: nobody looks for every document with "de" in it, and matching them is what costs time. */
static enum err_code group_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                 struct shim_query **ret_query)
{
    enum { NEED, RARE, COMMON, NOT, KINDS };
    static const struct {
        enum choice choice;
        enum shim_op op;
    } kinds[KINDS] = {
        [NEED] = { REQUIRED, SHIM_AND },
        [RARE] = { PLAIN_RARE, SHIM_OR },
        [COMMON] = { PLAIN_COMMON, SHIM_OR },
        [NOT] = { EXCLUDED, SHIM_OR },
    };
    struct shim_query *parts[KINDS] = { NULL };
    enum err_code code = ERR_OK;
    for (int i = 0; i < KINDS && code == ERR_OK; i++) {
        code = children_query(planner, node, kinds[i].choice, kinds[i].op, in_title, wanted, &parts[i]);
    }
    struct shim_query *brief = NULL;
    if (code == ERR_OK && !in_title && !planner->recurring) {
        code = way_full(planner, node, wanted, &brief);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_OR, &parts[RARE], &brief);
    }
    shim_query_free(brief);
    if (code == ERR_OK) {
        code = join(planner, SHIM_AND_MAYBE, &parts[RARE], &parts[COMMON]);
    }
    if (code == ERR_OK) {
        code = join(planner, SHIM_AND_MAYBE, &parts[NEED], &parts[RARE]);
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
        if (node->sign == QUERY_EXCLUDED && node->token_count == 1) {
            /* Leaving out is by the form as written: a stem would leave out too much (overheid, over). */
            return sequence_query(planner, node, in_title, ret_query);
        }
        return node->token_count == 1
            ? way_word(planner, node->tokens[0].form, node->tokens[0].len, in_title, wanted, ret_query)
            : broken_word_query(planner, node, in_title, wanted, ret_query);
    case QUERY_WILDCARD:
        return wildcard_query(planner, node, in_title, wanted, ret_query);
    case QUERY_PHRASE:
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

/* When every word is common, their places are all there is. */
static void keep_some_needles(struct plan *plan)
{
    for (size_t i = 0; i < plan->needle_count; i++) {
        if (!plan->needles[i].common) {
            return;
        }
    }
    for (size_t i = 0; i < plan->needle_count; i++) {
        plan->needles[i].common = false;
    }
}

/* A query of words only, as one name; NULL when it is none. */
static struct shim_query *name_query(struct planner *planner, const struct query_node *root, const char *text, size_t len)
{
    char name[NAME_MAX_BYTES + 1];
    size_t count = root->kind == QUERY_GROUP ? root->child_count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct query_node *node = root->kind == QUERY_GROUP ? root->children[i] : root;
        if (node->kind != QUERY_WORD || node->sign != QUERY_PLAIN || node->in_title || node->in_recurring) {
            return NULL;
        }
    }
    size_t name_len = name_fold(text, len, name);
    return name_len > 0 ? way_name(planner, name, name_len) : NULL;
}

enum err_code plan_make(struct search_index *index, const struct query *query, const char *text, size_t len,
                        struct plan *ret_plan, struct err *err)
{
    struct plan plan = { .deriver = index->view->deriver };
    struct err problem = ERR_INIT;
    struct planner planner = { .index = index, .plan = &plan, .err = &problem,
                               .light = query->term_count > PLANNER_LIGHT_TERMS };
    enum err_code code = ERR_OK;
    if (query->root != NULL) {
        code = node_query(&planner, query->root, false, true, &plan.query);
        struct shim_query *name = code == ERR_OK ? name_query(&planner, query->root, text, len) : NULL;
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
