/* archive.h - the documents of a generation with their texts, the dead ones included: what is on disk, not what is found. */
#ifndef NASLAG_INDEXER_ARCHIVE_H
#define NASLAG_INDEXER_ARCHIVE_H

#include "indexer/layout.h"
#include "shim/shim.h"
#include "text/doc_head.h"
#include "text/store.h"

struct archive;

/* The generation must outlive it. */
enum err_code archive_open(const struct layout *layout, const struct generation *generation, struct archive **ret_archive,
                           struct err *err);
void archive_free(struct archive *archive);
DEFINE_CLEANUP(struct archive, archive_free)

/* The documents of a part have docids from 1 to this; some may be unused. */
uint32_t archive_last(const struct archive *archive, size_t part);
/* Borrowed until the next call.  ERR_NOT_FOUND: there is no such document. */
enum err_code archive_head(struct archive *archive, size_t part, uint32_t docid, struct doc_head *ret_head, struct err *err);
/* The text of the document of the last archive_head, appended. */
enum err_code archive_text(struct archive *archive, const struct doc_head *head, struct buf *text, struct err *err);
/* Where documents with a unique id are, at most `max` of them. */
struct archive_place {
    uint32_t part, docid;
};
enum err_code archive_find(struct archive *archive, const char *uid, struct archive_place *places, size_t max, size_t *ret_count,
                           struct err *err);

#endif
