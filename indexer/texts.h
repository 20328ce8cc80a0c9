/* texts.h - stored texts of an index as a whole: which dictionary they share, and how they follow their documents in a merge.
 *
 * A dictionary (text/packing.h) is trained once, when an index has enough text, and all store files written later use it:
 * those of builders, which find it in the folder, and those of merges.  It is trained anew when there is PACKING_GROWTH times
 * as much text, so a logarithmic number of times; then older store files keep theirs until their part is merged.  Manifests
 * list a dictionary among the texts of the parts that need it, so it lives as long as they do.
 *
 * Store files follow the parts: merging parts copies the records of their living documents into one new store file, in the
 * order of the documents.  So after a merge a part has one store file without dead text in it, an index has no more store files
 * than it has parts and builders have made since, dead text is bounded as dead documents are, and a text is copied as often as
 * its document: a logarithmic number of times (publish.h).  Copying a record is copying its bytes, unless the dictionary changes.
 */
#ifndef NASLAG_INDEXER_TEXTS_H
#define NASLAG_INDEXER_TEXTS_H

#include "text/generation.h"
#include "text/store.h"

/* ---- Dictionaries ------------------------------------------------------------------------- */

/* The dictionary for a new store file of an index; NULL when there is none. */
enum err_code texts_dictionary(const char *directory, struct dictionary **ret_dictionary, struct err *err);
/* Trains one on documents that wait in the spools of builders, given by the paths of their files of counts (spool.h), when
 * the index needs one.  The folder is synced with the generation that first names it. */
enum err_code texts_train(const char *directory, const char *const *counts, size_t count, struct err *err);
/* Adds a store file to a part of a generation, with the dictionary it needs. */
enum err_code texts_add(const char *directory, const char *name, struct generation *generation, struct generation_part *part,
                        struct err *err);

/* ---- Merging ------------------------------------------------------------------------------ */

struct text_mover;

/* For merging the parts [from, part_count) of a generation, which must outlive it.  `name` is that of the store file to be
 * made, which is not there yet.  Trains a dictionary first when there is more text than the one that is there was made for. */
enum err_code text_mover_new(const char *directory, const struct generation *generation, size_t from, const char *name,
                             struct text_mover **ret_mover, struct err *err);
/* The same with a dictionary of the caller's choice, NULL for none: nothing is trained. */
enum err_code text_mover_new_with(const char *directory, const struct generation *generation, size_t from, const char *name,
                                  struct dictionary *dictionary, struct text_mover **ret_mover, struct err *err);
void text_mover_free(struct text_mover *mover);
DEFINE_CLEANUP(struct text_mover, text_mover_free)
/* An on_data of shim_merge: copies the text of a document, and appends its data, which tell where it is now, to `out`.
 * `context` is the mover, `source` counts from `from`. */
enum err_code text_mover_on_data(void *context, size_t source, uint32_t docid, const char *data, size_t len, struct buf *out,
                                 struct err *err);
/* Syncs the new file and its folder, and adds it to the merged part.  There is none when no document was alive. */
enum err_code text_mover_end(struct text_mover *mover, struct generation *fresh, struct generation_part *part, struct err *err);

#endif
