/* needle.c - what snippets look for: the forms of a word, the words of a phrase. */
#include "search/planner.h"

#include <math.h>
#include <string.h>

enum err_code needle_new(struct planner *planner, bool phrase, struct needle **ret_needle)
{
    struct plan *plan = planner->plan;
    if (mem_grow(&plan->needles, &plan->needle_capacity, plan->needle_count, sizeof *plan->needles) != 0) {
        return err_nomem(planner->err, "planning a search");
    }
    *ret_needle = &plan->needles[plan->needle_count++];
    **ret_needle = (struct needle){ .phrase = phrase, .recurring = planner->recurring };
    return ERR_OK;
}

enum err_code needle_add(struct planner *planner, struct needle *needle, const char *form, size_t len,
                                enum needle_reason reason)
{
    if (needle->form_count == NEEDLE_FORMS_MAX) {
        return ERR_OK;
    }
    for (size_t i = 0; !needle->phrase && i < needle->form_count; i++) {
        if (needle->forms[i].len == len && memcmp(needle->forms[i].form, form, len) == 0) {
            return ERR_OK;
        }
    }
    char *copy = strndup(form, len);
    if (copy == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    needle->forms[needle->form_count++] = (struct needle_form){ .form = copy, .len = len, .reason = reason };
    return ERR_OK;
}

const struct derivation *planner_derive(struct planner *planner, const char *form, size_t len)
{
    for (size_t i = 0; i < planner->derived_count; i++) {
        if (planner->derived[i].len == len && memcmp(planner->derived[i].form, form, len) == 0) {
            return &planner->derived[i].derivation;
        }
    }
    /* A query has fewer words than the cache has places; closed forms of hyphenated words may fill it: the last is reused. */
    size_t at = planner->derived_count < PLANNER_DERIVED_MAX ? planner->derived_count++ : PLANNER_DERIVED_MAX - 1;
    struct planner_derived *made = &planner->derived[at];
    made->len = len < sizeof made->form ? len : sizeof made->form - 1;
    memcpy(made->form, form, made->len);
    derive(planner->index->view->deriver, form, len, &made->derivation);
    return &made->derivation;
}

/* The forms of the collection that have a derived term, round by round, so that the most frequent ones of every part of the index
 * come before rare ones of any. */
static enum err_code needle_add_forms(struct planner *planner, struct needle *needle, const char *term, size_t len,
                                      enum needle_reason reason)
{
    const struct index_view *view = planner->index->view;
    enum err_code code = ERR_OK;
    bool more = true;
    for (uint32_t round = 0; more && code == ERR_OK && needle->form_count < NEEDLE_FORMS_MAX; round++) {
        more = false;
        for (size_t i = 0; i < view->generation.part_count && code == ERR_OK; i++) {
            uint32_t first, count;
            lexicon_find(view->lexicons[i], term, len, &first, &count);
            if (round >= count) {
                continue;
            }
            more = true;
            struct lexicon_form found = lexicon_form_at(view->lexicons[i], first + round);
            code = needle_add(planner, needle, found.form, found.len, reason);
        }
    }
    return code;
}

/* The weight of a needle from the number of documents that hold it. */
void needle_weigh(struct planner *planner, struct needle *needle, uint32_t documents)
{
    double all = planner->index->view->all_count;
    needle->documents = documents;
    needle->weight = log((all + 1.0) / (documents + 0.5)) + 0.1;
    const struct needle_form *form = needle->form_count > 0 ? &needle->forms[0] : NULL;
    needle->common = (all >= PLANNER_COMMON_DOCUMENTS && documents > PLANNER_COMMON_SHARE * all)
        || (form != NULL && is_function_word(form->form, form->len));
    needle->common = needle->common && !needle->recurring;
}

/* Documents with any of a word's derived terms, at least. */
uint32_t planner_frequency(struct planner *planner, const char *term, size_t len)
{
    uint32_t frequency = 0;
    shim_reader_term_freq(planner->index->view->reader, term, len, &frequency, NULL);
    return frequency;
}

/* The term of the documents' compounds that hold the word of a class. */
static size_t part_term(const struct derived *class, char out[DERIVED_LEN_MAX + 1])
{
    memcpy(out, class->term, class->len);
    memcpy(out, SCHEMA_PART, strlen(SCHEMA_PART));
    return class->len;
}

/* A word: its own form first, then the other forms of its class or stem, then compounds with it. */
enum err_code needle_add_word(struct planner *planner, const char *form, size_t len, const struct derivation *derivation)
{
    struct needle *needle;
    uint32_t documents = planner_frequency(planner, form, len);
    enum err_code code = needle_new(planner, false, &needle);
    if (code == ERR_OK) {
        code = needle_add(planner, needle, form, len, NEEDLE_EXACT);
    }
    for (size_t i = 0; derivation != NULL && i < derivation->count && code == ERR_OK; i++) {
        const struct derived *derived = &derivation->terms[i];
        if (derived->term[0] != SCHEMA_PART[0] && !(planner->without & SEARCH_NO_INFLECTION)) {
            code = needle_add_forms(planner, needle, derived->term, derived->len, NEEDLE_INFLECTED);
            uint32_t frequency = planner_frequency(planner, derived->term, derived->len);
            documents = frequency > documents ? frequency : documents;
        }
    }
    if (derivation != NULL && code == ERR_OK && !planner->light && !(planner->without & SEARCH_NO_COMPOUNDS)) {
        needle->part_len = part_term(&derivation->terms[0], needle->part);
        code = needle_add_forms(planner, needle, needle->part, needle->part_len, NEEDLE_PART);
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, documents);
    }
    return code;
}

