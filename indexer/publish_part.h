/* publish_part.h - the steps that publishing a batch (publish.c) and merging parts (publish_merge.c) share. */
#ifndef NASLAG_INDEXER_PUBLISH_PART_H
#define NASLAG_INDEXER_PUBLISH_PART_H

#include <limits.h>

#include "indexer/publish.h"

enum err_code publish_part_path(const struct layout *layout, const char *name, char path[PATH_MAX], struct err *err);
/* Builds the lexicon of a part that has been merged. */
enum err_code publish_write_lexicon(const struct dutch *dutch, const char *part, struct err *err);
/* Syncs a finished part and the folder it is in. */
enum err_code publish_sync_part(const struct layout *layout, const char *path, struct err *err);

/* Gives a new generation its number, the resources of the current one, and the names of what makes its terms. */
enum err_code publish_name(const struct generation *current, struct generation *fresh, struct err *err);
/* Copies the first `count` parts of `from`, with their dead lists and the names of their texts. */
enum err_code publish_copy_parts(const struct generation *from, size_t count, struct generation *to, struct err *err);
/* Steps 2 and 3 of a publication, and clearing up; `fresh` becomes the current generation. */
enum err_code publish_commit(const struct publisher *publisher, struct generation *fresh, struct err *err);

#endif
