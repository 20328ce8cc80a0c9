/* fuzz-frames.c - libFuzzer harness: any bytes as what an extraction worker sends: frames, and what its parent makes of them.
 *
 * Takes the parent's side as it is (worker.c, worker_process.c), with processes that are played: each is a socket with a piece
 * of the input in it.  The input: a byte that chooses the job, then for each process a byte of flags and a u16 length of its
 * piece.  A piece is frames as they are on the wire, or short forms of them (u8 type, u8 length, payload), so that whole frames
 * are met soon.
 *
 * Seeds: make fuzz has fuzz-record make records; the other frames are found.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fuzz/fuzz-extract.h"

static int play_socketpair(int domain, int type, int protocol, int pair[2]);
static pid_t play_fork(void);
static pid_t play_waitpid(pid_t pid, int *status, int options);
static int play_kill(pid_t pid, int number);
static int play_clock(pid_t pid, clockid_t *clock);
static int play_limit(pid_t pid, int resource, const struct rlimit *limit, struct rlimit *old);

#define socketpair(domain, type, protocol, pair) play_socketpair(domain, type, protocol, pair)
#define fork() play_fork()
#define waitpid(pid, status, options) play_waitpid(pid, status, options)
#define kill(pid, number) play_kill(pid, number)
#define clock_getcpuclockid(pid, clock) play_clock(pid, clock)
#define prlimit(pid, resource, limit, old) play_limit(pid, resource, limit, old)
#include "extract/worker_process.c"
#include "extract/worker.c"
#undef socketpair
#undef fork

#define PIECE_MAX 60000 /* fits a socket's buffer */
#define HELLO 1         /* flags: the process says first that it is in its sandbox */
#define SHORT 2         /* short forms of frames */

static struct {
    struct span input;
    int peer;   /* the process's end */
    int status; /* it will have had */
} play;

static int play_socketpair(int domain, int type, int protocol, int pair[2])
{
    fuzz_require(socketpair(domain, type, protocol, pair) == 0);
    if (play.peer >= 0) {
        close(play.peer);
    }
    play.peer = dup(pair[1]);
    return 0;
}

static void expand_frames(struct span *piece, struct buf *out)
{
    while (piece->at < piece->len && !piece->failed) {
        uint8_t type = span_u8(piece), len = span_u8(piece);
        const char *payload = span_bytes(piece, len < piece->len - piece->at ? len : piece->len - piece->at);
        if (payload == NULL) {
            break;
        }
        buf_add_u32(out, (uint32_t)len + 1);
        buf_add_u8(out, type);
        buf_add(out, payload, piece->at - (size_t)((const uint8_t *)payload - piece->data));
    }
}

