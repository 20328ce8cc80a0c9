/* progress.c - showing progress. */
#include "indexer/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"

#define BAR_EVERY_US 100000
#define LINE_EVERY_US 10000000
#define BAR_WIDTH 24

void progress_init(struct progress *progress, bool quiet, bool json)
{
    *progress = (struct progress){ .started_us = io_now_us(), .phase = "reading" };
    progress->shown_us = progress->started_us;
    progress->mode = json ? PROGRESS_JSON : quiet ? PROGRESS_QUIET : isatty(STDERR_FILENO) ? PROGRESS_BAR : PROGRESS_LINES;
}

uint64_t progress_bytes(const struct progress *progress)
{
    uint64_t fresh = progress->done_bytes - progress->settled_bytes;
    uint64_t text = progress->waiting_text, analysed = progress->analysed_text;
    double share = text == 0 || analysed > text ? 1 : (double)analysed / (double)text;
    return progress->settled_bytes + (uint64_t)((double)fresh * (0.25 + 0.75 * share));
}

void progress_settle(struct progress *progress)
{
    progress->settled_bytes = progress->done_bytes;
    progress->waiting_text = progress->analysed_text = 0;
}

/* "3 min 20 s" until the end, from what is done; "" when that says nothing yet. */
static const char *remaining(const struct progress *progress, double seconds, char *out, size_t size)
{
    out[0] = '\0';
    uint64_t done = progress_bytes(progress);
    if (seconds > 2 && done > 0 && progress->total_bytes > done) {
        double left = seconds * (double)(progress->total_bytes - done) / (double)done;
        long whole = (long)left + 1;
        if (whole >= 3600) {
            snprintf(out, size, ", %ld h %02ld min left", whole / 3600, whole / 60 % 60);
        } else if (whole >= 60) {
            snprintf(out, size, ", %ld min %02ld s left", whole / 60, whole % 60);
        } else {
            snprintf(out, size, ", %ld s left", whole);
        }
    }
    return out;
}

static void show(struct progress *progress)
{
    double seconds = (double)(progress->shown_us - progress->started_us) / 1e6;
    double megabytes = (double)progress_bytes(progress) / 1e6;
    double share = progress->total_bytes > 0 ? megabytes * 1e6 / (double)progress->total_bytes : 1;
    char left[64], merging[48] = "", text[224];
    share = share > 1 ? 1 : share;
    if (progress->to_merge > 0) {
        snprintf(merging, sizeof merging, ", tables merged %.0f%%", 100 * (double)progress->merged / (double)progress->to_merge);
    }
    snprintf(text, sizeof text, "%s: %3.0f%%, %llu documents, %.1f MB, %.1f MB/s%s%s", progress->phase, share * 100,
             (unsigned long long)progress->documents, megabytes, seconds > 0 ? megabytes / seconds : 0, merging,
             remaining(progress, seconds, left, sizeof left));
    if (progress->mode == PROGRESS_BAR) {
        char bar[BAR_WIDTH + 1];
        for (int i = 0; i < BAR_WIDTH; i++) {
            bar[i] = i < (int)(share * BAR_WIDTH) ? '#' : '.';
        }
        bar[BAR_WIDTH] = '\0';
        fprintf(stderr, "\r\033[K[%s] %s", bar, text);
        progress->bar_shown = true;
    } else {
        fprintf(stderr, "%s\n", text);
    }
    fflush(stderr);
}

void progress_tick(struct progress *progress)
{
    int64_t now = io_now_us();
    int64_t every = progress->mode == PROGRESS_BAR ? BAR_EVERY_US : LINE_EVERY_US;
    if (now - progress->shown_us < every) {
        return;
    }
    progress->shown_us = now;
    if (progress->mode == PROGRESS_BAR || progress->mode == PROGRESS_LINES) {
        show(progress);
    } else if (progress->mode == PROGRESS_JSON) {
        struct json_writer json;
        struct buf line;
        if (progress_event_begin(progress, &json, &line, "progress")) {
            jw_key_str(&json, "phase", progress->phase);
            jw_key_int(&json, "documents", (int64_t)progress->documents);
            jw_key_int(&json, "bytes", (int64_t)progress_bytes(progress));
            jw_key_int(&json, "read_bytes", (int64_t)progress->done_bytes);
            jw_key_int(&json, "total_bytes", (int64_t)progress->total_bytes);
            if (progress->to_merge > 0) {
                jw_key_int(&json, "merged", (int64_t)progress->merged);
                jw_key_int(&json, "to_merge", (int64_t)progress->to_merge);
            }
            progress_event_end(&json, &line);
        }
    }
}

void progress_merge(struct progress *progress, uint64_t done, uint64_t total)
{
    progress->merged = done;
    progress->to_merge = total;
    progress_tick(progress);
}

void progress_phase(struct progress *progress, const char *phase)
{
    progress->phase = phase;
    progress->to_merge = 0;
    if (progress->mode == PROGRESS_BAR) {
        progress->shown_us = io_now_us();
        show(progress);
    }
}

void progress_clear(struct progress *progress)
{
    if (progress->bar_shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->bar_shown = false;
    }
}

void progress_say(struct progress *progress, const char *format, ...)
{
    if (progress->mode == PROGRESS_QUIET || progress->mode == PROGRESS_JSON) {
        return;
    }
    progress_clear(progress);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

bool progress_event_begin(struct progress *progress, struct json_writer *json, struct buf *line, const char *event)
{
    if (progress->mode != PROGRESS_JSON) {
        return false;
    }
    buf_init(line, 1 << 20);
    jw_writer_init(json, line);
    jw_begin_object(json);
    jw_key_str(json, "event", event);
    return true;
}

void progress_event_end(struct json_writer *json, struct buf *line)
{
    jw_end_object(json);
    buf_add_char(line, '\n');
    if (!line->failed) {
        fwrite(line->data, 1, line->len, stdout);
        fflush(stdout);
    }
    buf_done(line);
}
