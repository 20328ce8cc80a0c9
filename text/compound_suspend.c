/* compound_suspend.c - completing words whose shared part is written only once.
 *
 * Items that end in a hyphen wait for the full word behind the conjunction (wet- en regelgeving); an item that begins with
 * one takes from the full word before it (beleidskaders en -kanalen); brackets hold a part that stands once with and once
 * without (rijks)overheid, gemeente(raad).  What is completed must be a known word, or be supported by the split of the
 * full word: no completion is better than a wrong one.
 */
#include "text/compound.h"

#include <string.h>

#include "text/token.h"
#include "text/unicode.h"

#define WAITING_MAX 8
#define PIECE_MIN 3 /* bytes of the part that is taken over */

static const char *const conjunctions[] = { "en", "of", "dan", "wel", "als", "noch", "respectievelijk", "resp" };

/* First parts of separable verbs and their nouns: in- en uitstroom, mee- en tegenvallers. */
static const char *const particles[] = {
    "aan", "achter", "af", "be", "bij", "binnen", "boven", "buiten", "door", "her", "in", "mede", "mee", "na", "neer",
    "om", "on", "onder", "op", "over", "samen", "tegen", "terug", "toe", "tussen", "uit", "ver", "voor", "voort", "weg",
};

struct word {
    char form[TOKEN_FORM_MAX + 1];
    size_t len;
    uint32_t start, end;
};

struct finder {
    const struct compounds *compounds;
    const char *text;
    size_t len;
    struct word waiting[WAITING_MAX]; /* items that end in a hyphen */
    size_t waiting_count;
    bool joined;                      /* a conjunction stands behind the last of them */
    struct word full, last, conjunction; /* the words before: the one before a conjunction, and the last two */
    struct compound_completion **list;
    size_t *capacity, *count;
};

/* ---- Completing one word ------------------------------------------------------------------ */

