/* front.c - the front process: accepts connections, watches deadlines and signals, drains at the end. */
#include "searchd/front.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>

#include "base/io.h"
#include "searchd/dispatch.h"
#include "searchd/http.h"
#include "searchd/log.h"

#define TICK_MS 100
#define ACCEPT_BURST 64     /* connections taken in a row before deadlines are looked at again */
#define TURNED_AWAY_MAX 64
#define TURNED_AWAY_MS 1000
#define QUIET_MS 60         /* so long nothing may be under way for the drain to end early */
#define LAST_SEND_MS 1000   /* for the answers given when the drain is cut off */
#define SPARE_FILES 64      /* descriptors beside those of clients and workers */

static const char full_answer[] = "HTTP/1.1 503 Service Unavailable\r\n"
                                  "Content-Type: text/plain; charset=utf-8\r\n"
                                  "Content-Length: 50\r\n"
                                  "X-Content-Type-Options: nosniff\r\n"
                                  "Cache-Control: no-store\r\n"
                                  "Retry-After: 1\r\n"
                                  "Connection: close\r\n"
                                  "\r\n"
                                  "Het is nu te druk. Probeer het zo meteen opnieuw.\n";

/* A client told that there is no room.  Its socket lingers a little: closed at once, with its request unread, TCP would
 * reset the connection and the client might never see the answer. */
struct turned_away {
    int fd;
    int64_t until_ms;
};

struct front {
    const struct settings *settings;
    int listen_fd;
    int signal_fd;
    struct dispatch *dispatch;
    struct http *http;
    struct turned_away turned_away[TURNED_AWAY_MAX];
    unsigned turned_away_count;
};

static void forget_turned_away(struct front *front, unsigned index)
{
    close(front->turned_away[index].fd);
    front->turned_away[index] = front->turned_away[--front->turned_away_count];
}

static void turn_away(struct front *front, int fd)
{
    ssize_t put = send(fd, full_answer, sizeof full_answer - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)put; /* the buffer of a new socket has room; if not, it is closed all the same */
    shutdown(fd, SHUT_WR);
    if (front->turned_away_count == TURNED_AWAY_MAX) {
        forget_turned_away(front, 0);
    }
    front->turned_away[front->turned_away_count++] =
        (struct turned_away){ .fd = fd, .until_ms = io_now_ms() + TURNED_AWAY_MS };
}

static void tend_turned_away(struct front *front)
{
    int64_t now = io_now_ms();
    for (unsigned i = front->turned_away_count; i-- > 0;) {
        char waste[4096];
        ssize_t got = recv(front->turned_away[i].fd, waste, sizeof waste, MSG_DONTWAIT);
        bool gone = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
        if (gone || now >= front->turned_away[i].until_ms) {
            forget_turned_away(front, i);
        }
    }
}

/* Takes what waits in the backlog.  False: out of descriptors or memory, try again a tick later. */
static bool accept_some(struct front *front)
{
    for (int i = 0; i < ACCEPT_BURST; i++) {
        struct sockaddr_storage address;
        socklen_t len = sizeof address;
        int fd = accept4(front->listen_fd, (struct sockaddr *)&address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0 && http_connections(front->http) >= (unsigned)front->settings->max_connections) {
            turn_away(front, fd);
        } else if (fd >= 0) {
            http_add(front->http, fd, (const struct sockaddr *)&address, len);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            log_line(LOG_ERRORS, "cannot accept a connection: %s", strerror(errno));
            return false;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return true;
        } /* others concern one connection that failed before it was accepted */
    }
    return true;
}

static void tick(struct front *front)
{
    http_watch(front->http);
    dispatch_expire(front->dispatch);
    tend_turned_away(front);
}

/* Whether a signal to end came within `patience_ms`. */
static bool signalled(struct front *front, int patience_ms)
{
    struct pollfd watched = { .fd = front->signal_fd, .events = POLLIN };
    struct signalfd_siginfo info;
    return poll(&watched, 1, patience_ms) > 0 && read(front->signal_fd, &info, sizeof info) == (ssize_t)sizeof info;
}

static void serve(struct front *front)
{
    bool may_accept = true;
    while (!signalled(front, 0)) {
        struct pollfd watched[] = {
            { .fd = front->signal_fd, .events = POLLIN },
            { .fd = may_accept ? front->listen_fd : -1, .events = POLLIN },
        };
        int ready = poll(watched, 2, TICK_MS);
        may_accept = ready <= 0 || watched[1].revents == 0 || accept_some(front);
        tick(front);
    }
}

/* Waits until nothing is under way, at most `patience_ms`, or until another signal. */
static void wait_for_quiet(struct front *front, int64_t patience_ms, int64_t quiet_ms)
{
    int64_t until = io_now_ms() + patience_ms;
    int64_t quiet_since = io_now_ms();
    while (io_now_ms() < until && io_now_ms() - quiet_since <= quiet_ms && !signalled(front, 10)) {
        if (http_busy(front->http) > 0) {
            quiet_since = INT64_MAX / 2;
        } else if (quiet_since > io_now_ms()) {
            quiet_since = io_now_ms();
        }
        tick(front);
    }
}

static void drain(struct front *front)
{
    log_line(LOG_NOTICES, "stopping: no new connections, finishing requests under way");
    accept_some(front); /* who came before the signal is served */
    close(front->listen_fd);
    front->listen_fd = -1;
    http_drain(front->http);
    wait_for_quiet(front, front->settings->deadline_ms, QUIET_MS);
    dispatch_stop(front->dispatch);
    wait_for_quiet(front, LAST_SEND_MS, 0);
}

/* Room for all the descriptors the limits allow. */
static void raise_file_limit(const struct settings *settings)
{
    rlim_t wanted = (rlim_t)(settings->max_connections + 2 * settings->workers + TURNED_AWAY_MAX + SPARE_FILES);
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) {
        return;
    }
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= wanted ? wanted : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted) {
        log_line(LOG_ERRORS, "the limit of open files (%llu) is too low for --max-connections %ld",
                 (unsigned long long)limit.rlim_cur, settings->max_connections);
    }
}

/* Signals come through a descriptor; blocked before any thread starts, they reach no other thread. */
static enum err_code catch_signals(struct front *front, struct err *err)
{
    signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    front->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    return front->signal_fd < 0 ? err_errno(err, errno, "cannot watch for signals") : ERR_OK;
}

enum err_code front_run(const struct settings *settings, int listen_fd, struct err *err)
{
    struct front front = { .settings = settings, .listen_fd = listen_fd, .signal_fd = -1 };
    raise_file_limit(settings);
    enum err_code code = catch_signals(&front, err);
    if (code == ERR_OK) {
        code = dispatch_new(settings, &front.dispatch, err);
    }
    if (code == ERR_OK) {
        code = http_new(settings, front.dispatch, &front.http, err);
        if (code == ERR_OK) {
            serve(&front);
            drain(&front);
        } else {
            dispatch_stop(front.dispatch);
        }
    }
    /* The dispatcher has stopped, so no connection is suspended any more: libmicrohttpd could not stop otherwise. */
    http_free(front.http);
    dispatch_free(front.dispatch);
    while (front.turned_away_count > 0) {
        forget_turned_away(&front, 0);
    }
    if (front.listen_fd >= 0) {
        close(front.listen_fd);
    }
    if (front.signal_fd >= 0) {
        close(front.signal_fd);
    }
    return code;
}
