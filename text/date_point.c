/* date_point.c - reading one day, month, year, or part of one of these, at a given byte. */
#include "text/date_point.h"

#include <stdio.h>
#include <string.h>

#define GAP_MAX 4 /* characters of white space inside a date */

/* ---- The calendar ------------------------------------------------------------------------- */

unsigned date_month_days(unsigned year, unsigned month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[(month - 1) % 12];
}

bool date_set_months(struct date_point *point, unsigned year, unsigned first, unsigned last)
{
    point->from = year * 10000 + first * 100 + 1;
    point->to = year * 10000 + last * 100 + date_month_days(year, last);
    return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX;
}

static bool set_day(struct date_point *point, unsigned year, unsigned month, unsigned day)
{
    point->from = point->to = year * 10000 + month * 100 + day;
    point->precision = DATE_DAY;
    return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX && month >= 1 && month <= 12 && day >= 1
        && day <= date_month_days(year, month);
}

void date_format(uint32_t day, enum date_precision precision, char out[DATE_FORMAT_SIZE])
{
    char full[32];
    snprintf(full, sizeof full, "%04u-%02u-%02u", day / 10000 % 10000, day / 100 % 100, day % 100);
    size_t len = precision == DATE_YEAR ? 4 : precision == DATE_MONTH ? 7 : 10;
    memcpy(out, full, len);
    out[len] = '\0';
}

/* ---- Words and numbers -------------------------------------------------------------------- */

/* Bytes of the white-space character at `i`, 0 when it is none: blanks, no-break spaces, line ends. */
static size_t space_len(const struct date_text *text, size_t i)
{
    char c = date_at(text, i);
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        return 1;
    }
    if (c == '\xC2' && date_at(text, i + 1) == '\xA0') {
        return 2;
    }
    bool narrow = c == '\xE2' && date_at(text, i + 1) == '\x80';
    return narrow && (date_at(text, i + 2) == '\xAF' || date_at(text, i + 2) == '\x89') ? 3 : 0;
}

/* Behind the white space at `i`; at most one line end, else it is another paragraph. */
size_t date_gap(const struct date_text *text, size_t i)
{
    bool line = false;
    for (size_t count = 0, step; count < GAP_MAX && (step = space_len(text, i)) > 0; count++, i += step) {
        if (date_at(text, i) == '\n') {
            if (line) {
                break;
            }
            line = true;
        }
    }
    return i;
}

/* The digits at `i`, at most `most`; the number of them is *ret_end - i, more than `most` counts as none. */
bool date_number(const struct date_text *text, size_t i, size_t least, size_t most, size_t *ret_end, unsigned *ret_value)
{
    unsigned value = 0;
    size_t end = i;
    while (end - i <= most && date_is_digit(date_at(text, end))) {
        value = value * 10 + (unsigned)(text->bytes[end++] - '0');
    }
    *ret_end = end;
    *ret_value = value;
    return end - i >= least && end - i <= most;
}

/* The word at `i` in small letters; 0 when it is too long or not ASCII. */
size_t date_word(const struct date_text *text, size_t i, char out[DATE_WORD_MAX + 1])
{
    size_t len = 0;
    while (len <= DATE_WORD_MAX && date_is_letter(date_at(text, i + len))) {
        if (len < DATE_WORD_MAX) {
            out[len] = (char)(text->bytes[i + len] | 0x20);
        }
        len++;
    }
    if (len > DATE_WORD_MAX || (unsigned char)date_at(text, i + len) >= 0xC3) {
        len = 0;
    }
    out[len] = '\0';
    return len;
}

