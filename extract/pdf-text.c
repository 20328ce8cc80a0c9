/* pdf-text.c - lines of text from characters and boxes; see pdf-text.h.
 *
 * Lengths are measured in heights of characters ('em' below; a box is about as high as the font's size).  Thresholds are those
 * of typesetting: a space is a quarter of an em and never squeezed below a tenth; what is set apart has at least half a line.
 */
#include "extract/pdf-text.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "text/unicode.h"

#define GLUE_EM 0.04    /* a blank narrower than this is none: a word in two fonts */
#define BLANK_EM 0.12   /* characters further apart than this are two words */
#define CELL_EM 1.8     /* ... two cells of a table */
#define APART_EM 0.55   /* room above a line that begins a paragraph */
#define SMALL 0.8       /* a raised digit is lower than this share of the character before */
#define TURNED_LEAST 3    /* characters below the one before: fewer are a column of numbers or a large initial */
#define READABLE_LEAST 20  /* characters: less is not judged */
#define VOWELS_LEAST 200   /* Latin letters: less is not judged by vowels */

void pdf_page_init(struct pdf_page *page, size_t max)
{
    *page = (struct pdf_page){ 0 };
    buf_init(&page->text, max);
}

void pdf_page_done(struct pdf_page *page)
{
    buf_done(&page->text);
    free(page->lines);
    page->lines = NULL;
}

void pdf_page_clear(struct pdf_page *page)
{
    struct pdf_page fresh = { .text = page->text, .lines = page->lines, .line_capacity = page->line_capacity };
    buf_clear(&fresh.text);
    *page = fresh;
}

static double height_of(const struct pdf_box *box)
{
    double height = box->y2 - box->y1;
    return height > 0.5 && height < 5000 ? height : 0.5; /* also for what is no number */
}

/* ---- Output -------------------------------------------------------------------------------- */

static void put(struct pdf_page *page, const char *bytes, size_t len)
{
    if (page->text.max - page->text.len < len) {
        page->left_out += len;
        return;
    }
    buf_add(&page->text, bytes, len);
}

static void put_code(struct pdf_page *page, int32_t code)
{
    uint32_t c = (uint32_t)code;
    char bytes[4];
    size_t len;
    if (c < 0x80) {
        bytes[0] = (char)c;
        len = 1;
    } else if (c < 0x800) {
        bytes[0] = (char)(0xC0 | c >> 6);
        bytes[1] = (char)(0x80 | (c & 0x3F));
        len = 2;
    } else if (c < 0x10000) {
        bytes[0] = (char)(0xE0 | c >> 12);
        bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (c & 0x3F));
        len = 3;
    } else {
        bytes[0] = (char)(0xF0 | c >> 18);
        bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
        bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[3] = (char)(0x80 | (c & 0x3F));
        len = 4;
    }
    put(page, bytes, len);
}

static bool ends_in_soft_hyphen(const struct pdf_page *page)
{
    return page->text.len >= 2 && memcmp(page->text.data + page->text.len - 2, "\xC2\xAD", 2) == 0;
}

static void end_line(struct pdf_page *page)
{
    if (!page->in_line) {
        return;
    }
    struct pdf_line *line = &page->lines[page->line_count - 1];
    while (page->text.len > line->start
           && (page->text.data[page->text.len - 1] == ' ' || page->text.data[page->text.len - 1] == '\t')) {
        page->text.len--;
    }
    if (page->text.data != NULL) {
        page->text.data[page->text.len] = '\0';
    }
    line->len = page->text.len - line->start;
    page->in_line = false;
    bool turned = page->turned >= TURNED_LEAST && 10 * page->turned >= 8 * page->drawn;
    if (turned && pdf_reads_backwards(page->text.data + line->start, line->len)) {
        pdf_reverse(page->text.data + line->start, line->len);
    }
    page->turned = page->drawn = 0;
    if (line->len == 0) {
        page->line_count--;
    }
}

static void begin_line(struct pdf_page *page, const struct pdf_box *box, bool apart)
{
    end_line(page);
    if (page->text.len > 0) {
        put(page, "\n", 1);
    }
    if (mem_grow(&page->lines, &page->line_capacity, page->line_count, sizeof *page->lines) != 0) {
        page->out_of_memory = true;
        return;
    }
    page->lines[page->line_count++] = (struct pdf_line){ .start = page->text.len, .apart = apart, .bold = true };
    page->in_line = true;
    page->line_box = *box;
}

/* ---- What stands between two characters ------------------------------------------------------ */

enum between { BETWEEN_NOTHING, BETWEEN_BLANK, BETWEEN_CELL, BETWEEN_LINE };

