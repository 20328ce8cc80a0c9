/* fuzz-package.c - libFuzzer harness: any bytes as a file of each format whose bytes are taken apart here: office packages, RTF,
 * Markdown, whatever detection would say.
 *
 * Seeds: one small file of each format.
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    extract_format *const formats[] = { ooxml_run, odf_run, epub_run, rtf_run, markdown_run, ole_run };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct extract_input input = { .bytes = (const char *)bytes, .len = len, .name = "x", .caps = &fuzz_caps };
        fuzz_run(formats[i], &input);
    }
    fuzz_extract("x", bytes, len);
    return 0;
}
