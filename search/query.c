/* query.c - the entry to the query parser: caps, the recursive descent, notes. */
#include "search/query.h"

#include <string.h>

#include "search/query_parse.h"
#include "text/unicode.h"

#define NOTE_WORDS_MAX 60 /* bytes of the input a note repeats */

void query_add_note(struct query_parser *parser, enum query_note note, const char *words, size_t len)
{
    struct query *query = parser->query;
    char copy[NOTE_WORDS_MAX + sizeof "…"];
    size_t kept = len <= NOTE_WORDS_MAX ? len : utf8_floor(words, len, NOTE_WORDS_MAX);
    if (kept > 0) {
        memcpy(copy, words, kept);
    }
    memcpy(copy + kept, "…", sizeof "…");
    if (kept == len) {
        copy[kept] = '\0';
    }
    for (size_t i = 0; i < query->note_count; i++) {
        if (query->notes[i] == note && strcmp(query->note_words[i], copy) == 0) {
            return;
        }
    }
    if (query->note_count == QUERY_NOTES_MAX) {
        return;
    }
    char *owned = strdup(copy);
    if (owned == NULL) {
        parser->nomem = true;
        return;
    }
    query->notes[query->note_count] = note;
    query->note_words[query->note_count++] = owned;
}

void query_free(struct query *query)
{
    if (query == NULL) {
        return;
    }
    query_node_free(query->root);
    for (size_t i = 0; i < query->note_count; i++) {
        free(query->note_words[i]);
    }
    free(query);
}

static void parser_done(struct query_parser *parser)
{
    for (size_t i = 0; i < parser->count; i++) {
        query_node_free(parser->lexemes[i].node);
    }
    free(parser->lexemes);
}

static const struct lexeme *current(const struct query_parser *parser)
{
    return parser->at < parser->count && !parser->nomem ? &parser->lexemes[parser->at] : NULL;
}

static bool accept(struct query_parser *parser, enum lexeme_kind kind)
{
    const struct lexeme *lexeme = current(parser);
    bool found = lexeme != NULL && lexeme->kind == kind;
    parser->at += found;
    return found;
}

static struct query_node *parse_or(struct query_parser *parser, struct query_fields fields);

/* A word and what NEAR ties to it.  Where the distances of a chain differ, the widest holds for all of it. */
static struct query_node *parse_leaf(struct query_parser *parser)
{
    struct query_node *leaf = TAKE_PTR(parser->lexemes[parser->at].node);
    parser->at++;
    for (const struct lexeme *lexeme = current(parser); lexeme != NULL && lexeme->kind == LEXEME_NEAR;
         lexeme = current(parser)) {
        struct query_node *word = parser->lexemes[parser->at + 1].node;
        leaf->kind = QUERY_NEAR;
        leaf->exact = false; /* NEAR is about exact forms as it is */
        leaf->distance = lexeme->distance > leaf->distance ? lexeme->distance : leaf->distance;
        word->token_count = 0; /* moved, not copied */
        query_node_add_token(parser, leaf, word->tokens[0]);
        parser->at += 2;
    }
    return leaf;
}

static struct query_node *parse_item(struct query_parser *parser, struct query_fields fields)
{
    const struct lexeme *lexeme = current(parser);
    enum query_sign sign = lexeme->sign;
    struct query_node *item;
    fields.in_title = fields.in_title || lexeme->fields.in_title;
    fields.in_recurring = fields.in_recurring || lexeme->fields.in_recurring;
    if (lexeme->kind == LEXEME_OPEN) {
        parser->at++;
        item = parse_or(parser, fields);
        parser->at++; /* the closing one: query_resolve matched them */
    } else {
        item = parse_leaf(parser);
        if (item != NULL) {
            item->in_title = fields.in_title;
            item->in_recurring = fields.in_recurring;
        }
    }
    if (item != NULL) {
        bool filter = item->kind == QUERY_DATES && sign == QUERY_REQUIRED; /* it always is */
        item->sign = filter ? QUERY_PLAIN : sign;
    }
    return item;
}

static struct query_node *parse_group(struct query_parser *parser, struct query_fields fields)
{
    struct query_node *group = query_node_new(parser, QUERY_GROUP, fields);
    for (const struct lexeme *lexeme = current(parser);
         lexeme != NULL && (lexeme->kind == LEXEME_LEAF || lexeme->kind == LEXEME_OPEN); lexeme = current(parser)) {
        query_node_add(parser, group, parse_item(parser, fields));
    }
    return query_node_finish(parser, group);
}

static struct query_node *parse_and(struct query_parser *parser, struct query_fields fields)
{
    struct query_node *node = query_node_new(parser, QUERY_AND, fields);
    do {
        query_node_add(parser, node, parse_group(parser, fields));
    } while (accept(parser, LEXEME_AND));
    return query_node_finish(parser, node);
}

