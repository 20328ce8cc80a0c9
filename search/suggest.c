/* suggest.c - from the words of a query to the query that was meant: see suggest.h. */
#include "search/suggest.h"

#include <string.h>

#include "search/query_parse.h"
#include "search/suggest_words.h"

#define RARE_LOOKED_AT 4 /* words of one query that are looked for in the lexicons */
#define JOIN_MAX 3       /* words that are one closed form */

struct suggester {
    struct planner planner;
    const struct plan *plan; /* the one that was searched with */
    struct search_meant *meant;
    int looks; /* left */
    const struct query_node *around; /* the group or AND that is being mended; NULL for a query of one word */
};

void search_meant_done(struct search_meant *meant)
{
    for (size_t i = 0; i < meant->word_count; i++) {
        free(meant->words[i].from);
        free(meant->words[i].to);
    }
    free(meant->words);
    free(meant->query);
    *meant = (struct search_meant){ 0 };
}

/* Documents with a word in any form, as the plan found them. */
static uint32_t documents_of(struct suggester *suggester, const struct query_token *token)
{
    for (size_t i = 0; i < suggester->plan->needle_count; i++) {
        const struct needle *needle = &suggester->plan->needles[i];
        if (!needle->phrase && needle->form_count > 0 && needle->forms[0].len == token->len
            && memcmp(needle->forms[0].form, token->form, token->len) == 0) {
            return needle->documents;
        }
    }
    uint32_t documents = planner_frequency(&suggester->planner, token->form, token->len);
    const struct derivation *derivation = planner_derive(&suggester->planner, token->form, token->len);
    uint32_t class = planner_frequency(&suggester->planner, derivation->terms[0].term, derivation->terms[0].len);
    return class > documents ? class : documents;
}

/* The rarest other word that stands next to one in its group, and in documents; NULL when there is none. */
static const struct query_token *beside_of(struct suggester *suggester, const struct query_token *token)
{
    const struct query_token *best = NULL;
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; suggester->around != NULL && i < suggester->around->child_count; i++) {
        const struct query_node *node = suggester->around->children[i];
        if (node->kind != QUERY_WORD || node->token_count != 1 || node->sign == QUERY_EXCLUDED || &node->tokens[0] == token) {
            continue;
        }
        uint32_t documents = documents_of(suggester, &node->tokens[0]);
        if (documents > 0 && documents < least) {
            least = documents;
            best = &node->tokens[0];
        }
    }
    return best;
}

/* ---- Changing the tree -------------------------------------------------------------------- */

/* Keeps a capital at the start. */
static char *spell(const char *form, size_t len, const char *as)
{
    char *word = strndup(form, len);
    if (word != NULL && as[0] >= 'A' && as[0] <= 'Z' && word[0] >= 'a' && word[0] <= 'z') {
        word[0] = (char)(word[0] - 'a' + 'A');
    }
    return word;
}

/* Notes a change; takes both strings. */
static enum err_code note_change(struct suggester *suggester, char *from, char *to)
{
    struct search_meant *meant = suggester->meant;
    struct search_meant_word *grown = from == NULL || to == NULL
        ? NULL : realloc(meant->words, (meant->word_count + 1) * sizeof *grown);
    if (grown == NULL) {
        free(from);
        free(to);
        return err_nomem(suggester->planner.err, "suggesting words");
    }
    meant->words = grown;
    meant->words[meant->word_count++] = (struct search_meant_word){ from, to };
    return ERR_OK;
}

static enum err_code replace(struct suggester *suggester, struct query_token *token, const char *form, size_t len)
{
    char *word = spell(form, len, token->written);
    char *copy = word != NULL ? strdup(word) : NULL;
    if (copy == NULL) {
        free(word);
        return err_nomem(suggester->planner.err, "suggesting words");
    }
    char *from = token->written;
    token->written = copy;
    return note_change(suggester, from, word);
}

/* ---- One word ----------------------------------------------------------------------------- */

