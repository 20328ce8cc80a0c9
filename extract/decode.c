/* decode.c - streams that undo chunks and compression.
 *
 * A body that is cut off or broken gives what came before, as browsers do: pages in web archives are often incomplete.
 */
#include "config.h"

#include "extract/decode.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>
#ifdef HAVE_BROTLI
#include <brotli/decode.h>
#endif

#define CHUNK_LINE 256 /* bytes of a chunk's size and extensions */

/* ---- A part --------------------------------------------------------------------------------- */

static enum err_code read_part(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct decode_part *part = context;
    size_t wanted = part->left < room ? (size_t)part->left : room;
    *ret_len = 0;
    if (wanted == 0) {
        return ERR_OK;
    }
    enum err_code code = stream_read(part->from, into, wanted, ret_len, err);
    if (code == ERR_OK) {
        part->cut = *ret_len == 0;
        part->left -= *ret_len;
    }
    return code;
}

void decode_part(struct decode_part *part, struct stream *from, uint64_t len, struct stream *ret_stream)
{
    *part = (struct decode_part){ .from = from, .left = len };
    stream_of_source(ret_stream, read_part, part);
}

/* ---- Chunks --------------------------------------------------------------------------------- */

/* Reads the line with the size of the next chunk; a line that holds none ends the body. */
static enum err_code next_chunk(struct decode_chunks *chunks, struct err *err)
{
    AUTO_BUF struct buf line;
    bool more;
    buf_init(&line, CHUNK_LINE);
    enum err_code code = stream_line(chunks->from, CHUNK_LINE, &line, &more, err);
    if (code == ERR_OK && chunks->begun && more && line.len == 0) { /* the line end behind the chunk before */
        code = stream_line(chunks->from, CHUNK_LINE, &line, &more, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    chunks->begun = true;
    char *end = NULL;
    bool digit = more && line.len > 0 && strspn(line.data, "0123456789abcdefABCDEF") > 0;
    chunks->left = digit ? strtoull(line.data, &end, 16) : 0;
    chunks->ended = chunks->left == 0;
    return ERR_OK;
}

static enum err_code read_chunks(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct decode_chunks *chunks = context;
    *ret_len = 0;
    if (chunks->left == 0 && !chunks->ended) {
        enum err_code code = next_chunk(chunks, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    if (chunks->ended) {
        return ERR_OK;
    }
    enum err_code code = stream_read(chunks->from, into, chunks->left < room ? (size_t)chunks->left : room, ret_len, err);
    if (code == ERR_OK) {
        chunks->left -= *ret_len;
        chunks->ended = *ret_len == 0;
    }
    return code;
}

void decode_chunks(struct decode_chunks *chunks, struct stream *from, struct stream *ret_stream)
{
    *chunks = (struct decode_chunks){ .from = from };
    stream_of_source(ret_stream, read_chunks, chunks);
}

/* ---- Compression ---------------------------------------------------------------------------- */

struct decode_unpack {
    struct stream *from;
    z_stream zlib;
    bool has_zlib;
    bool ended;
#ifdef HAVE_BROTLI
    BrotliDecoderState *brotli;
#endif
};

static enum err_code read_zlib(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct decode_unpack *unpack = context;
    size_t made = 0;
    while (made == 0 && !unpack->ended) {
        const char *bytes;
        size_t len;
        enum err_code code = stream_peek(unpack->from, 1, &bytes, &len, err);
        if (code != ERR_OK) {
            return code;
        }
        uInt offered = len < STREAM_AHEAD ? (uInt)len : STREAM_AHEAD;
        unpack->zlib.next_in = (Bytef *)(uintptr_t)bytes;
        unpack->zlib.avail_in = offered;
        unpack->zlib.next_out = (Bytef *)into;
        unpack->zlib.avail_out = (uInt)room;
        int result = inflate(&unpack->zlib, Z_NO_FLUSH);
        stream_skip(unpack->from, offered - unpack->zlib.avail_in);
        made = room - unpack->zlib.avail_out;
        unpack->ended = result != Z_OK;
    }
    *ret_len = made;
    return ERR_OK;
}

#ifdef HAVE_BROTLI
static enum err_code read_brotli(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct decode_unpack *unpack = context;
    size_t made = 0;
    while (made == 0 && !unpack->ended) {
        const char *bytes;
        size_t len;
        enum err_code code = stream_peek(unpack->from, 1, &bytes, &len, err);
        if (code != ERR_OK) {
            return code;
        }
        const uint8_t *in = (const uint8_t *)bytes;
        uint8_t *out = (uint8_t *)into;
        size_t left = len, space = room;
        BrotliDecoderResult result = BrotliDecoderDecompressStream(unpack->brotli, &left, &in, &space, &out, NULL);
        stream_skip(unpack->from, len - left);
        made = room - space;
        unpack->ended = result == BROTLI_DECODER_RESULT_ERROR || result == BROTLI_DECODER_RESULT_SUCCESS
            || (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && len == 0);
    }
    *ret_len = made;
    return ERR_OK;
}
#endif

/* "deflate" is zlib's form by the standard, and bare deflate by some servers: the first two bytes tell. */
static int window_of(const char *coding, struct stream *from)
{
    const char *bytes;
    size_t len;
    if (strcasecmp(coding, "deflate") != 0) {
        return 15 + 16; /* gzip */
    }
    if (stream_peek(from, 2, &bytes, &len, NULL) != ERR_OK || len < 2) {
        return 15;
    }
    unsigned first = (unsigned char)bytes[0], second = (unsigned char)bytes[1];
    return (first & 15) == 8 && (first * 256 + second) % 31 == 0 ? 15 : -15;
}

enum err_code decode_unpack(const char *coding, struct stream *from, struct decode_unpack **ret_unpack, struct stream *ret_stream,
                            struct err *err)
{
    bool zlib = strcasecmp(coding, "gzip") == 0 || strcasecmp(coding, "x-gzip") == 0 || strcasecmp(coding, "deflate") == 0;
    struct decode_unpack *unpack = calloc(1, sizeof *unpack);
    if (unpack == NULL) {
        return err_nomem(err, "decode_unpack");
    }
    unpack->from = from;
    *ret_unpack = unpack;
    if (zlib) {
        unpack->has_zlib = inflateInit2(&unpack->zlib, window_of(coding, from)) == Z_OK;
        stream_of_source(ret_stream, read_zlib, unpack);
        return unpack->has_zlib ? ERR_OK : err_nomem(err, "decode_unpack");
    }
#ifdef HAVE_BROTLI
    if (strcasecmp(coding, "br") == 0) {
        unpack->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
        stream_of_source(ret_stream, read_brotli, unpack);
        return unpack->brotli != NULL ? ERR_OK : err_nomem(err, "decode_unpack");
    }
#endif
    return err_set(err, ERR_INVALID, "the content coding '%.40s' cannot be read", coding);
}

void decode_unpack_free(struct decode_unpack *unpack)
{
    if (unpack == NULL) {
        return;
    }
    if (unpack->has_zlib) {
        inflateEnd(&unpack->zlib);
    }
#ifdef HAVE_BROTLI
    if (unpack->brotli != NULL) {
        BrotliDecoderDestroyInstance(unpack->brotli);
    }
#endif
    free(unpack);
}
