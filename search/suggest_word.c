/* suggest_word.c - what was meant by one word.
 *
 * The score of a candidate is ln P(meant) + ln P(typed | meant): its document frequency against the cost of the slip.  It
 * must be better than that the word was typed as meant, which is likelier when it is a word of the language or stands in documents.
 */
#include "search/suggest_words.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "search/fuzzy.h"

#define RARE_MAX 20          /* a word in more documents is right */
#define FREQUENCY_WEIGHT 0.8 /* below 1: people also ask for what is rare */
#define KNOWN_BONUS 2.0      /* a word of the language is no slip of the writer of a document */
#define MARGIN_RARE -1.0     /* how much better than an unknown word that stands somewhere */
#define MARGIN_RARE_COMPOUND -0.5 /* the same, for a form that can be read as known words */
#define MARGIN_KNOWN 0.0     /* the score that is better than a word of the language that stands nowhere */
#define MARGIN_COMPOUND -3.0 /* the same for a form that can be read as known words: many a slip can */
#define COST_SPACE 5.0       /* of leaving out a space */
#define COST_MAX 15.0        /* what costs more is another word */
#define FAR_LEN 6            /* letters of a word that may have two slips */
#define PARTS_LEN 8          /* letters of a word that is tried as a compound */
#define VERIFY_MAX 5         /* candidates that are tried */
#define COMPANY_REACH 2.5    /* candidates that are so near the best one are looked at with another word of the query */
#define COMPANY_ENOUGH 100   /* documents that are counted */
#define COMPANY_WEIGHT 0.5

void candidates_done(struct candidates *candidates)
{
    free(candidates->items);
}

void candidates_add(struct candidates *candidates, const char *form, size_t len, uint32_t documents)
{
    if (len == 0 || len > SUGGEST_FORM_MAX || candidates->count == SUGGEST_CANDIDATES_MAX || candidates->failed
        || (len == candidates->typed_len && memcmp(form, candidates->typed, len) == 0)) {
        return;
    }
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *old = &candidates->items[i];
        if (old->len == len && memcmp(old->form, form, len) == 0) {
            old->documents += documents;
            return;
        }
    }
    if (mem_grow(&candidates->items, &candidates->capacity, candidates->count, sizeof *candidates->items) != 0) {
        candidates->failed = true;
        return;
    }
    struct candidate *added = &candidates->items[candidates->count++];
    *added = (struct candidate){ .len = len, .documents = documents };
    memcpy(added->form, form, len);
}

uint32_t suggest_documents(const struct index_view *view, const char *form, size_t len)
{
    uint64_t documents = 0;
    for (size_t i = 0; i < view->generation.part_count; i++) {
        documents += lexicon_word_frequency(view->lexicons[i], form, len);
    }
    return documents < UINT32_MAX ? (uint32_t)documents : UINT32_MAX;
}

bool suggest_is_known(struct planner *planner, const char *form, size_t len)
{
    const struct dutch *dutch = planner->index->view->dutch;
    if (words_flags(dutch_words(dutch), form, len) != 0) {
        return true;
    }
    struct compound compound;
    compound_split(dutch_compounds(dutch), form, len, &compound);
    return compound.count > 0;
}

enum err_code suggest_count(struct planner *planner, struct shim_query *query, uint32_t enough, uint32_t *ret_count)
{
    struct shim_search search = { .limit = 1, .check_at_least = enough, .k1 = 1.0, .b = 0.5, .min_normlen = 0.5 };
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    enum err_code code = shim_reader_search(planner->index->view->reader, query, &search, &hits, planner->err);
    shim_query_free(query);
    if (code == ERR_OK) {
        uint32_t estimated, upper;
        shim_hits_total(hits, ret_count, &estimated, &upper);
    }
    return code;
}

/* ---- Collecting --------------------------------------------------------------------------- */

static void visit_word(void *context, const struct lexicon_form *word, int distance)
{
    (void)distance;
    candidates_add(context, word->form, word->len, word->frequency);
}

static void visit_variant(void *context, const char *variant, size_t len)
{
    struct candidates *candidates = context;
    for (size_t i = 0; i < candidates->count; i++) {
        if (candidates->items[i].len == len && memcmp(candidates->items[i].form, variant, len) == 0) {
            return; /* the walk counted its documents */
        }
    }
    uint32_t documents = suggest_documents(candidates->view, variant, len);
    if (documents > 0) {
        candidates_add(candidates, variant, len, documents);
    }
}

static void walk(struct candidates *candidates, int distance)
{
    for (size_t i = 0; i < candidates->view->generation.part_count; i++) {
        fuzzy_walk(candidates->view->lexicons[i], candidates->typed, candidates->typed_len, distance, visit_word, candidates);
    }
}

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return strcmp(a->form, b->form);
}

