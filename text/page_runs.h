/* page_runs.h - what holds of the pages of a document, in few words: the numbers printed on them, and which were images.
 *
 * Both forms come from extraction (struct extract_record) and are kept with the document as they are.
 */
#ifndef NASLAG_TEXT_PAGE_RUNS_H
#define NASLAG_TEXT_PAGE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_LABEL_SIZE 80

/* The number printed on a page (counted from 1), by where the numbering begins anew: "1:i 5:1 90:A-1" is i to iv, 1 to 85, A-1
 * and on; Roman numbers count on too (ISO 32000-1, 12.4.2).  False, and "": the runs say nothing of the page, or just its own
 * number. */
bool page_label(const char *runs, size_t len, uint32_t page, char ret_label[PAGE_LABEL_SIZE]);

/* The label that stands `steps` pages behind one with the label `first` of less than PAGE_LABEL_SIZE - 16 bytes: its number at the
 * end goes up, decimal or Roman; without one it stays the same. */
void page_label_count_on(const char *first, size_t len, uint32_t steps, char ret_label[PAGE_LABEL_SIZE]);

/* Whether a page is among "3 7-9". */
bool page_is_listed(const char *runs, size_t len, uint32_t page);

#endif
