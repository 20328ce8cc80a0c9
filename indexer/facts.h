/* facts.h - the dates, periods and document numbers of a document: as terms, as values, and in its head. */
#ifndef NASLAG_INDEXER_FACTS_H
#define NASLAG_INDEXER_FACTS_H

#include "shim/shim.h"
#include "text/doc_head.h"
#include "text/notation.h"

#define FACTS_MAX 20000 /* of one document; what comes later has no terms of its own */
/* Labels and the place and date of a letter count as the document's date up to this byte. */
#define FACTS_DATE_BYTES 4096
#define FACTS_TITLE_MAX 20
#define FACTS_PERIOD_YEARS 200 /* a period has terms for so many years at most */

struct fact {
    size_t start;      /* byte in the text */
    uint32_t position; /* of its first word; 0 until facts_place */
    struct notation_terms terms;
};

struct facts {
    struct fact *items; /* ascending by start */
    size_t count, capacity, placed;
    uint32_t date_from; /* of the document, as found; 0 when not */
    enum date_precision date_precision;
    uint32_t period_from, period_to; /* all labelled periods together; 0 when there is none */
    uint32_t archived[8]; /* days on which it was taken into the archive */
    size_t archived_count;
    char date[DATE_FORMAT_SIZE], period_start[DATE_FORMAT_SIZE], period_end[DATE_FORMAT_SIZE], archived_text[DATE_FORMAT_SIZE];
    bool periods_differ;
};

/* Finds them and completes the head: period, and the date and the day of archiving when the metadata gave none.  The head then
 * borrows from `facts`. */
enum err_code facts_find(const char *text, size_t len, struct doc_head *head, struct facts *facts, struct err *err);
void facts_done(struct facts *facts);
/* A block text[from..to) whose first token has `position`; blocks come in order. */
void facts_place(struct facts *facts, const char *text, size_t from, size_t to, uint32_t position);
/* The terms and values. */
enum err_code facts_add(const struct facts *facts, const struct doc_head *head, struct shim_doc *doc, struct err *err);

#endif
