/* warc.c - web archives (ISO 28500): the pages and documents that were captured.
 *
 * A capture is a member: its id is the address and the moment ("https://x.nl/y@20210301120000"), so that captures of one address
 * are versions of it; its record has `url` and `captured`.  Only answers with status 200 hold a document; others, and captures
 * that say that nothing had changed (revisit), are told and skipped.  Of captures of one address with the same
 * content in one archive the first is taken.  Requests, metadata and answers of name servers are no documents and not told.
 *
 * The archive is read as a stream, so it may be of any size; compressed ones come unpacked from container.c.  A damaged
 * record costs itself: reading goes on at the next line that begins one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "extract/decode.h"
#include "extract/internal.h"
#include "extract/nest.h"

#define LINE_MAX_BYTES 16384 /* of a header line that counts */
#define FIELDS_MOST 1000     /* header lines of a record or an answer */
#define VALUE_MAX 4096

/* What the header of a record says. */
struct header {
    char type[32], url[VALUE_MAX], date[40], digest[128], media[256];
    uint64_t length;
    bool has_length;
};

/* The head of an HTTP answer. */
struct answer {
    unsigned status;
    char media[256], charset[64], transfer[128], coding[128];
};

/* Takes the value of a field ("Name: value") into `out` when the line is that field; the first one counts. */
static void take_field(const struct buf *line, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    if (line->len <= len || line->data[len] != ':' || strncasecmp(line->data, name, len) != 0 || *out != '\0') {
        return;
    }
    const char *value = line->data + len + 1;
    value += strspn(value, " \t");
    size_t used = strnlen(value, line->len);
    while (used > 0 && (value[used - 1] == ' ' || value[used - 1] == '\t')) {
        used--;
    }
    if (used >= 2 && value[0] == '<' && value[used - 1] == '>') { /* addresses as older programs write them */
        value++;
        used -= 2;
    }
    if (used < size) {
        memcpy(out, value, used);
        out[used] = '\0';
    }
}

/* Splits "text/html; charset=utf-8". */
static void split_media(char *media, char *charset, size_t size)
{
    char *parameter = strchr(media, ';');
    if (parameter == NULL) {
        return;
    }
    char *at = strcasestr(parameter, "charset=");
    if (at != NULL && charset != NULL) {
        at += strlen("charset=");
        at += strspn(at, "\"' ");
        snprintf(charset, size, "%.*s", (int)strcspn(at, "\"'; "), at);
    }
    while (parameter > media && parameter[-1] == ' ') {
        parameter--;
    }
    *parameter = '\0';
}

/* ---- Header --------------------------------------------------------------------------------- */

static enum err_code read_header(struct stream *stream, struct buf *line, struct header *ret_header, struct err *err)
{
    char length[32] = "";
    *ret_header = (struct header){ .length = 0 };
    for (unsigned count = 0; count < FIELDS_MOST; count++) {
        bool more;
        enum err_code code = stream_line(stream, LINE_MAX_BYTES, line, &more, err);
        if (code != ERR_OK) {
            return code;
        }
        if (!more || line->len == 0) {
            break;
        }
        take_field(line, "WARC-Type", ret_header->type, sizeof ret_header->type);
        take_field(line, "WARC-Target-URI", ret_header->url, sizeof ret_header->url);
        take_field(line, "WARC-Date", ret_header->date, sizeof ret_header->date);
        take_field(line, "WARC-Payload-Digest", ret_header->digest, sizeof ret_header->digest);
        take_field(line, "Content-Type", ret_header->media, sizeof ret_header->media);
        take_field(line, "Content-Length", length, sizeof length);
    }
    char *end = length;
    ret_header->length = strtoull(length, &end, 10);
    ret_header->has_length = end > length && *end == '\0' && length[0] != '-';
    return ERR_OK;
}

static enum err_code read_answer(struct stream *stream, struct buf *line, struct answer *ret_answer, struct err *err)
{
    bool more;
    *ret_answer = (struct answer){ .status = 0 };
    enum err_code code = stream_line(stream, LINE_MAX_BYTES, line, &more, err);
    if (code == ERR_OK && more && line->len > 9 && strncasecmp(line->data, "HTTP/", 5) == 0) {
        const char *space = strchr(line->data, ' ');
        ret_answer->status = space != NULL ? (unsigned)strtoul(space, NULL, 10) : 0;
    }
    for (unsigned count = 0; code == ERR_OK && more && line->len > 0 && count < FIELDS_MOST; count++) {
        code = stream_line(stream, LINE_MAX_BYTES, line, &more, err);
        if (code == ERR_OK && line->len > 0) {
            take_field(line, "Content-Type", ret_answer->media, sizeof ret_answer->media);
            take_field(line, "Transfer-Encoding", ret_answer->transfer, sizeof ret_answer->transfer);
            take_field(line, "Content-Encoding", ret_answer->coding, sizeof ret_answer->coding);
        }
    }
    split_media(ret_answer->media, ret_answer->charset, sizeof ret_answer->charset);
    return code;
}

