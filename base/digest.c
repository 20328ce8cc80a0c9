/* digest.c - SHA-256 over libgcrypt.
 *
 * Of Debian's libraries that free software of any licence may use, libgcrypt is the fastest without SHA instructions in the
 * processor (AVX2: 340 MB/s where nettle does 205), and uses them where they are there.
 */
#include "base/digest.h"

#include <errno.h>
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define DIGEST_CHUNK 131072

struct digest_state {
    gcry_md_hd_t handle;
};

/* The library looks at processor and system when it is first used: before main, so that a process that has locked itself in
 * (extract/sandbox.c) need not.  Secrets are nowhere in what is hashed. */
__attribute__((constructor)) void digest_set_up(void)
{
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
        return;
    }
    gcry_check_version(NULL);
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

struct digest_state *digest_new(void)
{
    struct digest_state *state = malloc(sizeof *state);
    if (state != NULL && gcry_md_open(&state->handle, GCRY_MD_SHA256, 0) != 0) {
        free(state);
        return NULL;
    }
    return state;
}

void digest_add(struct digest_state *state, const void *data, size_t len)
{
    gcry_md_write(state->handle, data, len);
}

struct digest digest_end(struct digest_state *state)
{
    struct digest digest;
    memcpy(digest.bytes, gcry_md_read(state->handle, GCRY_MD_SHA256), sizeof digest.bytes);
    gcry_md_close(state->handle);
    free(state);
    return digest;
}

struct digest digest_of(const void *data, size_t len)
{
    struct digest digest;
    gcry_md_hash_buffer(GCRY_MD_SHA256, digest.bytes, data, len);
    return digest;
}

enum err_code digest_of_fd_size(int fd, const char *name, struct digest *ret_digest, uint64_t *ret_size, struct err *err)
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
    *ret_size = (uint64_t)at;
    return ERR_OK;
}

enum err_code digest_of_fd(int fd, const char *name, struct digest *ret_digest, struct err *err)
{
    uint64_t size;
    return digest_of_fd_size(fd, name, ret_digest, &size, err);
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

static int digit_value(char digit)
{
    return digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool digest_from_hex(const char *hex, struct digest *ret_digest)
{
    struct digest digest;
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = digit_value(hex[2 * i]);
        int low = high >= 0 ? digit_value(hex[2 * i + 1]) : -1;
        if (low < 0) {
            return false;
        }
        digest.bytes[i] = (uint8_t)(high << 4 | low);
    }
    if (hex[2 * DIGEST_SIZE] != '\0') {
        return false;
    }
    *ret_digest = digest;
    return true;
}

bool digest_equal(const struct digest *one, const struct digest *other)
{
    return memcmp(one->bytes, other->bytes, DIGEST_SIZE) == 0;
}
