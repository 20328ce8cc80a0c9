/* fuzz-jsonl.c - libFuzzer harness: any bytes as lines of JSON; read whole, and again in two ranges, which must give the same
 * number of records.  The first byte chooses where the ranges meet.
 *
 * Seeds: the lines in t042-extract-lines.c; a line with form feeds in the text; a dictionary of keys ("\"text\":", "\"id\":").
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 2) {
        return 0;
    }
    const char *lines = (const char *)bytes + 1;
    len--;
    /* What the bytes look like is not asked: detection may take them for something else than lines. */
    struct extract_input input = { .bytes = lines, .len = len, .name = "x.jsonl", .caps = &fuzz_caps };
    size_t whole = fuzz_run(jsonl_run, &input);
    uint64_t middle = (uint64_t)bytes[0] * len / 255;
    struct line_source source = { .bytes = lines, .fd = -1, .len = len };
    size_t parts = 0;
    enum err_code first = jsonl_range(&source, 0, middle, &fuzz_caps, fuzz_sink, &parts, NULL);
    enum err_code second = jsonl_range(&source, middle, len, &fuzz_caps, fuzz_sink, &parts, NULL);
    if (first != ERR_OK || second != ERR_OK || parts != whole) {
        abort();
    }
    return 0;
}
