/* query_lex.c - the query cut into leaves, parentheses and operators.
 *
 * A chunk is what stands between white space, quotes and parentheses.  It is an operator, or it is cut into tokens
 * by text/token.h.  A chunk without tokens (an ampersand, a dash) gives no lexeme at all, so that nothing
 * later has to know of it.
 */
#include <string.h>
#include <strings.h>

#include "search/query_parse.h"
#include "text/token.h"
#include "text/unicode.h"

static bool is_space(int32_t c)
{
    return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c <= 0x200B) || c == 0x1680 || c == 0x2028
        || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/* The single typographic quotes are not here: they are apostrophes far more often. */
static bool is_quote(int32_t c)
{
    return c == '"' || c == 0xAB || c == 0xBB || (c >= 0x201C && c <= 0x201F);
}

static int32_t peek(const struct query_parser *parser, size_t at, size_t *ret_step)
{
    *ret_step = 0;
    return at < parser->len ? utf8_decode(parser->text + at, parser->len - at, ret_step) : ' ';
}

static bool is_word_start(const struct query_parser *parser, size_t at)
{
    size_t step;
    return text_class_of(peek(parser, at, &step)) != TEXT_OTHER;
}

/* Whether a sign or a field before `at` has something to work on: a word, quote or parenthesis, without a space. */
static bool starts_operand(const struct query_parser *parser, size_t at)
{
    size_t step;
    int32_t c = peek(parser, at, &step);
    return c == '(' || is_quote(c) || is_word_start(parser, at)
        || ((c == '\'' || c == 0x2018 || c == 0x2019) && is_word_start(parser, at + step));
}

static void push(struct query_parser *parser, struct lexeme lexeme)
{
    if (parser->nomem || mem_grow(&parser->lexemes, &parser->capacity, parser->count, sizeof lexeme) != 0) {
        parser->nomem = true;
        query_node_free(lexeme.node);
        return;
    }
    parser->lexemes[parser->count++] = lexeme;
}

/* The sign and field that apply to what comes next. */
struct prefix {
    enum query_sign sign;
    struct query_fields fields;
    bool exact;
};

static void push_leaf(struct query_parser *parser, struct prefix prefix, struct query_node *leaf)
{
    if (leaf != NULL) {
        leaf->exact = prefix.exact && (leaf->kind == QUERY_WORD || leaf->kind == QUERY_PHRASE); /* a star, a date: as they are */
        push(parser, (struct lexeme){
            .kind = LEXEME_LEAF, .sign = prefix.sign, .fields = prefix.fields, .node = leaf });
    }
}

enum lexeme_kind query_operator(const char *word, size_t len, struct lexeme *lexeme)
{
    static const struct {
        const char *word;
        enum lexeme_kind kind;
        bool dutch;
    } operators[] = {
        { "AND", LEXEME_AND, false }, { "EN", LEXEME_AND, true },    { "OR", LEXEME_OR, false },
        { "OF", LEXEME_OR, true },    { "NOT", LEXEME_NOT, false },  { "NIET", LEXEME_NOT, true },
        { "NEAR", LEXEME_NEAR, false },
    };
    lexeme->distance = QUERY_NEAR_DEFAULT;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (strlen(operators[i].word) == len && memcmp(operators[i].word, word, len) == 0) {
            lexeme->dutch = operators[i].dutch;
            return lexeme->kind = operators[i].kind;
        }
    }
    lexeme->kind = LEXEME_LEAF;
    if (len < 6 || memcmp(word, "NEAR/", 5) != 0) {
        return LEXEME_LEAF;
    }
    uint32_t distance = 0;
    for (size_t i = 5; i < len; i++) {
        if (word[i] < '0' || word[i] > '9') {
            return LEXEME_LEAF;
        }
        if (distance <= QUERY_NEAR_MAX) { /* what is too far already need not be exact */
            distance = distance * 10 + (uint32_t)(word[i] - '0');
        }
    }
    lexeme->distance = distance;
    return lexeme->kind = LEXEME_NEAR;
}

/* The leaf for `prefix*`, or NULL when the star cannot be one: two stars, not right behind the last letter,
 * letters after it, more than one token before it, or too few letters. */
