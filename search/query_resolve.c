/* query_resolve.c - makes the lexemes well-formed: pairs parentheses, and turns operators that have nothing to work on
 * into words or drops them, with a note.  After this the descent in query.c cannot meet an error.
 *
 * Operators become words rather than vanish because the capitals may have been meant as such: OR is also a
 * works council, `EN 301 549` a standard.
 */
#include "search/query_parse.h"
#include "text/unicode.h"

#define NO_LEXEME ((size_t)-1)

/* A query typed wholly in capitals, such as WET OPENBAARHEID VAN BESTUUR EN WOO, uses EN, OF and NIET as any sentence
 * does, unless an English operator or a parenthesis shows that its writer knows what they do. */
static void read_capitals(struct query_parser *parser)
{
    for (size_t at = 0, step; at < parser->len; at += step) {
        if (text_is_lower(utf8_decode(parser->text + at, parser->len - at, &step))) {
            return;
        }
    }
    for (size_t i = 0; i < parser->count; i++) {
        if (parser->lexemes[i].kind != LEXEME_LEAF && !parser->lexemes[i].dutch) {
            return;
        }
    }
    for (size_t i = 0; i < parser->count; i++) {
        struct lexeme *lexeme = &parser->lexemes[i];
        if (lexeme->kind != LEXEME_LEAF) {
            lexeme->kind = LEXEME_LEAF;
            lexeme->node = query_leaf_new(parser, QUERY_WORD, lexeme->text, lexeme->len);
        }
    }
}

/* Marks the parentheses that have a partner and returns how deep these nest.  The stack of open ones is threaded
 * through the lexemes. */
