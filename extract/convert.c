/* convert.c - a question of a worker to its parent, and the programs that answer it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create, F_ADD_SEALS */
#endif
#include "extract/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "config.h"
#include "extract/cage.h"
#include "extract/internal.h"

#define PART_BYTES (1 << 16)
#define END_MS 1000          /* for a program that closed its output to be gone */
#define TIMES 64             /* a program may give this many times the bytes of the document, */
#define FREE_BYTES (1 << 20) /* and this much in any case; more is a flood */
#define TRIES 2              /* a program that crashes gets one more */
#define ANSWER_MAX 1024
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

const char *convert_test_program;

/* ---- Programs --------------------------------------------------------------------------------- */

/* In the order in which they are tried; a path is "" when configure was told to leave the program out.  Where Word stored
 * bytes they are of Western Europe.  catdoc -w: a paragraph is a line.  Sheets end in form feeds; cells are divided by tabs and
 * not quoted, and dates in them are as ISO 8601 has them. */
static const struct program {
    enum convert_kind kind;
    const char *path;
    const char *arguments[16];
} programs[] = {
    { CONVERT_WORD, CATDOC, { "catdoc", "-w", "-s", "cp1252", "-d", "utf-8", "/proc/self/fd/0" } },
    { CONVERT_WORD, ANTIWORD, { "antiword", "-w", "0", "-m", "UTF-8.txt", "/proc/self/fd/0" } },
    { CONVERT_EXCEL, XLS2CSV,
      { "xls2csv", "-s", "cp1252", "-d", "utf-8", "-c", "\t", "-q", "0", "-b", "\f", "-f", "%Y-%m-%d", "/proc/self/fd/0" } },
};
#define PROGRAMS (sizeof programs / sizeof *programs)

static const char *path_of(const struct program *program)
{
    return convert_test_program != NULL ? convert_test_program : program->path;
}

/* Whether it can be run, as far as that is known before: without Landlock no cage is tight (cage.h). */
static bool is_there(const struct program *program)
{
    return *path_of(program) == '/' && access(path_of(program), X_OK) == 0 && layers_have_landlock();
}

unsigned convert_need(enum convert_kind kind)
{
    static const unsigned needs[CONVERT_KINDS] = { EXTRACT_NEED_WORD, EXTRACT_NEED_EXCEL };
    return needs[kind];
}

uint64_t convert_bytes_max(const struct extract_caps *caps)
{
    return caps->memory_bytes / 4; /* what is unpacked into memory is no larger (nest.c) */
}

unsigned convert_available(void)
{
    unsigned there = 0;
    for (size_t i = 0; i < PROGRAMS; i++) {
        there |= is_there(&programs[i]) ? convert_need(programs[i].kind) : 0;
    }
    return there;
}

/* ---- In the worker ------------------------------------------------------------------------------- */

static enum err_code send_document(int socket, enum convert_kind kind, const char *bytes, size_t len, struct err *err)
{
    AUTO_BUF struct buf payload;
    buf_init(&payload, 16);
    buf_add_u8(&payload, (uint8_t)kind);
    buf_add_u64(&payload, len);
    enum err_code code = buf_check(&payload, "a frame", err);
    if (code == ERR_OK) {
        code = frame_send(socket, WORKER_CONVERT, payload.data, payload.len, -1, -1, err);
    }
    for (size_t at = 0; code == ERR_OK && at < len; at += PART_BYTES) {
        code = frame_send(socket, WORKER_PART, bytes + at, len - at < PART_BYTES ? len - at : PART_BYTES, -1, -1, err);
    }
    return code;
}

/* Reads the answer: the text is in the frame's descriptor. */
static enum err_code read_answer(const struct frame *frame, const struct extract_caps *caps, struct buf *out, bool *ret_cut,
                                 struct err *err)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    enum err_code code = (enum err_code)span_u8(&span);
    bool cut = span_u8(&span) != 0;
    uint64_t size = span_u64(&span);
    size_t len;
    const char *reason = span_blob(&span, &len);
    if (frame->type != WORKER_CONVERTED || span.failed || code >= ERR_CODES || size > caps->record_bytes) {
        return err_set(err, ERR_INTERNAL, "the worker does not understand its parent");
    }
    if (code != ERR_OK) {
        return err_set(err, code, "%.*s", (int)len, reason);
    }
    char *into = buf_reserve(out, (size_t)size);
    if (into == NULL) {
        return buf_check(out, "the text of a converted document", err);
    }
    code = size > 0 ? io_pread(frame->fd, "a converted document", into, (size_t)size, 0, err) : ERR_OK;
    out->len += code == ERR_OK ? (size_t)size : 0;
    *ret_cut = cut;
    return code;
}

