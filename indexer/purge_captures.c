/* purge_captures.c - captures by address and moment. */
#include "indexer/purge_captures.h"

#include <stdlib.h>
#include <string.h>

#include "extract/extract.h"
#include "indexer/likeness.h"

/* In the order in which captures of one moment count. */
enum kind {
    KEPT,
    GONE,
    REPEATED
};

struct capture {
    uint64_t address, moment;
    enum kind kind;
    char uid[SCHEMA_UID_LEN + 1];
};

struct captures {
    purge_gone *gone;
    ledger_document_visit *visit;
    void *context;
    struct capture *items;
    size_t count, capacity;
    bool any_gone;
    char (*follow)[SCHEMA_UID_LEN + 1]; /* those to visit, sorted */
    size_t follow_count;
};

/* A ledger_document_visit. */
static enum err_code take(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct captures *captures = context;
    struct capture capture = { .kind = KEPT };
    bool text = document->state == LEDGER_INDEXED || document->state == LEDGER_TRUNCATED;
    bool repeated = document->state == LEDGER_SKIPPED
        && (strcmp(document->reason, EXTRACT_REVISIT) == 0 || strcmp(document->reason, EXTRACT_REPEATED) == 0);
    if ((!text && !repeated) || strlen(document->uid) != SCHEMA_UID_LEN
        || !likeness_named_capture(document->record, &capture.address, &capture.moment)) {
        return ERR_OK;
    }
    bool gone = captures->gone(captures->context, document->uid);
    if (repeated && gone) {
        return ERR_OK; /* it goes anyway */
    }
    capture.kind = repeated ? REPEATED : gone ? GONE : KEPT;
    captures->any_gone |= gone;
    memcpy(capture.uid, document->uid, sizeof capture.uid);
    if (mem_grow(&captures->items, &captures->capacity, captures->count, sizeof *captures->items) != 0) {
        return err_nomem(err, "a list of captures");
    }
    captures->items[captures->count++] = capture;
    return ERR_OK;
}

static int by_moment(const void *left, const void *right)
{
    const struct capture *a = left, *b = right;
    if (a->address != b->address) {
        return a->address < b->address ? -1 : 1;
    }
    return a->moment != b->moment ? (a->moment > b->moment) - (a->moment < b->moment) : (a->kind > b->kind) - (a->kind < b->kind);
}

static int by_uid(const void *left, const void *right)
{
    return strcmp(left, right);
}

/* A ledger_document_visit. */
static enum err_code visit_following(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct captures *captures = context;
    bool follows = bsearch(document->uid, captures->follow, captures->follow_count, sizeof *captures->follow, by_uid) != NULL;
    return follows ? captures->visit(captures->context, document, err) : ERR_OK;
}

enum err_code purge_captures(struct ledger *ledger, purge_gone *gone, ledger_document_visit *visit, void *context, struct err *err)
{
    struct captures captures = { .gone = gone, .visit = visit, .context = context };
    enum err_code code = ledger_each_document(ledger, take, &captures, err);
    if (code == ERR_OK && captures.any_gone) {
        captures.follow = calloc(captures.count, sizeof *captures.follow);
        code = captures.follow != NULL ? ERR_OK : err_nomem(err, "a list of captures");
        qsort(captures.items, captures.count, sizeof *captures.items, by_moment);
    }
    bool follows = false;
    for (size_t i = 0; i < captures.count && captures.follow != NULL; i++) {
        const struct capture *capture = &captures.items[i];
        follows = i > 0 && captures.items[i - 1].address == capture->address && follows;
        if (capture->kind != REPEATED) {
            follows = capture->kind == GONE;
        } else if (follows) {
            memcpy(captures.follow[captures.follow_count++], capture->uid, sizeof capture->uid);
        }
    }
    if (captures.follow_count > 0) {
        qsort(captures.follow, captures.follow_count, sizeof *captures.follow, by_uid);
        code = ledger_each_document(ledger, visit_following, &captures, err);
    }
    free(captures.follow);
    free(captures.items);
    return code;
}
