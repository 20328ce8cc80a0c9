/* builder.h - a builder process: takes jobs, has documents extracted, makes segments and stored texts.
 *
 * The indexer forks some of these.  A builder opens source files, hands the open descriptor to its own sandboxed extraction
 * worker (it never parses document bytes itself), turns the records into terms, and writes segments below DIR/tmp and
 * one store file below DIR/texts.  What it made becomes part of the index only when the indexer publishes it.
 */
#ifndef NASLAG_INDEXER_BUILDER_H
#define NASLAG_INDEXER_BUILDER_H

#include "base/buf.h"
#include "base/digest.h"
#include "extract/extract.h"
#include "indexer/ledger.h"
#include "text/dutch.h"

#define BUILDER_FRAME_MAX ((size_t)1 << 20)

/* Messages.  Integers and blobs as base/buf.h writes them. */
enum builder_message {
    /* to the builder */
    BUILDER_FILE = 'F',     /* u64 job, u8 compare, u64 start, u64 end, 16 bytes key of lines, path of the lines that are known
                               (lines.h; "" none), path, name, source, url prefix, kind, then for metadata.h: kind, programme,
                               organisation of rules, default programme, organisation, u8 restricted too, u64 stamp */
    BUILDER_REWRITE = 'R',  /* u64 job, u64 generation, u32 part, u32 first, u32 last: documents to analyse again from stored
                               text, into a generation that replaces this one */
    BUILDER_AGAIN = 'A',    /* u64 job, u64 generation, u32 part, then u32 docids to the end: the same for these documents, which
                               are to replace their older selves */
    BUILDER_COUNT = 'C',    /* report the blocks of the documents that wait (spool.h) */
    BUILDER_LEARN = 'L',    /* path of a list of blocks (known.h), which replaces what was known */
    BUILDER_SEAL = 'S',     /* analyse what waits, finish and report everything */
    /* from the builder */
    BUILDER_RECORD = 'r',   /* u64 job, u8 outcome (enum ledger_state), uid, record, reason, digest, u64 bytes, u64 cut */
    BUILDER_KEPT = 'k',     /* u64 job, then uids of SCHEMA_UID_LEN bytes to the end: these are unchanged */
    BUILDER_COUNTED = 'c',  /* path of a file of counts, "" when there is none */
    BUILDER_RECURRING = 'b', /* u8 replaces an older self, uid, u64 bytes of text that are boilerplate */
    BUILDER_JOB_DONE = 'j', /* u64 job, u8 enum builder_job, reason, u64 bytes read, u8 what was lacking (extract_need) */
    BUILDER_ANALYSED = 'p', /* u64 bytes of text of documents that waited and are analysed now: for progress */
    BUILDER_SEGMENT = 'g',  /* path, u32 documents */
    BUILDER_SEALED = 's',   /* name of the store file, "" when it holds nothing; u64 documents */
    BUILDER_FATAL = 'e',    /* u8 err_code, text: the builder ends */
};

/* How a job ended: well; the file cannot be read; it could not be now, for what may pass (an error of the disk, memory); or it is
 * not to be published. */
enum builder_job { BUILDER_JOB_FAILED, BUILDER_JOB_OK, BUILDER_JOB_AGAIN, BUILDER_JOB_KEPT_OUT };

/* Text that is analysed between two BUILDER_ANALYSED messages, about. */
#define BUILDER_ANALYSED_EVERY ((uint64_t)1 << 20)
/* Uids in a BUILDER_KEPT message, at most. */
#define BUILDER_KEPT_MOST 4096

struct builder_options {
    const char *directory; /* of the index */
    const struct dutch *dutch;
    int lock_fd;           /* the index lock, which a builder must not keep alive */
    uint64_t stamp;        /* makes the names of this run's store files unlike those of any other */
    unsigned number;       /* of this builder */
    struct extract_caps caps;
    size_t segment_bytes;    /* of postings in memory, after which a segment is to be written (memory.h) */
    size_t vocabulary_forms; /* that the analysis remembers at most */
};

/* The life of a builder process: serves `socket` until it closes, then _exits. */
void builder_main(const struct builder_options *options, int socket) __attribute__((noreturn));

/* The unique id of a document. */
void builder_uid(const char *source, const char *path, const char *record, char ret_uid[SCHEMA_UID_LEN + 1]);

#endif
