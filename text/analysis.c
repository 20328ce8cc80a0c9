/* analysis.c - terms of a document, over an interned vocabulary.
 *
 * Forms and what they derive (class, stem, parts) live in one table of words each; a form knows its derived words by
 * number.  A word's counts belong to the current document only when its `stamp`
 * is the document's number; so starting a document costs nothing.  Positions are chained in one array.
 */
#include "text/analysis.h"

#include <stdio.h>
#include <string.h>

#include "text/schema.h"
#include "text/token.h"

#define NONE UINT32_MAX
#define VOCABULARY_MAX 1500000 /* forms remembered before starting afresh */
#define CHAIN_MAX 4            /* tokens in a closed form */

struct word {
    uint32_t text;  /* offset in the table's letters */
    uint8_t len;
    uint32_t hash;
    uint32_t derived; /* forms: where its derived words begin in `links` */
    uint8_t derived_count;
    uint32_t stamp; /* document that the fields below belong to */
    uint32_t wdf, title_wdf;
    uint32_t first, last; /* occurrences: chain of positions */
    uint32_t position_count;
};

struct table {
    struct word *words;
    size_t count, capacity;
    uint32_t *slots; /* index into words, or NONE */
    size_t slot_count;
    struct buf letters;
    uint32_t *used; /* words of the current document */
    size_t used_count, used_capacity;
};

struct occurrence {
    uint32_t position;
    uint32_t next;
};

enum term_family { FAMILY_FORM, FAMILY_TITLE, FAMILY_DERIVED, FAMILY_TITLE_CLASS, FAMILY_RECURRING };

struct term_ref {
    uint8_t family;
    uint32_t word;
};

struct analysis {
    const struct dutch *dutch;
    struct deriver *deriver;
    struct compound_completion *completions; /* of the text in hand */
    size_t completion_count, completion_capacity;
    struct table forms, derived, recurring; /* the last: forms of recurring text */
    uint32_t *links; /* derived words of all forms */
    size_t link_count, link_capacity;
    uint32_t stamp;
    struct occurrence *occurrences;
    size_t occurrence_count, occurrence_capacity;
    struct term_ref *terms; /* filled by the first analysis_term_count after the adds */
    size_t term_count, term_capacity;
    uint32_t *scratch; /* positions of the term last asked for */
    size_t scratch_capacity;
    char name[TOKEN_FORM_MAX + 4];
    bool in_title, in_recurring;
    enum err_code failure;
};

static uint32_t hash_bytes(const char *bytes, size_t len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    }
    return hash ^ (hash >> 15);
}

static void table_done(struct table *table)
{
    free(table->words);
    free(table->slots);
    free(table->used);
    buf_done(&table->letters);
    *table = (struct table){ 0 };
}

static enum err_code table_init(struct table *table)
{
    *table = (struct table){ .slot_count = 1 << 14 };
    buf_init(&table->letters, (size_t)1 << 30);
    table->slots = malloc(table->slot_count * sizeof *table->slots);
    if (table->slots == NULL) {
        return ERR_NOMEM;
    }
    memset(table->slots, 0xFF, table->slot_count * sizeof *table->slots);
    return ERR_OK;
}