/* Recurses through parse_item, at most QUERY_DEPTH_MAX deep: query_resolve refused what is deeper. */
static struct query_node *parse_or(struct query_parser *parser, struct query_fields fields)
{
    struct query_node *node = query_node_new(parser, QUERY_OR, fields);
    do {
        query_node_add(parser, node, parse_and(parser, fields));
    } while (accept(parser, LEXEME_OR));
    return query_node_finish(parser, node);
}

/* What the caps count, over a whole tree. */
struct census {
    const char *forms[QUERY_TERMS_MAX + 1];
    size_t form_count; /* stops at QUERY_TERMS_MAX + 1 */
    size_t wildcards;
};

static void count_node(const struct query_node *node, struct census *census)
{
    census->wildcards += node->kind == QUERY_WILDCARD;
    for (size_t i = 0; i < node->token_count; i++) {
        bool seen = census->form_count > QUERY_TERMS_MAX;
        for (size_t j = 0; j < census->form_count && !seen; j++) {
            seen = strcmp(census->forms[j], node->tokens[i].form) == 0;
        }
        if (!seen) {
            census->forms[census->form_count++] = node->tokens[i].form;
        }
    }
    for (size_t i = 0; i < node->child_count; i++) {
        count_node(node->children[i], census);
    }
}

static enum err_code check_caps(struct query *query, struct err *err)
{
    struct census census = { .form_count = 0 };
    if (query->root != NULL) {
        count_node(query->root, &census);
    }
    if (census.form_count > QUERY_TERMS_MAX) {
        return err_set(err, ERR_INVALID, "De zoekvraag bevat meer dan %d verschillende woorden.", QUERY_TERMS_MAX);
    }
    if (census.wildcards > QUERY_WILDCARDS_MAX) {
        return err_set(err, ERR_INVALID, "De zoekvraag bevat meer dan %d woorden met een sterretje.",
                       QUERY_WILDCARDS_MAX);
    }
    query->term_count = census.form_count;
    return ERR_OK;
}

/* Valid text in NFC, as the documents are; control characters become spaces. */
static enum err_code clean(const char *text, size_t len, struct buf *out, struct err *err)
{
    char spaced[QUERY_BYTES_MAX];
    if (len > QUERY_BYTES_MAX) {
        return err_set(err, ERR_INVALID, "De zoekvraag is langer dan %d tekens; maak haar korter.", QUERY_BYTES_MAX);
    }
    if (utf8_valid_prefix(text, len) != len) {
        return err_set(err, ERR_INVALID, "De zoekvraag is geen geldige UTF-8-tekst.");
    }
    for (size_t i = 0; i < len; i++) {
        spaced[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7F ? ' ' : text[i];
        if (i > 0 && (unsigned char)text[i - 1] == 0xC2 && (unsigned char)text[i] < 0xA0) { /* U+0080 to U+009F */
            spaced[i - 1] = spaced[i] = ' ';
        }
    }
    return text_clean(spaced, len, out, NULL, err);
}

static void build(struct query_parser *parser)
{
    struct query *query = parser->query;
    parser->at = 0;
    if (parser->count > 0) {
        query->root = parse_or(parser, (struct query_fields){ false, false });
    }
    bool only_excludes = query->root != NULL && query_node_only_excludes(query->root);
    if (only_excludes) {
        query_node_free(query->root);
        query->root = NULL;
    }
    if (query->root == NULL) {
        query_add_note(parser, only_excludes || parser->dropped_excluded ? QUERY_NOTE_ONLY_EXCLUDED : QUERY_NOTE_EMPTY,
                       "", 0);
    }
}

enum err_code query_parse(const char *text, size_t len, struct query **ret_query, struct err *err)
{
    struct buf AUTO_BUF cleaned;
    buf_init(&cleaned, 4 * QUERY_BYTES_MAX); /* NFC makes UTF-8 at most three times as long */
    enum err_code code = clean(text, len, &cleaned, err);
    if (code != ERR_OK) {
        return code;
    }
    struct query CLEANUP(query_free_cleanup) *query = calloc(1, sizeof *query);
    if (query == NULL) {
        return err_nomem(err, "query_parse");
    }
    struct query_parser CLEANUP(parser_done) parser = {
        .query = query, .text = cleaned.data != NULL ? cleaned.data : "", .len = cleaned.len
    };
    query_lex(&parser);
    code = query_resolve(&parser, err);
    if (code == ERR_OK && !parser.nomem) {
        build(&parser);
        code = check_caps(query, err);
    }
    if (parser.nomem) {
        return err_nomem(err, "query_parse");
    }
    if (code == ERR_OK) {
        *ret_query = TAKE_PTR(query);
    }
    return code;
}
