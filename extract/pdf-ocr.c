/* pdf-ocr.c - pages of a PDF that are images, or draw characters without names, rendered and read by OCR. */
#include <math.h>
#include <string.h>

#include "extract/ocr.h"
#include "extract/pdf.h"

#define DPI 300.0     /* what Tesseract is trained for */
#define DPI_LEAST 70  /* a page so large that it would be rendered with less is a drawing */
#define PAGE_PIXELS 12000000 /* A4 at 300 dots per inch has 8.7 million */

/* In place: the four bytes of a pixel become one, its brightness (ITU-R BT.601). */
static void make_grey(unsigned char *pixels, int width, int height, int stride)
{
    for (int y = 0; y < height; y++) {
        unsigned char *row = pixels + (size_t)y * (size_t)stride;
        for (int x = 0; x < width; x++) {
            uint32_t colour;
            memcpy(&colour, row + 4 * (size_t)x, sizeof colour);
            row[x] = (unsigned char)(((colour >> 16 & 0xFF) * 299 + (colour >> 8 & 0xFF) * 587 + (colour & 0xFF) * 114) / 1000);
        }
    }
}

static cairo_surface_t *render(PopplerPage *page, double dpi, int width, int height)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, dpi / 72, dpi / 72);
    poppler_page_render(page, cairo);
    bool complete = cairo_status(cairo) == CAIRO_STATUS_SUCCESS && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    if (!complete) {
        cairo_surface_destroy(surface);
        return NULL;
    }
    cairo_surface_flush(surface);
    return surface;
}

static void note_page(struct pdf_reading *reading, int number)
{
    reading->recognised++;
    if (reading->run_end == number) {
        reading->run_end = number + 1;
        return;
    }
    if (reading->run_start > 0) {
        buf_printf(&reading->runs, reading->run_end > reading->run_start ? "%d-%d " : "%d ", reading->run_start, reading->run_end);
    }
    reading->run_start = reading->run_end = number + 1;
}

enum err_code pdf_read_image(struct pdf_reading *reading, PopplerPage *page, int number, bool *ret_read, struct err *err)
{
    const char *why;
    double width = 0, height = 0;
    poppler_page_get_size(page, &width, &height);
    *ret_read = false;
    if (!ocr_is_available(&why) || !(width >= 1 && height >= 1 && width < 1e5 && height < 1e5)) {
        return ERR_OK;
    }
    double dpi = fmin(DPI, 72 * sqrt(PAGE_PIXELS / (width * height)));
    int columns = (int)(width * dpi / 72), rows = (int)(height * dpi / 72);
    if (dpi < DPI_LEAST || columns < 1 || rows < 1) {
        return ERR_OK;
    }
    cairo_surface_t *surface = render(page, dpi, columns, rows);
    if (surface == NULL) {
        return ERR_OK;
    }
    int stride = cairo_image_surface_get_stride(surface);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    make_grey(pixels, columns, rows, stride);
    AUTO_BUF struct buf text;
    buf_init(&text, reading->page.text.max);
    enum err_code code = ocr_read_grey(pixels, columns, rows, stride, (int)dpi, &text, err);
    cairo_surface_destroy(surface);
    if (code == ERR_INVALID) {
        return ERR_OK; /* the engine does not work: the page stays without text */
    }
    if (code == ERR_OK && text.len > 0 && pdf_has_word(text.data, text.len)) {
        code = pdf_page_set_text(&reading->page, text.data, text.len, err);
        *ret_read = true;
        note_page(reading, number);
    }
    return code;
}

enum err_code pdf_list_images(struct pdf_reading *reading, struct err *err)
{
    if (reading->run_start > 0) {
        buf_printf(&reading->runs, reading->run_end > reading->run_start ? "%d-%d" : "%d", reading->run_start, reading->run_end);
    }
    if (reading->runs.failed || reading->runs.len == 0) {
        return ERR_OK; /* too many runs to list: the note has their number */
    }
    return field_set(&reading->record->ocr_pages, reading->runs.data, reading->runs.len, reading->caps->title_bytes, err);
}
