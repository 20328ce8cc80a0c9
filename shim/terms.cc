/* terms.cc - walking the terms that begin with a prefix. */
#include "shim/reader.hh"

#include <memory>

struct shim_terms {
    Xapian::TermIterator at;
    Xapian::TermIterator end;
    bool returned = false; /* `at` was handed out already: step before looking */
    std::string term;      /* what shim_terms_next lends out */

    /* Makes `at` the next term to hand out.  False at the end, where Xapian allows no further step. */
    bool advance()
    {
        if (returned && at != end) {
            ++at;
        }
        returned = false;
        return at != end;
    }
};

enum err_code shim_terms_open(struct shim_reader *reader, const char *prefix, size_t len, struct shim_terms **ret_terms,
                              struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        std::string start = len == 0 ? std::string() : lookup_term(prefix, len);
        auto terms = std::make_unique<shim_terms>();
        terms->at = reader->database.allterms_begin(start);
        terms->end = reader->database.allterms_end(start);
        *ret_terms = terms.release();
    });
}

enum err_code shim_terms_next(struct shim_terms *terms, const char **ret_term, size_t *ret_len, uint32_t *ret_freq,
                              struct err *err)
{
    return guard(err, [&] {
        require(terms, "the cursor over terms");
        if (!terms->advance()) {
            *ret_term = nullptr;
            *ret_len = 0;
            *ret_freq = 0;
            return;
        }
        terms->term = *terms->at;
        uint32_t freq = terms->at.get_termfreq();
        terms->returned = true;
        *ret_term = terms->term.data();
        *ret_len = terms->term.size();
        *ret_freq = freq;
    });
}

enum err_code shim_terms_seek(struct shim_terms *terms, const char *term, size_t len, struct err *err)
{
    return guard(err, [&] {
        require(terms, "the cursor over terms");
        std::string target = lookup_term(term, len);
        /* Never backwards: Xapian's skip_to would leave the prefix and call that the end. */
        if (terms->advance() && *terms->at < target) {
            terms->at.skip_to(target);
        }
    });
}

void shim_terms_free(struct shim_terms *terms)
{
    delete terms;
}
