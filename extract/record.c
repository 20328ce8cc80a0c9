/* record.c - the life of a record, and its form in a frame.
 *
 * Frame form, all integers little-endian: the short strings as blobs (u32 length, bytes) in the order of `strings_of`; u64
 * position; u64 cut; u8 skipped; u8 lacks; 32 bytes digest; text blob; u32 page count and that many u32; u32 heading count
 * and that many pairs of u32 (start, len).
 */
#include <string.h>

#include "extract/internal.h"
#include "text/unicode.h"

#define STRINGS 21
#define FIXED_BYTES 256 /* integers, digest and lengths, generously */

/* The short strings in frame order. */
static void strings_of(struct extract_record *record, char **ret_slots[STRINGS])
{
    char **slots[STRINGS] = {
        &record->id,       &record->title,       &record->url,    &record->date,     &record->kind,
        &record->language, &record->description, &record->format, &record->encoding, &record->problem,
        &record->author,   &record->captured,    &record->note,   &record->page_labels, &record->ocr_pages,
        &record->organisation, &record->programme, &record->period, &record->modified, &record->keywords,
        &record->restriction,
    };
    memcpy(ret_slots, slots, sizeof slots);
}

void extract_record_done(struct extract_record *record)
{
    if (record == NULL) {
        return;
    }
    char **slots[STRINGS];
    strings_of(record, slots);
    for (size_t i = 0; i < STRINGS; i++) {
        free(*slots[i]);
    }
    free(record->text);
    free(record->pages);
    free(record->headings);
    *record = (struct extract_record){ 0 };
}

enum err_code record_init(struct extract_record *record, const char *format, struct err *err)
{
    *record = (struct extract_record){ 0 };
    char **slots[STRINGS];
    strings_of(record, slots);
    bool complete = true;
    for (size_t i = 0; i < STRINGS; i++) {
        *slots[i] = strdup(slots[i] == &record->format ? format : "");
        complete = complete && *slots[i] != NULL;
    }
    record->text = strdup("");
    if (!complete || record->text == NULL) {
        return err_nomem(err, "record_init");
    }
    return ERR_OK;
}

size_t record_max(const struct extract_caps *caps)
{
    return (size_t)caps->record_bytes + STRINGS * ((size_t)caps->title_bytes + 128) + 4 * (size_t)caps->pages
           + 8 * EXTRACT_HEADINGS_MAX + FIXED_BYTES;
}

void record_write(const struct extract_record *record, struct buf *out)
{
    struct extract_record shallow = *record;
    char **slots[STRINGS];
    strings_of(&shallow, slots);
    for (size_t i = 0; i < STRINGS; i++) {
        buf_add_blob(out, *slots[i], strlen(*slots[i]));
    }
    buf_add_u64(out, record->position);
    buf_add_u64(out, record->cut);
    buf_add_u8(out, record->skipped);
    buf_add_u8(out, record->lacks);
    buf_add(out, record->digest, sizeof record->digest);
    buf_add_blob(out, record->text, record->text_len);
    buf_add_u32(out, record->page_count);
    for (uint32_t i = 0; i < record->page_count; i++) {
        buf_add_u32(out, record->pages[i]);
    }
    buf_add_u32(out, record->heading_count);
    for (uint32_t i = 0; i < record->heading_count; i++) {
        buf_add_u32(out, record->headings[i].start);
        buf_add_u32(out, record->headings[i].len);
    }
}

static enum err_code broken(struct err *err, const char *what)
{
    return err_set(err, ERR_CORRUPT, "the extraction worker sent a record whose %s", what);
}

/* A copy of the next blob: valid UTF-8 without NUL, at most `cap` bytes. */
static enum err_code read_string(struct span *span, size_t cap, char **ret_text, size_t *ret_len, struct err *err)
{
    size_t len;
    const char *bytes = span_blob(span, &len);
    if (span->failed) {
        return broken(err, "end is missing");
    }
    if (len > cap) {
        return broken(err, "strings are larger than the limits");
    }
    if (memchr(bytes, '\0', len) != NULL || utf8_valid_prefix(bytes, len) != len) {
        return broken(err, "strings are not clean UTF-8");
    }
    char *copy = malloc(len + 1);
    if (copy == NULL) {
        return err_nomem(err, "record_read");
    }
    memcpy(copy, bytes, len);
    copy[len] = '\0';
    *ret_text = copy;
    *ret_len = len;
    return ERR_OK;
}

