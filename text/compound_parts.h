/* compound_parts.h - what is known of the parts of compounds: for compound.c only.
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

/* What is known of a part (as a left one with its linker), found by hash alone: at 32 bits for some 40,000 entries a false
 * match is one in a hundred thousand look-ups and only shifts a cost. */
struct part {
    uint32_t key; /* 0: empty slot */
    uint32_t left : 14, right : 14, roles : 4;
};

struct parts {
    struct part *table; /* open addressing, linear probing */
    uint32_t mask, used;
    uint64_t powers[PART_FORM_MAX + 1];
};

/* Reads through all words.  `parts` is zeroed memory. */
enum err_code parts_init(struct parts *parts, const struct words *words, struct err *err);
void parts_done(struct parts *parts);

/* Polynomial hashes of all prefixes of a form, from which the hash of any piece follows (Karp & Rabin, 1987). */
struct roll {
    const uint64_t *powers;
    uint64_t sums[PART_FORM_MAX + 1];
};
void roll_init(struct roll *roll, const struct parts *parts, const char *form, size_t len);
uint64_t roll_piece(const struct roll *roll, size_t start, size_t end);

/* The entry of a piece, or an empty one. */
struct part *parts_slot(const struct parts *parts, uint64_t hash);

#define PART_LINKERS 7
extern const char *const part_linkers[PART_LINKERS]; /* the first is empty */
/* Whether the piece that ends at byte `end` of the form ends in this linker. */
bool part_linker_fits(const char *form, size_t start, size_t end, size_t linker);

#endif
