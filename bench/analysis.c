/* analysis.c - bench/analysis: what the way from text to terms costs, in time and in index.
 *
 *     bench/analysis --corpus corpus.jsonl --work DIR [--megabytes 20] [--runs 5] [--size-megabytes 20]
 *
 * Speed: mend_record and compose_document, the functions that naslag-index calls, over one piece of the corpus after another, in
 * one thread, with their terms and positions made but not handed to Xapian and their text not stored.  Parsing the file is not
 * counted.  Times are processor times, so that other programs on the machine disturb them little.
 *
 * Size: the same documents as a merged Xapian database with all terms, without those of parts, and without those of parts and
 * inflection; with the lexicon, which is there for these terms only, and the stored texts.
 *
 * Both come of the linker's --wrap (local.mk): the calls that compose.c makes to the shim and to the store end below, in the
 * __wrap_ functions, which drop, count or pass them on.
 *
 * Prints tables of tab-separated values, each after a line "# name".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/io.h"
#include "base/opt.h"
#include "extract/extract.h"
#include "indexer/compose.h"
#include "indexer/mend.h"
#include "indexer/publish_part.h"
#include "text/generation.h"
#include "text/schema.h"

#define SEGMENT_BYTES ((size_t)24 << 20)
#define RUNS_MAX 100
#define SEGMENTS_MAX 10000
#define MEGABYTE 1e6

static struct {
    const char *corpus, *work;
    long megabytes, runs, size_megabytes;
    bool help;
} options = { .megabytes = 20, .runs = 5, .size_megabytes = 20 };

static const struct opt option_table[] = {
    { "corpus", 0, OPT_STRING, &options.corpus, 0, 0, "FILE", "records, a JSON object a line" },
    { "work", 0, OPT_STRING, &options.work, 0, 0, "DIR", "folder for the databases; made, and emptied of what this program makes" },
    { "megabytes", 0, OPT_NUMBER, &options.megabytes, 1, 1000, "N", "megabytes of the file in one run (20)" },
    { "runs", 0, OPT_NUMBER, &options.runs, 1, RUNS_MAX, "N", "runs, each over the next piece of the file (5)" },
    { "size-megabytes", 0, OPT_NUMBER, &options.size_megabytes, 0, 1000, "N",
      "megabytes of the file to measure sizes with (20); 0 for none" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/analysis",
    .usage = "--corpus FILE --work DIR",
    .summary = "Measures the speed of text analysis, and what its terms add to an index.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* ---- Between compose.c and what it calls -------------------------------------------------- */

enum mode { MODE_DROP, MODE_COUNT, MODE_PASS };

/* Terms by prefix.  `group` 0 is always there; the databases leave out groups. */
static struct family {
    const char *prefix, *name;
    int group;
    uint64_t terms, positions;
} families[] = {
    { "", "exact forms", 0, 0, 0 },
    { SCHEMA_TITLE, "exact forms of the title", 0, 0, 0 },
    { SCHEMA_CLASS, "inflection classes", 1, 0, 0 },
    { SCHEMA_TITLE_CLASS, "inflection classes of the title", 1, 0, 0 },
    { SCHEMA_STEM, "Snowball stems", 1, 0, 0 },
    { SCHEMA_PART, "parts of compounds", 2, 0, 0 },
    { NULL, "names, dates, blocks, filters", 0, 0, 0 },
};
#define FAMILY_COUNT (sizeof families / sizeof *families)

static enum mode mode;
static int groups;      /* MODE_PASS: terms of this group and above are left out */
static bool keep_texts; /* MODE_PASS: the stored text too */

static struct family *family_of(const char *term, size_t len)
{
    size_t prefix = 0;
    while (prefix < len && term[prefix] >= 'A' && term[prefix] <= 'Z') {
        prefix++;
    }
    for (size_t i = 0; i + 1 < FAMILY_COUNT; i++) {
        if (strlen(families[i].prefix) == prefix && memcmp(families[i].prefix, term, prefix) == 0) {
            return &families[i];
        }
    }
    return &families[FAMILY_COUNT - 1];
}

