/* spool.h - documents that have been read and wait to be analysed.
 *
 * Which blocks of a document are boilerplate (text/recur.h) is known when all documents of a batch have been
 * read.  Until then a builder keeps them in a file of its own in DIR/tmp, and beside it what the indexer
 * counts: for each document u64 length of the rest, u32 likeness, u32 number of blocks, u64 hash for each different block, and
 * the name of its source.  Both files are gone after a crash, like all of tmp/: nothing in them has been acknowledged.
 */
#ifndef NASLAG_INDEXER_SPOOL_H
#define NASLAG_INDEXER_SPOOL_H

#include "indexer/compose.h"

struct spool;

/* Makes the files PATH and PATH.blocks when the first document comes. */
enum err_code spool_new(const char *path, struct spool **ret_spool, struct err *err);
/* Removes the files. */
void spool_free(struct spool *spool);
DEFINE_CLEANUP(struct spool, spool_free)

/* Of the input head, text and pages are kept. */
enum err_code spool_add(struct spool *spool, const struct compose_input *input, struct err *err);
/* Makes the files whole, for another process to read; *ret_path is "" when there are no documents. */
enum err_code spool_finish_counts(struct spool *spool, const char **ret_path, struct err *err);
/* Goes to the first document. */
enum err_code spool_rewind(struct spool *spool, struct err *err);
/* The next document, which points into the spool until the next call; *ret_more is false at the end. */
enum err_code spool_next(struct spool *spool, struct compose_input *ret_input, bool *ret_more, struct err *err);

/* Of another process's documents, given by the path of its file of counts (which spool_finish_counts has made whole): their size,
 * and a look at every so many-eth document, of which no more than SPOOL_SAMPLE_MAX bytes, to train a dictionary. */
#define SPOOL_SAMPLE_MAX ((size_t)4 << 20)
uint64_t spool_size(const char *counts_path);
enum err_code spool_sample(const char *counts_path, uint64_t every, struct trainer *trainer, struct err *err);

/* A document in a file of counts. */
struct spool_count {
    const char *source; /* not NUL-terminated */
    size_t source_len;
    uint32_t likeness, block_count;
    struct span blocks; /* block_count times u64 */
};
/* Reads the next of a file of counts that is in memory; false at the end or when it is damaged (span->failed). */
bool spool_read_count(struct span *span, struct spool_count *ret_count);

#endif
