/* fuzz-rtf.c - libFuzzer harness: any bytes as RTF: groups, control words, code pages, \u, fields, properties.
 *
 * The first byte chooses what goes before: nothing, or a head behind which text begins at once.
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char whole[1 << 16];
    static const char *const heads[] = {
        "",
        "{\\rtf1\\ansi\\ansicpg1252 ",
        "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset238 Arial CE;}{\\f2\\fcharset128 Gothic;}}"
        "{\\stylesheet{\\s1 heading 1;}{\\s2 Normal;}}",
        "{\\rtf1{\\info{\\title a}{\\author b}{\\creatim\\yr2001\\mo2\\dy3}}\\pard ",
    };
    if (len == 0) {
        return 0;
    }
    const char *head = heads[bytes[0] % (sizeof heads / sizeof *heads)];
    size_t used = strlen(head), rest = len - 1 < sizeof whole - used ? len - 1 : sizeof whole - used;
    memcpy(whole, head, used);
    memcpy(whole + used, bytes + 1, rest);
    AUTO_FREE char *exact = malloc(used + rest + 1); /* so that reading outside is seen */
    fuzz_require(exact != NULL);
    memcpy(exact, whole, used + rest);
    struct extract_input input = { .bytes = exact, .len = used + rest, .name = "x.rtf", .caps = &fuzz_caps };
    fuzz_run(rtf_run, &input);
    return 0;
}
