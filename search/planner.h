/* planner.h - inside of planning, shared by plan*.c, ways.c, needle.c, broaden.c, exact.c and suggest*.c only. */
#ifndef NASLAG_SEARCH_PLANNER_H
#define NASLAG_SEARCH_PLANNER_H

#include "search/expand.h"
#include "search/plan.h"
#include "text/analysis.h"
#include "text/grammar.h"
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
    unsigned without; /* bits of enum search_feature */
    bool recurring; /* under terugkerend: */
    bool light; /* a long query: its words say enough together; exact forms add no weight, parts are not looked for */
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
/* A part of a compound that no document has: the word itself, and other compounds with it. */
enum err_code needle_add_part(struct planner *planner, const struct derived *part);
enum err_code needle_add_phrase(struct planner *planner, const struct query_node *node);
/* A date or number in a normal form, `terms` with their prefixes: its extent in a text is read there (notation_end). */
enum err_code needle_add_notation(struct planner *planner, const char *term, size_t len);
enum err_code needle_add_expansion(struct planner *planner, const char *const *forms, const size_t *lens, size_t count,
                                   enum needle_reason reason);
/* Another word with the same meaning, in all its forms. */
enum err_code needle_add_synonym(struct planner *planner, const char *form, size_t len, const struct derivation *derivation);
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
/* What an abbreviation stands for: words in a row, in text or title.  `share` scales it. */
enum err_code way_expansion(struct planner *planner, const char *text, double share, enum needle_reason reason, bool wanted,
                            struct shim_query **ret_query);
/* The abbreviation of words in the query. */
enum err_code way_brief(struct planner *planner, const char *brief, size_t len, double share, bool wanted,
                        struct shim_query **ret_query);
/* Another word with the same meaning, in its inflections. */
enum err_code way_synonym(struct planner *planner, const char *form, size_t len, double share, bool wanted,
                          struct shim_query **ret_query);

/* ---- plan_wildcard.c ---------------------------------------------------------------------- */

/* What terms of words in a field begin with. */
const char *planner_prefix(const struct planner *planner, bool in_title);
enum err_code wildcard_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                             struct shim_query **ret_query);

/* ---- plan_names.c ------------------------------------------------------------------------- */

/* A document of which some words are a name (names.h).  `share` scales it. */
struct shim_query *way_name(struct planner *planner, const char *text, size_t len, double share);
/* Documents that a group names, as a whole or in some of its words in a row; NULL when there are none. */
struct shim_query *names_query(struct planner *planner, const struct query_node *node);

/* ---- plan_pairs.c ------------------------------------------------------------------------- */

/* Weight for documents with both of two words; NULL when there are not two. */
struct shim_query *pairs_query(struct planner *planner, const struct query_node *const *words, size_t count);

/* ---- broaden.c: abbreviations and the editor's synonyms and successions -------------------- */

/* Other words for a word; NULL when there are none. */
enum err_code broaden_word(struct planner *planner, const char *form, size_t len, bool wanted, struct shim_query **ret_query);
/* Other words for words in a row of a group; NULL when there are none. */
enum err_code broaden_group(struct planner *planner, const struct query_node *node, bool wanted, struct shim_query **ret_query);

/* ---- exact.c ------------------------------------------------------------------------------ */

/* A word or phrase exactly as written, accents included. */
enum err_code exact_query(struct planner *planner, const struct query_node *node, bool in_title, bool wanted,
                          struct shim_query **ret_query);
/* The documents that a form in the query leaves out: those that have it as written, not only by completing a suspended compound. */
enum err_code exact_excluded(struct planner *planner, const char *form, size_t len, bool in_title, struct shim_query **ret_query);

/* ---- plan_notation.c, plan_dates.c -------------------------------------------------------- */

/* The ways that dates, periods and numbers match that some plain words of a group write together, whatever way the documents
 * write them; NULL when there are none. */
enum err_code way_notations(struct planner *planner, const struct query_node *node, bool wanted, struct shim_query **ret_query);
/* The same for one word of several tokens (`06-10-2016`): joined to *query, which is freed on failure. */
enum err_code way_notation(struct planner *planner, const struct query_node *word, bool wanted, struct shim_query **query);
/* Documents with a date; no weight. */
enum err_code dates_filter(struct planner *planner, const struct query_node *node, struct shim_query **ret_query);

#endif
