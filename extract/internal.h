/* internal.h - what the files of extract/ share; nobody outside includes it.
 *
 * A format is one function with the shape of extract_run; it makes a record with record_init, fills it with the helpers
 * of fields.c and gives it to the sink.
 */
#ifndef NASLAG_EXTRACT_INTERNAL_H
#define NASLAG_EXTRACT_INTERNAL_H

#include <sys/types.h>

#include "extract/extract.h"

/* ---- Formats (extract.c, and a file each) --------------------------------------------------- */

typedef enum err_code extract_format(const struct extract_input *input, extract_sink *sink, void *context,
                                     struct err *err);
extract_format txt_run, html_run, jsonl_run, pdf_run, image_run;
extract_format ooxml_run, odf_run, epub_run, rtf_run, markdown_run;
extract_format ole_run, ppt_run;

/* Whether text in images can be read; files of images alone are known only then. */
bool image_is_readable(void);

/* Whether the bytes are those of a PDF, by their beginning. */
bool pdf_is(const char *bytes, size_t len);

/* A container: gives the members of the stream to the nest.  ERR_INVALID: it cannot be read (further). */
struct nest;
struct nest_member;
struct stream;
typedef enum err_code extract_container(struct nest *nest, struct stream *stream, const struct nest_member *member,
                                        struct err *err);
extract_container container_run, mail_run, mbox_run, warc_run;

/* Appends the text with its lines joined: one that ends in a space goes on in the next one of the same quote depth
 * (flowed.c).  `delete_space`: the parameter DelSp was "yes". */
void flowed_join(const char *text, size_t len, bool delete_space, struct buf *out);

/* Which function reads a media type; one of the two is set. */
struct format {
    const char *media;
    extract_format *run;
    extract_container *open;
    bool random; /* `open` must be able to go back: a member that cannot is unpacked into memory first */
};
/* NULL when none does. */
const struct format *format_find(const char *media);
/* What is missing because of which none does (extract_need). */
unsigned format_lacks(const char *media);
/* Whether the bytes are of Microsoft's compound format. */
bool ole_is(const char *bytes, size_t len);
/* Title from the beginning of record->text, else from the file's name (txt.c). */
enum err_code txt_find_title(struct extract_record *record, const struct extract_input *input, struct err *err);

/* Set by tests only: what then runs for names that end in ".naslag-test", to misbehave inside a worker. */
extern extract_format *extract_test_format;
#define EXTRACT_TEST_MEDIA "text/x-test"

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
/* The same for a title that the document was given; counts what was cut off of it. */
enum err_code field_set_title(struct extract_record *record, const char *text, size_t len, size_t cap, struct err *err);
/* Adds that to `cut`, and says so in the note; for a record that is complete. */
enum err_code field_tell_title(struct extract_record *record, size_t cap, struct err *err);
/* Adds a remark to the note. */
enum err_code field_add_note(struct extract_record *record, const char *text, size_t cap, struct err *err);
/* The same as field_set for a date ("2021-12-03T10:00" gives "2021-12-03"), an absolute http(s) address and a language tag; what
 * is none of these leaves *slot as it is and returns ERR_OK. */
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
    WORKER_HELLO = 'H',  /* child: in the sandbox, ready; u32 active layers (extract_layer) */
    WORKER_PROBE = 'P',  /* parent: u32 number of an attempt (sandbox_probe) */
    WORKER_PROBED = 'Q', /* child: u32 errno it ended with, 0 when it succeeded */
    WORKER_JOB = 'J',    /* parent, with the descriptor: u64 start, u64 end, u64 size, u64 first leaf, u64 position, name */
    WORKER_LEAF = 'L',   /* child: u64 number, id: the records that follow are of this member (nest.h) */
    WORKER_METADATA = 'M', /* parent, with the descriptor of a sidecar: u64 size, u8 it is a table, name of the document */
    WORKER_CONVERT = 'C', /* child: u8 enum convert_kind, u64 size: a document, of which the bytes follow (convert.c) */
    WORKER_PART = 'c',    /* child: more bytes of it */
    WORKER_CONVERTED = 'V', /* parent: u8 err_code, u8 the text goes on, u64 size of the text, reason; with its descriptor */
    WORKER_RECORD = 'R', /* child: record_write */
    WORKER_DONE = 'D',   /* child: the job is complete; text: what limits kept out */
    WORKER_FAILED = 'F', /* child: u8 err_code, text */
};

/* What a child is told when it is forked. */
struct child_orders {
    int socket;
    pid_t parent;
    const struct extract_caps *caps;
    unsigned omit; /* layers to leave out: to prove what the others do by themselves */
};

/* The life of the child, after fork: shuts itself in, then answers jobs until the socket closes. */
_Noreturn void child_main(const struct child_orders *orders);

/* First step in the child: dies with `parent`, ignores the terminal's signals (its parent decides when it ends), keeps only
 * descriptor 3 = *socket, with /dev/null as 0, 1 and 2. */
enum err_code sandbox_detach(int *socket, pid_t parent, struct err *err);
/* Lets go of all memory that is shared and can be written (mappings.c).  ERR_IO: what there is is not known. */
enum err_code sandbox_drop_shared(struct err *err);
/* Last step: namespaces, limits, no new privileges, Landlock, system call filter; all but those in
 * orders->omit.  What the system does
 * not have is left out: *ret_layers tells what is active (extract_layer), for the parent to judge.  From here on only the frames
 * matter. */
enum err_code sandbox_enter(const struct child_orders *orders, unsigned *ret_layers, struct err *err);

/* Steps of sandbox_detach, for cage.c. */
void sandbox_reset_signals(void);
enum err_code sandbox_tie_to_parent(pid_t parent, struct err *err);
int sandbox_close_above(int last); /* 0, or -1 */

/* layers.c: each makes one layer and tells whether it is active. */
unsigned layers_enter_namespaces(unsigned omit);
/* What may be done with a file or with all in a folder: by path, or by descriptor where that is NULL.  What is not there is left
 * out. */
struct layers_file {
    const char *path;
    int fd;
    unsigned allow; /* LAYERS_ */
};
#define LAYERS_READ 1U
#define LAYERS_EXECUTE 2U
bool layers_have_landlock(void);
/* `files` are what is still allowed; without any, nothing is. */
bool layers_enter_landlock(const struct layers_file *files, size_t count);
bool layers_drop_capabilities(void);

/* probe.c: makes attempt `number` at what a worker may not do; the errno it ended with, 0 when it succeeded.  It may not return. */
int sandbox_probe(unsigned number, pid_t parent);

/* A worker of which layers are left out. */
void worker_omit(struct extract_worker *worker, unsigned layers);
/* Starts the process if there is none; what it says is active. */
enum err_code worker_layers(struct extract_worker *worker, unsigned *ret_layers, struct err *err);
/* Has a fresh process make an attempt.  *ret_signal: what it was killed by, or 0; *ret_errno: how it ended otherwise. */
enum err_code worker_probe(struct extract_worker *worker, unsigned number, int *ret_signal, int *ret_errno, struct err *err);

#endif
