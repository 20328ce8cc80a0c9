/* find.h - running the search of a request, for the pages and for the API alike. */
#ifndef NASLAG_SEARCHD_FIND_H
#define NASLAG_SEARCHD_FIND_H

#include "searchd/problem.h"
#include "searchd/route.h"

bool find_is_blank(const char *text);
/* The parameter `zonder`: bits of enum search_feature, 0 when it is not there.  ERR_INVALID with a Dutch sentence. */
enum err_code find_without(const struct request *request, unsigned *ret_without, struct err *err);

/* `from` and `to`: YYYYMMDD as in search_request; 0 is open. */
struct find_dates {
    uint32_t from, to;
};

/* `page` counts from 1; `dates` may be NULL.  False: *ret_problem says what to tell the user, input->trouble what to log. */
bool find_run(struct route_input *input, const struct request_arg *query, uint32_t page, uint32_t count,
              unsigned without, const struct find_dates *dates, struct search_result **ret_result, struct problem *ret_problem);

#endif
