/* stream.c - reading streams. */
#include "extract/stream.h"

#include <string.h>

#include "base/io.h"

void stream_of_bytes(struct stream *stream, const void *bytes, size_t len)
{
    *stream = (struct stream){ .bytes = bytes, .fd = -1, .size = len };
}

void stream_of_fd(struct stream *stream, int fd, uint64_t size)
{
    *stream = (struct stream){ .fd = fd, .size = size };
}

void stream_of_source(struct stream *stream, stream_source *source, void *context)
{
    *stream = (struct stream){ .fd = -1, .source = source, .context = context };
}

void stream_done(struct stream *stream)
{
    free(stream->ahead);
    stream->ahead = NULL;
}

bool stream_is_random(const struct stream *stream)
{
    return stream->source == NULL;
}

enum err_code stream_pread(const struct stream *stream, uint64_t offset, void *into, size_t room, size_t *ret_len,
                           struct err *err)
{
    uint64_t left = offset < stream->size ? stream->size - offset : 0;
    size_t len = left < room ? (size_t)left : room;
    if (stream->source != NULL) {
        return err_set(err, ERR_INTERNAL, "stream_pread of a stream that cannot");
    }
    if (stream->bytes != NULL) {
        memcpy(into, stream->bytes + offset * (len > 0), len);
    } else if (len > 0) {
        enum err_code code = io_pread(stream->fd, "the file", into, len, offset, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    *ret_len = len;
    return ERR_OK;
}

/* Reads more behind what is ahead; there is room. */
static enum err_code fill(struct stream *stream, struct err *err)
{
    char *into = stream->ahead + stream->ahead_end;
    size_t room = STREAM_AHEAD - stream->ahead_end, len = 0;
    enum err_code code;
    if (stream->source != NULL) {
        code = stream->source(stream->context, into, room, &len, err);
    } else {
        code = stream_pread(stream, stream->at + (stream->ahead_end - stream->ahead_at), into, room, &len, err);
    }
    if (code == ERR_OK) {
        stream->ahead_end += len;
        stream->ended = len == 0;
    }
    return code;
}

enum err_code stream_peek(struct stream *stream, size_t want, const char **ret_bytes, size_t *ret_len, struct err *err)
{
    if (stream->bytes != NULL) {
        *ret_bytes = stream->bytes + stream->at;
        *ret_len = (size_t)(stream->size - stream->at);
        return ERR_OK;
    }
    if (stream->ahead == NULL && (stream->ahead = malloc(STREAM_AHEAD)) == NULL) {
        return err_nomem(err, "stream_peek");
    }
    want = want < STREAM_AHEAD ? want : STREAM_AHEAD;
    if (stream->ahead_at + want > STREAM_AHEAD || stream->ahead_at == stream->ahead_end) {
        memmove(stream->ahead, stream->ahead + stream->ahead_at, stream->ahead_end - stream->ahead_at);
        stream->ahead_end -= stream->ahead_at;
        stream->ahead_at = 0;
    }
    while (stream->ahead_end - stream->ahead_at < want && !stream->ended) {
        enum err_code code = fill(stream, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    *ret_bytes = stream->ahead + stream->ahead_at;
    *ret_len = stream->ahead_end - stream->ahead_at;
    return ERR_OK;
}

void stream_skip(struct stream *stream, size_t len)
{
    stream->at += len;
    if (stream->bytes == NULL) {
        stream->ahead_at += len;
    }
}

enum err_code stream_read(struct stream *stream, void *into, size_t room, size_t *ret_len, struct err *err)
{
    const char *bytes;
    size_t len;
    enum err_code code = stream_peek(stream, 1, &bytes, &len, err);
    if (code == ERR_OK) {
        *ret_len = len < room ? len : room;
        memcpy(into, bytes, *ret_len);
        stream_skip(stream, *ret_len);
    }
    return code;
}

enum err_code stream_drain(struct stream *stream, uint64_t *ret_len, struct err *err)
{
    const char *bytes;
    size_t len = 1;
    uint64_t all = 0;
    enum err_code code = ERR_OK;
    while (len > 0 && (code = stream_peek(stream, 1, &bytes, &len, err)) == ERR_OK) {
        stream_skip(stream, len);
        all += len;
    }
    *ret_len = all;
    return code;
}

/* The size is known: one allocation that fits. */
static enum err_code slurp_random(struct stream *stream, char **ret_bytes, size_t *ret_len, struct err *err)
{
    size_t len = (size_t)(stream->size - stream->at);
    AUTO_FREE char *bytes = malloc(len + 1);
    if (bytes == NULL) {
        return err_nomem(err, "stream_slurp");
    }
    enum err_code code = stream_pread(stream, stream->at, bytes, len, &len, err);
    if (code == ERR_OK) {
        bytes[len] = '\0';
        stream->at += len;
        stream->ahead_at = stream->ahead_end = 0;
        *ret_bytes = TAKE_PTR(bytes);
        *ret_len = len;
    }
    return code;
}

static enum err_code too_large(size_t max, struct err *err)
{
    return err_set(err, ERR_INVALID, "the file is larger than the limit of %zu bytes", max);
}

enum err_code stream_slurp(struct stream *stream, size_t max, bool beginning, char **ret_bytes, size_t *ret_len, struct err *err)
{
    AUTO_BUF struct buf all;
    size_t len = 1;
    enum err_code code = ERR_OK;
    buf_init(&all, max);
    if (stream->source == NULL && stream->size - stream->at <= max) {
        return slurp_random(stream, ret_bytes, ret_len, err);
    }
    while (code == ERR_OK && len > 0 && (!beginning || all.len < max)) {
        const char *bytes;
        code = stream_peek(stream, 1, &bytes, &len, err);
        if (code == ERR_OK) {
            len = beginning && len > max - all.len ? max - all.len : len;
            buf_add(&all, bytes, len);
            stream_skip(stream, len);
        }
        if (code == ERR_OK && all.failed) {
            code = all.too_big ? too_large(max, err) : err_nomem(err, "stream_slurp");
        }
    }
    if (code != ERR_OK) {
        return code;
    }
    *ret_len = all.len;
    *ret_bytes = buf_take(&all);
    return *ret_bytes != NULL ? ERR_OK : err_nomem(err, "stream_slurp");
}

enum err_code stream_line(struct stream *stream, size_t max, struct buf *line, bool *ret_more, struct err *err)
{
    bool any = false, complete = false;
    buf_clear(line);
    while (!complete) {
        const char *bytes;
        size_t len;
        enum err_code code = stream_peek(stream, 1, &bytes, &len, err);
        if (code != ERR_OK) {
            return code;
        }
        if (len == 0) {
            break;
        }
        const char *newline = memchr(bytes, '\n', len);
        size_t used = newline != NULL ? (size_t)(newline - bytes) : len;
        size_t room = line->len < max ? max - line->len : 0;
        buf_add(line, bytes, used < room ? used : room);
        stream_skip(stream, used + (newline != NULL));
        any = true;
        complete = newline != NULL;
    }
    if (line->len > 0 && line->data[line->len - 1] == '\r') {
        line->data[--line->len] = '\0';
    }
    *ret_more = any;
    return line->failed && !line->too_big ? err_nomem(err, "stream_line") : ERR_OK;
}
