/* dispatch.c - the queue of requests, and taking part in it. */
#include "searchd/dispatch.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/io.h"
#include "searchd/keeper.h"
#include "searchd/log.h"
#include "searchd/problem.h"

void dispatch_refuse(struct job *job, unsigned retry_after, const char *detail)
{
    struct problem problem = problem_make(503, retry_after, detail);
    problem_answer(&problem, job->path, NULL, &job->answer);
    job->done(job);
}

static enum err_code start_keepers(struct dispatch *dispatch, struct err *err)
{
    for (long i = 0; i < dispatch->settings->workers; i++) {
        struct keeper *keeper = &dispatch->keepers[i];
        *keeper = (struct keeper){ .dispatch = dispatch, .process = PROCESS_NONE };
        int failure = pthread_create(&keeper->thread, NULL, keeper_main, keeper);
        if (failure != 0) {
            return err_errno(err, failure, "cannot start a thread");
        }
        dispatch->keeper_count++;
    }
    return ERR_OK;
}

enum err_code dispatch_new(const struct settings *settings, struct dispatch **ret_dispatch, struct err *err)
{
    struct dispatch *dispatch = calloc(1, sizeof *dispatch + (size_t)settings->workers * sizeof(struct keeper));
    if (dispatch == NULL) {
        return err_nomem(err, "dispatch_new");
    }
    dispatch->settings = settings;
    dispatch->waiting_event = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC);
    dispatch->stop_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&dispatch->lock, NULL);
    enum err_code code = ERR_OK;
    if (dispatch->waiting_event < 0 || dispatch->stop_event < 0) {
        code = err_errno(err, errno, "cannot make an event descriptor");
    }
    if (code == ERR_OK) {
        code = start_keepers(dispatch, err);
    }
    if (code != ERR_OK) {
        dispatch_stop(dispatch);
        dispatch_free(dispatch);
        return code;
    }
    *ret_dispatch = dispatch;
    return ERR_OK;
}

static void signal_event(int fd)
{
    uint64_t one = 1;
    ssize_t put = write(fd, &one, sizeof one); /* fails only after 2^64 - 2 signals nobody took */
    (void)put;
}

void dispatch_submit(struct dispatch *dispatch, struct job *job)
{
    job->deadline_ms = io_now_ms() + dispatch->settings->deadline_ms;
    job->next = NULL;
    const char *refusal = NULL;
    unsigned retry_after = PROBLEM_RETRY_BUSY;
    pthread_mutex_lock(&dispatch->lock);
    if (dispatch->stopping) {
        refusal = "De zoekdienst wordt gestopt.";
        retry_after = PROBLEM_RETRY_FAULT;
    } else if (dispatch->failing == dispatch->keeper_count) {
        refusal = "Het zoekproces start niet. De beheerder vindt de oorzaak in het logboek.";
        retry_after = PROBLEM_RETRY_FAULT;
    } else if (dispatch->waiting >= dispatch->settings->queue) {
        refusal = "Het is nu te druk. Probeer het zo meteen opnieuw.";
    } else {
        *(dispatch->last != NULL ? &dispatch->last->next : &dispatch->first) = job;
        dispatch->last = job;
        dispatch->waiting++;
    }
    pthread_mutex_unlock(&dispatch->lock);
    if (refusal != NULL) {
        dispatch_refuse(job, retry_after, refusal);
    } else {
        signal_event(dispatch->waiting_event);
    }
}

struct job *dispatch_take(struct dispatch *dispatch)
{
    uint64_t count;
    if (read(dispatch->waiting_event, &count, sizeof count) < 0) {
        return NULL; /* another keeper was faster */
    }
    pthread_mutex_lock(&dispatch->lock);
    struct job *job = dispatch->first;
    if (job != NULL) {
        dispatch->first = job->next;
        dispatch->last = dispatch->first != NULL ? dispatch->last : NULL;
        dispatch->waiting--;
    }
    pthread_mutex_unlock(&dispatch->lock);
    return job;
}

/* Takes the jobs off the queue whose deadline is not after `now`; the queue is in order of deadline. */
static struct job *cut_queue(struct dispatch *dispatch, int64_t now)
{
    struct job *cut = NULL, **end = &cut;
    pthread_mutex_lock(&dispatch->lock);
    while (dispatch->first != NULL && dispatch->first->deadline_ms <= now) {
        *end = dispatch->first;
        end = &dispatch->first->next;
        dispatch->first = dispatch->first->next;
        dispatch->waiting--;
    }
    *end = NULL;
    if (dispatch->first == NULL) {
        dispatch->last = NULL;
    }
    pthread_mutex_unlock(&dispatch->lock);
    return cut;
}

