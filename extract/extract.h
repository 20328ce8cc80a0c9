/* extract.h - from the bytes of a file to records of clean text.
 *
 * Two layers.  extract_run() parses bytes in this process: the formats (txt.c, html.c, jsonl.c ...), used by
 * the worker, the unit tests and the fuzz harnesses.  A struct extract_worker is a sandboxed child
 * process that runs extract_run() on a file descriptor and hands the records back over a socket;
 * whoever holds rights (the indexer) uses only that.
 *
 * A record is one document for the index: a whole file, or one line of a .jsonl file.
 */
#ifndef NASLAG_EXTRACT_EXTRACT_H
#define NASLAG_EXTRACT_EXTRACT_H

#include "base/buf.h"

/* Version of what the extractors deliver; a change makes the indexer extract again. */
#define EXTRACT_VERSION 1

/* Caps; what passes one is cut off and the record says so (`cut`), or fails when nothing would be left. */
struct extract_caps {
    uint64_t file_bytes;   /* larger files (not .jsonl) fail */
    uint64_t record_bytes; /* text of one record */
    uint32_t pages;        /* pages of one record */
    uint32_t title_bytes;  /* title, and each other short field */
    uint32_t wall_ms;      /* a worker that makes its caller wait longer for one job is killed */
    uint64_t memory_bytes; /* address space of the worker, beyond what it was forked with */
    uint32_t cpu_seconds;  /* processor time of the worker for one job */
};
/* 256 MiB, 64 MiB, 100,000, 1,000, 30 s, 1 GiB, 20 s. */
extern const struct extract_caps extract_default_caps;

/* Part of the text, in bytes. */
struct extract_span {
    uint32_t start, len;
};

/* All strings are NUL-terminated clean UTF-8 (text_clean), never NULL, "" when not known. */
struct extract_record {
    char *id;          /* id inside its file: "" when the record is the whole file; a line without one: "@OFFSET" */
    uint64_t position; /* jsonl: byte offset of the line */
    char *title;
    char *url;
    char *date;        /* YYYY-MM-DD, YYYY-MM or YYYY as given */
    char *kind;        /* document type as given ("rapport") */
    char *language;    /* BCP 47 tag as given ("nl") */
    char *description;
    char *author;      /* persons, as given; several are separated by "; " */
    char *organisation; /* who made or published it: publisher, company, archive creator */
    char *programme;   /* the programme or dossier that it belongs to */
    char *period;      /* what time it is about: START/END, each as `date`; either may be "" */
    char *modified;    /* date of the last change, as `date` */
    char *keywords;    /* separated by "; " */
    char *restriction; /* of a sidecar: why the document is not to be published, or "" */
    char *format;      /* media type of the source: "text/plain", "text/html", "application/json" */
    char *encoding;    /* encoding it was read in */
    char *text;        /* text_len bytes, NUL-terminated */
    uint32_t text_len;
    uint32_t *pages;   /* byte offset where each page starts; pages[0] is 0 */
    uint32_t page_count; /* 0 when the format has no pages */
    struct extract_span *headings; /* headings inside text, in order */
    uint32_t heading_count;
    uint64_t cut;      /* bytes of text that a cap cut off; of text that was not even decoded, its source bytes */
    char *problem;     /* why this record has no text (its own failure: a bad line), or "" */
    uint8_t digest[32]; /* SHA-256 of the record's source bytes: the line, or the file */
};
void extract_record_done(struct extract_record *record);

/* What to parse. */
struct extract_input {
    const char *bytes;
    size_t len;
    const char *name;    /* file name, for its ending */
    uint64_t base;       /* offset of `bytes` in the file */
    const struct extract_caps *caps;
};

/* Receives a record; it may take fields over by TAKE_PTR.  A code other than ERR_OK ends the run with it. */
typedef enum err_code extract_sink(void *context, struct extract_record *record, struct err *err);

/* Whether a file name ends in something extract_run can read. */
bool extract_knows(const char *name);
/* Whether the file holds one record a line and may be read in ranges (.jsonl). */
bool extract_is_lines(const char *name);

/* Parses `input`.  ERR_INVALID: the document cannot be read, and why. */
enum err_code extract_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err);

/* ---- The sandboxed worker ----------------------------------------------------------------- */

struct extract_worker;

/* Makes a worker handle; the process is forked at the first job, and again after it died or did 1,000 jobs.
 * The caller must be single-threaded. */
enum err_code extract_worker_new(const struct extract_caps *caps, struct extract_worker **ret_worker, struct err *err);
/* Kills the process and frees. */
void extract_worker_free(struct extract_worker *worker);

/* Gives the worker a file (descriptor opened read-only; stays the caller's).  For line files, the records whose first byte lies
 * in [start, end); otherwise start = 0 and end = file size. */
enum err_code extract_worker_start(struct extract_worker *worker, int fd, const char *name, uint64_t start, uint64_t end,
                                   struct err *err);
/* Next record of the job.  ERR_OK with *ret_more false: the job is complete and `record` is untouched.
 * Otherwise the caller ends the record with extract_record_done.
 * ERR_INVALID: the document cannot be read (reason in the text).  ERR_TIMEOUT, ERR_CORRUPT: the worker hung, crashed,
 * was killed by a limit or broke the protocol: it is dead, the next start makes a new one; the text says which. */
enum err_code extract_worker_next(struct extract_worker *worker, struct extract_record *record, bool *ret_more,
                                  struct err *err);

/* Reads metadata that stands beside a document, in the same sandbox: an XML sidecar, or the row for `document` (its path relative
 * to the table's folder) of a table (sidecar.h).  *ret_found is false, and `record` untouched, when it says nothing about the
 * document or is something else than metadata; otherwise the caller ends the record with extract_record_done.  Errors are those of
 * extract_worker_next. */
enum err_code extract_worker_metadata(struct extract_worker *worker, int fd, bool table, const char *document,
                                      struct extract_record *record, bool *ret_found, struct err *err);

/* One line for an operator: which sandbox layers are active ("no_new_privs, seccomp, rlimits"). */
const char *extract_sandbox_layers(void);

#endif
