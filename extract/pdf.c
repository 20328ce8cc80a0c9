/* pdf.c - PDF, by poppler-glib; which only the files extract/pdf*.c see.
 *
 * Text page by page in reading order (pdf-text.h), the outline as headings where it can be found in the text, metadata of the
 * document's info and XMP.  Reading stops before the worker's time is up: what was read until then is worth more than nothing.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "extract/ocr.h"
#include "extract/pdf.h"
#include "text/unicode.h"

#define LINES_MAX 500000 /* lines whose type is kept */
#define TIME_SHARE 0.8   /* of the caps: reading stops then */
#define IMAGE_SHARE 0.6  /* pages that have text are read as images until then */
#define IMAGE_COVERS 0.5 /* of a page: less is an illustration */
#define LITTLE_TEXT 400  /* characters but for blanks, of a page that is an image: headers, stamps, marks of what was blacked out */
#define COUNT_SECONDS 1  /* and as long as reading took: counting what a limit left unread */

static double seconds(clockid_t clock)
{
    struct timespec now = { 0 };
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Whether there is time for a page as slow as the slowest one before. */
static bool has_time(const struct pdf_reading *reading)
{
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - reading->began_cpu, wall = seconds(CLOCK_MONOTONIC) - reading->began;
    return cpu + reading->longest_page < TIME_SHARE * fmax(reading->caps->cpu_seconds, 1)
        && wall + reading->longest_page < TIME_SHARE * reading->caps->wall_ms / 1000;
}

/* ---- Pages ----------------------------------------------------------------------------------- */

/* Text beyond the cap is counted, not kept. */
static enum err_code add_bytes(struct pdf_reading *reading, const char *bytes, size_t len, struct err *err)
{
    if (reading->full) {
        reading->record->cut += len;
        return ERR_OK;
    }
    size_t before = reading->text.len;
    enum err_code code = text_clean(bytes, len, &reading->text, NULL, err);
    if (code == ERR_OK && reading->text.len > reading->caps->record_bytes) {
        size_t at = utf8_floor(reading->text.data, reading->text.len, (size_t)reading->caps->record_bytes);
        at = at < before ? before : at;
        reading->record->cut += reading->text.len - at;
        reading->text.len = at;
        reading->text.data[at] = '\0';
        reading->full = true;
    }
    return code;
}

static enum err_code keep_line(struct pdf_reading *reading, size_t start, const struct pdf_line *from, struct err *err)
{
    size_t len = reading->text.len - start;
    if (len == 0 || reading->line_count >= LINES_MAX) {
        return ERR_OK;
    }
    if (mem_grow(&reading->lines, &reading->line_capacity, reading->line_count, sizeof *reading->lines) != 0) {
        return err_nomem(err, "pdf_run");
    }
    reading->lines[reading->line_count++] = (struct pdf_text_line){
        .start = (uint32_t)start, .len = (uint32_t)len, .size = from->size, .bold = from->bold, .apart = from->apart };
    return ERR_OK;
}

static enum err_code add_lines(struct pdf_reading *reading, struct err *err)
{
    const struct pdf_page *page = &reading->page;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < page->line_count && code == ERR_OK; i++) {
        const struct pdf_line *line = &page->lines[i];
        if (line->apart && i > 0) {
            code = add_bytes(reading, "\n", 1, err);
        }
        size_t start = reading->text.len;
        if (code == ERR_OK) {
            code = add_bytes(reading, page->text.data + line->start, line->len, err);
        }
        if (code == ERR_OK) {
            code = keep_line(reading, start, line, err);
        }
        if (code == ERR_OK) {
            code = add_bytes(reading, "\n", 1, err);
        }
    }
    return code;
}

/* The type that a character is set in; that of the one before when it is not told. */
static struct pdf_style style_of(const GList *type, int number, struct pdf_style before)
{
    const PopplerTextAttributes *attributes = type != NULL ? type->data : NULL;
    if (attributes == NULL || attributes->start_index > number) {
        return before;
    }
    bool sane = attributes->font_size > 0 && attributes->font_size < 5000;
    const char *name = attributes->font_name != NULL ? attributes->font_name : "";
    return (struct pdf_style){ .size = sane ? (float)attributes->font_size : 0,
                               .bold = strcasestr(name, "bold") != NULL || strcasestr(name, "black") != NULL
                                   || strcasestr(name, "heavy") != NULL };
}

