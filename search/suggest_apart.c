/* suggest_apart.c - words written as one that are two, and words written apart that are one. */
#include "search/suggest_words.h"

#include <string.h>

#define PIECE_MIN 3
#define PIECES_TRIED 3     /* of the ways to cut a word in two */
#define APART_LEAST 1      /* documents that have the two next to each other */
#define APART_ENOUGH 200
#define CLOSED_LEAST 2     /* documents that have the closed form */
#define CLOSED_TIMES 3     /* as many as have the words next to each other */

/* Documents with the words in a row, counted up to `enough`. */
static enum err_code count_row(struct planner *planner, const char *const *forms, const size_t *lens, size_t count,
                               uint32_t enough, uint32_t *ret_documents)
{
    struct shim_query *query = NULL;
    enum err_code code = shim_query_phrase(forms, lens, count, (uint32_t)count, &query, planner->err);
    return code == ERR_OK ? suggest_count(planner, query, enough, ret_documents) : code;
}

struct cut {
    size_t at;
    uint32_t documents; /* of the rarer half */
};

/* The ways to cut a form in two words of the language that stand in the documents, most frequent first. */
static size_t find_cuts(struct planner *planner, const char *form, size_t len, struct cut cuts[PIECES_TRIED])
{
    const struct index_view *view = planner->index->view;
    const struct words *words = dutch_words(view->dutch);
    size_t count = 0;
    for (size_t at = PIECE_MIN; at + PIECE_MIN <= len; at++) {
        if (words_count(words) > 0 && (words_flags(words, form, at) == 0 || words_flags(words, form + at, len - at) == 0)) {
            continue;
        }
        uint32_t left = suggest_documents(view, form, at);
        uint32_t right = left >= APART_LEAST ? suggest_documents(view, form + at, len - at) : 0;
        struct cut cut = { at, left < right ? left : right };
        if (cut.documents < APART_LEAST) {
            continue;
        }
        if (count == PIECES_TRIED && cuts[count - 1].documents >= cut.documents) {
            continue;
        }
        size_t place = count < PIECES_TRIED ? count++ : count - 1;
        for (; place > 0 && cuts[place - 1].documents < cut.documents; place--) {
            cuts[place] = cuts[place - 1];
        }
        cuts[place] = cut;
    }
    return count;
}

enum err_code suggest_apart(struct planner *planner, const char *form, size_t len, size_t *ret_at, uint32_t *ret_documents)
{
    struct cut cuts[PIECES_TRIED];
    *ret_at = *ret_documents = 0;
    size_t count = find_cuts(planner, form, len, cuts);
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        const char *forms[] = { form, form + cuts[i].at };
        size_t lens[] = { cuts[i].at, len - cuts[i].at };
        uint32_t documents = 0;
        code = count_row(planner, forms, lens, 2, APART_ENOUGH, &documents);
        if (code == ERR_OK && documents >= APART_LEAST && documents > *ret_documents) {
            *ret_documents = documents;
            *ret_at = cuts[i].at;
        }
    }
    return code;
}

/* ---- Closed forms ------------------------------------------------------------------------- */

/* The words one after the other, with a linker behind each but the last; 0 when it is too long. */
static size_t join(const struct query_token *const *tokens, size_t count, const char *linker, char out[SUGGEST_FORM_MAX + 1],
                   size_t *ret_last)
{
    size_t len = 0, linker_len = strlen(linker);
    for (size_t i = 0; i < count; i++) {
        if (len + tokens[i]->len + linker_len > SUGGEST_FORM_MAX) {
            return 0;
        }
        *ret_last = len;
        memcpy(out + len, tokens[i]->form, tokens[i]->len);
        len += tokens[i]->len;
        if (i + 1 < count) {
            memcpy(out + len, linker, linker_len);
            len += linker_len;
        }
    }
    out[len] = '\0';
    return len;
}

/* Whether a form is a compound of which a part begins at byte `at`. */
static bool is_compound_at(const struct index_view *view, const char *form, size_t len, size_t at)
{
    struct compound compound;
    compound_split(dutch_compounds(view->dutch), form, len, &compound);
    for (size_t i = 1; i < compound.count; i++) {
        if (compound.parts[i].start == at) {
            return true;
        }
    }
    return false;
}

enum err_code suggest_closed(struct planner *planner, const struct query_token *const *tokens, size_t count,
                             char out[SUGGEST_FORM_MAX + 1], size_t *ret_len)
{
    static const char *const linkers[] = { "", "s", "en", "e", "n" };
    const struct index_view *view = planner->index->view;
    *ret_len = 0;
    for (size_t i = 0; i < count; i++) {
        if (tokens[i]->len < PIECE_MIN) {
            return ERR_OK;
        }
    }
    for (size_t i = 0; i < sizeof linkers / sizeof *linkers; i++) {
        size_t last = 0, len = join(tokens, count, linkers[i], out, &last);
        uint32_t closed = len > 0 ? suggest_documents(view, out, len) : 0;
        if (closed < CLOSED_LEAST || !is_compound_at(view, out, len, last)) {
            continue;
        }
        const char *forms[QUERY_TERMS_MAX];
        size_t lens[QUERY_TERMS_MAX];
        for (size_t k = 0; k < count; k++) {
            forms[k] = tokens[k]->form;
            lens[k] = tokens[k]->len;
        }
        uint32_t apart = 0;
        enum err_code code = count_row(planner, forms, lens, count, closed / CLOSED_TIMES + 1, &apart);
        if (code != ERR_OK) {
            return code;
        }
        if (apart * CLOSED_TIMES < closed) {
            *ret_len = len;
            return ERR_OK;
        }
    }
    return ERR_OK;
}
