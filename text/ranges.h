/* ranges.h - pieces of a text, in bytes. */
#ifndef NASLAG_TEXT_RANGES_H
#define NASLAG_TEXT_RANGES_H

#include <stddef.h>
#include <stdint.h>

struct text_range {
    uint32_t start, end; /* the byte behind the last */
};

/* A growable list. */
struct text_ranges {
    struct text_range *items;
    size_t count, capacity;
};

void text_ranges_done(struct text_ranges *ranges);

/* Sorts ranges and joins those that touch or overlap; drops empty ones and what lies beyond `text_len`.  Returns how many
 * are left. */
size_t ranges_normalise(struct text_range *ranges, size_t count, size_t text_len);

#endif