static enum err_code table_rehash(struct table *table)
{
    size_t wanted = table->slot_count * 2;
    uint32_t *slots = malloc(wanted * sizeof *slots);
    if (slots == NULL) {
        return ERR_NOMEM;
    }
    memset(slots, 0xFF, wanted * sizeof *slots);
    for (size_t i = 0; i < table->count; i++) {
        size_t slot = table->words[i].hash & (wanted - 1);
        while (slots[slot] != NONE) {
            slot = (slot + 1) & (wanted - 1);
        }
        slots[slot] = (uint32_t)i;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = wanted;
    return ERR_OK;
}

/* The index of a word, made when new (*ret_new true); NONE when memory is short. */
static uint32_t table_intern(struct table *table, const char *bytes, size_t len, bool *ret_new)
{
    uint32_t hash = hash_bytes(bytes, len);
    size_t slot = hash & (table->slot_count - 1);
    *ret_new = false;
    while (table->slots[slot] != NONE) {
        const struct word *word = &table->words[table->slots[slot]];
        if (word->hash == hash && word->len == len && memcmp(table->letters.data + word->text, bytes, len) == 0) {
            return table->slots[slot];
        }
        slot = (slot + 1) & (table->slot_count - 1);
    }
    size_t at = table->letters.len;
    buf_add(&table->letters, bytes, len);
    if (table->letters.failed || mem_grow(&table->words, &table->capacity, table->count, sizeof *table->words) != 0) {
        return NONE;
    }
    table->words[table->count] = (struct word){ .text = (uint32_t)at, .len = (uint8_t)len, .hash = hash, .derived = NONE };
    table->slots[slot] = (uint32_t)table->count++;
    uint32_t made = (uint32_t)table->count - 1;
    if (table->count * 2 > table->slot_count && table_rehash(table) != ERR_OK) {
        return NONE;
    }
    *ret_new = true;
    return made;
}

/* Makes the word's counts those of the current document. */
static bool table_touch(struct table *table, uint32_t index, uint32_t stamp)
{
    struct word *word = &table->words[index];
    if (word->stamp == stamp) {
        return true;
    }
    if (mem_grow(&table->used, &table->used_capacity, table->used_count, sizeof *table->used) != 0) {
        return false;
    }
    table->used[table->used_count++] = index;
    word->stamp = stamp;
    word->wdf = word->title_wdf = 0;
    word->first = word->last = NONE;
    word->position_count = 0;
    return true;
}

enum err_code analysis_new(const struct dutch *dutch, struct analysis **ret_analysis, struct err *err)
{
    struct analysis *analysis = calloc(1, sizeof *analysis);
    if (analysis == NULL) {
        return err_nomem(err, "analysis_new");
    }
    analysis->dutch = dutch;
    enum err_code code = deriver_new(dutch, &analysis->deriver, err);
    if (code == ERR_OK && (table_init(&analysis->forms) != ERR_OK || table_init(&analysis->derived) != ERR_OK
                           || table_init(&analysis->recurring) != ERR_OK)) {
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
        free(analysis->completions);
        table_done(&analysis->forms);
        table_done(&analysis->derived);
        table_done(&analysis->recurring);
        free(analysis->occurrences);
        free(analysis->terms);
        free(analysis->scratch);
        free(analysis);
    }
}

enum err_code analysis_begin(struct analysis *analysis, struct err *err)
{
    if (analysis->forms.count > VOCABULARY_MAX || analysis->stamp == UINT32_MAX) {
        table_done(&analysis->forms);
        table_done(&analysis->derived);
        table_done(&analysis->recurring);
        if (table_init(&analysis->forms) != ERR_OK || table_init(&analysis->derived) != ERR_OK
            || table_init(&analysis->recurring) != ERR_OK) {
            return err_nomem(err, "analysis_begin");
        }
        analysis->stamp = 0;
        analysis->link_count = 0;
    }
    analysis->stamp++;
    analysis->forms.used_count = analysis->derived.used_count = analysis->recurring.used_count = 0;
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
        bool is_new;
        uint32_t word = table_intern(&analysis->derived, derivation.terms[i].term, derivation.terms[i].len, &is_new);
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

/* Interns a form and what it derives; makes their counts those of this document.  NULL on failure. */
static struct word *use_form(struct analysis *analysis, const char *form, size_t len)
{
    bool is_new;
    uint32_t index = table_intern(&analysis->forms, form, len, &is_new);
    bool sound = index != NONE;
    if (sound && analysis->forms.words[index].derived == NONE) {
        sound = link_derived(analysis, index, form, len);
    }
    sound = sound && table_touch(&analysis->forms, index, analysis->stamp);
    const struct word *word = sound ? &analysis->forms.words[index] : NULL;
    for (size_t i = 0; sound && i < word->derived_count; i++) {
        sound = table_touch(&analysis->derived, analysis->links[word->derived + i], analysis->stamp);
    }
    if (!sound) {
        analysis->failure = ERR_NOMEM;
        return NULL;
    }
    return &analysis->forms.words[index];
}

/* Counts a form `times` times, with all that it derives. */
static void count_form(struct analysis *analysis, struct word *word, uint32_t times, uint32_t title)
{
    word->wdf += times;
    word->title_wdf += title;
    for (size_t i = 0; i < word->derived_count; i++) {
        struct word *derived = &analysis->derived.words[analysis->links[word->derived + i]];
        derived->wdf += times;
        derived->title_wdf += title;
    }
}

/* Interns a form of recurring text, which derives nothing.  NULL on failure. */
static struct word *use_recurring(struct analysis *analysis, const char *form, size_t len)
{
    bool is_new;
    uint32_t index = table_intern(&analysis->recurring, form, len, &is_new);
    bool sound = index != NONE && table_touch(&analysis->recurring, index, analysis->stamp);
    return sound ? &analysis->recurring.words[index] : NULL;
}

static void add_occurrence(struct analysis *analysis, const char *form, size_t len, uint32_t position)
{
    bool recurring = analysis->in_recurring;
    struct word *word = recurring ? use_recurring(analysis, form, len) : use_form(analysis, form, len);
    if (word == NULL || mem_grow(&analysis->occurrences, &analysis->occurrence_capacity, analysis->occurrence_count,
                                 sizeof *analysis->occurrences) != 0) {
        analysis->failure = ERR_NOMEM;
        return;
    }
    if (!recurring) {
        count_form(analysis, word, analysis->in_title ? SCHEMA_TITLE_WDF : 1, analysis->in_title);
    }
    if (word->last != NONE && analysis->occurrences[word->last].position == position) {
        return;
    }
    uint32_t made = (uint32_t)analysis->occurrence_count++;
    analysis->occurrences[made] = (struct occurrence){ position, NONE };
    if (word->last == NONE) {
        word->first = made;
    } else {
        analysis->occurrences[word->last].next = made;
    }
    word->last = made;
    word->position_count++;
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
    char forms[CHAIN_MAX][TOKEN_FORM_MAX + 1];
    size_t count; /* may pass CHAIN_MAX: then there is no closed form */
    uint32_t position;
};

static void chain_close(struct analysis *analysis, struct chain *chain)
{
    if (chain->count >= 2 && chain->count <= CHAIN_MAX) {
        const char *forms[CHAIN_MAX];
        for (size_t i = 0; i < chain->count; i++) {
            forms[i] = chain->forms[i];
        }
        char closed[TOKEN_FORM_MAX];
        size_t len = analysis_closed_form(forms, chain->count, closed, sizeof closed);
        if (len > 0) {
            add_occurrence(analysis, closed, len, chain->position);
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
        memcpy(chain->forms[chain->count], token->form, token->form_len + 1u);
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
    if (compound_complete(dutch_compounds(analysis->dutch), text, len, &analysis->completions, &analysis->completion_capacity,
                          &analysis->completion_count, NULL) != ERR_OK) {
        analysis->failure = ERR_NOMEM;
    }
    if (analysis->completion_count > 1) {
        qsort(analysis->completions, analysis->completion_count, sizeof *analysis->completions, by_start);
    }
}

uint32_t analysis_add_text(struct analysis *analysis, const char *text, size_t len, uint32_t position)
{
    struct tokenizer tokenizer;
    struct token token;
    struct chain chain = { .count = 0 };
    size_t completion = 0;
    analysis->completion_count = 0;
    if (!analysis->in_recurring) {
        complete(analysis, text, len);
    }
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        if (!token.chained) {
            chain_close(analysis, &chain);
        }
        if (token.form_len > 0) {
            add_occurrence(analysis, token.form, token.form_len, position);
            chain_add(&chain, &token, position);
        }
        for (; completion < analysis->completion_count && analysis->completions[completion].start < token.end; completion++) {
            const char *form = analysis->completions[completion].form;
            add_occurrence(analysis, form, strlen(form), position);
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
            count_form(analysis, word, SCHEMA_HEADING_WDF, 0);
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

/* Lists the terms of the document; the same document always gives the same list. */
static void list_terms(struct analysis *analysis)
{
    for (size_t i = 0; i < analysis->forms.used_count; i++) {
        uint32_t index = analysis->forms.used[i];
        const struct word *word = &analysis->forms.words[index];
        if (word->wdf > 0) {
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
    for (size_t i = 0; i < analysis->recurring.used_count; i++) {
        list_term(analysis, FAMILY_RECURRING, analysis->recurring.used[i]);
    }
}

enum err_code analysis_end(struct analysis *analysis, struct err *err)
{
    list_terms(analysis);
    return analysis->failure == ERR_OK ? ERR_OK : err_nomem(err, "analysis of a document");
}

size_t analysis_term_count(const struct analysis *analysis)
{
    return analysis->term_count;
}

size_t analysis_posting_count(const struct analysis *analysis)
{
    return analysis->term_count + analysis->occurrence_count;
}

static void fill_positions(struct analysis *analysis, const struct word *word, bool title_only, struct analysis_term *term)
{
    while (analysis->scratch_capacity < word->position_count) {
        if (mem_grow(&analysis->scratch, &analysis->scratch_capacity, analysis->scratch_capacity,
                     sizeof *analysis->scratch) != 0) {
            analysis->failure = ERR_NOMEM;
            return;
        }
    }
    size_t count = 0;
    for (uint32_t at = word->first; at != NONE; at = analysis->occurrences[at].next) {
        if (title_only && analysis->occurrences[at].position >= SCHEMA_TEXT_POSITION) {
            break;
        }
        analysis->scratch[count++] = analysis->occurrences[at].position;
    }
    term->positions = analysis->scratch;
    term->position_count = count;
}

void analysis_term(struct analysis *analysis, size_t index, struct analysis_term *ret_term)
{
    enum term_family family = analysis->terms[index].family;
    bool is_form = family == FAMILY_FORM || family == FAMILY_TITLE || family == FAMILY_RECURRING;
    const struct table *table = family == FAMILY_RECURRING ? &analysis->recurring
        : is_form ? &analysis->forms : &analysis->derived;
    const struct word *word = &table->words[analysis->terms[index].word];
    const char *letters = table->letters.data + word->text;
    const char *prefix = family == FAMILY_TITLE ? SCHEMA_TITLE : family == FAMILY_TITLE_CLASS ? SCHEMA_TITLE_CLASS
        : family == FAMILY_RECURRING ? SCHEMA_RECURRING : "";
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