static struct query_node *wildcard_leaf(struct query_parser *parser, const char *chunk, size_t len)
{
    const char *star = memchr(chunk, '*', len);
    size_t before = (size_t)(star - chunk), after = len - before - 1;
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, star + 1, after);
    if (memchr(star + 1, '*', after) != NULL || tokenizer_next(&tokenizer, &token)) {
        return NULL;
    }
    tokenizer_init(&tokenizer, chunk, before);
    if (!tokenizer_next(&tokenizer, &token) || token.end != before
        || utf8_count(token.form, token.form_len) < QUERY_WILDCARD_MIN) {
        return NULL;
    }
    return query_leaf_new(parser, QUERY_WILDCARD, chunk, before);
}

static void lex_word(struct query_parser *parser, struct prefix prefix, const char *chunk, size_t len)
{
    struct query_node *leaf = NULL;
    if (len > 0 && memchr(chunk, '*', len) != NULL) {
        leaf = wildcard_leaf(parser, chunk, len);
        if (leaf == NULL) {
            query_add_note(parser, QUERY_NOTE_STAR, chunk, len);
        }
    }
    if (leaf == NULL) {
        leaf = query_leaf_new(parser, QUERY_WORD, chunk, len);
    }
    push_leaf(parser, prefix, leaf);
}

/* The length of a field at the start of the text, 0 when there is none; notes it in `fields`, which may be NULL. */
static size_t read_field(const char *text, size_t len, struct query_fields *fields)
{
    static const struct {
        const char *name;
        struct query_fields fields;
    } known[] = {
        { "titel:", { .in_title = true } },
        { "title:", { .in_title = true } },
        { "terugkerend:", { .in_recurring = true } },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t name = strlen(known[i].name);
        if (len >= name && strncasecmp(text, known[i].name, name) == 0) {
            if (fields != NULL) {
                fields->in_title = fields->in_title || known[i].fields.in_title;
                fields->in_recurring = fields->in_recurring || known[i].fields.in_recurring;
            }
            return name;
        }
    }
    return 0;
}

/* Length of `foo:` when the chunk looks like an attempt at a field, otherwise 0.  That is: letters, a colon, and
 * right behind it a letter, quote or parenthesis.  So not 12:30, http://..., `Onderwerp: ...`; nor the
 * schemes that have letters behind their colon, and case law (ECLI:NL:...).  The real field counts also when it has nothing
 * behind it. */
static size_t field_attempt(const struct query_parser *parser, size_t at, size_t end)
{
    const char *chunk = parser->text + at;
    const char *colon = memchr(chunk, ':', end - at);
    if (colon == NULL) {
        return 0;
    }
    size_t name = (size_t)(colon - chunk), step;
    if (read_field(chunk, end - at, NULL) > 0) {
        return name + 1;
    }
    for (size_t i = 0; i < name; i += step) {
        if (text_class_of(peek(parser, at + i, &step)) != TEXT_LETTER) {
            return 0;
        }
    }
    bool scheme = (name == 6 && strncasecmp(chunk, "mailto", 6) == 0)
        || (name == 3 && strncasecmp(chunk, "urn", 3) == 0) || (name == 4 && strncasecmp(chunk, "ecli", 4) == 0);
    int32_t next = peek(parser, at + name + 1, &step);
    bool operand = next == '(' || is_quote(next) || text_class_of(next) == TEXT_LETTER;
    return name > 0 && !scheme && operand ? name + 1 : 0;
}

static size_t chunk_end(const struct query_parser *parser)
{
    size_t at = parser->at, step;
    while (at < parser->len) {
        int32_t c = peek(parser, at, &step);
        if (is_space(c) || is_quote(c) || c == '(' || c == ')') {
            break;
        }
        at += step;
    }
    return at;
}

/* `bare` says that no sign or field is in front: only then can the chunk be an operator. */
static void lex_chunk(struct query_parser *parser, struct prefix prefix, bool bare)
{
    size_t end = chunk_end(parser);
    const char *chunk = parser->text + parser->at;
    size_t len = end - parser->at;
    struct lexeme lexeme = { .text = chunk, .len = len };
    if (bare && query_operator(chunk, len, &lexeme) != LEXEME_LEAF) {
        push(parser, lexeme);
        parser->at = end;
        parser->at_word_start = true;
        return;
    }
    if (len > 0 && chunk[0] == '=' && parser->at_word_start) {
        query_add_note(parser, QUERY_NOTE_EXACT, chunk, len);
        parser->at++; /* as if it had not been typed */
        return;
    }
    if ((len == 1 && chunk[0] == '+') || (bare && len >= 5 && memcmp(chunk, "NEAR/", 5) == 0)) {
        query_add_note(parser, QUERY_NOTE_OPERATOR, chunk, len);
    }
    enum query_date_field date_field;
    size_t field = query_dates_field(chunk, len, &date_field);
    struct query_node *dates = field > 0 && len > field ? query_dates_leaf(parser, chunk, len) : NULL;
    if (dates != NULL) {
        push_leaf(parser, prefix, dates);
        parser->at = end;
        parser->at_word_start = false;
        return;
    }
    if (field > 0 && len > field) {
        query_add_note(parser, QUERY_NOTE_DATE, chunk, field);
    } else if (field == 0 && (field = field_attempt(parser, parser->at, end)) > 0) {
        query_add_note(parser, QUERY_NOTE_FIELD, chunk, field);
    }
    if (field > 0) {
        lex_word(parser, prefix, chunk, field);
    }
    lex_word(parser, prefix, chunk + field, len - field);
    parser->at = end;
    parser->at_word_start = false;
}

