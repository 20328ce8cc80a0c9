/* dutch.h - numbers and dates as Dutch readers write them. */
#ifndef NASLAG_SEARCHD_DUTCH_H
#define NASLAG_SEARCHD_DUTCH_H

#include <stdint.h>

#define DUTCH_SIZE 40

/* 1234567 gives "1.234.567". */
void dutch_number(uint64_t number, char ret_text[DUTCH_SIZE]);
/* "2018-08-28" gives "28 augustus 2018", "2018-08" "augustus 2018", "2018" "2018".  Anything else is copied, cut off at
 * the size of the result. */
void dutch_date(const char *iso, char ret_text[DUTCH_SIZE]);

#endif
