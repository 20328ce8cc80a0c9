/* restriction.c - what words about access and use mean: may the document be published or not.
 *
 * A list of what is free, not of what is not: "openbaar" says so, "openbaar vanaf 2060", "openbaar, behalve bijlage 3" and whatever
 * was never met before do not.  So the whole value has to be one of the phrases.  Licences alone may be followed by more of
 * their own words and by their number.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "extract/sidecar.h"
#include "text/unicode.h"

#define WORDS_MAX 400

/* Free whatever the question was. */
static const char *const free_words[] = {
    "openbaar", "volledig openbaar", "geheel openbaar", "onbeperkt openbaar", "openbaar toegankelijk", "openbaar bij overbrenging",
    "publiek", "publiek toegankelijk", "publiek domein", "public", "public access", "public domain", "publicly available",
    "open", "open data", "open access", "openaccess", "open toegang", "vrij", "vrij toegankelijk", "vrije toegang",
    "onbeperkt", "onbeperkt toegankelijk", "unrestricted", "not restricted", "niet beperkt", "zonder beperking",
    "zonder beperkingen", "geen beperking", "geen beperkingen", "no restriction", "no restrictions", "geen gebruiksbeperking",
    "geen gebruiksbeperkingen", "geen openbaarheidsbeperking", "geen openbaarheidsbeperkingen", "geen beperking van toepassing",
    "geen beperkingen van toepassing", "er gelden geen beperkingen", "er zijn geen beperkingen", "geen beperking op gebruik",
    "geen beperkingen op gebruik", "geen beperkingen op het gebruik", "geen beperking op de openbaarheid",
    "geen beperkingen op de openbaarheid", "dit document is openbaar", "dit stuk is openbaar", "het document is openbaar",
    "het informatieobject is openbaar", "het informatieobject is volledig openbaar",
    "info:eu-repo/semantics/openaccess", "http://purl.org/coar/access_right/c_abf2", "https://purl.org/coar/access_right/c_abf2",
};
/* The answers that are free when the question is whether there is a restriction, and when it is whether access is open. */
static const char *const no_words[] = { "geen", "nee", "neen", "no", "none", "false", "onwaar", "0", "n.v.t", "nvt", "n/a",
                                        "niet van toepassing", "not applicable" };
static const char *const yes_words[] = { "ja", "yes", "true", "waar", "1" };

/* Words of the licences that leave a document free to be published, and of their names written out. */
static const char *const licence_words[] = {
    "cc", "cc0", "pdm", "creative", "commons", "by", "sa", "nc", "nd", "zero", "public", "publiek", "domain", "domein", "mark",
    "dedication", "universal", "universeel", "international", "internationaal", "unported", "generic", "licence", "license",
    "licentie", "nederland", "netherlands", "nl", "attribution", "sharealike", "noncommercial", "noderivatives", "noderivs",
    "naamsvermelding", "gelijkdelen", "nietcommercieel", "geenafgeleidewerken", "verklaring",
};

static bool is_in(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], word) == 0) {
            return true;
        }
    }
    return false;
}

#define IS_IN(word, list) is_in(word, list, sizeof(list) / sizeof *(list))

static bool has_end(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);
    return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* An address of Creative Commons, or of the EU's list of access rights; `len` bytes without blanks. */
static bool is_free_address(const char *text, size_t len)
{
    static const char *const hosts[] = { "http://creativecommons.org/", "https://creativecommons.org/",
                                         "http://www.creativecommons.org/", "https://www.creativecommons.org/" };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t host = strlen(hosts[i]);
        if (len > host && strncmp(text, hosts[i], host) == 0) {
            return strncmp(text + host, "publicdomain/", 13) == 0 || strncmp(text + host, "licenses/", 9) == 0;
        }
    }
    return false;
}

/* Whether a word that is no address belongs to a licence's name: one of its words, or a number like 4 of "4.0". */
static bool is_licence_word(const char *text, size_t len)
{
    char word[32];
    if (len <= 2 && strspn(text, "0123456789") >= len) {
        return true;
    }
    if (len >= sizeof word) {
        return false;
    }
    snprintf(word, sizeof word, "%.*s", (int)len, text);
    return IS_IN(word, licence_words);
}

static bool is_licence(const char *words)
{
    static const char *const starts[] = { "cc0", "cc-", "cc ", "creative commons", "pdm", "public domain", "publiek domein" };
    static const char between[] = " .,()-/:_";
    bool any = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        any = any || strncmp(words, starts[i], strlen(starts[i])) == 0;
    }
    any = any || is_free_address(words, strcspn(words, " "));
    while (any && *words != '\0') {
        size_t address = strcspn(words, " "), len = strcspn(words, between);
        if (is_free_address(words, address)) {
            len = address;
        } else if (len > 0 && !is_licence_word(words, len)) {
            return false;
        }
        words += len;
        words += strspn(words, between);
    }
    return any;
}

static bool is_free(const char *words, enum sidecar_question question)
{
    return IS_IN(words, free_words) || (question == SIDECAR_IS_RESTRICTED ? IS_IN(words, no_words) : IS_IN(words, yes_words))
        || (strncmp(words, "http", 4) == 0 && strchr(words, ' ') == NULL && has_end(words, "/access-right/public"))
        || is_licence(words);
}

/* Blanks are one, none at the ends, nor the punctuation of a sentence. */
static void trim(char *text)
{
    size_t used = 0;
    for (const char *c = text; *c != '\0'; c++) {
        bool blank = strchr(" \t\r\n", *c) != NULL;
        if (!blank || (used > 0 && text[used - 1] != ' ')) {
            text[used++] = blank ? ' ' : *c;
        }
    }
    while (used > 0 && strchr(" .!;:,", text[used - 1]) != NULL) {
        used--;
    }
    text[used] = '\0';
}

/* Whether it is a day, month or year (ISO 8601) that is past, as far as its precision tells.  Anything else is not known to be. */
static bool is_past(const char *until)
{
    static const char pattern[] = "dddd-dd-dd";
    char today[16];
    time_t now = time(NULL);
    struct tm parts;
    size_t len = strlen(until);
    for (size_t i = 0; i < len; i++) {
        if (i >= sizeof pattern - 1 || (pattern[i] == '-') != (until[i] == '-')
            || (pattern[i] == 'd' && (until[i] < '0' || until[i] > '9'))) {
            return false;
        }
    }
    return (len == 4 || len == 7 || len == 10) && gmtime_r(&now, &parts) != NULL
        && strftime(today, sizeof today, "%Y-%m-%d", &parts) > 0 && strncmp(until, today, len) < 0;
}

bool sidecar_restricts(const char *words, enum sidecar_question question, const char *until)
{
    char folded[2 * WORDS_MAX];
    const char *blanks = " \t\r\n";
    if (words[strspn(words, blanks)] == '\0' || is_past(until)) {
        return false;
    }
    size_t len = strlen(words);
    if (len > WORDS_MAX) { /* no phrase is that long */
        return true;
    }
    folded[text_fold(words, len, folded, sizeof folded - 1)] = '\0';
    trim(folded);
    return !is_free(folded, question);
}
