/* problem.h - answers that say what went wrong: application/problem+json (RFC 9457) under /v1, a page elsewhere. */
#ifndef NASLAG_SEARCHD_PROBLEM_H
#define NASLAG_SEARCHD_PROBLEM_H

#include "searchd/answer.h"

#define PROBLEM_RETRY_BUSY 1  /* seconds for Retry-After: the queue is full */
#define PROBLEM_RETRY_FAULT 5 /* the index or a worker has to recover first */

struct problem {
    unsigned status;
    unsigned retry_after;  /* seconds; 0 = no such header */
    const char *parameter; /* the request parameter at fault, or NULL */
    char detail[512];      /* a Dutch sentence for the user; no paths, no internals */
};

struct problem problem_make(unsigned status, unsigned retry_after, const char *detail);
/* For a failure of search_index_open, search_run and the like.  ERR_INVALID carries its text on to the user; the texts of
 * the others name files and are for the log only. */
struct problem problem_of_search(enum err_code code, const struct err *err);
/* The Dutch name of a status. */
const char *problem_title(unsigned status);
/* Makes the answer for a request of `path`; `query` refills the search box of a page and may be NULL. */
void problem_answer(const struct problem *problem, const char *path, const char *query, struct answer *answer);

#endif
