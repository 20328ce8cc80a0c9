/* answer.c - building answers, and their form on the socket between worker and front. */
#include "searchd/answer.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

void answer_init(struct answer *answer)
{
    *answer = (struct answer){ .status = 500 };
    buf_init(&answer->body, ANSWER_BODY_MAX);
}

void answer_done(struct answer *answer)
{
    buf_done(&answer->body);
}

void answer_start(struct answer *answer, unsigned status, const char *type)
{
    assert(strlen(type) < sizeof answer->type);
    answer->status = status;
    strcpy(answer->type, type);
    answer->header_count = 0;
    buf_clear(&answer->body);
}

void answer_header(struct answer *answer, const char *name, const char *format, ...)
{
    assert(answer->header_count < ANSWER_HEADERS_MAX);
    struct answer_header *header = &answer->headers[answer->header_count++];
    assert(strlen(name) < sizeof header->name);
    strcpy(header->name, name);
    va_list args;
    va_start(args, format);
    int len = vsnprintf(header->value, sizeof header->value, format, args);
    va_end(args);
    assert(len >= 0 && (size_t)len < sizeof header->value);
}

void worker_state_encode(const struct worker_state *state, struct buf *out)
{
    buf_add_u8(out, (uint8_t)(state->open | state->damaged << 1));
    buf_add_u64(out, state->generation);
    buf_add_u32(out, state->documents);
    buf_add_blob(out, state->trouble, strlen(state->trouble));
}

void answer_encode(const struct answer *answer, struct buf *out)
{
    buf_add_u32(out, answer->status);
    buf_add_blob(out, answer->type, strlen(answer->type));
    buf_add_u32(out, answer->header_count);
    for (unsigned i = 0; i < answer->header_count; i++) {
        buf_add_blob(out, answer->headers[i].name, strlen(answer->headers[i].name));
        buf_add_blob(out, answer->headers[i].value, strlen(answer->headers[i].value));
    }
    buf_add_blob(out, answer->body.data, answer->body.len);
}

/* A text for a fixed field: visible ASCII and spaces when it is meant for a header. */
static void take_text(struct span *span, char *to, size_t size, bool header)
{
    size_t len;
    const char *bytes = span_blob(span, &len);
    if (bytes == NULL || len >= size || memchr(bytes, '\0', len) != NULL) {
        span->failed = true;
        return;
    }
    for (size_t i = 0; header && i < len; i++) {
        if (bytes[i] < ' ' || bytes[i] > '~') {
            span->failed = true;
            return;
        }
    }
    memcpy(to, bytes, len);
    to[len] = '\0';
}

enum err_code worker_state_decode(struct span *span, struct worker_state *ret_state, struct err *err)
{
    struct worker_state state = { 0 };
    uint8_t flags = span_u8(span);
    state.open = (flags & 1) != 0;
    state.damaged = (flags & 2) != 0;
    state.generation = span_u64(span);
    state.documents = span_u32(span);
    take_text(span, state.trouble, sizeof state.trouble, false);
    if (span->failed) {
        return err_set(err, ERR_CORRUPT, "a search worker sent a state that cannot be read");
    }
    *ret_state = state;
    return ERR_OK;
}

enum err_code answer_decode(struct span *span, struct answer *answer, struct err *err)
{
    answer_start(answer, span_u32(span), "");
    take_text(span, answer->type, sizeof answer->type, true);
    unsigned count = span_u32(span);
    if (count > ANSWER_HEADERS_MAX || answer->status < 200 || answer->status > 599) {
        span->failed = true;
    }
    for (unsigned i = 0; !span->failed && i < count; i++) {
        take_text(span, answer->headers[i].name, sizeof answer->headers[i].name, true);
        take_text(span, answer->headers[i].value, sizeof answer->headers[i].value, true);
        answer->header_count = i + 1;
    }
    size_t len;
    const char *body = span_blob(span, &len);
    if (span->failed || span->at != span->len) {
        return err_set(err, ERR_CORRUPT, "a search worker sent an answer that cannot be read");
    }
    buf_add(&answer->body, body, len);
    return buf_check(&answer->body, "the answer of a search worker", err);
}
