/* convert.c - bench/convert: the documents of a corpus in the form that each search engine reads.
 *
 *     bench/convert --to FORM [--limit BYTES] [--stats FILE] [--dir DIR] SOURCE >FILE
 *
 * SOURCE is a folder or a file of JSON lines (bench/records.h).  The forms:
 *
 *     records      JSON lines again: the very lines, or what was extracted
 *     scriptindex  the dump format of xapian-omega: name=value, a further line of a value begins with '='
 *     csv          id,title,text for sqlite3's .import --csv
 *     copy         id, part, title, text for PostgreSQL's COPY; a long text is cut in rows, a tsvector has a ceiling of 1 MB
 *     files        a folder --dir with one .jsonl file a document; files that are right already are not touched, others removed
 *     queries      query number TAB "title" TAB first long words of a title, for bench/search; as many as --number, spread evenly
 *
 * --stats gets documents TAB bytes of text and titles.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "base/opt.h"
#include "bench/records.h"

#define COPY_TEXT_MAX 250000 /* its tsvector stays far below the ceiling, which counts words and positions */
#define RECORD_MAX ((size_t)1 << 30)
#define QUERY_WORDS 3
#define QUERY_LETTERS 6
#define TITLES_MAX ((size_t)512 << 20)

static struct {
    const char *to, *stats, *dir;
    long limit, number;
    bool help;
} options = { .number = 200 };

