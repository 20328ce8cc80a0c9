/* plan.c - weights of the ways a word can match, and the needles for snippets.
 *
 * A word matches by its exact form, by its inflection class, as a part of a compound, by its parts written apart, and by its
 * Snowball stem when nothing else is known of it.  Each way adds its own BM25 weight, scaled as below: exact counts on top of
 * inflected, and both far above parts.  Title words count several times in each (SCHEMA_TITLE_WDF), and once more here.
 */
#include "search/plan.h"

#include <math.h>
#include <string.h>

#include "search/expand.h"
#include "text/analysis.h"
#include "text/names.h"
#include "text/schema.h"
#include "text/token.h"

#define SCALE_EXACT 0.25
#define SCALE_CLASS 0.75
#define SCALE_STEM 0.4
#define SCALE_IN_COMPOUND 0.25
#define SCALE_OWN_PART 0.2
#define SCALE_TITLE_CLASS 0.2
#define SCALE_EXPANSION 0.6       /* what an abbreviation stands for, as a phrase */
#define SCALE_EXPANSION_TITLE 1.5 /* the same in a title: the thing itself, not a mention of it */
#define SCALE_NAME 2.0            /* the words asked for are a name of the document */
#define SCALE_BRIEF 0.5           /* the abbreviation of words in the query */
#define SCALE_APART 0.3 /* the tokens of a hyphenated word in a row: only adds documents that write it with a space */

#define WILDCARD_TERMS_MAX 500
#define COMMON_SHARE 0.35 /* a word in more than this share of the documents is common */
#define COMMON_DOCUMENTS 200 /* in a smaller collection no word is */
#define TERM_MAX (TOKEN_FORM_MAX + 4)

struct planner {
    struct search_index *index;
    struct plan *plan;
    struct err *err;
};

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

/* ---- Needles ------------------------------------------------------------------------------ */

static enum err_code new_needle(struct planner *planner, bool phrase, struct needle **ret_needle)
{
    struct plan *plan = planner->plan;
    if (mem_grow(&plan->needles, &plan->needle_capacity, plan->needle_count, sizeof *plan->needles) != 0) {
        return err_nomem(planner->err, "planning a search");
    }
    *ret_needle = &plan->needles[plan->needle_count++];
    **ret_needle = (struct needle){ .phrase = phrase };
    return ERR_OK;
}

static enum err_code needle_add(struct planner *planner, struct needle *needle, const char *form, size_t len,
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

/* The bytes of a compound that a part's term stands for. */
static void mark_part(struct planner *planner, struct needle_form *form, const char *term, size_t len)
{
    struct derivation derivation;
    derive(planner->index->view->deriver, form->form, form->len, &derivation);
    for (size_t i = 0; i < derivation.count; i++) {
        if (derivation.terms[i].len == len && memcmp(derivation.terms[i].term, term, len) == 0) {
            form->start = derivation.terms[i].start;
            form->end = derivation.terms[i].end;
        }
    }
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
            size_t before = needle->form_count;
            code = needle_add(planner, needle, found.form, found.len, reason);
            if (reason == NEEDLE_PART && needle->form_count > before) {
                mark_part(planner, &needle->forms[before], term, len);
            }
        }
    }
    return code;
}

/* The weight of a needle from the number of documents that hold it. */
static void needle_weigh(struct planner *planner, struct needle *needle, uint32_t documents)
{
    double all = planner->index->view->all_count;
    needle->weight = log((all + 1.0) / (documents + 0.5)) + 0.1;
    needle->common = all >= COMMON_DOCUMENTS && documents > COMMON_SHARE * all;
}

