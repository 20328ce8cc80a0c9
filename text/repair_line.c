/* repair_line.c - which line ends break a word.
 *
 * Layout programs drop the hyphen of a word they broke, or keep it; extractors keep the space at an ordinary wrap, or drop it.
 * Where ordinary wraps end in a space, a line end without one is strong evidence, and one half that is no word, or a known
 * whole, settles it.  Where that sign is missing the whole must be known, and two halves that could stand side by side are
 * joined only when the pair is unlikely in a sentence or the whole stands elsewhere in the document.
 */
#include "text/repair_rules.h"

#include <string.h>
#include <strings.h>

#include "text/token.h"
#include "text/unicode.h"

#define SPACED_LEAST 4  /* wraps that must end in a space ... */
#define SPACED_SHARE 4  /* ... so many for one that does not */
#define WHOLE_LEAST 5   /* bytes of a joined word that may be inferred */
#define GAP_RIGHT_LEAST 4
#define NAME_BYTES_MOST 8 /* a capital makes a shorter word a name: De Jong⏎voorzitter */

/* The two sides of a line end. */
struct halves {
    const char *left, *right;
    size_t left_len, right_len;
    bool left_starts_line; /* nothing but the left half in its line */
    char whole[2 * WORD_BYTES_MAX + 2];
    size_t whole_len;
};

static bool is_lower_at(const char *text, size_t len, size_t at)
{
    size_t step;
    return at < len && text_is_lower(utf8_decode(text + at, len - at, &step));
}

/* Whether any letter behind the first is a capital: BZK, iPhone. */
static bool has_inner_upper(const char *word, size_t len)
{
    size_t step;
    for (size_t at = 0; at < len; at += step) {
        if (text_is_upper(utf8_decode(word + at, len - at, &step)) && at > 0) {
            return true;
        }
    }
    return false;
}

static bool begins_upper(const char *word, size_t len)
{
    size_t step;
    return len > 0 && text_is_upper(utf8_decode(word, len, &step));
}

/* Web and mail addresses follow rules of their own. */
static bool is_address(const char *chunk, size_t len)
{
    return memchr(chunk, '@', len) != NULL || memmem(chunk, len, "://", 3) != NULL || memmem(chunk, len, "www.", 4) != NULL;
}

static size_t chunk_before(const char *text, size_t end)
{
    size_t at = end;
    while (at > 0 && end - at < CHUNK_BYTES_MAX && text[at - 1] != ' ' && text[at - 1] != '\n' && text[at - 1] != '\t') {
        at--;
    }
    return end - at;
}

static size_t chunk_after(const char *text, size_t len, size_t start)
{
    size_t at = start;
    while (at < len && at - start < CHUNK_BYTES_MAX && text[at] != ' ' && text[at] != '\n' && text[at] != '\t') {
        at++;
    }
    return at - start;
}

static bool find_halves(const char *text, size_t len, size_t end, size_t next, struct halves *halves)
{
    halves->left_len = letters_before(text, end);
    halves->right_len = letters_after(text, len, next);
    halves->left = text + end - halves->left_len;
    halves->right = text + next;
    if (halves->left_len == 0 || halves->right_len == 0) {
        return false;
    }
    size_t left_at = end - halves->left_len;
    size_t chunk = chunk_before(text, end);
    halves->left_starts_line = chunk == halves->left_len && (left_at == 0 || text[left_at - 1] == '\n');
    if (left_at > 0) {
        /* 4e, collega's: the letters are a piece of something that is no plain word. */
        unsigned char before = (unsigned char)text[left_at - 1];
        size_t from = utf8_floor(text, end, left_at - 1), step;
        int32_t code_point = utf8_decode(text + from, end - from, &step);
        if ((before >= '0' && before <= '9') || code_point == '\'' || code_point == 0x2019 || code_point == 0xFFFD) {
            return false;
        }
    }
    if (is_address(text + end - chunk, chunk) || is_address(text + next, chunk_after(text, len, next))) {
        return false;
    }
    memcpy(halves->whole, halves->left, halves->left_len);
    memcpy(halves->whole + halves->left_len, halves->right, halves->right_len);
    halves->whole_len = halves->left_len + halves->right_len;
    return true;
}

