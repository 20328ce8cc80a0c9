/* buf.h - a growable byte buffer with a ceiling and a sticky error.
 *
 * The ceiling is given once, at initialisation.  An append that would pass it, or that finds no
 * memory, sets `failed` and changes nothing; later appends do nothing.  So a builder appends
 * freely and checks `failed` once, at the end.  `data` is NUL-terminated whenever it is not NULL,
 * the NUL not counted in `len`.
 */
#ifndef NASLAG_BASE_BUF_H
#define NASLAG_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

struct buf {
    char *data;   /* owned; NULL while empty */
    size_t len;   /* bytes used */
    size_t cap;   /* bytes allocated, the NUL's included */
    size_t max;   /* ceiling of len */
    bool failed;  /* sticky: out of memory or past the ceiling */
    bool too_big; /* the failure was the ceiling */
};

void buf_init(struct buf *buf, size_t max);
void buf_done(struct buf *buf);
/* Empties the buffer and clears the error; keeps the memory. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_str(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_add_u8(struct buf *buf, uint8_t value);
/* Little-endian fixed-width integers, the byte order of everything Naslag writes. */
void buf_add_u32(struct buf *buf, uint32_t value);
void buf_add_u64(struct buf *buf, uint64_t value);
/* A u32 length followed by that many bytes. */
void buf_add_blob(struct buf *buf, const void *bytes, size_t len);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for `len` more bytes at data + len; the caller writes there and then adds to `len`.
 * Returns NULL when that fails. */
char *buf_reserve(struct buf *buf, size_t len);

/* ERR_OK, or ERR_NOMEM / ERR_INVALID (ceiling) with `what` named in the text. */
enum err_code buf_check(const struct buf *buf, const char *what, struct err *err);

/* Hands over the bytes (free() them); the buffer is empty afterwards.  Never NULL unless failed. */
char *buf_take(struct buf *buf);

#define AUTO_BUF CLEANUP(buf_done)

/* A bounds-checked reader over bytes: reads past the end set `failed` and give zeros. */
struct span {
    const uint8_t *data;
    size_t len;
    size_t at;
    bool failed;
};

void span_init(struct span *span, const void *data, size_t len);
uint8_t span_u8(struct span *span);
uint32_t span_u32(struct span *span);
uint64_t span_u64(struct span *span);
/* Points into the span; NULL and *ret_len 0 on failure. */
const char *span_blob(struct span *span, size_t *ret_len);
const char *span_bytes(struct span *span, size_t len);

#endif
