/* t046-ocr.c - text in images: scanned pages of PDFs and image files, read by workers in their sandbox.  Skipped where images
 * cannot be read (no Tesseract, or no data for Dutch) or drawn (no fonts). */
#include "tests/extract-test.h"

#include <fcntl.h>
#include <poppler.h>

#include "extract/ocr.h"

#define WIDTH 1240 /* A4 at 150 dots per inch */
#define HEIGHT 1754

/* The fonts that the text is drawn with leave something behind, in a library of the system. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const char typed[] =
    "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F << /Type /Font "
    "/Subtype /Type1 /BaseFont /Times-Roman >> >> >> >>\nendobj\n4 0 obj\n<< /Length 219 >>\nstream\n"
    "BT /F 16 Tf 70 740 Td (De gemeenteraad vergadert over de begroting) Tj 0 -24 Td (van het volgende jaar. De wethouder legt) Tj "
    "0 -24 Td (het programma voor onderwijs en sport uit,) Tj 0 -24 Td (en de raad stelt vragen.) Tj ET    \nendstream\nendobj\n"
    "trailer\n<< /Root 1 0 R >>\n";

/* A page of what are no words: they are recognised well, and must not be taken. */
static void make_nonsense(struct buf *out)
{
    char content[1024] = "BT /F 8 Tf 50 700 Td ";
    for (int i = 0; i < 20; i++) {
        strcat(content, "(wqxz pfkrt dzw bcxvgt) Tj 0 -10 Td ");
    }
    strcat(content, "ET");
    buf_printf(out, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
               "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
               "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F << /Type "
               "/Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>\nendobj\n4 0 obj\n<< /Length %zu >>\nstream\n%s\n"
               "endstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n", strlen(content), content);
}

/* A page as an image. */
static cairo_surface_t *draw(const char *pdf, size_t len)
{
    GBytes *bytes = g_bytes_new_static(pdf, len);
    PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
    assert_non_null(document);
    PopplerPage *page = poppler_document_get_page(document, 0);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, WIDTH / 595.0, HEIGHT / 842.0);
    poppler_page_render(page, cairo);
    cairo_destroy(cairo);
    g_object_unref(page);
    g_object_unref(document);
    g_bytes_unref(bytes);
    cairo_surface_flush(surface);
    return surface;
}

/* A PDF of two pages: nothing, and the image with what `drawn` puts on it. */
static void scan(cairo_surface_t *surface, const char *drawn, struct buf *out)
{
    char content[1024];
    size_t len = (size_t)snprintf(content, sizeof content, "q 595 0 0 842 0 0 cm /I Do Q %s", drawn);
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    buf_printf(out, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
               "2 0 obj\n<< /Type /Pages /Kids [6 0 R 3 0 R] /Count 2 /MediaBox [0 0 595 842] >>\nendobj\n"
               "6 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n"
               "3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> /Font << /F << /Type "
               "/Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>\nendobj\n"
               "4 0 obj\n<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", len, content);
    buf_printf(out, "5 0 obj\n<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
               "/Length %d >>\nstream\n", WIDTH, HEIGHT, WIDTH * HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            buf_add_u8(out, pixels[y * stride + 4 * x]);
        }
    }
    buf_add_str(out, "\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n");
    assert_false(out->failed);
}

static cairo_status_t add_png(void *context, const unsigned char *bytes, unsigned len)
{
    buf_add(context, bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

/* Runs a document through a worker. */
static enum err_code run(const char *name, const struct buf *bytes, struct extract_record *ret_record, struct err *err)
{
    struct extract_worker *worker;
    char path[] = "/tmp/naslag-t046-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, bytes->data, bytes->len), bytes->len);
    assert_int_equal(extract_worker_new(&extract_default_caps, &worker, NULL), ERR_OK);
    bool more = false;
    enum err_code code = extract_worker_start(worker, fd, name, 0, bytes->len, err);
    if (code == ERR_OK) {
        code = extract_worker_next(worker, ret_record, &more, err);
    }
    extract_worker_free(worker);
    close(fd);
    return code;
}

static void check_words(const struct extract_record *record)
{
    static const char *const words[] = { "gemeenteraad", "begroting", "wethouder", "onderwijs" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(record->text, words[i]) == NULL) {
            fail_msg("%s is not in: %s", words[i], record->text);
        }
    }
}

static bool can_read(void)
{
    const char *why;
    bool can = ocr_is_available(&why);
    if (!can) {
        print_message("# %s\n", why);
    }
    return can;
}

static bool is_blank(cairo_surface_t *surface)
{
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t dark = 0;
    for (size_t i = 0; i < (size_t)cairo_image_surface_get_stride(surface) * HEIGHT; i += 4) {
        dark += pixels[i] < 128;
    }
    return dark < 1000;
}

static void test_scanned_pdf(void **state)
{
    (void)state;
    cairo_surface_t *surface = draw(typed, sizeof typed - 1);
    if (is_blank(surface)) {
        print_message("# skipped: no fonts to draw with\n");
        cairo_surface_destroy(surface);
        return;
    }
    struct buf pdf;
    buf_init(&pdf, 8 << 20);
    scan(surface, "", &pdf);
    cairo_surface_destroy(surface);
    struct extract_record record;
    struct err err = ERR_INIT;
    if (run("scan.pdf", &pdf, &record, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(record.page_count, 2);
    if (can_read()) {
        check_words(&record);
        assert_string_equal(record.ocr_pages, "2");
        assert_string_equal(record.note, "1 of 2 pages were read as images (OCR)");
    } else {
        assert_string_equal(record.ocr_pages, "");
        assert_non_null(strstr(record.note, "Tesseract"));
    }
    extract_record_done(&record);
    buf_done(&pdf);
}

static size_t count_of(const char *text, const char *wanted)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, wanted)) != NULL; at += strlen(wanted)) {
        count++;
    }
    return count;
}