/* Documents with any of a word's derived terms, at least. */
static uint32_t frequency_of(struct planner *planner, const char *term, size_t len)
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
static enum err_code add_word_needle(struct planner *planner, const char *form, size_t len, const struct derivation *derivation)
{
    struct needle *needle;
    uint32_t documents = frequency_of(planner, form, len);
    enum err_code code = new_needle(planner, false, &needle);
    if (code == ERR_OK) {
        code = needle_add(planner, needle, form, len, NEEDLE_EXACT);
    }
    for (size_t i = 0; derivation != NULL && i < derivation->count && code == ERR_OK; i++) {
        const struct derived *derived = &derivation->terms[i];
        if (derived->term[0] != SCHEMA_PART[0]) {
            code = needle_add_forms(planner, needle, derived->term, derived->len, NEEDLE_INFLECTED);
            uint32_t frequency = frequency_of(planner, derived->term, derived->len);
            documents = frequency > documents ? frequency : documents;
        }
    }
    if (derivation != NULL && code == ERR_OK) {
        char term[DERIVED_LEN_MAX + 1];
        size_t term_len = part_term(&derivation->terms[0], term);
        code = needle_add_forms(planner, needle, term, term_len, NEEDLE_PART);
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, documents);
    }
    return code;
}

static enum err_code add_phrase_needle(struct planner *planner, const struct query_node *node)
{
    struct needle *needle;
    enum err_code code = new_needle(planner, node->token_count > 1, &needle);
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

static enum err_code add_expansion_needle(struct planner *planner, const char *const *forms, const size_t *lens, size_t count)
{
    struct needle *needle;
    uint32_t rarest = UINT32_MAX;
    enum err_code code = new_needle(planner, true, &needle);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        uint32_t frequency = frequency_of(planner, forms[i], lens[i]);
        rarest = frequency < rarest ? frequency : rarest;
        code = needle_add(planner, needle, forms[i], lens[i], NEEDLE_EXPANSION);
    }
    if (code == ERR_OK) {
        needle_weigh(planner, needle, rarest);
        needle->common = false;
    }
    return code;
}

/* ---- Queries ------------------------------------------------------------------------------ */

/* A scaled term; on failure the query is NULL, which the combinator that takes it reports. */
static struct shim_query *term_query(struct planner *planner, const char *prefix, const char *text, size_t len, double scale)
{
    char term[SHIM_TERM_MAX];
    size_t prefix_len = strlen(prefix);
    if (prefix_len + len > sizeof term) {
        return NULL;
    }
    memcpy(term, prefix, prefix_len);
    memcpy(term + prefix_len, text, len);
    struct shim_query *plain = NULL, *scaled = NULL;
    if (shim_query_term(term, prefix_len + len, &plain, planner->err) == ERR_OK) {
        shim_query_scale(plain, scale, &scaled, planner->err);
    }
    return scaled;
}

/* All parts of a compound as words of their own: documents that write it apart. */
static struct shim_query *apart_query(struct planner *planner, const struct derivation *derivation, size_t len)
{
    struct shim_query *parts[DERIVE_MAX];
    size_t count = 0, reached = 0;
    for (size_t i = 1; i < derivation->count; i++) {
        const struct derived *part = &derivation->terms[i];
        if (part->term[0] == SCHEMA_PART[0] && part->start >= reached) { /* single parts come first, in order */
            parts[count++] = term_query(planner, SCHEMA_CLASS, part->term + 1, part->len - 1u, SCALE_OWN_PART);
            reached = part->end;
        }
    }
    struct shim_query *query = NULL;
    if (count >= 2 && reached == len) {
        shim_query_combine(SHIM_AND, parts, count, &query, planner->err);
        return query;
    }
    for (size_t i = 0; i < count; i++) {
        shim_query_free(parts[i]);
    }
    return NULL;
}

