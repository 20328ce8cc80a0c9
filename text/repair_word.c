/* repair_word.c - what counts as a word when text is mended. */
#include "text/repair_rules.h"

#include <string.h>

#include "text/token.h"
#include "text/unicode.h"

/* Sorted, for bsearch. */
static const char *const function_words[] = {
    "aan", "achter", "al", "alle", "alleen", "als", "alsmede", "alsnog", "altijd", "ander", "andere", "anders", "beide",
    "ben", "bij", "binnen", "boven", "buiten", "daar", "daarbij", "daarmee", "daarna", "daarnaast", "daarom", "daarop",
    "daarvan", "daarvoor", "dan", "dat", "de", "der", "des", "deze", "dezelfde", "die", "dit", "doch", "door", "drie",
    "dus", "een", "eens", "eerst", "eerste", "elk", "elkaar", "elke", "en", "er", "ervan", "ervoor", "ga", "gaan", "gaat",
    "geen", "haar", "had", "hadden", "heb", "hebben", "heeft", "hem", "hen", "het", "hetgeen", "hier", "hij", "hoe", "hun",
    "ieder", "iedere", "iets", "ik", "in", "indien", "inzake", "is", "ja", "je", "jij", "jullie", "kan", "kon", "konden",
    "kunnen", "kunt", "langs", "maar", "mag", "me", "meer", "men", "met", "mij", "mijn", "moest", "moet", "moeten", "mogen",
    "na", "naar", "naast", "nabij", "nadat", "niet", "niets", "noch", "nog", "nooit", "nu", "of", "om", "omdat", "omtrent",
    "onder", "ons", "onze", "ook", "op", "over", "per", "reeds", "rond", "rondom", "sedert", "sinds", "slechts", "soms",
    "steeds", "te", "tegen", "ten", "tenzij", "ter", "terwijl", "toch", "toen", "tot", "tussen", "twee", "u", "uit", "uw",
    "vaak", "van", "vanaf", "vanuit", "vanwege", "veel", "vele", "vier", "vijf", "volgens", "voor", "waar", "waaraan",
    "waarbij", "waardoor", "waarin", "waarmee", "waarna", "waarop", "waarvan", "waarvoor", "wanneer", "want", "waren",
    "was", "wat", "we", "weer", "wegens", "wel", "welk", "welke", "werd", "werden", "wie", "wij", "wil", "worden", "wordt",
    "zal", "ze", "zeer", "zelf", "zelfs", "zich", "zij", "zijn", "zo", "zoals", "zodat", "zodra", "zonder", "zou", "zouden",
    "zowel", "zulke", "zullen",
};

static const char *const prefix_words[] = {
    "aan", "achter", "al", "bij", "binnen", "boven", "daar", "door", "hier", "na", "om", "onder", "op", "over", "tegen",
    "uit", "van", "voor", "waar", "weer", "wel",
};

static const char *const light_verbs[] = {
    "blijft", "blijven", "bracht", "brachten", "brengen", "brengt", "deden", "deed", "doen", "doet", "gaf", "gaven",
    "gebracht", "gebruiken", "gedaan", "geeft", "gegaan", "gegeven", "gehad", "gehouden", "gekomen", "gekregen", "gelaten",
    "gelegd", "gemaakt", "genomen", "geraakt", "geraken", "gesteld", "geven", "gevonden", "gewerkt", "gezet", "gezien",
    "hield", "hielden", "houden", "houdt", "komen", "komt", "krijgen", "krijgt", "kwam", "kwamen", "laat", "laten", "legde",
    "leggen", "legt", "liet", "lieten", "maakt", "maakte", "maakten", "maken", "nam", "namen", "neemt", "nemen", "staan",
    "staat", "stelde", "stellen", "stelt", "vinden", "vindt", "vond", "werken", "werkt", "zag", "zet", "zette", "zetten",
    "zien", "ziet",
};

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t letters_before(const char *text, size_t end)
{
    size_t at = end;
    while (at > 0) {
        if (is_ascii_letter(text[at - 1])) {
            if (end - --at > WORD_BYTES_MAX) {
                return 0;
            }
            continue;
        }
        if ((unsigned char)text[at - 1] < 0x80) {
            break;
        }
        size_t step;
        size_t from = utf8_floor(text, end, at - 1);
        int32_t code_point = utf8_decode(text + from, at - from, &step);
        enum text_class class = code_point < 0 ? TEXT_OTHER : text_class_of(code_point);
        if (class != TEXT_LETTER && class != TEXT_MARK) {
            break;
        }
        at = from;
        if (end - at > WORD_BYTES_MAX) {
            return 0;
        }
    }
    return end - at;
}