/* Whether the term goes on to Xapian. */
static bool take_term(const char *term, size_t len, size_t positions)
{
    if (mode == MODE_DROP) {
        return false;
    }
    struct family *family = family_of(term, len);
    if (mode == MODE_COUNT) {
        family->terms++;
        family->positions += positions;
        return false;
    }
    return family->group < groups;
}

/* The real functions, and what is called in their place. */
enum err_code __real_shim_doc_add_term(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err);
enum err_code __wrap_shim_doc_add_term(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err);
enum err_code __real_shim_doc_add_positions(struct shim_doc *doc, const char *term, size_t len, const uint32_t *positions,
                                            size_t count, uint32_t wdf, struct err *err);
enum err_code __wrap_shim_doc_add_positions(struct shim_doc *doc, const char *term, size_t len, const uint32_t *positions,
                                            size_t count, uint32_t wdf, struct err *err);
enum err_code __real_shim_doc_clear(struct shim_doc *doc, struct err *err);
enum err_code __wrap_shim_doc_clear(struct shim_doc *doc, struct err *err);
enum err_code __real_shim_doc_set_data(struct shim_doc *doc, const void *data, size_t len, struct err *err);
enum err_code __wrap_shim_doc_set_data(struct shim_doc *doc, const void *data, size_t len, struct err *err);
enum err_code __real_shim_doc_set_value(struct shim_doc *doc, uint32_t slot, const void *value, size_t len, struct err *err);
enum err_code __wrap_shim_doc_set_value(struct shim_doc *doc, uint32_t slot, const void *value, size_t len, struct err *err);
void __real_store_add_hidden(struct store_writer *writer, uint32_t position, uint32_t start, uint32_t end);
void __wrap_store_add_hidden(struct store_writer *writer, uint32_t position, uint32_t start, uint32_t end);
void __real_store_begin(struct store_writer *writer);
void __wrap_store_begin(struct store_writer *writer);
void __real_store_add_page(struct store_writer *writer, uint32_t position, uint32_t offset);
void __wrap_store_add_page(struct store_writer *writer, uint32_t position, uint32_t offset);
void __real_store_add_block(struct store_writer *writer, const char *text, size_t len, uint32_t position, uint32_t offset);
void __wrap_store_add_block(struct store_writer *writer, const char *text, size_t len, uint32_t position, uint32_t offset);
enum err_code __real_store_end(struct store_writer *writer, uint32_t position, uint64_t *ret_offset, struct err *err);
enum err_code __wrap_store_end(struct store_writer *writer, uint32_t position, uint64_t *ret_offset, struct err *err);

enum err_code __wrap_shim_doc_add_term(struct shim_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err)
{
    return take_term(term, len, 0) ? __real_shim_doc_add_term(doc, term, len, wdf, err) : ERR_OK;
}

enum err_code __wrap_shim_doc_add_positions(struct shim_doc *doc, const char *term, size_t len, const uint32_t *positions,
                                            size_t count, uint32_t wdf, struct err *err)
{
    return take_term(term, len, count) ? __real_shim_doc_add_positions(doc, term, len, positions, count, wdf, err) : ERR_OK;
}

enum err_code __wrap_shim_doc_clear(struct shim_doc *doc, struct err *err)
{
    return mode == MODE_PASS ? __real_shim_doc_clear(doc, err) : ERR_OK;
}

enum err_code __wrap_shim_doc_set_data(struct shim_doc *doc, const void *data, size_t len, struct err *err)
{
    return mode == MODE_PASS ? __real_shim_doc_set_data(doc, data, len, err) : ERR_OK;
}

enum err_code __wrap_shim_doc_set_value(struct shim_doc *doc, uint32_t slot, const void *value, size_t len, struct err *err)
{
    return mode == MODE_PASS ? __real_shim_doc_set_value(doc, slot, value, len, err) : ERR_OK;
}

