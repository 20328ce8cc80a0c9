/* intake.c - from a job to records, and from records to waiting documents. */
#include "indexer/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/frame.h"
#include "base/io.h"
#include "base/utf8.h"
#include "indexer/file_job.h"
#include "indexer/lines.h"
#include "indexer/mend.h"
#include "indexer/purged.h"

struct intake {
    const struct builder_options *options;
    int socket;
    struct extract_worker *worker;
    struct ledger *ledger;       /* read-only, opened when first needed */
    struct purged *purged;       /* read at the first job: a run does not change it */
    struct line_reader *reader;  /* made at the first file of records */
    struct line_set *set;        /* of set_path */
    char set_path[4096];
    struct spool *spool;
    struct buf message;
    struct buf kept;             /* uids that have not been reported yet */
    /* The job. */
    struct file_job job;
    uint8_t origins[DOC_FIELDS]; /* of the values of the record in hand */
    int fd;
    const struct line *lines;    /* that the worker reads now, in a file of records */
    size_t line_count, line_at;
    uint8_t lacks;               /* what records of the file lacked (extract_need) */
    struct err failure;          /* of the file: ERR_OK when it was read to its end, with what limits kept out of
                                    it as text; ERR_IO when what went wrong may pass */
};

void builder_uid(const char *source, const char *path, const char *record, char ret_uid[SCHEMA_UID_LEN + 1])
{
    struct digest_state *state = digest_new();
    struct digest digest = { { 0 } };
    if (state != NULL) {
        digest_add(state, source, strlen(source) + 1);
        digest_add(state, path, strlen(path) + 1);
        digest_add(state, record, strlen(record));
        digest = digest_end(state);
    }
    char hex[DIGEST_HEX_SIZE];
    digest_hex(&digest, hex);
    memcpy(ret_uid, hex, SCHEMA_UID_LEN);
    ret_uid[SCHEMA_UID_LEN] = '\0';
}

enum err_code intake_new(const struct builder_options *options, int socket, struct intake **ret_intake, struct err *err)
{
    CLEANUP(intake_free_cleanup) struct intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL) {
        return err_nomem(err, "intake_new");
    }
    intake->options = options;
    intake->socket = socket;
    buf_init(&intake->message, BUILDER_FRAME_MAX);
    buf_init(&intake->kept, BUILDER_FRAME_MAX);
    enum err_code code = extract_worker_new(&options->caps, &intake->worker, err);
    if (code == ERR_OK) {
        *ret_intake = TAKE_PTR(intake);
    }
    return code;
}

void intake_free(struct intake *intake)
{
    if (intake != NULL) {
        extract_worker_free(intake->worker);
        ledger_free(intake->ledger);
        purged_free(intake->purged);
        line_reader_free(intake->reader);
        line_set_free(intake->set);
        buf_done(&intake->message);
        buf_done(&intake->kept);
        free(intake);
    }
}

/* ---- Reports ------------------------------------------------------------------------------ */

static enum err_code send(struct intake *intake, enum builder_message type, struct err *err)
{
    enum err_code code = buf_check(&intake->message, "a message", err);
    return code == ERR_OK
        ? frame_send(intake->socket, (uint8_t)type, intake->message.data, intake->message.len, -1, -1, err) : code;
}

static void begin_message(struct intake *intake)
{
    buf_clear(&intake->message);
    buf_add_u64(&intake->message, intake->job.id);
}

static void add_str(struct intake *intake, const char *text)
{
    buf_add_blob(&intake->message, text, strlen(text));
}

static enum err_code report_record(struct intake *intake, const struct extract_record *record, const char *uid, int outcome,
                                   const char *reason, struct err *err)
{
    begin_message(intake);
    buf_add_u8(&intake->message, (uint8_t)outcome);
    add_str(intake, uid);
    add_str(intake, record->id);
    add_str(intake, reason);
    buf_add_blob(&intake->message, record->digest, DIGEST_SIZE);
    buf_add_u64(&intake->message, record->text_len);
    buf_add_u64(&intake->message, record->cut);
    return send(intake, BUILDER_RECORD, err);
}

static enum err_code report_kept(struct intake *intake, struct err *err)
{
    if (intake->kept.len == 0) {
        return ERR_OK;
    }
    begin_message(intake);
    buf_add(&intake->message, intake->kept.data, intake->kept.len);
    enum err_code code = buf_check(&intake->kept, "a message", err);
    buf_clear(&intake->kept);
    return code == ERR_OK ? send(intake, BUILDER_KEPT, err) : code;
}

