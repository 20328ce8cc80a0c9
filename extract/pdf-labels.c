/* pdf-labels.c - page labels (ISO 32000-1, 12.4.2). */
#include "extract/pdf-labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/page_runs.h"

void pdf_labels_init(struct pdf_labels *labels, size_t max)
{
    *labels = (struct pdf_labels){ .plain = true };
    buf_init(&labels->runs, max);
}

void pdf_labels_done(struct pdf_labels *labels)
{
    buf_done(&labels->runs);
}

/* Copies what may stand in a run. */
static void tidy(const char *label, char ret_label[PDF_LABEL_SIZE])
{
    size_t used = 0, len = utf8_valid_prefix(label, strlen(label));
    for (size_t i = 0; i < len && used + 1 < PDF_LABEL_SIZE; i++) {
        if ((unsigned char)label[i] > ' ' && label[i] != 0x7F && label[i] != ':') {
            ret_label[used++] = label[i];
        }
    }
    ret_label[used] = '\0';
    ret_label[utf8_valid_prefix(ret_label, used)] = '\0';
}

void pdf_labels_add(struct pdf_labels *labels, uint32_t page, const char *label)
{
    char clean[PDF_LABEL_SIZE], own[16];
    tidy(label, clean);
    snprintf(own, sizeof own, "%" PRIu32, page);
    labels->plain = labels->plain && strcmp(clean, own) == 0;
    char expected[PAGE_LABEL_SIZE] = "";
    if (page > 1) {
        page_label_count_on(labels->first, strlen(labels->first), page - labels->start, expected);
    }
    if (page > 1 && strcmp(clean, expected) == 0) {
        return;
    }
    snprintf(labels->first, sizeof labels->first, "%s", clean);
    labels->start = page;
    buf_printf(&labels->runs, "%s%" PRIu32 ":%s", labels->runs.len > 0 ? " " : "", page, clean);
}

const char *pdf_labels_get(const struct pdf_labels *labels)
{
    return labels->plain || labels->runs.failed || labels->runs.data == NULL ? "" : labels->runs.data;
}
