/* decode.h - what a web server did to a page on its way: chunks (RFC 9112, 7.1) and compression (RFC 9110, 8.4).
 * decode.c is the only file that sees <zlib.h> and <brotli/decode.h>. */
#ifndef NASLAG_EXTRACT_DECODE_H
#define NASLAG_EXTRACT_DECODE_H

#include "extract/stream.h"

/* The first `left` bytes of another stream. */
struct decode_part {
    struct stream *from;
    uint64_t left;
    bool cut; /* the stream ended before */
};
void decode_part(struct decode_part *part, struct stream *from, uint64_t len, struct stream *ret_stream);

/* A body in chunks. */
struct decode_chunks {
    struct stream *from;
    uint64_t left; /* of the open chunk */
    bool begun, ended;
};
void decode_chunks(struct decode_chunks *chunks, struct stream *from, struct stream *ret_stream);

/* A compressed body.  decode_unpack_done also when decode_unpack failed. */
struct decode_unpack;
/* Takes "gzip", "x-gzip", "deflate", "br", in any case.  ERR_INVALID: a coding that cannot be read. */
enum err_code decode_unpack(const char *coding, struct stream *from, struct decode_unpack **ret_unpack, struct stream *ret_stream,
                            struct err *err);
void decode_unpack_free(struct decode_unpack *unpack);
DEFINE_CLEANUP(struct decode_unpack, decode_unpack_free)

#endif
