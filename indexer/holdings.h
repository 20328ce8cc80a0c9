/* holdings.h - the documents of a generation with their texts, the dead ones included: what is on disk, not what is found. */
#ifndef NASLAG_INDEXER_HOLDINGS_H
#define NASLAG_INDEXER_HOLDINGS_H

#include "indexer/layout.h"
#include "shim/shim.h"
#include "text/doc_head.h"
#include "text/store.h"

struct holdings;

/* The generation must outlive it. */
enum err_code holdings_open(const struct layout *layout, const struct generation *generation, struct holdings **ret_holdings,
                            struct err *err);
void holdings_free(struct holdings *holdings);
DEFINE_CLEANUP(struct holdings, holdings_free)

/* The documents of a part have docids from 1 to this; some may be unused. */
uint32_t holdings_last(const struct holdings *holdings, size_t part);
/* Borrowed until the next call.  ERR_NOT_FOUND: there is no such document. */
enum err_code holdings_head(struct holdings *holdings, size_t part, uint32_t docid, struct doc_head *ret_head, struct err *err);
/* The text of the document of the last holdings_head, appended. */
enum err_code holdings_text(struct holdings *holdings, const struct doc_head *head, struct buf *text, struct err *err);
/* Where documents with a unique id are, at most `max` of them. */
struct holdings_place {
    uint32_t part, docid;
};
enum err_code holdings_find(struct holdings *holdings, const char *uid, struct holdings_place *places, size_t max,
                             size_t *ret_count, struct err *err);

#endif
