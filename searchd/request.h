/* request.h - what a request asks for: the decoded path and the parameters of its target.
 *
 * Both the front and the workers parse the target with this, the front to refuse and to route, the worker to answer.
 */
#ifndef NASLAG_SEARCHD_REQUEST_H
#define NASLAG_SEARCHD_REQUEST_H

#include "base/buf.h"

#define REQUEST_TARGET_MAX 8192 /* bytes of the request target */
#define REQUEST_ARGS_MAX 32

struct request_arg {
    const char *name;  /* decoded, NUL-terminated */
    const char *value; /* decoded, NUL-terminated, without NUL inside */
    size_t len;        /* of the value */
};

struct request {
    char *storage;
    const char *path; /* decoded */
    struct request_arg args[REQUEST_ARGS_MAX];
    size_t arg_count;
};

/* ERR_INVALID with a Dutch sentence: no leading slash, control characters, a path with "..", NUL or a backslash or with
 * a broken escape, too many parameters.  A broken escape in a parameter is kept as written, as browsers do. */
enum err_code request_parse(const char *target, size_t len, struct request **ret_request, struct err *err);
void request_free(struct request *request);

/* NULL when the parameter is not there. */
const struct request_arg *request_arg(const struct request *request, const char *name);

/* Refuses parameters not in `known` (NULL-terminated) and parameters given twice.  ERR_INVALID with a Dutch sentence;
 * *ret_name is then the parameter's name, borrowed from the request. */
enum err_code request_check_names(const struct request *request, const char *const *known, const char **ret_name,
                                  struct err *err);

/* A whole number; `otherwise` when the parameter is not there or empty.  ERR_INVALID with a Dutch sentence. */
enum err_code request_number(const struct request *request, const char *name, uint32_t min, uint32_t max,
                             uint32_t otherwise, uint32_t *ret_number, struct err *err);

/* Appends `text` percent-encoded for use in a query string. */
void request_encode(struct buf *out, const char *text, size_t len);

DEFINE_CLEANUP(struct request, request_free)

#endif
