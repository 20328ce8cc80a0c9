/* plan.h - from a query tree to what Xapian is asked and what snippets look for. */
#ifndef NASLAG_SEARCH_PLAN_H
#define NASLAG_SEARCH_PLAN_H

#include "search/index.h"
#include "search/query.h"

#define NEEDLE_FORMS_MAX 40 /* forms of one word that are looked for in a document */

/* Why a form answers a word of the query. */
enum needle_reason { NEEDLE_EXACT, NEEDLE_INFLECTED, NEEDLE_PART, NEEDLE_EXPANSION };

/* A form, owned by its needle. */
struct needle_form {
    char *form;
    size_t len;
    enum needle_reason reason;
};

/* Something to find in the text of a hit: a word in one of its forms, or a phrase. */
struct needle {
    bool recurring;   /* looked for in text that recurs, not in the rest */
    bool phrase;      /* forms stand one after the other, all of them */
    bool common;      /* so frequent that its places say nothing: marked, but not counted or chosen */
    struct needle_form forms[NEEDLE_FORMS_MAX];
    size_t form_count;
    char part[DERIVED_LEN_MAX + 1]; /* the derived term of its NEEDLE_PART forms */
    size_t part_len;
    double weight;    /* rarity: ln(documents / documents with it) */
};

struct plan {
    struct shim_query *query; /* NULL when nothing can match */
    struct deriver *deriver;  /* the index's: tells which bytes of a compound a part is */
    struct needle *needles;
    size_t needle_count, needle_capacity;
};

/* `text` is the query as it was typed: words alone may be the name of a document.
 * ERR_INVALID: a wildcard fits too many words (Dutch text for the user). */
enum err_code plan_make(struct search_index *index, const struct query *query, const char *text, size_t len,
                        struct plan *ret_plan, struct err *err);
void plan_done(struct plan *plan);

#endif
