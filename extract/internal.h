/* internal.h - what the files of extract/ share; nobody outside includes it.
 *
 * A format is one function with the shape of extract_run; it makes a record with record_init, fills it with the helpers
 * of fields.c and gives it to the sink.
 */
#ifndef NASLAG_EXTRACT_INTERNAL_H
#define NASLAG_EXTRACT_INTERNAL_H

#include <sys/types.h>

#include "extract/extract.h"

/* ---- Formats (extract.c) --------------------------------------------------------------------- */

typedef enum err_code extract_format(const struct extract_input *input, extract_sink *sink, void *context,
                                     struct err *err);
extract_format txt_run, html_run, jsonl_run, ooxml_run, odf_run, epub_run, rtf_run, markdown_run, ole_run;

/* Whether the bytes, the whole file, are of the format: by content, not by name. */
bool ooxml_is(const char *bytes, size_t len);
bool odf_is(const char *bytes, size_t len);
bool epub_is(const char *bytes, size_t len);
bool rtf_is(const char *bytes, size_t len);
bool ole_is(const char *bytes, size_t len); /* ole_run only says why such a file is not read */

/* Set by tests only: what then runs for names that end in ".naslag-test", to misbehave inside a worker. */
extern extract_format *extract_test_format;

/* Where lines come from: bytes in memory, or a descriptor. */
struct line_source {
    const char *bytes; /* NULL: use fd */
    int fd;
    uint64_t len;      /* of the whole source */
    uint64_t base;     /* added to the positions of records */
};
/* The records of the lines whose first byte lies in [start, end). */
enum err_code jsonl_range(const struct line_source *source, uint64_t start, uint64_t end,
                          const struct extract_caps *caps, extract_sink *sink, void *context, struct err *err);

/* ---- Records (record.c) --------------------------------------------------------------------- */

/* Most headings a record keeps; later ones are text only. */
#define EXTRACT_HEADINGS_MAX 20000

/* All strings "", nothing else set.  After a failure the record is safe to give to extract_record_done. */
enum err_code record_init(struct extract_record *record, const char *format, struct err *err);
/* Appends the record to `out`.  The form is private to one build: it only ever travels between the two
 * halves of a worker. */
void record_write(const struct extract_record *record, struct buf *out);
/* Reads what record_write wrote.  Nothing is believed: lengths, UTF-8, order of pages and headings and the caps are
 * checked, because the writer may have been taken over by a document.  ERR_CORRUPT says what is wrong. */
enum err_code record_read(const void *bytes, size_t len, const struct extract_caps *caps,
                          struct extract_record *ret_record, struct err *err);
/* The most bytes record_write needs under these caps. */
size_t record_max(const struct extract_caps *caps);

/* ---- Filling a record (fields.c) ------------------------------------------------------------ */

/* Replaces *slot by the cleaned text, white space collapsed, cut to `cap` bytes. */
enum err_code field_set(char **slot, const char *text, size_t len, size_t cap, struct err *err);
/* The same for a date ("2021-12-03T10:00" gives "2021-12-03"), an absolute http(s) address and a language tag; what is none
 * of these leaves *slot as it is and returns ERR_OK. */
enum err_code field_set_date(char **slot, const char *text, size_t len, struct err *err);
/* START/END of two dates, either of which may be no date; *slot stays as it is when both are none, or END is before START. */
enum err_code field_set_period(char **slot, const char *from, const char *to, struct err *err);
enum err_code field_set_url(char **slot, const char *text, size_t len, size_t cap, struct err *err);
enum err_code field_set_language(char **slot, const char *text, size_t len, struct err *err);
/* Takes the clean text out of the buffer, cut to caps->record_bytes. */
enum err_code field_take_text(struct extract_record *record, struct buf *text, const struct extract_caps *caps,
                              struct err *err);
/* Form feeds become newlines and start pages; text beyond caps->pages pages is cut off. */
enum err_code field_split_pages(struct extract_record *record, const struct extract_caps *caps, struct err *err);
/* Adds a page start.  *capacity is the caller's, for mem_grow. */
enum err_code field_add_page(struct extract_record *record, size_t *capacity, size_t start, struct err *err);

/* ---- Worker (worker.c, child.c, sandbox.c) -------------------------------------------------- */

enum worker_frame {
    WORKER_HELLO = 'H',  /* child: in the sandbox, ready */
    WORKER_JOB = 'J',    /* parent, with the descriptor: u64 start, u64 end, name */
    WORKER_METADATA = 'M', /* parent, with the descriptor of a sidecar: u64 size, u8 it is a table, name of the document */
    WORKER_RECORD = 'R', /* child: record_write */
    WORKER_DONE = 'D',   /* child: the job is complete */
    WORKER_FAILED = 'F', /* child: u8 err_code, text */
};

/* The life of the child, after fork: shuts itself in, then answers jobs until the socket closes. */
_Noreturn void child_main(int socket, pid_t parent, const struct extract_caps *caps);

/* First step in the child: dies with `parent`, ignores the terminal's signals (its parent decides when it ends), keeps only
 * descriptor 3 = *socket, with /dev/null as 0, 1 and 2. */
enum err_code sandbox_detach(int *socket, pid_t parent, struct err *err);
/* Last step: limits, no new privileges, system call filter.  From here on only the frames matter. */
enum err_code sandbox_enter(const struct extract_caps *caps, struct err *err);

#endif
