/* pdf-labels.h - the numbers printed on pages, in few words: where the numbering begins anew. */
#ifndef NASLAG_EXTRACT_PDF_LABELS_H
#define NASLAG_EXTRACT_PDF_LABELS_H

#include "base/buf.h"

#define PDF_LABEL_SIZE 64

struct pdf_labels {
    struct buf runs;    /* "1:i 5:1 90:A-1", see text/page_runs.h */
    bool plain;         /* so far every label is the page's own number */
    uint32_t start;     /* first page of the run */
    char first[PDF_LABEL_SIZE]; /* and its label */
};

/* `max`: most bytes of the runs. */
void pdf_labels_init(struct pdf_labels *labels, size_t max);
/* The label of the next page; `page` counts from 1.  White space and colons in it are left out, a longer one is cut. */
void pdf_labels_add(struct pdf_labels *labels, uint32_t page, const char *label);
/* The runs; "" when the labels say nothing beyond the page's number, or are too many. */
const char *pdf_labels_get(const struct pdf_labels *labels);
void pdf_labels_done(struct pdf_labels *labels);

#endif
