/* pdf-labels.c - page labels (ISO 32000-1, 12.4.2): a prefix and a decimal or Roman number that goes up by one. */
#include "extract/pdf-labels.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

void pdf_labels_init(struct pdf_labels *labels, size_t max)
{
    *labels = (struct pdf_labels){ .plain = true };
    buf_init(&labels->runs, max);
}

void pdf_labels_done(struct pdf_labels *labels)
{
    buf_done(&labels->runs);
}

/* The value of a Roman number of `len` letters of one case, or 0. */
static uint32_t roman(const char *text, size_t len)
{
    static const char letters[] = "ivxlcdm";
    static const uint32_t values[] = { 1, 5, 10, 50, 100, 500, 1000 };
    uint32_t sum = 0, last = 0;
    bool upper = len > 0 && text[0] >= 'A' && text[0] <= 'Z';
    for (size_t i = len; i-- > 0;) {
        char letter = upper && text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : upper ? '\0' : text[i];
        const char *found = letter != '\0' ? strchr(letters, letter) : NULL;
        if (found == NULL || len > 15) {
            return 0;
        }
        uint32_t value = values[found - letters];
        sum = value < last ? sum - value : sum + value;
        last = value > last ? value : last;
    }
    return sum;
}

/* Cuts a label in prefix and number; *ret_style is 0 when it has none. */
static uint32_t number_of(const char *label, size_t *ret_prefix, char *ret_style)
{
    size_t len = strlen(label), at = len;
    while (at > 0 && label[at - 1] >= '0' && label[at - 1] <= '9') {
        at--;
    }
    if (at < len && len - at <= 9) {
        *ret_prefix = at;
        *ret_style = '1';
        return (uint32_t)strtoul(label + at, NULL, 10);
    }
    at = len;
    while (at > 0 && ((label[at - 1] | 32) >= 'a' && (label[at - 1] | 32) <= 'z')) {
        at--;
    }
    uint32_t value = roman(label + at, len - at);
    *ret_prefix = value > 0 ? at : len;
    *ret_style = value == 0 ? '\0' : label[at] >= 'a' ? 'i' : 'I';
    return value;
}

/* Copies what may stand in a run. */
static void tidy(const char *label, char ret_label[64])
{
    size_t used = 0, len = utf8_valid_prefix(label, strlen(label));
    for (size_t i = 0; i < len && used < 63; i++) {
        if ((unsigned char)label[i] > ' ' && label[i] != 0x7F && label[i] != ':') {
            ret_label[used++] = label[i];
        }
    }
    ret_label[used] = '\0';
    ret_label[utf8_valid_prefix(ret_label, used)] = '\0';
}

void pdf_labels_add(struct pdf_labels *labels, uint32_t page, const char *label)
{
    char clean[64], own[16];
    tidy(label, clean);
    snprintf(own, sizeof own, "%" PRIu32, page);
    labels->plain = labels->plain && strcmp(clean, own) == 0;
    size_t prefix;
    char style;
    uint32_t number = number_of(clean, &prefix, &style);
    bool same_prefix = strncmp(clean, labels->prefix, prefix) == 0 && labels->prefix[prefix] == '\0';
    bool goes_on = page > 1 && style == labels->style && same_prefix && number == labels->next;
    labels->next = style != '\0' ? number + 1 : 0;
    if (goes_on) {
        return;
    }
    memcpy(labels->prefix, clean, prefix);
    labels->prefix[prefix] = '\0';
    labels->style = style;
    buf_printf(&labels->runs, "%s%" PRIu32 ":%s", labels->runs.len > 0 ? " " : "", page, clean);
}

const char *pdf_labels_get(const struct pdf_labels *labels)
{
    return labels->plain || labels->runs.failed || labels->runs.data == NULL ? "" : labels->runs.data;
}
