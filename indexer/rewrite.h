/* rewrite.h - reads documents of a published generation back, to be analysed again from their stored texts. */
#ifndef NASLAG_INDEXER_REWRITE_H
#define NASLAG_INDEXER_REWRITE_H

#include "indexer/compose.h"

struct rewriter;

/* Opens nothing before it is needed. */
enum err_code rewriter_new(const char *directory, struct rewriter **ret_rewriter, struct err *err);
void rewriter_free(struct rewriter *rewriter);

/* Takes a document; `input` is valid during the call. */
typedef enum err_code rewrite_take(void *context, struct compose_input *input, struct err *err);
/* What follows the job number in BUILDER_REWRITE and BUILDER_AGAIN (builder.h).  Dead and missing documents are passed over.
 * Adds bytes of text to *bytes. */
enum err_code rewriter_do_range(struct rewriter *rewriter, struct span *job, rewrite_take *take, void *context,
                                uint64_t *bytes, struct err *err);
enum err_code rewriter_do_list(struct rewriter *rewriter, struct span *job, rewrite_take *take, void *context,
                               uint64_t *bytes, struct err *err);

#endif
