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
    size_t depth; /* rows[1..depth] belong to the prefix; of each, the cells near the diagonal are filled */
    uint8_t rows[DEPTH_MAX + 1][FUZZY_LEN_MAX + 1];
};

static uint8_t least(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* The cells of a row that can be within the distance: no more than that many from the diagonal. */
static size_t first_cell(const struct walk *walk, size_t depth)
{
    size_t distance = (size_t)walk->distance;
    return depth > distance ? depth - distance : 0;
}

static size_t last_cell(const struct walk *walk, size_t depth)
{
    size_t last = depth + (size_t)walk->distance;
    return last < walk->len ? last : walk->len;
}

/* Makes the row of the prefix with one byte more; false when all of it is beyond the distance.  The cells around it are set far. */
static bool descend(struct walk *walk, unsigned char byte)
{
    const uint8_t *above = walk->rows[walk->depth];
    uint8_t *row = walk->rows[walk->depth + 1];
    uint8_t far = (uint8_t)(walk->distance + 1), best = far;
    size_t first = first_cell(walk, walk->depth + 1), last = last_cell(walk, walk->depth + 1);
    if (first > 0) {
        row[first - 1] = far;
    } else {
        best = row[0] = (uint8_t)(above[0] + 1);
    }
    for (size_t i = first > 0 ? first : 1; i <= last; i++) {
        uint8_t cost = (uint8_t)(above[i - 1] + (walk->pattern[i - 1] != byte));
        cost = least(cost, (uint8_t)(least(above[i], row[i - 1]) + 1));
        if (i > 1 && walk->depth > 0 && walk->pattern[i - 2] == byte && walk->pattern[i - 1] == walk->prefix[walk->depth - 1]) {
            cost = least(cost, (uint8_t)(walk->rows[walk->depth - 1][i - 2] + 1));
        }
        row[i] = cost;
        best = least(best, cost);
    }
    if (last < walk->len) {
        row[last + 1] = far;
    }
    if (best >= far) {
        return false;
    }
    walk->prefix[walk->depth++] = byte;
    return true;
}

/* The first byte after `byte` with which the prefix can go on, or NO_BYTE. */
static unsigned next_byte(const struct walk *walk, unsigned byte)
{
    const uint8_t *row = walk->rows[walk->depth], *above = walk->depth > 0 ? walk->rows[walk->depth - 1] : NULL;
    unsigned next = NO_BYTE;
    size_t last = last_cell(walk, walk->depth);
    for (size_t i = first_cell(walk, walk->depth); i <= last; i++) {
        if (row[i] < walk->distance) {
            return byte + 1; /* there is an edit left: any byte will do */
        }
        if (i == walk->len || walk->pattern[i] <= byte || walk->pattern[i] >= next) {
            continue;
        }
        /* No edit left: the pattern's own next byte, or the second half of a transposition. */
        if (row[i] == walk->distance
            || (above != NULL && i + 1 < walk->len && above[i] < walk->distance
                && walk->pattern[i + 1] == walk->prefix[walk->depth - 1])) {
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
        if (word.len > 0 && last_cell(&walk, word.len) == len && walk.rows[word.len][len] <= distance) {
            visit(context, &word, walk.rows[walk.depth][len]);
        }
        index++;
    }
}
