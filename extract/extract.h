/* extract.h - from the bytes of a file to records of clean text.
 *
 * Two layers.  extract_run() parses bytes in this process: the formats (txt.c, html.c, jsonl.c ...), used by
 * the worker, the unit tests and the fuzz harnesses.  A struct extract_worker is a sandboxed child
 * process that does the same with a file descriptor and hands the records back over a socket;
 * whoever holds rights (the indexer) uses only that.
 *
 * A record is one document for the index: a whole file, a line of a .jsonl file, or a member of a container (a file in an
 * archive, a mail in a mailbox, an attachment, a capture in a web archive; nest.h).  What kind of file it is, its content
 * tells (detect.h).
 */
#ifndef NASLAG_EXTRACT_EXTRACT_H
#define NASLAG_EXTRACT_EXTRACT_H

#include "base/buf.h"

/* Version of what the extractors deliver; a change makes the indexer extract again. */
#define EXTRACT_VERSION 2

/* Caps; what passes one is cut off and the record says so (`cut`), or fails when nothing would be left. */
struct extract_caps {
    uint64_t file_bytes;   /* larger files fail, unless they are read as a stream: .jsonl, archives, mailboxes, web archives */
    uint64_t record_bytes; /* text of one record */
    uint64_t asked_bytes;  /* what was asked for of that, 0 when nothing was: the rest is what memory gives */
    uint32_t pages;        /* pages of one record */
    uint32_t title_bytes;  /* title, and each other short field */
    uint32_t wall_ms;      /* a worker that makes its caller wait longer for one job, or one member of a container, is killed */
    uint64_t memory_bytes; /* address space of the worker, beyond what it was forked with */
    uint32_t cpu_seconds;  /* processor time of the worker for one job, or one member */
    uint32_t depth;        /* containers in containers */
    uint32_t members;      /* members of one archive, with those of the archives in it */
    uint64_t expanded_bytes; /* what unpacking one file may give */
    uint32_t ratio;        /* and how many times its size; 64 MiB may always come out */
    bool weak_sandbox;     /* go on without layers of the sandbox that are required (extract_layers_suffice) */
};
/* 256 MiB, 64 MiB, 100,000, 1,000, 30 s, 512 MiB, 20 s; 4, 100,000, 256 GiB, 250. */
extern const struct extract_caps extract_default_caps;

/* What may not be installed, and is needed to read (all of) some documents. */
enum extract_need {
    EXTRACT_NEED_WORD = 1,  /* a converter of Word files of before 2007 (convert.h) */
    EXTRACT_NEED_EXCEL = 2, /* of Excel files of before 2007 */
    EXTRACT_NEED_OCR = 4,   /* data of Tesseract (ocr.h) */
    EXTRACT_NEEDS = 7,      /* all of them */
};
/* Which of them is there now. */
unsigned extract_available(void);

/* Part of the text, in bytes. */
struct extract_span {
    uint32_t start, len;
};

/* Why captures of web archives are skipped that are no other document: their names are listed as versions. */
#define EXTRACT_REVISIT "the content had not changed since an earlier capture (revisit)"
#define EXTRACT_REPEATED "the same content as an earlier capture of this address"

/* All strings are NUL-terminated clean UTF-8 (text_clean), never NULL, "" when not known. */
struct extract_record {
    char *id;          /* id inside its file: "" when the record is the whole file; a line without one: "@OFFSET"; of a
                          member its path */
    uint64_t position; /* jsonl: byte offset of the line; in a container: number of the record */
    char *title;
    uint32_t title_cut; /* bytes of the title it was given that a cap cut off; only while it is made: `cut` and `note` tell it */
    char *url;
    char *date;        /* YYYY-MM-DD, YYYY-MM or YYYY as given */
    char *kind;        /* document type as given ("rapport") */
    char *language;    /* BCP 47 tag as given ("nl") */
    char *description;
    char *author;      /* persons, as given; several are separated by "; " */
    char *captured;    /* YYYY-MM-DD on which a web archive took it; records of one url are versions, the latest first */
    char *format;      /* media type of the source: "text/plain", "text/html", "application/pdf" ... */
    char *organisation; /* who made or published it: publisher, company, archive creator */
    char *programme;   /* the programme or dossier that it belongs to */
    char *period;      /* what time it is about: START/END, each as `date`; either may be "" */
    char *modified;    /* date of the last change, as `date` */
    char *keywords;    /* separated by "; " */
    char *restriction; /* of a sidecar: why the document is not to be published, or "" */
    char *encoding;    /* encoding it was read in */
    char *text;        /* text_len bytes, NUL-terminated */
    uint32_t text_len;
    uint32_t *pages;   /* byte offset where each page starts; pages[0] is 0 */
    uint32_t page_count; /* 0 when the format has no pages */
    struct extract_span *headings; /* headings inside text, in order */
    uint32_t heading_count;
    uint64_t cut;      /* bytes of text that a cap cut off; of text that was not even decoded, its source bytes */
    char *problem;     /* why this record has no text (its own failure: a bad line), or "" */
    bool skipped;      /* with a problem: it did not fail, it is no document that is taken in */
    uint8_t lacks;     /* what was not there and would have told more of it (extract_need): worth another look when it is */
    char *note;        /* what else is to be said of how it was read: why there is no text in it, what was left out, or "" */
    char *page_labels; /* where the numbering printed on the pages begins anew (text/page_runs.h), "" for 1, 2, 3... */
    char *ocr_pages;   /* pages whose text was recognised in an image: "3 7-9", or "" */
    uint8_t digest[32]; /* SHA-256 of the file's or member's bytes; of a line none: whoever reads lines has it (indexer/lines.h) */
};
void extract_record_done(struct extract_record *record);