static const struct opt option_table[] = {
    { "to", 0, OPT_STRING, &options.to, 0, 0, "FORM", "records, scriptindex, csv, copy, files or queries" },
    { "limit", 0, OPT_NUMBER, &options.limit, 0, 1L << 50, "BYTES", "only the head of SOURCE; 0 for all" },
    { "number", 0, OPT_NUMBER, &options.number, 1, 100000, "N", "number of queries (200)" },
    { "dir", 0, OPT_STRING, &options.dir, 0, 0, "DIR", "folder for --to files" },
    { "stats", 0, OPT_STRING, &options.stats, 0, 0, "FILE", "documents TAB bytes of text and titles" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/convert",
    .usage = "--to FORM [--limit BYTES] [--stats FILE] SOURCE",
    .summary = "Writes the documents of a corpus in the form that a search engine reads.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* What goes on while the records come by. */
struct conversion {
    enum err_code (*write)(struct conversion *conversion, const struct record *record, struct err *err);
    struct buf out;    /* what one record becomes */
    struct buf titles; /* queries: all titles, a line each */
    uint64_t documents, bytes;
    char **kept; /* files: names that belong in the folder, sorted before they are used */
    size_t kept_count, kept_capacity;
};

static enum err_code put(struct conversion *conversion, struct err *err)
{
    enum err_code code = buf_check(&conversion->out, "a record", err);
    if (code == ERR_OK && conversion->out.len > 0
        && fwrite(conversion->out.data, 1, conversion->out.len, stdout) != conversion->out.len) {
        code = err_errno(err, errno, "cannot write");
    }
    buf_clear(&conversion->out);
    return code;
}

static enum err_code write_record(struct conversion *conversion, const struct record *record, struct err *err)
{
    if (record->line != NULL) {
        buf_add(&conversion->out, record->line, record->line_len);
        buf_add_char(&conversion->out, '\n');
    } else {
        record_write_json(&conversion->out, record);
    }
    return put(conversion, err);
}

static void add_field(struct buf *out, const char *name, const char *text, size_t len)
{
    buf_printf(out, "%s=", name);
    for (size_t at = 0, end; at < len; at = end) {
        const char *newline = memchr(text + at, '\n', len - at);
        end = newline != NULL ? (size_t)(newline - text) + 1 : len;
        buf_add(out, text + at, end - at);
        if (newline != NULL && end < len) {
            buf_add_char(out, '=');
        }
    }
    if (len == 0 || text[len - 1] != '\n') {
        buf_add_char(out, '\n');
    }
}

static enum err_code write_scriptindex(struct conversion *conversion, const struct record *record, struct err *err)
{
    add_field(&conversion->out, "id", record->id, record->id_len);
    add_field(&conversion->out, "title", record->title, record->title_len);
    add_field(&conversion->out, "text", record->text, record->text_len);
    buf_add_char(&conversion->out, '\n');
    return put(conversion, err);
}

static void add_csv(struct buf *out, const char *text, size_t len, char after)
{
    buf_add_char(out, '"');
    for (size_t at = 0, end; at < len; at = end) {
        const char *quote = memchr(text + at, '"', len - at);
        end = quote != NULL ? (size_t)(quote - text) + 1 : len;
        buf_add(out, text + at, end - at);
        if (quote != NULL) {
            buf_add_char(out, '"');
        }
    }
    buf_add_char(out, '"');
    buf_add_char(out, after);
}

static enum err_code write_csv(struct conversion *conversion, const struct record *record, struct err *err)
{
    add_csv(&conversion->out, record->id, record->id_len, ',');
    add_csv(&conversion->out, record->title, record->title_len, ',');
    add_csv(&conversion->out, record->text, record->text_len, '\n');
    return put(conversion, err);
}

static void add_copy(struct buf *out, const char *text, size_t len, char after)
{
    for (size_t i = 0; i < len; i++) {
        static const char special[] = "\\\n\t\r", letters[] = "\\ntr";
        const char *at = text[i] != '\0' ? strchr(special, text[i]) : NULL;
        if (at != NULL) {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, at != NULL ? letters[at - special] : text[i]);
    }
    buf_add_char(out, after);
}

/* Where to cut a text: at a space, else between characters. */
static size_t piece_of(const char *text, size_t len)
{
    if (len <= COPY_TEXT_MAX) {
        return len;
    }
    for (size_t end = COPY_TEXT_MAX; end > COPY_TEXT_MAX / 2; end--) {
        if (text[end] == ' ' || text[end] == '\n') {
            return end;
        }
    }
    size_t end = COPY_TEXT_MAX;
    while (end > 1 && ((unsigned char)text[end] & 0xC0) == 0x80) {
        end--;
    }
    return end;
}

static enum err_code write_copy(struct conversion *conversion, const struct record *record, struct err *err)
{
    struct buf *out = &conversion->out;
    size_t at = 0;
    unsigned part = 0;
    do {
        size_t len = piece_of(record->text + at, record->text_len - at);
        add_copy(out, record->id, record->id_len, '\t');
        buf_printf(out, "%u\t", part++);
        add_copy(out, record->title, record->title_len, '\t');
        add_copy(out, record->text + at, len, '\n');
        at += len;
    } while (at < record->text_len);
    return put(conversion, err);
}

static enum err_code write_file(struct conversion *conversion, const struct record *record, struct err *err)
{
    AUTO_BUF struct buf path, there;
    buf_init(&path, 4096);
    buf_init(&there, RECORD_MAX);
    buf_printf(&path, "%s/", options.dir);
    record_file_name(&path, record);
    buf_add_str(&path, ".jsonl");
    record_write_json(&conversion->out, record);
    enum err_code code = buf_check(&path, "the name of a file", err);
    if (code == ERR_OK && mem_grow(&conversion->kept, &conversion->kept_capacity, conversion->kept_count, sizeof(char *)) != 0) {
        code = err_nomem(err, "the names of files");
    }
    if (code == ERR_OK) {
        conversion->kept[conversion->kept_count] = strdup(path.data + strlen(options.dir) + 1);
        code = conversion->kept[conversion->kept_count++] == NULL ? err_nomem(err, "the names of files")
                                                                  : buf_check(&conversion->out, "a record", err);
    }
    struct err ignored = ERR_INIT;
    bool same = code == ERR_OK && io_exists(path.data) && io_read_file(path.data, &there, &ignored) == ERR_OK
                && there.len == conversion->out.len && memcmp(there.data, conversion->out.data, there.len) == 0;
    if (code == ERR_OK && !same) {
        AUTO_FCLOSE FILE *file = fopen(path.data, "we");
        if (file == NULL || fwrite(conversion->out.data, 1, conversion->out.len, file) != conversion->out.len) {
            code = err_errno(err, errno, "cannot write %s", path.data);
        }
    }
    buf_clear(&conversion->out);
    return code;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Removes the files of documents that are gone. */
static enum err_code remove_others(struct conversion *conversion, struct err *err)
{
    DIR *directory = opendir(options.dir);
    if (directory == NULL) {
        return err_errno(err, errno, "cannot read %s", options.dir);
    }
    if (conversion->kept_count > 0) {
        qsort(conversion->kept, conversion->kept_count, sizeof *conversion->kept, by_text);
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        size_t len = strlen(name);
        if (len > 6 && strcmp(name + len - 6, ".jsonl") == 0
            && (conversion->kept_count == 0
                || bsearch(&name, conversion->kept, conversion->kept_count, sizeof *conversion->kept, by_text) == NULL)) {
            unlinkat(dirfd(directory), name, 0);
        }
    }
    closedir(directory);
    return ERR_OK;
}

/* The first words of some length of a title; the whole title when it has none. */
static enum err_code keep_title(struct conversion *conversion, const struct record *record, struct err *err)
{
    size_t before = conversion->titles.len;
    int words = 0;
    for (size_t at = 0, end; at < record->title_len && words < QUERY_WORDS; at = end + 1) {
        for (end = at; end < record->title_len && (unsigned char)record->title[end] > ' '; end++) {
        }
        if (end - at >= QUERY_LETTERS) {
            buf_add_str(&conversion->titles, words++ > 0 ? " " : "");
            buf_add(&conversion->titles, record->title + at, end - at);
        }
    }
    for (size_t i = 0; i < record->title_len && words == 0; i++) {
        buf_add_char(&conversion->titles, (unsigned char)record->title[i] < ' ' ? ' ' : record->title[i]);
    }
    buf_add_str(&conversion->titles, conversion->titles.len > before ? "\n" : "?\n");
    return buf_check(&conversion->titles, "the titles", err);
}

static void print_queries(const struct conversion *conversion)
{
    uint64_t wanted = (uint64_t)options.number < conversion->documents ? (uint64_t)options.number : conversion->documents;
    const char *line = conversion->titles.data;
    for (uint64_t i = 0; i < conversion->documents; i++) {
        const char *end = strchr(line, '\n');
        if (i * wanted / conversion->documents != (i + 1) * wanted / conversion->documents && end - line > 3) {
            printf("q%llu\ttitle\t%.*s\n", (unsigned long long)i, (int)(end - line), line);
        }
        line = end + 1;
    }
}

static enum err_code take(void *context, const struct record *record, struct err *err)
{
    struct conversion *conversion = context;
    conversion->documents++;
    conversion->bytes += record->title_len + record->text_len;
    return conversion->write(conversion, record, err);
}

static bool choose(struct conversion *conversion)
{
    static const struct {
        const char *name;
        enum err_code (*write)(struct conversion *conversion, const struct record *record, struct err *err);
    } forms[] = {
        { "records", write_record }, { "scriptindex", write_scriptindex }, { "csv", write_csv },
        { "copy", write_copy },      { "files", write_file },              { "queries", keep_title },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (options.to != NULL && strcmp(options.to, forms[i].name) == 0) {
            conversion->write = forms[i].write;
        }
    }
    return conversion->write != NULL && (conversion->write == write_file) == (options.dir != NULL);
}

static enum err_code convert(struct conversion *conversion, const char *source, struct err *err)
{
    enum err_code code = options.dir != NULL ? io_make_dirs(options.dir, err) : ERR_OK;
    if (code == ERR_OK) {
        code = records_each(source, (uint64_t)options.limit, take, conversion, err);
    }
    if (code == ERR_OK && options.dir != NULL) {
        code = remove_others(conversion, err);
    }
    if (code == ERR_OK && conversion->write == keep_title && conversion->documents > 0) {
        print_queries(conversion);
    }
    if (code == ERR_OK && fflush(stdout) != 0) {
        code = err_errno(err, errno, "cannot write");
    }
    if (code == ERR_OK && options.stats != NULL) {
        char text[64];
        snprintf(text, sizeof text, "%llu\t%llu\n", (unsigned long long)conversion->documents,
                 (unsigned long long)conversion->bytes);
        code = io_replace_file(options.stats, text, strlen(text), err);
    }
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct conversion conversion = { 0 };
    int operands = 0;
    enum err_code code = opt_parse(&program, argc, argv, &operands, &err);
    if (code == ERR_OK && (options.help || operands != 1 || !choose(&conversion))) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    buf_init(&conversion.out, RECORD_MAX);
    buf_init(&conversion.titles, TITLES_MAX);
    if (code == ERR_OK) {
        code = convert(&conversion, argv[1], &err);
    }
    for (size_t i = 0; i < conversion.kept_count; i++) {
        free(conversion.kept[i]);
    }
    free(conversion.kept);
    buf_done(&conversion.out);
    buf_done(&conversion.titles);
    if (code != ERR_OK) {
        fprintf(stderr, "bench/convert: %s\n", err.text);
    }
    return code != ERR_OK;
}
