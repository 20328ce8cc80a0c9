/* compound_parts.h - what is known of the parts of compounds: for compound*.c only.
 *
 * Learned from the known words, once: how many of them have a piece as left part (linker included) with a known word
 * behind it, or as right part with a known word before it; and the closed lists of what is no part.
 */
#ifndef NASLAG_TEXT_COMPOUND_PARTS_H
#define NASLAG_TEXT_COMPOUND_PARTS_H

#include "text/token.h"
#include "text/words.h"

#define PART_MIN 3
#define PART_MAX 30
#define PART_FORM_MAX TOKEN_FORM_MAX /* bytes of a form that is split */

enum part_role { ROLE_SHORT = 1, ROLE_NEVER_LEFT = 2, ROLE_NEVER_RIGHT = 4, ROLE_KEEPS_S = 8 };

/* What is known of a part (as a left one with its linker); zeros when nothing is. */
struct part {
    uint32_t left, right; /* words that have it there, up to PARTS_SEEN_MAX */
    unsigned roles;
};

/* Image, integers little-endian:
 *     "NASLAGP1", 16 bytes signature of the words (words_signature, zero-padded), u32 their count
 *     u32 slot count (a power of two), u32 most slots that a search passes through
 *     slot { u32 key, or 0 when empty; u32 left | right << 14 | roles << 28 }    open addressing, linear probing
 * Parts are found by hash alone: at 32 bits for some 40,000 entries a false match is one in a hundred thousand look-ups and
 * only shifts a cost. */
#define PARTS_MAGIC "NASLAGP1"
#define PARTS_MAGIC_LEN 8
#define PARTS_SIGNATURE_LEN 16
#define PARTS_SLOT_SIZE 8
#define PARTS_SEEN_MAX ((1u << 14) - 1)

struct parts {
    const uint8_t *image, *table;
    size_t size;
    bool mapped;
    uint32_t mask, longest;
};

/* Reads through all words and appends the image; the same words always give the same bytes. */
enum err_code parts_learn(const struct words *words, struct buf *image, struct err *err);
/* Maps an image that was learned from these words; ERR_CORRUPT when it is damaged or was learned from others.  On failure
 * too, parts_done ends it. */
enum err_code parts_open(struct parts *parts, const struct words *words, const char *path, struct err *err);
/* The same with an image in memory, which is taken over. */
enum err_code parts_adopt(struct parts *parts, const struct words *words, struct buf *image, struct err *err);
void parts_done(struct parts *parts);
void parts_signature(const struct words *words, char ret_signature[PARTS_SIGNATURE_LEN]);

/* Polynomial hashes of all prefixes of a form, from which the hash of any piece follows (Karp & Rabin, 1987). */
struct roll {
    uint64_t sums[PART_FORM_MAX + 1];
};
void roll_init(struct roll *roll, const char *form, size_t len);
uint64_t roll_piece(const struct roll *roll, size_t start, size_t end);

struct part parts_find(const struct parts *parts, uint64_t hash);

#define PART_LINKERS 7
struct part_linker {
    const char *text;
    size_t len; /* at most 2 */
};
extern const struct part_linker part_linkers[PART_LINKERS]; /* the first is empty */
/* Whether the piece that ends at byte `end` of the form ends in this linker. */
bool part_linker_fits(const char *form, size_t start, size_t end, size_t linker);

#endif
