/* http.c - the HTTP side of the front process, on libmicrohttpd.
 *
 * The life of a request: on_uri (the raw target, before libmicrohttpd decodes it) makes an exchange; the first call of
 * on_request guards, the second answers or suspends the connection and submits a job; when the job is done the connection
 * is resumed and the third call sends the answer; on_completed frees the exchange.  All of these run in libmicrohttpd's
 * thread, but for job_done.
 */
#include "searchd/http.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <string.h>

#include "base/io.h"
#include "searchd/guard.h"
#include "searchd/links.h"
#include "searchd/log.h"
#include "searchd/problem.h"
#include "searchd/route.h"

#define POOL_BYTES 32768       /* of one connection: request line, headers, and the headers of the answer */
#define MANY_ARGS 256          /* libmicrohttpd's pool has no room for some more: such requests would hang */
#define LIMIT_SLACK 64         /* the real limit is kept before a connection is handed in */
#define PENDING_MS 1000        /* a connection handed in that has not begun by then never will */
#define HTTP_MAGIC 0x68747470u
#define EXCHANGE_MAGIC 0x65786368u

#define CONTENT_POLICY                                                                                                \
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

struct http {
    unsigned magic;
    const struct settings *settings;
    struct dispatch *dispatch;
    struct MHD_Daemon *daemon;
    struct links links;
    atomic_bool draining;
    unsigned added;       /* connections handed in; the accepting thread only, as the next two */
    unsigned pending_seen; /* links started at the last look */
    int64_t pending_since_ms;
};

enum exchange_phase { EXCHANGE_NEW, EXCHANGE_GUARDED, EXCHANGE_SUBMITTED, EXCHANGE_ANSWERED };

struct exchange {
    unsigned magic;
    enum exchange_phase phase;
    struct http *http;
    struct link *link; /* may be NULL */
    struct MHD_Connection *connection;
    char *target; /* as sent */
    size_t target_len;
    struct request *request; /* NULL until parsed */
    int64_t started_us;
    bool is_head;
    struct job job;
};

static struct exchange *exchange_of(void *pointer)
{
    struct exchange *exchange = pointer;
    assert(exchange->magic == EXCHANGE_MAGIC);
    return exchange;
}

static struct http *http_of(void *pointer)
{
    struct http *http = pointer;
    assert(http->magic == HTTP_MAGIC);
    return http;
}

static void exchange_free(struct exchange *exchange)
{
    if (exchange != NULL) {
        request_free(exchange->request);
        answer_done(&exchange->job.answer);
        free(exchange->target);
        exchange->magic = 0;
        free(exchange);
    }
}

/* ---- connections ---- */

static void on_connection(void *cls, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode event)
{
    struct http *http = http_of(cls);
    if (event == MHD_CONNECTION_NOTIFY_CLOSED) {
        links_remove(&http->links, *slot);
        *slot = NULL;
        return;
    }
    int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    *slot = links_add(&http->links, fd);
    if (*slot == NULL) {
        shutdown(fd, SHUT_RDWR); /* without a link it would have no deadline */
    }
}

static struct link *link_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* ---- answers ---- */

static void log_request(const struct exchange *exchange, const char *method, unsigned status)
{
    if (!exchange->http->settings->verbose) {
        return;
    }
    char path[200], name[24];
    size_t len = exchange->target != NULL ? strcspn(exchange->target, "?") : 0;
    snprintf(path, sizeof path, "%.*s", (int)(len < sizeof path ? len : sizeof path - 1),
             exchange->target != NULL ? exchange->target : "");
    snprintf(name, sizeof name, "%s", method);
    log_clean(path);
    log_clean(name);
    log_line(LOG_REQUESTS, "%s %s %u %.1f ms", name, path, status, (double)(io_now_us() - exchange->started_us) / 1000);
}

static bool add_headers(const struct exchange *exchange, struct MHD_Response *response, bool close)
{
    static const char *const fixed[][2] = {
        { "Content-Security-Policy", CONTENT_POLICY }, { "X-Content-Type-Options", "nosniff" },
        { "X-Frame-Options", "DENY" },                 { "Referrer-Policy", "no-referrer" },
    };
    const struct answer *answer = &exchange->job.answer;
    bool good = true;
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        good = good && MHD_add_response_header(response, fixed[i][0], fixed[i][1]) == MHD_YES;
    }
    if (answer->type[0] != '\0') {
        good = good && MHD_add_response_header(response, "Content-Type", answer->type) == MHD_YES;
    }
    for (unsigned i = 0; i < answer->header_count; i++) {
        good = good && MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value) == MHD_YES;
    }
    return good && (!close || MHD_add_response_header(response, "Connection", "close") == MHD_YES);
}

