/* query_node.c - nodes of the query tree: making, comparing, simplifying.
 *
 * A finished tree keeps these promises, on which the canonical form rests:
 *   - an AND or OR has at least two children, none of its own kind unless `titel:` sets them apart;
 *   - a GROUP is a root, a child of an AND or OR, or was in parentheses; its only child is never a plain one;
 *   - no node has two equal children;
 *   - every GROUP has a child that is not excluded, so nothing ever asks for all documents but a few.
 */
#include <string.h>

#include "search/query_parse.h"
#include "text/token.h"
#include "text/unicode.h"

struct query_node *query_node_new(struct query_parser *parser, enum query_kind kind, struct query_fields fields)
{
    struct query_node *node = parser->nomem ? NULL : calloc(1, sizeof *node);
    if (node == NULL) {
        parser->nomem = true;
        return NULL;
    }
    node->kind = kind;
    node->in_title = fields.in_title;
    node->in_recurring = fields.in_recurring;
    return node;
}

struct query_fields query_node_fields(const struct query_node *node)
{
    return (struct query_fields){ node->in_title, node->in_recurring };
}

static bool same_fields(const struct query_node *a, const struct query_node *b)
{
    return a->in_title == b->in_title && a->in_recurring == b->in_recurring;
}

static void token_done(struct query_token *token)
{
    free(token->form);
    free(token->written);
    free(token->accented);
}

void query_node_free(struct query_node *node)
{
    if (node == NULL) {
        return;
    }
    for (size_t i = 0; i < node->token_count; i++) {
        token_done(&node->tokens[i]);
    }
    for (size_t i = 0; i < node->child_count; i++) {
        query_node_free(node->children[i]);
    }
    free(node->tokens);
    free(node->children);
    free(node);
}

void query_node_add_token(struct query_parser *parser, struct query_node *node, struct query_token token)
{
    struct query_token *grown = parser->nomem || node == NULL || token.form == NULL || token.written == NULL
        ? NULL : realloc(node->tokens, (node->token_count + 1) * sizeof *grown);
    if (grown == NULL) {
        parser->nomem = true;
        token_done(&token);
        return;
    }
    node->tokens = grown;
    node->tokens[node->token_count++] = token;
}

/* A word that would print as an operator, or as an attempt at NEAR/n, is written small from now on: its canonical form
 * would be read otherwise. */
static void lower_operator(struct query_parser *parser, struct query_node *word)
{
    struct lexeme ignored;
    struct buf AUTO_BUF printed;
    buf_init(&printed, QUERY_PRINT_MAX);
    query_print_node(word, &printed);
    if (printed.failed) {
        parser->nomem = true;
    } else if (query_operator(printed.data, printed.len, &ignored) != LEXEME_LEAF
               || strncmp(printed.data, "NEAR/", 5) == 0) {
        for (char *c = word->tokens[0].written; *c != '\0'; c++) {
            *c = (char)(*c | 0x20); /* operators hold ASCII capitals only */
        }
    }
}

struct query_node *query_leaf_new(struct query_parser *parser, enum query_kind kind, const char *text, size_t len)
{
    struct query_node *node = query_node_new(parser, kind, (struct query_fields){ false, false });
    struct tokenizer tokenizer;
    struct token token;
    if (node == NULL) {
        return NULL;
    }
    node->joined = kind == QUERY_WORD;
    tokenizer_init(&tokenizer, text, len);
    while (!parser->nomem && tokenizer_next(&tokenizer, &token)) {
        if (token.form_len == 0) {
            continue;
        }
        if (node->token_count > 0 && !token.chained) {
            node->joined = false;
        }
        struct query_token made = { .form = strndup(token.form, token.form_len), .len = token.form_len,
                                    .written = strndup(text + token.start, token.end - token.start) };
        if (token.accented) {
            char kept[TOKEN_FORM_MAX];
            made.accented = strndup(kept, text_fold_case(text + token.start, token.end - token.start, kept, sizeof kept));
            parser->nomem = parser->nomem || made.accented == NULL;
        }
        query_node_add_token(parser, node, made);
    }
    node->joined = node->joined && node->token_count > 1;
    if (kind == QUERY_WORD && node->token_count > 0 && !parser->nomem) {
        lower_operator(parser, node);
    }
    if (parser->nomem || node->token_count == 0) {
        query_node_free(node);
        return NULL;
    }
    return node;
}

/* Takes `child`. */
static void append(struct query_parser *parser, struct query_node *parent, struct query_node *child)
{
    struct query_node **grown = parser->nomem || parent == NULL
        ? NULL : realloc(parent->children, (parent->child_count + 1) * sizeof *grown);
    if (grown == NULL) {
        parser->nomem = true;
        query_node_free(child);
        return;
    }
    parent->children = grown;
    parent->children[parent->child_count++] = child;
}

/* Moves the children of `from`, which it takes, to the end of `to`. */
static void append_children(struct query_parser *parser, struct query_node *to, struct query_node *from)
{
    for (size_t i = 0; i < from->child_count; i++) {
        append(parser, to, from->children[i]);
    }
    from->child_count = 0;
    query_node_free(from);
}

void query_node_add(struct query_parser *parser, struct query_node *parent, struct query_node *child)
{
    if (child == NULL) {
        return;
    }
    if (parent != NULL && child->kind == parent->kind && child->kind != QUERY_GROUP
        && same_fields(child, parent)) {
        append_children(parser, parent, child);
    } else {
        append(parser, parent, child);
    }
}

