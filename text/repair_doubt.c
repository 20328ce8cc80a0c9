/* repair_doubt.c - letting the document itself tell whether two words side by side at a line end are one.
 *
 * A pass notes its doubts.  One scan over the text that it made then looks for each whole (`coronacrisis`) and for the same
 * halves apart within a line (`corona crisis`); the next pass asks for the outcome.
 */
#include "text/repair_rules.h"

#include <string.h>

#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

enum { SOUGHT = 1, SEEN = 2 };

/* Hashes sought in the text: open addressing, linear probing; a slot with no flags is free. */
struct sought {
    uint64_t hash;
    uint8_t flags;
};
struct table {
    struct sought *slots;
    size_t mask;
};

/* FNV-1a; ASCII capitals count as small letters. */
static uint64_t hash_on(uint64_t hash, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        byte = byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 'a' - 'A') : byte;
        hash = (hash ^ byte) * FNV_PRIME;
    }
    return hash;
}

static struct sought *slot_of(const struct table *table, uint64_t hash)
{
    size_t at = (size_t)(hash ^ hash >> 29) & table->mask;
    while (table->slots[at].flags != 0 && table->slots[at].hash != hash) {
        at = (at + 1) & table->mask;
    }
    return &table->slots[at];
}

static void mark_seen(const struct table *table, uint64_t hash)
{
    struct sought *slot = slot_of(table, hash);
    slot->flags |= slot->flags != 0 ? SEEN : 0;
}

void doubts_done(struct doubts *doubts)
{
    free(doubts->items);
}

bool doubt_confirmed(struct doubts *doubts, const char *left, size_t left_len, const char *right, size_t right_len,
                     bool needs_whole)
{
    uint64_t start = hash_on(FNV_START, left, left_len);
    struct doubt doubt = {
        .whole = hash_on(start, right, right_len),
        .apart = hash_on(hash_on(start, " ", 1), right, right_len),
        .needs_whole = needs_whole,
    };
    if (!doubts->resolved) {
        if (mem_grow(&doubts->items, &doubts->capacity, doubts->count, sizeof *doubts->items) == 0) {
            doubts->items[doubts->count++] = doubt;
        } else {
            doubts->nomem = true;
        }
        return false;
    }
    size_t low = 0, high = doubts->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (doubts->items[middle].apart == doubt.apart) {
            return true;
        }
        if (doubts->items[middle].apart < doubt.apart) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* Near enough to find words: ASCII letters, and all of U+00C0..U+1FFF. */
static bool is_letter_byte(unsigned char byte, bool inside)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= 0xC3 && byte <= 0xE1)
        || (inside && byte >= 0x80 && byte < 0xC0);
}

static void scan(const struct table *table, const char *text, size_t len)
{
    size_t previous = 0, previous_end = SIZE_MAX; /* the word before, when one space parts it from this one */
    for (size_t at = 0; at < len;) {
        size_t start = at;
        while (at < len && is_letter_byte((unsigned char)text[at], at > start)) {
            at++;
        }
        if (at == start) {
            at++;
            continue;
        }
        uint64_t hash = hash_on(FNV_START, text + start, at - start);
        mark_seen(table, hash);
        if (previous_end != SIZE_MAX && previous_end + 1 == start && text[previous_end] == ' ') {
            mark_seen(table, hash_on(FNV_START, text + previous, at - previous));
        }
        previous = start;
        previous_end = at;
    }
}

static int by_apart(const void *left, const void *right)
{
    uint64_t a = ((const struct doubt *)left)->apart, b = ((const struct doubt *)right)->apart;
    return (a > b) - (a < b);
}

void doubts_resolve(struct doubts *doubts, const char *text, size_t len)
{
    struct table table = { .mask = 15 };
    while (table.mask < 4 * doubts->count) {
        table.mask = 2 * table.mask + 1;
    }
    AUTO_FREE struct sought *slots = calloc(table.mask + 1, sizeof *slots);
    if (slots == NULL) {
        doubts->nomem = true;
        return;
    }
    table.slots = slots;
    for (size_t i = 0; i < doubts->count; i++) {
        struct sought *slot = slot_of(&table, doubts->items[i].whole);
        *slot = (struct sought){ doubts->items[i].whole, slot->flags | SOUGHT };
        slot = slot_of(&table, doubts->items[i].apart);
        *slot = (struct sought){ doubts->items[i].apart, slot->flags | SOUGHT };
    }
    scan(&table, text, len);
    size_t kept = 0;
    for (size_t i = 0; i < doubts->count; i++) {
        const struct doubt *doubt = &doubts->items[i];
        if ((!doubt->needs_whole || (slot_of(&table, doubt->whole)->flags & SEEN) != 0)
            && (slot_of(&table, doubt->apart)->flags & SEEN) == 0) {
            doubts->items[kept++] = *doubt;
        }
    }
    doubts->count = kept;
    if (kept > 0) {
        qsort(doubts->items, kept, sizeof *doubts->items, by_apart);
    }
    doubts->resolved = true;
}
