/* date_point.h - the inside of the scanner for dates, shared by dates.c and date_point.c only. */
#ifndef NASLAG_TEXT_DATE_POINT_H
#define NASLAG_TEXT_DATE_POINT_H

#include "text/dates.h"

#define DATE_WORD_MAX 12 /* letters of the longest word in a date */

struct date_text {
    const char *bytes;
    size_t len;
};

/* A day, month, year, or part of one of these. */
struct date_point {
    size_t start, end;
    uint32_t from, to;
    enum date_precision precision;
    bool part;
};

/* A part of a year: its words (the second may be NULL) and its months. */
struct date_part {
    const char *first, *second;
    unsigned from, to;
};

static inline bool date_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool date_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* NUL behind the end. */
static inline char date_at(const struct date_text *text, size_t i)
{
    return i < text->len ? text->bytes[i] : '\0';
}

/* Behind the white space at `i`; at most one line end, else it is another paragraph. */
size_t date_gap(const struct date_text *text, size_t i);
/* The digits at `i`, at least and at most so many; *ret_end and *ret_value are set in any case. */
bool date_number(const struct date_text *text, size_t i, size_t least, size_t most, size_t *ret_end, unsigned *ret_value);
/* The word at `i` in small letters and its length; 0 when it is too long or not ASCII. */
size_t date_word(const struct date_text *text, size_t i, char out[DATE_WORD_MAX + 1]);
/* The start of the word that ends, before white space, at `i`; `i` when there is none.  Not before `floor`. */
size_t date_word_before(const struct date_text *text, size_t floor, size_t i);
/* The month that is written at `i`, 0 when none is; *ret_end is behind it and the point of an abbreviation. */
unsigned date_month(const struct date_text *text, size_t i, size_t *ret_end);
/* `eind`, `eerste helft` at `i`, and where it ends; NULL when there is no such thing. */
const struct date_part *date_part_at(const struct date_text *text, size_t i, size_t *ret_end);
bool date_set_months(struct date_point *point, unsigned year, unsigned first, unsigned last);
bool date_year_at(const struct date_text *text, size_t i, struct date_point *point);
/* Any of them. */
bool date_point_at(const struct date_text *text, size_t i, struct date_point *point);

#endif