static bool is_one_of(const char *const *list, size_t count, const char *form, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(list[i]) == len && memcmp(list[i], form, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_particle(const char *form, size_t len)
{
    return is_one_of(particles, sizeof particles / sizeof *particles, form, len);
}

/* Writes head and tail as one form; false when it is too long. */
static bool join(const char *head, size_t head_len, const char *tail, size_t tail_len, char *out, size_t *ret_len)
{
    if (head_len + tail_len > TOKEN_FORM_MAX) {
        return false;
    }
    memcpy(out, head, head_len);
    memcpy(out + head_len, tail, tail_len);
    out[head_len + tail_len] = '\0';
    *ret_len = head_len + tail_len;
    return true;
}

static bool join_known(const struct finder *finder, const char *head, size_t head_len, const char *tail, size_t tail_len, char *out,
                       size_t *ret_len)
{
    return join(head, head_len, tail, tail_len, out, ret_len)
           && words_flags(compounds_words(finder->compounds), out, *ret_len) != 0;
}

/* Whether the full word may be cut at a byte: between syllables, with something like a word on one side; a particle goes
 * with particles only (not beleidsvoering from beleids- en uitvoering). */
static bool may_cut(const struct finder *finder, const char *form, size_t len, size_t at, bool particle)
{
    if (!compound_may_break(finder->compounds, form, len, at)) {
        return false;
    }
    return is_particle(form, at) ? particle
                                 : (compound_can_lead(finder->compounds, form, at)
                                    || compound_can_follow(finder->compounds, form + at, len - at));
}

/* The longest end of `form` that makes a known word behind `head`. */
static bool known_end(const struct finder *finder, const char *head, size_t head_len, const char *form, size_t len, char *out,
                      size_t *ret_len)
{
    for (size_t at = 2; at + PIECE_MIN <= len; at++) {
        if (join_known(finder, head, head_len, form + at, len - at, out, ret_len)
            && may_cut(finder, form, len, at, is_particle(head, head_len))) {
            return true;
        }
    }
    return false;
}

/* `X- en Y`.  In this order: a known word (wetgeving); a known word that shares its end with the first part of Y
 * (wetgevingstrajecten, from regelgevingstrajecten); the last part of a compound X likewise; the parts of Y behind the first
 * one; what stands behind a particle. */
static bool complete_start(const struct finder *finder, const struct word *start, const struct word *full, char *out)
{
    size_t len;
    if (known_end(finder, start->form, start->len, full->form, full->len, out, &len)) {
        return true;
    }
    struct compound parts, own;
    compound_split(finder->compounds, full->form, full->len, &parts);
    compound_split(finder->compounds, start->form, start->len, &own);
    char piece[TOKEN_FORM_MAX + 1];
    const struct compound_part *first = &parts.parts[0];
    if (parts.count > 1 && known_end(finder, start->form, start->len, full->form, first->len, piece, &len)) {
        return join(piece, len, full->form + first->len, full->len - first->len, out, &len);
    }
    if (own.count > 1) {
        const struct compound_part *end = &own.parts[own.count - 1];
        if (known_end(finder, start->form + end->start, end->len, full->form, full->len, piece, &len)) {
            return join(start->form, end->start, piece, len, out, &len);
        }
    }
    if (parts.count > 1 && compound_can_lead(finder->compounds, start->form, start->len)) {
        size_t at = parts.parts[1].start;
        return join(start->form, start->len, full->form + at, full->len - at, out, &len);
    }
    for (size_t at = 2; is_particle(start->form, start->len) && at + PIECE_MIN <= full->len; at++) {
        if (is_particle(full->form, at) && words_has(compounds_words(finder->compounds), full->form + at, full->len - at)
            && compound_may_break(finder->compounds, full->form, full->len, at)) {
            return join(start->form, start->len, full->form + at, full->len - at, out, &len);
        }
    }
    return false;
}

/* `Y en -Z`: the start of Y, linker included. */
static bool complete_end(const struct finder *finder, const struct word *full, const struct word *end, char *out)
{
    size_t len;
    if (end->len < PIECE_MIN) {
        return false;
    }
    struct compound parts;
    compound_split(finder->compounds, full->form, full->len, &parts);
    if (parts.count > 1) {
        size_t at = parts.parts[parts.count - 1].start;
        return compound_can_follow(finder->compounds, end->form, end->len) && join(full->form, at, end->form, end->len, out, &len);
    }
    for (size_t at = full->len - 1; full->len > PIECE_MIN && at >= 2; at--) {
        if (join_known(finder, full->form, at, end->form, end->len, out, &len)
            && may_cut(finder, full->form, full->len, at, true)) {
            return true;
        }
    }
    return false;
}

/* `(X-)Y` and `X(-Y)`: the two together.  A prefix (`(her)gebruik`) is taken in front only, where what follows is a word
 * without it; behind it would be an ending (`bestuurder(s)`, `kind(eren)`). */
static bool complete_both(const struct finder *finder, const struct word *head, const struct word *tail, bool in_front, char *out)
{
    size_t len;
    if (head->len < 2 || tail->len < PIECE_MIN) {
        return false;
    }
    if (in_front && words_has(compounds_words(finder->compounds), tail->form, tail->len)
        && join_known(finder, head->form, head->len, tail->form, tail->len, out, &len)) {
        return true;
    }
    return compound_can_lead(finder->compounds, head->form, head->len)
           && compound_can_follow(finder->compounds, tail->form, tail->len)
           && join(head->form, head->len, tail->form, tail->len, out, &len);
}

/* ---- Finding them in the text ------------------------------------------------------------- */

/* Bytes of the hyphen at `at`: - or U+2010, U+2011, U+2013; 0 when none is there. */
static size_t hyphen_at(const char *text, size_t len, size_t at)
{
    if (at < len && text[at] == '-') {
        return 1;
    }
    if (at + 3 <= len && memcmp(text + at, "\xE2\x80", 2) == 0 && memchr("\x90\x91\x93", text[at + 2], 3) != NULL) {
        return 3;
    }
    return 0;
}

static bool is_hyphen(const char *text, size_t start, size_t end)
{
    return end > start && hyphen_at(text, end, start) == end - start;
}

static bool is_inside_word(const char *text, size_t len, size_t at)
{
    size_t step;
    return at < len && text_class_of(utf8_decode(text + at, len - at, &step)) != TEXT_OTHER;
}

/* What stands between two words: nothing but a hyphen behind the first, one comma or bracket, spaces, one line end. */
struct gap {
    bool plain;     /* nothing else is there */
    bool comma, sign; /* sign: one of / & +, which join as `en` does */
    bool hyphen_before, hyphen_behind; /* at the very start, and right before the second word */
};

static struct gap gap_between(const char *text, size_t start, size_t end)
{
    struct gap gap = { .plain = true };
    size_t at = start + hyphen_at(text, end, start), lines = 0;
    gap.hyphen_before = at > start;
    while (at < end) {
        size_t hyphen = hyphen_at(text, end, at);
        if (hyphen != 0 && at + hyphen == end && at > start) {
            gap.hyphen_behind = true;
        } else if (text[at] == ',' && !gap.comma && !gap.sign) {
            gap.comma = true;
        } else if (strchr("/&+", text[at]) != NULL && !gap.sign) {
            gap.sign = true;
        } else if (text[at] == '\n') {
            lines++;
        } else if (text[at] != ' ' && text[at] != '\t') {
            gap.plain = false;
        }
        at += hyphen != 0 ? hyphen : 1;
    }
    gap.plain = gap.plain && lines <= 1;
    return gap;
}

static enum err_code give(struct finder *finder, const struct word *incomplete, const char *form, struct err *err)
{
    if (mem_grow(finder->list, finder->capacity, *finder->count, sizeof **finder->list) != 0) {
        return err_nomem(err, "compound_complete");
    }
    struct compound_completion *completion = &(*finder->list)[(*finder->count)++];
    completion->start = incomplete->start;
    memcpy(completion->form, form, strlen(form) + 1);
    return ERR_OK;
}

/* `X(Y)`, `X(-Y)`: a bracket right behind the head, and no letter behind the closing one. */
static bool bracket_opens(const struct finder *finder, const struct word *head, const struct word *tail)
{
    const char *text = finder->text;
    size_t start = head->end, end = tail->start;
    return text[start] == '(' && (end == start + 1 || is_hyphen(text, start + 1, end)) && tail->end < finder->len
           && text[tail->end] == ')' && !is_inside_word(text, finder->len, tail->end + 1);
}

/* `(X)Y`, `(X-)Y`: a bracket around the head only; with a hyphen the tail may stand behind a space or on the next line. */
static bool bracket_closes(const struct finder *finder, const struct word *head, const struct word *tail)
{
    const char *text = finder->text;
    size_t at = head->end + hyphen_at(text, tail->start, head->end);
    if (head->start == 0 || text[head->start - 1] != '(' || text[at] != ')'
        || (head->start > 1 && (unsigned char)text[head->start - 2] > ' ')) {
        return false;
    }
    size_t spaces = tail->start - at - 1;
    return spaces == 0 || (at > head->end && spaces <= 2 && strspn(text + at + 1, " \n") >= spaces);
}

static enum err_code try_brackets(struct finder *finder, const struct word *head, const struct word *tail, struct err *err)
{
    char form[TOKEN_FORM_MAX + 1];
    if (head->len == 0 || head->end >= tail->start) {
        return ERR_OK;
    }
    bool opens = bracket_opens(finder, head, tail);
    if ((opens || bracket_closes(finder, head, tail)) && complete_both(finder, head, tail, !opens, form)) {
        return give(finder, opens ? tail : head, form, err);
    }
    return ERR_OK;
}

/* The items that wait for a word that shares its end with them. */
static enum err_code try_waiting(struct finder *finder, const struct word *word, struct err *err)
{
    struct gap gap = { .plain = true };
    if (finder->waiting_count > 0) {
        gap = gap_between(finder->text, finder->last.end, word->start);
    }
    size_t hyphen = hyphen_at(finder->text, finder->len, word->end);
    bool ends_in_hyphen = hyphen != 0 && !is_inside_word(finder->text, finder->len, word->end + hyphen);
    enum err_code code = ERR_OK;
    char form[TOKEN_FORM_MAX + 1];
    if (finder->waiting_count > 0 && (!gap.plain || gap.hyphen_behind)) {
        finder->waiting_count = 0;
    }
    if (finder->waiting_count > 0 && is_one_of(conjunctions, sizeof conjunctions / sizeof *conjunctions, word->form, word->len)
        && !ends_in_hyphen) {
        finder->joined = true;
        return ERR_OK;
    }
    bool follows = finder->joined || gap.sign;
    if (finder->waiting_count > 0 && !ends_in_hyphen) {
        for (size_t i = 0; i < finder->waiting_count && follows && code == ERR_OK; i++) {
            if (complete_start(finder, &finder->waiting[i], word, form)) {
                code = give(finder, &finder->waiting[i], form, err);
            }
        }
        finder->waiting_count = 0;
    } else if (!follows && !gap.comma) {
        finder->waiting_count = 0;
    }
    finder->joined = false;
    if (ends_in_hyphen && word->len >= 2 && finder->waiting_count < WAITING_MAX) {
        finder->waiting[finder->waiting_count++] = *word;
    }
    return code;
}

/* `Y en -Z`, once the conjunction has been seen. */
static enum err_code try_end(struct finder *finder, const struct word *word, struct err *err)
{
    if (finder->conjunction.len == 0) {
        return ERR_OK;
    }
    struct gap before = gap_between(finder->text, finder->full.end, finder->conjunction.start);
    struct gap behind = gap_between(finder->text, finder->conjunction.end, word->start);
    char form[TOKEN_FORM_MAX + 1];
    if (finder->full.len > 0 && before.plain && !before.hyphen_before && !before.comma && behind.plain && behind.hyphen_behind
        && !behind.comma && complete_end(finder, &finder->full, word, form)) {
        return give(finder, word, form, err);
    }
    return ERR_OK;
}

static void remember(struct finder *finder, const struct word *word)
{
    bool joins = is_one_of(conjunctions, sizeof conjunctions / sizeof *conjunctions, word->form, word->len);
    if (joins) {
        finder->full = finder->last;
        finder->conjunction = *word;
    } else {
        finder->conjunction.len = 0;
    }
    finder->last = *word;
}

static bool is_ascii_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether something may begin or end at the token: a bracket or a hyphen right behind it, or a hyphen before it, which do not
 * join it to another word. */
static bool is_trigger(const char *text, size_t len, const struct token *token)
{
    unsigned char behind = token->end < len ? (unsigned char)text[token->end] : ' ';
    unsigned char before = token->start > 0 ? (unsigned char)text[token->start - 1] : ' ';
    if (behind == '(' || behind == ')' || behind == 0xE2) {
        return true;
    }
    if (behind == '-' && (token->end + 1 >= len || !is_ascii_alnum(text[token->end + 1]))) {
        return true;
    }
    return (before == '-' && (token->start < 2 || !is_ascii_alnum(text[token->start - 2]))) || before == 0x90 || before == 0x91
           || before == 0x93; /* the last bytes of other hyphens */
}

static enum err_code feed(struct finder *finder, const struct token *token, struct err *err)
{
    struct word word = { .len = token->form_len, .start = token->start, .end = token->end };
    memcpy(word.form, token->form, token->form_len);
    enum err_code code = try_brackets(finder, &finder->last, &word, err);
    if (code == ERR_OK) {
        code = try_waiting(finder, &word, err);
    }
    if (code == ERR_OK) {
        code = try_end(finder, &word, err);
    }
    remember(finder, &word);
    return code;
}

/* Only what stands around a trigger is looked at: from two words before it, which is as far back as any rule looks, to the one
 * behind it, and on for as long as something waits. */
enum err_code compound_complete_tokens(const struct compounds *compounds, const char *text, size_t len, const struct token *tokens,
                                       size_t token_count, struct compound_completion **list, size_t *capacity, size_t *count,
                                       struct err *err)
{
    const struct finder fresh = {
        .compounds = compounds, .text = text, .len = len, .list = list, .capacity = capacity, .count = count,
    };
    struct finder finder = fresh;
    size_t at = 0; /* tokens before it have been fed or passed over */
    for (size_t i = 0; i < token_count; i++) {
        if (!is_trigger(text, len, &tokens[i])) {
            continue;
        }
        if (at + 2 < i) {
            at = i - 2;
            finder = fresh;
        }
        for (size_t stop = i + 2; at < token_count && (at < stop || finder.waiting_count > 0); at++) {
            enum err_code code = feed(&finder, &tokens[at], err);
            if (code != ERR_OK) {
                return code;
            }
            if (at > i && is_trigger(text, len, &tokens[at])) {
                stop = at + 2;
            }
        }
        i = at - 1;
    }
    return ERR_OK;
}

enum err_code compound_complete(const struct compounds *compounds, const char *text, size_t len,
                                struct compound_completion **list, size_t *capacity, size_t *count, struct err *err)
{
    AUTO_FREE struct token *tokens = NULL;
    size_t token_count = 0, token_capacity = 0;
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        if (mem_grow(&tokens, &token_capacity, token_count, sizeof *tokens) != 0) {
            return err_nomem(err, "compound_complete");
        }
        tokens[token_count++] = token;
    }
    return compound_complete_tokens(compounds, text, len, tokens, token_count, list, capacity, count, err);
}
