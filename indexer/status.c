/* status.c - the state of an index for an operator or a monitor. */
#include "indexer/status.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/io.h"
#include "indexer/tombstones.h"
#include "text/generation.h"
#include "text/groups.h"

#define FAILURES_SHOWN 20

/* How many documents are copies of others, earlier captures of an address, and near-copies. */
struct surplus {
    uint32_t copies, versions, likes, families;
};

static enum err_code count_surplus(const char *directory, const struct generation *generation, struct surplus *ret_surplus,
                                   struct err *err)
{
    struct groups groups;
    enum err_code code = groups_load(directory, generation->groups, &groups, err);
    if (code == ERR_OK) {
        *ret_surplus = (struct surplus){
            .copies = groups_surplus(&groups, GROUP_CONTENT),
            .versions = groups_surplus(&groups, GROUP_VERSION),
            .likes = groups_surplus(&groups, GROUP_FAMILY),
            .families = groups.set_counts[GROUP_FAMILY],
        };
    }
    groups_done(&groups);
    return code;
}

static void print_surplus(const struct surplus *surplus)
{
    if (surplus->copies > 0) {
        printf("%u documents are copies of others\n", surplus->copies);
    }
    if (surplus->versions > 0) {
        printf("%u documents are earlier captures of an address\n", surplus->versions);
    }
    if (surplus->families > 0) {
        printf("%u documents are nearly the same as others, in %u families\n", surplus->likes, surplus->families);
    }
}

static void print_text(const char *directory, const struct generation *generation, const struct surplus *surplus,
                       const struct buf *report,
                       const struct buf *failures, uint64_t failure_count, const uint64_t *earlier, size_t earlier_count)
{
    printf("index %s: %u documents in %zu parts, generation %" PRIu64 ", %.1f MB\n", directory,
           generation_live_count(generation), generation->part_count, generation->number,
           (double)io_tree_size(directory) / 1e6);
    printf("made with %s, xapian %s\n", generation->terms, generation->maker);
    print_surplus(surplus);
    for (size_t i = 0; i < earlier_count; i++) {
        printf("%s%" PRIu64 "%s", i == 0 ? "--rollback can go back to generation " : ", ", earlier[i],
               i + 1 == earlier_count ? "\n" : "");
    }
    fputs(report->data != NULL ? report->data : "", stdout);
    if (failure_count > 0) {
        printf("failed:\n%s", failures->data);
        if (failure_count > FAILURES_SHOWN) {
            printf("... and %" PRIu64 " more\n", failure_count - FAILURES_SHOWN);
        }
    }
}

static enum err_code print_json(const char *directory, const struct generation *generation, const struct surplus *surplus,
                                struct ledger *ledger, struct err *err)
{
    AUTO_BUF struct buf out;
    struct json_writer json;
    buf_init(&out, (size_t)64 << 20);
    jw_writer_init(&json, &out);
    jw_begin_object(&json);
    jw_key_str(&json, "index", directory);
    jw_key_int(&json, "generation", (int64_t)generation->number);
    jw_key_int(&json, "documents", generation_live_count(generation));
    jw_key_int(&json, "parts", (int64_t)generation->part_count);
    jw_key_int(&json, "bytes", (int64_t)io_tree_size(directory));
    jw_key_int(&json, "copies", surplus->copies);
    jw_key_int(&json, "earlier_captures", surplus->versions);
    jw_key_int(&json, "near_copies", surplus->likes);
    jw_key_int(&json, "families", surplus->families);
    jw_key_str(&json, "terms", generation->terms);
    jw_key_str(&json, "xapian", generation->maker);
    uint64_t earlier[LEDGER_KEEP_MAX];
    size_t earlier_count = 0;
    enum err_code code = ledger_earlier(ledger, earlier, &earlier_count, err);
    jw_key(&json, "earlier");
    jw_begin_array(&json);
    for (size_t i = 0; i < earlier_count; i++) {
        jw_int(&json, (int64_t)earlier[i]);
    }
    jw_end_array(&json);
    uint64_t tombstones = 0, pending = 0;
    if (code == ERR_OK) {
        code = ledger_count_tombstones(ledger, &tombstones, &pending, err);
    }
    jw_key(&json, "tombstones");
    jw_begin_object(&json);
    jw_key_int(&json, "all", (int64_t)tombstones);
    jw_key_int(&json, "pending", (int64_t)pending);
    jw_end_object(&json);
    if (code == ERR_OK) {
        code = ledger_write_status(ledger, &json, err);
    }
    jw_end_object(&json);
    buf_add_char(&out, '\n');
    if (code == ERR_OK) {
        code = buf_check(&out, "the status", err);
    }
    if (code == ERR_OK) {
        fwrite(out.data, 1, out.len, stdout);
    }
    return code;
}

/* A line when something was purged. */
static enum err_code print_tombstones(struct ledger *ledger, struct buf *report, struct err *err)
{
    uint64_t all = 0, pending = 0;
    enum err_code code = ledger_count_tombstones(ledger, &all, &pending, err);
    if (code == ERR_OK && all > 0) {
        buf_printf(report, "purged: %" PRIu64 " times (--purged lists them)%s\n", all,
                   pending > 0 ? "; NOT FINISHED: any run of naslag-index does the rest" : "");
    }
    return code;
}

enum err_code status_print(const char *directory, bool json, struct err *err)
{
    CLEANUP(ledger_free_cleanup) struct ledger *ledger = NULL;
    uint64_t number;
    struct generation generation;
    enum err_code code = generation_current(directory, &number, err);
    if (code != ERR_OK) {
        return code;
    }
    code = generation_load(directory, number, &generation, err);
    if (code != ERR_OK) {
        return code == ERR_NOT_FOUND ? err_set(err, ERR_CORRUPT, "generation %" PRIu64 " of %s is not complete: a file is "
                                               "missing", number, directory) : code;
    }
    struct surplus surplus = { 0 };
    code = ledger_open(directory, false, &ledger, err);
    if (code == ERR_OK) {
        code = count_surplus(directory, &generation, &surplus, err);
    }
    if (code == ERR_OK && json) {
        code = print_json(directory, &generation, &surplus, ledger, err);
    } else if (code == ERR_OK) {
        AUTO_BUF struct buf report, failures;
        uint64_t failure_count = 0, earlier[LEDGER_KEEP_MAX];
        size_t earlier_count = 0;
        buf_init(&report, (size_t)64 << 20);
        buf_init(&failures, (size_t)1 << 20);
        code = print_tombstones(ledger, &report, err);
        if (code == ERR_OK) {
            code = ledger_print_status(ledger, &report, err);
        }
        if (code == ERR_OK) {
            code = ledger_print_failures(ledger, true, FAILURES_SHOWN, &failures, &failure_count, err);
        }
        if (code == ERR_OK) {
            code = ledger_earlier(ledger, earlier, &earlier_count, err);
        }
        if (code == ERR_OK) {
            print_text(directory, &generation, &surplus, &report, &failures, failure_count, earlier, earlier_count);
        }
    }
    generation_done(&generation);
    return code;
}
