/* worker_process.c - starts a worker's process, ends it, and finds out how it ended. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/io.h"
#include "extract/worker.h"
#include "text/unicode.h"

#define HELLO_MS 10000      /* for a process to warm up and shut itself in */
#define DEATH_MS 2000       /* for a process that closed its socket to be gone */

static void nap(void)
{
    struct timespec millisecond = { .tv_nsec = 1000000 };
    nanosleep(&millisecond, NULL);
}

/* Ends the process: waits up to `grace_ms` for it to end by itself, then kills it.  Returns its wait status, or
 * -1 when somebody else collected that. */
static int end_process(struct extract_worker *worker, int64_t grace_ms)
{
    int status = -1;
    pid_t got = 0;
    int64_t deadline = io_now_ms() + grace_ms;
    while (grace_ms > 0 && (got = waitpid(worker->pid, &status, WNOHANG)) == 0 && io_now_ms() < deadline) {
        nap();
    }
    if (got == 0) {
        kill(worker->pid, SIGKILL);
        do {
            got = waitpid(worker->pid, &status, 0);
        } while (got < 0 && errno == EINTR);
    }
    close(worker->socket);
    bool known = got == worker->pid;
    worker->pid = 0;
    worker->socket = -1;
    worker->running = false;
    return known ? status : -1;
}

void worker_drop_process(struct extract_worker *worker)
{
    if (worker->pid > 0) {
        end_process(worker, 0);
    }
}

enum err_code worker_explain_death(struct extract_worker *worker, struct err *err)
{
    int status = end_process(worker, DEATH_MS);
    if (status >= 0 && WIFEXITED(status)) {
        return err_set(err, ERR_CORRUPT, "the extraction worker ended by itself with status %d", WEXITSTATUS(status));
    }
    if (status < 0 || !WIFSIGNALED(status)) {
        return err_set(err, ERR_CORRUPT, "the extraction worker ended and it is not known how");
    }
    int number = WTERMSIG(status);
    switch (number) {
    case SIGSYS:
        return err_set(err, ERR_CORRUPT, "the extraction worker was killed at a forbidden system call (SIGSYS)");
    case SIGXCPU:
        return err_set(err, ERR_TIMEOUT, "the document needed more than %u seconds of processor time (SIGXCPU)",
                       worker->caps.cpu_seconds);
    case SIGKILL:
        return err_set(err, ERR_NOMEM, "the extraction worker was killed (SIGKILL), perhaps for want of memory");
    default:
        return err_set(err, ERR_CORRUPT, "the extraction worker crashed (signal %d, %s)", number, strsignal(number));
    }
}

bool worker_has_closed(const struct extract_worker *worker)
{
    char byte;
    return recv(worker->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void worker_clean_text(const char *bytes, size_t len, char text[WORKER_TEXT_MAX])
{
    if (len > WORKER_TEXT_MAX - 1) {
        len = WORKER_TEXT_MAX - 1;
    }
    if (len > 0) {
        memcpy(text, bytes, len);
    }
    len = utf8_valid_prefix(text, len);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F) {
            text[i] = ' ';
        }
    }
    text[len] = '\0';
}

enum err_code worker_explain_failure(const struct frame *frame, enum err_code code, struct err *err)
{
    char text[WORKER_TEXT_MAX] = "";
    if (frame->payload.len > 1) {
        worker_clean_text(frame->payload.data + 1, frame->payload.len - 1, text);
    }
    return err_set(err, code, "%s", *text != '\0' ? text : "the worker gave no reason");
}

/* Takes what a new process says of its sandbox, which it is in by now but has not yet seen a document. */
static enum err_code check_layers(struct extract_worker *worker, struct err *err)
{
    struct span span;
    span_init(&span, worker->frame.payload.data, worker->frame.payload.len);
    worker->layers = span_u32(&span);
    if (!span.failed && (worker->caps.weak_sandbox || extract_layers_suffice(worker->layers))) {
        return ERR_OK;
    }
    AUTO_BUF struct buf missing;
    buf_init(&missing, 400);
    extract_layers_print_missing(worker->layers, &missing);
    worker_drop_process(worker);
    return err_set(err, ERR_IO, "the sandbox of the extraction worker lacks: %s", missing.data != NULL ? missing.data : "all");
}