/* Any quote closes any quote: people mix them, and word processors do. */
static void lex_phrase(struct query_parser *parser, struct prefix prefix)
{
    size_t step;
    peek(parser, parser->at, &step);
    size_t start = parser->at + step, end = start;
    while (end < parser->len && !is_quote(peek(parser, end, &step))) {
        end += step;
    }
    const char *words = parser->text + start;
    if (end == parser->len) {
        query_add_note(parser, QUERY_NOTE_QUOTE, words, end - start);
    }
    if (end > start && memchr(words, '*', end - start) != NULL) {
        query_add_note(parser, QUERY_NOTE_STAR, words, end - start);
    }
    push_leaf(parser, prefix, query_leaf_new(parser, QUERY_PHRASE, words, end - start));
    parser->at = end < parser->len ? end + step : end;
    parser->at_word_start = false;
}

/* Whether the `=` before `at` has something to work on: a word or a quote, perhaps behind a field. */
static bool starts_exact(const struct query_parser *parser, size_t at)
{
    for (size_t name; (name = read_field(parser->text + at, parser->len - at, NULL)) > 0;) {
        at += name;
    }
    return starts_operand(parser, at) && parser->text[at] != '(';
}

static struct prefix lex_prefix(struct query_parser *parser)
{
    struct prefix prefix = { .sign = QUERY_PLAIN };
    bool at_word_start = parser->at_word_start;
    char c = parser->text[parser->at];
    if (at_word_start && (c == '+' || c == '-')
        && (starts_operand(parser, parser->at + 1)
            || (parser->at + 1 < parser->len && parser->text[parser->at + 1] == '=' && starts_exact(parser, parser->at + 2)))) {
        prefix.sign = c == '+' ? QUERY_REQUIRED : QUERY_EXCLUDED;
        parser->at++;
    }
    while (parser->at < parser->len) {
        size_t name = read_field(parser->text + parser->at, parser->len - parser->at, NULL), behind = parser->at + name;
        if (at_word_start && parser->text[parser->at] == '=' && starts_exact(parser, parser->at + 1)) {
            prefix.exact = true;
            parser->at++;
        } else if (name > 0 && (starts_operand(parser, behind)
                                || (behind < parser->len && parser->text[behind] == '=' && starts_exact(parser, behind + 1)))) {
            read_field(parser->text + parser->at, parser->len - parser->at, &prefix.fields);
            at_word_start = true;
            parser->at = behind;
        } else {
            break;
        }
    }
    return prefix;
}

void query_lex(struct query_parser *parser)
{
    parser->at_word_start = true;
    while (parser->at < parser->len && !parser->nomem) {
        size_t step;
        if (is_space(peek(parser, parser->at, &step))) {
            parser->at += step;
            parser->at_word_start = true;
            continue;
        }
        size_t start = parser->at;
        struct prefix prefix = lex_prefix(parser);
        bool bare = parser->at == start;
        int32_t c = peek(parser, parser->at, &step);
        if (c == '(' || c == ')') {
            push(parser, (struct lexeme){ .kind = c == '(' ? LEXEME_OPEN : LEXEME_CLOSE,
                                          .sign = prefix.sign, .fields = prefix.fields });
            parser->at++;
            /* In `bestuurder(-s)` the hyphen is no sign: the parenthesis itself is inside a word. */
            parser->at_word_start = c == '(' && (parser->at_word_start || !bare);
        } else if (is_quote(c)) {
            lex_phrase(parser, prefix);
        } else {
            lex_chunk(parser, prefix, bare);
        }
    }
}
