/* keeper.c - a thread that keeps one worker process alive and hands it requests.
 *
 * A thread a worker, rather than one for all, keeps the waiting simple and one stuck worker harmless to the others.
 */
#include "searchd/keeper.h"

#include <poll.h>
#include <string.h>

#include "base/frame.h"
#include "base/io.h"
#include "searchd/log.h"
#include "searchd/problem.h"

#define START_MS 30000     /* longest time for a worker to start and open the index */
#define YOUNG_MS 1000      /* a worker that dies before this age makes its successor wait */
#define BACKOFF_MS 100     /* the first wait; doubles */
#define FAILING_LIVES 3    /* so many young deaths in a row are no accident: requests are not kept waiting for it */
#define BACKOFF_MAX_MS 5000
#define END_MS 1000        /* how long a worker may take to end by itself when the daemon stops */

enum woken { WOKEN_SOCKET, WOKEN_JOB, WOKEN_STOP, WOKEN_TIME };

/* Waits for the worker's socket, for a job (when `for_job`), for the end of the daemon, or for the deadline (-1: none). */
static enum woken wait_for(struct keeper *keeper, bool for_job, int64_t deadline_ms)
{
    struct pollfd watched[] = {
        { .fd = keeper->dispatch->stop_event, .events = POLLIN },
        { .fd = keeper->process.socket, .events = POLLIN }, /* -1 is ignored */
        { .fd = for_job ? keeper->dispatch->waiting_event : -1, .events = POLLIN },
    };
    for (;;) {
        int64_t left = deadline_ms < 0 ? -1 : deadline_ms - io_now_ms();
        if (deadline_ms >= 0 && left < 0) {
            left = 0;
        }
        int ready = poll(watched, 3, (int)left);
        if (watched[0].revents != 0 && ready > 0) {
            return WOKEN_STOP;
        }
        if (watched[1].revents != 0 && ready > 0) {
            return WOKEN_SOCKET;
        }
        if (watched[2].revents != 0 && ready > 0) {
            return WOKEN_JOB;
        }
        if (ready == 0) {
            return WOKEN_TIME;
        }
    }
}

/* Ends the worker and logs why.  `reason` NULL: it died by itself; when it was young then, that is remembered. */
static void bury(struct keeper *keeper, const char *reason)
{
    char how[80] = "";
    pid_t pid = keeper->process.pid;
    int64_t age = io_now_ms() - keeper->process.started_ms;
    process_end(&keeper->process, reason == NULL ? 100 : 0, how, sizeof how);
    if (reason == NULL) {
        keeper->short_lives = age < YOUNG_MS ? keeper->short_lives + 1 : 0;
    }
    log_line(LOG_ERRORS, "search worker %d %s%s%s", (int)pid, reason != NULL ? reason : how,
             reason != NULL ? " and " : "", reason != NULL ? how : "");
}

/* Receives a frame of the given type and takes its state; what follows the state is left in *ret_span. */
static enum err_code receive(struct keeper *keeper, enum worker_frame type, int64_t deadline_ms, struct frame *frame,
                             struct span *ret_span, struct err *err)
{
    enum err_code code = frame_receive(keeper->process.socket, frame, deadline_ms, err);
    if (code != ERR_OK) {
        return code;
    }
    if (frame->type != type) {
        return err_set(err, ERR_CORRUPT, "a search worker sent an unexpected message");
    }
    span_init(ret_span, frame->payload.data, frame->payload.len);
    struct worker_state state;
    code = worker_state_decode(ret_span, &state, err);
    if (code == ERR_OK) {
        dispatch_note_state(keeper->dispatch, &state);
    }
    return code;
}

/* Starts the worker and waits until it is ready.  False: it is not, or the daemon ends. */
static bool start_worker(struct keeper *keeper)
{
    struct err err = ERR_INIT;
    if (process_start(&keeper->process, keeper->dispatch->settings, dispatch_generation(keeper->dispatch), &err) != ERR_OK) {
        keeper->short_lives++;
        log_line(LOG_ERRORS, "%s", err.text);
        return false;
    }
    int64_t deadline = io_now_ms() + START_MS;
    enum woken woken = wait_for(keeper, false, deadline);
    if (woken == WOKEN_STOP) {
        return false;
    }
    struct frame frame;
    frame_init(&frame, 4096);
    struct span span;
    enum err_code code = woken == WOKEN_TIME ? ERR_TIMEOUT
                                             : receive(keeper, WORKER_HELLO, deadline, &frame, &span, &err);
    frame_done(&frame);
    if (code != ERR_OK) {
        keeper->short_lives += code != ERR_NOT_FOUND; /* bury counts the others */
        bury(keeper, code == ERR_NOT_FOUND ? NULL : "did not become ready");
    }
    return code == ERR_OK;
}

