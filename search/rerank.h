/* rerank.h - the order of the first hits, from where their words stand.
 *
 * Matching adds up the weights of words.  For the first RERANK_HITS documents that it finds, the places of the words in the text
 * are looked up (snippets need them anyway), and documents where words of the query stand near each other go up; copies of
 * a better one go down.
 * Source: Buettcher, Clarke & Lushman, "Term proximity scoring for ad-hoc retrieval on very large text collections",
 * SIGIR 2006.
 */
#ifndef NASLAG_SEARCH_RERANK_H
#define NASLAG_SEARCH_RERANK_H

#include "search/hits.h"

#define RERANK_HITS 30

/* What a document gets for words that stand near each other, on the scale of the weights of a match. */
double rerank_nearness(const struct plan *plan, const struct places *places);
/* Of documents with the same likeness (recur.h: copies, versions that hardly differ; 0 is none) the best keeps its score, and the
 * others lose part of it. */
void rerank_copies(const uint32_t *likenesses, size_t count, double *scores);
/* Orders [0, count) by score, highest first; of equal scores the first stays first.  order[i] is an index into scores. */
void rerank_order(const double *scores, size_t count, size_t *order);

#endif
