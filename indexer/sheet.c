/* sheet.c - a report as lines or as JSON. */
#include "indexer/sheet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SHEET_MAX ((size_t)1 << 30)
#define LINE_MAX_BYTES 4096

void sheet_init(struct sheet *sheet, bool json)
{
    *sheet = (struct sheet){ .json = json };
    buf_init(&sheet->out, SHEET_MAX);
    jw_writer_init(&sheet->writer, &sheet->out);
}

void sheet_done(struct sheet *sheet)
{
    buf_done(&sheet->out);
}

enum err_code sheet_flush(struct sheet *sheet, struct err *err)
{
    enum err_code code = buf_check(&sheet->out, "the report", err);
    if (code == ERR_OK && sheet->out.len > 0
        && (fwrite(sheet->out.data, 1, sheet->out.len, stdout) != sheet->out.len || fflush(stdout) != 0)) {
        return err_errno(err, errno, "cannot write to standard output");
    }
    buf_clear(&sheet->out);
    return code;
}

void sheet_indent(struct sheet *sheet)
{
    for (unsigned i = 0; i < sheet->depth; i++) {
        buf_add_str(&sheet->out, "  ");
    }
}

void sheet_quote(struct sheet *sheet, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool soft = (unsigned char)c == 0xC2 && i + 1 < len && (unsigned char)text[i + 1] == 0xAD;
        if (soft) {
            buf_add_char(&sheet->out, '-'); /* a soft hyphen would not be seen */
            i++;
        } else {
            buf_add_char(&sheet->out, c == '\n' ? '|' : (unsigned char)c < 0x20 || c == 0x7F ? ' ' : c);
        }
    }
}

void sheet_line(struct sheet *sheet, const char *format, ...)
{
    if (sheet->json) {
        return;
    }
    char line[LINE_MAX_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    sheet_indent(sheet);
    sheet_quote(sheet, line, strlen(line));
    buf_add_char(&sheet->out, '\n');
}

void sheet_begin(struct sheet *sheet, const char *key, const char *heading)
{
    if (sheet->json) {
        if (key != NULL) {
            jw_key(&sheet->writer, key);
        }
        jw_begin_object(&sheet->writer);
        return;
    }
    sheet_line(sheet, "%s", heading);
    sheet->depth++;
}

void sheet_end(struct sheet *sheet)
{
    if (sheet->json) {
        jw_end_object(&sheet->writer);
    } else {
        sheet->depth--;
    }
}

void sheet_begin_list(struct sheet *sheet, const char *key, const char *heading, uint64_t count)
{
    if (sheet->json) {
        jw_key(&sheet->writer, key);
        jw_begin_array(&sheet->writer);
        return;
    }
    sheet_line(sheet, "%s: %" PRIu64, heading, count);
    sheet->depth++;
}

void sheet_end_list(struct sheet *sheet)
{
    if (sheet->json) {
        jw_end_array(&sheet->writer);
    } else {
        sheet->depth--;
    }
}

void sheet_str(struct sheet *sheet, const char *key, const char *value)
{
    if (sheet->json) {
        jw_key_str(&sheet->writer, key, value);
    } else if (*value != '\0') {
        sheet_indent(sheet);
        buf_printf(&sheet->out, "%s: ", key);
        sheet_quote(sheet, value, strlen(value));
        buf_add_char(&sheet->out, '\n');
    }
}

void sheet_int(struct sheet *sheet, const char *key, uint64_t value)
{
    if (sheet->json) {
        jw_key_int(&sheet->writer, key, (int64_t)value);
    } else {
        sheet_line(sheet, "%s: %" PRIu64, key, value);
    }
}
