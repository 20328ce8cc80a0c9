/* progress.h - what a long run shows: a bar on a terminal, plain lines elsewhere, or JSON events. */
#ifndef NASLAG_INDEXER_PROGRESS_H
#define NASLAG_INDEXER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

enum progress_mode { PROGRESS_BAR, PROGRESS_LINES, PROGRESS_JSON, PROGRESS_QUIET };

struct progress {
    enum progress_mode mode;
    uint64_t total_bytes, done_bytes; /* of source files */
    uint64_t documents;
    int64_t started_us, shown_us;
    const char *phase;                /* what is going on: "indexing", "publishing" */
    bool bar_shown;
};

/* The bar goes to a terminal on standard error; --json events go to standard output. */
void progress_init(struct progress *progress, bool quiet, bool json);
void progress_phase(struct progress *progress, const char *phase);
/* Shows where the run is, when it is time to. */
void progress_tick(struct progress *progress);
/* Wipes the bar, so that something else can be printed. */
void progress_clear(struct progress *progress);
/* A line for people (not with --quiet or --json). */
void progress_say(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A JSON event on one line of standard output, with --json: begin opens the object and writes "event". */
bool progress_event_begin(struct progress *progress, struct json_writer *json, struct buf *line, const char *event);
void progress_event_end(struct json_writer *json, struct buf *line);

#endif
