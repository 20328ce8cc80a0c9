/* keyed.c - Poly1305 over libgcrypt. */
#include "base/keyed.h"

#include <gcrypt.h>
#include <stdlib.h>

#include "base/digest.h"

struct keyed {
    gcry_mac_hd_t handle;
};

enum err_code keyed_new(const uint8_t key[KEYED_KEY_SIZE], struct keyed **ret_keyed, struct err *err)
{
    digest_set_up();
    CLEANUP(keyed_free_cleanup) struct keyed *keyed = calloc(1, sizeof *keyed);
    if (keyed == NULL || gcry_mac_open(&keyed->handle, GCRY_MAC_POLY1305, 0, NULL) != 0) {
        return err_nomem(err, "keyed_new");
    }
    if (gcry_mac_setkey(keyed->handle, key, KEYED_KEY_SIZE) != 0) {
        return err_set(err, ERR_INTERNAL, "libgcrypt refuses a key for Poly1305");
    }
    *ret_keyed = TAKE_PTR(keyed);
    return ERR_OK;
}

void keyed_free(struct keyed *keyed)
{
    if (keyed != NULL) {
        gcry_mac_close(keyed->handle);
        free(keyed);
    }
}

void keyed_add(struct keyed *keyed, const void *data, size_t len)
{
    gcry_mac_write(keyed->handle, data, len);
}

void keyed_end(struct keyed *keyed, uint8_t ret_digest[KEYED_SIZE])
{
    size_t len = KEYED_SIZE;
    gcry_mac_read(keyed->handle, ret_digest, &len);
    gcry_mac_reset(keyed->handle);
}
