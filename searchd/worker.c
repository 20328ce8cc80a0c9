/* worker.c - a search worker.
 *
 * The process is expendable: it may crash, run out of memory or be killed at its deadline, and costs the front one
 * request at most.  It ends when the front closes the socket, and never outlives it.
 */
#include "config.h"

#include "searchd/worker.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/frame.h"
#include "base/io.h"
#include "searchd/answer.h"
#include "searchd/problem.h"
#include "searchd/route.h"

#define REOPEN_MS 200 /* an index that cannot be opened is tried again at most this often */

#if defined(NASLAG_SANITIZED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SHADOW_MEMORY 1 /* sanitizers reserve terabytes of address space */
#else
#define HAS_SHADOW_MEMORY 0
#endif

struct worker {
    const struct settings *settings;
    struct search_index *index; /* NULL while it cannot be opened */
    struct err index_err;       /* why */
    int64_t tried_ms;           /* when opening was last tried */
    struct err trouble;         /* of the request at hand, for the log; code ERR_OK = none */
};

static void confine(const struct settings *settings)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    if (!HAS_SHADOW_MEMORY) {
        rlim_t bytes = (rlim_t)settings->worker_memory_mb << 20;
        struct rlimit memory = { bytes, bytes };
        setrlimit(RLIMIT_DATA, &memory); /* not RLIMIT_AS: that counts the mapped texts of a large archive */
    }
    /* Ctrl-C and a service manager signal the whole group; the front decides when a worker ends. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

/* Opens the index when it is not open, else moves to the newest generation. */
static void prepare_index(struct worker *worker)
{
    worker->trouble = (struct err)ERR_INIT;
    if (worker->index != NULL) {
        if (search_index_refresh(worker->index, &worker->trouble) == ERR_OK) {
            worker->trouble.code = ERR_OK;
        }
        return;
    }
    /* That there is no index costs nothing to find out, and when it comes every worker is to see it at once; a damaged one
     * is not opened for every request. */
    int64_t now = io_now_ms();
    if (worker->index_err.code != ERR_NOT_FOUND && now - worker->tried_ms < REOPEN_MS) {
        return;
    }
    worker->tried_ms = now;
    enum err_code code = search_index_open(worker->settings->index, &worker->index, &worker->index_err);
    uint64_t fallback = (uint64_t)worker->settings->fallback;
    if (code == ERR_CORRUPT && fallback > 0
        && search_index_open_generation(worker->settings->index, fallback, &worker->index, NULL) == ERR_OK) {
        worker->trouble = worker->index_err; /* the others serve that generation, too */
    }
}

static void drop_index(struct worker *worker, const struct err *why)
{
    search_index_free(worker->index);
    worker->index = NULL;
    worker->index_err = *why;
    worker->tried_ms = io_now_ms() - REOPEN_MS; /* the next request may open it again at once */
}

static struct worker_state state_of(const struct worker *worker)
{
    struct worker_state state = { .open = worker->index != NULL };
    const struct err *trouble = worker->index == NULL ? &worker->index_err : &worker->trouble;
    if (worker->index != NULL) {
        state.generation = search_index_generation(worker->index);
        state.documents = search_index_doc_count(worker->index);
    }
    state.damaged = trouble->code == ERR_CORRUPT;
    if (trouble->code != ERR_OK) {
        snprintf(state.trouble, sizeof state.trouble, "%s", trouble->text);
    } else if (worker->index != NULL) { /* the editor's file: the first lines of what is wrong with it */
        snprintf(state.trouble, sizeof state.trouble, "%s", search_index_warnings(worker->index));
        for (char *c = state.trouble; *c != '\0'; c++) {
            *c = *c == '\n' ? ';' : *c;
        }
    }
    return state;
}

static void handle(struct worker *worker, const struct frame *frame, struct answer *answer)
{
    struct err err = ERR_INIT;
    CLEANUP(request_free_cleanup) struct request *request = NULL;
    enum err_code code = request_parse(frame->payload.data, frame->payload.len, &request, &err);
    const struct route *route = code == ERR_OK ? route_find(request->path) : NULL;
    if (route == NULL || !route->needs_worker) {
        /* The front has checked both: it would be our bug, or memory is short. */
        struct problem problem = problem_of_search(code == ERR_NOMEM ? ERR_NOMEM : ERR_INTERNAL, &err);
        problem_answer(&problem, request != NULL ? request->path : "/", NULL, answer);
        return;
    }
    prepare_index(worker);
    struct err refresh_err = worker->trouble;
    struct route_input input = { .request = request, .index = worker->index, .index_err = &worker->index_err,
                                 .refresh_err = &refresh_err };
    route->handle(&input, answer);
    if (answer->body.failed) {
        struct problem problem = problem_of_search(answer->body.too_big ? ERR_INTERNAL : ERR_NOMEM, &err);
        problem_answer(&problem, request->path, NULL, answer);
    }
    if (input.trouble.code != ERR_OK) {
        worker->trouble = input.trouble;
    }
    if (input.index_broken && worker->index != NULL) {
        drop_index(worker, &input.trouble);
    }
}

static enum err_code send_state(const struct worker *worker, enum worker_frame type, const struct answer *answer)
{
    struct worker_state state = state_of(worker);
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, ANSWER_BODY_MAX + 4096);
    worker_state_encode(&state, &bytes);
    if (answer != NULL) {
        answer_encode(answer, &bytes);
    }
    enum err_code code = buf_check(&bytes, "an answer", NULL);
    return code != ERR_OK ? code : frame_send(WORKER_SOCKET, (uint8_t)type, bytes.data, bytes.len, -1, -1, NULL);
}

/* Answers one request.  False: the worker should end. */
static bool serve_one(struct worker *worker, struct frame *frame)
{
    if (frame_receive(WORKER_SOCKET, frame, -1, NULL) != ERR_OK || frame->type != WORKER_REQUEST) {
        return false;
    }
    struct answer answer;
    answer_init(&answer);
    handle(worker, frame, &answer);
    bool sent = send_state(worker, WORKER_ANSWER, &answer) == ERR_OK;
    answer_done(&answer);
    /* After a failed allocation the heap may be in any state: a fresh process is cheap. */
    return sent && worker->trouble.code != ERR_NOMEM;
}

int worker_main(const struct settings *settings)
{
    confine(settings);
    struct worker worker = { .settings = settings };
    struct frame frame;
    frame_init(&frame, REQUEST_TARGET_MAX);
    worker.tried_ms = io_now_ms() - REOPEN_MS;
    prepare_index(&worker);
    bool go_on = send_state(&worker, WORKER_HELLO, NULL) == ERR_OK;
    while (go_on) {
        go_on = serve_one(&worker, &frame);
    }
    frame_done(&frame);
    search_index_free(worker.index);
    return 0;
}
