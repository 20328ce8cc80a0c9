/* dates.c - the scanner for dates and periods. */
#include "text/dates.h"

#include <stdio.h>
#include <string.h>

#define GAP_MAX 4        /* characters of white space inside a date */
#define WORD_MAX 12      /* letters of the longest word in a date */
#define PERIOD_YEARS 150 /* two years further apart are two numbers */

struct text {
    const char *bytes;
    size_t len;
};

/* A day, month, year, or part of one of these. */
struct point {
    size_t start, end;
    uint32_t from, to;
    enum date_precision precision;
    bool part;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char at(const struct text *text, size_t i)
{
    return i < text->len ? text->bytes[i] : '\0';
}

/* ---- The calendar ------------------------------------------------------------------------- */

unsigned date_month_days(unsigned year, unsigned month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[(month - 1) % 12];
}

static bool set_months(struct point *point, unsigned year, unsigned first, unsigned last)
{
    point->from = year * 10000 + first * 100 + 1;
    point->to = year * 10000 + last * 100 + date_month_days(year, last);
    return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX;
}

static bool set_day(struct point *point, unsigned year, unsigned month, unsigned day)
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
static size_t space_len(const struct text *text, size_t i)
{
    char c = at(text, i);
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        return 1;
    }
    if (c == '\xC2' && at(text, i + 1) == '\xA0') {
        return 2;
    }
    return c == '\xE2' && at(text, i + 1) == '\x80' && (at(text, i + 2) == '\xAF' || at(text, i + 2) == '\x89') ? 3 : 0;
}

/* Behind the white space at `i`; at most one line end, else it is another paragraph. */
static size_t gap(const struct text *text, size_t i)
{
    bool line = false;
    for (size_t count = 0, step; count < GAP_MAX && (step = space_len(text, i)) > 0; count++, i += step) {
        if (at(text, i) == '\n') {
            if (line) {
                break;
            }
            line = true;
        }
    }
    return i;
}

/* The digits at `i`, at most `most`; the number of them is *ret_end - i, more than `most` counts as none. */
static bool number(const struct text *text, size_t i, size_t least, size_t most, size_t *ret_end, unsigned *ret_value)
{
    unsigned value = 0;
    size_t end = i;
    while (end - i <= most && is_digit(at(text, end))) {
        value = value * 10 + (unsigned)(text->bytes[end++] - '0');
    }
    *ret_end = end;
    *ret_value = value;
    return end - i >= least && end - i <= most;
}

/* The word at `i` in small letters; 0 when it is too long or not ASCII. */
static size_t word(const struct text *text, size_t i, char out[WORD_MAX + 1])
{
    size_t len = 0;
    while (len <= WORD_MAX && is_letter(at(text, i + len))) {
        if (len < WORD_MAX) {
            out[len] = (char)(text->bytes[i + len] | 0x20);
        }
        len++;
    }
    if (len > WORD_MAX || (unsigned char)at(text, i + len) >= 0xC3) {
        len = 0;
    }
    out[len] = '\0';
    return len;
}

/* The start of the word that ends, before white space, at `i`; `i` when there is none.  Not before `floor`. */
static size_t word_before(const struct text *text, size_t floor, size_t i)
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
    while (start > floor && end - start <= WORD_MAX && is_letter(text->bytes[start - 1])) {
        start--;
    }
    bool whole = start == floor || (unsigned char)text->bytes[start - 1] < 0x80;
    return start < end && whole && !(start > floor && is_digit(text->bytes[start - 1])) ? start : i;
}

static bool one_of(const char *word, const char *const *list)
{
    while (*list != NULL && strcmp(*list, word) != 0) {
        list++;
    }
    return *list != NULL;
}

/* The month that is written at `i`, 0 when none is; *ret_end is behind it and the point of an abbreviation. */
static unsigned month(const struct text *text, size_t i, size_t *ret_end)
{
    static const char *const names[12][4] = {
        { "januari", "jan" }, { "februari", "feb", "febr" }, { "maart", "mrt" }, { "april", "apr" },
        { "mei" }, { "juni", "jun" }, { "juli", "jul" }, { "augustus", "aug" },
        { "september", "sep", "sept" }, { "oktober", "okt", "october" }, { "november", "nov" }, { "december", "dec" },
    };
    char written[WORD_MAX + 1];
    size_t len = word(text, i, written);
    for (unsigned m = 0; len > 0 && m < 12; m++) {
        if (one_of(written, names[m])) {
            bool brief = strcmp(written, names[m][0]) != 0;
            *ret_end = i + len + (brief && at(text, i + len) == '.');
            return m + 1;
        }
    }
    return 0;
}

