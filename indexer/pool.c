/* pool.c - builder processes seen from the indexer. */
#include "indexer/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/io.h"

#define JOBS_AHEAD 2 /* jobs a builder may have: the one it does and the next */

struct member {
    pid_t pid;
    int socket;
    unsigned jobs;
};

struct pool {
    struct builder_options options; /* of all; the number differs */
    struct member *members;
    unsigned count;
    unsigned turn; /* where the next look for messages begins */
    struct frame frame;
};

static enum err_code start_member(struct pool *pool, unsigned index, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return err_errno(err, errno, "cannot make a socket for a builder");
    }
    pid_t pid = fork();
    if (pid < 0) {
        close(pair[0]);
        close(pair[1]);
        return err_errno(err, errno, "cannot start a builder");
    }
    if (pid == 0) {
        for (unsigned i = 0; i < index; i++) { /* the other builders' sockets are not ours */
            close(pool->members[i].socket);
        }
        close(pair[0]);
        pool->options.number = index;
        builder_main(&pool->options, pair[1]);
    }
    close(pair[1]);
    pool->members[index] = (struct member){ .pid = pid, .socket = pair[0] };
    pool->count = index + 1;
    return ERR_OK;
}

enum err_code pool_new(const struct builder_options *options, unsigned count, struct pool **ret_pool, struct err *err)
{
    struct pool *pool = calloc(1, sizeof *pool);
    struct member *members = calloc(count, sizeof *members);
    if (pool == NULL || members == NULL) {
        free(pool);
        free(members);
        return err_nomem(err, "pool_new");
    }
    pool->options = *options;
    pool->members = members;
    frame_init(&pool->frame, BUILDER_FRAME_MAX);
    for (unsigned i = 0; i < count; i++) {
        enum err_code code = start_member(pool, i, err);
        if (code != ERR_OK) {
            pool_free(pool, true);
            return code;
        }
    }
    *ret_pool = pool;
    return ERR_OK;
}

