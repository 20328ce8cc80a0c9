/* take.c - what builders report, into the ledger and the batch. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "indexer/mend.h"
#include "indexer/run.h"
#include "text/recur.h"

#define BLOCK_LEAST 16 /* bytes of a block, in the mean of a document */

enum err_code run_gone(void *context, const char *uid, struct err *err)
{
    return publish_add_dead(context, uid, err);
}

static void take_text(struct span *span, char *out, size_t size)
{
    size_t len;
    const char *text = span_blob(span, &len);
    len = text == NULL ? 0 : len < size ? len : utf8_floor(text, len, size - 1);
    snprintf(out, size, "%.*s", (int)len, text != NULL ? text : "");
}

static struct run_file *file_of_job(struct run *run, uint64_t job)
{
    return job < run->file_count ? &run->files[job] : NULL;
}

static void count_record(struct run *run, struct run_file *file, enum ledger_state state)
{
    file->row.records += state != LEDGER_FAILED && state != LEDGER_SKIPPED;
    switch (state) {
    case LEDGER_FAILED:
        run->counts.failed++;
        break;
    case LEDGER_EMPTY:
        run->counts.empty++;
        break;
    case LEDGER_SKIPPED:
        break; /* a member of a container; files are counted when they end */
    default:
        run->counts.truncated += state == LEDGER_TRUNCATED;
        run->counts.documents++;
        run->progress.documents++;
    }
}

static enum err_code take_duplicate(struct run *run, const char *uid, const char *record, const struct run_file *file,
                                    enum ledger_state state, struct err *err)
{
    run->counts.failed++;
    if (run->progress.mode != PROGRESS_JSON) { /* also with --quiet: it is why the exit status is not 0 */
        progress_clear(&run->progress);
        fprintf(stderr, "naslag-index: %s/%s: id '%s' stands more than once; the first one in the file is kept\n",
                file->source->name, file->name, record);
    }
    bool has_text = state == LEDGER_INDEXED || state == LEDGER_TRUNCATED;
    /* Which of them is first in the file is known only when all are in: next time none counts as unchanged. */
    enum err_code code = ledger_doubt_document(run->ledger, uid, state, err);
    if (code != ERR_OK) {
        return code;
    }
    return has_text ? publish_add_duplicate(&run->batch, uid, err) : ERR_OK;
}

static enum err_code take_record(struct run *run, struct span *span, struct err *err)
{
    char record[1024], reason[256];
    struct ledger_document document = { .record = record, .reason = reason };
    struct run_file *file = file_of_job(run, span_u64(span));
    uint8_t outcome = span_u8(span);
    take_text(span, document.uid, sizeof document.uid);
    take_text(span, record, sizeof record);
    take_text(span, reason, sizeof reason);
    size_t digest_len;
    const char *digest = span_blob(span, &digest_len);
    document.bytes = span_u64(span);
    document.cut = span_u64(span);
    if (file == NULL || span->failed || digest_len != DIGEST_SIZE || outcome >= LEDGER_STATES) {
        return err_set(err, ERR_INTERNAL, "a builder reported a record that cannot be read");
    }
    memcpy(document.digest, digest, DIGEST_SIZE);
    if (record[0] == '\0') { /* the record is the file */
        memcpy(file->row.digest, digest, DIGEST_SIZE);
    }
    document.file = file->row.id;
    document.state = (enum ledger_state)outcome;
    if (record[0] == '\0') {
        snprintf(file->reason, sizeof file->reason, "%s", reason);
        if (document.state == LEDGER_SKIPPED) {
            file->skipped = true;
            return ERR_OK;
        }
    }
    enum ledger_put put;
    enum err_code code = ledger_put_document(run->ledger, &document, &put, err);
    if (code != ERR_OK) {
        return code;
    }
    if (put == LEDGER_PUT_DUPLICATE) {
        return take_duplicate(run, document.uid, record, file, document.state, err);
    }
    count_record(run, file, document.state);
    run->batch_bytes += document.bytes;
    run->progress.waiting_text += document.bytes;
    run->batch_blocks += document.bytes / BLOCK_LEAST < RECUR_BLOCKS_MAX ? document.bytes / BLOCK_LEAST + 1 : RECUR_BLOCKS_MAX;
    return put == LEDGER_PUT_REPLACED ? publish_add_dead(&run->batch, document.uid, err) : ERR_OK;
}

