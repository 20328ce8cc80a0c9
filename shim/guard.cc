/* guard.cc - from exceptions to error codes, and the hook that lets tests throw them. */
#include "shim/guard.hh"

#include <cerrno>
#include <cstring>
#include <new>

void refuse(enum err_code code, const char *format, ...)
{
    struct err failure;
    failure.code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(failure.text, sizeof failure.text, format, args);
    va_end(args);
    throw failure;
}

void require(const void *pointer, const char *what)
{
    if (pointer == nullptr) {
        refuse(ERR_INVALID, "%s is missing", what);
    }
}

std::string lookup_term(const char *term, size_t len)
{
    if (term == nullptr || len == 0) {
        refuse(ERR_INVALID, "a term may not be empty");
    }
    return std::string(term, len);
}

/* ---- Xapian's errors ---------------------------------------------------------------------- */

/* By the type's name rather than by one catch clause each: the table is the documentation.
 * A type that a later Xapian adds counts as our bug until it is entered here. */
static const struct {
    const char *type;
    enum err_code code;
} xapian_codes[] = {
    { "DatabaseModifiedError", ERR_STALE },
    { "DatabaseLockError", ERR_LOCKED },
    { "DatabaseVersionError", ERR_VERSION },
    { "DatabaseNotFoundError", ERR_NOT_FOUND },
    { "DocNotFoundError", ERR_NOT_FOUND },
    { "DatabaseOpeningError", ERR_IO },
    /* Without an errno: there is a database already. */
    { "DatabaseCreateError", ERR_INVALID },
    { "DatabaseCorruptError", ERR_CORRUPT },
    /* The base class is thrown for blocks that end early; failures of the system carry an errno. */
    { "DatabaseError", ERR_CORRUPT },
    { "DatabaseClosedError", ERR_INVALID },
    /* Numbers in a table that do not fit or do not parse. */
    { "RangeError", ERR_CORRUPT },
    { "SerialisationError", ERR_CORRUPT },
    { "FeatureUnavailableError", ERR_VERSION },
    { "InvalidArgumentError", ERR_INVALID },
    { "InvalidOperationError", ERR_INVALID },
    { "QueryParserError", ERR_INVALID },
    { "WildcardError", ERR_INVALID },
    { "NetworkError", ERR_IO },
    { "NetworkTimeoutError", ERR_IO },
};

/* Xapian keeps the errno of an error to itself and gives its text only. */
static int errno_of_text(const char *text)
{
    static const int known[] = { ENOENT, ENOTDIR, ENOSPC, EDQUOT, ENOMEM };
    for (int value : known) {
        if (strcmp(text, strerror(value)) == 0) {
            return value;
        }
    }
    return -1;
}

/* Some errors have what the system said in their message only, because they were thrown for another one ("Modifications failed
 * (... No space left on device)") or for a lock file that could not be made.  0: nothing of the kind. */
static int errno_inside(const std::string &message)
{
    static const int failures[] = { ENOSPC, EDQUOT, ENOMEM, EIO, EROFS, EMFILE, ENFILE, EACCES, EPERM };
    for (int value : failures) {
        if (message.find(strerror(value)) != std::string::npos) {
            return value;
        }
    }
    return 0;
}

static enum err_code code_of_xapian(const Xapian::Error &error, const char *system_text)
{
    enum err_code code = ERR_INTERNAL;
    for (const auto &row : xapian_codes) {
        if (strcmp(error.get_type(), row.type) == 0) {
            code = row.code;
            break;
        }
    }
    if (system_text == nullptr && error.get_msg().compare(0, 10, "Failed to ") == 0) {
        return ERR_IO; /* "Failed to create iamglass file", for whatever the system said */
    }
    int inside = system_text == nullptr ? errno_inside(error.get_msg()) : 0;
    if (system_text == nullptr && inside == 0) {
        return code;
    }
    if (inside != 0 && code == ERR_LOCKED) {
        code = ERR_IO; /* nobody holds the lock */
    }
    switch (inside != 0 ? inside : errno_of_text(system_text)) {
    case ENOSPC:
    case EDQUOT:
        return ERR_NOSPACE;
    case ENOMEM:
        return ERR_NOMEM;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    default:
        return code == ERR_CORRUPT || code == ERR_INVALID ? ERR_IO : code;
    }
}

static enum err_code explain_xapian(const Xapian::Error &error, struct err *err)
{
    const char *system_text = error.get_error_string();
    const std::string &context = error.get_context();
    return err_set(err, code_of_xapian(error, system_text), "Xapian's %s: %s%s%s%s%s%s", error.get_type(),
                   error.get_msg().c_str(), context.empty() ? "" : " (", context.c_str(), context.empty() ? "" : ")",
                   system_text == nullptr ? "" : ": ", system_text == nullptr ? "" : system_text);
}

static enum err_code explain_current(struct err *err)
{
    try {
        throw;
    } catch (const struct err &ours) {
        return err_set(err, ours.code, "%s", ours.text);
    } catch (const Xapian::Error &error) {
        return explain_xapian(error, err);
    } catch (const std::bad_alloc &) {
        return err_nomem(err, "Xapian");
    } catch (const std::exception &error) {
        return err_set(err, ERR_INTERNAL, "unexpected C++ exception in shim: %s", error.what());
    } catch (...) {
        return err_set(err, ERR_INTERNAL, "unexpected C++ exception of an unknown type in shim");
    }
}

enum err_code explain_exception(struct err *err) noexcept
{
    try {
        return explain_current(err);
    } catch (...) {
        /* Explaining allocates (the text of an errno): out of memory for the second time. */
        return err_nomem(err, "Xapian");
    }
}

/* ---- Faults on demand --------------------------------------------------------------------- */

/* Per thread, as every object of the shim is: threads with objects of their own do not meet here. */
static thread_local struct {
    uint64_t calls;
    uint64_t fail_at;
    enum shim_fault fault;
} faults;

void fault_point()
{
    faults.calls++;
    if (faults.calls != faults.fail_at) {
        return;
    }
    switch (faults.fault) {
    case SHIM_FAULT_NONE:
        return;
    case SHIM_FAULT_BAD_ALLOC:
        throw std::bad_alloc();
    case SHIM_FAULT_XAPIAN:
        throw Xapian::DatabaseModifiedError("a fault that a test asked for");
    case SHIM_FAULT_INT:
        throw 42;
    }
}

uint64_t shim_test_fail_at(uint64_t n, enum shim_fault fault)
{
    uint64_t calls = faults.calls;
    faults.calls = 0;
    faults.fail_at = n;
    faults.fault = fault;
    return calls;
}

const char *shim_xapian_version(void)
{
    return Xapian::version_string();
}
