/* fuzz-extract.h - what must hold for every record, whatever the bytes it came from. */
#ifndef NASLAG_TESTS_FUZZ_EXTRACT_H
#define NASLAG_TESTS_FUZZ_EXTRACT_H

#include <string.h>

#include "extract/internal.h"
#include "text/unicode.h"

/* Small enough for the caps to be met. */
static const struct extract_caps fuzz_caps = {
    .file_bytes = 1 << 20,
    .record_bytes = 2000,
    .pages = 20,
    .title_bytes = 100,
    .wall_ms = 1000,
    .memory_bytes = 1 << 28,
    .cpu_seconds = 1,
    .depth = 3,
    .members = 50,
    .expanded_bytes = 4 << 20,
    .ratio = 250,
};

static inline void fuzz_require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static inline void fuzz_check_string(const char *text, size_t cap)
{
    size_t len = strlen(text);
    fuzz_require(len <= cap && utf8_valid_prefix(text, len) == len);
}

/* record_read checks the same from the parent's side; here it is the format's duty. */
static inline void fuzz_check(const struct extract_record *record)
{
    const char *strings[] = { record->id,       record->title,       record->url,    record->date,     record->kind,
                              record->language, record->description, record->format, record->encoding, record->problem,
                              record->author,   record->organisation, record->programme, record->period, record->modified,
                              record->keywords, record->restriction };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        fuzz_check_string(strings[i], fuzz_caps.title_bytes + 128);
    }
    fuzz_check_string(record->text, fuzz_caps.record_bytes);
    fuzz_require(strlen(record->text) == record->text_len);
    fuzz_require(record->page_count <= fuzz_caps.pages);
    for (uint32_t i = 0; i < record->page_count; i++) {
        fuzz_require(i == 0 ? record->pages[0] == 0 : record->pages[i] > record->pages[i - 1]);
        fuzz_require(record->pages[i] <= record->text_len);
    }
    uint32_t end = 0;
    for (uint32_t i = 0; i < record->heading_count; i++) {
        fuzz_require(record->headings[i].start >= end && record->headings[i].len > 0);
        end = record->headings[i].start + record->headings[i].len;
        fuzz_require(end <= record->text_len);
    }
}

/* Counts records, and sends each through the frame form: the parent must accept what a format makes. */
static inline enum err_code fuzz_sink(void *context, struct extract_record *record, struct err *err)
{
    (void)err;
    fuzz_check(record);
    struct buf form;
    buf_init(&form, record_max(&fuzz_caps));
    record_write(record, &form);
    struct extract_record again;
    fuzz_require(!form.failed && record_read(form.data, form.len, &fuzz_caps, &again, NULL) == ERR_OK);
    extract_record_done(&again);
    buf_done(&form);
    ++*(size_t *)context;
    return ERR_OK;
}

/* Number of records. */
static inline size_t fuzz_run(extract_format *run, const struct extract_input *input)
{
    size_t count = 0;
    struct err err = ERR_INIT;
    enum err_code code = run(input, fuzz_sink, &count, &err);
    fuzz_require(code == ERR_OK || (code == ERR_INVALID && *err.text != '\0'));
    return count;
}

static inline size_t fuzz_extract(const char *name, const uint8_t *bytes, size_t len)
{
    struct extract_input input = { .bytes = (const char *)bytes, .len = len, .name = name, .caps = &fuzz_caps };
    return fuzz_run(extract_run, &input);
}

#endif
