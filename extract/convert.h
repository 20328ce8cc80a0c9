/* convert.h - office files of before 2007, through programs of the system (Debian packages catdoc and antiword), when they
 * are there.
 *
 * Such a program parses untrusted bytes, so it may do no more than an extraction worker may; and a worker may not start it.
 * A worker that comes upon a document, be it a file, a member of an archive or an attachment, asks its parent: the bytes go
 * to the parent in frames (convert_ask), which puts them in a sealed file in memory, has a program read that in a cage of
 * its own (cage.h), and hands back what it wrote, again a file in memory (convert_serve).  The parent looks at none of these
 * bytes: what was written is untrusted like the document, and the worker parses it.
 */
#ifndef NASLAG_EXTRACT_CONVERT_H
#define NASLAG_EXTRACT_CONVERT_H

#include "base/frame.h"
#include "extract/extract.h"

enum convert_kind { CONVERT_WORD, CONVERT_EXCEL, CONVERT_KINDS };

/* What is missing when there is no program for a kind (extract_need), and the needs that the programs of this system meet. */
unsigned convert_need(enum convert_kind kind);
unsigned convert_available(void);
/* The largest document that can be asked for. */
uint64_t convert_bytes_max(const struct extract_caps *caps);

/* How a format reaches a program: `asker` of extract_input.  Appends the text, as the program wrote it, to `out`; sheets are
 * separated by form feeds, the encoding should be UTF-8, and nothing of this is certain.  *ret_cut: the text went on behind
 * caps->record_bytes.  ERR_NOT_FOUND: there is no program for the kind, and what to install; or it cannot be run just now.
 * ERR_INVALID: the program failed, or was stopped. */
struct convert_asker {
    enum err_code (*ask)(void *context, enum convert_kind kind, const char *bytes, size_t len, struct buf *out, bool *ret_cut,
                         struct err *err);
    void *context;
};

/* In the worker: asks over its socket. */
enum err_code convert_ask(int socket, enum convert_kind kind, const char *bytes, size_t len, const struct extract_caps *caps,
                          struct buf *out, bool *ret_cut, struct err *err);

/* In the parent: `frame` is a WORKER_CONVERT that came over the socket; takes the bytes, runs a program for at most
 * caps->wall_ms, answers.  A failure of the program is an answer; an error returned means that the worker is not to be
 * talked to any more. */
enum err_code convert_serve(int socket, struct frame *frame, const struct extract_caps *caps, struct err *err);

/* Set by tests only: the program that runs for each kind, instead of those of the system; "" is none. */
extern const char *convert_test_program;

#endif
