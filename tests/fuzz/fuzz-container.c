/* fuzz-container.c - libFuzzer harness: any bytes as whatever they look like: detection, archives, and what is in them.
 *
 * Seeds: the archives in t148-containers.c (a ZIP, a TAR, a 7z, a gzip file, one in another); -max_len=65536.
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    fuzz_extract("x", bytes, len);
    return 0;
}
