/* doc_head.h - the document data in Xapian: what a result list shows, and where the text is.
 *
 * Small on purpose: Xapian inflates all of it for every hit.  Format: u8 version (2), u64 position in its
 * file, u32 token count, u64 offset in the store, DOC_FIELDS times u8 origin, then the strings below in order; strings are
 * u32 length + bytes (buf_add_blob).
 */
#ifndef NASLAG_TEXT_DOC_HEAD_H
#define NASLAG_TEXT_DOC_HEAD_H

#include "base/buf.h"

struct doc_string {
    const char *text; /* not NUL-terminated */
    size_t len;
};

/* Fields whose origin is kept. */
enum doc_field {
    DOC_TITLE,
    DOC_URL,
    DOC_DATE,
    DOC_KIND,
    DOC_LANGUAGE,
    DOC_DESCRIPTION,
    DOC_AUTHOR,
    DOC_ORGANISATION,
    DOC_PROGRAMME,
    DOC_PERIOD,
    DOC_FIELDS
};

/* Where a value comes from, the strongest last: a later one replaces an earlier one. */
enum doc_origin {
    DOC_FROM_NOWHERE, /* there is none */
    DOC_FROM_TEXT,    /* found in the text */
    DOC_FROM_SOURCE,  /* what the configuration says of all documents of the source that say nothing themselves */
    DOC_FROM_FILE,    /* the file's own metadata */
    DOC_FROM_TABLE,   /* a row of a metadata.csv */
    DOC_FROM_SIDECAR, /* a metadata file next to it */
    DOC_FROM_RULE,    /* a rule of the configuration */
    DOC_ORIGINS
};
/* Dutch names, as the API has them: "titel", "bestand"; the origin of a field without value is "". */
const char *doc_field_name(enum doc_field field);
const char *doc_origin_name(enum doc_origin origin);

struct doc_head {
    uint64_t position;  /* byte offset of the record in its file */
    uint32_t tokens;
    struct doc_string store; /* name of the store file */
    uint64_t store_offset;
    struct doc_string uid, name, title, url, source, kind, date, language, description, format;
    struct doc_string author, organisation, programme; /* several authors are separated by "; " */
    struct doc_string file; /* path of the file that a record is in; empty when it is the file, which `name` is then */
    struct doc_string page_labels, ocr_pages; /* the numbers printed on the pages, and which were images: page_runs.h */
    struct doc_string headings; /* the headings, one a line */
    struct doc_string period_from, period_to, archived; /* YYYY[-MM[-DD]], or empty; a period may lack its end */
    uint8_t origins[DOC_FIELDS]; /* enum doc_origin */
    struct doc_string own_title; /* the title that was extracted, when `title` is another because it is boilerplate */
};

void doc_head_write(const struct doc_head *head, struct buf *out);
/* Strings point into `data`. */
enum err_code doc_head_read(const void *data, size_t len, struct doc_head *ret_head, struct err *err);

#endif