/* The start of the word that ends, before white space, at `i`; `i` when there is none.  Not before `floor`. */
size_t date_word_before(const struct date_text *text, size_t floor, size_t i)
{
    size_t end = i;
    for (size_t count = 0; count < GAP_MAX && end > floor; count++) {
        if (space_len(text, end - 1) == 1) {
            end--;
        } else if (end >= floor + 2 && space_len(text, end - 2) == 2) {
            end -= 2;
        } else {
            break;
        }
    }
    if (end == i || end == floor) {
        return i;
    }
    end -= text->bytes[end - 1] == '.';
    size_t start = end;
    while (start > floor && end - start <= DATE_WORD_MAX && date_is_letter(text->bytes[start - 1])) {
        start--;
    }
    bool whole = start == floor || (unsigned char)text->bytes[start - 1] < 0x80;
    return start < end && whole && !(start > floor && date_is_digit(text->bytes[start - 1])) ? start : i;
}

static bool one_of(const char *word, const char *const *list)
{
    while (*list != NULL && strcmp(*list, word) != 0) {
        list++;
    }
    return *list != NULL;
}

/* The month that is written at `i`, 0 when none is; *ret_end is behind it and the point of an abbreviation. */
unsigned date_month(const struct date_text *text, size_t i, size_t *ret_end)
{
    static const char *const names[12][4] = {
        { "januari", "jan" }, { "februari", "feb", "febr" }, { "maart", "mrt" }, { "april", "apr" },
        { "mei" }, { "juni", "jun" }, { "juli", "jul" }, { "augustus", "aug" },
        { "september", "sep", "sept" }, { "oktober", "okt", "october" }, { "november", "nov" }, { "december", "dec" },
    };
    char written[DATE_WORD_MAX + 1];
    size_t len = date_word(text, i, written);
    for (unsigned m = 0; len > 0 && m < 12; m++) {
        if (one_of(written, names[m])) {
            bool brief = strcmp(written, names[m][0]) != 0;
            *ret_end = i + len + (brief && date_at(text, i + len) == '.');
            return m + 1;
        }
    }
    return 0;
}

/* ---- Points ------------------------------------------------------------------------------- */

static bool numeric_day(const struct date_text *text, size_t i, struct date_point *point)
{
    size_t end;
    unsigned first, second, third;
    if (!date_number(text, i, 1, 4, &end, &first) || end - i == 3) {
        return false;
    }
    bool year_first = end - i == 4;
    char separator = date_at(text, end);
    if (separator != '-' && separator != '/' && (separator != '.' || year_first)) {
        return false;
    }
    size_t step = end + 1;
    if (!date_number(text, step, 1, 2, &end, &second) || date_at(text, end) != separator) {
        return false;
    }
    step = end + 1;
    if (!date_number(text, step, year_first ? 1 : 4, year_first ? 2 : 4, &end, &third)) {
        return false;
    }
    point->end = end;
    return year_first ? set_day(point, first, second, third) : set_day(point, third, second, first);
}

/* `oktober 2016` */
static bool written_month(const struct date_text *text, size_t i, struct date_point *point)
{
    size_t end;
    unsigned m = date_month(text, i, &end), year;
    size_t next = m > 0 ? date_gap(text, end) : i;
    if (m == 0 || next == end || !date_number(text, next, 4, 4, &point->end, &year)) {
        return false;
    }
    point->precision = DATE_MONTH;
    return date_set_months(point, year, m, m);
}

/* `6 oktober 2016`, `6-okt-2016` */
static bool written_day(const struct date_text *text, size_t i, struct date_point *point)
{
    size_t end;
    unsigned day, year;
    if (!date_number(text, i, 1, 2, &end, &day)) {
        return false;
    }
    bool hyphen = date_at(text, end) == '-';
    size_t next = hyphen ? end + 1 : date_gap(text, end);
    unsigned m = next > end ? date_month(text, next, &end) : 0;
    if (m == 0) {
        return false;
    }
    next = hyphen && date_at(text, end) == '-' ? end + 1 : date_gap(text, end);
    return next > end && date_number(text, next, 4, 4, &point->end, &year) && set_day(point, year, m, day);
}

bool date_year_at(const struct date_text *text, size_t i, struct date_point *point)
{
    unsigned year;
    point->precision = DATE_YEAR;
    return date_number(text, i, 4, 4, &point->end, &year) && date_set_months(point, year, 1, 12);
}

