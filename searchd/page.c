/* page.c - the pages for people: from a search result to the values of a template. */
#include "searchd/page.h"

#include <string.h>
#include <strings.h>

#include "searchd/dutch.h"
#include "searchd/broadening.h"
#include "searchd/find.h"
#include "searchd/siblings.h"
#include "searchd/template.h"
#include "searchd/web.h"

#define PAGE_COUNT 10       /* documents on a page of results */
#define PAGE_SHEETS_SHOWN 8 /* pages of one document in its line of hits */

/* ---- the frame of every page ---- */

static void render(const char *template_name, struct view *view, struct answer *answer)
{
    struct err err = ERR_INIT;
    size_t len = 0;
    const char *text = web_find_template(template_name, strlen(template_name), &len);
    view_text(view, view_root(view), "stijl", web_style_path());
    if (text == NULL || template_render(text, len, view, web_find_template, &answer->body, &err) != ERR_OK) {
        answer_start(answer, 500, "text/plain; charset=utf-8");
        buf_add_str(&answer->body, "De pagina kon niet worden gemaakt.\n");
    }
}

static void start_page(struct answer *answer, unsigned status)
{
    answer_start(answer, status, "text/html; charset=utf-8");
    answer_header(answer, "Content-Language", "nl");
}

static void out_of_memory(struct answer *answer)
{
    answer_start(answer, 503, "text/plain; charset=utf-8");
    buf_add_str(&answer->body, "Er is nu te weinig geheugen. Probeer het later opnieuw.\n");
}

void page_problem(const struct problem *problem, const char *query, struct answer *answer)
{
    start_page(answer, problem->status);
    CLEANUP(view_free_cleanup) struct view *view = view_new();
    if (view == NULL) {
        out_of_memory(answer);
        return;
    }
    struct view_group *root = view_root(view);
    view_printf(view, root, "titel", "%s – Naslag", problem_title(problem->status));
    view_text(view, root, "vraag", query != NULL ? query : "");
    view_text(view, root, "fout", problem_title(problem->status));
    view_text(view, root, "toelichting", problem->detail);
    view_flag(view, root, "geen_robots", true);
    render("fout", view, answer);
}

/* "1.234 documenten" */
static void show_size(struct view *view, const struct search_index *index)
{
    if (index != NULL) {
        char number[DUTCH_SIZE];
        uint32_t count = search_index_doc_count(index);
        dutch_number(count, number);
        view_printf(view, view_root(view), "omvang", "%s %s", number, count == 1 ? "document" : "documenten");
    }
}

/* ---- one document ---- */

/* A link only when it leads to the web: never javascript: or file:, and nothing a browser would read otherwise. */
static bool is_web_url(const char *url)
{
    if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0) {
        return false;
    }
    for (; *url != '\0'; url++) {
        if ((unsigned char)*url <= ' ' || *url == '\\' || *url == 0x7F) {
            return false;
        }
    }
    return true;
}

/* Whether `url`#page=3 opens at page 3: PDF readers in browsers do so (RFC 8118). */
static bool takes_page(const char *url)
{
    size_t len = strcspn(url, "?#");
    return is_web_url(url) && strchr(url, '#') == NULL && len > 4 && strncasecmp(url + len - 4, ".pdf", 4) == 0;
}

static void show_sheet(struct view *view, struct view_group *group, const struct search_hit *hit, uint32_t page)
{
    struct search_page_name name;
    search_name_page(hit, page, &name);
    if (name.label[0] != '\0') { /* as a reader of the paper knows it; the link goes by the place in the file */
        view_text(view, group, "blad", name.label);
        view_printf(view, group, "blad_plaats", "blad %u van het bestand", page);
    } else {
        view_printf(view, group, "blad", "%u", page);
    }
    view_flag(view, group, "ocr", name.ocr);
    if (takes_page(hit->url)) {
        view_printf(view, group, "blad_url", "%s#page=%u", hit->url, page);
    }
}

/* What search promises to have escaped is checked once more: a slip there must not become markup here. */
static void show_marked(struct view *view, struct view_group *group, const char *name, const char *html)
{
    if (html_is_marked_text(html)) {
        view_html(view, group, name, html);
    } else {
        view_text(view, group, name, html);
    }
}

