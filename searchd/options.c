/* options.c - the option table of naslag-searchd and its defaults. */
#include "searchd/options.h"

#include <limits.h>
#include <unistd.h>

#define WORKERS_MAX 256

static struct settings given;

static const struct opt options[] = {
    { "index", 'i', OPT_STRING, &given.index, 0, 0, "DIR", "the index to search (required)" },
    { "listen", 'l', OPT_STRING, &given.listen, 0, 0, "ADDR:PORT",
      "where to listen, default 127.0.0.1:8080; port 0 picks a free one" },
    { "workers", 'w', OPT_NUMBER, &given.workers, 1, WORKERS_MAX, "N",
      "search processes, default one a processor and at least 2" },
    { "queue", 0, OPT_NUMBER, &given.queue, 1, 65536, "N", "requests that may wait for a worker, default 64" },
    { "deadline", 0, OPT_NUMBER, &given.deadline_ms, 50, 600000, "MS",
      "longest time for one request, default 5000; a worker that is later is killed" },
    { "client-deadline", 0, OPT_NUMBER, &given.client_deadline_ms, 50, 600000, "MS",
      "longest time a client may take to send a request, and to read the answer; default 15000" },
    { "max-connections", 0, OPT_NUMBER, &given.max_connections, 1, 65536, "N",
      "connections open at a time, default 512; more are answered 503" },
    { "worker-memory", 0, OPT_NUMBER, &given.worker_memory_mb, 64, 1048576, "MB",
      "address space of a search process, default 2048" },
    { "verbose", 'v', OPT_FLAG, &given.verbose, 0, 0, NULL, "log every request: method, path, status, milliseconds" },
    { "quiet", 'q', OPT_FLAG, &given.quiet, 0, 0, NULL, "log errors only" },
    { "help", 'h', OPT_FLAG, &given.help, 0, 0, NULL, "show this help" },
    { "version", 'V', OPT_FLAG, &given.version, 0, 0, NULL, "show the version" },
    { "fallback", 0, OPT_NUMBER, &given.fallback, 0, LONG_MAX, "N", NULL },
    { "worker", 0, OPT_FLAG, &given.worker, 0, 0, NULL, NULL },
};

const struct opt_program searchd_program = {
    .name = "naslag-searchd",
    .usage = "--index DIR [OPTION]...",
    .summary = "Answers searches in a Naslag index over HTTP: pages for people, JSON under /v1.",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .epilogue = "Exit status: 0 stopped by a signal, 1 wrong usage, 2 could not start, 5 could not listen.\n",
};

static long default_workers(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 2 ? 2 : processors > WORKERS_MAX ? WORKERS_MAX : processors;
}

enum err_code options_parse(int argc, char **argv, struct settings *ret_settings, struct err *err)
{
    given = (struct settings){
        .listen = "127.0.0.1:8080",
        .workers = default_workers(),
        .queue = 64,
        .deadline_ms = 5000,
        .client_deadline_ms = 15000,
        .max_connections = 512,
        .worker_memory_mb = 2048,
    };
    int operands;
    enum err_code code = opt_parse(&searchd_program, argc, argv, &operands, err);
    if (code != ERR_OK) {
        return code;
    }
    if (!given.help && !given.version) {
        if (operands > 0) {
            return err_set(err, ERR_INVALID, "what is '%s'? see naslag-searchd --help", argv[1]);
        }
        if (given.index == NULL || *given.index == '\0') {
            return err_set(err, ERR_INVALID, "option --index DIR is required; see naslag-searchd --help");
        }
    }
    *ret_settings = given;
    return ERR_OK;
}