void __wrap_store_add_hidden(struct store_writer *writer, uint32_t position, uint32_t start, uint32_t end)
{
    if (mode == MODE_PASS && keep_texts) {
        __real_store_add_hidden(writer, position, start, end);
    }
}

void __wrap_store_begin(struct store_writer *writer)
{
    if (mode == MODE_PASS && keep_texts) {
        __real_store_begin(writer);
    }
}

void __wrap_store_add_page(struct store_writer *writer, uint32_t position, uint32_t offset)
{
    if (mode == MODE_PASS && keep_texts) {
        __real_store_add_page(writer, position, offset);
    }
}

void __wrap_store_add_block(struct store_writer *writer, const char *text, size_t len, uint32_t position, uint32_t offset)
{
    if (mode == MODE_PASS && keep_texts) {
        __real_store_add_block(writer, text, len, position, offset);
    }
}

enum err_code __wrap_store_end(struct store_writer *writer, uint32_t position, uint64_t *ret_offset, struct err *err)
{
    *ret_offset = 0;
    return mode == MODE_PASS && keep_texts ? __real_store_end(writer, position, ret_offset, err) : ERR_OK;
}

/* ---- Records ------------------------------------------------------------------------------ */

/* The records of a piece of the corpus, as the extraction worker gives them. */
struct piece {
    struct extract_record *records;
    size_t count, capacity;
    uint64_t bytes; /* of text and titles */
};

static void piece_done(struct piece *piece)
{
    for (size_t i = 0; i < piece->count; i++) {
        extract_record_done(&piece->records[i]);
    }
    free(piece->records);
    *piece = (struct piece){ 0 };
}

static enum err_code keep_record(void *context, struct extract_record *record, struct err *err)
{
    struct piece *piece = context;
    if (record->problem[0] != '\0') {
        return ERR_OK;
    }
    if (mem_grow(&piece->records, &piece->capacity, piece->count, sizeof *piece->records) != 0) {
        return err_nomem(err, "the records");
    }
    piece->bytes += record->text_len + strlen(record->title);
    piece->records[piece->count++] = *record;
    *record = (struct extract_record){ 0 };
    return ERR_OK;
}

/* The records of the next lines, at least `wanted` bytes unless the file ends. */
static enum err_code read_piece(FILE *file, double wanted, struct piece *piece, struct err *err)
{
    AUTO_FREE char *line = NULL;
    size_t room = 0;
    ssize_t len;
    enum err_code code = ERR_OK;
    for (double read = 0; code == ERR_OK && read < wanted && (len = getline(&line, &room, file)) > 0; read += (double)len) {
        struct extract_input input = { .bytes = line, .len = (size_t)len, .name = "corpus.jsonl", .caps = &extract_default_caps };
        code = extract_run(&input, keep_record, piece, err);
    }
    return code;
}

static enum err_code compose(struct analysis *analysis, const struct extract_record *record, struct store_writer *store,
                             struct shim_doc *doc, struct err *err)
{
    AUTO_BUF struct buf headings;
    buf_init(&headings, (size_t)8 << 20);
    for (uint32_t i = 0; i < record->heading_count; i++) { /* as list_headings in indexer/builder.c */
        buf_add(&headings, record->text + record->headings[i].start, record->headings[i].len);
        buf_add_char(&headings, '\n');
    }
    char uid[SCHEMA_UID_LEN + 1];
    snprintf(uid, sizeof uid, "%016llx", (unsigned long long)record->position);
    const struct compose_input input = {
        .head = {
            .uid = { uid, strlen(uid) },
            .name = { record->id, strlen(record->id) },
            .title = { record->title, strlen(record->title) },
            .source = { "corpus", strlen("corpus") },
            .date = { record->date, strlen(record->date) },
            .language = { record->language, strlen(record->language) },
            .format = { record->format, strlen(record->format) },
            .headings = { headings.data != NULL ? headings.data : "", headings.len },
        },
        .text = record->text,
        .text_len = record->text_len,
        .pages = record->pages,
        .page_count = record->page_count,
    };
    struct compose_result result = { 0 };
    return compose_document(analysis, store, "t", &input, doc, &result, err);
}

