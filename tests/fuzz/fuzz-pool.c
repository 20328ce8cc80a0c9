/* fuzz-pool.c - libFuzzer harness: any bytes as what builder processes send, and what the indexer makes of them: pool.c and take.c
 * as they are, with builders that are played and a ledger that only checks what it is given.
 *
 * The input: a byte that chooses what the pool is asked; for each of two builders a u16 length of its piece.  A piece is frames as
 * they are on the wire, or when its length is odd short forms of them: u8 type, u8 length, payload.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fuzz-extract.h"

static int play_socketpair(int domain, int type, int protocol, int pair[2]);
static pid_t play_fork(void);
static int play_kill(pid_t pid);

#define socketpair(domain, type, protocol, pair) play_socketpair(domain, type, protocol, pair)
#define fork() play_fork()
#define waitpid(pid, status, options) play_kill(pid)
#define kill(pid, number) play_kill(pid)
#include "indexer/pool.c"
#include "indexer/take.c"
#undef socketpair
#undef fork

#define PIECE_MAX 60000 /* fits a socket's buffer */

static struct {
    struct span input;
    int peers[2];
    int count;
} play;

static int play_socketpair(int domain, int type, int protocol, int pair[2])
{
    fuzz_require(socketpair(domain, type, protocol, pair) == 0 && play.count < 2);
    play.peers[play.count++] = dup(pair[1]);
    return 0;
}

static void expand_frames(struct span *piece, struct buf *out)
{
    while (piece->at < piece->len) {
        uint8_t type = span_u8(piece), len = span_u8(piece);
        size_t left = piece->len - piece->at, given = len < left ? len : left;
        buf_add_u32(out, (uint32_t)len + 1);
        buf_add_u8(out, type);
        buf_add(out, span_bytes(piece, given), given);
    }
}

