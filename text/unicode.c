/* unicode.c - UTF-8, NFC and folding over utf8proc.
 *
 * ASCII is handled without utf8proc: it is nearly all of Dutch text, and never changes under NFC.
 */
#include "text/unicode.h"

#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFD

static void add_code_point(struct buf *out, int32_t code_point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t len = utf8proc_encode_char(code_point, bytes);
    buf_add(out, bytes, len > 0 ? (size_t)len : 0);
}

static bool is_kept_control(int32_t code_point)
{
    return code_point == '\t' || code_point == '\n' || code_point == '\f';
}

/* Whether NFC can change a character together with its neighbours: it decomposes, combines, or is
 * a Hangul jamo.  Everything else ends a run that needs normalising. */
static bool is_stable(int32_t code_point)
{
    if (code_point < 0x300) {
        return true; /* precomposed Latin is NFC already; what follows may not be, see below */
    }
    if (code_point >= 0x1100 && code_point <= 0x11FF) {
        return false; /* Hangul jamo: composed by rule, not by table */
    }
    const utf8proc_property_t *property = utf8proc_get_property(code_point);
    return property->combining_class == 0 && property->decomp_seqindex == UINT16_MAX
        && property->comb_index == UINT16_MAX;
}

/* Appends valid text[0..len), a run that ends in unstable characters, in NFC. */
static void add_normalised(struct buf *out, const char *text, size_t len)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &composed,
                                         UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (size < 0) {
        buf_add(out, text, len); /* utf8proc refuses only what is no UTF-8, and this is */
        return;
    }
    buf_add(out, composed, (size_t)size);
    free(composed);
}

/* First pass: valid UTF-8 without controls.  Returns whether anything may not be NFC yet. */
static bool repair(const char *text, size_t len, struct buf *out, struct text_repairs *repairs)
{
    bool unstable = false;
    size_t at = 0;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        at = 3;
    }
    while (at < len) {
        size_t plain = at;
        while (at < len && (unsigned char)text[at] >= 0x20 && (unsigned char)text[at] < 0x7F) {
            at++;
        }
        buf_add(out, text + plain, at - plain);
        if (at == len) {
            break;
        }
        size_t step;
        int32_t code_point = utf8_decode(text + at, len - at, &step);
        if (code_point < 0) {
            repairs->bad_bytes++;
            add_code_point(out, REPLACEMENT);
        } else if (code_point == '\r') {
            if (at + 1 >= len || text[at + 1] != '\n') {
                buf_add_char(out, '\n');
            }
        } else if ((code_point < 0x20 && !is_kept_control(code_point)) || (code_point >= 0x7F && code_point < 0xA0)) {
            repairs->controls++;
            if (code_point == 0x85) { /* NEL */
                buf_add_char(out, '\n');
            }
        } else {
            unstable = unstable || !is_stable(code_point);
            buf_add(out, text + at, step);
        }
        at += step;
    }
    return unstable;
}

/* Whether all of valid UTF-8 is below U+0300, and so NFC already. */
static bool is_stable_line(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] >= 0xCC) {
            return false;
        }
    }
    return true;
}

enum err_code text_clean(const char *text, size_t len, struct buf *out, struct text_repairs *repairs, struct err *err)
{
    struct text_repairs ignored = { 0, 0 };
    if (repairs == NULL) {
        repairs = &ignored;
    }
    size_t before = out->len;
    if (!repair(text, len, out, repairs)) {
        buf_add(out, "", 0);
        return buf_check(out, "text", err);
    }
    if (out->failed) {
        return buf_check(out, "text", err);
    }
    /* Normalise line by line: a line end is stable, so no composition crosses it. */
    struct buf rest;
    size_t raw_len = out->len - before;
    buf_init(&rest, out->max);
    buf_add(&rest, out->data + before, raw_len);
    if (rest.failed) {
        buf_done(&rest);
        return err_nomem(err, "text_clean");
    }
    out->len = before;
    for (size_t at = 0; at < raw_len;) {
        const char *newline = memchr(rest.data + at, '\n', raw_len - at);
        size_t end = newline != NULL ? (size_t)(newline - rest.data) + 1 : raw_len;
        if (is_stable_line(rest.data + at, end - at)) {
            buf_add(out, rest.data + at, end - at);
        } else {
            add_normalised(out, rest.data + at, end - at);
        }
        at = end;
    }
    buf_done(&rest);
    return buf_check(out, "text", err);
}

enum text_class text_class_of(int32_t code_point)
{
    if (code_point < 0x80) {
        if ((code_point >= 'a' && code_point <= 'z') || (code_point >= 'A' && code_point <= 'Z')) {
            return TEXT_LETTER;
        }
        return code_point >= '0' && code_point <= '9' ? TEXT_DIGIT : TEXT_OTHER;
    }
    if (code_point == 0xAD || code_point == 0x200C || code_point == 0x200D || code_point == 0x2060) {
        return TEXT_MARK;
    }
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return TEXT_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
        return TEXT_DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
        return TEXT_MARK;
    default:
        return TEXT_OTHER;
    }
}

bool text_is_upper(int32_t code_point)
{
    if (code_point < 0x80) {
        return code_point >= 'A' && code_point <= 'Z';
    }
    return utf8proc_category(code_point) == UTF8PROC_CATEGORY_LU;
}

