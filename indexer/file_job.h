/* file_job.h - what a builder is told with a BUILDER_FILE message. */
#ifndef NASLAG_INDEXER_FILE_JOB_H
#define NASLAG_INDEXER_FILE_JOB_H

#include "base/keyed.h"
#include "indexer/metadata.h"

/* Strings are copies. */
struct file_job {
    uint64_t id;
    bool compare;
    uint64_t start, end;
    uint8_t key[KEYED_KEY_SIZE];
    char set[4096]; /* the lines that are known, "" when none are */
    char path[4096], name[4096], source[256], url[1024], kind[128];
    char values[5][SOURCE_VALUE_MAX + 1]; /* strings of metadata.values */
    uint64_t stamp;
    struct metadata metadata;
};

/* Nothing of the job's metadata is read yet; the caller ends it with metadata_done. */
enum err_code file_job_read(struct span *span, struct file_job *job, struct err *err);

#endif
