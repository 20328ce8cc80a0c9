/* document.cc - building documents. */
#include "shim/document.hh"

#include <algorithm>
#include <string>

enum err_code shim_doc_new(struct shim_doc **ret_doc, struct err *err)
{
    return guard(err, [&] { *ret_doc = new shim_doc; });
}

void shim_doc_free(struct shim_doc *doc)
{
    delete doc;
}

enum err_code shim_doc_clear(struct shim_doc *doc, struct err *err)
{
    return guard(err, [&] {
        require(doc, "the document");
        doc->document = Xapian::Document();
    });
}

/* An empty range may be given as NULL, which std::string must not see. */
static std::string bytes_of(const void *data, size_t len)
{
    if (len == 0) {
        return std::string();
    }
    require(data, "the data");
    return std::string(static_cast<const char *>(data), len);
}

enum err_code shim_doc_set_data(struct shim_doc *doc, const void *data, size_t len, struct err *err)
{
    return guard(err, [&] {
        require(doc, "the document");
        doc->document.set_data(bytes_of(data, len));
    });
}

enum err_code shim_doc_set_value(struct shim_doc *doc, uint32_t slot, const void *value, size_t len, struct err *err)
{
    return guard(err, [&] {
        require(doc, "the document");
        doc->document.add_value(slot, bytes_of(value, len));
    });
}

/* A term to store.  Xapian checks the plain length when a document is added, but its keys write NUL
 * as two bytes, and a key that turns out too long fails the commit of the whole batch. */
static std::string checked_term(const char *term, size_t len)
{
    std::string checked = lookup_term(term, len);
    size_t stored = len + static_cast<size_t>(std::count(checked.begin(), checked.end(), '\0'));
    if (stored > SHIM_TERM_MAX) {
        refuse(ERR_INVALID, "a term of %zu bytes is too long: at most %d, a NUL counting double", stored,
               SHIM_TERM_MAX);
    }
    return checked;
}

enum err_code shim_doc_add_term(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err)
{
    return guard(err, [&] {
        require(doc, "the document");
        doc->document.add_term(checked_term(term, len), wdf);
    });
}

enum err_code shim_doc_add_positions(struct shim_doc *doc, const char *term, size_t len, const uint32_t *positions,
                                     size_t count, uint32_t wdf, struct err *err)
{
    return guard(err, [&] {
        require(doc, "the document");
        std::string checked = checked_term(term, len);
        if (count > 0) {
            require(positions, "the list of positions");
        }
        for (size_t i = 1; i < count; i++) {
            if (positions[i] <= positions[i - 1]) {
                refuse(ERR_INVALID, "positions must ascend, but %u follows %u", positions[i], positions[i - 1]);
            }
        }
        if (count == 0) {
            doc->document.add_term(checked, wdf);
        }
        for (size_t i = 0; i < count; i++) {
            doc->document.add_posting(checked, positions[i], i == 0 ? wdf : 0);
        }
    });
}