/* ---- Captures ------------------------------------------------------------------------------- */

/* A capture as a member; the strings it points at. */
struct capture {
    struct nest_member member;
    char name[VALUE_MAX + 32], day[16], file[512];
};

/* "2021-03-01T12:00:00Z": the digits are the moment, the first ten characters the day. */
static void name_capture(const struct header *header, struct capture *ret_capture)
{
    char moment[15] = "";
    size_t used = 0;
    for (const char *c = header->date; *c != '\0' && used < sizeof moment - 1; c++) {
        if (*c >= '0' && *c <= '9') {
            moment[used++] = *c;
        }
    }
    moment[used] = '\0';
    snprintf(ret_capture->name, sizeof ret_capture->name, "%s@%s", header->url, moment);
    bool day = strlen(header->date) >= 10 && header->date[4] == '-' && header->date[7] == '-';
    snprintf(ret_capture->day, sizeof ret_capture->day, "%.*s", day ? 10 : 0, header->date);
    size_t path = strcspn(header->url, "?#");
    const char *name = header->url + path;
    while (name > header->url && name[-1] != '/') {
        name--;
    }
    snprintf(ret_capture->file, sizeof ret_capture->file, "%.*s", (int)(header->url + path - name), name);
    ret_capture->member = (struct nest_member){
        .name = ret_capture->name,
        .exact = true,
        .file = ret_capture->file,
        .url = header->url,
        .captured = ret_capture->day,
    };
}

/* The bytes of the document: the body of the answer, as it was before chunks and compression. */
static enum err_code give_body(struct nest *nest, struct stream *block, const struct answer *answer,
                               const struct nest_member *member, struct err *err)
{
    CLEANUP(stream_done) struct stream whole = { .fd = -1 };
    CLEANUP(stream_done) struct stream unpacked = { .fd = -1 };
    CLEANUP(stream_done) struct stream metered = { .fd = -1 };
    CLEANUP(decode_unpack_free_cleanup) struct decode_unpack *unpack = NULL;
    struct decode_chunks chunks;
    struct nest_meter meter;
    struct stream *body = block;
    if (strcasestr(answer->transfer, "chunked") != NULL) {
        decode_chunks(&chunks, body, &whole);
        body = &whole;
    }
    if (*answer->coding != '\0' && strcasecmp(answer->coding, "identity") != 0) {
        struct err why = ERR_INIT;
        enum err_code code = decode_unpack(answer->coding, body, &unpack, &unpacked, &why);
        if (code != ERR_OK) {
            return code == ERR_INVALID ? nest_tell(nest, member, false, why.text, err) : err_set(err, code, "%s", why.text);
        }
        body = &unpacked;
    }
    nest_meter(&meter, nest, body, &metered);
    return nest_member(nest, &metered, member, err);
}

static enum err_code give_response(struct nest *nest, struct stream *block, struct capture *capture, struct buf *line,
                                   struct err *err)
{
    struct answer answer;
    enum err_code code = read_answer(block, line, &answer, err);
    if (code != ERR_OK) {
        return code;
    }
    capture->member.media = answer.media;
    capture->member.charset = answer.charset;
    if (answer.status == 0) {
        return nest_tell(nest, &capture->member, false, "the answer of the web server has no status line", err);
    }
    if (answer.status != 200) {
        char reason[64];
        snprintf(reason, sizeof reason, "the web server answered with status %u", answer.status);
        return nest_tell(nest, &capture->member, true, reason, err);
    }
    return give_body(nest, block, &answer, &capture->member, err);
}

