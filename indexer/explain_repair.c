/* explain_repair.c - the repairs of a text, each with its place and what speaks for it. */
#include <stdio.h>
#include <string.h>

#include "indexer/explain.h"
#include "text/token.h"
#include "text/unicode.h"

#define CONTEXT_BYTES 40
#define REASON_MAX 256
#define WORD_MAX 200
#define COUNTS_MOST 200 /* repairs for which the whole text is looked through */

struct kind_name {
    const char *name, *heading;
};
static const struct kind_name kind_names[REPAIR_KINDS] = {
    [REPAIR_LINE_END] = { "line_end", "word at a line end" },
    [REPAIR_LIGATURE] = { "ligature", "lost ligature" },
    [REPAIR_ACCENT] = { "accent", "apostrophe that became an accent" },
    [REPAIR_NOTE] = { "note", "footnote mark at a word" },
};

/* Whether the character belongs to a word as it is shown: letters, marks, digits, hyphen and apostrophe. */
static bool in_word(int32_t code_point)
{
    return code_point == '-' || code_point == '\'' || code_point == 0xFFFD
        || (code_point > 0 && text_class_of(code_point) != TEXT_OTHER);
}

static size_t word_start(const char *text, size_t len, size_t at)
{
    size_t start = at, step;
    while (start > 0 && at - start < WORD_MAX) {
        size_t from = utf8_floor(text, len, start - 1);
        if (!in_word(utf8_decode(text + from, start - from, &step))) {
            break;
        }
        start = from;
    }
    return start;
}

static size_t word_end(const char *text, size_t len, size_t at)
{
    size_t end = at, step;
    while (end < len && end - at < WORD_MAX && in_word(utf8_decode(text + end, len - end, &step))) {
        end += step;
    }
    return end;
}

/* ---- Evidence ----------------------------------------------------------------------------- */

static void name_parts(const char *form, const struct compound *compound, char out[REASON_MAX])
{
    size_t used = (size_t)snprintf(out, REASON_MAX, "compound of");
    for (size_t i = 0; i < compound->count && used < REASON_MAX; i++) {
        used += (size_t)snprintf(out + used, REASON_MAX - used, "%s %.*s", i > 0 ? " +" : "", compound->parts[i].len,
                                 form + compound->parts[i].start);
    }
}

/* Times that `word` stands in the text. */
static size_t count_word(const struct buf *text, const char *word, size_t len)
{
    size_t count = 0, at = 0;
    const char *found;
    while (at < text->len && (found = memmem(text->data + at, text->len - at, word, len)) != NULL) {
        count++;
        at = (size_t)(found - text->data) + len;
    }
    return count;
}

/* What is known of the mended word. */
static void find_reason(const struct dutch *dutch, const struct buf *text, const char *word, size_t len, bool may_count,
                        char out[REASON_MAX])
{
    char form[TEXT_FOLD_MAX], class[INFLECT_MAX];
    const struct words *words = dutch_words(dutch);
    size_t folded = text_fold(word, len, form, sizeof form);
    if (words_flags(words, form, folded) != 0) {
        snprintf(out, REASON_MAX, "in the word list");
        return;
    }
    struct compound compound = { .count = 0 };
    if (folded > 0 && folded <= TOKEN_FORM_MAX) {
        compound_split(dutch_compounds(dutch), form, folded, &compound);
        if (compound.count >= 2) {
            name_parts(form, &compound, out);
            return;
        }
        size_t class_len = inflect_class(words, form, folded, class);
        if ((class_len != folded || memcmp(class, form, folded) != 0) && words_flags(words, class, class_len) != 0) {
            snprintf(out, REASON_MAX, "a form of %.*s", (int)class_len, class);
            return;
        }
    }
    size_t times = may_count && len > 0 ? count_word(text, word, len) : 0;
    if (times > 1) {
        snprintf(out, REASON_MAX, "stands %zu times in the text", times);
    } else if (memchr(word, '-', len) != NULL) {
        snprintf(out, REASON_MAX, "the hyphen belongs to it");
    } else {
        snprintf(out, REASON_MAX, "a half is no word");
    }
}

/* ---- The list ----------------------------------------------------------------------------- */

/* A repair as it is shown: spans of both texts. */
struct shown {
    size_t from, to;         /* the word before, in the extracted text */
    size_t out_from, out_to; /* the word after, in the mended one */
    char reason[REASON_MAX];
    uint32_t page, line;
};