/* Parts of a year, by their months; of a month, by thirds. */
static const struct date_part parts[] = {
    { "begin", NULL, 1, 4 },          { "medio", NULL, 5, 8 },           { "halverwege", NULL, 5, 8 },
    { "eind", NULL, 9, 12 },          { "einde", NULL, 9, 12 },          { "voorjaar", NULL, 3, 6 },
    { "lente", NULL, 3, 6 },          { "zomer", NULL, 6, 9 },           { "najaar", NULL, 9, 12 },
    { "herfst", NULL, 9, 12 },        { "eerste", "helft", 1, 6 },       { "tweede", "helft", 7, 12 },
    { "eerste", "kwartaal", 1, 3 },   { "tweede", "kwartaal", 4, 6 },    { "derde", "kwartaal", 7, 9 },
    { "vierde", "kwartaal", 10, 12 },
};
#define PART_COUNT (sizeof parts / sizeof *parts)

const struct date_part *date_part_at(const struct date_text *text, size_t i, size_t *ret_end)
{
    char first[DATE_WORD_MAX + 1], second[DATE_WORD_MAX + 1];
    size_t len = date_word(text, i, first);
    size_t next = len > 0 ? date_gap(text, i + len) : i;
    size_t second_len = next > i + len ? date_word(text, next, second) : 0;
    for (size_t k = 0; len > 0 && k < PART_COUNT; k++) {
        if (strcmp(parts[k].first, first) == 0 && parts[k].second == NULL) {
            *ret_end = i + len;
            return &parts[k];
        }
        if (strcmp(parts[k].first, first) == 0 && second_len > 0 && strcmp(parts[k].second, second) == 0) {
            *ret_end = next + second_len;
            return &parts[k];
        }
    }
    return NULL;
}

/* `eind 2011`, `begin mei 2012`, `derde kwartaal van 2013` */
static bool written_part(const struct date_text *text, size_t i, struct date_point *point)
{
    size_t end;
    const struct date_part *part = date_part_at(text, i, &end);
    size_t next = part != NULL ? date_gap(text, end) : i;
    if (part == NULL || next == end) {
        return false;
    }
    char van[DATE_WORD_MAX + 1];
    if (date_word(text, next, van) == 3 && strcmp(van, "van") == 0) {
        next = date_gap(text, next + 3);
    }
    point->part = true;
    if (written_month(text, next, point)) {
        unsigned third = part->from / 4; /* begin, medio, eind */
        if (part->second != NULL || part->to != part->from + 3) {
            return false;
        }
        point->to = third == 2 ? point->to : point->from + third * 10 + 9;
        point->from += third * 10;
        return true;
    }
    return date_year_at(text, next, point) && date_set_months(point, point->from / 10000, part->from, part->to);
}

bool date_point_at(const struct date_text *text, size_t i, struct date_point *point)
{
    *point = (struct date_point){ .start = i };
    if (!date_is_digit(date_at(text, i))) {
        return written_month(text, i, point) || written_part(text, i, point);
    }
    return numeric_day(text, i, point) || written_day(text, i, point) || date_year_at(text, i, point);
}

bool date_read(const char *bytes, size_t len, uint32_t *ret_from, uint32_t *ret_to)
{
    const struct date_text text = { bytes, len };
    struct date_point point = { 0 };
    bool good = numeric_day(&text, 0, &point);
    if (!good) {
        good = date_year_at(&text, 0, &point);
        unsigned m;
        size_t end;
        if (good && date_at(&text, 4) == '-' && date_number(&text, 5, 1, 2, &end, &m) && m >= 1 && m <= 12) {
            good = date_set_months(&point, point.from / 10000, m, m);
            point.end = end;
        }
    }
    if (!good || point.end != len) {
        return false;
    }
    *ret_from = point.from;
    *ret_to = point.to;
    return true;
}
