/* rtf.c - Rich Text Format (Microsoft, RTF 1.9.1): groups, control words, bytes in code pages, \u.
 *
 * Every group has a destination; those that hold no text of the document (fonts, pictures, codes of fields, and all optional
 * ones that are not known here) are passed over.  Footnotes, comments, headers and footers come after the text.  Deleted and hidden
 * text is left out.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "extract/internal.h"
#include "extract/rtf.h"

#define GROUPS_MAX 10000
#define NAME_MAX_BYTES 64 /* of a control word */

static bool rtf_is(const char *bytes, size_t len)
{
    return len >= 6 && memcmp(bytes, "{\\rtf", 5) == 0;
}

/* ---- Tables of the file ---------------------------------------------------------------------- */

/* The name of a style ends in a semicolon. */
static void end_style(struct rtf *rtf)
{
    const char *name = rtf->name.data != NULL ? rtf->name.data : "";
    name += strspn(name, " ");
    if (rtf->style < RTF_STYLES_MAX) {
        rtf->heading_styles[rtf->style] = strncmp(name, "heading ", 8) == 0 || strncmp(name, "Title;", 6) == 0
                                          || (strncmp(name, "Kop ", 4) == 0 && name[4] >= '1' && name[4] <= '9')
                                          || strncmp(name, "Heading ", 8) == 0;
    }
    buf_clear(&rtf->name);
}

