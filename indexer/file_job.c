/* file_job.c - reading a job. */
#include "indexer/file_job.h"

#include <string.h>

static void copy_blob(struct span *span, char *out, size_t cap)
{
    size_t len;
    const char *text = span_blob(span, &len);
    if (text == NULL || len >= cap) {
        span->failed = true;
        out[0] = '\0';
        return;
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

/* What the configuration says of the document. */
static void read_values(struct span *span, struct file_job *job)
{
    struct source_values *values = &job->metadata.values;
    const char **slots[] = { &values->kind, &values->programme, &values->organisation, &values->default_programme,
                             &values->default_organisation };
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        copy_blob(span, job->values[i], sizeof job->values[i]);
        *slots[i] = job->values[i];
    }
    values->restricted_too = span_u8(span) != 0;
    job->stamp = span_u64(span);
}

enum err_code file_job_read(struct span *span, struct file_job *job, struct err *err)
{
    job->metadata = (struct metadata){ .restriction = "" };
    job->id = span_u64(span);
    job->compare = span_u8(span) != 0;
    job->start = span_u64(span);
    job->end = span_u64(span);
    const char *key = span_bytes(span, KEYED_KEY_SIZE);
    copy_blob(span, job->set, sizeof job->set);
    copy_blob(span, job->path, sizeof job->path);
    copy_blob(span, job->name, sizeof job->name);
    copy_blob(span, job->source, sizeof job->source);
    copy_blob(span, job->url, sizeof job->url);
    copy_blob(span, job->kind, sizeof job->kind);
    read_values(span, job);
    if (span->failed || key == NULL) {
        return err_set(err, ERR_INTERNAL, "a builder was given a job it cannot read");
    }
    memcpy(job->key, key, KEYED_KEY_SIZE);
    return ERR_OK;
}
