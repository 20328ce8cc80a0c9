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

/* The parameters `groepeer` and `familie`. */
struct find_group {
    bool families;
    const char *family; /* NULL when it is not there */
};
/* ERR_INVALID with a Dutch sentence, and the name of the parameter. */
enum err_code find_group(const struct request *request, struct find_group *ret_group, const char **ret_name, struct err *err);

/* `page` counts from 1; `query` may be NULL when there is a family, `dates` and `group` may be.  False:
 * *ret_problem says what to tell the user, input->trouble what to log. */
bool find_run(struct route_input *input, const struct request_arg *query, uint32_t page, uint32_t count,
              unsigned without, const struct find_dates *dates, const struct find_group *group,
              struct search_result **ret_result, struct problem *ret_problem);

#endif
