/* builder.c - the loop of a builder process. */
#include "indexer/builder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/frame.h"
#include "base/io.h"
#include "indexer/compose.h"
#include "indexer/known.h"
#include "indexer/mend.h"
#include "indexer/metadata.h"
#include "indexer/rewrite.h"
#include "indexer/spool.h"

struct builder {
    const struct builder_options *options;
    int socket;
    struct extract_worker *worker;
    struct analysis *analysis;
    struct shim_doc *doc;
    struct ledger *ledger;       /* read-only, opened when first needed */
    struct shim_writer *segment; /* NULL between segments */
    char segment_path[4096];
    unsigned segment_number;
    uint32_t segment_docs;
    size_t segment_postings;
    struct store_writer *store;  /* NULL until the first document */
    unsigned store_number;
    char store_name[GENERATION_NAME_MAX];
    uint64_t store_docs;
    struct spool *spool;         /* documents that wait to be analysed */
    struct known known;          /* classes of blocks, as last told */
    struct rewriter *rewriter;
    bool again;                  /* what is rewritten replaces a document of the current generation */
    struct buf message;
};

/* What a file job says; strings are copies. */
struct file_job {
    uint64_t id;
    bool compare;
    uint64_t start, end;
    char path[4096], name[4096], source[256], url[1024], kind[128];
    char values[5][SOURCE_VALUE_MAX + 1]; /* strings of metadata.values */
    uint64_t stamp;
    struct metadata metadata;
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

static enum err_code send(struct builder *builder, enum builder_message type, struct err *err)
{
    enum err_code code = buf_check(&builder->message, "a message", err);
    return code == ERR_OK
        ? frame_send(builder->socket, (uint8_t)type, builder->message.data, builder->message.len, -1, -1, err) : code;
}

static void begin_message(struct builder *builder)
{
    buf_clear(&builder->message);
    buf_add(&builder->message, "", 0);
}

static void add_str(struct builder *builder, const char *text)
{
    buf_add_blob(&builder->message, text, strlen(text));
}

/* ---- Segments ----------------------------------------------------------------------------- */

static enum err_code close_segment(struct builder *builder, struct err *err)
{
    if (builder->segment == NULL) {
        return ERR_OK;
    }
    enum err_code code = shim_writer_commit(builder->segment, err);
    shim_writer_free(TAKE_PTR(builder->segment));
    if (code == ERR_OK) {
        begin_message(builder);
        add_str(builder, builder->segment_path);
        buf_add_u32(&builder->message, builder->segment_docs);
        code = send(builder, BUILDER_SEGMENT, err);
    }
    builder->segment_docs = 0;
    builder->segment_postings = 0;
    return code;
}

static enum err_code need_segment(struct builder *builder, struct err *err)
{
    if (builder->segment != NULL) {
        return ERR_OK;
    }
    snprintf(builder->segment_path, sizeof builder->segment_path, "%s/%s/b%u-%u", builder->options->directory, SCHEMA_TMP,
             builder->options->number, builder->segment_number++);
    return shim_writer_create(builder->segment_path, &builder->segment, err);
}

static enum err_code need_store(struct builder *builder, struct err *err)
{
    if (builder->store != NULL) {
        return ERR_OK;
    }
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    snprintf(builder->store_name, sizeof builder->store_name, "t%" PRIx64 "-%u-%u", builder->options->stamp,
             builder->options->number, builder->store_number++);
    enum err_code code = generation_path(builder->options->directory, SCHEMA_TEXTS, builder->store_name, &path, err);
    return code == ERR_OK ? store_writer_new(path.data, &builder->store, err) : code;
}

/* Tells how much of a document is boilerplate, and whether an older version of it is replaced. */
static enum err_code report_recurring(struct builder *builder, struct doc_string uid, uint64_t bytes, bool again, struct err *err)
{
    begin_message(builder);
    buf_add_u8(&builder->message, again);
    buf_add_blob(&builder->message, uid.text, uid.len);
    buf_add_u64(&builder->message, bytes);
    return send(builder, BUILDER_RECURRING, err);
}

/* `stored`: the document is in the index already; `again`: this version is to replace it. */
static enum err_code add_document(struct builder *builder, const struct compose_input *input, bool again, bool stored,
                                  struct err *err)
{
    enum err_code code = need_store(builder, err);
    if (code == ERR_OK) {
        code = need_segment(builder, err);
    }
    struct compose_result made = { 0 };
    if (code == ERR_OK) {
        code = compose_document(builder->analysis, builder->store, builder->store_name, input, builder->doc, &made, err);
    }
    uint32_t docid;
    if (code == ERR_OK) {
        code = shim_writer_add(builder->segment, builder->doc, &docid, err);
    }
    if (code == ERR_OK) {
        builder->segment_docs++;
        builder->store_docs++;
        builder->segment_postings += made.postings;
        if (builder->segment_postings >= BUILDER_SEGMENT_POSTINGS) {
            code = close_segment(builder, err);
        }
    }
    if (code == ERR_OK && (made.recurring > 0 || stored)) {
        code = report_recurring(builder, input->head.uid, made.recurring, again, err);
    }
    return code;
}

static enum err_code open_spool(struct builder *builder, struct err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s/s%u", builder->options->directory, SCHEMA_TMP, builder->options->number);
    return spool_new(path, &builder->spool, err);
}

/* ---- Files -------------------------------------------------------------------------------- */

static struct doc_string string_of(const char *text)
{
    return (struct doc_string){ text, strlen(text) };
}

static enum err_code index_record(struct builder *builder, const struct file_job *job, struct extract_record *record,
                                  const char *uid, struct err *err)
{
    uint8_t origins[DOC_FIELDS];
    enum err_code code = metadata_merge(&job->metadata, job->kind, record, origins, err);
    if (code != ERR_OK) {
        return code;
    }
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
            .title = string_of(record->title),
            .url = { url.data != NULL ? url.data : "", url.len },
            .source = string_of(job->source),
            .kind = string_of(record->kind),
            .date = string_of(record->date),
            .language = string_of(record->language),
            .description = string_of(record->description),
            .format = string_of(record->format),
            .author = string_of(record->author),
            .organisation = string_of(record->organisation),
            .programme = string_of(record->programme),
            .period_from = { record->period, from },
            .period_to = string_of(record->period + from + (record->period[from] == '/')),
            .headings = { headings.data != NULL ? headings.data : "", headings.len },
        },
        .text = record->text,
        .text_len = record->text_len,
        .pages = record->pages,
        .page_count = record->page_count,
    };
    memcpy(input.head.origins, origins, sizeof origins);
    return spool_add(builder->spool, &input, err);
}