static pid_t play_fork(void)
{
    AUTO_BUF struct buf sent;
    buf_init(&sent, 4 * PIECE_MAX);
    uint8_t flags = span_u8(&play.input);
    size_t len = span_u8(&play.input);
    len |= (size_t)span_u8(&play.input) << 8;
    size_t left = play.input.len - play.input.at;
    len = len < left ? len : left;
    struct span piece;
    span_init(&piece, span_bytes(&play.input, len), len);
    if (flags & HELLO) {
        buf_add_u32(&sent, 5);
        buf_add_u8(&sent, WORKER_HELLO);
        buf_add_u32(&sent, 1023);
    }
    if (flags & SHORT) {
        expand_frames(&piece, &sent);
    } else if (len > 0) {
        buf_add(&sent, piece.data, len);
    }
    play.status = flags & 4 ? flags >> 3 : (flags >> 3) << 8;
    if (sent.len > 0) {
        (void)!send(play.peer, sent.data, sent.len < PIECE_MAX ? sent.len : PIECE_MAX, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    shutdown(play.peer, SHUT_WR);
    return 1000000000;
}

static pid_t play_waitpid(pid_t pid, int *status, int options)
{
    (void)options;
    *status = play.status;
    return pid;
}

static int play_kill(pid_t pid, int number)
{
    fuzz_require(pid == 1000000000 && number == SIGKILL);
    return 0;
}

static int play_clock(pid_t pid, clockid_t *clock)
{
    fuzz_require(pid == 1000000000);
    *clock = CLOCK_PROCESS_CPUTIME_ID;
    return 0;
}

static int play_limit(pid_t pid, int resource, const struct rlimit *limit, struct rlimit *old)
{
    fuzz_require(pid == 1000000000 && resource == RLIMIT_CPU && old == NULL && limit->rlim_cur > fuzz_caps.cpu_seconds);
    return 0;
}

static void check_reason(enum err_code code, const struct err *err)
{
    static const enum err_code documented[] = { ERR_INVALID, ERR_IO, ERR_TIMEOUT, ERR_CORRUPT, ERR_NOMEM };
    bool known = false;
    for (size_t i = 0; i < sizeof documented / sizeof *documented; i++) {
        known = known || code == documented[i];
    }
    fuzz_require(known && *err->text != '\0' && strlen(err->text) < sizeof err->text);
    for (const char *c = err->text; *c != '\0'; c++) {
        fuzz_require((unsigned char)*c >= ' ' && *c != 0x7F);
    }
}

/* Reads a job to its end: records in order, and all under the limits; the end comes. */
static void read_job(struct extract_worker *worker, const char *name, int fd, uint64_t start, uint64_t end)
{
    struct err err = ERR_INIT;
    enum err_code code = extract_worker_start(worker, fd, name, start, end, &err);
    uint64_t least = 0;
    for (bool more = true; code == ERR_OK && more;) {
        struct extract_record record;
        code = extract_worker_next(worker, &record, &more, &err);
        if (code == ERR_OK && more) {
            fuzz_check(&record);
            fuzz_require(record.position >= least);
            fuzz_require(!extract_is_lines(name) || (record.position >= start && record.position < end));
            least = record.position + 1;
            extract_record_done(&record);
        }
    }
    fuzz_check_string(extract_worker_note(worker), 400);
    if (code != ERR_OK) {
        check_reason(code, &err);
    }
    fuzz_require(!worker->running);
}

static void read_metadata(struct extract_worker *worker, int fd, bool table)
{
    struct extract_record record;
    struct err err = ERR_INIT;
    bool found = false;
    enum err_code code = extract_worker_metadata(worker, fd, table, "a.pdf", &record, &found, &err);
    if (code != ERR_OK) {
        check_reason(code, &err);
    } else if (found) {
        fuzz_check(&record);
        extract_record_done(&record);
    }
}

static void probe(struct extract_worker *worker)
{
    struct err err = ERR_INIT;
    unsigned layers = 0;
    int number = 0, problem = 0;
    enum err_code code = worker_layers(worker, &layers, &err);
    if (code == ERR_OK) {
        code = worker_probe(worker, 3, &number, &problem, &err);
    }
    fuzz_require(code == ERR_OK || *err.text != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("file", MFD_CLOEXEC);
        fuzz_require(fd >= 0 && ftruncate(fd, 1000) == 0);
    }
    span_init(&play.input, bytes, len);
    play.peer = -1;
    uint8_t job = span_u8(&play.input);
    struct extract_worker *worker;
    fuzz_require(extract_worker_new(&fuzz_caps, &worker, NULL) == ERR_OK);
    for (int i = 0; i < 1 + (job >> 7); i++) { /* the second job gets the process of the first */
        switch (job % 5) {
        case 0:
        case 1:
            read_job(worker, "x/archief.zip", fd, 0, 1000);
            break;
        case 2:
            read_job(worker, "regels.jsonl", fd, 100, 900);
            break;
        case 3:
            read_metadata(worker, fd, job & 64);
            break;
        default:
            probe(worker);
        }
    }
    extract_worker_free(worker);
    if (play.peer >= 0) {
        close(play.peer);
    }
    return 0;
}
