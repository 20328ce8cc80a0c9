/* fuzz-legacy.c - libFuzzer harness: files of before 2007: the container, the streams that we read ourselves (presentations,
 * properties, lists of sheets), and what a converter may give.
 *
 * The first byte tells whether the rest is a whole file or the contents of one stream of a sound file.  Seeds: none needed.
 */
#include "tests/fuzz/fuzz-extract.h"

#include "extract/convert.h"
#include "extract/ole.h"
#include "tests/ole-fixture.h"

/* A converter that gives the document back. */
static enum err_code give_back(void *context, enum convert_kind kind, const char *bytes, size_t len, struct buf *out, bool *ret_cut,
                               struct err *err)
{
    size_t start = *(const size_t *)context, most = out->max;
    (void)kind;
    start = start < len ? start : len;
    buf_add(out, bytes + start, len - start < most ? len - start : most);
    *ret_cut = len - start > most;
    return buf_check(out, "text", err);
}

static void run(const char *bytes, size_t len, size_t text)
{
    extract_format *const formats[] = { ole_run, ppt_run };
    const struct convert_asker asker = { give_back, &text };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct extract_input input = { .bytes = bytes, .len = len, .name = "x", .caps = &fuzz_caps, .asker = &asker };
        fuzz_run(formats[i], &input);
    }
    struct cfb cfb;
    struct buf names;
    size_t count;
    buf_init(&names, 10000);
    if (cfb_open(&cfb, bytes, len)) {
        xls_sheet_names(&cfb, &names, &count, NULL);
    }
    buf_done(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const names[] = { "PowerPoint Document", "Workbook", "\005SummaryInformation",
                                         "\005DocumentSummaryInformation" };
    if (len == 0) {
        return 0;
    }
    if (*bytes >= 4) {
        run((const char *)bytes + 1, len - 1, *bytes);
        return 0;
    }
    struct buf file, data, other;
    buf_init(&file, 1 << 20);
    buf_init(&data, 1 << 16);
    buf_init(&other, 1 << 16);
    buf_add(&data, bytes + 1, len - 1);
    if (*bytes == 0 && len > 60) { /* where the last save is */
        buf_add(&other, bytes + 1, 60);
    } else {
        buf_add(&other, "x", 1);
    }
    const struct ole_stream streams[] = { { names[*bytes], &data }, { *bytes == 0 ? "Current User" : "WordDocument", &other } };
    ole_build(streams, 2, &file);
    fuzz_require(!file.failed);
    run(file.data, file.len, 512);
    buf_done(&file);
    buf_done(&data);
    buf_done(&other);
    return 0;
}
