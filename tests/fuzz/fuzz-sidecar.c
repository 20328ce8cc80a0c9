/* fuzz-sidecar.c - libFuzzer harness: any bytes as an XML sidecar and as a table of metadata.
 *
 * Seeds: those of t048-sidecar.c and corpus/kantoor.  Useful: a dictionary of element names ("<begripLabel>", "<diwoo:DiWoo>",
 * "<beperkingGebruik>") and of headers ("bestand", "titel", "looptijd").
 */
#include "extract/sidecar.h"
#include "tests/fuzz/fuzz-extract.h"

/* Gives the record to the check that all formats get. */
static void check(struct extract_record *record)
{
    size_t count = 0;
    fuzz_sink(&count, record, NULL);
    extract_record_done(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct extract_record record;
    bool found = false;
    fuzz_require(record_init(&record, "application/xml", NULL) == ERR_OK);
    enum err_code code = sidecar_read_xml((const char *)bytes, len, "map/brief.pdf", &fuzz_caps, &record, NULL);
    fuzz_require(code == ERR_OK || code == ERR_INVALID || code == ERR_NOT_FOUND);
    check(&record);
    fuzz_require(record_init(&record, "text/csv", NULL) == ERR_OK);
    code = sidecar_read_table((const char *)bytes, len, "a", &fuzz_caps, &record, &found, NULL);
    fuzz_require(code == ERR_OK || code == ERR_INVALID || code == ERR_NOT_FOUND);
    check(&record);
    return 0;
}