/* A line end without a space where wraps have one. */
static bool breaks_spaced(const struct repairer *repairer, const struct halves *halves)
{
    if (is_listed(repairer, halves->whole, halves->whole_len)) {
        /* `land⏎en` in a table is no `landen`. */
        return !(is_small_word(halves->right, halves->right_len) && halves->left_starts_line);
    }
    if (is_small_word(halves->right, halves->right_len) || halves->right_len < 3 || halves->left_len < 2
        || has_inner_upper(halves->left, halves->left_len)) {
        return false;
    }
    bool left_word = is_word(repairer, halves->left, halves->left_len);
    bool right_word = is_word(repairer, halves->right, halves->right_len);
    if (is_small_word(halves->left, halves->left_len) && !is_prefix_word(halves->left, halves->left_len)) {
        return false;
    }
    if (begins_upper(halves->left, halves->left_len) && !is_common(repairer, halves->left, halves->left_len)) {
        /* The left half may be a name: drs. Van Geest⏎archivaris. */
        return !is_listed(repairer, halves->left, halves->left_len) && is_compound(repairer, halves->whole, halves->whole_len);
    }
    if (!left_word || !right_word) {
        return true;
    }
    return !halves->left_starts_line && (halves->left_len >= NAME_BYTES_MOST || !begins_upper(halves->left, halves->left_len))
        && is_compound(repairer, halves->whole, halves->whole_len);
}

static bool confirmed(struct repairer *repairer, const struct halves *halves, enum doubt_need need)
{
    return doubt_confirmed(&repairer->doubts, halves->left, halves->left_len, halves->right, halves->right_len, need);
}

/* Whether a typesetter may break the whole between the halves; without patterns anything may, without compounds nothing. */
static bool may_break_there(const struct repairer *repairer, const struct halves *halves)
{
    char whole[TEXT_FOLD_MAX], left[TEXT_FOLD_MAX];
    size_t folded = text_fold(halves->whole, halves->whole_len, whole, sizeof whole);
    size_t at = text_fold(halves->left, halves->left_len, left, sizeof left);
    return repairer->compounds != NULL && folded <= TOKEN_FORM_MAX && compound_may_break(repairer->compounds, whole, folded, at);
}

/* A function word at the line end: it may begin a word (over⏎dracht) but mostly does not. */
static bool breaks_after_prefix(struct repairer *repairer, const struct halves *halves, bool listed)
{
    if (!is_prefix_word(halves->left, halves->left_len)) {
        return false;
    }
    bool right_listed = is_listed(repairer, halves->right, halves->right_len);
    if (right_listed) {
        return listed && confirmed(repairer, halves, may_break_there(repairer, halves) ? DOUBT_RIGHT_BOUND : DOUBT_WHOLE);
    }
    if (is_compound(repairer, halves->right, halves->right_len)) {
        /* over⏎zichtspagina: the break is inside the first part, so that the other reading is an accident. */
        return compound_head(repairer, halves->whole, halves->whole_len) > halves->left_len + 1;
    }
    return listed || is_compound(repairer, halves->whole, halves->whole_len);
}

/* The whole is not listed, and neither half is a function word. */
static bool breaks_unlisted(struct repairer *repairer, const struct halves *halves, bool both)
{
    bool meets = compound_meets(repairer, halves->whole, halves->whole_len, halves->left_len);
    bool light = is_light_verb(halves->right, halves->right_len);
    if (both) {
        /* An adjective in -e before its noun can look like a compound: lange⏎termijn. */
        return halves->left[halves->left_len - 1] != 'e' && is_compound(repairer, halves->whole, halves->whole_len)
            && confirmed(repairer, halves, meets && !light ? DOUBT_LEFT_BOUND : DOUBT_WHOLE);
    }
    if (is_word(repairer, halves->left, halves->left_len) && is_word(repairer, halves->right, halves->right_len)) {
        return meets && !light && halves->left[halves->left_len - 1] != 'e' && confirmed(repairer, halves, DOUBT_LEFT_BOUND);
    }
    if (is_compound(repairer, halves->whole, halves->whole_len) && may_break_there(repairer, halves)) {
        return true;
    }
    return confirmed(repairer, halves, DOUBT_WHOLE);
}