/* Whether a capture of this address with this content came before. */
static enum err_code is_repeated(struct nest *nest, const struct header *header, bool *ret_repeated, struct err *err)
{
    AUTO_BUF struct buf key;
    bool fresh = true;
    buf_init(&key, 2 * VALUE_MAX);
    *ret_repeated = false;
    if (header->digest[0] == '\0') {
        return ERR_OK;
    }
    buf_printf(&key, "%s\n%s", header->url, header->digest);
    enum err_code code = buf_check(&key, "an address", err);
    if (code == ERR_OK) {
        code = nest_see(nest, key.data, &fresh, err);
    }
    *ret_repeated = !fresh;
    return code;
}

static bool is_web(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static enum err_code give_record(struct nest *nest, struct stream *block, const struct decode_part *part, struct header *header,
                                 struct buf *line, struct err *err)
{
    bool http = strncasecmp(header->media, "application/http", 16) == 0;
    bool response = strcasecmp(header->type, "response") == 0;
    bool resource = strcasecmp(header->type, "resource") == 0 || strcasecmp(header->type, "conversion") == 0;
    bool revisit = strcasecmp(header->type, "revisit") == 0, repeated = false;
    AUTO_FREE struct capture *capture = calloc(1, sizeof *capture);
    if (capture == NULL) {
        return err_nomem(err, "a web archive");
    }
    if (!response && !resource && !revisit) {
        return ERR_OK;
    }
    if (header->url[0] == '\0' || (!is_web(header->url) && !resource) || (resource && strncmp(header->url, "metadata:", 9) == 0)) {
        return ERR_OK; /* of name servers, and what crawlers note */
    }
    name_capture(header, capture);
    capture->member.part = part;
    if (revisit) {
        return nest_tell(nest, &capture->member, true, EXTRACT_REVISIT, err);
    }
    enum err_code code = is_repeated(nest, header, &repeated, err);
    if (code != ERR_OK) {
        return code;
    }
    if (repeated) {
        return nest_tell(nest, &capture->member, true, EXTRACT_REPEATED, err);
    }
    if (response && http) {
        return give_response(nest, block, capture, line, err);
    }
    split_media(header->media, NULL, 0);
    capture->member.media = header->media;
    return nest_member(nest, block, &capture->member, err);
}

/* ---- The archive ---------------------------------------------------------------------------- */

static bool begins_record(const struct buf *line)
{
    return line->len > 6 && (memcmp(line->data, "WARC/1.", 7) == 0 || memcmp(line->data, "WARC/0.", 7) == 0);
}

static enum err_code tell_damage(struct nest *nest, uint64_t at, const char *what, struct err *err)
{
    char name[40], reason[128];
    snprintf(name, sizeof name, "@%" PRIu64, at);
    snprintf(reason, sizeof reason, "the web archive is damaged here: %s", what);
    struct nest_member member = { .name = name, .file = "" };
    return nest_tell(nest, &member, false, reason, err);
}

/* One record, behind its first line. */
static enum err_code take_record(struct nest *nest, struct stream *stream, uint64_t at, struct buf *line, struct err *err)
{
    CLEANUP(stream_done) struct stream block = { .fd = -1 };
    AUTO_FREE struct header *header = calloc(1, sizeof *header);
    struct decode_part part;
    uint64_t rest;
    if (header == NULL) {
        return err_nomem(err, "a web archive");
    }
    enum err_code code = read_header(stream, line, header, err);
    if (code != ERR_OK) {
        return code;
    }
    if (!header->has_length) {
        return tell_damage(nest, at, "a record without a length", err);
    }
    decode_part(&part, stream, header->length, &block);
    code = give_record(nest, &block, &part, header, line, err);
    if (code == ERR_OK) {
        code = stream_drain(&block, &rest, err);
    }
    return code == ERR_OK && part.cut && part.left > 0 ? tell_damage(nest, at, "the last record is cut off", err) : code;
}

enum err_code warc_run(struct nest *nest, struct stream *stream, const struct nest_member *member, struct err *err)
{
    AUTO_BUF struct buf line;
    bool more = true, lost = false;
    enum err_code code = ERR_OK;
    (void)member;
    buf_init(&line, LINE_MAX_BYTES);
    while (code == ERR_OK && more && !nest->burst) {
        uint64_t at = stream->at;
        code = stream_line(stream, LINE_MAX_BYTES, &line, &more, err);
        if (code != ERR_OK || !more || line.len == 0) {
            continue;
        }
        if (begins_record(&line)) {
            lost = false;
            code = take_record(nest, stream, at, &line, err);
        } else if (!lost) {
            lost = true; /* told once for each gap */
            code = tell_damage(nest, at, "no record begins where one should", err);
        }
    }
    return code;
}
