/* main.c - naslag-index: options, signals, exit status. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/opt.h"
#include "config.h"
#include "indexer/explain.h"
#include "indexer/limits.h"
#include "indexer/purge.h"
#include "indexer/rollback.h"
#include "indexer/run.h"
#include "indexer/status.h"
#include "indexer/verify.h"
#include "text/editor.h"

enum {
    EXIT_OK,
    EXIT_USAGE = 1,
    EXIT_SOME_FAILED = 2,
    EXIT_LOCKED = 3,
    EXIT_INDEX = 4,
    EXIT_IO = 5,
    EXIT_UNKNOWN = 6,
    EXIT_STOPPED = 130,
};

static struct {
    const char *index, *config, *forget, *explain, *record, *check_words, *memory, *purge, *unpurge, *reason;
    long jobs, keep, generation;
    bool verify, rollback, purged, allow_network, no_space_check;
    struct limits limits;
    bool status, json, dry_run, quiet, reanalyse, terms, weak_sandbox, self_test, help, version;
} options;

static const struct opt option_table[] = {
    { "index", 'i', OPT_STRING, &options.index, 0, 0, "DIR", "directory of the index (required; made when new)" },
    { "config", 'c', OPT_STRING, &options.config, 0, 0, "FILE", "read the sources from a configuration file" },
    { "jobs", 'j', OPT_NUMBER, &options.jobs, 1, 64, "N", "builder processes (default: the number of processors)" },
    { "memory", 0, OPT_STRING, &options.memory, 0, 0, "SIZE",
      "for all processes together, the page cache apart (default: 256M)" },
    { "status", 0, OPT_FLAG, &options.status, 0, 0, NULL, "print what is in the index, what is not, and why" },
    { "json", 0, OPT_FLAG, &options.json, 0, 0, NULL, "print status, events or explanation as JSON" },
    { "dry-run", 0, OPT_FLAG, &options.dry_run, 0, 0, NULL, "print what would be done and do nothing" },
    { "quiet", 'q', OPT_FLAG, &options.quiet, 0, 0, NULL, "print failures and errors only" },
    { "reanalyse", 0, OPT_FLAG, &options.reanalyse, 0, 0, NULL,
      "make the terms again from the stored texts, without the sources" },
    { "forget", 0, OPT_STRING, &options.forget, 0, 0, "NAME", "remove a source and its documents from the index" },
    { "purge", 0, OPT_STRING, &options.purge, 0, 0, "DOCUMENT",
      "remove a document (its id, path or address) for good, at once, and keep it out; needs --reason" },
    { "reason", 0, OPT_STRING, &options.reason, 0, 0, "TEXT", "with --purge: why; with --unpurge, optional" },
    { "purged", 0, OPT_FLAG, &options.purged, 0, 0, NULL, "list what was purged, by whom, when and why" },
    { "unpurge", 0, OPT_STRING, &options.unpurge, 0, 0, "ID", "let the next run take in again what a purge keeps out" },
    { "verify", 0, OPT_FLAG, &options.verify, 0, 0, NULL, "check every byte of the index against what was published" },
    { "rollback", 0, OPT_FLAG, &options.rollback, 0, 0, NULL, "publish again what was published before the last run" },
    { "generation", 0, OPT_NUMBER, &options.generation, 1, LONG_MAX, "N",
      "with --verify: only this generation; with --rollback: to this one" },
    { "keep", 0, OPT_NUMBER, &options.keep, 1, LEDGER_KEEP_MAX, "N",
      "runs to keep the generation before, for --rollback (default 1; remembered)" },
    { "no-space-check", 0, OPT_FLAG, &options.no_space_check, 0, 0, NULL, "begin even when the disk seems too full" },
    { "allow-network-fs", 0, OPT_FLAG, &options.allow_network, 0, 0, NULL,
      "allow an index on a network file system, where nothing is sure" },
    { "explain", 0, OPT_STRING, &options.explain, 0, 0, "FILE", "print what is made of a file, and why; changes nothing" },
    { "record", 0, OPT_STRING, &options.record, 0, 0, "ID", "with --explain: only this record of a file of records" },
    { "terms", 0, OPT_FLAG, &options.terms, 0, 0, NULL, "with --explain: what every word is indexed as" },
    { "check-words", 0, OPT_STRING, &options.check_words, 0, 0, "FILE",
      "check an editor's file of abbreviations and synonyms, and do nothing" },
    { "max-file-bytes", 0, OPT_STRING, &options.limits.file, 0, 0, "SIZE",
      "of a larger file, read the beginning or nothing (default: 256M)" },
    { "max-text-bytes", 0, OPT_STRING, &options.limits.text, 0, 0, "SIZE",
      "cut off the text of a document behind this (default: what --memory allows, at most 64M)" },
    { "max-pages", 0, OPT_NUMBER, &options.limits.pages, 1, LIMITS_PAGES_MOST, "N", "of a document (default: 100000)" },
    { "max-title", 0, OPT_NUMBER, &options.limits.title, LIMITS_TITLE_LEAST, LIMITS_TITLE_MOST, "BYTES",
      "of a title and other short fields (default: 1000)" },
    { "max-members", 0, OPT_NUMBER, &options.limits.members, 1, LIMITS_MEMBERS_MOST, "N",
      "of an archive or mailbox, with all in it (default: 100000)" },
    { "max-depth", 0, OPT_NUMBER, &options.limits.depth, 1, LIMITS_DEPTH_MOST, "N", "of archives in archives (default: 4)" },
    { "max-unpacked-bytes", 0, OPT_STRING, &options.limits.unpacked, 0, 0, "SIZE", "out of one file (default: 256G)" },
    { "max-ratio", 0, OPT_NUMBER, &options.limits.ratio, 1, LIMITS_RATIO_MOST, "N",
      "times its size may come out of a file, or 64M (default: 250)" },
    { "max-seconds", 0, OPT_NUMBER, &options.limits.seconds, 1, LIMITS_SECONDS_MOST, "N",
      "for reading a document or member (default: 30)" },
    { "max-cpu-seconds", 0, OPT_NUMBER, &options.limits.cpu_seconds, 1, LIMITS_SECONDS_MOST, "N",
      "of processor time for the same (default: 20)" },
    { "allow-weak-sandbox", 0, OPT_FLAG, &options.weak_sandbox, 0, 0, NULL,
      "read documents although the system lacks a required layer of the sandbox" },
    { "self-test-sandbox", 0, OPT_FLAG, &options.self_test, 0, 0, NULL,
      "try from inside the sandbox what is forbidden there, print what stopped it, and do nothing else" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
    { "version", 0, OPT_FLAG, &options.version, 0, 0, NULL, "print the version" },
};

static const struct opt_program program = {
    .name = "naslag-index",
    .usage = "--index DIR [OPTION]... PATH... | --index DIR --status | --index DIR --reanalyse\n"
             "       naslag-index --index DIR --verify | --index DIR --rollback\n"
             "       naslag-index --index DIR --purge ID|PATH|URL --reason TEXT | --index DIR --purged | --index DIR --unpurge ID\n"
             "       naslag-index --explain FILE | --check-words FILE | --self-test-sandbox",
    .summary = "Makes an index match its sources: adds what is new, replaces what changed, removes what is gone.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .epilogue = "exit status: 0 up to date, 1 usage, 2 finished but some documents failed (listed),\n"
                "3 another indexer holds the lock, 4 the index is damaged or of another version,\n"
                "5 out of space or input/output error, 6 the index does not know what --purge or --unpurge\n"
                "names, 130 stopped by a signal.\n",
};

static int exit_for(enum err_code code)
{
    switch (code) {
    case ERR_OK:
        return EXIT_OK;
    case ERR_INVALID:
    case ERR_NOT_FOUND:
        return EXIT_USAGE;
    case ERR_LOCKED:
        return EXIT_LOCKED;
    case ERR_CORRUPT:
    case ERR_VERSION:
        return EXIT_INDEX;
    case ERR_INTERRUPTED:
        return EXIT_STOPPED;
    default:
        return EXIT_IO;
    }
}

static int fail(const struct err *err)
{
    fprintf(stderr, "naslag-index: %s\n", err->text);
    return exit_for(err->code);
}

static void on_stop(int signal_number)
{
    if (run_stop) { /* asked twice: at once; what was published stays */
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    run_stop = 1;
}

