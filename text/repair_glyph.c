/* repair_glyph.c - characters that a font or an encoding lost: ligatures and apostrophes. */
#include "text/repair_rules.h"

#include <string.h>

#include "text/unicode.h"

#define REPLACEMENT "\xEF\xBF\xBD"
#define LIGATURE_WORD_LEAST 5 /* bytes of a mended word */
#define EDGE_REST_LEAST 4     /* letters beside a lost ligature at the edge of a word */

static bool is_lower_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Copies left + middle + right; false when that is too long for a word. */
static bool put_together(char *word, size_t *ret_len, const char *left, size_t left_len, const char *middle, const char *right,
                         size_t right_len)
{
    size_t middle_len = strlen(middle);
    *ret_len = left_len + middle_len + right_len;
    if (*ret_len > WORD_BYTES_MAX) {
        return false;
    }
    memcpy(word, left, left_len);
    memcpy(word + left_len, middle, middle_len);
    memcpy(word + left_len + middle_len, right, right_len);
    return true;
}

/* The one ligature that makes a word; NULL when none does, or several. */
static const char *only_ligature(const struct repairer *repairer, const char *left, size_t left_len, const char *right,
                                 size_t right_len)
{
    static const char *const ligatures[] = { "ff", "fi", "fl", "ft", "fb", "ffi", "ffl" };
    const char *found = NULL;
    for (int round = 0; round < 2 && found == NULL; round++) { /* listed words go before compounds */
        for (size_t i = 0; i < sizeof ligatures / sizeof *ligatures; i++) {
            char word[WORD_BYTES_MAX];
            size_t len;
            if (!put_together(word, &len, left, left_len, ligatures[i], right, right_len) || len < LIGATURE_WORD_LEAST
                || !(round == 0 ? is_listed(repairer, word, len) : is_compound(repairer, word, len))) {
                continue;
            }
            if (found != NULL) {
                return NULL;
            }
            found = ligatures[i];
        }
    }
    return found;
}

size_t glyph_replacement(struct repairer *repairer, size_t at)
{
    const char *text = repairer->text;
    size_t len = repairer->len;
    if (!repairer->checked || len - at < 3 || memcmp(text + at, REPLACEMENT, 3) != 0) {
        return 0;
    }
    size_t left_len = letters_before(repairer->out->data, repairer->out->len);
    size_t right_len = letters_after(text, len, at + 3);
    const char *left = repairer->out->data + repairer->out->len - left_len, *right = text + at + 3;
    if (left_len + right_len < 3 || (left_len > 1 && left[left_len - 1] >= 'A' && left[left_len - 1] <= 'Z')) {
        return 0; /* no font has ligatures of capitals */
    }
    /* At the edge of a word it is far more often a bullet: only beside what cannot be a word. */
    if ((left_len == 0 && (right_len < EDGE_REST_LEAST || is_word(repairer, right, right_len)))
        || (right_len == 0 && (left_len < EDGE_REST_LEAST || is_word(repairer, left, left_len)))) {
        return 0;
    }
    const char *ligature = only_ligature(repairer, left, left_len, right, right_len);
    if (ligature == NULL) {
        return 0;
    }
    size_t out_start = repairer->out->len;
    buf_add_str(repairer->out, ligature);
    repair_record(repairer, REPAIR_LIGATURE, at + 3, out_start);
    return 3;
}

