/* compose.h - one document: from a record to stored text, terms and document data. */
#ifndef NASLAG_INDEXER_COMPOSE_H
#define NASLAG_INDEXER_COMPOSE_H

#include "shim/shim.h"
#include "text/analysis.h"
#include "text/doc_head.h"
#include "text/store.h"

/* What a document is made of; nothing is owned. */
struct compose_input {
    struct doc_head head; /* store, store_offset and tokens are filled in by compose_document */
    const char *text;
    size_t text_len;
    const uint32_t *pages; /* byte offsets; pages[0] is 0 */
    uint32_t page_count;
};

/* Stores the text and fills `doc`.  *ret_postings: a measure of the memory it takes in a segment. */
enum err_code compose_document(struct analysis *analysis, struct store_writer *store, const char *store_name,
                               const struct compose_input *input, struct shim_doc *doc, size_t *ret_postings, struct err *err);

#endif
