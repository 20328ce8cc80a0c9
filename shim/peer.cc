/* peer.cc - Xapian's own indexing, query parsing and snippets, for benchmarks. */
#include "shim/guard.hh"

#include "shim/peer.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

static const Xapian::valueno ID_SLOT = 0;
/* Of 1, 2, 3 and 5 this answered the Dutch sets best. */
static const Xapian::termcount TITLE_WDF = 5;

struct peer_index {
    Xapian::WritableDatabase database;
    Xapian::TermGenerator generator;

    explicit peer_index(const char *path) : database(path, Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS)
    {
        generator.set_stemmer(Xapian::Stem("dutch"));
        generator.set_stemming_strategy(Xapian::TermGenerator::STEM_SOME);
    }
};

struct peer_reader {
    Xapian::Database database;
    Xapian::Stem stemmer{ "dutch" };
    Xapian::QueryParser parser;

    explicit peer_reader(const char *path) : database(path, Xapian::DB_BACKEND_GLASS)
    {
        parser.set_database(database);
        parser.set_stemmer(stemmer);
        parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
        parser.set_default_op(Xapian::Query::OP_OR);
    }
};

enum err_code peer_index_create(const char *path, struct peer_index **ret_index, struct err *err)
{
    return guard(err, [&] {
        require(path, "the path");
        *ret_index = new peer_index(path);
    });
}

enum err_code peer_index_add(struct peer_index *index, const char *text, size_t len, const char *title,
                             size_t title_len, uint32_t id, struct err *err)
{
    return guard(err, [&] {
        require(index, "the index");
        std::string body = len == 0 ? std::string() : std::string(text, len);
        std::string head = title_len == 0 ? std::string() : std::string(title, title_len);
        Xapian::Document document;
        index->generator.set_document(document);
        index->generator.set_termpos(0);
        index->generator.index_text(head, 1, "S");
        index->generator.index_text(head, TITLE_WDF);
        index->generator.increase_termpos();
        index->generator.index_text(body);
        document.set_data(body);
        document.add_value(ID_SLOT, std::to_string(id));
        index->database.add_document(document);
    });
}

enum err_code peer_index_commit(struct peer_index *index, struct err *err)
{
    return guard(err, [&] {
        require(index, "the index");
        index->database.commit();
    });
}

void peer_index_free(struct peer_index *index)
{
    delete index;
}

enum err_code peer_reader_open(const char *path, struct peer_reader **ret_reader, struct err *err)
{
    return guard(err, [&] {
        require(path, "the path");
        *ret_reader = new peer_reader(path);
    });
}

void peer_reader_free(struct peer_reader *reader)
{
    delete reader;
}

enum err_code peer_search(struct peer_reader *reader, const char *query, uint32_t limit, bool snippets, uint32_t *ids,
                          size_t *ret_count, size_t *ret_bytes, struct err *err)
{
    return guard(err, [&] {
        require(reader, "the reader");
        require(query, "the query");
        Xapian::Enquire enquire(reader->database);
        enquire.set_query(reader->parser.parse_query(query));
        Xapian::MSet found = enquire.get_mset(0, limit);
        std::vector<uint32_t> numbers;
        size_t bytes = 0;
        for (Xapian::MSetIterator item = found.begin(); item != found.end(); ++item) {
            Xapian::Document document = item.get_document();
            numbers.push_back(static_cast<uint32_t>(std::stoul(document.get_value(ID_SLOT))));
            if (snippets) {
                bytes += found.snippet(document.get_data(), 500, reader->stemmer).size();
            }
        }
        std::copy(numbers.begin(), numbers.end(), ids);
        *ret_count = numbers.size();
        if (ret_bytes != nullptr) {
            *ret_bytes = bytes;
        }
    });
}

enum err_code peer_check(const char *path, struct err *err)
{
    return guard(err, [&] {
        require(path, "the path");
        std::ostringstream out;
        if (Xapian::Database::check(path, 0, &out) != 0) {
            refuse(ERR_CORRUPT, "%s: %.300s", path, out.str().c_str());
        }
    });
}
