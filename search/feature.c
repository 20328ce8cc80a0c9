/* feature.c - the names of what can be switched off. */
#include "search/feature.h"

#include <string.h>

#include "base/utf8.h"

static const struct search_feature_name features[] = {
    { SEARCH_NO_INFLECTION, "verbuiging", "andere verbuigingen van een woord, en woorden met dezelfde stam" },
    { SEARCH_NO_COMPOUNDS, "samenstellingen", "een woord als deel van een samenstelling, en delen die los van elkaar staan" },
    { SEARCH_NO_ABBREVIATIONS, "afkortingen", "waar een afkorting voor staat, en de afkorting van woorden" },
    { SEARCH_NO_SYNONYMS, "synoniemen", "synoniemen en opvolgers uit het bestand van de redactie" },
    { SEARCH_NO_NAMES, "namen", "de voorrang van een document dat zo heet" },
    { SEARCH_NO_PROXIMITY, "nabijheid", "de voorrang van documenten waarin de woorden dicht bij elkaar staan" },
    { SEARCH_NO_COORDINATION, "dekking", "bij twee woorden: de voorrang van documenten met allebei" },
    { SEARCH_NO_COPIES, "kopieen", "het lager zetten van documenten die nagenoeg gelijk zijn" },
    { SEARCH_NO_SUGGESTION, "suggestie", "het voorstel voor een andere schrijfwijze" },
    { SEARCH_NO_MERGING, "samenvoegen", "het samenvoegen van kopieën, en van versies van een webpagina, tot één resultaat" },
};
#define FEATURE_COUNT (sizeof features / sizeof *features)

const struct search_feature_name *search_features(size_t *ret_count)
{
    *ret_count = FEATURE_COUNT;
    return features;
}

static enum err_code add_name(const char *name, size_t len, unsigned *without, struct err *err)
{
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        if (strlen(features[i].name) == len && memcmp(features[i].name, name, len) == 0) {
            *without |= features[i].bit;
            return ERR_OK;
        }
    }
    AUTO_BUF struct buf all;
    buf_init(&all, 1024);
    search_features_print(~0u, &all);
    size_t shown = len <= 60 ? len : utf8_floor(name, len, 60);
    return err_set(err, ERR_INVALID, "‘%.*s’ kan niet worden uitgezet; wel kunnen: %s.", (int)shown, name,
                   all.failed ? "" : all.data);
}

enum err_code search_features_parse(const char *text, size_t len, unsigned *ret_without, struct err *err)
{
    unsigned without = 0;
    enum err_code code = ERR_OK;
    for (size_t at = 0; at < len && code == ERR_OK;) {
        const char *comma = memchr(text + at, ',', len - at);
        size_t end = comma != NULL ? (size_t)(comma - text) : len, next = end + 1;
        while (at < end && text[at] == ' ') {
            at++;
        }
        while (end > at && text[end - 1] == ' ') {
            end--;
        }
        if (end > at) {
            code = add_name(text + at, end - at, &without, err);
        }
        at = next;
    }
    if (code == ERR_OK) {
        *ret_without = without;
    }
    return code;
}

void search_features_print(unsigned without, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        if (without & features[i].bit) {
            buf_add_str(out, first ? "" : ",");
            buf_add_str(out, features[i].name);
            first = false;
        }
    }
}
