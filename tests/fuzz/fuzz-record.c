/* fuzz-record.c - libFuzzer harness: any bytes as the frame form of a record, as a worker under a document's control could send
 * it; what is accepted must be sound, and writing it again must give the same bytes.
 *
 * Makes its own seeds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz-extract.h"

static void write_seed(const char *folder, const char *name, const char *text, bool pages)
{
    struct extract_record record;
    char path[4096];
    AUTO_BUF struct buf form;
    buf_init(&form, record_max(&fuzz_caps));
    fuzz_require(record_init(&record, "text/plain", NULL) == ERR_OK);
    free(record.text);
    record.text = strdup(text);
    record.text_len = (uint32_t)strlen(text);
    if (pages) {
        record.pages = calloc(2, sizeof *record.pages);
        record.headings = calloc(1, sizeof *record.headings);
        record.pages[1] = 4;
        record.headings[0] = (struct extract_span){ 4, 3 };
        record.page_count = 2;
        record.heading_count = 1;
    }
    record_write(&record, &form);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    fuzz_require(file != NULL && fwrite(form.data, 1, form.len, file) == form.len && fclose(file) == 0);
    extract_record_done(&record);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("NASLAG_FUZZ_SEEDS");
    (void)argc;
    (void)argv;
    if (folder != NULL) {
        write_seed(folder, "empty", "", false);
        write_seed(folder, "text", "een \xC3\xA9\xC3\xA9n", false);
        write_seed(folder, "pages", "een kop", true);
    }
    return 0;
}

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
