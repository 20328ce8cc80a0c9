/* search.c - bench/search: how long a search with snippets takes, next to Xapian's own way, in one run.
 *
 *     bench/search --index DIR --queries queries.tsv [--number 200] [--peer DIR --corpus corpus.jsonl]
 *
 * Runs each query once to warm up and then --rounds times, in this process: search_run with ten hits and
 * their snippets.  With --peer the same queries go to a database that Xapian's TermGenerator made of the same records
 * (made first when it is not there), by QueryParser and MSet::snippet.  Prints p50, p99 and the ratio.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"
#include "base/opt.h"
#include "search/search.h"
#include "shim/peer.h"

#define QUERIES_MAX 1000
#define LINE_MAX_BYTES 8192
#define PEER_COMMIT_DOCS 2000

static struct {
    const char *index, *queries, *peer, *corpus;
    long number, rounds;
    bool slowest, help;
} options = { .number = 200, .rounds = 5 };

static const struct opt option_table[] = {
    { "index", 0, OPT_STRING, &options.index, 0, 0, "DIR", "index to search" },
    { "queries", 0, OPT_STRING, &options.queries, 0, 0, "FILE", "qid TAB type TAB query" },
    { "number", 0, OPT_NUMBER, &options.number, 1, QUERIES_MAX, "N", "queries to take, spread over the file (200)" },
    { "rounds", 0, OPT_NUMBER, &options.rounds, 1, 1000, "N", "times each query is run (5)" },
    { "peer", 0, OPT_STRING, &options.peer, 0, 0, "DIR", "database for Xapian's own way" },
    { "corpus", 0, OPT_STRING, &options.corpus, 0, 0, "FILE", "records to make that database of" },
    { "slowest", 0, OPT_FLAG, &options.slowest, 0, 0, NULL, "name the slowest queries" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/search",
    .usage = "--index DIR --queries FILE [--peer DIR --corpus FILE]",
    .summary = "Times searches with ten hits and their snippets.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

struct timing {
    int64_t us;
    size_t query;
};

static char *queries[QUERIES_MAX];
static size_t query_count;

static int fail(const struct err *err)
{
    fprintf(stderr, "bench/search: %s\n", err->text);
    return 1;
}

/* Every k-th query of the file, so that all types are there. */
static int read_queries(void)
{
    AUTO_FCLOSE FILE *file = fopen(options.queries, "re");
    if (file == NULL) {
        fprintf(stderr, "bench/search: cannot open %s: %s\n", options.queries, strerror(errno));
        return 1;
    }
    char line[LINE_MAX_BYTES];
    long lines = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        lines++;
    }
    rewind(file);
    long wanted = lines < options.number ? lines : options.number;
    for (long i = 0; fgets(line, sizeof line, file) != NULL; i++) {
        line[strcspn(line, "\r\n")] = '\0';
        char *tab = strrchr(line, '\t');
        bool take = i * wanted / lines != (i + 1) * wanted / lines;
        if (tab != NULL && take && query_count < QUERIES_MAX) {
            queries[query_count++] = strdup(tab + 1);
        }
    }
    return 0;
}

static int by_time(const void *left, const void *right)
{
    int64_t a = ((const struct timing *)left)->us, b = ((const struct timing *)right)->us;
    return a < b ? -1 : a > b;
}

static void report(const char *what, struct timing *timings, size_t count, double *ret_p50, double *ret_p99)
{
    qsort(timings, count, sizeof *timings, by_time);
    *ret_p50 = (double)timings[count / 2].us / 1000;
    *ret_p99 = (double)timings[count * 99 / 100].us / 1000;
    printf("%-44s p50 %8.3f ms  p99 %8.3f ms  max %8.3f ms  (%zu runs)\n", what, *ret_p50, *ret_p99,
           (double)timings[count - 1].us / 1000, count);
    for (size_t i = 0; options.slowest && i < 5 && i < count; i++) {
        printf("    %.3f ms  %s\n", (double)timings[count - 1 - i].us / 1000, queries[timings[count - 1 - i].query]);
    }
}

static enum err_code time_ours(struct search_index *index, bool fragments, struct timing *timings, struct err *err)
{
    size_t at = 0;
    for (long round = -1; round < options.rounds; round++) {
        for (size_t i = 0; i < query_count; i++) {
            struct search_request request = { .query = queries[i], .query_len = strlen(queries[i]), .count = 10,
                                              .fragments = fragments };
            CLEANUP(search_result_free_cleanup) struct search_result *result = NULL;
            int64_t start = io_now_us();
            enum err_code code = search_run(index, &request, &result, err);
            if (code != ERR_OK) {
                return code;
            }
            if (round >= 0) {
                timings[at++] = (struct timing){ io_now_us() - start, i };
            }
        }
    }
    return ERR_OK;
}