bool query_node_only_excludes(const struct query_node *node)
{
    if (node->kind != QUERY_GROUP) {
        return false;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->sign != QUERY_EXCLUDED) {
            return false;
        }
    }
    return true;
}

static bool same_accents(const struct query_token *a, const struct query_token *b)
{
    return a->accented == NULL || b->accented == NULL ? a->accented == b->accented : strcmp(a->accented, b->accented) == 0;
}

static bool is_equal(const struct query_node *a, const struct query_node *b)
{
    if (a->kind != b->kind || a->sign != b->sign || !same_fields(a, b) || a->joined != b->joined
        || a->exact != b->exact || a->field != b->field || a->from != b->from || a->to != b->to
        || a->distance != b->distance || a->token_count != b->token_count || a->child_count != b->child_count) {
        return false;
    }
    for (size_t i = 0; i < a->token_count; i++) {
        if (strcmp(a->tokens[i].form, b->tokens[i].form) != 0
            || (a->exact && !same_accents(&a->tokens[i], &b->tokens[i]))) {
            return false;
        }
    }
    for (size_t i = 0; i < a->child_count; i++) {
        if (!is_equal(a->children[i], b->children[i])) {
            return false;
        }
    }
    return true;
}

static void remove_duplicates(struct query_node *node)
{
    size_t kept = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < kept && !seen; j++) {
            seen = is_equal(node->children[i], node->children[j]);
        }
        if (seen) {
            query_node_free(node->children[i]);
        } else {
            node->children[kept++] = node->children[i];
        }
    }
    node->child_count = kept;
}

static void drop_excluding(struct query_parser *parser, struct query_node *node)
{
    struct buf AUTO_BUF printed;
    buf_init(&printed, QUERY_PRINT_MAX);
    node->sign = QUERY_PLAIN;
    query_print_node(node, &printed);
    if (printed.failed) {
        parser->nomem = true;
    } else {
        query_add_note(parser, QUERY_NOTE_ONLY_EXCLUDED, printed.data, printed.len);
    }
    parser->dropped_excluded = true;
    query_node_free(node);
}

/* `a (-b)` means `a -b`; `a -(-b)` means nothing that can be searched for. */
static void hoist_exclusions(struct query_parser *parser, struct query_node *group)
{
    struct query_node old = *group;
    group->children = NULL;
    group->child_count = 0;
    for (size_t i = 0; i < old.child_count; i++) {
        struct query_node *child = old.children[i];
        if (!query_node_only_excludes(child)) {
            append(parser, group, child);
        } else if (child->sign == QUERY_EXCLUDED) {
            drop_excluding(parser, child);
        } else {
            append_children(parser, group, child);
        }
    }
    free(old.children);
}

/* The operands of an AND that only exclude move into the last one that does not: `a AND b AND NOT c` is `a AND b -c`.
 * When all of them exclude, the AND becomes one such group. */
static void merge_exclusions(struct query_parser *parser, struct query_node *and)
{
    struct query_node *exclusions = query_node_new(parser, QUERY_GROUP, query_node_fields(and));
    size_t kept = 0;
    for (size_t i = 0; i < and->child_count && exclusions != NULL; i++) {
        struct query_node *child = and->children[i];
        if (query_node_only_excludes(child)) {
            append_children(parser, exclusions, child);
        } else {
            and->children[kept++] = child;
        }
    }
    if (exclusions == NULL) {
        return;
    }
    and->child_count = kept;
    if (exclusions->child_count == 0) {
        query_node_free(exclusions);
        return;
    }
    if (kept == 0) {
        append(parser, and, exclusions);
        return;
    }
    struct query_node *last = and->children[--and->child_count];
    struct query_node *group = last;
    if (last->kind != QUERY_GROUP || !same_fields(last, and)) {
        group = query_node_new(parser, QUERY_GROUP, query_node_fields(and));
        append(parser, group, last);
    }
    if (group == NULL) {
        query_node_free(exclusions);
        return;
    }
    append_children(parser, group, exclusions);
    remove_duplicates(group);
    append(parser, and, group);
}

/* `a OR NOT b` would ask for nearly all documents. */
static void drop_exclusions(struct query_parser *parser, struct query_node *or)
{
    size_t kept = 0;
    for (size_t i = 0; i < or->child_count; i++) {
        struct query_node *child = or->children[i];
        if (query_node_only_excludes(child)) {
            drop_excluding(parser, child);
        } else {
            or->children[kept++] = child;
        }
    }
    or->child_count = kept;
}

struct query_node *query_node_finish(struct query_parser *parser, struct query_node *node)
{
    if (node == NULL) {
        return NULL;
    }
    if (node->kind == QUERY_GROUP) {
        hoist_exclusions(parser, node);
    } else if (node->kind == QUERY_AND) {
        merge_exclusions(parser, node);
    } else if (node->child_count > 1) {
        drop_exclusions(parser, node);
    }
    remove_duplicates(node);
    if (node->child_count > 1 || (node->child_count == 1 && node->children[0]->sign != QUERY_PLAIN)) {
        return node;
    }
    struct query_node *only = node->child_count == 1 ? node->children[0] : NULL;
    node->child_count = 0;
    query_node_free(node);
    return only;
}
