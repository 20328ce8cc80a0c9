/* purge_plan.c - finding what is meant, first in the ledger, then in the generation. */
#include "indexer/purge_plan.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "extract/extract.h"
#include "indexer/beside.h"
#include "indexer/purge_captures.h"

void purge_plan_done(struct purge_plan *plan)
{
    for (size_t i = 0; i < plan->document_count; i++) {
        free(plan->documents[i].record);
    }
    free(plan->documents);
    purge_trees_done(&plan->trees);
    purge_trees_done(&plan->sources);
    purge_trees_done(&plan->guesses);
    free(plan->bytes);
    free(plan->places);
    free(plan->texts);
    keyed_free(plan->keyed);
    *plan = (struct purge_plan){ .keyed = NULL };
}

bool purge_plan_is_empty(const struct purge_plan *plan)
{
    return plan->document_count == 0 && plan->trees.count == 0;
}

/* The digest of bytes, without what stands beside them; false when there is none. */
static bool unmix(const uint8_t *digest, uint64_t beside, uint8_t ret_digest[DIGEST_SIZE])
{
    static const uint8_t none[DIGEST_SIZE];
    struct digest nothing = digest_of("", 0); /* files without a byte are no copies of each other */
    if (digest == NULL || memcmp(digest, none, DIGEST_SIZE) == 0) {
        return false;
    }
    memcpy(ret_digest, digest, DIGEST_SIZE);
    beside_mix(ret_digest, beside);
    return memcmp(ret_digest, nothing.bytes, DIGEST_SIZE) != 0;
}

static bool bytes_of(const struct ledger_found_document *document, uint8_t ret_digest[DIGEST_SIZE])
{
    return unmix(document->digest, extract_is_lines(document->path) ? 0 : document->beside, ret_digest);
}

enum err_code purge_plan_add(struct purge_plan *plan, const struct ledger_found_document *document, bool copy,
                                  struct err *err)
{
    if (mem_grow(&plan->documents, &plan->document_capacity, plan->document_count, sizeof *plan->documents) != 0) {
        return err_nomem(err, "a list of documents");
    }
    struct purge_document *added = &plan->documents[plan->document_count];
    *added = (struct purge_document){ .file = document->file, .copy = copy, .record = strdup(document->record) };
    if (added->record == NULL) {
        return err_nomem(err, "a list of documents");
    }
    snprintf(added->uid, sizeof added->uid, "%s", document->uid);
    added->has_digest = bytes_of(document, added->digest);
    plan->document_count++;
    return ERR_OK;
}

static int by_uid(const void *left, const void *right)
{
    return strcmp(((const struct purge_document *)left)->uid, ((const struct purge_document *)right)->uid);
}

/* Among the first `count`, which are sorted. */
struct purge_document *purge_plan_find(const struct purge_plan *plan, size_t count, const char *uid)
{
    struct purge_document wanted = { .file = 0 };
    snprintf(wanted.uid, sizeof wanted.uid, "%s", uid);
    return count > 0 ? bsearch(&wanted, plan->documents, count, sizeof wanted, by_uid) : NULL;
}

/* Sorts by id and keeps one of each; one that was meant goes before one that is a copy, one of the ledger before others. */
static void sort_documents(struct purge_plan *plan)
{
    size_t kept = 0;
    if (plan->document_count == 0) {
        return;
    }
    qsort(plan->documents, plan->document_count, sizeof *plan->documents, by_uid);
    for (size_t i = 1; i < plan->document_count; i++) {
        struct purge_document *last = &plan->documents[kept], *next = &plan->documents[i];
        if (strcmp(last->uid, next->uid) != 0) {
            plan->documents[++kept] = *next;
            continue;
        }
        bool better = last->file == 0 && next->file != 0, copy = last->copy && next->copy;
        free(better ? last->record : next->record);
        *last = better ? *next : *last;
        last->copy = copy;
    }
    plan->document_count = kept + 1;
}

/* ---- In the ledger ------------------------------------------------------------------------ */

/* Notes what the target would be in a source that is seen for the first time. */
enum err_code purge_plan_source(struct purge_plan *plan, const char *source, const char *root, struct err *err)
{
    const struct purge_tree named = { .source = source, .path = "", .record = "" };
    if (purge_trees_have(&plan->sources, &named)) {
        return ERR_OK;
    }
    enum err_code code = purge_trees_add(&plan->sources, &named, err);
    return code == ERR_OK ? purge_guess(&plan->guesses, source, root, plan->target, plan->real, err) : code;
}

/* Of ledger_each_source. */
static enum err_code match_source(void *context, const struct ledger_source *source, struct err *err)
{
    return source->name != NULL && source->root != NULL ? purge_plan_source(context, source->name, source->root, err)
        : err_nomem(err, "a list of sources");
}

