/* fields.c - putting clean, bounded values into a record. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "extract/internal.h"
#include "text/unicode.h"

/* Cleaned text may be longer than its source: a bad byte becomes the three bytes of U+FFFD, and NFC
 * spells some characters out (at most threefold, Unicode Standard Annex #15). */
#define CLEAN_GROWTH 3

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f';
}

/* Collapses white space in place and cuts to `cap` bytes; returns how many bytes that cut off. */
static size_t collapse(char *text, size_t len, size_t cap)
{
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < len; i++) {
        if (is_blank(text[i])) {
            gap = used > 0;
            continue;
        }
        if (gap) {
            text[used++] = ' ';
            gap = false;
        }
        text[used++] = text[i];
    }
    size_t all = used;
    if (used > cap) {
        used = utf8_floor(text, used, cap);
        while (used > 0 && text[used - 1] == ' ') {
            used--;
        }
    }
    text[used] = '\0';
    return all - used;
}

static void replace(char **slot, char *fresh)
{
    free(*slot);
    *slot = fresh;
}

/* *ret_cut: bytes that the cap cut off. */
static enum err_code set(char **slot, const char *text, size_t len, size_t cap, size_t *ret_cut, struct err *err)
{
    /* What lies far behind the cap is not worth cleaning. */
    size_t enough = 8 * cap + 1024, all = len;
    if (len > enough) {
        len = utf8_floor(text, len, enough);
    }
    AUTO_BUF struct buf clean;
    buf_init(&clean, CLEAN_GROWTH * len + 16);
    enum err_code code = text_clean(text, len, &clean, NULL, err);
    if (code != ERR_OK) {
        return code;
    }
    size_t used = clean.len;
    char *fresh = buf_take(&clean);
    if (fresh == NULL) {
        return err_nomem(err, "field_set");
    }
    *ret_cut = collapse(fresh, used, cap) + (all - len);
    replace(slot, fresh);
    return ERR_OK;
}

enum err_code field_set(char **slot, const char *text, size_t len, size_t cap, struct err *err)
{
    size_t cut;
    return set(slot, text, len, cap, &cut, err);
}

enum err_code field_set_title(struct extract_record *record, const char *text, size_t len, size_t cap, struct err *err)
{
    size_t cut = 0;
    enum err_code code = set(&record->title, text, len, cap, &cut, err);
    record->title_cut = cut < UINT32_MAX ? (uint32_t)cut : UINT32_MAX;
    return code;
}

enum err_code field_add_note(struct extract_record *record, const char *text, size_t cap, struct err *err)
{
    AUTO_BUF struct buf note;
    buf_init(&note, strlen(record->note) + strlen(text) + 8);
    buf_printf(&note, "%s%s%s", record->note, *record->note != '\0' ? "; " : "", text);
    enum err_code code = buf_check(&note, "a note", err);
    return code == ERR_OK ? field_set(&record->note, note.data, note.len, cap, err) : code;
}

enum err_code field_tell_title(struct extract_record *record, size_t cap, struct err *err)
{
    char text[64];
    if (record->title_cut == 0 || *record->title == '\0') {
        return ERR_OK;
    }
    snprintf(text, sizeof text, "%u of them are of the title", record->title_cut);
    record->cut += record->title_cut;
    record->title_cut = 0;
    return field_add_note(record, text, cap, err);
}

