/* column.cc - all values of a slot, and a list of documents as a query. */
#include "shim/query.hh"
#include "shim/reader.hh"

#include <memory>

enum err_code shim_reader_column(struct shim_reader *reader, uint32_t slot, shim_take_value *take, void *context,
                                 struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        if (reader->parts.empty()) {
            return;
        }
        Xapian::ValueIterator end = reader->database.valuestream_end(slot);
        for (Xapian::ValueIterator at = reader->database.valuestream_begin(slot); at != end; ++at) {
            if (reader->is_dead(at.get_docid())) {
                continue;
            }
            std::string value = *at;
            struct err failure = ERR_INIT;
            if (take(context, at.get_docid(), value.data(), value.size(), &failure) != ERR_OK) {
                throw failure;
            }
        }
    });
}

/* Documents of a list.  It walks as the dead do, over lists of its own, which its clones share. */
class ListSource : public DeadSource {
  public:
    explicit ListSource(const std::shared_ptr<const std::vector<Part>> &lists_) : DeadSource(*lists_), lists(lists_) {}

    PostingSource *clone() const override { return new ListSource(lists); }
    std::string get_description() const override { return "list"; }

  private:
    std::shared_ptr<const std::vector<Part>> lists;
};

enum err_code shim_query_documents(const struct shim_reader *reader, const uint32_t *docids, size_t count,
                                   struct shim_query **ret_query, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        auto lists = std::make_shared<std::vector<Part>>(reader->parts.size());
        for (size_t i = 0; i < reader->parts.size(); i++) {
            (*lists)[i].uuid = reader->parts[i].uuid;
        }
        for (size_t i = 0; i < count; i++) {
            size_t part;
            uint32_t local;
            shim_reader_locate(reader, docids[i], &part, &local);
            if (local == 0 || local > reader->parts[part].last_docid || (i > 0 && docids[i] <= docids[i - 1])) {
                refuse(ERR_INVALID, "a list of documents is not in order, or names one that is not there");
            }
            (*lists)[part].dead.push_back(local);
        }
        if (count == 0) {
            *ret_query = new shim_query(Xapian::Query::MatchNothing);
            return;
        }
        *ret_query = new shim_query(Xapian::Query((new ListSource(lists))->release()));
    });
}
