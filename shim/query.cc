/* query.cc - building query trees.
 *
 * A shim_query holds Xapian's counted handles by value, so copies are cheap and freeing one that
 * became part of another harms nothing.  See query.hh for why there are two.
 */
#include "shim/query.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

/* ---- Leaves ------------------------------------------------------------------------------- */

enum err_code shim_query_term(const char *term, size_t len, struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] { *ret_query = new shim_query(Xapian::Query(lookup_term(term, len))); });
}

enum err_code shim_query_all(struct shim_query **ret_query, struct err *err)
{
    /* Not Query::MatchAll: its reference count is shared by all threads, and not atomic. */
    return guard(err, [&] { *ret_query = new shim_query(Xapian::Query(std::string())); });
}

enum err_code shim_query_nothing(struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] { *ret_query = new shim_query(Xapian::Query()); });
}

static enum err_code positional(Xapian::Query::op op, const char *const *terms, const size_t *lens, size_t count,
                                uint32_t window, struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] {
        if (count == 0 || window < count) {
            refuse(ERR_INVALID, "%zu terms do not fit a window of %u positions", count, window);
        }
        std::vector<std::string> names;
        names.reserve(count);
        for (size_t i = 0; i < count; i++) {
            names.push_back(lookup_term(terms[i], lens[i]));
        }
        *ret_query = new shim_query(Xapian::Query(op, names.begin(), names.end(), window));
    });
}

enum err_code shim_query_phrase(const char *const *terms, const size_t *lens, size_t count, uint32_t window,
                                struct shim_query **ret_query, struct err *err)
{
    return positional(Xapian::Query::OP_PHRASE, terms, lens, count, window, ret_query, err);
}

enum err_code shim_query_near(const char *const *terms, const size_t *lens, size_t count, uint32_t window,
                              struct shim_query **ret_query, struct err *err)
{
    return positional(Xapian::Query::OP_NEAR, terms, lens, count, window, ret_query, err);
}

enum err_code shim_query_range(uint32_t slot, const void *low, size_t low_len, const void *high, size_t high_len,
                               struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] {
        std::string from = low == nullptr ? std::string() : std::string(static_cast<const char *>(low), low_len);
        std::string to = high == nullptr ? std::string() : std::string(static_cast<const char *>(high), high_len);
        /* Xapian's ranges take an empty bound for "all documents", those without a value included. */
        if (from.empty() && high == nullptr) {
            refuse(ERR_INVALID, "a range needs at least one bound");
        }
        Xapian::Query query;
        if (high == nullptr) {
            query = Xapian::Query(Xapian::Query::OP_VALUE_GE, slot, from);
        } else if (from.empty()) {
            query = Xapian::Query(Xapian::Query::OP_VALUE_LE, slot, to);
        } else {
            query = Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot, from, to);
        }
        *ret_query = new shim_query(query);
    });
}

enum err_code shim_query_wildcard(const char *prefix, size_t len, uint32_t max_terms, struct shim_query **ret_query,
                                  struct err *err)
{
    return guard(err, [&] {
        if (max_terms == 0) {
            refuse(ERR_INVALID, "a wildcard needs a limit: to Xapian 0 means none");
        }
        *ret_query =
            new shim_query(Xapian::Query(Xapian::Query::OP_WILDCARD, lookup_term(prefix, len), max_terms,
                                         Xapian::Query::WILDCARD_LIMIT_ERROR, Xapian::Query::OP_SYNONYM));
    });
}

/* ---- Combinations ------------------------------------------------------------------------- */

using Op = Xapian::Query;
using Queries = std::vector<Xapian::Query>;

namespace {

/* A member for MAX that is at every docid and never ends, of weight 0.  It has to be kept inside the
 * documents that the other members match.
 *
 * Without it MAX is not safe: when its members come to their end together, MaxPostList::recalc_maxweight
 * still reads a member that was deleted if anything asks again, and the next database of a collection
 * does, and so does an OR around it.  Many searches survive that, many crash. */
class Endless : public Xapian::PostingSource {
  public:
    PostingSource *clone() const override { return new Endless; }
#if XAPIAN_AT_LEAST(1, 5, 0)
    void reset(const Xapian::Database &shard, Xapian::doccount) override { start(shard); }
#else
    void init(const Xapian::Database &shard) override { start(shard); }
#endif
    Xapian::doccount get_termfreq_min() const override { return documents; }
    Xapian::doccount get_termfreq_est() const override { return documents; }
    Xapian::doccount get_termfreq_max() const override { return documents; }
    Xapian::docid get_docid() const override { return at; }
    bool at_end() const override { return false; }
    void next(double) override { move(at + 1); }
    void skip_to(Xapian::docid docid, double) override { move(std::max(at, docid)); }
    std::string get_description() const override { return "endless"; }

  private:
    Xapian::doccount documents = 0;
    Xapian::docid last = 0;
    Xapian::docid at = 0;

