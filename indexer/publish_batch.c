/* publish_batch.c - what a run has gathered for its next generation. */
#include "indexer/publish.h"

#include <stdio.h>

static enum err_code add_uid(struct publish_uid **list, size_t *capacity, size_t *count, const char *uid, struct err *err)
{
    if (mem_grow(list, capacity, *count, sizeof **list) != 0) {
        return err_nomem(err, "a list of documents");
    }
    snprintf((*list)[*count].uid, sizeof (*list)[*count].uid, "%s", uid);
    (*count)++;
    return ERR_OK;
}

enum err_code publish_add_dead(struct publish_batch *batch, const char *uid, struct err *err)
{
    return add_uid(&batch->dead, &batch->dead_capacity, &batch->dead_count, uid, err);
}

enum err_code publish_add_duplicate(struct publish_batch *batch, const char *uid, struct err *err)
{
    return add_uid(&batch->duplicates, &batch->duplicate_capacity, &batch->duplicate_count, uid, err);
}

void publish_batch_clear(struct publish_batch *batch)
{
    batch->segment_count = batch->text_count = batch->dead_count = batch->duplicate_count = 0;
}

void publish_batch_done(struct publish_batch *batch)
{
    free(batch->segments);
    free(batch->texts);
    free(batch->dead);
    free(batch->duplicates);
    *batch = (struct publish_batch){ 0 };
}

bool publish_batch_is_empty(const struct publish_batch *batch)
{
    return batch->segment_count == 0 && batch->dead_count == 0 && !batch->replace;
}
