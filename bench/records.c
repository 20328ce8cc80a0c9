/* records.c - reading records from JSON lines, or from the files of a folder by the extractors. */
#include "bench/records.h"

#include <ctype.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/json.h"
#include "extract/extract.h"

struct reading {
    record_sink *sink;
    void *context;
    uint64_t limit, bytes;
    bool full;
    const char *path; /* of the file, below the folder */
};

static enum err_code pass_on(struct reading *reading, const struct record *record, size_t size, struct err *err)
{
    if (reading->limit > 0 && reading->bytes > 0 && reading->bytes + size > reading->limit) {
        reading->full = true;
        return ERR_OK;
    }
    reading->bytes += size;
    return reading->sink(reading->context, record, err);
}

static enum err_code read_line(struct reading *reading, const char *line, size_t len, struct err *err)
{
    CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
    enum err_code code = json_parse(line, len, &doc, err);
    if (code != ERR_OK) {
        return code;
    }
    struct record record = { .line = line, .line_len = len };
    record.id = json_get_string(json_root(doc), "id", &record.id_len);
    record.title = json_get_string(json_root(doc), "title", &record.title_len);
    record.text = json_get_string(json_root(doc), "text", &record.text_len);
    if (record.id == NULL) {
        return err_set(err, ERR_INVALID, "a record without an id");
    }
    record.title = record.title != NULL ? record.title : "";
    record.text = record.text != NULL ? record.text : "";
    return pass_on(reading, &record, len + 1, err);
}

static enum err_code read_lines(struct reading *reading, const char *path, struct err *err)
{
    AUTO_FCLOSE FILE *file = fopen(path, "re");
    if (file == NULL) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    AUTO_FREE char *line = NULL;
    size_t room = 0;
    ssize_t len;
    enum err_code code = ERR_OK;
    for (unsigned long number = 1; code == ERR_OK && !reading->full && (len = getline(&line, &room, file)) > 0; number++) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
            line[--len] = '\0';
        }
        struct err cause = ERR_INIT;
        if (len > 0 && (code = read_line(reading, line, (size_t)len, &cause)) != ERR_OK) {
            code = err_set(err, code, "%s, line %lu: %s", path, number, cause.text);
        }
    }
    return code == ERR_OK && ferror(file) ? err_set(err, ERR_IO, "cannot read %s", path) : code;
}

static enum err_code take_extracted(void *context, struct extract_record *extracted, struct err *err)
{
    struct reading *reading = context;
    if (reading->full || extracted->problem[0] != '\0') {
        return ERR_OK;
    }
    AUTO_BUF struct buf id;
    buf_init(&id, 8192);
    buf_printf(&id, "%s%s%s", reading->path, extracted->id[0] != '\0' ? "#" : "", extracted->id);
    enum err_code code = buf_check(&id, "an id", err);
    if (code != ERR_OK) {
        return code;
    }
    const struct record record = { .id = id.data, .id_len = id.len, .title = extracted->title, .text = extracted->text,
                                   .title_len = strlen(extracted->title), .text_len = extracted->text_len };
    return pass_on(reading, &record, record.title_len + record.text_len, err);
}

static int by_name(const FTSENT **left, const FTSENT **right)
{
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

/* A file that cannot be extracted is left out, as the indexer does. */
static enum err_code read_folder(struct reading *reading, char *path, struct err *err)
{
    size_t root = strlen(path);
    char *const roots[] = { path, NULL };
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL) {
        return err_errno(err, errno, "cannot read %s", path);
    }
    enum err_code code = ERR_OK;
    for (FTSENT *entry; code == ERR_OK && !reading->full && (entry = fts_read(tree)) != NULL;) {
        if (entry->fts_info != FTS_F) {
            continue;
        }
        AUTO_BUF struct buf bytes;
        buf_init(&bytes, extract_default_caps.file_bytes);
        struct err cause = ERR_INIT;
        reading->path = entry->fts_path + root + (entry->fts_path[root] == '/');
        if ((code = io_read_file(entry->fts_accpath, &bytes, err)) == ERR_OK) {
            const struct extract_input input = { .bytes = bytes.data != NULL ? bytes.data : "", .len = bytes.len,
                                                 .name = entry->fts_name, .caps = &extract_default_caps };
            code = extract_run(&input, take_extracted, reading, &cause);
            code = code == ERR_INVALID ? ERR_OK : code;
            if (code != ERR_OK) {
                err_set(err, code, "%s: %s", entry->fts_path, cause.text);
            }
        }
    }
    fts_close(tree);
    return code;
}

enum err_code records_each(const char *source, uint64_t limit, record_sink *sink, void *context, struct err *err)
{
    struct reading reading = { .sink = sink, .context = context, .limit = limit };
    struct stat status;
    if (stat(source, &status) != 0) {
        return err_errno(err, errno, "cannot read %s", source);
    }
    if (!S_ISDIR(status.st_mode)) {
        return read_lines(&reading, source, err);
    }
    AUTO_FREE char *path = strdup(source);
    return path == NULL ? err_nomem(err, "a path") : read_folder(&reading, path, err);
}

void record_write_json(struct buf *out, const struct record *record)
{
    buf_add_str(out, "{\"id\": \"");
    json_escape(out, record->id, record->id_len);
    buf_add_str(out, "\", \"title\": \"");
    json_escape(out, record->title, record->title_len);
    buf_add_str(out, "\", \"text\": \"");
    json_escape(out, record->text, record->text_len);
    buf_add_str(out, "\"}\n");
}

void record_file_name(struct buf *out, const struct record *record)
{
    for (size_t i = 0; i < record->id_len; i++) {
        unsigned char c = (unsigned char)record->id[i];
        bool dot = c == '.' && i > 0 && record->id[i - 1] != '.';
        buf_add_char(out, isalnum(c) || c == '-' || dot ? (char)c : '_');
    }
}
