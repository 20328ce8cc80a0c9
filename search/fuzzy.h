/* fuzzy.h - the words of a lexicon that are like a given one.
 *
 * Distance: insertions, deletions and substitutions of bytes, and transpositions of neighbouring ones, no place edited twice
 * (optimal string alignment: Damerau, CACM 1964; Wagner & Fischer, JACM 1974).  Forms are folded, so in Dutch a byte is a letter.
 */
#ifndef NASLAG_SEARCH_FUZZY_H
#define NASLAG_SEARCH_FUZZY_H

#include "text/lexicon.h"

#define FUZZY_LEN_MAX 64 /* bytes of a pattern; words can be longer by the distance only */
#define FUZZY_DISTANCE_MAX 2

typedef void fuzzy_visit(void *context, const struct lexicon_form *word, int distance);

/* Calls `visit` for every word within `distance` of the pattern, itself too, ascending by bytes.  A walk over the sorted
 * words: one row of the edit table for each byte of the shared prefix; where no word that goes on like this can be near enough, the
 * next that can is sought.  Nothing for an empty or too long pattern. */
void fuzzy_walk(const struct lexicon *lexicon, const char *pattern, size_t len, int distance, fuzzy_visit *visit, void *context);

#endif
