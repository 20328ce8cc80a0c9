/* abbrev.c - mining definitions of abbreviations. */
#include "text/abbrev.h"

#include <string.h>

#include "text/token.h"
#include "text/unicode.h"

#define INSIDE_MAX 120       /* bytes between brackets that are looked at */
#define BEFORE_MAX 240       /* bytes before a bracket that may hold the long form */
#define PAIRS_MAX 2000       /* of one document */
#define SHORT_LETTERS_MIN 2
#define SHORT_LETTERS_MAX 10

void abbrevs_done(struct abbrevs *abbrevs)
{
    free(abbrevs->items);
    *abbrevs = (struct abbrevs){ 0 };
}

static enum err_code add_pair(struct abbrevs *abbrevs, const char *brief, const char *full, struct err *err)
{
    if (abbrevs->count == PAIRS_MAX) {
        return ERR_OK;
    }
    for (size_t i = 0; i < abbrevs->count; i++) {
        if (strcmp(abbrevs->items[i].brief, brief) == 0 && strcmp(abbrevs->items[i].full, full) == 0) {
            return ERR_OK;
        }
    }
    if (mem_grow(&abbrevs->items, &abbrevs->capacity, abbrevs->count, sizeof *abbrevs->items) != 0) {
        return err_nomem(err, "abbrev_mine");
    }
    struct abbrev *made = &abbrevs->items[abbrevs->count++];
    memcpy(made->brief, brief, strlen(brief) + 1);
    memcpy(made->full, full, strlen(full) + 1);
    return ERR_OK;
}

/* A token that may be a short form: 2 to 10 letters, at least two of them capitals or one capital at the start of a short
 * word (Wob), no ordinary word. */
static bool is_brief(const char *text, const struct token *token)
{
    size_t letters = 0, capitals = 0, step;
    bool first_capital = false;
    for (size_t at = token->start; at < token->end; at += step) {
        int32_t c = utf8_decode(text + at, token->end - at, &step);
        if (text_class_of(c) == TEXT_LETTER) {
            letters++;
            capitals += text_is_upper(c);
            first_capital = first_capital || (at == token->start && text_is_upper(c));
        }
    }
    return letters >= SHORT_LETTERS_MIN && letters <= SHORT_LETTERS_MAX && token->form_len <= ABBREV_SHORT_MAX
        && (capitals >= 2 || (first_capital && letters <= 6));
}

/* The words of a possible long form, folded. */
struct words_before {
    struct token tokens[ABBREV_WORDS_MAX];
    size_t count;
};

static bool is_small_word(const char *form)
{
    static const char *const words[] = { "van", "de", "het", "der", "den", "en", "in", "op", "voor", "te", "aan", "tot", "of",
                                         "een", "met", "bij", "door", "over", "uit", "ten" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], form) == 0) {
            return true;
        }
    }
    return false;
}

/* A small word gives way when one of the two words before it begins with the same letter: VNG is not `van Nederlandse
 * gemeenten`. */
static bool gives_way(const struct words_before *words, size_t word)
{
    const char *form = words->tokens[word].form;
    if (!is_small_word(form)) {
        return false;
    }
    for (size_t back = 1; back <= 2 && back <= word; back++) {
        const char *before = words->tokens[word - back].form;
        if (before[0] == form[0] && !is_small_word(before)) {
            return true;
        }
    }
    return false;
}

/* Matches the short form's letters against the words from right to left.  Each letter must start a word, or follow inside
 * the word of a letter that does; *ret_first is the first word used. */
static bool letters_match(const char *brief, const struct words_before *words, size_t *ret_first)
{
    /* At least every second letter starts a word; one long word may give them all (Rijksvastgoedbedrijf, RVB). */
    size_t len = strlen(brief);
    size_t word = words->count;
    size_t at = len;
    size_t starts = 0, letters = 0;
    while (at > 0) {
        char c = brief[at - 1];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            at--;
            continue;
        }
        if (word == 0) {
            return false;
        }
        /* How many letters, ending here, does this word give?  It must begin with the first of them. */
        const char *form = words->tokens[word - 1].form;
        size_t take = 0;
        for (size_t k = at; k > 0 && at - k < 4 && !gives_way(words, word - 1); k--) {
            if (brief[k - 1] != form[0]) {
                continue;
            }
            size_t inside = 1, matched = k;
            for (; matched < at && inside <= strlen(form); inside++) {
                if (form[inside] != '\0' && form[inside] == brief[matched]) {
                    matched++;
                }
            }
            if (matched == at) {
                take = at - k + 1;
                break;
            }
        }
        word--;
        if (take == 0) {
            continue; /* a word that gives no letter: van, de, voor */
        }
        starts++;
        letters += take;
        at -= take;
        *ret_first = word;
    }
    bool one_long = starts == 1 && words->count == *ret_first + 1 && words->tokens[*ret_first].form_len >= 4 * letters;
    return letters > 0 && (starts * 2 >= letters || one_long);
}

