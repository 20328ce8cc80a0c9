/* compose.c - blocks, positions, terms, values and data of a document. */
#include "indexer/compose.h"

#include <stdio.h>
#include <string.h>

#include "indexer/facts.h"
#include "indexer/likeness.h"
#include "text/abbrev.h"
#include "text/heads.h"
#include "text/names.h"
#include "text/schema.h"
#include "text/token.h"
#include "text/unicode.h"

#define TITLE_MAX 200 /* bytes of a title that is taken from the text */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f';
}

/* End of the block that starts at `from`: about SCHEMA_BLOCK_BYTES on, behind white space, so that no token is cut. */
static size_t block_end(const char *text, size_t from, size_t limit)
{
    if (limit - from <= SCHEMA_BLOCK_BYTES + SCHEMA_BLOCK_BYTES / 4) {
        return limit;
    }
    size_t at = from + SCHEMA_BLOCK_BYTES;
    size_t lowest = from + SCHEMA_BLOCK_BYTES / 2;
    for (size_t i = at; i > lowest; i--) { /* a line end is best, but not a hyphen's */
        if (text[i - 1] == '\n') {
            return i;
        }
    }
    for (size_t i = at; i > from; i--) {
        if (is_space(text[i - 1])) {
            return i;
        }
    }
    while (at < limit && at - from < STORE_BLOCK_TEXT_MAX && !is_space(text[at])) { /* one enormous word */
        at++;
    }
    return at < limit ? utf8_floor(text, limit, at) : at; /* beyond the limit the word is cut in two */
}

/* A document in the making. */
struct composer {
    struct analysis *analysis;
    struct store_writer *store;
    const struct compose_input *input;
    struct facts facts;
    struct text_range *hidden; /* normalised */
    size_t hidden_count, hidden_at;
    uint32_t position;
};

/* Analyses a piece of the text, [from, to): what is hidden as recurring text. */
static void analyse_piece(struct composer *composer, size_t from, size_t to)
{
    const char *text = composer->input->text;
    while (from < to) {
        const struct text_range *next = composer->hidden_at < composer->hidden_count ? &composer->hidden[composer->hidden_at]
                                                                                     : NULL;
        size_t shown_to = next == NULL || next->start > to ? to : next->start;
        if (from < shown_to) {
            composer->position = analysis_add_text(composer->analysis, text + from, shown_to - from, composer->position);
            from = shown_to;
        }
        if (from >= to || next == NULL) {
            continue;
        }
        if (from == next->start) {
            store_add_hidden(composer->store, composer->position, next->start, next->end);
        }
        size_t end = next->end < to ? next->end : to;
        composer->position = analysis_add_recurring(composer->analysis, text + from, end - from, composer->position);
        from = end;
        composer->hidden_at += from == next->end;
    }
}

/* Cuts one page (or all of a text without pages) in blocks. */
static void add_page(struct composer *composer, size_t from, size_t to)
{
    const char *text = composer->input->text;
    while (from < to) {
        size_t end = block_end(text, from, to);
        store_add_block(composer->store, text + from, end - from, composer->position, (uint32_t)from);
        facts_place(&composer->facts, text, from, end, composer->position);
        analyse_piece(composer, from, end);
        from = end;
    }
}

static void add_text(struct composer *composer)
{
    const struct compose_input *input = composer->input;
    composer->position = SCHEMA_TEXT_POSITION;
    if (input->page_count == 0) {
        add_page(composer, 0, input->text_len);
    }
    for (uint32_t i = 0; i < input->page_count; i++) {
        size_t from = input->pages[i];
        size_t to = i + 1 < input->page_count ? input->pages[i + 1] : input->text_len;
        if (i > 0) {
            composer->position += SCHEMA_PAGE_GAP;
        }
        store_add_page(composer->store, composer->position, (uint32_t)from);
        add_page(composer, from, to);
    }
}