/* `offi cer`: the ligature's glyph was followed by a space that is none.  `at` is at its first f. */
size_t glyph_gap(struct repairer *repairer, size_t at)
{
    static const char *const ends[] = { "ffi ", "ffl ", "ff ", "fi ", "fl " };
    const char *text = repairer->text;
    size_t len = repairer->len, glyph = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && glyph == 0; i++) {
        size_t size = strlen(ends[i]);
        if (len - at > size && memcmp(text + at, ends[i], size) == 0) {
            glyph = size - 1;
        }
    }
    if (glyph == 0 || !repairer->checked || !is_lower_letter(text[at + glyph + 1])) {
        return 0;
    }
    size_t left_len = letters_before(repairer->out->data, repairer->out->len);
    size_t right_at = at + glyph + 1;
    size_t right_len = letters_after(text, len, right_at);
    char word[WORD_BYTES_MAX];
    size_t whole_len;
    if (left_len + glyph + right_len > WORD_BYTES_MAX || right_len < 2) {
        return 0;
    }
    memcpy(word, repairer->out->data + repairer->out->len - left_len, left_len);
    memcpy(word + left_len, text + at, glyph);
    memcpy(word + left_len + glyph, text + right_at, right_len);
    whole_len = left_len + glyph + right_len;
    if (left_len == 1 && glyph == 2 && memcmp(word, "off", 3) == 0) {
        return 0; /* off shore, off road: a word of its own */
    }
    bool both = is_word(repairer, word, left_len + glyph) && is_word(repairer, text + right_at, right_len);
    if (whole_len < LIGATURE_WORD_LEAST || both || is_small_word(text + right_at, right_len)
        || !(is_common(repairer, word, whole_len) || is_compound(repairer, word, whole_len))) {
        return 0; /* a name that happens to be those two words together proves nothing */
    }
    size_t out_start = repairer->out->len + glyph;
    buf_add(repairer->out, text + at, glyph);
    buf_add(repairer->out, text + right_at, right_len);
    repair_record(repairer, REPAIR_LIGATURE, right_at + right_len, out_start);
    return right_at + right_len - at;
}

/* Bytes of an accent at the end of a word that may stand for an apostrophe; the letter without it goes to *ret_letter (0 when
 * the accent stands alone). */
static size_t stray_accent(const char *text, size_t len, char *ret_letter)
{
    static const struct {
        const char *bytes;
        char letter;
    } accents[] = {
        { "\xC3\xA1", 'a' }, { "\xC3\xA9", 'e' }, { "\xC3\xAD", 'i' }, { "\xC3\xB3", 'o' }, { "\xC3\xBA", 'u' },
        { "\xC3\xA0", 'a' }, { "\xC3\xA8", 'e' }, { "\xC3\xAC", 'i' }, { "\xC3\xB2", 'o' }, { "\xC3\xB9", 'u' },
        { "\xC2\xB4", 0 },
    };
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++) {
        if (len >= 2 && memcmp(text, accents[i].bytes, 2) == 0) {
            *ret_letter = accents[i].letter;
            return 2;
        }
    }
    return 0;
}

size_t glyph_accent(struct repairer *repairer, size_t at)
{
    const char *text = repairer->text;
    size_t len = repairer->len;
    char letter = 0;
    size_t accent = stray_accent(text + at, len - at, &letter);
    size_t s = at + accent;
    if (accent == 0 || !repairer->checked) {
        return 0;
    }
    bool space = s < len && text[s] == ' ';
    s += space;
    if (s >= len || text[s] != 's' || letters_after(text, len, s) != 1 || (letter != 0 && !space)
        || (s + 1 < len && ((text[s + 1] >= '0' && text[s + 1] <= '9') || text[s + 1] == '\'' || text[s + 1] == '-'
                            || (text[s + 1] == '.' && s + 2 < len && is_lower_letter(text[s + 2]))))) {
        return 0;
    }
    char word[WORD_BYTES_MAX], ending[4] = { letter, '\'', 's', '\0' };
    size_t left_len = letters_before(repairer->out->data, repairer->out->len), word_len;
    const char *left = repairer->out->data + repairer->out->len - left_len;
    if (left_len == 0 || !put_together(word, &word_len, left, left_len, letter != 0 ? ending : ending + 1, "", 0)) {
        return 0;
    }
    /* The list has the plural (thema's), or the word of which a compound makes it. */
    if (!is_listed(repairer, word, word_len) && !is_compound(repairer, word, word_len)) {
        return 0;
    }
    size_t out_start = repairer->out->len;
    buf_add_str(repairer->out, letter != 0 ? ending : ending + 1);
    repair_record(repairer, REPAIR_ACCENT, s + 1, out_start);
    return s + 1 - at;
}
