/* detect.h - what kind of file it is, by its content.
 *
 * The bytes decide: magic numbers, the first entries of an archive, the shape of the first lines.  The name is a hint in
 * two cases only: between kinds of plain text, which have no magic (a .csv, a .md, a piece of HTML), and for a mail with few
 * headers.  So a PDF that is called .doc is a PDF, and a file without an ending is what it is.
 */
#ifndef NASLAG_EXTRACT_DETECT_H
#define NASLAG_EXTRACT_DETECT_H

#include "extract/stream.h"

struct detected {
    const char *media; /* media type */
    const char *what;  /* for people: "PNG image" */
};

/* Looks at the stream without taking anything of it.  `name`: file name or "".  ERR_OK and a kind, for any bytes: what has
 * none is "application/octet-stream". */
enum err_code detect_stream(struct stream *stream, const char *name, struct detected *ret_detected, struct err *err);

/* The kind that a magic number tells, or NULL.  `text`: the bytes look like text, so that a few letters prove nothing. */
const struct detected *detect_magic(const char *bytes, size_t len, bool text);

/* Whether a time ("12:00") stands in a line, as behind the "From " that begins a message in a mailbox. */
bool detect_has_time(const char *line, size_t len);

/* Whether a file name ends in `ending` (".txt"), in any case, with something before it. */
bool detect_ends_in(const char *name, const char *ending);

#endif
