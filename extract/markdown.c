/* markdown.c - Markdown (CommonMark 0.31 as far as it matters to a reader of its text), with metadata at the top.
 *
 * Marks that only say how a line looks are taken away: heading signs, emphasis, the addresses of links, fences, lines of tables.
 * Metadata is a block between lines of three hyphens, one `key: value` a line, as site generators write it.
 */
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "extract/flow.h"
#include "extract/internal.h"
#include "extract/meta.h"
#include "text/charset.h"
#include "text/unicode.h"

#define LINK_MAX 4096 /* bytes of the text or address of a link */

struct markdown {
    struct flow flow;
    bool fenced;
    char fence;
    bool after_text; /* the line before was text of a paragraph: a line of = or - makes it a heading */
};

static const struct {
    const char *key;
    enum meta_slot slot;
} keys[] = {
    { "title", META_TITLE },         { "titel", META_TITLE },           { "date", META_DATE },
    { "datum", META_DATE },          { "author", META_AUTHOR },         { "auteur", META_AUTHOR },
    { "authors", META_AUTHOR },      { "auteurs", META_AUTHOR },        { "description", META_DESCRIPTION },
    { "beschrijving", META_DESCRIPTION }, { "lang", META_LANGUAGE },    { "language", META_LANGUAGE },
    { "taal", META_LANGUAGE },       { "keywords", META_KEYWORDS },     { "tags", META_KEYWORDS },
    { "trefwoorden", META_KEYWORDS }, { "type", META_KIND },            { "soort", META_KIND },
    { "organisation", META_ORGANISATION }, { "organisatie", META_ORGANISATION }, { "publisher", META_ORGANISATION },
    { "programme", META_PROGRAMME }, { "programma", META_PROGRAMME },   { "url", META_URL },
    { "modified", META_MODIFIED },   { "lastmod", META_MODIFIED },
};

struct line {
    const char *text;
    size_t len;
};

static bool next_line(const char **at, const char *end, struct line *ret_line)
{
    if (*at >= end) {
        return false;
    }
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const char *stop = newline != NULL ? newline : end;
    *ret_line = (struct line){ *at, (size_t)(stop - *at) };
    *at = newline != NULL ? newline + 1 : end;
    while (ret_line->len > 0 && (ret_line->text[ret_line->len - 1] == ' ' || ret_line->text[ret_line->len - 1] == '\t')) {
        ret_line->len--;
    }
    return true;
}

static struct line strip(struct line line, const char *front, const char *back)
{
    while (line.len > 0 && strchr(front, *line.text) != NULL) {
        line.text++;
        line.len--;
    }
    while (line.len > 0 && strchr(back, line.text[line.len - 1]) != NULL) {
        line.len--;
    }
    return line;
}

/* ---- Metadata -------------------------------------------------------------------------------- */

/* A value, or the values of [a, b]. */
static void add_value(struct meta *meta, enum meta_slot slot, struct line value)
{
    bool list = value.len >= 2 && value.text[0] == '[' && value.text[value.len - 1] == ']';
    value = list ? strip(value, "[", "]") : value;
    while (value.len > 0) {
        const char *comma = list ? memchr(value.text, ',', value.len) : NULL;
        struct line one = { value.text, comma != NULL ? (size_t)(comma - value.text) : value.len };
        value.text += one.len + (comma != NULL);
        value.len -= one.len + (comma != NULL);
        one = strip(one, " \t\"'", " \t\"'");
        meta_add(meta, slot, one.text, one.len);
    }
}