static void refuse_all(struct job *job, unsigned retry_after, const char *detail)
{
    while (job != NULL) {
        struct job *next = job->next; /* done may free the job */
        dispatch_refuse(job, retry_after, detail);
        job = next;
    }
}

void dispatch_expire(struct dispatch *dispatch)
{
    refuse_all(cut_queue(dispatch, io_now_ms()), PROBLEM_RETRY_BUSY,
               "Het is nu te druk: de vraag kwam niet op tijd aan de beurt. Probeer het zo meteen opnieuw.");
}

void dispatch_note_state(struct dispatch *dispatch, const struct worker_state *state)
{
    bool news = false, trouble = false;
    pthread_mutex_lock(&dispatch->lock);
    if (state->open && (!dispatch->known.open || state->generation > dispatch->known.generation)) {
        news = true;
    }
    if (strcmp(state->trouble, dispatch->known.trouble) != 0) {
        trouble = state->trouble[0] != '\0';
        memcpy(dispatch->known.trouble, state->trouble, sizeof state->trouble);
    }
    dispatch->known.open = state->open;
    if (news) {
        dispatch->known.generation = state->generation;
        deadly_forget(&dispatch->deadly);
    }
    pthread_mutex_unlock(&dispatch->lock);
    if (news) {
        log_line(LOG_NOTICES, "serving generation %llu: %u documents", (unsigned long long)state->generation,
                 state->documents);
    }
    if (trouble) {
        char still[80] = "";
        if (state->damaged && state->open) {
            snprintf(still, sizeof still, "; generation %llu is still served", (unsigned long long)state->generation);
        }
        log_line(LOG_ERRORS, "index: %s%s%s", state->trouble, still,
                 state->damaged ? "; naslag-index --verify tells what is damaged and what to do" : "");
    }
}

uint64_t dispatch_generation(struct dispatch *dispatch)
{
    pthread_mutex_lock(&dispatch->lock);
    uint64_t generation = dispatch->known.generation;
    pthread_mutex_unlock(&dispatch->lock);
    return generation;
}

bool dispatch_is_deadly(struct dispatch *dispatch, const struct job *job)
{
    pthread_mutex_lock(&dispatch->lock);
    bool deadly = deadly_is(&dispatch->deadly, job->target, job->target_len, io_now_ms());
    pthread_mutex_unlock(&dispatch->lock);
    return deadly;
}

void dispatch_note_death(struct dispatch *dispatch, const struct job *job)
{
    pthread_mutex_lock(&dispatch->lock);
    bool deadly = deadly_note(&dispatch->deadly, job->target, job->target_len, io_now_ms());
    pthread_mutex_unlock(&dispatch->lock);
    if (deadly) {
        log_line(LOG_ERRORS, "%d search workers have died of one request: it is refused for %d s; when the index is damaged, "
                 "naslag-index --verify tells", DEADLY_DEATHS, DEADLY_MS / 1000);
    }
}

void dispatch_note_failing(struct dispatch *dispatch, struct keeper *keeper, bool failing)
{
    pthread_mutex_lock(&dispatch->lock);
    if (keeper->failing != failing) {
        keeper->failing = failing;
        dispatch->failing += failing ? 1 : -1;
    }
    pthread_mutex_unlock(&dispatch->lock);
}

void dispatch_stop(struct dispatch *dispatch)
{
    pthread_mutex_lock(&dispatch->lock);
    dispatch->stopping = true;
    pthread_mutex_unlock(&dispatch->lock);
    signal_event(dispatch->stop_event);
    refuse_all(cut_queue(dispatch, INT64_MAX), PROBLEM_RETRY_FAULT, "De zoekdienst wordt gestopt.");
    for (long i = 0; i < dispatch->keeper_count; i++) {
        pthread_join(dispatch->keepers[i].thread, NULL);
    }
}

void dispatch_free(struct dispatch *dispatch)
{
    if (dispatch == NULL) {
        return;
    }
    if (dispatch->waiting_event >= 0) {
        close(dispatch->waiting_event);
    }
    if (dispatch->stop_event >= 0) {
        close(dispatch->stop_event);
    }
    pthread_mutex_destroy(&dispatch->lock);
    free(dispatch);
}
