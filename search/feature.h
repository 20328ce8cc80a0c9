/* feature.h - what a search does beyond the exact words, and how it is called when it is switched off for one query. */
#ifndef NASLAG_SEARCH_FEATURE_H
#define NASLAG_SEARCH_FEATURE_H

#include "base/buf.h"

/* Bits of search_request.without. */
enum search_feature {
    SEARCH_NO_INFLECTION = 1 << 0,    /* exact forms only, no stems */
    SEARCH_NO_COMPOUNDS = 1 << 1,     /* no parts of compounds, nor compounds of parts */
    SEARCH_NO_ABBREVIATIONS = 1 << 2, /* neither what an abbreviation stands for, nor the abbreviation of words */
    SEARCH_NO_SYNONYMS = 1 << 3,      /* no synonyms and successions of the editor's file */
    SEARCH_NO_NAMES = 1 << 4,         /* a document does not count more when the query is its name */
    SEARCH_NO_PROXIMITY = 1 << 5,     /* words close to each other do not count more */
    SEARCH_NO_COORDINATION = 1 << 6,  /* nor do more of the words */
    SEARCH_NO_COPIES = 1 << 7,        /* near-copies stay where they are */
    SEARCH_NO_SUGGESTION = 1 << 8,    /* no other spelling is proposed */
    SEARCH_NO_MERGING = 1 << 9,       /* copies and captures of one address are results of their own */
};

struct search_feature_name {
    enum search_feature bit;
    const char *name;        /* Dutch, as in `zonder=` and --without */
    const char *description; /* Dutch */
};

/* All of them, in the order of the bits. */
const struct search_feature_name *search_features(size_t *ret_count);
/* Reads names with commas between; blanks around them and empty ones are skipped.  ERR_INVALID with a Dutch sentence. */
enum err_code search_features_parse(const char *text, size_t len, unsigned *ret_without, struct err *err);
/* Writes names with commas between. */
void search_features_print(unsigned without, struct buf *out);

#endif
