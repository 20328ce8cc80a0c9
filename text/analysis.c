/* analysis.c - terms of a document, over an interned vocabulary.
 *
 * Forms and what they derive (class, stem, parts) live in a vocabulary each; a form knows its derived words by number.  Only
 * forms are counted as they come: at the end of the document their counts go to the derived words, and the positions, noted as
 * they came, are sorted by form.
 */
#include "text/analysis.h"

#include <stdio.h>
#include <string.h>

#include "text/schema.h"
#include "text/token.h"
#include "text/unicode.h"
#include "text/vocabulary.h"

#define NONE VOCABULARY_NONE
#define VOCABULARY_MAX 1500000 /* forms remembered before starting afresh, unless it is limited */
#define CHAIN_MAX 4            /* tokens in a closed form */

struct occurrence {
    uint32_t position;
    uint32_t form;
};

/* How the document has a form: bits of word.seen. */
enum { SEEN_WRITTEN = 1, SEEN_PLAIN = 2, SEEN_PLAIN_IN_TITLE = 4, SEEN_LISTED = 8 };

enum term_family {
    FAMILY_FORM, /* and accented and recurring ones, which begin with their prefix in the vocabulary */
    FAMILY_TITLE,
    FAMILY_DERIVED,
    FAMILY_TITLE_CLASS,
    FAMILY_PLAIN, /* also without accents */
    FAMILY_TITLE_PLAIN,
    FAMILY_SUSPENDED,
};

struct term_ref {
    uint8_t family;
    uint32_t word;
};

struct analysis {
    const struct dutch *dutch;
    struct deriver *deriver;
    struct token *tokens; /* of the text in hand */
    size_t token_count, token_capacity;
    struct compound_completion *completions; /* of the text in hand */
    size_t completion_count, completion_capacity;
    struct vocabulary forms, derived;
    size_t form_limit;
    uint32_t *links; /* derived words of all forms */
    size_t link_count, link_capacity;
    uint32_t stamp;
    struct occurrence *occurrences;
    size_t occurrence_count, occurrence_capacity;
    struct term_ref *terms; /* filled by the first analysis_term_count after the adds */
    size_t term_count, term_capacity;
    uint32_t *positions; /* of the document, by form */
    size_t position_capacity;
    char name[2 * TOKEN_FORM_MAX + 4];
    bool in_title, in_recurring;
    enum err_code failure;
};

enum err_code analysis_new(const struct dutch *dutch, struct analysis **ret_analysis, struct err *err)
{
    struct analysis *analysis = calloc(1, sizeof *analysis);
    if (analysis == NULL) {
        return err_nomem(err, "analysis_new");
    }
    analysis->dutch = dutch;
    analysis->form_limit = VOCABULARY_MAX;
    enum err_code code = deriver_new(dutch, &analysis->deriver, err);
    if (code == ERR_OK && (vocabulary_init(&analysis->forms) != ERR_OK || vocabulary_init(&analysis->derived) != ERR_OK)) {
        code = err_nomem(err, "analysis_new");
    }
    if (code != ERR_OK) {
        analysis_free(analysis);
        return code;
    }
    *ret_analysis = analysis;
    return ERR_OK;
}

void analysis_free(struct analysis *analysis)
{
    if (analysis != NULL) {
        deriver_free(analysis->deriver);
        free(analysis->links);
        free(analysis->tokens);
        free(analysis->completions);
        vocabulary_done(&analysis->forms);
        vocabulary_done(&analysis->derived);
        free(analysis->occurrences);
        free(analysis->terms);
        free(analysis->positions);
        free(analysis);
    }
}

void analysis_limit(struct analysis *analysis, size_t forms)
{
    analysis->form_limit = forms > 0 ? forms : VOCABULARY_MAX;
}

const struct words *analysis_words(const struct analysis *analysis)
{
    return dutch_words(analysis->dutch);
}

enum err_code analysis_begin(struct analysis *analysis, struct err *err)
{
    if (analysis->forms.count > analysis->form_limit || analysis->stamp == UINT32_MAX) {
        vocabulary_done(&analysis->forms);
        vocabulary_done(&analysis->derived);
        if (vocabulary_init(&analysis->forms) != ERR_OK || vocabulary_init(&analysis->derived) != ERR_OK) {
            return err_nomem(err, "analysis_begin");
        }
        analysis->stamp = 0;
        analysis->link_count = 0;
    }
    analysis->stamp++;
    analysis->forms.used_count = analysis->derived.used_count = 0;
    analysis->occurrence_count = 0;
    analysis->term_count = 0;
    analysis->failure = ERR_OK;
    return ERR_OK;
}