enum err_code convert_ask(int socket, enum convert_kind kind, const char *bytes, size_t len, const struct extract_caps *caps,
                          struct buf *out, bool *ret_cut, struct err *err)
{
    struct frame frame;
    enum err_code code = send_document(socket, kind, bytes, len, err);
    if (code != ERR_OK) {
        return code;
    }
    frame_init(&frame, ANSWER_MAX);
    code = frame_receive(socket, &frame, -1, err);
    if (code == ERR_OK) {
        code = read_answer(&frame, caps, out, ret_cut, err);
        if (frame.fd >= 0) {
            close(frame.fd);
        }
    }
    frame_done(&frame);
    return code;
}

/* ---- In the parent: one run -------------------------------------------------------------------------- */

static void nap(void)
{
    struct timespec millisecond = { .tv_nsec = 1000000 };
    nanosleep(&millisecond, NULL);
}

/* What a program gave: a file in memory. */
struct product {
    int fd;
    uint64_t size;
    bool cut;
};

/* Takes what the program writes until it closes its end, up to `most` bytes. */
static enum err_code collect(int from, struct product *product, uint64_t most, int64_t deadline, struct err *err)
{
    char part[PART_BYTES];
    for (;;) {
        int64_t left = deadline - io_now_ms();
        struct pollfd waiting = { .fd = from, .events = POLLIN };
        int ready = left > 0 ? poll(&waiting, 1, (int)left) : 0;
        if (ready == 0) {
            return err_set(err, ERR_TIMEOUT, "it needed too much time");
        }
        ssize_t len = ready > 0 ? read(from, part, sizeof part) : -1;
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len < 0) {
            return err_errno(err, errno, "what it writes cannot be read");
        }
        if (len == 0) {
            return ERR_OK;
        }
        uint64_t room = most - product->size;
        product->cut = (uint64_t)len > room;
        size_t take = product->cut ? (size_t)room : (size_t)len;
        enum err_code code = io_write_fd(product->fd, "memory", part, take, err);
        product->size += take;
        if (code != ERR_OK || product->cut) {
            return code;
        }
    }
}

/* Waits for the end of the program, at most until the deadline; then it is killed.  Returns its wait status, -1 when it was not
 * to be known. */
static int end_program(pid_t pid, int64_t deadline)
{
    int status = -1;
    pid_t got;
    while ((got = waitpid(pid, &status, WNOHANG)) == 0 && io_now_ms() < deadline) {
        nap();
    }
    if (got == 0) {
        kill(pid, SIGKILL);
        do {
            got = waitpid(pid, &status, 0);
        } while (got < 0 && errno == EINTR);
        return -1;
    }
    return got == pid ? status : -1;
}

