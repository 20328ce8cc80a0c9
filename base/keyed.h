/* keyed.h - a fast digest under a secret key (Poly1305, RFC 8439): tells whether bytes are the same as before, at memory speed.
 *
 * Two different inputs of at most n bytes that were chosen without knowing the key or any digest have the same digest with a
 * chance below n / 2^103.  The key serves for many inputs, so digests must not be shown to anybody.  It is no digest for
 * bytes that somebody else must be able to check: that is SHA-256 (digest.h), which is eight times slower where the processor
 * has no instructions for it.
 */
#ifndef NASLAG_BASE_KEYED_H
#define NASLAG_BASE_KEYED_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#define KEYED_KEY_SIZE 32
#define KEYED_SIZE 16

struct keyed;
enum err_code keyed_new(const uint8_t key[KEYED_KEY_SIZE], struct keyed **ret_keyed, struct err *err);
void keyed_free(struct keyed *keyed);
DEFINE_CLEANUP(struct keyed, keyed_free)

void keyed_add(struct keyed *keyed, const void *data, size_t len);
/* The digest of what was added since the last end. */
void keyed_end(struct keyed *keyed, uint8_t ret_digest[KEYED_SIZE]);

#endif
