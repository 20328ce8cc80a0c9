/* guard.h - refusing requests that two HTTP programs might read differently.
 *
 * Naslag takes no request bodies, so everything that could announce one is refused, whatever its value: that closes the
 * door to request smuggling behind a proxy (CL.TE, TE.CL, double lengths), which libmicrohttpd leaves open.
 * A refused request is answered once, and its connection closed.
 */
#ifndef NASLAG_SEARCHD_GUARD_H
#define NASLAG_SEARCHD_GUARD_H

#include <stddef.h>

struct guard {
    unsigned hosts;
    unsigned status;    /* 0 while nothing is wrong, then 400 or 405 */
    const char *detail; /* a Dutch sentence */
};

#define GUARD_INIT { 0, 0, NULL }

/* What is found wrong first is what the client is told. */
void guard_refuse(struct guard *guard, unsigned status, const char *detail);
/* To be called for every header field as the parser gives it. */
void guard_header(struct guard *guard, const char *name, size_t name_len, const char *value, size_t value_len);
/* To be called last; then guard->status says whether the request may go on. */
void guard_finish(struct guard *guard, const char *method, const char *version);

#endif
