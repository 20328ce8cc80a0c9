/* vocabulary.c - a hash table of words. */
#include "text/vocabulary.h"

#include <string.h>

#include "base/hash.h"

#define NONE VOCABULARY_NONE
#define LETTERS_MAX ((size_t)1 << 30)

void vocabulary_done(struct vocabulary *vocabulary)
{
    free(vocabulary->words);
    free(vocabulary->slots);
    free(vocabulary->used);
    buf_done(&vocabulary->letters);
    *vocabulary = (struct vocabulary){ 0 };
}

enum err_code vocabulary_init(struct vocabulary *vocabulary)
{
    *vocabulary = (struct vocabulary){ .slot_count = 1 << 14 };
    buf_init(&vocabulary->letters, LETTERS_MAX);
    vocabulary->slots = malloc(vocabulary->slot_count * sizeof *vocabulary->slots);
    if (vocabulary->slots == NULL) {
        return ERR_NOMEM;
    }
    memset(vocabulary->slots, 0xFF, vocabulary->slot_count * sizeof *vocabulary->slots);
    return ERR_OK;
}

static bool rehash(struct vocabulary *vocabulary)
{
    size_t wanted = vocabulary->slot_count * 2;
    struct vocabulary_slot *slots = malloc(wanted * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    memset(slots, 0xFF, wanted * sizeof *slots);
    for (size_t i = 0; i < vocabulary->slot_count; i++) {
        const struct vocabulary_slot *old = &vocabulary->slots[i];
        if (old->index != NONE) {
            size_t slot = old->hash & (wanted - 1);
            while (slots[slot].index != NONE) {
                slot = (slot + 1) & (wanted - 1);
            }
            slots[slot] = *old;
        }
    }
    free(vocabulary->slots);
    vocabulary->slots = slots;
    vocabulary->slot_count = wanted;
    return true;
}

static bool is_same(const char *one, const char *other, size_t len)
{
    if (len >= 8) {
        return hash_load8(one) == hash_load8(other) && memcmp(one + 8, other + 8, len - 8) == 0;
    }
    if (len >= 4) {
        return hash_load4(one) == hash_load4(other) && hash_load4(one + len - 4) == hash_load4(other + len - 4);
    }
    for (size_t i = 0; i < len; i++) {
        if (one[i] != other[i]) {
            return false;
        }
    }
    return true;
}

uint32_t vocabulary_intern(struct vocabulary *vocabulary, const char *bytes, size_t len)
{
    uint32_t hash = (uint32_t)hash_bytes(bytes, len);
    size_t slot = hash & (vocabulary->slot_count - 1);
    for (; vocabulary->slots[slot].index != NONE; slot = (slot + 1) & (vocabulary->slot_count - 1)) {
        if (vocabulary->slots[slot].hash == hash) {
            const struct word *word = &vocabulary->words[vocabulary->slots[slot].index];
            if (word->len == len && is_same(len <= WORD_HEAD ? word->head : vocabulary->letters.data + word->text, bytes, len)) {
                return vocabulary->slots[slot].index;
            }
        }
    }
    size_t at = vocabulary->letters.len;
    buf_add(&vocabulary->letters, bytes, len);
    if (vocabulary->letters.failed
        || mem_grow(&vocabulary->words, &vocabulary->capacity, vocabulary->count, sizeof *vocabulary->words) != 0) {
        return NONE;
    }
    uint32_t made = (uint32_t)vocabulary->count++;
    vocabulary->words[made] = (struct word){ .text = (uint32_t)at, .len = (uint8_t)len, .derived = NONE };
    memcpy(vocabulary->words[made].head, bytes, len < WORD_HEAD ? len : WORD_HEAD);
    vocabulary->slots[slot] = (struct vocabulary_slot){ hash, made };
    return vocabulary->count * 2 > vocabulary->slot_count && !rehash(vocabulary) ? NONE : made;
}

bool vocabulary_touch(struct vocabulary *vocabulary, uint32_t index, uint32_t stamp)
{
    struct word *word = &vocabulary->words[index];
    if (word->stamp == stamp) {
        return true;
    }
    if (mem_grow(&vocabulary->used, &vocabulary->used_capacity, vocabulary->used_count, sizeof *vocabulary->used) != 0) {
        return false;
    }
    vocabulary->used[vocabulary->used_count++] = index;
    word->stamp = stamp;
    word->wdf = word->title_wdf = 0;
    word->last = NONE;
    word->position_count = 0;
    word->seen = 0;
    return true;
}
