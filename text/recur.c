/* recur.c - blocks, their hashes, and which of them are boilerplate. */
#include "text/recur.h"

#include <string.h>

#include "text/schema.h"

#define FREQUENT_LEAST 10
#define LIKENESS_BYTES 32768 /* of the text that its likeness is made of */
#define LIKENESS_BINS 6
#define LIKENESS_WORD_LEAST 4

static const char digits[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/* ---- Blocks ------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return (unsigned char)c <= 0x20;
}

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The finaliser of MurmurHash3. */
static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

static uint64_t add_byte(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * 0x100000001b3u; /* FNV-1a */
}

uint64_t recur_hash(const char *source, const char *line, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *c = source; *c != '\0'; c++) {
        hash = add_byte(hash, *c);
    }
    bool space = true; /* leading white space does not count */
    hash = add_byte(hash, '\0');
    while (len > 0 && is_space(line[len - 1])) {
        len--;
    }
    for (size_t i = 0; i < len; i++) {
        bool blank = is_space(line[i]);
        if (!blank || !space) {
            hash = add_byte(hash, blank ? ' ' : lower(line[i]));
        }
        space = blank;
    }
    return mix(hash) >> (64 - 6 * RECUR_KEY_LEN);
}

static uint32_t count_words(const char *line, size_t len)
{
    uint32_t words = 0;
    bool inside = false; /* a word that has been counted */
    for (size_t i = 0; i < len; i++) {
        if (is_space(line[i])) {
            inside = false;
        } else if (!inside && is_word_byte(line[i])) {
            inside = true;
            words++;
        }
    }
    return words;
}

/* Fills a block with a line; false when the line is blank. */
static bool make_block(const char *source, const char *text, size_t start, size_t end, struct recur_block *ret_block)
{
    while (start < end && is_space(text[start])) {
        start++;
    }
    while (end > start && is_space(text[end - 1])) {
        end--;
    }
    if (start == end) {
        return false;
    }
    *ret_block = (struct recur_block){ .start = (uint32_t)start, .end = (uint32_t)end, .state = RECUR_STATE_OTHER };
    ret_block->words = count_words(text + start, end - start);
    ret_block->usable = end - start <= RECUR_BLOCK_BYTES;
    ret_block->hash = ret_block->usable ? recur_hash(source, text + start, end - start) : 0;
    return true;
}

/* The least hash of each bin of the words; a word goes to the bin that its hash says. */
static uint32_t sketch(const char *text, size_t len)
{
    uint64_t least[LIKENESS_BINS];
    memset(least, 0xFF, sizeof least);
    size_t limit = len < LIKENESS_BYTES ? len : LIKENESS_BYTES;
    for (size_t at = 0; at < limit;) {
        while (at < limit && !is_word_byte(text[at])) {
            at++;
        }
        size_t start = at;
        uint64_t hash = 0xcbf29ce484222325u;
        for (; at < limit && is_word_byte(text[at]); at++) {
            hash = add_byte(hash, lower(text[at]));
        }
        if (at - start >= LIKENESS_WORD_LEAST) {
            hash = mix(hash);
            uint64_t *bin = &least[hash % LIKENESS_BINS];
            *bin = hash < *bin ? hash : *bin;
        }
    }
    uint64_t all = 0;
    for (size_t i = 0; i < LIKENESS_BINS; i++) {
        all = mix(all ^ least[i]) + i;
    }
    return (uint32_t)all;
}

void recur_scan(struct recur *recur, const char *source, const char *text, size_t len)
{
    *recur = (struct recur){ .likeness = sketch(text, len) };
    size_t at = 0;
    while (at < len && recur->count < RECUR_HEAD) {
        const char *newline = memchr(text + at, '\n', len - at);
        size_t end = newline != NULL ? (size_t)(newline - text) : len;
        recur->count += make_block(source, text, at, end, &recur->blocks[recur->count]);
        at = end < len ? end + 1 : len;
    }
    recur->head_count = recur->count;
    /* The tail, from the end backwards into the last places, then moved up. */
    size_t free_slot = RECUR_BLOCKS_MAX, end = len;
    while (end > at && free_slot > RECUR_HEAD) {
        const char *newline = memrchr(text + at, '\n', end - at);
        size_t start = newline != NULL ? (size_t)(newline - text) + 1 : at;
        free_slot -= make_block(source, text, start, end, &recur->blocks[free_slot - 1]);
        end = newline != NULL ? start - 1 : at;
    }
    size_t tail = RECUR_BLOCKS_MAX - free_slot;
    memmove(recur->blocks + recur->count, recur->blocks + free_slot, tail * sizeof *recur->blocks);
    recur->count += tail;
    for (size_t i = at; i < end; i++) { /* blank lines are no middle */
        if (!is_space(text[i])) {
            recur->middle_bytes = end - at;
            break;
        }
    }
    if (recur->middle_bytes == 0) {
        recur->head_count = recur->count;
    }
}