static enum err_code time_peer(struct peer_reader *reader, bool snippets, struct timing *timings, struct err *err)
{
    size_t at = 0;
    for (long round = -1; round < options.rounds; round++) {
        for (size_t i = 0; i < query_count; i++) {
            uint32_t ids[10];
            size_t count, bytes;
            int64_t start = io_now_us();
            enum err_code code = peer_search(reader, queries[i], 10, snippets, ids, &count, &bytes, err);
            if (code != ERR_OK) {
                return code;
            }
            if (round >= 0) {
                timings[at++] = (struct timing){ io_now_us() - start, i };
            }
        }
    }
    return ERR_OK;
}

static enum err_code add_record(struct peer_index *index, const char *line, size_t len, uint32_t id, struct err *err)
{
    CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
    enum err_code code = json_parse(line, len, &doc, err);
    if (code != ERR_OK) {
        return code;
    }
    size_t text_len = 0, title_len = 0;
    const char *text = json_get_string(json_root(doc), "text", &text_len);
    const char *title = json_get_string(json_root(doc), "title", &title_len);
    return peer_index_add(index, text != NULL ? text : "", text_len, title != NULL ? title : "", title_len, id, err);
}

static enum err_code make_peer(struct err *err)
{
    CLEANUP(peer_index_free_cleanup) struct peer_index *index = NULL;
    AUTO_FCLOSE FILE *file = options.corpus != NULL ? fopen(options.corpus, "re") : NULL;
    if (file == NULL) {
        return err_set(err, ERR_INVALID, "the peer's database is not there and --corpus cannot be read");
    }
    enum err_code code = peer_index_create(options.peer, &index, err);
    AUTO_FREE char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int64_t start = io_now_us();
    uint64_t bytes = 0;
    for (uint32_t id = 1; code == ERR_OK && (len = getline(&line, &room, file)) > 0; id++) {
        code = add_record(index, line, (size_t)len, id, err);
        bytes += (uint64_t)len;
        if (code == ERR_OK && id % PEER_COMMIT_DOCS == 0) {
            code = peer_index_commit(index, err);
        }
    }
    if (code == ERR_OK) {
        code = peer_index_commit(index, err);
    }
    double seconds = (double)(io_now_us() - start) / 1e6;
    printf("made the peer's database: %.1f MB in %.1f s (%.2f MB/s)\n", (double)bytes / 1e6, seconds,
           (double)bytes / 1e6 / seconds);
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    int operands;
    if (opt_parse(&program, argc, argv, &operands, &err) != ERR_OK) {
        return fail(&err);
    }
    if (options.help || options.index == NULL || options.queries == NULL || operands > 0) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    if (read_queries() != 0 || query_count == 0) {
        return 1;
    }
    CLEANUP(search_index_free_cleanup) struct search_index *index = NULL;
    AUTO_FREE struct timing *timings = calloc(query_count * (size_t)options.rounds, sizeof *timings);
    size_t count = query_count * (size_t)options.rounds;
    double match_p50, match_p99, p50, p99, peer_p50, peer_p99;
    if (timings == NULL || search_index_open(options.index, &index, &err) != ERR_OK
        || time_ours(index, false, timings, &err) != ERR_OK) {
        return fail(&err);
    }
    printf("%u documents, %zu queries\n", search_index_doc_count(index), query_count);
    report("naslag: search, 10 hits, no snippets", timings, count, &match_p50, &match_p99);
    if (time_ours(index, true, timings, &err) != ERR_OK) {
        return fail(&err);
    }
    report("naslag: search, 10 hits with snippets", timings, count, &p50, &p99);
    if (options.peer == NULL) {
        return 0;
    }
    CLEANUP(peer_reader_free_cleanup) struct peer_reader *reader = NULL;
    if ((!io_exists(options.peer) && make_peer(&err) != ERR_OK) || peer_reader_open(options.peer, &reader, &err) != ERR_OK
        || time_peer(reader, false, timings, &err) != ERR_OK) {
        return fail(&err);
    }
    report("xapian: QueryParser, 10 hits, no snippets", timings, count, &peer_p50, &peer_p99);
    options.rounds = options.rounds > 2 ? 1 : options.rounds; /* it is slow */
    if (time_peer(reader, true, timings, &err) != ERR_OK) {
        return fail(&err);
    }
    report("xapian: the same with MSet::snippet", timings, query_count * (size_t)options.rounds, &peer_p50, &peer_p99);
    printf("naslag is %.0f times as fast at p50 and %.0f times at p99\n", peer_p50 / p50, peer_p99 / p99);
    return 0;
}
