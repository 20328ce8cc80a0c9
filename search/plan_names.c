/* plan_names.c - documents that a query calls by their name. */
#include "search/planner.h"

#include <string.h>

#define SCALE_SHORT_NAME 12.0 /* what is called by its name stands above what mentions it, however often */
#define SCALE_NAME 1.0        /* title words that may also be meant as words */
#define RUN_MIN 2       /* words in a name that is only a part of the query */
#define WORDS_MAX 12    /* of a query that names are looked for in */

/* The words of a query, in a row, that a name can be made of. */
struct row {
    const struct query_token *tokens[WORDS_MAX];
    size_t count;
};

struct shim_query *way_name(struct planner *planner, const char *text, size_t len, double share)
{
    char key[NAME_MAX_BYTES + 1];
    size_t key_len = name_key(dutch_words(planner->index->view->dutch), text, len, key);
    if (key_len == 0) {
        return NULL;
    }
    /* Words that an abbreviation stands for are a name for certain, a title too. */
    struct shim_query *ways[] = { way_term(planner, SCHEMA_SHORT_NAME, key, key_len, SCALE_SHORT_NAME * share),
                                  way_term(planner, SCHEMA_NAME, key, key_len, SCALE_SHORT_NAME * share) };
    struct shim_query *query = NULL;
    shim_query_combine(SHIM_OR, ways, 2, &query, planner->err);
    return query;
}

static bool is_plain(const struct query_node *node)
{
    return node->kind == QUERY_WORD && node->sign == QUERY_PLAIN && !node->in_title && !node->in_recurring && !node->exact;
}

/* Takes the tokens of plain words; false when a node is something else, or there are too many. */
static bool take(struct row *row, const struct query_node *node)
{
    if (!is_plain(node) || row->count + node->token_count > WORDS_MAX) {
        return false;
    }
    for (size_t i = 0; i < node->token_count; i++) {
        row->tokens[row->count++] = &node->tokens[i];
    }
    return true;
}

static struct shim_query *known_name(struct planner *planner, const char *prefix, const char *key, size_t len, double scale)
{
    char term[SHIM_TERM_MAX];
    size_t prefix_len = strlen(prefix);
    memcpy(term, prefix, prefix_len);
    memcpy(term + prefix_len, key, len);
    return planner_frequency(planner, term, prefix_len + len) > 0 ? way_term(planner, prefix, key, len, scale) : NULL;
}

/* The documents that have as a name exactly tokens [first, end) of a row; NULL when there are none. */
static struct shim_query *run_query(struct planner *planner, const struct row *row, size_t first, size_t end)
{
    const struct words *known = dutch_words(planner->index->view->dutch);
    char key[NAME_MAX_BYTES + 1];
    size_t used = 0;
    for (size_t i = first; i < end; i++) {
        size_t more = name_add_word(known, key, used, row->tokens[i]->form, row->tokens[i]->len);
        if (more == 0 && used > 0) {
            return NULL;
        }
        used = more;
    }
    double share = (double)(end - first) / (double)row->count;
    struct shim_query *name = used == 0
        ? NULL : known_name(planner, SCHEMA_SHORT_NAME, key, used, SCALE_SHORT_NAME * share * share);
    return name == NULL && used > 0 && end - first == row->count
        ? known_name(planner, SCHEMA_NAME, key, used, SCALE_NAME) : name;
}

struct shim_query *names_query(struct planner *planner, const struct query_node *node)
{
    struct row row = { .count = 0 };
    size_t children = node->kind == QUERY_GROUP ? node->child_count : 1;
    for (size_t i = 0; i < children; i++) {
        if (!take(&row, node->kind == QUERY_GROUP ? node->children[i] : node)) {
            return NULL;
        }
    }
    /* The longest name from the left on, then the longest in what is left of the query. */
    struct shim_query *found[WORDS_MAX];
    size_t count = 0;
    for (size_t first = 0; first < row.count;) {
        size_t least = row.count < RUN_MIN ? 1 : first + RUN_MIN, end = row.count;
        struct shim_query *name = NULL;
        for (; end >= least && name == NULL; end--) {
            name = run_query(planner, &row, first, end);
        }
        if (name != NULL) {
            found[count++] = name;
            first = end + 1;
        } else {
            first++;
        }
    }
    struct shim_query *query = NULL;
    if (count > 0) {
        shim_query_combine(SHIM_OR, found, count, &query, planner->err);
    }
    return query;
}