/* ---- Speed -------------------------------------------------------------------------------- */

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* One run: mends all records, then makes their terms; a second, untimed pass counts them. */
static enum err_code run_once(const struct dutch *dutch, struct analysis *analysis, struct piece *piece, struct shim_doc *doc,
                              double *ret_mend, double *ret_terms, struct err *err)
{
    enum err_code code = ERR_OK;
    double start = processor_seconds();
    for (size_t i = 0; i < piece->count && code == ERR_OK; i++) {
        code = mend_record(dutch, &piece->records[i], err);
    }
    *ret_mend = processor_seconds() - start;
    mode = MODE_DROP;
    start = processor_seconds();
    for (size_t i = 0; i < piece->count && code == ERR_OK; i++) {
        code = compose(analysis, &piece->records[i], NULL, doc, err);
    }
    *ret_terms = processor_seconds() - start;
    mode = MODE_COUNT;
    for (size_t i = 0; i < piece->count && code == ERR_OK; i++) {
        code = compose(analysis, &piece->records[i], NULL, doc, err);
    }
    return code;
}

static void print_families(void)
{
    uint64_t all = 0;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        all += families[i].terms;
    }
    puts("# postings\nfamily\tpostings\tshare\tpositions");
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        printf("%s\t%llu\t%.1f%%\t%llu\n", families[i].name, (unsigned long long)families[i].terms,
               all > 0 ? 100 * (double)families[i].terms / (double)all : 0, (unsigned long long)families[i].positions);
    }
}

static enum err_code measure_speed(const struct dutch *dutch, struct shim_doc *doc, struct err *err)
{
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    AUTO_FCLOSE FILE *file = fopen(options.corpus, "re");
    if (file == NULL) {
        return err_errno(err, errno, "cannot open %s", options.corpus);
    }
    enum err_code code = analysis_new(dutch, &analysis, err);
    double mend[RUNS_MAX], terms[RUNS_MAX], both[RUNS_MAX];
    size_t runs = 0;
    puts("# speed\nrun\tMB of text\tmending MB/s\tterms MB/s\tboth MB/s");
    for (long run = 0; run < options.runs && code == ERR_OK; run++) {
        struct piece piece = { 0 };
        code = read_piece(file, (double)options.megabytes * MEGABYTE, &piece, err);
        double seconds[2];
        bool some = code == ERR_OK && piece.bytes > 0;
        if (some && (code = run_once(dutch, analysis, &piece, doc, &seconds[0], &seconds[1], err)) == ERR_OK) {
            double size = (double)piece.bytes / MEGABYTE;
            mend[runs] = size / seconds[0];
            terms[runs] = size / seconds[1];
            both[runs] = size / (seconds[0] + seconds[1]);
            printf("%ld\t%.1f\t%.1f\t%.1f\t%.1f\n", run + 1, size, mend[runs], terms[runs], both[runs]);
            runs++;
        }
        piece_done(&piece);
    }
    if (code == ERR_OK && runs == 0) {
        code = err_set(err, ERR_INVALID, "%s has no records", options.corpus);
    }
    if (code == ERR_OK) {
        printf("median\t\t%.1f\t%.1f\t%.1f\n", median(mend, runs), median(terms, runs), median(both, runs));
        print_families();
    }
    return code;
}

/* ---- Size --------------------------------------------------------------------------------- */

static enum err_code path_of(const char *name, long number, struct buf *out, struct err *err)
{
    buf_clear(out);
    buf_printf(out, number >= 0 ? "%s/%s%ld" : "%s/%s", options.work, name, number);
    return buf_check(out, "a path", err);
}

