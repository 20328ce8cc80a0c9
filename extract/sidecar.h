/* sidecar.h - metadata that stands beside a document: the files that say it, and what they mean.
 *
 * An XML sidecar is one document's: MDTO (Nationaal Archief), DiWoo (KOOP, active disclosure under the Woo), Dublin Core; which of
 * them is told by its elements.  A table is a CSV file with a row for each document.  Both are untrusted, and are read where
 * documents are read: in the sandboxed worker.
 */
#ifndef NASLAG_EXTRACT_SIDECAR_H
#define NASLAG_EXTRACT_SIDECAR_H

#include "extract/extract.h"

#define SIDECAR_TABLE "metadata.csv"
#define SIDECAR_ENDINGS 4
/* Files whose names end so are metadata, whatever they are about. */
extern const char *const sidecar_endings[SIDECAR_ENDINGS];
/* Whether a file or member is metadata by its name alone; `path` may have folders. */
bool sidecar_has_name(const char *path);

#define SIDECAR_BYTES_MAX ((size_t)16 << 20) /* a larger one is not read */

/* Fills the fields of an initialised record that have no value yet.  `name` is the document's file name: of a DiWoo sitemap with
 * several documents, the one whose address ends in it counts.  ERR_NOT_FOUND: no sidecar of a kind that is known.
 * ERR_INVALID: it is damaged, or a sitemap in which the document cannot be told, so that not even a restriction can be
 * relied on. */
enum err_code sidecar_read_xml(const char *bytes, size_t len, const char *name, const struct extract_caps *caps,
                               struct extract_record *record, struct err *err);
/* The row of a table (RFC 4180; comma, semicolon or tab) for a document: `name` is its path relative to the table's folder.  Of
 * several rows the first gives the values, and each may restrict.  A record that has no row stays as it is, and *ret_found is
 * false.  ERR_INVALID: the table is empty or damaged, or has no column with names of files: what it restricts is not known. */
enum err_code sidecar_read_table(const char *bytes, size_t len, const char *name, const struct extract_caps *caps,
                                 struct extract_record *record, bool *ret_found, struct err *err);

/* What the words answer. */
enum sidecar_question { SIDECAR_IS_RESTRICTED /* beperking: "nee" is free */, SIDECAR_IS_OPEN /* openbaarheid: "ja" is free */ };

/* Whether these words of a restriction forbid publication (restriction.c).  What is not known to be free is taken for a
 * restriction: keeping a document out is mended more easily than publishing it.  No words are none.  `until` is the day on which it
 * ends (ISO 8601), or "": one that is past does not count. */
bool sidecar_restricts(const char *words, enum sidecar_question question, const char *until);

#endif
