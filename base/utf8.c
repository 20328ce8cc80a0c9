/* utf8.c - decoding, and finding character boundaries. */
#include "base/utf8.h"

int32_t utf8_decode(const char *text, size_t len, size_t *ret_len)
{
    const unsigned char *at = (const unsigned char *)text;
    unsigned char lead = at[0];
    *ret_len = 1;
    if (lead < 0x80) {
        return lead;
    }
    size_t need;
    int32_t value;
    unsigned char low = 0x80, high = 0xBF; /* allowed range of the second byte: RFC 3629 */
    if (lead >= 0xC2 && lead <= 0xDF) {
        need = 2;
        value = lead & 0x1F;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        need = 3;
        value = lead & 0x0F;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        need = 4;
        value = lead & 0x07;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return -1;
    }
    for (size_t i = 1; i < need; i++) {
        if (i >= len || at[i] < low || at[i] > high) {
            *ret_len = i;
            return -1;
        }
        value = (value << 6) | (at[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    *ret_len = need;
    return value;
}

size_t utf8_valid_prefix(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t step;
        if (utf8_decode(text + at, len - at, &step) < 0) {
            break;
        }
        at += step;
    }
    return at;
}

size_t utf8_floor(const char *text, size_t len, size_t at)
{
    if (at >= len) {
        return len;
    }
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80) {
        at--;
    }
    return at;
}

size_t utf8_count(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return count;
}