/* Gives the characters of the page to pdf-text. */
static enum err_code read_characters(struct pdf_reading *reading, PopplerPage *page, struct err *err)
{
    AUTO_G_FREE char *text = poppler_page_get_text(page);
    AUTO_G_FREE PopplerRectangle *boxes = NULL;
    guint count = 0;
    if (text == NULL || *text == '\0' || !poppler_page_get_text_layout(page, &boxes, &count)) {
        return ERR_OK;
    }
    GList *attributes = poppler_page_get_text_attributes(page);
    const GList *type = attributes;
    struct pdf_style style = { 0 };
    size_t len = strlen(text);
    guint number = 0;
    for (size_t at = 0, step; at < len && number < count; at += step, number++) {
        int32_t code = utf8_decode(text + at, len - at, &step);
        struct pdf_box box = { boxes[number].x1, boxes[number].y1, boxes[number].x2, boxes[number].y2 };
        while (type != NULL && ((const PopplerTextAttributes *)type->data)->end_index < (int)number) {
            type = type->next;
        }
        style = style_of(type, (int)number, style);
        pdf_page_add(&reading->page, code < 0 ? 0xFFFD : code, &box, style);
    }
    poppler_page_free_text_attributes(attributes);
    return pdf_page_finish(&reading->page, err);
}

/* Whether to read the page as an image too: not when pages that have text would be left unread for it. */
static bool has_time_for_image(const struct pdf_reading *reading)
{
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - reading->began_cpu, wall = seconds(CLOCK_MONOTONIC) - reading->began;
    return cpu + reading->longest_image < IMAGE_SHARE * fmax(reading->caps->cpu_seconds, 1)
        && wall + reading->longest_image < IMAGE_SHARE * reading->caps->wall_ms / 1000;
}

/* A page that is an image with a stamp or a header printed on it: what it says stands in the image. */
static enum err_code read_stamped(struct pdf_reading *reading, PopplerPage *page, int number, struct err *err)
{
    double share, began = seconds(CLOCK_MONOTONIC);
    const char *why;
    bool read = false;
    if (reading->page.visible >= LITTLE_TEXT || !pdf_has_images(page, &share) || share < IMAGE_COVERS) {
        return ERR_OK;
    }
    bool available = ocr_is_available(&why), begin = available && has_time_for_image(reading);
    reading->with_little += !begin;
    reading->not_begun += available && !begin;
    enum err_code code = begin ? pdf_read_image(reading, page, number, &read, err) : ERR_OK;
    double took = seconds(CLOCK_MONOTONIC) - began;
    reading->image_seconds += took;
    reading->longest_image = fmax(reading->longest_image, took);
    return code;
}

static enum err_code read_page(struct pdf_reading *reading, int number, struct err *err)
{
    enum err_code code = field_add_page(reading->record, &reading->page_capacity, reading->text.len, err);
    AUTO_OBJECT PopplerPage *page = code == ERR_OK ? poppler_document_get_page(reading->document, number) : NULL;
    if (code != ERR_OK) {
        return code;
    }
    AUTO_G_FREE char *label = page != NULL ? poppler_page_get_label(page) : NULL;
    if (label != NULL) {
        pdf_labels_add(&reading->labels, (uint32_t)number + 1, label);
    }
    pdf_page_clear(&reading->page);
    if (page == NULL) {
        reading->broken++;
    } else {
        code = read_characters(reading, page, err);
        reading->record->cut += reading->page.left_out;
        double share;
        bool blank = reading->page.visible == 0, image = blank && pdf_has_images(page, &share), read = false;
        if (code == ERR_OK && (image || !pdf_page_is_readable(&reading->page))) {
            code = pdf_read_image(reading, page, number, &read, err);
        } else if (code == ERR_OK && !blank) {
            code = read_stamped(reading, page, number, err);
        }
        if (code == ERR_OK && !read && blank) {
            reading->without_text++;
            reading->with_images += image;
        } else if (code == ERR_OK && !pdf_page_is_readable(&reading->page)) {
            reading->unreadable++;
            reading->record->cut += reading->page.text.len;
        } else if (code == ERR_OK) {
            code = add_lines(reading, err);
        }
    }
    return code == ERR_OK ? add_bytes(reading, "\n", 1, err) : code;
}

/* Bytes of text on the pages that were not read: counted while there is time, and then as many as on the pages before; 1 at least,
 * so that it is told. */
static uint64_t count_unread(const struct pdf_reading *reading)
{
    double began = seconds(CLOCK_MONOTONIC), most = 2 * (began - reading->began) + COUNT_SECONDS;
    uint64_t bytes = 0, all = reading->text.len;
    int at = reading->pages_read;
    while (at < reading->pages && seconds(CLOCK_MONOTONIC) - reading->began < most && has_time(reading)) {
        AUTO_OBJECT PopplerPage *page = poppler_document_get_page(reading->document, at++);
        AUTO_G_FREE char *text = page != NULL ? poppler_page_get_text(page) : NULL;
        bytes += text != NULL ? strlen(text) : 0;
    }
    all += bytes;
    bytes += at > 0 ? all / (uint64_t)at * (uint64_t)(reading->pages - at) : 0;
    return bytes > 0 ? bytes : 1;
}

