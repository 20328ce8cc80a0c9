/* problem.c - answers that say what went wrong. */
#include "searchd/problem.h"

#include <string.h>

#include "base/json.h"
#include "searchd/page.h"
#include "searchd/route.h"

struct problem problem_make(unsigned status, unsigned retry_after, const char *detail)
{
    struct problem problem = { .status = status, .retry_after = retry_after };
    snprintf(problem.detail, sizeof problem.detail, "%s", detail);
    return problem;
}

struct problem problem_of_search(enum err_code code, const struct err *err)
{
    switch (code) {
    case ERR_INVALID:
        return problem_make(400, 0, err->text);
    case ERR_NOT_FOUND:
        return problem_make(503, PROBLEM_RETRY_FAULT, "Er is nog geen index om in te zoeken.");
    case ERR_VERSION:
        return problem_make(503, PROBLEM_RETRY_FAULT,
                            "De index is gemaakt door een andere versie van Naslag en moet opnieuw worden opgebouwd.");
    case ERR_CORRUPT:
        return problem_make(503, PROBLEM_RETRY_FAULT, "De index is beschadigd. De beheerder moet hem herstellen.");
    case ERR_IO:
    case ERR_STALE:
    case ERR_LOCKED:
        return problem_make(503, PROBLEM_RETRY_FAULT, "De index kan nu niet worden gelezen. Probeer het later opnieuw.");
    case ERR_NOMEM:
        return problem_make(503, PROBLEM_RETRY_BUSY, "Er is nu te weinig geheugen voor deze vraag. Probeer het later opnieuw.");
    default:
        return problem_make(500, 0, "Er ging iets mis bij het zoeken. De beheerder vindt de oorzaak in het logboek.");
    }
}

const char *problem_title(unsigned status)
{
    switch (status) {
    case 400: return "Ongeldig verzoek";
    case 404: return "Niet gevonden";
    case 405: return "Methode niet toegestaan";
    case 414: return "Adres te lang";
    case 503: return "Tijdelijk niet beschikbaar";
    default: return "Interne fout";
    }
}

static void answer_json(const struct problem *problem, const char *path, struct answer *answer)
{
    answer_start(answer, problem->status, "application/problem+json");
    struct json_writer writer;
    jw_writer_init(&writer, &answer->body);
    jw_begin_object(&writer);
    jw_key_str(&writer, "type", "about:blank");
    jw_key_str(&writer, "title", problem_title(problem->status));
    jw_key_int(&writer, "status", problem->status);
    jw_key_str(&writer, "detail", problem->detail);
    jw_key_str(&writer, "instance", path);
    if (problem->parameter != NULL) {
        jw_key_str(&writer, "parameter", problem->parameter);
    }
    jw_end_object(&writer);
    buf_add_char(&answer->body, '\n');
}

void problem_answer(const struct problem *problem, const char *path, const char *query, struct answer *answer)
{
    if (route_is_api(path)) {
        answer_json(problem, path, answer);
    } else {
        page_problem(problem, query, answer);
    }
    answer_header(answer, "Cache-Control", "no-store");
    if (problem->retry_after > 0) {
        answer_header(answer, "Retry-After", "%u", problem->retry_after);
    }
    if (problem->status == 405) {
        answer_header(answer, "Allow", "GET, HEAD");
    }
}
