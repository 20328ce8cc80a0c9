/* rtf_text.c - where the text of an RTF document goes, and in which encoding it came. */
#include "extract/rtf.h"

#include <string.h>

#include "text/charset.h"

static bool is_shown(const struct rtf *rtf)
{
    return !rtf->now.hidden && !rtf->now.deleted;
}

static void put_utf8(struct rtf *rtf, const char *text, size_t len)
{
    switch (rtf->now.place) {
    case RTF_BODY:
        if (!is_shown(rtf)) {
            return;
        }
        if (rtf->now.heading && !rtf->heading_open) {
            flow_heading_begin(&rtf->flow);
            rtf->heading_open = true;
        }
        flow_text(&rtf->flow, text, len, false);
        break;
    case RTF_ASIDE:
        if (is_shown(rtf)) {
            buf_add(&rtf->aside, text, len);
        }
        break;
    case RTF_STYLES:
    case RTF_INFO_TEXT:
        buf_add(&rtf->name, text, len);
        break;
    default:
        break;
    }
}

/* Converts what waits in its code page. */
void rtf_flush(struct rtf *rtf)
{
    if (rtf->bytes.len == 0) {
        return;
    }
    char used[CHARSET_NAME_MAX];
    AUTO_BUF struct buf text;
    buf_init(&text, 4 * rtf->bytes.len + 64);
    enum err_code code = charset_to_utf8(rtf->bytes.data, rtf->bytes.len, rtf_pages[rtf->bytes_page].name, &text, used, NULL);
    if (code == ERR_OK && text.len > 0) {
        put_utf8(rtf, text.data, text.len);
    }
    rtf->code = rtf->code == ERR_OK && code == ERR_NOMEM ? code : rtf->code;
    rtf->bytes.len = 0;
}

void rtf_put_byte(struct rtf *rtf, char byte)
{
    if (rtf->skipping > 0) {
        rtf->skipping--;
        return;
    }
    if (rtf->now.place == RTF_NOWHERE || byte == '\0') {
        return;
    }
    if (rtf->bytes_page != rtf->now.page) {
        rtf_flush(rtf);
        rtf->bytes_page = rtf->now.page;
    }
    buf_add_char(&rtf->bytes, byte);
}

void rtf_put_code_point(struct rtf *rtf, uint32_t code_point)
{
    char text[4];
    size_t len = 0;
    if (code_point >= 0xD800 && code_point < 0xDC00) {
        rtf->high = code_point;
        return;
    }
    if (code_point >= 0xDC00 && code_point < 0xE000) {
        code_point = rtf->high != 0 ? 0x10000 + ((rtf->high - 0xD800) << 10) + (code_point - 0xDC00) : 0xFFFD;
    }
    rtf->high = 0;
    if (code_point < 0x80) {
        text[len++] = (char)code_point;
    } else if (code_point < 0x800) {
        text[len++] = (char)(0xC0 | code_point >> 6);
    } else if (code_point < 0x10000) {
        text[len++] = (char)(0xE0 | code_point >> 12);
        text[len++] = (char)(0x80 | (code_point >> 6 & 0x3F));
    } else {
        text[len++] = (char)(0xF0 | code_point >> 18);
        text[len++] = (char)(0x80 | (code_point >> 12 & 0x3F));
        text[len++] = (char)(0x80 | (code_point >> 6 & 0x3F));
    }
    if (code_point >= 0x80) {
        text[len++] = (char)(0x80 | (code_point & 0x3F));
    }
    rtf_flush(rtf);
    put_utf8(rtf, text, len);
}

void rtf_put_break(struct rtf *rtf, enum flow_gap gap)
{
    rtf_flush(rtf);
    if (rtf->now.place == RTF_ASIDE) {
        buf_add_char(&rtf->aside, gap >= FLOW_LINE ? '\n' : ' ');
    } else if (rtf->now.place == RTF_BODY) {
        flow_loose_break(&rtf->flow, gap);
    }
}

void rtf_put_asides(struct rtf *rtf)
{
    const char *at = rtf->aside.data;
    for (size_t left = rtf->aside.len; left > 0;) {
        const char *end = memchr(at, '\n', left);
        size_t len = end != NULL ? (size_t)(end - at) : left;
        flow_break(&rtf->flow, FLOW_PARAGRAPH);
        flow_text(&rtf->flow, at, len, false);
        at += len + (end != NULL);
        left -= len + (end != NULL);
    }
}