/* waar⏎over, hier⏎mee: apart they hardly ever meet. */
static bool is_adverb_head(const char *word, size_t len)
{
    return len == 4 && (strncasecmp(word, "waar", 4) == 0 || strncasecmp(word, "hier", 4) == 0
                        || strncasecmp(word, "daar", 4) == 0);
}

/* Any line end where spaces tell nothing. */
static bool breaks_plain(struct repairer *repairer, const struct halves *halves)
{
    if (halves->whole_len < WHOLE_LEAST || halves->right_len < 2 || has_inner_upper(halves->left, halves->left_len)) {
        return false;
    }
    repairer->judged++;
    bool prefix = is_small_word(halves->left, halves->left_len);
    bool listed = is_listed(repairer, halves->whole, halves->whole_len);
    if (!repairer->broken && (prefix || !listed)) {
        return false;
    }
    if (is_small_word(halves->right, halves->right_len)) {
        /* voldoen⏎de, gemeen⏎ten: only where the document says so clearly. */
        return repairer->broken && listed
            && (is_adverb_head(halves->left, halves->left_len) || (!prefix && may_break_there(repairer, halves)
            && confirmed(repairer, halves, DOUBT_CLEAR)));
    }
    if (prefix) {
        return breaks_after_prefix(repairer, halves, listed);
    }
    bool both = is_listed(repairer, halves->left, halves->left_len) && is_listed(repairer, halves->right, halves->right_len);
    if (listed && !both) {
        repairer->certain++;
        return true;
    }
    if (!repairer->broken) {
        return false;
    }
    if (listed) {
        return !is_light_verb(halves->right, halves->right_len) && confirmed(repairer, halves, DOUBT_NOTHING);
    }
    return breaks_unlisted(repairer, halves, both);
}

/* ---- With a hyphen ------------------------------------------------------------------------ */

/* A vowel before and after, which Dutch spelling parts by a hyphen: macro-economie, corona-uitbraak. */
static bool vowels_clash(char left, char right)
{
    static const char *const pairs[] = { "aa", "ae", "ai", "au", "ee", "ei", "eu", "ie", "ii", "ij", "oe", "oi", "oo", "ou", "ui",
                                         "uu" };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i][0] == left && pairs[i][1] == right) {
            return true;
        }
    }
    return false;
}

static bool is_listed_with_hyphen(const struct repairer *repairer, const struct halves *halves)
{
    char word[2 * WORD_BYTES_MAX + 3], form[TEXT_FOLD_MAX];
    memcpy(word, halves->left, halves->left_len);
    word[halves->left_len] = '-';
    memcpy(word + halves->left_len + 1, halves->right, halves->right_len);
    size_t folded = text_fold(word, halves->whole_len + 1, form, sizeof form);
    return words_flags(repairer->words, form, folded) != 0;
}

