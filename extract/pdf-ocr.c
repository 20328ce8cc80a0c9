/* pdf-ocr.c - pages of a PDF that are images, or draw characters without names, rendered and read by OCR. */
#include <math.h>
#include <string.h>

#include "extract/ocr.h"
#include "extract/pdf.h"
#include "text/token.h"

#define DPI 300.0     /* what Tesseract is trained for */
#define DPI_LEAST 70  /* a page so large that it would be rendered with less is a drawing */
#define NEW_WORDS 3       /* so many that the page's own text does not have tell that the image has a text */
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

bool pdf_has_images(PopplerPage *page, double *ret_share)
{
    double width = 0, height = 0, covered = 0;
    GList *images = poppler_page_get_image_mapping(page);
    poppler_page_get_size(page, &width, &height);
    for (const GList *at = images; at != NULL; at = at->next) {
        const PopplerRectangle *area = &((const PopplerImageMapping *)at->data)->area;
        double across = fmin(fmax(area->x1, area->x2), width) - fmax(fmin(area->x1, area->x2), 0);
        double down = fmin(fmax(area->y1, area->y2), height) - fmax(fmin(area->y1, area->y2), 0);
        covered += across > 0 && down > 0 ? across * down : 0;
    }
    *ret_share = width >= 1 && height >= 1 ? fmin(covered / (width * height), 1) : 0;
    bool any = images != NULL;
    poppler_page_free_image_mapping(images);
    return any;
}

/* ---- A page with text of its own ------------------------------------------------------------- */

/* The words of a text, folded, with a blank before and behind each. */
static enum err_code list_words(const char *text, size_t len, struct buf *out, struct err *err)
{
    struct tokenizer tokenizer;
    struct token token;
    buf_add_char(out, ' ');
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        if (token.form_len > 0) {
            buf_printf(out, "%s ", token.form);
        }
    }
    return buf_check(out, "words", err);
}

/* How many words, of three letters at least when `long_ones`, are not listed. */
static size_t count_new(const char *text, size_t len, const struct buf *listed, bool long_ones)
{
    struct tokenizer tokenizer;
    struct token token;
    size_t count = 0;
    tokenizer_init(&tokenizer, text, len);
    while (tokenizer_next(&tokenizer, &token)) {
        char word[TOKEN_FORM_MAX + 3];
        snprintf(word, sizeof word, " %s ", token.form);
        bool counts = long_ones ? !token.number && token.form_len >= 3 : token.form_len > 0;
        count += counts && strstr(listed->data, word) == NULL;
    }
    return count;
}

/* The page's own lines, but for those that were recognised as well, and then what was recognised.  Nothing when that has no words
 * of its own. */
static enum err_code join(const struct pdf_page *page, const struct buf *read, struct buf *out, struct err *err)
{
    AUTO_BUF struct buf own, recognised;
    buf_init(&own, page->text.max);
    buf_init(&recognised, 8 * read->len + 64);
    enum err_code code = list_words(page->text.data, page->text.len, &own, err);
    if (code == ERR_OK) {
        code = list_words(read->data, read->len, &recognised, err);
    }
    if (code != ERR_OK || count_new(read->data, read->len, &own, true) < NEW_WORDS) {
        return code;
    }
    for (size_t i = 0; i < page->line_count; i++) {
        const char *line = page->text.data + page->lines[i].start;
        if (count_new(line, page->lines[i].len, &recognised, false) > 0) {
            buf_add(out, line, page->lines[i].len);
            buf_add_char(out, '\n');
        }
    }
    if (out->len > 0) {
        buf_add_char(out, '\n');
    }
    buf_add(out, read->data, read->len);
    return buf_check(out, "a page", err);
}

/* Puts what was recognised into the page; *ret_taken false: it tells nothing new. */
static enum err_code take(struct pdf_page *page, const struct buf *read, bool *ret_taken, struct err *err)
{
    bool alone = page->visible == 0 || !pdf_page_is_readable(page);
    AUTO_BUF struct buf joined;
    buf_init(&joined, 2 * page->text.max);
    enum err_code code = alone ? ERR_OK : join(page, read, &joined, err);
    const struct buf *text = alone ? read : &joined;
    *ret_taken = code == ERR_OK && text->len > 0;
    return *ret_taken ? pdf_page_set_text(page, text->data, text->len, err) : code;
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
        code = take(&reading->page, &text, ret_read, err);
        if (*ret_read) {
            note_page(reading, number);
        }
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
