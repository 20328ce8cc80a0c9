/* inflect.h - lexicon-verified Dutch inflection: which forms are one word.
 *
 * Forms of one word get one class key: plural, diminutive and genitive of a noun, forms of an adjective (with -e, -er, -st,
 * -s), of a verb (present, past, participle, infinitive), -heid/-heden.  A rule only applies when what it makes is a known word
 * (words.h); a form that no rule explains is its own class.  Never merges by look alone: `overheid` does not meet `over`,
 * `geweld` not `wel`, `gemeente` not `meen`.  Sources: Dutch spelling rules of inflection (open and closed syllables,
 * v/f and z/s); Kraaij & Pohlmann, SIGIR 1996: conflating inflection only beats stemming for Dutch.
 */
#ifndef NASLAG_TEXT_INFLECT_H
#define NASLAG_TEXT_INFLECT_H

#include "text/words.h"

#define INFLECT_VERSION 1
#define INFLECT_MAX 64 /* longest key */

/* Writes the class key of a folded form and returns its length.  The key is a folded stem: the singular of a noun, the base of an
 * adjective, the bare stem of a verb (`werk` for werken and gewerkt, `uitvoer` for uitgevoerd), which need not be a word of its
 * own in the list when a separable prefix stands before one that is (`omvorm`).  Noun and verb with one stem meet.
 * Pure: depends on `words` and the form only; the key of a key is the key.  Unknown forms give themselves, except where a
 * rule leads to a known word, or the last part of a compound takes a rule behind a known word
 * (`digitaliseringsprogrammas`).  Without known words only 's, a final ' and -heden are undone, and the short table of irregular
 * forms applies.  Of a form longer than INFLECT_MAX the letters that fit are taken, whole characters. */
size_t inflect_class(const struct words *words, const char *form, size_t len, char out[INFLECT_MAX]);

#endif