static enum err_code report_done(struct intake *intake, struct err *err)
{
    enum err_code failure = intake->failure.code;
    const char *restriction = intake->job.metadata.restriction;
    bool kept_out = failure == ERR_OK && restriction[0] != '\0';
    begin_message(intake);
    buf_add_u8(&intake->message, kept_out ? BUILDER_JOB_KEPT_OUT : failure == ERR_OK ? BUILDER_JOB_OK
                               : failure == ERR_IO ? BUILDER_JOB_AGAIN : BUILDER_JOB_FAILED);
    add_str(intake, kept_out ? restriction : intake->failure.text);
    buf_add_u64(&intake->message, intake->job.end - intake->job.start);
    buf_add_u8(&intake->message, intake->lacks);
    return send(intake, BUILDER_JOB_DONE, err);
}

/* ---- One record --------------------------------------------------------------------------- */

static struct doc_string string_of(const char *text)
{
    return (struct doc_string){ text, strlen(text) };
}

static enum err_code index_record(struct intake *intake, const struct extract_record *record, const char *uid, struct err *err)
{
    const struct file_job *job = &intake->job;
    AUTO_BUF struct buf headings, url;
    buf_init(&headings, (size_t)8 << 20);
    buf_init(&url, 65536);
    metadata_headings(record, &headings);
    metadata_url(job->url, job->name, record, &url);
    if (headings.failed || url.failed) {
        return err_nomem(err, "a document's fields");
    }
    size_t from = strcspn(record->period, "/");
    struct compose_input input = {
        .head = {
            .position = record->position,
            .uid = string_of(uid),
            .name = string_of(record->id[0] != '\0' ? record->id : job->name),
            .file = string_of(record->id[0] != '\0' ? job->name : ""),
            .title = string_of(record->title),
            .url = { url.data != NULL ? url.data : "", url.len },
            .source = string_of(job->source),
            .kind = string_of(record->kind),
            .date = string_of(record->date),
            .archived = string_of(record->captured),
            .language = string_of(record->language),
            .description = string_of(record->description),
            .format = string_of(record->format),
            .author = string_of(record->author),
            .organisation = string_of(record->organisation),
            .programme = string_of(record->programme),
            .period_from = { record->period, from },
            .period_to = string_of(record->period + from + (record->period[from] == '/')),
            .page_labels = string_of(record->page_labels),
            .ocr_pages = string_of(record->ocr_pages),
            .headings = { headings.data != NULL ? headings.data : "", headings.len },
        },
        .text = record->text,
        .text_len = record->text_len,
        .pages = record->pages,
        .page_count = record->page_count,
    };
    memcpy(input.head.origins, intake->origins, sizeof intake->origins);
    return spool_add(intake->spool, &input, err);
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] > 0x20) {
            return false;
        }
    }
    return true;
}

/* The digest of a record that is a line is that of the line as it was read here. */
static void set_line_digest(struct intake *intake, struct extract_record *record)
{
    while (intake->line_at < intake->line_count && intake->lines[intake->line_at].start < record->position) {
        intake->line_at++;
    }
    bool found = intake->line_at < intake->line_count && intake->lines[intake->line_at].start == record->position;
    memset(record->digest, 0, DIGEST_SIZE); /* fits no line: the file changed while it was read */
    if (found) {
        memcpy(record->digest, intake->lines[intake->line_at].digest, DIGEST_SIZE);
    }
}

/* What failed or was skipped has no digest, nor has a packed file. */
static bool has_digest(const struct extract_record *record)
{
    static const uint8_t none[DIGEST_SIZE];
    return memcmp(record->digest, none, DIGEST_SIZE) != 0;
}

static enum err_code need_ledger(struct intake *intake, struct err *err)
{
    return intake->ledger != NULL ? ERR_OK : ledger_open(intake->options->directory, false, &intake->ledger, err);
}

