/* main.c - naslag-search: the same questions as the daemon answers, from a terminal. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/opt.h"
#include "config.h"
#include "search/search.h"

enum { EXIT_OK, EXIT_USAGE = 1, EXIT_INDEX = 4, EXIT_IO = 5 };

#define TREC_LINE_MAX 8192

static struct {
    const char *index;
    const char *trec;
    const char *without, *from, *to;
    long limit;
    const char *family;
    bool families, json, help, version;
} options = { .limit = 10 };

static unsigned without; /* bits of enum search_feature */

static const struct opt option_table[] = {
    { "families", 0, OPT_FLAG, &options.families, 0, 0, NULL, "of documents that are nearly the same only the best one" },
    { "family", 0, OPT_STRING, &options.family, 0, 0, "ID", "only documents that are nearly the same as that with this id" },
    { "from", 0, OPT_STRING, &options.from, 0, 0, "DATE", "only documents of or about this date (YYYY[-MM[-DD]]) or later" },
    { "index", 'i', OPT_STRING, &options.index, 0, 0, "DIR", "directory of the index (required)" },
    { "json", 0, OPT_FLAG, &options.json, 0, 0, NULL, "print the answer as JSON" },
    { "limit", 'n', OPT_NUMBER, &options.limit, 1, 1000, "N", "number of documents to print (default 10)" },
    { "to", 0, OPT_STRING, &options.to, 0, 0, "DATE", "only documents of or about this date or earlier" },
    { "trec", 0, OPT_STRING, &options.trec, 0, 0, "FILE",
      "run the queries of FILE (qid TAB type TAB query) and print a TREC run" },
    { "without", 0, OPT_STRING, &options.without, 0, 0, "NAME",
      "switch these off, with commas between; `help' lists them" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
    { "version", 0, OPT_FLAG, &options.version, 0, 0, NULL, "print the version" },
};

static const struct opt_program program = {
    .name = "naslag-search",
    .usage = "--index DIR [--json] [--limit N] QUERY... | --index DIR --trec FILE",
    .summary = "Searches an index that naslag-index made.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .epilogue = "Words are joined to one query.  exit status: 0 answered, 1 usage or query not accepted,\n"
                "4 no index there, damaged, or of another version, 5 input/output error.\n",
};

static int exit_for(enum err_code code)
{
    switch (code) {
    case ERR_OK:
        return EXIT_OK;
    case ERR_INVALID:
        return EXIT_USAGE;
    case ERR_NOT_FOUND:
    case ERR_CORRUPT:
    case ERR_VERSION:
        return EXIT_INDEX;
    default:
        return EXIT_IO;
    }
}

static int fail(const struct err *err)
{
    fprintf(stderr, "naslag-search: %s\n", err->text);
    return exit_for(err->code);
}

/* A fragment for a terminal: <mark> becomes bold (or nothing when the output is no terminal), entities are undone. */
static void print_fragment(const char *html, bool colour)
{
    static const struct {
        const char *from, *to, *plain;
    } changes[] = {
        { "<mark>", "\033[1m", "" },   { "</mark>", "\033[0m", "" }, { "&lt;", "<", "<" },
        { "&gt;", ">", ">" },          { "&amp;", "&", "&" },        { "&quot;", "\"", "\"" },
        { "&#39;", "'", "'" },
    };
    while (*html != '\0') {
        bool changed = false;
        for (size_t i = 0; i < sizeof changes / sizeof *changes && !changed; i++) {
            size_t len = strlen(changes[i].from);
            if (strncmp(html, changes[i].from, len) == 0) {
                fputs(colour ? changes[i].to : changes[i].plain, stdout);
                html += len;
                changed = true;
            }
        }
        if (!changed) {
            putchar(*html++);
        }
    }
}

/* "p. 5", or "p. iii, blad 5" when something else is printed on it. */
static void print_page(const struct search_hit *hit, uint32_t page)
{
    struct search_page_name name;
    search_name_page(hit, page, &name);
    if (name.label[0] != '\0') {
        printf("p. %s, blad %u", name.label, page);
    } else {
        printf("p. %u", page);
    }
}

/* `   ook te vinden op: nieuws/berichten/42, ...` */
static void print_siblings(const struct search_hit *hit)
{
    for (size_t i = 0; i < hit->place_count; i++) {
        const struct search_sibling *place = &hit->places[i];
        printf("%s%s%s%s", i == 0 ? "   ook te vinden op: " : ", ", place->source, place->source[0] != '\0' ? "/" : "",
               place->path);
    }
    if (hit->place_count > 0) {
        printf(hit->place_count < hit->place_total ? ", en nog %zu\n" : "\n", hit->place_total - hit->place_count);
    }
    for (size_t i = 0; i < hit->version_count; i++) {
        printf("%s%s%s", i == 0 ? "   andere versies: " : ", ", hit->versions[i].captured,
               hit->versions[i].same ? " (ongewijzigd)" : "");
    }
    if (hit->version_count > 0) {
        printf(hit->version_count < hit->version_total ? ", en nog %zu\n" : "\n", hit->version_total - hit->version_count);
    }
    if (hit->family_left > 0) {
        printf("   en %u sterk gelijkend%s (--family %s)\n", hit->family_left, hit->family_left == 1 ? " document" : "e documenten",
               hit->id);
    }
}

static void print_hit(const struct search_hit *hit, uint32_t rank, bool colour)
{
    printf("%u. %s\n   %s%s%s%s%s\n", rank, hit->title, hit->source, hit->source[0] != '\0' ? "/" : "", hit->path,
           hit->date[0] != '\0' ? ", " : "", hit->date);
    if (hit->page_count > 0) {
        printf("   %u %s:", hit->hit_count, hit->hit_count == 1 ? "treffer" : "treffers");
        for (size_t i = 0; i < hit->page_count && i < 8; i++) {
            fputs(i > 0 ? ", " : " ", stdout);
            print_page(hit, hit->pages[i].page);
            printf(" (%u\xC3\x97)", hit->pages[i].count);
        }
        printf("%s\n", hit->page_count > 8 ? ", ..." : "");
    }
    for (size_t i = 0; i < hit->fragment_count; i++) {
        fputs("   - ", stdout);
        if (hit->fragments[i].page > 0) {
            putchar('[');
            print_page(hit, hit->fragments[i].page);
            fputs("] ", stdout);
        }
        print_fragment(hit->fragments[i].html, colour);
        putchar('\n');
    }
    print_siblings(hit);
}

/* `RVB is ook gezocht als: Rijksvastgoedbedrijf (in 3 documenten; nota.pdf)` and, of what is rarely meant, `kan ook zijn:`. */
static void print_expansion(const struct search_expansion *expansion)
{
    static const char *const intros[] = {
        [SEARCH_EXPANSION_FULL] = "is ook gezocht als",
        [SEARCH_EXPANSION_BRIEF] = "is ook gezocht als",
        [SEARCH_EXPANSION_SYNONYM] = "is ook gezocht als",
        [SEARCH_EXPANSION_SUCCESSOR] = "is opgevolgd door, en ook gezocht als",
        [SEARCH_EXPANSION_PREDECESSOR] = "heette eerder, en is ook gezocht als",
    };
    const char *intro = NULL;
    for (size_t i = 0; i < expansion->meaning_count; i++) {
        const struct search_meaning *meaning = &expansion->meanings[i];
        const char *wanted = meaning->used ? intros[expansion->kind] : "kan ook zijn";
        if (intro != wanted) {
            printf("%s%s %s: ", intro != NULL ? "\n" : "", expansion->word, wanted);
        } else {
            fputs(", ", stdout);
        }
        intro = wanted;
        fputs(meaning->text, stdout);
        if (meaning->documents > 0) {
            printf(" (in %u %s%s%s)", meaning->documents, meaning->documents == 1 ? "document" : "documenten",
                   meaning->name[0] != '\0' ? ", zoals " : "", meaning->name);
        }
    }
    putchar('\n');
}

static void print_result(const struct search_result *result)
{
    bool colour = isatty(STDOUT_FILENO);
    for (size_t i = 0; i < result->note_count; i++) {
        printf("Let op: %s\n", result->notes[i]);
    }
    for (size_t i = 0; i < result->expansion_count; i++) {
        print_expansion(&result->expansions[i]);
    }
    if (result->meant.query != NULL) {
        printf("Bedoelde u: %s\n", result->meant.query);
    }
    for (size_t i = 0; i < result->hit_count; i++) {
        print_hit(&result->hits[i], result->offset + (uint32_t)i + 1, colour);
    }
    printf("%s%u %s in %.1f ms\n", result->total_exact ? "" : "ten minste ", result->total,
           result->total == 1 ? "document" : "documenten", (double)result->took_us / 1000.0);
}

static int list_features(void)
{
    size_t count;
    const struct search_feature_name *features = search_features(&count);
    for (size_t i = 0; i < count; i++) {
        printf("%s\t%s\n", features[i].name, features[i].description);
    }
    return EXIT_OK;
}

/* What the editor's file could not say: told once, and then the search goes on. */
static void print_warnings(const struct search_index *index)
{
    for (const char *at = search_index_warnings(index); *at != '\0';) {
        size_t len = strcspn(at, "\n");
        fprintf(stderr, "naslag-search: %.*s\n", (int)len, at);
        at += len + (at[len] == '\n');
    }
}

/* --from and --to in a request; false when one is no date. */
static bool set_dates(struct search_request *request)
{
    const char *wrong = NULL;
    if (options.from != NULL && !search_read_day(options.from, strlen(options.from), false, &request->from)) {
        wrong = options.from;
    } else if (options.to != NULL && !search_read_day(options.to, strlen(options.to), true, &request->to)) {
        wrong = options.to;
    }
    if (wrong != NULL) {
        fprintf(stderr, "naslag-search: '%s' is no date; write YYYY, YYYY-MM or YYYY-MM-DD\n", wrong);
    }
    return wrong == NULL;
}

static int run_query(struct search_index *index, const char *query)
{
    struct search_request request = { .query = query, .query_len = strlen(query), .count = (uint32_t)options.limit,
                                      .fragments = true, .without = without, .families = options.families,
                                      .family = options.family };
    if (!set_dates(&request)) {
        return EXIT_USAGE;
    }
    CLEANUP(search_result_free_cleanup) struct search_result *result = NULL;
    struct err err = ERR_INIT;
    if (search_run(index, &request, &result, &err) != ERR_OK) {
        return fail(&err);
    }
    if (!options.json) {
        print_result(result);
        return EXIT_OK;
    }
    AUTO_BUF struct buf json;
    buf_init(&json, (size_t)256 << 20);
    search_result_json(result, &json);
    buf_add_char(&json, '\n');
    if (buf_check(&json, "the answer", &err) != ERR_OK) {
        return fail(&err);
    }
    fwrite(json.data, 1, json.len, stdout);
    return EXIT_OK;
}

/* qid Q0 name rank score tag.  Spaces in names would break the format: they become '_'. */
static void print_trec(const char *qid, const struct search_result *result)
{
    for (size_t i = 0; i < result->hit_count; i++) {
        char *name = result->hits[i].name;
        for (char *c = name; *c != '\0'; c++) {
            if (*c == ' ' || *c == '\t') {
                *c = '_';
            }
        }
        printf("%s Q0 %s %zu %.6f naslag\n", qid, name, i + 1, result->hits[i].score);
    }
}

static int run_trec(struct search_index *index)
{
    AUTO_FCLOSE FILE *file = fopen(options.trec, "re");
    if (file == NULL) {
        fprintf(stderr, "naslag-search: cannot open %s: %s\n", options.trec, strerror(errno));
        return EXIT_IO;
    }
    char line[TREC_LINE_MAX];
    for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        line[strcspn(line, "\r\n")] = '\0';
        char *type = strchr(line, '\t');
        char *query = type != NULL ? strchr(type + 1, '\t') : NULL;
        if (query == NULL) {
            fprintf(stderr, "naslag-search: %s:%d: not qid TAB type TAB query\n", options.trec, number);
            return EXIT_USAGE;
        }
        *type = *query++ = '\0';
        struct search_request request = { .query = query, .query_len = strlen(query), .count = (uint32_t)options.limit,
                                          .without = without, .families = options.families,
                                          .family = options.family };
        if (!set_dates(&request)) {
            return EXIT_USAGE;
        }
        CLEANUP(search_result_free_cleanup) struct search_result *result = NULL;
        struct err err = ERR_INIT;
        enum err_code code = search_run(index, &request, &result, &err);
        if (code == ERR_INVALID) { /* a query that is not accepted finds nothing; the run goes on */
            fprintf(stderr, "naslag-search: %s:%d: %s\n", options.trec, number, err.text);
        } else if (code != ERR_OK) {
            return fail(&err);
        } else {
            print_trec(line, result);
        }
    }
    return EXIT_OK;
}

