/* sketch.c - digests of content, and MinHash of shingles. */
#include "text/sketch.h"

#include <string.h>

#include "base/digest.h"

#define EMPTY UINT64_MAX

/* The finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014). */
static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

/* Length in bytes of what stands at `at` when it is part of a word, else 0; *ret_byte is its last byte without case.  White space
 * and punctuation of ASCII, Latin-1 (U+0080..U+00BF) and U+2000..U+206F separate words; every other character is of one. */
static size_t word_bytes(const unsigned char *text, size_t len, size_t at, uint8_t *ret_byte)
{
    unsigned char c = text[at];
    *ret_byte = c;
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z') {
            *ret_byte = (uint8_t)(c + ('a' - 'A'));
        }
        return (c >= '0' && c <= '9') || (*ret_byte >= 'a' && *ret_byte <= 'z') ? 1 : 0;
    }
    if (c == 0xC2 || (c == 0xE2 && at + 1 < len && (text[at + 1] == 0x80 || text[at + 1] == 0x81))) {
        return 0;
    }
    if (c == 0xC3 && at + 1 < len) {
        unsigned char low = text[at + 1];
        *ret_byte = low >= 0x80 && low <= 0x9E ? (uint8_t)(low + 0x20) : low;
        return 2;
    }
    return 1;
}

/* Bytes of a separator. */
static size_t gap_bytes(const unsigned char *text, size_t len, size_t at)
{
    size_t bytes = text[at] == 0xC2 ? 2 : text[at] == 0xE2 ? 3 : 1;
    return bytes < len - at ? bytes : len - at;
}

/* The hash of the next word, *at behind it; false at the end. */
static bool next_word(const unsigned char *text, size_t len, size_t *at, uint64_t *ret_hash)
{
    uint8_t byte;
    size_t step;
    while (*at < len && word_bytes(text, len, *at, &byte) == 0) {
        *at += gap_bytes(text, len, *at);
    }
    if (*at >= len) {
        return false;
    }
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    while (*at < len && (step = word_bytes(text, len, *at, &byte)) > 0) {
        hash = (hash ^ byte) * UINT64_C(0x100000001b3);
        *at += step;
    }
    *ret_hash = hash;
    return true;
}

/* Fills every empty bin with what a full one has, found by a walk that depends on the bin alone: the same in all documents. */
static void fill_empty(const uint64_t bins[SKETCH_BINS], uint8_t values[SKETCH_BINS])
{
    for (unsigned i = 0; i < SKETCH_BINS; i++) {
        unsigned from = i;
        for (uint64_t step = 1; bins[from] == EMPTY; step++) {
            from = (unsigned)(mix((step << 8) + i) % SKETCH_BINS);
        }
        values[i] = (uint8_t)(bins[from] & 15);
    }
}

bool sketch_text(const char *text, size_t len, uint8_t ret_sketch[SKETCH_BYTES])
{
    uint64_t bins[SKETCH_BINS], words[SKETCH_SHINGLE] = { 0 }, hash;
    uint8_t values[SKETCH_BINS];
    size_t at = 0, filled = 0;
    for (unsigned i = 0; i < SKETCH_BINS; i++) {
        bins[i] = EMPTY;
    }
    for (uint64_t count = 1; next_word((const unsigned char *)text, len, &at, &hash); count++) {
        memmove(words, words + 1, sizeof words - sizeof *words);
        words[SKETCH_SHINGLE - 1] = hash;
        if (count < SKETCH_SHINGLE) {
            continue;
        }
        uint64_t shingle = 0;
        for (unsigned i = 0; i < SKETCH_SHINGLE; i++) {
            shingle = mix(shingle + words[i]);
        }
        unsigned bin = (unsigned)(shingle >> 58);
        uint64_t value = shingle & (EMPTY >> 6);
        filled += bins[bin] == EMPTY;
        bins[bin] = value < bins[bin] ? value : bins[bin];
    }
    if (filled < SKETCH_LEAST) {
        return false;
    }
    fill_empty(bins, values);
    for (unsigned i = 0; i < SKETCH_BYTES; i++) {
        ret_sketch[i] = (uint8_t)(values[2 * i] | values[2 * i + 1] << 4);
    }
    return true;
}

double sketch_likeness(const uint8_t one[SKETCH_BYTES], const uint8_t other[SKETCH_BYTES])
{
    int equal = SKETCH_BINS;
    for (size_t i = 0; i < SKETCH_BYTES; i += 8) { /* sixteen bins at a time: the lowest bit of each says whether it differs */
        uint64_t a, b;
        memcpy(&a, one + i, sizeof a);
        memcpy(&b, other + i, sizeof b);
        uint64_t differ = a ^ b;
        differ |= differ >> 2;
        differ |= differ >> 1;
        equal -= __builtin_popcountll(differ & UINT64_C(0x1111111111111111));
    }
    double likeness = ((double)equal / SKETCH_BINS - 1.0 / 16) / (1 - 1.0 / 16);
    return likeness > 0 ? likeness : 0;
}

uint32_t sketch_band(const uint8_t sketch[SKETCH_BYTES], unsigned band)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < SKETCH_BAND_BINS; i++) {
        unsigned bin = band * SKETCH_BAND_BINS + i;
        value = value << 4 | (unsigned)(sketch[bin / 2] >> (bin % 2 * 4) & 15);
    }
    return value;
}

/* Adds a text to a digest, runs of white space as one blank, none at the ends. */
static void add_plain(struct digest_state *state, const char *text, size_t len)
{
    char piece[4096];
    size_t used = 0;
    bool gap = false, any = false;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] <= ' ') {
            gap = any;
            continue;
        }
        if (used + 2 > sizeof piece) {
            digest_add(state, piece, used);
            used = 0;
        }
        if (gap) {
            piece[used++] = ' ';
        }
        piece[used++] = text[i];
        gap = false;
        any = true;
    }
    digest_add(state, piece, used);
}

enum err_code sketch_content(const char *title, size_t title_len, const char *text, size_t len,
                             uint8_t ret_digest[SKETCH_CONTENT_BYTES], struct err *err)
{
    struct digest_state *state = digest_new();
    if (state == NULL) {
        return err_nomem(err, "a digest");
    }
    add_plain(state, title, title_len);
    digest_add(state, "", 1);
    add_plain(state, text, len);
    struct digest digest = digest_end(state);
    memcpy(ret_digest, digest.bytes, SKETCH_CONTENT_BYTES);
    return ERR_OK;
}