/* Interns what a new form derives. */
static bool link_derived(struct analysis *analysis, uint32_t index, const char *form, size_t len)
{
    struct derivation derivation;
    derive(analysis->deriver, form, len, &derivation);
    uint32_t first = (uint32_t)analysis->link_count;
    for (size_t i = 0; i < derivation.count; i++) {
        uint32_t word = vocabulary_intern(&analysis->derived, derivation.terms[i].term, derivation.terms[i].len);
        if (word == NONE
            || mem_grow(&analysis->links, &analysis->link_capacity, analysis->link_count, sizeof *analysis->links) != 0) {
            return false;
        }
        analysis->links[analysis->link_count++] = word;
    }
    analysis->forms.words[index].derived = first;
    analysis->forms.words[index].derived_count = (uint8_t)derivation.count;
    return true;
}

/* Whether an entry of the forms is a term with its prefix: folded forms have no capitals. */
static bool is_prefixed(const char *form)
{
    return form[0] == SCHEMA_ACCENT[0] || form[0] == SCHEMA_RECURRING[0];
}

/* Makes the counts of a form that is new in this document, and of what it derives, those of this document.  What begins with a
 * prefix derives nothing: of an accented form the folded one does, and recurring text is only looked for as it is. */
static bool begin_form(struct analysis *analysis, uint32_t index, const char *form, size_t len)
{
    bool sound = analysis->forms.words[index].derived != NONE || is_prefixed(form)
        || link_derived(analysis, index, form, len);
    sound = sound && vocabulary_touch(&analysis->forms, index, analysis->stamp);
    const struct word *word = &analysis->forms.words[index];
    for (size_t i = 0; sound && i < word->derived_count; i++) {
        sound = vocabulary_touch(&analysis->derived, analysis->links[word->derived + i], analysis->stamp);
    }
    return sound;
}

/* A form of this document; NULL on failure. */
static struct word *use_form(struct analysis *analysis, const char *form, size_t len)
{
    uint32_t index = vocabulary_intern(&analysis->forms, form, len);
    if (index == NONE
        || (analysis->forms.words[index].stamp != analysis->stamp && !begin_form(analysis, index, form, len))) {
        analysis->failure = ERR_NOMEM;
        return NULL;
    }
    return &analysis->forms.words[index];
}

/* What a form derives was in the document as often as the form. */
static void count_derived(struct analysis *analysis)
{
    for (size_t i = 0; i < analysis->forms.used_count; i++) {
        const struct word *word = &analysis->forms.words[analysis->forms.used[i]];
        for (size_t k = 0; k < word->derived_count; k++) {
            struct word *derived = &analysis->derived.words[analysis->links[word->derived + k]];
            derived->wdf += word->wdf;
            derived->title_wdf += word->title_wdf;
        }
    }
}

/* Notes a place of a form.  Returns the word, NULL on failure; it moves when another is added. */
static struct word *add_place(struct analysis *analysis, const char *form, size_t len, uint32_t position)
{
    struct word *word = use_form(analysis, form, len);
    if (word == NULL || mem_grow(&analysis->occurrences, &analysis->occurrence_capacity, analysis->occurrence_count,
                                 sizeof *analysis->occurrences) != 0) {
        analysis->failure = ERR_NOMEM;
        return NULL;
    }
    if (word->last != position) {
        uint32_t index = (uint32_t)(word - analysis->forms.words);
        analysis->occurrences[analysis->occurrence_count++] = (struct occurrence){ position, index };
        word->last = position;
        word->position_count++;
    }
    return word;
}

/* The same for a form of text that recurs, which has no weight. */
static void add_recurring(struct analysis *analysis, const char *form, size_t len, uint32_t position)
{
    char key[TOKEN_FORM_MAX + 2];
    size_t prefix = strlen(SCHEMA_RECURRING);
    memcpy(key, SCHEMA_RECURRING, prefix);
    memcpy(key + prefix, form, len);
    add_place(analysis, key, prefix + len, position);
}

/* A form of the text or the title, with its weight. */
static struct word *add_occurrence(struct analysis *analysis, const char *form, size_t len, uint32_t position, unsigned seen)
{
    struct word *word = add_place(analysis, form, len, position);
    if (word != NULL) {
        word->seen |= (uint8_t)seen;
        word->wdf += analysis->in_title ? SCHEMA_TITLE_WDF : 1;
        word->title_wdf += analysis->in_title;
    }
    return word;
}

