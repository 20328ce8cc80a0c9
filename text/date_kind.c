/* date_kind.c - what the words before a date say that it is the date of.
 *
 * A label stands at the start of the line, of a cell or of a list item: in the middle of a sentence the same words tell of other
 * things (`het gesprek is opgenomen op ...`).  It may also be the line above.
 */
#include "text/dates.h"

#include <string.h>

#define DATE_HEAD_BYTES 600 /* a day without a label counts as the document's up to here */

static const struct label {
    const char *words; /* all the words before the date; `*`: anything may follow these */
    enum date_kind kind;
} labels[] = {
    { "toegevoegd", DATE_ARCHIVED },     { "gearchiveerd", DATE_ARCHIVED },  { "opgenomen", DATE_ARCHIVED },
    { "archiefdatum", DATE_ARCHIVED },   { "laatst toegevoegd", DATE_ARCHIVED },
    { "opgenomen in het archief", DATE_ARCHIVED }, { "datum archivering", DATE_ARCHIVED },
    { "looptijd*", DATE_PERIOD },        { "periode*", DATE_PERIOD },        { "projectduur", DATE_PERIOD },
    { "programmaperiode", DATE_PERIOD }, { "tijdvak", DATE_PERIOD },         { "duur van het*", DATE_PERIOD },
    { "datum", DATE_DOCUMENT },          { "publicatiedatum", DATE_DOCUMENT }, { "gepubliceerd", DATE_DOCUMENT },
    { "dagtekening", DATE_DOCUMENT },    { "gedateerd", DATE_DOCUMENT },     { "verschenen", DATE_DOCUMENT },
    { "datum publicatie", DATE_DOCUMENT }, { "datum van publicatie", DATE_DOCUMENT }, { "datum brief", DATE_DOCUMENT },
    { "datum document", DATE_DOCUMENT }, { "datum verslag", DATE_DOCUMENT }, { "datum vergadering", DATE_DOCUMENT },
    { "datum uitgave", DATE_DOCUMENT },  { "nieuwsbericht", DATE_DOCUMENT }, { "persbericht", DATE_DOCUMENT },
    { "d d", DATE_DOCUMENT },
};

