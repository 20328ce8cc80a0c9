/* suggest_parts.c - a compound that is nowhere as a whole, with a slip in one of its parts. */
#include "search/suggest_words.h"

#include <math.h>
#include <string.h>

#include "search/fuzzy.h"

#define PART_LEN_MIN 4 /* letters of a part that is mended */
#define LEAD_LEN_MIN 3
#define SURE_LEN 6
#define WALKS_MAX 8    /* parts of one word that are looked for */

/* Makes whole words of the parts that a walk finds. */
struct mending {
    struct candidates *candidates;
    const struct compounds *compounds;
    const char *before, *behind; /* of the part; `behind` begins with its linker */
    size_t before_len, behind_len, linker_len;
};

/* Whether a piece, linker included, can stand first.  The splitter wants proof in other compounds; here the whole must have hits,
 * which is proof enough for a long word. */
static bool can_lead(const struct compounds *compounds, const char *form, size_t len)
{
    const struct words *words = compounds_words(compounds);
    return compound_can_lead(compounds, form, len) || (len >= SURE_LEN && words_has(words, form, len))
        || (len > SURE_LEN && form[len - 1] == 's' && words_has(words, form, len - 1));
}

static void visit_part(void *context, const struct lexicon_form *word, int distance)
{
    const struct mending *mending = context;
    char form[SUGGEST_FORM_MAX + 1];
    size_t len = mending->before_len + word->len + mending->behind_len;
    if (distance == 0 || word->len < LEAD_LEN_MIN || len > SUGGEST_FORM_MAX) {
        return;
    }
    memcpy(form, mending->before, mending->before_len);
    memcpy(form + mending->before_len, word->form, word->len);
    memcpy(form + mending->before_len + word->len, mending->behind, mending->behind_len);
    bool fits = mending->before_len > 0 ? compound_can_follow(mending->compounds, word->form, word->len)
                                        : can_lead(mending->compounds, form, word->len + mending->linker_len);
    if (fits) {
        /* The whole is rarer than its parts. */
        candidates_add(mending->candidates, form, len, 1 + (uint32_t)sqrt((double)word->frequency));
    }
}

static void walk(struct mending *mending, const char *part, size_t len, int *walks)
{
    const struct index_view *view = mending->candidates->view;
    if (len < PART_LEN_MIN || *walks == 0) {
        return;
    }
    --*walks;
    for (size_t i = 0; i < view->generation.part_count; i++) {
        fuzzy_walk(view->lexicons[i], part, len, 1, visit_part, mending);
    }
}

/* The left part is right: something is wrong with the rest. */
static void mend_right(struct mending *mending, const char *form, size_t len, size_t at, int *walks)
{
    if (can_lead(mending->compounds, form, at)) {
        mending->before = form;
        mending->before_len = at;
        mending->behind_len = mending->linker_len = 0;
        walk(mending, form + at, len - at, walks);
    }
}

/* The right part is right; the left one may have a linker. */
static void mend_left(struct mending *mending, const char *form, size_t len, size_t at, int *walks)
{
    static const char *const linkers[] = { "", "s", "e", "en", "er", "n" };
    if (!words_has(compounds_words(mending->compounds), form + at, len - at)
        || !compound_can_follow(mending->compounds, form + at, len - at)) {
        return;
    }
    for (size_t i = 0; i < sizeof linkers / sizeof *linkers; i++) {
        size_t linker = strlen(linkers[i]);
        if (at > linker && memcmp(form + at - linker, linkers[i], linker) == 0) {
            mending->before_len = 0;
            mending->linker_len = linker;
            mending->behind = form + at - linker;
            mending->behind_len = len - at + linker;
            walk(mending, form, at - linker, walks);
        }
    }
}

void suggest_parts(struct planner *planner, struct candidates *candidates)
{
    struct mending mending = { .candidates = candidates, .compounds = dutch_compounds(planner->index->view->dutch),
                               .before = "", .behind = "" };
    int rights = WALKS_MAX, lefts = WALKS_MAX;
    /* Long left parts first: short ones are found in many a word. */
    for (size_t at = candidates->typed_len - LEAD_LEN_MIN; at >= LEAD_LEN_MIN; at--) {
        mend_right(&mending, candidates->typed, candidates->typed_len, at, &rights);
    }
    for (size_t at = LEAD_LEN_MIN; at + LEAD_LEN_MIN <= candidates->typed_len; at++) {
        mend_left(&mending, candidates->typed, candidates->typed_len, at, &lefts);
    }
}
