/* compose.h - one document: from a record to stored text, terms and document data. */
#ifndef NASLAG_INDEXER_COMPOSE_H
#define NASLAG_INDEXER_COMPOSE_H

#include "shim/shim.h"
#include "text/analysis.h"
#include "text/doc_head.h"
#include "text/recur.h"
#include "text/store.h"

/* What a document is made of; nothing is owned. */
struct compose_input {
    struct doc_head head; /* store, store_offset and tokens are filled in by compose_document */
    const char *text;
    size_t text_len;
    const uint32_t *pages; /* byte offsets; pages[0] is 0 */
    uint32_t page_count;
    recur_lookup *lookup;  /* the class of a block in the collection; NULL: nothing recurs */
    void *lookup_context;
};

struct compose_result {
    uint64_t recurring; /* bytes of its text that are boilerplate */
};

/* Stores the text and fills `doc`. */
enum err_code compose_document(struct analysis *analysis, struct store_writer *store, const char *store_name,
                               const struct compose_input *input, struct shim_doc *doc, struct compose_result *ret_result,
                               struct err *err);

#endif
