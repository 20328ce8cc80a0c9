/* find.c - running the search of a request. */
#include "searchd/find.h"

#include <string.h>

#define ID_DIGITS 16 /* of a document */

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

enum err_code find_group(const struct request *request, struct find_group *ret_group, const char **ret_name, struct err *err)
{
    const struct request_arg *by = request_arg(request, "groepeer"), *family = request_arg(request, "familie");
    *ret_group = (struct find_group){ .families = by != NULL && strcmp(by->value, "familie") == 0 };
    if (by != NULL && by->len > 0 && !ret_group->families) {
        *ret_name = "groepeer";
        return err_set(err, ERR_INVALID, "De parameter ‘groepeer’ kan alleen ‘familie’ zijn.");
    }
    if (family != NULL && family->len > 0) {
        ret_group->family = family->value;
        if (family->len != ID_DIGITS || strspn(family->value, "0123456789abcdef") != ID_DIGITS) {
            *ret_name = "familie";
            return err_set(err, ERR_INVALID, "De parameter ‘familie’ is het kenmerk van een document: 16 cijfers en letters a-f.");
        }
    }
    return ERR_OK;
}

bool find_run(struct route_input *input, const struct request_arg *query, uint32_t page, uint32_t count,
              unsigned without, const struct find_dates *dates, const struct find_group *group,
              struct search_result **ret_result, struct problem *ret_problem)
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
        .query = query != NULL ? query->value : "",
        .query_len = query != NULL ? query->len : 0,
        .offset = (page - 1) * count,
        .count = count,
        .fragments = true,
        .without = without,
        .from = dates != NULL ? dates->from : 0,
        .to = dates != NULL ? dates->to : 0,
        .families = group != NULL && group->families,
        .family = group != NULL ? group->family : NULL,
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