/* Share of the lower box's height that both have in common. */
static double shared_height(const struct pdf_box *a, const struct pdf_box *b)
{
    double shared = fmin(a->y2, b->y2) - fmax(a->y1, b->y1);
    return shared / fmin(height_of(a), height_of(b));
}

/* Right below the character before, and as wide as that, which is wider than high: of text that is turned, the boxes are, too. */
static bool is_below(const struct pdf_page *page, const struct pdf_box *box)
{
    const struct pdf_box *last = &page->last;
    double width = box->x2 - box->x1, gap = box->y1 - last->y2;
    return page->drawn > 0 && fabs(box->x1 - last->x1) < 0.5 && fabs(box->x2 - last->x2) < 0.5 && gap > -0.1 * width
        && gap < 0.6 * width && box->y2 - box->y1 < width && last->y2 - last->y1 < width;
}

static enum between judge(const struct pdf_page *page, const struct pdf_box *box)
{
    if (is_below(page, box)) {
        return page->saw_blank || box->y1 - page->last.y2 > BLANK_EM * (box->x2 - box->x1) ? BETWEEN_BLANK : BETWEEN_NOTHING;
    }
    const struct pdf_box *last = &page->last;
    double em = fmax(height_of(last), height_of(box)), gap = (box->x1 - last->x2) / em;
    bool side_by_side = shared_height(last, box) > 0.4 && box->x1 >= last->x1 - 0.2 * em;
    if (side_by_side) {
        if (gap > CELL_EM) {
            return BETWEEN_CELL;
        }
        if (page->saw_newline) {
            /* The library began a line here: text beside the text, or a large initial. */
            return gap < GLUE_EM && gap > -0.3 ? BETWEEN_NOTHING : BETWEEN_BLANK;
        }
        bool glued = page->saw_blank ? gap < GLUE_EM && gap > -0.3 : gap < BLANK_EM;
        return glued ? BETWEEN_NOTHING : BETWEEN_BLANK;
    }
    if (page->saw_newline) {
        return BETWEEN_LINE;
    }
    bool back = box->x1 < last->x1 - 0.2 * em; /* neither the next of a line nor of a column of turned text */
    double down = fmax(box->y1 - last->y2, last->y1 - box->y2) / em;
    if (back || down > 0.3 || gap > CELL_EM) {
        return BETWEEN_LINE;
    }
    return page->saw_blank || gap > BLANK_EM || down > BLANK_EM ? BETWEEN_BLANK : BETWEEN_NOTHING;
}

static void separate(struct pdf_page *page, const struct pdf_box *box)
{
    if (!page->has_last) {
        begin_line(page, box, false);
        return;
    }
    enum between between = judge(page, box);
    if (between == BETWEEN_LINE) {
        double em = fmax(height_of(&page->last), height_of(box));
        bool apart = box->y1 - page->line_box.y2 > APART_EM * em;
        begin_line(page, box, apart);
        return;
    }
    if (ends_in_soft_hyphen(page)) {
        /* It was drawn inside a line, so it is seen: fonts that have one glyph for both hyphens name it so. */
        page->text.data[page->text.len - 2] = '-';
        page->text.data[--page->text.len] = '\0';
    }
    if (between != BETWEEN_NOTHING) {
        put(page, between == BETWEEN_CELL ? "\t" : " ", 1);
    }
}

/* ---- Characters ------------------------------------------------------------------------------ */

static bool is_private(int32_t code)
{
    return (code >= 0xE000 && code <= 0xF8FF) || code >= 0xF0000;
}

static bool is_blank(int32_t code)
{
    return code == ' ' || code == '\t' || code == '\f' || code == '\r' || code == 0xA0 || code == 0x1680
        || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000;
}

/* Neither seen nor meant: marks of order and direction, zero widths. */
static bool is_nothing(int32_t code)
{
    return code == 0xFEFF || (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E)
        || (code >= 0x2060 && code <= 0x206F);
}

static void count(struct pdf_page *page, int32_t code, bool odd)
{
    page->visible++;
    page->odd += odd;
    if (text_class_of(code) == TEXT_LETTER && !odd) {
        page->letters++;
        bool latin = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
        page->latin += latin;
        page->vowels += latin && strchr("aeiouyAEIOUY", code) != NULL;
    }
}

/* A digit raised above the character before it: the mark of a footnote, or an exponent. */
static bool is_raised(const struct pdf_page *page, int32_t code, const struct pdf_box *box)
{
    if (code < '0' || code > '9' || !page->has_last || page->saw_blank || page->saw_newline) {
        return false;
    }
    double big = height_of(&page->line_box), middle = (page->line_box.y1 + page->line_box.y2) / 2;
    return height_of(box) < SMALL * big && box->y2 < page->line_box.y2 - 0.15 * big && (box->y1 + box->y2) / 2 < middle
        && box->x1 >= page->last.x1 && box->x1 - page->last.x2 < BLANK_EM * big;
}

