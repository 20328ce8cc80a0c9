/* worker.c - the parent's side of a worker: starts it, gives it jobs, believes nothing, kills it in time. */
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
#include "extract/convert.h"
#include "extract/internal.h"
#include "text/unicode.h"

#define JOBS_PER_PROCESS 1000
#define HELLO_MS 10000      /* for a process to warm up and shut itself in */
#define DEATH_MS 2000       /* for a process that closed its socket to be gone */
#define FRAME_LEAST 4096    /* frames may be this large whatever the caps */
#define TEXT_MAX 400        /* of a reason or note of the worker */
#define DEATHS_MOST 50      /* members of one file on which a worker may die */
#define TOTAL_TIMES 20      /* a file of many members may take this many times a member's time, and */
#define TOTAL_MS_PER_MB 1000

struct extract_worker {
    struct extract_caps caps;
    unsigned omit;           /* layers of the sandbox that are left out */
    unsigned layers;         /* active in the process */
    pid_t pid;               /* 0: no process */
    int socket;
    unsigned jobs;           /* that the process was given */
    struct frame frame;
    /* The job. */
    bool running;
    bool lines;
    bool metadata;           /* the job is no document: it has no members, and is not tried again */
    uint64_t start, end;     /* records must begin in here */
    uint64_t size;           /* of the file */
    uint64_t next_position;  /* least position that the next record may have */
    bool has_record;         /* of this leaf one came already */
    bool converted;          /* for this leaf a conversion was asked for (convert.h) */
    int64_t budget_ms;       /* of waiting that is left for this leaf */
    int64_t total_ms;        /* and for the job as a whole */
    int fd;                  /* the caller's */
    char *name;              /* without its folder */
    char *leaf_id;           /* id of the member that is being read, "" while there is none */
    uint64_t leaf;           /* and its number */
    uint64_t died_at;        /* leaf on which a process died that is tried again; UINT64_MAX: none */
    unsigned deaths;         /* processes that died in this job */
    char note[TEXT_MAX];
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
        free(worker->name);
        free(worker->leaf_id);
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
        return err_set(err, ERR_NOMEM, "the extraction worker was killed (SIGKILL), perhaps for want of memory");
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

/* What a worker wrote, as clean UTF-8 on one line. */
static void clean_text(const char *bytes, size_t len, char text[TEXT_MAX])
{
    if (len > TEXT_MAX - 1) {
        len = TEXT_MAX - 1;
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

static enum err_code explain_failure(const struct frame *frame, enum err_code code, struct err *err)
{
    char text[TEXT_MAX] = "";
    if (frame->payload.len > 1) {
        clean_text(frame->payload.data + 1, frame->payload.len - 1, text);
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
    drop_process(worker);
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
    enum err_code code = worker->pid > 0 ? ERR_OK : start_process(worker, err);
    if (code == ERR_OK) {
        *ret_layers = worker->layers;
    }
    return code;
}

enum err_code worker_probe(struct extract_worker *worker, unsigned number, int *ret_signal, int *ret_errno, struct err *err)
{
    drop_process(worker);
    AUTO_BUF struct buf payload;
    buf_init(&payload, 16);
    buf_add_u32(&payload, number);
    enum err_code code = start_process(worker, err);
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
    drop_process(worker);
    return code;
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

static enum err_code send_job(struct extract_worker *worker, enum worker_frame type, const struct buf *payload, struct err *err)
{
    enum err_code code = limit_processor(worker, err);
    if (code == ERR_OK) {
        code = frame_send(worker->socket, type, payload->data, payload->len, worker->fd,
                          io_now_ms() + worker->caps.wall_ms, err);
    }
    if (code != ERR_OK) {
        drop_process(worker);
    }
    return code;
}

/* Hands a job to the process that is there or to a new one. */
static enum err_code hand_over(struct extract_worker *worker, enum worker_frame type, const struct buf *payload, struct err *err)
{
    enum err_code code = buf_check(payload, "the file's name", err);
    if (code != ERR_OK) {
        return code;
    }
    bool old = worker->pid > 0;
    code = old ? send_job(worker, type, payload, err) : ERR_OK;
    if (!old || code != ERR_OK) {
        /* None yet, or it died while it had nothing to do. */
        code = start_process(worker, err);
        if (code == ERR_OK) {
            code = send_job(worker, type, payload, err);
        }
    }
    if (code == ERR_OK) {
        worker->jobs++;
        worker->running = true;
        worker->budget_ms = worker->caps.wall_ms;
    }
    return code;
}

/* Sends the job that the worker's fields describe. */
static enum err_code send_to_process(struct extract_worker *worker, uint64_t first_leaf, struct err *err)
{
    AUTO_BUF struct buf payload;
    buf_init(&payload, FRAME_LEAST);
    buf_add_u64(&payload, worker->start);
    buf_add_u64(&payload, worker->end);
    buf_add_u64(&payload, worker->size);
    buf_add_u64(&payload, first_leaf);
    buf_add_u64(&payload, worker->next_position);
    buf_add_blob(&payload, worker->name, strlen(worker->name));
    return hand_over(worker, WORKER_JOB, &payload, err);
}

static enum err_code set_string(char **slot, const char *text, size_t len, struct err *err)
{
    char *copy = strndup(text, len);
    if (copy == NULL) {
        return err_nomem(err, "extract_worker");
    }
    free(*slot);
    *slot = copy;
    return ERR_OK;
}

/* What holds of every job: of the whole file `fd`, which is no file of lines, until the caller says more. */
static enum err_code begin_job(struct extract_worker *worker, int fd, struct err *err)
{
    /* A job that was not read to its end leaves frames behind. */
    if (worker->running || worker->jobs >= JOBS_PER_PROCESS) {
        drop_process(worker);
    }
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot find the size of the file");
    }
    worker->fd = fd;
    worker->lines = worker->metadata = false;
    worker->start = worker->next_position = 0;
    worker->size = worker->end = (uint64_t)info.st_size;
    worker->has_record = worker->converted = false;
    worker->leaf = 0;
    worker->died_at = UINT64_MAX;
    worker->deaths = 0;
    worker->note[0] = '\0';
    worker->total_ms = (int64_t)TOTAL_TIMES * worker->caps.wall_ms + (int64_t)(worker->size >> 20) * TOTAL_MS_PER_MB;
    return set_string(&worker->leaf_id, "", 0, err);
}

enum err_code extract_worker_start(struct extract_worker *worker, int fd, const char *name, uint64_t start, uint64_t end,
                                   struct err *err)
{
    const char *slash = strrchr(name, '/');
    name = slash != NULL ? slash + 1 : name;
    enum err_code code = begin_job(worker, fd, err);
    if (code == ERR_OK) {
        code = set_string(&worker->name, name, strlen(name), err);
    }
    if (code != ERR_OK) {
        return code;
    }
    worker->lines = extract_is_lines(name);
    worker->start = start;
    worker->end = end;
    worker->next_position = worker->lines ? start : 0;
    return send_to_process(worker, 0, err);
}

const char *extract_worker_note(const struct extract_worker *worker)
{
    return worker->note;
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
    /* A member's records are under its id. */
    size_t len = strlen(worker->leaf_id);
    bool fits = fresh.position >= worker->next_position && fresh.position < UINT64_MAX
        && (worker->lines ? fresh.position < worker->end : true) && strncmp(fresh.id, worker->leaf_id, len) == 0;
    if (!fits) {
        extract_record_done(&fresh);
        return err_set(err, ERR_CORRUPT, "the extraction worker sent a record that is not of this job");
    }
    worker->next_position = fresh.position + 1;
    worker->has_record = true;
    *record = fresh;
    return ERR_OK;
}

/* A new member: it has its own time. */
static enum err_code accept_leaf(struct extract_worker *worker, struct err *err)
{
    struct span span;
    span_init(&span, worker->frame.payload.data, worker->frame.payload.len);
    uint64_t number = span_u64(&span);
    size_t len;
    const char *id = span_blob(&span, &len);
    bool fits = !span.failed && !worker->metadata && len > 0 && len <= (size_t)worker->caps.title_bytes + 128
        && (number > worker->leaf || (*worker->leaf_id == '\0' && number == worker->leaf))
        && memchr(id, '\0', len) == NULL && utf8_valid_prefix(id, len) == len;
    if (!fits) {
        return err_set(err, ERR_CORRUPT, "the extraction worker sent a member that is not of this job");
    }
    worker->leaf = number;
    worker->has_record = worker->converted = false;
    worker->budget_ms = worker->caps.wall_ms;
    enum err_code code = set_string(&worker->leaf_id, id, len, err);
    return code == ERR_OK ? limit_processor(worker, err) : code;
}

/* The process died on a member of a container: once it is tried again, then the member failed and the others go on.
 * ERR_OK: *ret_record is that failure, or *ret_again. */
static enum err_code survive(struct extract_worker *worker, const struct err *why, struct extract_record *ret_record,
                             bool *ret_again, struct err *err)
{
    bool hopeless = worker->has_record || worker->died_at == worker->leaf;
    if (*worker->leaf_id == '\0' || worker->has_record || worker->deaths >= DEATHS_MOST || worker->total_ms <= 0) {
        return err_set(err, why->code, "%s", why->text);
    }
    worker->deaths++;
    worker->died_at = worker->leaf;
    *ret_again = !hopeless;
    if (hopeless) {
        struct extract_record record;
        enum err_code code = record_init(&record, "application/octet-stream", err);
        if (code == ERR_OK) {
            code = set_string(&record.id, worker->leaf_id, strlen(worker->leaf_id), err);
        }
        if (code == ERR_OK) {
            code = set_string(&record.problem, why->text, strlen(why->text), err);
        }
        if (code != ERR_OK) {
            extract_record_done(&record);
            return code;
        }
        record.position = worker->next_position++;
        *ret_record = record;
    }
    worker->leaf += hopeless;
    worker->leaf_id[0] = '\0';
    worker->has_record = worker->converted = false;
    enum err_code code = send_to_process(worker, worker->leaf, err);
    if (code != ERR_OK && hopeless) {
        extract_record_done(ret_record);
    }
    return code;
}

/* A failure the worker itself reports: about the document, so ERR_INVALID; but for memory, which a fresh worker may have
 * more of, and reading, which may go well another time. */
static enum err_code accept_failure(struct extract_worker *worker, struct err *err)
{
    worker->running = false;
    if (worker->frame.payload.len > 0 && worker->frame.payload.data[0] == (char)ERR_NOMEM) {
        drop_process(worker); /* its memory is full and may be in pieces */
        return err_set(err, ERR_NOMEM, "the document needs more memory than a worker may use (%llu MiB)",
                       (unsigned long long)(worker->caps.memory_bytes >> 20));
    }
    bool reading = worker->frame.payload.len > 0 && worker->frame.payload.data[0] == (char)ERR_IO;
    return explain_failure(&worker->frame, reading ? ERR_IO : ERR_INVALID, err);
}

/* Next frame within what is left of the member's and the job's time.  Only waiting counts: the caller may take its time
 * between two records. */
static enum err_code receive(struct extract_worker *worker, struct err *err)
{
    int64_t began = io_now_ms();
    int64_t left = worker->budget_ms < worker->total_ms ? worker->budget_ms : worker->total_ms;
    enum err_code code = frame_receive(worker->socket, &worker->frame, began + left, err);
    int64_t waited = io_now_ms() - began;
    worker->budget_ms -= waited < worker->budget_ms ? waited : worker->budget_ms;
    worker->total_ms -= waited < worker->total_ms ? waited : worker->total_ms;
    return code;
}

/* Once for each member the worker may have its document converted.  That has a time of its own, but counts for the job. */
static enum err_code convert(struct extract_worker *worker, struct err *err)
{
    if (worker->converted) {
        return err_set(err, ERR_CORRUPT, "the extraction worker asked for more than one conversion");
    }
    worker->converted = true;
    int64_t began = io_now_ms();
    enum err_code code = convert_serve(worker->socket, &worker->frame, &worker->caps, err);
    int64_t took = io_now_ms() - began;
    worker->total_ms -= took < worker->total_ms ? took : worker->total_ms;
    return code == ERR_NOT_FOUND ? explain_death(worker, err) : code;
}

/* One step: *ret_record was filled, or the job is complete, or neither (a member began). */
static enum err_code step(struct extract_worker *worker, struct extract_record *record, bool *ret_record, bool *ret_done,
                          struct err *err)
{
    enum err_code code = receive(worker, err);
    uint8_t type = worker->frame.type;
    if (code == ERR_OK && type == WORKER_RECORD) {
        code = accept_record(worker, record, err);
        *ret_record = code == ERR_OK;
    } else if (code == ERR_OK && type == WORKER_LEAF) {
        code = accept_leaf(worker, err);
    } else if (code == ERR_OK && type == WORKER_CONVERT) {
        code = convert(worker, err);
    } else if (code == ERR_OK && type == WORKER_DONE) {
        clean_text(worker->frame.payload.data, worker->frame.payload.len, worker->note);
        worker->running = false;
        *ret_done = true;
    } else if (code == ERR_OK && type == WORKER_FAILED) {
        return accept_failure(worker, err);
    } else if (code == ERR_OK) {
        code = err_set(err, ERR_CORRUPT, "the extraction worker broke the protocol (frame type %u)", type);
    } else if (code == ERR_TIMEOUT && worker->total_ms <= 0) {
        err_set(err, code, "the file as a whole needed too much time");
    } else if (code == ERR_TIMEOUT) {
        err_set(err, code, "the document needed more than %u ms", worker->caps.wall_ms);
    } else if (code == ERR_NOT_FOUND || (code == ERR_CORRUPT && has_closed(worker))) {
        return explain_death(worker, err);
    }
    if (code != ERR_OK) {
        drop_process(worker);
    }
    return code;
}

enum err_code extract_worker_next(struct extract_worker *worker, struct extract_record *record, bool *ret_more,
                                  struct err *err)
{
    if (!worker->running) {
        return err_set(err, ERR_INTERNAL, "extract_worker_next without a job");
    }
    bool has_record = false;
    for (bool done = false; !has_record && !done;) {
        struct err why = ERR_INIT;
        enum err_code code = step(worker, record, &has_record, &done, &why);
        if (code == ERR_TIMEOUT || code == ERR_CORRUPT || code == ERR_NOMEM) {
            bool again = false;
            code = survive(worker, &why, record, &again, err);
            if (code != ERR_OK) {
                return code;
            }
            has_record = !again;
        } else if (code != ERR_OK) {
            return err_set(err, code, "%s", why.text);
        }
    }
    *ret_more = has_record;
    return ERR_OK;
}

/* The one record that a metadata job may give, and the end of the job; *ret_any: there was one. */
static enum err_code take_metadata(struct extract_worker *worker, struct extract_record *record, bool *ret_any, struct err *err)
{
    bool more = false;
    *ret_any = false;
    enum err_code code = extract_worker_next(worker, record, ret_any, err);
    if (code != ERR_OK || !*ret_any) {
        return code;
    }
    struct extract_record none;
    code = extract_worker_next(worker, &none, &more, err);
    if (code == ERR_OK && more) {
        extract_record_done(&none);
        code = err_set(err, ERR_CORRUPT, "the extraction worker sent more than one description");
    }
    if (code != ERR_OK) {
        extract_record_done(record);
    }
    return code;
}

enum err_code extract_worker_metadata(struct extract_worker *worker, int fd, bool table, const char *document,
                                      struct extract_record *record, bool *ret_found, struct err *err)
{
    AUTO_BUF struct buf payload;
    buf_init(&payload, FRAME_LEAST);
    enum err_code code = begin_job(worker, fd, err);
    worker->metadata = true;
    buf_add_u64(&payload, worker->size);
    buf_add_u8(&payload, table);
    buf_add_blob(&payload, document, strlen(document));
    if (code == ERR_OK) {
        code = hand_over(worker, WORKER_METADATA, &payload, err);
    }
    struct extract_record found;
    bool any;
    if (code == ERR_OK) {
        code = take_metadata(worker, &found, &any, err);
    }
    if (code == ERR_OK) {
        *ret_found = any;
        if (any) {
            *record = found;
        }
    }
    return code;
}
