/* publish.h - from segments and dead documents to a published generation. */
#ifndef NASLAG_INDEXER_PUBLISH_H
#define NASLAG_INDEXER_PUBLISH_H

#include "indexer/layout.h"
#include "shim/shim.h"
#include "text/dutch.h"

/* What publishing works on. */
struct publisher {
    const struct layout *layout;
    struct ledger *ledger;
    const struct dutch *dutch;   /* the resources of the generation that is being made */
    struct generation *current;  /* becomes the new generation */
    void (*on_progress)(void *context, uint64_t done, uint64_t total); /* of merging, or NULL */
    void *context;
};

struct publish_segment {
    char path[512];
    uint32_t docs;
};

struct publish_uid {
    char uid[SCHEMA_UID_LEN + 1];
};

/* What a new generation adds to the current one. */
struct publish_batch {
    struct publish_segment *segments;
    size_t segment_count, segment_capacity;
    char (*texts)[GENERATION_NAME_MAX]; /* store files, synced */
    size_t text_count, text_capacity;
    struct publish_uid *dead;           /* documents of the current generation that are replaced or gone */
    size_t dead_count, dead_capacity;
    struct publish_uid *duplicates;     /* uids that stand more than once in the segments: the first in its file stays */
    size_t duplicate_count, duplicate_capacity;
    bool replace;                       /* --reanalyse: the new part takes the place of all old ones */
};

enum err_code publish_add_dead(struct publish_batch *batch, const char *uid, struct err *err);
enum err_code publish_add_duplicate(struct publish_batch *batch, const char *uid, struct err *err);
void publish_batch_clear(struct publish_batch *batch);
void publish_batch_done(struct publish_batch *batch);
bool publish_batch_is_empty(const struct publish_batch *batch);

/* Makes generation current->number + 1 of the batch, durable; commits the ledger with it (the acknowledgement);
 * publishes; clears up what is no longer named.  *current becomes the new generation. */
enum err_code publish_batch(const struct publisher *publisher, const struct publish_batch *batch, struct err *err);

/* Opens all parts of a generation, dead documents left out. */
enum err_code publish_open_reader(const struct layout *layout, const struct generation *generation,
                                  struct shim_reader **ret_reader, struct err *err);

/* Merges small or half-dead parts into one, as a generation of its own, when that is due.
 * Policy: the parts at the end of the list are merged as long as the part before them is less than PUBLISH_RATIO times as
 * large as they are together, or when there are more than PUBLISH_PARTS_MAX; a part of which more than a third is dead is
 * rewritten.  So an index has few parts, and a document is rewritten a logarithmic number of times. */
#define PUBLISH_RATIO 4
#define PUBLISH_PARTS_MAX 8
enum err_code publish_merge(const struct publisher *publisher, bool *ret_merged, struct err *err);

#endif
