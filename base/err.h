/* err.h - the error every fallible call of Naslag fills.
 *
 * A function that can fail returns an `enum err_code` (ERR_OK is 0) and takes a caller-owned
 * `struct err *` as its last argument.  On failure it fills both fields; on success it leaves
 * the struct alone.  Outputs (`ret_x`) are untouched on failure.  The text is one sentence for an
 * operator: what failed, where, and what to do if that is known.  `err` may be NULL when the
 * caller needs the code only.  Libraries never print: main.c and the HTTP front do.
 */
#ifndef NASLAG_BASE_ERR_H
#define NASLAG_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum err_code {
    ERR_OK = 0,
    ERR_NOMEM,       /* an allocation failed */
    ERR_INVALID,     /* the caller's input is wrong: usage, syntax, a cap exceeded */
    ERR_NOT_FOUND,   /* the named thing does not exist */
    ERR_LOCKED,      /* another process holds the lock */
    ERR_STALE,       /* the reader's revision is gone: reopen and repeat */
    ERR_CORRUPT,     /* persisted data does not parse or match its checksum */
    ERR_VERSION,     /* persisted data is of another format or made by other resources */
    ERR_IO,          /* the operating system refused or failed */
    ERR_NOSPACE,     /* no space left on the device, or quota exceeded */
    ERR_TIMEOUT,     /* a deadline passed */
    ERR_INTERRUPTED, /* the operator asked to stop */
    ERR_INTERNAL,    /* our bug */
    ERR_CODES        /* number of codes */
};

struct err {
    enum err_code code;
    char text[512]; /* NUL-terminated UTF-8 */
};

#define ERR_INIT { ERR_OK, "" }

/* Fills `err` (when not NULL) and returns `code`, so that `return err_set(err, ...)` reads well. */
enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends strerror(errno_value), and picks ERR_NOSPACE for
 * ENOSPC/EDQUOT, ERR_NOT_FOUND for ENOENT/ENOTDIR, ERR_NOMEM for ENOMEM, otherwise ERR_IO. */
enum err_code err_errno(struct err *err, int errno_value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "out of memory" with the place. */
enum err_code err_nomem(struct err *err, const char *where);

/* Short English name of a code ("not found"). */
const char *err_name(enum err_code code);

#endif