/* `alone`: the word stands for itself, so that two words can take its place. */
static enum err_code mend_word(struct suggester *suggester, struct query_token *token, bool alone)
{
    struct planner *planner = &suggester->planner;
    uint32_t documents = documents_of(suggester, token);
    bool found = false;
    struct candidate candidate;
    if (suggester->looks == 0 || !suggest_may_be_wrong(token, documents)) {
        return ERR_OK;
    }
    suggester->looks--;
    enum err_code code = suggest_word(planner, token, documents, alone, beside_of(suggester, token), &found, &candidate);
    return code == ERR_OK && found ? replace(suggester, token, candidate.form, candidate.len) : code;
}

/* ---- Words written apart ------------------------------------------------------------------ */

static bool is_plain_word(const struct query_node *node)
{
    return node->kind == QUERY_WORD && node->token_count == 1 && node->sign == QUERY_PLAIN && !node->in_title
        && !node->exact;
}

/* The closed form of the words from child `first` on: of three, else of two.  *ret_count is 0 when there is none. */
static enum err_code find_closed(struct planner *planner, const struct query_node *group, size_t first,
                                 char form[SUGGEST_FORM_MAX + 1], size_t *ret_len, size_t *ret_count)
{
    const struct query_token *tokens[JOIN_MAX];
    size_t count = 0;
    while (count < JOIN_MAX && first + count < group->child_count && is_plain_word(group->children[first + count])) {
        tokens[count] = &group->children[first + count]->tokens[0];
        count++;
    }
    enum err_code code = ERR_OK;
    for (*ret_len = 0; count >= 2 && code == ERR_OK; count--) {
        code = suggest_closed(planner, tokens, count, form, ret_len);
        if (*ret_len > 0) {
            break;
        }
    }
    *ret_count = *ret_len > 0 ? count : 0;
    return code;
}

/* Puts the closed form in the place of the first of the words and takes out the others. */
static enum err_code close_words(struct suggester *suggester, struct query_node *group, size_t first, size_t count,
                                 const char *form, size_t len)
{
    AUTO_BUF struct buf from;
    buf_init(&from, QUERY_PRINT_MAX);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&from, "%s%s", i > 0 ? " " : "", group->children[first + i]->tokens[0].written);
    }
    struct query_token *token = &group->children[first]->tokens[0];
    char *written = buf_take(&from), *word = spell(form, len, token->written);
    char *copy = word != NULL ? strdup(word) : NULL;
    enum err_code code = note_change(suggester, written, copy);
    if (code != ERR_OK) {
        free(word);
        return code;
    }
    free(token->written);
    token->written = word;
    for (size_t i = 1; i < count; i++) {
        query_node_free(group->children[first + i]);
    }
    memmove(group->children + first + 1, group->children + first + count,
            (group->child_count - first - count) * sizeof *group->children);
    group->child_count -= count - 1;
    return ERR_OK;
}

/* ---- The tree ----------------------------------------------------------------------------- */

static enum err_code mend_node(struct suggester *suggester, struct query_node *node, bool in_group)
{
    enum err_code code = ERR_OK;
    if (node->sign == QUERY_EXCLUDED || node->exact) {
        return ERR_OK;
    }
    if (node->kind == QUERY_WORD) {
        bool alone = in_group && is_plain_word(node);
        for (size_t i = 0; i < node->token_count && code == ERR_OK; i++) {
            code = mend_word(suggester, &node->tokens[i], alone);
        }
        return code;
    }
    for (size_t i = 0; i < node->child_count && code == ERR_OK; i++) {
        if (node->kind == QUERY_GROUP && is_plain_word(node->children[i])) {
            char form[SUGGEST_FORM_MAX + 1];
            size_t len, count;
            code = find_closed(&suggester->planner, node, i, form, &len, &count);
            if (code == ERR_OK && count > 0) {
                code = close_words(suggester, node, i, count, form, len);
                continue;
            }
        }
        if (code == ERR_OK) {
            suggester->around = node->kind == QUERY_OR ? NULL : node;
            code = mend_node(suggester, node->children[i], node->kind == QUERY_GROUP);
        }
    }
    return code;
}

