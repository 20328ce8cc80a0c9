/* grammar.c - the closed classes. */
#include "text/grammar.h"

#include <string.h>

bool is_function_word(const char *form, size_t len)
{
    static const char *const list[] = {
        "aan", "als", "bij", "dan", "dat", "de", "der", "des", "die", "door", "een", "en", "het", "hoe", "in", "inzake", "is",
        "met", "naar", "of", "om", "omtrent", "op", "over", "te", "tegen", "ten", "ter", "tot", "tussen", "uit", "van", "voor",
        "wat", "zijn",
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (strlen(list[i]) == len && memcmp(list[i], form, len) == 0) {
            return true;
        }
    }
    return false;
}
