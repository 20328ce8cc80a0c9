/* plan.h - from a query tree to what Xapian is asked and what snippets look for. */
#ifndef NASLAG_SEARCH_PLAN_H
#define NASLAG_SEARCH_PLAN_H

#include "search/expand.h"
#include "search/index.h"
#include "search/query.h"

#define NEEDLE_FORMS_MAX 40 /* forms of one word that are looked for in a document */

/* Why a form answers a word of the query. */
enum needle_reason { NEEDLE_EXACT, NEEDLE_INFLECTED, NEEDLE_PART, NEEDLE_EXPANSION, NEEDLE_SYNONYM };

/* A form, owned by its needle. */
struct needle_form {
    char *form;
    size_t len;
    char *term; /* whose positions count; NULL: those of the form */
    enum needle_reason reason;
};

/* Something to find in the text of a hit: a word in one of its forms, or a phrase. */
struct needle {
    bool recurring;   /* looked for in text that recurs, not in the rest */
    bool phrase;      /* forms stand one after the other, all of them */
    bool extra;       /* its words are other needles' too: its places are chosen, not counted */
    bool notation;    /* a date or number: the form is a term at its first word, how far it reaches is read in the text */
    bool common;      /* so frequent that its places say nothing: marked, but not counted or chosen */
    struct needle_form forms[NEEDLE_FORMS_MAX];
    size_t form_count;
    char part[DERIVED_LEN_MAX + 1]; /* the derived term of its NEEDLE_PART forms */
    size_t part_len;
    uint32_t documents; /* that hold it, as far as known: of its form, its class or its stem whichever has most */
    double weight;    /* rarity: ln(documents / documents with it) */
};

/* Other words for a word of the query, in the terms of the index. */
struct plan_expansion {
    char word[ABBREV_LONG_MAX + 1]; /* folded words, one space between */
    enum search_expansion_kind kind;
    struct expansion meanings[EXPAND_MAX];
    size_t count;
};

struct plan {
    struct shim_query *query; /* NULL when nothing can match */
    struct plan_expansion *expansions;
    size_t expansion_count, expansion_capacity;
    struct deriver *deriver;  /* the index's: tells which bytes of a compound a part is */
    struct needle *needles;
    size_t needle_count, needle_capacity;
};

/* From a query to what is matched and what is marked.  `without`: bits of enum search_feature.
 * ERR_INVALID: a wildcard fits too many words (Dutch text for the user). */
enum err_code plan_make(struct search_index *index, const struct query *query, unsigned without, struct plan *ret_plan,
                        struct err *err);
void plan_done(struct plan *plan);
/* Keeps documents of which the date, or without one the period, falls in from..to (YYYYMMDD; 0 is open). */
enum err_code plan_limit_dates(struct plan *plan, uint32_t from, uint32_t to, struct err *err);

#endif
