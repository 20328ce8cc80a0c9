/* block_walk.h - goes through the blocks (text/recur.h) of an index, ascending by hash. */
#ifndef NASLAG_INDEXER_BLOCK_WALK_H
#define NASLAG_INDEXER_BLOCK_WALK_H

#include "shim/shim.h"
#include "text/recur.h"

#define BLOCK_STATES 5 /* length of RECUR_STATES; frequencies are in that order */

struct block_walk {
    struct shim_terms *terms[BLOCK_STATES];
    bool more[BLOCK_STATES];
    uint64_t hash[BLOCK_STATES];
    uint32_t frequency[BLOCK_STATES];
};

/* Only terms with one of `states` are looked at.  To be ended also when this fails. */
enum err_code block_walk_begin(struct block_walk *walk, struct shim_reader *reader, const char *states, struct err *err);
void block_walk_end(struct block_walk *walk);
/* The next block, with how many documents (dead ones included) have it in each state; *ret_more is false at the end. */
enum err_code block_walk_next(struct block_walk *walk, uint64_t *ret_hash, uint32_t ret_frequencies[BLOCK_STATES],
                              bool *ret_more, struct err *err);

#endif
