/* expansion.c - telling which other words were searched for. */
#include "search/expansion.h"

#include <stdio.h>
#include <string.h>

#include "text/doc_head.h"
#include "text/schema.h"
#include "text/token.h"

#define SPELLING_TRIES 8 /* places of the first word that are looked at for the spelling of all */
#define SPELLING_MAX 300 /* bytes between the first and last word */

void expansions_free(struct search_expansion *expansions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(expansions[i].word);
        for (size_t k = 0; k < expansions[i].meaning_count; k++) {
            free(expansions[i].meanings[k].text);
            free(expansions[i].meanings[k].query);
            free(expansions[i].meanings[k].id);
            free(expansions[i].meanings[k].name);
        }
    }
    free(expansions);
}

/* ---- Words as typed ----------------------------------------------------------------------- */

static const struct query_token *find_token(const struct query_node *node, const char *form, size_t len)
{
    for (size_t i = 0; i < node->token_count; i++) {
        if (node->tokens[i].len == len && memcmp(node->tokens[i].form, form, len) == 0) {
            return &node->tokens[i];
        }
    }
    const struct query_token *found = NULL;
    for (size_t i = 0; i < node->child_count && found == NULL; i++) {
        found = find_token(node->children[i], form, len);
    }
    return found;
}

/* The words of an expansion as the query has them. */
static char *as_typed(const struct query *query, const char *words)
{
    AUTO_BUF struct buf text;
    buf_init(&text, QUERY_PRINT_MAX);
    for (const char *at = words; *at != '\0';) {
        size_t len = strcspn(at, " ");
        const struct query_token *token = find_token(query->root, at, len);
        if (at > words) {
            buf_add_char(&text, ' ');
        }
        if (token != NULL) {
            buf_add_str(&text, token->written);
        } else { /* a closed form: risico-regelreflex */
            buf_add(&text, at, len);
        }
        at += len + (at[len] == ' ');
    }
    return buf_take(&text);
}

static bool is_operator(const char *word, size_t len)
{
    static const char *const operators[] = { "AND", "OR", "NOT", "NEAR" }; /* as the canonical form has them */
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (strlen(operators[i]) == len && memcmp(operators[i], word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the words stand in the canonical query from a token on, as words of their own: no operator, no sign but +, outside
 * quotes.  *ret_end is the byte behind them. */
static bool words_at(const char *reading, size_t len, const struct token *first, const char *words, size_t *ret_end)
{
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, reading, len);
    tokenizer.at = first->start;
    char before = first->start > 0 ? reading[first->start - 1] : ' ';
    if (before != ' ' && before != '(' && before != '+') {
        return false;
    }
    while (*words != '\0') {
        size_t word_len = strcspn(words, " ");
        if (!tokenizer_next(&tokenizer, &token) || token.form_len != word_len || memcmp(token.form, words, word_len) != 0
            || is_operator(reading + token.start, token.end - token.start)) {
            return false;
        }
        words += word_len + (words[word_len] == ' ');
        *ret_end = token.end;
        char after = token.end < len ? reading[token.end] : ' ';
        if (after != ' ' && after != ')') {
            return false;
        }
    }
    return true;
}

/* The query with `meaning` instead of the words; "" when they do not stand in it so, or it would be too long. */
static char *instead(const char *reading, const char *words, const char *meaning)
{
    AUTO_BUF struct buf text;
    struct tokenizer tokenizer;
    struct token token;
    size_t len = strlen(reading), copied = 0, end = 0;
    bool quoted = false, found = false;
    buf_init(&text, QUERY_PRINT_MAX + ABBREV_LONG_MAX * QUERY_BYTES_MAX);
    tokenizer_init(&tokenizer, reading, len);
    for (size_t at = 0; tokenizer_next(&tokenizer, &token);) {
        for (; at < token.start; at++) {
            quoted = quoted != (reading[at] == '"');
        }
        if (token.start >= copied && !quoted && words_at(reading, len, &token, words, &end)) {
            buf_add(&text, reading + copied, token.start - copied);
            buf_printf(&text, "\"%s\"", meaning);
            copied = end;
            found = true;
        }
    }
    buf_add(&text, reading + copied, len - copied);
    if (!found || text.len > QUERY_BYTES_MAX) {
        buf_clear(&text);
        return strdup("");
    }
    return buf_take(&text);
}

/* ---- Where it is defined ------------------------------------------------------------------ */

/* Whether the words stand in the text from `start` on; *ret_end is the byte behind them. */
static bool spelled_at(const struct buf *text, size_t start, const char *words, size_t *ret_end)
{
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, text->data, text->len);
    tokenizer.at = start;
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        if (!tokenizer_next(&tokenizer, &token) || token.form_len != len || memcmp(token.form, words, len) != 0) {
            return false;
        }
        words += len + (words[len] == ' ');
        *ret_end = token.end;
    }
    return *ret_end - start <= SPELLING_MAX;
}

