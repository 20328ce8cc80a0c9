/* explain.c - what becomes of a file: it is extracted in the sandboxed worker, as always, and each record is described. */
#include "indexer/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "indexer/ledger.h"
#include "indexer/mend.h"
#include "text/generation.h"

#define RECORDS_SHOWN 10 /* of a file of records, unless one is asked for */

struct explanation {
    const struct explain_options *options;
    char path[PATH_MAX]; /* real path of the file */
    const char *name;    /* in it: its path inside the source */
    struct stat info;
    struct dutch *dutch;
    struct sheet sheet;
    struct metadata metadata;        /* of what stands beside the file */
    uint64_t records, shown, unread; /* unread: records with a failure of their own */
    bool found;                      /* the record that was asked for */
    struct err failure;              /* why the file could not be read */
};

/* Opens the resources: those of the index, or those installed. */
static enum err_code open_resources(struct explanation *explanation, struct err *err)
{
    const char *directory = explanation->options->index;
    if (directory == NULL) {
        return dutch_open_installed(&explanation->dutch, err);
    }
    uint64_t number;
    struct generation generation;
    enum err_code code = generation_current(directory, &number, err);
    if (code != ERR_OK) {
        return code;
    }
    code = generation_load(directory, number, &generation, err);
    if (code == ERR_OK) {
        code = dutch_open(directory, &generation, &explanation->dutch, err);
        generation_done(&generation);
    }
    return code;
}

static enum err_code show_record(struct explanation *explanation, struct extract_record *record, struct err *err)
{
    const char *wanted = explanation->options->record;
    explanation->records++;
    explanation->unread += record->problem[0] != '\0';
    if (wanted != NULL ? strcmp(wanted, record->id) != 0 : explanation->records > RECORDS_SHOWN) {
        return ERR_OK;
    }
    explanation->found = true;
    explanation->shown++;
    enum err_code code = explain_record(&explanation->sheet, explanation->dutch, &explanation->metadata, record,
                                        explanation->options->terms, err);
    return code == ERR_OK ? sheet_flush(&explanation->sheet, err) : code;
}

/* Keeps the path of the file inside its source, of the source that reaches furthest up. */
static void keep_name(void *context, const struct ledger_place *place)
{
    struct explanation *explanation = context;
    size_t all = strlen(explanation->path), len = strlen(place->path);
    bool fits = len < all && explanation->path[all - len - 1] == '/' && strcmp(explanation->path + all - len, place->path) == 0;
    if (fits && len > strlen(explanation->name)) {
        explanation->name = explanation->path + all - len;
    }
}

/* Reads the metadata beside the file: with an index in the folders up to the root of its source, else in its own folder only.
 * The rules of a configuration are not known here. */
