/* t312-deadlines.c - what hangs is ended: workers past the deadline, slow clients, full queues, too many connections; and
 * SIGTERM finishes what is under way (issue: HTTP daemon).
 *
 * No index is needed: a worker without one answers 503 "Er is nog geen index", which shows that it answered.  A worker
 * that hangs is one stopped with SIGSTOP.
 */
#include "tests/searchd-test.h"

#define REQUEST "GET /v1/documenten?q=regel HTTP/1.1\r\nHost: naslag\r\n\r\n"
#define ANSWERED "Er is nog geen index" /* a worker said so */
#define SLACK_MS 1500                   /* for a busy machine */

static struct raw_answer answer; /* too large for the stack */
static struct test_daemon httpd;

static void start(const char *const *more)
{
    const char *all[24] = { "--index", "/nonexistent" };
    for (int i = 0; more[i] != NULL; i++) {
        all[2 + i] = more[i];
    }
    daemon_start(&httpd, all);
}

static pid_t only_worker(void)
{
    pid_t pids[8];
    for (int i = 0; i < 500; i++) {
        if (daemon_workers(&httpd, pids, 8) == 1) {
            return pids[0];
        }
        test_sleep_ms(10);
    }
    printf("Bail out! there is not one worker\n");
    exit(99);
}

static int ask(void)
{
    int fd = raw_connect(&httpd);
    raw_send(fd, REQUEST, strlen(REQUEST));
    return fd;
}

/* One answer; how long it took. */
static int64_t hear(int fd, int64_t patience_ms)
{
    int64_t begin = test_now_ms();
    answer.len = 0;
    answer.text[0] = '\0';
    struct pollfd watched = { .fd = fd, .events = POLLIN };
    if (poll(&watched, 1, (int)patience_ms) > 0) {
        raw_receive(fd, &answer, 100);
    }
    return test_now_ms() - begin;
}

/* Until a worker answers again. */
static bool recovers(int64_t patience_ms)
{
    int64_t until = test_now_ms() + patience_ms;
    do {
        int fd = ask();
        hear(fd, 2000);
        close(fd);
        if (strstr(answer.text, ANSWERED) != NULL) {
            return true;
        }
        test_sleep_ms(20);
    } while (test_now_ms() < until);
    return false;
}

static void test_worker_deadline(void)
{
    start((const char *const[]){ "--workers", "1", "--deadline", "600", NULL });
    tap_ok(recovers(5000), "a worker answers");
    pid_t first = only_worker();
    kill(first, SIGSTOP);
    int fd = ask();
    int64_t took = hear(fd, 5000);
    close(fd);
    tap_ok(raw_status(&answer) == 503 && strstr(answer.text, "duurde te lang") != NULL, "a worker that hangs: 503");
    tap_ok(strstr(answer.text, "\r\nRetry-After: ") != NULL, "with Retry-After");
    tap_ok(took >= 500 && took < 600 + SLACK_MS, "at the deadline (%d ms)", (int)took);
    tap_ok(recovers(5000), "the next request is answered");
    tap_ok(only_worker() != first, "by another worker");
    tap_ok(daemon_says(&httpd, "missed the deadline and was killed by signal 9", 1000), "the log says why");

    pid_t second = only_worker(), now[8] = { second };
    kill(second, SIGKILL);
    for (int left = 1; left > 0 && now[0] == second;) { /* with a large address space dying takes a while */
        left = daemon_workers(&httpd, now, 8);
    }
    fd = ask();
    hear(fd, 5000);
    close(fd);
    tap_ok(strstr(answer.text, ANSWERED) != NULL, "the death of an idle worker costs no request");
    for (int i = 0; i < 6; i++) {
        kill(only_worker(), SIGKILL);
        test_sleep_ms(20);
    }
    tap_ok(recovers(10000), "workers killed again and again: the service comes back");
    tap_ok(daemon_stop(&httpd) == 0, "SIGTERM: status 0");
}