/* Words that may stand between the label and the date. */
static bool is_filler(const char *word, size_t len)
{
    static const char *const fillers[] = { "op", "in", "van", "sinds", "per", "tussen", "maandag", "dinsdag", "woensdag",
                                           "donderdag", "vrijdag", "zaterdag", "zondag" };
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        if (strlen(fillers[i]) == len && memcmp(fillers[i], word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The words of text[0..len) in small letters with one space between; `out` holds len + 1 bytes. */
static size_t normalise(const char *text, size_t len, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0xC3;
        letter = letter || (c >= 0x80 && c < 0xC0 && used > 0 && (unsigned char)out[used - 1] >= 0xC3);
        if (letter) {
            out[used++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : (char)c;
        } else if (used > 0 && out[used - 1] != ' ') {
            out[used++] = ' ';
        }
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    return used;
}

/* Takes fillers off the end. */
static size_t strip(const char *words, size_t len)
{
    for (;;) {
        size_t start = len;
        while (start > 0 && words[start - 1] != ' ') {
            start--;
        }
        if (start == len || !is_filler(words + start, len - start)) {
            return len;
        }
        len = start > 0 ? start - 1 : 0;
    }
}

static enum date_kind label_kind(const char *words, size_t len, bool anywhere)
{
    for (size_t i = 0; len > 0 && i < sizeof labels / sizeof *labels; i++) {
        size_t wanted = strlen(labels[i].words);
        bool open = labels[i].words[wanted - 1] == '*';
        wanted -= open;
        bool first = len >= wanted && memcmp(words, labels[i].words, wanted) == 0
            && (len == wanted || (open && words[wanted] == ' '));
        bool last = anywhere && len > wanted && words[len - wanted - 1] == ' '
            && memcmp(words + len - wanted, labels[i].words, wanted) == 0;
        if (first || last) {
            return labels[i].kind;
        }
    }
    return DATE_PLAIN;
}

/* `Den Haag, 6 oktober 2016` on a line of its own: a few words, the first and last with a capital, then a comma. */
static bool is_place(const char *line, size_t len)
{
    size_t words = 0, i = 0;
    bool capital = false;
    char behind[DATE_LABEL_MAX + 1];
    size_t comma = len;
    while (comma > 0 && line[comma - 1] != ',') {
        comma--;
    }
    if (strip(behind, normalise(line + comma, len - comma, behind)) > 0) { /* a weekday may stand there */
        return false;
    }
    len = comma;
    if (len < 3 || len > 40 || line[len - 1] != ',') {
        return false;
    }
    for (len--; i < len; words++) {
        while (i < len && (line[i] == ' ' || line[i] == '-' || line[i] == '\'')) {
            i++;
        }
        capital = i < len && ((line[i] >= 'A' && line[i] <= 'Z') || (unsigned char)line[i] == 0xC3);
        while (i < len && line[i] != ' ' && line[i] != '-') {
            if (line[i] == ',' || line[i] == '.' || line[i] == ':' || (line[i] >= '0' && line[i] <= '9')) {
                return false;
            }
            i++;
        }
    }
    return words >= 1 && words <= 4 && capital;
}

/* Start of the piece of a line that ends at `at`: behind a line end, tab, bar or bullet, at most DATE_LABEL_MAX back.
 * SIZE_MAX when it starts earlier. */
static size_t piece_start(const char *text, size_t at)
{
    size_t lowest = at > DATE_LABEL_MAX ? at - DATE_LABEL_MAX : 0, i = at;
    while (i > lowest) {
        char c = text[i - 1];
        bool bullet = i >= 3 && (memcmp(text + i - 3, "\xE2\x80\xA2", 3) == 0);
        bool dot = i >= 2 && memcmp(text + i - 2, "\xC2\xB7", 2) == 0;
        if (c == '\n' || c == '\t' || c == '|' || c == '\f' || bullet || dot) {
            return i;
        }
        i--;
    }
    return lowest == 0 ? 0 : SIZE_MAX;
}

/* Whether the line ends behind the date. */
static bool ends_line(const char *text, size_t len, size_t at)
{
    while (at < len && (text[at] == ' ' || text[at] == '.' || text[at] == '\r')) {
        at++;
    }
    return at >= len || text[at] == '\n' || text[at] == '\f';
}

enum date_kind date_kind_before(const char *text, size_t len, const struct date_found *found, bool anywhere)
{
    char words[DATE_LABEL_MAX + 1];
    size_t start = piece_start(text, found->start);
    if (start == SIZE_MAX) {
        if (!anywhere) {
            return DATE_PLAIN;
        }
        start = found->start - DATE_LABEL_MAX;
    }
    size_t length = found->start - start;
    size_t used = normalise(text + start, length, words);
    bool sentence = memchr(text + start, ';', length) != NULL;
    for (size_t i = start; i + 1 < found->start; i++) {
        sentence = sentence || (text[i] == '.' && text[i + 1] == ' ' && i > start + 3 && !anywhere);
    }
    if (used == 0 && start > 0 && !anywhere) { /* the label is the line above */
        size_t end = start;
        while (end > 0 && start - end < 3 && (unsigned char)text[end - 1] <= ' ') {
            end--;
        }
        size_t above = piece_start(text, end);
        used = above != SIZE_MAX ? normalise(text + above, end - above, words) : 0;
        enum date_kind kind = used <= 30 ? label_kind(words, strip(words, used), false) : DATE_PLAIN;
        if (kind != DATE_PLAIN) {
            return kind;
        }
        used = 0;
    }
    enum date_kind kind = sentence ? DATE_PLAIN : label_kind(words, strip(words, used), anywhere);
    bool day = !found->period && found->from_precision == DATE_DAY;
    if (kind == DATE_PLAIN && !anywhere && day && ends_line(text, len, found->end)) {
        /* A day alone on its line, perhaps with its weekday, heads a document when it is near the start. */
        bool alone = strip(words, used) == 0 && used <= 10 && found->start < DATE_HEAD_BYTES;
        kind = alone || is_place(text + start, length) ? DATE_DOCUMENT : DATE_PLAIN;
    }
    return kind;
}
