/* purge_plan.c - finding what is meant, first in the ledger, then in the generation. */
#include "indexer/purge_plan.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "indexer/holdings.h"

#define TEXT_MAX ((size_t)1 << 30)
#define SEPARATOR "!/"

void purge_plan_done(struct purge_plan *plan)
{
    for (size_t i = 0; i < plan->document_count; i++) {
        free(plan->documents[i].record);
    }
    for (size_t i = 0; i < plan->tree_count; i++) {
        free(plan->trees[i].record);
    }
    free(plan->documents);
    free(plan->trees);
    free(plan->places);
    free(plan->texts);
    keyed_free(plan->keyed);
    *plan = (struct purge_plan){ .keyed = NULL };
}

bool purge_plan_is_empty(const struct purge_plan *plan)
{
    return plan->document_count == 0 && plan->tree_count == 0;
}

static enum err_code add_document(struct purge_plan *plan, const struct ledger_found_document *document, bool copy,
                                  struct err *err)
{
    static const uint8_t none[DIGEST_SIZE];
    if (mem_grow(&plan->documents, &plan->document_capacity, plan->document_count, sizeof *plan->documents) != 0) {
        return err_nomem(err, "a list of documents");
    }
    struct purge_document *added = &plan->documents[plan->document_count];
    *added = (struct purge_document){ .file = document->file, .copy = copy, .record = strdup(document->record) };
    if (added->record == NULL) {
        return err_nomem(err, "a list of documents");
    }
    snprintf(added->uid, sizeof added->uid, "%s", document->uid);
    struct digest nothing = digest_of("", 0); /* files without a byte are no copies of each other */
    if (document->digest != NULL && memcmp(document->digest, none, DIGEST_SIZE) != 0
        && memcmp(document->digest, nothing.bytes, DIGEST_SIZE) != 0) {
        memcpy(added->digest, document->digest, DIGEST_SIZE);
        added->has_digest = true;
    }
    plan->document_count++;
    return ERR_OK;
}

static int by_uid(const void *left, const void *right)
{
    return strcmp(((const struct purge_document *)left)->uid, ((const struct purge_document *)right)->uid);
}

/* Among the first `count`, which are sorted. */
static struct purge_document *find_document(const struct purge_plan *plan, size_t count, const char *uid)
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

static enum err_code add_tree(struct purge_plan *plan, int64_t file, const char *record, struct err *err)
{
    if (mem_grow(&plan->trees, &plan->tree_capacity, plan->tree_count, sizeof *plan->trees) != 0
        || (plan->trees[plan->tree_count].record = strdup(record)) == NULL) {
        return err_nomem(err, "a list of files");
    }
    plan->trees[plan->tree_count++].file = file;
    return ERR_OK;
}

/* What of the target is behind a name: "" for the file itself, the record behind "!/"; NULL when the target is another. */
static const char *behind(const char *target, const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || strncmp(target, name, len) != 0) {
        return NULL;
    }
    return target[len] == '\0' ? target + len : strncmp(target + len, SEPARATOR, 2) == 0 ? target + len + 2 : NULL;
}

/* A ledger_file_visit. */
static enum err_code match_file(void *context, const struct ledger_found_file *file, struct err *err)
{
    struct purge_plan *plan = context;
    char named[PATH_MAX * 2], whole[PATH_MAX * 2];
    snprintf(named, sizeof named, "%s/%s", file->source, file->path);
    snprintf(whole, sizeof whole, "%s/%s", file->root, file->path);
    const char *record = behind(plan->target, file->path);
    if (record == NULL) {
        record = behind(plan->target, named);
    }
    if (record == NULL) {
        record = behind(plan->target, whole);
    }
    if (record == NULL && plan->real[0] != '\0' && (strcmp(plan->real, whole) == 0 || strcmp(plan->real, file->root) == 0)) {
        record = "";
    }
    return record != NULL ? add_tree(plan, file->id, record, err) : ERR_OK;
}

/* Whether a record is the one with this id, or inside it. */
static bool is_below(const char *record, const char *id)
{
    size_t len = strlen(id);
    return len == 0 || (strncmp(record, id, len) == 0 && (record[len] == '\0' || strncmp(record + len, SEPARATOR, 2) == 0));
}

