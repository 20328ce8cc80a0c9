/* peer.h - Xapian used the way its own documentation does, for bench/ to measure against.
 *
 * TermGenerator with the Dutch stemmer (strategy SOME, positions; a word of the title counts as five), QueryParser with the
 * same stemmer and default operator OR, snippets by MSet::snippet over the text in the document data.  Not part of
 * the product: libshimpeer.a is linked by benchmarks only, together with libshim.a.  The rules are
 * those of shim.h.
 */
#ifndef NASLAG_SHIM_PEER_H
#define NASLAG_SHIM_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct peer_index;

/* Creates a database in a directory that does not exist yet, with Xapian's defaults (it flushes
 * every 10,000 documents, and syncs). */
enum err_code peer_index_create(const char *path, struct peer_index **ret_index, struct err *err);
/* `id` is the caller's number for the document; peer_search gives it back. */
enum err_code peer_index_add(struct peer_index *index, const char *text, size_t len, const char *title,
                             size_t title_len, uint32_t id, struct err *err);
enum err_code peer_index_commit(struct peer_index *index, struct err *err);
void peer_index_free(struct peer_index *index);

struct peer_reader;

enum err_code peer_reader_open(const char *path, struct peer_reader **ret_reader, struct err *err);
void peer_reader_free(struct peer_reader *reader);
/* The ids of the best `limit` documents, best first, into an array with room for them.  With
 * `snippets` a snippet of each is made and dropped; *ret_bytes is the length of all of them. */
enum err_code peer_search(struct peer_reader *reader, const char *query, uint32_t limit, bool snippets, uint32_t *ids,
                          size_t *ret_count, size_t *ret_bytes, struct err *err);

/* Has Xapian check all tables of a database (as xapian-check does).  ERR_CORRUPT with what it said when it finds something. */
enum err_code peer_check(const char *path, struct err *err);

DEFINE_CLEANUP(struct peer_index, peer_index_free)
DEFINE_CLEANUP(struct peer_reader, peer_reader_free)

#ifdef __cplusplus
}
#endif

#endif
