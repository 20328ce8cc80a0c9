/* expand.c - looking up abbreviations. */
#include "search/expand.h"

#include <string.h>

#include "text/schema.h"

#define SCAN_MAX 200 /* pairs looked at */

/* Keeps the list ordered by documents. */
static void insert(struct expansion *expansions, size_t *count, const char *text, size_t len, uint32_t documents)
{
    size_t at = *count;
    while (at > 0 && expansions[at - 1].documents < documents) {
        at--;
    }
    if (at == EXPAND_MAX || len > ABBREV_LONG_MAX) {
        return;
    }
    *count += *count < EXPAND_MAX;
    memmove(&expansions[at + 1], &expansions[at], (*count - at - 1) * sizeof *expansions);
    memcpy(expansions[at].text, text, len);
    expansions[at].text[len] = '\0';
    expansions[at].len = len;
    expansions[at].documents = documents;
}

enum err_code expand_find(const struct index_view *view, const char *prefix, const char *key, size_t len,
                          struct expansion expansions[EXPAND_MAX], size_t *ret_count, struct err *err)
{
    char start[SHIM_TERM_MAX];
    size_t prefix_len = strlen(prefix);
    *ret_count = 0;
    if (prefix_len + len + 1 > sizeof start) {
        return ERR_OK;
    }
    memcpy(start, prefix, prefix_len);
    memcpy(start + prefix_len, key, len);
    start[prefix_len + len] = '=';
    size_t start_len = prefix_len + len + 1;
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    enum err_code code = shim_terms_open(view->reader, start, start_len, &terms, err);
    for (int i = 0; code == ERR_OK && i < SCAN_MAX; i++) {
        const char *term;
        size_t term_len;
        uint32_t documents;
        code = shim_terms_next(terms, &term, &term_len, &documents, err);
        if (code != ERR_OK || term == NULL) {
            break;
        }
        insert(expansions, ret_count, term + start_len, term_len - start_len, documents);
    }
    while (*ret_count > 1 && expansions[*ret_count - 1].documents * 4 < expansions[0].documents) {
        (*ret_count)--;
    }
    return code;
}

enum err_code expand_begins(const struct index_view *view, const char *prefix, const char *key, size_t len, bool *ret_begins,
                            struct err *err)
{
    char start[SHIM_TERM_MAX];
    size_t prefix_len = strlen(prefix);
    *ret_begins = false;
    if (prefix_len + len > sizeof start) {
        return ERR_OK;
    }
    memcpy(start, prefix, prefix_len);
    memcpy(start + prefix_len, key, len);
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    const char *term = NULL;
    size_t term_len;
    uint32_t documents;
    enum err_code code = shim_terms_open(view->reader, start, prefix_len + len, &terms, err);
    if (code == ERR_OK) {
        code = shim_terms_next(terms, &term, &term_len, &documents, err);
    }
    *ret_begins = term != NULL;
    return code;
}
