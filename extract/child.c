/* child.c - the worker's own process: takes jobs, runs the formats, sends records. */
#include <iconv.h>
#include <string.h>

#include "base/frame.h"
#include "base/io.h"
#include "extract/internal.h"
#include "extract/sidecar.h"

#define NAME_MAX_BYTES 4096

struct child {
    int socket;
    const struct extract_caps *caps;
    struct buf payload; /* reused for every record */
};

/* ---- Before the sandbox ---------------------------------------------------------------------- */

static enum err_code ignore_record(void *context, struct extract_record *record, struct err *err)
{
    (void)context;
    (void)record;
    (void)err;
    return ERR_OK;
}

/* Lets the libraries read what they load on first use (iconv's modules, random seeds, locale data). */
static void warm_up(const struct extract_caps *caps)
{
    /* Every encoding that uchardet can name or that Dutch files were written in.  The handles stay open: a closed
     * one lets glibc unload its module. */
    static const char *const encodings[] = {
        "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",
        "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-11",  "ISO-8859-13",  "ISO-8859-15",  "ISO-8859-16",
        "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256",
        "WINDOWS-1257", "WINDOWS-1258", "IBM437",       "IBM850",       "IBM852",       "IBM855",       "IBM858",
        "IBM865",       "IBM866",       "MACINTOSH",    "MAC-CENTRALEUROPE", "MAC-CYRILLIC", "KOI8-R",  "TIS-620",
        "VISCII",       "UTF-7",        "UTF-16",       "UTF-16LE",     "UTF-16BE",     "UTF-32",       "UTF-32LE",
        "UTF-32BE",     "SHIFT_JIS",    "EUC-JP",       "ISO-2022-JP",  "EUC-KR",       "UHC",          "BIG5",
        "EUC-TW",       "GB18030",      "HZ-GB-2312",   "US-ASCII",
    };
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        iconv_open("UTF-8", encodings[i]);
    }
    static const struct {
        const char *name, *text;
    } samples[] = {
        { "warm.txt", "caf\xE9 gemeenteraad co\xF6rdinatie ge\xEFnd\n" },
        { "warm.html", "<title>x</title><p>caf&eacute;" },
        { "warm.jsonl", "{\"id\": \"1\", \"text\": \"x\"}\n" },
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct extract_input input = { .bytes = samples[i].text, .len = strlen(samples[i].text),
                                       .name = samples[i].name, .caps = caps };
        extract_run(&input, ignore_record, NULL, NULL);
    }
}

/* ---- Jobs ----------------------------------------------------------------------------------- */

static enum err_code send_record(void *context, struct extract_record *record, struct err *err)
{
    struct child *child = context;
    buf_clear(&child->payload);
    record_write(record, &child->payload);
    enum err_code code = buf_check(&child->payload, "the record", err);
    if (code != ERR_OK) {
        return code;
    }
    return frame_send(child->socket, WORKER_RECORD, child->payload.data, child->payload.len, -1, -1, err);
}

static enum err_code run_whole(struct child *child, int fd, const char *name, uint64_t size, struct err *err)
{
    if (size > child->caps->file_bytes) {
        return err_set(err, ERR_INVALID, "the file is larger than the limit of %llu bytes",
                       (unsigned long long)child->caps->file_bytes);
    }
    AUTO_FREE char *bytes = malloc((size_t)size + 1);
    if (bytes == NULL) {
        return err_nomem(err, "the worker");
    }
    enum err_code code = io_pread(fd, "the file", bytes, (size_t)size, 0, err);
    if (code != ERR_OK) {
        return code;
    }
    bytes[size] = '\0';
    struct extract_input input = { .bytes = bytes, .len = (size_t)size, .name = name, .caps = child->caps };
    return extract_run(&input, send_record, child, err);
}

static enum err_code send_metadata(struct child *child, const char *bytes, size_t size, bool table, const char *document,
                                   struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    bool found = true;
    enum err_code code = record_init(&record, table ? "text/csv" : "application/xml", err);
    if (code == ERR_OK) {
        code = table ? sidecar_read_table(bytes, size, document, child->caps, &record, &found, err)
                     : sidecar_read_xml(bytes, size, child->caps, &record, err);
    }
    return code == ERR_OK && found ? send_record(child, &record, err) : code == ERR_NOT_FOUND ? ERR_OK : code;
}

