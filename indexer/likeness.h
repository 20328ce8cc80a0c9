/* likeness.h - the values of a document that tell its copies, near-copies and other captures; indexer/group.h reads them. */
#ifndef NASLAG_INDEXER_LIKENESS_H
#define NASLAG_INDEXER_LIKENESS_H

#include "indexer/compose.h"

/* Lengths of SCHEMA_SLOT_CONTENT and SCHEMA_SLOT_CAPTURE. */
#define LIKENESS_CONTENT_BYTES 16
#define LIKENESS_CAPTURE_BYTES 16

/* `shown` is the text without what is hidden: blanks in its place. */
enum err_code likeness_add(struct shim_doc *doc, const struct compose_input *input, const char *shown, struct err *err);

/* The same number for all writings of one address: without scheme, "www." and fragment, the host in lower case. */
uint64_t likeness_address(struct doc_string url);

/* Whether a document is a capture of a web archive: its name ends in "ADDRESS@MOMENT" (extract/warc.c).  *ret_address is its
 * likeness_address; *ret_moment is YYYYMMDDhhmmss. */
bool likeness_capture(const struct doc_head *head, uint64_t *ret_address, uint64_t *ret_moment);

/* The same of a name alone: of a capture that is no document. */
bool likeness_named_capture(const char *name, uint64_t *ret_address, uint64_t *ret_moment);

#endif
