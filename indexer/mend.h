/* mend.h - repairing the text of a record before it is stored and indexed. */
#ifndef NASLAG_INDEXER_MEND_H
#define NASLAG_INDEXER_MEND_H

#include "extract/extract.h"
#include "text/dutch.h"

/* Replaces the record's text by the mended one (repair.h) and moves its pages and headings along. */
enum err_code mend_record(const struct dutch *dutch, struct extract_record *record, struct err *err);

#endif