/* Whether a record is a capture of the address: "URL@DIGITS", perhaps inside something else. */
static bool is_capture(const char *record, const char *url)
{
    const char *at = strstr(record, url);
    bool begins = at != NULL && (at == record || (at - record >= 2 && strncmp(at - 2, SEPARATOR, 2) == 0));
    if (!begins) {
        return false;
    }
    at += strlen(url);
    size_t digits = *at == '@' ? strspn(at + 1, "0123456789") : 0;
    return *at == '\0' || (digits > 0 && (at[1 + digits] == '\0' || strncmp(at + 1 + digits, SEPARATOR, 2) == 0));
}

/* A ledger_document_visit. */
static enum err_code match_document(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct purge_plan *plan = context;
    bool id = strcmp(plan->kind, "id") == 0, url = strcmp(plan->kind, "url") == 0;
    bool wanted = id ? strcmp(document->uid, plan->target) == 0 : url ? is_capture(document->record, plan->target) : false;
    for (size_t i = 0; !wanted && i < plan->named_trees; i++) {
        wanted = plan->trees[i].file == document->file && is_below(document->record, plan->trees[i].record);
    }
    if (!wanted && !id && document->record[0] != '\0' && is_below(document->record, plan->target)) {
        wanted = true;
        enum err_code code = add_tree(plan, document->file, plan->target, err);
        if (code != ERR_OK) {
            return code;
        }
        plan->kind = strcmp(plan->kind, "path") == 0 && plan->named_trees == 0 ? "record" : plan->kind;
    }
    return wanted ? add_document(plan, document, false, err) : ERR_OK;
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
    bool same = document->digest != NULL && digests->count > 0
        && bsearch(document->digest, digests->items, digests->count, DIGEST_SIZE, by_digest) != NULL;
    return same && find_document(digests->plan, digests->sorted, document->uid) == NULL
        ? add_document(digests->plan, document, true, err) : ERR_OK;
}

static enum err_code find_same_bytes(struct purge_plan *plan, struct ledger *ledger, struct err *err)
{
    struct digests digests = { .plan = plan, .sorted = plan->document_count };
    digests.items = malloc((plan->document_count + 1) * DIGEST_SIZE);
    if (digests.items == NULL) {
        return err_nomem(err, "a list of digests");
    }
    for (size_t i = 0; i < plan->document_count; i++) {
        if (plan->documents[i].has_digest) {
            memcpy(digests.items[digests.count++], plan->documents[i].digest, DIGEST_SIZE);
        }
    }
    qsort(digests.items, digests.count, DIGEST_SIZE, by_digest);
    enum err_code code = digests.count > 0 ? ledger_each_document(ledger, match_digest, &digests, err) : ERR_OK;
    free(digests.items);
    return code;
}

/* ---- In the generation -------------------------------------------------------------------- */

struct search {
    struct purge_plan *plan;
    struct holdings *holdings;
    const struct generation *generation;
    struct progress *progress;
    size_t sorted;      /* documents of the plan that the ledger gave */
    uint8_t **tokens;   /* by part and docid, as count_tokens tells: of the documents that are not in the plan */
    bool counts[SCHEMA_PAGE_GAP + 1]; /* those that the texts of the plan have */
    struct buf text;
};

static enum err_code take_place(struct search *search, size_t part, uint32_t docid, const struct doc_head *head, bool copy,
                                struct err *err)
{
    struct purge_plan *plan = search->plan;
    char uid[SCHEMA_UID_LEN + 1];
    if (head->uid.len != SCHEMA_UID_LEN) {
        return err_set(err, ERR_CORRUPT, "a document has no id");
    }
    memcpy(uid, head->uid.text, SCHEMA_UID_LEN);
    uid[SCHEMA_UID_LEN] = '\0';
    if (mem_grow(&plan->places, &plan->place_capacity, plan->place_count, sizeof *plan->places) != 0) {
        return err_nomem(err, "a list of documents");
    }
    plan->places[plan->place_count++] = (struct purge_place){ (uint32_t)part, docid };
    if (find_document(plan, search->sorted, uid) != NULL) {
        return ERR_OK;
    }
    char record[1024];
    snprintf(record, sizeof record, "%.*s", (int)(head->name.len < 1000 ? head->name.len : 1000), head->name.text);
    struct ledger_found_document found = { .uid = uid, .record = record };
    return add_document(plan, &found, copy, err);
}

