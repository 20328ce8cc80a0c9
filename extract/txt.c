/* txt.c - plain text: encoding, pages, title.
 *
 * Pages come from form feeds.  Text that a converter took from a PDF may have lost them: in such texts each page
 * begins with exactly one space where the form feed was, also on the very first line.  One space is weak evidence, so
 * the whole document must show the pattern (find_indented_pages).
 */
#include <string.h>

#include "base/digest.h"
#include "extract/internal.h"
#include "text/charset.h"
#include "text/unicode.h"

#define TITLE_CHARACTERS 120 /* a longer line is a paragraph */
#define TITLE_LINES 40       /* lines with text that are looked at for a title */
#define PAGES_LEAST 3        /* fewer page starts prove nothing */
#define PAGE_LINES 12        /* median of lines a page: an indented paragraph is shorter */

struct line {
    const char *text; /* without its newline */
    size_t len;
};

/* The line that starts at *at; moves *at behind it.  False at the end of the text. */
static bool next_line(const char *text, size_t len, size_t *at, struct line *ret_line)
{
    if (*at >= len) {
        return false;
    }
    const char *start = text + *at;
    const char *newline = memchr(start, '\n', len - *at);
    ret_line->text = start;
    ret_line->len = newline != NULL ? (size_t)(newline - start) : len - *at;
    *at += ret_line->len + 1;
    return true;
}

static struct line trimmed(struct line line)
{
    while (line.len > 0 && (*line.text == ' ' || *line.text == '\t' || *line.text == '\f')) {
        line.text++;
        line.len--;
    }
    while (line.len > 0 && (line.text[line.len - 1] == ' ' || line.text[line.len - 1] == '\t')) {
        line.len--;
    }
    return line;
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the line's text begins like an item of a list: a bullet or dash, "1.", "2)", "a)", "(iv)". */
static bool is_list_item(struct line line)
{
    size_t step;
    int32_t first = line.len > 0 ? utf8_decode(line.text, line.len, &step) : -1;
    if (first < 0) {
        return false;
    }
    static const int32_t openers[] = { '(', '[', '"', '\'', 0x2018, 0x201C, 0x201E, 0xFFFD };
    bool plain = text_class_of(first) != TEXT_OTHER;
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        plain = plain || first == openers[i];
    }
    if (!plain) {
        return true; /* no sentence and no heading begins with it */
    }
    size_t word = first == '(', at = word;
    while (at < line.len && is_alphanumeric(line.text[at])) {
        at++;
    }
    bool mark = at < line.len && (line.text[at] == '.' || line.text[at] == ')');
    bool space = at + 1 >= line.len || line.text[at + 1] == ' ' || line.text[at + 1] == '\t';
    return at > word && at - word <= 3 && mark && space;
}

/* Exactly one space, then text that is no list item; and the line before is no blank one, because this
 * converter leaves none at the end of a page. */
