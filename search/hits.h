/* hits.h - where in a document the needles of a plan are. */
#ifndef NASLAG_SEARCH_HITS_H
#define NASLAG_SEARCH_HITS_H

#include "search/plan.h"

/* One place in the text. */
struct place {
    uint32_t position;
    uint16_t needle;
    uint16_t length; /* tokens: 1 for a word, more for a phrase */
};

/* Reused from document to document. */
struct places {
    struct place *items;
    size_t count, capacity;
};

void places_done(struct places *places);

/* Fills `places`, ascending by position, with every place in the text (not the title) where a needle that is not
 * common stands. */
enum err_code places_find(struct search_index *index, const struct plan *plan, uint32_t docid, struct places *places,
                          struct err *err);

#endif
