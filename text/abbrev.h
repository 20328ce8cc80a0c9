/* abbrev.h - abbreviations and what they stand for, where a text defines them.
 *
 * Finds `Wet openbaarheid van bestuur (Wob)`, `(hierna: Wob)` and the reverse, `SSI (Self-Sovereign Identity)`, by the method
 * of Schwartz & Hearst, PSB 2003: the letters of the short form must be found from right to left in the words before (or
 * inside) the brackets, the first one at the start of a word.  Stricter than they are: the long form's words must begin with
 * the letters for the most part, or the pair is not taken.
 */
#ifndef NASLAG_TEXT_ABBREV_H
#define NASLAG_TEXT_ABBREV_H

#include "base/buf.h"

#define ABBREV_VERSION 1
#define ABBREV_SHORT_MAX 16 /* bytes of a folded short form */
#define ABBREV_LONG_MAX 120 /* bytes of a folded long form */
#define ABBREV_WORDS_MAX 12 /* words of a long form */

struct abbrev {
    char brief[ABBREV_SHORT_MAX + 1]; /* folded, as a query would say it: "wob" */
    char full[ABBREV_LONG_MAX + 1];   /* folded words, one space between: "wet openbaarheid van bestuur" */
};

struct abbrevs {
    struct abbrev *items; /* each pair once */
    size_t count, capacity;
};
void abbrevs_done(struct abbrevs *abbrevs);

/* Adds the pairs that the text defines. */
enum err_code abbrev_mine(const char *text, size_t len, struct abbrevs *abbrevs, struct err *err);

#endif
