/* expand.c - looking up abbreviations. */
#include "search/expand.h"

#include <string.h>

#include "text/schema.h"

#define SCAN_MAX 200 /* pairs looked at */

#define EDITOR_PLACES_MAX 8
#define DEFINED_SHARE 100 /* an abbreviation is meant so when one in so many documents with it says so: one slip does not count */

/* Keeps the list ordered by documents, behind the first `fixed`, which are the editor's. */
static void insert(struct expansion *expansions, size_t *count, size_t fixed, const char *text, size_t len, uint32_t documents)
{
    size_t at = *count;
    for (size_t i = 0; i < fixed; i++) { /* the editor's too: it is known how many documents define it */
        if (expansions[i].len == len && memcmp(expansions[i].text, text, len) == 0) {
            expansions[i].documents = documents;
            return;
        }
    }
    while (at > fixed && expansions[at - 1].documents < documents) {
        at--;
    }
    if (at == EXPAND_MAX || len > ABBREV_LONG_MAX) {
        return;
    }
    *count += *count < EXPAND_MAX;
    memmove(&expansions[at + 1], &expansions[at], (*count - at - 1) * sizeof *expansions);
    expansions[at] = (struct expansion){ .len = len, .documents = documents };
    memcpy(expansions[at].text, text, len);
    expansions[at].text[len] = '\0';
}

/* What the editor adds for the key.  Returns how many. */
static size_t add_editorial(const struct search_index *index, bool brief, const char *key, size_t len,
                            struct expansion expansions[EXPAND_MAX])
{
    struct editor_place places[EDITOR_PLACES_MAX];
    size_t found = editor_find(index->editor, dutch_words(index->view->dutch), key, len, places, EDITOR_PLACES_MAX);
    size_t count = 0;
    for (size_t i = 0; i < found && count < EXPAND_MAX; i++) {
        const struct editor_row *row = places[i].row;
        if (row->kind != EDITOR_ABBREVIATION || (places[i].member == 0) != brief) {
            continue;
        }
        const struct editor_member *other = &row->members[brief ? 1 : 0];
        size_t before = count;
        insert(expansions, &count, count, other->words, other->len, 0);
        if (count > before) {
            expansions[before].used = true;
            expansions[before].written = other->written;
        }
    }
    return count;
}

static bool is_forbidden(const struct search_index *index, bool brief, const char *key, size_t len, const char *other,
                         size_t other_len)
{
    return brief ? editor_forbids(index->editor, key, len, other, other_len)
                 : editor_forbids(index->editor, other, other_len, key, len);
}

enum err_code expand_find(const struct search_index *index, const char *prefix, const char *key, size_t len,
                          struct expansion expansions[EXPAND_MAX], size_t *ret_count, struct err *err)
{
    char start[SHIM_TERM_MAX];
    size_t prefix_len = strlen(prefix);
    bool brief = strcmp(prefix, SCHEMA_BRIEF) == 0;
    *ret_count = 0;
    if (prefix_len + len + 1 > sizeof start) {
        return ERR_OK;
    }
    memcpy(start, prefix, prefix_len);
    memcpy(start + prefix_len, key, len);
    start[prefix_len + len] = '=';
    size_t start_len = prefix_len + len + 1;
    size_t fixed = *ret_count = add_editorial(index, brief, key, len, expansions);
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    enum err_code code = shim_terms_open(index->view->reader, start, start_len, &terms, err);
    for (int i = 0; code == ERR_OK && i < SCAN_MAX; i++) {
        const char *term;
        size_t term_len;
        uint32_t documents;
        code = shim_terms_next(terms, &term, &term_len, &documents, err);
        if (code != ERR_OK || term == NULL) {
            break;
        }
        if (!is_forbidden(index, brief, key, len, term + start_len, term_len - start_len)) {
            insert(expansions, ret_count, fixed, term + start_len, term_len - start_len, documents);
        }
    }
    uint32_t frequency = 0;
    if (code == ERR_OK && brief) {
        code = shim_reader_term_freq(index->view->reader, key, len, &frequency, err);
    }
    for (size_t i = fixed; i < *ret_count; i++) {
        uint64_t documents = expansions[i].documents;
        expansions[i].used = i < fixed + EXPAND_USED_MAX && documents * 4 >= expansions[fixed].documents
            && documents * DEFINED_SHARE >= frequency;
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
