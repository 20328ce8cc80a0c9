/* explain.h - naslag-index --explain: what becomes of one file, and why, without changing anything. */
#ifndef NASLAG_INDEXER_EXPLAIN_H
#define NASLAG_INDEXER_EXPLAIN_H

#include "extract/extract.h"
#include "indexer/metadata.h"
#include "indexer/sheet.h"
#include "text/dutch.h"
#include "text/repair.h"

struct explain_options {
    const char *file;
    const char *index;  /* directory of an index, or NULL: then the resources that are installed are used */
    const char *record; /* id of the only record to show, or NULL */
    bool json, terms;   /* terms: what every word derives, not a sample */
    struct extract_caps caps;
};

/* Prints to standard output.  Takes no lock.  *ret_failed: the file, or a record that was asked for, could not be read as a
 * document; the report says why.  ERR_NOT_FOUND: no such file, or no record with that id. */
enum err_code explain_print(const struct explain_options *options, bool *ret_failed, struct err *err);

/* ---- Of one record (explain_record.c) ------------------------------------------------------ */

/* Describes a record as it is stored and indexed.  The record's text is mended, and `metadata` is merged into it. */
enum err_code explain_record(struct sheet *sheet, const struct dutch *dutch, const struct metadata *metadata,
                             struct extract_record *record, bool terms, struct err *err);

/* ---- Of what its text says (explain_facts.c) ------------------------------------------------ */

/* Completes date, period and day of archiving (`captured`) by what the text says, as indexing does, and their origins;
 * *ret_archived: the last one is of the text.  The record's text is not mended yet, and stays as it is. */
enum err_code explain_facts(const struct dutch *dutch, struct extract_record *record, uint8_t origins[DOC_FIELDS],
                            bool *ret_archived, struct err *err);

/* ---- Of its repairs (explain_repair.c) ------------------------------------------------------ */

/* Lists what was mended: kind, place (page, line) in the text as it was extracted, the word before and after, and why. */
void explain_repairs(struct sheet *sheet, const struct dutch *dutch, const struct extract_record *before,
                     const struct buf *mended, const struct repairs *repairs);

#endif
