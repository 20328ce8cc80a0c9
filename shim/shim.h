/* shim.h - the whole C surface over xapian-core.
 *
 * Rules.  No Xapian type, callback or exception crosses this header.  Every function that can
 * touch Xapian returns an enum err_code and fills the caller's struct err; outputs are untouched
 * on failure.  Inputs are pointer + length and are copied.  Outputs are borrowed from their owner
 * until the owner's _free; _free(NULL) does nothing.  One thread at a time per object; objects
 * made from one reader belong to that reader's thread.
 *
 * Error codes: ERR_NOMEM, ERR_INVALID (arguments, a term too long, a wildcard over its cap),
 * ERR_NOT_FOUND, ERR_LOCKED, ERR_STALE (reopen and repeat the whole search), ERR_CORRUPT,
 * ERR_VERSION, ERR_IO, ERR_NOSPACE, ERR_INTERNAL.
 */
#ifndef NASLAG_SHIM_H
#define NASLAG_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Longest term accepted, in bytes.  A NUL byte counts double, as in Xapian's keys. */
#define SHIM_TERM_MAX 245
/* Highest value slot. */
#define SHIM_SLOT_MAX 127

/* The version of xapian-core at run time, e.g. "1.4.22". */
const char *shim_xapian_version(void);

/* ---- Documents ---------------------------------------------------------------------------- */

struct shim_doc;

enum err_code shim_doc_new(struct shim_doc **ret_doc, struct err *err);
void shim_doc_free(struct shim_doc *doc);
/* Back to an empty document. */
enum err_code shim_doc_clear(struct shim_doc *doc, struct err *err);
enum err_code shim_doc_set_data(struct shim_doc *doc, const void *data, size_t len, struct err *err);
/* Value slots hold short byte strings that sort bytewise.  An empty string is no value. */
enum err_code shim_doc_set_value(struct shim_doc *doc, uint32_t slot, const void *value, size_t len, struct err *err);
/* Adds `wdf` to the within-document frequency; wdf 0 makes a boolean term. */
enum err_code shim_doc_add_term(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err);
/* Adds `count` positions, ascending and distinct (else ERR_INVALID), and `wdf` to the frequency. */
enum err_code shim_doc_add_positions(struct shim_doc *doc, const char *term, size_t len, const uint32_t *positions,
                                     size_t count, uint32_t wdf, struct err *err);

/* ---- Writing ------------------------------------------------------------------------------ */

struct shim_writer;

/* Creates a database in a directory that does not exist yet, for a segment that is merged or synced later: nothing is synced
 * here, and nothing can be opened before shim_writer_commit.  Documents are kept in memory, inverted, until then. */
enum err_code shim_writer_create(const char *path, struct shim_writer **ret_writer, struct err *err);
/* Documents are numbered 1, 2, ...  After a failed add the segment is lost: the writer then refuses everything with ERR_INVALID.
 * `doc` may be changed: entries for the same term become one. */
enum err_code shim_writer_add(struct shim_writer *writer, struct shim_doc *doc, uint32_t *ret_docid, struct err *err);
/* Bytes of memory that it holds: when to commit is the caller's choice. */
size_t shim_writer_size(const struct shim_writer *writer);
/* Writes the database (the caller syncs).  The writer is then only good for shim_writer_free. */
enum err_code shim_writer_commit(struct shim_writer *writer, struct err *err);
/* Frees; whatever was not committed is dropped. */
void shim_writer_free(struct shim_writer *writer);

/* A database to merge, which the functions above have written, or shim_merge. */
struct shim_source {
    const char *path;
    const uint32_t *dead; /* docids to leave out, ascending; those that are not there are ignored */
    size_t dead_count;
};

