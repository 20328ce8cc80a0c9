/* doc_head.h - the document data in Xapian: what a result list shows, and where the text is.
 *
 * Small on purpose: Xapian inflates all of it for every hit.  Format: u8 version (1), u64 position in its
 * file, u32 token count, u64 offset in the store, u8 origin of the date, then the strings below in order; strings are u32
 * length + bytes (buf_add_blob).
 */
#ifndef NASLAG_TEXT_DOC_HEAD_H
#define NASLAG_TEXT_DOC_HEAD_H

#include "base/buf.h"

struct doc_string {
    const char *text; /* not NUL-terminated */
    size_t len;
};

/* Where the date of a document comes from. */
enum doc_date_origin {
    DOC_DATE_GIVEN, /* its metadata; also when there is none */
    DOC_DATE_FOUND, /* its text */
};

struct doc_head {
    uint64_t position;  /* byte offset of the record in its file */
    uint32_t tokens;
    struct doc_string store; /* name of the store file */
    uint64_t store_offset;
    struct doc_string uid, name, title, url, source, kind, date, language, description, format;
    struct doc_string headings; /* the headings, one a line */
    struct doc_string period_from, period_to, archived; /* YYYY[-MM[-DD]], or empty; a period may lack its end */
    enum doc_date_origin date_origin;
    struct doc_string own_title; /* the title that was extracted, when `title` is another because it is boilerplate */
};

void doc_head_write(const struct doc_head *head, struct buf *out);
/* Strings point into `data`. */
enum err_code doc_head_read(const void *data, size_t len, struct doc_head *ret_head, struct err *err);

#endif
