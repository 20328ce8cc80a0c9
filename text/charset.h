/* charset.h - bytes in any encoding to UTF-8; charset.c is the only file that sees <uchardet.h>. */
#ifndef NASLAG_TEXT_CHARSET_H
#define NASLAG_TEXT_CHARSET_H

#include "base/buf.h"

#define CHARSET_NAME_MAX 32

/* Appends `bytes` to `out` as UTF-8 (not yet cleaned: see text_clean).  Order of belief: a byte order mark; the
 * NUL bytes of UTF-16; valid UTF-8 as it stands; `declared` when given, known to iconv and not plainly wrong; Windows-1252
 * when that gives Dutch letters; uchardet's guess; Windows-1252.
 * Bytes that the encoding does not have become U+FFFD.  The encoding used goes to ret_name. */
enum err_code charset_to_utf8(const char *bytes, size_t len, const char *declared, struct buf *out,
                              char ret_name[CHARSET_NAME_MAX], struct err *err);

#endif
