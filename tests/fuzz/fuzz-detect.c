/* fuzz-detect.c - libFuzzer harness: what kind of file any bytes are: magic numbers, the entries of packages, the directory of
 * Microsoft's compound files, the shape of lines.  A stream that must be read piece by piece must give the same answer.
 *
 * The first byte chooses a name, and how small the pieces are.
 */
#include "extract/detect.h"
#include "extract/zip.h"
#include "tests/fuzz/fuzz-extract.h"

struct pieces {
    const char *at;
    size_t left, most;
};

static enum err_code next_piece(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct pieces *pieces = context;
    (void)err;
    size_t len = pieces->left < pieces->most ? pieces->left : pieces->most;
    *ret_len = len < room ? len : room;
    if (*ret_len > 0) {
        memcpy(into, pieces->at, *ret_len);
    }
    pieces->at += *ret_len;
    pieces->left -= *ret_len;
    return ERR_OK;
}

/* With no more bytes behind than there are. */
static void check_parts(const char *bytes, size_t len)
{
    char type[64];
    zip_mimetype(bytes, len, type, sizeof type);
    fuzz_require(strlen(type) < sizeof type);
    const struct detected *magic = detect_magic(bytes, len, len % 2);
    fuzz_require(magic == NULL || (magic->media != NULL && magic->what != NULL));
    detect_has_time(bytes, len);
    struct extract_input input = { .bytes = bytes, .len = len, .name = "x.doc", .caps = &fuzz_caps };
    fuzz_require(fuzz_run(ole_run, &input) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const names[] = { "", "x", "x.md", "x.csv", "x.html", "x.eml", "mbox", "x.doc", "x.jsonl" };
    if (len == 0) {
        return 0;
    }
    const char *name = names[bytes[0] % (sizeof names / sizeof *names)];
    size_t rest = len - 1;
    AUTO_FREE char *exact = malloc(rest + 1);
    fuzz_require(exact != NULL);
    memcpy(exact, bytes + 1, rest);
    check_parts(exact, rest);
    CLEANUP(stream_done) struct stream whole;
    CLEANUP(stream_done) struct stream piecewise;
    struct pieces pieces = { exact, rest, (size_t)bytes[0] * 16 + 1 };
    struct detected one, other;
    stream_of_bytes(&whole, exact, rest);
    stream_of_source(&piecewise, next_piece, &pieces);
    fuzz_require(detect_stream(&whole, name, &one, NULL) == ERR_OK && detect_stream(&piecewise, name, &other, NULL) == ERR_OK);
    fuzz_require(one.media != NULL && *one.what != '\0' && whole.at == 0 && piecewise.at == 0);
    if (rest <= STREAM_AHEAD && strcmp(one.media, other.media) != 0 && !ole_is(exact, rest)) {
        abort();
    }
    return 0;
}