static void put_visible(struct pdf_page *page, int32_t code, bool raised)
{
    static const char *const ligatures[] = { "ff", "fi", "fl", "ffi", "ffl", "st", "st" }; /* U+FB00 and on */
    static const int32_t superscripts[] = { 0x2070, 0xB9, 0xB2, 0xB3, 0x2074, 0x2075, 0x2076, 0x2077, 0x2078, 0x2079 };
    bool odd = code == 0xFFFD || is_private(code) || code < ' ' || (code >= 0x7F && code < 0xA0);
    count(page, code, odd);
    if (code >= 0xFB00 && code <= 0xFB06) {
        const char *letters = ligatures[code - 0xFB00];
        put(page, letters, strlen(letters));
    } else if (code == 0x2010 || code == 0x2011) {
        put_code(page, '-');
    } else if (raised) {
        put_code(page, superscripts[code - '0']);
    } else if (odd) {
        /* Before a word it is a bullet of a symbol font; inside one a letter or ligature that nobody knows. */
        char before = page->text.len > 0 ? page->text.data[page->text.len - 1] : '\n';
        bool alone = before == ' ' || before == '\t' || before == '\n';
        put_code(page, alone && is_private(code) ? 0x2022 : 0xFFFD);
    } else {
        put_code(page, code);
    }
}

static void note_style(struct pdf_page *page, const struct pdf_box *box, struct pdf_style style)
{
    if (page->in_line) {
        struct pdf_line *line = &page->lines[page->line_count - 1];
        float size = style.size > 0 ? style.size : (float)height_of(box);
        line->size = size > line->size ? size : line->size;
        line->bold = line->bold && style.bold;
    }
}

void pdf_page_add(struct pdf_page *page, int32_t code, const struct pdf_box *box, struct pdf_style style)
{
    if (page->out_of_memory || page->text.failed || code <= 0 || is_nothing(code)) {
        return;
    }
    if (code == '\n' || code == 0x2028 || code == 0x2029) {
        page->saw_newline = true;
        return;
    }
    if (is_blank(code)) {
        page->saw_blank = true;
        return;
    }
    bool raised = is_raised(page, code, box);
    if (!raised) {
        separate(page, box);
    }
    page->turned += is_below(page, box);
    page->drawn++;
    put_visible(page, code, raised);
    note_style(page, box, style);
    page->last = *box;
    if (raised) {
        /* What follows is compared with the line, not with the small digit. */
        page->last.y1 = page->line_box.y1;
        page->last.y2 = page->line_box.y2;
    } else {
        page->line_box.y1 = box->y1;
        page->line_box.y2 = box->y2;
    }
    page->last_code = code;
    page->has_last = true;
    page->saw_blank = page->saw_newline = false;
}

enum err_code pdf_page_finish(struct pdf_page *page, struct err *err)
{
    end_line(page);
    if (page->out_of_memory) {
        return err_nomem(err, "a page of a PDF");
    }
    return buf_check(&page->text, "a page of a PDF", err);
}

enum err_code pdf_page_set_text(struct pdf_page *page, const char *text, size_t len, struct err *err)
{
    const struct pdf_box nowhere = { 0, 0, 0, 0 };
    pdf_page_clear(page);
    bool apart = false;
    for (size_t at = 0; at < len && !page->out_of_memory;) {
        const char *newline = memchr(text + at, '\n', len - at);
        size_t end = newline != NULL ? (size_t)(newline - text) : len;
        if (end > at && strspn(text + at, " \t\f\r") < end - at) {
            begin_line(page, &nowhere, apart);
            put(page, text + at, end - at);
            apart = false;
        } else {
            apart = true;
        }
        at = end + 1;
    }
    page->visible = page->text.len;
    return pdf_page_finish(page, err);
}

/* ---- Whether it is text ---------------------------------------------------------------------- */

bool pdf_page_is_readable(const struct pdf_page *page)
{
    if (page->visible >= READABLE_LEAST && 4 * page->odd > page->visible) {
        return false;
    }
    /* In texts of European languages 35 to 45 % of the letters are vowels; in a text whose letters were shuffled, mostly less than
     * 15 %.  Other scripts are not judged. */
    bool judged = page->latin >= VOWELS_LEAST && 10 * page->latin >= 8 * page->letters;
    return !judged || (100 * page->vowels >= 15 * page->latin && 100 * page->vowels <= 75 * page->latin);
}

/* ---- Titles ------------------------------------------------------------------------------------ */

