/* dates.h - Dutch dates and periods in running text: what they say, where they stand, what they are the date of.
 *
 * Found are days (`6 oktober 2016`, `06 okt. 2016`, `06-10-2016`, `31/12/2020`, `31.12.2020`, `2020-12-31`), months (`oktober
 * 2016`), parts of a year (`eind 2011`, `eerste helft 2012`, `derde kwartaal van 2013`, `voorjaar 2014`), and periods between any
 * two of these (`2011 t/m 2014`, `maart 2010 - december 2013`, `van 1 mei 2011 tot 3 juni 2012`, `2013/14`, `sinds 2015`).  A
 * year alone is only a number, unless a label says otherwise (`Looptijd: 2012`).  Days that do not exist are refused, and so is
 * what is part of a longer number: versions, addresses, telephone numbers, ISBN.
 *
 * The scanner steps from one run of digits to the next and looks at a bounded number of bytes on both sides of it: the time is
 * linear in the length of the text.  It reads nothing outside text[0..len) and needs no valid UTF-8.
 */
#ifndef NASLAG_TEXT_DATES_H
#define NASLAG_TEXT_DATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_TEXT_MAX 96   /* bytes of the longest notation that is recognised, with room to spare */
#define DATE_LABEL_MAX 80  /* bytes before a date that can say what it is the date of */
#define DATE_FORMAT_SIZE 11 /* YYYY-MM-DD and a NUL */
#define DATE_YEAR_MIN 1000
#define DATE_YEAR_MAX 2199
#define DATE_OPEN_END 99991231u /* the last day of a period without end, where one must be given */

enum date_precision { DATE_YEAR = 4, DATE_MONTH = 6, DATE_DAY = 8 }; /* digits of YYYYMMDD that are known */

/* What the words before a date say that it is the date of. */
enum date_kind {
    DATE_PLAIN,    /* nothing: a date in the text */
    DATE_DOCUMENT, /* the document: `Datum: ...`, `Gepubliceerd op ...`, `Den Haag, 6 oktober 2016` */
    DATE_PERIOD,   /* what the document is about: `Looptijd van het programma: 2011 t/m 2014` */
    DATE_ARCHIVED, /* taking it into the archive: `Toegevoegd op 06 oktober 2016` */
};

/* Days are numbers YYYYMMDD. */
struct date_found {
    size_t start, end;  /* bytes */
    uint32_t from, to;  /* first and last day; `to` is 0 in a period without end */
    enum date_precision from_precision, to_precision; /* as written: `eind 2011` has a year */
    bool period;        /* two ends, or one and open */
    bool part;          /* of a year or month: `eind 2011` */
    enum date_kind kind;
};

struct date_scanner {
    const char *text;
    size_t len, at;
    size_t floor;    /* where the last one found ended */
    bool anywhere;   /* labels count in the middle of a line too: for queries */
};

void date_scanner_init(struct date_scanner *scanner, const char *text, size_t len);
/* The next date or period; false at the end.  They are ascending and do not overlap. */
bool date_scanner_next(struct date_scanner *scanner, struct date_found *ret_found);

/* The last day of a month (1 to 12). */
unsigned date_month_days(unsigned year, unsigned month);
/* YYYY[-MM[-DD]] of a day, NUL-terminated. */
void date_format(uint32_t day, enum date_precision precision, char out[DATE_FORMAT_SIZE]);
/* Reads all of YYYY, YYYY-MM, YYYY-MM-DD or D-M-YYYY as its first and last day; false when it is no such date. */
bool date_read(const char *text, size_t len, uint32_t *ret_from, uint32_t *ret_to);

/* date_kind.c: from the text before a date; `anywhere` as in the scanner. */
enum date_kind date_kind_before(const char *text, size_t len, const struct date_found *found, bool anywhere);

#endif
