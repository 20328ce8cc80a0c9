/* reader.cc - opening databases as one collection, and looking things up in it.
 *
 * Xapian deals the docids of n shards out in turn: collection docid = (local - 1) * n + part + 1.
 */
#include "shim/reader.hh"

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <set>

/* A dead docid that is not in the database (any more) would spoil the exact counts that the matcher
 * derives from the list, so it is left out. */
static std::vector<uint32_t> existing_dead(const Xapian::Database &database, const struct shim_part &part)
{
    if (part.dead_count == 0) {
        return {};
    }
    require(part.dead, "the list of dead documents");
    if (part.dead[0] == 0 || std::adjacent_find(part.dead, part.dead + part.dead_count,
                                                std::greater_equal<uint32_t>()) != part.dead + part.dead_count) {
        refuse(ERR_INVALID, "the dead documents of %s are not in ascending order", part.path);
    }
    uint32_t last = database.get_lastdocid();
    if (database.get_doccount() == last) {
        return std::vector<uint32_t>(part.dead, std::upper_bound(part.dead, part.dead + part.dead_count, last));
    }
    std::vector<uint32_t> existing;
    Xapian::PostingIterator posting = database.postlist_begin(std::string());
    Xapian::PostingIterator end = database.postlist_end(std::string());
    for (size_t i = 0; i < part.dead_count && posting != end; i++) {
        posting.skip_to(part.dead[i]);
        if (posting != end && *posting == part.dead[i]) {
            existing.push_back(part.dead[i]);
        }
    }
    return existing;
}

static void add_part(struct shim_reader *reader, const struct shim_part &part)
{
    require(part.path, "the path of a database");
    Xapian::Database database = open_whole(part.path);
    Part added;
    added.uuid = database.get_uuid();
    for (const Part &other : reader->parts) {
        if (other.uuid == added.uuid) {
            refuse(ERR_CORRUPT, "%s is a copy of another part of the same collection (uuid %s)", part.path,
                   added.uuid.c_str());
        }
    }
    added.dead = existing_dead(database, part);
    added.last_docid = database.get_lastdocid();
    reader->dead_count += static_cast<uint32_t>(added.dead.size());
    reader->parts.push_back(std::move(added));
    reader->database.add_database(database);
}

enum err_code shim_reader_open(const struct shim_part *parts, size_t count, struct shim_reader **ret_reader,
                               struct err *err)
{
    return guard(err, [&] {
        auto reader = std::make_unique<shim_reader>();
        for (size_t i = 0; i < count; i++) {
            add_part(reader.get(), parts[i]);
        }
        reader->alive_count = reader->database.get_doccount() - reader->dead_count;
        reader->average_length = reader->database.get_average_length();
        *ret_reader = reader.release();
    });
}

void shim_reader_free(struct shim_reader *reader)
{
    delete reader;
}

uint32_t shim_reader_doc_count(const struct shim_reader *reader)
{
    return reader->alive_count;
}

double shim_reader_average_length(const struct shim_reader *reader)
{
    return reader->average_length;
}

void shim_reader_locate(const struct shim_reader *reader, uint32_t docid, size_t *ret_part, uint32_t *ret_local)
{
    size_t count = reader->parts.size();
    bool known = docid != 0 && count != 0;
    *ret_part = known ? (docid - 1) % count : 0;
    *ret_local = known ? static_cast<uint32_t>((docid - 1) / count + 1) : 0;
}

uint32_t shim_reader_docid(const struct shim_reader *reader, size_t part, uint32_t local)
{
    size_t count = reader->parts.size();
    if (local == 0 || part >= count) {
        return 0;
    }
    uint64_t docid = (static_cast<uint64_t>(local) - 1) * count + part + 1;
    return docid <= UINT32_MAX ? static_cast<uint32_t>(docid) : 0;
}

uint32_t shim_reader_last_docid(const struct shim_reader *reader, size_t part)
{
    return part < reader->parts.size() ? reader->parts[part].last_docid : 0;
}

bool shim_reader::is_dead(uint32_t docid) const
{
    size_t part;
    uint32_t local;
    shim_reader_locate(this, docid, &part, &local);
    return local != 0 && std::binary_search(parts[part].dead.begin(), parts[part].dead.end(), local);
}

enum err_code shim_reader_term_freq(struct shim_reader *reader, const char *term, size_t len, uint32_t *ret_freq,
                                    struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        *ret_freq = reader->database.get_termfreq(lookup_term(term, len));
    });
}

