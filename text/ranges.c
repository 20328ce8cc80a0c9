/* ranges.c - sorting and joining pieces of a text. */
#include "text/ranges.h"

#include <stdlib.h>

static int by_start(const void *left, const void *right)
{
    const struct text_range *a = left, *b = right;
    return a->start != b->start ? (a->start < b->start ? -1 : 1) : (a->end > b->end) - (a->end < b->end);
}

size_t ranges_normalise(struct text_range *ranges, size_t count, size_t text_len)
{
    size_t kept = 0;
    if (count > 1) {
        qsort(ranges, count, sizeof *ranges, by_start);
    }
    for (size_t i = 0; i < count; i++) {
        struct text_range range = ranges[i];
        range.end = range.end > text_len ? (uint32_t)text_len : range.end;
        if (range.start >= range.end) {
            continue;
        }
        if (kept > 0 && range.start <= ranges[kept - 1].end) {
            ranges[kept - 1].end = range.end > ranges[kept - 1].end ? range.end : ranges[kept - 1].end;
        } else {
            ranges[kept++] = range;
        }
    }
    return kept;
}

void text_ranges_done(struct text_ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct text_ranges){ 0 };
}