/* Whether `offset` is a place in the text where a character begins, or its end. */
static bool at_character(const struct extract_record *record, uint32_t offset)
{
    return offset <= record->text_len && ((unsigned char)record->text[offset] & 0xC0) != 0x80;
}

static enum err_code read_pages(struct span *span, const struct extract_caps *caps, struct extract_record *record,
                                struct err *err)
{
    uint32_t count = span_u32(span);
    if (span->failed || count > caps->pages || count > (span->len - span->at) / sizeof(uint32_t)) {
        return broken(err, "number of pages is impossible");
    }
    if (count == 0) {
        return ERR_OK;
    }
    record->pages = malloc(count * sizeof *record->pages);
    if (record->pages == NULL) {
        return err_nomem(err, "record_read");
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start = span_u32(span);
        if (!at_character(record, start) || (i == 0 ? start != 0 : start <= record->pages[i - 1])) {
            return broken(err, "pages are out of order");
        }
        record->pages[i] = start;
    }
    record->page_count = count;
    return ERR_OK;
}

static enum err_code read_headings(struct span *span, struct extract_record *record, struct err *err)
{
    uint32_t count = span_u32(span);
    if (span->failed || count > EXTRACT_HEADINGS_MAX || count > (span->len - span->at) / (2 * sizeof(uint32_t))) {
        return broken(err, "number of headings is impossible");
    }
    if (count == 0) {
        return ERR_OK;
    }
    record->headings = malloc(count * sizeof *record->headings);
    if (record->headings == NULL) {
        return err_nomem(err, "record_read");
    }
    uint32_t floor = 0; /* end of the heading before */
    for (uint32_t i = 0; i < count; i++) {
        struct extract_span heading;
        heading.start = span_u32(span);
        heading.len = span_u32(span);
        if (heading.start < floor || !at_character(record, heading.start) || heading.len == 0
            || heading.len > record->text_len - heading.start || !at_character(record, heading.start + heading.len)) {
            return broken(err, "headings lie outside its text");
        }
        floor = heading.start + heading.len;
        record->headings[i] = heading;
    }
    record->heading_count = count;
    return ERR_OK;
}

static enum err_code read_fields(struct span *span, const struct extract_caps *caps, struct extract_record *record,
                                 struct err *err)
{
    char **slots[STRINGS];
    strings_of(record, slots);
    size_t len;
    for (size_t i = 0; i < STRINGS; i++) {
        enum err_code code = read_string(span, (size_t)caps->title_bytes + 128, slots[i], &len, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    record->position = span_u64(span);
    record->cut = span_u64(span);
    uint8_t skipped = span_u8(span);
    if (skipped > 1) {
        return broken(err, "state is neither of two");
    }
    record->skipped = skipped;
    record->lacks = span_u8(span);
    if (record->lacks & ~(unsigned)EXTRACT_NEEDS) {
        return broken(err, "needs are not known");
    }
    const char *digest = span_bytes(span, sizeof record->digest);
    if (digest == NULL) {
        return broken(err, "end is missing");
    }
    memcpy(record->digest, digest, sizeof record->digest);
    size_t cap = caps->record_bytes < UINT32_MAX ? (size_t)caps->record_bytes : UINT32_MAX;
    enum err_code code = read_string(span, cap, &record->text, &len, err);
    if (code != ERR_OK) {
        return code;
    }
    record->text_len = (uint32_t)len;
    code = read_pages(span, caps, record, err);
    return code != ERR_OK ? code : read_headings(span, record, err);
}

enum err_code record_read(const void *bytes, size_t len, const struct extract_caps *caps,
                          struct extract_record *ret_record, struct err *err)
{
    struct span span;
    span_init(&span, bytes, len);
    struct extract_record record = { 0 };
    enum err_code code = read_fields(&span, caps, &record, err);
    if (code == ERR_OK && (span.failed || span.at != span.len)) {
        code = broken(err, "end is not where it should be");
    }
    if (code != ERR_OK) {
        extract_record_done(&record);
        return code;
    }
    *ret_record = record;
    return ERR_OK;
}
