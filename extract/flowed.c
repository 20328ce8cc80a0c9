/* flowed.c - text of mail that was broken into lines to be put together again (RFC 3676, "format=flowed"). */
#include <string.h>

#include "extract/internal.h"

#define QUOTE_DEEP 1000 /* levels of ">" that are told apart */

void flowed_join(const char *text, size_t len, bool delete_space, struct buf *out)
{
    bool joined = false;
    unsigned depth_before = 0;
    for (size_t at = 0; at < len;) {
        const char *line = text + at, *newline = memchr(line, '\n', len - at);
        size_t width = newline != NULL ? (size_t)(newline - line) : len - at, quotes = 0;
        at += width + 1;
        while (quotes < width && quotes < QUOTE_DEEP && line[quotes] == '>') {
            quotes++;
        }
        const char *own = line + quotes;
        size_t own_len = width - quotes;
        if (own_len > 0 && *own == ' ') { /* stuffed */
            own++;
            own_len--;
        }
        bool signature = own_len == 3 && memcmp(own, "-- ", 3) == 0;
        bool soft = own_len > 0 && own[own_len - 1] == ' ' && !signature;
        if (joined && (quotes != depth_before || signature)) {
            buf_add_char(out, '\n');
            joined = false;
        }
        if (!joined && quotes > 0) {
            buf_add(out, line, quotes);
            buf_add_char(out, ' ');
        }
        buf_add(out, own, own_len - (soft && delete_space));
        if (!soft) {
            buf_add_char(out, '\n');
        }
        joined = soft;
        depth_before = (unsigned)quotes;
    }
}