enum err_code needle_add_part(struct planner *planner, const struct derived *part)
{
    struct needle *needle;
    char class[DERIVED_LEN_MAX + 1];
    enum err_code code = needle_new(planner, false, &needle);
    if (code != ERR_OK) {
        return code;
    }
    memcpy(class, part->term, part->len);
    memcpy(class, SCHEMA_CLASS, strlen(SCHEMA_CLASS));
    memcpy(needle->part, part->term, part->len);
    needle->part_len = part->len;
    code = needle_add_forms(planner, needle, class, part->len, NEEDLE_PART);
    if (code == ERR_OK) {
        code = needle_add_forms(planner, needle, needle->part, needle->part_len, NEEDLE_PART);
    }
    uint32_t whole = planner_frequency(planner, class, part->len);
    uint32_t inside = planner_frequency(planner, needle->part, needle->part_len);
    needle_weigh(planner, needle, whole > inside ? whole : inside);
    return code;
}

enum err_code needle_add_phrase(struct planner *planner, const struct query_node *node)
{
    struct needle *needle;
    enum err_code code = needle_new(planner, node->token_count > 1, &needle);
    uint32_t rarest = UINT32_MAX;
    for (size_t i = 0; i < node->token_count && i < NEEDLE_FORMS_MAX && code == ERR_OK; i++) {
        uint32_t frequency;
        code = needle_add(planner, needle, node->tokens[i].form, node->tokens[i].len, NEEDLE_EXACT);
        if (code == ERR_OK) {
            code = shim_reader_term_freq(planner->index->view->reader, node->tokens[i].form, node->tokens[i].len,
                                         &frequency, planner->err);
            rarest = frequency < rarest ? frequency : rarest;
        }
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, rarest);
        needle->common = needle->common && !needle->phrase;
    }
    return code;
}

enum err_code needle_add_synonym(struct planner *planner, const char *form, size_t len, const struct derivation *derivation)
{
    struct needle *needle;
    const struct derived *class = &derivation->terms[0];
    bool inflected = (planner->without & SEARCH_NO_INFLECTION) == 0;
    enum err_code code = needle_new(planner, false, &needle);
    if (code == ERR_OK) {
        code = needle_add(planner, needle, form, len, NEEDLE_SYNONYM);
    }
    if (code == ERR_OK && inflected) {
        code = needle_add_forms(planner, needle, class->term, class->len, NEEDLE_SYNONYM);
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, inflected ? planner_frequency(planner, class->term, class->len)
                                                : planner_frequency(planner, form, len));
    }
    return code;
}

enum err_code needle_add_notation(struct planner *planner, const char *term, size_t len)
{
    struct needle *needle;
    enum err_code code = needle_new(planner, false, &needle);
    if (code == ERR_OK) {
        code = needle_add(planner, needle, term, len, NEEDLE_EXACT);
    }
    if (code == ERR_OK) {
        needle->notation = true;
        needle_weigh(planner, needle, planner_frequency(planner, term, len));
        needle->common = false;
    }
    return code;
}

enum err_code needle_add_expansion(struct planner *planner, const char *const *forms, const size_t *lens, size_t count,
                                   enum needle_reason reason)
{
    struct needle *needle;
    uint32_t rarest = UINT32_MAX;
    enum err_code code = needle_new(planner, true, &needle);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        uint32_t frequency = planner_frequency(planner, forms[i], lens[i]);
        rarest = frequency < rarest ? frequency : rarest;
        code = needle_add(planner, needle, forms[i], lens[i], reason);
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, rarest);
        needle->common = false;
    }
    return code;
}
