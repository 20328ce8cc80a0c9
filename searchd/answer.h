/* answer.h - the answer to one request, and how it and the state of the index travel from a worker to the front.
 *
 * A worker sends a HELLO frame with its state when it is ready, and for every REQUEST frame (the request target as bytes)
 * one ANSWER frame (state, then answer).  The front does not trust a worker: what it decodes is checked.
 */
#ifndef NASLAG_SEARCHD_ANSWER_H
#define NASLAG_SEARCHD_ANSWER_H

#include "base/buf.h"

#define ANSWER_BODY_MAX (16u << 20)
#define ANSWER_HEADERS_MAX 4

enum worker_frame { WORKER_HELLO = 1, WORKER_REQUEST = 2, WORKER_ANSWER = 3 };

struct answer_header {
    char name[32];
    char value[160];
};

struct answer {
    unsigned status;
    char type[64]; /* content type; "" without a body */
    struct answer_header headers[ANSWER_HEADERS_MAX];
    unsigned header_count;
    struct buf body;
};

void answer_init(struct answer *answer);
void answer_done(struct answer *answer);
/* Forgets everything, for an answer that turned out otherwise. */
void answer_start(struct answer *answer, unsigned status, const char *type);
/* More than ANSWER_HEADERS_MAX, or a value that is too long, is our bug: asserted. */
void answer_header(struct answer *answer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What a worker knows of the index. */
struct worker_state {
    bool open;
    bool damaged; /* what the trouble is: naslag-index --verify tells more */
    uint64_t generation;
    uint32_t documents;
    char trouble[512]; /* why the index is not open or not refreshed, for the log; "" when all is well */
};

void worker_state_encode(const struct worker_state *state, struct buf *out);
void answer_encode(const struct answer *answer, struct buf *out);
/* ERR_CORRUPT when the bytes are no state, no answer, or hold what no header may hold. */
enum err_code worker_state_decode(struct span *span, struct worker_state *ret_state, struct err *err);
enum err_code answer_decode(struct span *span, struct answer *answer, struct err *err);

#endif
