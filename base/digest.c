/* digest.c - SHA-256 over nettle. */
#include "base/digest.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

#define DIGEST_CHUNK 131072

struct digest_state {
    struct sha256_ctx context;
};

struct digest_state *digest_new(void)
{
    struct digest_state *state = malloc(sizeof *state);
    if (state != NULL) {
        sha256_init(&state->context);
    }
    return state;
}

void digest_add(struct digest_state *state, const void *data, size_t len)
{
    sha256_update(&state->context, len, data);
}

struct digest digest_end(struct digest_state *state)
{
    struct digest digest;
    sha256_digest(&state->context, sizeof digest.bytes, digest.bytes);
    free(state);
    return digest;
}

struct digest digest_of(const void *data, size_t len)
{
    struct sha256_ctx context;
    struct digest digest;
    sha256_init(&context);
    sha256_update(&context, len, data);
    sha256_digest(&context, sizeof digest.bytes, digest.bytes);
    return digest;
}

enum err_code digest_of_fd(int fd, const char *name, struct digest *ret_digest, struct err *err)
{
    AUTO_FREE uint8_t *chunk = malloc(DIGEST_CHUNK);
    struct digest_state *state = chunk != NULL ? digest_new() : NULL;
    if (state == NULL) {
        return err_nomem(err, "digest_of_fd");
    }
    off_t at = 0;
    ssize_t got;
    while ((got = pread(fd, chunk, DIGEST_CHUNK, at)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            digest_end(state);
            return err_errno(err, errno, "cannot read %s", name);
        }
        digest_add(state, chunk, (size_t)got);
        at += got;
    }
    *ret_digest = digest_end(state);
    return ERR_OK;
}

void digest_hex(const struct digest *digest, char ret_hex[DIGEST_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        ret_hex[2 * i] = digits[digest->bytes[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    ret_hex[2 * DIGEST_SIZE] = '\0';
}