/* What its end says of the document. */
static enum err_code judge(int status, const struct extract_caps *caps, struct err *err)
{
    if (status == -1) {
        return err_set(err, ERR_TIMEOUT, "it does not end");
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        return err_set(err, ERR_INVALID, "it cannot read the document (status %d)", WEXITSTATUS(status));
    }
    if (!WIFSIGNALED(status)) {
        return ERR_OK;
    }
    switch (WTERMSIG(status)) {
    case SIGSYS:
        return err_set(err, ERR_INVALID, "it was killed at a forbidden system call (SIGSYS)");
    case SIGXCPU:
        return err_set(err, ERR_TIMEOUT, "it needed more than %u seconds of processor time (SIGXCPU)", caps->cpu_seconds);
    default:
        return err_set(err, ERR_CORRUPT, "it crashed (signal %d, %s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Runs the program over `document` of `size` bytes; `product` is empty.  The reason does not name the program. */
static enum err_code run_program(const struct program *program, int document, uint64_t size, const struct extract_caps *caps,
                                 int64_t deadline, struct product *product, struct err *err)
{
    int ends[2];
    pid_t pid;
    uint64_t flood = size > FREE_BYTES / TIMES ? size * TIMES : FREE_BYTES;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return err_errno(err, errno, "cannot make a pipe");
    }
    struct cage cage = { .program = path_of(program), .arguments = program->arguments, .input = document, .output = ends[1],
                         .caps = caps };
    enum err_code code = lseek(document, 0, SEEK_SET) == 0 ? cage_start(&cage, &pid, err)
                                                           : err_errno(err, errno, "the document cannot be read");
    close(ends[1]);
    if (code != ERR_OK) {
        close(ends[0]);
        return code;
    }
    code = collect(ends[0], product, least(flood, caps->record_bytes), deadline, err);
    close(ends[0]);
    bool complete = code == ERR_OK && !product->cut;
    int status = end_program(pid, complete ? least((uint64_t)deadline, (uint64_t)io_now_ms() + END_MS) : 0);
    if (complete) {
        code = judge(status, caps, err);
    } else if (code == ERR_OK && flood < caps->record_bytes) {
        code = err_set(err, ERR_INVALID, "it writes more than %llu bytes, %u times the document", (unsigned long long)flood, TIMES);
    }
    return code;
}

/* ---- In the parent: an answer -------------------------------------------------------------------------- */

static enum err_code empty_product(struct product *product, struct err *err)
{
    if (product->fd < 0) {
        product->fd = memfd_create("naslag-converted", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    bool done = product->fd >= 0 && ftruncate(product->fd, 0) == 0 && lseek(product->fd, 0, SEEK_SET) == 0;
    product->size = 0;
    product->cut = false;
    return done ? ERR_OK : err_errno(err, errno, "cannot make a file in memory");
}

/* Tries the programs for the kind, one after another, each once more when it crashed.  What is told is why the first one
 * failed. */
static enum err_code convert(enum convert_kind kind, int document, uint64_t size, const struct extract_caps *caps,
                             struct product *product, struct err *err)
{
    int64_t deadline = io_now_ms() + caps->wall_ms;
    enum err_code first = ERR_OK;
    for (size_t i = 0; i < PROGRAMS; i++) {
        if (programs[i].kind != kind || !is_there(&programs[i]) || (first != ERR_OK && io_now_ms() >= deadline)) {
            continue;
        }
        enum err_code code = ERR_CORRUPT;
        for (unsigned tries = 0; tries < TRIES && code == ERR_CORRUPT; tries++) {
            struct err why = ERR_INIT;
            code = empty_product(product, &why);
            if (code == ERR_OK) {
                code = run_program(&programs[i], document, size, caps, deadline, product, &why);
            }
            if (code == ERR_OK && fcntl(product->fd, F_ADD_SEALS, SEALS) != 0) {
                code = err_errno(&why, errno, "cannot seal a file in memory");
            }
            if (code == ERR_OK) {
                return ERR_OK;
            }
            if (first == ERR_OK) {
                first = err_set(err, code, "the converter %s failed: %s", programs[i].arguments[0], why.text);
            }
        }
    }
    return first != ERR_OK ? first
        : err_set(err, ERR_NOT_FOUND, "no converter: %s", layers_have_landlock() ? "install the package catdoc"
                  : "the system has no Landlock, without which none is started");
}

/* What may pass is told as if there were no converter: the document is lacking one, and is read again by the next run; what
 * else is in its file is not concerned. */
static enum err_code answer(int socket, enum err_code code, const struct product *product, const struct err *why, struct err *err)
{
    AUTO_BUF struct buf payload;
    buf_init(&payload, ANSWER_MAX);
    bool final = code == ERR_INVALID || code == ERR_TIMEOUT || code == ERR_CORRUPT; /* of the document */
    enum err_code told = code == ERR_OK ? ERR_OK : final ? ERR_INVALID : ERR_NOT_FOUND;
    const char *reason = code == ERR_OK ? "" : why->text;
    buf_add_u8(&payload, (uint8_t)told);
    buf_add_u8(&payload, product->cut);
    buf_add_u64(&payload, product->size);
    buf_add_blob(&payload, reason, strlen(reason));
    enum err_code sent = buf_check(&payload, "a frame", err);
    return sent == ERR_OK ? frame_send(socket, WORKER_CONVERTED, payload.data, payload.len, code == ERR_OK ? product->fd : -1,
                                       io_now_ms() + END_MS, err) : sent;
}

/* Takes the document from the worker into a file in memory that nobody can change any more. */
static enum err_code take_document(int socket, struct frame *frame, uint64_t size, int64_t deadline, int fd, struct err *err)
{
    uint64_t got = 0;
    enum err_code code = ERR_OK;
    while (code == ERR_OK && got < size) {
        code = frame_receive(socket, frame, deadline, err);
        if (code == ERR_OK && (frame->type != WORKER_PART || frame->payload.len == 0 || frame->payload.len > size - got)) {
            return err_set(err, ERR_CORRUPT, "the extraction worker broke the protocol (frame type %u)", frame->type);
        }
        if (code == ERR_OK) {
            code = io_write_fd(fd, "memory", frame->payload.data, frame->payload.len, err);
            got += frame->payload.len;
        }
    }
    if (code == ERR_OK && fcntl(fd, F_ADD_SEALS, SEALS) != 0) {
        code = err_errno(err, errno, "cannot seal a file in memory");
    }
    return code;
}

enum err_code convert_serve(int socket, struct frame *frame, const struct extract_caps *caps, struct err *err)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    unsigned kind = span_u8(&span);
    uint64_t size = span_u64(&span);
    if (span.failed || kind >= CONVERT_KINDS || size > convert_bytes_max(caps)) {
        return err_set(err, ERR_CORRUPT, "the extraction worker sent a document that cannot be converted");
    }
    AUTO_CLOSE int document = memfd_create("naslag-document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (document < 0) {
        return err_errno(err, errno, "cannot make a file in memory");
    }
    enum err_code code = take_document(socket, frame, size, io_now_ms() + caps->wall_ms, document, err);
    if (code != ERR_OK) {
        return code;
    }
    struct err why = ERR_INIT;
    struct product product = { .fd = -1 };
    code = convert((enum convert_kind)kind, document, size, caps, &product, &why);
    code = answer(socket, code, &product, &why, err);
    if (product.fd >= 0) {
        close(product.fd);
    }
    return code;
}
