/* digest.h - SHA-256; digest.c is the only file that sees <gcrypt.h>. */
#ifndef NASLAG_BASE_DIGEST_H
#define NASLAG_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DIGEST_SIZE 32
#define DIGEST_HEX_SIZE (2 * DIGEST_SIZE + 1)

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

/* Makes libgcrypt ready; happens before main by itself in programs that use anything of this file. */
void digest_set_up(void);

/* A running digest, for input in pieces. */
struct digest_state;
struct digest_state *digest_new(void); /* NULL when memory is short */
void digest_add(struct digest_state *state, const void *data, size_t len);
/* Ends and frees. */
struct digest digest_end(struct digest_state *state);

struct digest digest_of(const void *data, size_t len);
/* The digest of all bytes of an open file, from its beginning; the file offset is not used. */
enum err_code digest_of_fd(int fd, const char *name, struct digest *ret_digest, struct err *err);
/* The same, with the number of bytes that were read. */
enum err_code digest_of_fd_size(int fd, const char *name, struct digest *ret_digest, uint64_t *ret_size, struct err *err);
void digest_hex(const struct digest *digest, char ret_hex[DIGEST_HEX_SIZE]);
/* False when the text is anything but 64 hexadecimal digits, lower case. */
bool digest_from_hex(const char *hex, struct digest *ret_digest);
bool digest_equal(const struct digest *one, const struct digest *other);

#endif
