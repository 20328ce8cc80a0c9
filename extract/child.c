/* child.c - the worker's own process: takes jobs, runs the formats, sends records. */
#include <iconv.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/frame.h"
#include "base/io.h"
#include "extract/convert.h"
#include "extract/detect.h"
#include "extract/internal.h"
#include "extract/nest.h"
#include "extract/ocr.h"
#include "extract/sidecar.h"

#define NAME_MAX_BYTES 4096

struct child {
    int socket;
    pid_t parent;
    unsigned layers; /* active ones */
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
    ocr_prepare();
    static const struct {
        const char *name, *text;
    } samples[] = {
        { "warm.txt", "caf\xE9 gemeenteraad co\xF6rdinatie ge\xEFnd\n" },
        { "warm.html", "<title>x</title><p>caf&eacute;" },
        { "warm.jsonl", "{\"id\": \"1\", \"text\": \"x\"}\n" },
        { "warm.eml", "From: =?iso-8859-1?q?Ren=E9?= <r@x>\nDate: Mon, 1 Mar 2021 12:00:00 +0100\nSubject: =?utf-8?b?w6k=?=\n"
                      "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Transfer-Encoding: base64\n\neA==\n--x--\n" },
        { "warm.tar.gz", "\037\213\010" },
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

static enum err_code send_leaf(void *context, uint64_t number, const char *id, struct err *err)
{
    struct child *child = context;
    AUTO_BUF struct buf payload;
    buf_init(&payload, NAME_MAX_BYTES);
    buf_add_u64(&payload, number);
    buf_add_blob(&payload, id, strlen(id));
    enum err_code code = buf_check(&payload, "an id", err);
    return code == ERR_OK ? frame_send(child->socket, WORKER_LEAF, payload.data, payload.len, -1, -1, err) : code;
}

static enum err_code ask_parent(void *context, enum convert_kind kind, const char *bytes, size_t len, struct buf *out,
                                bool *ret_cut, struct err *err)
{
    struct child *child = context;
    return convert_ask(child->socket, kind, bytes, len, child->caps, out, ret_cut, err);
}

/* A job as the parent gave it. */
struct job {
    uint64_t start, end, size, first_leaf, position;
    const char *name;
};

/* The first `len` bytes of the file, mapped, so that they take none of the worker's memory, with a NUL behind them; NULL when that
 * cannot be, or the file is shorter than `size` by now.  What does not fill a page is a copy.
 * One that is cut short while it is read kills the process with SIGBUS: that costs the document. */
static char *map_file(int fd, uint64_t size, size_t len, size_t *ret_room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = len / page * page, room = whole + page;
    off_t end = lseek(fd, 0, SEEK_END); /* fstat is a call with a path, which the sandbox refuses; all reading is by place */
    if (len == 0 || end < 0 || (uint64_t)end < size) {
        return NULL;
    }
    char *bytes = mmap(NULL, room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) {
        return NULL;
    }
    bool mapped = (whole == 0 || mmap(bytes, whole, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) != MAP_FAILED)
        && mprotect(bytes + whole, page, PROT_READ | PROT_WRITE) == 0
        && io_pread(fd, "the file", bytes + whole, len - whole, whole, NULL) == ERR_OK;
    if (!mapped) {
        munmap(bytes, room);
        return NULL;
    }
    *ret_room = room;
    return bytes;
}

static enum err_code run_whole(struct child *child, int fd, const struct job *job, char ret_note[NEST_NOTE_MAX], struct err *err)
{
    CLEANUP(nest_done) struct nest nest;
    CLEANUP(stream_done) struct stream stream;
    uint64_t most = child->caps->file_bytes;
    size_t room = 0, len = (size_t)(job->end < most ? job->end : most);
    char *bytes = map_file(fd, job->end, len, &room);
    if (bytes != NULL && len == job->end) { /* as large as it was when the job was made */
        stream_of_bytes(&stream, bytes, len);
    } else {
        stream_of_fd(&stream, fd, job->end);
    }
    enum err_code code = nest_init(&nest, child->caps, job->end, send_record, child, err);
    nest.head = bytes;
    nest.head_len = bytes != NULL ? len : 0;
    nest.leaf = send_leaf;
    nest.asker = &(struct convert_asker){ ask_parent, child };
    nest.first_leaf = job->first_leaf;
    nest.records = job->position;
    if (code == ERR_OK) {
        code = nest_file(&nest, &stream, job->name, err);
        nest_note(&nest, ret_note);
    }
    if (bytes != NULL) {
        munmap(bytes, room);
    }
    return code;
}

static enum err_code send_metadata(struct child *child, const char *bytes, size_t size, bool table, const char *document,
                                   struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    bool found = true;
    enum err_code code = record_init(&record, table ? "text/csv" : "application/xml", err);
    if (code == ERR_OK) {
        code = table ? sidecar_read_table(bytes, size, document, child->caps, &record, &found, err)
                     : sidecar_read_xml(bytes, size, document, child->caps, &record, err);
    }
    return code == ERR_OK && found ? send_record(child, &record, err) : code == ERR_NOT_FOUND ? ERR_OK : code;
}

static enum err_code run_metadata(struct child *child, const struct frame *frame, struct err *err)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    uint64_t size = span_u64(&span);
    bool table = span_u8(&span) != 0;
    size_t len;
    const char *bytes = span_blob(&span, &len);
    if (span.failed || frame->fd < 0) {
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
    enum err_code code = io_pread(frame->fd, "the file", text, (size_t)size, 0, err);
    text[size] = '\0';
    return code == ERR_OK ? send_metadata(child, text, (size_t)size, table, document, err) : code;
}

/* Whether the content is what the name says: lines of text.  Else the first range is the file, and the others are nothing. */
static enum err_code is_lines(int fd, const struct job *job, bool *ret_lines, struct err *err)
{
    CLEANUP(stream_done) struct stream stream;
    struct detected found;
    stream_of_fd(&stream, fd, job->size);
    enum err_code code = detect_stream(&stream, job->name, &found, err);
    if (code == ERR_OK) {
        *ret_lines = strcmp(found.media, "application/jsonl") == 0 || job->size == 0;
    }
    return code;
}

static enum err_code run_job(struct child *child, const struct frame *frame, char ret_note[NEST_NOTE_MAX], struct err *err)
{
    struct span span;
    struct job job;
    span_init(&span, frame->payload.data, frame->payload.len);
    job.start = span_u64(&span);
    job.end = span_u64(&span);
    job.size = span_u64(&span);
    job.first_leaf = span_u64(&span);
    job.position = span_u64(&span);
    size_t len;
    const char *bytes = span_blob(&span, &len);
    if (frame->type != WORKER_JOB || span.failed || frame->fd < 0) {
        return err_set(err, ERR_INTERNAL, "the worker does not understand its job");
    }
    AUTO_FREE char *name = strndup(bytes, len);
    if (name == NULL) {
        return err_nomem(err, "the worker");
    }
    job.name = name;
    bool lines = extract_is_lines(name);
    enum err_code code = lines ? is_lines(frame->fd, &job, &lines, err) : ERR_OK;
    if (code == ERR_OK && lines) {
        struct line_source source = { .bytes = NULL, .fd = frame->fd, .len = job.size };
        return jsonl_range(&source, job.start, job.end, child->caps, send_record, child, err);
    }
    if (extract_is_lines(name)) { /* but it is something else: the first range stands for all of it */
        job.end = job.size;
    }
    return code == ERR_OK && job.start == 0 ? run_whole(child, frame->fd, &job, ret_note, err) : code;
}

static enum err_code answer(struct child *child, enum err_code result, const char *note, const struct err *why, struct err *err)
{
    if (result == ERR_OK) {
        return frame_send(child->socket, WORKER_DONE, note, strlen(note), -1, -1, err);
    }
    char payload[1 + sizeof why->text];
    size_t len = strnlen(why->text, sizeof why->text);
    payload[0] = (char)result;
    memcpy(payload + 1, why->text, len);
    return frame_send(child->socket, WORKER_FAILED, payload, 1 + len, -1, -1, err);
}

static enum err_code send_number(struct child *child, enum worker_frame type, uint32_t number)
{
    buf_clear(&child->payload);
    buf_add_u32(&child->payload, number);
    return child->payload.failed ? ERR_NOMEM
                                 : frame_send(child->socket, (uint8_t)type, child->payload.data, child->payload.len, -1, -1, NULL);
}

static enum err_code make_attempt(struct child *child, const struct frame *frame)
{
    struct span span;
    span_init(&span, frame->payload.data, frame->payload.len);
    return send_number(child, WORKER_PROBED, (uint32_t)sandbox_probe(span_u32(&span), child->parent));
}

static enum err_code serve(struct child *child)
{
    struct frame job;
    frame_init(&job, NAME_MAX_BYTES + 64);
    enum err_code code = send_number(child, WORKER_HELLO, child->layers);
    while (code == ERR_OK) {
        code = frame_receive(child->socket, &job, -1, NULL);
        if (code != ERR_OK) {
            break;
        }
        if (job.type == WORKER_PROBE) {
            code = make_attempt(child, &job);
            continue;
        }
        struct err why = ERR_INIT;
        char note[NEST_NOTE_MAX] = "";
        enum err_code result = job.type == WORKER_METADATA ? run_metadata(child, &job, &why) : run_job(child, &job, note, &why);
        code = answer(child, result, note, &why, NULL);
        close(job.fd);
        job.fd = -1;
    }
    frame_done(&job);
    return code;
}

_Noreturn void child_main(const struct child_orders *orders)
{
    struct extract_caps own_caps = *orders->caps; /* the parent's memory is only a copy, but it is not ours to rely on */
    struct child child = { .socket = orders->socket, .parent = orders->parent, .caps = &own_caps };
    buf_init(&child.payload, record_max(&own_caps));
    struct err why = ERR_INIT;
    prctl(PR_SET_NAME, "naslag-extract");
    enum err_code code = sandbox_detach(&child.socket, orders->parent, &why);
    if (code == ERR_OK) {
        code = sandbox_drop_shared(&why);
    }
    if (code == ERR_OK) {
        warm_up(&own_caps);
        code = sandbox_enter(orders, &child.layers, &why);
    }
    if (code == ERR_OK) {
        code = serve(&child);
    } else {
        answer(&child, code, "", &why, NULL);
    }
    /* Closed by the parent: the ordinary end.  No atexit handlers: they are the parent's. */
    _exit(code == ERR_NOT_FOUND ? 0 : 1);
}
