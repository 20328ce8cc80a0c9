/* searchd-test.h - for the C tests of naslag-searchd: TAP lines, starting and stopping the daemon, raw requests.
 *
 * The program is $NASLAG_BIN/naslag-searchd, or the one in $abs_top_builddir, or the one in the current folder.
 */
#ifndef NASLAG_TESTS_SEARCHD_TEST_H
#define NASLAG_TESTS_SEARCHD_TEST_H

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int tap_count, tap_failures;

static inline bool tap_ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline bool tap_ok(bool good, const char *format, ...)
{
    printf("%s %d - ", good ? "ok" : "not ok", ++tap_count);
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
    tap_failures += !good;
    return good;
}

/* Prints the plan; the exit status of the test. */
static inline int tap_end(void)
{
    printf("1..%d\n", tap_count);
    return tap_failures > 0;
}

static inline int64_t test_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void test_sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

struct test_daemon {
    pid_t pid;
    int port;
    int log; /* read end of its stderr */
    char said[65536];
    size_t said_len;
};

/* Reads what the daemon says until `wanted` is in it, or the time is up. */
static inline bool daemon_says(struct test_daemon *daemon, const char *wanted, int64_t patience_ms)
{
    int64_t until = test_now_ms() + patience_ms;
    for (;;) {
        if (strstr(daemon->said, wanted) != NULL) {
            return true;
        }
        int64_t left = until - test_now_ms();
        struct pollfd watched = { .fd = daemon->log, .events = POLLIN };
        if (left <= 0 || poll(&watched, 1, (int)left) <= 0) {
            return false;
        }
        ssize_t got = read(daemon->log, daemon->said + daemon->said_len, sizeof daemon->said - 1 - daemon->said_len);
        if (got <= 0) {
            return strstr(daemon->said, wanted) != NULL;
        }
        daemon->said_len += (size_t)got;
        daemon->said[daemon->said_len] = '\0';
    }
}

/* Starts naslag-searchd --listen 127.0.0.1:0 with these further arguments (NULL-terminated) and learns its port. */
static inline void daemon_start(struct test_daemon *daemon, const char *const *arguments)
{
    memset(daemon, 0, sizeof *daemon);
    const char *folder = getenv("NASLAG_BIN");
    folder = folder != NULL ? folder : getenv("abs_top_builddir");
    char program[4096];
    snprintf(program, sizeof program, "%s/naslag-searchd", folder != NULL ? folder : ".");
    const char *all[32] = { program, "--listen", "127.0.0.1:0" };
    for (int i = 0; arguments[i] != NULL && i < 28; i++) {
        all[3 + i] = arguments[i];
    }
    int ends[2];
    if (pipe(ends) != 0) {
        perror("pipe");
        exit(99);
    }
    daemon->pid = fork();
    if (daemon->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that dies leaves no daemon behind */
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(program, (char *const *)(uintptr_t)all);
        _exit(127);
    }
    close(ends[1]);
    daemon->log = ends[0];
    fcntl(daemon->log, F_SETFD, FD_CLOEXEC);
    if (!daemon_says(daemon, "listening on http://127.0.0.1:", 20000)) {
        printf("Bail out! %s does not start: %s\n", program, daemon->said);
        exit(99);
    }
    daemon->port = atoi(strstr(daemon->said, "127.0.0.1:") + strlen("127.0.0.1:"));
}

/* Waits for the end of the daemon; its exit status, or -1. */
static inline int daemon_wait(struct test_daemon *daemon, int64_t patience_ms)
{
    int status = 0;
    int64_t until = test_now_ms() + patience_ms;
    while (waitpid(daemon->pid, &status, WNOHANG) == 0) {
        if (test_now_ms() > until) {
            kill(daemon->pid, SIGKILL);
            waitpid(daemon->pid, &status, 0);
            return -1;
        }
        daemon_says(daemon, "\001", 10); /* keeps its log pipe from filling up */
    }
    daemon_says(daemon, "\001", 10);
    close(daemon->log);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline int daemon_stop(struct test_daemon *daemon)
{
    kill(daemon->pid, SIGTERM);
    return daemon_wait(daemon, 20000);
}

/* The process ids of the daemon's workers; how many. */
static inline int daemon_workers(const struct test_daemon *daemon, pid_t *ret_pids, int max)
{
    char path[300];
    int count = 0;
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL && count < max) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') {
            continue;
        }
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = fopen(path, "r");
        int parent = 0;
        char state = 0;
        if (file != NULL && fscanf(file, "%*d (%*[^)]) %c %d", &state, &parent) == 2 && parent == daemon->pid
            && state != 'Z') {
            ret_pids[count++] = atoi(entry->d_name);
        }
        if (file != NULL) {
            fclose(file);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return count;
}

static inline int raw_connect(const struct test_daemon *daemon)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)daemon->port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

static inline void raw_send(int fd, const char *bytes, size_t len)
{
    ssize_t put = send(fd, bytes, len, MSG_NOSIGNAL);
    (void)put; /* the peer may have closed: that is what the test finds out next */
}

struct raw_answer {
    char text[262144];
    size_t len;
    bool closed; /* the daemon closed or reset the connection */
};

/* Reads until the daemon closes, or nothing comes for `patience_ms`. */
static inline void raw_receive(int fd, struct raw_answer *answer, int64_t patience_ms)
{
    answer->len = 0;
    answer->closed = false;
    while (answer->len < sizeof answer->text - 1) {
        struct pollfd watched = { .fd = fd, .events = POLLIN };
        if (poll(&watched, 1, (int)patience_ms) <= 0) {
            break;
        }
        ssize_t got = recv(fd, answer->text + answer->len, sizeof answer->text - 1 - answer->len, 0);
        if (got <= 0) {
            answer->closed = true;
            break;
        }
        answer->len += (size_t)got;
    }
    answer->text[answer->len] = '\0';
}

/* The status of the first answer, 0 when there is none. */
static inline int raw_status(const struct raw_answer *answer)
{
    return strncmp(answer->text, "HTTP/1.", 7) == 0 ? atoi(answer->text + 9) : 0;
}

/* How many answers there are: status lines, not the same words in a body. */
static inline int raw_count(const struct raw_answer *answer)
{
    int count = 0;
    for (const char *at = answer->text; (at = strstr(at, "HTTP/1.1 ")) != NULL; at += 9) {
        count += at[9] >= '1' && at[9] <= '5' && at[12] == ' ';
    }
    return count;
}

#endif
