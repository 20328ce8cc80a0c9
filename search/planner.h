/* planner.h - inside of planning, shared by plan.c, ways.c and needle.c only. */
#ifndef NASLAG_SEARCH_PLANNER_H
#define NASLAG_SEARCH_PLANNER_H

#include "search/expand.h"
#include "search/plan.h"
#include "text/analysis.h"
#include "text/names.h"
#include "text/schema.h"
#include "text/token.h"

#define PLANNER_TERM_MAX (TOKEN_FORM_MAX + 4)
#define PLANNER_DERIVED_MAX 40
#define PLANNER_LIGHT_TERMS 3 /* longer queries are light */
#define PLANNER_COMMON_SHARE 0.35    /* a word in more than this share of the documents is common */
#define PLANNER_COMMON_DOCUMENTS 200 /* in a smaller collection no word is */

struct planner {
    struct search_index *index;
    struct plan *plan;
    struct err *err;
    bool recurring; /* under terugkerend: */
    bool light; /* a long query: its words say enough together, compounds and parts are not looked for */
    struct planner_derived {
        char form[TOKEN_FORM_MAX + 1];
        size_t len;
        struct derivation derivation;
    } derived[PLANNER_DERIVED_MAX]; /* a cache */
    size_t derived_count;
};

/* ---- needle.c ----------------------------------------------------------------------------- */

enum err_code needle_new(struct planner *planner, bool phrase, struct needle **ret_needle);
enum err_code needle_add(struct planner *planner, struct needle *needle, const char *form, size_t len,
                         enum needle_reason reason);
/* The weight of a needle from the number of documents that hold it. */
void needle_weigh(struct planner *planner, struct needle *needle, uint32_t documents);
/* A word with all its forms; `derivation` may be NULL: only the form itself. */
enum err_code needle_add_word(struct planner *planner, const char *form, size_t len, const struct derivation *derivation);
enum err_code needle_add_phrase(struct planner *planner, const struct query_node *node);
enum err_code needle_add_expansion(struct planner *planner, const char *const *forms, const size_t *lens, size_t count);
/* What a form derives; the same form is derived once a query. */
const struct derivation *planner_derive(struct planner *planner, const char *form, size_t len);
/* Documents with a term. */
uint32_t planner_frequency(struct planner *planner, const char *term, size_t len);

/* ---- ways.c ------------------------------------------------------------------------------- */

/* A scaled term; NULL on failure, which the combinator that takes it reports. */
struct shim_query *way_term(struct planner *planner, const char *prefix, const char *text, size_t len, double scale);
/* All the ways a word can match.  `wanted`: its places are looked for too. */
enum err_code way_word(struct planner *planner, const char *form, size_t len, bool in_title, bool wanted,
                       struct shim_query **ret_query);
/* The abbreviation that stands for words in a row of a group; NULL when there is none. */
enum err_code way_full(struct planner *planner, const struct query_node *node, bool wanted, struct shim_query **ret_query);
/* A document of which `name` (names.h) is a name. */
struct shim_query *way_name(struct planner *planner, const char *name, size_t len);

#endif
