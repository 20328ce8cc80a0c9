/* buf.c - bounded buffers and bounds-checked spans. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){ .max = max };
}

void buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){ .max = buf->max };
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    buf->too_big = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

char *buf_reserve(struct buf *buf, size_t len)
{
    if (buf->failed) {
        return NULL;
    }
    if (len > buf->max - buf->len) {
        buf->failed = true;
        buf->too_big = true;
        return NULL;
    }
    size_t needed = buf->len + len + 1;
    if (needed > buf->cap) {
        size_t wanted = buf->cap < 64 ? 64 : buf->cap;
        while (wanted < needed) {
            wanted *= 2;
        }
        char *grown = realloc(buf->data, wanted);
        if (grown == NULL) {
            buf->failed = true;
            return NULL;
        }
        buf->data = grown;
        buf->cap = wanted;
    }
    buf->data[buf->len + len] = '\0';
    return buf->data + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    char *room = buf_reserve(buf, len);
    if (room != NULL) {
        if (len > 0) {
            memcpy(room, bytes, len);
        }
        buf->len += len;
    }
}

void buf_add_str(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_add_u8(struct buf *buf, uint8_t value)
{
    buf_add(buf, &value, 1);
}

void buf_add_u32(struct buf *buf, uint32_t value)
{
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
    buf_add(buf, bytes, sizeof bytes);
}

void buf_add_u64(struct buf *buf, uint64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
    buf_add(buf, bytes, sizeof bytes);
}

void buf_add_blob(struct buf *buf, const void *bytes, size_t len)
{
    if (len > UINT32_MAX) {
        buf->failed = true;
        buf->too_big = true;
        return;
    }
    buf_add_u32(buf, (uint32_t)len);
    buf_add(buf, bytes, len);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
    } else {
        char *room = buf_reserve(buf, (size_t)len);
        if (room != NULL) {
            vsnprintf(room, (size_t)len + 1, format, again);
            buf->len += (size_t)len;
        }
    }
    va_end(again);
}

enum err_code buf_check(const struct buf *buf, const char *what, struct err *err)
{
    if (!buf->failed) {
        return ERR_OK;
    }
    if (buf->too_big) {
        return err_set(err, ERR_INVALID, "%s is larger than the limit of %zu bytes", what, buf->max);
    }
    return err_nomem(err, what);
}

char *buf_take(struct buf *buf)
{
    if (buf->failed) {
        return NULL;
    }
    char *taken = buf->data != NULL ? buf->data : calloc(1, 1);
    *buf = (struct buf){ .max = buf->max };
    return taken;
}

void span_init(struct span *span, const void *data, size_t len)
{
    *span = (struct span){ .data = data, .len = len };
}

const char *span_bytes(struct span *span, size_t len)
{
    if (span->failed || len > span->len - span->at) {
        span->failed = true;
        return NULL;
    }
    const char *found = (const char *)span->data + span->at;
    span->at += len;
    return found;
}

static uint64_t span_integer(struct span *span, size_t width)
{
    const uint8_t *bytes = (const uint8_t *)span_bytes(span, width);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < width; i++) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

uint8_t span_u8(struct span *span)
{
    return (uint8_t)span_integer(span, 1);
}

uint32_t span_u32(struct span *span)
{
    return (uint32_t)span_integer(span, 4);
}

uint64_t span_u64(struct span *span)
{
    return span_integer(span, 8);
}

const char *span_blob(struct span *span, size_t *ret_len)
{
    size_t len = span_u32(span);
    const char *bytes = span_bytes(span, len);
    *ret_len = bytes != NULL ? len : 0;
    return bytes;
}
