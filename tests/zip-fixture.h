/* zip-fixture.h - making ZIP packages in memory for tests: members are stored, not packed. */
#ifndef NASLAG_TESTS_ZIP_FIXTURE_H
#define NASLAG_TESTS_ZIP_FIXTURE_H

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

struct zip_text {
    const char *name, *text;
};

static inline uint32_t zip_crc(const char *bytes, size_t len)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (UINT32_C(0xEDB88320) & (0 - (crc & 1)));
        }
    }
    return ~crc;
}

static inline void zip_u16(struct buf *out, unsigned value)
{
    buf_add_u8(out, (uint8_t)value);
    buf_add_u8(out, (uint8_t)(value >> 8));
}

/* Fields that a local header and the central directory share. */
static inline void zip_shared(struct buf *out, const struct zip_text *member)
{
    size_t len = strlen(member->text);
    zip_u16(out, 20); /* version needed */
    zip_u16(out, 0);  /* flags */
    zip_u16(out, 0);  /* stored */
    buf_add_u32(out, 0x21 << 16); /* 1 January 1980 */
    buf_add_u32(out, zip_crc(member->text, len));
    buf_add_u32(out, (uint32_t)len);
    buf_add_u32(out, (uint32_t)len);
    zip_u16(out, (unsigned)strlen(member->name));
    zip_u16(out, 0);
}

/* Appends a package of `count` members to an empty buffer. */
static inline void zip_make(const struct zip_text *members, size_t count, struct buf *out)
{
    uint32_t offsets[64];
    for (size_t i = 0; i < count && i < 64; i++) {
        offsets[i] = (uint32_t)out->len;
        buf_add(out, "PK\3\4", 4);
        zip_shared(out, &members[i]);
        buf_add_str(out, members[i].name);
        buf_add_str(out, members[i].text);
    }
    uint32_t start = (uint32_t)out->len;
    for (size_t i = 0; i < count && i < 64; i++) {
        buf_add(out, "PK\1\2", 4);
        zip_u16(out, 20);
        zip_shared(out, &members[i]);
        zip_u16(out, 0); /* comment */
        zip_u16(out, 0); /* disk */
        zip_u16(out, 0);
        buf_add_u32(out, 0);
        buf_add_u32(out, offsets[i]);
        buf_add_str(out, members[i].name);
    }
    uint32_t size = (uint32_t)out->len - start;
    buf_add(out, "PK\5\6\0\0\0\0", 8);
    zip_u16(out, (unsigned)count);
    zip_u16(out, (unsigned)count);
    buf_add_u32(out, size);
    buf_add_u32(out, start);
    zip_u16(out, 0);
}

#endif
