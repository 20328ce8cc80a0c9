/* repair.h - mending text that extraction or typesetting broke, with a record of every repair.
 *
 * Works on clean text (text_clean), before it is stored: what is stored, shown and indexed is the mended text.  A repair never
 * changes a word that is right: when in doubt, leave it.  Mending mended text changes nothing.
 */
#ifndef NASLAG_TEXT_REPAIR_H
#define NASLAG_TEXT_REPAIR_H

#include "text/compound.h"

#define REPAIR_VERSION 1

enum repair_kind {
    REPAIR_LINE_END, /* a word broken over two lines, without or with a hyphen, was joined */
    REPAIR_LIGATURE, /* a lost ligature (U+FFFD in Lee?aarheid), or the gap that followed one (offi cier) */
    REPAIR_ACCENT,   /* an accent that was an apostrophe: themá s, thema´s */
    REPAIR_NOTE,     /* a footnote mark glued to a word (gebleven4) became superscript digits, which end the word */
    REPAIR_KINDS
};

struct repair {
    enum repair_kind kind;
    uint32_t start;     /* byte in the text before */
    uint32_t len;       /* bytes replaced */
    uint32_t out_start; /* byte in the mended text */
    uint32_t out_len;
};

struct repairs {
    struct repair *items; /* ascending by start, no two overlap */
    size_t count, capacity;
};
void repairs_done(struct repairs *repairs);

/* Appends the mended text to `out` (which must be empty) and lists the repairs in `repairs` (zeroed, or used before: it is
 * emptied first).  Line ends that are no break of a word stay as they are; a joined word stands before the line end that broke
 * it, so that lines stay lines; a line of which nothing is left goes.
 *
 * `compounds` may be NULL: then a word is known only when `words` holds it.  When `words` is empty nothing can be checked, and
 * only soft hyphens at line ends are mended.  Text of 4 GiB and more is ERR_INVALID. */
enum err_code repair_text(const struct compounds *compounds, const struct words *words, const char *text, size_t len,
                          struct buf *out, struct repairs *repairs, struct err *err);
/* Where byte `at` of the text before is in the mended text (page starts, headings).  Monotone; inside a repair it is the
 * byte as far from the repair's start, or its end. */
uint32_t repair_map(const struct repairs *repairs, uint32_t at);

#endif
