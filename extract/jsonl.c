/* jsonl.c - a JSON object a line: {"id": "...", "title": "...", "text": "..."} and, if known, url, date, type, language,
 * description.  Other keys are ignored, and so are values of another type than text (id may be an integer).
 *
 * A line belongs to the range in which its first byte lies, so a large file can be read in ranges by
 * several workers: a range skips the line that began before it and finishes the last one that begins
 * in it.  Lines are read in pieces; only one is in memory at a time.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"
#include "extract/internal.h"
#include "text/unicode.h"

#define PIECE 65536
#define LINE_SLACK (UINT64_C(1) << 20) /* for the other keys, beyond caps->record_bytes of text */

struct reader {
    const struct line_source *source;
    const struct extract_caps *caps;
    uint64_t at;          /* offset of piece[used] */
    char piece[PIECE];
    size_t used, filled;
    struct buf line;      /* without its newline */
    bool too_long;        /* line holds nothing of use: it passed the limit */
};

/* Makes sure that a byte can be read; *ret_more false at the end of the source. */
static enum err_code fill_piece(struct reader *reader, bool *ret_more, struct err *err)
{
    const struct line_source *source = reader->source;
    *ret_more = true;
    if (reader->used < reader->filled) {
        return ERR_OK;
    }
    uint64_t left = reader->at < source->len ? source->len - reader->at : 0;
    size_t len = left < PIECE ? (size_t)left : PIECE;
    if (len == 0) {
        *ret_more = false;
        return ERR_OK;
    }
    if (source->bytes != NULL) {
        memcpy(reader->piece, source->bytes + reader->at, len);
    } else {
        enum err_code code = io_pread(source->fd, "the file", reader->piece, len, reader->at, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    reader->used = 0;
    reader->filled = len;
    return ERR_OK;
}

/* Moves to `offset`, discarding what was read ahead. */
static void move_to(struct reader *reader, uint64_t offset)
{
    reader->at = offset;
    reader->used = reader->filled = 0;
}

/* Takes the rest of the piece up to a newline; true when there was one, which is passed over. */
static bool take_piece(struct reader *reader, const char **ret_bytes, size_t *ret_len)
{
    const char *start = reader->piece + reader->used;
    size_t left = reader->filled - reader->used;
    const char *newline = memchr(start, '\n', left);
    *ret_bytes = start;
    *ret_len = newline != NULL ? (size_t)(newline - start) : left;
    size_t step = *ret_len + (newline != NULL);
    reader->used += step;
    reader->at += step;
    return newline != NULL;
}

/* Passes over everything up to and including the next newline. */
static enum err_code skip_line(struct reader *reader, struct err *err)
{
    for (;;) {
        bool more;
        enum err_code code = fill_piece(reader, &more, err);
        if (code != ERR_OK || !more) {
            return code;
        }
        const char *bytes;
        size_t len;
        if (take_piece(reader, &bytes, &len)) {
            return ERR_OK;
        }
    }
}

/* Reads the line at reader->at into reader->line. */
static enum err_code read_line(struct reader *reader, struct err *err)
{
    buf_clear(&reader->line);
    enum err_code code;
    for (bool done = false; !done;) {
        bool more;
        code = fill_piece(reader, &more, err);
        if (code != ERR_OK || !more) {
            break;
        }
        const char *bytes;
        size_t len;
        done = take_piece(reader, &bytes, &len);
        buf_add(&reader->line, bytes, len);
    }
    reader->too_long = reader->line.too_big;
    if (code == ERR_OK && reader->line.failed && !reader->line.too_big) {
        code = err_nomem(err, "read_line");
    }
    return code;
}

static enum err_code set_id(const struct json_value *root, uint64_t position, const struct extract_caps *caps,
                            struct extract_record *record, struct err *err)
{
    char number[32];
    size_t len;
    const char *id = json_get_string(root, "id", &len);
    if (id == NULL && json_get_int(root, "id", 0) == json_get_int(root, "id", 1)) {
        len = (size_t)snprintf(number, sizeof number, "%" PRId64, json_get_int(root, "id", 0));
        id = number;
    }
    if (id != NULL && len > caps->title_bytes) {
        /* Shortened ids could be equal. */
        return err_set(err, ERR_INVALID, "the id is longer than %u bytes", caps->title_bytes);
    }
    if (id != NULL) {
        enum err_code code = field_set(&record->id, id, len, 3 * len, err);
        if (code != ERR_OK || *record->id != '\0') {
            return code;
        }
    }
    len = (size_t)snprintf(number, sizeof number, "@%" PRIu64, position);
    return field_set(&record->id, number, len, len, err);
}

/* The keys that are plain short text or have a form of their own. */
static enum err_code set_short(const struct json_value *root, const struct extract_caps *caps,
                               struct extract_record *record, struct err *err)
{
    const struct {
        const char *key;
        char **slot;
    } plain[] = {
        { "type", &record->kind },
        { "description", &record->description },
    };
    size_t len;
    const char *text;
    enum err_code code = ERR_OK;
    if ((text = json_get_string(root, "title", &len)) != NULL) {
        code = field_set_title(record, text, len, caps->title_bytes, err);
    }
    for (size_t i = 0; code == ERR_OK && i < sizeof plain / sizeof *plain; i++) {
        text = json_get_string(root, plain[i].key, &len);
        if (text != NULL) {
            code = field_set(plain[i].slot, text, len, caps->title_bytes, err);
        }
    }
    if (code == ERR_OK && (text = json_get_string(root, "url", &len)) != NULL) {
        code = field_set_url(&record->url, text, len, caps->title_bytes, err);
    }
    if (code == ERR_OK && (text = json_get_string(root, "date", &len)) != NULL) {
        code = field_set_date(&record->date, text, len, err);
    }
    if (code == ERR_OK && (text = json_get_string(root, "language", &len)) != NULL) {
        code = field_set_language(&record->language, text, len, err);
    }
    return code;
}

static enum err_code set_text(const struct json_value *root, const struct extract_caps *caps,
                              struct extract_record *record, struct err *err)
{
    size_t len;
    const char *text = json_get_string(root, "text", &len);
    if (text == NULL) {
        return *record->title != '\0' || *record->description != '\0'
                 ? ERR_OK
                 : err_set(err, ERR_INVALID, "the line has neither title nor text");
    }
    AUTO_BUF struct buf clean;
    buf_init(&clean, 3 * len + 64);
    enum err_code code = text_clean(text, len, &clean, NULL, err);
    if (code == ERR_OK) {
        code = field_take_text(record, &clean, caps, err);
    }
    return code != ERR_OK ? code : field_split_pages(record, caps, err);
}

/* ERR_INVALID: the line is bad, not the file. */
static enum err_code parse_line(const struct reader *reader, uint64_t position, struct extract_record *record,
                                struct err *err)
{
    if (reader->too_long) {
        return err_set(err, ERR_INVALID, "the line is longer than %llu bytes",
                       (unsigned long long)reader->line.max);
    }
    const char *bytes = reader->line.data;
    size_t len = reader->line.len;
    if (position == 0 && len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
    enum err_code code = json_parse(bytes, len, &doc, err);
    if (code != ERR_OK) {
        return code;
    }
    const struct json_value *root = json_root(doc);
    if (!json_is_record(root)) {
        return err_set(err, ERR_INVALID, "the line is not a JSON object");
    }
    code = set_id(root, position, reader->caps, record, err);
    if (code == ERR_OK) {
        code = set_short(root, reader->caps, record, err);
    }
    return code != ERR_OK ? code : set_text(root, reader->caps, record, err);
}

/* Turns what was read so far into a record that only says what is wrong. */
static enum err_code make_problem(struct extract_record *record, uint64_t position, const struct extract_caps *caps,
                                  const struct err *why, struct err *err)
{
    extract_record_done(record);
    enum err_code code = record_init(record, "application/json", err);
    if (code == ERR_OK) {
        code = set_id(NULL, position, caps, record, err);
    }
    return code != ERR_OK ? code
                          : field_set(&record->problem, why->text, strlen(why->text), caps->title_bytes, err);
}

static enum err_code give_line(struct reader *reader, uint64_t position, extract_sink *sink, void *context,
                               struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    struct err why = ERR_INIT;
    enum err_code code = record_init(&record, "application/json", &why);
    if (code == ERR_OK) {
        code = parse_line(reader, position, &record, &why);
    }
    if (code == ERR_INVALID) {
        code = make_problem(&record, position, reader->caps, &why, err);
    } else if (code != ERR_OK) {
        return err_set(err, code, "%s", why.text);
    } else {
        code = field_set(&record.encoding, "UTF-8", 5, 5, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    record.position = position;
    code = field_tell_title(&record, reader->caps->title_bytes, err);
    return code == ERR_OK ? sink(context, &record, err) : code;
}

static bool is_blank_line(const struct buf *line)
{
    for (size_t i = 0; i < line->len; i++) {
        if (line->data[i] != ' ' && line->data[i] != '\t' && line->data[i] != '\r') {
            return false;
        }
    }
    return !line->failed;
}

static enum err_code read_lines(struct reader *reader, uint64_t start, uint64_t end, extract_sink *sink, void *context,
                                struct err *err)
{
    enum err_code code = ERR_OK;
    move_to(reader, start);
    if (start > 0) {
        /* The newline just before `start` shows that a line begins there. */
        move_to(reader, start - 1);
        code = skip_line(reader, err);
    }
    while (code == ERR_OK && reader->at < end && reader->at < reader->source->len) {
        uint64_t position = reader->at;
        code = read_line(reader, err);
        if (code == ERR_OK && !is_blank_line(&reader->line)) {
            code = give_line(reader, reader->source->base + position, sink, context, err);
        }
    }
    return code;
}

enum err_code jsonl_range(const struct line_source *source, uint64_t start, uint64_t end,
                          const struct extract_caps *caps, extract_sink *sink, void *context, struct err *err)
{
    AUTO_FREE struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return err_nomem(err, "jsonl_range");
    }
    reader->source = source;
    reader->caps = caps;
    buf_init(&reader->line, (size_t)(caps->record_bytes + LINE_SLACK));
    enum err_code code = read_lines(reader, start, end, sink, context, err);
    buf_done(&reader->line);
    return code;
}

enum err_code jsonl_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    struct line_source source = { .bytes = input->bytes, .fd = -1, .len = input->len, .base = input->base };
    return input->len == 0 ? ERR_OK : jsonl_range(&source, 0, input->len, input->caps, sink, context, err);
}
