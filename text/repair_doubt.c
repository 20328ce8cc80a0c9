/* repair_doubt.c - letting the document itself tell whether two words side by side at a line end are one.
 *
 * A pass notes its doubts.  One scan over the text that it made then looks for each whole (`coronacrisis`) and for the same
 * halves apart within a line (`corona crisis`); the next pass asks for the outcome.
 */
#include "text/repair_rules.h"

#include <string.h>

#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

#define BEGINS_LEAST 2 /* words that the left half of a compound must begin */
#define BEGINS_MANY 10
#define BEGINS_REST 4  /* letters behind it: not a plural */
#define OFTEN 20       /* a text in which a function word stands so often is long enough for a word that it lacks to be a sign */
#define MANY 3 /* wholes for each left half on its own, and one more: a break is rarer than a word, but not by that much */

/* Hashes sought in the text: open addressing, linear probing; a slot that is not used is free. */
struct sought {
    uint64_t hash;
    uint32_t count;               /* as a word, or as two with a space between */
    uint32_t begins;              /* as the beginning of a longer word */
    uint32_t before_end, behind_start; /* of these, not at the end of a line; not at the start of one */
    bool used;
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
    while (table->slots[at].used && table->slots[at].hash != hash) {
        at = (at + 1) & table->mask;
    }
    return &table->slots[at];
}

static void mark_seen(const struct table *table, uint64_t hash, bool at_start, bool at_end)
{
    struct sought *slot = slot_of(table, hash);
    if (slot->used) {
        slot->count++;
        slot->behind_start += !at_start;
        slot->before_end += !at_end;
    }
}

void doubts_done(struct doubts *doubts)
{
    free(doubts->items);
}

bool doubt_confirmed(struct doubts *doubts, const char *left, size_t left_len, const char *right, size_t right_len,
                     enum doubt_need need)
{
    uint64_t start = hash_on(FNV_START, left, left_len);
    struct doubt doubt = {
        .whole = hash_on(start, right, right_len),
        .apart = hash_on(hash_on(start, " ", 1), right, right_len),
        .left = start,
        .right = hash_on(FNV_START, right, right_len),
        .need = need,
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

/* Notes the beginnings of a word behind which a known word follows; FNV-1a gives their hashes on the way. */
static void mark_beginnings(const struct repairer *repairer, const struct table *table, const char *word, size_t len)
{
    uint64_t hash = FNV_START;
    for (size_t i = 0; i + BEGINS_REST < len && len <= WORD_BYTES_MAX; i++) {
        hash = hash_on(hash, word + i, 1);
        struct sought *slot = slot_of(table, hash);
        if (slot->used) {
            const char *rest = word + i + 1;
            size_t rest_len = len - i - 1;
            bool affix = rest_len == 5 && memcmp(rest, "heden", 5) == 0; /* bijzonderheden is not a compound of bijzonder */
            slot->begins += !affix && is_common(repairer, rest, rest_len);
        }
    }
}

static void scan(const struct repairer *repairer, const struct table *table, const char *text, size_t len)
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
        size_t end = at;
        while (end < len && text[end] == ' ') {
            end++;
        }
        mark_beginnings(repairer, table, text + start, at - start);
        mark_seen(table, hash, start == 0 || text[start - 1] == '\n', end == len || text[end] == '\n');
        if (previous_end != SIZE_MAX && previous_end + 1 == start && text[previous_end] == ' ') {
            mark_seen(table, hash_on(FNV_START, text + previous, at - previous), false, false);
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

static void seek(const struct table *table, uint64_t hash)
{
    struct sought *slot = slot_of(table, hash);
    slot->hash = hash;
    slot->used = true;
}

static bool is_one_word(const struct table *table, const struct doubt *doubt)
{
    uint32_t wholes = slot_of(table, doubt->whole)->count;
    const struct sought *left = slot_of(table, doubt->left);
    bool right_bound = slot_of(table, doubt->right)->behind_start == 0;
    if (slot_of(table, doubt->apart)->count > 0) {
        return false;
    }
    switch (doubt->need) {
    case DOUBT_WHOLE:
        return wholes > 0;
    case DOUBT_RIGHT_BOUND:
        return (right_bound && left->before_end >= OFTEN) || wholes > 0;
    case DOUBT_LEFT_BOUND:
        return wholes > 0 || (left->before_end == 0 && left->begins >= BEGINS_LEAST);
    case DOUBT_CLEAR:
        return wholes / MANY > left->before_end || (left->before_end == 0 && left->begins >= BEGINS_MANY);
    default:
        return true;
    }
}

void doubts_resolve(struct repairer *repairer)
{
    struct doubts *doubts = &repairer->doubts;
    struct table table = { .mask = 15 };
    while (table.mask < 8 * doubts->count) {
        table.mask = 2 * table.mask + 1;
    }
    AUTO_FREE struct sought *slots = calloc(table.mask + 1, sizeof *slots);
    if (slots == NULL) {
        doubts->nomem = true;
        return;
    }
    table.slots = slots;
    for (size_t i = 0; i < doubts->count; i++) {
        seek(&table, doubts->items[i].whole);
        seek(&table, doubts->items[i].apart);
        seek(&table, doubts->items[i].left);
        seek(&table, doubts->items[i].right);
    }
    scan(repairer, &table, repairer->out->data, repairer->out->len);
    size_t kept = 0;
    for (size_t i = 0; i < doubts->count; i++) {
        if (is_one_word(&table, &doubts->items[i])) {
            doubts->items[kept++] = doubts->items[i];
        }
    }
    doubts->count = kept;
    if (kept > 0) {
        qsort(doubts->items, kept, sizeof *doubts->items, by_apart);
    }
    doubts->resolved = true;
}