/* ---- What goes ---------------------------------------------------------------------------- */

static bool recurs(const struct recur_block *block)
{
    return block->class >= RECUR_RECURRING;
}

/* The recurring blocks from one end of the document on: `step` is 1 from the start and -1 from the end; `count` blocks
 * follow each other from there.  Returns how many blocks the run has, gaps included. */
static size_t edge_run(struct recur *recur, size_t from, int step, size_t count)
{
    size_t reach = 0;
    uint32_t words = 0;
    for (size_t i = 0, gap = 0; i < count && gap <= RECUR_GAP; i++) {
        const struct recur_block *block = &recur->blocks[step > 0 ? from + i : from - i];
        if (recurs(block)) {
            reach = i + 1;
            gap = 0;
            words += block->words;
        } else if (i == 0) {
            return 0;
        } else {
            gap++;
        }
    }
    for (size_t i = 0; i < reach; i++) {
        struct recur_block *block = &recur->blocks[step > 0 ? from + i : from - i];
        bool repeated = block->usable && block->class == RECUR_REPEATED;
        block->excluded = block->excluded || (words >= RECUR_EDGE_WORDS && (recurs(block) || repeated));
        if (!recurs(block)) {
            block->state = repeated ? RECUR_STATE_GAP_REPEATED : RECUR_STATE_GAP_SINGLE;
        }
    }
    return words >= RECUR_EDGE_WORDS ? reach : 0;
}

/* Frequent blocks in a row, anywhere. */
static void exclude_rows(struct recur *recur)
{
    for (size_t first = 0; first < recur->count;) {
        size_t last = first;
        uint32_t words = 0;
        while (last < recur->count && recur->blocks[last].class == RECUR_FREQUENT
               && (last == first || last != recur->head_count)) {
            words += recur->blocks[last++].words;
        }
        for (size_t i = first; i < last && words >= RECUR_RUN_WORDS; i++) {
            recur->blocks[i].excluded = true;
        }
        first = last > first ? last : first + 1;
    }
}

static uint64_t words_left(const struct recur *recur, uint64_t *ret_gone)
{
    uint64_t left = recur->middle_bytes / 8;
    *ret_gone = 0;
    for (size_t i = 0; i < recur->count; i++) {
        *(recur->blocks[i].excluded ? ret_gone : &left) += recur->blocks[i].words;
    }
    return left;
}

/* No document is emptied. */
static void keep_enough(struct recur *recur)
{
    uint64_t gone, left = words_left(recur, &gone);
    if (gone > 3 * left) {
        for (size_t i = 0; i < recur->count; i++) {
            recur->blocks[i].excluded = recur->blocks[i].excluded && recur->blocks[i].class == RECUR_FREQUENT;
        }
        left = words_left(recur, &gone);
    }
    for (size_t i = 0; i < recur->count && left < RECUR_KEEP_WORDS; i++) {
        recur->blocks[i].excluded = false;
    }
}

void recur_decide(struct recur *recur, const char *source, const char *title, size_t title_len, recur_lookup *lookup,
                  void *context)
{
    size_t count = recur->count;
    for (size_t i = 0; i < count; i++) {
        struct recur_block *block = &recur->blocks[i];
        block->class = block->usable ? lookup(context, block->hash) : RECUR_SINGLE;
        block->excluded = false;
        block->state = block->class == RECUR_FREQUENT ? RECUR_STATE_FREQUENT
            : recurs(block) ? RECUR_STATE_RECURRING : RECUR_STATE_OTHER;
    }
    recur->lead = 0;
    if (count == 0) {
        return;
    }
    const struct recur_block *top = &recur->blocks[0];
    size_t first = !recurs(top) && top->usable && title_len > 0 && top->hash == recur_hash(source, title, title_len);
    size_t lead = first < recur->head_count ? edge_run(recur, first, 1, recur->head_count - first) : 0;
    edge_run(recur, count - 1, -1, recur->head_count < count ? count - recur->head_count : count);
    exclude_rows(recur);
    keep_enough(recur);
    for (size_t i = first; i < first + lead; i++) {
        recur->lead = recur->blocks[i].excluded ? i + 1 : recur->lead;
    }
}

