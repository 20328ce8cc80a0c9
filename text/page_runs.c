/* page_runs.c - reading the runs; anything that is none is passed over. */
#include "text/page_runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
    const char *letters;
    uint32_t value;
} roman_values[] = { { "m", 1000 }, { "cm", 900 }, { "d", 500 }, { "cd", 400 }, { "c", 100 }, { "xc", 90 }, { "l", 50 },
                     { "xl", 40 },  { "x", 10 },   { "ix", 9 },  { "v", 5 },    { "iv", 4 },  { "i", 1 } };
#define ROMANS (sizeof roman_values / sizeof *roman_values)
#define ROMAN_MAX 5000 /* beyond it nobody writes them */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number at *at of at most nine digits; 0 when there is none. */
static uint32_t read_number(const char *text, size_t len, size_t *at)
{
    uint32_t number = 0;
    size_t digits = 0;
    while (*at < len && is_digit(text[*at]) && digits < 9) {
        number = number * 10 + (uint32_t)(text[*at] - '0');
        ++*at;
        digits++;
    }
    return number;
}

static void write_roman(uint32_t value, bool upper, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < ROMANS; i++) {
        for (; value >= roman_values[i].value; value -= roman_values[i].value) {
            for (const char *c = roman_values[i].letters; *c != '\0' && used + 1 < size; c++) {
                out[used++] = upper ? (char)(*c - 32) : *c;
            }
        }
    }
    out[used] = '\0';
}

/* The value of a Roman number in one case, as it is properly written; 0 when it is none. */
static uint32_t read_roman(const char *text, size_t len)
{
    uint32_t value = 0;
    size_t at = 0;
    bool upper = len > 0 && text[0] >= 'A' && text[0] <= 'Z';
    for (size_t i = 0; i < ROMANS && at < len; i++) {
        size_t width = strlen(roman_values[i].letters);
        for (;;) {
            size_t same = 0;
            while (same < width && at + same < len && text[at + same] == roman_values[i].letters[same] - (upper ? 32 : 0)) {
                same++;
            }
            if (same < width) {
                break;
            }
            at += width;
            value += roman_values[i].value;
        }
    }
    char proper[PAGE_LABEL_SIZE];
    write_roman(value < ROMAN_MAX ? value : 0, upper, proper, sizeof proper);
    return at == len && strlen(proper) == len && memcmp(proper, text, len) == 0 ? value : 0;
}

void page_label_count_on(const char *first, size_t len, uint32_t steps, char ret_label[PAGE_LABEL_SIZE])
{
    size_t prefix = len;
    while (prefix > 0 && is_digit(first[prefix - 1]) && len - prefix < 9) {
        prefix--;
    }
    if (prefix < len) {
        size_t at = prefix;
        int width = first[prefix] == '0' ? (int)(len - prefix) : 0; /* "007" goes on as "008" */
        uint64_t number = (uint64_t)read_number(first, len, &at) + steps;
        snprintf(ret_label, PAGE_LABEL_SIZE, "%.*s%0*" PRIu64, (int)prefix, first, width, number);
        return;
    }
    while (prefix > 0 && ((first[prefix - 1] | 32) >= 'a' && (first[prefix - 1] | 32) <= 'z')) {
        prefix--;
    }
    uint32_t value = read_roman(first + prefix, len - prefix);
    snprintf(ret_label, PAGE_LABEL_SIZE, "%.*s", (int)(value > 0 ? prefix : len), first);
    if (value > 0 && value + (uint64_t)steps < ROMAN_MAX) {
        bool upper = first[prefix] >= 'A' && first[prefix] <= 'Z';
        write_roman(value + steps, upper, ret_label + prefix, PAGE_LABEL_SIZE - prefix);
    }
}

bool page_label(const char *runs, size_t len, uint32_t page, char ret_label[PAGE_LABEL_SIZE])
{
    const char *label = NULL;
    size_t label_len = 0;
    uint32_t start = 0;
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && runs[end] != ' ') {
            end++;
        }
        uint32_t from = read_number(runs, end, &at);
        if (from > page) {
            break;
        }
        if (from > start && at < end && runs[at] == ':') {
            start = from;
            label = runs + at + 1;
            label_len = end - at - 1;
        }
        at = end + 1;
    }
    char own[16];
    snprintf(own, sizeof own, "%" PRIu32, page);
    ret_label[0] = '\0';
    if (label_len > 0 && label_len < PAGE_LABEL_SIZE - 16 && utf8_valid_prefix(label, label_len) == label_len) {
        page_label_count_on(label, label_len, page - start, ret_label);
    }
    if (strcmp(ret_label, own) == 0) {
        ret_label[0] = '\0';
    }
    return ret_label[0] != '\0';
}

bool page_is_listed(const char *runs, size_t len, uint32_t page)
{
    for (size_t at = 0; at < len;) {
        uint32_t from = read_number(runs, len, &at), to = from;
        if (at < len && runs[at] == '-') {
            at++;
            to = read_number(runs, len, &at);
        }
        if (page >= from && page <= to && from > 0) {
            return true;
        }
        while (at < len && runs[at] != ' ') {
            at++;
        }
        at++;
    }
    return false;
}