/* A token as written, and with its accents when it has any. */
static void add_token(struct analysis *analysis, const char *text, const struct token *token, uint32_t position)
{
    if (analysis->in_recurring) {
        add_recurring(analysis, token->form, token->form_len, position);
        return;
    }
    unsigned plain = token->accented ? 0 : SEEN_PLAIN | (analysis->in_title ? SEEN_PLAIN_IN_TITLE : 0);
    const struct word *word = add_occurrence(analysis, token->form, token->form_len, position, SEEN_WRITTEN | plain);
    if (!token->accented || word == NULL) {
        return;
    }
    uint32_t folded = (uint32_t)(word - analysis->forms.words);
    char key[2 * TOKEN_FORM_MAX + 4], kept[TOKEN_FORM_MAX];
    size_t kept_len = text_fold_case(text + token->start, token->end - token->start, kept, sizeof kept);
    int len = snprintf(key, sizeof key, "%s%s=%.*s", SCHEMA_ACCENT, token->form, (int)kept_len, kept);
    struct word *accented = add_occurrence(analysis, key, (size_t)len, position, 0);
    if (accented != NULL) {
        accented->derived = folded;
    }
}

size_t analysis_closed_form(const char *const *forms, size_t count, char *out, size_t cap)
{
    size_t used = 0;
    bool letters = false;
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(forms[i]);
        if (used + len > cap || used + len > TOKEN_FORM_MAX) {
            return 0;
        }
        memcpy(out + used, forms[i], len);
        used += len;
        for (size_t k = 0; k < len; k++) {
            letters = letters || (unsigned char)forms[i][k] >= 0x80 || (forms[i][k] >= 'a' && forms[i][k] <= 'z');
        }
    }
    return letters ? used : 0;
}

/* A chain of tokens that hyphens join, as far as it has been read. */
struct chain {
    const char *forms[CHAIN_MAX];
    size_t count; /* may pass CHAIN_MAX: then there is no closed form */
    uint32_t position;
};

static void chain_close(struct analysis *analysis, struct chain *chain)
{
    if (chain->count >= 2 && chain->count <= CHAIN_MAX) {
        char closed[TOKEN_FORM_MAX];
        size_t len = analysis_closed_form(chain->forms, chain->count, closed, sizeof closed);
        if (len > 0 && analysis->in_recurring) {
            add_recurring(analysis, closed, len, chain->position);
        } else if (len > 0) {
            add_occurrence(analysis, closed, len, chain->position, SEEN_WRITTEN);
        }
    }
    chain->count = 0;
}

static void chain_add(struct chain *chain, const struct token *token, uint32_t position)
{
    if (chain->count == 0) {
        chain->position = position;
    }
    if (chain->count < CHAIN_MAX) {
        chain->forms[chain->count] = token->form;
    }
    chain->count++;
}

static int by_start(const void *left, const void *right)
{
    uint32_t a = ((const struct compound_completion *)left)->start, b = ((const struct compound_completion *)right)->start;
    return a < b ? -1 : a > b;
}

/* Suspended compounds of a piece of text, ascending: they are indexed in full where the incomplete word stands. */
static void complete(struct analysis *analysis, const char *text, size_t len)
{
    analysis->completion_count = 0;
    if (compound_complete_tokens(dutch_compounds(analysis->dutch), text, len, analysis->tokens, analysis->token_count,
                                 &analysis->completions, &analysis->completion_capacity, &analysis->completion_count,
                                 NULL) != ERR_OK) {
        analysis->failure = ERR_NOMEM;
    }
    if (analysis->completion_count > 1) {
        qsort(analysis->completions, analysis->completion_count, sizeof *analysis->completions, by_start);
    }
}

static void cut_tokens(struct analysis *analysis, const char *text, size_t len)
{
    struct tokenizer tokenizer;
    tokenizer_init(&tokenizer, text, len);
    analysis->token_count = 0;
    for (;;) {
        if (mem_grow(&analysis->tokens, &analysis->token_capacity, analysis->token_count, sizeof *analysis->tokens) != 0) {
            analysis->failure = ERR_NOMEM;
            return;
        }
        if (!tokenizer_next(&tokenizer, &analysis->tokens[analysis->token_count])) {
            return;
        }
        analysis->token_count++;
    }
}