static bool may_start_page(struct line line, bool after_blank)
{
    if (after_blank || line.len < 2 || line.text[0] != ' ' || line.text[1] == ' ' || line.text[1] == '\t') {
        return false;
    }
    struct line inside = trimmed(line);
    return inside.len > 0 && !is_list_item(inside);
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Half of the pages have at least PAGE_LINES lines.  Sorts `lengths`. */
static bool long_enough(uint32_t *lengths, size_t count)
{
    qsort(lengths, count, sizeof *lengths, compare_u32);
    return lengths[count / 2] >= PAGE_LINES;
}

/* Collects page starts; leaves the record without pages when the first line is no page start, or there are few
 * starts, or the pages are as short as paragraphs. */
static enum err_code find_indented_pages(struct extract_record *record, const struct extract_caps *caps, struct err *err)
{
    AUTO_FREE uint32_t *lengths = NULL; /* lines from one page start to the next */
    size_t capacity = 0, lengths_capacity = 0, at = 0, start = 0;
    uint32_t number = 0, previous = 0;
    bool after_blank = false;
    struct line line;
    enum err_code code = ERR_OK;
    for (; code == ERR_OK && next_line(record->text, record->text_len, &at, &line); start = at, number++) {
        bool starts = may_start_page(line, after_blank);
        after_blank = trimmed(line).len == 0;
        if (number == 0 && !starts) {
            return ERR_OK;
        }
        if (!starts || record->page_count >= caps->pages) {
            continue;
        }
        if (number > 0) {
            if (mem_grow(&lengths, &lengths_capacity, record->page_count - 1, sizeof *lengths) != 0) {
                return err_nomem(err, "find_indented_pages");
            }
            lengths[record->page_count - 1] = number - previous;
        }
        previous = number;
        code = field_add_page(record, &capacity, start, err);
    }
    if (record->page_count < PAGES_LEAST || !long_enough(lengths, record->page_count - 1)) {
        free(record->pages);
        record->pages = NULL;
        record->page_count = 0;
    }
    return code;
}

/* How well a line serves as title: 2 = two words or more, 1 = has letters, 0 = no title. */
static int title_worth(struct line line)
{
    size_t letters = 0, others = 0, words = 0;
    bool in_word = false;
    for (size_t at = 0, step; at < line.len; at += step) {
        int32_t code_point = utf8_decode(line.text + at, line.len - at, &step);
        bool letter = code_point > 0 && text_class_of(code_point) == TEXT_LETTER;
        bool blank = code_point == ' ' || code_point == '\t' || code_point == 0xA0;
        words += letter && !in_word;
        in_word = letter || (in_word && !blank);
        letters += letter;
        others += !letter && !blank;
    }
    if (line.len == 0 || letters < 2 || others > letters || letters + others + words > TITLE_CHARACTERS) {
        return 0;
    }
    return words >= 2 ? 2 : 1;
}

/* The first line with at least two words that is no paragraph ("Welkom!" says little), else the first with one,
 * else the file's name. */
enum err_code txt_find_title(struct extract_record *record, const struct extract_input *input, struct err *err)
{
    size_t at = 0;
    struct line line, best = { NULL, 0 };
    int best_worth = 0;
    for (int seen = 0; seen < TITLE_LINES && best_worth < 2 && next_line(record->text, record->text_len, &at, &line);) {
        line = trimmed(line);
        seen += line.len > 0;
        int worth = title_worth(line);
        if (worth > best_worth) {
            best = line;
            best_worth = worth;
        }
    }
    if (best.text == NULL) {
        const char *slash = strrchr(input->name, '/');
        best.text = slash != NULL ? slash + 1 : input->name;
        const char *dot = strrchr(best.text, '.');
        best.len = dot != NULL ? (size_t)(dot - best.text) : strlen(best.text);
    }
    return field_set(&record->title, best.text, best.len, input->caps->title_bytes, err);
}

/* Decodes and cleans into `text`.  Of a file far beyond the cap only the beginning is decoded (every encoding
 * gives at least one byte for two). */
static enum err_code decode(const struct extract_input *input, struct extract_record *record, struct buf *text,
                            struct err *err)
{
    size_t len = input->len;
    uint64_t enough = 2 * input->caps->record_bytes + 64;
    if (len > enough) {
        len = (size_t)(enough & ~UINT64_C(3)); /* whole units of UTF-16 and UTF-32 */
        record->cut = input->len - len;
    }
    AUTO_BUF struct buf decoded;
    buf_init(&decoded, 3 * len + 64);
    char encoding[CHARSET_NAME_MAX];
    enum err_code code = charset_to_utf8(input->bytes, len, input->charset, &decoded, encoding, err);
    if (code == ERR_OK) {
        code = field_set(&record->encoding, encoding, strlen(encoding), CHARSET_NAME_MAX, err);
    }
    if (code != ERR_OK || decoded.len == 0) {
        return code;
    }
    size_t used = decoded.len;
    if (used > input->caps->record_bytes) {
        used = utf8_floor(decoded.data, used, (size_t)input->caps->record_bytes);
        record->cut += decoded.len - used;
    }
    struct text_repairs repairs = { 0, 0 };
    buf_init(text, 3 * used + 64);
    code = text_clean(decoded.data, used, text, &repairs, err);
    /* Text has hardly any control characters; programs and images renamed .txt have many. */
    if (code == ERR_OK && repairs.controls > 8 && repairs.controls > used / 20) {
        return err_set(err, ERR_INVALID, "the file holds binary data, not text");
    }
    return code;
}

static enum err_code fill(const struct extract_input *input, struct extract_record *record, struct err *err)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 0);
    enum err_code code = decode(input, record, &text, err);
    if (code == ERR_OK) {
        code = field_take_text(record, &text, input->caps, err);
    }
    if (code == ERR_OK) {
        code = txt_find_title(record, input, err);
    }
    if (code == ERR_OK) {
        code = field_split_pages(record, input->caps, err);
    }
    if (code == ERR_OK && record->page_count == 0) {
        code = find_indented_pages(record, input->caps, err);
    }
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record->digest, digest.bytes, sizeof record->digest);
    return code;
}

enum err_code txt_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    enum err_code code = record_init(&record, "text/plain", err);
    if (code == ERR_OK) {
        code = fill(input, &record, err);
    }
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