static void test_queue(void)
{
    start((const char *const[]){ "--workers", "1", "--queue", "2", "--deadline", "1500", NULL });
    recovers(5000);
    pid_t worker = only_worker();
    kill(worker, SIGSTOP);
    int first = ask();
    test_sleep_ms(200); /* it is with the worker before the others come */
    int second = ask(), third = ask();
    test_sleep_ms(100);
    int fourth = ask();
    int64_t took = hear(fourth, 3000);
    tap_ok(raw_status(&answer) == 503 && took < 1000, "a full queue: 503 at once (%d ms)", (int)took);
    tap_ok(strstr(answer.text, "\r\nRetry-After: 1\r\n") != NULL, "with Retry-After: 1");
    kill(worker, SIGCONT);
    hear(first, 3000);
    bool good = strstr(answer.text, ANSWERED) != NULL;
    hear(second, 3000);
    good = good && strstr(answer.text, ANSWERED) != NULL;
    hear(third, 3000);
    tap_ok(good && strstr(answer.text, ANSWERED) != NULL, "those in the queue are answered when the worker goes on");

    kill(worker, SIGSTOP);
    raw_send(first, REQUEST, strlen(REQUEST));
    test_sleep_ms(200);
    raw_send(second, REQUEST, strlen(REQUEST));
    took = hear(second, 5000);
    tap_ok(raw_status(&answer) == 503 && took < 1500 + SLACK_MS, "one that waits past its deadline: 503 (%d ms)", (int)took);
    close(first);
    close(second);
    close(third);
    close(fourth);
    tap_ok(recovers(5000), "and the service goes on");
    tap_ok(daemon_stop(&httpd) == 0, "SIGTERM: status 0");
}

/* Sends a byte every 100 ms, well within any idle timeout; after how long the daemon closed. */
static int64_t drip(const char *bytes)
{
    int fd = raw_connect(&httpd);
    int64_t begin = test_now_ms();
    bool closed = false;
    for (size_t i = 0; bytes[i] != '\0' && !closed && test_now_ms() - begin < 6000; i++) {
        struct pollfd watched = { .fd = fd, .events = POLLIN | POLLRDHUP };
        raw_send(fd, bytes + i, 1);
        closed = poll(&watched, 1, 100) > 0;
    }
    close(fd);
    return closed ? test_now_ms() - begin : -1;
}

static void test_slow_clients(void)
{
    start((const char *const[]){ "--workers", "1", "--client-deadline", "800", NULL });
    int64_t took = drip("GET /zoeken?q=een+hele+lange+zoekvraag+die+er+lang+over+doet HTTP/1.1\r\n");
    tap_ok(took >= 700 && took < 800 + SLACK_MS, "a client that sends a byte at a time is closed (%d ms)", (int)took);

    int fd = raw_connect(&httpd);
    took = hear(fd, 5000);
    close(fd);
    tap_ok(answer.closed && took >= 700 && took < 800 + SLACK_MS, "so is one that sends nothing (%d ms)", (int)took);

    fd = raw_connect(&httpd);
    int small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    int64_t begin = test_now_ms();
    bool closed = false;
    while (!closed && test_now_ms() - begin < 6000) {
        static const char style[] = "GET /stijl.css HTTP/1.1\r\nHost: naslag\r\n\r\n";
        ssize_t put = send(fd, style, sizeof style - 1, MSG_NOSIGNAL);
        closed = put < 0 && errno != EAGAIN && errno != EWOULDBLOCK;
        if (put < 0) {
            test_sleep_ms(20);
        }
    }
    took = test_now_ms() - begin;
    close(fd);
    tap_ok(closed && took < 6000, "a client that does not read its answers is closed (%d ms)", (int)took);

    fd = raw_connect(&httpd);
    bool all = true;
    for (int i = 0; i < 8; i++) {
        raw_send(fd, REQUEST, strlen(REQUEST));
        hear(fd, 2000);
        all = all && strstr(answer.text, ANSWERED) != NULL;
        test_sleep_ms(200);
    }
    close(fd);
    tap_ok(all, "a connection kept alive by requests may live longer");
    tap_ok(daemon_stop(&httpd) == 0, "SIGTERM: status 0");
}

