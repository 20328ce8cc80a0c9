/* search.cc - running a query and copying out its hits. */
#include "shim/query.hh"
#include "shim/reader.hh"

#include <cmath>
#include <memory>

struct shim_hits {
    struct Hit {
        uint32_t docid;
        double weight;
    };
    std::vector<Hit> hits;
    uint32_t lower = 0;
    uint32_t estimated = 0;
    uint32_t upper = 0;
};

static void check_parameters(const struct shim_search *search)
{
    /* Xapian clamps what is negative, but a NaN would pass and spoil every weight. */
    for (double value : { search->k1, search->b, search->min_normlen, search->delta }) {
        if (!std::isfinite(value) || value < 0) {
            refuse(ERR_INVALID, "a BM25 parameter is %g", value);
        }
    }
}

static void set_weighting(Xapian::Enquire &enquire, const struct shim_search *search)
{
    /* k2 = 0 and k3 = 1, as everybody has them. */
    if (search->delta > 0) {
        enquire.set_weighting_scheme(
            Xapian::BM25PlusWeight(search->k1, 0, 1, search->b, search->min_normlen, search->delta));
    } else {
        enquire.set_weighting_scheme(Xapian::BM25Weight(search->k1, 0, 1, search->b, search->min_normlen));
    }
}

static Xapian::Query among_the_living(struct shim_reader *reader, const Xapian::Query &query)
{
    if (reader->dead_count == 0) {
        return query;
    }
    /* The reader owns the source; the query only borrows it, for the length of one search. */
    return Xapian::Query(Xapian::Query::OP_AND_NOT, query, Xapian::Query(&reader->dead));
}

static void copy_out(const Xapian::MSet &found, struct shim_hits *hits)
{
    hits->lower = found.get_matches_lower_bound();
    hits->estimated = found.get_matches_estimated();
    hits->upper = found.get_matches_upper_bound();
    hits->hits.reserve(found.size());
    for (Xapian::MSetIterator item = found.begin(); item != found.end(); ++item) {
        hits->hits.push_back({ *item, item.get_weight() });
    }
}

enum err_code shim_reader_search(struct shim_reader *reader, const struct shim_query *query,
                                 const struct shim_search *search, struct shim_hits **ret_hits, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        require(query, "the query");
        require(search, "the search");
        check_parameters(search);
        auto hits = std::make_unique<shim_hits>();
        /* Xapian refuses to search a collection without databases. */
        if (!reader->parts.empty()) {
            Xapian::Enquire enquire(reader->database);
            enquire.set_query(among_the_living(reader, query->query));
            set_weighting(enquire, search);
            /* Equal weights in the order of docids, so that pages do not overlap. */
            enquire.set_docid_order(Xapian::Enquire::ASCENDING);
            copy_out(enquire.get_mset(search->offset, search->limit, search->check_at_least), hits.get());
        }
        *ret_hits = hits.release();
    });
}

size_t shim_hits_count(const struct shim_hits *hits)
{
    return hits->hits.size();
}

uint32_t shim_hits_docid(const struct shim_hits *hits, size_t index)
{
    return hits->hits[index].docid;
}

double shim_hits_weight(const struct shim_hits *hits, size_t index)
{
    return hits->hits[index].weight;
}

void shim_hits_total(const struct shim_hits *hits, uint32_t *ret_lower, uint32_t *ret_estimated, uint32_t *ret_upper)
{
    *ret_lower = hits->lower;
    *ret_estimated = hits->estimated;
    *ret_upper = hits->upper;
}

void shim_hits_free(struct shim_hits *hits)
{
    delete hits;
}
