/* range.h - pieces of a text, in bytes. */
#ifndef NASLAG_TEXT_RANGE_H
#define NASLAG_TEXT_RANGE_H

#include <stddef.h>
#include <stdint.h>

struct text_range {
    uint32_t start, end; /* the byte behind the last */
};

struct text_ranges {
    struct text_range *items; /* ascending, no two touch */
    size_t count, capacity;
};

#endif
