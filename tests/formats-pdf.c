/* formats-pdf.c - a PDF with pages, labels, an outline, properties and XMP; and one of its pages as an image. */
#include <poppler.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/formats.h"

#define PAGES_MAX 60
#define FIRST_PAGE 10 /* objects: page i is FIRST_PAGE + 3 i, its content one more, its entry of the outline two */

struct pdf {
    struct buf *out;
    size_t offsets[FIRST_PAGE + 3 * PAGES_MAX];
    unsigned count; /* objects, by the largest number */
};

/* The fonts that the text is drawn with leave something behind, in a library of the system. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static void begin_object(struct pdf *pdf, unsigned number)
{
    pdf->offsets[number] = pdf->out->len;
    pdf->count = number > pdf->count ? number : pdf->count;
    buf_printf(pdf->out, "%u 0 obj\n", number);
}

static void add_object(struct pdf *pdf, unsigned number, const char *text)
{
    begin_object(pdf, number);
    buf_add_str(pdf->out, text);
    buf_add_str(pdf->out, "\nendobj\n");
}

static void add_stream(struct pdf *pdf, unsigned number, const char *entries, const struct buf *bytes)
{
    begin_object(pdf, number);
    buf_printf(pdf->out, "<< /Length %zu %s >>\nstream\n", bytes->len, entries);
    buf_add(pdf->out, bytes->data, bytes->len);
    buf_add_str(pdf->out, "\nendstream\nendobj\n");
}

/* A string in the encoding WinAnsi, in octal where it is no ASCII. */
static void add_string(struct buf *out, const char *text)
{
    static const struct {
        int32_t code;
        unsigned char byte;
    } others[] = { { 0x20AC, 0x80 }, { 0x2026, 0x85 }, { 0x2018, 0x91 }, { 0x2019, 0x92 }, { 0x201C, 0x93 }, { 0x201D, 0x94 },
                   { 0x2022, 0x95 }, { 0x2013, 0x96 }, { 0x2014, 0x97 } };
    buf_add_char(out, '(');
    for (size_t at = 0, step, len = strlen(text); at < len; at += step) {
        int32_t code = utf8_decode(text + at, len - at, &step);
        unsigned byte = code >= 0 && code < 256 ? (unsigned)code : '?';
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            byte = code == others[i].code ? others[i].byte : byte;
        }
        if (byte == '(' || byte == ')' || byte == '\\' || byte > 126) {
            buf_printf(out, "\\%03o", byte);
        } else {
            buf_add_char(out, (char)byte);
        }
    }
    buf_add_char(out, ')');
}

/* The lines of a page from `line` on; the line behind it. */
static size_t add_page(struct pdf *pdf, const struct text *text, size_t line, unsigned page, const char **ret_title)
{
    AUTO_BUF struct buf content;
    char object[200];
    buf_init(&content, FORMAT_BYTES_MAX);
    buf_add_str(&content, "BT 50 790 Td 14 TL\n");
    *ret_title = "Bladzijde";
    for (size_t i = line; i < text->count && strcmp(text->lines[i], "\f") != 0; i++) {
        bool title = i == line + 1; /* the first line is a running head */
        buf_add_str(&content, title ? "/F1 16 Tf T* " : "/F1 11 Tf ");
        add_string(&content, text->lines[i]);
        buf_add_str(&content, " Tj T*\n");
        *ret_title = title ? text->lines[i] : *ret_title;
    }
    buf_add_str(&content, "ET");
    snprintf(object, sizeof object, "<< /Type /Page /Parent 2 0 R /Contents %u 0 R >>", FIRST_PAGE + 3 * page + 1);
    add_object(pdf, FIRST_PAGE + 3 * page, object);
    add_stream(pdf, FIRST_PAGE + 3 * page + 1, "", &content);
    while (line < text->count && strcmp(text->lines[line], "\f") != 0) {
        line++;
    }
    return line + 1;
}

static void add_outline_entry(struct pdf *pdf, unsigned page, unsigned pages, const char *title)
{
    unsigned number = FIRST_PAGE + 3 * page + 2;
    begin_object(pdf, number);
    buf_add_str(pdf->out, "<< /Title ");
    add_string(pdf->out, title);
    buf_printf(pdf->out, " /Parent 3 0 R /Dest [%u 0 R /Fit]", number - 2);
    if (page > 0) {
        buf_printf(pdf->out, " /Prev %u 0 R", number - 3);
    }
    if (page + 1 < pages) {
        buf_printf(pdf->out, " /Next %u 0 R", number + 3);
    }
    buf_add_str(pdf->out, " >>\nendobj\n");
}

