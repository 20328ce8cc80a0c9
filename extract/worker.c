/* worker.c - the parent's side of a worker: starts it, gives it jobs, believes nothing, kills it in time. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* prlimit */
#endif
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/frame.h"
#include "base/io.h"
#include "extract/internal.h"
#include "text/unicode.h"

#define JOBS_PER_PROCESS 1000
#define HELLO_MS 10000      /* for a process to warm up and shut itself in */
#define DEATH_MS 2000       /* for a process that closed its socket to be gone */
#define FRAME_LEAST 4096    /* frames may be this large whatever the caps */

struct extract_worker {
    struct extract_caps caps;
    pid_t pid;               /* 0: no process */
    int socket;
    unsigned jobs;           /* that the process was given */
    struct frame frame;
    /* The job. */
    bool running;
    bool lines;
    uint64_t start, end;     /* records must begin in here */
    uint64_t next_position;  /* least position that the next record may have */
    bool has_record;         /* one came already */
    int64_t budget_ms;       /* of waiting that is left */
};

static size_t largest_frame(const struct extract_caps *caps)
{
    size_t max = record_max(caps);
    return max > FRAME_LEAST ? max : FRAME_LEAST;
}

enum err_code extract_worker_new(const struct extract_caps *caps, struct extract_worker **ret_worker, struct err *err)
{
    struct extract_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return err_nomem(err, "extract_worker_new");
    }
    worker->caps = *caps;
    worker->socket = -1;
    frame_init(&worker->frame, largest_frame(caps));
    *ret_worker = worker;
    return ERR_OK;
}

/* ---- The process ------------------------------------------------------------------------------- */

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

static void drop_process(struct extract_worker *worker)
{
    if (worker->pid > 0) {
        end_process(worker, 0);
    }
}

void extract_worker_free(struct extract_worker *worker)
{
    if (worker != NULL) {
        drop_process(worker);
        frame_done(&worker->frame);
        free(worker);
    }
}

/* The process closed its socket: finds out why. */
static enum err_code explain_death(struct extract_worker *worker, struct err *err)
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
        return err_set(err, ERR_CORRUPT, "the extraction worker was killed (SIGKILL), perhaps for want of memory");
    default:
        return err_set(err, ERR_CORRUPT, "the extraction worker crashed (signal %d, %s)", number, strsignal(number));
    }
}

/* Whether the process closed its end and nothing is left to read. */
static bool has_closed(const struct extract_worker *worker)
{
    char byte;
    return recv(worker->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Copies what a worker wrote as reason into `err`: clean UTF-8 on one line. */
static enum err_code explain_failure(const struct frame *frame, enum err_code code, struct err *err)
{
    char text[400];
    size_t len = frame->payload.len > 1 ? frame->payload.len - 1 : 0;
    if (len > sizeof text - 1) {
        len = sizeof text - 1;
    }
    if (len > 0) {
        memcpy(text, frame->payload.data + 1, len);
    }
    len = utf8_valid_prefix(text, len);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F) {
            text[i] = ' ';
        }
    }
    text[len] = '\0';
    return err_set(err, code, "%s", len > 0 ? text : "the worker gave no reason");
}

/* Waits for the new process to say that it is in its sandbox. */
static enum err_code await_hello(struct extract_worker *worker, struct err *err)
{
    enum err_code code = frame_receive(worker->socket, &worker->frame, io_now_ms() + HELLO_MS, err);
    if (code == ERR_OK && worker->frame.type == WORKER_HELLO) {
        return ERR_OK;
    }
    if (code == ERR_OK && worker->frame.type == WORKER_FAILED) {
        explain_failure(&worker->frame, ERR_IO, err);
        drop_process(worker);
        return ERR_IO;
    }
    if (code == ERR_NOT_FOUND) {
        return explain_death(worker, err);
    }
    drop_process(worker);
    return code != ERR_OK ? code : err_set(err, ERR_CORRUPT, "the extraction worker broke the protocol");
}

static enum err_code start_process(struct extract_worker *worker, struct err *err)
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
        child_main(pair[1], parent, &worker->caps);
    }
    close(pair[1]);
    worker->socket = pair[0];
    worker->pid = pid;
    worker->jobs = 0;
    return await_hello(worker, err);
}

/* ---- Jobs -------------------------------------------------------------------------------------- */

/* RLIMIT_CPU counts from the start of the process, so each job gets what was used so far plus its own.  Set from here:
 * inside the sandbox nobody can raise it. */
static enum err_code limit_processor(const struct extract_worker *worker, struct err *err)
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

static enum err_code send_job(struct extract_worker *worker, enum worker_frame type, int fd, const struct buf *payload,
                              struct err *err)
{
    enum err_code code = limit_processor(worker, err);
    if (code == ERR_OK) {
        code = frame_send(worker->socket, type, payload->data, payload->len, fd,
                          io_now_ms() + worker->caps.wall_ms, err);
    }
    if (code != ERR_OK) {
        drop_process(worker);
    }
    return code;
}

/* Hands a job to the process, in a new one when there is none or it has done enough. */
static enum err_code hand_over(struct extract_worker *worker, enum worker_frame type, int fd, const struct buf *payload,
                               struct err *err)
{
    enum err_code code = buf_check(payload, "the file's name", err);
    if (code != ERR_OK) {
        return code;
    }
    /* A job that was not read to its end leaves frames behind. */
    if (worker->running || worker->jobs >= JOBS_PER_PROCESS) {
        drop_process(worker);
    }
    bool old = worker->pid > 0;
    code = old ? send_job(worker, type, fd, payload, err) : ERR_OK;
    if (!old || code != ERR_OK) {
        /* None yet, or it died while it had nothing to do. */
        code = start_process(worker, err);
        if (code == ERR_OK) {
            code = send_job(worker, type, fd, payload, err);
        }
    }
    if (code == ERR_OK) {
        worker->jobs++;
        worker->running = true;
        worker->has_record = false;
        worker->budget_ms = worker->caps.wall_ms;
    }
    return code;
}