static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_stop }; /* no SA_RESTART: waiting must end */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Merging opens every segment, four files each: more than the usual soft limit of 1,024 in a large run. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static const char *usage_problem(int operands)
{
    bool sources = operands > 0 || options.config != NULL;
    if (options.explain != NULL) {
        bool other = options.status || options.reanalyse || options.forget != NULL || options.dry_run || options.jobs > 0
            || options.verify || options.rollback || options.generation > 0 || options.keep > 0 || options.purge != NULL
            || options.purged || options.unpurge != NULL;
        return sources || other ? "--explain goes with --index, --record, --terms, --json and limits only" : NULL;
    }
    if (options.record != NULL || options.terms) {
        return "--record and --terms go with --explain";
    }
    if (options.index == NULL) {
        return "--index DIR is missing";
    }
    int actions = options.status + options.reanalyse + (options.forget != NULL) + options.verify + options.rollback
        + (options.purge != NULL) + options.purged + (options.unpurge != NULL);
    if (actions > 1) {
        return "--status, --reanalyse, --forget, --verify, --rollback, --purge, --purged and --unpurge do not go together";
    }
    if (options.purge != NULL && options.reason == NULL && !options.dry_run) {
        return "--purge needs --reason TEXT: it is kept with the tombstone, and shown by --status";
    }
    if (options.reason != NULL && options.purge == NULL && options.unpurge == NULL) {
        return "--reason goes with --purge and --unpurge";
    }
    if (options.generation > 0 && !options.verify && !options.rollback) {
        return "--generation goes with --verify and --rollback";
    }
    if (actions > 0) {
        return sources ? "--status, --reanalyse, --forget, --verify, --rollback, --purge, --purged and --unpurge take no sources"
            : options.dry_run && options.purge == NULL ? "--dry-run goes with sources and --purge" : NULL;
    }
    return sources ? NULL : "no sources: name files or directories, or use --config FILE";
}