/* Waits for the new process to say that it is in its sandbox. */
static enum err_code await_hello(struct extract_worker *worker, struct err *err)
{
    enum err_code code = frame_receive(worker->socket, &worker->frame, io_now_ms() + HELLO_MS, err);
    if (code == ERR_OK && worker->frame.type == WORKER_HELLO) {
        return check_layers(worker, err);
    }
    if (code == ERR_OK && worker->frame.type == WORKER_FAILED) {
        worker_explain_failure(&worker->frame, ERR_IO, err);
        worker_drop_process(worker);
        return ERR_IO;
    }
    if (code == ERR_NOT_FOUND) {
        return worker_explain_death(worker, err);
    }
    worker_drop_process(worker);
    return code != ERR_OK ? code : err_set(err, ERR_CORRUPT, "the extraction worker broke the protocol");
}

enum err_code worker_start_process(struct extract_worker *worker, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return err_errno(err, errno, "cannot make a socket for an extraction worker");
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        enum err_code code = err_errno(err, errno, "cannot start an extraction worker");
        close(pair[0]);
        close(pair[1]);
        return code;
    }
    if (pid == 0) {
        child_main(&(struct child_orders){ pair[1], parent, &worker->caps, worker->omit });
    }
    close(pair[1]);
    worker->socket = pair[0];
    worker->pid = pid;
    worker->jobs = 0;
    return await_hello(worker, err);
}

/* ---- The sandbox -------------------------------------------------------------------------------- */

void worker_omit(struct extract_worker *worker, unsigned layers)
{
    worker->omit = layers;
}

enum err_code worker_layers(struct extract_worker *worker, unsigned *ret_layers, struct err *err)
{
    enum err_code code = worker->pid > 0 ? ERR_OK : worker_start_process(worker, err);
    if (code == ERR_OK) {
        *ret_layers = worker->layers;
    }
    return code;
}

enum err_code worker_probe(struct extract_worker *worker, unsigned number, int *ret_signal, int *ret_errno, struct err *err)
{
    worker_drop_process(worker);
    AUTO_BUF struct buf payload;
    buf_init(&payload, 16);
    buf_add_u32(&payload, number);
    enum err_code code = worker_start_process(worker, err);
    if (code == ERR_OK) {
        code = frame_send(worker->socket, WORKER_PROBE, payload.data, payload.len, -1, -1, err);
    }
    if (code == ERR_OK) {
        code = frame_receive(worker->socket, &worker->frame, io_now_ms() + worker->caps.wall_ms, err);
    }
    *ret_signal = *ret_errno = 0;
    if (code == ERR_NOT_FOUND) { /* it ended: killed, or by becoming another program */
        int status = end_process(worker, DEATH_MS);
        *ret_signal = status >= 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        return ERR_OK;
    }
    if (code == ERR_OK && worker->frame.type == WORKER_PROBED) {
        struct span span;
        span_init(&span, worker->frame.payload.data, worker->frame.payload.len);
        *ret_errno = (int)span_u32(&span);
    } else if (code == ERR_OK) {
        code = err_set(err, ERR_CORRUPT, "the extraction worker broke the protocol");
    }
    worker_drop_process(worker);
    return code;
}

/* ---- Processor time ---------------------------------------------------------------------------- */

/* RLIMIT_CPU counts from the start of the process, so each job gets what was used so far plus its own.  Set from here:
 * inside the sandbox nobody can raise it. */
enum err_code worker_limit_processor(const struct extract_worker *worker, struct err *err)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(worker->pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return err_set(err, ERR_IO, "cannot read the extraction worker's processor time");
    }
    struct rlimit limit = { (rlim_t)used.tv_sec + 1 + worker->caps.cpu_seconds, RLIM_INFINITY };
    if (prlimit(worker->pid, RLIMIT_CPU, &limit, NULL) != 0) {
        return err_errno(err, errno, "cannot limit the extraction worker's processor time");
    }
    return ERR_OK;
}
