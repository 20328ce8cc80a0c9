/* pdf.h - what the files that see <poppler.h> share; nobody else includes it. */
#ifndef NASLAG_EXTRACT_PDF_H
#define NASLAG_EXTRACT_PDF_H

#include <poppler.h>

#include "extract/internal.h"
#include "extract/pdf-labels.h"
#include "extract/pdf-text.h"

/* A line of the clean text. */
struct pdf_text_line {
    uint32_t start, len;
    float size;       /* in points */
    bool bold, apart; /* see struct pdf_line */
};

struct pdf_reading {
    const struct extract_input *input;
    const struct extract_caps *caps;
    struct extract_record *record;
    PopplerDocument *document;
    struct pdf_page page;
    struct buf text;         /* clean */
    struct pdf_text_line *lines;
    size_t line_count, line_capacity, page_capacity, heading_capacity;
    float body;              /* size of most of its text, in points; 0 when there is none */
    struct pdf_labels labels;
    double began_cpu, began, longest_page; /* seconds */
    double longest_image, image_seconds; /* of the pages that have text and were read as images as well; of all these */
    int pages;               /* of the document */
    int pages_read;          /* the first ones */
    int without_text, with_images, unreadable, broken; /* of these; the first three but for those read as images */
    int recognised;          /* read as images */
    int with_little;         /* images with little text, that were not read as images */
    uint32_t not_begun;      /* of these: for want of time */
    int run_start, run_end;  /* the last of their runs, counted from 1; 0: none */
    struct buf runs;         /* all runs before it */
    bool full;               /* a cap was reached: no more text is taken */
};

static inline void pdf_object_cleanup(void *slot)
{
    if (*(void **)slot != NULL) {
        g_object_unref(*(void **)slot);
    }
}
static inline void pdf_g_free_cleanup(void *slot)
{
    g_free(*(void **)slot);
}
#define AUTO_OBJECT CLEANUP(pdf_object_cleanup)
#define AUTO_G_FREE CLEANUP(pdf_g_free_cleanup)

/* Whether the text holds a word: three letters in a row. */
bool pdf_has_word(const char *text, size_t len);

/* pdf-ocr.c: reads a page as an image; *ret_read: it had text, which is in reading->page.  Lines of text that the page has and that
 * were not recognised stay before it; a page of which nothing else was recognised stays as it is. */
enum err_code pdf_read_image(struct pdf_reading *reading, PopplerPage *page, int number, bool *ret_read, struct err *err);
/* Whether it has images, and which share of the page they cover (0 to 1; of images that overlap the sum). */
bool pdf_has_images(PopplerPage *page, double *ret_share);
/* Writes which pages these were into the record. */
enum err_code pdf_list_images(struct pdf_reading *reading, struct err *err);

/* pdf-heads.c: the items of the outline, where the text has them; without an outline, lines in larger or bold type. */
enum err_code pdf_find_headings(struct pdf_reading *reading, struct err *err);

/* pdf-fields.c: title, date, language and description; of the metadata, else of the text. */
enum err_code pdf_read_fields(struct pdf_reading *reading, struct err *err);

#endif
