/* document.h - what a shim_doc holds, for the writer. */
#ifndef NASLAG_SHIM_DOCUMENT_H
#define NASLAG_SHIM_DOCUMENT_H

#include "shim/shim.h"

struct doc_term {
    uint32_t name, name_len;   /* bytes of the term as it is in keys, in `names` */
    uint32_t wdf;
    uint32_t positions, count; /* in `positions` */
};

struct doc_value {
    uint32_t slot;
    uint32_t start, len; /* in `value_bytes` */
};

/* Terms may stand more than once. */
struct shim_doc {
    struct doc_term *terms;
    size_t term_count, term_capacity;
    uint32_t *positions;
    size_t position_count, position_capacity;
    struct doc_value *values; /* one a slot at most, ascending slots */
    size_t value_count, value_capacity;
    struct buf names, value_bytes, data;
};

#endif