size_t recur_ranges(const struct recur *recur, struct text_range ret_ranges[RECUR_BLOCKS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < recur->count; i++) {
        const struct recur_block *block = &recur->blocks[i];
        bool goes_on = block->excluded && i > 0 && recur->blocks[i - 1].excluded && i != recur->head_count;
        if (goes_on) {
            ret_ranges[count - 1].end = block->end;
        } else if (block->excluded) {
            ret_ranges[count++] = (struct text_range){ block->start, block->end };
        }
    }
    return count;
}

bool recur_is_excluded(const struct recur *recur, const char *source, const char *line, size_t len)
{
    uint64_t hash = recur_hash(source, line, len);
    for (size_t i = 0; i < recur->count; i++) {
        if (recur->blocks[i].excluded && recur->blocks[i].hash == hash) {
            return true;
        }
    }
    return false;
}

bool recur_title(const struct recur *recur, const char *source, const char *title, size_t title_len,
                 struct text_range *ret_title)
{
    uint64_t hash = recur_hash(source, title, title_len);
    bool boilerplate = false;
    for (size_t i = 0; i < recur->lead && title_len > 0; i++) {
        boilerplate = boilerplate || (recur->blocks[i].excluded && recur->blocks[i].hash == hash);
    }
    /* Behind the start; a very short text may all be in a gap of it. */
    for (size_t i = 0; boilerplate && i < recur->count; i++) {
        const struct recur_block *block = &recur->blocks[(recur->lead + i) % recur->count];
        if (!block->excluded && block->usable && block->words > 0) {
            *ret_title = (struct text_range){ block->start, block->end };
            return true;
        }
    }
    return false;
}

/* ---- Terms and classes -------------------------------------------------------------------- */

void recur_term(char state, uint64_t hash, char out[RECUR_TERM_LEN + 1])
{
    out[0] = SCHEMA_BLOCK[0];
    out[1] = state;
    for (int i = 0; i < RECUR_KEY_LEN; i++) {
        out[2 + i] = digits[hash >> (6 * (RECUR_KEY_LEN - 1 - i)) & 63];
    }
    out[RECUR_TERM_LEN] = '\0';
}

bool recur_term_hash(const char *term, size_t len, uint64_t *ret_hash)
{
    if (len != RECUR_TERM_LEN || term[0] != SCHEMA_BLOCK[0] || strchr(RECUR_STATES, term[1]) == NULL) {
        return false;
    }
    uint64_t hash = 0;
    for (int i = 0; i < RECUR_KEY_LEN; i++) {
        const char *digit = term[2 + i] != '\0' ? strchr(digits, term[2 + i]) : NULL;
        if (digit == NULL) {
            return false;
        }
        hash = hash << 6 | (uint64_t)(digit - digits);
    }
    *ret_hash = hash;
    return true;
}

bool recur_state_fits(char state, enum recur_class class)
{
    switch (state) {
    case RECUR_STATE_FREQUENT:
        return class == RECUR_FREQUENT;
    case RECUR_STATE_RECURRING:
        return class == RECUR_RECURRING;
    case RECUR_STATE_GAP_SINGLE:
        return class == RECUR_SINGLE;
    case RECUR_STATE_GAP_REPEATED:
        return class == RECUR_REPEATED;
    default:
        return class < RECUR_RECURRING;
    }
}

uint32_t recur_threshold(uint32_t documents)
{
    static const uint32_t steps[] = { 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 320, 500 };
    uint32_t threshold = steps[0];
    for (size_t i = 0; i < sizeof steps / sizeof *steps && steps[i] <= documents / 20; i++) {
        threshold = steps[i];
    }
    return threshold;
}

uint32_t recur_enough(uint32_t threshold)
{
    return threshold > FREQUENT_LEAST ? threshold : FREQUENT_LEAST;
}

enum recur_class recur_classify(uint32_t documents, uint32_t threshold)
{
    if (documents >= threshold) {
        return documents >= FREQUENT_LEAST ? RECUR_FREQUENT : RECUR_RECURRING;
    }
    return documents >= 2 ? RECUR_REPEATED : RECUR_SINGLE;
}
