/* html.c - escaping text for HTML. */
#include "base/html.h"

#include "base/utf8.h"

static const char *entity_of(int32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F ? "\xEF\xBF\xBD" : NULL;
    }
}

void html_escape(struct buf *out, const char *text, size_t len)
{
    size_t plain = 0; /* start of the run that needs no escape */
    size_t i = 0;
    while (i < len) {
        size_t step;
        const char *instead = entity_of(utf8_decode(text + i, len - i, &step));
        if (instead != NULL) {
            buf_add(out, text + plain, i - plain);
            buf_add_str(out, instead);
            plain = i + step;
        }
        i += step;
    }
    buf_add(out, text + plain, len - plain);
}