uint32_t analysis_add_text(struct analysis *analysis, const char *text, size_t len, uint32_t position)
{
    struct chain chain = { .count = 0 };
    size_t completion = 0;
    cut_tokens(analysis, text, len);
    analysis->completion_count = 0;
    if (!analysis->in_recurring) {
        complete(analysis, text, len);
    }
    for (size_t i = 0; i < analysis->token_count; i++) {
        const struct token *token = &analysis->tokens[i];
        if (!token->chained && chain.count > 0) {
            chain_close(analysis, &chain);
        }
        if (token->form_len > 0) {
            add_token(analysis, text, token, position);
            chain_add(&chain, token, position);
        }
        for (; completion < analysis->completion_count && analysis->completions[completion].start < token->end; completion++) {
            const char *form = analysis->completions[completion].form;
            add_occurrence(analysis, form, strlen(form), position, 0);
        }
        position++;
    }
    chain_close(analysis, &chain);
    return position;
}

uint32_t analysis_add_recurring(struct analysis *analysis, const char *text, size_t len, uint32_t position)
{
    analysis->in_recurring = true;
    position = analysis_add_text(analysis, text, len, position);
    analysis->in_recurring = false;
    return position;
}

void analysis_add_title(struct analysis *analysis, const char *text, size_t len)
{
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, text, len);
    size_t cut = len;
    for (uint32_t count = 0; tokenizer_next(&tokenizer, &token); count++) {
        if (count == SCHEMA_TITLE_TOKENS) {
            cut = token.start;
            break;
        }
    }
    analysis->in_title = true;
    analysis_add_text(analysis, text, cut, 1);
    analysis->in_title = false;
}

void analysis_add_heading(struct analysis *analysis, const char *text, size_t len)
{
    struct tokenizer tokenizer;
    struct token token;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        struct word *word = token.form_len > 0 ? use_form(analysis, token.form, token.form_len) : NULL;
        if (word != NULL) {
            word->wdf += SCHEMA_HEADING_WDF;
        }
    }
}

static void list_term(struct analysis *analysis, enum term_family family, uint32_t word)
{
    if (mem_grow(&analysis->terms, &analysis->term_capacity, analysis->term_count, sizeof *analysis->terms) != 0) {
        analysis->failure = ERR_NOMEM;
        return;
    }
    analysis->terms[analysis->term_count++] = (struct term_ref){ (uint8_t)family, word };
}

/* What else there is to say of how the document has a form: also without accents, or not written out at all. */
static void list_marks(struct analysis *analysis, uint32_t index)
{
    struct word *word = &analysis->forms.words[index];
    const char *form = analysis->forms.letters.data + word->text;
    if (form[0] != SCHEMA_ACCENT[0]) {
        if (!is_prefixed(form) && word->position_count > 0 && !(word->seen & SEEN_WRITTEN)) {
            list_term(analysis, FAMILY_SUSPENDED, index);
        }
        return;
    }
    index = word->derived;
    word = &analysis->forms.words[index];
    if (!(word->seen & SEEN_LISTED) && (word->seen & SEEN_PLAIN)) {
        word->seen |= SEEN_LISTED;
        list_term(analysis, FAMILY_PLAIN, index);
        if (word->seen & SEEN_PLAIN_IN_TITLE) {
            list_term(analysis, FAMILY_TITLE_PLAIN, index);
        }
    }
}

/* Lists the terms of the document; the same document always gives the same list. */
static void list_terms(struct analysis *analysis)
{
    for (size_t i = 0; i < analysis->forms.used_count; i++) {
        uint32_t index = analysis->forms.used[i];
        const struct word *word = &analysis->forms.words[index];
        list_marks(analysis, index);
        if (word->wdf > 0 || analysis->forms.letters.data[word->text] == SCHEMA_RECURRING[0]) {
            list_term(analysis, FAMILY_FORM, index);
        }
        if (word->title_wdf > 0) {
            list_term(analysis, FAMILY_TITLE, index);
        }
    }
    for (size_t i = 0; i < analysis->derived.used_count; i++) {
        uint32_t index = analysis->derived.used[i];
        const struct word *word = &analysis->derived.words[index];
        if (word->wdf > 0) {
            list_term(analysis, FAMILY_DERIVED, index);
        }
        if (word->title_wdf > 0 && analysis->derived.letters.data[word->text] == SCHEMA_CLASS[0]) {
            list_term(analysis, FAMILY_TITLE_CLASS, index);
        }
    }
}