/* Takes a BUILDER_KEPT: records that are as they were. */
static enum err_code take_kept(struct run *run, struct span *span, struct err *err)
{
    struct run_file *file = file_of_job(run, span_u64(span));
    enum err_code code = ERR_OK;
    if (file == NULL || span->failed || (span->len - span->at) % SCHEMA_UID_LEN != 0) {
        return err_set(err, ERR_INTERNAL, "a builder reported records that cannot be read");
    }
    while (code == ERR_OK && span->at < span->len) {
        char uid[SCHEMA_UID_LEN + 1];
        memcpy(uid, span_bytes(span, SCHEMA_UID_LEN), SCHEMA_UID_LEN);
        uid[SCHEMA_UID_LEN] = '\0';
        run->counts.kept++;
        file->row.records++;
        code = ledger_keep_document(run->ledger, uid, err);
    }
    return code;
}

/* The digest of a file of records, or of one that failed, unless it changed while it was read. */
static bool digest_file(struct run *run, struct run_file *file)
{
    AUTO_CLOSE int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat info;
    return fd >= 0 && run_digest(run, fd, file->name, file->row.digest, NULL) == ERR_OK && fstat(fd, &info) == 0
        && (uint64_t)info.st_size == file->row.size
        && (int64_t)info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec == file->row.mtime_ns;
}

static void give_state(struct ledger_file *row, enum ledger_state state, const char *reason)
{
    row->state = state;
    snprintf(row->reason, sizeof row->reason, "%s", reason);
}

/* The state of a file from those of its records; file->reason is what is known besides. */
static enum err_code sum_up(struct run *run, struct run_file *file, struct err *err)
{
    uint64_t counts[LEDGER_STATES];
    enum err_code code = ledger_count_records(run->ledger, file->row.id, counts, err);
    if (code != ERR_OK) {
        return code;
    }
    uint64_t indexed = counts[LEDGER_INDEXED] + counts[LEDGER_TRUNCATED];
    uint64_t all = indexed + counts[LEDGER_EMPTY] + counts[LEDGER_FAILED] + counts[LEDGER_SKIPPED];
    struct ledger_file *row = &file->row;
    const char *own = file->reason;
    char reason[sizeof row->reason];
    if (file->failed && indexed > 0 && !file->again) { /* what came before stays */
        snprintf(reason, sizeof reason, "only the first %llu records: %.*s", (unsigned long long)row->records,
                 (int)utf8_floor(own, strlen(own), 200), own);
        give_state(row, LEDGER_TRUNCATED, reason);
    } else if (file->failed) {
        give_state(row, LEDGER_FAILED, own);
    } else if ((indexed > 0 || counts[LEDGER_FAILED] == 0) && file->cut) {
        give_state(row, LEDGER_TRUNCATED, own);
    } else if (counts[LEDGER_TRUNCATED] > 0) {
        snprintf(reason, sizeof reason, "%llu of %llu records cut off by a limit", (unsigned long long)counts[LEDGER_TRUNCATED],
                 (unsigned long long)all);
        give_state(row, LEDGER_TRUNCATED, all == 1 && own[0] != '\0' ? own : reason);
    } else if (indexed > 0) {
        snprintf(reason, sizeof reason, "%llu of %llu records failed", (unsigned long long)counts[LEDGER_FAILED],
                 (unsigned long long)all);
        give_state(row, LEDGER_INDEXED, counts[LEDGER_FAILED] > 0 ? reason : all == 1 ? own : "");
    } else if (counts[LEDGER_FAILED] > 0) {
        give_state(row, LEDGER_FAILED, all == 1 && own[0] != '\0' ? own : "all records failed");
    } else if (file->skipped) {
        give_state(row, LEDGER_SKIPPED, own);
    } else if (counts[LEDGER_SKIPPED] > 0 && counts[LEDGER_EMPTY] == 0) {
        give_state(row, LEDGER_SKIPPED, "nothing in it that is taken in");
    } else {
        give_state(row, LEDGER_EMPTY, all == 1 && own[0] != '\0' ? own : "no text in it");
    }
    return ERR_OK;
}

static bool has_digest(const struct ledger_file *row)
{
    static const uint8_t none[DIGEST_SIZE];
    return memcmp(row->digest, none, DIGEST_SIZE) != 0;
}

/* What is no document is looked at again at little cost, so a large one needs no digest. */
#define SKIPPED_DIGEST_BYTES (1 << 20)

