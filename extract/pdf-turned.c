/* pdf-turned.c - a line that is written upwards, beside a page: the library brings its characters from top to bottom. */
#include "base/utf8.h"
#include "extract/pdf-text.h"
#include "text/unicode.h"

enum letter { LETTER_NONE, LETTER_SMALL, LETTER_CAPITAL };

static enum letter letter_at(const char *text, size_t len, size_t at, size_t *ret_step)
{
    int32_t code = utf8_decode(text + at, len - at, ret_step);
    if (code < 0 || text_class_of(code) != TEXT_LETTER) {
        return LETTER_NONE;
    }
    return text_is_upper(code) ? LETTER_CAPITAL : LETTER_SMALL;
}

bool pdf_reads_backwards(const char *text, size_t len)
{
    unsigned forwards = 0, backwards = 0;
    enum letter before = LETTER_NONE, last = LETTER_NONE;
    for (size_t at = 0, step; at <= len; at += step) {
        step = 1;
        enum letter letter = at < len ? letter_at(text, len, at, &step) : LETTER_NONE;
        forwards += before == LETTER_NONE && last == LETTER_CAPITAL && letter == LETTER_SMALL;
        backwards += before == LETTER_SMALL && last == LETTER_CAPITAL && letter == LETTER_NONE;
        before = last;
        last = letter;
    }
    return backwards > forwards;
}

static void reverse_bytes(char *text, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        char byte = text[i];
        text[i] = text[len - 1 - i];
        text[len - 1 - i] = byte;
    }
}

void pdf_reverse(char *text, size_t len)
{
    for (size_t at = 0, step; at < len; at += step) {
        utf8_decode(text + at, len - at, &step);
        reverse_bytes(text + at, step);
    }
    reverse_bytes(text, len);
}