static char *join_words(int count, char **words)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            buf_add_char(&text, ' ');
        }
        buf_add_str(&text, words[i]);
    }
    return buf_take(&text);
}

#if !defined(NASLAG_SANITIZED) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* Reading a damaged index can end in a fault of the processor, inside a library.  There is no telling the two apart, so both are
 * said. */
static void on_fault(int signal_number)
{
    static const char message[] = "naslag-search: a fault while searching: the index may be damaged; naslag-index --index DIR "
                                  "--verify tells. If it is sound, this is an error in the program\n";
    (void)signal_number;
    ssize_t put = write(STDERR_FILENO, message, sizeof message - 1);
    (void)put;
    _exit(EXIT_INDEX);
}

static void catch_faults(void)
{
    static char stack[65536]; /* the fault may be that the stack is full */
    stack_t other = { .ss_sp = stack, .ss_size = sizeof stack };
    struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_ONSTACK };
    sigaltstack(&other, NULL);
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGABRT, &action, NULL);
}
#else /* the sanitizers report faults themselves */
static void catch_faults(void)
{
}
#endif

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    int operands;
    if (opt_parse(&program, argc, argv, &operands, &err) != ERR_OK) {
        return fail(&err);
    }
    if (options.help) {
        opt_help(&program, stdout);
        return EXIT_OK;
    }
    if (options.version) {
        printf("naslag-search %s\n", PACKAGE_VERSION);
        return EXIT_OK;
    }
    if (options.without != NULL) {
        if (strcmp(options.without, "help") == 0) {
            return list_features();
        }
        if (search_features_parse(options.without, strlen(options.without), &without, &err) != ERR_OK) {
            return fail(&err);
        }
    }
    bool asked = operands > 0 || options.family != NULL;
    if (options.index == NULL || (options.trec != NULL ? operands > 0 : !asked)) {
        fprintf(stderr, "usage: %s %s\nTry naslag-search --help.\n", program.name, program.usage);
        return EXIT_USAGE;
    }
    catch_faults();
    CLEANUP(search_index_free_cleanup) struct search_index *index = NULL;
    if (search_index_open(options.index, &index, &err) != ERR_OK) {
        return fail(&err);
    }
    print_warnings(index);
    int status;
    if (options.trec != NULL) {
        status = run_trec(index);
    } else {
        AUTO_FREE char *query = join_words(operands, argv + 1);
        status = query != NULL ? run_query(index, query) : EXIT_IO;
    }
    if (fflush(stdout) != 0 && status == EXIT_OK) {
        fprintf(stderr, "naslag-search: cannot write the answer: %s\n", strerror(errno));
        status = EXIT_IO;
    }
    return status;
}
