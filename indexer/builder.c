/* builder.c - the loop of a builder process. */
#include "indexer/builder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/frame.h"
#include "base/io.h"
#include "indexer/compose.h"
#include "indexer/intake.h"
#include "indexer/known.h"
#include "indexer/rewrite.h"
#include "indexer/spool.h"
#include "indexer/texts.h"

#define LARGE_BYTES (1 << 20)

struct builder {
    const struct builder_options *options;
    int socket;
    struct intake *intake;
    struct analysis *analysis;
    struct shim_doc *doc;
    struct shim_writer *segment; /* NULL between segments */
    char segment_path[4096];
    unsigned segment_number;
    uint32_t segment_docs;
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
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = NULL;
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    snprintf(builder->store_name, sizeof builder->store_name, "t%" PRIx64 "-%u-%u", builder->options->stamp,
             builder->options->number, builder->store_number++);
    enum err_code code = generation_path(builder->options->directory, SCHEMA_TEXTS, builder->store_name, &path, err);
    if (code == ERR_OK) {
        code = texts_dictionary(builder->options->directory, &dictionary, err);
    }
    return code == ERR_OK ? store_writer_new(path.data, dictionary, &builder->store, err) : code;
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
        if (shim_writer_size(builder->segment) >= builder->options->segment_bytes) {
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

/* ---- Analysing again ---------------------------------------------------------------------- */

static enum err_code report_done(struct builder *builder, uint64_t job, uint64_t bytes, struct err *err)
{
    begin_message(builder);
    buf_add_u64(&builder->message, job);
    buf_add_u8(&builder->message, BUILDER_JOB_OK);
    add_str(builder, "");
    buf_add_u64(&builder->message, bytes);
    buf_add_u8(&builder->message, 0);
    return send(builder, BUILDER_JOB_DONE, err);
}

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
    return code == ERR_OK ? report_done(builder, job, bytes, err) : code;
}

static enum err_code do_learn(struct builder *builder, struct span *span, struct err *err)
{
    char path[4096];
    size_t len;
    const char *text = span_blob(span, &len);
    if (text == NULL || len >= sizeof path) {
        return err_set(err, ERR_INTERNAL, "a builder was sent a message it cannot read");
    }
    memcpy(path, text, len);
    path[len] = '\0';
    return known_read(&builder->known, path, err);
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

static enum err_code report_analysed(struct builder *builder, uint64_t *bytes, struct err *err)
{
    begin_message(builder);
    buf_add_u64(&builder->message, *bytes);
    *bytes = 0;
    return send(builder, BUILDER_ANALYSED, err);
}

/* Analyses the documents that wait, and forgets them. */
static enum err_code empty_spool(struct builder *builder, struct err *err)
{
    bool more = true;
    uint64_t analysed = 0;
    enum err_code code = spool_rewind(builder->spool, err);
    while (code == ERR_OK && more) {
        struct compose_input input;
        code = spool_next(builder->spool, &input, &more, err);
        if (code == ERR_OK && more) {
            input.lookup = known_class;
            input.lookup_context = &builder->known;
            code = add_document(builder, &input, false, false, err);
            analysed += input.text_len;
        }
        if (code == ERR_OK && analysed > BUILDER_ANALYSED_EVERY) {
            code = report_analysed(builder, &analysed, err);
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
        return intake_do_file(builder->intake, builder->spool, &span, err);
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
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES); /* what a large document took is given back, here and in the worker */
    /* Ctrl-C reaches the whole process group: the indexer decides when builders stop. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "naslag-builder");
    close(options->lock_fd);
    buf_init(&builder.message, BUILDER_FRAME_MAX);
    enum err_code code = dutch_keep(options->dutch, &err); /* from the workers that it forks */
    if (code == ERR_OK) {
        code = analysis_new(options->dutch, &builder.analysis, &err);
    }
    if (code == ERR_OK) {
        analysis_limit(builder.analysis, options->vocabulary_forms);
        code = shim_doc_new(&builder.doc, &err);
    }
    if (code == ERR_OK) {
        code = intake_new(options, socket, &builder.intake, &err);
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
    intake_free(builder.intake);
    _exit(finished ? 0 : 1);
}