/* Starts a worker to see what holds it in, says so, and refuses when that is not enough. */
static enum err_code check_sandbox(struct extract_caps *caps, struct err *err)
{
    unsigned layers = 0;
    caps->weak_sandbox = options.weak_sandbox;
    struct err why = ERR_INIT;
    enum err_code code = extract_sandbox_layers(caps, &layers, &why);
    if (code != ERR_OK) { /* once more: it may have been killed, or memory was short */
        code = extract_sandbox_layers(caps, &layers, &why);
    }
    if (code != ERR_OK) {
        return err_set(err, ERR_IO, "cannot try the sandbox in which documents are read: %s; run naslag-index again", why.text);
    }
    AUTO_BUF struct buf active, missing;
    buf_init(&active, 1024);
    buf_init(&missing, 1024);
    extract_layers_print(layers, &active);
    buf_add(&missing, "", 0);
    extract_layers_print_missing(layers, &missing);
    if (buf_check(&active, "a list", err) != ERR_OK || buf_check(&missing, "a list", err) != ERR_OK) {
        return err->code;
    }
    if (missing.len > 0 && !options.weak_sandbox) {
        return err_set(err, ERR_IO, "this system gives no safe sandbox for reading documents: %s missing (active: %s); see "
                       "--allow-weak-sandbox in the manual", missing.data, active.data);
    }
    if (missing.len > 0) {
        fprintf(stderr, "naslag-index: warning: documents are read in a weak sandbox: %s missing\n", missing.data);
    }
    if (!options.quiet && !options.json) {
        fprintf(stderr, "sandbox: %s\n", active.data);
    }
    return ERR_OK;
}

