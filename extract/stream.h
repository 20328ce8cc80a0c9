/* stream.h - bytes one after another, from memory, a descriptor or a decoder, with a look ahead.
 *
 * What unpacks (archives, mailboxes, web archives) reads a stream and makes streams of its members; so a file of any size
 * passes through a worker whose memory is small.  A stream over memory or a descriptor can be read at any place, too.
 */
#ifndef NASLAG_EXTRACT_STREAM_H
#define NASLAG_EXTRACT_STREAM_H

#include "base/buf.h"
#include "base/digest.h"

/* Bytes that can be looked at ahead of reading. */
#define STREAM_AHEAD 65536

struct stream;
/* Gives 1 to `room` bytes, or 0 at the end. */
typedef enum err_code stream_source(void *context, char *into, size_t room, size_t *ret_len, struct err *err);

struct stream {
    const char *bytes;     /* the whole of it in memory (not owned), or NULL */
    int fd;                /* a descriptor (not owned), or -1 */
    uint64_t size;         /* of memory or descriptor */
    stream_source *source; /* otherwise */
    void *context;
    uint64_t at;           /* offset of the next byte */
    char *ahead;           /* STREAM_AHEAD bytes: [ahead_at, ahead_end) is read but not taken; of a descriptor or source */
    size_t ahead_at, ahead_end;
    bool ended;            /* the source gave its last byte */
};

/* All live until stream_done. */
void stream_of_bytes(struct stream *stream, const void *bytes, size_t len);
void stream_of_fd(struct stream *stream, int fd, uint64_t size);
void stream_of_source(struct stream *stream, stream_source *source, void *context);
void stream_done(struct stream *stream);

/* Whether stream_pread works. */
bool stream_is_random(const struct stream *stream);
/* Up to `room` bytes from `offset`, whatever was read before; fewer only at the end. */
enum err_code stream_pread(const struct stream *stream, uint64_t offset, void *into, size_t room, size_t *ret_len,
                           struct err *err);
/* The next bytes without taking them: at least `want` (at most STREAM_AHEAD) unless the stream ends before.  They stay
 * where they are until the next call. */
enum err_code stream_peek(struct stream *stream, size_t want, const char **ret_bytes, size_t *ret_len, struct err *err);
/* Takes bytes that were looked at. */
void stream_skip(struct stream *stream, size_t len);
/* 1 to `room` bytes, 0 at the end. */
enum err_code stream_read(struct stream *stream, void *into, size_t room, size_t *ret_len, struct err *err);
/* Takes everything up to the end and counts it. */
enum err_code stream_drain(struct stream *stream, uint64_t *ret_len, struct err *err);
/* The rest in fresh memory, NUL-terminated behind its length.  When it is more than `max` bytes: ERR_INVALID, or, with `beginning`,
 * only so many are taken; the others can be read on. */
enum err_code stream_slurp(struct stream *stream, size_t max, bool beginning, char **ret_bytes, size_t *ret_len, struct err *err);
/* Takes a line without its LF or CR LF: at most `max` bytes are kept, the rest of a longer line is passed over.  *ret_more
 * false at the end of the stream. */
enum err_code stream_line(struct stream *stream, size_t max, struct buf *line, bool *ret_more, struct err *err);

#endif
