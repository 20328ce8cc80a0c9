/* writer.cc - writing one database in one transaction.
 *
 * Everything a writer does stays inside a transaction that only shim_writer_commit ends.  Without
 * it Xapian commits by itself after 10,000 changes, and ~WritableDatabase commits whatever half of
 * a batch is there when an exception unwinds.  With it the destructor cancels.
 *
 * When adding or deleting fails inside Xapian it drops the whole batch, silently, and goes on with
 * an empty one.  A writer that saw such a failure is therefore finished: it refuses everything.
 */
#include "shim/document.hh"

struct shim_writer {
    Xapian::WritableDatabase database;
    bool finished = false; /* committed or failed: in both cases only freeing is left */

    shim_writer(const char *path, int flags) : database(path, flags) { database.begin_transaction(false); }
};

static enum err_code open_writer(const char *path, int flags, struct shim_writer **ret_writer, struct err *err)
{
    return guard(err, [&] {
        require(path, "the path");
        *ret_writer = new shim_writer(path, flags | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC);
    });
}

enum err_code shim_writer_create(const char *path, struct shim_writer **ret_writer, struct err *err)
{
    /* Not DB_DANGEROUS: overwriting blocks in place gains nothing in a database that is committed once
     * (measured: same time, same size), and when a write fails "cancel() not supported" hides why. */
    return open_writer(path, Xapian::DB_CREATE, ret_writer, err);
}

enum err_code shim_writer_open(const char *path, struct shim_writer **ret_writer, struct err *err)
{
    return open_writer(path, Xapian::DB_OPEN, ret_writer, err);
}

static void require_open(const struct shim_writer *writer)
{
    require(writer, "the writer");
    if (writer->finished) {
        refuse(ERR_INVALID, "the writer was committed, or failed, before");
    }
}

/* Runs a change; if it throws, what was written so far is gone. */
template <typename Change> static void apply(struct shim_writer *writer, Change &&change)
{
    writer->finished = true;
    change();
    writer->finished = false;
}

enum err_code shim_writer_add(struct shim_writer *writer, const struct shim_doc *doc, uint32_t *ret_docid,
                              struct err *err)
{
    return guard(err, [&] {
        require_open(writer);
        require(doc, "the document");
        Xapian::docid docid = 0;
        apply(writer, [&] { docid = writer->database.add_document(doc->document); });
        if (ret_docid != nullptr) {
            *ret_docid = docid;
        }
    });
}

enum err_code shim_writer_delete(struct shim_writer *writer, uint32_t docid, struct err *err)
{
    return guard(err, [&] {
        require_open(writer);
        /* Throws when there is no such document, before anything is lost. */
        (void)writer->database.get_doclength(docid);
        apply(writer, [&] { writer->database.delete_document(docid); });
    });
}

enum err_code shim_writer_commit(struct shim_writer *writer, struct err *err)
{
    return guard(err, [&] {
        require_open(writer);
        writer->finished = true;
        writer->database.commit_transaction();
        try {
            writer->database.commit();
        } catch (...) {
            /* Outside a transaction the destructor would commit what the failure left over. */
            writer->database.begin_transaction(false);
            throw;
        }
        writer->database.close();
    });
}

void shim_writer_free(struct shim_writer *writer)
{
    delete writer;
}
