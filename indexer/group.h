/* group.h - making the list of copies, near-copies and captures of a generation (text/groups.h). */
#ifndef NASLAG_INDEXER_GROUP_H
#define NASLAG_INDEXER_GROUP_H

#include "indexer/layout.h"

/* Writes groups/gNUMBER for a generation that is about to be published, from the values of its living documents, and names it in
 * `fresh`; no file when no document is in a set.  `before` is the generation that it follows: families go on.  Of captures in which
 * nothing had changed the ledger tells. */
enum err_code group_generation(const struct layout *layout, struct ledger *ledger, const struct generation *before,
                               struct generation *fresh, struct err *err);

#endif