/* "12 treffers: p. 3 (5×), p. 47 (2×) en nog 2 pagina's" */
static void show_hits(struct view *view, struct view_group *item, const struct search_hit *hit)
{
    if (hit->hit_count == 0) {
        return;
    }
    char number[DUTCH_SIZE];
    dutch_number(hit->hit_count, number);
    view_printf(view, item, "treffers", "%s %s", number, hit->hit_count == 1 ? "treffer" : "treffers");
    size_t shown = hit->page_count <= PAGE_SHEETS_SHOWN + 1 ? hit->page_count : PAGE_SHEETS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        struct view_group *sheet = view_item(view, item, "bladen");
        view_text(view, sheet, "voor", i == 0 ? ": " : ", ");
        show_sheet(view, sheet, hit, hit->pages[i].page);
        dutch_number(hit->pages[i].count, number);
        view_text(view, sheet, "keer", number);
    }
    if (shown < hit->page_count) {
        dutch_number(hit->page_count - shown, number);
        view_printf(view, item, "meer", "%s pagina’s", number);
    }
}

/* "looptijd 2011–2014", "looptijd vanaf 1 mei 2016" */
static void show_period(struct view *view, struct view_group *item, const struct search_hit *hit)
{
    char from[DUTCH_SIZE], to[DUTCH_SIZE];
    if (hit->period_from[0] == '\0') {
        return;
    }
    dutch_date(hit->period_from, from);
    dutch_date(hit->period_to, to);
    bool years = strlen(from) == 4 && strlen(to) == 4;
    if (to[0] == '\0') {
        view_printf(view, item, "looptijd", "looptijd vanaf %s", from);
    } else if (strcmp(from, to) == 0) {
        view_printf(view, item, "looptijd", "looptijd %s", from);
    } else {
        view_printf(view, item, "looptijd", years ? "looptijd %s–%s" : "looptijd %s – %s", from, to);
    }
}

static void show_document(struct view *view, struct view_group *item, const struct search_hit *hit)
{
    if (is_web_url(hit->url)) {
        view_text(view, item, "url", hit->url);
    } else { /* nothing to click on: say where it lies */
        view_text(view, item, "pad", hit->path);
    }
    show_marked(view, item, "titel_html", hit->title_html);
    view_text(view, item, "bron", hit->source);
    view_text(view, item, "soort", hit->kind);
    view_text(view, item, "auteur", hit->author);
    view_text(view, item, "organisatie", hit->organisation);
    view_text(view, item, "programma", hit->programme);
    char date[DUTCH_SIZE];
    dutch_date(hit->date, date);
    view_text(view, item, "datum", date);
    view_text(view, item, "datum_iso", hit->date);
    show_period(view, item, hit);
    view_flag(view, item, "fragment_lijst", hit->fragment_count > 0);
    for (size_t i = 0; i < hit->fragment_count; i++) {
        struct view_group *fragment = view_item(view, item, "fragmenten");
        if (hit->fragments[i].page > 0) {
            show_sheet(view, fragment, hit, hit->fragments[i].page);
        }
        show_marked(view, fragment, "html", hit->fragments[i].html);
    }
    show_hits(view, item, hit);
}

/* ---- the list ---- */

static void show_link(struct view *view, const struct search_result *result, const char *name, const struct request_arg *query,
                      uint32_t page)
{
    struct page_way way = page_way_of(result, result->without);
    page_link(view, view_root(view), name, query->value, query->len, &way, page);
}

static void show_paging(struct view *view, const struct search_result *result, const struct request_arg *query,
                        uint32_t page)
{
    struct view_group *root = view_root(view);
    uint32_t pages = result->total / PAGE_COUNT + (result->total % PAGE_COUNT != 0);
    bool more = result->total_exact ? page < pages : result->hit_count == PAGE_COUNT;
    if (page > 1 && result->hit_count > 0) {
        show_link(view, result, "vorige", query, page - 1);
    }
    if (more && page < SEARCH_WINDOW_MAX / PAGE_COUNT) {
        show_link(view, result, "volgende", query, page + 1);
    }
    view_flag(view, root, "bladeren", result->hit_count > 0 && (page > 1 || more));
    char number[DUTCH_SIZE], last[DUTCH_SIZE];
    dutch_number(page, number);
    dutch_number(pages, last);
    view_printf(view, root, "plaats", result->total_exact ? "Pagina %s van %s" : "Pagina %s", number, last);
}

