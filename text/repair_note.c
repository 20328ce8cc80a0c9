/* repair_note.c - footnote marks that lost their place above the line: `gebleven4` was `gebleven` with a small 4.
 *
 * A number at the end of a word is a mark only when the document shows it: a note, a line that begins with that number, follows
 * it, and so do other marks with their notes before and after it, numbers and notes ascending.  So covid19, mp3 and A4 stay.
 * A mark becomes superscript digits, as it was set: they end a word, so that the word is found.
 */
#include "text/repair_rules.h"

#include <string.h>

#define NOTE_BEHIND_MOST 20000 /* bytes from a mark to its note */
#define NUMBERS 100            /* marks have one or two digits */
#define STEP_MOST 5            /* marks that may be missing between two */
#define WORD_LEAST 4

/* A number that may be a mark. */
struct mark {
    uint32_t at, note; /* of its first digit; of its note, 0 when it has none */
    uint8_t number;
    bool glued;        /* to the letters of a word */
};

struct marks {
    struct mark *items;
    size_t count, capacity;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digit that superscript bytes at `at` stand for; -1 for other bytes.  *ret_len is their number. */
static int superscript(const char *text, size_t len, size_t at, size_t *ret_len)
{
    unsigned char first = (unsigned char)text[at], second = at + 1 < len ? (unsigned char)text[at + 1] : 0;
    *ret_len = 2;
    if (first == 0xC2) {
        return second == 0xB9 ? 1 : second == 0xB2 ? 2 : second == 0xB3 ? 3 : -1;
    }
    *ret_len = 3;
    unsigned char third = at + 2 < len ? (unsigned char)text[at + 2] : 0;
    return first == 0xE2 && second == 0x81 && (third == 0xB0 || (third >= 0xB4 && third <= 0xB9)) ? third - 0xB0 : -1;
}

static bool is_superscript_before(const char *text, size_t len, size_t at)
{
    size_t step;
    return (at >= 2 && superscript(text, len, at - 2, &step) >= 0 && step == 2)
        || (at >= 3 && superscript(text, len, at - 3, &step) >= 0 && step == 3);
}

/* Whether the number at [start, end) begins a line as the number of a note does. */
static bool is_note(const char *text, size_t len, size_t start, size_t end)
{
    size_t at = start;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) {
        at--;
    }
    if ((at > 0 && text[at - 1] != '\n') || end >= len || strchr(".) \t", text[end]) == NULL || text[end] == '\0') {
        return false;
    }
    for (at = end + 1; at < len && (text[at] == ' ' || text[at] == '\t'); at++) {
    }
    return at < len && text[at] != '\n' && !is_digit(text[at]);
}

static bool is_letter_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Whether what follows a number may follow a mark. */
static bool may_end(const char *text, size_t len, size_t end)
{
    if (end >= len) {
        return true;
    }
    return strchr(" \n\t.,;:)", text[end]) != NULL && text[end] != '\0'
        && (end + 1 >= len || (text[end] != '.' && text[end] != ',') || !is_digit(text[end + 1]));
}

/* Whether a number at [start, end) may be a mark, behind a word or its punctuation. */
static bool is_mark(const char *text, size_t len, size_t start, size_t end, bool *ret_glued)
{
    if (start < 2 || !may_end(text, len, end)) {
        return false;
    }
    char before = text[start - 1];
    bool stop = strchr(".,;:)", before) != NULL;
    *ret_glued = !stop;
    return stop ? is_letter_byte(text[start - 2]) || text[start - 2] == ')' : is_letter_byte(before);
}