/* The words as the stored text spells them near a position of the first one; NULL when they do not stand there in one block. */
static char *spelling_at(const struct store_text *text, uint32_t position, const char *words)
{
    AUTO_BUF struct buf block;
    buf_init(&block, 1 << 20);
    uint32_t index = store_find_block(text, position);
    uint32_t at = index < text->block_count ? store_block_at(text, index).position : UINT32_MAX;
    if (at > position || store_read_block(text, index, &block, NULL) != ERR_OK) {
        return NULL;
    }
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, block.data, block.len);
    while (tokenizer_skip(&tokenizer, &token) && at < position) {
        at++;
    }
    size_t end = 0;
    if (at != position || !spelled_at(&block, token.start, words, &end)) {
        return NULL;
    }
    char *spelling = strndup(block.data + token.start, end - token.start);
    for (char *c = spelling; c != NULL && *c != '\0'; c++) {
        *c = (unsigned char)*c < ' ' ? ' ' : *c;
    }
    return spelling;
}

static char *find_spelling(struct search_index *index, uint32_t docid, const struct doc_head *head, const char *words)
{
    struct store *store = index_store(index->view, head->store.text, head->store.len);
    struct store_text text;
    const uint32_t *positions;
    size_t count = 0;
    char *spelling = NULL;
    if (store == NULL || store_get(store, head->store_offset, &text, NULL) != ERR_OK
        || shim_reader_positions(index->view->reader, docid, words, strcspn(words, " "), &positions, &count, NULL) != ERR_OK) {
        return NULL;
    }
    for (size_t i = 0, tries = 0; i < count && tries < SPELLING_TRIES && spelling == NULL; i++) {
        if (positions[i] >= SCHEMA_TEXT_POSITION) {
            spelling = spelling_at(&text, positions[i], words);
            tries++;
        }
    }
    return spelling;
}

/* The first live document that defines a pair, and how it spells the meaning.  Left alone when there is none. */
static enum err_code find_source(struct search_index *index, const struct plan_expansion *expansion,
                                 const struct expansion *meaning, struct search_meaning *made, struct err *err)
{
    char term[SHIM_TERM_MAX + 1];
    bool full = expansion->kind == SEARCH_EXPANSION_FULL;
    size_t word_len = strlen(expansion->word);
    uint32_t docid;
    size_t count = 0;
    enum err_code code = ERR_OK;
    while (count == 0 && code == ERR_OK && word_len > 0) {
        int len = snprintf(term, sizeof term, "%s%.*s=%s", full ? SCHEMA_BRIEF : SCHEMA_FULL, (int)word_len, expansion->word,
                           meaning->text);
        code = (size_t)len < sizeof term
            ? shim_reader_find(index->view->reader, term, (size_t)len, &docid, 1, &count, err) : ERR_OK;
        const char *apostrophe = memrchr(expansion->word, '\'', word_len); /* zbo's: what zbo stands for */
        word_len = full && apostrophe != NULL ? (size_t)(apostrophe - expansion->word) : 0;
    }
    if (code != ERR_OK || count == 0) {
        return code;
    }
    AUTO_BUF struct buf data;
    buf_init(&data, 16 << 20);
    struct doc_head head;
    code = shim_reader_data(index->view->reader, docid, &data, err);
    if (code == ERR_OK) {
        code = doc_head_read(data.data, data.len, &head, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    made->id = strndup(head.uid.text, head.uid.len);
    made->name = strndup(head.name.text, head.name.len);
    if (meaning->written == NULL) {
        made->text = find_spelling(index, docid, &head, meaning->text);
    }
    return made->id != NULL && made->name != NULL ? ERR_OK : err_nomem(err, "a search");
}

static enum err_code describe_meaning(struct search_index *index, const struct plan_expansion *expansion,
                                      const struct expansion *meaning, bool sources, struct search_result *result,
                                      struct search_meaning *made, struct err *err)
{
    made->documents = meaning->documents;
    made->used = meaning->used;
    made->editorial = meaning->written != NULL;
    enum err_code code = sources && meaning->documents > 0 ? find_source(index, expansion, meaning, made, err) : ERR_OK;
    if (code != ERR_OK) {
        return code;
    }
    if (made->text == NULL) {
        made->text = strdup(meaning->written != NULL ? meaning->written : meaning->text);
    }
    made->id = made->id != NULL ? made->id : strdup("");
    made->name = made->name != NULL ? made->name : strdup("");
    made->query = instead(result->reading, expansion->word, meaning->text);
    return made->text != NULL && made->id != NULL && made->name != NULL && made->query != NULL ? ERR_OK
                                                                                               : err_nomem(err, "a search");
}

enum err_code expansion_describe(struct search_index *index, const struct query *query, const struct plan *plan, bool sources,
                                 struct search_result *result, struct err *err)
{
    result->expansions = calloc(plan->expansion_count + 1, sizeof *result->expansions);
    if (result->expansions == NULL) {
        return err_nomem(err, "a search");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < plan->expansion_count && code == ERR_OK; i++) {
        const struct plan_expansion *from = &plan->expansions[i];
        struct search_expansion *to = &result->expansions[result->expansion_count++];
        to->kind = from->kind;
        to->word = as_typed(query, from->word);
        code = to->word != NULL ? ERR_OK : err_nomem(err, "a search");
        for (size_t k = 0; k < from->count && code == ERR_OK; k++) {
            to->meaning_count = k + 1;
            code = describe_meaning(index, from, &from->meanings[k], sources, result, &to->meanings[k], err);
        }
    }
    return code;
}
