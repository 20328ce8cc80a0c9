/* main.c - naslag-searchd: options, and which of the two kinds of process this is. */
#include "config.h"

#include <stdio.h>

#include "searchd/front.h"
#include "searchd/listen.h"
#include "searchd/log.h"
#include "searchd/options.h"
#include "searchd/web.h"
#include "searchd/worker.h"

enum exit_status { EXIT_DONE = 0, EXIT_USAGE = 1, EXIT_START = 2, EXIT_LISTEN = 5 };

static int run_front(const struct settings *settings)
{
    struct err err = ERR_INIT;
    struct listen_address address;
    int fd;
    if (listen_parse(settings->listen, &address, &err) != ERR_OK) {
        log_line(LOG_ERRORS, "%s", err.text);
        return EXIT_USAGE;
    }
    if (listen_open(&address, &fd, &err) != ERR_OK) {
        log_line(LOG_ERRORS, "%s", err.text);
        return EXIT_LISTEN;
    }
    char shown[80];
    listen_print(&address, shown, sizeof shown);
    log_line(LOG_NOTICES, "listening on http://%s/", shown);
    if (front_run(settings, fd, &err) != ERR_OK) {
        log_line(LOG_ERRORS, "%s", err.text);
        return EXIT_START;
    }
    log_line(LOG_NOTICES, "stopped");
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct err err = ERR_INIT;
    if (options_parse(argc, argv, &settings, &err) != ERR_OK) {
        fprintf(stderr, "naslag-searchd: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (settings.help) {
        opt_help(&searchd_program, stdout);
        return EXIT_DONE;
    }
    if (settings.version) {
        printf("naslag-searchd %s\n", PACKAGE_VERSION);
        return EXIT_DONE;
    }
    web_init();
    log_init(settings.quiet ? LOG_ERRORS : settings.verbose ? LOG_REQUESTS : LOG_NOTICES);
    return settings.worker ? worker_main(&settings) : run_front(&settings);
}
