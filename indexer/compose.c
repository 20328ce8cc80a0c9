/* compose.c - blocks, positions, terms, values and data of a document. */
#include "indexer/compose.h"

#include <stdio.h>
#include <string.h>

#include "indexer/facts.h"
#include "text/abbrev.h"
#include "text/names.h"
#include "text/schema.h"
#include "text/token.h"
#include "text/unicode.h"

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

/* Cuts one page (or all of a text without pages) in blocks; returns the position behind it. */
static uint32_t add_page(struct analysis *analysis, struct store_writer *store, struct facts *facts, const char *text,
                         size_t from, size_t to, uint32_t position)
{
    while (from < to) {
        size_t end = block_end(text, from, to);
        store_add_block(store, text + from, end - from, position, (uint32_t)from);
        facts_place(facts, text, from, end, position);
        position = analysis_add_text(analysis, text + from, end - from, position);
        from = end;
    }
    return position;
}

static uint32_t add_text(struct analysis *analysis, struct store_writer *store, struct facts *facts,
                         const struct compose_input *input)
{
    uint32_t position = SCHEMA_TEXT_POSITION;
    if (input->page_count == 0) {
        return add_page(analysis, store, facts, input->text, 0, input->text_len, position);
    }
    for (uint32_t i = 0; i < input->page_count; i++) {
        size_t from = input->pages[i];
        size_t to = i + 1 < input->page_count ? input->pages[i + 1] : input->text_len;
        if (i > 0) {
            position += SCHEMA_PAGE_GAP;
        }
        store_add_page(store, position, (uint32_t)from);
        position = add_page(analysis, store, facts, input->text, from, to, position);
    }
    return position;
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

static enum err_code set_data(struct shim_doc *doc, const struct doc_head *head, struct err *err)
{
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)16 << 20);
    doc_head_write(head, &data);
    enum err_code code = buf_check(&data, "document data", err);
    return code == ERR_OK ? shim_doc_set_data(doc, data.data, data.len, err) : code;
}

enum err_code compose_document(struct analysis *analysis, struct store_writer *store, const char *store_name,
                               const struct compose_input *input, struct shim_doc *doc, size_t *ret_postings, struct err *err)
{
    struct doc_head head = input->head;
    enum err_code code = shim_doc_clear(doc, err);
    if (code == ERR_OK) {
        code = analysis_begin(analysis, err);
    }
    CLEANUP(facts_done) struct facts facts = { 0 };
    if (code == ERR_OK) {
        code = facts_find(input->text, input->text_len, &head, &facts, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    struct names names;
    names_find(analysis_words(analysis), head.title.text, head.title.len, input->text, input->text_len, &names);
    store_begin(store);
    analysis_add_title(analysis, head.title.text, head.title.len);
    for (size_t i = 0; i < names.count; i++) { /* a short title is a title too */
        if (names.items[i].text == head.title.text) {
            continue;
        }
        analysis_add_heading(analysis, names.items[i].text, names.items[i].len);
    }
    analysis_add_heading(analysis, head.headings.text, head.headings.len);
    uint32_t position = add_text(analysis, store, &facts, input);
    head.tokens = position - SCHEMA_TEXT_POSITION;
    code = analysis_end(analysis, err);
    if (code == ERR_OK) {
        code = store_end(store, position, &head.store_offset, err);
    }
    head.store = (struct doc_string){ store_name, strlen(store_name) };
    if (code == ERR_OK) {
        code = add_terms(analysis, doc, err);
    }
    const struct {
        const char *prefix;
        struct doc_string value;
        bool fold;
    } filters[] = {
        { SCHEMA_UID, head.uid, false },
        { SCHEMA_COLLECTION, head.source, true },
        { SCHEMA_KIND, head.kind, true },
        { SCHEMA_LANGUAGE, head.language, true },
    };
    for (size_t i = 0; i < sizeof filters / sizeof *filters && code == ERR_OK; i++) {
        code = add_filter(doc, filters[i].prefix, filters[i].value, filters[i].fold, err);
    }
    if (code == ERR_OK) {
        code = facts_add(&facts, &head, doc, err);
    }
    if (code == ERR_OK) {
        code = add_names(doc, &names, err);
    }
    if (code == ERR_OK) {
        code = add_abbreviations(doc, input->text, input->text_len, err);
    }
    if (code == ERR_OK) {
        code = set_data(doc, &head, err);
    }
    *ret_postings = analysis_posting_count(analysis);
    return code;
}
