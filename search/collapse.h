/* collapse.h - one result of documents that belong together (text/groups.h).
 *
 * Before the match proper the members of sets that match the query are listed.  Of captures of one address the newest of these
 * stands for the others, then of copies the first (the newest capture, else the lowest uid), then, when that is asked for, of each
 * family the one with most weight.  The others are left out of the match, so that counts, ranks and pages are right by
 * themselves.  Documents that are in no set cost nothing, nor does an index without sets.
 */
#ifndef NASLAG_SEARCH_COLLAPSE_H
#define NASLAG_SEARCH_COLLAPSE_H

#include "shim/shim.h"
#include "text/generation.h"
#include "text/groups.h"

/* The sets of a generation. */
struct collapse;

enum err_code collapse_open(const char *directory, const struct generation *generation, const struct shim_reader *reader,
                            struct collapse **ret_collapse, struct err *err);
void collapse_free(struct collapse *collapse);
DEFINE_CLEANUP(struct collapse, collapse_free)
/* Whether there are any. */
bool collapse_is_empty(const struct collapse *collapse);

/* The set of a kind that a document is in, as docids in the order in which they stand for each other, itself among them; 0 when it
 * is in none. */
size_t collapse_set(const struct collapse *collapse, uint32_t docid, enum group_kind kind, const uint32_t **ret_docids);
/* When a document was captured, YYYYMMDDhhmmss, 0 when it is no capture; only for members. */
uint64_t collapse_captured(const struct collapse *collapse, uint32_t docid);
/* The captures of the address of a document that are no documents of their own, newest first. */
size_t collapse_unchanged(const struct collapse *collapse, uint32_t docid, const struct group_capture **ret_captures);
/* Whether two documents are copies. */
bool collapse_same(const struct collapse *collapse, uint32_t one, uint32_t other);
/* Documents with another content in the family of a document. */
uint32_t collapse_family_size(const struct collapse *collapse, uint32_t docid);

/* What a query is not to return. */
struct collapse_left {
    uint32_t *docids; /* ascending */
    size_t count;
    uint32_t *by_family; /* of each family how many were left out for it, from 1; NULL when families were not asked for */
};
void collapse_left_done(struct collapse_left *left);

/* How a query is collapsed. */
struct collapse_request {
    const struct shim_query *query;
    struct shim_search ranking; /* as the match proper will have it; for families */
    bool families;
};
enum err_code collapse_find(const struct collapse *collapse, struct shim_reader *reader, const struct collapse_request *request,
                            struct collapse_left *ret_left, struct err *err);
/* How many were left out for a document. */
uint32_t collapse_left_for(const struct collapse *collapse, const struct collapse_left *left, uint32_t docid);

/* *query becomes itself without, or among, some documents (ascending). */
enum err_code collapse_without(const struct shim_reader *reader, const uint32_t *docids, size_t count, struct shim_query **query,
                               struct err *err);
enum err_code collapse_among(const struct shim_reader *reader, const uint32_t *docids, size_t count, struct shim_query **query,
                             struct err *err);

#endif
