/* purge.h - naslag-index --purge, --purged and --unpurge: taking documents out for good, at once.
 *
 * The way of a purge:
 *   1. what is meant, and what has the same content, is found (purge_plan.h); nothing has been changed until then;
 *   2. one transaction of the ledger writes the tombstone (tombstones.h), makes the rows of the documents skipped, and takes away
 *      all that could be rolled back to;
 *   3. the parts that have the documents, dead versions included, are merged anew without them, their texts follow
 *      (texts.h), and that is published as a generation; all older ones go, and the ledger is rewritten;
 *   4. a line is written to purge.log, and the tombstone is not pending any more.
 * Whatever ends it behind 2, purge_finish does the rest: the next run does that before all else, or the same command.
 */
#ifndef NASLAG_INDEXER_PURGE_H
#define NASLAG_INDEXER_PURGE_H

#include "indexer/layout.h"
#include "indexer/progress.h"
#include "indexer/tombstones.h"

struct purge_options {
    const char *directory;
    const char *target, *reason;
    bool dry_run, quiet, json;
    bool allow_network, no_space_check;
};

/* ERR_NOT_FOUND with *ret_unknown: the index knows nothing by that name, and nothing was changed. */
enum err_code purge_run(const struct purge_options *options, bool *ret_unknown, struct err *err);
/* Prints the tombstones. */
enum err_code purge_list(const char *directory, bool json, struct err *err);
/* Takes away a tombstone: options->target is its number, or the id of a document that it keeps out.  What it kept out may come back
 * with the next run, which reads these files again. */
enum err_code purge_undo(const struct purge_options *options, bool *ret_unknown, struct err *err);

/* Does what is left to do of the tombstones that are pending, in a generation behind `current`, which it becomes.  The ledger
 * is not in a transaction. */
enum err_code purge_finish(const struct layout *layout, struct ledger *ledger, struct generation *current,
                           struct progress *progress, struct err *err);

/* ---- purge_log.c ---------------------------------------------------------------------------- */

/* Appends a line to purge.log, synced, and says the same on standard error. */
enum err_code purge_log(const struct layout *layout, struct ledger *ledger, const char *action, const struct tombstone *tombstone,
                        struct progress *progress, struct err *err);

#endif