static enum err_code read_pages(struct pdf_reading *reading, struct err *err)
{
    enum err_code code = ERR_OK;
    for (int i = 0; i < reading->pages && code == ERR_OK; i++) {
        double began = seconds(CLOCK_MONOTONIC), images = reading->image_seconds;
        if (reading->full || (uint32_t)i >= reading->caps->pages || (i > 0 && !has_time(reading))) {
            break;
        }
        code = read_page(reading, i, err);
        reading->pages_read = i + 1;
        double took = seconds(CLOCK_MONOTONIC) - began - (reading->image_seconds - images);
        reading->longest_page = fmax(reading->longest_page, took);
    }
    if (reading->not_begun > 0) { /* how much stands in the images is not known: as much as on a page */
        reading->record->cut += reading->not_begun * (uint64_t)(1 + reading->text.len / (size_t)reading->pages_read);
    }
    if (code == ERR_OK && reading->pages_read < reading->pages) {
        reading->record->cut += count_unread(reading);
    }
    return code;
}

/* ---- Type ------------------------------------------------------------------------------------ */

bool pdf_has_word(const char *text, size_t len)
{
    size_t letters = 0;
    for (size_t at = 0, step; at < len && letters < 3; at += step) {
        int32_t code = utf8_decode(text + at, len - at, &step);
        letters = code > 0 && text_class_of(code) == TEXT_LETTER ? letters + 1 : 0;
    }
    return letters >= 3;
}

static int compare_sizes(const void *a, const void *b)
{
    const struct pdf_text_line *left = a, *right = b;
    return (left->size > right->size) - (left->size < right->size);
}

/* The size of the middle byte of the text. */
static float body_size(const struct pdf_reading *reading)
{
    AUTO_FREE struct pdf_text_line *lines = calloc(reading->line_count + 1, sizeof *lines);
    if (lines == NULL || reading->line_count == 0) {
        return 0;
    }
    uint64_t total = 0, seen = 0;
    for (size_t i = 0; i < reading->line_count; i++) {
        lines[i] = reading->lines[i];
        total += lines[i].len;
    }
    qsort(lines, reading->line_count, sizeof *lines, compare_sizes);
    size_t middle = 0;
    while (2 * (seen += lines[middle].len) < total) {
        middle++;
    }
    return lines[middle].size;
}

/* ---- What is to be said of it ------------------------------------------------------------------ */

static void describe_empty(const struct pdf_reading *reading, struct buf *out)
{
    const char *pages = reading->pages == 1 ? "page" : "pages";
    if (reading->unreadable > 0) {
        buf_printf(out, "no text that can be read: %d of its %d %s draw characters that are not named", reading->unreadable,
                   reading->pages, pages);
    } else if (reading->with_images > 0) {
        const char *why;
        bool tried = ocr_is_available(&why);
        buf_printf(out, "no text: scanned, %d %s%s%s", reading->pages, pages, tried ? " without text in the images" : "; ", why);
    } else {
        buf_printf(out, "no text on its %d %s", reading->pages, pages);
    }
}

static void describe_part(struct buf *out, int count, int pages, const char *what)
{
    if (count > 0) {
        buf_printf(out, "%s%d of %d pages %s", out->len > 0 ? "; " : "", count, pages, what);
    }
}

static enum err_code write_note(struct pdf_reading *reading, struct err *err)
{
    AUTO_BUF struct buf note;
    buf_init(&note, 1000);
    reading->record->lacks = reading->with_images + reading->with_little > 0 && !image_is_readable() ? EXTRACT_NEED_OCR : 0;
    if (reading->line_count == 0 && reading->pages_read == reading->pages && reading->broken < reading->pages) {
        describe_empty(reading, &note);
    } else {
        describe_part(&note, reading->with_images, reading->pages, "are images without text");
        describe_part(&note, reading->unreadable, reading->pages, "draw characters that are not named, and were left out");
    }
    describe_part(&note, reading->with_little, reading->pages,
                  reading->not_begun > 0 ? "are images with little text (limit of time)" : "are images with little text");
    describe_part(&note, reading->recognised, reading->pages, "were read as images (OCR)");
    describe_part(&note, reading->broken, reading->pages, "are damaged");
    if (reading->pages_read < reading->pages) {
        const char *why = reading->full ? "limit of text" : (uint32_t)reading->pages_read >= reading->caps->pages ? "limit of pages"
                                                                                                          : "limit of time";
        buf_printf(&note, "%spages from %d on of %d were not read (%s)", note.len > 0 ? "; " : "", reading->pages_read + 1,
                   reading->pages, why);
    }
    enum err_code code = buf_check(&note, "a note", err);
    return code == ERR_OK && note.len > 0
        ? field_set(&reading->record->note, note.data, note.len, reading->caps->title_bytes, err) : code;
}

