/* fuzz-query.c - libFuzzer harness for the query parser.
 *
 * Whatever the input: a parse succeeds or breaks a cap; the tree keeps its promises; its canonical form parses to the
 * same tree without notes, and prints as itself.  tests/t020-query.c feeds the same function with generated queries.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "search/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                               \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                     \
        }                                                                                \
    } while (0)

/* With `written` false two words count as equal when only their spelling differs. */
static bool same_tree(const struct query_node *a, const struct query_node *b, bool written)
{
    if (a->kind != b->kind || a->sign != b->sign || a->in_title != b->in_title || a->in_recurring != b->in_recurring
        || a->joined != b->joined || a->exact != b->exact || a->field != b->field || a->from != b->from || a->to != b->to
        || a->distance != b->distance || a->token_count != b->token_count || a->child_count != b->child_count) {
        return false;
    }
    for (size_t i = 0; i < a->token_count; i++) {
        if (strcmp(a->tokens[i].form, b->tokens[i].form) != 0
            || (written && strcmp(a->tokens[i].written, b->tokens[i].written) != 0)) {
            return false;
        }
        const char *left = a->tokens[i].accented, *right = b->tokens[i].accented;
        if (a->exact && (left == NULL || right == NULL ? left != right : strcmp(left, right) != 0)) {
            return false;
        }
    }
    for (size_t i = 0; i < a->child_count; i++) {
        if (!same_tree(a->children[i], b->children[i], written)) {
            return false;
        }
    }
    return true;
}

static void check_leaf(const struct query_node *node)
{
    REQUIRE(node->child_count == 0 && node->children == NULL);
    REQUIRE((node->token_count == 0) == (node->kind == QUERY_DATES));
    REQUIRE(node->kind != QUERY_DATES || node->from > 0 || node->to > 0);
    REQUIRE(node->kind != QUERY_DATES || node->to == 0 || node->from <= node->to);
    REQUIRE(node->kind != QUERY_DATES || node->sign != QUERY_REQUIRED);
    REQUIRE(node->kind != QUERY_WILDCARD || node->token_count == 1);
    REQUIRE((node->kind == QUERY_NEAR) == (node->distance > 0) && node->distance <= QUERY_NEAR_MAX);
    REQUIRE(node->kind != QUERY_NEAR || node->token_count > 1);
    REQUIRE(!node->exact || node->kind == QUERY_WORD || node->kind == QUERY_PHRASE);
    REQUIRE(!node->joined || (node->kind == QUERY_WORD && node->token_count > 1));
    for (size_t i = 0; i < node->token_count; i++) {
        REQUIRE(node->tokens[i].len > 0 && strlen(node->tokens[i].form) == node->tokens[i].len);
        REQUIRE(node->tokens[i].written[0] != '\0');
        REQUIRE(node->tokens[i].accented == NULL || strcmp(node->tokens[i].accented, node->tokens[i].form) != 0);
    }
}

/* Returns the number of wildcards. */
static size_t check_node(const struct query_node *node, const struct query_node *parent, int depth)
{
    REQUIRE(depth <= 3 * (QUERY_DEPTH_MAX + 1) + 1); /* a parenthesis may hold an OR of ANDs of groups */
    REQUIRE(node->sign == QUERY_PLAIN || (parent != NULL && parent->kind == QUERY_GROUP));
    REQUIRE(parent == NULL || !parent->in_title || node->in_title);
    REQUIRE(parent == NULL || !parent->in_recurring || node->in_recurring);
    if (node->kind < QUERY_GROUP) {
        check_leaf(node);
        return node->kind == QUERY_WILDCARD;
    }
    REQUIRE(node->token_count == 0 && node->child_count > 0);
    REQUIRE(node->child_count > 1 || (node->kind == QUERY_GROUP && node->children[0]->sign == QUERY_REQUIRED));
    size_t wildcards = 0, wanted = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        wildcards += check_node(node->children[i], node, depth + 1);
        wanted += node->children[i]->sign != QUERY_EXCLUDED;
        for (size_t j = 0; j < i; j++) {
            REQUIRE(!same_tree(node->children[i], node->children[j], false));
        }
    }
    REQUIRE(wanted > 0);
    return wildcards;
}

static void check_round_trip(const struct query *query)
{
    struct buf AUTO_BUF printed, AUTO_BUF again;
    buf_init(&printed, QUERY_PRINT_MAX);
    buf_init(&again, QUERY_PRINT_MAX);
    query_print(query, &printed);
    REQUIRE(!printed.failed && printed.len > 0);
    if (printed.len > QUERY_BYTES_MAX) {
        return;
    }
    struct query CLEANUP(query_free_cleanup) *reread = NULL;
    REQUIRE(query_parse(printed.data, printed.len, &reread, NULL) == ERR_OK);
    REQUIRE(reread->root != NULL && reread->note_count == 0 && reread->term_count == query->term_count);
    REQUIRE(same_tree(query->root, reread->root, true));
    query_print(reread, &again);
    REQUIRE(!again.failed && strcmp(printed.data, again.data) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct query CLEANUP(query_free_cleanup) *query = NULL;
    enum err_code code = query_parse((const char *)data, size, &query, &err);
    if (code != ERR_OK) {
        REQUIRE(code == ERR_INVALID && query == NULL && err.text[0] != '\0');
        return 0;
    }
    REQUIRE(size <= QUERY_BYTES_MAX && query->term_count <= QUERY_TERMS_MAX && query->note_count <= QUERY_NOTES_MAX);
    for (size_t i = 0; i < query->note_count; i++) {
        struct buf AUTO_BUF text;
        buf_init(&text, 1024);
        query_note_text(query->notes[i], query->note_words[i], &text);
        REQUIRE(!text.failed && text.len > 0);
    }
    if (query->root == NULL) {
        REQUIRE(query->note_count > 0 && query->term_count == 0);
        return 0;
    }
    REQUIRE(check_node(query->root, NULL, 0) <= QUERY_WILDCARDS_MAX);
    check_round_trip(query);
    return 0;
}
