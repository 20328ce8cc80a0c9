/* t311-http-guard.c - requests that two HTTP programs might read differently are answered 400 once, and the connection is
 * closed; the table comes from measurements on libmicrohttpd 0.9.75 (issue: HTTP daemon).
 */
#include "tests/searchd-test.h"

#define HOST "Host: naslag\r\n"
#define BYTES(text) text, sizeof(text) - 1

struct bad_request {
    const char *what;
    const char *bytes;
    size_t len;
    int status; /* 0: closing without an answer will do */
};

static const struct bad_request bad[] = {
    { "Content-Length with a body", BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhallo"), 400 },
    { "Content-Length 0", BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), 400 },
    { "Content-Length hiding a request",
      BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 40\r\n\r\nGET /nee HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "Content-Length without its body", BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 500\r\n\r\n"), 400 },
    { "Transfer-Encoding chunked",
      BYTES("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /nee HTTP/1.1\r\n" HOST "\r\n"),
      400 },
    { "Transfer-Encoding unknown",
      BYTES("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /nee HTTP/1.1\r\n" HOST "\r\n"),
      400 },
    { "both lengths (CL.TE)",
      BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX"), 400 },
    { "both lengths (TE.CL)",
      BYTES("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGPOST"), 400 },
    { "two Content-Lengths",
      BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 40\r\n\r\nGET /nee HTTP/1.1\r\n" HOST "\r\n"),
      400 },
    { "Transfer-Encoding with a space before the colon",
      BYTES("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /nee HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "Transfer-Encoding on a folded line",
      BYTES("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\nGET /nee HTTP/1.1\r\n" HOST "\r\n"),
      400 },
    { "Content-Length after a bare LF", BYTES("GET / HTTP/1.1\r\n" HOST "X: y\nContent-Length: 5\r\n\r\nhallo"), 400 },
    { "a request hidden behind bare LFs",
      BYTES("GET / HTTP/1.1\r\n" HOST "X: y\n\nGET /nee HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "a header ended by a bare LF", BYTES("GET / HTTP/1.1\r\n" HOST "X: y\n\r\n"), 400 },
    { "a folded header", BYTES("GET / HTTP/1.1\r\n" HOST "X: een\r\n twee\r\n\r\n"), 400 },
    { "a header folded twice", BYTES("GET / HTTP/1.1\r\n" HOST "X: een\r\n\ttwee\r\n  drie vier vijf\r\nY: z\r\n\r\n"),
      400 },
    { "Transfer-Encoding after a NUL",
      BYTES("GET / HTTP/1.1\r\n" HOST "X: a\0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400 },
    { "Expect", BYTES("GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n"), 400 },
    { "a header name with a space", BYTES("GET / HTTP/1.1\r\n" HOST "X y: z\r\n\r\n"), 400 },
    { "NUL in a header value", BYTES("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"), 400 },
    { "NUL in a header name", BYTES("GET / HTTP/1.1\r\n" HOST "X\0Y: a\r\n\r\n"), 400 },
    { "a control character in a header value", BYTES("GET / HTTP/1.1\r\n" HOST "X: a\001b\r\n\r\n"), 400 },
    { "two Hosts", BYTES("GET / HTTP/1.1\r\n" HOST "Host: ander\r\n\r\n"), 400 },
    { "the same Host twice", BYTES("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400 },
    { "two Hosts in HTTP/1.0", BYTES("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), 400 },
    { "no Host", BYTES("GET / HTTP/1.1\r\n\r\n"), 400 },
    { "a Host with a path", BYTES("GET / HTTP/1.1\r\nHost: naslag/pad\r\n\r\n"), 400 },
    { "absolute target", BYTES("GET http://naslag/ HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "asterisk target", BYTES("GET * HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "target without slash", BYTES("GET zoeken HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "parent folder", BYTES("GET /../etc/passwd HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "encoded parent folder", BYTES("GET /v1/%2e%2E/healthz HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "parent folder behind an encoded slash", BYTES("GET /v1%2f..%2fhealthz HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "NUL in the path", BYTES("GET /zoeken%00.css HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "backslash in the path", BYTES("GET /v1%5chealthz HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "line end in the path", BYTES("GET /v1%0d%0aX:%20y HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "broken escape in the path", BYTES("GET /%zz HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "NUL in a parameter", BYTES("GET /zoeken?q=a%00b HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "33 parameters",
      BYTES("GET /zoeken?a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { "POST", BYTES("POST / HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "POST with a body", BYTES("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhallo"), 400 },
    { "PUT", BYTES("PUT /zoeken HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "DELETE", BYTES("DELETE / HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "OPTIONS", BYTES("OPTIONS / HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "TRACE", BYTES("TRACE / HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "CONNECT", BYTES("CONNECT /x HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "lower-case method", BYTES("get / HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "unknown method", BYTES("GRAB / HTTP/1.1\r\n" HOST "\r\n"), 405 },
    { "HTTP/2.0", BYTES("GET / HTTP/2.0\r\n" HOST "\r\n"), 0 },
    { "no version", BYTES("GET /\r\n\r\n"), 0 },
    { "nonsense", BYTES("\026\003\001\002\000\001\000\001\374\003\003\r\n\r\n"), 0 },
};

static struct raw_answer answer; /* too large for the stack */

/* One request, which may be followed by a good one: only the first may be answered. */
static void check(const struct test_daemon *daemon, const struct bad_request *request, bool followed)
{
    static const char good[] = "GET /favicon.ico HTTP/1.1\r\n" HOST "\r\n";
    int fd = raw_connect(daemon);
    raw_send(fd, request->bytes, request->len);
    if (followed) {
        raw_send(fd, good, sizeof good - 1);
    }
    raw_receive(fd, &answer, 3000);
    close(fd);
    int status = raw_status(&answer);
    bool refused = request->status != 0 ? status == request->status : status == 0 || status >= 400;
    bool says_close = status == 0 || strstr(answer.text, "\r\nConnection: close\r\n") != NULL;
    if (!tap_ok(refused && answer.closed && says_close && raw_count(&answer) <= 1, "%s%s: refused once, closed",
                request->what, followed ? ", followed by a good request" : "")) {
        printf("# status %d, answers %d, closed %d, says close %d\n", status, raw_count(&answer), answer.closed, says_close);
    }
}

static void check_many_arguments(const struct test_daemon *daemon, int count)
{
    static char request[40000];
    size_t len = (size_t)snprintf(request, sizeof request, "GET /zoeken?q=x");
    for (int i = 0; i < count; i++) {
        len += (size_t)snprintf(request + len, sizeof request - len, "&a=%d", i % 10);
    }
    len += (size_t)snprintf(request + len, sizeof request - len, " HTTP/1.1\r\n" HOST "\r\n");
    int fd = raw_connect(daemon);
    int64_t begin = test_now_ms();
    raw_send(fd, request, len);
    raw_receive(fd, &answer, 3000);
    close(fd);
    tap_ok(answer.closed && test_now_ms() - begin < 2500 && raw_status(&answer) != 200,
           "%d parameters: refused or closed at once, never left hanging", count);
}

static void check_good(const struct test_daemon *daemon, const char *what, const char *bytes, int status, int answers)
{
    int fd = raw_connect(daemon);
    raw_send(fd, bytes, strlen(bytes));
    raw_receive(fd, &answer, 500);
    close(fd);
    if (!tap_ok(raw_status(&answer) == status && raw_count(&answer) == answers, "%s", what)) {
        printf("# status %d, answers %d\n", raw_status(&answer), raw_count(&answer));
    }
}

/* Many headers, in pieces: the parser's buffer grows while it is read. */
static void check_large(const struct test_daemon *daemon, const char *what, int lines, int least, int most)
{
    static const char begin[] = "GET /favicon.ico HTTP/1.1\r\n" HOST;
    char line[256];
    int fd = raw_connect(daemon);
    raw_send(fd, begin, sizeof begin - 1);
    for (int i = 0; i < lines; i++) {
        int len = snprintf(line, sizeof line, "X-%d: %0200d\r\n", i, i);
        raw_send(fd, line, (size_t)len);
        test_sleep_ms(i % 8 == 0);
    }
    raw_send(fd, "\r\n", 2);
    raw_receive(fd, &answer, 500);
    close(fd);
    if (!tap_ok(raw_status(&answer) >= least && raw_status(&answer) <= most && raw_count(&answer) <= 1, "%s", what)) {
        printf("# status %d, answers %d\n", raw_status(&answer), raw_count(&answer));
    }
}

int main(void)
{
    /* No index is needed: all of this happens before a worker is asked. */
    static const char *const arguments[] = { "--index", "/nonexistent", "--workers", "1", NULL };
    struct test_daemon *daemon = malloc(sizeof *daemon);
    daemon_start(daemon, arguments);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        check(daemon, &bad[i], false);
        check(daemon, &bad[i], true);
    }
    check_many_arguments(daemon, 100);
    check_many_arguments(daemon, 500);
    check_many_arguments(daemon, 1500);
    check_many_arguments(daemon, 5000);
    check_good(daemon, "a plain request", "GET /favicon.ico HTTP/1.1\r\n" HOST "\r\n", 204, 1);
    check_good(daemon, "HEAD", "HEAD /favicon.ico HTTP/1.1\r\n" HOST "\r\n", 204, 1);
    check_good(daemon, "headers with and without blanks, and an empty one",
               "GET /favicon.ico HTTP/1.1\r\nHost:naslag\r\nX: \t a b \r\nY:\r\nZ: \r\nCookie: a=b; c=d\r\n\r\n", 204, 1);
    check_good(daemon, "HTTP/1.0 without Host", "GET /favicon.ico HTTP/1.0\r\n\r\n", 204, 1);
    check_good(daemon, "two requests on one connection",
               "GET /favicon.ico HTTP/1.1\r\n" HOST "\r\nGET /icoon.svg HTTP/1.1\r\n" HOST "\r\n", 204, 2);
    check_good(daemon, "32 parameters",
               "GET /nee?a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a HTTP/1.1\r\n" HOST "\r\n", 404, 1);
    check_good(daemon, "dots that are no parent folder", "GET /a..b/...c HTTP/1.1\r\n" HOST "\r\n", 404, 1);
    check_good(daemon, "a lone percent sign in a parameter", "GET /nee?q=100% HTTP/1.1\r\n" HOST "\r\n", 404, 1);
    check_good(daemon, "an empty line before the request", "\r\nGET /favicon.ico HTTP/1.1\r\n" HOST "\r\n", 204, 1);
    check_large(daemon, "10 kB of headers in pieces", 50, 204, 204);
    check_large(daemon, "18 kB of headers in pieces", 90, 204, 204);
    check_large(daemon, "80 kB of headers are refused, or the connection is closed", 400, 0, 499);
    tap_ok(daemon_stop(daemon) == 0, "stops with status 0");
    free(daemon);
    return tap_end();
}