/* ---- The document ------------------------------------------------------------------------------ */

bool pdf_is(const char *bytes, size_t len)
{
    /* ISO 32000-1, annex H: readers accept a header within the first 1,024 bytes. */
    size_t window = len < 1024 ? len : 1024;
    return memmem(bytes, window, "%PDF-", 5) != NULL;
}

static enum err_code open_document(struct pdf_reading *reading, struct err *err)
{
    GBytes *bytes = g_bytes_new_static(reading->input->bytes, reading->input->len);
    GError *problem = NULL;
    reading->document = poppler_document_new_from_bytes(bytes, NULL, &problem);
    g_bytes_unref(bytes);
    enum err_code code = ERR_OK;
    if (reading->document == NULL) {
        bool encrypted = g_error_matches(problem, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
        const char *why = problem != NULL ? problem->message : "no reason given";
        if (encrypted) {
            code = err_set(err, ERR_INVALID, "the PDF is encrypted: a password is needed");
        } else if (!pdf_is(reading->input->bytes, reading->input->len)) {
            code = err_set(err, ERR_INVALID, "the file is no PDF: it has no header");
        } else {
            code = err_set(err, ERR_INVALID, "the PDF is damaged beyond reading: %s", why);
        }
    }
    g_clear_error(&problem);
    if (code != ERR_OK) {
        return code;
    }
    reading->pages = poppler_document_get_n_pages(reading->document);
    return reading->pages > 0 ? ERR_OK : err_set(err, ERR_INVALID, "the PDF has no pages, or they cannot be found");
}

static enum err_code read_document(struct pdf_reading *reading, struct err *err)
{
    struct extract_record *record = reading->record;
    enum err_code code = open_document(reading, err);
    if (code == ERR_OK) {
        code = read_pages(reading, err);
    }
    if (code == ERR_OK && reading->broken == reading->pages) {
        return err_set(err, ERR_INVALID, "the PDF is damaged: none of its %d pages can be read", reading->pages);
    }
    if (code == ERR_OK && reading->text.len > 0) {
        reading->body = body_size(reading);
        code = pdf_find_headings(reading, err);
    }
    if (code == ERR_OK) {
        code = pdf_read_fields(reading, err);
    }
    if (code == ERR_OK) {
        code = write_note(reading, err);
    }
    if (code == ERR_OK) {
        code = pdf_list_images(reading, err);
    }
    const char *labels = pdf_labels_get(&reading->labels);
    if (code == ERR_OK && *labels != '\0') {
        code = field_set(&record->page_labels, labels, strlen(labels), reading->caps->title_bytes, err);
    }
    if (code == ERR_OK) {
        code = field_take_text(record, &reading->text, reading->caps, err);
    }
    struct digest digest = digest_of(reading->input->bytes, reading->input->len);
    memcpy(record->digest, digest.bytes, sizeof record->digest);
    return code;
}

static enum err_code fill(const struct extract_input *input, struct extract_record *record, struct err *err)
{
    struct pdf_reading reading = { .input = input, .caps = input->caps, .record = record,
                               .began_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), .began = seconds(CLOCK_MONOTONIC) };
    size_t room = input->caps->record_bytes < UINT32_MAX / 4 ? (size_t)input->caps->record_bytes : UINT32_MAX / 4;
    pdf_page_init(&reading.page, room);
    buf_init(&reading.runs, input->caps->title_bytes);
    pdf_labels_init(&reading.labels, input->caps->title_bytes);
    buf_init(&reading.text, 4 * room + 64); /* a page of the ceiling's size that grows when it is cleaned */
    enum err_code code = read_document(&reading, err);
    if (reading.document != NULL) {
        g_object_unref(reading.document);
    }
    pdf_page_done(&reading.page);
    pdf_labels_done(&reading.labels);
    buf_done(&reading.runs);
    buf_done(&reading.text);
    free(reading.lines);
    return code;
}

enum err_code pdf_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    enum err_code code = record_init(&record, "application/pdf", err);
    if (code == ERR_OK) {
        code = fill(input, &record, err);
    }
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
