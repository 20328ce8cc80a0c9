/* request.c - parsing the target of a request. */
#include "searchd/request.h"

#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes in place and ends with a NUL.  In a query `+` is a space and a broken escape stays as it is; in a path it is an
 * error.  Returns the new length, or -1. */
static long decode(char *text, size_t len, bool is_query)
{
    size_t to = 0;
    for (size_t from = 0; from < len; from++) {
        char c = text[from];
        if (c == '%') {
            int high = from + 2 < len ? hex_value(text[from + 1]) : -1;
            int low = from + 2 < len ? hex_value(text[from + 2]) : -1;
            if (high >= 0 && low >= 0) {
                c = (char)(high * 16 + low);
                from += 2;
                if (c == '\0') {
                    return -1;
                }
            } else if (!is_query) {
                return -1;
            }
        } else if (c == '+' && is_query) {
            c = ' ';
        }
        text[to++] = c;
    }
    text[to] = '\0';
    return (long)to;
}

static bool path_is_safe(const char *path)
{
    if (path[0] != '/' || strchr(path, '\\') != NULL) {
        return false;
    }
    for (const char *part = path; part != NULL; part = strchr(part + 1, '/')) {
        size_t len = strcspn(part + 1, "/");
        if ((len == 1 && part[1] == '.') || (len == 2 && part[1] == '.' && part[2] == '.')) {
            return false;
        }
    }
    for (const char *at = path; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            return false;
        }
    }
    return true;
}

static enum err_code parse_args(struct request *request, char *at, char *end, struct err *err)
{
    while (at < end) {
        char *next = memchr(at, '&', (size_t)(end - at));
        char *stop = next != NULL ? next : end;
        if (stop > at) {
            if (request->arg_count == REQUEST_ARGS_MAX) {
                return err_set(err, ERR_INVALID, "Er zijn te veel parameters: het mogen er hooguit %d zijn.",
                               REQUEST_ARGS_MAX);
            }
            char *equals = memchr(at, '=', (size_t)(stop - at));
            char *name_end = equals != NULL ? equals : stop;
            char *value = equals != NULL ? equals + 1 : stop;
            /* The value first: the NUL that ends the name may fall on it only when it is empty. */
            long value_len = decode(value, (size_t)(stop - value), true);
            long name_len = decode(at, (size_t)(name_end - at), true);
            if (value_len < 0 || name_len < 0) {
                return err_set(err, ERR_INVALID, "Een parameter bevat een nulteken.");
            }
            request->args[request->arg_count++] =
                (struct request_arg){ .name = at, .value = value, .len = (size_t)value_len };
        }
        at = stop + 1;
    }
    return ERR_OK;
}

enum err_code request_parse(const char *target, size_t len, struct request **ret_request, struct err *err)
{
    if (len == 0 || target[0] != '/') {
        return err_set(err, ERR_INVALID, "Het adres van het verzoek begint niet met een schuine streep.");
    }
    if (len > REQUEST_TARGET_MAX) {
        return err_set(err, ERR_INVALID, "Het adres van het verzoek is te lang: het mogen hooguit %d bytes zijn.",
                       REQUEST_TARGET_MAX);
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)target[i] <= 0x20 || target[i] == 0x7F) {
            return err_set(err, ERR_INVALID, "Het adres van het verzoek bevat een spatie of stuurteken.");
        }
    }
    CLEANUP(request_free_cleanup) struct request *request = calloc(1, sizeof *request);
    char *storage = malloc(len + 1);
    if (request == NULL || storage == NULL) {
        free(storage);
        return err_nomem(err, "request_parse");
    }
    request->storage = storage;
    memcpy(storage, target, len);
    storage[len] = '\0';
    char *question = memchr(storage, '?', len);
    char *path_end = question != NULL ? question : storage + len;
    if (decode(storage, (size_t)(path_end - storage), false) < 0 || !path_is_safe(storage)) {
        return err_set(err, ERR_INVALID, "Het pad van het verzoek is niet toegestaan.");
    }
    request->path = storage;
    enum err_code code = question != NULL ? parse_args(request, question + 1, storage + len, err) : ERR_OK;
    if (code == ERR_OK) {
        *ret_request = TAKE_PTR(request);
    }
    return code;
}

void request_free(struct request *request)
{
    if (request != NULL) {
        free(request->storage);
        free(request);
    }
}

const struct request_arg *request_arg(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->arg_count; i++) {
        if (strcmp(request->args[i].name, name) == 0) {
            return &request->args[i];
        }
    }
    return NULL;
}

enum err_code request_check_names(const struct request *request, const char *const *known, const char **ret_name,
                                  struct err *err)
{
    for (size_t i = 0; i < request->arg_count; i++) {
        const char *name = request->args[i].name;
        size_t k = 0;
        while (known[k] != NULL && strcmp(known[k], name) != 0) {
            k++;
        }
        if (known[k] == NULL) {
            *ret_name = name;
            return err_set(err, ERR_INVALID, "De parameter ‘%.60s’ bestaat niet.", name);
        }
        if (request_arg(request, name) != &request->args[i]) {
            *ret_name = name;
            return err_set(err, ERR_INVALID, "De parameter ‘%.60s’ staat er meer dan eens.", name);
        }
    }
    return ERR_OK;
}

enum err_code request_number(const struct request *request, const char *name, uint32_t min, uint32_t max,
                             uint32_t otherwise, uint32_t *ret_number, struct err *err)
{
    const struct request_arg *arg = request_arg(request, name);
    if (arg == NULL || arg->len == 0) {
        *ret_number = otherwise;
        return ERR_OK;
    }
    uint64_t number = 0;
    bool good = arg->len <= 10;
    for (size_t i = 0; good && i < arg->len; i++) {
        good = arg->value[i] >= '0' && arg->value[i] <= '9';
        number = number * 10 + (uint64_t)(arg->value[i] - '0');
    }
    if (!good || number < min || number > max) {
        return err_set(err, ERR_INVALID, "De parameter ‘%s’ moet een geheel getal van %u tot en met %u zijn.", name,
                       min, max);
    }
    *ret_number = (uint32_t)number;
    return ERR_OK;
}

void request_encode(struct buf *out, const char *text, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                  || (c != '\0' && strchr("-._~", c) != NULL);
        if (plain) {
            buf_add_char(out, (char)c);
        } else if (c == ' ') {
            buf_add_char(out, '+');
        } else {
            buf_add_char(out, '%');
            buf_add_char(out, digits[c >> 4]);
            buf_add_char(out, digits[c & 15]);
        }
    }
}
