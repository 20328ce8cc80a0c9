/* formats.h - making real files of many formats from the texts of the demo archive: shared by the files of make-formats. */
#ifndef NASLAG_TESTS_FORMATS_H
#define NASLAG_TESTS_FORMATS_H

#include "base/buf.h"

#define FORMAT_BYTES_MAX ((size_t)16 << 20)

/* A text of the archive, a line each; "\f" is a line by itself where a page begins. */
struct text {
    struct buf bytes;
    const char **lines;
    size_t count, capacity;
};
/* Reads a file of the archive; ends the program when that fails. */
void text_read(struct text *text, const char *name);
void text_done(struct text *text);
/* A short line that stands by itself at the beginning of a part. */
bool text_is_head(const struct text *text, size_t line);

/* Appends text with &, <, > and quotes as XML has them. */
void add_xml(struct buf *out, const char *text);
void add_base64(struct buf *out, const char *bytes, size_t len);
/* Ends the program with a message unless `holds`. */
void need(bool holds, const char *what);

/* Each appends a whole file to an empty buffer. */
void make_docx(const struct text *text, struct buf *out);
void make_odt(const struct text *text, struct buf *out);
/* Each part of the text a slide. */
void make_pptx(const struct text *text, struct buf *out);
void make_odp(const struct text *text, struct buf *out);
/* Each text a sheet, each line that is not blank a row. */
void make_xlsx(const struct text *first, const struct text *second, struct buf *out);
void make_ods(const struct text *first, const struct text *second, struct buf *out);
/* Each part a chapter. */
void make_epub(const struct text *text, struct buf *out);

/* The first `pages` pages of the text, numbered i, ii, 1, 2 ..., with an outline of their titles, properties and XMP. */
void make_pdf(const struct text *text, unsigned pages, struct buf *out);
/* One page of a PDF as a PNG image, 150 dots per inch.  False: there are no fonts here. */
bool make_png(const struct buf *pdf, unsigned page, struct buf *out);

#endif
