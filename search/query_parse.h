/* query_parse.h - what the files of the query parser share.  Private to search/query*.c, and to suggest.c, which changes a tree.
 *
 * The parser works in four steps, each a plain loop or a recursion that the step before has bounded:
 *   1. query.c cleans the text and checks its length and encoding;
 *   2. query_lex.c cuts it into lexemes: leaves (with their signs and fields), parentheses, operators;
 *   3. query_resolve.c pairs the parentheses and turns operators that cannot work into words, with notes,
 *      so that what is left is always well-formed;
 *   4. query.c builds the tree by recursive descent, with query_node.c simplifying each node as it is finished.
 */
#ifndef NASLAG_SEARCH_QUERY_PARSE_H
#define NASLAG_SEARCH_QUERY_PARSE_H

#include "search/query.h"

#define QUERY_NEAR_DEFAULT 10 /* a bare NEAR */

enum lexeme_kind { LEXEME_LEAF, LEXEME_OPEN, LEXEME_CLOSE, LEXEME_AND, LEXEME_OR, LEXEME_NOT, LEXEME_NEAR };

/* The fields that something stands under. */
struct query_fields {
    bool in_title, in_recurring;
};

struct lexeme {
    enum lexeme_kind kind;
    enum query_sign sign;    /* LEAF and OPEN: a sign directly before it, later also NOT */
    struct query_fields fields; /* LEAF and OPEN: directly before it */
    bool dutch;              /* EN, OF, NIET */
    bool matched;            /* parentheses: has a partner */
    uint32_t distance;       /* NEAR */
    const char *text;        /* operators: as written, in query_parser.text */
    size_t len;
    struct query_node *node; /* LEAF: owned until the tree takes it */
    size_t below;            /* OPEN: the stack of open parentheses, see query_resolve.c */
};

struct query_parser {
    struct query *query; /* receives the notes and the root */
    const char *text;
    size_t len;
    size_t at;
    bool at_word_start;  /* whether a + or - here would be a sign */
    bool dropped_excluded; /* a part that only excludes was left out */
    bool nomem;          /* sticky: checked once, at the end */
    struct lexeme *lexemes;
    size_t count, capacity;
};

/* query_lex.c */
void query_lex(struct query_parser *parser);

/* query_resolve.c: ERR_INVALID for the depth cap only. */
enum err_code query_resolve(struct query_parser *parser, struct err *err);

/* query.c: `words` is copied; a note that is there already, or one too many, is left out. */
void query_add_note(struct query_parser *parser, enum query_note note, const char *words, size_t len);

/* query_node.c.  Constructors set parser->nomem and return NULL when memory is short. */
struct query_node *query_node_new(struct query_parser *parser, enum query_kind kind, struct query_fields fields);
struct query_fields query_node_fields(const struct query_node *node);
void query_node_free(struct query_node *node);
/* A leaf with the tokens of text[0..len), or NULL without nomem when there are none. */
struct query_node *query_leaf_new(struct query_parser *parser, enum query_kind kind, const char *text, size_t len);
/* Takes `child`, which may be NULL; an AND in an AND or an OR in an OR is dissolved. */
void query_node_add(struct query_parser *parser, struct query_node *parent, struct query_node *child);
/* Moves a token from one leaf to another. */
void query_node_add_token(struct query_parser *parser, struct query_node *node, struct query_token token);
/* Simplifies a GROUP, AND or OR whose children are simple already: takes it, returns what it comes to,
 * NULL when nothing is left. */
struct query_node *query_node_finish(struct query_parser *parser, struct query_node *node);
/* Whether it is a group of exclusions only; only the children of an unfinished node and a root can be. */
bool query_node_only_excludes(const struct query_node *node);

/* query_dates.c: filters by date.  The length of `datum:`, `looptijd:` or `gearchiveerd:` in front of a chunk, 0 when there is
 * none. */
size_t query_dates_field(const char *chunk, size_t len, enum query_date_field *ret_field);
/* The leaf for a chunk with such a field, NULL without nomem when what follows is no date. */
struct query_node *query_dates_leaf(struct query_parser *parser, const char *chunk, size_t len);
void query_dates_print(const struct query_node *node, struct buf *out);

/* query_print.c */
void query_print_node(const struct query_node *node, struct buf *out);

/* The operator a word is, LEXEME_LEAF when it is none.  `lexeme` receives kind, dutch and distance. */
enum lexeme_kind query_operator(const char *word, size_t len, struct lexeme *lexeme);

#endif