static enum err_code add_terms(struct analysis *analysis, struct shim_doc *doc, struct err *err)
{
    size_t count = analysis_term_count(analysis);
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        struct analysis_term term;
        analysis_term(analysis, i, &term);
        code = term.position_count > 0
            ? shim_doc_add_positions(doc, term.term, term.len, term.positions, term.position_count, term.wdf, err)
            : shim_doc_add_term(doc, term.term, term.len, term.wdf, err);
    }
    return code;
}

/* A term without weight: prefix and the folded value. */
static enum err_code add_filter(struct shim_doc *doc, const char *prefix, struct doc_string value, bool fold, struct err *err)
{
    char term[SHIM_TERM_MAX / 2];
    size_t used = strlen(prefix);
    memcpy(term, prefix, used);
    size_t room = sizeof term - used;
    if (fold) {
        used += text_fold(value.text, value.len, term + used, room);
    } else {
        size_t len = value.len < room ? value.len : room;
        memcpy(term + used, value.text, len);
        used += len;
    }
    return value.len == 0 ? ERR_OK : shim_doc_add_term(doc, term, used, 0, err);
}

/* The abbreviations that the text defines, as terms: so the table of all abbreviations is always that of the documents. */
static enum err_code add_abbreviations(struct shim_doc *doc, const char *text, size_t len, struct err *err)
{
    struct abbrevs abbrevs = { 0 };
    enum err_code code = abbrev_mine(text, len, &abbrevs, err);
    for (size_t i = 0; i < abbrevs.count && code == ERR_OK; i++) {
        char term[SHIM_TERM_MAX];
        const struct abbrev *pair = &abbrevs.items[i];
        int brief = snprintf(term, sizeof term, "%s%s=%s", SCHEMA_BRIEF, pair->brief, pair->full);
        code = shim_doc_add_term(doc, term, (size_t)brief, 0, err);
        int full = snprintf(term, sizeof term, "%s%s=%s", SCHEMA_FULL, pair->full, pair->brief);
        if (code == ERR_OK) {
            code = shim_doc_add_term(doc, term, (size_t)full, 0, err);
        }
    }
    abbrevs_done(&abbrevs);
    return code;
}

static enum err_code add_names(struct shim_doc *doc, const struct names *names, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < names->count && code == ERR_OK; i++) {
        char term[SHIM_TERM_MAX];
        const char *prefix = names->items[i].is_short ? SCHEMA_SHORT_NAME : SCHEMA_NAME;
        int len = snprintf(term, sizeof term, "%s%s", prefix, names->items[i].key);
        code = shim_doc_add_term(doc, term, (size_t)len, 1, err);
    }
    return code;
}

/* ---- Boilerplate -------------------------------------------------------------------------- */

static enum recur_class nothing_recurs(void *context, uint64_t hash)
{
    (void)context;
    (void)hash;
    return RECUR_SINGLE;
}

/* Decides what is hidden: boilerplate of the source, and what layout repeats in the document.  `source` is the head's,
 * NUL-terminated. */
static enum err_code find_hidden(struct composer *composer, struct recur *recur, const char *source, struct err *err)
{
    const struct compose_input *input = composer->input;
    const struct doc_string *title = &input->head.title;
    struct text_ranges heads = { 0 };
    recur_scan(recur, source, input->text, input->text_len);
    recur_decide(recur, source, title->text, title->len, input->lookup != NULL ? input->lookup : nothing_recurs,
                 input->lookup_context);
    enum err_code code = heads_find(input->text, input->text_len, input->pages, input->page_count, &heads, err);
    if (code == ERR_OK) {
        composer->hidden = calloc(RECUR_BLOCKS_MAX + heads.count, sizeof *composer->hidden);
        code = composer->hidden != NULL ? ERR_OK : err_nomem(err, "a document's ranges");
    }
    if (code == ERR_OK) {
        size_t count = recur_ranges(recur, composer->hidden);
        for (size_t i = 0; i < heads.count; i++) {
            composer->hidden[count++] = heads.items[i];
        }
        composer->hidden_count = ranges_normalise(composer->hidden, count, input->text_len);
    }
    text_ranges_done(&heads);
    return code;
}

