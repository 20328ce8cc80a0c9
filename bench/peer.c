/* peer.c - bench/peer: plain Xapian on a retrieval set, for bench/relevance to measure against.
 *
 *     bench/peer --index DIR --corpus corpus.jsonl      a new database of the records, and their ids in DIR.ids
 *     bench/peer --index DIR --queries queries.tsv      qid TAB type TAB query; prints a TREC run, ten hits a query
 *
 * Indexed by TermGenerator with the Dutch stemmer, asked by QueryParser with default operator OR (shim/peer.h).  Punctuation in
 * queries is taken out first, which is much to Xapian's advantage: QueryParser makes a phrase of a hyphenated word, and reads
 * operators into others.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/json.h"
#include "base/opt.h"
#include "shim/peer.h"
#include "shim/shim.h"

#define HITS 10
#define COMMIT_DOCS 2000
#define IDS_MAX ((size_t)1 << 30)
#define QUERY_LINE_MAX 8192

static struct {
    const char *index, *corpus, *queries;
    bool help, version;
} options;

static const struct opt option_table[] = {
    { "index", 0, OPT_STRING, &options.index, 0, 0, "DIR", "database of Xapian; it must not exist when --corpus is given" },
    { "corpus", 0, OPT_STRING, &options.corpus, 0, 0, "FILE", "make it of these records, a JSON object a line" },
    { "queries", 0, OPT_STRING, &options.queries, 0, 0, "FILE", "search: qid TAB type TAB query" },
    { "version", 0, OPT_FLAG, &options.version, 0, 0, NULL, "print the version of Xapian" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/peer",
    .usage = "--index DIR --corpus FILE | --index DIR --queries FILE",
    .summary = "Runs a retrieval set on plain Xapian.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* Adds a record and its id; spaces would break the TREC format, they become '_'. */
static enum err_code add_record(struct peer_index *index, const char *line, size_t len, uint32_t number, struct buf *ids,
                                struct err *err)
{
    CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
    enum err_code code = json_parse(line, len, &doc, err);
    if (code != ERR_OK) {
        return code;
    }
    size_t text_len = 0, title_len = 0, id_len = 0;
    const char *text = json_get_string(json_root(doc), "text", &text_len);
    const char *title = json_get_string(json_root(doc), "title", &title_len);
    const char *id = json_get_string(json_root(doc), "id", &id_len);
    for (size_t i = 0; i < id_len; i++) {
        buf_add_char(ids, (unsigned char)id[i] <= ' ' ? '_' : id[i]);
    }
    buf_add_char(ids, '\n');
    return peer_index_add(index, text != NULL ? text : "", text_len, title != NULL ? title : "", title_len, number, err);
}

static enum err_code make_index(const char *ids_path, struct err *err)
{
    CLEANUP(peer_index_free_cleanup) struct peer_index *index = NULL;
    AUTO_BUF struct buf ids;
    buf_init(&ids, IDS_MAX);
    AUTO_FCLOSE FILE *file = fopen(options.corpus, "re");
    if (file == NULL) {
        return err_errno(err, errno, "cannot open %s", options.corpus);
    }
    enum err_code code = peer_index_create(options.index, &index, err);
    AUTO_FREE char *line = NULL;
    size_t room = 0;
    ssize_t len;
    for (uint32_t number = 0; code == ERR_OK && (len = getline(&line, &room, file)) > 0; number++) {
        code = add_record(index, line, (size_t)len, number, &ids, err);
        if (code == ERR_OK && (number + 1) % COMMIT_DOCS == 0) {
            code = peer_index_commit(index, err);
        }
    }
    if (code == ERR_OK) {
        code = peer_index_commit(index, err);
    }
    if (code == ERR_OK) {
        code = buf_check(&ids, "the list of ids", err);
    }
    return code == ERR_OK ? io_replace_file(ids_path, ids.data, ids.len, err) : code;
}

/* Cuts the list in lines; *ret_lines is one pointer a line. */
static enum err_code read_ids(const char *path, struct buf *ids, char ***ret_lines, size_t *ret_count, struct err *err)
{
    enum err_code code = io_read_file(path, ids, err);
    buf_add_char(ids, '\0');
    if (code == ERR_OK) {
        code = buf_check(ids, "the list of ids", err);
    }
    char **lines = NULL;
    size_t count = 0, capacity = 0;
    for (char *at = ids->data, *end; code == ERR_OK && (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        if (mem_grow(&lines, &capacity, count, sizeof *lines) != 0) {
            code = err_nomem(err, "the list of ids");
            break;
        }
        lines[count++] = at;
    }
    *ret_lines = lines;
    *ret_count = count;
    return code;
}

/* Leaves words only; signs that are part of them stay. */
static void plain_words(char *query)
{
    for (char *c = query; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x80 && !isalnum((unsigned char)*c) && strchr("'&.", *c) == NULL) {
            *c = ' ';
        }
    }
}

static enum err_code run_queries(char **names, size_t count, struct err *err)
{
    CLEANUP(peer_reader_free_cleanup) struct peer_reader *reader = NULL;
    AUTO_FCLOSE FILE *file = fopen(options.queries, "re");
    if (file == NULL) {
        return err_errno(err, errno, "cannot open %s", options.queries);
    }
    enum err_code code = peer_reader_open(options.index, &reader, err);
    char line[QUERY_LINE_MAX];
    while (code == ERR_OK && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        char *type = strchr(line, '\t'), *query = type != NULL ? strchr(type + 1, '\t') : NULL;
        if (query == NULL) {
            continue;
        }
        *type = '\0';
        plain_words(query + 1);
        uint32_t found[HITS];
        size_t hits = 0;
        code = peer_search(reader, query + 1, HITS, false, found, &hits, NULL, err);
        if (code == ERR_INVALID) { /* QueryParser does not accept it: it finds nothing */
            code = ERR_OK;
            hits = 0;
        }
        for (size_t i = 0; code == ERR_OK && i < hits; i++) {
            printf("%s Q0 %s %zu %zu xapian\n", line, found[i] < count ? names[found[i]] : "?", i + 1, HITS - i);
        }
    }
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    int operands;
    enum err_code code = opt_parse(&program, argc, argv, &operands, &err);
    if (code == ERR_OK && options.version) {
        puts(shim_xapian_version());
        return 0;
    }
    if (code == ERR_OK
        && (options.help || options.index == NULL || (options.corpus == NULL) == (options.queries == NULL) || operands > 0)) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    AUTO_BUF struct buf path, ids;
    AUTO_FREE char **names = NULL;
    size_t count = 0;
    buf_init(&path, 4096);
    buf_init(&ids, IDS_MAX);
    buf_printf(&path, "%s.ids", options.index != NULL ? options.index : "");
    if (code == ERR_OK) {
        code = buf_check(&path, "the name of the database", &err);
    }
    if (code == ERR_OK && options.corpus != NULL) {
        code = make_index(path.data, &err);
    } else if (code == ERR_OK && (code = read_ids(path.data, &ids, &names, &count, &err)) == ERR_OK) {
        code = run_queries(names, count, &err);
    }
    if (code != ERR_OK) {
        fprintf(stderr, "bench/peer: %s\n", err.text);
    }
    return code != ERR_OK || fflush(stdout) != 0;
}