/* Sends exchange->job.answer. */
static enum MHD_Result send_answer(struct exchange *exchange, struct MHD_Connection *connection, const char *method,
                                   bool close)
{
    struct answer *answer = &exchange->job.answer;
    if (answer->body.failed) {
        struct problem problem = problem_of_search(ERR_NOMEM, NULL);
        problem_answer(&problem, "/v1", NULL, answer); /* a short body has a chance */
    }
    size_t len = answer->body.len;
    char *body = buf_take(&answer->body);
    if (body == NULL) {
        return MHD_NO;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(len, body, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(body);
        return MHD_NO;
    }
    enum MHD_Result result = MHD_NO;
    if (add_headers(exchange, response, close || atomic_load(&exchange->http->draining))) {
        links_enter(&exchange->http->links, exchange->link, LINK_SENDING);
        exchange->phase = EXCHANGE_ANSWERED;
        log_request(exchange, method, answer->status);
        result = MHD_queue_response(connection, answer->status, response);
    }
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_problem(struct exchange *exchange, struct MHD_Connection *connection, const char *method,
                                    unsigned status, const char *detail, bool close)
{
    struct problem problem = problem_make(status, 0, detail);
    const char *path = exchange->request != NULL ? exchange->request->path : "/v1";
    problem_answer(&problem, path, NULL, &exchange->job.answer);
    return send_answer(exchange, connection, method, close);
}

/* ---- requests ---- */

struct guard_call {
    struct guard guard;
    bool in_place;   /* the parser leaves a header where it was received */
    const char *end; /* of the last line so far, without its line end */
};

/* libmicrohttpd 0.9 takes a line that is folded (its rest is then glued to the NAME of the header), a value with a NUL
 * (and cuts it off there) and a line that ends in a bare LF.  Each lets a Transfer-Encoding pass that a proxy saw.  The
 * names and values it hands out still lie in the receive buffer, where ':' CR and LF have become NUL, so that what is
 * well-formed shows: name, NUL, blanks, value, NUL, NUL. */
static bool is_well_formed(const char *name, size_t name_len, const char *value, size_t value_len)
{
    const char *at = name + name_len;
    if (value <= at || (size_t)(value - at) > POOL_BYTES || value[value_len] != '\0' || value[value_len + 1] != '\0') {
        return false;
    }
    for (at++; at < value; at++) {
        if (*at != ' ' && *at != '\t') {
            return false;
        }
    }
    return true;
}

/* libmicrohttpd 1.0 refuses such requests itself, and keeps values in another way. */
static bool parses_in_place(void)
{
    return strncmp(MHD_get_version(), "0.9.", 4) == 0;
}

static enum MHD_Result guard_one(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                 const char *value, size_t value_len)
{
    (void)kind;
    struct guard_call *call = cls;
    if (value == NULL || (call->in_place && !is_well_formed(name, name_len, value, value_len))) {
        guard_refuse(&call->guard, 400, "Een kop van het verzoek is gevouwen of eindigt niet met CR LF.");
    } else {
        guard_header(&call->guard, name, name_len, value, value_len);
        call->end = value + value_len > call->end ? value + value_len : call->end;
    }
    return MHD_YES;
}

static void guard_request(struct guard_call *call, struct MHD_Connection *connection, const char *method,
                          const char *version)
{
    call->in_place = parses_in_place();
    call->end = version + strlen(version);
    if (call->in_place && call->end[1] != '\0') {
        guard_refuse(&call->guard, 400, "De eerste regel van het verzoek eindigt niet met CR LF.");
    }
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, guard_one, call);
    /* Of the last header is_well_formed cannot tell, as a bare LF may come next: CR LF CR LF are four bytes. */
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (call->in_place && (size_t)(call->end - method) + 4 != size->header_size) {
        guard_refuse(&call->guard, 400, "De koppen van het verzoek eindigen niet met CR LF.");
    }
    guard_finish(&call->guard, method, version);
}

static enum MHD_Result first_call(struct exchange *exchange, struct MHD_Connection *connection, const char *method,
                                  const char *version)
{
    struct guard_call call = { .guard = GUARD_INIT };
    struct err err = ERR_INIT;
    links_enter(&exchange->http->links, exchange->link, LINK_WORKING);
    guard_request(&call, connection, method, version);
    enum err_code code = request_parse(exchange->target, exchange->target_len, &exchange->request, &err);
    if (call.guard.status != 0) {
        return send_problem(exchange, connection, method, call.guard.status, call.guard.detail, true);
    }
    if (code != ERR_OK) {
        unsigned status = exchange->target_len > REQUEST_TARGET_MAX ? 414 : code == ERR_INVALID ? 400 : 503;
        return send_problem(exchange, connection, method, status, err.text, true);
    }
    exchange->phase = EXCHANGE_GUARDED;
    return MHD_YES;
}

/* From any thread. */
static void job_done(struct job *job)
{
    struct exchange *exchange = (struct exchange *)((char *)job - offsetof(struct exchange, job));
    assert(exchange->magic == EXCHANGE_MAGIC);
    MHD_resume_connection(exchange->connection);
}

static enum MHD_Result second_call(struct exchange *exchange, struct MHD_Connection *connection, const char *method)
{
    const struct route *route = route_find(exchange->request->path);
    if (route == NULL) {
        return send_problem(exchange, connection, method, 404, "Op dit adres is niets te vinden.", false);
    }
    if (!route->needs_worker) {
        struct route_input input = { .request = exchange->request };
        input.if_none_match = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
        route->handle(&input, &exchange->job.answer);
        return send_answer(exchange, connection, method, false);
    }
    exchange->phase = EXCHANGE_SUBMITTED;
    exchange->job.target = exchange->target;
    exchange->job.target_len = exchange->target_len;
    exchange->job.path = exchange->request->path;
    exchange->job.done = job_done;
    /* In this order: the job may be done before dispatch_submit returns. */
    MHD_suspend_connection(connection);
    dispatch_submit(exchange->http->dispatch, &exchange->job);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_len, void **slot)
{
    (void)cls;
    (void)url;
    (void)upload;
    if (*slot == NULL || *upload_len != 0) {
        return MHD_NO; /* memory was short in on_uri, or a body came after all: closes the connection */
    }
    struct exchange *exchange = exchange_of(*slot);
    switch (exchange->phase) {
    case EXCHANGE_NEW: return first_call(exchange, connection, method, version);
    case EXCHANGE_GUARDED: return second_call(exchange, connection, method);
    case EXCHANGE_SUBMITTED: return send_answer(exchange, connection, method, false);
    default: return MHD_YES;
    }
}

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct http *http = http_of(cls);
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        return NULL;
    }
    exchange->magic = EXCHANGE_MAGIC;
    exchange->http = http;
    exchange->connection = connection;
    exchange->link = link_of(connection);
    exchange->started_us = io_now_us();
    answer_init(&exchange->job.answer);
    exchange->target_len = strlen(uri);
    exchange->target = strdup(uri);
    if (exchange->target == NULL) {
        exchange_free(exchange);
        return NULL;
    }
    unsigned args = 0;
    for (const char *at = strchr(uri, '?'); at != NULL && args <= MANY_ARGS; at = strchr(at + 1, '&')) {
        args++;
    }
    if (args > MANY_ARGS) {
        shutdown(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, SHUT_RDWR);
    }
    return exchange;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode how)
{
    struct http *http = http_of(cls);
    (void)connection;
    (void)how;
    if (*slot != NULL) {
        struct exchange *exchange = exchange_of(*slot);
        links_enter(&http->links, exchange->link, LINK_RECEIVING);
        exchange_free(exchange);
        *slot = NULL;
    }
}