/* Writes the piece as segments DIR/s0, s1 ...; *ret_count of them. */
static enum err_code write_segments(struct analysis *analysis, const struct piece *piece, struct store_writer *store,
                                    struct shim_doc *doc, size_t *ret_count, struct err *err)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    enum err_code code = ERR_OK;
    *ret_count = 0;
    for (size_t i = 0; i < piece->count && code == ERR_OK; i++) {
        uint32_t docid;
        if (writer == NULL && (code = path_of("s", (long)*ret_count, &path, err)) == ERR_OK
            && (code = shim_writer_create(path.data, &writer, err)) == ERR_OK) {
            ++*ret_count;
        }
        if (code == ERR_OK) {
            code = compose(analysis, &piece->records[i], store, doc, err);
        }
        if (code == ERR_OK) {
            code = shim_writer_add(writer, doc, &docid, err);
        }
        if (code == ERR_OK && (shim_writer_size(writer) >= SEGMENT_BYTES || i + 1 == piece->count)) {
            code = shim_writer_commit(writer, err);
            shim_writer_free(TAKE_PTR(writer));
        }
    }
    return code;
}

/* Merges DIR/s0 ... into DIR/NAME and removes them; *ret_bytes is the size of what was made. */
static enum err_code merge_segments(size_t count, const char *name, uint64_t *ret_bytes, struct err *err)
{
    AUTO_BUF struct buf target, source;
    buf_init(&target, 4096);
    buf_init(&source, 4096);
    AUTO_FREE char **paths = calloc(count + 1, sizeof *paths);
    AUTO_FREE struct shim_source *sources = calloc(count + 1, sizeof *sources);
    enum err_code code = sources == NULL || paths == NULL ? err_nomem(err, "merging") : path_of(name, -1, &target, err);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        code = path_of("s", (long)i, &source, err);
        sources[i].path = paths[i] = buf_take(&source);
    }
    if (code == ERR_OK) {
        code = shim_merge(sources, count, target.data, NULL, err);
    }
    for (size_t i = 0; i < count && paths != NULL; i++) {
        if (code == ERR_OK) {
            code = io_remove_tree(paths[i], err);
        }
        free(paths[i]);
    }
    if (code == ERR_OK) {
        *ret_bytes = io_tree_size(target.data);
    }
    return code;
}

struct sizes {
    uint64_t databases[3]; /* without inflection and parts, without parts, with all */
    uint64_t lexicon, texts;
};

static void print_sizes(const struct sizes *sizes)
{
    static const char *const names[] = { "without inflection and parts", "with inflection", "with inflection and parts" };
    double texts = (double)sizes->texts;
    puts("# size\nindex\tXapian MB\tlexicon MB\ttexts MB\tgrowth of Xapian\tgrowth of all");
    for (size_t i = 0; i < 3; i++) {
        double lexicon = i == 2 ? (double)sizes->lexicon : 0;
        double size = (double)sizes->databases[i], base = (double)sizes->databases[0];
        printf("%s\t%.2f\t%.2f\t%.2f\t%+.1f%%\t%+.1f%%\n", names[i], size / MEGABYTE, lexicon / MEGABYTE, texts / MEGABYTE,
               100 * (size / base - 1), 100 * ((size + lexicon + texts) / (base + texts) - 1));
    }
}

/* One database of the piece with the terms of some groups, in DIR/d<groups>. */
static enum err_code make_database(struct analysis *analysis, const struct piece *piece, struct store_writer *store,
                                   struct shim_doc *doc, int of_groups, uint64_t *ret_bytes, struct err *err)
{
    char name[16];
    size_t segments = 0;
    snprintf(name, sizeof name, "d%d", of_groups);
    mode = MODE_PASS;
    groups = of_groups;
    keep_texts = store != NULL;
    enum err_code code = write_segments(analysis, piece, store, doc, &segments, err);
    return code == ERR_OK ? merge_segments(segments, name, ret_bytes, err) : code;
}

