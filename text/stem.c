/* stem.c - Snowball through libstemmer. */
#include "text/stem.h"

#include <libstemmer.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "text/token.h"

struct stemmer {
    struct sb_stemmer *snowball;
};

enum err_code stemmer_new(struct stemmer **ret_stemmer, struct err *err)
{
    struct stemmer *stemmer = calloc(1, sizeof *stemmer);
    if (stemmer == NULL) {
        return err_nomem(err, "stemmer_new");
    }
    stemmer->snowball = sb_stemmer_new(STEM_ALGORITHM, NULL);
    if (stemmer->snowball == NULL) {
        free(stemmer);
        return err_set(err, ERR_INTERNAL, "libstemmer has no stemmer called '%s'", STEM_ALGORITHM);
    }
    *ret_stemmer = stemmer;
    return ERR_OK;
}

void stemmer_free(struct stemmer *stemmer)
{
    if (stemmer != NULL) {
        sb_stemmer_delete(stemmer->snowball);
        free(stemmer);
    }
}

static bool is_plain_word(const char *form, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)form[i];
        if (c < 0x80 && !(c >= 'a' && c <= 'z')) {
            return false;
        }
    }
    return true;
}

const char *stemmer_stem(struct stemmer *stemmer, const char *form, size_t len, size_t *ret_len)
{
    if (len > 3 && memcmp(form + len - 2, "'s", 2) == 0) {
        len -= 2;
    }
    *ret_len = len;
    if (len < 3 || !is_plain_word(form, len)) {
        return form;
    }
    const sb_symbol *stem = sb_stemmer_stem(stemmer->snowball, (const sb_symbol *)form, (int)len);
    int stem_len = sb_stemmer_length(stemmer->snowball);
    if (stem == NULL || stem_len <= 0 || stem_len > TOKEN_FORM_MAX) {
        return form;
    }
    *ret_len = (size_t)stem_len;
    return (const char *)stem;
}

enum err_code stem_signature(const char **ret_signature, struct err *err)
{
    static char signature[96];
    static const char *const probes[] = { "overheid", "gemeenten", "brieven", "ministeries", "lichamelijkheid", "goede",
                                          "geweldige", "waarde", "opheffen", "kunstmatige", "beleidsmedewerkers" };
    if (signature[0] == '\0') {
        CLEANUP(stemmer_free_cleanup) struct stemmer *stemmer = NULL;
        enum err_code code = stemmer_new(&stemmer, err);
        if (code != ERR_OK) {
            return code;
        }
        AUTO_BUF struct buf stems;
        buf_init(&stems, 4096);
        for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
            size_t len;
            const char *stem = stemmer_stem(stemmer, probes[i], strlen(probes[i]), &len);
            buf_add_blob(&stems, stem, len);
        }
        if (stems.failed) {
            return err_nomem(err, "stem_signature");
        }
        struct digest digest = digest_of(stems.data, stems.len);
        char hex[DIGEST_HEX_SIZE];
        digest_hex(&digest, hex);
        snprintf(signature, sizeof signature, "snowball-%s-%.12s", STEM_ALGORITHM, hex);
    }
    *ret_signature = signature;
    return ERR_OK;
}
