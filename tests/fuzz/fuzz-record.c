/* fuzz-record.c - libFuzzer harness: any bytes as the frame form of a record, as a worker under a document's control could send
 * it; what is accepted must be sound, and writing it again must give the same bytes.
 *
 * Seeds: what record_write gives for a few records with pages and headings (dump them from t041-extract-worker.c).
 */
#include "tests/fuzz/fuzz-extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct extract_record record;
    if (record_read(bytes, len, &fuzz_caps, &record, NULL) != ERR_OK) {
        return 0;
    }
    fuzz_check(&record);
    struct buf again;
    buf_init(&again, record_max(&fuzz_caps));
    record_write(&record, &again);
    if (again.failed || again.len != len || memcmp(again.data, bytes, len) != 0) {
        abort();
    }
    buf_done(&again);
    extract_record_done(&record);
    return 0;
}
