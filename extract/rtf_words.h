/* rtf_words.h - the control words of RTF that matter to its text; shared by rtf.c and rtf_words.c. */
#ifndef NASLAG_EXTRACT_RTF_WORDS_H
#define NASLAG_EXTRACT_RTF_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "extract/meta.h"

/* Where the text of a group goes. */
enum rtf_place { RTF_BODY, RTF_ASIDE, RTF_NOWHERE, RTF_FONTS, RTF_STYLES, RTF_INFO, RTF_INFO_TEXT, RTF_INFO_TIME };

enum rtf_action {
    RTF_ENTER,     /* the group has this place */
    RTF_CHARACTER, /* stands for one */
    RTF_UNICODE,
    RTF_PARAGRAPH_END,
    RTF_LINE_END,
    RTF_TAB,
    RTF_CELL,
    RTF_ROW_BEGIN,
    RTF_ROW_END,
    RTF_BINARY,
    RTF_HIDDEN,
    RTF_DELETED,
    RTF_PLAIN,
    RTF_PARAGRAPH_PLAIN,
    RTF_STYLE,
    RTF_OUTLINE,
    RTF_SKIP_COUNT,
    RTF_FONT,
    RTF_CHARSET,
    RTF_PAGE,
    RTF_YEAR,
    RTF_MONTH,
    RTF_DAY,
};

struct rtf_word {
    const char *name;
    enum rtf_action action;
    enum rtf_place place; /* of RTF_ENTER */
    enum meta_slot slot;  /* of RTF_INFO_TEXT and RTF_INFO_TIME */
    uint32_t value;       /* the character, or the code page's number */
};
/* NULL for one without a meaning here. */
const struct rtf_word *rtf_word_find(const char *name, size_t len);

/* Code pages; index 0 is none of a font's own. */
struct rtf_page {
    long number;
    const char *name; /* for iconv */
};
extern const struct rtf_page rtf_pages[];
uint8_t rtf_page_of_number(long number);
uint8_t rtf_page_of_charset(long charset);

#endif
