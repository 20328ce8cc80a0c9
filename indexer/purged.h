/* purged.h - by what something that was purged is known again: marks, keyed digests (base/keyed.h) under the key of the ledger.
 *
 * A mark is one of these, each with a letter before it that tells them apart, strings with their NUL:
 *   u  the unique id of a document
 *   t  source, path of a file, and id of a record in it or "": that record and all that is inside it, or all of the file
 *   l  an address, all fragments of it (likeness_address)
 *   f  an address and a fragment with its "#"; or "", the address without any
 *   b  the digest of the bytes of a document, as the ledger has it
 *   c  the text of a document without white space, when it has PURGED_TEXT_MIN bytes at least: shorter texts are alike by chance
 */
#ifndef NASLAG_INDEXER_PURGED_H
#define NASLAG_INDEXER_PURGED_H

#include "base/keyed.h"
#include "indexer/tombstones.h"

#define PURGED_TEXT_MIN 32

struct mark {
    uint8_t bytes[KEYED_SIZE];
};

/* ---- Making marks --------------------------------------------------------------------------- */

enum err_code mark_document(struct keyed *keyed, const char *uid, struct mark *ret_mark);
/* The first `record_len` bytes of `record`. */
enum err_code mark_tree(struct keyed *keyed, const char *source, const char *path, const char *record, size_t record_len,
                        struct mark *ret_mark);
enum err_code mark_address(struct keyed *keyed, const char *url, size_t len, struct mark *ret_mark);
enum err_code mark_fragment(struct keyed *keyed, const char *url, size_t len, const char *fragment, size_t fragment_len,
                            struct mark *ret_mark);
enum err_code mark_bytes(struct keyed *keyed, const uint8_t digest[DIGEST_SIZE], struct mark *ret_mark);
/* ERR_NOT_FOUND when the text is too short for one. */
enum err_code mark_text(struct keyed *keyed, const char *text, size_t len, struct mark *ret_mark);

/* ---- What is not to come back --------------------------------------------------------------- */

struct purged;

/* Reads the marks of all tombstones.  `key` is that of the ledger. */
enum err_code purged_load(struct ledger *ledger, const uint8_t key[KEYED_KEY_SIZE], struct purged **ret_purged, struct err *err);
void purged_free(struct purged *purged);
DEFINE_CLEANUP(struct purged, purged_free)
bool purged_is_empty(const struct purged *purged);

/* What is known of a record before its text is looked at; the digest may be zeros, when there is none. */
struct purged_record {
    const char *source, *path, *record, *uid;
    const char *url;
    size_t url_len;
    const uint8_t *digest;
};
/* Why it is kept out ("purged on DATE: REASON"), NULL when it is not. */
const char *purged_find(const struct purged *purged, const struct purged_record *record);
/* The same by its text, as it is stored. */
const char *purged_find_text(const struct purged *purged, const char *text, size_t len);

#endif
