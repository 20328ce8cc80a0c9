/* metadata.h - what is known of a document from all sides, in one: rule > sidecar > table > the file itself > the source's
 * defaults.
 *
 * What the text says of its date and period comes after all of these (facts.h).
 */
#ifndef NASLAG_INDEXER_METADATA_H
#define NASLAG_INDEXER_METADATA_H

#include "extract/extract.h"
#include "indexer/beside.h"
#include "text/doc_head.h"

struct metadata {
    struct extract_record sidecar, table; /* fields only; all "" or NULL when there is none */
    struct source_values values;
    char restriction[288]; /* why the document is to be kept out, or "" */
};

/* Reads what stands beside the document, in the worker.  ERR_INVALID, ERR_TIMEOUT, ERR_CORRUPT: it cannot be read, and why: then
 * nobody knows whether the document may be published. */
enum err_code metadata_read(struct extract_worker *worker, const char *path, const char *name, struct metadata *metadata,
                            struct err *err);
void metadata_done(struct metadata *metadata);
/* Completes the record and says where its values come from.  A record that is only a part of its file takes over what holds for
 * all parts: not title, date, author and the like. */
enum err_code metadata_merge(const struct metadata *metadata, const char *default_kind, struct extract_record *record,
                             uint8_t origins[DOC_FIELDS], struct err *err);

/* Appends what a builder is told with a job: the values of the source and its rules, and the stamp (beside_stamp). */
void metadata_write_job(const struct source *source, const char *name, uint64_t stamp, struct buf *message);
/* The headings of a record, one a line. */
void metadata_headings(const struct extract_record *record, struct buf *out);
/* Where a reader can open it: the record's own address, or the source's (`prefix`) and the path. */
void metadata_url(const char *prefix, const char *name, const struct extract_record *record, struct buf *out);

#endif
