/* purge_marks.c - by what a tombstone knows again what a plan takes out. */
#include "indexer/purge_plan.h"

#include <string.h>

#include "indexer/builder.h"

static enum err_code add_mark(struct ledger *ledger, int64_t id, const struct mark *mark, struct err *err)
{
    return ledger_add_mark(ledger, id, mark->bytes, err);
}

/* Marks of a file, or of what is inside it. */
static enum err_code add_tree(const struct purge_plan *plan, struct ledger *ledger, int64_t id,
                              const struct purge_tree *tree, struct err *err)
{
    struct mark mark;
    char uid[SCHEMA_UID_LEN + 1];
    builder_uid(tree->source, tree->path, tree->record, uid); /* it may have no row that gives it one */
    mark_tree(plan->keyed, tree->source, tree->path, tree->record, strlen(tree->record), &mark);
    enum err_code code = add_mark(ledger, id, &mark, err);
    if (code == ERR_OK) {
        code = ledger_add_tombstone_uid(ledger, id, uid, err);
    }
    if (code == ERR_OK) {
        mark_document(plan->keyed, uid, &mark);
        code = add_mark(ledger, id, &mark, err);
    }
    return code;
}

static enum err_code add_document(const struct purge_plan *plan, struct ledger *ledger, int64_t id,
                                  const struct purge_document *document, struct err *err)
{
    struct mark mark;
    enum err_code code = ledger_add_tombstone_uid(ledger, id, document->uid, err);
    if (code == ERR_OK && !document->copy) { /* another text may come where a copy was */
        mark_document(plan->keyed, document->uid, &mark);
        code = add_mark(ledger, id, &mark, err);
    }
    if (code == ERR_OK && document->has_digest) {
        mark_bytes(plan->keyed, document->digest, &mark);
        code = add_mark(ledger, id, &mark, err);
    }
    return code;
}

/* An address with a fragment is that fragment, and the page when it comes without any. */
static enum err_code add_address(const struct purge_plan *plan, struct ledger *ledger, int64_t id, struct err *err)
{
    const char *target = plan->target, *fragment = strchr(target, '#');
    struct mark mark;
    if (fragment == NULL) {
        mark_address(plan->keyed, target, strlen(target), &mark);
        return add_mark(ledger, id, &mark, err);
    }
    mark_fragment(plan->keyed, target, strlen(target), fragment, strlen(fragment), &mark);
    enum err_code code = add_mark(ledger, id, &mark, err);
    mark_fragment(plan->keyed, target, strlen(target), "", 0, &mark);
    return code == ERR_OK ? add_mark(ledger, id, &mark, err) : code;
}

enum err_code purge_plan_mark(const struct purge_plan *plan, struct ledger *ledger, int64_t id, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < plan->trees.count && code == ERR_OK; i++) {
        code = add_tree(plan, ledger, id, &plan->trees.items[i], err);
    }
    for (size_t i = 0; i < plan->document_count && code == ERR_OK; i++) {
        code = add_document(plan, ledger, id, &plan->documents[i], err);
    }
    for (size_t i = 0; i < plan->bytes_count && code == ERR_OK; i++) {
        struct mark mark;
        mark_bytes(plan->keyed, plan->bytes[i], &mark);
        code = add_mark(ledger, id, &mark, err);
    }
    for (size_t i = 0; i < plan->text_count && code == ERR_OK; i++) {
        code = add_mark(ledger, id, &plan->texts[i], err);
    }
    return code == ERR_OK && strcmp(plan->kind, "url") == 0 ? add_address(plan, ledger, id, err) : code;
}
