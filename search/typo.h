/* typo.h - how likely it is that one word was typed for another: a noisy channel for Dutch.
 *
 * A cost is -ln P(typed | meant), up to a constant: the cheapest way to turn the one into the other by single edits and by
 * spelling confusions of several letters.  After Kernighan, Church & Gale, COLING 1990, and Brill & Moore, ACL 2000; the confusions
 * are those of Dutch spelling, where one sound has two spellings.  The costs are rounded by hand, not learned.
 */
#ifndef NASLAG_SEARCH_TYPO_H
#define NASLAG_SEARCH_TYPO_H

#include <stddef.h>

#define TYPO_LEN_MAX 66 /* bytes of either word */

/* Folded forms.  0 for equal ones; large for too long ones. */
double typo_cost(const char *typed, size_t typed_len, const char *meant, size_t meant_len);

/* Calls `visit` with each spelling that is one confusion away (ei for ij, ch for g ...), those too that are more than one letter
 * away. */
typedef void typo_visit(void *context, const char *variant, size_t len);
void typo_variants(const char *typed, size_t len, typo_visit *visit, void *context);

#endif
