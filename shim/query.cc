/* query.cc - building query trees.
 *
 * A shim_query holds Xapian's counted handle by value, so copies are cheap and freeing one that
 * became part of another harms nothing.
 */
#include "shim/query.hh"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

/* ---- Leaves ------------------------------------------------------------------------------- */

enum err_code shim_query_term(const char *term, size_t len, struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] { *ret_query = new shim_query{ Xapian::Query(lookup_term(term, len)) }; });
}

enum err_code shim_query_all(struct shim_query **ret_query, struct err *err)
{
    /* Not Query::MatchAll: its reference count is shared by all threads, and not atomic. */
    return guard(err, [&] { *ret_query = new shim_query{ Xapian::Query(std::string()) }; });
}

enum err_code shim_query_nothing(struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] { *ret_query = new shim_query{ Xapian::Query() }; });
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
        *ret_query = new shim_query{ Xapian::Query(op, names.begin(), names.end(), window) };
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
        } else if (!to.empty()) {
            query = from.empty() ? Xapian::Query(Xapian::Query::OP_VALUE_LE, slot, to)
                                 : Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot, from, to);
        }
        *ret_query = new shim_query{ query };
    });
}

enum err_code shim_query_wildcard(const char *prefix, size_t len, uint32_t max_terms, struct shim_query **ret_query,
                                  struct err *err)
{
    return guard(err, [&] {
        if (max_terms == 0) {
            refuse(ERR_INVALID, "a wildcard needs a limit: to Xapian 0 means none");
        }
        *ret_query = new shim_query{ Xapian::Query(Xapian::Query::OP_WILDCARD, lookup_term(prefix, len), max_terms,
                                                   Xapian::Query::WILDCARD_LIMIT_ERROR, Xapian::Query::OP_SYNONYM) };
    });
}

/* ---- Combinations ------------------------------------------------------------------------- */

static Xapian::Query merge(Xapian::Query::op op, const std::vector<Xapian::Query> &operands, size_t from)
{
    return Xapian::Query(op, operands.begin() + static_cast<std::ptrdiff_t>(from), operands.end());
}

/* The binary operators of shim.h take any number on the right: `gather` makes them one. */
static Xapian::Query binary(Xapian::Query::op op, Xapian::Query::op gather, const std::vector<Xapian::Query> &operands)
{
    if (operands.size() == 1) {
        return operands[0];
    }
    return Xapian::Query(op, operands[0], merge(gather, operands, 1));
}

static Xapian::Query combined(enum shim_op op, const std::vector<Xapian::Query> &operands)
{
    using X = Xapian::Query;
    switch (op) {
    case SHIM_AND:
        return merge(X::OP_AND, operands, 0);
    case SHIM_OR:
        return merge(X::OP_OR, operands, 0);
    case SHIM_MAX:
        return merge(X::OP_MAX, operands, 0);
    case SHIM_SYNONYM:
        return merge(X::OP_SYNONYM, operands, 0);
    case SHIM_AND_NOT:
        return binary(X::OP_AND_NOT, X::OP_OR, operands);
    case SHIM_AND_MAYBE:
        return binary(X::OP_AND_MAYBE, X::OP_OR, operands);
    case SHIM_FILTER:
        return binary(X::OP_FILTER, X::OP_AND, operands);
    }
    refuse(ERR_INTERNAL, "there is no query operator %d", static_cast<int>(op));
}

enum err_code shim_query_combine(enum shim_op op, struct shim_query **operands, size_t count,
                                 struct shim_query **ret_query, struct err *err)
{
    enum err_code code = guard(err, [&] {
        if (count == 0) {
            refuse(ERR_INVALID, "there is nothing to combine");
        }
        std::vector<Xapian::Query> queries;
        queries.reserve(count);
        for (size_t i = 0; i < count; i++) {
            require(operands[i], "a part of the query");
            queries.push_back(operands[i]->query);
        }
        *ret_query = new shim_query{ combined(op, queries) };
    });
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
        *ret_query = new shim_query{ Xapian::Query(factor, query->query) };
    });
    shim_query_free(query);
    return code;
}

/* ---- Handles ------------------------------------------------------------------------------ */

enum err_code shim_query_copy(const struct shim_query *query, struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] {
        require(query, "the query");
        *ret_query = new shim_query{ query->query };
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
