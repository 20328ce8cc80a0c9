/* names.h - the names a document goes by: its title, what the title has in brackets, and how it says it is to be cited.
 *
 * Laws, regulations and treaties have long titles and are cited by short ones, which stand in brackets at the end of the title
 * (`(Mediawet 2008)`) or in a closing article (`Deze wet wordt aangehaald als: Mediawet 2008`).  A search for exactly such a
 * name means that document, not one of the many that mention it.
 */
#ifndef NASLAG_TEXT_NAMES_H
#define NASLAG_TEXT_NAMES_H

#include "base/buf.h"

#define NAME_MAX_BYTES 200 /* longer names are not taken */
#define NAMES_MAX 8

struct names {
    char items[NAMES_MAX][NAME_MAX_BYTES + 1]; /* folded words, one space between; each once */
    size_t count;
};

void names_find(const char *title, size_t title_len, const char *text, size_t len, struct names *ret_names);

/* Folded words of a piece of text, one space between, as names are written; 0 when it has none or is too long. */
size_t name_fold(const char *text, size_t len, char out[NAME_MAX_BYTES + 1]);

#endif
