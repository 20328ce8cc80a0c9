/* progress.h - what a long run shows: a bar on a terminal, plain lines elsewhere, or JSON events. */
#ifndef NASLAG_INDEXER_PROGRESS_H
#define NASLAG_INDEXER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

enum progress_mode { PROGRESS_BAR, PROGRESS_LINES, PROGRESS_JSON, PROGRESS_QUIET };

struct progress {
    enum progress_mode mode;
    uint64_t total_bytes, done_bytes; /* of source files: to read, and read */
    uint64_t settled_bytes;           /* of these, analysed and published: all of it up to the last checkpoint */
    uint64_t waiting_text, analysed_text; /* of the documents that were read since */
    uint64_t documents;
    int64_t started_us, shown_us;
    const char *phase;                /* what is going on: "reading", "analysing", "publishing", "boilerplate", "merging" */
    uint64_t merged, to_merge;        /* entries of tables, of the merge that is going on; 0 when none is */
    bool bar_shown;
};

/* The bar goes to a terminal on standard error; --json events go to standard output. */
void progress_init(struct progress *progress, bool quiet, bool json);
void progress_phase(struct progress *progress, const char *phase);
/* Source bytes that count as done: reading is a quarter of the work, analysing the rest. */
uint64_t progress_bytes(const struct progress *progress);
/* What was read is analysed and published. */
void progress_settle(struct progress *progress);
/* How far a merge of tables is; the next phase ends it. */
void progress_merge(struct progress *progress, uint64_t done, uint64_t total);
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
