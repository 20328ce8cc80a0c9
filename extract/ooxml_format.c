/* ooxml_format.c - numbers in cells as a reader sees them (ISO 29500-1, 18.8.30 and 18.17.4.1). */
#include "extract/ooxml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SECONDS_PER_DAY 86400.0
#define SERIAL_MAX 2958465.999 /* 31 December 9999 */

/* Reads one format code: letters outside quotes, brackets and escapes.  Only the first of its sections counts. */
static enum ooxml_number number_of_code(const char *code)
{
    bool day = false, time = false, percent = false;
    for (const char *c = code; *c != '\0' && *c != ';'; c++) {
        if (*c == '"') {
            c = strchr(c + 1, '"');
        } else if (*c == '[') { /* a colour, a condition, a language; [h] is a count of hours */
            time = time || strncasecmp(c, "[h", 2) == 0 || strncasecmp(c, "[m", 2) == 0 || strncasecmp(c, "[s", 2) == 0;
            c = strchr(c, ']');
        } else if ((*c == '\\' || *c == '_' || *c == '*') && c[1] != '\0') {
            c++;
        } else {
            day = day || *c == 'y' || *c == 'Y' || *c == 'd' || *c == 'D' || *c == 'j' || *c == 'J';
            time = time || *c == 'h' || *c == 'H' || *c == 's' || *c == 'S' || *c == 'u' || *c == 'U';
            percent = percent || *c == '%';
            if ((*c == 'm' || *c == 'M') && !time) {
                day = true;
            }
            if (strncasecmp(c, "General", 7) == 0) {
                c += 6;
            }
        }
        if (c == NULL) {
            break;
        }
    }
    return day && time ? OOXML_NUMBER_MOMENT : day ? OOXML_NUMBER_DATE : time ? OOXML_NUMBER_TIME
         : percent ? OOXML_NUMBER_PERCENT : OOXML_NUMBER_PLAIN;
}

enum ooxml_number ooxml_number_of(long id, const char *code)
{
    if (code != NULL) {
        return number_of_code(code);
    }
    if (id == 9 || id == 10) {
        return OOXML_NUMBER_PERCENT;
    }
    if (id == 22) {
        return OOXML_NUMBER_MOMENT;
    }
    if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 35)) {
        return OOXML_NUMBER_TIME;
    }
    return (id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58) ? OOXML_NUMBER_DATE
                                                                                                  : OOXML_NUMBER_PLAIN;
}

/* Day number to year, month and day, days counted from 1 March of year 0 (H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", civil_from_days). */
static void civil(long days, long *ret_year, long *ret_month, long *ret_day)
{
    long era = days / 146097, of_era = days % 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year + year / 4 - year / 100);
    long month = (5 * of_year + 2) / 153;
    *ret_day = of_year - (153 * month + 2) / 5 + 1;
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = year + 400 * era + (*ret_month <= 2);
}

/* Day 1 is 1 January 1900, and day 60 the 29 February of that year that never was. */
static void write_moment(double value, enum ooxml_number format, bool from_1904, char *out, size_t size)
{
    double whole = floor(value);
    long seconds = lround((value - whole) * SECONDS_PER_DAY);
    long serial = (long)whole + (from_1904 ? 1462 : 0) + (seconds >= 86400 ? 1 : 0);
    long year, month, day;
    seconds %= 86400;
    civil(693899 + serial + (serial < 60 ? 1 : 0), &year, &month, &day);
    int used = 0;
    if (format != OOXML_NUMBER_TIME) {
        used = snprintf(out, size, "%02ld-%02ld-%04ld", day, month, year);
    }
    if (format == OOXML_NUMBER_TIME && whole >= 1) { /* hours that go on after midnight */
        snprintf(out, size, "%ld:%02ld", (long)whole * 24 + seconds / 3600, seconds / 60 % 60);
    } else if (format != OOXML_NUMBER_DATE) {
        snprintf(out + used, size - (size_t)used, "%s%02ld:%02ld", used > 0 ? " " : "", seconds / 3600, seconds / 60 % 60);
    }
}

bool ooxml_number_write(const char *text, enum ooxml_number format, bool from_1904, char *out, size_t size)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value)) {
        return false;
    }
    if (format >= OOXML_NUMBER_DATE && value >= 0 && value <= SERIAL_MAX) {
        write_moment(value, format, from_1904, out, size);
        return true;
    }
    /* What binary fractions leave at the end is not shown by any program. */
    snprintf(out, size, fabs(value) < 1e15 && fabs(value) >= 1e-4 ? "%.11g" : "%.15g",
             format == OOXML_NUMBER_PERCENT ? 100 * value : value);
    if (fabs(value) >= 1e11 && fabs(value) < 1e15 && floor(value) == value) {
        snprintf(out, size, "%.0f", value);
    }
    char *point = strchr(out, '.');
    if (point != NULL) {
        *point = ','; /* as Dutch texts write it */
    }
    if (format == OOXML_NUMBER_PERCENT) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%%");
    }
    return true;
}
