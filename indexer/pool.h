/* pool.h - the indexer's side of its builder processes: starting them, handing out jobs, hearing back. */
#ifndef NASLAG_INDEXER_POOL_H
#define NASLAG_INDEXER_POOL_H

#include "base/frame.h"
#include "indexer/builder.h"
#include "indexer/publish.h"

struct pool;

/* Forks `count` builders.  The caller is single-threaded and has no ledger open: builders open their own, and SQLite's
 * locks do not survive a fork. */
enum err_code pool_new(const struct builder_options *options, unsigned count, struct pool **ret_pool, struct err *err);
/* Closes the sockets and waits for the builders; `kill_now` does not let them finish. */
void pool_free(struct pool *pool, bool kill_now);

/* A builder that can be given another job now, or -1. */
int pool_free_builder(const struct pool *pool);
/* Jobs handed out and not done. */
unsigned pool_outstanding(const struct pool *pool);
/* Sends a job: BUILDER_FILE, BUILDER_REWRITE or BUILDER_AGAIN. */
enum err_code pool_send(struct pool *pool, int builder, enum builder_message type, const struct buf *message,
                        struct err *err);
/* Waits for one message of any builder, at most `wait_ms`.  ERR_TIMEOUT: none came; ERR_INTERRUPTED: a signal did.
 * A builder that died or reported a fatal error gives that error. */
enum err_code pool_receive(struct pool *pool, int wait_ms, const struct frame **ret_frame, struct err *err);

/* A message handler for what arrives while sealing. */
typedef enum err_code pool_handler(void *context, const struct frame *frame, struct err *err);
/* Has every builder finish its segment and store, and waits for all: what they made goes into `batch`. */
enum err_code pool_seal(struct pool *pool, pool_handler *handler, void *context, struct publish_batch *batch,
                        struct err *err);
/* Sends a message to every builder that needs no answer. */
enum err_code pool_tell(struct pool *pool, enum builder_message type, const struct buf *message, struct err *err);
/* Asks every builder for the blocks of the documents that wait: `counted` takes each BUILDER_COUNTED, `handler` the rest. */
enum err_code pool_count(struct pool *pool, pool_handler *counted, void *counting, pool_handler *handler, void *context,
                         struct err *err);
/* Takes a BUILDER_SEGMENT message into the batch. */
enum err_code pool_take_segment(const struct frame *frame, struct publish_batch *batch, struct err *err);

#endif
