/* explain_facts.c - what the text says of its own date, period and day of archiving: the step of compose.c, for the display. */
#include <stdio.h>
#include <string.h>

#include "indexer/explain.h"
#include "indexer/facts.h"
#include "text/heads.h"

#define MENDED_MAX ((size_t)1 << 30)

/* Puts blanks in place of running heads, which count once. */
static enum err_code blank_heads(const struct extract_record *record, const struct repairs *repairs, struct buf *text,
                                 struct err *err)
{
    struct text_ranges heads = { 0 };
    AUTO_FREE uint32_t *pages = malloc((record->page_count + 1) * sizeof *pages);
    if (pages == NULL) {
        return err_nomem(err, "explain_facts");
    }
    for (uint32_t i = 0; i < record->page_count; i++) {
        pages[i] = repair_map(repairs, record->pages[i]);
    }
    enum err_code code = heads_find(text->data, text->len, pages, record->page_count, &heads, err);
    for (size_t i = 0; i < heads.count && code == ERR_OK; i++) {
        const struct text_range *range = &heads.items[i];
        if (range->start < range->end && range->end <= text->len) {
            memset(text->data + range->start, ' ', range->end - range->start);
        }
    }
    text_ranges_done(&heads);
    return code;
}

static enum err_code copy_string(struct doc_string from, char **slot, struct err *err)
{
    char *copy = strndup(from.text, from.len);
    if (copy == NULL) {
        return err_nomem(err, "explain_facts");
    }
    free(*slot);
    *slot = copy;
    return ERR_OK;
}

/* What was found goes into the record. */
static enum err_code take(const struct doc_head *head, struct extract_record *record, struct err *err)
{
    char period[2 * DATE_FORMAT_SIZE + 2];
    enum err_code code = ERR_OK;
    if (head->origins[DOC_DATE] == DOC_FROM_TEXT) {
        code = copy_string(head->date, &record->date, err);
    }
    if (code == ERR_OK && head->origins[DOC_PERIOD] == DOC_FROM_TEXT) {
        int len = snprintf(period, sizeof period, "%.*s/%.*s", (int)head->period_from.len, head->period_from.text,
                           (int)head->period_to.len, head->period_to.text);
        code = copy_string((struct doc_string){ period, (size_t)len }, &record->period, err);
    }
    return code == ERR_OK ? copy_string(head->archived, &record->captured, err) : code;
}

enum err_code explain_facts(const struct dutch *dutch, struct extract_record *record, uint8_t origins[DOC_FIELDS],
                            bool *ret_archived, struct err *err)
{
    AUTO_BUF struct buf text;
    struct repairs repairs = { 0 };
    struct facts facts = { 0 };
    size_t from = strcspn(record->period, "/");
    struct doc_head head = {
        .title = { record->title, strlen(record->title) },
        .date = { record->date, strlen(record->date) },
        .archived = { record->captured, strlen(record->captured) },
        .period_from = { record->period, from },
        .period_to = { record->period + from + (record->period[from] == '/'),
                       strlen(record->period + from + (record->period[from] == '/')) },
    };
    bool captured = *record->captured != '\0';
    memcpy(head.origins, origins, DOC_FIELDS);
    buf_init(&text, MENDED_MAX);
    enum err_code code = repair_text(dutch_compounds(dutch), dutch_words(dutch), record->text, record->text_len, &text, &repairs,
                                     err);
    if (code == ERR_OK && text.len > 0) {
        code = blank_heads(record, &repairs, &text, err);
    }
    if (code == ERR_OK && text.len > 0) {
        code = facts_find(text.data, text.len, &head, &facts, err);
        code = code == ERR_OK ? take(&head, record, err) : code;
        memcpy(origins, head.origins, DOC_FIELDS);
    }
    *ret_archived = !captured && *record->captured != '\0';
    facts_done(&facts);
    repairs_done(&repairs);
    return code;
}
