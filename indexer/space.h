/* space.h - whether there is room on the disk for a run, before it begins. */
#ifndef NASLAG_INDEXER_SPACE_H
#define NASLAG_INDEXER_SPACE_H

#include <stdint.h>

#include "text/generation.h"

/* Bytes that a run needs at its highest, above what the index takes already: what it is going to read (`source_bytes`) as
 * segments, as a part and as stored texts, and merging the parts for which that is going to be due.
 * `rewrite`: all is analysed again instead. */
uint64_t space_needed(const struct generation *current, uint64_t source_bytes, bool rewrite);
/* ERR_NOSPACE, with numbers, when the file system of the directory does not have it. */
enum err_code space_check(const char *directory, const struct generation *current, uint64_t source_bytes, bool rewrite,
                          struct err *err);

#endif
