/* fuzzy.c - the walk over the sorted words: see fuzzy.h. */
#include "search/fuzzy.h"

#include <string.h>

#define DEPTH_MAX (FUZZY_LEN_MAX + FUZZY_DISTANCE_MAX) /* longer words are further away */
#define NO_BYTE 256

struct walk {
    const unsigned char *pattern;
    size_t len;
    int distance;
    unsigned char prefix[DEPTH_MAX + 1];
    size_t depth; /* rows[1..depth] belong to the prefix */
    uint8_t rows[DEPTH_MAX + 1][FUZZY_LEN_MAX + 1];
};

static uint8_t least(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* Makes the row of the prefix with one byte more; false when all of it is beyond the distance. */
static bool descend(struct walk *walk, unsigned char byte)
{
    const uint8_t *above = walk->rows[walk->depth];
    uint8_t *row = walk->rows[walk->depth + 1];
    uint8_t best = row[0] = (uint8_t)(above[0] + 1);
    for (size_t i = 1; i <= walk->len; i++) {
        uint8_t cost = (uint8_t)(above[i - 1] + (walk->pattern[i - 1] != byte));
        cost = least(cost, (uint8_t)(least(above[i], row[i - 1]) + 1));
        if (i > 1 && walk->depth > 0 && walk->pattern[i - 2] == byte && walk->pattern[i - 1] == walk->prefix[walk->depth - 1]) {
            cost = least(cost, (uint8_t)(walk->rows[walk->depth - 1][i - 2] + 1));
        }
        row[i] = cost;
        best = least(best, cost);
    }
    if (best > walk->distance) {
        return false;
    }
    walk->prefix[walk->depth++] = byte;
    return true;
}

/* The first byte after `byte` with which the prefix can go on, or NO_BYTE. */
static unsigned next_byte(const struct walk *walk, unsigned byte)
{
    const uint8_t *row = walk->rows[walk->depth];
    unsigned next = NO_BYTE;
    for (size_t i = 0; i <= walk->len; i++) {
        if (row[i] < walk->distance) {
            return byte + 1; /* there is an edit left: any byte will do */
        }
        /* No edit left: the pattern's own next byte, or the second half of a transposition. */
        if (i < walk->len && row[i] == walk->distance && walk->pattern[i] > byte && walk->pattern[i] < next) {
            next = walk->pattern[i];
        }
        if (i + 1 < walk->len && walk->depth > 0 && walk->rows[walk->depth - 1][i] < walk->distance
            && walk->pattern[i + 1] == walk->prefix[walk->depth - 1] && walk->pattern[i] > byte && walk->pattern[i] < next) {
            next = walk->pattern[i];
        }
    }
    return next;
}

/* The index of the first word behind the prefix with `byte`, and all that go on from it, that may be near enough. */
static uint32_t skip(struct walk *walk, const struct lexicon *lexicon, uint32_t index, unsigned byte)
{
    for (;;) {
        unsigned next = next_byte(walk, byte);
        if (next < NO_BYTE) {
            walk->prefix[walk->depth] = (unsigned char)next;
            return lexicon_word_seek(lexicon, index + 1, (const char *)walk->prefix, walk->depth + 1);
        }
        if (walk->depth == 0) {
            return lexicon_word_count(lexicon);
        }
        byte = walk->prefix[--walk->depth];
    }
}

void fuzzy_walk(const struct lexicon *lexicon, const char *pattern, size_t len, int distance, fuzzy_visit *visit, void *context)
{
    if (len == 0 || len > FUZZY_LEN_MAX || distance > FUZZY_DISTANCE_MAX) {
        return;
    }
    struct walk walk = { .pattern = (const unsigned char *)pattern, .len = len, .distance = distance };
    for (size_t i = 0; i <= len; i++) {
        walk.rows[0][i] = (uint8_t)i;
    }
    uint32_t count = lexicon_word_count(lexicon);
    for (uint32_t index = 0; index < count;) {
        struct lexicon_form word = lexicon_word_at(lexicon, index);
        const unsigned char *bytes = (const unsigned char *)word.form;
        size_t shared = 0;
        while (shared < walk.depth && shared < word.len && walk.prefix[shared] == bytes[shared]) {
            shared++;
        }
        walk.depth = shared;
        while (walk.depth < word.len && walk.depth < DEPTH_MAX && descend(&walk, bytes[walk.depth])) {
        }
        if (walk.depth < word.len) {
            index = skip(&walk, lexicon, index, bytes[walk.depth]);
            continue;
        }
        if (word.len > 0 && walk.rows[walk.depth][len] <= distance) {
            visit(context, &word, walk.rows[walk.depth][len]);
        }
        index++;
    }
}
