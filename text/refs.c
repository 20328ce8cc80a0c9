/* refs.c - the scanner for document numbers, grouped numbers and amounts. */
#include "text/refs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CODE_MAX 40      /* bytes of a registration number */
#define ANCHOR_WORDS 4   /* words and numbers between `Kamerstukken` and the file */
#define WORD_MAX 16
#define GROUPS_MAX 4     /* groups of thousands */

struct text {
    const char *bytes;
    size_t len, floor;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char at(const struct text *text, size_t i)
{
    return i < text->len ? text->bytes[i] : '\0';
}

static char before(const struct text *text, size_t i)
{
    return i > text->floor ? text->bytes[i - 1] : ' ';
}

/* Bytes of the white space at `i`: a blank, a no-break or thin space, a line end. */
static size_t space_len(const struct text *text, size_t i)
{
    char c = at(text, i);
    if (c == ' ' || c == '\n' || c == '\t') {
        return 1;
    }
    if (c == '\xC2' && at(text, i + 1) == '\xA0') {
        return 2;
    }
    return c == '\xE2' && at(text, i + 1) == '\x80' && (at(text, i + 2) == '\xAF' || at(text, i + 2) == '\x89') ? 3 : 0;
}

static size_t gap(const struct text *text, size_t i)
{
    for (size_t count = 0, step; count < 3 && (step = space_len(text, i)) > 0; count++) {
        i += step;
    }
    return i;
}

/* End of the digits at `i`, at most `most` + 1 of them. */
static size_t digits(const struct text *text, size_t i, size_t most)
{
    size_t end = i;
    while (end - i <= most && is_digit(at(text, end))) {
        end++;
    }
    return end;
}

static bool ends_whole(const struct text *text, size_t i)
{
    char next = at(text, i);
    return !is_digit(next) && !is_letter(next)
        && !((next == '.' || next == ',' || next == '-' || next == '/') && is_digit(at(text, i + 1)));
}

static bool starts_whole(const struct text *text, size_t i)
{
    char previous = before(text, i);
    char earlier = i > text->floor + 1 ? text->bytes[i - 2] : ' ';
    return !is_digit(previous) && !is_letter(previous)
        && !((previous == '.' || previous == ',' || previous == '-' || previous == '/') && is_digit(earlier));
}

/* The word of letters at `i` in small letters. */
static size_t word_at(const struct text *text, size_t i, char out[WORD_MAX + 1])
{
    size_t len = 0;
    while (len < WORD_MAX && is_letter(at(text, i + len))) {
        out[len] = (char)(text->bytes[i + len] | 0x20);
        len++;
    }
    out[len] = '\0';
    return is_letter(at(text, i + len)) ? 0 : len;
}

/* The start of the word or number that ends before `i` but for blanks and points; `i` when there is none. */
static size_t back(const struct text *text, size_t i)
{
    size_t end = i, start;
    for (size_t count = 0; count < 4 && end > text->floor; count++) {
        char c = before(text, end);
        if (is_letter(c) || is_digit(c)) {
            break;
        }
        if (c != ' ' && c != '\n' && c != '.' && c != ',' && c != ':' && c != '(' && c != '\xA0' && c != '\xC2' && c != '-') {
            return i;
        }
        end--;
    }
    for (start = end; start > text->floor && end - start < WORD_MAX; start--) {
        char c = text->bytes[start - 1];
        if (!is_letter(c) && !is_digit(c) && c != '/') {
            break;
        }
    }
    return start < end ? start : i;
}

static bool one_of(const char *word, const char *const *list)
{
    while (*list != NULL && strcmp(*list, word) != 0) {
        list++;
    }
    return *list != NULL;
}

static size_t finish(struct ref_found *found, size_t start, size_t end, enum ref_kind kind, int len)
{
    found->start = start;
    found->end = end;
    found->kind = kind;
    found->len = len > 0 && len <= REF_FORM_MAX ? (size_t)len : 0;
    return found->len;
}

/* ---- Parliamentary papers ----------------------------------------------------------------- */

/* Where `TK`, `Kamerstukken II 2013/14,` before the file number at `i` starts; `i` when there is no such thing. */
static size_t papers_before(const struct text *text, size_t i)
{
    static const char *const anchors[] = { "tk", "ek", "kamerstuk", "kamerstukken", "kamerst", NULL };
    static const char *const fillers[] = { "i", "ii", "nr", "nrs", "nummer", "dossier", NULL };
    size_t start = i;
    for (size_t count = 0; count < ANCHOR_WORDS; count++) {
        size_t previous = back(text, start);
        char word[WORD_MAX + 1];
        if (previous == start) {
            return i;
        }
        word_at(text, previous, word);
        start = previous;
        if (one_of(word, anchors)) {
            return start;
        }
        if (!is_digit(at(text, start)) && !one_of(word, fillers)) {
            return i;
        }
    }
    return i;
}

/* `, nr. 135`, ` nr A`, `-135` behind a file number: the bounds of the number; false when there is none. */
static bool paper_number(const struct text *text, size_t i, size_t *ret_start, size_t *ret_end)
{
    char word[WORD_MAX + 1];
    if (at(text, i) == '-' && is_digit(at(text, i + 1))) {
        *ret_start = i + 1;
    } else {
        size_t next = gap(text, at(text, i) == ',' || at(text, i) == '/' ? i + 1 : i);
        size_t len = word_at(text, next, word);
        if ((len != 2 && len != 3) || (strcmp(word, "nr") != 0 && strcmp(word, "nrs") != 0 && strcmp(word, "no") != 0)) {
            return false;
        }
        next += len;
        *ret_start = gap(text, at(text, next) == '.' || at(text, next) == '/' ? next + 1 : next);
    }
    *ret_end = digits(text, *ret_start, 4);
    if (*ret_end == *ret_start && at(text, *ret_start) >= 'A' && at(text, *ret_start) <= 'Z') {
        *ret_end = *ret_start + 1 + (at(text, *ret_start + 1) >= 'A' && at(text, *ret_start + 1) <= 'Z');
    }
    return *ret_end > *ret_start && *ret_end - *ret_start <= 4 && ends_whole(text, *ret_end);
}

/* The chapter of the budget behind a file number, `-VII` or ` VII`; its end, or `i`. */
static size_t chapter(const struct text *text, size_t i)
{
    size_t end = i + (at(text, i) == '-' || at(text, i) == ' '), start = end;
    while (end - start < 5 && (at(text, end) == 'I' || at(text, end) == 'V' || at(text, end) == 'X')) {
        end++;
    }
    return end > start && start > i && !is_letter(at(text, end)) && !is_digit(at(text, end)) ? end : i;
}

static bool papers(const struct text *text, size_t i, size_t end, struct ref_found *found)
{
    char file[6];
    if (end - i == 5) {
        memcpy(file, text->bytes + i, 5);
    } else if (end - i == 2) { /* 26 643, 26.643 */
        size_t step = at(text, end) == '.' ? 1 : space_len(text, end);
        size_t rest = end + step;
        end = digits(text, rest, 3);
        if (step == 0 || end - rest != 3) {
            return false;
        }
        memcpy(file, text->bytes + i, 2);
        memcpy(file + 2, text->bytes + rest, 3);
    } else {
        return false;
    }
    file[5] = '\0';
    size_t start = papers_before(text, i), number, number_end, roman_end = chapter(text, end);
    char roman[8] = "";
    if (roman_end > end) {
        snprintf(roman, sizeof roman, "-%.*s", (int)(roman_end - end - 1), text->bytes + end + 1);
    }
    for (char *c = roman; *c != '\0'; c++) {
        *c = is_letter(*c) ? (char)(*c | 0x20) : *c;
    }
    if (file[0] == '0') {
        return false;
    }
    if (!paper_number(text, roman_end, &number, &number_end)) {
        found->file_len = 0;
        return start < i && ends_whole(text, roman_end)
            && finish(found, start, roman_end, REF_DOCUMENT, snprintf(found->form, sizeof found->form, "tk:%s%s", file, roman)) > 0;
    }
    int len = snprintf(found->form, sizeof found->form, "tk:%s%s-%.*s", file, roman, (int)(number_end - number),
                       text->bytes + number);
    for (int k = 3; k < len; k++) {
        found->form[k] = is_letter(found->form[k]) ? (char)(found->form[k] | 0x20) : found->form[k];
    }
    found->file_len = 3 + 5 + strlen(roman);
    return finish(found, start, number_end, REF_DOCUMENT, len) > 0;
}

/* ---- Official journals, case law ---------------------------------------------------------- */

static const char *journal_of(const char *word)
{
    static const char *const names[][2] = {
        { "stb", "stb" }, { "staatsblad", "stb" }, { "stcrt", "stcrt" }, { "staatscourant", "stcrt" },
        { "trb", "trb" }, { "tractatenblad", "trb" }, { "pbeu", "pb" }, { "pbeg", "pb" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i][0], word) == 0) {
            return names[i][1];
        }
    }
    return NULL;
}

