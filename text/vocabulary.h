/* vocabulary.h - words by number, with what the document in hand has of each: for analysis.c only.
 *
 * A word's counts belong to the current document only when its `stamp` is the document's number; so starting a document costs
 * nothing.
 */
#ifndef NASLAG_TEXT_VOCABULARY_H
#define NASLAG_TEXT_VOCABULARY_H

#include "base/buf.h"

#define VOCABULARY_NONE UINT32_MAX

#define WORD_HEAD 24 /* bytes of a word that stand in its entry, so that most words are found there */

struct word {
    char head[WORD_HEAD];
    uint32_t text;  /* offset in the letters */
    uint8_t len;
    uint8_t derived_count;
    uint32_t derived; /* for the caller: NONE in a new word */
    uint32_t stamp;   /* document that the fields below belong to */
    uint32_t wdf, title_wdf;
    uint32_t last; /* position, NONE before the first */
    uint32_t position_count, position_at; /* the latter for the caller */
    uint8_t seen; /* for the caller: 0 at first */
};

struct vocabulary_slot {
    uint32_t hash, index; /* index in words, or NONE */
};

struct vocabulary {
    struct word *words;
    size_t count, capacity;
    struct vocabulary_slot *slots; /* open addressing, linear probing */
    size_t slot_count;
    struct buf letters;
    uint32_t *used; /* words of the current document */
    size_t used_count, used_capacity;
};

enum err_code vocabulary_init(struct vocabulary *vocabulary);
void vocabulary_done(struct vocabulary *vocabulary);
/* The number of a word, made when new; NONE when memory is short. */
uint32_t vocabulary_intern(struct vocabulary *vocabulary, const char *bytes, size_t len);
/* Makes the word's counts those of the current document; false when memory is short. */
bool vocabulary_touch(struct vocabulary *vocabulary, uint32_t index, uint32_t stamp);

#endif
