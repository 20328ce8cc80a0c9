/* exact.c - words exactly as written.
 *
 * The index has every form without its accents, and beside it a term for each form that was written with them (schema.h: E).
 * So =één asks for that term; =een for documents with the form that have none of its accented terms, or have it both ways.
 * In a phrase the accents of the query count; a word without them also stands for one with, as its positions are of both.
 */
#include "search/planner.h"

#include <stdio.h>
#include <string.h>

#define ACCENTED_MAX 100 /* ways to put accents on one form, in one part of an index */
#define EXACT_TERM_MAX (2 * TOKEN_FORM_MAX + 8)

/* The term of a form with its accents, or of the form without them next to such ones. */
static size_t accent_term(const char *form, const char *accented, bool in_title, char out[EXACT_TERM_MAX])
{
    int len = snprintf(out, EXACT_TERM_MAX, "%s%s=%s", in_title ? SCHEMA_TITLE_ACCENT : SCHEMA_ACCENT, form, accented);
    return len > 0 && len < EXACT_TERM_MAX ? (size_t)len : 0;
}

static enum err_code form_query(struct planner *planner, const char *form, size_t len, bool in_title,
                                struct shim_query **ret_query)
{
    char term[EXACT_TERM_MAX];
    int term_len = snprintf(term, sizeof term, "%s%.*s", in_title ? SCHEMA_TITLE : "", (int)len, form);
    return shim_query_term(term, (size_t)term_len, ret_query, planner->err);
}

enum err_code exact_excluded(struct planner *planner, const char *form, size_t len, bool in_title, struct shim_query **ret_query)
{
    enum err_code code = form_query(planner, form, len, in_title, ret_query);
    char term[EXACT_TERM_MAX];
    int term_len = snprintf(term, sizeof term, "%s%.*s", SCHEMA_SUSPENDED, (int)len, form);
    if (code != ERR_OK || in_title || planner_frequency(planner, term, (size_t)term_len) == 0) {
        return code;
    }
    struct shim_query *both[] = { *ret_query, NULL };
    *ret_query = NULL;
    shim_query_term(term, (size_t)term_len, &both[1], planner->err); /* on failure NULL, which the combinator reports */
    return shim_query_combine(SHIM_AND_NOT, both, 2, ret_query, planner->err);
}

/* Takes `plain`, the documents with a form; gives those that have it without accents. */
static enum err_code without_accents(struct planner *planner, const char *form, bool in_title, struct shim_query *plain,
                                     struct shim_query **ret_query)
{
    char any[EXACT_TERM_MAX], mark[EXACT_TERM_MAX];
    size_t any_len = accent_term(form, "", in_title, any), mark_len = accent_term(form, form, in_title, mark);
    bool accented = false;
    enum err_code code = expand_begins(planner->index->view, any, "", 0, &accented, planner->err);
    if (code != ERR_OK || !accented) {
        *ret_query = plain;
        return code;
    }
    struct shim_query *ways[] = { NULL, NULL }, *never[] = { NULL, NULL }, *filter[] = { plain, NULL };
    shim_query_copy(plain, &never[0], planner->err); /* what fails here is NULL, which the combinators report */
    shim_query_wildcard(any, any_len, ACCENTED_MAX, &never[1], planner->err);
    shim_query_combine(SHIM_AND_NOT, never, 2, &ways[0], planner->err);
    shim_query_term(mark, mark_len, &ways[1], planner->err);
    shim_query_combine(SHIM_OR, ways, 2, &filter[1], planner->err);
    return shim_query_combine(SHIM_FILTER, filter, 2, ret_query, planner->err);
}

static enum err_code word_query(struct planner *planner, const struct query_token *token, bool in_title,
                                struct shim_query **ret_query)
{
    if (token->accented != NULL) {
        char term[EXACT_TERM_MAX];
        size_t len = accent_term(token->form, token->accented, in_title, term);
        return shim_query_term(term, len, ret_query, planner->err);
    }
    struct shim_query *plain = NULL;
    enum err_code code = exact_excluded(planner, token->form, token->len, in_title, &plain);
    return code == ERR_OK ? without_accents(planner, token->form, in_title, plain, ret_query) : code;
}

static enum err_code phrase_query(struct planner *planner, const struct query_node *node, bool in_title,
                                  struct shim_query **ret_query)
{
    AUTO_FREE const char **terms = calloc(node->token_count, sizeof *terms);
    AUTO_FREE size_t *lens = calloc(node->token_count, sizeof *lens);
    AUTO_FREE char *letters = calloc(node->token_count, EXACT_TERM_MAX);
    if (terms == NULL || lens == NULL || letters == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    for (size_t i = 0; i < node->token_count; i++) {
        char *term = letters + i * EXACT_TERM_MAX;
        const struct query_token *token = &node->tokens[i];
        if (token->accented != NULL) {
            lens[i] = accent_term(token->form, token->accented, in_title, term);
        } else {
            lens[i] = (size_t)snprintf(term, EXACT_TERM_MAX, "%s%s", in_title ? SCHEMA_TITLE : "", token->form);
        }
        terms[i] = term;
    }
    return shim_query_phrase(terms, lens, node->token_count, (uint32_t)node->token_count, ret_query, planner->err);
}

/* The places of the words: those with accents only where the query has them. */
static enum err_code add_needle(struct planner *planner, const struct query_node *node)
{
    struct needle *needle;
    enum err_code code = needle_new(planner, node->token_count > 1, &needle);
    uint32_t rarest = UINT32_MAX;
    for (size_t i = 0; i < node->token_count && i < NEEDLE_FORMS_MAX && code == ERR_OK; i++) {
        const struct query_token *token = &node->tokens[i];
        code = needle_add(planner, needle, token->form, token->len, NEEDLE_EXACT);
        if (code == ERR_OK && token->accented != NULL) {
            char term[EXACT_TERM_MAX];
            accent_term(token->form, token->accented, false, term);
            needle->forms[needle->form_count - 1].term = strdup(term);
        }
        if (code == ERR_OK) {
            const struct needle_form *form = &needle->forms[needle->form_count - 1];
            const char *term = form->term != NULL ? form->term : form->form;
            uint32_t frequency = planner_frequency(planner, term, strlen(term));
            rarest = frequency < rarest ? frequency : rarest;
            code = token->accented != NULL && form->term == NULL ? err_nomem(planner->err, "planning a search") : code;
        }
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, rarest);
        needle->common = needle->common && !needle->phrase;
    }
    return code;
}

enum err_code exact_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                          struct shim_query **ret_query)
{
    struct shim_query *query = NULL;
    enum err_code code = node->token_count == 1 ? word_query(planner, &node->tokens[0], in_title, &query)
                                                : phrase_query(planner, node, in_title, &query);
    if (code == ERR_OK && wanted) {
        code = add_needle(planner, node);
    }
    if (code == ERR_OK) {
        *ret_query = query;
    } else {
        shim_query_free(query);
    }
    return code;
}
