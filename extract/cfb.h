/* cfb.h - streams in a file of Microsoft's compound format (MS-CFB), read from memory.
 *
 * Every number in the file is untrusted: sectors lie inside the file or the read ends there, and a chain that is longer than the
 * file has sectors is a circle.  Nothing is allocated but the streams that are asked for.
 */
#ifndef NASLAG_EXTRACT_CFB_H
#define NASLAG_EXTRACT_CFB_H

#include "base/buf.h"

struct cfb {
    const unsigned char *bytes; /* the caller's; lives as long as this */
    size_t len;
    unsigned shift;             /* sectors have 1 << shift bytes */
    uint32_t directory;         /* first sector of the directory */
};

/* False when it is no such file. */
bool cfb_open(struct cfb *cfb, const void *bytes, size_t len);
/* Whether there is a stream of this name (ASCII, at most 31 characters), anywhere in the file. */
bool cfb_has(const struct cfb *cfb, const char *name);
/* Appends the stream to `out`, as far as it can be read and at most to the ceiling of `out`.  ERR_NOT_FOUND: there is none. */
enum err_code cfb_read(const struct cfb *cfb, const char *name, struct buf *out, struct err *err);

/* Little-endian integers, for the readers of the streams. */
static inline uint32_t cfb_u16(const void *at)
{
    const unsigned char *bytes = (const unsigned char *)at;
    return bytes[0] | (uint32_t)bytes[1] << 8;
}

static inline uint32_t cfb_u32(const void *at)
{
    const unsigned char *bytes = (const unsigned char *)at;
    return cfb_u16(bytes) | cfb_u16(bytes + 2) << 16;
}

#endif