static void locate(const struct extract_record *before, const struct buf *mended, const struct repair *repair,
                   struct shown *shown)
{
    shown->out_from = word_start(mended->data, mended->len, repair->out_start);
    shown->out_to = word_end(mended->data, mended->len, repair->out_start);
    size_t left = repair->out_start - shown->out_from, end = (size_t)repair->out_start + repair->out_len;
    size_t right = shown->out_to > end ? shown->out_to - end : 0;
    size_t to = (size_t)repair->start + repair->len + right;
    shown->from = utf8_floor(before->text, before->text_len, repair->start > left ? repair->start - left : 0);
    shown->to = to < before->text_len ? utf8_floor(before->text, before->text_len, to) : before->text_len;
    while (shown->to > shown->from) { /* without the comma behind the word */
        size_t last = utf8_floor(before->text, before->text_len, shown->to - 1), step;
        if (in_word(utf8_decode(before->text + last, shown->to - last, &step))) {
            break;
        }
        shown->to = last;
    }
}

static void show(struct sheet *sheet, const struct extract_record *before, const struct buf *mended,
                 const struct repair *repair, const struct shown *shown)
{
    struct buf *out = &sheet->out;
    size_t from = shown->from > CONTEXT_BYTES ? utf8_floor(before->text, before->text_len, shown->from - CONTEXT_BYTES) : 0;
    size_t to = before->text_len - shown->to > CONTEXT_BYTES
        ? utf8_floor(before->text, before->text_len, shown->to + CONTEXT_BYTES) : before->text_len;
    if (!sheet->json) {
        sheet_indent(sheet);
        if (shown->page > 0) {
            buf_printf(out, "page %u, ", shown->page);
        }
        buf_printf(out, "line %u: ", shown->line);
        sheet_quote(sheet, before->text + shown->from, shown->to - shown->from);
        buf_add_str(out, " -> ");
        sheet_quote(sheet, mended->data + shown->out_from, shown->out_to - shown->out_from);
        buf_printf(out, ": %s; %s, in \"", kind_names[repair->kind].heading, shown->reason);
        sheet_quote(sheet, before->text + from, to - from);
        buf_add_str(out, "\"\n");
        return;
    }
    struct json_writer *json = &sheet->writer;
    jw_begin_object(json);
    jw_key_str(json, "kind", kind_names[repair->kind].name);
    if (shown->page > 0) {
        jw_key_int(json, "page", shown->page);
    }
    jw_key_int(json, "line", shown->line);
    jw_key(json, "before");
    jw_text(json, before->text + shown->from, shown->to - shown->from);
    jw_key(json, "after");
    jw_text(json, mended->data + shown->out_from, shown->out_to - shown->out_from);
    jw_key_str(json, "evidence", shown->reason);
    jw_key(json, "context");
    jw_text(json, before->text + from, to - from);
    jw_end_object(json);
}

static void show_counts(struct sheet *sheet, const struct repairs *repairs)
{
    uint64_t counts[REPAIR_KINDS] = { 0 };
    for (size_t i = 0; i < repairs->count; i++) {
        counts[repairs->items[i].kind]++;
    }
    sheet_begin(sheet, "repair_counts", "repairs by kind");
    for (int kind = 0; kind < REPAIR_KINDS; kind++) {
        sheet_int(sheet, kind_names[kind].name, counts[kind]);
    }
    sheet_end(sheet);
}

void explain_repairs(struct sheet *sheet, const struct dutch *dutch, const struct extract_record *before,
                     const struct buf *mended, const struct repairs *repairs)
{
    show_counts(sheet, repairs);
    sheet_begin_list(sheet, "repairs", "repairs", repairs->count);
    struct shown shown = { .line = 1 };
    size_t at = 0;
    for (size_t i = 0; i < repairs->count; i++) {
        const struct repair *repair = &repairs->items[i];
        for (; at < repair->start; at++) {
            shown.line += before->text[at] == '\n';
        }
        while (shown.page < before->page_count && before->pages[shown.page] <= repair->start) {
            shown.page++;
        }
        locate(before, mended, repair, &shown);
        find_reason(dutch, mended, mended->data + shown.out_from, shown.out_to - shown.out_from, i < COUNTS_MOST,
                    shown.reason);
        show(sheet, before, mended, repair, &shown);
    }
    sheet_end_list(sheet);
}
