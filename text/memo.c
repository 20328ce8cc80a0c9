/* memo.c - a table in shared memory. */
#include "text/memo.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"

#define BYTES_LEAST ((size_t)1 << 16)
#define BYTES_MAX ((size_t)1 << 30)
#define BYTES_PER_SLOT 32
#define PROBES 16
#define FORM_MAX 255
#define ENTRY_HEAD 6
#define TERM_HEAD 3
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

enum err_code memo_keep(struct memo *memo, struct err *err)
{
    return madvise(memo->table, memo->size, MADV_DONTFORK) == 0 ? ERR_OK
        : err_errno(err, errno, "cannot keep shared memory from children");
}

/* A byte of the shared memory: read once, so that what was checked is what is used. */
static uint8_t byte_at(const uint8_t *at)
{
    return __atomic_load_n(at, __ATOMIC_RELAXED);
}

/* Fills a derivation from the terms of an entry, which end before `end`.  False when they are none that memo_add wrote: other
 * processes write this memory, and what one of them did wrong must not get further than here. */
static bool unpack(const uint8_t *at, const uint8_t *end, size_t count, size_t form_len, struct derivation *ret_derivation)
{
    if (count == 0 || count > DERIVE_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct derived *term = &ret_derivation->terms[i];
        if ((size_t)(end - at) < TERM_HEAD) {
            return false;
        }
        uint8_t len = byte_at(at), from = byte_at(at + 1), to = byte_at(at + 2);
        at += TERM_HEAD;
        if (len > DERIVED_LEN_MAX || len > (size_t)(end - at) || from > to || to > form_len) {
            return false;
        }
        term->len = len;
        term->start = from;
        term->end = to;
        memcpy(term->term, at, len);
        term->term[len] = '\0';
        at += len;
    }
    ret_derivation->count = count;
    return true;
}

bool memo_find(const struct memo *memo, const char *form, size_t len, struct derivation *ret_derivation)
{
    uint32_t hash = (uint32_t)hash_bytes(form, len);
    for (uint32_t i = 0; i < PROBES; i++) {
        uint32_t slot = atomic_load_explicit(&memo->table->slots[(hash + i) & memo->mask], memory_order_acquire);
        if (slot == 0) {
            return false;
        }
        size_t at = (size_t)(slot - 1) * ALIGN;
        if (at > memo->room || memo->room - at < ENTRY_HEAD + len) { /* also of another form, at the very end */
            continue;
        }
        const uint8_t *entry = memo->entries + at;
        uint32_t found;
        memcpy(&found, entry, sizeof found);
        if (found == hash && byte_at(entry + 4) == len && memcmp(entry + ENTRY_HEAD, form, len) == 0) {
            const uint8_t *terms = entry + ENTRY_HEAD + len;
            return unpack(terms, memo->entries + memo->room, byte_at(entry + 5), len, ret_derivation);
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
    memcpy(at + ENTRY_HEAD, form, len);
    at += ENTRY_HEAD + len;
    for (size_t i = 0; i < derivation->count; i++) {
        const struct derived *term = &derivation->terms[i];
        at[0] = term->len;
        at[1] = term->start;
        at[2] = term->end;
        memcpy(at + TERM_HEAD, term->term, term->len);
        at += TERM_HEAD + term->len;
    }
    return (size_t)(at - entry);
}

void memo_add(struct memo *memo, const char *form, size_t len, const struct derivation *derivation)
{
    uint8_t entry[ENTRY_HEAD + FORM_MAX + DERIVE_MAX * (TERM_HEAD + DERIVED_LEN_MAX)];
    if (len > FORM_MAX || atomic_load_explicit(&memo->table->used, memory_order_relaxed) >= memo->room) {
        return;
    }
    uint32_t hash = (uint32_t)hash_bytes(form, len);
    size_t size = write_entry(entry, hash, form, len, derivation);
    size_t step = (size + ALIGN - 1) / ALIGN * ALIGN;
    uint64_t at = atomic_fetch_add_explicit(&memo->table->used, step, memory_order_relaxed);
    if (at > memo->room || step > memo->room - at) {
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
