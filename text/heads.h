/* heads.h - what layout repeats inside one document: running heads and feet, and lists of contents beside the text.
 *
 * A reader passes over them; a search engine that does not finds every page of a book by its title.  Only repeats are given:
 * the first occurrence stays.  Precision goes first: a refrain, a formula of the law, the head of a table and `Artikel vervallen`
 * are text.  So taken are only
 *   - lists: five or more lines one after the other, all different, that stand three times or more, hardly any of which
 *     ends like a sentence or an item of an enumeration, or is a row of a table;
 *   - heads and feet: a line of two words or more that is the same, page numbers aside, on three pages or more, near their
 *     top or bottom or right beside such a list.  A number that changes must grow as pages do.
 */
#ifndef NASLAG_TEXT_HEADS_H
#define NASLAG_TEXT_HEADS_H

#include "base/err.h"
#include "text/ranges.h"

/* Finds the repeats in a stored text.  `pages` are the page starts, ascending, pages[0] = 0; none when the text has no pages.
 * Ranges are whole lines with their line ends, appended to `ranges` (zeroed).  Pure; time and memory are linear in the text;
 * of a text with more than a million lines with text the rest is not looked at. */
enum err_code heads_find(const char *text, size_t len, const uint32_t *pages, size_t page_count, struct text_ranges *ranges,
                         struct err *err);

#endif