bool text_is_lower(int32_t code_point)
{
    if (code_point < 0x80) {
        return code_point >= 'a' && code_point <= 'z';
    }
    return utf8proc_category(code_point) == UTF8PROC_CATEGORY_LL;
}

static size_t fold_ascii(const char *token, size_t len, char *out, size_t cap)
{
    size_t used = 0;
    while (used < len && used < cap && (unsigned char)token[used] < 0x80) {
        char c = token[used];
        out[used] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
        used++;
    }
    return used;
}

/* Typographic variants that Unicode's compatibility decomposition leaves alone, and letters that
 * Dutch readers take for their base letter but that do not decompose. */
static const char *respelled(int32_t code_point, bool strip_accents)
{
    switch (code_point) {
    case 0x2018: case 0x2019: case 0x201B: case 0x2BC: case 0xB4: case 0x60: case 0x2032:
        return "'";
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2212:
        return "-";
    case 0xE6: case 0xC6: case 0x1FC: case 0x1FD: case 0x1E2: case 0x1E3:
        return strip_accents ? "ae" : NULL;
    case 0x153: case 0x152:
        return strip_accents ? "oe" : NULL;
    case 0xF8: case 0xD8: case 0x1FE: case 0x1FF:
        return strip_accents ? "o" : NULL;
    case 0x142: case 0x141:
        return strip_accents ? "l" : NULL;
    case 0x111: case 0x110: case 0xF0: case 0xD0:
        return strip_accents ? "d" : NULL;
    case 0x131:
        return strip_accents ? "i" : NULL;
    default:
        return NULL;
    }
}

static size_t fold_full(const char *token, size_t len, char *out, size_t cap, bool strip_accents)
{
    struct buf spelled;
    buf_init(&spelled, 4 * TEXT_FOLD_MAX);
    for (size_t at = 0; at < len && spelled.len < 3 * TEXT_FOLD_MAX;) {
        size_t step;
        int32_t code_point = utf8_decode(token + at, len - at, &step);
        const char *other = respelled(code_point, strip_accents);
        if (other != NULL) {
            buf_add_str(&spelled, other);
        } else if (code_point >= 0) {
            buf_add(&spelled, token + at, step);
        }
        at += step;
    }
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE
        | UTF8PROC_COMPOSE | (strip_accents ? UTF8PROC_STRIPMARK : 0);
    utf8proc_ssize_t size = spelled.failed || spelled.len == 0
        ? -1 : utf8proc_map((const utf8proc_uint8_t *)spelled.data, (utf8proc_ssize_t)spelled.len, &mapped, options);
    buf_done(&spelled);
    if (size < 0) {
        return 0;
    }
    size_t used = (size_t)size <= cap ? (size_t)size : utf8_floor((const char *)mapped, (size_t)size, cap);
    memcpy(out, mapped, used);
    free(mapped);
    return used;
}

/* U+00C0..U+00FF as fold_full makes them: base letters with accents off, small letters with accents on. */
static const char *const latin_base[64] = {
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o", "\xC3\x97", "o", "u", "u", "u", "u", "y", "\xC3\xBE", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o", "\xC3\xB7", "o", "u", "u", "u", "u", "y", "\xC3\xBE", "y",
};

/* fold_full for what Dutch is written with: ASCII, the letters above, and the apostrophe U+2019.  SIZE_MAX when there is
 * anything else, or no room. */
static size_t fold_latin(const char *token, size_t len, char *out, size_t cap, bool strip_accents)
{
    size_t used = 0;
    for (size_t at = 0; at < len; at++) {
        unsigned char byte = (unsigned char)token[at], next = at + 1 < len ? (unsigned char)token[at + 1] : 0;
        if (used + 2 > cap) {
            return SIZE_MAX;
        }
        if (byte >= 0x20 && byte < 0x7F && byte != '`') {
            out[used++] = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : (char)byte;
        } else if (byte == 0xC3 && next >= 0x80 && next <= 0xBF) {
            unsigned char small = next < 0x9F && next != 0x97 ? next + 0x20 : next;
            const char keeping[] = { (char)0xC3, (char)small, '\0' };
            for (const char *c = strip_accents || next == 0x9F ? latin_base[next - 0x80] : keeping; *c != '\0'; c++) {
                out[used++] = *c;
            }
            at++;
        } else if (byte == 0xE2 && next == 0x80 && at + 2 < len && (unsigned char)token[at + 2] == 0x99) {
            out[used++] = '\'';
            at += 2;
        } else {
            return SIZE_MAX;
        }
    }
    return used;
}

static size_t fold_other(const char *token, size_t len, char *out, size_t cap, bool strip_accents)
{
    size_t used = fold_latin(token, len, out, cap, strip_accents);
    return used != SIZE_MAX ? used : fold_full(token, len, out, cap, strip_accents);
}

size_t text_fold(const char *token, size_t len, char *out, size_t cap)
{
    size_t used = fold_ascii(token, len, out, cap);
    return used == len || used == cap ? used : fold_other(token, len, out, cap, true);
}

size_t text_fold_case(const char *token, size_t len, char *out, size_t cap)
{
    size_t used = fold_ascii(token, len, out, cap);
    return used == len || used == cap ? used : fold_other(token, len, out, cap, false);
}
