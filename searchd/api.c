/* api.c - what programs ask: JSON. */
#include "searchd/api.h"

#include <string.h>

#include "base/json.h"
#include "searchd/find.h"
#include "searchd/problem.h"

#define COUNT_DEFAULT 10

static void refuse(const struct route_input *input, const char *parameter, const char *detail, struct answer *answer)
{
    struct problem problem = problem_make(400, 0, detail);
    problem.parameter = parameter;
    problem_answer(&problem, input->request->path, NULL, answer);
}

/* The first or last day that a parameter names; nothing when it is not there or empty. */
static bool read_day(const struct request *request, const char *name, bool last, uint32_t *ret_day)
{
    const struct request_arg *arg = request_arg(request, name);
    return arg == NULL || arg->len == 0 || search_read_day(arg->value, arg->len, last, ret_day);
}

void api_documents(struct route_input *input, struct answer *answer)
{
    static const char *const known[] = { "q", "aantal", "pagina", "zonder", "van", "tot", "groepeer", "familie", NULL };
    const struct request *request = input->request;
    struct err err = ERR_INIT;
    const char *name = NULL;
    uint32_t count, page;
    if (request_check_names(request, known, &name, &err) != ERR_OK) {
        refuse(input, name, err.text, answer);
        return;
    }
    if (request_number(request, "aantal", 1, SEARCH_COUNT_MAX, COUNT_DEFAULT, &count, &err) != ERR_OK) {
        refuse(input, "aantal", err.text, answer);
        return;
    }
    if (request_number(request, "pagina", 1, SEARCH_WINDOW_MAX, 1, &page, &err) != ERR_OK) {
        refuse(input, "pagina", err.text, answer);
        return;
    }
    unsigned without;
    if (find_without(request, &without, &err) != ERR_OK) {
        refuse(input, "zonder", err.text, answer);
        return;
    }
    struct find_group group;
    if (find_group(request, &group, &name, &err) != ERR_OK) {
        refuse(input, name, err.text, answer);
        return;
    }
    struct find_dates dates = { 0 };
    bool from_good = read_day(request, "van", false, &dates.from);
    if (!from_good || !read_day(request, "tot", true, &dates.to)) {
        refuse(input, from_good ? "tot" : "van", "De parameters ‘van’ en ‘tot’ zijn een jaar, maand of dag: 2016, 2016-10 of "
               "2016-10-06.", answer);
        return;
    }
    const struct request_arg *query = request_arg(request, "q");
    if ((query == NULL || find_is_blank(query->value)) && group.family == NULL) {
        refuse(input, "q", "De parameter ‘q’ met de zoekvraag ontbreekt of is leeg.", answer);
        return;
    }
    CLEANUP(search_result_free_cleanup) struct search_result *result = NULL;
    struct problem problem;
    if (!find_run(input, query, page, count, without, &dates, &group, &result, &problem)) {
        problem_answer(&problem, request->path, NULL, answer);
        return;
    }
    answer_start(answer, 200, "application/json");
    search_result_json(result, &answer->body);
    buf_add_char(&answer->body, '\n');
    answer_header(answer, "Cache-Control", "private, no-cache");
}

void api_health(struct route_input *input, struct answer *answer)
{
    if (input->index == NULL) {
        struct problem problem = problem_of_search(input->index_err->code, input->index_err);
        problem_answer(&problem, input->request->path, NULL, answer);
        return;
    }
    bool behind = input->refresh_err->code != ERR_OK;
    answer_start(answer, 200, "application/json");
    struct json_writer writer;
    jw_writer_init(&writer, &answer->body);
    jw_begin_object(&writer);
    jw_key_str(&writer, "status", behind ? "verouderd" : "goed");
    jw_key_int(&writer, "generatie", (int64_t)search_index_generation(input->index));
    jw_key_int(&writer, "documenten", search_index_doc_count(input->index));
    if (behind) {
        struct problem problem = problem_of_search(input->refresh_err->code, input->refresh_err);
        jw_key_str(&writer, "melding", "De nieuwste index is niet in gebruik genomen; er wordt gezocht in de vorige.");
        jw_key_str(&writer, "oorzaak", problem.detail);
    }
    jw_end_object(&writer);
    buf_add_char(&answer->body, '\n');
    answer_header(answer, "Cache-Control", "no-store");
}