static void rank(struct planner *planner, struct candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *candidate = &candidates->items[i];
        candidate->cost = typo_cost(candidates->typed, candidates->typed_len, candidate->form, candidate->len);
        candidate->score = FREQUENCY_WEIGHT * log(candidate->documents + 0.5) - candidate->cost
            + (suggest_is_known(planner, candidate->form, candidate->len) ? KNOWN_BONUS : 0.0);
    }
    if (candidates->count > 0) {
        qsort(candidates->items, candidates->count, sizeof *candidates->items, compare_candidates);
    }
}

/* `nowhere`: no document has it.  `odd`: nor can it be read as known words that documents have, apart. */
static void collect(struct planner *planner, struct candidates *candidates, bool nowhere, bool odd)
{
    walk(candidates, 1);
    typo_variants(candidates->typed, candidates->typed_len, visit_variant, candidates);
    if (candidates->count == 0 && odd && candidates->typed_len >= PARTS_LEN) {
        suggest_parts(planner, candidates);
    }
    if (candidates->count == 0 && nowhere && candidates->typed_len >= FAR_LEN) {
        walk(candidates, 2);
    }
    rank(planner, candidates);
}

/* ---- Deciding ----------------------------------------------------------------------------- */

static bool is_plain(const char *form, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)form[i] < 0x80 && (form[i] < 'a' || form[i] > 'z')) {
            return false; /* a digit, an apostrophe, an ampersand */
        }
    }
    return len <= TOKEN_FORM_MAX && utf8_count(form, len) >= SUGGEST_LEN_MIN;
}

bool suggest_may_be_wrong(const struct query_token *token, uint32_t documents)
{
    return documents <= RARE_MAX && is_plain(token->form, token->len);
}

/* Whether all parts of a compound stand somewhere: then documents that have them apart answer it. */
static bool has_parts(struct planner *planner, const struct derivation *derivation, size_t len)
{
    size_t reached = 0;
    for (size_t i = 1; i < derivation->count; i++) {
        const struct derived *part = &derivation->terms[i];
        if (part->term[0] == SCHEMA_PART[0] && part->start >= reached) {
            char class[DERIVED_LEN_MAX + 1];
            memcpy(class, part->term, part->len);
            memcpy(class, SCHEMA_CLASS, strlen(SCHEMA_CLASS));
            if (planner_frequency(planner, class, part->len) == 0) {
                return false;
            }
            reached = part->end;
        }
    }
    return reached == len;
}

/* Whether the word is found in a way that its document frequency does not tell of: in compounds, or as an abbreviation. */
static enum err_code is_found_otherwise(struct planner *planner, const struct query_token *token, bool *ret_found)
{
    const struct derived *class = &planner_derive(planner, token->form, token->len)->terms[0];
    char part[DERIVED_LEN_MAX + 1];
    memcpy(part, class->term, class->len);
    memcpy(part, SCHEMA_PART, strlen(SCHEMA_PART));
    *ret_found = planner_frequency(planner, part, class->len) > 0;
    if (*ret_found || token->len > ABBREV_SHORT_MAX) {
        return ERR_OK;
    }
    struct expansion found[EXPAND_MAX];
    size_t count = 0;
    enum err_code code = expand_find(planner->index, SCHEMA_BRIEF, token->form, token->len, found, &count, planner->err);
    *ret_found = count > 0;
    return code;
}

/* The score that a candidate must have. */
static double least_score(struct planner *planner, const struct query_token *token, uint32_t documents)
{
    bool listed = words_flags(dutch_words(planner->index->view->dutch), token->form, token->len) != 0;
    if (documents > 0) {
        double margin = suggest_is_known(planner, token->form, token->len) ? MARGIN_RARE_COMPOUND : MARGIN_RARE;
        return listed ? INFINITY : FREQUENCY_WEIGHT * log(documents + 0.5) + KNOWN_BONUS + margin;
    }
    if (listed) {
        return MARGIN_KNOWN;
    }
    return has_parts(planner, planner_derive(planner, token->form, token->len), token->len) ? MARGIN_COMPOUND : -INFINITY;
}

/* Another form of a word that is found already is no other word. */
static bool is_same_word(struct planner *planner, const struct query_token *token, const struct candidate *candidate)
{
    struct derivation other;
    derive(planner->index->view->deriver, candidate->form, candidate->len, &other);
    const struct derived *class = &planner_derive(planner, token->form, token->len)->terms[0];
    return class->len == other.terms[0].len && memcmp(class->term, other.terms[0].term, class->len) == 0
        && planner_frequency(planner, class->term, class->len) > 0;
}