static void on_message(void *cls, const char *format, va_list args)
{
    (void)cls;
    char text[300];
    int len = vsnprintf(text, sizeof text, format, args);
    for (char *at = text; len > 0 && *at != '\0'; at++) {
        *at = *at < ' ' || *at > '~' ? ' ' : *at;
    }
    log_line(LOG_REQUESTS, "http: %s", len > 0 ? text : "?");
}

/* ---- the daemon ---- */

enum err_code http_new(const struct settings *settings, struct dispatch *dispatch, struct http **ret_http,
                       struct err *err)
{
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL) {
        return err_nomem(err, "http_new");
    }
    http->magic = HTTP_MAGIC;
    http->settings = settings;
    http->dispatch = dispatch;
    http->pending_since_ms = io_now_ms();
    links_init(&http->links, settings->client_deadline_ms);
    /* Not STRICT_FOR_CLIENT: 0.9.75 then answers a request without Host twice; the guard is stricter. */
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
        NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER, on_message, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)settings->max_connections + LIMIT_SLACK, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_URI_LOG_CALLBACK, on_uri, http,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_END);
    if (http->daemon == NULL) {
        links_done(&http->links);
        free(http);
        return err_errno(err, errno, "cannot start the HTTP library");
    }
    *ret_http = http;
    return ERR_OK;
}

void http_add(struct http *http, int fd, const struct sockaddr *address, socklen_t len)
{
    http->added++; /* before: libmicrohttpd's thread may be quick */
    if (MHD_add_connection(http->daemon, fd, address, len) != MHD_YES) {
        http->added--;
    }
}

unsigned http_connections(struct http *http)
{
    unsigned started;
    unsigned open = links_open(&http->links, &started);
    return open + (http->added > started ? http->added - started : 0);
}

void http_watch(struct http *http)
{
    links_expire(&http->links);
    /* libmicrohttpd does not tell when it drops a connection that was handed in (memory is short): such a one must not
     * count for ever. */
    unsigned started;
    links_open(&http->links, &started);
    int64_t now = io_now_ms();
    if (started >= http->added || started != http->pending_seen) {
        http->added = started > http->added ? started : http->added;
        http->pending_since_ms = now;
        http->pending_seen = started;
    } else if (now - http->pending_since_ms > PENDING_MS) {
        http->added = started;
    }
}

void http_drain(struct http *http)
{
    atomic_store(&http->draining, true);
}

unsigned http_busy(struct http *http)
{
    return links_busy(&http->links);
}

void http_free(struct http *http)
{
    if (http == NULL) {
        return;
    }
    MHD_stop_daemon(http->daemon);
    links_done(&http->links);
    http->magic = 0;
    free(http);
}