/* `i` to `end` is a year. */
static bool journals(const struct text *text, size_t i, size_t end, struct ref_found *found)
{
    char word[WORD_MAX + 1];
    size_t start = back(text, i);
    const char *journal = start < i && word_at(text, start, word) > 0 ? journal_of(word) : NULL;
    if (end - i != 4 || journal == NULL) {
        return false;
    }
    size_t next = gap(text, at(text, end) == ',' || at(text, end) == '/' ? end + 1 : end);
    size_t len = word_at(text, next, word);
    char series[2] = "";
    if (len > 0 && (strcmp(word, "nr") == 0 || strcmp(word, "no") == 0)) {
        next += len;
        next = gap(text, at(text, next) == '.' ? next + 1 : next);
    } else if (strcmp(journal, "pb") == 0 && len == 1 && (word[0] == 'l' || word[0] == 'c')) {
        series[0] = word[0];
        next = gap(text, next + 1);
    }
    size_t number_end = digits(text, next, 6);
    if (next == end || number_end == next || number_end - next > 6 || !ends_whole(text, number_end)) {
        return false;
    }
    int form = snprintf(found->form, sizeof found->form, "%s:%.4s-%s%.*s", journal, text->bytes + i, series,
                        (int)(number_end - next), text->bytes + next);
    return finish(found, start, number_end, REF_DOCUMENT, form) > 0;
}

