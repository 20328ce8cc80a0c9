/* status.h - naslag-index --status: what is in the index, what is not, and why. */
#ifndef NASLAG_INDEXER_STATUS_H
#define NASLAG_INDEXER_STATUS_H

#include "base/err.h"

/* Prints to standard output, as text or JSON.  Takes no lock: it may run beside an indexer. */
enum err_code status_print(const char *directory, bool json, struct err *err);

#endif