static enum err_code run_metadata(struct child *child, const struct frame *job, struct err *err)
{
    struct span span;
    span_init(&span, job->payload.data, job->payload.len);
    uint64_t size = span_u64(&span);
    bool table = span_u8(&span) != 0;
    size_t len;
    const char *bytes = span_blob(&span, &len);
    if (span.failed || job->fd < 0) {
        return err_set(err, ERR_INTERNAL, "the worker does not understand its job");
    }
    if (size > SIDECAR_BYTES_MAX) {
        return err_set(err, ERR_INVALID, "it is larger than the limit of %zu bytes", SIDECAR_BYTES_MAX);
    }
    AUTO_FREE char *document = strndup(bytes, len);
    AUTO_FREE char *text = malloc((size_t)size + 1);
    if (document == NULL || text == NULL) {
        return err_nomem(err, "the worker");
    }
    enum err_code code = io_pread(job->fd, "the file", text, (size_t)size, 0, err);
    text[size] = '\0';
    return code == ERR_OK ? send_metadata(child, text, (size_t)size, table, document, err) : code;
}

static enum err_code run_job(struct child *child, const struct frame *job, struct err *err)
{
    struct span span;
    span_init(&span, job->payload.data, job->payload.len);
    uint64_t start = span_u64(&span), end = span_u64(&span), size = span_u64(&span);
    size_t len;
    const char *bytes = span_blob(&span, &len);
    if (job->type != WORKER_JOB || span.failed || job->fd < 0) {
        return err_set(err, ERR_INTERNAL, "the worker does not understand its job");
    }
    AUTO_FREE char *name = strndup(bytes, len);
    if (name == NULL) {
        return err_nomem(err, "the worker");
    }
    if (!extract_is_lines(name)) {
        return run_whole(child, job->fd, name, end, err);
    }
    struct line_source source = { .bytes = NULL, .fd = job->fd, .len = size };
    return jsonl_range(&source, start, end, child->caps, send_record, child, err);
}

static enum err_code answer(struct child *child, enum err_code result, const struct err *why, struct err *err)
{
    if (result == ERR_OK) {
        return frame_send(child->socket, WORKER_DONE, "", 0, -1, -1, err);
    }
    char payload[1 + sizeof why->text];
    size_t len = strnlen(why->text, sizeof why->text);
    payload[0] = (char)result;
    memcpy(payload + 1, why->text, len);
    return frame_send(child->socket, WORKER_FAILED, payload, 1 + len, -1, -1, err);
}

static enum err_code serve(struct child *child)
{
    struct frame job;
    frame_init(&job, NAME_MAX_BYTES + 64);
    enum err_code code = frame_send(child->socket, WORKER_HELLO, "", 0, -1, -1, NULL);
    while (code == ERR_OK) {
        code = frame_receive(child->socket, &job, -1, NULL);
        if (code != ERR_OK) {
            break;
        }
        struct err why = ERR_INIT;
        enum err_code result = job.type == WORKER_METADATA ? run_metadata(child, &job, &why) : run_job(child, &job, &why);
        code = answer(child, result, &why, NULL);
        close(job.fd);
        job.fd = -1;
    }
    frame_done(&job);
    return code;
}

_Noreturn void child_main(int socket, pid_t parent, const struct extract_caps *caps)
{
    struct extract_caps own_caps = *caps; /* the parent's memory is only a copy, but it is not ours to rely on */
    struct child child = { .socket = socket, .caps = &own_caps };
    buf_init(&child.payload, record_max(caps));
    struct err why = ERR_INIT;
    enum err_code code = sandbox_detach(&child.socket, parent, &why);
    if (code == ERR_OK) {
        warm_up(&own_caps);
        code = sandbox_enter(&own_caps, &why);
    }
    if (code == ERR_OK) {
        code = serve(&child);
    } else {
        answer(&child, code, &why, NULL);
    }
    /* Closed by the parent: the ordinary end.  No atexit handlers: they are the parent's. */
    _exit(code == ERR_NOT_FOUND ? 0 : 1);
}
