/* names.c - finding the names of a document. */
#include "text/names.h"

#include <string.h>

#include "text/grammar.h"
#include "text/inflect.h"
#include "text/token.h"

#define CITED "aangehaald "
#define CITED_NAME_MAX 180 /* bytes looked at behind it */

size_t name_add_word(const struct words *words, char key[NAME_MAX_BYTES + 1], size_t used, const char *form, size_t len)
{
    char class[INFLECT_MAX];
    if (is_function_word(form, len)) {
        return used;
    }
    size_t class_len = inflect_class(words, form, len, class);
    if (used + class_len + 1 > NAME_MAX_BYTES) {
        return 0;
    }
    if (used > 0) {
        key[used++] = ' ';
    }
    memcpy(key + used, class, class_len);
    used += class_len;
    key[used] = '\0';
    return used;
}

size_t name_key(const struct words *words, const char *text, size_t len, char out[NAME_MAX_BYTES + 1])
{
    struct tokenizer tokenizer;
    struct token token;
    size_t used = 0;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        size_t more = token.form_len > 0 ? name_add_word(words, out, used, token.form, token.form_len) : used;
        if (more == 0 && used > 0) {
            return 0;
        }
        used = more;
    }
    return used;
}

static void add(const struct words *words, struct names *names, const char *text, size_t len, bool is_short)
{
    if (names->count == NAMES_MAX) {
        return;
    }
    struct name *name = &names->items[names->count];
    if (name_key(words, text, len, name->key) == 0) {
        return;
    }
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i].key, name->key) == 0) {
            names->items[i].is_short = names->items[i].is_short || is_short;
            return;
        }
    }
    name->text = text;
    name->len = len;
    name->is_short = is_short;
    names->count++;
}

/* The end of a name behind `aangehaald als`: the sentence ends, or quotes, brackets or a new line do. */
static size_t name_end(const char *text, size_t len)
{
    size_t limit = len < CITED_NAME_MAX ? len : CITED_NAME_MAX;
    for (size_t i = 0; i < limit; i++) {
        char next = i + 1 < len ? text[i + 1] : ' ';
        if ((text[i] == '.' && (next == ' ' || next == '\n' || next == '*')) || text[i] == ';' || text[i] == '(' || text[i] == '"'
            || (text[i] == '\n' && i > 2) || (len - i > 5 && memcmp(text + i, ", met", 5) == 0)
            || (i + 3 < len && memcmp(text + i, "\xE2\x80\x9D", 3) == 0)) {
            return i;
        }
    }
    return limit < len ? 0 : limit;
}

/* How many bytes behind `aangehaald ` come before the name: `als`, `onder den titel`, with what joins them; 0 when it is no
 * citation. */
static size_t name_lead(const char *text, size_t len)
{
    static const char *const leads[] = { "als", "onder de titel van", "onder de titel", "onder den titel van", "onder den titel",
                                         "onder de naam", "onder den naam", "met de titel" };
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        size_t lead = strlen(leads[i]), at = lead;
        if (len <= lead || memcmp(text, leads[i], lead) != 0) {
            continue;
        }
        while (at < len && at < lead + 4 && memchr(": \n\"*", text[at], 5) != NULL) {
            at++;
        }
        at += len - at > 3 && memcmp(text + at, "\xE2\x80\x9C", 3) == 0 ? 3 : 0; /* an opening quote */
        return at > lead ? at : 0;
    }
    return 0;
}

/* A name and, when it ends in a year, the name without: `Archiefbesluit 1995` is also asked for as Archiefbesluit. */
static void add_cited(const struct words *words, struct names *names, const char *text, size_t len)
{
    add(words, names, text, len, true);
    size_t end = len;
    while (end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9') {
        end--;
    }
    if (len - end == 4 && end > 1 && text[end - 1] == ' ') {
        add(words, names, text, end - 1, true);
    }
}

void names_find(const struct words *words, const char *title, size_t title_len, const char *text, size_t len,
                struct names *ret_names)
{
    ret_names->count = 0;
    add(words, ret_names, title, title_len, false);
    const char *close = title_len > 0 && title[title_len - 1] == ')' ? title + title_len - 1 : NULL;
    const char *open = close != NULL ? memrchr(title, '(', title_len) : NULL;
    if (open != NULL) {
        size_t inside = (size_t)(close - open) - 1;
        add(words, ret_names, open + 1, inside, memchr(open + 1, ' ', inside) != NULL);
    }
    size_t cited = strlen(CITED);
    const char *at = text;
    while ((at = memmem(at, len - (size_t)(at - text), CITED, cited)) != NULL) {
        at += cited;
        size_t left = len - (size_t)(at - text), lead = name_lead(at, left);
        size_t end = lead > 0 ? name_end(at + lead, left - lead) : 0;
        if (end > 0) {
            add_cited(words, ret_names, at + lead, end);
        }
    }
}
