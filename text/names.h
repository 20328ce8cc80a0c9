/* names.h - the names a document goes by: its title, what the title has in brackets, and how it says it is to be cited.
 *
 * Laws, regulations and treaties have long titles and are cited by short ones, which stand in brackets at the end of the title
 * (`(Mediawet 2008)`) or in a closing article (`Deze wet wordt aangehaald als: Mediawet 2008`, `aangehaald onder den titel
 * "Auteurswet"`); a year at the end may be left out.  A search for such a name means that document, not one of the many that
 * mention it.
 *
 * Names are compared by key: the inflection classes of their words, function words left out, so that `Wet educatie en
 * beroepsonderwijs` is also met by `wet educatie beroepsonderwijs`.  Many documents have a title that is a name like any other
 * words (`Inleiding`, `Tabellen invoegen (Calc)`); who asks for these words need not mean it.  So names that are given
 * are told apart from titles.
 */
#ifndef NASLAG_TEXT_NAMES_H
#define NASLAG_TEXT_NAMES_H

#include "text/words.h"

#define NAME_MAX_BYTES 200 /* names with longer keys are not taken */
#define NAMES_MAX 8

struct name {
    char key[NAME_MAX_BYTES + 1]; /* words with one space between, NUL-terminated */
    const char *text;             /* as it stands in title or text */
    size_t len;
    bool is_short;                /* a name that it is given, not just the whole title or one word in brackets */
};

struct names {
    struct name items[NAMES_MAX]; /* different keys */
    size_t count;
};

/* Borrows title and text. */
void names_find(const struct words *words, const char *title, size_t title_len, const char *text, size_t len,
                struct names *ret_names);

/* Adds a folded word to a key of `used` bytes; returns the new length, `used` when it is a function word, or 0 when the key
 * would be too long. */
size_t name_add_word(const struct words *words, char key[NAME_MAX_BYTES + 1], size_t used, const char *form, size_t len);
/* The key of a piece of text; 0 when it is none or too long. */
size_t name_key(const struct words *words, const char *text, size_t len, char out[NAME_MAX_BYTES + 1]);

#endif