/* Words passed over must be few and small: the long form is about the short one. */
static bool is_tight(const struct words_before *words, size_t first, const char *brief)
{
    size_t used = words->count - first;
    size_t letters = strlen(brief);
    return used >= 2 ? used <= letters + 3 && used <= 2 * letters : words->tokens[first].form_len >= letters + 3;
}

static bool join_words(const struct words_before *words, size_t first, char full[ABBREV_LONG_MAX + 1])
{
    size_t used = 0;
    for (size_t i = first; i < words->count; i++) {
        size_t len = words->tokens[i].form_len;
        if (used + len + 1 > ABBREV_LONG_MAX) {
            return false;
        }
        if (used > 0) {
            full[used++] = ' ';
        }
        memcpy(full + used, words->tokens[i].form, len);
        used += len;
    }
    full[used] = '\0';
    return used > 0;
}

/* The last words of a piece of text, not reaching over the end of a sentence. */
static void take_words(const char *text, size_t len, struct words_before *words)
{
    struct tokenizer tokenizer;
    struct token token;
    size_t previous_end = 0;
    words->count = 0;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        for (size_t i = previous_end; i < token.start; i++) {
            if (text[i] == '.' || text[i] == ';' || text[i] == ':' || text[i] == '(' || text[i] == ')' || text[i] == '"'
                || (text[i] == '\n' && i + 1 < token.start && text[i + 1] == '\n')) {
                words->count = 0;
            }
        }
        previous_end = token.end;
        if (token.form_len == 0) {
            continue;
        }
        if (words->count == ABBREV_WORDS_MAX) {
            memmove(words->tokens, words->tokens + 1, (ABBREV_WORDS_MAX - 1) * sizeof *words->tokens);
            words->count--;
        }
        words->tokens[words->count++] = token;
    }
    for (size_t i = previous_end; i < len; i++) {
        if (text[i] == '.' || text[i] == ';' || text[i] == ')') {
            words->count = 0;
        }
    }
}

static enum err_code try_pair(const struct words_before *words, const char *brief, struct abbrevs *abbrevs, struct err *err)
{
    size_t first = 0;
    char full[ABBREV_LONG_MAX + 1];
    if (words->count > 0 && letters_match(brief, words, &first) && is_tight(words, first, brief) && join_words(words, first, full)
        && strcmp(full, brief) != 0) {
        return add_pair(abbrevs, brief, full, err);
    }
    return ERR_OK;
}

static bool is_announcement(const char *form)
{
    static const char *const words[] = { "hierna", "verder", "afgekort", "voortaan", "te", "noemen", "genoemd", "als", "de", "het",
                                         "ook", "wel", "kortweg", "oftewel", "ofwel", "tot", "aangeduid" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], form) == 0) {
            return true;
        }
    }
    return false;
}

/* What stands between one pair of brackets, and the text before it. */
static enum err_code mine_brackets(const char *text, size_t open, size_t close, struct abbrevs *abbrevs, struct err *err)
{
    struct tokenizer tokenizer;
    struct token token, only = { .form_len = 0 };
    size_t count = 0;
    tokenizer_init(&tokenizer, text + open + 1, close - open - 1);
    while (tokenizer_next(&tokenizer, &token)) {
        if (count == 0 && is_announcement(token.form)) {
            continue;
        }
        only = token;
        count++;
    }
    size_t from = open > BEFORE_MAX ? utf8_floor(text, open, open - BEFORE_MAX) : 0;
    struct words_before words;
    if (count == 1 && is_brief(text + open + 1, &only)) {
        take_words(text + from, open - from, &words);
        return try_pair(&words, only.form, abbrevs, err);
    }
    if (count < 2 || count > ABBREV_WORDS_MAX) {
        return ERR_OK;
    }
    take_words(text + from, open - from, &words);
    if (words.count == 0) {
        return ERR_OK;
    }
    token = words.tokens[words.count - 1]; /* the short form may stand before the brackets */
    if (!is_brief(text + from, &token)) {
        return ERR_OK;
    }
    struct words_before inside;
    take_words(text + open + 1, close - open - 1, &inside);
    size_t first = 0;
    return inside.count == count && letters_match(token.form, &inside, &first) && first == 0
        ? try_pair(&inside, token.form, abbrevs, err) : ERR_OK;
}

enum err_code abbrev_mine(const char *text, size_t len, struct abbrevs *abbrevs, struct err *err)
{
    size_t at = 0;
    while (at < len) {
        const char *found = memchr(text + at, '(', len - at);
        if (found == NULL) {
            break;
        }
        size_t open = (size_t)(found - text);
        size_t limit = len - open < INSIDE_MAX ? len : open + INSIDE_MAX;
        size_t close = open + 1;
        while (close < limit && text[close] != ')' && text[close] != '(') {
            close++;
        }
        if (close < limit && text[close] == ')') {
            enum err_code code = mine_brackets(text, open, close, abbrevs, err);
            if (code != ERR_OK) {
                return code;
            }
        }
        at = open + 1;
    }
    return ERR_OK;
}
