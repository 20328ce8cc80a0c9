/* purge_captures.h - captures of a web archive that say that nothing had changed since one that is purged. */
#ifndef NASLAG_INDEXER_PURGE_CAPTURES_H
#define NASLAG_INDEXER_PURGE_CAPTURES_H

#include "indexer/tombstones.h"

/* Visits the rows of captures that are no documents (EXTRACT_REVISIT, EXTRACT_REPEATED) of which the latest document of the
 * address up to then is one for which `gone` is true: behind that they would seem to repeat the document before it. */
typedef bool purge_gone(void *context, const char *uid);
enum err_code purge_captures(struct ledger *ledger, purge_gone *gone, ledger_document_visit *visit, void *context, struct err *err);

#endif
