/* learn.h - what the collection says of blocks (text/recur.h): their classes, and which documents were analysed with others.
 *
 * All of it is read from the terms and values of the documents in a generation, so that nothing else has to be kept, and it
 * does not matter in which order or by how many builders they were made.  The way of a run:
 *
 *   1. Before a batch is analysed, learn_predict says which of its blocks will recur, from the generation and from the
 *      blocks of the documents that wait (spool.h).  It counts a changed document twice, once as it was; what it gets wrong is
 *      put right by 2.
 *   2. When all is published, learn_find_stale lists the documents that were analysed with a class that is wrong: new
 *      ones, and old ones in which a new document, or the end of one, has changed what recurs.  They are analysed again, with
 *      the classes that it gives, and published; that repeats until there are none.  Twice is enough: the second time
 *      for blocks in gaps that came about in the first.
 *
 * The ledger says for which generation 2 was finished (ledger_learnt).  A run that finds another one there, because
 * the last one was interrupted, looks at all blocks; otherwise at those of the parts that are new, and, when documents have
 * died, at those that recur.
 */
#ifndef NASLAG_INDEXER_LEARN_H
#define NASLAG_INDEXER_LEARN_H

#include "indexer/known.h"
#include "indexer/layout.h"

struct learner;

/* Opens a generation, which outlives the learner, and counts the documents of each source in the ledger. */
enum err_code learner_new(const struct layout *layout, struct ledger *ledger, const struct generation *generation,
                          struct learner **ret_learner, struct err *err);
void learner_free(struct learner *learner);
DEFINE_CLEANUP(struct learner, learner_free)

/* Adds a file of counts. */
enum err_code learn_add_counts(struct learner *learner, const char *path, struct err *err);
/* The classes of all blocks in the counts. */
enum err_code learn_predict(struct learner *learner, struct known *ret_known, struct err *err);

/* What is to be looked at. */
struct learn_scope {
    bool all;    /* every block */
    bool fewer;  /* documents have died: every block that recurs */
    const char (*old_parts)[GENERATION_NAME_MAX]; /* parts in which nothing else has changed */
    size_t old_count;
};

struct learn_document {
    uint32_t part, local; /* index in the generation, docid in the part */
};

struct learn_stale {
    struct learn_document *items; /* ascending, each once */
    size_t count, capacity;
};

void learn_stale_done(struct learn_stale *stale);
/* The documents to analyse again, and the classes to do so with.  A source whose threshold has changed widens the scope. */
enum err_code learn_find_stale(struct learner *learner, const struct learn_scope *scope, struct learn_stale *ret_stale,
                               struct known *ret_known, struct err *err);
/* Notes in the ledger with which thresholds the sources were looked at. */
enum err_code learn_note_thresholds(struct learner *learner, struct err *err);

#endif