enum err_code shim_reader_positions(struct shim_reader *reader, uint32_t docid, const char *term, size_t len,
                                    const uint32_t **ret_positions, size_t *ret_count, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        std::string name = lookup_term(term, len);
        reader->positions.clear();
        if (!reader->parts.empty()) {
            Xapian::PositionIterator end = reader->database.positionlist_end(docid, name);
            for (auto at = reader->database.positionlist_begin(docid, name); at != end; ++at) {
                reader->positions.push_back(*at);
            }
        }
        *ret_positions = reader->positions.data();
        *ret_count = reader->positions.size();
    });
}

enum err_code shim_reader_data(struct shim_reader *reader, uint32_t docid, struct buf *data, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        require(data, "the buffer");
        if (reader->parts.empty() || docid == 0) {
            refuse(ERR_NOT_FOUND, "there is no document %u", docid);
        }
        std::string bytes = reader->database.get_document(docid).get_data();
        buf_add(data, bytes.data(), bytes.size());
        struct err failure;
        if (buf_check(data, "the document data", &failure) != ERR_OK) {
            throw failure;
        }
    });
}

enum err_code shim_reader_find(struct shim_reader *reader, const char *term, size_t len, uint32_t *docids, size_t max,
                               size_t *ret_count, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        std::string name = lookup_term(term, len);
        std::vector<uint32_t> found;
        Xapian::PostingIterator end = reader->database.postlist_end(name);
        for (auto at = reader->database.postlist_begin(name); found.size() < max && at != end; ++at) {
            if (!reader->is_dead(*at)) {
                found.push_back(*at);
            }
        }
        std::copy(found.begin(), found.end(), docids);
        *ret_count = found.size();
    });
}

enum err_code shim_reader_present(struct shim_reader *reader, const char *term, size_t len, const uint32_t *docids,
                                  size_t count, bool *ret_present, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        std::string name = lookup_term(term, len);
        std::vector<bool> present(count, false);
        if (!reader->parts.empty()) {
            Xapian::PostingIterator end = reader->database.postlist_end(name);
            Xapian::PostingIterator at = reader->database.postlist_begin(name);
            for (size_t i = 0; i < count && at != end; i++) {
                at.skip_to(docids[i]);
                present[i] = at != end && *at == docids[i];
            }
        }
        std::copy(present.begin(), present.end(), ret_present);
    });
}

enum err_code shim_reader_values(struct shim_reader *reader, uint32_t slot, const uint32_t *docids, size_t count, size_t width,
                                 void *ret_values, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        std::string values(count * width, '\0');
        std::vector<size_t> order(count);
        std::iota(order.begin(), order.end(), size_t(0));
        std::sort(order.begin(), order.end(), [&](size_t one, size_t other) { return docids[one] < docids[other]; });
        if (!reader->parts.empty()) {
            Xapian::ValueIterator at = reader->database.valuestream_begin(slot);
            Xapian::ValueIterator end = reader->database.valuestream_end(slot);
            for (size_t i = 0; i < count && at != end; i++) {
                at.skip_to(docids[order[i]]);
                if (at != end && at.get_docid() == docids[order[i]] && (*at).size() >= width) {
                    values.replace(order[i] * width, width, *at, 0, width);
                }
            }
        }
        std::copy(values.begin(), values.end(), static_cast<char *>(ret_values));
    });
}

enum err_code shim_reader_distinct(struct shim_reader *reader, const char *const *terms, const size_t *lens, size_t count,
                                   uint32_t slot, uint32_t max, uint32_t *ret_distinct, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        std::set<std::string> values;
        for (size_t i = 0; i < count && !reader->parts.empty(); i++) {
            std::string name = lookup_term(terms[i], lens[i]);
            Xapian::PostingIterator end = reader->database.postlist_end(name);
            Xapian::ValueIterator value = reader->database.valuestream_begin(slot);
            Xapian::ValueIterator last = reader->database.valuestream_end(slot);
            for (auto at = reader->database.postlist_begin(name); values.size() < max && at != end; ++at) {
                if (reader->is_dead(*at)) {
                    continue;
                }
                if (value != last) {
                    value.skip_to(*at);
                }
                values.insert(value != last && value.get_docid() == *at ? *value : std::string());
            }
        }
        *ret_distinct = static_cast<uint32_t>(values.size());
    });
}
