/* xmp.h - document metadata in XMP (ISO 16684-1), as PDFs carry it. */
#ifndef NASLAG_EXTRACT_XMP_H
#define NASLAG_EXTRACT_XMP_H

#include "base/err.h"

#include <stddef.h>

enum xmp_value {
    XMP_TITLE,       /* dc:title */
    XMP_DESCRIPTION, /* dc:description */
    XMP_LANGUAGE,    /* dc:language, the first */
    XMP_DATE,        /* dc:date */
    XMP_CREATED,     /* xmp:CreateDate */
    XMP_MODIFIED,    /* xmp:ModifyDate */
    XMP_AUTHOR,      /* dc:creator, joined by "; " */
    XMP_SUBJECTS,    /* dc:subject, joined by "; " */
    XMP_KEYWORDS,    /* pdf:Keywords */
    XMP_VALUES
};

struct xmp {
    char *values[XMP_VALUES]; /* clean UTF-8 (text_clean); NULL when not given */
};

/* Reads a packet; what cannot be read gives no values.  Only memory can fail. */
enum err_code xmp_read(const char *bytes, size_t len, struct xmp *ret_xmp, struct err *err);
void xmp_done(struct xmp *xmp);

#endif
