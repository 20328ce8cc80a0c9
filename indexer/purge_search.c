/* purge_search.c - finding documents in the generation: what is meant, and what has the same text. */
#include "indexer/purge_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/holdings.h"

#define TEXT_MAX ((size_t)1 << 30)

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
    if (purge_plan_find(plan, search->sorted, uid) != NULL) {
        return ERR_OK;
    }
    char record[1024];
    snprintf(record, sizeof record, "%.*s", (int)(head->name.len < 1000 ? head->name.len : 1000), head->name.text);
    struct ledger_found_document found = { .uid = uid, .record = record, .path = "" };
    return purge_plan_add(plan, &found, copy, err);
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

static enum err_code copy_string(struct doc_string string, char **ret_copy, struct err *err)
{
    *ret_copy = strndup(string.len > 0 ? string.text : "", string.len);
    return *ret_copy != NULL ? ERR_OK : err_nomem(err, "a list of documents");
}

/* Whether a document is what the target names, by what its head has: its source, its name, which is its record, or the path of a
 * file that is its only record, its address and its id. */
static enum err_code is_meant(struct purge_plan *plan, const struct doc_head *head, const char *uid, bool *ret_meant,
                              struct err *err)
{
    AUTO_FREE char *source = NULL, *name = NULL;
    if (purge_plan_is(plan, "id")) {
        *ret_meant = strcmp(uid, plan->target) == 0;
        return ERR_OK;
    }
    enum err_code code = copy_string(head->source, &source, err);
    if (code == ERR_OK) {
        code = copy_string(head->name, &name, err);
    }
    if (code == ERR_OK) {
        code = purge_plan_source(plan, source, "", err);
    }
    bool meant = false;
    for (size_t i = 0; i < plan->named_trees && code == ERR_OK && !meant; i++) {
        meant = purge_tree_has(&plan->trees.items[i], source, name, uid);
    }
    for (size_t i = 0; i < plan->guesses.count && code == ERR_OK && !meant; i++) {
        const struct purge_tree *guess = &plan->guesses.items[i];
        meant = purge_tree_has(guess, source, name, uid);
        if (meant && !purge_trees_have(&plan->trees, guess)) {
            code = purge_trees_add(&plan->trees, guess, err);
        }
    }
    if (code == ERR_OK && !meant && purge_is_below(name, plan->target)) {
        purge_plan_note_record(plan);
        meant = true;
    }
    if (code == ERR_OK && !meant && purge_plan_is(plan, "url")) {
        meant = purge_is_address(plan->target, head->url.text, head->url.len) || purge_is_capture(name, plan->target);
    }
    *ret_meant = meant;
    return code;
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
    bool meant = purge_plan_find(plan, search->sorted, uid) != NULL;
    if (!meant) { /* also one that is dead, and of which nothing is in the ledger any more */
        code = is_meant(plan, &head, uid, &meant, err);
    }
    if (code != ERR_OK || !meant) {
        search->tokens[part][docid] = count_tokens(&head);
        return code;
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

enum err_code purge_search(struct purge_plan *plan, const struct layout *layout, const struct generation *current,
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
enum err_code purge_search_address(struct purge_plan *plan, const struct layout *layout, const struct generation *current,
                                  struct progress *progress, struct err *err)
{
    CLEANUP(holdings_free_cleanup) struct holdings *holdings = NULL;
    enum err_code code = holdings_open(layout, current, &holdings, err);
    for (size_t i = 0; i < current->part_count && code == ERR_OK; i++) {
        uint32_t last = holdings_last(holdings, i);
        for (uint32_t docid = 1; docid <= last && code == ERR_OK; docid++) {
            struct doc_head head;
            char uid[SCHEMA_UID_LEN + 1];
            code = holdings_head(holdings, i, docid, &head, err);
            progress_merge(progress, docid, last);
            if (code == ERR_OK && purge_is_address(plan->target, head.url.text, head.url.len)) {
                snprintf(uid, sizeof uid, "%.*s", (int)head.uid.len, head.uid.text);
                struct ledger_found_document found = { .uid = uid, .record = "", .path = "" };
                code = purge_plan_add(plan, &found, false, err);
            }
            code = code == ERR_NOT_FOUND ? ERR_OK : code;
        }
    }
    return code;
}