/* Notes the digests that the bytes of a file may have. */
static enum err_code take_bytes(struct purge_plan *plan, const struct ledger_found_file *file, struct err *err)
{
    const uint64_t stamps[] = { 0, file->beside };
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps && !extract_is_lines(file->path); i++) {
        if (mem_grow(&plan->bytes, &plan->bytes_capacity, plan->bytes_count, sizeof *plan->bytes) != 0) {
            return err_nomem(err, "a list of digests");
        }
        plan->bytes_count += unmix(file->digest, stamps[i], plan->bytes[plan->bytes_count]);
    }
    return ERR_OK;
}

/* A ledger_file_visit. */
static enum err_code match_file(void *context, const struct ledger_found_file *file, struct err *err)
{
    struct purge_plan *plan = context;
    char named[PATH_MAX * 2], whole[PATH_MAX * 2];
    snprintf(named, sizeof named, "%s/%s", file->source, file->path);
    snprintf(whole, sizeof whole, "%s/%s", file->root, file->path);
    const char *record = purge_behind(plan->target, file->path);
    if (record == NULL) {
        record = purge_behind(plan->target, named);
    }
    if (record == NULL) {
        record = purge_behind(plan->target, whole);
    }
    if (record == NULL && plan->real[0] != '\0' && (strcmp(plan->real, whole) == 0 || strcmp(plan->real, file->root) == 0)) {
        record = "";
    }
    const struct purge_tree tree = { .file = file->id, .source = file->source, .path = file->path, .record = record };
    enum err_code code = record != NULL ? purge_trees_add(&plan->trees, &tree, err) : ERR_OK;
    return code == ERR_OK && record != NULL && record[0] == '\0' ? take_bytes(plan, file, err) : code;
}

bool purge_plan_is(const struct purge_plan *plan, const char *kind)
{
    return strcmp(plan->kind, kind) == 0;
}

/* The target is a record, without a word of its file. */
void purge_plan_note_record(struct purge_plan *plan)
{
    plan->kind = purge_plan_is(plan, "path") && plan->named_trees == 0 ? "record" : plan->kind;
}

/* A ledger_document_visit. */
static enum err_code match_document(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct purge_plan *plan = context;
    bool id = purge_plan_is(plan, "id");
    bool wanted = id ? strcmp(document->uid, plan->target) == 0
        : purge_plan_is(plan, "url") && purge_is_capture(document->record, plan->target);
    for (size_t i = 0; !wanted && i < plan->named_trees; i++) {
        const struct purge_tree *tree = &plan->trees.items[i];
        wanted = tree->file == document->file && purge_is_below(document->record, tree->record);
    }
    if (!wanted && !id && document->record[0] != '\0' && purge_is_below(document->record, plan->target)) {
        const struct purge_tree tree = { .file = document->file, .source = document->source, .path = document->path,
                                         .record = plan->target };
        wanted = true;
        enum err_code code = purge_trees_add(&plan->trees, &tree, err);
        if (code != ERR_OK) {
            return code;
        }
        purge_plan_note_record(plan);
    }
    return wanted ? purge_plan_add(plan, document, false, err) : ERR_OK;
}

struct digests {
    struct purge_plan *plan;
    size_t sorted; /* documents of the plan before */
    uint8_t (*items)[DIGEST_SIZE];
    size_t count;
};

static int by_digest(const void *left, const void *right)
{
    return memcmp(left, right, DIGEST_SIZE);
}

/* A ledger_document_visit: those with the same bytes. */
static enum err_code match_digest(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct digests *digests = context;
    uint8_t bytes[DIGEST_SIZE];
    bool same = digests->count > 0 && bytes_of(document, bytes)
        && bsearch(bytes, digests->items, digests->count, DIGEST_SIZE, by_digest) != NULL;
    return same && purge_plan_find(digests->plan, digests->sorted, document->uid) == NULL
        ? purge_plan_add(digests->plan, document, true, err) : ERR_OK;
}

static enum err_code find_same_bytes(struct purge_plan *plan, struct ledger *ledger, struct err *err)
{
    struct digests digests = { .plan = plan, .sorted = plan->document_count };
    digests.items = malloc((plan->document_count + plan->bytes_count + 1) * DIGEST_SIZE);
    if (digests.items == NULL) {
        return err_nomem(err, "a list of digests");
    }
    for (size_t i = 0; i < plan->document_count; i++) {
        if (plan->documents[i].has_digest) {
            memcpy(digests.items[digests.count++], plan->documents[i].digest, DIGEST_SIZE);
        }
    }
    for (size_t i = 0; i < plan->bytes_count; i++) {
        memcpy(digests.items[digests.count++], plan->bytes[i], DIGEST_SIZE);
    }
    qsort(digests.items, digests.count, DIGEST_SIZE, by_digest);
    enum err_code code = digests.count > 0 ? ledger_each_document(ledger, match_digest, &digests, err) : ERR_OK;
    free(digests.items);
    return code;
}