/* Lists the numbers that may be marks, from the last to the first, each with the note behind it. */
static bool list_marks(struct repairer *repairer, struct marks *marks)
{
    const char *text = repairer->text;
    size_t len = repairer->len, notes[NUMBERS] = { 0 };
    for (size_t at = len; at > 0;) {
        size_t start = at - 1, end = at, step;
        unsigned number = 0;
        bool glued = false, set = false;
        if (is_digit(text[start])) {
            while (start > 0 && is_digit(text[start - 1])) {
                start--;
            }
            number = end - start <= 2 && text[start] != '0' ? (unsigned)(text[start] - '0') : 0;
            number = number > 0 && end - start == 2 ? number * 10 + (unsigned)(text[start + 1] - '0') : number;
        } else if ((unsigned char)text[start] >= 0xC2 && !is_superscript_before(text, len, start)
                   && superscript(text, len, start, &step) > 0) {
            int second = start + step < len ? superscript(text, len, start + step, &end) : -1;
            number = (unsigned)superscript(text, len, start, &step);
            number = second >= 0 ? number * 10 + (unsigned)second : number;
            set = true; /* one that is in its place */
        }
        at = start;
        if (number == 0) {
            continue;
        }
        if (!set && is_note(text, len, start, end)) {
            notes[number] = start;
        } else if ((set || is_mark(text, len, start, end, &glued)) && notes[number] > 0
                   && notes[number] - start <= NOTE_BEHIND_MOST) {
            if (mem_grow(&marks->items, &marks->capacity, marks->count, sizeof *marks->items) != 0) {
                return false;
            }
            marks->items[marks->count++] = (struct mark){ (uint32_t)start, (uint32_t)notes[number], (uint8_t)number, glued };
        }
    }
    return true;
}

/* Whether `next` follows `mark` as the next of the same notes. */
static bool follows(const struct mark *mark, const struct mark *next)
{
    return next->number > mark->number && next->number - mark->number <= STEP_MOST && next->note > mark->note;
}

/* Whether a mark stands between others; marks are listed from the last to the first. */
static bool is_in_series(const struct marks *marks, size_t i)
{
    const struct mark *mark = &marks->items[i];
    bool after = i > 0 && follows(mark, mark - 1), before = i + 1 < marks->count && follows(mark + 1, mark);
    return (after && before) || (after && i + 1 == marks->count && i > 1 && follows(mark - 1, mark - 2))
        || (before && i == 0 && marks->count > 2 && follows(mark + 2, mark + 1));
}

/* Whether the letters before `at` are a word of small letters, or the second half of one that a line end broke. */
static bool ends_word(const struct repairer *repairer, size_t at)
{
    const char *text = repairer->text;
    size_t right = letters_before(text, at), start = at - right, end = start;
    for (size_t i = start + 1; i < at; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z') {
            return false;
        }
    }
    if (right >= WORD_LEAST && (is_common(repairer, text + start, right) || is_compound(repairer, text + start, right))) {
        return true;
    }
    while (end > 0 && strchr(" \n-", text[end - 1]) != NULL && start - end < 4) {
        end--;
    }
    size_t left = letters_before(text, end);
    char word[2 * WORD_BYTES_MAX];
    if (right < 2 || left < 2 || left + right > WORD_BYTES_MAX || memchr(text + end, '\n', start - end) == NULL) {
        return false;
    }
    memcpy(word, text + end - left, left);
    memcpy(word + left, text + start, right);
    return is_common(repairer, word, left + right);
}

void notes_find(struct repairer *repairer)
{
    struct marks marks = { 0 };
    struct notes *notes = &repairer->notes;
    if (!repairer->checked) {
        return;
    }
    bool sound = list_marks(repairer, &marks);
    for (size_t i = marks.count; i > 0 && sound; i--) {
        const struct mark *mark = &marks.items[i - 1];
        if (mark->glued && is_in_series(&marks, i - 1) && ends_word(repairer, mark->at)) {
            sound = mem_grow(&notes->items, &notes->capacity, notes->count, sizeof *notes->items) == 0;
            if (sound) {
                notes->items[notes->count++] = mark->at;
            }
        }
    }
    repairer->nomem = repairer->nomem || !sound;
    free(marks.items);
}

size_t glyph_note(struct repairer *repairer, size_t at)
{
    static const char *const digits[] = { "\xE2\x81\xB0", "\xC2\xB9", "\xC2\xB2", "\xC2\xB3", "\xE2\x81\xB4", "\xE2\x81\xB5",
                                          "\xE2\x81\xB6", "\xE2\x81\xB7", "\xE2\x81\xB8", "\xE2\x81\xB9" };
    struct notes *notes = &repairer->notes;
    while (notes->next < notes->count && notes->items[notes->next] < at) {
        notes->next++;
    }
    if (notes->next == notes->count || notes->items[notes->next] != at) {
        return 0;
    }
    size_t end = at, out_start = repairer->out->len;
    for (; end < repairer->len && is_digit(repairer->text[end]); end++) {
        buf_add_str(repairer->out, digits[repairer->text[end] - '0']);
    }
    repair_record(repairer, REPAIR_NOTE, end, out_start);
    return end - at;
}