struct convert_asker;

/* What to parse. */
struct extract_input {
    const char *bytes;
    size_t len;
    const char *name;    /* file name, for its ending; "" when not known */
    const char *charset; /* encoding that a mail or a web server declared, or NULL */
    uint64_t base;       /* offset of `bytes` in the file */
    const struct extract_caps *caps;
    const struct convert_asker *asker; /* has documents converted (convert.h), or NULL: nobody does */
};

/* Receives a record; it may take fields over by TAKE_PTR.  A code other than ERR_OK ends the run with it. */
typedef enum err_code extract_sink(void *context, struct extract_record *record, struct err *err);

/* Whether the file's name says that it holds one record a line, so that it may be read in ranges (.jsonl). */
bool extract_is_lines(const char *name);

/* Parses `input`.  ERR_INVALID: the document cannot be read, and why.  What is no document gives one record, `skipped`. */
enum err_code extract_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err);

/* ---- The sandboxed worker ----------------------------------------------------------------- */

struct extract_worker;

/* Makes a worker handle; the process is forked at the first job, and again after it died or did 1,000 jobs.
 * The caller must be single-threaded. */
enum err_code extract_worker_new(const struct extract_caps *caps, struct extract_worker **ret_worker, struct err *err);
/* Kills the process and frees. */
void extract_worker_free(struct extract_worker *worker);

/* Gives the worker a file (descriptor opened read-only; stays the caller's, who closes it after the job).  For line files, the
 * records whose first byte lies in [start, end); otherwise start = 0 and end = file size.
 * When the process dies on a member of a container it is tried once more, then that member is a record with the problem,
 * and the others follow. */
enum err_code extract_worker_start(struct extract_worker *worker, int fd, const char *name, uint64_t start, uint64_t end,
                                   struct err *err);
/* Next record of the job.  ERR_OK with *ret_more false: the job is complete and `record` is untouched.
 * Otherwise the caller ends the record with extract_record_done.
 * ERR_INVALID: the document cannot be read (reason in the text).  ERR_IO: its file could not be read just now.  ERR_TIMEOUT,
 * ERR_CORRUPT, ERR_NOMEM: the worker hung, crashed, was killed by a limit, broke the protocol or had too little memory: it is
 * dead, the next start makes a new one; the text says which. */
enum err_code extract_worker_next(struct extract_worker *worker, struct extract_record *record, bool *ret_more,
                                  struct err *err);

/* When a job is complete: what limits kept out of the records, in words, or "".  Valid until the next job. */
const char *extract_worker_note(const struct extract_worker *worker);

/* ---- What holds the worker in -------------------------------------------------------------- */

/* Layers of the sandbox; docs/ARCHITECTURE.md, 'Security boundaries', tells what each is for. */
enum extract_layer {
    EXTRACT_NO_NEW_PRIVS = 1,
    EXTRACT_SECCOMP = 2,
    EXTRACT_RLIMITS = 4,
    EXTRACT_LANDLOCK = 8,
    EXTRACT_MOUNT_NS = 16, /* an empty root directory */
    EXTRACT_USER_NS = 32,
    EXTRACT_NET_NS = 64,
    EXTRACT_IPC_NS = 128,
    EXTRACT_UTS_NS = 256,
    EXTRACT_NO_CAPABILITIES = 512,
};

/* Whether these layers are enough: no_new_privs, seccomp, rlimits, and Landlock or a mount namespace without files.  Built with
 * AddressSanitizer, whose reports need files and memory, no_new_privs and rlimits. */
bool extract_layers_suffice(unsigned layers);
/* Their names, comma-separated, into `out`; "none". */
void extract_layers_print(unsigned layers, struct buf *out);
/* Those of the required ones that are not there, in the same way; "" when none is missing. */
void extract_layers_print_missing(unsigned layers, struct buf *out);
/* Starts a worker and asks what is active in it. */
enum err_code extract_sandbox_layers(const struct extract_caps *caps, unsigned *ret_layers, struct err *err);

/* One attempt from inside a worker at what it may not do. */
struct extract_attempt {
    const char *what;      /* "open a file" */
    bool stopped;          /* in the sandbox as it is */
    const char *layer;     /* what stopped it, "" when nothing did */
    const char *behind_it; /* what stops it when seccomp is left out; "" when nothing does */
};
typedef void extract_attempt_sink(void *context, const struct extract_attempt *attempt);
/* Makes the attempts, each in a fresh worker, first as it is, then without seccomp.  *ret_held: all were stopped. */
enum err_code extract_sandbox_test(const struct extract_caps *caps, extract_attempt_sink *sink, void *context, bool *ret_held,
                                   struct err *err);
/* Reads metadata that stands beside a document, in the same sandbox: an XML sidecar (`document`: the document's file name), or the
 * row for `document` (its path relative to the table's folder) of a table (sidecar.h).  *ret_found is false, and `record`
 * untouched, when it says nothing about the document or is something else than metadata; otherwise the caller ends the record with
 * extract_record_done.  Errors are those of extract_worker_next. */
enum err_code extract_worker_metadata(struct extract_worker *worker, int fd, bool table, const char *document,
                                      struct extract_record *record, bool *ret_found, struct err *err);

#endif