/* The words of an expansion in a row, in text or title. */
static enum err_code expansion_query(struct planner *planner, const char *text, bool wanted, struct shim_query **ret_query)
{
    const char *forms[ABBREV_WORDS_MAX], *titles[ABBREV_WORDS_MAX];
    size_t lens[ABBREV_WORDS_MAX], title_lens[ABBREV_WORDS_MAX];
    char letters[2 * ABBREV_LONG_MAX + 2];
    size_t count = 0, used = 0;
    for (const char *at = text; *at != '\0' && count < ABBREV_WORDS_MAX; count++) {
        size_t len = strcspn(at, " ");
        forms[count] = at;
        lens[count] = len;
        titles[count] = letters + used;
        title_lens[count] = len + strlen(SCHEMA_TITLE);
        memcpy(letters + used, SCHEMA_TITLE, strlen(SCHEMA_TITLE));
        memcpy(letters + used + strlen(SCHEMA_TITLE), at, len);
        used += title_lens[count];
        at += len + (at[len] == ' ');
    }
    struct shim_query *ways[3] = { NULL, NULL, NULL }, *plain = NULL;
    ways[2] = term_query(planner, SCHEMA_NAME, text, strlen(text), SCALE_NAME);
    enum err_code code = shim_query_phrase(forms, lens, count, (uint32_t)count, &plain, planner->err);
    if (code == ERR_OK) {
        code = shim_query_scale(plain, SCALE_EXPANSION, &ways[0], planner->err);
    }
    if (code == ERR_OK) {
        code = shim_query_phrase(titles, title_lens, count, (uint32_t)count, &plain, planner->err);
    }
    if (code == ERR_OK) {
        code = shim_query_scale(plain, SCALE_EXPANSION_TITLE, &ways[1], planner->err);
    }
    if (code == ERR_OK && wanted) {
        code = add_expansion_needle(planner, forms, lens, count);
    }
    if (code != ERR_OK) {
        for (size_t i = 0; i < 3; i++) {
            shim_query_free(ways[i]);
        }
        return code;
    }
    return shim_query_combine(SHIM_OR, ways, 3, ret_query, planner->err);
}

/* What a word stands for when it is an abbreviation that the documents define; NULL when it is none. */
static enum err_code brief_query(struct planner *planner, const char *form, size_t len, bool wanted,
                                 struct shim_query **ret_query)
{
    struct expansion found[EXPAND_MAX];
    struct shim_query *ways[EXPAND_MAX];
    size_t count, made = 0;
    *ret_query = NULL;
    enum err_code code = len > ABBREV_SHORT_MAX
        ? ERR_OK : expand_find(planner->index->view, SCHEMA_BRIEF, form, len, found, &count, planner->err);
    if (code != ERR_OK || len > ABBREV_SHORT_MAX || count == 0) {
        return code;
    }
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        code = expansion_query(planner, found[i].text, wanted, &ways[made]);
        made += code == ERR_OK;
    }
    if (code == ERR_OK) {
        return shim_query_combine(SHIM_OR, ways, made, ret_query, planner->err);
    }
    for (size_t i = 0; i < made; i++) {
        shim_query_free(ways[i]);
    }
    return code;
}

static enum err_code word_query(struct planner *planner, const char *form, size_t len, bool in_title, bool wanted,
                                struct shim_query **ret_query)
{
    struct derivation derivation;
    derive(planner->index->view->deriver, form, len, &derivation);
    const struct derived *class = &derivation.terms[0];
    struct shim_query *ways[6];
    size_t count = 0;
    ways[count++] = term_query(planner, in_title ? SCHEMA_TITLE : "", form, len, SCALE_EXACT);
    ways[count++] = term_query(planner, SCHEMA_TITLE_CLASS, class->term + 1, class->len - 1u, SCALE_TITLE_CLASS);
    if (!in_title) {
        ways[count++] = term_query(planner, SCHEMA_CLASS, class->term + 1, class->len - 1u, SCALE_CLASS);
        ways[count++] = term_query(planner, SCHEMA_PART, class->term + 1, class->len - 1u, SCALE_IN_COMPOUND);
        if (derivation.count > 1 && derivation.terms[1].term[0] == SCHEMA_STEM[0]) {
            ways[count++] = term_query(planner, "", derivation.terms[1].term, derivation.terms[1].len, SCALE_STEM);
        }
        struct shim_query *apart = apart_query(planner, &derivation, len);
        if (apart != NULL) {
            ways[count++] = apart;
        }
    }
    enum err_code code = shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
    struct shim_query *brief = NULL;
    if (code == ERR_OK && !in_title) {
        code = brief_query(planner, form, len, wanted, &brief);
        if (code == ERR_OK && brief != NULL) {
            struct shim_query *both[] = { *ret_query, brief };
            code = shim_query_combine(SHIM_OR, both, 2, ret_query, planner->err);
        } else if (code != ERR_OK) {
            shim_query_free(*ret_query);
        }
    }
    if (code == ERR_OK && wanted) {
        code = add_word_needle(planner, form, len, &derivation);
        if (code != ERR_OK) {
            shim_query_free(*ret_query);
        }
    }
    return code;
}

