/* whole.cc - opening a database with all of its tables.
 *
 * Xapian (1.4 and 2.0, GlassTable::do_open_to_read) takes a table of positions, document data or term lists that cannot be opened
 * for one that does not exist, whatever the reason: with EMFILE or EIO a database opens as if it had no positions.  Searches for
 * phrases then find nothing, and a merge loses them, without a word.  So what looks empty is opened here as well.
 */
#include "shim/guard.hh"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>

static bool looks_empty(const Xapian::Database &database, const char *table)
{
    if (table == std::string("position")) {
        return !database.has_positions();
    }
    Xapian::docid first = *database.postlist_begin(std::string());
    if (table == std::string("docdata")) {
        return database.get_document(first).get_data().empty();
    }
    try {
        database.termlist_begin(first);
        return false;
    } catch (const Xapian::FeatureUnavailableError &) { /* "Database has no termlist" */
        return true;
    }
}

/* Whether the file of a table that looks empty is there; throws when it cannot be opened. */
static bool has_file(const std::string &file)
{
    struct stat info;
    if (stat(file.c_str(), &info) != 0) {
        if (errno == ENOENT) {
            return false;
        }
        throw Xapian::DatabaseOpeningError("Couldn't find " + file, errno);
    }
    int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        throw Xapian::DatabaseOpeningError("Couldn't open " + file, errno);
    }
    close(fd);
    return info.st_size > 0;
}

Xapian::Database open_whole(const char *path)
{
    /* Named as glass, because Xapian would also follow a stub file to wherever it points. */
    Xapian::Database database(path, Xapian::DB_BACKEND_GLASS);
    bool again = false;
    if (database.get_doccount() > 0) {
        for (const char *table : { "position", "docdata", "termlist" }) {
            again = again || (looks_empty(database, table) && has_file(std::string(path) + "/" + table + ".glass"));
        }
    }
    /* The file can be opened: it holds nothing, or it could not be opened a moment ago. */
    return again ? Xapian::Database(path, Xapian::DB_BACKEND_GLASS) : database;
}
