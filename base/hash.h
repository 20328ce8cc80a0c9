/* hash.h - hashing short strings, such as words: two overlapping loads cover up to eight bytes, four up to sixteen.
 *
 * The result is part of file formats (text/words.h), so it is the same on every machine.  It resists no attack: tables that
 * use it hold what one program puts into them within one run, or are read-only.
 */
#ifndef NASLAG_BASE_HASH_H
#define NASLAG_BASE_HASH_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_load4(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

static inline uint64_t hash_load8(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return le64toh(value);
}

static inline uint64_t hash_bytes(const char *bytes, size_t len)
{
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = len * factor;
    if (len >= 8) {
        for (size_t at = 0; at + 8 < len; at += 8) {
            hash = (hash ^ hash_load8(bytes + at)) * factor;
            hash ^= hash >> 32;
        }
        hash ^= hash_load8(bytes + len - 8);
    } else if (len >= 4) {
        hash ^= hash_load4(bytes) << 32 ^ hash_load4(bytes + len - 4);
    } else if (len > 0) {
        hash ^= (uint64_t)(unsigned char)bytes[0] << 16 | (uint64_t)(unsigned char)bytes[len / 2] << 8
                | (unsigned char)bytes[len - 1];
    }
    hash = (hash ^ hash >> 32) * factor;
    return hash ^ hash >> 29;
}

#endif