static size_t match_parentheses(struct query_parser *parser)
{
    size_t top = NO_LEXEME;
    for (size_t i = 0; i < parser->count; i++) {
        struct lexeme *lexeme = &parser->lexemes[i];
        if (lexeme->kind == LEXEME_OPEN) {
            lexeme->below = top;
            top = i;
        } else if (lexeme->kind == LEXEME_CLOSE && top != NO_LEXEME) {
            lexeme->matched = parser->lexemes[top].matched = true;
            top = parser->lexemes[top].below;
        }
    }
    size_t depth = 0, deepest = 0;
    for (size_t i = 0; i < parser->count; i++) {
        if (parser->lexemes[i].matched && parser->lexemes[i].kind == LEXEME_OPEN) {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if (parser->lexemes[i].matched) {
            depth--;
        }
    }
    return deepest;
}

static bool starts_operand(const struct lexeme *lexeme)
{
    return lexeme != NULL && (lexeme->kind == LEXEME_LEAF || lexeme->kind == LEXEME_OPEN);
}

/* Takes out unmatched and empty parentheses.  The sign and field of an unmatched one go to what follows it, as if
 * it had not been typed; those of an empty pair go with it. */
static void drop_parentheses(struct query_parser *parser)
{
    size_t kept = 0;
    for (size_t i = 0; i < parser->count; i++) {
        struct lexeme lexeme = parser->lexemes[i];
        bool parenthesis = lexeme.kind == LEXEME_OPEN || lexeme.kind == LEXEME_CLOSE;
        if (parenthesis && !lexeme.matched) {
            struct lexeme *next = i + 1 < parser->count ? &parser->lexemes[i + 1] : NULL;
            if (lexeme.kind == LEXEME_OPEN && starts_operand(next)) {
                next->sign = next->sign == QUERY_PLAIN ? lexeme.sign : next->sign;
                next->fields.in_title = next->fields.in_title || lexeme.fields.in_title;
                next->fields.in_recurring = next->fields.in_recurring || lexeme.fields.in_recurring;
            }
            query_add_note(parser, QUERY_NOTE_PARENTHESIS, lexeme.kind == LEXEME_OPEN ? "(" : ")", 1);
        } else if (lexeme.kind == LEXEME_CLOSE && kept > 0 && parser->lexemes[kept - 1].kind == LEXEME_OPEN) {
            kept--;
            query_add_note(parser, QUERY_NOTE_PARENTHESIS, "()", 2);
        } else {
            parser->lexemes[kept++] = lexeme;
        }
    }
    parser->count = kept;
}

static bool is_single_word(const struct lexeme *lexeme)
{
    return lexeme->kind == LEXEME_LEAF && lexeme->node != NULL && lexeme->node->kind == QUERY_WORD
        && lexeme->node->token_count == 1;
}

enum verdict { VERDICT_WORKS, VERDICT_WORD, VERDICT_DROP };

/* What becomes of the operator between `previous` and `next` (either may be NULL: the edge of the query). */
static enum verdict judge(const struct lexeme *previous, const struct lexeme *operator, const struct lexeme *next)
{
    bool left = previous != NULL && (previous->kind == LEXEME_LEAF || previous->kind == LEXEME_CLOSE);
    if (next == NULL || next->kind == LEXEME_CLOSE) {
        return VERDICT_WORD;
    }
    if (next->kind == operator->kind) {
        return VERDICT_DROP; /* typed twice: the second one does the work */
    }
    switch (operator->kind) {
    case LEXEME_NOT:
        return starts_operand(next) ? VERDICT_WORKS : VERDICT_WORD;
    case LEXEME_NEAR:
        if (!left || !starts_operand(next)) {
            return VERDICT_WORD;
        }
        return is_single_word(previous) && is_single_word(next) && next->sign == QUERY_PLAIN
                && (previous->fields.in_title || !next->fields.in_title)
                && (previous->fields.in_recurring || !next->fields.in_recurring)
            ? VERDICT_WORKS : VERDICT_DROP;
    default:
        return left ? VERDICT_WORKS : VERDICT_WORD;
    }
}

static void make_near(struct query_parser *parser, struct lexeme *previous, struct lexeme *near, struct lexeme *next)
{
    if (near->distance < 1 || near->distance > QUERY_NEAR_MAX) {
        query_add_note(parser, QUERY_NOTE_DISTANCE, near->text, near->len);
        near->distance = near->distance < 1 ? 1 : QUERY_NEAR_MAX;
    }
    next->fields = previous->fields; /* so that the chain can go on */
}

static void resolve_operators(struct query_parser *parser)
{
    size_t kept = 0;
    for (size_t i = 0; i < parser->count; i++) {
        struct lexeme lexeme = parser->lexemes[i];
        bool operator = lexeme.kind != LEXEME_LEAF && lexeme.kind != LEXEME_OPEN && lexeme.kind != LEXEME_CLOSE;
        if (operator) {
            struct lexeme *previous = kept > 0 ? &parser->lexemes[kept - 1] : NULL;
            struct lexeme *next = i + 1 < parser->count ? &parser->lexemes[i + 1] : NULL;
            enum verdict verdict = judge(previous, &lexeme, next);
            if (verdict != VERDICT_WORKS) {
                query_add_note(parser, QUERY_NOTE_OPERATOR, lexeme.text, lexeme.len);
            } else if (lexeme.kind == LEXEME_NEAR) {
                make_near(parser, previous, &lexeme, next);
            } else if (lexeme.kind == LEXEME_NOT) {
                if (next->sign == QUERY_REQUIRED) {
                    query_add_note(parser, QUERY_NOTE_OPERATOR, "+", 1);
                }
                next->sign = QUERY_EXCLUDED;
            }
            if (verdict == VERDICT_WORD) {
                lexeme.kind = LEXEME_LEAF;
                lexeme.node = query_leaf_new(parser, QUERY_WORD, lexeme.text, lexeme.len);
            } else if (verdict == VERDICT_DROP || lexeme.kind == LEXEME_NOT) {
                continue;
            }
        }
        parser->lexemes[kept++] = lexeme;
    }
    parser->count = kept;
}

enum err_code query_resolve(struct query_parser *parser, struct err *err)
{
    if (match_parentheses(parser) > QUERY_DEPTH_MAX) {
        return err_set(err, ERR_INVALID, "De zoekvraag is dieper genest dan %d haakjes.", QUERY_DEPTH_MAX);
    }
    read_capitals(parser);
    drop_parentheses(parser);
    resolve_operators(parser);
    return ERR_OK;
}
