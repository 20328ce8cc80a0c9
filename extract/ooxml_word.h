/* ooxml_word.h - the styles of a text document; shared by ooxml_word.c and ooxml_style.c. */
#ifndef NASLAG_EXTRACT_OOXML_WORD_H
#define NASLAG_EXTRACT_OOXML_WORD_H

#include "extract/ooxml.h"

struct word_style {
    char *id;
    char *based;  /* id of the style that it adds to, or NULL */
    int outline;  /* 0 to 8: a heading; 9: expressly none; -1: not said */
    int hidden;   /* 1, 0, or -1: not said */
};

struct word_styles {
    struct word_style *items; /* by id, once read */
    size_t count, capacity;
    bool out_of_memory;
};

enum err_code word_styles_read(struct ooxml *package, const char *part, struct word_styles *ret_styles, struct err *err);
void word_styles_done(struct word_styles *styles);
/* Whether paragraphs of the style are headings, or its text is hidden: by itself or what it is based on. */
bool word_style_is_heading(const struct word_styles *styles, struct xml_value id);
bool word_style_is_hidden(const struct word_styles *styles, struct xml_value id);

#endif