/* `ECLI:NL:HR:2012:BX1234`, of which `i` to `end` is the year.  In a query the colons are slashes. */
static bool case_law(const struct text *text, size_t i, size_t end, struct ref_found *found)
{
    size_t start = i, parts = 0, lowest = i > text->floor + 20 ? i - 20 : text->floor;
    while (start > lowest && parts < 4) {
        char c = text->bytes[start - 1];
        if (c == ':' || c == '/') {
            parts++;
        } else if (!is_letter(c) && !is_digit(c)) {
            break;
        }
        start--;
    }
    char word[WORD_MAX + 1];
    if (end - i != 4 || parts != 3 || word_at(text, start, word) != 4 || strcmp(word, "ecli") != 0
        || (at(text, end) != ':' && at(text, end) != '/')) {
        return false;
    }
    size_t stop = end + 1;
    while (stop - end <= 25 && (is_letter(at(text, stop)) || is_digit(at(text, stop))
                                || (at(text, stop) == '.' && is_digit(at(text, stop + 1))))) {
        stop++;
    }
    size_t len = stop - start;
    if (stop == end + 1 || len > REF_FORM_MAX) {
        return false;
    }
    for (size_t k = 0; k < len; k++) {
        char c = text->bytes[start + k];
        found->form[k] = c == '/' ? ':' : is_letter(c) ? (char)(c | 0x20) : c;
    }
    found->form[len] = '\0';
    return finish(found, start, stop, REF_DOCUMENT, (int)len) > 0;
}

/* ---- Registration numbers ----------------------------------------------------------------- */

size_t ref_code(const char *code, size_t len, char out[REF_FORM_MAX + 1], bool *ret_certain)
{
    size_t used = 3, count = 0, letters = 0, hyphens = 0, year = 0, run = 0, tail = 0;
    memcpy(out, "nr:", 3);
    for (size_t i = 0; i < len && len <= CODE_MAX; i++) {
        char c = code[i];
        bool digit = is_digit(c);
        if (digit || is_letter(c)) {
            out[used++] = digit ? c : (char)(c | 0x20);
        }
        count += digit;
        letters += is_letter(c) && count == 0;
        run = digit ? run + 1 : 0;
        if (c == '-' && i >= 4 && i - 4 <= 9 && year == 0 && (code[i - 4] == '1' || code[i - 4] == '2') && is_digit(code[i - 1])
            && (i == 4 || code[i - 5] == '-')) {
            year = i;
        }
        hyphens += c == '-';
        tail = run;
    }
    out[used] = '\0';
    /* 2016-0000123456, BLO-2019-0004417 */
    *ret_certain = year > 0 && tail >= (letters > 0 ? 4 : 6) && len - year - 1 == tail && hyphens == (letters > 0 ? 2u : 1u)
        && letters <= 6;
    return count >= 4 && used >= 8 ? used : 0;
}

static bool is_code(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '/' || c == '.' || c == '_';
}

