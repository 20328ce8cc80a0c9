/* hits.h - where in a document the needles of a plan are. */
#ifndef NASLAG_SEARCH_HITS_H
#define NASLAG_SEARCH_HITS_H

#include "search/plan.h"

/* One place in the text. */
struct place {
    uint32_t position;
    uint16_t needle;
    uint8_t length; /* tokens: 1 for a word, more for a phrase */
    bool weak;      /* only a part of a compound: worth less when passages are chosen */
};

/* Reused from document to document. */
struct places {
    struct place *items;
    size_t count, capacity;
    unsigned reasons; /* bit 1 << enum needle_reason: how the words were found */
};

void places_done(struct places *places);

/* Fills places[i], ascending by position, with every place in the text (not the title) of docids[i] where a needle that
 * is not common stands.  Goes term by term, not document by document: which of the documents have a term is read from its
 * posting list, and most forms of a word are in none of them. */
enum err_code places_find(struct search_index *index, const struct plan *plan, const uint32_t *docids, size_t count,
                          struct places *places, struct err *err);

#endif
