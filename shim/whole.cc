/* whole.cc - opening a database with all of its tables.
 *
 * Xapian (1.4 and 2.0, GlassTable::do_open_to_read) takes a table of positions or document data that cannot be opened
 * for one that does not exist, whatever the reason: with EMFILE or EIO a database opens as if it had no positions, and searches
 * for phrases find nothing, without a word.  So what looks empty is opened here as well.
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
    return database.get_document(*database.postlist_begin(std::string())).get_data().empty();
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
        for (const char *table : { "position", "docdata" }) {
            again = again || (looks_empty(database, table) && has_file(std::string(path) + "/" + table + ".glass"));
        }
    }
    /* The file can be opened: it holds nothing, or it could not be opened a moment ago. */
    return again ? Xapian::Database(path, Xapian::DB_BACKEND_GLASS) : database;
}