/* The number of tokens, from 1 on, as far as it does not depend on how the text is cut in pages. */
static uint8_t count_tokens(const struct doc_head *head)
{
    return (uint8_t)(head->tokens % SCHEMA_PAGE_GAP + 1);
}

/* Notes the text of a document of the plan, so that its copies can be found. */
static enum err_code take_text(struct search *search, const struct doc_head *head, struct err *err)
{
    struct mark mark;
    buf_clear(&search->text);
    enum err_code code = holdings_text(search->holdings, head, &search->text, err);
    if (code != ERR_OK || mark_text(search->plan->keyed, search->text.data, search->text.len, &mark) != ERR_OK) {
        return code;
    }
    struct purge_plan *plan = search->plan;
    if (mem_grow(&plan->texts, &plan->text_capacity, plan->text_count, sizeof *plan->texts) != 0) {
        return err_nomem(err, "a list of texts");
    }
    plan->texts[plan->text_count++] = mark;
    search->counts[count_tokens(head)] = true;
    return ERR_OK;
}

static enum err_code look_at(struct search *search, size_t part, uint32_t docid, struct err *err)
{
    struct purge_plan *plan = search->plan;
    struct doc_head head;
    enum err_code code = holdings_head(search->holdings, part, docid, &head, err);
    if (code != ERR_OK) {
        return code == ERR_NOT_FOUND ? ERR_OK : code; /* a gap in the numbering */
    }
    char uid[SCHEMA_UID_LEN + 1];
    snprintf(uid, sizeof uid, "%.*s", (int)head.uid.len, head.uid.text);
    bool url = strcmp(plan->kind, "url") == 0 && head.url.len == strlen(plan->target)
        && memcmp(head.url.text, plan->target, head.url.len) == 0;
    bool id = strcmp(plan->kind, "id") == 0 && strcmp(uid, plan->target) == 0; /* also one that is dead and gone from its source */
    if (!url && !id && find_document(plan, search->sorted, uid) == NULL) {
        search->tokens[part][docid] = count_tokens(&head);
        return ERR_OK;
    }
    code = take_place(search, part, docid, &head, false, err);
    return code == ERR_OK ? take_text(search, &head, err) : code;
}

static int by_mark(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mark));
}

/* Whether a document with as many tokens has the same text, too. */
static enum err_code compare(struct search *search, size_t part, uint32_t docid, struct err *err)
{
    struct doc_head head;
    struct mark mark;
    buf_clear(&search->text);
    enum err_code code = holdings_head(search->holdings, part, docid, &head, err);
    if (code == ERR_OK) {
        code = holdings_text(search->holdings, &head, &search->text, err);
    }
    bool same = code == ERR_OK && mark_text(search->plan->keyed, search->text.data, search->text.len, &mark) == ERR_OK
        && bsearch(&mark, search->plan->texts, search->plan->text_count, sizeof mark, by_mark) != NULL;
    return same ? take_place(search, part, docid, &head, true, err) : code;
}

static enum err_code search_parts(struct search *search, struct err *err)
{
    const struct generation *generation = search->generation;
    enum err_code code = ERR_OK;
    uint64_t done = 0, total = 0;
    for (size_t i = 0; i < generation->part_count; i++) {
        total += holdings_last(search->holdings, i);
    }
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        search->tokens[i] = calloc((size_t)holdings_last(search->holdings, i) + 1, sizeof *search->tokens[i]);
        if (search->tokens[i] == NULL) {
            return err_nomem(err, "a list of documents");
        }
        for (uint32_t docid = 1; docid <= holdings_last(search->holdings, i) && code == ERR_OK; docid++) {
            code = look_at(search, i, docid, err);
            progress_merge(search->progress, ++done, total);
        }
    }
    struct purge_plan *plan = search->plan;
    if (plan->text_count == 0) {
        return code;
    }
    qsort(plan->texts, plan->text_count, sizeof *plan->texts, by_mark);
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        for (uint32_t docid = 1; docid <= holdings_last(search->holdings, i) && code == ERR_OK; docid++) {
            if (search->counts[search->tokens[i][docid]]) {
                code = compare(search, i, docid, err);
            }
        }
    }
    return code;
}