static void end_info(struct rtf *rtf, const struct rtf_group *group)
{
    if (group->place == RTF_INFO_TEXT && rtf->name.len > 0) {
        meta_add(&rtf->meta, group->slot, rtf->name.data, rtf->name.len);
    } else if (group->place == RTF_INFO_TIME && rtf->year >= 1980 && rtf->year <= 9999) {
        char date[16];
        snprintf(date, sizeof date, "%04ld-%02ld-%02ld", rtf->year, rtf->month % 100, rtf->day % 100);
        meta_add(&rtf->meta, group->slot, date, strlen(date));
    }
    buf_clear(&rtf->name);
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static void open_group(struct rtf *rtf)
{
    rtf_flush(rtf);
    rtf->skipping = 0;
    rtf->optional = false;
    if (rtf->depth >= GROUPS_MAX) {
        rtf->beyond++;
        return;
    }
    if (mem_grow(&rtf->groups, &rtf->capacity, rtf->depth, sizeof *rtf->groups) != 0) {
        rtf->code = ERR_NOMEM;
        return;
    }
    rtf->groups[rtf->depth++] = rtf->now;
    if (rtf->now.place == RTF_STYLES) {
        rtf->style = RTF_STYLES_MAX; /* the style of plain paragraphs has no number */
    }
}

static void close_group(struct rtf *rtf)
{
    rtf_flush(rtf);
    rtf->skipping = 0;
    rtf->optional = false;
    if (rtf->beyond > 0) {
        rtf->beyond--;
        return;
    }
    if (rtf->depth == 0) {
        rtf->at = rtf->end; /* the end of the document; what follows is none of it */
        return;
    }
    struct rtf_group inner = rtf->now;
    rtf->now = rtf->groups[--rtf->depth];
    if (inner.place == RTF_STYLES) {
        end_style(rtf);
    } else if (inner.place != rtf->now.place && (inner.place == RTF_INFO_TEXT || inner.place == RTF_INFO_TIME)) {
        end_info(rtf, &inner);
    } else if (inner.place == RTF_ASIDE && rtf->now.place != RTF_ASIDE) {
        buf_add_char(&rtf->aside, '\n');
    }
    if (inner.place == RTF_BODY && rtf->now.place == RTF_BODY) {
        rtf->now.heading = inner.heading; /* belongs to the paragraph, not the group */
    }
}

/* ---- Control words --------------------------------------------------------------------------- */

static void set_font(struct rtf *rtf, long number)
{
    if (number < 0 || number >= RTF_FONTS_MAX) {
        return;
    }
    if (rtf->now.place == RTF_FONTS) {
        rtf->font = (unsigned)number;
    } else {
        rtf->now.page = rtf->fonts[number] != 0 ? rtf->fonts[number] : rtf->default_page;
    }
}

static void end_paragraph(struct rtf *rtf, enum flow_gap gap)
{
    rtf_flush(rtf);
    if (rtf->now.place == RTF_BODY && rtf->heading_open) {
        flow_heading_end(&rtf->flow);
        rtf->heading_open = false;
    }
    rtf_put_break(rtf, gap);
}

static void do_table(struct rtf *rtf, enum rtf_action action)
{
    rtf_flush(rtf);
    if (rtf->now.place != RTF_BODY) {
        return;
    }
    if (action == RTF_CELL) {
        flow_cell_end(&rtf->flow);
        flow_cell_begin(&rtf->flow);
    } else {
        flow_row(&rtf->flow);
        if (action == RTF_ROW_BEGIN) {
            flow_cell_begin(&rtf->flow);
        }
    }
}

/* What a word sets. */
static void do_property(struct rtf *rtf, const struct rtf_word *word, bool has_value, long value)
{
    bool on = !has_value || value != 0;
    switch (word->action) {
    case RTF_HIDDEN:
        rtf_flush(rtf);
        rtf->now.hidden = on;
        break;
    case RTF_DELETED:
        rtf_flush(rtf);
        rtf->now.deleted = on;
        break;
    case RTF_PLAIN:
        rtf_flush(rtf);
        rtf->now.hidden = rtf->now.deleted = false;
        rtf->now.page = rtf->default_page;
        break;
    case RTF_PARAGRAPH_PLAIN:
        rtf->now.heading = false;
        break;
    case RTF_STYLE:
        rtf->style = value >= 0 && value < RTF_STYLES_MAX ? (unsigned)value : RTF_STYLES_MAX;
        rtf->now.heading = rtf->now.place == RTF_BODY && rtf->style < RTF_STYLES_MAX && rtf->heading_styles[rtf->style];
        break;
    case RTF_OUTLINE:
        rtf->now.heading = rtf->now.place == RTF_BODY && value >= 0 && value < 9;
        break;
    case RTF_SKIP_COUNT:
        rtf->now.skip = value >= 0 && value < 32 ? (uint8_t)value : 1;
        break;
    case RTF_FONT:
        set_font(rtf, value);
        break;
    case RTF_CHARSET:
        rtf->fonts[rtf->font] = rtf_page_of_charset(value);
        break;
    case RTF_PAGE:
        rtf->default_page = rtf->now.page = rtf_page_of_number(has_value ? value : word->value);
        break;
    case RTF_YEAR:
        rtf->year = value;
        break;
    case RTF_MONTH:
        rtf->month = value;
        break;
    case RTF_DAY:
        rtf->day = value;
        break;
    default:
        break;
    }
}

static void enter(struct rtf *rtf, const struct rtf_word *word)
{
    rtf_flush(rtf);
    if (rtf->now.place == RTF_NOWHERE) {
        return; /* nothing in a group that is passed over counts */
    }
    rtf->now.place = word->place;
    rtf->now.slot = word->slot;
    rtf->now.heading = false;
    rtf->year = rtf->month = rtf->day = 0;
    if (word->place == RTF_INFO_TEXT || word->place == RTF_STYLES) {
        buf_clear(&rtf->name);
    }
    if (word->place == RTF_ASIDE) {
        buf_add_char(&rtf->aside, '\n');
    }
}

static void do_word(struct rtf *rtf, const char *name, size_t len, bool has_value, long value)
{
    const struct rtf_word *word = rtf_word_find(name, len);
    bool optional = rtf->optional;
    rtf->optional = false;
    if (word == NULL) {
        rtf->now.place = optional ? RTF_NOWHERE : rtf->now.place;
        return;
    }
    switch (word->action) {
    case RTF_ENTER:
        enter(rtf, word);
        break;
    case RTF_CHARACTER:
        rtf_put_code_point(rtf, word->value);
        break;
    case RTF_UNICODE:
        rtf_put_code_point(rtf, (uint32_t)(value < 0 ? value + 65536 : value) & 0xFFFF);
        rtf->skipping = rtf->now.skip;
        break;
    case RTF_PARAGRAPH_END:
        end_paragraph(rtf, FLOW_PARAGRAPH);
        break;
    case RTF_LINE_END:
        rtf_put_break(rtf, FLOW_LINE);
        break;
    case RTF_TAB:
        rtf_put_break(rtf, FLOW_TAB);
        break;
    case RTF_CELL:
    case RTF_ROW_BEGIN:
    case RTF_ROW_END:
        do_table(rtf, word->action);
        break;
    case RTF_BINARY:
        rtf->at += value > 0 && value < rtf->end - rtf->at ? value : value > 0 ? rtf->end - rtf->at : 0;
        break;
    default:
        do_property(rtf, word, has_value, value);
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A control symbol: a backslash and one character that is no letter. */
static void read_symbol(struct rtf *rtf)
{
    char symbol = *rtf->at++;
    if (symbol == '\'' && rtf->end - rtf->at >= 2) {
        int high = hex_digit(rtf->at[0]), low = hex_digit(rtf->at[1]);
        rtf->at += 2;
        if (high >= 0 && low >= 0) {
            rtf_put_byte(rtf, (char)(high * 16 + low));
        }
    } else if (symbol == '*') {
        rtf->optional = true;
    } else if (symbol == '~') {
        rtf_put_byte(rtf, ' ');
    } else if (symbol == '_') {
        rtf_put_byte(rtf, '-');
    } else if (symbol == '\\' || symbol == '{' || symbol == '}') {
        rtf_put_byte(rtf, symbol);
    } else if (symbol == '\n' || symbol == '\r') {
        end_paragraph(rtf, FLOW_PARAGRAPH);
    } else if (symbol == '\t') {
        rtf_put_break(rtf, FLOW_TAB);
    }
}

static void read_control(struct rtf *rtf)
{
    const char *name = rtf->at;
    while (rtf->at < rtf->end && is_letter(*rtf->at)) {
        rtf->at++;
    }
    size_t len = (size_t)(rtf->at - name);
    if (len == 0) {
        if (rtf->at < rtf->end) {
            read_symbol(rtf);
        }
        return;
    }
    bool negative = rtf->at < rtf->end && *rtf->at == '-', has_value = false;
    long value = 0;
    rtf->at += negative;
    for (; rtf->at < rtf->end && *rtf->at >= '0' && *rtf->at <= '9'; rtf->at++) {
        value = value < 100000000 ? 10 * value + (*rtf->at - '0') : value;
        has_value = true;
    }
    if (rtf->at < rtf->end && *rtf->at == ' ') {
        rtf->at++;
    }
    if (rtf->skipping > 0) { /* a control word counts as one of the characters that stand for \u */
        rtf->skipping--;
        return;
    }
    do_word(rtf, name, len < NAME_MAX_BYTES ? len : NAME_MAX_BYTES, has_value, negative ? -value : value);
}

static void read_all(struct rtf *rtf)
{
    while (rtf->at < rtf->end && rtf->code == ERR_OK) {
        char c = *rtf->at++;
        if (c == '{') {
            open_group(rtf);
        } else if (c == '}') {
            close_group(rtf);
        } else if (c == '\\') {
            read_control(rtf);
        } else if (c != '\n' && c != '\r') {
            rtf_put_byte(rtf, c);
        }
    }
    rtf_flush(rtf);
    if (rtf->heading_open) {
        flow_heading_end(&rtf->flow);
    }
}

static enum err_code fill(struct rtf *rtf, const struct extract_input *input, struct extract_record *record, struct err *err)
{
    if (!rtf_is(input->bytes, input->len)) {
        return err_set(err, ERR_INVALID, "the file is no RTF");
    }
    rtf->at = input->bytes + 1;
    rtf->end = input->bytes + input->len;
    rtf->default_page = rtf->now.page = rtf->bytes_page = rtf_page_of_number(1252);
    rtf->now.skip = 1;
    read_all(rtf);
    rtf_put_asides(rtf);
    if (rtf->code != ERR_OK || (rtf->aside.failed && !rtf->aside.too_big)) {
        return err_nomem(err, "rtf");
    }
    enum err_code code = meta_store(&rtf->meta, record, input->caps, err);
    if (code == ERR_OK) {
        code = field_set(&record->encoding, rtf_pages[rtf->default_page].name, strlen(rtf_pages[rtf->default_page].name), 32, err);
    }
    return code == ERR_OK ? flow_take(&rtf->flow, record, input->caps, err) : code;
}

enum err_code rtf_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    enum err_code code = record_init(&record, "application/rtf", err);
    struct rtf *rtf = code == ERR_OK ? calloc(1, sizeof *rtf) : NULL;
    if (code == ERR_OK && rtf == NULL) {
        code = err_nomem(err, "rtf");
    }
    if (rtf != NULL) {
        meta_init(&rtf->meta);
        flow_init(&rtf->flow, flow_ceiling(input->caps), input->caps->record_bytes);
        buf_init(&rtf->aside, flow_ceiling(input->caps));
        buf_init(&rtf->bytes, input->len + 16);
        buf_init(&rtf->name, 65536);
        code = fill(rtf, input, &record, err);
        meta_done(&rtf->meta);
        flow_done(&rtf->flow);
        buf_done(&rtf->aside);
        buf_done(&rtf->bytes);
        buf_done(&rtf->name);
        free(rtf->groups);
        free(rtf);
    }
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record.digest, digest.bytes, sizeof record.digest);
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