static void add_properties(struct pdf *pdf, const char *title)
{
    AUTO_BUF struct buf xmp;
    buf_init(&xmp, FORMAT_BYTES_MAX);
    begin_object(pdf, 4);
    buf_add_str(pdf->out, "<< /Title ");
    add_string(pdf->out, title);
    buf_add_str(pdf->out, " /CreationDate (D:20220630120000+02'00') /Producer (make-formats) >>\nendobj\n");
    buf_add_str(&xmp, "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
                "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
                "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>");
    add_xml(&xmp, title);
    buf_add_str(&xmp, "</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>S. Vrijthof-Elzinga</rdf:li></rdf:Seq>"
                "</dc:creator><dc:language><rdf:Bag><rdf:li>nl-NL</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF>"
                "</x:xmpmeta><?xpacket end='w'?>");
    add_stream(pdf, 5, "/Type /Metadata /Subtype /XML", &xmp);
}

void make_pdf(const struct text *text, unsigned pages, struct buf *out)
{
    struct pdf pdf = { .out = out };
    char object[400];
    buf_add_str(out, "%PDF-1.5\n%\xE2\xE3\xCF\xD3\n");
    add_object(&pdf, 1, "<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R /Metadata 5 0 R /Lang (nl-NL) "
               "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >> >>");
    add_properties(&pdf, text->lines[1]);
    size_t line = 0;
    for (unsigned page = 0; page < pages; page++) {
        const char *title;
        line = add_page(&pdf, text, line, page, &title);
        add_outline_entry(&pdf, page, pages, title);
    }
    snprintf(object, sizeof object, "<< /Type /Outlines /First %d 0 R /Last %u 0 R /Count %u >>", FIRST_PAGE + 2,
             FIRST_PAGE + 3 * (pages - 1) + 2, pages);
    add_object(&pdf, 3, object);
    begin_object(&pdf, 2);
    buf_printf(out, "<< /Type /Pages /Count %u /MediaBox [0 0 595 842] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 "
               "/BaseFont /Times-Roman /Encoding /WinAnsiEncoding >> >> >> /Kids [", pages);
    for (unsigned page = 0; page < pages; page++) {
        buf_printf(out, " %u 0 R", FIRST_PAGE + 3 * page);
    }
    buf_add_str(out, " ] >>\nendobj\n");
    size_t table = out->len;
    buf_printf(out, "xref\n0 %u\n0000000000 65535 f \n", pdf.count + 1);
    for (unsigned i = 1; i <= pdf.count; i++) {
        buf_printf(out, "%010zu 00000 %c \n", pdf.offsets[i], pdf.offsets[i] > 0 ? 'n' : 'f');
    }
    buf_printf(out, "trailer\n<< /Size %u /Root 1 0 R /Info 4 0 R >>\nstartxref\n%zu\n%%%%EOF\n", pdf.count + 1, table);
}

/* ---- An image ---------------------------------------------------------------------------------- */

static cairo_status_t add_png(void *context, const unsigned char *bytes, unsigned len)
{
    buf_add(context, bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

static bool is_blank(cairo_surface_t *surface, int width, int height)
{
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            if (pixels[y * stride + 4 * x] < 64) {
                return false;
            }
        }
    }
    return true;
}

bool make_png(const struct buf *pdf, unsigned page, struct buf *out)
{
    const int width = 1240, height = 1754;
    GBytes *bytes = g_bytes_new_static(pdf->data, pdf->len);
    PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
    need(document != NULL, "the PDF cannot be read");
    PopplerPage *drawn = poppler_document_get_page(document, (int)page);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, width / 595.0, height / 842.0);
    poppler_page_render(drawn, cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    bool blank = is_blank(surface, width, height);
    if (!blank) {
        cairo_surface_write_to_png_stream(surface, add_png, out);
    }
    cairo_surface_destroy(surface);
    g_object_unref(drawn);
    g_object_unref(document);
    g_bytes_unref(bytes);
    return !blank;
}