size_t letters_after(const char *text, size_t len, size_t start)
{
    size_t at = start;
    while (at < len) {
        if (is_ascii_letter(text[at])) {
            if (++at - start > WORD_BYTES_MAX) {
                return 0;
            }
            continue;
        }
        if ((unsigned char)text[at] < 0x80) {
            break;
        }
        size_t step;
        int32_t code_point = utf8_decode(text + at, len - at, &step);
        enum text_class class = code_point < 0 ? TEXT_OTHER : text_class_of(code_point);
        if (class != TEXT_LETTER && (class != TEXT_MARK || at == start)) {
            break;
        }
        at += step;
        if (at - start > WORD_BYTES_MAX) {
            return 0;
        }
    }
    return at - start;
}

static bool starts_upper(const char *word, size_t len)
{
    size_t step;
    return len > 0 && text_is_upper(utf8_decode(word, len, &step));
}

static bool all_upper(const char *word, size_t len)
{
    size_t step;
    for (size_t at = 0; at < len; at += step) {
        if (!text_is_upper(utf8_decode(word + at, len - at, &step))) {
            return false;
        }
    }
    return len > 0;
}

/* text_fold, quick for the plain letters that most words are made of. */
static size_t fold(const char *word, size_t len, char form[TEXT_FOLD_MAX])
{
    for (size_t i = 0; i < len; i++) {
        if (!is_ascii_letter(word[i]) || i == TEXT_FOLD_MAX) {
            return text_fold(word, len, form, TEXT_FOLD_MAX);
        }
        form[i] = (char)(word[i] | 0x20);
    }
    return len;
}

bool is_listed(const struct repairer *repairer, const char *word, size_t len)
{
    char form[TEXT_FOLD_MAX];
    size_t folded = fold(word, len, form);
    unsigned flags = words_flags(repairer->words, form, folded);
    return (flags & WORDS_LOWER) != 0 || ((flags & WORDS_NAME) != 0 && starts_upper(word, len))
        || ((flags & WORDS_UPPER) != 0 && all_upper(word, len));
}

bool is_common(const struct repairer *repairer, const char *word, size_t len)
{
    char form[TEXT_FOLD_MAX];
    return words_has(repairer->words, form, fold(word, len, form));
}

size_t compound_head(const struct repairer *repairer, const char *word, size_t len)
{
    char form[TEXT_FOLD_MAX];
    if (repairer->compounds == NULL) {
        return 0;
    }
    size_t folded = fold(word, len, form);
    if (folded == 0 || folded > TOKEN_FORM_MAX) {
        return 0;
    }
    struct compound compound = { .count = 0 };
    compound_split(repairer->compounds, form, folded, &compound);
    return compound.count >= 2 ? compound.parts[1].start : 0;
}

bool compound_meets(const struct repairer *repairer, const char *word, size_t len, size_t at)
{
    char form[TEXT_FOLD_MAX], left[TEXT_FOLD_MAX];
    size_t folded = fold(word, len, form), meet = fold(word, at, left);
    struct compound compound = { .count = 0 };
    if (repairer->compounds == NULL || folded == 0 || folded > TOKEN_FORM_MAX) {
        return false;
    }
    compound_split(repairer->compounds, form, folded, &compound);
    for (size_t i = 1; i < compound.count; i++) {
        if (compound.parts[i].start == meet) {
            return true;
        }
    }
    return false;
}

bool is_compound(const struct repairer *repairer, const char *word, size_t len)
{
    return compound_head(repairer, word, len) > 0;
}

bool is_word(const struct repairer *repairer, const char *word, size_t len)
{
    return is_listed(repairer, word, len) || is_compound(repairer, word, len);
}

static bool in_list(const char *const *list, size_t count, const char *word, size_t len)
{
    char form[16];
    if (len >= sizeof form) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        form[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + 'a' - 'A') : word[i];
    }
    form[len] = '\0';
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(form, list[middle]);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

bool is_small_word(const char *word, size_t len)
{
    return in_list(function_words, sizeof function_words / sizeof *function_words, word, len);
}

bool is_prefix_word(const char *word, size_t len)
{
    return in_list(prefix_words, sizeof prefix_words / sizeof *prefix_words, word, len);
}

bool is_light_verb(const char *word, size_t len)
{
    return in_list(light_verbs, sizeof light_verbs / sizeof *light_verbs, word, len);
}
