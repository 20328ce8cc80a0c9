/* stem.h - Snowball stems.
 *
 * stem.c is the only file that sees <libstemmer.h>.  What makes a term is recorded in the
 * index by stem_signature(), because libstemmer's "dutch" changed meaning between versions (2.x: Porter;
 * 3.x: Kraaij-Pohlmann).
 */
#ifndef NASLAG_TEXT_STEM_H
#define NASLAG_TEXT_STEM_H

#include "base/buf.h"

/* Name of the algorithm that is asked for, e.g. "dutch". */
#define STEM_ALGORITHM "dutch"

/* One line that identifies how stems are made: algorithm, and a digest of the stems of a fixed list of Dutch
 * words, so that two builds of libstemmer with other rules differ even under one name.  Static storage after the
 * first successful call. */
enum err_code stem_signature(const char **ret_signature, struct err *err);

struct stemmer;
enum err_code stemmer_new(struct stemmer **ret_stemmer, struct err *err);
void stemmer_free(struct stemmer *stemmer);
DEFINE_CLEANUP(struct stemmer, stemmer_free)

/* The stem of a folded form: a genitive or plural 's goes first (risico's, zbo's), then Snowball.  Forms with digits or
 * symbols, and forms under 3 letters, are their own stem.  Borrowed until the next call.  Never fails: a form that
 * libstemmer has no memory for is its own stem. */
const char *stemmer_stem(struct stemmer *stemmer, const char *form, size_t len, size_t *ret_len);

#endif
