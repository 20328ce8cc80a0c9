/* fuzz-markdown.c - libFuzzer harness: any bytes as Markdown, as plain text and as what a server or mail says is in some
 * encoding; the first byte chooses which. */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const charsets[] = { NULL, NULL, NULL, "utf-8", "iso-8859-1", "utf-16", "windows-1250", "utf-7", "x-none" };
    if (len == 0) {
        return 0;
    }
    struct extract_input input = { .bytes = (const char *)bytes + 1, .len = len - 1, .name = "x.md", .caps = &fuzz_caps,
                                   .charset = charsets[bytes[0] / 2 % (sizeof charsets / sizeof *charsets)] };
    fuzz_run(bytes[0] % 2 == 0 ? markdown_run : txt_run, &input);
    return 0;
}