/* Whether a file or member is as the ledger knows it, by its digest. */
static enum err_code is_unchanged(struct intake *intake, const struct extract_record *record, const char *uid,
                                  bool *ret_unchanged, struct err *err)
{
    uint8_t known[DIGEST_SIZE];
    *ret_unchanged = false;
    if (!intake->job.compare || intake->lines != NULL || !has_digest(record)) { /* of lines only those that changed come here */
        return ERR_OK;
    }
    enum err_code code = need_ledger(intake, err);
    if (code == ERR_OK) {
        code = ledger_get_digest(intake->ledger, uid, known, err);
        *ret_unchanged = code == ERR_OK && memcmp(known, record->digest, DIGEST_SIZE) == 0;
    }
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

/* Why a record is kept out, NULL when it is not; by its text when that is mended, by all else before. */
static const char *why_purged(struct intake *intake, const struct extract_record *record, const char *uid, bool mended)
{
    if (mended || purged_is_empty(intake->purged)) {
        return mended ? purged_find_text(intake->purged, record->text, record->text_len) : NULL;
    }
    AUTO_BUF struct buf url;
    uint8_t digest[DIGEST_SIZE]; /* of its bytes, without what stands beside it */
    memcpy(digest, record->digest, DIGEST_SIZE);
    if (intake->lines == NULL && has_digest(record)) {
        beside_mix(digest, intake->job.stamp);
    }
    buf_init(&url, 65536);
    metadata_url(intake->job.url, intake->job.name, record, &url);
    struct purged_record wanted = { .source = intake->job.source, .path = intake->job.name, .record = record->id, .uid = uid,
                                    .url = url.data, .url_len = url.len, .digest = digest };
    return purged_find(intake->purged, &wanted);
}

/* A record that was purged leaves no digest either. */
static enum err_code report_purged(struct intake *intake, struct extract_record *record, const char *uid, const char *why,
                                   struct err *err)
{
    memset(record->digest, 0, DIGEST_SIZE);
    return report_record(intake, record, uid, LEDGER_SKIPPED, why, err);
}

static enum err_code take_record(struct intake *intake, struct extract_record *record, struct err *err)
{
    const struct file_job *job = &intake->job;
    char uid[SCHEMA_UID_LEN + 1];
    bool unchanged;
    builder_uid(job->source, job->name, record->id, uid);
    intake->lacks |= record->lacks;
    if (intake->lines != NULL) {
        set_line_digest(intake, record);
    } else if (has_digest(record)) {
        beside_mix(record->digest, job->stamp);
    }
    enum err_code code = metadata_merge(&job->metadata, job->kind, record, intake->origins, err);
    if (code != ERR_OK) {
        return code;
    }
    const char *why = why_purged(intake, record, uid, false);
    if (why != NULL) {
        return report_purged(intake, record, uid, why, err);
    }
    code = is_unchanged(intake, record, uid, &unchanged, err);
    if (code != ERR_OK) {
        return code;
    }
    if (unchanged) {
        buf_add(&intake->kept, uid, SCHEMA_UID_LEN);
        return report_kept(intake, err);
    }
    if (record->problem[0] != '\0') {
        return report_record(intake, record, uid, record->skipped ? LEDGER_SKIPPED : LEDGER_FAILED, record->problem, err);
    }
    if (is_blank(record->text, record->text_len)) {
        return report_record(intake, record, uid, LEDGER_EMPTY, record->note[0] != '\0' ? record->note : "no text in it", err);
    }
    code = mend_record(intake->options->dutch, record, err);
    if (code == ERR_OK && (why = why_purged(intake, record, uid, true)) != NULL) {
        return report_purged(intake, record, uid, why, err);
    }
    if (code == ERR_OK) {
        code = index_record(intake, record, uid, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    char reason[256];
    enum ledger_state state = LEDGER_INDEXED;
    int shown = (int)utf8_floor(record->note, strlen(record->note), 150);
    snprintf(reason, sizeof reason, "%.*s", shown, record->note);
    if (record->cut > 0) {
        state = LEDGER_TRUNCATED;
        snprintf(reason, sizeof reason, "cut off: %llu bytes of text were over a limit%s%.*s", (unsigned long long)record->cut,
                 shown > 0 ? "; " : "", shown, record->note);
    }
    return report_record(intake, record, uid, state, reason, err);
}

/* ---- One file ----------------------------------------------------------------------------- */

/* Has a range of the file extracted and takes its records.  A failure of the document or the worker is in intake->failure; an
 * error returned is the builder's. */
static enum err_code extract(struct intake *intake, uint64_t start, uint64_t end, struct err *err)
{
    struct err *reason = &intake->failure;
    for (int attempt = 0;; attempt++) {
        bool more = true, any = false;
        enum err_code code = extract_worker_start(intake->worker, intake->fd, intake->job.name, start, end, reason);
        while (code == ERR_OK) {
            struct extract_record record;
            code = extract_worker_next(intake->worker, &record, &more, reason);
            if (code != ERR_OK || !more) {
                break;
            }
            any = true;
            enum err_code taken = take_record(intake, &record, err);
            extract_record_done(&record);
            if (taken != ERR_OK) {
                return taken;
            }
        }
        /* The document was refused, or the worker died.  A death gets one more try in a fresh worker, when
         * nothing of the range has been taken yet. */
        if (code == ERR_OK || code == ERR_INVALID || any || attempt > 0) {
            /* That memory ran out among its records says nothing of the file. */
            reason->code = code == ERR_NOMEM && any ? ERR_IO : code;
            if (code == ERR_OK) {
                err_set(reason, ERR_OK, "%s", extract_worker_note(intake->worker));
            }
            return ERR_OK;
        }
    }
}

/* Sinks of lines_read. */

static enum err_code keep_line(void *context, const char *uid, struct err *err)
{
    struct intake *intake = context;
    buf_add(&intake->kept, uid, SCHEMA_UID_LEN);
    return intake->kept.len >= BUILDER_KEPT_MOST * SCHEMA_UID_LEN ? report_kept(intake, err) : ERR_OK;
}

static enum err_code extract_lines(void *context, const struct line *lines, size_t count, struct err *err)
{
    struct intake *intake = context;
    if (intake->failure.code != ERR_OK) { /* the rest of the range is not known either */
        return ERR_OK;
    }
    intake->lines = lines;
    intake->line_count = count;
    intake->line_at = 0;
    enum err_code code = report_kept(intake, err); /* in the order of the file: the first of two with one id is the one */
    return code == ERR_OK ? extract(intake, lines[0].start, lines[count - 1].end, err) : code;
}

/* The set of lines that the job names; the last one stays open for the next range of the file. */
static enum err_code need_set(struct intake *intake, struct err *err)
{
    const char *path = intake->job.set;
    if (strcmp(path, intake->set_path) == 0) {
        return ERR_OK;
    }
    line_set_free(TAKE_PTR(intake->set));
    intake->set_path[0] = '\0';
    enum err_code code = path[0] != '\0' ? line_set_open(path, &intake->set, err) : ERR_OK;
    if (code == ERR_OK) {
        snprintf(intake->set_path, sizeof intake->set_path, "%s", path);
    }
    return code;
}

static enum err_code read_lines(struct intake *intake, struct err *err)
{
    const struct file_job *job = &intake->job;
    struct line_sink sink = { keep_line, extract_lines, intake };
    enum err_code code = need_set(intake, err);
    if (code == ERR_OK && intake->reader == NULL) {
        code = line_reader_new(job->key, &intake->reader, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    struct err problem = ERR_INIT;
    code = lines_read(intake->reader, intake->fd, job->start, job->end, intake->set, &sink, &problem);
    if (code == ERR_IO && intake->failure.code == ERR_OK) { /* most likely the file */
        intake->failure = problem;
        code = ERR_OK;
    }
    return code == ERR_OK ? report_kept(intake, err) : err_set(err, code, "%s", problem.text);
}

/* What stands beside the file, before the file: it may say that the document is not to be published.  Whether it is to be read.
 * Of a file of records only a restriction is taken, and a reason to fear one is as good: no values hold for all of its records. */
static bool read_beside(struct intake *intake, bool lines)
{
    struct file_job *job = &intake->job;
    struct err *reason = &intake->failure;
    reason->code = metadata_read(intake->worker, job->path, job->name, &job->metadata, reason);
    if (lines) {
        char *out = job->metadata.restriction;
        if (reason->code != ERR_OK && reason->code != ERR_IO && reason->code != ERR_NOMEM) {
            int shown = (int)utf8_floor(reason->text, strlen(reason->text), 240);
            snprintf(out, sizeof job->metadata.restriction, "kept out: %.*s", shown, reason->text);
            *reason = (struct err)ERR_INIT;
        }
        metadata_done(&job->metadata);
    }
    return reason->code == ERR_OK && job->metadata.restriction[0] == '\0';
}

static enum err_code read_file(struct intake *intake, struct err *err)
{
    struct file_job *job = &intake->job;
    bool lines = extract_is_lines(job->name);
    intake->failure = (struct err)ERR_INIT;
    intake->lines = NULL;
    intake->lacks = 0;
    if (!read_beside(intake, lines)) {
        return ERR_OK;
    }
    AUTO_CLOSE int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        err_errno(&intake->failure, errno, "cannot open it");
        intake->failure.code = ERR_IO;
        return ERR_OK;
    }
    intake->fd = fd;
    return lines ? read_lines(intake, err) : extract(intake, job->start, job->end, err);
}

enum err_code intake_do_file(struct intake *intake, struct spool *spool, struct span *span, struct err *err)
{
    struct file_job *job = &intake->job;
    enum err_code code = file_job_read(span, job, err);
    if (code != ERR_OK) {
        return code;
    }
    intake->spool = spool;
    code = intake->purged != NULL ? ERR_OK : need_ledger(intake, err);
    if (code == ERR_OK && intake->purged == NULL) {
        code = purged_load(intake->ledger, job->key, &intake->purged, err);
    }
    if (code == ERR_OK) {
        code = read_file(intake, err);
    }
    if (code == ERR_OK) {
        code = report_done(intake, err);
    }
    metadata_done(&job->metadata);
    return code;
}
