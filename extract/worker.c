/* worker.c - the jobs of a worker: gives them, believes nothing of what comes back, ends them in time. */
#include "extract/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "extract/convert.h"
#include "text/unicode.h"

#define JOBS_PER_PROCESS 1000
#define FRAME_LEAST 4096    /* frames may be this large whatever the caps */
#define DEATHS_MOST 50      /* members of one file on which a worker may die */
#define TOTAL_TIMES 20      /* a file of many members may take this many times a member's time, and */
#define TOTAL_MS_PER_MB 1000

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

void extract_worker_free(struct extract_worker *worker)
{
    if (worker != NULL) {
        worker_drop_process(worker);
        frame_done(&worker->frame);
        free(worker->name);
        free(worker->leaf_id);
        free(worker);
    }
}

/* ---- Jobs -------------------------------------------------------------------------------------- */

static enum err_code send_job(struct extract_worker *worker, enum worker_frame type, const struct buf *payload, struct err *err)
{
    enum err_code code = worker_limit_processor(worker, err);
    if (code == ERR_OK) {
        code = frame_send(worker->socket, type, payload->data, payload->len, worker->fd,
                          io_now_ms() + worker->caps.wall_ms, err);
    }
    if (code != ERR_OK) {
        worker_drop_process(worker);
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
        code = worker_start_process(worker, err);
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
        worker_drop_process(worker);
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
    return code == ERR_OK ? worker_limit_processor(worker, err) : code;
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
        worker_drop_process(worker); /* its memory is full and may be in pieces */
        return err_set(err, ERR_NOMEM, "the document needs more memory than a worker may use (%llu MiB)",
                       (unsigned long long)(worker->caps.memory_bytes >> 20));
    }
    bool reading = worker->frame.payload.len > 0 && worker->frame.payload.data[0] == (char)ERR_IO;
    return worker_explain_failure(&worker->frame, reading ? ERR_IO : ERR_INVALID, err);
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
    return code == ERR_NOT_FOUND ? worker_explain_death(worker, err) : code;
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
        worker_clean_text(worker->frame.payload.data, worker->frame.payload.len, worker->note);
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
    } else if (code == ERR_NOT_FOUND || (code == ERR_CORRUPT && worker_has_closed(worker))) {
        return worker_explain_death(worker, err);
    }
    if (code != ERR_OK) {
        worker_drop_process(worker);
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
