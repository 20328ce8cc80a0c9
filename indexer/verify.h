/* verify.h - naslag-index --verify. */
#ifndef NASLAG_INDEXER_VERIFY_H
#define NASLAG_INDEXER_VERIFY_H

#include <stdint.h>

#include "base/err.h"

struct verify_options {
    const char *directory;
    uint64_t generation; /* only this one; 0: the published one and all that can be gone back to */
    bool quiet, json;
};

/* Reads every byte of every file that the generations need and compares it with what was published; then looks through the ledger.
 * Writes nothing and takes no lock: a run may go on meanwhile, and a generation that it removes is left out.  Tells on standard
 * output what is damaged and what to do.  ERR_CORRUPT: something is; others: it could not be found out. */
enum err_code verify_run(const struct verify_options *options, struct err *err);

#endif