/* ---- The plan ------------------------------------------------------------------------------- */

/* A ledger_document_visit: what the ledger knows of documents that the generation gave. */
static enum err_code fill_in(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct purge_plan *plan = context;
    struct purge_document *known = purge_plan_find(plan, plan->document_count, document->uid);
    if (known == NULL || known->file != 0) {
        return ERR_OK;
    }
    bool copy = known->copy;
    size_t count = plan->document_count;
    enum err_code code = purge_plan_add(plan, document, copy, err);
    if (code == ERR_OK) { /* in the place of the other */
        known = purge_plan_find(plan, count, document->uid);
        free(known->record);
        *known = plan->documents[--plan->document_count];
    }
    return code;
}

static enum err_code settle(struct purge_plan *plan, struct ledger *ledger, struct err *err)
{
    sort_documents(plan);
    return ledger_each_document(ledger, fill_in, plan, err);
}

enum err_code purge_plan_add_id(struct purge_plan *plan, struct err *err)
{
    struct ledger_found_document found = { .uid = plan->target, .record = "", .path = "" };
    return purge_plan_add(plan, &found, false, err);
}

struct following {
    struct purge_plan *plan;
    size_t sorted;
};

/* A purge_gone. */
static bool is_planned(void *context, const char *uid)
{
    const struct following *following = context;
    return purge_plan_find(following->plan, following->sorted, uid) != NULL;
}

/* A ledger_document_visit. */
static enum err_code take_following(void *context, const struct ledger_found_document *document, struct err *err)
{
    const struct following *following = context;
    return purge_plan_add(following->plan, document, false, err);
}

/* Captures that repeat one of the plan go with it. */
static enum err_code add_captures(struct purge_plan *plan, struct ledger *ledger, struct err *err)
{
    struct following following = { plan, plan->document_count };
    enum err_code code = purge_captures(ledger, is_planned, take_following, &following, err);
    sort_documents(plan);
    return code;
}

static const char *kind_of(const char *target)
{
    bool id = strlen(target) == SCHEMA_UID_LEN && strspn(target, "0123456789abcdef") == SCHEMA_UID_LEN;
    return id ? "id" : strstr(target, "://") != NULL ? "url" : "path";
}

enum err_code purge_plan_make(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                              const uint8_t key[KEYED_KEY_SIZE], const char *target, struct progress *progress,
                              struct purge_plan *ret_plan, struct err *err)
{
    struct purge_plan plan = { .target = target, .kind = kind_of(target) };
    AUTO_FREE char *real = realpath(target, NULL);
    struct stat info;
    bool file = real != NULL && strlen(real) < sizeof plan.real && stat(real, &info) == 0 && S_ISREG(info.st_mode);
    snprintf(plan.real, sizeof plan.real, "%s", file ? real : ""); /* a folder is no document */
    if (target[0] == '\0') {
        return err_set(err, ERR_INVALID, "an empty name is no document");
    }
    enum err_code code = keyed_new(key, &plan.keyed, err);
    if (code == ERR_OK && !purge_plan_is(&plan, "id")) {
        code = ledger_each_source(ledger, match_source, &plan, err);
    }
    if (code == ERR_OK && !purge_plan_is(&plan, "id")) {
        code = ledger_each_file(ledger, 0, match_file, &plan, err);
        plan.named_trees = plan.trees.count;
    }
    if (code == ERR_OK) {
        code = ledger_each_document(ledger, match_document, &plan, err);
    }
    if (code == ERR_OK && purge_plan_is(&plan, "url")) {
        code = purge_search_address(&plan, layout, current, progress, err);
    }
    if (code == ERR_OK) {
        code = settle(&plan, ledger, err);
    }
    if (code == ERR_OK) {
        code = find_same_bytes(&plan, ledger, err);
    }
    sort_documents(&plan);
    if (code == ERR_OK) { /* also for an id that the ledger has not: it may be of an older version that is dead */
        code = purge_search(&plan, layout, current, progress, err);
    }
    if (code == ERR_OK) {
        code = settle(&plan, ledger, err);
    }
    if (code == ERR_OK) {
        code = add_captures(&plan, ledger, err);
    }
    if (code != ERR_OK) {
        purge_plan_done(&plan);
        return code;
    }
    *ret_plan = plan;
    return ERR_OK;
}