/* Returns where the text begins: `at` itself when there is no such block. */
static const char *read_front_matter(const char *at, const char *end, struct meta *meta)
{
    const char *start = at;
    struct line line;
    enum meta_slot slot = META_NONE;
    if (!next_line(&at, end, &line) || line.len != 3 || memcmp(line.text, "---", 3) != 0) {
        return start;
    }
    while (next_line(&at, end, &line)) {
        if (line.len == 3 && (memcmp(line.text, "---", 3) == 0 || memcmp(line.text, "...", 3) == 0)) {
            return at;
        }
        struct line item = strip(line, " \t", "");
        if (item.len > 2 && item.text[0] == '-' && item.text[1] == ' ') { /* of a list under its key */
            add_value(meta, slot, strip(item, "- ", ""));
            continue;
        }
        const char *colon = memchr(line.text, ':', line.len);
        size_t key_len = colon != NULL ? (size_t)(colon - line.text) : 0;
        slot = META_NONE;
        for (size_t i = 0; i < sizeof keys / sizeof *keys && key_len > 0; i++) {
            if (strlen(keys[i].key) == key_len && strncasecmp(keys[i].key, line.text, key_len) == 0) {
                slot = keys[i].slot;
            }
        }
        if (slot != META_NONE) {
            add_value(meta, slot, strip((struct line){ colon + 1, line.len - key_len - 1 }, " \t\"'", " \t\"'"));
        }
    }
    return start; /* it never ended: a rule, not metadata */
}

/* ---- Inside a line --------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Length of "](address)" or "][name]" at `text`, or 0. */
static size_t link_tail(const char *text, size_t len)
{
    if (len < 3 || text[0] != ']' || (text[1] != '(' && text[1] != '[')) {
        return 0;
    }
    const char *close = memchr(text + 2, text[1] == '(' ? ')' : ']', len - 2 < LINK_MAX ? len - 2 : LINK_MAX);
    return close != NULL ? (size_t)(close - text) + 1 : 0;
}