/* What a merge asks and tells on its way; each may be NULL. */
struct shim_merge_hooks {
    /* New data of a document, appended to `out`; documents come in the order of the result. */
    enum err_code (*on_data)(void *context, size_t source, uint32_t docid, const char *data, size_t len, struct buf *out,
                             struct err *err);
    /* Now and then: entries of tables that were read, of all there are. */
    void (*on_progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* Merges databases into a new one at `target` (a directory that does not exist; on failure it may be left half made): the
 * living documents of the first, then those of the second and so on, numbered 1, 2, ...  Sources may be empty, and there may
 * be none.  `hooks` may be NULL.  Reads each source once from front to back, at three open files each. */
enum err_code shim_merge(const struct shim_source *sources, size_t count, const char *target,
                         const struct shim_merge_hooks *hooks, struct err *err);

/* ---- Reading ------------------------------------------------------------------------------ */

struct shim_part {
    const char *path;     /* directory of one database */
    const uint32_t *dead; /* ascending docids, local to the part, that no search may return; copied */
    size_t dead_count;
};

struct shim_reader;

/* Opens the parts as one collection; none make an empty one.  Documents are known by a collection
 * docid > 0.  Dead docids that a part does not have are ignored.  ERR_CORRUPT when two parts are
 * copies of one database. */
enum err_code shim_reader_open(const struct shim_part *parts, size_t count, struct shim_reader **ret_reader,
                               struct err *err);
void shim_reader_free(struct shim_reader *reader);
/* Documents that are alive. */
uint32_t shim_reader_doc_count(const struct shim_reader *reader);
/* Mean document length in terms (wdf), dead documents included. */
double shim_reader_average_length(const struct shim_reader *reader);
/* Collection docid <-> part and local docid.  0 stands for no document, either way. */
void shim_reader_locate(const struct shim_reader *reader, uint32_t docid, size_t *ret_part, uint32_t *ret_local);
uint32_t shim_reader_docid(const struct shim_reader *reader, size_t part, uint32_t local);
/* The last local docid of a part, 0 when it is empty: docids below it may be unused. */
uint32_t shim_reader_last_docid(const struct shim_reader *reader, size_t part);
/* Number of documents with the term (dead ones included); 0 when absent. */
enum err_code shim_reader_term_freq(struct shim_reader *reader, const char *term, size_t len, uint32_t *ret_freq,
                                    struct err *err);
/* The positions of a term in a document, appended to nothing: *ret_positions points into a buffer
 * of the reader that the next call reuses.  *ret_count is 0 when the term is not there. */
enum err_code shim_reader_positions(struct shim_reader *reader, uint32_t docid, const char *term, size_t len,
                                    const uint32_t **ret_positions, size_t *ret_count, struct err *err);
/* Which of some documents (ascending docids) have a term: ret_present[i] is for docids[i].  Much cheaper than asking each
 * for its positions when most have none. */
enum err_code shim_reader_present(struct shim_reader *reader, const char *term, size_t len, const uint32_t *docids,
                                  size_t count, bool *ret_present, struct err *err);
/* The document data, appended to `data`; dead documents keep theirs.  ERR_NOT_FOUND when there is no
 * such document. */
enum err_code shim_reader_data(struct shim_reader *reader, uint32_t docid, struct buf *data, struct err *err);
/* The live documents with a term, ascending, at most `max`, into a caller's array. */
enum err_code shim_reader_find(struct shim_reader *reader, const char *term, size_t len, uint32_t *docids, size_t max,
                               size_t *ret_count, struct err *err);

/* The values of a slot in some documents, in any order: ret_values[i] gets the first `width` bytes of that of docids[i], zeros
 * when it has none or a shorter one. */
enum err_code shim_reader_values(struct shim_reader *reader, uint32_t slot, const uint32_t *docids, size_t count, size_t width,
                                 void *ret_values, struct err *err);
/* How many different values a slot has in the live documents with any of some terms (no value is one, too); counting
 * stops at `max`. */
enum err_code shim_reader_distinct(struct shim_reader *reader, const char *const *terms, const size_t *lens, size_t count,
                                   uint32_t slot, uint32_t max, uint32_t *ret_distinct, struct err *err);

/* Called for a value; anything but ERR_OK ends the walk.  The value is borrowed until it returns. */
typedef enum err_code shim_take_value(void *context, uint32_t docid, const char *value, size_t len, struct err *err);
/* All values of a slot in the live documents, by docid. */
enum err_code shim_reader_column(struct shim_reader *reader, uint32_t slot, shim_take_value *take, void *context,
                                 struct err *err);

/* A cursor over the terms with a prefix, in byte order. */
struct shim_terms;
enum err_code shim_terms_open(struct shim_reader *reader, const char *prefix, size_t len, struct shim_terms **ret_terms,
                              struct err *err);
/* Steps to the next term; *ret_term is NULL at the end.  Borrowed until the next call. */
enum err_code shim_terms_next(struct shim_terms *terms, const char **ret_term, size_t *ret_len, uint32_t *ret_freq,
                              struct err *err);
/* Steps forward to the first term that is not before `term`; the next shim_terms_next returns it. */
enum err_code shim_terms_seek(struct shim_terms *terms, const char *term, size_t len, struct err *err);
void shim_terms_free(struct shim_terms *terms);

/* ---- Queries ------------------------------------------------------------------------------ */

/* An immutable query tree.  Every combinator TAKES its operands, also when it fails; a NULL operand
 * is an operand that failed to be made, and gives ERR_INVALID.  A term is never empty.  Depth and size
 * are the caller's duty (caps in search/): Xapian recurses. */
struct shim_query;

enum shim_op {
    SHIM_AND,       /* all; weights add */
    SHIM_OR,        /* any; weights add */
    SHIM_MAX,       /* any; the largest weight counts */
    SHIM_SYNONYM,   /* any; counted as one term with the summed frequencies */
    SHIM_AND_NOT,   /* the first, without any of the others */
    SHIM_AND_MAYBE, /* the first; the others add weight only */
    SHIM_FILTER,    /* the first, where all others match too; the others add no weight */
};

enum err_code shim_query_term(const char *term, size_t len, struct shim_query **ret_query, struct err *err);
/* Every live document, no weight. */
enum err_code shim_query_all(struct shim_query **ret_query, struct err *err);
/* No document. */
enum err_code shim_query_nothing(struct shim_query **ret_query, struct err *err);
/* The documents of a list, ascending docids of this reader that exist (else ERR_INVALID), no weight.  Only for searches of this
 * reader. */
enum err_code shim_query_documents(const struct shim_reader *reader, const uint32_t *docids, size_t count,
                                   struct shim_query **ret_query, struct err *err);
/* At least one operand.  The slots of `operands` are NULL afterwards. */
enum err_code shim_query_combine(enum shim_op op, struct shim_query **operands, size_t count,
                                 struct shim_query **ret_query, struct err *err);
enum err_code shim_query_scale(struct shim_query *query, double factor, struct shim_query **ret_query, struct err *err);
/* Terms in this order within `window` positions (window = count: adjacent). */
enum err_code shim_query_phrase(const char *const *terms, const size_t *lens, size_t count, uint32_t window,
                                struct shim_query **ret_query, struct err *err);
/* Terms in any order within `window` positions. */
enum err_code shim_query_near(const char *const *terms, const size_t *lens, size_t count, uint32_t window,
                              struct shim_query **ret_query, struct err *err);
/* Value slot between two bounds, inclusive; a NULL bound is open, but not both.  Documents without a
 * value in the slot never match. */
enum err_code shim_query_range(uint32_t slot, const void *low, size_t low_len, const void *high, size_t high_len,
                               struct shim_query **ret_query, struct err *err);
/* Any term that begins with `prefix`, counted as one; a search that finds more than `max_terms` (> 0)
 * of them in one part fails with ERR_INVALID. */
enum err_code shim_query_wildcard(const char *prefix, size_t len, uint32_t max_terms, struct shim_query **ret_query,
                                  struct err *err);
/* Another handle on the same query. */
enum err_code shim_query_copy(const struct shim_query *query, struct shim_query **ret_query, struct err *err);
void shim_query_free(struct shim_query *query);
/* Xapian's own description, for tests and --verbose; free() it. */
enum err_code shim_query_describe(const struct shim_query *query, char **ret_text, struct err *err);

/* ---- Searching ---------------------------------------------------------------------------- */

struct shim_search {
    uint32_t offset;         /* hits to skip */
    uint32_t limit;          /* hits to return at most */
    uint32_t check_at_least; /* count exactly up to this many */
    double k1, b;            /* BM25; k3 = 1, k2 = 0 */
    double min_normlen;      /* BM25: a shorter document counts as this share of the mean length */
    double delta;            /* BM25+: what mere presence adds (Lv & Zhai, CIKM 2011); 0 = plain BM25 */
};

struct shim_hits;

/* Runs the query over the live documents. */
enum err_code shim_reader_search(struct shim_reader *reader, const struct shim_query *query,
                                 const struct shim_search *search, struct shim_hits **ret_hits, struct err *err);
size_t shim_hits_count(const struct shim_hits *hits);
uint32_t shim_hits_docid(const struct shim_hits *hits, size_t index);
double shim_hits_weight(const struct shim_hits *hits, size_t index);
/* Bounds on the number of matching documents; equal bounds mean an exact count. */
void shim_hits_total(const struct shim_hits *hits, uint32_t *ret_lower, uint32_t *ret_estimated, uint32_t *ret_upper);
void shim_hits_free(struct shim_hits *hits);

/* ---- For tests ---------------------------------------------------------------------------- */

enum shim_fault {
    SHIM_FAULT_NONE,
    SHIM_FAULT_BAD_ALLOC, /* becomes ERR_NOMEM */
    SHIM_FAULT_XAPIAN,    /* a DatabaseModifiedError, becomes ERR_STALE */
    SHIM_FAULT_INT,       /* an exception nobody expects, becomes ERR_INTERNAL */
};

/* From now on the n-th guarded call (n = 1 is the next) throws that inside its guard, once.
 * Returns the number of guarded calls made since the previous shim_test_fail_at.  Both per thread. */
uint64_t shim_test_fail_at(uint64_t n, enum shim_fault fault);

DEFINE_CLEANUP(struct shim_doc, shim_doc_free)
DEFINE_CLEANUP(struct shim_writer, shim_writer_free)
DEFINE_CLEANUP(struct shim_reader, shim_reader_free)
DEFINE_CLEANUP(struct shim_terms, shim_terms_free)
DEFINE_CLEANUP(struct shim_query, shim_query_free)
DEFINE_CLEANUP(struct shim_hits, shim_hits_free)

#ifdef __cplusplus
}
#endif

#endif
