/* token.c - the tokenizer. */
#include "text/token.h"

#include <string.h>

#include "text/unicode.h"

#define SYMBOL_SIDE_MAX 3 /* letters on either side of & or + that still make one name: P&O, A+O, OCenW no */

/* What is at a byte offset. */
struct seen {
    enum text_class class;
    int32_t code_point;
    size_t len;
};

static struct seen look(const char *text, size_t len, size_t at)
{
    struct seen seen = { TEXT_OTHER, -1, 1 };
    if (at >= len) {
        seen.len = 0;
        return seen;
    }
    seen.code_point = utf8_decode(text + at, len - at, &seen.len);
    seen.class = seen.code_point < 0 ? TEXT_OTHER : text_class_of(seen.code_point);
    return seen;
}

static bool is_word(enum text_class class)
{
    return class == TEXT_LETTER || class == TEXT_DIGIT;
}

static bool is_apostrophe(int32_t code_point)
{
    return code_point == '\'' || code_point == 0x2019 || code_point == 0x2018 || code_point == 0x2BC;
}

static bool is_hyphen(int32_t code_point)
{
    return code_point == '-' || code_point == 0x2010 || code_point == 0x2011 || code_point == 0x2013;
}

/* Letters in a row from `at`, counted up to one more than matters, and where they end. */
static size_t letters_from(const char *text, size_t len, size_t at, size_t *ret_end)
{
    size_t count = 0;
    while (count <= SYMBOL_SIDE_MAX) {
        struct seen seen = look(text, len, at);
        if (seen.class != TEXT_LETTER) {
            break;
        }
        count++;
        at += seen.len;
    }
    *ret_end = at;
    return count;
}

static bool is_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of a number that starts at `start`, whose first run of digits ends at `at`: takes in separators when the
 * whole is a grouped number (1.234.567, with or without decimals) or holds one separator. */
static size_t number_end(const char *text, size_t len, size_t start, size_t at)
{
    size_t end = at;
    size_t separators = 0;
    bool grouped = at - start <= 3; /* so far: groups of three after dots */
    bool decimals = false;
    if (start >= 2 && (text[start - 1] == '.' || text[start - 1] == ',') && is_ascii_digit(text[start - 2])) {
        return at; /* in the middle of what was found to be no number: 31.12.2020.  Looking again would take quadratic time. */
    }
    while (end + 1 < len && (text[end] == '.' || text[end] == ',') && is_ascii_digit(text[end + 1])) {
        char separator = text[end];
        size_t run = end + 1;
        while (run < len && is_ascii_digit(text[run])) {
            run++;
        }
        if (separator == '.' && (decimals || run - end - 1 != 3)) {
            grouped = false;
        }
        if (separator == ',') {
            grouped = grouped && !decimals;
            decimals = true;
        }
        separators++;
        end = run;
    }
    return separators <= 1 || grouped ? end : at;
}

/* Takes the dots that group thousands out of a folded number. */
static size_t ungroup(char *form, size_t len)
{
    size_t digits = 0, dots = 0;
    for (size_t i = 0; i < len && form[i] != ','; i++) {
        if (form[i] == '.') {
            if ((dots == 0 && (digits == 0 || digits > 3)) || (dots > 0 && digits != 3)) {
                return len;
            }
            dots++;
            digits = 0;
        } else {
            digits++;
        }
    }
    if (dots == 0 || digits != 3) {
        return len;
    }
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        if (form[i] != '.') {
            form[out++] = form[i];
        }
    }
    return out;
}

/* Whether the character at `at`, after a word, is a joiner that continues it. */
static bool joins(const char *text, size_t len, size_t start, size_t at, struct seen joiner)
{
    struct seen next = look(text, len, at + joiner.len);
    if (is_apostrophe(joiner.code_point)) {
        return next.class == TEXT_LETTER;
    }
    if (joiner.code_point == '&' || joiner.code_point == '+') {
        size_t left_end, right_end;
        size_t left = letters_from(text, len, start, &left_end);
        size_t right = letters_from(text, len, at + joiner.len, &right_end);
        return left >= 1 && left <= SYMBOL_SIDE_MAX && left_end == at && right >= 1 && right <= SYMBOL_SIDE_MAX;
    }
    return false;
}