/* Sorts the positions by form, those of one form as they came. */
static void sort_positions(struct analysis *analysis)
{
    if (analysis->occurrence_count > analysis->position_capacity) {
        uint32_t *grown = realloc(analysis->positions, analysis->occurrence_capacity * sizeof *grown);
        if (grown == NULL) {
            analysis->failure = ERR_NOMEM;
            return;
        }
        analysis->positions = grown;
        analysis->position_capacity = analysis->occurrence_capacity;
    }
    uint32_t start = 0;
    for (size_t i = 0; i < analysis->forms.used_count; i++) {
        struct word *word = &analysis->forms.words[analysis->forms.used[i]];
        start += word->position_count;
        word->position_at = start;
    }
    for (size_t i = analysis->occurrence_count; i-- > 0;) {
        analysis->positions[--analysis->forms.words[analysis->occurrences[i].form].position_at] = analysis->occurrences[i].position;
    }
}

enum err_code analysis_end(struct analysis *analysis, struct err *err)
{
    count_derived(analysis);
    sort_positions(analysis);
    list_terms(analysis);
    return analysis->failure == ERR_OK ? ERR_OK : err_nomem(err, "analysis of a document");
}

size_t analysis_term_count(const struct analysis *analysis)
{
    return analysis->term_count;
}

static void fill_positions(const struct analysis *analysis, const struct word *word, bool title_only, struct analysis_term *term)
{
    term->positions = analysis->positions + word->position_at;
    term->position_count = title_only ? 0 : word->position_count;
    while (title_only && term->position_count < word->position_count
           && term->positions[term->position_count] < SCHEMA_TEXT_POSITION) {
        term->position_count++;
    }
}

static void name_mark(struct analysis *analysis, enum term_family family, const struct word *word, struct analysis_term *term)
{
    const char *form = analysis->forms.letters.data + word->text;
    int len = family == FAMILY_SUSPENDED
        ? snprintf(analysis->name, sizeof analysis->name, "%s%.*s", SCHEMA_SUSPENDED, word->len, form)
        : snprintf(analysis->name, sizeof analysis->name, "%s%.*s=%.*s",
                   family == FAMILY_PLAIN ? SCHEMA_ACCENT : SCHEMA_TITLE_ACCENT, word->len, form, word->len, form);
    *term = (struct analysis_term){ .term = analysis->name, .len = (size_t)len };
}

void analysis_term(struct analysis *analysis, size_t index, struct analysis_term *ret_term)
{
    enum term_family family = analysis->terms[index].family;
    if (family >= FAMILY_PLAIN) {
        name_mark(analysis, family, &analysis->forms.words[analysis->terms[index].word], ret_term);
        return;
    }
    bool is_form = family == FAMILY_FORM || family == FAMILY_TITLE;
    const struct vocabulary *table = is_form ? &analysis->forms : &analysis->derived;
    const struct word *word = &table->words[analysis->terms[index].word];
    const char *letters = table->letters.data + word->text;
    const char *prefix = family == FAMILY_TITLE ? SCHEMA_TITLE : family == FAMILY_TITLE_CLASS ? SCHEMA_TITLE_CLASS : "";
    size_t skip = family == FAMILY_TITLE_CLASS ? strlen(SCHEMA_CLASS) : 0; /* its own prefix gives way */
    size_t prefix_len = strlen(prefix);
    memcpy(analysis->name, prefix, prefix_len);
    memcpy(analysis->name + prefix_len, letters + skip, word->len - skip);
    *ret_term = (struct analysis_term){ .term = analysis->name, .len = prefix_len + word->len - skip };
    ret_term->wdf = family == FAMILY_TITLE || family == FAMILY_TITLE_CLASS ? word->title_wdf : word->wdf;
    if (is_form) {
        fill_positions(analysis, word, family == FAMILY_TITLE, ret_term);
    }
}

enum err_code analysis_signature(const char **ret_signature, struct err *err)
{
    static char signature[160];
    if (signature[0] == '\0') {
        const char *rules;
        enum err_code code = derive_signature(&rules, err);
        if (code != ERR_OK) {
            return code;
        }
        snprintf(signature, sizeof signature, "terms-%d %s", SCHEMA_TERMS_VERSION, rules);
    }
    *ret_signature = signature;
    return ERR_OK;
}