static enum err_code has_hits(struct planner *planner, const struct candidate *candidate, bool *ret_has)
{
    struct shim_query *query = NULL;
    uint32_t count = 0;
    enum err_code code = way_word(planner, candidate->form, candidate->len, false, false, &query);
    if (code == ERR_OK) {
        code = suggest_count(planner, query, 1, &count);
    }
    *ret_has = count > 0;
    return code;
}

/* Prefers candidates that stand in documents with another word of the query, when several are about as likely. */
static enum err_code weigh_company(struct planner *planner, struct candidates *candidates, const struct query_token *beside)
{
    size_t near = 0;
    while (near < candidates->count && near < VERIFY_MAX
           && candidates->items[near].score > candidates->items[0].score - COMPANY_REACH) {
        near++;
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < near && near > 1 && beside != NULL && code == ERR_OK; i++) {
        struct candidate *candidate = &candidates->items[i];
        const struct derived *class = &planner_derive(planner, beside->form, beside->len)->terms[0];
        struct shim_query *both[] = { way_term(planner, "", candidate->form, candidate->len, 1.0),
                                      way_term(planner, "", class->term, class->len, 1.0) };
        struct shim_query *query = NULL;
        uint32_t count = 0;
        code = shim_query_combine(SHIM_AND, both, 2, &query, planner->err);
        if (code == ERR_OK) {
            code = suggest_count(planner, query, COMPANY_ENOUGH, &count);
        }
        candidate->score += COMPANY_WEIGHT * log1p(count < COMPANY_ENOUGH ? count : COMPANY_ENOUGH);
    }
    if (near > 1) {
        qsort(candidates->items, near, sizeof *candidates->items, compare_candidates);
    }
    return code;
}

/* The best candidate that is another word and has hits. */
static enum err_code choose(struct planner *planner, const struct query_token *token, const struct candidates *candidates,
                            double least, bool *ret_found, struct candidate *ret_candidate)
{
    enum err_code code = ERR_OK;
    *ret_found = false;
    for (size_t i = 0; i < candidates->count && i < VERIFY_MAX && code == ERR_OK && !*ret_found; i++) {
        const struct candidate *candidate = &candidates->items[i];
        if (candidate->score < least) {
            break;
        }
        if (candidate->cost <= COST_MAX && !is_same_word(planner, token, candidate)) {
            code = has_hits(planner, candidate, ret_found);
            *ret_candidate = *candidate;
        }
    }
    return code;
}

/* The word as two, when that is better than what was found. */
static enum err_code split(struct planner *planner, const struct query_token *token, double least, bool *ret_found,
                           struct candidate *ret_candidate)
{
    size_t at;
    uint32_t documents;
    enum err_code code = suggest_apart(planner, token->form, token->len, &at, &documents);
    if (code != ERR_OK || at == 0 || token->len + 1 > SUGGEST_FORM_MAX) {
        return code;
    }
    double score = FREQUENCY_WEIGHT * log(documents + 0.5) + KNOWN_BONUS - COST_SPACE;
    if (score < least || (*ret_found && score <= ret_candidate->score)) {
        return ERR_OK;
    }
    *ret_found = true;
    *ret_candidate = (struct candidate){ .len = token->len + 1, .documents = documents, .cost = COST_SPACE, .score = score };
    memcpy(ret_candidate->form, token->form, at);
    ret_candidate->form[at] = ' ';
    memcpy(ret_candidate->form + at + 1, token->form + at, token->len - at);
    return ERR_OK;
}

enum err_code suggest_word(struct planner *planner, const struct query_token *token, uint32_t documents, bool alone,
                           const struct query_token *beside, bool *ret_found, struct candidate *ret_candidate)
{
    bool otherwise = false;
    *ret_found = false;
    double least = least_score(planner, token, documents);
    if (isinf(least) && least > 0) {
        return ERR_OK;
    }
    enum err_code code = is_found_otherwise(planner, token, &otherwise);
    if (code != ERR_OK || otherwise) {
        return code;
    }
    CLEANUP(candidates_done) struct candidates candidates = { .view = planner->index->view, .typed = token->form,
                                                              .typed_len = token->len };
    collect(planner, &candidates, documents == 0, isinf(least));
    if (candidates.failed) {
        return err_nomem(planner->err, "suggesting a word");
    }
    code = weigh_company(planner, &candidates, beside);
    if (code != ERR_OK) {
        return code;
    }
    code = choose(planner, token, &candidates, least, ret_found, ret_candidate);
    return code == ERR_OK && alone && documents == 0 ? split(planner, token, least, ret_found, ret_candidate) : code;
}