static void print_attempt(void *context, const struct extract_attempt *attempt)
{
    (void)context;
    const char *behind = attempt->behind_it[0] != '\0' ? attempt->behind_it : "nothing";
    if (attempt->stopped) {
        printf("ok      %-24s stopped by %s; without seccomp by %s\n", attempt->what, attempt->layer, behind);
    } else {
        printf("FAILED  %-24s not stopped\n", attempt->what);
    }
    fflush(stdout);
}

static int self_test(void)
{
    struct extract_caps caps = extract_default_caps;
    bool held = false;
    struct err err = ERR_INIT;
    enum err_code code = check_sandbox(&caps, &err);
    if (code == ERR_OK) {
        code = extract_sandbox_test(&caps, print_attempt, NULL, &held, &err);
    }
    if (code != ERR_OK) {
        fail(&err);
        return EXIT_USAGE;
    }
    return held ? EXIT_OK : EXIT_USAGE;
}

static enum err_code gather_sources(int operands, char **argv, struct sources *sources, struct err *err)
{
    enum err_code code = options.config != NULL ? sources_add_config(sources, options.config, err) : ERR_OK;
    for (int i = 1; i <= operands && code == ERR_OK; i++) {
        code = sources_add_path(sources, argv[i], err);
    }
    return code;
}

static int run(const struct sources *sources)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct err err = ERR_INIT;
    struct memory_plan plan;
    uint64_t memory = MEMORY_DEFAULT;
    unsigned jobs = (unsigned)(options.jobs > 0 ? options.jobs : processors > 0 ? processors : 1);
    enum err_code code = options.memory != NULL ? memory_parse(options.memory, &memory, &err) : ERR_OK;
    if (code == ERR_OK) {
        code = memory_divide(memory, jobs, &plan, &err);
    }
    if (code == ERR_OK) {
        code = limits_apply(&options.limits, &plan.caps, &err);
    }
    if (code != ERR_OK) {
        return fail(&err);
    }
    struct run_options run_options = {
        .directory = options.index,
        .sources = sources,
        .forget = options.forget,
        .memory = plan,
        .dry_run = options.dry_run,
        .reanalyse = options.reanalyse,
        .quiet = options.quiet,
        .json = options.json,
        .allow_network = options.allow_network,
        .no_space_check = options.no_space_check,
        .keep = (unsigned)options.keep,
    };
    uint64_t failed = 0;
    bool reads = !options.dry_run && !options.reanalyse && options.forget == NULL;
    if (reads && check_sandbox(&run_options.memory.caps, &err) != ERR_OK) {
        return fail(&err);
    }
    if (run_index(&run_options, &failed, &err) != ERR_OK) {
        return fail(&err);
    }
    return failed > 0 ? EXIT_SOME_FAILED : EXIT_OK;
}

static int verify(void)
{
    struct verify_options verify_options = {
        .directory = options.index,
        .generation = (uint64_t)options.generation,
        .quiet = options.quiet,
        .json = options.json,
    };
    struct err err = ERR_INIT;
    signal(SIGPIPE, SIG_IGN);
    return verify_run(&verify_options, &err) == ERR_OK ? EXIT_OK : fail(&err);
}

static int rollback(void)
{
    struct rollback_options rollback_options = {
        .directory = options.index,
        .generation = (uint64_t)options.generation,
        .keep = (unsigned)options.keep,
        .quiet = options.quiet,
        .json = options.json,
        .allow_network = options.allow_network,
    };
    struct err err = ERR_INIT;
    signal(SIGPIPE, SIG_IGN);
    return rollback_run(&rollback_options, &err) == ERR_OK ? EXIT_OK : fail(&err);
}

