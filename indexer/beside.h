/* beside.h - the files with metadata that stand beside a document (extract/sidecar.h), by name; and what the configuration says.
 *
 * Of map/brief.pdf these are, strongest first: brief.pdf.bestand.mdto.xml, brief.pdf.mdto.xml, brief.pdf.metadata.xml,
 * brief.pdf.diwoo.xml, brief.pdf.dc.xml, brief.pdf.xml, brief.mdto.xml, brief.metadata.xml, brief.diwoo.xml, brief.dc.xml; then the
 * tables map/metadata.csv and metadata.csv of each folder above it, up to the source's root.  They are no documents themselves.
 */
#ifndef NASLAG_INDEXER_BESIDE_H
#define NASLAG_INDEXER_BESIDE_H

#include <stdint.h>

#include "base/digest.h"
#include "indexer/source.h"

#define BESIDE_MAX 24

struct beside_file {
    char *path;
    bool table;
    const char *document; /* what a table calls the document: the rest of its name */
    struct stat info;
};

struct beside {
    struct beside_file items[BESIDE_MAX]; /* strongest first */
    size_t count;
};

/* Finds those that are there.  `path` is the document's, `name` the part of it below the source's root, as in source_visit. */
enum err_code beside_find(const char *path, const char *name, struct beside *ret_beside, struct err *err);
void beside_done(struct beside *beside);
/* Whether a file is metadata by its name. */
bool beside_is_metadata(const char *path);

/* Changes when any of them does, or what the configuration says of the document; 0 when there is neither. */
uint64_t beside_stamp(const struct beside *beside, const struct source *source, const char *name);
/* Makes the digest of a document that of the document and what stands beside it; once more with the same stamp, that of the
 * document again. */
void beside_mix(uint8_t digest[DIGEST_SIZE], uint64_t stamp);

#endif