    void start(const Xapian::Database &shard)
    {
        documents = shard.get_doccount();
        last = shard.get_lastdocid();
        at = 0;
    }
    void move(Xapian::docid docid) { at = docid == 0 || docid > last ? UINT32_MAX : docid; }
};

/* The operands of a combination, in both forms. */
struct Operands {
    Queries queries, matched;

    Operands(struct shim_query *const *operands, size_t count)
    {
        if (count == 0) {
            refuse(ERR_INVALID, "there is nothing to combine");
        }
        for (size_t i = 0; i < count; i++) {
            require(operands[i], "a part of the query");
            queries.push_back(operands[i]->query);
            matched.push_back(operands[i]->matched);
        }
    }
};

} /* namespace */

/* Never counted, so never freed: searches use clones. */
static Endless endless;

static Xapian::Query merge(Op::op op, const Queries &operands, size_t from = 0)
{
    return Xapian::Query(op, operands.begin() + static_cast<std::ptrdiff_t>(from), operands.end());
}

/* The binary operators of shim.h take any number on the right: `gather` makes them one. */
static Xapian::Query binary(Op::op op, const Xapian::Query &first, Op::op gather, const Queries &rest)
{
    return rest.size() == 1 ? first : Xapian::Query(op, first, merge(gather, rest, 1));
}

static shim_query all_alike(Op::op op, const Operands &of)
{
    return { merge(op, of.queries), merge(op, of.matched) };
}

/* Nothing on the right adds weight. */
static shim_query without_weight(Op::op op, Op::op gather, const Operands &of)
{
    return { binary(op, of.queries[0], gather, of.matched), binary(op, of.matched[0], gather, of.matched) };
}

static shim_query largest(const Operands &of)
{
    Xapian::Query matched = merge(Op::OP_OR, of.matched);
    Queries members = of.queries;
    members.emplace_back(&endless);
    return { Xapian::Query(Op::OP_FILTER, merge(Op::OP_MAX, members), matched), matched };
}

/* Not by OP_AND_MAYBE: when the ranking has filled up, Xapian turns that into an AND and on the way skips
 * one document that both sides match.  Measured on 1,500 documents with check_at_least 1000: 2 % of the
 * queries "a AND_MAYBE b" lost one of the best ten.  An AND of both sides is not turned into anything. */
static shim_query with_extra_weight(const Operands &of)
{
    return { Xapian::Query(Op::OP_FILTER, merge(Op::OP_OR, of.queries), of.matched[0]), of.matched[0] };
}

/* Its members have no weights, only frequencies. */
static shim_query as_one(const Operands &of)
{
    return shim_query(merge(Op::OP_SYNONYM, of.matched));
}

static shim_query combined(enum shim_op op, const Operands &of)
{
    switch (op) {
    case SHIM_AND:
        return all_alike(Op::OP_AND, of);
    case SHIM_OR:
        return all_alike(Op::OP_OR, of);
    case SHIM_MAX:
        return largest(of);
    case SHIM_SYNONYM:
        return as_one(of);
    case SHIM_AND_NOT:
        return without_weight(Op::OP_AND_NOT, Op::OP_OR, of);
    case SHIM_AND_MAYBE:
        return with_extra_weight(of);
    case SHIM_FILTER:
        return without_weight(Op::OP_FILTER, Op::OP_AND, of);
    }
    refuse(ERR_INTERNAL, "there is no query operator %d", static_cast<int>(op));
}

enum err_code shim_query_combine(enum shim_op op, struct shim_query **operands, size_t count,
                                 struct shim_query **ret_query, struct err *err)
{
    enum err_code code =
        guard(err, [&] { *ret_query = new shim_query(combined(op, Operands(operands, count))); });
    for (size_t i = 0; i < count; i++) {
        shim_query_free(TAKE_PTR(operands[i]));
    }
    return code;
}

enum err_code shim_query_scale(struct shim_query *query, double factor, struct shim_query **ret_query, struct err *err)
{
    enum err_code code = guard(err, [&] {
        require(query, "the query");
        if (!std::isfinite(factor) || factor < 0) {
            refuse(ERR_INVALID, "a weight cannot be scaled by %g", factor);
        }
        *ret_query = new shim_query(Xapian::Query(factor, query->query), query->matched);
    });
    shim_query_free(query);
    return code;
}

/* ---- Handles ------------------------------------------------------------------------------ */

enum err_code shim_query_copy(const struct shim_query *query, struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] {
        require(query, "the query");
        *ret_query = new shim_query(*query);
    });
}

void shim_query_free(struct shim_query *query)
{
    delete query;
}

enum err_code shim_query_describe(const struct shim_query *query, char **ret_text, struct err *err)
{
    return guard(err, [&] {
        require(query, "the query");
        char *text = strdup(query->query.get_description().c_str());
        if (text == nullptr) {
            throw std::bad_alloc();
        }
        *ret_text = text;
    });
}