static enum err_code finish_file(struct run *run, struct run_file *file, struct err *err)
{
    enum err_code code = ERR_OK;
    bool lines = extract_is_lines(file->name);
    file->row.extractor = file->failed && file->again ? -MEND_VERSION : MEND_VERSION;
    /* Of a file of records that could not be read to its end, the rest is not known to be gone; nor is what a file had that
     * cannot be read just now. */
    if (!file->failed || (!lines && !file->again && file->row.records == 0)) {
        code = ledger_drop_unseen_documents(run->ledger, file->row.id, run_gone, &run->batch, err);
    }
    if (code == ERR_OK && file->kept_out) {
        give_state(&file->row, LEDGER_SKIPPED, file->reason);
    } else if (code == ERR_OK) {
        code = sum_up(run, file, err);
    }
    run->counts.failed += file->failed && file->row.state == LEDGER_FAILED;
    run->counts.skipped += file->row.state == LEDGER_SKIPPED;
    /* A file of records has no digest from one of them. */
    bool known = !lines && !file->failed && has_digest(&file->row);
    bool wanted = !known && (!file->skipped || file->row.size <= SKIPPED_DIGEST_BYTES);
    bool complete = (wanted && digest_file(run, file)) || known || file->failed || file->skipped;
    if (code == ERR_OK && complete) {
        code = ledger_put_file(run->ledger, &file->row, err);
    }
    if (file->known_lines != NULL) {
        unlink(file->known_lines);
    }
    if (code == ERR_OK && mem_grow(&run->pending_done, &run->pending_capacity, run->pending_count,
                                   sizeof *run->pending_done) != 0) {
        code = err_nomem(err, "a list of files");
    }
    if (code == ERR_OK) {
        run->pending_done[run->pending_count++] = (size_t)(file - run->files);
    }
    return code;
}

static enum err_code take_job(struct run *run, struct span *span, struct err *err)
{
    uint64_t job = span_u64(span);
    uint8_t end = span_u8(span);
    char reason[256];
    take_text(span, reason, sizeof reason);
    uint64_t bytes = span_u64(span);
    uint8_t lacks = span_u8(span);
    if (job == RUN_NO_FILE && !span->failed) {
        run->progress.done_bytes += run->options->reanalyse ? bytes : 0;
        return ERR_OK;
    }
    struct run_file *file = file_of_job(run, job);
    if (file == NULL || span->failed) {
        return err_set(err, ERR_INTERNAL, "a builder reported a job that cannot be read");
    }
    run->progress.done_bytes += bytes;
    file->failed = file->failed || end == BUILDER_JOB_FAILED || end == BUILDER_JOB_AGAIN;
    file->again = file->again || end == BUILDER_JOB_AGAIN;
    file->kept_out = end == BUILDER_JOB_KEPT_OUT;
    file->cut = file->cut || (end == BUILDER_JOB_OK && reason[0] != '\0'); /* a job that ended well has nothing else to tell */
    file->row.lacks |= lacks;
    if (reason[0] != '\0') {
        snprintf(file->reason, sizeof file->reason, "%s", reason);
    }
    file->ranges_done++;
    return file->ranges_done == file->ranges ? finish_file(run, file, err) : ERR_OK;
}

static enum err_code take_recurring(struct run *run, struct span *span, struct err *err)
{
    char uid[SCHEMA_UID_LEN + 1];
    bool again = span_u8(span) != 0;
    take_text(span, uid, sizeof uid);
    uint64_t bytes = span_u64(span);
    if (span->failed) {
        return err_set(err, ERR_INTERNAL, "a builder reported a text that cannot be read");
    }
    enum err_code code = ledger_put_recurring(run->ledger, uid, bytes, err);
    return code == ERR_OK && again ? publish_add_dead(&run->batch, uid, err) : code;
}

enum err_code run_take(void *context, const struct frame *frame, struct err *err)
{
    struct run *run = context;
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    enum err_code code;
    switch (frame->type) {
    case BUILDER_RECORD:
        code = take_record(run, &span, err);
        break;
    case BUILDER_KEPT:
        code = take_kept(run, &span, err);
        break;
    case BUILDER_JOB_DONE:
        code = take_job(run, &span, err);
        break;
    case BUILDER_ANALYSED:
        run->progress.analysed_text += span_u64(&span);
        code = ERR_OK;
        break;
    case BUILDER_RECURRING:
        code = take_recurring(run, &span, err);
        break;
    case BUILDER_SEGMENT:
        code = pool_take_segment(frame, &run->batch, err);
        break;
    default:
        code = err_set(err, ERR_INTERNAL, "a builder sent a message of unknown type %u", frame->type);
    }
    progress_tick(&run->progress);
    return code;
}
