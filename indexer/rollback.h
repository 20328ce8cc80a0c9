/* rollback.h - naslag-index --rollback. */
#ifndef NASLAG_INDEXER_ROLLBACK_H
#define NASLAG_INDEXER_ROLLBACK_H

#include <stdint.h>

#include "base/err.h"

struct rollback_options {
    const char *directory;
    uint64_t generation; /* one of ledger_earlier; 0: the newest of them */
    unsigned keep;       /* earlier generations to keep; 0: as before */
    bool quiet, json, allow_network;
};

/* Publishes an earlier generation again, under a new number, and makes the ledger what it was then, in one step as any
 * publication; the next run reads what has changed since.  It does not need what is published now to be sound.  All of the earlier
 * generation is checked first.  ERR_INVALID: there is no such generation to go back to; ERR_CORRUPT: it is damaged too. */
enum err_code rollback_run(const struct rollback_options *options, struct err *err);

#endif
