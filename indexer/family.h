/* family.h - near-copies: which documents form a family, by their sketches (text/sketch.h).
 *
 * A family has a leader; its other members are like the leader (SKETCH_LIKE), so that likeness does not wander off along a chain
 * of documents that are each a little different.  Documents that were in a family stay in it as long as they are like its
 * leader, and new ones join what is there, so families are stable from one generation to the next; in one batch documents come
 * in the order of their uids, so the result does not depend on who read them.  Pairs to compare are found by bands (locality
 * sensitive hashing: Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, ch. 3).
 */
#ifndef NASLAG_INDEXER_FAMILY_H
#define NASLAG_INDEXER_FAMILY_H

#include "base/err.h"
#include "text/sketch.h"

/* A document, or one of a set of copies. */
struct family_node {
    uint64_t uid;
    const uint8_t *sketch; /* SKETCH_BYTES, borrowed */
    uint64_t family;       /* in: id of the family it was in, 0 for none; out: the one it is in, alone or not */
    bool fresh;            /* it was not there before, or has changed */
};

/* Sorts the nodes by uid and sets their families.  The id of a family is the uid of its first leader.  Memory: about 100 bytes
 * for each fresh node. */
enum err_code family_assign(struct family_node *nodes, size_t count, struct err *err);

#endif
