/* mend.h - repairing the text of a record before it is stored and indexed. */
#ifndef NASLAG_INDEXER_MEND_H
#define NASLAG_INDEXER_MEND_H

#include "extract/extract.h"
#include "text/dutch.h"
#include "text/repair.h"

/* Version of all that is done to a document before its text is stored; a change makes the indexer take in files again that did
 * not change. */
#define MEND_VERSION (1000 * EXTRACT_VERSION + REPAIR_VERSION)

/* Replaces the record's text by the mended one (repair.h) and moves its pages and headings along. */
enum err_code mend_record(const struct dutch *dutch, struct extract_record *record, struct err *err);

#endif