static enum err_code report_record(struct builder *builder, const struct file_job *job, const struct extract_record *record,
                                   const char *uid, int outcome, const char *reason, struct err *err)
{
    begin_message(builder);
    buf_add_u64(&builder->message, job->id);
    buf_add_u8(&builder->message, (uint8_t)outcome);
    add_str(builder, uid);
    add_str(builder, record->id);
    add_str(builder, reason);
    buf_add_blob(&builder->message, record->digest, DIGEST_SIZE);
    buf_add_u64(&builder->message, record->text_len);
    buf_add_u64(&builder->message, record->cut);
    return send(builder, BUILDER_RECORD, err);
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

static enum err_code take_record(struct builder *builder, const struct file_job *job, struct extract_record *record,
                                 struct err *err)
{
    char uid[SCHEMA_UID_LEN + 1];
    builder_uid(job->source, job->name, record->id, uid);
    beside_mix(record->digest, job->stamp);
    if (job->compare) {
        uint8_t known[DIGEST_SIZE];
        enum err_code code = builder->ledger != NULL ? ERR_OK
                                                     : ledger_open(builder->options->directory, false, &builder->ledger, err);
        if (code == ERR_OK) {
            code = ledger_get_digest(builder->ledger, uid, known, err);
            if (code == ERR_OK && memcmp(known, record->digest, DIGEST_SIZE) == 0) {
                return report_record(builder, job, record, uid, BUILDER_UNCHANGED, "", err);
            }
        }
        if (code != ERR_OK && code != ERR_NOT_FOUND) {
            return code;
        }
    }
    if (record->problem[0] != '\0') {
        return report_record(builder, job, record, uid, LEDGER_FAILED, record->problem, err);
    }
    if (is_blank(record->text, record->text_len)) {
        return report_record(builder, job, record, uid, LEDGER_EMPTY, "no text in it", err);
    }
    enum err_code code = mend_record(builder->options->dutch, record, err);
    if (code == ERR_OK) {
        code = index_record(builder, job, record, uid, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    char reason[128] = "";
    enum ledger_state state = LEDGER_INDEXED;
    if (record->cut > 0) {
        state = LEDGER_TRUNCATED;
        snprintf(reason, sizeof reason, "cut off: %llu bytes of text were over a limit", (unsigned long long)record->cut);
    }
    return report_record(builder, job, record, uid, state, reason, err);
}

static enum err_code report_done(struct builder *builder, uint64_t job, enum builder_job_end end, const char *reason,
                                 uint64_t bytes, struct err *err)
{
    begin_message(builder);
    buf_add_u64(&builder->message, job);
    buf_add_u8(&builder->message, (uint8_t)end);
    add_str(builder, reason);
    buf_add_u64(&builder->message, bytes);
    return send(builder, BUILDER_JOB_DONE, err);
}

/* Has the file extracted and takes its records.  A document's own failure is in *ret_reason; an error returned is the
 * builder's. */
static enum err_code extract_file(struct builder *builder, struct file_job *job, struct err *ret_reason, struct err *err)
{
    if (!extract_is_lines(job->name)) {
        ret_reason->code = metadata_read(builder->worker, job->path, job->name, &job->metadata, ret_reason);
        if (ret_reason->code != ERR_OK || job->metadata.restriction[0] != '\0') {
            return ERR_OK;
        }
    }
    AUTO_CLOSE int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        err_errno(ret_reason, errno, "cannot open it");
        ret_reason->code = ERR_IO;
        return ERR_OK;
    }
    for (int attempt = 0;; attempt++) {
        bool more = true, any = false;
        enum err_code code = extract_worker_start(builder->worker, fd, job->name, job->start, job->end, ret_reason);
        while (code == ERR_OK) {
            struct extract_record record;
            code = extract_worker_next(builder->worker, &record, &more, ret_reason);
            if (code != ERR_OK || !more) {
                break;
            }
            any = true;
            enum err_code taken = take_record(builder, job, &record, err);
            extract_record_done(&record);
            if (taken != ERR_OK) {
                return taken;
            }
        }
        if (code == ERR_OK) {
            ret_reason->code = ERR_OK;
            return ERR_OK;
        }
        /* The document was refused, or the worker died.  A death gets one more try in a fresh worker, when
         * nothing of the file has been taken yet. */
        if (code == ERR_INVALID || any || attempt > 0) {
            ret_reason->code = code;
            return ERR_OK;
        }
    }
}

static void copy_blob(struct span *span, char *out, size_t cap)
{
    size_t len;
    const char *text = span_blob(span, &len);
    if (text == NULL || len >= cap) {
        span->failed = true;
        out[0] = '\0';
        return;
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

/* What the configuration says of the document. */
static void read_values(struct span *span, struct file_job *job)
{
    struct source_values *values = &job->metadata.values;
    const char **slots[] = { &values->kind, &values->programme, &values->organisation, &values->default_programme,
                             &values->default_organisation };
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        copy_blob(span, job->values[i], sizeof job->values[i]);
        *slots[i] = job->values[i];
    }
    values->restricted_too = span_u8(span) != 0;
    job->stamp = span_u64(span);
}

static enum err_code do_file(struct builder *builder, struct span *span, struct err *err)
{
    struct file_job job = { .id = 0 };
    job.id = span_u64(span);
    job.compare = span_u8(span) != 0;
    job.start = span_u64(span);
    job.end = span_u64(span);
    copy_blob(span, job.path, sizeof job.path);
    copy_blob(span, job.name, sizeof job.name);
    copy_blob(span, job.source, sizeof job.source);
    copy_blob(span, job.url, sizeof job.url);
    copy_blob(span, job.kind, sizeof job.kind);
    read_values(span, &job);
    if (span->failed) {
        return err_set(err, ERR_INTERNAL, "a builder was given a job it cannot read");
    }
    struct err reason = ERR_INIT;
    enum err_code code = extract_file(builder, &job, &reason, err);
    metadata_done(&job.metadata);
    if (code != ERR_OK) {
        return code;
    }
    bool kept_out = reason.code == ERR_OK && job.metadata.restriction[0] != '\0';
    enum builder_job_end end = kept_out ? BUILDER_JOB_KEPT_OUT : reason.code == ERR_OK ? BUILDER_JOB_OK : BUILDER_JOB_FAILED;
    const char *why = kept_out ? job.metadata.restriction : reason.code == ERR_OK ? "" : reason.text;
    return report_done(builder, job.id, end, why, job.end - job.start, err);
}

/* ---- Analysing again ---------------------------------------------------------------------- */

/* A rewrite_take: a document of an older generation, to be analysed again. */
static enum err_code take_stored(void *context, struct compose_input *input, struct err *err)
{
    struct builder *builder = context;
    input->lookup = known_class;
    input->lookup_context = &builder->known;
    return add_document(builder, input, builder->again, true, err);
}

static enum err_code do_rewrite(struct builder *builder, struct span *span, bool again, struct err *err)
{
    uint64_t job = span_u64(span);
    uint64_t bytes = 0;
    builder->again = again;
    enum err_code code = again ? rewriter_do_list(builder->rewriter, span, take_stored, builder, &bytes, err)
                               : rewriter_do_range(builder->rewriter, span, take_stored, builder, &bytes, err);
    return code == ERR_OK ? report_done(builder, job, BUILDER_JOB_OK, "", bytes, err) : code;
}

static enum err_code do_learn(struct builder *builder, struct span *span, struct err *err)
{
    char path[4096];
    copy_blob(span, path, sizeof path);
    return span->failed ? err_set(err, ERR_INTERNAL, "a builder was sent a message it cannot read")
                        : known_read(&builder->known, path, err);
}

static enum err_code do_count(struct builder *builder, struct err *err)
{
    const char *path;
    enum err_code code = spool_finish_counts(builder->spool, &path, err);
    if (code == ERR_OK) {
        begin_message(builder);
        add_str(builder, path);
        code = send(builder, BUILDER_COUNTED, err);
    }
    return code;
}

/* Analyses the documents that wait, and forgets them. */
static enum err_code empty_spool(struct builder *builder, struct err *err)
{
    bool more = true;
    enum err_code code = spool_rewind(builder->spool, err);
    while (code == ERR_OK && more) {
        struct compose_input input;
        code = spool_next(builder->spool, &input, &more, err);
        if (code == ERR_OK && more) {
            input.lookup = known_class;
            input.lookup_context = &builder->known;
            code = add_document(builder, &input, false, false, err);
        }
    }
    spool_free(TAKE_PTR(builder->spool));
    return code == ERR_OK ? open_spool(builder, err) : code;
}

/* ---- Sealing, and the loop ---------------------------------------------------------------- */

static enum err_code do_seal(struct builder *builder, struct err *err)
{
    enum err_code code = empty_spool(builder, err);
    if (code == ERR_OK) {
        code = close_segment(builder, err);
    }
    if (code == ERR_OK && builder->store != NULL) {
        code = store_writer_sync(builder->store, err);
    }
    if (code == ERR_OK) {
        begin_message(builder);
        add_str(builder, builder->store != NULL ? builder->store_name : "");
        buf_add_u64(&builder->message, builder->store_docs);
        code = send(builder, BUILDER_SEALED, err);
    }
    store_writer_free(TAKE_PTR(builder->store));
    builder->store_docs = 0;
    return code;
}

static enum err_code serve(struct builder *builder, struct frame *frame, struct err *err)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    switch (frame->type) {
    case BUILDER_FILE:
        return do_file(builder, &span, err);
    case BUILDER_REWRITE:
        return do_rewrite(builder, &span, false, err);
    case BUILDER_AGAIN:
        return do_rewrite(builder, &span, true, err);
    case BUILDER_COUNT:
        return do_count(builder, err);
    case BUILDER_LEARN:
        return do_learn(builder, &span, err);
    case BUILDER_SEAL:
        return do_seal(builder, err);
    default:
        return err_set(err, ERR_INTERNAL, "a builder was sent a message of unknown type %u", frame->type);
    }
}

void builder_main(const struct builder_options *options, int socket)
{
    struct err err = ERR_INIT;
    struct builder builder = { .options = options, .socket = socket };
    /* Ctrl-C reaches the whole process group: the indexer decides when builders stop. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(options->lock_fd);
    buf_init(&builder.message, BUILDER_FRAME_MAX);
    enum err_code code = analysis_new(options->dutch, &builder.analysis, &err);
    if (code == ERR_OK) {
        code = shim_doc_new(&builder.doc, &err);
    }
    if (code == ERR_OK) {
        code = extract_worker_new(&options->caps, &builder.worker, &err);
    }
    if (code == ERR_OK) {
        code = open_spool(&builder, &err);
    }
    if (code == ERR_OK) {
        code = rewriter_new(options->directory, &builder.rewriter, &err);
    }
    struct frame frame;
    frame_init(&frame, BUILDER_FRAME_MAX);
    bool closed = false; /* by the indexer: there is nobody to tell anything */
    while (code == ERR_OK) {
        code = frame_receive(socket, &frame, -1, &err);
        closed = code == ERR_NOT_FOUND;
        if (code == ERR_OK) {
            code = serve(&builder, &frame, &err);
        }
    }
    bool finished = closed && builder.store == NULL && builder.segment == NULL;
    if (!finished) {
        begin_message(&builder);
        buf_add_u8(&builder.message, (uint8_t)code);
        add_str(&builder, err.text);
        send(&builder, BUILDER_FATAL, NULL);
    }
    extract_worker_free(builder.worker);
    _exit(finished ? 0 : 1);
}
