/* memory.c - dividing the memory of a run. */
#include "indexer/memory.h"

#include <errno.h>
#include <stdlib.h>

#define MB ((uint64_t)1 << 20)
#define INDEXER (24 * MB)       /* the indexer itself, with the cache of the ledger and what merging needs */
#define BUILDER_BASE (10 * MB)  /* a builder with nothing to do, its buffers and its worker */
#define SHARE_LEAST (18 * MB)   /* for a builder's vocabulary, segment and document */
#define MEMO_PART 16            /* of all memory one part in so many */
#define MEMO_MOST (128 * MB)
#define COUNT_PART 4
#define BLOCK_BYTES 40          /* of a block that is counted: its entry, its bytes in the file, and the list it may get into */
#define FORM_BYTES 256          /* of a form, with what it derives */
#define FORMS_PART 8            /* of a share, for the vocabulary */
#define SEGMENT_PART 4
#define DOCUMENT_FACTOR 10      /* bytes for one of a document: of a builder and its worker while it is read (the line, what the
                                   parser makes of it, the record and its copies), or of the builder while it is analysed */
#define WORKER_FACTOR 12        /* of address space of the worker, most of which is not touched */
#define WORKER_SPARE (32 * MB)
#define WORKER_LEAST (256 * MB) /* what libraries want of address space, however little of it is touched */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What is left for each of so many builders; 0 when it is nothing. */
static uint64_t share_of(uint64_t bytes, unsigned jobs)
{
    uint64_t fixed = INDEXER + least(bytes / MEMO_PART, MEMO_MOST) + jobs * BUILDER_BASE;
    return bytes > fixed ? (bytes - fixed) / jobs : 0;
}

enum err_code memory_divide(uint64_t bytes, unsigned jobs, struct memory_plan *ret_plan, struct err *err)
{
    struct memory_plan plan = { .jobs = jobs > 0 ? jobs : 1, .caps = extract_default_caps };
    while (plan.jobs > 1 && share_of(bytes, plan.jobs) < SHARE_LEAST) {
        plan.jobs--;
    }
    uint64_t share = share_of(bytes, plan.jobs);
    if (share < SHARE_LEAST) {
        uint64_t needed = INDEXER + BUILDER_BASE + SHARE_LEAST;
        needed = (needed * MEMO_PART / (MEMO_PART - 1) + MB) / MB;
        return err_set(err, ERR_INVALID, "--memory %lluM is too little: the least that works is %lluM",
                       (unsigned long long)(bytes / MB), (unsigned long long)needed);
    }
    plan.memo_bytes = (size_t)least(bytes / MEMO_PART, MEMO_MOST);
    plan.batch_blocks = (size_t)(bytes / COUNT_PART / BLOCK_BYTES);
    plan.vocabulary_forms = (size_t)(share / FORMS_PART / FORM_BYTES);
    plan.segment_bytes = (size_t)(share / SEGMENT_PART);
    uint64_t record = (share - share / FORMS_PART - share / SEGMENT_PART) / DOCUMENT_FACTOR;
    plan.caps.record_bytes = least(record, extract_default_caps.record_bytes);
    /* A file is mapped: its bytes are the page cache's, not the worker's. */
    uint64_t space = WORKER_SPARE + WORKER_FACTOR * plan.caps.record_bytes;
    plan.caps.memory_bytes = least(space > WORKER_LEAST ? space : WORKER_LEAST, extract_default_caps.memory_bytes);
    *ret_plan = plan;
    return ERR_OK;
}

enum err_code memory_parse(const char *text, uint64_t *ret_bytes, struct err *err)
{
    char *end;
    errno = 0;
    unsigned long long number = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    unsigned shift = number == 0 ? 0 : *end == 'K' || *end == 'k' ? 10 : *end == 'M' || *end == 'm' ? 20
        : *end == 'G' || *end == 'g' ? 30 : 0;
    if (shift == 0 || end[1] != '\0' || errno != 0 || number > UINT64_MAX >> shift) {
        return err_set(err, ERR_INVALID, "--memory takes a size such as 256M or 2G, not '%s'", text);
    }
    *ret_bytes = (uint64_t)number << shift;
    return ERR_OK;
}