static bool registration(const struct text *text, size_t i, size_t end, struct ref_found *found)
{
    static const char *const labels[] = { "kenmerk", "zaaknummer", "zaaknr", "dossiernummer", "documentnummer", "referentie",
                                          "registratienummer", "briefnummer", "rolnummer", NULL };
    size_t start = i;
    while (i - start < CODE_MAX && is_code(before(text, start))) {
        start--;
    }
    while (end - start <= CODE_MAX && is_code(at(text, end))) {
        end++;
    }
    while (end > i && !is_letter(text->bytes[end - 1]) && !is_digit(text->bytes[end - 1])) {
        end--;
    }
    bool certain;
    size_t len = ref_code(text->bytes + start, end - start, found->form, &certain);
    if (len == 0) {
        return false;
    }
    char word[WORD_MAX + 1];
    size_t label = back(text, start);
    bool labelled = label < start && word_at(text, label, word) > 0 && one_of(word, labels);
    return (certain || labelled) && finish(found, start, end, REF_DOCUMENT, (int)len) > 0;
}

/* ---- Numbers ------------------------------------------------------------------------------ */

/* How many thousandths one of the unit at `i` is; 0 when it is no unit. */
static uint64_t unit_at(const struct text *text, size_t i, size_t *ret_end)
{
    char word[WORD_MAX + 1];
    size_t len = word_at(text, i, word);
    *ret_end = i + len;
    if (strcmp(word, "miljard") == 0 || strcmp(word, "mld") == 0 || strcmp(word, "mrd") == 0) {
        return UINT64_C(1000000000);
    }
    return strcmp(word, "miljoen") == 0 || strcmp(word, "mln") == 0 || strcmp(word, "milj") == 0 ? 1000000 : 0;
}

/* `120 000`, `35,6 mld.`, `1.500.000`; the first run of digits is i to end. */
static bool quantity(const struct text *text, size_t i, size_t end, struct ref_found *found)
{
    uint64_t value = 0;
    size_t groups = 0, spaces = 0, unit_end, run;
    for (size_t k = i; k < end; k++) {
        value = value * 10 + (uint64_t)(text->bytes[k] - '0');
    }
    for (size_t step; end - i <= 3 + 6 * groups && groups < GROUPS_MAX; groups++, end = run) {
        step = at(text, end) == '.' ? 1 : at(text, end) == '\n' ? 0 : space_len(text, end);
        run = digits(text, end + step, 3);
        if (step == 0 || run - end - step != 3) {
            break;
        }
        spaces += at(text, end) != '.';
        for (size_t k = end + step; k < run; k++) {
            value = value * 10 + (uint64_t)(text->bytes[k] - '0');
        }
    }
    uint64_t thousandths = value * 1000;
    if (at(text, end) == ',' && is_digit(at(text, end + 1))) {
        run = digits(text, end + 1, 3);
        uint64_t place = 100;
        for (size_t k = end + 1; k < run; k++, place /= 10) {
            thousandths += place * (uint64_t)(text->bytes[k] - '0');
        }
        end = run;
    }
    uint64_t unit = unit_at(text, gap(text, end), &unit_end);
    if (!ends_whole(text, end) || text->bytes[i] == '0') {
        return false;
    }
    if (unit > 0 && thousandths < UINT64_C(10000000)) {
        found->file_len = 0;
        return finish(found, i, unit_end, REF_AMOUNT,
                      snprintf(found->form, sizeof found->form, "%" PRIu64, thousandths * (unit / 1000))) > 0;
    }
    bool large = groups >= 2 && spaces == 0;
    if ((spaces == 0 || spaces != groups) && !large) {
        return false;
    }
    return finish(found, i, end, large ? REF_AMOUNT : REF_NUMBER,
                  snprintf(found->form, sizeof found->form, "%" PRIu64, value)) > 0;
}

void ref_scanner_init(struct ref_scanner *scanner, const char *text, size_t len)
{
    *scanner = (struct ref_scanner){ .text = text, .len = len };
}

bool ref_scanner_next(struct ref_scanner *scanner, struct ref_found *found)
{
    while (scanner->at < scanner->len) {
        const struct text text = { scanner->text, scanner->len, scanner->floor };
        size_t i = scanner->at;
        while (i < text.len && !is_digit(text.bytes[i])) {
            i++;
        }
        size_t end = i;
        while (end < text.len && is_digit(text.bytes[end])) {
            end++;
        }
        scanner->at = end;
        if (end == i) {
            break;
        }
        found->file_len = 0;
        bool whole = starts_whole(&text, i);
        bool good = (whole && papers(&text, i, end, found)) || (whole && journals(&text, i, end, found))
            || case_law(&text, i, end, found) || registration(&text, i, end, found)
            || (whole && end - i <= 4 && quantity(&text, i, end, found));
        if (good && found->end >= end) {
            scanner->at = scanner->floor = found->end;
            return true;
        }
    }
    return false;
}
