/* suggest_words.h - inside of suggesting, shared by suggest.c, suggest_word.c, suggest_parts.c and suggest_apart.c only. */
#ifndef NASLAG_SEARCH_SUGGEST_WORDS_H
#define NASLAG_SEARCH_SUGGEST_WORDS_H

#include "search/planner.h"
#include "search/typo.h"

#define SUGGEST_LEN_MIN 4       /* letters; shorter words have too many neighbours */
#define SUGGEST_FORM_MAX TYPO_LEN_MAX
#define SUGGEST_CANDIDATES_MAX 500

/* A word that may have been meant. */
struct candidate {
    char form[SUGGEST_FORM_MAX + 1];
    size_t len;
    uint32_t documents; /* with exactly this form; 0 for one that is made of parts */
    double cost;        /* typo.h */
    double score;       /* higher is likelier */
};

/* The candidates of one typed word; collected with sticky `failed`, sorted best first when done. */
struct candidates {
    const struct index_view *view;
    const char *typed;
    size_t typed_len;
    struct candidate *items;
    size_t count, capacity;
    bool failed;
};

void candidates_done(struct candidates *candidates);
/* Adds a word, or adds to the documents of one that is there. */
void candidates_add(struct candidates *candidates, const char *form, size_t len, uint32_t documents);
/* Documents with exactly this form, dead ones included. */
uint32_t suggest_documents(const struct index_view *view, const char *form, size_t len);
/* Whether the word is in the word list, or splits in words that are. */
bool suggest_is_known(struct planner *planner, const char *form, size_t len);
/* Whether a live document matches the query, which is taken; and how many at least, counted up to `enough`. */
enum err_code suggest_count(struct planner *planner, struct shim_query *query, uint32_t enough, uint32_t *ret_count);

/* ---- suggest_word.c ------------------------------------------------------------------------ */

/* Whether a word that so many documents have, is looked for at all. */
bool suggest_may_be_wrong(const struct query_token *token, uint32_t documents);
/* What was meant by a word that `documents` documents have; *ret_found is false when it is right, or nothing is near.  `alone`:
 * two words can take its place, with a space between them.  `beside`: another word of the query, or NULL: candidates that share
 * documents with it are likelier. */
enum err_code suggest_word(struct planner *planner, const struct query_token *token, uint32_t documents, bool alone,
                           const struct query_token *beside, bool *ret_found, struct candidate *ret_candidate);

/* ---- suggest_parts.c ----------------------------------------------------------------------- */

/* Adds compounds that are nowhere as a whole, with one part mended and the other as typed. */
void suggest_parts(struct planner *planner, struct candidates *candidates);

/* ---- suggest_apart.c ----------------------------------------------------------------------- */

/* Two words that were written as one: *ret_at is where the second begins, 0 when they are not; and in how many documents they
 * stand next to each other, at least. */
enum err_code suggest_apart(struct planner *planner, const char *form, size_t len, size_t *ret_at, uint32_t *ret_documents);
/* The closed form, with its linker, of words that were written apart, when documents write it closed; length 0 when not. */
enum err_code suggest_closed(struct planner *planner, const struct query_token *const *tokens, size_t count,
                             char out[SUGGEST_FORM_MAX + 1], size_t *ret_len);

#endif