/* Whether there is anything to mend, as far as can be told without work. */
static enum err_code is_worth_it(struct suggester *suggester, const struct query_node *node, bool *ret_worth)
{
    enum err_code code = ERR_OK;
    if (node->sign == QUERY_EXCLUDED || node->exact || *ret_worth) {
        return ERR_OK;
    }
    for (size_t i = 0; node->kind == QUERY_WORD && i < node->token_count; i++) {
        *ret_worth = *ret_worth || suggest_may_be_wrong(&node->tokens[i], documents_of(suggester, &node->tokens[i]));
    }
    for (size_t i = 0; i < node->child_count && code == ERR_OK && !*ret_worth; i++) {
        code = is_worth_it(suggester, node->children[i], ret_worth);
        if (code == ERR_OK && node->kind == QUERY_GROUP && is_plain_word(node->children[i])) {
            char form[SUGGEST_FORM_MAX + 1];
            size_t len, count;
            code = find_closed(&suggester->planner, node, i, form, &len, &count);
            *ret_worth = *ret_worth || count > 0;
        }
    }
    return code;
}

/* Whether a query has hits. */
static enum err_code has_hits(struct suggester *suggester, const char *text, size_t len, bool *ret_has)
{
    CLEANUP(query_free_cleanup) struct query *query = NULL;
    struct plan plan = { 0 };
    uint32_t count = 0;
    enum err_code code = query_parse(text, len, &query, suggester->planner.err);
    if (code == ERR_OK) {
        code = plan_make(suggester->planner.index, query, suggester->planner.without, &plan, suggester->planner.err);
    }
    if (code == ERR_OK && plan.query != NULL) {
        code = suggest_count(&suggester->planner, TAKE_PTR(plan.query), 1, &count);
    }
    plan_done(&plan);
    *ret_has = count > 0;
    return code;
}

static enum err_code mend_query(struct suggester *suggester, const char *text, size_t len)
{
    CLEANUP(query_free_cleanup) struct query *query = NULL;
    AUTO_BUF struct buf printed;
    buf_init(&printed, QUERY_BYTES_MAX); /* a longer one could not be asked */
    enum err_code code = query_parse(text, len, &query, suggester->planner.err);
    if (code == ERR_OK) {
        code = mend_node(suggester, query->root, true);
    }
    bool has = false;
    if (code == ERR_OK && suggester->meant->word_count > 0) {
        query_print(query, &printed);
        code = printed.failed ? ERR_OK : has_hits(suggester, printed.data, printed.len, &has);
        if (code == ERR_INVALID) { /* two words for one: now too many, so it could not be asked */
            code = ERR_OK;
            has = false;
        }
    }
    if (code == ERR_OK && has) {
        suggester->meant->query = buf_take(&printed);
    } else {
        search_meant_done(suggester->meant);
    }
    return code;
}

enum err_code suggest_find(struct search_index *index, const char *text, size_t len, const struct query *query,
                           unsigned without, const struct plan *plan, struct search_meant *ret_meant, struct err *err)
{
    struct plan none = { .deriver = index->view->deriver };
    struct err problem = ERR_INIT;
    struct suggester suggester = {
        .planner = { .index = index, .plan = &none, .err = &problem, .without = without,
                     .light = query->term_count > PLANNER_LIGHT_TERMS },
        .plan = plan, .meant = ret_meant, .looks = RARE_LOOKED_AT,
    };
    bool worth = false;
    enum err_code code = query->root != NULL ? is_worth_it(&suggester, query->root, &worth) : ERR_OK;
    if (code == ERR_OK && worth) {
        code = mend_query(&suggester, text, len);
    }
    plan_done(&none);
    return code == ERR_OK ? ERR_OK : err_set(err, problem.code != ERR_OK ? problem.code : code, "%s", problem.text);
}
