/* fuzz-package.c - libFuzzer harness: any bytes as a file of each format that is read by content: office packages, RTF, Markdown.
 *
 * Seeds: one small file of each format.
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const names[] = { "x.docx", "x.odt", "x.fodt", "x.epub", "x.rtf", "x.md" };
    const char *text = (const char *)bytes;
    ooxml_is(text, len);
    odf_is(text, len);
    epub_is(text, len);
    rtf_is(text, len);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fuzz_extract(names[i], bytes, len);
    }
    return 0;
}