/* The end of the token that starts at `start`. */
static size_t token_end(const char *text, size_t len, size_t start, bool *ret_number)
{
    size_t at = start;
    while (at < len && is_ascii_digit(text[at])) {
        at++;
    }
    *ret_number = false;
    if (at > start) {
        at = number_end(text, len, start, at);
        *ret_number = !is_word(look(text, len, at).class);
    }
    for (;;) {
        unsigned char byte = at < len ? (unsigned char)text[at] : 0;
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9')) {
            at++;
            continue;
        }
        if (byte < 0x80 && byte != '\'' && byte != '&' && byte != '+') {
            return at; /* the end of the text too */
        }
        struct seen seen = look(text, len, at);
        if (is_word(seen.class) || (seen.class == TEXT_MARK && at > start)) {
            at += seen.len;
        } else if (at > start && joins(text, len, start, at, seen)) {
            at += seen.len;
        } else {
            return at;
        }
    }
}

void tokenizer_init(struct tokenizer *tokenizer, const char *text, size_t len)
{
    *tokenizer = (struct tokenizer){ .text = text, .len = len, .previous_end = SIZE_MAX };
}

bool tokenizer_skip(struct tokenizer *tokenizer, struct token *token)
{
    const char *text = tokenizer->text;
    size_t len = tokenizer->len, at = tokenizer->at;
    while (at < len) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x80) {
            if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9')) {
                break;
            }
            at++;
            continue;
        }
        struct seen seen = look(text, len, at);
        if (is_word(seen.class)) {
            break;
        }
        at += seen.len;
    }
    if (at >= len) {
        tokenizer->at = len;
        return false;
    }
    size_t previous = tokenizer->previous_end;
    token->start = (uint32_t)at;
    token->end = (uint32_t)token_end(text, len, at, &token->number);
    token->chained = false;
    if (previous != SIZE_MAX && previous < at && at - previous <= 3
        && (text[previous] == '-' || (unsigned char)text[previous] >= 0x80)) {
        struct seen between = look(text, len, previous);
        token->chained = is_hyphen(between.code_point) && previous + between.len == at;
    }
    tokenizer->at = tokenizer->previous_end = token->end;
    return true;
}

/* What an ASCII byte is in the form: small letters and digits stand for themselves, capitals for small letters, all else is
 * 0. */
static const char plain_form[256] = {
    ['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
};

/* Most tokens: a letter of ASCII, then letters and digits, behind which nothing can go on.  Makes the form on the way; false,
 * with nothing changed but the form, when the token is not of that kind. */
static bool plain_next(struct tokenizer *tokenizer, struct token *token)
{
    const char *text = tokenizer->text;
    size_t len = tokenizer->len, at = tokenizer->at;
    while (at < len && (unsigned char)text[at] < 0x80 && plain_form[(unsigned char)text[at]] == 0) {
        at++;
    }
    if (at >= len || (unsigned char)text[at] >= 0x80 || is_ascii_digit(text[at])) {
        return false;
    }
    size_t start = at, used = 0;
    char form;
    while (at < len && used < TOKEN_FORM_MAX && (form = plain_form[(unsigned char)text[at]]) != 0) {
        token->form[used++] = form;
        at++;
    }
    unsigned char behind = at < len ? (unsigned char)text[at] : ' ';
    size_t previous = tokenizer->previous_end;
    if (used == TOKEN_FORM_MAX || behind >= 0x80 || behind == '\'' || behind == '&' || behind == '+'
        || (previous < start && (unsigned char)text[previous] >= 0x80)) {
        return false;
    }
    token->form[used] = '\0';
    token->form_len = (uint8_t)used;
    token->start = (uint32_t)start;
    token->end = (uint32_t)at;
    token->number = token->accented = false;
    token->chained = previous < start && start - previous == 1 && text[previous] == '-';
    tokenizer->at = tokenizer->previous_end = at;
    return true;
}

bool tokenizer_next(struct tokenizer *tokenizer, struct token *token)
{
    if (plain_next(tokenizer, token)) {
        return true;
    }
    if (!tokenizer_skip(tokenizer, token)) {
        return false;
    }
    const char *word = tokenizer->text + token->start;
    size_t len = token->end - token->start;
    size_t form_len = text_fold(word, len, token->form, TOKEN_FORM_MAX);
    if (token->number) {
        form_len = ungroup(token->form, form_len);
    }
    bool plain = true;
    for (size_t i = 0; i < len; i++) {
        plain = plain && (unsigned char)word[i] < 0x80;
    }
    token->accented = false;
    if (!plain) {
        char kept[TOKEN_FORM_MAX];
        size_t kept_len = text_fold_case(word, len, kept, sizeof kept);
        token->accented = kept_len != form_len || memcmp(kept, token->form, form_len) != 0;
    }
    token->form[form_len] = '\0';
    token->form_len = (uint8_t)form_len;
    return true;
}
