/* fuzz-pdf.c - libFuzzer harness: what our own code makes of what a PDF library gives: characters with boxes, page labels, titles,
 * headings, and the XMP packet.  The library itself is not ours to fuzz; it runs in the sandbox.
 *
 * Seeds: an XMP packet; otherwise none needed.
 */
#include "tests/fuzz/fuzz-extract.h"

#include "extract/pdf-labels.h"
#include "extract/pdf-text.h"
#include "extract/xmp.h"

/* Each character takes eight bytes: a code point, two coordinates, and flags. */
static void fuzz_page(const uint8_t *bytes, size_t len)
{
    struct pdf_page page;
    pdf_page_init(&page, 500);
    for (size_t at = 0; at + 8 <= len; at += 8) {
        const uint8_t *c = bytes + at;
        int32_t code = c[0] < 0x80 ? c[0] : c[0] << 8 | c[1] | (c[6] & 1 ? 0x10000 : 0);
        double x = (double)(c[2] << 8 | c[3]) - 100, y = (double)(c[4] << 8 | c[5]) - 100;
        struct pdf_box box = { x, y, x + c[6] / 8.0, y + c[7] / 8.0 };
        pdf_page_add(&page, code, &box, (struct pdf_style){ .size = c[7], .bold = c[6] & 2 });
    }
    fuzz_require(pdf_page_finish(&page, NULL) == ERR_OK && page.text.len <= 500);
    size_t end = 0;
    for (size_t i = 0; i < page.line_count; i++) {
        fuzz_require(page.lines[i].start >= end && page.lines[i].len > 0);
        end = page.lines[i].start + page.lines[i].len;
        fuzz_require(end <= page.text.len);
    }
    pdf_page_is_readable(&page);
    pdf_page_done(&page);
}

static void fuzz_strings(const char *text, size_t len)
{
    struct pdf_labels labels;
    pdf_labels_init(&labels, 200);
    const char *first = text, *end = text + len;
    for (uint32_t page = 1; first < end; page++) {
        pdf_labels_add(&labels, page, first);
        first += strlen(first) + 1;
    }
    fuzz_require(strlen(pdf_labels_get(&labels)) <= 200);
    pdf_labels_done(&labels);
    pdf_title_is_junk(text);
    size_t half = strnlen(text, len), start, length;
    if (half < len && pdf_find_heading(text + half + 1, 0, len - half - 1, text, &start, &length)) {
        fuzz_require(length > 0 && start + length <= len - half - 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = malloc(len + 1);
    fuzz_require(text != NULL);
    if (len > 0) {
        memcpy(text, bytes, len);
    }
    text[len] = '\0';
    fuzz_page(bytes, len);
    fuzz_strings(text, len);
    struct xmp xmp;
    fuzz_require(xmp_read(text, len, &xmp, NULL) == ERR_OK);
    xmp_done(&xmp);
    struct pdf_page page;
    pdf_page_init(&page, 300);
    fuzz_require(pdf_page_set_text(&page, text, strlen(text), NULL) == ERR_OK);
    pdf_page_done(&page);
    free(text);
    return 0;
}
