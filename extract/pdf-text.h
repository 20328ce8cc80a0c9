/* pdf-text.h - from characters with their boxes on a page to lines of text.  No PDF library here.
 *
 * A PDF draws characters at places; what is a word, a line or a paragraph is to be found out.  The library that reads the
 * file brings the characters in reading order (columns one after the other), with its own guess of blanks and line ends between
 * them.  These guesses glue the cells of a table to each other and break words where the font changes, so here the boxes decide
 * wherever they tell.
 */
#ifndef NASLAG_EXTRACT_PDF_TEXT_H
#define NASLAG_EXTRACT_PDF_TEXT_H

#include "base/buf.h"

/* In points, origin in the upper left corner. */
struct pdf_box {
    double x1, y1, x2, y2;
};

struct pdf_style {
    float size; /* of the font, in points; 0 when not known: then the box's height counts */
    bool bold;
};

struct pdf_line {
    size_t start, len; /* bytes in the page's text, without the line end */
    float size;        /* of the largest font in it, in points */
    bool bold;         /* all of it */
    bool apart;        /* more room above it than between the lines of a paragraph */
};

struct pdf_page {
    struct buf text; /* UTF-8, not yet clean; lines end in \n, but for the last */
    struct pdf_line *lines;
    size_t line_count, line_capacity;
    bool out_of_memory;
    uint64_t left_out; /* bytes of text that were over the ceiling of `text` */
    /* What tells whether this is text (pdf_page_is_readable). */
    size_t visible;    /* characters but for blanks */
    size_t odd;        /* of them: without a meaning (U+FFFD, private use, controls) */
    size_t latin, vowels, letters;

    /* Where it stands; the caller has nothing to do with these. */
    struct pdf_box last, line_box;
    int32_t last_code;
    bool has_last, saw_blank, saw_newline, in_line;
    size_t drawn, turned; /* characters of the line; of them: below the one before, as in text that is turned by 90 degrees */
};

/* `max`: ceiling of the text in bytes. */
void pdf_page_init(struct pdf_page *page, size_t max);
void pdf_page_done(struct pdf_page *page);
/* Empties it for the next page; keeps the memory. */
void pdf_page_clear(struct pdf_page *page);
/* The next character in reading order: a code point, or a blank or \n where the library guesses one. */
void pdf_page_add(struct pdf_page *page, int32_t code, const struct pdf_box *box, struct pdf_style style);
/* Completes the last line. */
enum err_code pdf_page_finish(struct pdf_page *page, struct err *err);

/* Instead of characters: lines of text that are read already, with a blank line between paragraphs. */
enum err_code pdf_page_set_text(struct pdf_page *page, const char *text, size_t len, struct err *err);

/* False when the characters are no text: a font without a usable table of characters gives private or invented ones.  Told by
 * the share of characters without a meaning and by the vowels among Latin letters. */
bool pdf_page_is_readable(const struct pdf_page *page);

/* pdf-turned.c: whether more words end in a capital than begin with one; and the characters in the other order. */
bool pdf_reads_backwards(const char *text, size_t len);
void pdf_reverse(char *text, size_t len);

/* Whether a title is none: a file name, the name of a program, "untitled". */
bool pdf_title_is_junk(const char *title);

/* Finds a heading in text[from, to): case and white space do not count; it must begin a line, perhaps after its number, and end
 * one.  The span goes from the number on. */
bool pdf_find_heading(const char *text, size_t from, size_t to, const char *heading, size_t *ret_start, size_t *ret_len);

#endif
