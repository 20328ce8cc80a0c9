/* fuzz-mail.c - libFuzzer harness: any bytes as a mail message or a mailbox.
 *
 * Seeds: the messages in t149-mail-warc.c, a few real ones; a dictionary ("Content-Type: multipart/", "boundary=", "=?utf-8?Q?",
 * "format=flowed", "\nFrom a Mon 12:00\n").
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char whole[1 << 16];
    static const char *const heads[] = { "From: a@b\nTo: c@d\nSubject: x\n", "From a@b Mon Mar  1 12:00:00 2021\nFrom: x\n",
                                         "From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=A\n\n--A\n",
                                         "From: a\nTo: b\nSubject: c\nContent-Type: text/plain; format=flowed\n\n" };
    if (len == 0) {
        return 0;
    }
    const char *head = heads[bytes[0] % (sizeof heads / sizeof *heads)];
    size_t used = strlen(head), rest = len - 1 < sizeof whole - used ? len - 1 : sizeof whole - used;
    memcpy(whole, head, used);
    memcpy(whole + used, bytes + 1, rest);
    fuzz_extract("x.eml", (const uint8_t *)whole, used + rest);
    return 0;
}