static void test_connection_limit(void)
{
    start((const char *const[]){ "--workers", "1", "--max-connections", "4", NULL });
    recovers(5000);
    int held[4];
    for (int i = 0; i < 4; i++) {
        held[i] = ask();
        hear(held[i], 2000);
    }
    bool all = true;
    int64_t longest = 0;
    for (int i = 0; i < 20; i++) {
        int fd = ask();
        int64_t took = hear(fd, 3000);
        longest = took > longest ? took : longest;
        all = all && answer.closed && (raw_status(&answer) == 503 || raw_status(&answer) == 0);
        close(fd);
    }
    tap_ok(all && longest < 1500, "beyond the limit: 503 or closed, at once (%d ms)", (int)longest);
    raw_send(held[0], REQUEST, strlen(REQUEST));
    hear(held[0], 2000);
    tap_ok(strstr(answer.text, ANSWERED) != NULL, "those within it are served");
    for (int i = 0; i < 4; i++) {
        close(held[i]);
    }
    tap_ok(recovers(3000), "when they leave there is room again");

    /* Many at a time, all idle: the backlog must stay empty. */
    int crowd[200];
    for (int i = 0; i < 200; i++) {
        crowd[i] = raw_connect(&httpd);
    }
    int fd = ask();
    int64_t took = hear(fd, 3000);
    close(fd);
    tap_ok(answer.closed && took < 2000, "a crowd of 200: the next one is told at once (%d ms)", (int)took);
    for (int i = 0; i < 200; i++) {
        close(crowd[i]);
    }
    tap_ok(recovers(5000), "and when they leave there is room again");
    tap_ok(daemon_stop(&httpd) == 0, "SIGTERM: status 0");
}

static void test_drain(void)
{
    start((const char *const[]){ "--workers", "1", "--deadline", "4000", NULL });
    recovers(5000);
    pid_t worker = only_worker();
    int idle = raw_connect(&httpd);
    kill(worker, SIGSTOP);
    int fd = ask();
    test_sleep_ms(200);
    kill(httpd.pid, SIGTERM);
    tap_ok(daemon_says(&httpd, "stopping", 3000), "SIGTERM: it says that it stops");
    test_sleep_ms(200);
    int late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)httpd.port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tap_ok(connect(late, (const struct sockaddr *)&to, sizeof to) != 0, "no new connections");
    close(late);
    kill(worker, SIGCONT);
    hear(fd, 3000);
    tap_ok(strstr(answer.text, ANSWERED) != NULL, "the request under way is answered");
    tap_ok(strstr(answer.text, "\r\nConnection: close\r\n") != NULL && answer.closed, "and its connection closed");
    int64_t begin = test_now_ms();
    tap_ok(daemon_wait(&httpd, 10000) == 0 && test_now_ms() - begin < 3000,
           "then it ends with status 0, an idle connection notwithstanding");
    close(fd);
    close(idle);

    start((const char *const[]){ "--workers", "2", "--deadline", "1000", NULL });
    recovers(5000);
    pid_t pids[8];
    int count = daemon_workers(&httpd, pids, 8);
    for (int i = 0; i < count; i++) {
        kill(pids[i], SIGSTOP);
    }
    fd = ask();
    test_sleep_ms(100);
    begin = test_now_ms();
    kill(httpd.pid, SIGTERM);
    hear(fd, 5000);
    close(fd);
    tap_ok(raw_status(&answer) == 503, "workers that hang while it stops: 503");
    tap_ok(daemon_wait(&httpd, 10000) == 0 && test_now_ms() - begin < 1000 + 3 * SLACK_MS, "it ends all the same");
    bool gone = true;
    for (int i = 0; i < count; i++) {
        gone = gone && kill(pids[i], 0) != 0;
    }
    tap_ok(count == 2 && gone, "and leaves no worker behind");
}

static void test_front_killed(void)
{
    start((const char *const[]){ "--workers", "1", NULL });
    recovers(5000);
    pid_t worker = only_worker();
    kill(httpd.pid, SIGKILL);
    daemon_wait(&httpd, 5000);
    bool gone = false;
    for (int i = 0; i < 200 && !gone; i++) {
        test_sleep_ms(10);
        gone = kill(worker, 0) != 0;
        if (!gone) { /* a zombie of an init that does not collect is gone too */
            char path[64], state = 0;
            snprintf(path, sizeof path, "/proc/%d/stat", (int)worker);
            FILE *file = fopen(path, "r");
            gone = file == NULL || (fscanf(file, "%*d (%*[^)]) %c", &state) == 1 && state == 'Z');
            if (file != NULL) {
                fclose(file);
            }
        }
    }
    tap_ok(gone, "kill -9 of the front: its worker ends too");
}

int main(void)
{
    test_worker_deadline();
    test_queue();
    test_slow_clients();
    test_connection_limit();
    test_drain();
    test_front_killed();
    return tap_end();
}