/* The text with blanks in place of what is hidden, when there is any: what names and abbreviations are looked for in. */
static enum err_code blank_hidden(const struct composer *composer, char **ret_copy, struct err *err)
{
    *ret_copy = NULL;
    if (composer->hidden_count == 0) {
        return ERR_OK;
    }
    char *copy = malloc(composer->input->text_len);
    if (copy == NULL) {
        return err_nomem(err, "a document's text");
    }
    memcpy(copy, composer->input->text, composer->input->text_len);
    for (size_t i = 0; i < composer->hidden_count; i++) {
        memset(copy + composer->hidden[i].start, ' ', composer->hidden[i].end - composer->hidden[i].start);
    }
    *ret_copy = copy;
    return ERR_OK;
}

/* Headings count more, but those that are boilerplate do not count. */
static void add_headings(struct analysis *analysis, const struct recur *recur, const char *source, struct doc_string headings)
{
    for (size_t at = 0; at < headings.len;) {
        const char *line = headings.text + at;
        const char *newline = memchr(line, '\n', headings.len - at);
        size_t len = newline != NULL ? (size_t)(newline - line) : headings.len - at;
        if (!recur_is_excluded(recur, source, line, len)) {
            analysis_add_heading(analysis, line, len);
        }
        at += len + 1;
    }
}

/* One term for each block, once; and the likeness. */
static enum err_code add_blocks(struct shim_doc *doc, const struct recur *recur, struct err *err)
{
    char likeness[4];
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < recur->count && code == ERR_OK; i++) {
        char term[RECUR_TERM_LEN + 1];
        if (recur->blocks[i].usable) {
            recur_term(recur->blocks[i].state, recur->blocks[i].hash, term);
            code = shim_doc_add_term(doc, term, RECUR_TERM_LEN, 0, err);
        }
    }
    for (int i = 0; i < 4; i++) {
        likeness[i] = (char)(recur->likeness >> (8 * i));
    }
    return code == ERR_OK ? shim_doc_set_value(doc, SCHEMA_SLOT_LIKENESS, likeness, sizeof likeness, err) : code;
}

/* A title that is a line of the boilerplate gives way. */
static void mend_title(const struct compose_input *input, const struct recur *recur, const char *source, struct doc_head *head)
{
    struct text_range range;
    if (recur_title(recur, source, head->title.text, head->title.len, &range)) {
        size_t len = range.end - range.start;
        head->own_title = head->title;
        head->title.text = input->text + range.start;
        head->title.len = len <= TITLE_MAX ? len : utf8_floor(head->title.text, len, TITLE_MAX);
    }
}

/* Each of several authors is one to filter by. */
static enum err_code add_authors(struct shim_doc *doc, struct doc_string authors, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t at = 0; at < authors.len && code == ERR_OK;) {
        const char *end = memchr(authors.text + at, ';', authors.len - at);
        size_t len = end != NULL ? (size_t)(end - authors.text) - at : authors.len - at;
        code = add_filter(doc, SCHEMA_AUTHOR, (struct doc_string){ authors.text + at, len }, true, err);
        at += len + 1;
        at += at < authors.len && authors.text[at] == ' ';
    }
    return code;
}

/* Everything but terms of the text and the document data. */
static enum err_code add_fields(struct shim_doc *doc, const struct doc_head *head, struct err *err)
{
    const struct {
        const char *prefix;
        struct doc_string value;
        bool fold;
    } filters[] = {
        { SCHEMA_UID, head->uid, false },
        { SCHEMA_COLLECTION, head->source, true },
        { SCHEMA_KIND, head->kind, true },
        { SCHEMA_LANGUAGE, head->language, true },
        { SCHEMA_ORGANISATION, head->organisation, true },
        { SCHEMA_PROGRAMME, head->programme, true },
    };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof filters / sizeof *filters && code == ERR_OK; i++) {
        code = add_filter(doc, filters[i].prefix, filters[i].value, filters[i].fold, err);
    }
    return code == ERR_OK ? add_authors(doc, head->author, err) : code;
}

