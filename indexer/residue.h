/* residue.h - whether a dictionary (text/packing.h) has kept something of a text that is to go.
 *
 * A dictionary consists of pieces of texts that it was trained on, word for word.  Most are in many documents.  One that is in none
 * of those that stay must have come from a text that goes:
 *   - a word of the text that no living document has, and that is in the dictionary, or three quarters of it are;
 *   - words of the text in a row that stand so in the dictionary, and in no living document.
 * Forms are compared, as tokens fold to them.  A piece that a page break cuts in all documents that stay counts as kept, too: what
 * is then done in vain is training again.
 */
#ifndef NASLAG_INDEXER_RESIDUE_H
#define NASLAG_INDEXER_RESIDUE_H

#include "base/buf.h"
#include "shim/shim.h"

struct residue;

/* `path` is that of the dictionary; `living` reads the documents that stay, and outlives the residue. */
enum err_code residue_new(const char *path, struct shim_reader *living, struct residue **ret_residue, struct err *err);
void residue_free(struct residue *residue);
DEFINE_CLEANUP(struct residue, residue_free)
enum err_code residue_check(struct residue *residue, const char *text, size_t len, bool *ret_kept, struct err *err);

#endif
