/* rtf.h - an RTF document that is being read; shared by rtf.c and rtf_text.c. */
#ifndef NASLAG_EXTRACT_RTF_H
#define NASLAG_EXTRACT_RTF_H

#include "extract/flow.h"
#include "extract/rtf_words.h"

#define RTF_FONTS_MAX 4096
#define RTF_STYLES_MAX 4096

struct rtf_group {
    enum rtf_place place;
    enum meta_slot slot;   /* of RTF_INFO_TEXT */
    uint8_t skip;          /* characters after \u that stand for it */
    uint8_t page;          /* code page of the font, an index of rtf_pages */
    bool hidden, deleted;
    bool heading;          /* of the paragraph */
};

struct rtf {
    const char *at, *end;
    struct flow flow;
    struct buf aside;      /* footnotes and the like, a paragraph a line */
    struct buf bytes;      /* text in the code page `bytes_page`, not yet converted */
    uint8_t bytes_page;
    struct rtf_group *groups;
    size_t depth, capacity, beyond; /* beyond GROUPS_MAX */
    struct rtf_group now;
    unsigned skipping;     /* characters to pass over after \u */
    uint32_t high;         /* first half of a surrogate pair, or 0 */
    uint8_t default_page;
    uint8_t fonts[RTF_FONTS_MAX];
    bool heading_styles[RTF_STYLES_MAX];
    unsigned style, font;  /* that is being defined */
    struct buf name;       /* of the style, or value of a property */
    long year, month, day; /* of a time in \info */
    bool heading_open, optional;
    struct meta meta;
    enum err_code code;
};

/* A byte of text, in the code page of the font that is in use. */
void rtf_put_byte(struct rtf *rtf, char byte);
/* A character; halves of surrogate pairs are put together. */
void rtf_put_code_point(struct rtf *rtf, uint32_t code_point);
void rtf_put_break(struct rtf *rtf, enum flow_gap gap);
/* Converts the bytes that wait; to be called before anything that changes where text goes. */
void rtf_flush(struct rtf *rtf);
/* Footnotes and the like, behind the text. */
void rtf_put_asides(struct rtf *rtf);

#endif