enum err_code extract_worker_start(struct extract_worker *worker, int fd, const char *name, uint64_t start, uint64_t end,
                                   struct err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot find the size of the file");
    }
    const char *slash = strrchr(name, '/');
    name = slash != NULL ? slash + 1 : name;
    AUTO_BUF struct buf payload;
    buf_init(&payload, FRAME_LEAST);
    buf_add_u64(&payload, start);
    buf_add_u64(&payload, end);
    buf_add_u64(&payload, (uint64_t)info.st_size);
    buf_add_blob(&payload, name, strlen(name));
    enum err_code code = hand_over(worker, WORKER_JOB, fd, &payload, err);
    if (code == ERR_OK) {
        worker->lines = extract_is_lines(name);
        worker->start = worker->next_position = start;
        worker->end = end;
    }
    return code;
}

/* Checks that the record belongs to the job: a worker that was taken over can neither flood nor speak for other
 * records. */
static enum err_code accept_record(struct extract_worker *worker, struct extract_record *record, struct err *err)
{
    struct extract_record fresh;
    enum err_code code = record_read(worker->frame.payload.data, worker->frame.payload.len, &worker->caps, &fresh, err);
    if (code != ERR_OK) {
        return code;
    }
    bool fits = worker->lines ? fresh.position >= worker->next_position && fresh.position < worker->end
                              : !worker->has_record && fresh.position == 0 && *fresh.id == '\0';
    if (!fits) {
        extract_record_done(&fresh);
        return err_set(err, ERR_CORRUPT, "the extraction worker sent a record that is not of this job");
    }
    worker->next_position = fresh.position + 1;
    worker->has_record = true;
    *record = fresh;
    return ERR_OK;
}

/* A failure the worker itself reports: about the document, so ERR_INVALID. */
static enum err_code accept_failure(struct extract_worker *worker, struct err *err)
{
    worker->running = false;
    if (worker->frame.payload.len > 0 && worker->frame.payload.data[0] == (char)ERR_NOMEM) {
        drop_process(worker); /* its memory is full and may be in pieces */
        return err_set(err, ERR_INVALID, "the document needs more memory than a worker may use (%llu MiB)",
                       (unsigned long long)(worker->caps.memory_bytes >> 20));
    }
    return explain_failure(&worker->frame, ERR_INVALID, err);
}

/* Next frame within what is left of the job's time.  Only waiting counts: the caller may take its time between two
 * records. */
static enum err_code receive(struct extract_worker *worker, struct err *err)
{
    int64_t began = io_now_ms();
    enum err_code code = frame_receive(worker->socket, &worker->frame, began + worker->budget_ms, err);
    int64_t waited = io_now_ms() - began;
    worker->budget_ms -= waited < worker->budget_ms ? waited : worker->budget_ms;
    return code;
}

enum err_code extract_worker_next(struct extract_worker *worker, struct extract_record *record, bool *ret_more,
                                  struct err *err)
{
    if (!worker->running) {
        return err_set(err, ERR_INTERNAL, "extract_worker_next without a job");
    }
    enum err_code code = receive(worker, err);
    if (code == ERR_OK && worker->frame.type == WORKER_RECORD) {
        code = accept_record(worker, record, err);
        if (code == ERR_OK) {
            *ret_more = true;
            return ERR_OK;
        }
    } else if (code == ERR_OK && worker->frame.type == WORKER_DONE) {
        worker->running = false;
        *ret_more = false;
        return ERR_OK;
    } else if (code == ERR_OK && worker->frame.type == WORKER_FAILED) {
        return accept_failure(worker, err);
    } else if (code == ERR_OK) {
        code = err_set(err, ERR_CORRUPT, "the extraction worker broke the protocol (frame type %u)",
                       worker->frame.type);
    } else if (code == ERR_TIMEOUT) {
        err_set(err, code, "the document needed more than %u ms", worker->caps.wall_ms);
    } else if (code == ERR_NOT_FOUND || (code == ERR_CORRUPT && has_closed(worker))) {
        return explain_death(worker, err);
    }
    drop_process(worker);
    return code;
}

enum err_code extract_worker_metadata(struct extract_worker *worker, int fd, bool table, const char *document,
                                      struct extract_record *record, bool *ret_found, struct err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot find the size of the file");
    }
    AUTO_BUF struct buf payload;
    buf_init(&payload, FRAME_LEAST);
    buf_add_u64(&payload, (uint64_t)info.st_size);
    buf_add_u8(&payload, table);
    buf_add_blob(&payload, document, strlen(document));
    enum err_code code = hand_over(worker, WORKER_METADATA, fd, &payload, err);
    if (code != ERR_OK) {
        return code;
    }
    worker->lines = false;
    struct extract_record found = { 0 };
    bool any, more = false;
    code = extract_worker_next(worker, &found, &any, err);
    if (code == ERR_OK && any) {
        struct extract_record none;
        code = extract_worker_next(worker, &none, &more, err); /* which also takes the end of the job */
        if (code == ERR_OK && more) {
            extract_record_done(&none);
        }
    }
    if (code != ERR_OK || !any) {
        extract_record_done(&found);
        *ret_found = code == ERR_OK ? false : *ret_found;
        return code;
    }
    *record = found;
    *ret_found = true;
    return ERR_OK;
}
