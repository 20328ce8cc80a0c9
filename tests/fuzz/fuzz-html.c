/* fuzz-html.c - libFuzzer harness: any bytes as an HTML page.
 *
 * Seeds: the pages in t040-extract.c, a few real pages of some KB, one in Windows-1252.  Useful: -max_len=4096, and a dictionary
 * of element names ("<nav", "<td>", "</pre>", "&#146;", "charset=", "hidden").
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    fuzz_extract("x.html", bytes, len);
    return 0;
}
