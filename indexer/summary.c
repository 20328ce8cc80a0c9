/* summary.c - what a run says of itself: which way it takes, what it did, and what failed. */
#include <inttypes.h>
#include <stdio.h>

#include "base/io.h"
#include "indexer/run.h"

void run_tell_way(struct run *run)
{
    const struct run_options *options = run->options;
    uint32_t documents = generation_live_count(&run->current);
    const char *way, *why;
    if (options->dry_run) {
        return;
    }
    if (options->reanalyse) {
        way = "reanalyse";
        why = "the documents are analysed from their stored texts into a new generation; the old one serves until that is complete";
    } else if (documents == 0) {
        way = "bulk";
        why = "the index is empty: all is analysed, and published after each 512 MB of text or two minutes";
    } else if (run->file_count == 0) {
        way = "none";
        why = "no file is new or changed";
    } else {
        way = "addition";
        why = "the index has documents: unchanged ones are passed over by their digests, the rest becomes a part of its own";
    }
    struct json_writer json;
    struct buf line;
    if (progress_event_begin(&run->progress, &json, &line, "way")) {
        jw_key_str(&json, "way", way);
        jw_key_str(&json, "why", why);
        jw_key_int(&json, "files", (int64_t)run->file_count);
        jw_key_int(&json, "bytes", (int64_t)run->progress.total_bytes);
        jw_key_int(&json, "in_index", documents);
        jw_key_int(&json, "builders", options->memory.jobs);
        progress_event_end(&json, &line);
    } else {
        progress_say(&run->progress, "%s: %zu files to read, %.1f MB, with %u builders; %s", way, run->file_count,
                     (double)run->progress.total_bytes / 1e6, options->memory.jobs, why);
    }
}

void run_summarise(struct run *run)
{
    const struct run_counts *counts = &run->counts;
    double seconds = (double)(io_now_us() - run->progress.started_us) / 1e6;
    struct json_writer json;
    struct buf line;
    if (progress_event_begin(&run->progress, &json, &line, "done")) {
        jw_key_bool(&json, "dry_run", run->options->dry_run);
        jw_key_int(&json, "generation", (int64_t)run->current.number);
        jw_key_int(&json, "files", (int64_t)counts->files);
        jw_key_int(&json, "new", (int64_t)counts->fresh);
        jw_key_int(&json, "changed", (int64_t)counts->changed);
        jw_key_int(&json, "unchanged", (int64_t)counts->unchanged);
        jw_key_int(&json, "vanished", (int64_t)counts->vanished);
        jw_key_int(&json, "skipped", (int64_t)counts->skipped);
        jw_key_int(&json, "documents", (int64_t)counts->documents);
        jw_key_int(&json, "failed", (int64_t)counts->failed);
        jw_key_int(&json, "analysed_again", (int64_t)counts->again);
        jw_key_int(&json, "in_index", generation_live_count(&run->current));
        progress_event_end(&json, &line);
        return;
    }
    if (run->options->dry_run) {
        progress_say(&run->progress, "would add %" PRIu64 ", change %" PRIu64 " and remove %" PRIu64 " files; %" PRIu64
                     " are up to date, %" PRIu64 " are not taken in", counts->fresh, counts->changed, counts->vanished,
                     counts->unchanged, counts->skipped);
        return;
    }
    progress_say(&run->progress, "%" PRIu64 " files: %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " unchanged, %" PRIu64
                 " vanished, %" PRIu64 " not taken in; %" PRIu64 " documents written, %" PRIu64 " failed", counts->files,
                 counts->fresh, counts->changed, counts->unchanged, counts->vanished, counts->skipped, counts->documents,
                 counts->failed);
    progress_say(&run->progress, "index: %u documents, generation %" PRIu64 "; %.1f MB in %.1f s (%.1f MB/s)",
                 generation_live_count(&run->current), run->current.number, (double)run->progress.done_bytes / 1e6, seconds,
                 seconds > 0 ? (double)run->progress.done_bytes / 1e6 / seconds : 0.0);
}

void run_list_failures(struct run *run)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 1 << 20);
    uint64_t count = 0;
    if (run->counts.failed > 0 && run->progress.mode != PROGRESS_JSON
        && ledger_print_failures(run->ledger, false, 20, &text, &count, NULL) == ERR_OK && text.data != NULL) {
        progress_clear(&run->progress);
        fprintf(stderr, "failed:\n%s", text.data);
        if (count > 20) {
            fprintf(stderr, "... and %" PRIu64 " more; see --status\n", count - 20);
        }
    }
}