static enum err_code set_data(struct shim_doc *doc, const struct doc_head *head, struct err *err)
{
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)16 << 20);
    doc_head_write(head, &data);
    enum err_code code = buf_check(&data, "document data", err);
    return code == ERR_OK ? shim_doc_set_data(doc, data.data, data.len, err) : code;
}

/* Text, terms and data; `shown` is the text without what is hidden. */
static enum err_code fill(struct composer *composer, const struct recur *recur, const char *source, const char *shown,
                          const char *store_name, struct shim_doc *doc, struct err *err)
{
    const struct compose_input *input = composer->input;
    struct analysis *analysis = composer->analysis;
    struct doc_head head = input->head;
    struct names names;
    mend_title(input, recur, source, &head);
    names_find(analysis_words(analysis), head.title.text, head.title.len, shown, input->text_len, &names);
    enum err_code code = facts_find(shown, input->text_len, &head, &composer->facts, err);
    if (code != ERR_OK) {
        return code;
    }
    store_begin(composer->store);
    analysis_add_title(analysis, head.title.text, head.title.len);
    for (size_t i = 0; i < names.count; i++) { /* a short title is a title too */
        if (names.items[i].text != head.title.text) {
            analysis_add_heading(analysis, names.items[i].text, names.items[i].len);
        }
    }
    add_headings(analysis, recur, source, head.headings);
    add_text(composer);
    head.tokens = composer->position - SCHEMA_TEXT_POSITION;
    code = analysis_end(analysis, err);
    if (code == ERR_OK) {
        code = store_end(composer->store, composer->position, &head.store_offset, err);
    }
    head.store = (struct doc_string){ store_name, strlen(store_name) };
    if (code == ERR_OK) {
        code = add_terms(analysis, doc, err);
    }
    if (code == ERR_OK) {
        code = add_fields(doc, &head, err);
    }
    if (code == ERR_OK) {
        code = facts_add(&composer->facts, &head, doc, err);
    }
    if (code == ERR_OK) {
        code = add_blocks(doc, recur, err);
    }
    if (code == ERR_OK) {
        code = likeness_add(doc, input, shown, err);
    }
    if (code == ERR_OK) {
        code = add_names(doc, &names, err);
    }
    if (code == ERR_OK) {
        code = add_abbreviations(doc, shown, input->text_len, err);
    }
    return code == ERR_OK ? set_data(doc, &head, err) : code;
}

enum err_code compose_document(struct analysis *analysis, struct store_writer *store, const char *store_name,
                               const struct compose_input *input, struct shim_doc *doc, struct compose_result *ret_result,
                               struct err *err)
{
    struct composer composer = { .analysis = analysis, .store = store, .input = input };
    struct recur recur;
    AUTO_FREE char *source = strndup(input->head.source.text, input->head.source.len);
    AUTO_FREE char *copy = NULL;
    enum err_code code = source != NULL ? shim_doc_clear(doc, err) : err_nomem(err, "a document");
    if (code == ERR_OK) {
        code = analysis_begin(analysis, err);
    }
    if (code == ERR_OK) {
        code = find_hidden(&composer, &recur, source, err);
    }
    if (code == ERR_OK) {
        code = blank_hidden(&composer, &copy, err);
    }
    if (code == ERR_OK) {
        code = fill(&composer, &recur, source, copy != NULL ? copy : input->text, store_name, doc, err);
    }
    *ret_result = (struct compose_result){ .recurring = 0 };
    for (size_t i = 0; i < composer.hidden_count; i++) {
        ret_result->recurring += composer.hidden[i].end - composer.hidden[i].start;
    }
    free(composer.hidden);
    facts_done(&composer.facts);
    return code;
}
