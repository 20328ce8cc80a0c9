/* find.c - running the search of a request. */
#include "searchd/find.h"

#include <string.h>

bool find_is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

enum err_code find_without(const struct request *request, unsigned *ret_without, struct err *err)
{
    const struct request_arg *arg = request_arg(request, "zonder");
    *ret_without = 0;
    return arg != NULL ? search_features_parse(arg->value, arg->len, ret_without, err) : ERR_OK;
}

bool find_run(struct route_input *input, const struct request_arg *query, uint32_t page, uint32_t count,
              unsigned without, const struct find_dates *dates, struct search_result **ret_result, struct problem *ret_problem)
{
    if (input->index == NULL) {
        *ret_problem = problem_of_search(input->index_err->code, input->index_err);
        return false;
    }
    if ((uint64_t)page * count > SEARCH_WINDOW_MAX) {
        *ret_problem = problem_make(400, 0, "");
        ret_problem->parameter = "pagina";
        snprintf(ret_problem->detail, sizeof ret_problem->detail,
                 "Zo ver bladeren kan niet: alleen de eerste %d documenten zijn te zien. Maak de vraag preciezer.",
                 SEARCH_WINDOW_MAX);
        return false;
    }
    struct search_request request = {
        .query = query->value,
        .query_len = query->len,
        .offset = (page - 1) * count,
        .count = count,
        .fragments = true,
        .without = without,
        .from = dates != NULL ? dates->from : 0,
        .to = dates != NULL ? dates->to : 0,
    };
    struct err err = ERR_INIT;
    enum err_code code = search_run(input->index, &request, ret_result, &err);
    if (code == ERR_OK) {
        return true;
    }
    *ret_problem = problem_of_search(code, &err);
    if (code == ERR_INVALID) {
        ret_problem->parameter = "q";
    } else {
        input->trouble = err;
        input->index_broken = true;
    }
    return false;
}