static enum err_code read_beside(struct explanation *explanation, struct extract_worker *worker, struct err *err)
{
    CLEANUP(ledger_free_cleanup) struct ledger *ledger = NULL;
    const char *directory = explanation->options->index;
    uint64_t count;
    explanation->name = strrchr(explanation->path, '/') + 1;
    enum err_code code = directory != NULL ? ledger_open(directory, false, &ledger, err) : ERR_OK;
    if (code == ERR_OK && directory != NULL) {
        code = ledger_find_places(ledger, explanation->path, keep_name, explanation, &count, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    const char *name = explanation->name;
    code = metadata_read(worker, explanation->path, name, &explanation->metadata, err);
    if (code == ERR_OK && explanation->metadata.restriction[0] != '\0') {
        sheet_str(&explanation->sheet, "restricted", explanation->metadata.restriction);
    }
    return code;
}

/* What is wrong with the document goes to explanation->failure; an error returned is ours. */
static enum err_code show_records(struct explanation *explanation, int fd, struct err *err)
{
    struct extract_worker *worker = NULL;
    enum err_code code = extract_worker_new(&explanation->options->caps, &worker, err);
    if (code != ERR_OK) {
        return code;
    }
    struct err *failure = &explanation->failure;
    enum err_code read = ERR_OK;
    explanation->metadata.values = (struct source_values){ "", "", "", "", "", false };
    if (!extract_is_lines(explanation->path)) {
        read = read_beside(explanation, worker, failure);
    }
    if (read == ERR_OK) {
        read = extract_worker_start(worker, fd, explanation->path, 0, (uint64_t)explanation->info.st_size, failure);
    }
    while (read == ERR_OK && code == ERR_OK) {
        struct extract_record record;
        bool more;
        read = extract_worker_next(worker, &record, &more, failure);
        if (read != ERR_OK || !more) {
            break;
        }
        code = show_record(explanation, &record, err);
        extract_record_done(&record);
    }
    extract_worker_free(worker);
    metadata_done(&explanation->metadata);
    return code;
}

/* ---- The ledger --------------------------------------------------------------------------- */

static const char *standing(const struct explanation *explanation, const struct ledger_file *row)
{
    const struct timespec *changed = &explanation->info.st_mtim;
    if (row->state == LEDGER_PENDING || (row->state == LEDGER_SKIPPED && (row->lacks & extract_available()) == 0)) {
        return "not in the index";
    }
    if (row->extractor < 0) {
        return "could not be read when it was last tried: the next run tries again";
    }
    if (row->extractor != MEND_VERSION) {
        return "read by another version: the next run takes it in again";
    }
    if ((row->lacks & extract_available()) != 0) {
        return "what it lacked is installed by now: the next run reads it again";
    }
    bool same = row->size == (uint64_t)explanation->info.st_size
        && row->mtime_ns == (int64_t)changed->tv_sec * 1000000000LL + changed->tv_nsec;
    return same ? "as it was when it was indexed" : "changed since it was indexed";
}

static void show_place(void *context, const struct ledger_place *place)
{
    struct explanation *explanation = context;
    struct sheet *sheet = &explanation->sheet;
    sheet_begin(sheet, NULL, "in the index");
    sheet_str(sheet, "source", place->source);
    sheet_str(sheet, "path", place->path);
    sheet_str(sheet, "state", ledger_state_name(place->file.state));
    sheet_str(sheet, "reason", place->file.reason);
    sheet_str(sheet, "file", standing(explanation, &place->file));
    if (sheet->json) {
        jw_key(&sheet->writer, "documents");
        jw_begin_object(&sheet->writer);
    }
    for (int state = 0; state < LEDGER_STATES; state++) {
        if (place->documents[state] > 0 && sheet->json) {
            jw_key_int(&sheet->writer, ledger_state_name((enum ledger_state)state), (int64_t)place->documents[state]);
        } else if (place->documents[state] > 0) {
            sheet_line(sheet, "documents %s: %" PRIu64, ledger_state_name((enum ledger_state)state), place->documents[state]);
        }
    }
    if (sheet->json) {
        jw_end_object(&sheet->writer);
    }
    sheet_end(sheet);
}

static enum err_code show_ledger(struct explanation *explanation, struct err *err)
{
    CLEANUP(ledger_free_cleanup) struct ledger *ledger = NULL;
    struct sheet *sheet = &explanation->sheet;
    const char *directory = explanation->options->index;
    uint64_t count = 0;
    enum err_code code = directory != NULL ? ledger_open(directory, false, &ledger, err) : ERR_OK;
    if (code != ERR_OK || directory == NULL) {
        return code;
    }
    if (sheet->json) {
        jw_key(&sheet->writer, "ledger");
        jw_begin_array(&sheet->writer);
    }
    code = ledger_find_places(ledger, explanation->path, show_place, explanation, &count, err);
    if (sheet->json) {
        jw_end_array(&sheet->writer);
    } else if (code == ERR_OK && count == 0) {
        sheet_line(sheet, "in the index: no, no source that was indexed holds it");
    }
    return code;
}

/* ---- The file ----------------------------------------------------------------------------- */

static enum err_code open_file(struct explanation *explanation, int *ret_fd, struct err *err)
{
    const char *file = explanation->options->file;
    if (realpath(file, explanation->path) == NULL) {
        return err_errno(err, errno, "cannot find %s", file);
    }
    int fd = open(explanation->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return err_errno(err, errno, "cannot open %s", file);
    }
    if (fstat(fd, &explanation->info) != 0 || !S_ISREG(explanation->info.st_mode)) {
        close(fd);
        return err_set(err, ERR_INVALID, "%s is not a file", file);
    }
    *ret_fd = fd;
    return ERR_OK;
}

static void show_totals(struct explanation *explanation)
{
    struct sheet *sheet = &explanation->sheet;
    bool lines = extract_is_lines(explanation->path);
    if (sheet->json) {
        jw_end_array(&sheet->writer);
        sheet_int(sheet, "records_total", explanation->records);
        sheet_int(sheet, "records_failed", explanation->unread);
    } else if (lines) {
        sheet_line(sheet, "records: %" PRIu64 ", %" PRIu64 " of them failed, %" PRIu64 " shown%s", explanation->records,
                   explanation->unread, explanation->shown,
                   explanation->shown < explanation->records && explanation->options->record == NULL
                       ? "; --record ID shows another" : "");
    }
    if (explanation->failure.code != ERR_OK) {
        sheet_str(sheet, "failed", explanation->failure.text);
    }
}

/* Everything about the file, into the sheet. */
static enum err_code show_file(struct explanation *explanation, int fd, struct err *err)
{
    struct sheet *sheet = &explanation->sheet;
    const char *words = words_signature(dutch_words(explanation->dutch));
    if (sheet->json) {
        jw_begin_object(&sheet->writer);
    }
    sheet_str(sheet, "file", explanation->path);
    sheet_int(sheet, "bytes", (uint64_t)explanation->info.st_size);
    sheet_str(sheet, "word_list", words);
    if (sheet->json) {
        jw_key(&sheet->writer, "records");
        jw_begin_array(&sheet->writer);
    }
    enum err_code code = show_records(explanation, fd, err);
    show_totals(explanation);
    if (code == ERR_OK) {
        code = show_ledger(explanation, err);
    }
    if (sheet->json) {
        jw_end_object(&sheet->writer);
        buf_add_char(&sheet->out, '\n');
    }
    return code == ERR_OK ? sheet_flush(sheet, err) : code;
}

enum err_code explain_print(const struct explain_options *options, bool *ret_failed, struct err *err)
{
    AUTO_FREE struct explanation *explanation = calloc(1, sizeof *explanation);
    AUTO_CLOSE int fd = -1;
    if (explanation == NULL) {
        return err_nomem(err, "explain_print");
    }
    explanation->options = options;
    enum err_code code = open_file(explanation, &fd, err);
    if (code == ERR_OK) {
        code = open_resources(explanation, err);
    }
    if (code == ERR_OK) {
        sheet_init(&explanation->sheet, options->json);
        code = show_file(explanation, fd, err);
        sheet_done(&explanation->sheet);
    }
    dutch_free(explanation->dutch);
    if (code == ERR_OK && options->record != NULL && !explanation->found && explanation->failure.code == ERR_OK) {
        code = err_set(err, ERR_NOT_FOUND, "%s has no record '%s'", options->file, options->record);
    }
    *ret_failed = explanation->failure.code != ERR_OK || (explanation->unread > 0 && explanation->unread == explanation->records);
    return code;
}
