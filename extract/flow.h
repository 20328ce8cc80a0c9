/* flow.h - from a stream of words and breaks, as in marked-up text, to plain text with lines and paragraphs.
 *
 * The caller reports text and the breaks between it in any number and order; a run of breaks counts as its
 * strongest one, and is written only when text follows.  So the text, or each page of it, never begins or ends with white
 * space but for the newline between two pages, and has at most one blank line in a row.  A block is the text between two line
 * or paragraph breaks; one that holds nothing but white space and no-break spaces disappears.
 */
#ifndef NASLAG_EXTRACT_FLOW_H
#define NASLAG_EXTRACT_FLOW_H

#include "extract/extract.h"

enum flow_gap {
    FLOW_NONE,
    FLOW_SPACE,
    FLOW_TAB,       /* between the cells of a table */
    FLOW_LINE,
    FLOW_PARAGRAPH, /* a blank line */
};

struct flow {
    struct buf out;     /* clean UTF-8: what is complete */
    uint64_t out_cap;   /* blocks that begin behind it are only counted, in `cut` */
    uint64_t cut;
    struct extract_span *headings;
    size_t heading_count, heading_capacity;
    uint32_t *pages;         /* byte offsets; none when flow_page was never called */
    size_t page_count, page_capacity;
    bool out_of_memory;

    struct buf block;        /* raw text of the block that is being built */
    bool open;               /* there is such a block */
    enum flow_gap block_gap; /* what goes before it */
    enum flow_gap gap;       /* asked for since the last text */
    unsigned block_heading;  /* number of the heading it belongs to, or 0 */
    unsigned last_heading;   /* number of the heading of headings[heading_count - 1] */
    unsigned heading, heading_numbers; /* number of the open heading, or 0; numbers given out */

    bool row_has_text;  /* a cell before this one in the same row has text */
    bool cell_is_fresh; /* no text yet in this cell */
    bool cell_is_tall;  /* this cell holds more than one block: its row is layout, not data */
};

/* `max`: ceiling of the text in bytes, before the cap; flow_ceiling when the source says nothing about it. */
size_t flow_ceiling(const struct extract_caps *caps);
void flow_init(struct flow *flow, size_t max, uint64_t out_cap);
void flow_done(struct flow *flow);
/* White space collapses, or stays when `verbatim`. */
void flow_text(struct flow *flow, const char *text, size_t len, bool verbatim);
void flow_break(struct flow *flow, enum flow_gap gap);
/* The break around a paragraph or division: at the start of a table cell it is none. */
void flow_loose_break(struct flow *flow, enum flow_gap gap);
void flow_row(struct flow *flow);
void flow_cell_begin(struct flow *flow);
void flow_cell_end(struct flow *flow);
/* The text between the two is a heading, a paragraph of its own. */
void flow_heading_begin(struct flow *flow);
void flow_heading_end(struct flow *flow);
/* Begins a page, which may be empty.  Text before the first call belongs to the first page. */
void flow_page(struct flow *flow);
/* Completes the last block. */
enum err_code flow_finish(struct flow *flow, struct err *err);
/* flow_finish, and moves text, pages and headings into the record, within the caps; a record without title takes the first
 * heading. */
enum err_code flow_take(struct flow *flow, struct extract_record *record, const struct extract_caps *caps, struct err *err);

#endif
