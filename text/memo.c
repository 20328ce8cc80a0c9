/* memo.c - a table in shared memory. */
#include "text/memo.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"

#define BYTES_LEAST ((size_t)1 << 16)
#define BYTES_MAX ((size_t)1 << 30)
#define BYTES_PER_SLOT 32
#define PROBES 16
#define FORM_MAX 255
#define ALIGN 4 /* of entries, so that a slot's number can say where one is */

/* The shared memory: this, the slots, then the entries: u32 hash, u8 length of the form, u8 count, the form, and for each term
 * u8 length, u8 start, u8 end, its bytes. */
struct table {
    atomic_uint_fast64_t used; /* bytes of the entries; may pass their room */
    atomic_uint_least32_t slots[];
};

struct memo {
    struct table *table;
    size_t size, room; /* of the mapping, and of the entries */
    uint32_t mask;
    uint8_t *entries;
};

enum err_code memo_new(size_t bytes, struct memo **ret_memo, struct err *err)
{
    struct memo *memo = calloc(1, sizeof *memo);
    if (memo == NULL) {
        return err_nomem(err, "memo_new");
    }
    memo->size = bytes < BYTES_LEAST ? BYTES_LEAST : bytes < BYTES_MAX ? bytes : BYTES_MAX;
    size_t slots = 1;
    while (slots * 2 <= memo->size / BYTES_PER_SLOT) {
        slots *= 2;
    }
    void *map = mmap(NULL, memo->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        free(memo);
        return err_nomem(err, "memo_new");
    }
    memo->table = map;
    memo->mask = (uint32_t)slots - 1;
    size_t head = sizeof *memo->table + slots * sizeof *memo->table->slots;
    memo->entries = (uint8_t *)map + head;
    memo->room = memo->size - head;
    *ret_memo = memo;
    return ERR_OK;
}

void memo_free(struct memo *memo)
{
    if (memo != NULL) {
        munmap(memo->table, memo->size);
        free(memo);
    }
}

/* Fills a derivation from the terms of an entry. */
static void unpack(const uint8_t *at, size_t count, struct derivation *ret_derivation)
{
    ret_derivation->count = count;
    for (size_t i = 0; i < count; i++) {
        struct derived *term = &ret_derivation->terms[i];
        term->len = at[0];
        term->start = at[1];
        term->end = at[2];
        memcpy(term->term, at + 3, term->len);
        term->term[term->len] = '\0';
        at += 3 + term->len;
    }
}

bool memo_find(const struct memo *memo, const char *form, size_t len, struct derivation *ret_derivation)
{
    uint32_t hash = (uint32_t)hash_bytes(form, len);
    for (uint32_t i = 0; i < PROBES; i++) {
        uint32_t slot = atomic_load_explicit(&memo->table->slots[(hash + i) & memo->mask], memory_order_acquire);
        if (slot == 0) {
            return false;
        }
        const uint8_t *entry = memo->entries + (size_t)(slot - 1) * ALIGN;
        uint32_t found;
        memcpy(&found, entry, sizeof found);
        if (found == hash && entry[4] == len && memcmp(entry + 6, form, len) == 0) {
            unpack(entry + 6 + len, entry[5], ret_derivation);
            return true;
        }
    }
    return false;
}

static size_t write_entry(uint8_t *entry, uint32_t hash, const char *form, size_t len, const struct derivation *derivation)
{
    uint8_t *at = entry;
    memcpy(at, &hash, sizeof hash);
    at[4] = (uint8_t)len;
    at[5] = (uint8_t)derivation->count;
    memcpy(at + 6, form, len);
    at += 6 + len;
    for (size_t i = 0; i < derivation->count; i++) {
        const struct derived *term = &derivation->terms[i];
        at[0] = term->len;
        at[1] = term->start;
        at[2] = term->end;
        memcpy(at + 3, term->term, term->len);
        at += 3 + term->len;
    }
    return (size_t)(at - entry);
}

void memo_add(struct memo *memo, const char *form, size_t len, const struct derivation *derivation)
{
    uint8_t entry[6 + FORM_MAX + DERIVE_MAX * (3 + DERIVED_LEN_MAX)];
    if (len > FORM_MAX || atomic_load_explicit(&memo->table->used, memory_order_relaxed) >= memo->room) {
        return;
    }
    uint32_t hash = (uint32_t)hash_bytes(form, len);
    size_t size = write_entry(entry, hash, form, len, derivation);
    size_t step = (size + ALIGN - 1) / ALIGN * ALIGN;
    uint64_t at = atomic_fetch_add_explicit(&memo->table->used, step, memory_order_relaxed);
    if (at + step > memo->room) {
        return;
    }
    memcpy(memo->entries + at, entry, size);
    for (uint32_t i = 0; i < PROBES; i++) {
        uint_least32_t empty = 0;
        if (atomic_compare_exchange_strong_explicit(&memo->table->slots[(hash + i) & memo->mask], &empty,
                                                    (uint32_t)(at / ALIGN) + 1, memory_order_release, memory_order_relaxed)) {
            return;
        }
    }
}