static bool ends_like_file(const char *title)
{
    static const char *const endings[] = { ".doc", ".docx", ".dot", ".dotx", ".docm", ".rtf", ".odt", ".xls", ".xlsx", ".xlsm",
                                           ".ods", ".ppt", ".pptx", ".pps", ".ppsx", ".odp", ".pdf", ".indd", ".qxd", ".qxp",
                                           ".pmd", ".p65", ".fm", ".pub", ".vsd", ".eps", ".ai", ".dvi", ".tex", ".txt", ".htm",
                                           ".html", ".tmp", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".msg", ".wpd" };
    size_t len = strlen(title);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t tail = strlen(endings[i]);
        if (len > tail && strcasecmp(title + len - tail, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool pdf_title_is_junk(const char *title)
{
    /* What programs write when nobody gave a title, in Dutch and English. */
    static const char *const names[] = { "untitled", "naamloos", "geen titel", "titel", "title", "document",
                                         "powerpoint presentation",
                                         "powerpoint-presentatie", "presentatie", "presentation", "dia 1", "slide 1", "dianummer 1",
                                         "template", "sjabloon", "scan", "layout 1", "pagina 1", "page 1", "blank page",
                                         "print", "full page photo", "rapport", "brief", "memo", "notitie" };
    static const char *const openings[] = { "microsoft word", "microsoft powerpoint", "microsoft excel", "microsoft office",
                                            "untitled-", "document1", "document2", "naamloos-", "afdrukken ", "file://", "http://",
                                            "https://", "c:\\", "scanned document", "scanned by" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(title, names[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        if (strncasecmp(title, openings[i], strlen(openings[i])) == 0) {
            return true;
        }
    }
    size_t letters = 0, blanks = 0, others = 0;
    for (size_t at = 0, step, len = strlen(title); at < len; at += step) {
        int32_t code = utf8_decode(title + at, len - at, &step);
        bool letter = code > 0 && text_class_of(code) == TEXT_LETTER;
        letters += letter;
        blanks += code == ' ';
        others += !letter && code != ' ';
    }
    /* "20170405_def-v2": a file name without its ending. */
    return letters < 2 || ends_like_file(title) || (blanks == 0 && others > 2 && (others >= letters || strchr(title, '_') != NULL));
}

/* ---- Headings ------------------------------------------------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static size_t skip_space(const char *text, size_t at, size_t to)
{
    while (at < to && is_space(text[at])) {
        at++;
    }
    return at;
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

/* Where the heading ends when it stands at `at`; 0 when it does not. */
static size_t match_heading(const char *text, size_t at, size_t to, const char *heading)
{
    size_t len = strlen(heading), end = at;
    for (size_t i = skip_space(heading, 0, len); i < len; i = skip_space(heading, i + 1, len)) {
        at = skip_space(text, at, to);
        if (at >= to || lower(text[at]) != lower(heading[i])) {
            return 0;
        }
        end = ++at;
    }
    return end;
}

/* The start of the line when only a number stands between it and `at` ("2.1 ", "IV. ", "Bijlage 3: "), else `at`. */
static size_t line_start(const char *text, size_t from, size_t at)
{
    size_t start = at, letters = 0, digits = 0;
    while (start > from && text[start - 1] != '\n') {
        char c = text[--start];
        letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
        digits += c >= '0' && c <= '9';
        if (at - start > 24) {
            return at;
        }
    }
    size_t end = at;
    while (end > start && is_space(text[end - 1])) {
        end--;
    }
    bool marked = end > start && strchr(".:)", text[end - 1]) != NULL;
    return letters == 0 || (letters <= 12 && (digits > 0 || marked)) ? start : at;
}

bool pdf_find_heading(const char *text, size_t from, size_t to, const char *heading, size_t *ret_start, size_t *ret_len)
{
    size_t skip = skip_space(heading, 0, strlen(heading));
    if (heading[skip] == '\0') {
        return false;
    }
    int first = lower(heading[skip]);
    for (size_t at = from; at < to; at++) {
        if (lower(text[at]) != first || (at > from && !is_space(text[at - 1]))) {
            continue;
        }
        size_t start = line_start(text, from, at);
        if (start > from && text[start - 1] != '\n') {
            continue;
        }
        size_t end = match_heading(text, at, to, heading + skip);
        if (end > at && (end == to || is_space(text[end]))) {
            size_t stop = end;
            while (stop < to && (text[stop] == ' ' || text[stop] == '\t')) {
                stop++;
            }
            if (stop == to || text[stop] == '\n') {
                *ret_start = start;
                *ret_len = end - start;
                return true;
            }
        }
    }
    return false;
}