/* After a young death: waits before the next start.  False: the daemon ends. */
static bool back_off(struct keeper *keeper)
{
    if (keeper->short_lives == 0) {
        return true;
    }
    unsigned doublings = keeper->short_lives - 1 < 6 ? keeper->short_lives - 1 : 6;
    int64_t wait = (int64_t)BACKOFF_MS << doublings;
    wait = wait > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : wait;
    return wait_for(keeper, false, io_now_ms() + wait) != WOKEN_STOP;
}

/* Sends the job to the worker; a worker found dead is replaced once, as the request was not the cause. */
static bool hand_over(struct keeper *keeper, const struct job *job)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        if (frame_send(keeper->process.socket, WORKER_REQUEST, job->target, job->target_len, -1, job->deadline_ms, NULL)
            == ERR_OK) {
            return true;
        }
        bury(keeper, NULL);
        if (attempt == 1 || !start_worker(keeper)) {
            return false;
        }
    }
    return false;
}

static void serve(struct keeper *keeper, struct job *job)
{
    const struct settings *settings = keeper->dispatch->settings;
    /* A request that has waited long is not begun: its worker would be killed for the delay of others. */
    if (job->deadline_ms - io_now_ms() < settings->deadline_ms / 4) {
        dispatch_refuse(job, PROBLEM_RETRY_BUSY, "Het is nu te druk. Probeer het zo meteen opnieuw.");
        return;
    }
    if (dispatch_is_deadly(keeper->dispatch, job)) {
        dispatch_refuse(job, DEADLY_MS / 1000, "Bij deze vraag is het zoekproces al een paar keer gestopt; ze wordt nu niet "
                        "uitgevoerd. De beheerder vindt de oorzaak in het logboek.");
        return;
    }
    if (!hand_over(keeper, job)) {
        dispatch_refuse(job, PROBLEM_RETRY_FAULT, "Het zoekproces start niet. Probeer het later opnieuw.");
        return;
    }
    struct frame frame;
    frame_init(&frame, ANSWER_BODY_MAX + 4096);
    struct span span;
    struct err err = ERR_INIT;
    enum woken woken = wait_for(keeper, false, job->deadline_ms);
    enum err_code code = woken == WOKEN_STOP   ? ERR_INTERRUPTED
                         : woken == WOKEN_TIME ? ERR_TIMEOUT
                                               : receive(keeper, WORKER_ANSWER, job->deadline_ms, &frame, &span, &err);
    if (code == ERR_OK) {
        code = answer_decode(&span, &job->answer, &err);
    }
    frame_done(&frame);
    if (code == ERR_OK) {
        job->done(job);
        return;
    }
    /* Before the answer is given: who is told of a fault finds the worker gone. */
    if (code == ERR_TIMEOUT) {
        bury(keeper, "missed the deadline");
        dispatch_refuse(job, PROBLEM_RETRY_FAULT, "Deze zoekvraag duurde te lang. Maak de vraag eenvoudiger.");
    } else if (code == ERR_INTERRUPTED) {
        dispatch_refuse(job, PROBLEM_RETRY_FAULT, "De zoekdienst wordt gestopt.");
    } else {
        bury(keeper, code == ERR_NOT_FOUND ? NULL : "sent what cannot be read");
        dispatch_note_death(keeper->dispatch, job);
        dispatch_refuse(job, PROBLEM_RETRY_FAULT, "Het zoekproces is bij deze vraag gestopt. Probeer het opnieuw.");
    }
}

void *keeper_main(void *argument)
{
    struct keeper *keeper = argument;
    for (;;) {
        if (keeper->process.pid == 0) {
            dispatch_note_failing(keeper->dispatch, keeper, keeper->short_lives >= FAILING_LIVES);
            if (!back_off(keeper)) {
                break;
            }
            if (!start_worker(keeper)) {
                if (keeper->process.pid != 0) {
                    break; /* the daemon ends while the worker starts */
                }
                continue;
            }
            dispatch_note_failing(keeper->dispatch, keeper, false);
        }
        enum woken woken = wait_for(keeper, true, -1);
        if (woken == WOKEN_STOP) {
            break;
        }
        if (woken == WOKEN_SOCKET) {
            bury(keeper, NULL); /* an idle worker has nothing to say: it died */
            continue;
        }
        struct job *job = dispatch_take(keeper->dispatch);
        if (job != NULL) {
            serve(keeper, job);
        }
    }
    process_end(&keeper->process, END_MS, NULL, 0);
    return NULL;
}