/* `count` digits at `text`, or -1. */
static int digits(const char *text, size_t len, size_t count)
{
    if (len < count) {
        return -1;
    }
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

static int days_in(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Length of the ISO 8601 date (day, month or year) that `text` begins with: 10, 7, 4, or 0. */
static size_t date_length(const char *text, size_t len)
{
    int year = digits(text, len, 4);
    if (year < 1000) {
        return 0;
    }
    size_t used = 4;
    if (len > 4 && text[4] == '-') {
        int month = digits(text + 5, len - 5, 2);
        if (month < 1 || month > 12) {
            return 0;
        }
        used = 7;
        if (len > 7 && text[7] == '-') {
            int day = digits(text + 8, len - 8, 2);
            if (day < 1 || day > days_in(year, month)) {
                return 0;
            }
            used = 10;
        }
    }
    /* A time may follow a day; anything else makes it something else ("2013-2014", "2021/5"). */
    bool ends = used == len || is_blank(text[used]) || (used == 10 && text[used] == 'T');
    return ends ? used : 0;
}

enum err_code field_set_date(char **slot, const char *text, size_t len, struct err *err)
{
    while (len > 0 && is_blank(*text)) {
        text++;
        len--;
    }
    size_t used = date_length(text, len);
    return used == 0 ? ERR_OK : field_set(slot, text, used, used, err);
}

enum err_code field_set_period(char **slot, const char *from, const char *to, struct err *err)
{
    AUTO_FREE char *start = NULL, *end = NULL;
    enum err_code code = field_set_date(&start, from, strlen(from), err);
    if (code == ERR_OK) {
        code = field_set_date(&end, to, strlen(to), err);
    }
    /* As far as both are known: 2012-05/2012 is a period of some months. */
    size_t least = start != NULL && end != NULL ? (strlen(start) < strlen(end) ? strlen(start) : strlen(end)) : 0;
    if (code != ERR_OK || (start == NULL && end == NULL) || (least > 0 && strncmp(start, end, least) > 0)) {
        return code;
    }
    char period[32];
    int len = snprintf(period, sizeof period, "%s/%s", start != NULL ? start : "", end != NULL ? end : "");
    return field_set(slot, period, (size_t)len, sizeof period, err);
}

enum err_code field_set_url(char **slot, const char *text, size_t len, size_t cap, struct err *err)
{
    while (len > 0 && is_blank(*text)) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    /* A shortened address would lead elsewhere, so a long one is left out. */
    bool http = len > 7 && strncasecmp(text, "http://", 7) == 0;
    bool web = len <= cap && (http || (len > 8 && strncasecmp(text, "https://", 8) == 0));
    for (size_t i = 0; web && i < len; i++) {
        web = (unsigned char)text[i] > ' ' && text[i] != 0x7F && strchr("\"<>\\^`{|}", text[i]) == NULL;
    }
    if (!web) {
        return ERR_OK;
    }
    AUTO_FREE char *fresh = strdup("");
    if (fresh == NULL) {
        return err_nomem(err, "field_set_url");
    }
    enum err_code code = field_set(&fresh, text, len, CLEAN_GROWTH * len, err);
    if (code == ERR_OK && strlen(fresh) <= cap) {
        replace(slot, TAKE_PTR(fresh));
    }
    return code;
}

enum err_code field_set_language(char **slot, const char *text, size_t len, struct err *err)
{
    while (len > 0 && is_blank(*text)) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    /* RFC 5646: letters, digits and hyphens, a first subtag of two or more letters; 35 is its advised length. */
    size_t letters = 0;
    for (size_t i = 0; i < len; i++) {
        bool letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z');
        letters += letter && letters == i;
        if (!letter && text[i] != '-' && (text[i] < '0' || text[i] > '9')) {
            return ERR_OK;
        }
    }
    if (len > 35 || letters < 2) {
        return ERR_OK;
    }
    return field_set(slot, text, len, len, err);
}

static void cut_text(struct extract_record *record, size_t at)
{
    record->cut += record->text_len - at;
    record->text_len = (uint32_t)at;
    record->text[at] = '\0';
}

enum err_code field_take_text(struct extract_record *record, struct buf *text, const struct extract_caps *caps,
                              struct err *err)
{
    enum err_code code = buf_check(text, "text", err);
    if (code != ERR_OK) {
        return code;
    }
    size_t len = text->len;
    size_t cap = caps->record_bytes < UINT32_MAX ? (size_t)caps->record_bytes : UINT32_MAX;
    if (len > cap) {
        size_t at = utf8_floor(text->data, len, cap);
        text->data[at] = '\0';
        record->cut += len - at;
        len = at;
    }
    char *taken = buf_take(text);
    if (taken == NULL) {
        return err_nomem(err, "field_take_text");
    }
    replace(&record->text, taken);
    record->text_len = (uint32_t)len;
    return ERR_OK;
}

enum err_code field_add_page(struct extract_record *record, size_t *capacity, size_t start, struct err *err)
{
    if (mem_grow(&record->pages, capacity, record->page_count, sizeof *record->pages) != 0) {
        return err_nomem(err, "field_add_page");
    }
    record->pages[record->page_count++] = (uint32_t)start;
    return ERR_OK;
}

static bool blank_from(const char *text, size_t at, size_t len)
{
    while (at < len && is_blank(text[at])) {
        at++;
    }
    return at == len;
}

enum err_code field_split_pages(struct extract_record *record, const struct extract_caps *caps, struct err *err)
{
    char *text = record->text;
    size_t capacity = 0;
    char *feed = memchr(text, '\f', record->text_len);
    if (feed == NULL) {
        return ERR_OK;
    }
    enum err_code code = field_add_page(record, &capacity, 0, err);
    while (code == ERR_OK && feed != NULL) {
        size_t at = (size_t)(feed - text);
        feed = memchr(feed + 1, '\f', record->text_len - at - 1);
        /* pdftotext ends the last page too: that form feed begins no page. */
        if (feed == NULL && blank_from(text, at + 1, record->text_len)) {
            text[at] = '\n';
            break;
        }
        if (record->page_count >= caps->pages) {
            cut_text(record, at);
            break;
        }
        text[at] = '\n';
        code = field_add_page(record, &capacity, at + 1, err);
    }
    return code;
}
