/* fuzz-warc.c - libFuzzer harness: any bytes as a web archive: headers of records and answers, chunks, compression.
 *
 * Seeds: the archives in t149-mail-warc.c; useful is a dictionary of field names ("WARC-Type: response", "HTTP/1.1 200 OK",
 * "Transfer-Encoding: chunked", "Content-Encoding: gzip").
 */
#include "tests/fuzz/fuzz-extract.h"

#define RESPONSE                                                                                               \
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x/\r\nContent-Type: application/http\r\n"         \
    "Content-Length: 60000\r\n\r\n"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char whole[1 << 16];
    /* A header that leads straight into what is parsed: the first byte chooses it. */
    static const char *const heads[] = {
        "WARC/1.0\r\n",
        RESPONSE,
        RESPONSE
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: deflate\r\n\r\n",
        RESPONSE
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n",
    };
    if (len == 0) {
        return 0;
    }
    const char *head = heads[bytes[0] % (sizeof heads / sizeof *heads)];
    size_t used = strlen(head), rest = len - 1 < sizeof whole - used ? len - 1 : sizeof whole - used;
    memcpy(whole, head, used);
    memcpy(whole + used, bytes + 1, rest);
    fuzz_extract("x.warc", (const uint8_t *)whole, used + rest);
    return 0;
}
