/* http.h - the HTTP side of the front process; http.c is the only file that sees <microhttpd.h>.
 *
 * Runs one thread of libmicrohttpd's own.  Connections are accepted elsewhere and handed in, because libmicrohttpd leaves
 * newcomers hanging in the backlog at its connection limit.
 */
#ifndef NASLAG_SEARCHD_HTTP_H
#define NASLAG_SEARCHD_HTTP_H

#include <sys/socket.h>

#include "searchd/dispatch.h"
#include "searchd/options.h"

struct http;

/* `settings` and `dispatch` are borrowed. */
enum err_code http_new(const struct settings *settings, struct dispatch *dispatch, struct http **ret_http,
                       struct err *err);
/* Takes over a connected, non-blocking socket; closes it when that fails. */
void http_add(struct http *http, int fd, const struct sockaddr *address, socklen_t len);
/* Connections open or just handed in. */
unsigned http_connections(struct http *http);
/* Closes the connections of clients that are too slow; to be called every 100 ms or so. */
void http_watch(struct http *http);
/* From now on every answer closes its connection. */
void http_drain(struct http *http);
/* Requests being worked on or answered. */
unsigned http_busy(struct http *http);
/* All jobs must have been done: dispatch_stop sees to it. */
void http_free(struct http *http);

#endif