/* --purge and --unpurge.  A stop would leave them to the next run: they end what they have begun. */
static int purge(void)
{
    const struct purge_options purge_options = {
        .directory = options.index,
        .target = options.purge != NULL ? options.purge : options.unpurge,
        .reason = options.reason != NULL ? options.reason : "",
        .dry_run = options.dry_run,
        .quiet = options.quiet,
        .json = options.json,
        .allow_network = options.allow_network,
        .no_space_check = options.no_space_check,
    };
    struct err err = ERR_INIT;
    bool unknown = false;
    signal(SIGPIPE, SIG_IGN);
    enum err_code code = options.purge != NULL ? purge_run(&purge_options, &unknown, &err)
                                               : purge_undo(&purge_options, &unknown, &err);
    int status = code == ERR_OK ? EXIT_OK : fail(&err);
    return unknown ? EXIT_UNKNOWN : status;
}

static int explain(void)
{
    struct explain_options explain_options = {
        .file = options.explain,
        .index = options.index,
        .record = options.record,
        .json = options.json,
        .terms = options.terms,
        .caps = extract_default_caps,
    };
    bool failed = false;
    struct err err = ERR_INIT;
    signal(SIGPIPE, SIG_IGN);
    explain_options.caps.weak_sandbox = options.weak_sandbox;
    enum err_code code = limits_apply(&options.limits, &explain_options.caps, &err);
    if (code != ERR_OK || explain_print(&explain_options, &failed, &err) != ERR_OK) {
        return fail(&err);
    }
    return failed ? EXIT_SOME_FAILED : EXIT_OK;
}

/* Lists what is wrong with an editor's file. */
static int check_words(void)
{
    CLEANUP(editor_free_cleanup) struct editor *editor = NULL;
    struct err err = ERR_INIT;
    if (editor_read(options.check_words, &editor, &err) != ERR_OK) {
        return fail(&err);
    }
    for (size_t i = 0; i < editor->problem_count && i < EDITOR_PROBLEMS_MAX; i++) {
        fprintf(stderr, "%s:%u: %s\n", options.check_words, editor->problems[i].line, editor->problems[i].text);
    }
    if (editor->problem_count > EDITOR_PROBLEMS_MAX) {
        fprintf(stderr, "%s: %zu more problems\n", options.check_words, editor->problem_count - EDITOR_PROBLEMS_MAX);
    }
    if (!options.quiet) {
        printf("%zu rows\n", editor->row_count);
    }
    return editor->problem_count > 0 ? EXIT_USAGE : EXIT_OK;
}

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
        printf("naslag-index %s\n", PACKAGE_VERSION);
        return EXIT_OK;
    }
    if (options.self_test) {
        return self_test();
    }
    if (options.check_words != NULL) {
        return check_words();
    }
    const char *problem = usage_problem(operands);
    if (problem != NULL) {
        fprintf(stderr, "naslag-index: %s\nusage: %s %s\nTry naslag-index --help.\n", problem, program.name, program.usage);
        return EXIT_USAGE;
    }
    if (options.status) {
        return status_print(options.index, options.json, &err) == ERR_OK ? EXIT_OK : fail(&err);
    }
    if (options.verify) {
        return verify();
    }
    if (options.rollback) {
        return rollback();
    }
    if (options.explain != NULL) {
        return explain();
    }
    if (options.purged) {
        return purge_list(options.index, options.json, &err) == ERR_OK ? EXIT_OK : fail(&err);
    }
    raise_descriptor_limit();
    if (options.purge != NULL || options.unpurge != NULL) {
        return purge();
    }
    catch_signals();
    struct sources sources = { 0 };
    int status = gather_sources(operands, argv, &sources, &err) == ERR_OK ? run(&sources) : fail(&err);
    sources_done(&sources);
    return status;
}