/* Text without the marks of emphasis, code and links. */
static void put_inline(struct markdown *markdown, struct line line)
{
    const char *text = line.text;
    size_t start = 0, at = 0, len = line.len;
    bool code = false;
    unsigned brackets = 0;
    while (at < len) {
        char before = at > 0 ? text[at - 1] : ' ', after = at + 1 < len ? text[at + 1] : ' ';
        size_t skip = 0, tail = link_tail(text + at, len - at);
        if (text[at] == '`') {
            code = !code;
            skip = 1;
        } else if (!code && text[at] == '\\' && strchr("\\`*_{}[]()#+-.!|<>~", after) != NULL) {
            flow_text(&markdown->flow, text + start, at - start, false);
            start = at + 1;
            at += 2;
            continue;
        } else if (!code && (text[at] == '*' || (text[at] == '_' && !(is_word(before) && is_word(after))))) {
            skip = before == ' ' && after == ' ' ? 0 : 1;
        } else if (!code && text[at] == '!' && after == '[') {
            skip = 1;
        } else if (!code && text[at] == '[') {
            brackets++;
            skip = memchr(text + at, ']', len - at < LINK_MAX ? len - at : LINK_MAX) != NULL;
        } else if (!code && tail > 0 && brackets > 0) {
            skip = tail;
            brackets--;
        } else if (!code && text[at] == ']' && brackets > 0) {
            skip = 1;
            brackets--;
        }
        if (skip > 0) {
            flow_text(&markdown->flow, text + start, at - start, false);
            start = at + skip;
        }
        at += skip > 0 ? skip : 1;
    }
    flow_text(&markdown->flow, text + start, len - start, false);
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static bool is_rule(struct line line, const char *signs, size_t least)
{
    size_t count = 0;
    for (size_t i = 0; i < line.len; i++) {
        count += line.text[i] == line.text[0];
        if (strchr(signs, line.text[i]) == NULL || (line.text[i] != line.text[0] && line.text[i] != ' ')) {
            return false;
        }
    }
    return count >= least;
}

static void put_heading(struct markdown *markdown, struct line line)
{
    flow_heading_begin(&markdown->flow);
    put_inline(markdown, line);
    flow_heading_end(&markdown->flow);
}

static void put_row(struct markdown *markdown, struct line line)
{
    line = strip(line, "| ", "| ");
    flow_row(&markdown->flow);
    while (line.len > 0) {
        const char *bar = memchr(line.text, '|', line.len);
        struct line cell = { line.text, bar != NULL ? (size_t)(bar - line.text) : line.len };
        line.text += cell.len + (bar != NULL);
        line.len -= cell.len + (bar != NULL);
        flow_cell_begin(&markdown->flow);
        put_inline(markdown, cell);
        flow_cell_end(&markdown->flow);
    }
    flow_break(&markdown->flow, FLOW_LINE);
}

static bool is_fence(struct markdown *markdown, struct line line)
{
    bool fence = line.len >= 3 && (memcmp(line.text, "```", 3) == 0 || memcmp(line.text, "~~~", 3) == 0);
    if (!fence || (markdown->fenced && line.text[0] != markdown->fence)) {
        return false;
    }
    markdown->fence = line.text[0];
    markdown->fenced = !markdown->fenced;
    return true;
}

/* `next` is the line after it. */
static void put_line(struct markdown *markdown, struct line line, struct line next)
{
    struct line bare = strip(line, " \t", "");
    size_t level = 0;
    while (level < bare.len && bare.text[level] == '#') {
        level++;
    }
    if (is_fence(markdown, bare)) {
        flow_break(&markdown->flow, FLOW_PARAGRAPH);
    } else if (markdown->fenced) {
        flow_text(&markdown->flow, line.text, line.len, true);
        flow_break(&markdown->flow, FLOW_LINE);
    } else if (bare.len == 0) {
        flow_break(&markdown->flow, FLOW_PARAGRAPH);
    } else if (level >= 1 && level <= 6 && level < bare.len && (bare.text[level] == ' ' || bare.text[level] == '\t')) {
        put_heading(markdown, strip(bare, "# \t", "# \t"));
    } else if (!markdown->after_text && bare.text[0] != '|' && bare.text[0] != '>' && next.len > 0
               && (is_rule(next, "=", 1) || (is_rule(next, "-", 2) && next.text[0] == '-'))) {
        put_heading(markdown, bare);
    } else if (is_rule(bare, "-*_= ", 3)) {
        flow_break(&markdown->flow, FLOW_PARAGRAPH);
    } else if (bare.text[0] == '|') {
        if (strip(bare, "|-: ", "").len > 0) {
            put_row(markdown, bare);
        }
    } else {
        bool item = bare.len > 2 && strchr("-*+", bare.text[0]) != NULL && bare.text[1] == ' ';
        bare = item ? strip(bare, "-*+ ", "") : strip(bare, "> ", "");
        flow_break(&markdown->flow, item ? FLOW_LINE : FLOW_NONE);
        put_inline(markdown, bare);
        flow_break(&markdown->flow, FLOW_LINE); /* as written: a line of verse or an address may end here */
    }
    markdown->after_text = bare.len > 0 && !markdown->fenced && level == 0;
}

static enum err_code fill(struct markdown *markdown, const struct extract_input *input, struct extract_record *record,
                          struct err *err)
{
    char encoding[CHARSET_NAME_MAX];
    AUTO_BUF struct buf decoded, text;
    CLEANUP(meta_done) struct meta meta;
    meta_init(&meta);
    buf_init(&decoded, 3 * input->len + 64);
    buf_init(&text, 9 * input->len + 256);
    enum err_code code = charset_to_utf8(input->bytes, input->len, NULL, &decoded, encoding, err);
    if (code == ERR_OK) {
        code = field_set(&record->encoding, encoding, strlen(encoding), CHARSET_NAME_MAX, err);
    }
    if (code == ERR_OK && decoded.len > 0) {
        code = text_clean(decoded.data, decoded.len, &text, NULL, err);
    }
    if (code != ERR_OK || text.len == 0) {
        return code;
    }
    const char *end = text.data + text.len, *at = read_front_matter(text.data, end, &meta);
    struct line line, next;
    bool more = next_line(&at, end, &line);
    while (more) {
        bool another = next_line(&at, end, &next);
        put_line(markdown, line, another ? next : (struct line){ "", 0 });
        line = next;
        more = another;
    }
    code = meta_store(&meta, record, input->caps, err);
    return code == ERR_OK ? flow_take(&markdown->flow, record, input->caps, err) : code;
}

enum err_code markdown_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    struct markdown markdown = { .fenced = false };
    enum err_code code = record_init(&record, "text/markdown", err);
    flow_init(&markdown.flow, flow_ceiling(input->caps), input->caps->record_bytes);
    if (code == ERR_OK) {
        code = fill(&markdown, input, &record, err);
    }
    flow_done(&markdown.flow);
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record.digest, digest.bytes, sizeof record.digest);
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