void pool_free(struct pool *pool, bool kill_now)
{
    if (pool == NULL) {
        return;
    }
    for (unsigned i = 0; i < pool->count; i++) {
        close(pool->members[i].socket);
        if (kill_now) {
            kill(pool->members[i].pid, SIGKILL);
        }
    }
    for (unsigned i = 0; i < pool->count; i++) {
        while (waitpid(pool->members[i].pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    frame_done(&pool->frame);
    free(pool->members);
    free(pool);
}

int pool_free_builder(const struct pool *pool)
{
    int best = -1;
    for (unsigned i = 0; i < pool->count; i++) {
        if (pool->members[i].jobs < JOBS_AHEAD && (best < 0 || pool->members[i].jobs < pool->members[best].jobs)) {
            best = (int)i;
        }
    }
    return best;
}

unsigned pool_outstanding(const struct pool *pool)
{
    unsigned jobs = 0;
    for (unsigned i = 0; i < pool->count; i++) {
        jobs += pool->members[i].jobs;
    }
    return jobs;
}

static enum err_code fatal(struct pool *pool, struct err *err)
{
    struct span span;
    span_init(&span, pool->frame.payload.data, pool->frame.payload.len);
    enum err_code code = (enum err_code)span_u8(&span);
    size_t len;
    const char *text = span_blob(&span, &len);
    code = code == ERR_OK || code >= ERR_CODES ? ERR_INTERNAL : code;
    return len == 0 || *text == '\0' ? err_set(err, code, "a builder failed and did not say why")
                                     : err_set(err, code, "%.*s", (int)(len < 400 ? len : 400), text);
}

/* Reads one message of a builder that has one. */
static enum err_code read_member(struct pool *pool, unsigned index, const struct frame **ret_frame, struct err *err)
{
    struct err problem = ERR_INIT;
    enum err_code code = frame_receive(pool->members[index].socket, &pool->frame, -1, &problem);
    if (code != ERR_OK) {
        return err_set(err, ERR_INTERNAL, "a builder process ended unexpectedly (out of memory?): %.200s; run naslag-index "
                       "again", problem.text);
    }
    if (pool->frame.type == BUILDER_FATAL) {
        return fatal(pool, err);
    }
    if (pool->frame.type == BUILDER_JOB_DONE && pool->members[index].jobs > 0) {
        pool->members[index].jobs--;
    }
    *ret_frame = &pool->frame;
    return ERR_OK;
}

/* A builder that does not take messages has ended: what it said last tells why. */
static enum err_code why_ended(struct pool *pool, unsigned index, struct err *err)
{
    const struct frame *frame;
    enum err_code code;
    do {
        code = read_member(pool, index, &frame, err);
    } while (code == ERR_OK);
    return code;
}

enum err_code pool_send(struct pool *pool, int builder, enum builder_message type, const struct buf *message,
                        struct err *err)
{
    enum err_code code = buf_check(message, "a job", err);
    if (code != ERR_OK) {
        return code;
    }
    if (frame_send(pool->members[builder].socket, (uint8_t)type, message->data, message->len, -1, -1, err) != ERR_OK) {
        return why_ended(pool, (unsigned)builder, err);
    }
    pool->members[builder].jobs++;
    return ERR_OK;
}

enum err_code pool_receive(struct pool *pool, int wait_ms, const struct frame **ret_frame, struct err *err)
{
    AUTO_FREE struct pollfd *watched = calloc(pool->count, sizeof *watched);
    if (watched == NULL) {
        return err_nomem(err, "pool_receive");
    }
    for (unsigned i = 0; i < pool->count; i++) {
        watched[i] = (struct pollfd){ .fd = pool->members[i].socket, .events = POLLIN };
    }
    int ready = poll(watched, pool->count, wait_ms);
    if (ready < 0) {
        return errno == EINTR ? err_set(err, ERR_INTERRUPTED, "interrupted")
                              : err_errno(err, errno, "cannot wait for builders");
    }
    for (unsigned i = 0; ready > 0 && i < pool->count; i++) {
        unsigned index = (pool->turn + i) % pool->count;
        if (watched[index].revents != 0) {
            pool->turn = index + 1;
            return read_member(pool, index, ret_frame, err);
        }
    }
    return err_set(err, ERR_TIMEOUT, "no message from a builder");
}

enum err_code pool_take_segment(const struct frame *frame, struct publish_batch *batch, struct err *err)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    size_t len;
    const char *path = span_blob(&span, &len);
    uint32_t docs = span_u32(&span);
    struct publish_segment segment = { .docs = docs };
    if (span.failed || len >= sizeof segment.path) {
        return err_set(err, ERR_INTERNAL, "a builder reported a segment that cannot be read");
    }
    if (mem_grow(&batch->segments, &batch->segment_capacity, batch->segment_count, sizeof *batch->segments) != 0) {
        return err_nomem(err, "a list of segments");
    }
    memcpy(segment.path, path, len);
    batch->segments[batch->segment_count++] = segment;
    return ERR_OK;
}

static enum err_code take_store(const struct frame *frame, struct publish_batch *batch, struct err *err)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    size_t len;
    const char *name = span_blob(&span, &len);
    if (span.failed || len >= GENERATION_NAME_MAX) {
        return err_set(err, ERR_INTERNAL, "a builder reported a store that cannot be read");
    }
    if (len == 0) {
        return ERR_OK;
    }
    if (mem_grow(&batch->texts, &batch->text_capacity, batch->text_count, sizeof *batch->texts) != 0) {
        return err_nomem(err, "a list of stores");
    }
    memcpy(batch->texts[batch->text_count], name, len);
    batch->texts[batch->text_count++][len] = '\0';
    return ERR_OK;
}

static int by_path(const void *left, const void *right)
{
    const struct publish_segment *a = left, *b = right;
    return strverscmp(a->path, b->path);
}

enum err_code pool_tell(struct pool *pool, enum builder_message type, const struct buf *message, struct err *err)
{
    enum err_code code = buf_check(message, "a message", err);
    for (unsigned i = 0; i < pool->count && code == ERR_OK; i++) {
        if (frame_send(pool->members[i].socket, (uint8_t)type, message->data, message->len, -1, -1, err) != ERR_OK) {
            return why_ended(pool, i, err);
        }
    }
    return code;
}

/* Asks every builder for something and waits for the answer of each; other messages go to `handler`. */
static enum err_code ask_all(struct pool *pool, enum builder_message question, enum builder_message answer,
                             pool_handler *answered, void *answering, pool_handler *handler, void *context, struct err *err)
{
    AUTO_BUF struct buf nothing;
    buf_init(&nothing, 1);
    buf_add(&nothing, "", 0);
    enum err_code code = pool_tell(pool, question, &nothing, err);
    for (unsigned count = 0; count < pool->count && code == ERR_OK;) {
        const struct frame *frame;
        code = pool_receive(pool, 1000, &frame, err);
        if (code == ERR_TIMEOUT || code == ERR_INTERRUPTED) {
            code = ERR_OK;
        } else if (code == ERR_OK && frame->type == answer) {
            count++;
            code = answered(answering, frame, err);
        } else if (code == ERR_OK) {
            code = handler(context, frame, err);
        }
    }
    return code;
}

enum err_code pool_count(struct pool *pool, pool_handler *counted, void *counting, pool_handler *handler, void *context,
                         struct err *err)
{
    return ask_all(pool, BUILDER_COUNT, BUILDER_COUNTED, counted, counting, handler, context, err);
}

static enum err_code take_sealed(void *batch, const struct frame *frame, struct err *err)
{
    return take_store(frame, batch, err);
}

enum err_code pool_seal(struct pool *pool, pool_handler *handler, void *context, struct publish_batch *batch,
                        struct err *err)
{
    enum err_code code = ask_all(pool, BUILDER_SEAL, BUILDER_SEALED, take_sealed, batch, handler, context, err);
    /* One order, whichever builder was done first. */
    if (batch->segment_count > 1) {
        qsort(batch->segments, batch->segment_count, sizeof *batch->segments, by_path);
    }
    return code;
}
