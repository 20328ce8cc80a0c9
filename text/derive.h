/* derive.h - what else a form is indexed as: the one place where forms become terms, for documents, queries and lexicons.
 *
 * Of a form come, each with its prefix (schema.h):
 *   C  its inflection class                       (programma's -> Cprogramma)
 *   Z  its Snowball stem, only when no rule and no word list knows the form: the fallback
 *   P  the classes of the parts of a compound, and of parts that stand together (belastingtoeslagenaffaire ->
 *      Pbelasting, Ptoeslag, Paffaire, Pbelastingtoeslag, Ptoeslagenaffaire)
 */
#ifndef NASLAG_TEXT_DERIVE_H
#define NASLAG_TEXT_DERIVE_H

#include "text/dutch.h"
#include "text/stem.h"

#define DERIVE_MAX 16
#define DERIVED_LEN_MAX (INFLECT_MAX + 1)

struct derived {
    char term[DERIVED_LEN_MAX + 1]; /* with its prefix, NUL-terminated */
    uint8_t len;
    uint8_t start, end; /* P: the bytes of the form that the part covers */
};

struct derivation {
    struct derived terms[DERIVE_MAX]; /* [0] is the class; a stem and parts may follow */
    size_t count;
};

struct deriver; /* borrows its struct dutch */
enum err_code deriver_new(const struct dutch *dutch, struct deriver **ret_deriver, struct err *err);
void deriver_free(struct deriver *deriver);
DEFINE_CLEANUP(struct deriver, deriver_free)

void derive(struct deriver *deriver, const char *form, size_t len, struct derivation *ret_derivation);

/* What makes derived terms, one line, without the resources: versions of rules and stemmer. */
enum err_code derive_signature(const char **ret_signature, struct err *err);

#endif