static enum err_code sequence_query(struct planner *planner, const struct query_node *node, bool in_title,
                                    struct shim_query **ret_query)
{
    AUTO_FREE const char **terms = calloc(node->token_count, sizeof *terms);
    AUTO_FREE size_t *lens = calloc(node->token_count, sizeof *lens);
    AUTO_FREE char *letters = calloc(node->token_count, TERM_MAX);
    if (terms == NULL || lens == NULL || letters == NULL) {
        return err_nomem(planner->err, "planning a search");
    }
    for (size_t i = 0; i < node->token_count; i++) {
        char *term = letters + i * TERM_MAX;
        size_t prefix = in_title ? strlen(SCHEMA_TITLE) : 0;
        memcpy(term, SCHEMA_TITLE, prefix);
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
        if (len > 0 && word_query(planner, closed, len, in_title, wanted, &ways[count]) == ERR_OK) {
            count++;
        }
        struct shim_query *apart = NULL;
        ways[count] = NULL;
        if (sequence_query(planner, node, in_title, &apart) == ERR_OK) {
            shim_query_scale(apart, SCALE_APART, &ways[count], planner->err);
        }
        if (wanted && ways[count] != NULL && add_phrase_needle(planner, node) != ERR_OK) {
            shim_query_free(ways[count]);
            ways[count] = NULL;
        }
        return shim_query_combine(SHIM_OR, ways, count + 1, ret_query, planner->err);
    }
    for (size_t i = 0; i < node->token_count && i < QUERY_TERMS_MAX; i++) {
        ways[count] = NULL;
        word_query(planner, node->tokens[i].form, node->tokens[i].len, in_title, wanted, &ways[count]);
        count++;
    }
    return shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
}

static enum err_code wildcard_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                    struct shim_query **ret_query)
{
    const char *prefix = node->tokens[0].form;
    size_t len = node->tokens[0].len;
    char term[TERM_MAX];
    size_t title = in_title ? strlen(SCHEMA_TITLE) : 0;
    memcpy(term, SCHEMA_TITLE, title);
    memcpy(term + title, prefix, len);
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    enum err_code code = shim_terms_open(planner->index->view->reader, term, title + len, &terms, planner->err);
    struct needle *needle = NULL;
    if (code == ERR_OK && wanted) {
        code = new_needle(planner, false, &needle);
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
            code = needle_add(planner, needle, found + title, found_len - title, NEEDLE_EXACT);
        }
    }
    if (needle != NULL) {
        needle_weigh(planner, needle, documents);
    }
    return code == ERR_OK ? shim_query_wildcard(term, title + len, WILDCARD_TERMS_MAX, ret_query, planner->err) : code;
}

static enum err_code node_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                struct shim_query **ret_query);

/* Which children of a node are meant. */
enum choice { ALL_CHILDREN, REQUIRED, EXCLUDED, PLAIN_RARE, PLAIN_COMMON };

