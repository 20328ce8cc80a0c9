/* rtf_words.c - tables of RTF (RTF 1.9.1, 'Contents of an RTF File'). */
#include "extract/rtf_words.h"

#include <stdlib.h>
#include <string.h>

#define TO(place) RTF_ENTER, place, META_NONE, 0
#define INFO(slot) RTF_ENTER, RTF_INFO_TEXT, slot, 0
#define SIGN(code_point) RTF_CHARACTER, RTF_BODY, META_NONE, code_point
#define DO(action) action, RTF_BODY, META_NONE, 0
#define CODE_PAGE(number) RTF_PAGE, RTF_BODY, META_NONE, number

/* In byte order of their names. */
static const struct rtf_word words[] = {
    { "annotation", TO(RTF_ASIDE) },
    { "ansicpg", CODE_PAGE(1252) },
    { "author", INFO(META_AUTHOR) },
    { "background", TO(RTF_NOWHERE) },
    { "bin", DO(RTF_BINARY) },
    { "bullet", SIGN(0x2022) },
    { "category", INFO(META_KIND) },
    { "cell", DO(RTF_CELL) },
    { "colortbl", TO(RTF_NOWHERE) },
    { "company", INFO(META_ORGANISATION) },
    { "creatim", RTF_ENTER, RTF_INFO_TIME, META_DATE, 0 },
    { "deleted", DO(RTF_DELETED) },
    { "doccomm", INFO(META_DESCRIPTION) },
    { "dy", DO(RTF_DAY) },
    { "emdash", SIGN(0x2014) },
    { "emspace", SIGN(0x20) },
    { "endash", SIGN(0x2013) },
    { "enspace", SIGN(0x20) },
    { "f", DO(RTF_FONT) },
    { "fcharset", DO(RTF_CHARSET) },
    { "fldinst", TO(RTF_NOWHERE) },
    { "fonttbl", TO(RTF_FONTS) },
    { "footer", TO(RTF_ASIDE) },
    { "footerf", TO(RTF_ASIDE) },
    { "footerl", TO(RTF_ASIDE) },
    { "footerr", TO(RTF_ASIDE) },
    { "footnote", TO(RTF_ASIDE) },
    { "header", TO(RTF_ASIDE) },
    { "headerf", TO(RTF_ASIDE) },
    { "headerl", TO(RTF_ASIDE) },
    { "headerr", TO(RTF_ASIDE) },
    { "info", TO(RTF_INFO) },
    { "keywords", INFO(META_KEYWORDS) },
    { "ldblquote", SIGN(0x201C) },
    { "line", DO(RTF_LINE_END) },
    { "lquote", SIGN(0x2018) },
    { "mac", CODE_PAGE(10000) },
    { "mo", DO(RTF_MONTH) },
    { "nestcell", DO(RTF_CELL) },
    { "nestrow", DO(RTF_ROW_END) },
    { "nonesttables", TO(RTF_NOWHERE) },
    { "nonshppict", TO(RTF_NOWHERE) },
    { "objdata", TO(RTF_NOWHERE) },
    { "operator", TO(RTF_NOWHERE) },
    { "outlinelevel", DO(RTF_OUTLINE) },
    { "page", DO(RTF_PARAGRAPH_END) },
    { "par", DO(RTF_PARAGRAPH_END) },
    { "pard", DO(RTF_PARAGRAPH_PLAIN) },
    { "pc", CODE_PAGE(437) },
    { "pca", CODE_PAGE(850) },
    { "pict", TO(RTF_NOWHERE) },
    { "plain", DO(RTF_PLAIN) },
    { "pntxta", TO(RTF_NOWHERE) },
    { "pntxtb", TO(RTF_NOWHERE) },
    { "rdblquote", SIGN(0x201D) },
    { "revtim", RTF_ENTER, RTF_INFO_TIME, META_MODIFIED, 0 },
    { "row", DO(RTF_ROW_END) },
    { "rquote", SIGN(0x2019) },
    { "s", DO(RTF_STYLE) },
    { "sect", DO(RTF_PARAGRAPH_END) },
    { "shpinst", TO(RTF_BODY) },
    { "sp", TO(RTF_NOWHERE) },
    { "stylesheet", TO(RTF_STYLES) },
    { "subject", INFO(META_KEYWORDS) },
    { "tab", DO(RTF_TAB) },
    { "tc", TO(RTF_NOWHERE) },
    { "template", TO(RTF_NOWHERE) },
    { "title", INFO(META_TITLE) },
    { "trowd", DO(RTF_ROW_BEGIN) },
    { "u", DO(RTF_UNICODE) },
    { "uc", DO(RTF_SKIP_COUNT) },
    { "v", DO(RTF_HIDDEN) },
    { "xe", TO(RTF_NOWHERE) },
    { "yr", DO(RTF_YEAR) },
};

struct key {
    const char *text;
    size_t len;
};

static int compare(const void *a, const void *b)
{
    const struct key *key = a;
    const char *name = ((const struct rtf_word *)b)->name;
    int order = strncmp(key->text, name, key->len);
    return order != 0 ? order : -(name[key->len] != '\0');
}

const struct rtf_word *rtf_word_find(const char *name, size_t len)
{
    struct key key = { name, len };
    return bsearch(&key, words, sizeof words / sizeof *words, sizeof *words, compare);
}

const struct rtf_page rtf_pages[] = {
    { 0, "WINDOWS-1252" },     { 1252, "WINDOWS-1252" },  { 1250, "WINDOWS-1250" }, { 1251, "WINDOWS-1251" },
    { 1253, "WINDOWS-1253" },  { 1254, "WINDOWS-1254" },  { 1255, "WINDOWS-1255" }, { 1256, "WINDOWS-1256" },
    { 1257, "WINDOWS-1257" },  { 1258, "WINDOWS-1258" },  { 437, "IBM437" },        { 850, "IBM850" },
    { 852, "IBM852" },         { 858, "IBM858" },         { 866, "IBM866" },        { 874, "TIS-620" },
    { 932, "SHIFT_JIS" },      { 936, "GB18030" },        { 949, "UHC" },           { 950, "BIG5" },
    { 10000, "MACINTOSH" },    { 65001, "UTF-8" },
};

uint8_t rtf_page_of_number(long number)
{
    for (size_t i = 1; i < sizeof rtf_pages / sizeof *rtf_pages; i++) {
        if (rtf_pages[i].number == number) {
            return (uint8_t)i;
        }
    }
    return 1;
}

uint8_t rtf_page_of_charset(long charset)
{
    static const struct {
        long charset, number;
    } pages[] = {
        { 77, 10000 }, { 128, 932 },  { 129, 949 },  { 134, 936 },  { 136, 950 }, { 161, 1253 }, { 162, 1254 }, { 163, 1258 },
        { 177, 1255 }, { 178, 1256 }, { 186, 1257 }, { 204, 1251 }, { 222, 874 }, { 238, 1250 }, { 254, 437 },  { 255, 850 },
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (pages[i].charset == charset) {
            return rtf_page_of_number(pages[i].number);
        }
    }
    return 0; /* the document's own */
}
