/* intake.h - a builder's file jobs: opens a file, passes over what is known, has the rest extracted, and lets it wait. */
#ifndef NASLAG_INDEXER_INTAKE_H
#define NASLAG_INDEXER_INTAKE_H

#include "indexer/builder.h"
#include "indexer/spool.h"

struct intake;

/* Reports go to `socket`.  `options` stay the caller's and valid. */
enum err_code intake_new(const struct builder_options *options, int socket, struct intake **ret_intake, struct err *err);
void intake_free(struct intake *intake);
DEFINE_CLEANUP(struct intake, intake_free)

/* Does a BUILDER_FILE job: its documents go to `spool`, and what became of each record and of the job is reported.  An error is
 * the builder's, not the file's. */
enum err_code intake_do_file(struct intake *intake, struct spool *spool, struct span *job, struct err *err);

#endif
