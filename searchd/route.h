/* route.h - the paths Naslag answers, as one table for the front and for the workers. */
#ifndef NASLAG_SEARCHD_ROUTE_H
#define NASLAG_SEARCHD_ROUTE_H

#include "searchd/answer.h"
#include "searchd/request.h"
#include "search/search.h"

struct route_input {
    const struct request *request;
    const char *if_none_match;    /* in the front only; or NULL */
    struct search_index *index;   /* in a worker only; NULL when it cannot be opened */
    const struct err *index_err;  /* why, when index is NULL */
    const struct err *refresh_err; /* in a worker only: why a newer generation is not in use; code ERR_OK when all is well */
    bool index_broken;            /* set by a handler: the index must be opened afresh before it is used again */
    struct err trouble;           /* set by a handler: for the log */
};

typedef void route_handler(struct route_input *input, struct answer *answer);

struct route {
    const char *path;  /* a final * stands for any rest */
    bool needs_worker; /* false: answered by the front itself */
    route_handler *handle;
};

/* NULL when nothing lives at the path. */
const struct route *route_find(const char *path);
/* Whether problems at this path are told as JSON rather than as a page. */
bool route_is_api(const char *path);

#endif