static bool is_common_word(struct planner *planner, const struct query_node *node)
{
    const struct index_view *view = planner->index->view;
    if (node->kind != QUERY_WORD || node->token_count != 1 || view->all_count < COMMON_DOCUMENTS) {
        return false;
    }
    struct derivation derivation;
    derive(view->deriver, node->tokens[0].form, node->tokens[0].len, &derivation);
    return frequency_of(planner, derivation.terms[0].term, derivation.terms[0].len) > COMMON_SHARE * view->all_count;
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

/* Abbreviations that stand for words in a row of the group: they only add weight. */
static enum err_code full_query(struct planner *planner, const struct query_node *node, bool wanted,
                                struct shim_query **ret_query)
{
    *ret_query = NULL;
    for (size_t first = 0; first + 1 < node->child_count; first++) {
        char key[ABBREV_LONG_MAX + 1];
        size_t used = 0;
        for (size_t i = first; i < node->child_count && i < first + ABBREV_WORDS_MAX; i++) {
            const struct query_node *child = node->children[i];
            bool plain = child->kind == QUERY_WORD && child->token_count == 1 && child->sign == QUERY_PLAIN && !child->in_title;
            if (!plain || used + child->tokens[0].len + 1 > ABBREV_LONG_MAX) {
                break;
            }
            if (used > 0) {
                key[used++] = ' ';
            }
            memcpy(key + used, child->tokens[0].form, child->tokens[0].len);
            used += child->tokens[0].len;
            if (i == first) {
                continue;
            }
            struct expansion found[EXPAND_MAX];
            size_t count;
            enum err_code code = expand_find(planner->index->view, SCHEMA_FULL, key, used, found, &count, planner->err);
            if (code != ERR_OK) {
                return code;
            }
            if (count > 0) {
                *ret_query = term_query(planner, "", found[0].text, found[0].len, SCALE_BRIEF);
                const char *form = found[0].text;
                return wanted ? add_expansion_needle(planner, &form, &found[0].len, 1) : ERR_OK;
            }
        }
    }
    return ERR_OK;
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
    if (code == ERR_OK && !in_title) {
        code = full_query(planner, node, wanted, &brief);
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

static enum err_code node_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                                struct shim_query **ret_query)
{
    enum err_code code;
    in_title = in_title || node->in_title;
    switch (node->kind) {
    case QUERY_WORD:
        if (node->sign == QUERY_EXCLUDED && node->token_count == 1) {
            /* Leaving out is by the form as written: a stem would leave out too much (overheid, over). */
            return sequence_query(planner, node, in_title, ret_query);
        }
        return node->token_count == 1
            ? word_query(planner, node->tokens[0].form, node->tokens[0].len, in_title, wanted, ret_query)
            : broken_word_query(planner, node, in_title, wanted, ret_query);
    case QUERY_WILDCARD:
        return wildcard_query(planner, node, in_title, wanted, ret_query);
    case QUERY_PHRASE:
        code = wanted ? add_phrase_needle(planner, node) : ERR_OK;
        return code == ERR_OK ? sequence_query(planner, node, in_title, ret_query) : code;
    case QUERY_NEAR:
        code = sequence_query(planner, node, in_title, ret_query);
        for (size_t i = 0; i < node->token_count && wanted && code == ERR_OK; i++) {
            code = add_word_needle(planner, node->tokens[i].form, node->tokens[i].len, NULL);
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
        if (node->kind != QUERY_WORD || node->sign != QUERY_PLAIN || node->in_title) {
            return NULL;
        }
    }
    size_t name_len = name_fold(text, len, name);
    return name_len > 0 ? term_query(planner, SCHEMA_NAME, name, name_len, SCALE_NAME) : NULL;
}

enum err_code plan_make(struct search_index *index, const struct query *query, const char *text, size_t len,
                        struct plan *ret_plan, struct err *err)
{
    struct plan plan = { 0 };
    struct err problem = ERR_INIT;
    struct planner planner = { .index = index, .plan = &plan, .err = &problem };
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