/* What is printed on a scan is not all that it says, and is there once; one that is a picture keeps its caption. */
static void test_stamp(void **state)
{
    (void)state;
    static const char *const stamps[] = {
        "BT /F 12 Tf 70 800 Td (Zaaknummer besluit Archiefstuk) Tj ET", /* legible */
        "BT /F 1 Tf 70 800 Td (Zaaknummer besluit Archiefstuk) Tj ET",  /* too small to be recognised */
    };
    for (size_t i = 0; i < 4; i++) {
        cairo_surface_t *surface = draw(typed, sizeof typed - 1);
        bool picture = i >= 2, skipped = is_blank(surface);
        struct buf pdf;
        struct extract_record record;
        struct err err = ERR_INIT;
        buf_init(&pdf, 8 << 20);
        if (picture) {
            memset(cairo_image_surface_get_data(surface), 0x80, (size_t)cairo_image_surface_get_stride(surface) * HEIGHT);
        }
        scan(surface, stamps[i % 2], &pdf);
        cairo_surface_destroy(surface);
        if (skipped) {
            print_message("# skipped: no fonts to draw with\n");
            buf_done(&pdf);
            return;
        }
        assert_int_equal(run("stempel.pdf", &pdf, &record, &err), ERR_OK);
        assert_int_equal(count_of(record.text, "Zaaknummer"), 1);
        assert_int_equal(count_of(record.text, "Archiefstuk"), 1);
        assert_int_equal(record.cut, 0);
        if (!can_read()) {
            assert_string_equal(record.note, "1 of 2 pages are images with little text");
            assert_int_equal(record.lacks, EXTRACT_NEED_OCR);
        } else if (picture) {
            assert_string_equal(record.note, "");
            assert_string_equal(record.ocr_pages, "");
        } else {
            check_words(&record);
            assert_string_equal(record.ocr_pages, "2");
            assert_string_equal(record.note, "1 of 2 pages were read as images (OCR)");
        }
        extract_record_done(&record);
        buf_done(&pdf);
    }
}

static void test_nonsense(void **state)
{
    (void)state;
    struct extract_record record;
    struct err err = ERR_INIT;
    struct buf bytes;
    buf_init(&bytes, 8 << 20);
    make_nonsense(&bytes);
    cairo_surface_t *surface = draw(bytes.data, bytes.len);
    buf_clear(&bytes);
    assert_int_equal(cairo_surface_write_to_png_stream(surface, add_png, &bytes), CAIRO_STATUS_SUCCESS);
    bool skipped = is_blank(surface) || !can_read();
    cairo_surface_destroy(surface);
    if (!skipped) {
        assert_int_equal(run("onzin.png", &bytes, &record, &err), ERR_OK);
        assert_string_equal(record.note, "no text in the image");
        assert_string_equal(record.ocr_pages, "");
        assert_int_equal(strspn(record.text, " \n"), record.text_len);
        extract_record_done(&record);
    }
    buf_done(&bytes);
    if (skipped) {
        print_message("# skipped: part of it, for want of fonts\n");
    }
}

static void test_image_files(void **state)
{
    (void)state;
    cairo_surface_t *surface = draw(typed, sizeof typed - 1);
    assert_int_equal(image_is_readable(), can_read());
    if (is_blank(surface) || !can_read()) {
        print_message("# skipped: no fonts to draw with, or no Tesseract\n");
        cairo_surface_destroy(surface);
        return;
    }
    struct buf png;
    buf_init(&png, 8 << 20);
    assert_int_equal(cairo_surface_write_to_png_stream(surface, add_png, &png), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
    struct extract_record record;
    struct err err = ERR_INIT;
    assert_int_equal(run("map/scan.png", &png, &record, &err), ERR_OK);
    check_words(&record);
    assert_string_equal(record.ocr_pages, "1");
    assert_int_equal(record.page_count, 1);
    assert_string_equal(record.note, "read as an image (OCR)");
    assert_string_equal(record.title, "scan");
    extract_record_done(&record);
    /* Damaged: refused, or half of it read; never more than a worker lost. */
    for (size_t len = 0; len < png.len; len += 1 + png.len / 5) {
        struct buf half = { .data = png.data, .len = len, .cap = png.cap, .max = png.max };
        if (run("half.png", &half, &record, &err) == ERR_OK) {
            extract_record_done(&record);
        } else {
            assert_int_equal(err.code, ERR_INVALID);
        }
    }
    buf_done(&png);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_scanned_pdf), cmocka_unit_test(test_stamp),
                                        cmocka_unit_test(test_nonsense),
                                        cmocka_unit_test(test_image_files) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