static enum err_code search_generation(struct purge_plan *plan, const struct layout *layout, const struct generation *current,
                                       struct progress *progress, struct err *err)
{
    struct search search = { .plan = plan, .generation = current, .progress = progress, .sorted = plan->document_count };
    buf_init(&search.text, TEXT_MAX);
    search.tokens = calloc(current->part_count + 1, sizeof *search.tokens);
    if (search.tokens == NULL) {
        return err_nomem(err, "a list of documents");
    }
    enum err_code code = holdings_open(layout, current, &search.holdings, err);
    if (code == ERR_OK) {
        code = search_parts(&search, err);
    }
    for (size_t i = 0; i < current->part_count; i++) {
        free(search.tokens[i]);
    }
    holdings_free(search.holdings);
    buf_done(&search.text);
    free(search.tokens);
    return code;
}

/* Documents of the generation at the address. */
static enum err_code find_address(struct purge_plan *plan, const struct layout *layout, const struct generation *current,
                                  struct progress *progress, struct err *err)
{
    CLEANUP(holdings_free_cleanup) struct holdings *holdings = NULL;
    size_t len = strlen(plan->target);
    enum err_code code = holdings_open(layout, current, &holdings, err);
    for (size_t i = 0; i < current->part_count && code == ERR_OK; i++) {
        uint32_t last = holdings_last(holdings, i);
        for (uint32_t docid = 1; docid <= last && code == ERR_OK; docid++) {
            struct doc_head head;
            char uid[SCHEMA_UID_LEN + 1];
            code = holdings_head(holdings, i, docid, &head, err);
            progress_merge(progress, docid, last);
            if (code == ERR_OK && head.url.len == len && memcmp(head.url.text, plan->target, len) == 0) {
                snprintf(uid, sizeof uid, "%.*s", (int)head.uid.len, head.uid.text);
                struct ledger_found_document found = { .uid = uid, .record = "" };
                code = add_document(plan, &found, false, err);
            }
            code = code == ERR_NOT_FOUND ? ERR_OK : code;
        }
    }
    return code;
}

/* A ledger_document_visit: what the ledger knows of documents that the generation gave. */
static enum err_code fill_in(void *context, const struct ledger_found_document *document, struct err *err)
{
    struct purge_plan *plan = context;
    struct purge_document *known = find_document(plan, plan->document_count, document->uid);
    if (known == NULL || known->file != 0) {
        return ERR_OK;
    }
    bool copy = known->copy;
    size_t count = plan->document_count;
    enum err_code code = add_document(plan, document, copy, err);
    if (code == ERR_OK) { /* in the place of the other */
        known = find_document(plan, count, document->uid);
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
    if (code == ERR_OK && strcmp(plan.kind, "id") != 0) {
        code = ledger_each_file(ledger, 0, match_file, &plan, err);
        plan.named_trees = plan.tree_count;
    }
    if (code == ERR_OK) {
        code = ledger_each_document(ledger, match_document, &plan, err);
    }
    if (code == ERR_OK && strcmp(plan.kind, "url") == 0) {
        code = find_address(&plan, layout, current, progress, err);
    }
    if (code == ERR_OK) {
        code = settle(&plan, ledger, err);
    }
    if (code == ERR_OK) {
        code = find_same_bytes(&plan, ledger, err);
    }
    sort_documents(&plan);
    if (code == ERR_OK) { /* also for an id that the ledger has not: it may be of an older version that is dead */
        code = search_generation(&plan, layout, current, progress, err);
    }
    if (code == ERR_OK) {
        code = settle(&plan, ledger, err);
    }
    if (code != ERR_OK) {
        purge_plan_done(&plan);
        return code;
    }
    *ret_plan = plan;
    return ERR_OK;
}