/* ---- Points ------------------------------------------------------------------------------- */

static bool numeric_day(const struct text *text, size_t i, struct point *point)
{
    size_t end;
    unsigned first, second, third;
    if (!number(text, i, 1, 4, &end, &first) || end - i == 3) {
        return false;
    }
    bool year_first = end - i == 4;
    char separator = at(text, end);
    if (separator != '-' && separator != '/' && (separator != '.' || year_first)) {
        return false;
    }
    size_t step = end + 1;
    if (!number(text, step, 1, 2, &end, &second) || at(text, end) != separator) {
        return false;
    }
    step = end + 1;
    if (!number(text, step, year_first ? 1 : 4, year_first ? 2 : 4, &end, &third)) {
        return false;
    }
    point->end = end;
    return year_first ? set_day(point, first, second, third) : set_day(point, third, second, first);
}

/* `oktober 2016` */
static bool written_month(const struct text *text, size_t i, struct point *point)
{
    size_t end;
    unsigned m = month(text, i, &end), year;
    size_t next = m > 0 ? gap(text, end) : i;
    if (m == 0 || next == end || !number(text, next, 4, 4, &point->end, &year)) {
        return false;
    }
    point->precision = DATE_MONTH;
    return set_months(point, year, m, m);
}

/* `6 oktober 2016`, `6-okt-2016` */
static bool written_day(const struct text *text, size_t i, struct point *point)
{
    size_t end;
    unsigned day, year;
    if (!number(text, i, 1, 2, &end, &day)) {
        return false;
    }
    bool hyphen = at(text, end) == '-';
    size_t next = hyphen ? end + 1 : gap(text, end);
    unsigned m = next > end ? month(text, next, &end) : 0;
    if (m == 0) {
        return false;
    }
    next = hyphen && at(text, end) == '-' ? end + 1 : gap(text, end);
    return next > end && number(text, next, 4, 4, &point->end, &year) && set_day(point, year, m, day);
}

static bool written_year(const struct text *text, size_t i, struct point *point)
{
    unsigned year;
    point->precision = DATE_YEAR;
    return number(text, i, 4, 4, &point->end, &year) && set_months(point, year, 1, 12);
}

/* Parts of a year, by their months; of a month, by thirds. */
static const struct part {
    const char *first, *second; /* words */
    unsigned from, to;          /* months */
} parts[] = {
    { "begin", NULL, 1, 4 },          { "medio", NULL, 5, 8 },           { "halverwege", NULL, 5, 8 },
    { "eind", NULL, 9, 12 },          { "einde", NULL, 9, 12 },          { "voorjaar", NULL, 3, 6 },
    { "lente", NULL, 3, 6 },          { "zomer", NULL, 6, 9 },           { "najaar", NULL, 9, 12 },
    { "herfst", NULL, 9, 12 },        { "eerste", "helft", 1, 6 },       { "tweede", "helft", 7, 12 },
    { "eerste", "kwartaal", 1, 3 },   { "tweede", "kwartaal", 4, 6 },    { "derde", "kwartaal", 7, 9 },
    { "vierde", "kwartaal", 10, 12 },
};
#define PART_COUNT (sizeof parts / sizeof *parts)

