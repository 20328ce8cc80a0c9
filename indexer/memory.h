/* memory.h - what each part of a run may take of the memory that --memory gives to all its processes together.
 *
 * Counted is what the processes have of their own (anonymous memory, and what they share); the page cache is not, nor are mapped
 * files, which are part of it: language resources, lists of lines, tables that are read. What waits to be analysed, waits on disk.
 * The shares were set by measuring; tests/t180-memory.sh measures the whole.
 *
 * Queues are bounded: a builder has at most two jobs, and a message to or from it waits in its socket, so that who is ahead blocks.
 */
#ifndef NASLAG_INDEXER_MEMORY_H
#define NASLAG_INDEXER_MEMORY_H

#include <stddef.h>

#include "extract/extract.h"

#define MEMORY_DEFAULT ((uint64_t)256 << 20)

struct memory_plan {
    unsigned jobs;          /* builders: as many as wanted, or as fit */
    size_t segment_bytes;   /* postings that a builder gathers before it writes them */
    size_t memo_bytes;      /* derivations that all processes share (text/memo.h) */
    size_t vocabulary_forms; /* that a builder remembers from document to document */
    size_t batch_blocks;    /* blocks of documents that wait for their analysis: counted in memory to learn what recurs */
    struct extract_caps caps; /* size of records and files, memory of the extraction worker */
};

/* Divides `bytes` over at most `jobs` builders.  ERR_INVALID: it is too little; the text names the least that works. */
enum err_code memory_divide(uint64_t bytes, unsigned jobs, struct memory_plan *ret_plan, struct err *err);
/* Reads "256M", "1G", "300000K"; ERR_INVALID when it is no size. */
enum err_code memory_parse(const char *text, uint64_t *ret_bytes, struct err *err);

#endif