static pid_t play_fork(void)
{
    AUTO_BUF struct buf sent;
    buf_init(&sent, 8 * PIECE_MAX);
    size_t len = span_u8(&play.input), left;
    len |= (size_t)span_u8(&play.input) << 8;
    left = play.input.len - play.input.at;
    bool brief = len % 2 == 1;
    len = len < left ? len : left;
    struct span piece;
    span_init(&piece, span_bytes(&play.input, len), len);
    if (brief) {
        expand_frames(&piece, &sent);
    } else if (len > 0) {
        buf_add(&sent, piece.data, len);
    }
    int peer = play.peers[play.count - 1];
    if (sent.len > 0) {
        (void)!send(peer, sent.data, sent.len < PIECE_MAX ? sent.len : PIECE_MAX, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    shutdown(peer, SHUT_WR);
    return 1000000000;
}

static int play_kill(pid_t pid)
{
    fuzz_require(pid == 1000000000);
    return 0;
}

/* ---- A ledger and a batch that check what they are given ------------------------------------------- */

static void check_text(const char *text, size_t most)
{
    fuzz_require(strlen(text) < most);
}

void builder_main(const struct builder_options *options, int socket)
{
    (void)options;
    (void)socket;
    abort();
}

enum err_code ledger_put_document(struct ledger *ledger, const struct ledger_document *document, enum ledger_put *ret_put,
                                  struct err *err)
{
    (void)ledger;
    (void)err;
    check_text(document->uid, sizeof document->uid);
    check_text(document->record, 1024);
    check_text(document->reason, 256);
    fuzz_require((unsigned)document->state < LEDGER_STATES);
    *ret_put = (enum ledger_put)(document->bytes % 3);
    return ERR_OK;
}

enum err_code ledger_doubt_document(struct ledger *ledger, const char *uid, enum ledger_state state, struct err *err)
{
    (void)ledger;
    (void)state;
    (void)err;
    check_text(uid, SCHEMA_UID_LEN + 1);
    return ERR_OK;
}

enum err_code ledger_keep_document(struct ledger *ledger, const char *uid, struct err *err)
{
    (void)ledger;
    (void)err;
    check_text(uid, SCHEMA_UID_LEN + 1);
    return ERR_OK;
}

enum err_code ledger_put_recurring(struct ledger *ledger, const char *uid, uint64_t bytes, struct err *err)
{
    (void)bytes;
    return ledger_keep_document(ledger, uid, err);
}

enum err_code ledger_count_records(struct ledger *ledger, int64_t file, uint64_t ret_counts[LEDGER_STATES], struct err *err)
{
    (void)ledger;
    (void)err;
    for (size_t i = 0; i < LEDGER_STATES; i++) {
        ret_counts[i] = (uint64_t)file >> i & 1;
    }
    return ERR_OK;
}

enum err_code ledger_drop_unseen_documents(struct ledger *ledger, int64_t file, ledger_gone *gone, void *context, struct err *err)
{
    (void)ledger;
    (void)file;
    (void)gone;
    (void)context;
    (void)err;
    return ERR_OK;
}

enum err_code ledger_put_file(struct ledger *ledger, const struct ledger_file *row, struct err *err)
{
    (void)ledger;
    (void)err;
    check_text(row->reason, sizeof row->reason);
    fuzz_require((unsigned)row->state < LEDGER_STATES);
    return ERR_OK;
}

enum err_code publish_add_dead(struct publish_batch *batch, const char *uid, struct err *err)
{
    (void)batch;
    return ledger_keep_document(NULL, uid, err);
}

enum err_code publish_add_duplicate(struct publish_batch *batch, const char *uid, struct err *err)
{
    return publish_add_dead(batch, uid, err);
}

void progress_clear(struct progress *progress)
{
    (void)progress;
}

void progress_tick(struct progress *progress)
{
    (void)progress;
}

enum err_code run_digest(struct run *run, int fd, const char *name, uint8_t ret_digest[DIGEST_SIZE], struct err *err)
{
    (void)run;
    (void)fd;
    (void)name;
    (void)ret_digest;
    return err_set(err, ERR_IO, "not here");
}

/* ---- The indexer ----------------------------------------------------------------------------------- */

static enum err_code take_counted(void *context, const struct frame *frame, struct err *err)
{
    (void)err;
    ++*(size_t *)context;
    fuzz_require(frame->type == BUILDER_COUNTED);
    return ERR_OK;
}

static void take_all(struct run *run, uint8_t what)
{
    struct err err = ERR_INIT;
    enum err_code code = ERR_OK;
    size_t counted = 0;
    for (int i = 0; i < 1000 && code == ERR_OK && what % 3 == 0; i++) {
        const struct frame *frame;
        code = pool_receive(run->pool, 0, &frame, &err);
        if (code == ERR_OK) {
            code = run_take(run, frame, &err);
        }
    }
    if (what % 3 == 1) {
        code = pool_seal(run->pool, run_take, run, &run->batch, &err);
    } else if (what % 3 == 2) {
        code = pool_count(run->pool, take_counted, &counted, run_take, run, &err);
        fuzz_require(code != ERR_OK || counted == 2);
    }
    fuzz_require(code == ERR_OK || *err.text != '\0');
    for (size_t i = 0; i < run->batch.segment_count; i++) {
        check_text(run->batch.segments[i].path, sizeof run->batch.segments[i].path);
    }
    for (size_t i = 0; i < run->batch.text_count; i++) {
        check_text(run->batch.texts[i], GENERATION_NAME_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char source_name[] = "bron";
    static struct source source = { .name = source_name };
    struct run_file files[3] = { { .ranges = 1 }, { .ranges = 2 }, { .ranges = 1, .known = true } };
    struct run_options options = { .reanalyse = len % 2 };
    struct builder_options builders = { .lock_fd = -1 };
    struct run run = { .options = &options, .files = files, .file_count = 3 };
    run.progress.mode = PROGRESS_JSON;
    for (size_t i = 0; i < 3; i++) {
        files[i].source = &source;
        files[i].path = (char *)(uintptr_t)"/nergens/x";
        files[i].name = (char *)(uintptr_t)(i == 1 ? "x.jsonl" : "x.pdf");
        files[i].row.id = (int64_t)(bytes != NULL && len > i ? bytes[i] : 0);
    }
    play.count = 0;
    span_init(&play.input, bytes, len);
    uint8_t what = span_u8(&play.input);
    fuzz_require(pool_new(&builders, 2, &run.pool, NULL) == ERR_OK);
    take_all(&run, what);
    pool_free(run.pool, true);
    close(play.peers[0]);
    close(play.peers[1]);
    free(run.batch.segments);
    free(run.batch.texts);
    free(run.pending_done);
    return 0;
}
