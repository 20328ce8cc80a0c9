/* glass_pack.h - integers and strings as Xapian packs them in keys and tags.
 *
 * pack_uint: seven bits a byte, lowest first, the top bit says that more follows.  In keys a docid has a form that sorts as its
 * value: below 0x8000 two bytes, otherwise a byte with as many leading ones as there are bytes after the second.  In keys a term
 * has 0x00 0xff for each NUL and ends in 0x00 (left out at the end of a key).
 */
#ifndef NASLAG_SHIM_GLASS_PACK_H
#define NASLAG_SHIM_GLASS_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PACK_UINT_MAX 10  /* bytes of a packed 64-bit integer */
#define PACK_DOCID_MAX 6  /* bytes of a docid in a key */
#define PACK_TERM_MAX 250 /* bytes of a term in a key, its end included, so that a docid fits behind it */

/* Writes and returns the byte behind. */
static inline uint8_t *pack_uint(uint8_t *out, uint64_t value)
{
    while (value >= 0x80) {
        *out++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *out++ = (uint8_t)value;
    return out;
}

static inline size_t pack_uint_len(uint64_t value)
{
    size_t len = 1;
    while (value >= 0x80) {
        value >>= 7;
        len++;
    }
    return len;
}

/* Reads and steps on; false at the end of the bytes or above `max`. */
static inline bool unpack_uint(const uint8_t **at, const uint8_t *end, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (*at == end) {
            return false;
        }
        uint64_t byte = *(*at)++;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret_value = value;
            return value <= max && (shift < 63 || byte <= 1);
        }
    }
    return false;
}

static inline bool unpack_u32(const uint8_t **at, const uint8_t *end, uint32_t *ret_value)
{
    uint64_t value = 0;
    bool ok = unpack_uint(at, end, UINT32_MAX, &value);
    *ret_value = (uint32_t)value;
    return ok;
}

/* A docid in a key. */
static inline uint8_t *pack_docid(uint8_t *out, uint32_t docid)
{
    if (docid < 0x8000) {
        *out++ = (uint8_t)(docid >> 8);
        *out++ = (uint8_t)docid;
        return out;
    }
    unsigned len = (37U - (unsigned)__builtin_clz(docid)) / 7;
    uint64_t value = docid;
    for (unsigned i = 1; i < len; i++) {
        out[len - i] = (uint8_t)value;
        value >>= 8;
    }
    out[0] = (uint8_t)(value | (0xffU << (10 - len)));
    return out + len;
}

/* The docid that ends a key; false unless it fills the bytes. */
static inline bool unpack_docid(const uint8_t *at, size_t len, uint32_t *ret_docid)
{
    if (len == 2 && at[0] < 0x80) {
        *ret_docid = (uint32_t)at[0] << 8 | at[1];
        return true;
    }
    uint8_t packed[PACK_DOCID_MAX];
    uint64_t value = 0;
    if (len < 3 || len > PACK_DOCID_MAX - 1) {
        return false;
    }
    value = at[0] & (0xffU >> (len - 1));
    for (size_t i = 1; i < len; i++) {
        value = value << 8 | at[i];
    }
    *ret_docid = (uint32_t)value;
    return value <= UINT32_MAX && pack_docid(packed, (uint32_t)value) == packed + len && memcmp(packed, at, len) == 0;
}

/* A term without its end; `out` has PACK_TERM_MAX bytes.  Returns the length, 0 when it does not fit. */
static inline size_t pack_term(uint8_t *out, const char *term, size_t len)
{
    if (len < PACK_TERM_MAX && memchr(term, 0, len) == NULL) {
        memcpy(out, term, len);
        return len;
    }
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        if (used + 2 >= PACK_TERM_MAX) {
            return 0;
        }
        out[used++] = (uint8_t)term[i];
        if (term[i] == 0) {
            out[used++] = 0xff;
        }
    }
    return used;
}

/* Length of the term at the start of a key, as it is packed, without its end. */
static inline size_t packed_term_len(const uint8_t *key, size_t len)
{
    size_t at = 0;
    while (at < len) {
        const uint8_t *zero = memchr(key + at, 0, len - at);
        if (zero == NULL) {
            return len;
        }
        at = (size_t)(zero - key);
        if (at + 1 == len || key[at + 1] != 0xff) {
            return at;
        }
        at += 2;
    }
    return len;
}

/* Order of byte strings. */
static inline int pack_compare(const uint8_t *left, size_t left_len, const uint8_t *right, size_t right_len)
{
    size_t shorter = left_len < right_len ? left_len : right_len;
    int order = shorter > 0 ? memcmp(left, right, shorter) : 0;
    return order != 0 ? order : (left_len > right_len) - (left_len < right_len);
}

#endif
