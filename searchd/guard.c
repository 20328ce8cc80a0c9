/* guard.c - refusing requests that two HTTP programs might read differently. */
#include "searchd/guard.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

void guard_refuse(struct guard *guard, unsigned status, const char *detail)
{
    if (guard->status == 0) {
        guard->status = status;
        guard->detail = detail;
    }
}

static bool is_token(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool good = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                 || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
        if (!good) {
            return false;
        }
    }
    return len > 0;
}

static bool is_field_value(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return true;
}

/* A host name or address with a port; empty is allowed (RFC 9112, 3.2). */
static bool is_host(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c <= ' ' || strchr("/\\?#@,\"<>", c) != NULL) {
            return false;
        }
    }
    return true;
}

static bool is_named(const char *name, size_t len, const char *wanted)
{
    return len == strlen(wanted) && strncasecmp(name, wanted, len) == 0;
}

void guard_header(struct guard *guard, const char *name, size_t name_len, const char *value, size_t value_len)
{
    if (!is_token(name, name_len)) {
        guard_refuse(guard, 400, "Een kop van het verzoek heeft geen geldige naam.");
    }
    if (!is_field_value(value, value_len)) {
        guard_refuse(guard, 400, "Een kop van het verzoek bevat een stuurteken.");
    }
    if (is_named(name, name_len, "Host")) {
        guard->hosts++;
        if (!is_host(value, value_len)) {
            guard_refuse(guard, 400, "De kop Host van het verzoek is ongeldig.");
        }
    }
    if (is_named(name, name_len, "Content-Length") || is_named(name, name_len, "Transfer-Encoding")
        || is_named(name, name_len, "Expect")) {
        guard_refuse(guard, 400, "Naslag neemt geen verzoeken met inhoud aan.");
    }
}

void guard_finish(struct guard *guard, const char *method, const char *version)
{
    bool newest = strcmp(version, "HTTP/1.1") == 0;
    if (!newest && strcmp(version, "HTTP/1.0") != 0) {
        guard_refuse(guard, 400, "Naslag spreekt HTTP/1.1 en HTTP/1.0.");
    }
    if (guard->hosts > 1 || (newest && guard->hosts != 1)) {
        guard_refuse(guard, 400, "Het verzoek heeft niet precies een kop Host.");
    }
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        guard_refuse(guard, 405, "Naslag kent alleen GET en HEAD.");
    }
}
