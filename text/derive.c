/* derive.c - from forms to terms. */
#include "text/derive.h"

#include <stdio.h>
#include <string.h>

#include "text/memo.h"
#include "text/schema.h"
#include "text/token.h"

struct deriver {
    const struct dutch *dutch;
    struct stemmer *stemmer;
};

enum err_code deriver_new(const struct dutch *dutch, struct deriver **ret_deriver, struct err *err)
{
    struct deriver *deriver = calloc(1, sizeof *deriver);
    if (deriver == NULL) {
        return err_nomem(err, "deriver_new");
    }
    deriver->dutch = dutch;
    enum err_code code = stemmer_new(&deriver->stemmer, err);
    if (code != ERR_OK) {
        free(deriver);
        return code;
    }
    *ret_deriver = deriver;
    return ERR_OK;
}

void deriver_free(struct deriver *deriver)
{
    if (deriver != NULL) {
        stemmer_free(deriver->stemmer);
        free(deriver);
    }
}

static struct derived *add(struct derivation *derivation, const char *prefix, const char *key, size_t len)
{
    size_t prefix_len = strlen(prefix);
    if (derivation->count == DERIVE_MAX || prefix_len + len > DERIVED_LEN_MAX) {
        return NULL;
    }
    struct derived *made = &derivation->terms[derivation->count];
    memcpy(made->term, prefix, prefix_len);
    memcpy(made->term + prefix_len, key, len);
    made->len = (uint8_t)(prefix_len + len);
    made->term[made->len] = '\0';
    made->start = made->end = 0;
    for (size_t i = 0; i < derivation->count; i++) {
        if (derivation->terms[i].len == made->len && memcmp(derivation->terms[i].term, made->term, made->len) == 0) {
            return NULL;
        }
    }
    derivation->count++;
    return made;
}

static void add_part(struct deriver *deriver, const char *form, size_t start, size_t end, struct derivation *derivation)
{
    char class[INFLECT_MAX];
    size_t len = inflect_class(dutch_words(deriver->dutch), form + start, end - start, class);
    struct derived *made = add(derivation, SCHEMA_PART, class, len);
    if (made != NULL) {
        made->start = (uint8_t)start;
        made->end = (uint8_t)end;
    }
}

/* Whether the parts of an inflected form are of the inflection's making: its class is a known word, and whole
 * (programma's is not program and ma's). */
static bool is_simplex(const struct deriver *deriver, const char *class, size_t len)
{
    struct compound compound;
    if ((words_flags(dutch_words(deriver->dutch), class, len) & WORDS_LOWER) == 0) {
        return false;
    }
    compound_split(dutch_compounds(deriver->dutch), class, len, &compound);
    return compound.count == 0;
}

/* Parts, then runs of two and more of them that are not the whole. */
static void add_parts(struct deriver *deriver, const char *form, size_t len, struct derivation *derivation)
{
    struct compound compound;
    compound_split(dutch_compounds(deriver->dutch), form, len, &compound);
    for (size_t width = 1; width < compound.count; width++) {
        for (size_t first = 0; first + width <= compound.count; first++) {
            const struct compound_part *last = &compound.parts[first + width - 1];
            add_part(deriver, form, compound.parts[first].start, (size_t)last->start + last->len, derivation);
        }
    }
}

static void derive_anew(struct deriver *deriver, const char *form, size_t len, struct derivation *ret_derivation)
{
    char class[INFLECT_MAX];
    const struct words *words = dutch_words(deriver->dutch);
    ret_derivation->count = 0;
    size_t class_len = inflect_class(words, form, len, class);
    add(ret_derivation, SCHEMA_CLASS, class, class_len);
    bool ruled = class_len != len || memcmp(class, form, len) != 0;
    if (!ruled && words_flags(words, form, len) == 0) {
        size_t stem_len;
        const char *stem = stemmer_stem(deriver->stemmer, form, len, &stem_len);
        add(ret_derivation, SCHEMA_STEM, stem, stem_len);
    }
    if (!ruled || !is_simplex(deriver, class, class_len)) {
        add_parts(deriver, form, len, ret_derivation);
    }
}

void derive(struct deriver *deriver, const char *form, size_t len, struct derivation *ret_derivation)
{
    struct memo *memo = dutch_memo(deriver->dutch);
    if (memo != NULL && memo_find(memo, form, len, ret_derivation)) {
        return;
    }
    derive_anew(deriver, form, len, ret_derivation);
    if (memo != NULL) {
        memo_add(memo, form, len, ret_derivation);
    }
}

enum err_code derive_signature(const char **ret_signature, struct err *err)
{
    static char signature[128];
    if (signature[0] == '\0') {
        const char *stems;
        enum err_code code = stem_signature(&stems, err);
        if (code != ERR_OK) {
            return code;
        }
        snprintf(signature, sizeof signature, "inflect-%d compound-%d %s", INFLECT_VERSION, COMPOUND_VERSION, stems);
    }
    *ret_signature = signature;
    return ERR_OK;
}
