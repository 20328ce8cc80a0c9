/* plan_wildcard.c - words by what they begin with. */
#include "search/planner.h"

#include <string.h>

#define WILDCARD_TERMS_MAX 500

const char *planner_prefix(const struct planner *planner, bool in_title)
{
    return planner->recurring ? SCHEMA_RECURRING : in_title ? SCHEMA_TITLE : "";
}

/* Adds a form; when there are too many the most frequent ones are kept, not the first of the alphabet. */
static enum err_code keep_form(struct planner *planner, struct needle *needle, uint32_t frequencies[NEEDLE_FORMS_MAX],
                               const char *form, size_t len, uint32_t frequency)
{
    size_t at = needle->form_count;
    if (at < NEEDLE_FORMS_MAX) {
        frequencies[at] = frequency;
        return needle_add(planner, needle, form, len, NEEDLE_EXACT);
    }
    at = 0;
    for (size_t i = 1; i < NEEDLE_FORMS_MAX; i++) {
        at = frequencies[i] < frequencies[at] ? i : at;
    }
    if (frequency <= frequencies[at]) {
        return ERR_OK;
    }
    char *copy = strndup(form, len);
    if (copy == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    free(needle->forms[at].form);
    needle->forms[at] = (struct needle_form){ .form = copy, .len = len, .reason = NEEDLE_EXACT };
    frequencies[at] = frequency;
    return ERR_OK;
}

enum err_code wildcard_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                    struct shim_query **ret_query)
{
    const char *prefix = node->tokens[0].form;
    size_t len = node->tokens[0].len;
    char term[PLANNER_TERM_MAX];
    size_t field = strlen(planner_prefix(planner, in_title));
    memcpy(term, planner_prefix(planner, in_title), field);
    memcpy(term + field, prefix, len);
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    enum err_code code = shim_terms_open(planner->index->view->reader, term, field + len, &terms, planner->err);
    struct needle *needle = NULL;
    if (code == ERR_OK && wanted) {
        code = needle_new(planner, false, &needle);
    }
    uint32_t documents = 0, frequencies[NEEDLE_FORMS_MAX];
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
            code = keep_form(planner, needle, frequencies, found + field, found_len - field, frequency);
        }
    }
    if (needle != NULL) {
        needle_weigh(planner, needle, documents);
    }
    return code == ERR_OK ? shim_query_wildcard(term, field + len, WILDCARD_TERMS_MAX, ret_query, planner->err) : code;
}
