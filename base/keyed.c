/* keyed.c - UMAC-128 over nettle. */
#include "base/keyed.h"

#include <nettle/umac.h>
#include <stdlib.h>

/* The nonce hides the digests of a key from somebody who sees them; nobody sees ours, so it is always the same. */
static const uint8_t nonce[16] = { 1 };

struct keyed {
    struct umac128_ctx context;
};

enum err_code keyed_new(const uint8_t key[KEYED_KEY_SIZE], struct keyed **ret_keyed, struct err *err)
{
    struct keyed *keyed = malloc(sizeof *keyed);
    if (keyed == NULL) {
        return err_nomem(err, "keyed_new");
    }
    umac128_set_key(&keyed->context, key);
    umac128_set_nonce(&keyed->context, sizeof nonce, nonce);
    *ret_keyed = keyed;
    return ERR_OK;
}

void keyed_free(struct keyed *keyed)
{
    free(keyed);
}

void keyed_add(struct keyed *keyed, const void *data, size_t len)
{
    umac128_update(&keyed->context, len, data);
}

void keyed_end(struct keyed *keyed, uint8_t ret_digest[KEYED_SIZE])
{
    umac128_digest(&keyed->context, KEYED_SIZE, ret_digest);
    umac128_set_nonce(&keyed->context, sizeof nonce, nonce); /* the digest counted it on */
}