static enum err_code measure_size(const struct dutch *dutch, struct shim_doc *doc, struct err *err)
{
    CLEANUP(analysis_free_cleanup) struct analysis *analysis = NULL;
    CLEANUP(store_writer_free_cleanup) struct store_writer *store = NULL;
    AUTO_BUF struct buf path, database;
    buf_init(&path, 4096);
    buf_init(&database, 4096);
    struct sizes sizes = { 0 };
    struct piece piece = { 0 };
    AUTO_FCLOSE FILE *file = fopen(options.corpus, "re");
    if (file == NULL) {
        return err_errno(err, errno, "cannot open %s", options.corpus);
    }
    enum err_code code = analysis_new(dutch, &analysis, err);
    if (code == ERR_OK && (code = path_of("texts", -1, &path, err)) == ERR_OK
        && (code = store_writer_new(path.data, NULL, &store, err)) == ERR_OK) {
        code = read_piece(file, (double)options.size_megabytes * MEGABYTE, &piece, err);
    }
    for (size_t i = 0; i < piece.count && code == ERR_OK; i++) {
        code = mend_record(dutch, &piece.records[i], err);
    }
    for (int i = 0; i < 3 && code == ERR_OK; i++) {
        code = make_database(analysis, &piece, i == 2 ? store : NULL, doc, i + 1, &sizes.databases[i], err);
    }
    piece_done(&piece);
    if (code == ERR_OK && (code = store_writer_sync(store, err)) == ERR_OK) {
        sizes.texts = io_tree_size(path.data);
        code = path_of("d3", -1, &database, err);
    }
    if (code == ERR_OK && (code = publish_write_lexicon(dutch, database.data, err)) == ERR_OK
        && (code = path_of("d3/" SCHEMA_LEXICON, -1, &path, err)) == ERR_OK) {
        sizes.lexicon = io_tree_size(path.data);
        print_sizes(&sizes);
    }
    return code;
}

/* ---- All of it ---------------------------------------------------------------------------- */

/* Removes what an earlier run has left in the folder, and installs the language resources there. */
static enum err_code set_up(struct dutch **ret_dutch, struct err *err)
{
    static const char *const made[] = { "d1", "d2", "d3", "texts", SCHEMA_RESOURCES };
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    enum err_code code = io_make_dirs(options.work, err);
    for (size_t i = 0; i < sizeof made / sizeof *made && code == ERR_OK; i++) {
        code = path_of(made[i], -1, &path, err);
        if (code == ERR_OK) {
            code = io_remove_tree(path.data, err);
        }
    }
    for (long i = 0; i < SEGMENTS_MAX && code == ERR_OK; i++) {
        code = path_of("s", i, &path, err);
        if (code != ERR_OK || !io_exists(path.data)) {
            break;
        }
        code = io_remove_tree(path.data, err);
    }
    struct generation generation;
    generation_init(&generation);
    if (code == ERR_OK && (code = path_of(SCHEMA_RESOURCES, -1, &path, err)) == ERR_OK
        && (code = io_make_dirs(path.data, err)) == ERR_OK
        && (code = dutch_install(options.work, &generation, err)) == ERR_OK) {
        code = dutch_open(options.work, &generation, ret_dutch, err);
        if (generation.words[0] == '\0') {
            fputs("bench/analysis: no word list is installed (Debian: wdutch): this measures Snowball stems alone\n", stderr);
        }
    }
    generation_done(&generation);
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    int operands;
    enum err_code code = opt_parse(&program, argc, argv, &operands, &err);
    if (code == ERR_OK && (options.help || options.corpus == NULL || options.work == NULL || operands > 0)) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    CLEANUP(dutch_free_cleanup) struct dutch *dutch = NULL;
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    if (code == ERR_OK && (code = set_up(&dutch, &err)) == ERR_OK && (code = shim_doc_new(&doc, &err)) == ERR_OK) {
        code = measure_speed(dutch, doc, &err);
    }
    if (code == ERR_OK && options.size_megabytes > 0) {
        code = measure_size(dutch, doc, &err);
    }
    if (code != ERR_OK) {
        fprintf(stderr, "bench/analysis: %s\n", err.text);
    }
    return code != ERR_OK || fflush(stdout) != 0;
}
