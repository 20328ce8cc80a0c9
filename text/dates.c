/* dates.c - the scanner for dates and periods. */
#include <string.h>

#include "text/date_point.h"

#define GAP_MAX 4        /* characters between a month and the number before it */
#define PERIOD_YEARS 150 /* two years further apart are two numbers */

/* ---- Boundaries --------------------------------------------------------------------------- */

/* Whether a number that starts at `i` is whole: no telephone number, version, amount or code goes on in it. */
static bool starts_whole(const struct date_text *text, size_t i)
{
    char before = i > 0 ? text->bytes[i - 1] : ' ', earlier = i > 1 ? text->bytes[i - 2] : ' ';
    if (date_is_digit(before) || date_is_letter(before)) {
        return false;
    }
    if (before == '.' || before == ',' || before == ':') {
        return !date_is_digit(earlier);
    }
    bool joined = before == '-' || before == '/' || before == '_' || before == '@';
    return !joined || !(date_is_digit(earlier) || date_is_letter(earlier));
}

static bool ends_whole(const struct date_text *text, size_t i)
{
    char next = date_at(text, i), later = date_at(text, i + 1);
    if (next == 'T' && date_is_digit(later) && date_is_digit(date_at(text, i + 2))) {
        return true; /* 2016-10-06T12:00 */
    }
    if (date_is_digit(next) || date_is_letter(next) || next == '%' || (unsigned char)next == 0xC3) {
        return false;
    }
    return !((next == '.' || next == ',' || next == '-' || next == '/' || next == ':') && date_is_digit(later));
}

/* Whether a year is rather an amount: `€ 2000`, `2000 euro`. */
static bool is_amount(const struct date_text *text, size_t start, size_t end)
{
    size_t before = start;
    while (before > 0 && start - before < 3 && text->bytes[before - 1] == ' ') {
        before--;
    }
    char unit[DATE_WORD_MAX + 1];
    date_word(text, date_gap(text, end), unit);
    bool sign = before >= 3 && memcmp(text->bytes + before - 3, "\xE2\x82\xAC", 3) == 0;
    return sign || (before >= 1 && text->bytes[before - 1] == '$') || strcmp(unit, "euro") == 0;
}

/* Where the point with the year at `i` starts: behind `floor`.  SIZE_MAX when the words before the year make it the year of a
 * day that does not exist. */
static size_t point_start(const struct date_text *text, size_t floor, size_t i)
{
    size_t start = i, previous = date_word_before(text, floor, i), end;
    char written[DATE_WORD_MAX + 1];
    if (previous < start && date_word(text, previous, written) == 3 && strcmp(written, "van") == 0) {
        previous = date_word_before(text, floor, previous); /* derde kwartaal van 2013 */
    } else if (previous < start && date_month(text, previous, &end) > 0) {
        start = previous;
        size_t before = start, digits = 0;
        for (size_t step = 0; step < GAP_MAX && before > floor && (unsigned char)text->bytes[before - 1] <= ' '; step++) {
            before--;
        }
        while (digits < 3 && digits < before && date_is_digit(text->bytes[before - digits - 1])) {
            digits++;
        }
        if (before < start && digits > 0 && digits < 3) {
            return SIZE_MAX;
        }
        previous = date_word_before(text, floor, start);
    }
    if (previous < start && date_part_at(text, previous, &end) != NULL) {
        return previous;
    }
    size_t second = previous < start ? date_word_before(text, floor, previous) : previous;
    return second < previous && date_part_at(text, second, &end) != NULL && end > previous ? second : start;
}

/* ---- Periods ------------------------------------------------------------------------------ */

/* Behind the words or sign between the ends of a period; 0 when there are none.  *ret_sign: a sign, no words. */
static size_t connector(const struct date_text *text, size_t i, bool *ret_sign)
{
    static const char *const words[] = { "t/m", "tot en met", "tot aan", "tot", "t.m.", "tm" };
    size_t next = date_gap(text, i);
    char c = date_at(text, next);
    size_t sign = c == '-' ? 1 : c == '\xE2' && date_at(text, next + 1) == '\x80'
        && (date_at(text, next + 2) == '\x93' || date_at(text, next + 2) == '\x94') ? 3 : 0;
    *ret_sign = sign > 0;
    if (sign > 0) {
        return date_gap(text, next + sign);
    }
    for (size_t k = 0; next > i && k < sizeof words / sizeof *words; k++) {
        size_t len = strlen(words[k]), same = 0, from = next;
        while (same < len && (date_at(text, from) | 0x20) == (words[k][same] | 0x20)) {
            same++;
            from++;
        }
        size_t behind = date_gap(text, from);
        if (same == len && behind > from) {
            return behind;
        }
    }
    return 0;
}

/* The second end of a period that starts with `first`. */
static bool second_point(const struct date_text *text, const struct date_point *first, struct date_point *second)
{
    if (first->precision == DATE_YEAR && !first->part && date_at(text, first->end) == '/') {
        unsigned year = first->from / 10000, tail;
        size_t end;
        *second = *first;
        if (date_number(text, first->end + 1, 2, 2, &end, &tail) && tail == (year + 1) % 100) {
            second->end = end;
            return date_set_months(second, year + 1, 1, 12) && ends_whole(text, end);
        }
        return date_year_at(text, first->end + 1, second) && second->from / 10000 == year + 1 && ends_whole(text, second->end);
    }
    bool sign;
    size_t next = connector(text, first->end, &sign);
    if (next == 0 || !date_point_at(text, next, second) || !ends_whole(text, second->end)) {
        return false;
    }
    return second->to > first->to && second->from >= first->from && second->to / 10000 - first->from / 10000 <= PERIOD_YEARS
        && (!sign || second->precision == first->precision) && !is_amount(text, first->start, second->end);
}

/* Makes of a point what is found: a period when a second one follows, or when a word before it opens one. */
static bool complete(struct date_scanner *scanner, const struct date_text *text, const struct date_point *point,
                     struct date_found *found)
{
    struct date_point second;
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
        char opening[DATE_WORD_MAX + 1];
        size_t before = date_word_before(text, scanner->floor, point->start);
        size_t len = before < point->start ? date_word(text, before, opening) : 0;
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
    const struct date_text text = { scanner->text, scanner->len };
    while (scanner->at < text.len) {
        size_t i = scanner->at;
        while (i < text.len && !date_is_digit(text.bytes[i])) {
            i++;
        }
        size_t end = i;
        while (end < text.len && date_is_digit(text.bytes[end])) {
            end++;
        }
        scanner->at = end;
        size_t digits = end - i;
        if (digits == 0 || digits == 3 || digits > 4 || !starts_whole(&text, i)) {
            continue;
        }
        size_t start = digits == 4 ? point_start(&text, scanner->floor, i) : i;
        struct date_point point;
        bool good = start != SIZE_MAX && date_point_at(&text, start, &point) && point.end >= end;
        if (!good && start != SIZE_MAX && start < i) {
            good = date_point_at(&text, i, &point);
        }
        if (good && complete(scanner, &text, &point, ret_found)) {
            scanner->at = scanner->floor = ret_found->end;
            return true;
        }
    }
    return false;
}