static void show_notes(struct view *view, const struct search_result *result)
{
    struct view_group *root = view_root(view);
    view_flag(view, root, "opmerking_kop", result->note_count > 0);
    view_text(view, root, "gelezen", result->reading);
    for (size_t i = 0; i < result->note_count; i++) {
        view_item_text(view, root, "opmerkingen", result->notes[i]);
    }
}

static void show_meant(struct view *view, const struct search_result *result)
{
    const struct search_meant *meant = &result->meant;
    if (meant->query != NULL) {
        struct page_way way = page_way_of(result, result->without);
        view_text(view, view_root(view), "bedoeld", meant->query);
        page_link(view, view_root(view), "bedoeld_url", meant->query, strlen(meant->query), &way, 1);
    }
}

static void show_result(struct view *view, const struct search_result *result, const struct request_arg *query,
                        uint32_t page)
{
    struct view_group *root = view_root(view);
    char number[DUTCH_SIZE];
    if (result->total > 0) {
        dutch_number(result->total, number);
        view_printf(view, root, "totaal", "%s%s", result->total_exact ? "" : "Ten minste ", number);
        view_flag(view, root, "enkel", result->total == 1);
    }
    view_printf(view, root, "titel", page > 1 ? "%s (pagina %u) – Naslag" : "%s – Naslag", query->value, page);
    view_flag(view, root, "geen_robots", true);
    show_notes(view, result);
    page_broadening(view, result, query->value, query->len);
    show_meant(view, result);
    page_families(view, result, query->value, query->len);
    view_flag(view, root, "voorbij", result->total > 0 && result->hit_count == 0);
    show_link(view, result, "eerste", query, 1);
    view_flag(view, root, "lijst", result->hit_count > 0);
    view_printf(view, root, "eerste_rang", "%u", result->offset + 1);
    for (size_t i = 0; i < result->hit_count; i++) {
        struct view_group *item = view_item(view, root, "documenten");
        show_document(view, item, &result->hits[i]);
        page_siblings(view, item, result, &result->hits[i], query->value, query->len, is_web_url);
    }
    show_paging(view, result, query, page);
}

static void show_start(struct route_input *input, struct answer *answer)
{
    if (input->index == NULL) {
        struct problem problem = problem_of_search(input->index_err->code, input->index_err);
        problem_answer(&problem, input->request->path, NULL, answer);
        return;
    }
    CLEANUP(view_free_cleanup) struct view *view = view_new();
    if (view == NULL) {
        out_of_memory(answer);
        return;
    }
    start_page(answer, 200);
    view_text(view, view_root(view), "titel", "Naslag: zoeken in de documenten");
    show_size(view, input->index);
    render("start", view, answer);
    answer_header(answer, "Cache-Control", "private, no-cache");
}

void page_search(struct route_input *input, struct answer *answer)
{
    const struct request *request = input->request;
    const struct request_arg *query = request_arg(request, "q");
    if (query == NULL || find_is_blank(query->value)) {
        show_start(input, answer);
        return;
    }
    CLEANUP(search_result_free_cleanup) struct search_result *result = NULL;
    struct err err = ERR_INIT;
    struct problem problem;
    uint32_t page = 1;
    if (request_number(request, "pagina", 1, SEARCH_WINDOW_MAX / PAGE_COUNT, 1, &page, &err) != ERR_OK) {
        problem = problem_make(400, 0, err.text);
        problem_answer(&problem, request->path, query->value, answer);
        return;
    }
    unsigned without;
    if (find_without(request, &without, &err) != ERR_OK) {
        problem = problem_make(400, 0, err.text);
        problem_answer(&problem, request->path, query->value, answer);
        return;
    }
    struct find_group group;
    const char *name;
    if (find_group(request, &group, &name, &err) != ERR_OK) {
        problem = problem_make(400, 0, err.text);
        problem_answer(&problem, request->path, query->value, answer);
        return;
    }
    if (!find_run(input, query, page, PAGE_COUNT, without, NULL, &group, &result, &problem)) {
        problem_answer(&problem, request->path, query->value, answer);
        return;
    }
    CLEANUP(view_free_cleanup) struct view *view = view_new();
    if (view == NULL) {
        out_of_memory(answer);
        return;
    }
    start_page(answer, 200);
    view_text(view, view_root(view), "vraag", query->value);
    show_result(view, result, query, page);
    show_size(view, input->index);
    render("zoeken", view, answer);
    answer_header(answer, "Cache-Control", "private, no-cache");
}
