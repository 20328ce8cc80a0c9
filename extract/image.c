/* image.c - image files, when their text can be read (ocr.h). */
#include <string.h>

#include "base/digest.h"
#include "extract/internal.h"
#include "extract/ocr.h"
#include "text/unicode.h"

bool image_is_readable(void)
{
    const char *why;
    return ocr_is_available(&why);
}

/* Each page of the file is a page of the record. */
static enum err_code read_pages(const struct extract_input *input, struct extract_record *record, struct buf *text, struct err *err)
{
    struct ocr_place place = { .more = true };
    size_t capacity = 0;
    enum err_code code = ERR_OK;
    while (code == ERR_OK && place.more && record->page_count < input->caps->pages && text->len < input->caps->record_bytes) {
        AUTO_BUF struct buf page;
        buf_init(&page, (size_t)input->caps->record_bytes);
        code = ocr_read_file(input->bytes, input->len, &place, &page, err);
        if (code == ERR_OK) {
            code = field_add_page(record, &capacity, text->len, err);
        }
        if (code == ERR_OK && page.len > 0) {
            code = text_clean(page.data, page.len, text, NULL, err);
        }
        buf_add_char(text, '\n');
    }
    return code;
}

static enum err_code fill(const struct extract_input *input, struct extract_record *record, struct err *err)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 3 * (size_t)input->caps->record_bytes + 64);
    enum err_code code = read_pages(input, record, &text, err);
    const char *note = record->page_count <= 1 ? "read as an image (OCR)" : "read as images (OCR)";
    bool blank = text.data == NULL || strspn(text.data, " \n\t\f") == text.len;
    if (code == ERR_OK && blank) {
        note = "no text in the image";
    }
    if (code == ERR_OK) {
        code = field_set(&record->note, note, strlen(note), input->caps->title_bytes, err);
    }
    if (code == ERR_OK && !blank) {
        char pages[32];
        snprintf(pages, sizeof pages, record->page_count > 1 ? "1-%u" : "1", record->page_count);
        code = field_set(&record->ocr_pages, pages, strlen(pages), sizeof pages, err);
    }
    if (code == ERR_OK) {
        code = field_take_text(record, &text, input->caps, err);
    }
    const char *slash = strrchr(input->name, '/');
    const char *name = slash != NULL ? slash + 1 : input->name, *dot = strrchr(name, '.');
    if (code == ERR_OK) {
        code = field_set(&record->title, name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name),
                         input->caps->title_bytes, err);
    }
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record->digest, digest.bytes, sizeof record->digest);
    return code;
}

enum err_code image_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    enum err_code code = record_init(&record, "image", err);
    if (code == ERR_OK) {
        code = fill(input, &record, err);
    }
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