static enum line_verdict judge_hyphen(const struct repairer *repairer, const struct halves *halves)
{
    static const char *const linking[] = { "en", "of", "tot", "noch", "dan", "als", "maar", "resp", "respectievelijk",
                                           "onderscheidenlijk", "and", "or" };
    if (halves->left_len < 2 || halves->right_len < 2) {
        return LINE_KEEP; /* signs and formulas: E-⏎e+ */
    }
    for (size_t i = 0; i < sizeof linking / sizeof *linking; i++) {
        if (strlen(linking[i]) == halves->right_len && memcmp(linking[i], halves->right, halves->right_len) == 0) {
            return LINE_KEEP; /* a suspended compound: grens-⏎en krimpregio's */
        }
    }
    if (is_listed_with_hyphen(repairer, halves)) {
        return LINE_JOIN_HYPHEN;
    }
    if (begins_upper(halves->right, halves->right_len)) {
        return LINE_KEEP;
    }
    bool left_name = begins_upper(halves->left, halves->left_len) && !is_word(repairer, halves->left, halves->left_len);
    bool listed = is_listed(repairer, halves->whole, halves->whole_len);
    if (is_small_word(halves->right, halves->right_len) && !listed) {
        return LINE_KEEP;
    }
    if (listed && !has_inner_upper(halves->left, halves->left_len)) {
        return LINE_JOIN;
    }
    if (has_inner_upper(halves->left, halves->left_len) || vowels_clash(halves->left[halves->left_len - 1], halves->right[0])) {
        return LINE_JOIN_HYPHEN;
    }
    bool compound = is_compound(repairer, halves->whole, halves->whole_len);
    bool right_word = is_word(repairer, halves->right, halves->right_len);
    if (left_name && right_word && !compound) {
        return LINE_JOIN_HYPHEN;
    }
    if (is_word(repairer, halves->left, halves->left_len) && right_word) {
        return LINE_JOIN_HYPHEN; /* the tokenizer indexes such a chain in closed form too */
    }
    return compound || !right_word ? LINE_JOIN : LINE_JOIN_HYPHEN;
}

/* ---- The verdict -------------------------------------------------------------------------- */

enum line_verdict line_judge(struct repairer *repairer, const char *text, size_t len, size_t end, size_t next, bool gap)
{
    struct halves halves;
    size_t letters_end = end;
    while (letters_end > 0 && text[letters_end - 1] == ' ') {
        letters_end--;
    }
    bool bare = letters_end == end;
    bool hyphen = letters_end > 0 && text[letters_end - 1] == '-';
    bool soft = letters_end > 1 && memcmp(text + letters_end - 2, "\xC2\xAD", 2) == 0;
    letters_end -= hyphen ? 1 : soft ? 2 : 0;
    bool found = find_halves(text, len, letters_end, next, &halves);
    if (soft) {
        return !gap && halves.left_len > 0 && is_lower_at(text, len, next) ? LINE_JOIN : LINE_KEEP;
    }
    if (!found || !repairer->checked) {
        return LINE_KEEP;
    }
    if (hyphen) {
        return gap ? LINE_KEEP : judge_hyphen(repairer, &halves);
    }
    if (!is_lower_at(text, len, next) || (repairer->spaced && !bare)) {
        return LINE_KEEP;
    }
    if (gap) {
        /* Only what cannot be two words. */
        return halves.right_len >= GAP_RIGHT_LEAST && is_listed(repairer, halves.whole, halves.whole_len)
            && !is_small_word(halves.left, halves.left_len) && !is_word(repairer, halves.right, halves.right_len)
            ? LINE_JOIN : LINE_KEEP;
    }
    bool breaks = repairer->spaced ? breaks_spaced(repairer, &halves) : breaks_plain(repairer, &halves);
    return breaks ? LINE_JOIN : LINE_KEEP;
}

bool line_ends_are_spaced(const char *text, size_t len)
{
    size_t spaced = 0, bare = 0;
    for (size_t at = 0; at < len;) {
        const char *newline = memchr(text + at, '\n', len - at);
        if (newline == NULL) {
            break;
        }
        size_t end = (size_t)(newline - text);
        at = end + 1;
        size_t word = at;
        while (word < len && word - at < 10 && text[word] >= 'a' && text[word] <= 'z') {
            word++;
        }
        if (end == 0 || word == at || word == len || text[word] != ' ' || !is_small_word(text + at, word - at)) {
            continue;
        }
        bool space = text[end - 1] == ' ';
        while (end > 0 && text[end - 1] == ' ') {
            end--;
        }
        /* A soft hyphen does break a word, and mending it must not change the answer. */
        bool soft = end > 1 && memcmp(text + end - 2, "\xC2\xAD", 2) == 0;
        if (end > 0 && !soft && (text[end - 1] == ',' || letters_before(text, end) > 0)) {
            spaced += space;
            bare += !space;
        }
    }
    return spaced >= SPACED_LEAST && spaced >= SPACED_SHARE * bare;
}