static const struct part *part_at(const struct text *text, size_t i, size_t *ret_end)
{
    char first[WORD_MAX + 1], second[WORD_MAX + 1];
    size_t len = word(text, i, first);
    size_t next = len > 0 ? gap(text, i + len) : i;
    size_t second_len = next > i + len ? word(text, next, second) : 0;
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
static bool written_part(const struct text *text, size_t i, struct point *point)
{
    size_t end;
    const struct part *part = part_at(text, i, &end);
    size_t next = part != NULL ? gap(text, end) : i;
    if (part == NULL || next == end) {
        return false;
    }
    char van[WORD_MAX + 1];
    if (word(text, next, van) == 3 && strcmp(van, "van") == 0) {
        next = gap(text, next + 3);
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
    return written_year(text, next, point) && set_months(point, point->from / 10000, part->from, part->to);
}

static bool point_at(const struct text *text, size_t i, struct point *point)
{
    *point = (struct point){ .start = i };
    if (!is_digit(at(text, i))) {
        return written_month(text, i, point) || written_part(text, i, point);
    }
    return numeric_day(text, i, point) || written_day(text, i, point) || written_year(text, i, point);
}

/* ---- Boundaries --------------------------------------------------------------------------- */

/* Whether a number that starts at `i` is whole: no telephone number, version, amount or code goes on in it. */
static bool starts_whole(const struct text *text, size_t i)
{
    char before = i > 0 ? text->bytes[i - 1] : ' ', earlier = i > 1 ? text->bytes[i - 2] : ' ';
    if (is_digit(before) || is_letter(before)) {
        return false;
    }
    if (before == '.' || before == ',' || before == ':') {
        return !is_digit(earlier);
    }
    return !((before == '-' || before == '/' || before == '_' || before == '@') && (is_digit(earlier) || is_letter(earlier)));
}

static bool ends_whole(const struct text *text, size_t i)
{
    char next = at(text, i), later = at(text, i + 1);
    if (next == 'T' && is_digit(later) && is_digit(at(text, i + 2))) {
        return true; /* 2016-10-06T12:00 */
    }
    if (is_digit(next) || is_letter(next) || next == '%' || (unsigned char)next == 0xC3) {
        return false;
    }
    return !((next == '.' || next == ',' || next == '-' || next == '/' || next == ':') && is_digit(later));
}

/* Whether a year is rather an amount: `€ 2000`, `2000 euro`. */
static bool is_amount(const struct text *text, size_t start, size_t end)
{
    size_t before = start;
    while (before > 0 && start - before < 3 && text->bytes[before - 1] == ' ') {
        before--;
    }
    char unit[WORD_MAX + 1];
    word(text, gap(text, end), unit);
    bool sign = before >= 3 && memcmp(text->bytes + before - 3, "\xE2\x82\xAC", 3) == 0;
    return sign || (before >= 1 && text->bytes[before - 1] == '$') || strcmp(unit, "euro") == 0;
}

/* Where the point with the year at `i` starts: behind `floor`.  SIZE_MAX when the words before the year make it the year of a
 * day that does not exist. */
static size_t point_start(const struct text *text, size_t floor, size_t i)
{
    size_t start = i, previous = word_before(text, floor, i), end;
    char written[WORD_MAX + 1];
    if (previous < start && word(text, previous, written) == 3 && strcmp(written, "van") == 0) {
        previous = word_before(text, floor, previous); /* derde kwartaal van 2013 */
    } else if (previous < start && month(text, previous, &end) > 0) {
        start = previous;
        size_t before = start;
        for (size_t step = 0; step < GAP_MAX && before > floor && (unsigned char)text->bytes[before - 1] <= ' '; step++) {
            before--;
        }
        if (before < start && before > 0 && is_digit(text->bytes[before - 1]) && !is_digit(before > 4 ? text->bytes[before - 4] : ' ')) {
            return SIZE_MAX;
        }
        previous = word_before(text, floor, start);
    }
    if (previous < start && part_at(text, previous, &end) != NULL) {
        return previous;
    }
    size_t second = previous < start ? word_before(text, floor, previous) : previous;
    return second < previous && part_at(text, second, &end) != NULL && end > previous ? second : start;
}

/* ---- Periods ------------------------------------------------------------------------------ */

/* Behind the words or sign between the ends of a period; 0 when there are none.  *ret_sign: a sign, no words. */
static size_t connector(const struct text *text, size_t i, bool *ret_sign)
{
    static const char *const words[] = { "t/m", "tot en met", "tot aan", "tot", "t.m.", "tm" };
    size_t next = gap(text, i);
    char c = at(text, next);
    size_t sign = c == '-' ? 1 : c == '\xE2' && at(text, next + 1) == '\x80'
        && (at(text, next + 2) == '\x93' || at(text, next + 2) == '\x94') ? 3 : 0;
    *ret_sign = sign > 0;
    if (sign > 0) {
        return gap(text, next + sign);
    }
    for (size_t k = 0; next > i && k < sizeof words / sizeof *words; k++) {
        size_t len = strlen(words[k]), same = 0, from = next;
        while (same < len && (at(text, from) | 0x20) == (words[k][same] | 0x20)) {
            same++;
            from++;
        }
        size_t behind = gap(text, from);
        if (same == len && behind > from) {
            return behind;
        }
    }
    return 0;
}

/* The second end of a period that starts with `first`. */
static bool second_point(const struct text *text, const struct point *first, struct point *second)
{
    if (first->precision == DATE_YEAR && !first->part && at(text, first->end) == '/') {
        unsigned year = first->from / 10000, tail;
        size_t end;
        *second = *first;
        if (number(text, first->end + 1, 2, 2, &end, &tail) && tail == (year + 1) % 100) {
            second->end = end;
            return set_months(second, year + 1, 1, 12) && ends_whole(text, end);
        }
        return written_year(text, first->end + 1, second) && second->from / 10000 == year + 1 && ends_whole(text, second->end);
    }
    bool sign;
    size_t next = connector(text, first->end, &sign);
    if (next == 0 || !point_at(text, next, second) || !ends_whole(text, second->end)) {
        return false;
    }
    return second->to > first->to && second->from >= first->from && second->to / 10000 - first->from / 10000 <= PERIOD_YEARS
        && (!sign || second->precision == first->precision) && !is_amount(text, first->start, second->end);
}

/* Makes of a point what is found: a period when a second one follows, or when a word before it opens one. */
static bool complete(struct date_scanner *scanner, const struct text *text, const struct point *point,
                     struct date_found *found)
{
    struct point second;
    *found = (struct date_found){ .start = point->start, .end = point->end, .from = point->from, .to = point->to,
                                  .from_precision = point->precision, .to_precision = point->precision,
                                  .part = point->part };
    if (second_point(text, point, &second)) {
        found->period = true;
        found->end = second.end;
        found->to = second.to;
        found->to_precision = second.precision;
        found->part = point->part || second.part;
    } else if (!ends_whole(text, point->end)) {
        return false;
    } else {
        char opening[WORD_MAX + 1];
        size_t before = word_before(text, scanner->floor, point->start);
        size_t len = before < point->start ? word(text, before, opening) : 0;
        if (len > 0 && (strcmp(opening, "sinds") == 0 || strcmp(opening, "vanaf") == 0)) {
            found->start = before;
            found->to = 0;
            found->period = true;
        }
    }
    found->kind = date_kind_before(scanner->text, scanner->len, found, scanner->anywhere);
    bool bare = point->precision == DATE_YEAR && !point->part && !found->period;
    return !bare || (found->kind != DATE_PLAIN && !is_amount(text, point->start, point->end));
}

void date_scanner_init(struct date_scanner *scanner, const char *text, size_t len)
{
    *scanner = (struct date_scanner){ .text = text, .len = len };
}

bool date_scanner_next(struct date_scanner *scanner, struct date_found *ret_found)
{
    const struct text text = { scanner->text, scanner->len };
    while (scanner->at < text.len) {
        size_t i = scanner->at;
        while (i < text.len && !is_digit(text.bytes[i])) {
            i++;
        }
        size_t end = i;
        while (end < text.len && is_digit(text.bytes[end])) {
            end++;
        }
        scanner->at = end;
        size_t digits = end - i;
        if (digits == 0 || digits == 3 || digits > 4 || !starts_whole(&text, i)) {
            continue;
        }
        size_t start = digits == 4 ? point_start(&text, scanner->floor, i) : i;
        struct point point;
        bool good = start != SIZE_MAX && point_at(&text, start, &point) && point.end >= end;
        if (!good && start != SIZE_MAX && start < i) {
            good = point_at(&text, i, &point);
        }
        if (good && complete(scanner, &text, &point, ret_found)) {
            scanner->at = scanner->floor = ret_found->end;
            return true;
        }
    }
    return false;
}

bool date_read(const char *bytes, size_t len, uint32_t *ret_from, uint32_t *ret_to)
{
    const struct text text = { bytes, len };
    struct point point = { 0 };
    bool good = numeric_day(&text, 0, &point);
    if (!good) {
        good = written_year(&text, 0, &point);
        unsigned m;
        size_t end;
        if (good && at(&text, 4) == '-' && number(&text, 5, 1, 2, &end, &m) && m >= 1 && m <= 12) {
            good = set_months(&point, point.from / 10000, m, m);
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
