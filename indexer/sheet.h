/* sheet.h - one report in two forms: lines for a reader, or one JSON value.
 *
 * The caller says the same things once.  A part that is only for one form asks `json`.  Texts come from documents: in lines
 * for a reader what would break a line is shown as `|` or a blank.
 */
#ifndef NASLAG_INDEXER_SHEET_H
#define NASLAG_INDEXER_SHEET_H

#include "base/json.h"

struct sheet {
    bool json;
    struct json_writer writer; /* over `out` */
    struct buf out;
    unsigned depth; /* of headings: how far lines are indented */
};

void sheet_init(struct sheet *sheet, bool json);
void sheet_done(struct sheet *sheet);
/* Writes what there is to standard output and forgets it; call it now and then. */
enum err_code sheet_flush(struct sheet *sheet, struct err *err);

/* A group of things: an object (in a list when `key` is NULL), or a heading with indented lines. */
void sheet_begin(struct sheet *sheet, const char *key, const char *heading);
void sheet_end(struct sheet *sheet);
/* A list of objects or strings, or a heading with a count and indented lines. */
void sheet_begin_list(struct sheet *sheet, const char *key, const char *heading, uint64_t count);
void sheet_end_list(struct sheet *sheet);

/* "key: value"; a text that is empty is left out of the lines. */
void sheet_str(struct sheet *sheet, const char *key, const char *value);
void sheet_int(struct sheet *sheet, const char *key, uint64_t value);
/* A line for a reader; nothing in JSON. */
void sheet_line(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text of a document within a line for a reader: begin the line, add to it, end it. */
void sheet_indent(struct sheet *sheet);
void sheet_quote(struct sheet *sheet, const char *text, size_t len);

#endif
