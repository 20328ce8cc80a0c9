/* dutch.c - numbers and dates as Dutch readers write them. */
#include "searchd/dutch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const months[] = { "januari", "februari", "maart",     "april",   "mei",      "juni",
                                      "juli",    "augustus", "september", "oktober", "november", "december" };

void dutch_number(uint64_t number, char ret_text[DUTCH_SIZE])
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = ret_text;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            *to++ = '.';
        }
        *to++ = digits[i];
    }
    *to = '\0';
}

void dutch_date(const char *iso, char ret_text[DUTCH_SIZE])
{
    unsigned year = 0, month = 0, day = 0;
    int used = 0;
    size_t len = strlen(iso);
    if (len == 10 && sscanf(iso, "%4u-%2u-%2u%n", &year, &month, &day, &used) == 3 && used == 10 && month >= 1
        && month <= 12 && day >= 1) {
        snprintf(ret_text, DUTCH_SIZE, "%u %s %u", day, months[month - 1], year);
    } else if (len == 7 && sscanf(iso, "%4u-%2u%n", &year, &month, &used) == 2 && used == 7 && month >= 1
               && month <= 12) {
        snprintf(ret_text, DUTCH_SIZE, "%s %u", months[month - 1], year);
    } else {
        snprintf(ret_text, DUTCH_SIZE, "%.*s", DUTCH_SIZE - 1, iso);
    }
}
