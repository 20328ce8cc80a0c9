/* charset.c - encodings over uchardet and iconv. */
#include "text/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>
#include <uchardet.h>

#include "text/unicode.h"

#define FALLBACK "WINDOWS-1252"
#define GUESS_BYTES 262144 /* uchardet sees no more than this */

static void set_name(char ret_name[CHARSET_NAME_MAX], const char *name)
{
    size_t len = strlen(name);
    len = len < CHARSET_NAME_MAX ? len : CHARSET_NAME_MAX - 1;
    memcpy(ret_name, name, len);
    ret_name[len] = '\0';
}

static const char *name_of_mark(const char *bytes, size_t len, size_t *ret_skip)
{
    static const struct {
        const char *mark;
        size_t len;
        const char *name;
    } marks[] = {
        { "\xEF\xBB\xBF", 3, "UTF-8" },
        { "\xFF\xFE\0\0", 4, "UTF-32LE" },
        { "\0\0\xFE\xFF", 4, "UTF-32BE" },
        { "\xFF\xFE", 2, "UTF-16LE" },
        { "\xFE\xFF", 2, "UTF-16BE" },
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (len >= marks[i].len && memcmp(bytes, marks[i].mark, marks[i].len) == 0) {
            *ret_skip = marks[i].len;
            return marks[i].name;
        }
    }
    return NULL;
}

/* Browsers read these labels as Windows-1252 (WHATWG Encoding Standard), and so do we. */
static const char *as_browsers_do(const char *name)
{
    static const char *const labels[] = { "ISO-8859-1", "ISO8859-1", "LATIN1", "LATIN-1", "US-ASCII", "ASCII", "L1" };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (strcasecmp(name, labels[i]) == 0) {
            return FALLBACK;
        }
    }
    return name;
}

/* Converts all of it; bytes without a meaning become U+FFFD.  Returns the number of those, or -1
 * when iconv does not know the encoding. */
static long convert(const char *bytes, size_t len, const char *name, struct buf *out)
{
    iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1) {
        return -1;
    }
    long bad = 0;
    char *in = (char *)(uintptr_t)bytes;
    size_t left = len;
    while (left > 0 && !out->failed) {
        char chunk[8192];
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t got = iconv(converter, &in, &left, &to, &room);
        int reason = errno;
        buf_add(out, chunk, sizeof chunk - room);
        if (got == (size_t)-1 && reason != E2BIG) {
            bad++;
            buf_add_str(out, "\xEF\xBF\xBD");
            in++;
            left--;
            if (reason == EINVAL) {
                break; /* cut off in the middle of a character at the very end */
            }
        }
    }
    iconv_close(converter);
    return bad;
}

static bool guess(const char *bytes, size_t len, char ret_name[CHARSET_NAME_MAX])
{
    uchardet_t detector = uchardet_new();
    if (detector == NULL) {
        return false;
    }
    bool known = false;
    if (uchardet_handle_data(detector, bytes, len < GUESS_BYTES ? len : GUESS_BYTES) == 0) {
        uchardet_data_end(detector);
        const char *name = uchardet_get_charset(detector);
        if (name != NULL && *name != '\0') {
            set_name(ret_name, as_browsers_do(name));
            known = true;
        }
    }
    uchardet_delete(detector);
    return known;
}

/* UTF-16 without a byte order mark: text in it is full of NUL bytes, on one side of each pair. */
static const char *unmarked_utf16(const char *bytes, size_t len)
{
    size_t zeros[2] = { 0, 0 };
    size_t seen = len < 4096 ? len : 4096;
    for (size_t i = 0; i < seen; i++) {
        zeros[i % 2] += bytes[i] == '\0';
    }
    if (zeros[1] * 4 > seen && zeros[0] * 20 < seen) {
        return "UTF-16LE";
    }
    return zeros[0] * 4 > seen && zeros[1] * 20 < seen ? "UTF-16BE" : NULL;
}

/* Whether the bytes above ASCII read as Windows-1252 are nearly all characters that Dutch text has.  uchardet needs more
 * text than a short letter offers, and then guesses code pages that nobody used. */
static bool dutch_in_1252(const char *bytes, size_t len)
{
    static const char expected[] = "\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA3\xA7\xA9\xAB\xAD\xB0\xB1\xB2\xB7\xBB\xBD"
                                   "\xC8\xC9\xCB\xCF\xD6\xDC\xE0\xE1\xE2\xE4\xE7\xE8\xE9\xEA\xEB\xED\xEE\xEF"
                                   "\xF1\xF3\xF4\xF6\xFA\xFB\xFC";
    size_t high = 0, known = 0;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)bytes[i] >= 0x80) {
            high++;
            known += memchr(expected, bytes[i], sizeof expected - 1) != NULL;
        }
    }
    return known * 10 >= high * 9 && high * 5 < len;
}

/* UTF-8 but for a last character that is cut off, or for at most one bad byte in a thousand. */
static bool nearly_utf8(const char *bytes, size_t len)
{
    size_t at = 0, bad = 0, good = 0;
    while (at < len) {
        size_t step;
        int32_t code_point = utf8_decode(bytes + at, len - at, &step);
        bad += code_point < 0;
        good += code_point >= 0x80;
        at += step;
    }
    return bad == 0 || (bad * 1000 <= len && good > 4 * bad);
}

enum err_code charset_to_utf8(const char *bytes, size_t len, const char *declared, struct buf *out,
                              char ret_name[CHARSET_NAME_MAX], struct err *err)
{
    size_t skip = 0, before = out->len;
    const char *marked = name_of_mark(bytes, len, &skip);
    if (marked != NULL && strcmp(marked, "UTF-8") != 0 && convert(bytes + skip, len - skip, marked, out) >= 0) {
        set_name(ret_name, marked);
        return buf_check(out, "text", err);
    }
    const char *wide = unmarked_utf16(bytes, len);
    if (marked == NULL && wide != NULL && convert(bytes, len, wide, out) == 0) {
        set_name(ret_name, wide);
        return buf_check(out, "text", err);
    }
    out->len = before;
    if (nearly_utf8(bytes + skip, len - skip)) {
        buf_add(out, bytes + skip, len - skip);
        set_name(ret_name, "UTF-8");
        return buf_check(out, "text", err);
    }
    char guessed[CHARSET_NAME_MAX] = FALLBACK;
    const char *candidates[3];
    size_t count = 0;
    if (declared != NULL && *declared != '\0' && strcasecmp(declared, "UTF-8") != 0) {
        candidates[count++] = as_browsers_do(declared);
    }
    if (!dutch_in_1252(bytes, len) && guess(bytes, len, guessed)) {
        candidates[count++] = guessed;
    }
    candidates[count++] = FALLBACK;
    for (size_t i = 0; i < count; i++) {
        long bad = convert(bytes, len, candidates[i], out);
        bool last = i + 1 == count;
        if (bad >= 0 && (last || (size_t)bad * 100 <= len)) {
            set_name(ret_name, candidates[i]);
            return buf_check(out, "text", err);
        }
        if (out->failed) {
            break;
        }
        out->len = before;
    }
    if (!out->failed) {
        return err_set(err, ERR_INVALID, "the text's encoding is not known");
    }
    return buf_check(out, "text", err);
}
