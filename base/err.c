/* err.c - filling struct err. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void err_vformat(struct err *err, enum err_code code, const char *format, va_list args)
{
    err->code = code;
    vsnprintf(err->text, sizeof err->text, format, args);
}

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        err_vformat(err, code, format, args);
        va_end(args);
    }
    return code;
}

static enum err_code code_of_errno(int value)
{
    switch (value) {
    case ENOSPC:
    case EDQUOT:
        return ERR_NOSPACE;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case ENOMEM:
        return ERR_NOMEM;
    default:
        return ERR_IO;
    }
}

enum err_code err_errno(struct err *err, int errno_value, const char *format, ...)
{
    enum err_code code = code_of_errno(errno_value);
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        err_vformat(err, code, format, args);
        va_end(args);
        size_t used = strlen(err->text);
        snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(errno_value));
    }
    return code;
}

enum err_code err_nomem(struct err *err, const char *where)
{
    return err_set(err, ERR_NOMEM, "out of memory in %s", where);
}

const char *err_name(enum err_code code)
{
    static const char *const names[ERR_CODES] = {
        [ERR_OK] = "ok",
        [ERR_NOMEM] = "out of memory",
        [ERR_INVALID] = "invalid",
        [ERR_NOT_FOUND] = "not found",
        [ERR_LOCKED] = "locked",
        [ERR_STALE] = "stale",
        [ERR_CORRUPT] = "corrupt",
        [ERR_VERSION] = "other version",
        [ERR_IO] = "input/output error",
        [ERR_NOSPACE] = "no space left",
        [ERR_TIMEOUT] = "timed out",
        [ERR_INTERRUPTED] = "interrupted",
        [ERR_INTERNAL] = "internal error",
    };
    return (unsigned)code < ERR_CODES ? names[code] : "unknown";
}
