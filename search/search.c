/* search.c - one search: parse, plan, match, then fill in the hits. */
#include "search/search.h"

#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "search/expansion.h"
#include "search/hits.h"
#include "search/rerank.h"
#include "search/siblings.h"
#include "search/snippet.h"
#include "search/suggest.h"
#include "text/dates.h"
#include "text/doc_head.h"
#include "text/schema.h"

/* BM25 (Robertson & Zaragoza 2009); k1 and b as the Dutch sets prefer them: docs/ARCHITECTURE.md, 'Ranking'. */
#define BM25_K1 2.2
#define BM25_B 0.4
#define BM25_MIN_NORMLEN 0.2
#define BM25_DELTA 0.8
#define COUNT_EXACTLY 200 /* totals are exact up to this many */
#define STALE_TRIES 3

static void hit_done(struct search_hit *hit)
{
    free(hit->id);
    free(hit->name);
    free(hit->path);
    free(hit->title);
    free(hit->title_html);
    free(hit->url);
    free(hit->source);
    free(hit->kind);
    free(hit->author);
    free(hit->organisation);
    free(hit->programme);
    free(hit->date);
    free(hit->period_from);
    free(hit->period_to);
    free(hit->page_labels);
    free(hit->ocr_pages);
    free(hit->archived);
    free(hit->pages);
    for (size_t i = 0; i < hit->fragment_count; i++) {
        free(hit->fragments[i].html);
    }
    free(hit->fragments);
    siblings_done(hit);
}

void search_result_free(struct search_result *result)
{
    if (result != NULL) {
        for (size_t i = 0; i < result->hit_count; i++) {
            hit_done(&result->hits[i]);
        }
        free(result->hits);
        for (size_t i = 0; i < result->note_count; i++) {
            free(result->notes[i]);
        }
        free(result->notes);
        search_meant_done(&result->meant);
        free(result->reading);
        expansions_free(result->expansions, result->expansion_count);
        free(result);
    }
}

static enum err_code describe_query(const struct query *query, struct search_result *result, struct err *err)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 1 << 20);
    query_print(query, &text);
    result->reading = buf_take(&text);
    result->notes = calloc(query->note_count + 1, sizeof *result->notes);
    if (result->reading == NULL || result->notes == NULL) {
        return err_nomem(err, "a search");
    }
    for (size_t i = 0; i < query->note_count; i++) {
        query_note_text(query->notes[i], query->note_words[i], &text);
        char *note = buf_take(&text);
        if (note == NULL) {
            return err_nomem(err, "a search");
        }
        result->notes[result->note_count++] = note;
    }
    return ERR_OK;
}

/* The pages with hits; places are ascending, so pages are too. */
static enum err_code count_pages(const struct plan *plan, const struct places *places, const struct store_text *text,
                                 struct search_hit *hit, struct err *err)
{
    for (size_t i = 0; i < places->count; i++) {
        hit->hit_count += !plan->needles[places->items[i].needle].extra;
    }
    hit->reasons = (places->reasons & 1u << NEEDLE_EXACT ? SEARCH_EXACT : 0u)
        | (places->reasons & 1u << NEEDLE_INFLECTED ? SEARCH_INFLECTED : 0u)
        | (places->reasons & 1u << NEEDLE_PART ? SEARCH_PART : 0u)
        | (places->reasons & 1u << NEEDLE_EXPANSION ? SEARCH_BRIEF : 0u)
        | (places->reasons & 1u << NEEDLE_SYNONYM ? SEARCH_SYNONYM : 0u);
    if (text->page_count == 0) {
        return ERR_OK;
    }
    size_t capacity = 0;
    for (size_t i = 0; i < places->count; i++) {
        if (plan->needles[places->items[i].needle].extra) {
            continue;
        }
        uint32_t page = store_find_page(text, places->items[i].position) + 1;
        if (hit->page_count > 0 && hit->pages[hit->page_count - 1].page == page) {
            hit->pages[hit->page_count - 1].count++;
            continue;
        }
        if (mem_grow(&hit->pages, &capacity, hit->page_count, sizeof *hit->pages) != 0) {
            return err_nomem(err, "a search");
        }
        hit->pages[hit->page_count++] = (struct search_page_hits){ page, 1 };
    }
    return ERR_OK;
}

void search_name_page(const struct search_hit *hit, uint32_t page, struct search_page_name *ret_name)
{
    page_label(hit->page_labels, strlen(hit->page_labels), page, ret_name->label);
    ret_name->ocr = page_is_listed(hit->ocr_pages, strlen(hit->ocr_pages), page);
}

static enum err_code fill_head(const struct plan *plan, const struct doc_head *head, struct search_hit *hit, struct err *err)
{
    struct doc_string title = head->title.len > 0 ? head->title : head->name;
    hit->id = strndup(head->uid.text, head->uid.len);
    hit->name = strndup(head->name.text, head->name.len);
    hit->path = search_path_of(head);
    hit->title = strndup(title.text, title.len);
    hit->url = strndup(head->url.text, head->url.len);
    hit->source = strndup(head->source.text, head->source.len);
    hit->kind = strndup(head->kind.text, head->kind.len);
    hit->author = strndup(head->author.text, head->author.len);
    hit->organisation = strndup(head->organisation.text, head->organisation.len);
    hit->programme = strndup(head->programme.text, head->programme.len);
    memcpy(hit->origins, head->origins, sizeof hit->origins);
    hit->date = strndup(head->date.text, head->date.len);
    hit->period_from = strndup(head->period_from.text, head->period_from.len);
    hit->period_to = strndup(head->period_to.text, head->period_to.len);
    hit->page_labels = strndup(head->page_labels.text, head->page_labels.len);
    hit->ocr_pages = strndup(head->ocr_pages.text, head->ocr_pages.len);
    hit->archived = strndup(head->archived.text, head->archived.len);
    AUTO_BUF struct buf html;
    buf_init(&html, 1 << 20);
    snippet_mark_words(plan, title.text, title.len, &html);
    hit->title_html = buf_take(&html);
    bool whole = hit->id != NULL && hit->name != NULL && hit->path != NULL && hit->title != NULL && hit->url != NULL
        && hit->source != NULL && hit->kind != NULL && hit->author != NULL && hit->organisation != NULL
        && hit->programme != NULL && hit->date != NULL && hit->period_from != NULL && hit->period_to != NULL
        && hit->page_labels != NULL && hit->ocr_pages != NULL && hit->archived != NULL && hit->title_html != NULL;
    return whole ? ERR_OK : err_nomem(err, "a search");
}

/* Passages and pages of one hit. */
static enum err_code fill_text(struct search_index *index, const struct plan *plan, const struct doc_head *head,
                               const struct places *places, struct search_hit *hit, struct err *err)
{
    struct store *store = index_store(index->view, head->store.text, head->store.len);
    if (store == NULL) {
        return err_set(err, ERR_CORRUPT, "the stored text of document %s is missing", hit->id);
    }
    struct store_text text;
    enum err_code code = store_get(store, head->store_offset, &text, err);
    if (code == ERR_OK) {
        code = count_pages(plan, places, &text, hit, err);
    }
    return code == ERR_OK ? snippet_make(plan, places, &text, hit, err) : code;
}

/* The documents that matching found, in its order and then in ours. */
struct found {
    struct shim_hits *hits;
    size_t count;
    size_t first;        /* the first that is shown, in our order */
    uint32_t *docids;
    double *scores;
    size_t *order;
    struct places *places; /* empty when they were not needed */
    struct collapse_left left; /* what matches, but is not shown by itself */
};

static void found_done(struct found *found)
{
    for (size_t i = 0; found->places != NULL && i < found->count; i++) {
        places_done(&found->places[i]);
    }
    free(found->places);
    free(found->order);
    free(found->scores);
    free(found->docids);
    shim_hits_free(found->hits);
    collapse_left_done(&found->left);
}

/* Orders the first hits by what more is known of them. */
static enum err_code order_hits(struct search_index *index, const struct plan *plan, const struct search_request *request,
                                struct found *found, struct err *err)
{
    size_t count = found->count = shim_hits_count(found->hits);
    found->docids = calloc(count + 1, sizeof *found->docids);
    found->scores = calloc(count + 1, sizeof *found->scores);
    found->order = calloc(count + 1, sizeof *found->order);
    found->places = calloc(count + 1, sizeof *found->places);
    if (found->docids == NULL || found->scores == NULL || found->order == NULL || found->places == NULL) {
        return err_nomem(err, "a search");
    }
    for (size_t i = 0; i < count; i++) {
        found->docids[i] = shim_hits_docid(found->hits, i);
        found->scores[i] = shim_hits_weight(found->hits, i);
        found->order[i] = i;
    }
    size_t ranked = request->offset >= RERANK_HITS ? 0 : count < RERANK_HITS ? count : RERANK_HITS;
    bool near = ranked > 0 && !(request->without & SEARCH_NO_PROXIMITY);
    enum err_code code = near || request->fragments ? places_find(index, plan, found->docids, count, found->places, err) : ERR_OK;
    for (size_t i = 0; i < ranked && code == ERR_OK && near; i++) {
        found->scores[i] += rerank_nearness(plan, &found->places[i]);
    }
    if (code == ERR_OK && !(request->without & SEARCH_NO_COPIES)) {
        uint32_t likenesses[RERANK_HITS];
        code = shim_reader_values(index->view->reader, SCHEMA_SLOT_LIKENESS, found->docids, ranked, sizeof *likenesses,
                                  likenesses, err);
        if (code == ERR_OK) {
            rerank_copies(likenesses, ranked, found->scores);
        }
    }
    if (code == ERR_OK) {
        rerank_order(found->scores, ranked, found->order);
    }
    return code;
}

static enum err_code fill_hits(struct search_index *index, const struct plan *plan, const struct found *found, uint32_t first,
                               uint32_t wanted, bool fragments, struct search_result *result, struct err *err)
{
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)16 << 20);
    size_t end = found->count - first < wanted ? found->count : first + wanted;
    result->hits = calloc(wanted + 1, sizeof *result->hits);
    if (result->hits == NULL) {
        return err_nomem(err, "a search");
    }
    enum err_code code = ERR_OK;
    for (size_t i = first; i < end && code == ERR_OK; i++) {
        struct search_hit *hit = &result->hits[i - first];
        size_t at = found->order[i];
        struct doc_head head;
        result->hit_count = i - first + 1;
        hit->score = found->scores[at];
        buf_clear(&data);
        code = shim_reader_data(index->view->reader, found->docids[at], &data, err);
        if (code == ERR_OK) {
            code = doc_head_read(data.data, data.len, &head, err);
        }
        if (code == ERR_OK) {
            code = fill_head(plan, &head, hit, err);
        }
        if (code == ERR_OK && fragments) {
            code = fill_text(index, plan, &head, &found->places[at], hit, err);
        }
        if (code == ERR_OK && fragments && !collapse_is_empty(index->view->collapse)) {
            code = siblings_fill(index, &found->left, found->docids[at], hit, err);
        }
    }
    return code;
}

/* The query without what another document stands for; *ret_query is a copy. */
static enum err_code collapse_query(struct search_index *index, const struct plan *plan, const struct search_request *request,
                                    const struct shim_search *search, struct collapse_left *ret_left,
                                    struct shim_query **ret_query, struct err *err)
{
    struct collapse_request collapsed = { plan->query, *search, request->families };
    enum err_code code = shim_query_copy(plan->query, ret_query, err);
    if (code == ERR_OK && !(request->without & SEARCH_NO_MERGING)) {
        code = collapse_find(index->view->collapse, index->view->reader, &collapsed, ret_left, err);
    }
    return code == ERR_OK ? collapse_without(index->view->reader, ret_left->docids, ret_left->count, ret_query, err) : code;
}

static enum err_code match(struct search_index *index, const struct plan *plan, const struct search_request *request,
                           struct search_result *result, struct err *err)
{
    /* What is shown may come from anywhere among the first hits. */
    bool ranked = request->count > 0 && request->offset < RERANK_HITS;
    uint32_t last = request->offset + request->count;
    struct shim_search search = {
        .offset = ranked ? 0 : request->offset,
        .limit = !ranked ? request->count : last > RERANK_HITS ? last : RERANK_HITS,
        .check_at_least = last + COUNT_EXACTLY,
        .k1 = BM25_K1, .b = BM25_B, .min_normlen = BM25_MIN_NORMLEN, .delta = BM25_DELTA,
    };
    struct found found = { 0 };
    CLEANUP(shim_query_free_cleanup) struct shim_query *query = NULL;
    enum err_code code = collapse_query(index, plan, request, &search, &found.left, &query, err);
    if (code == ERR_OK) {
        code = shim_reader_search(index->view->reader, query, &search, &found.hits, err);
    }
    if (code != ERR_OK) {
        found_done(&found);
        return code;
    }
    uint32_t lower, estimated, upper;
    shim_hits_total(found.hits, &lower, &estimated, &upper);
    result->total = lower;
    result->total_exact = lower == upper;
    result->offset = request->offset;
    result->generation = index->view->generation.number;
    code = order_hits(index, plan, request, &found, err);
    uint32_t first = ranked ? request->offset : 0;
    if (code == ERR_OK && found.count > first) {
        code = fill_hits(index, plan, &found, first, request->count, request->fragments, result, err);
    }
    found_done(&found);
    return code;
}

static bool is_blank(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len && (unsigned char)text[at] <= ' ') {
        at++;
    }
    return at == len;
}

/* Only the family of a document; of a blank query all of it. */
static enum err_code keep_family(struct search_index *index, const struct search_request *request, struct plan *plan,
                                 struct err *err)
{
    AUTO_FREE uint32_t *docids = NULL;
    size_t count = 0;
    if (request->family == NULL) {
        return ERR_OK;
    }
    enum err_code code = siblings_family(index, request->family, &docids, &count, err);
    if (code == ERR_OK && plan->query == NULL && is_blank(request->query, request->query_len)) {
        code = shim_query_all(&plan->query, err);
    }
    return code == ERR_OK && plan->query != NULL ? collapse_among(index->view->reader, docids, count, &plan->query, err) : code;
}

static enum err_code run_once(struct search_index *index, const struct search_request *request, const struct query *query,
                              struct search_result **ret_result, struct err *err)
{
    CLEANUP(search_result_free_cleanup) struct search_result *result = calloc(1, sizeof *result);
    if (result == NULL) {
        return err_nomem(err, "a search");
    }
    struct plan plan = { 0 };
    enum err_code code = describe_query(query, result, err);
    result->total_exact = true;
    result->generation = index->view->generation.number;
    if (code == ERR_OK) {
        result->without = request->without;
        result->families = request->families;
        snprintf(result->family, sizeof result->family, "%s", request->family != NULL ? request->family : "");
        code = plan_make(index, query, request->without, &plan, err);
    }
    if (code == ERR_OK) {
        code = expansion_describe(index, query, &plan, request->fragments, result, err);
    }
    if (code == ERR_OK) {
        code = keep_family(index, request, &plan, err);
    }
    if (code == ERR_OK) {
        code = plan_limit_dates(&plan, request->from, request->to, err);
    }
    if (code == ERR_OK && plan.query != NULL) {
        code = match(index, &plan, request, result, err);
    }
    if (code == ERR_OK && plan.query != NULL && !(request->without & SEARCH_NO_SUGGESTION)) {
        code = suggest_find(index, request->query, request->query_len, query, request->without, &plan, &result->meant, err);
    }
    plan_done(&plan);
    if (code == ERR_OK) {
        *ret_result = TAKE_PTR(result);
    }
    return code;
}

bool search_read_day(const char *text, size_t len, bool last, uint32_t *ret_day)
{
    uint32_t from, to;
    bool good = date_read(text, len, &from, &to);
    if (good) {
        *ret_day = last ? to : from;
    }
    return good;
}

enum err_code search_run(struct search_index *index, const struct search_request *request,
                         struct search_result **ret_result, struct err *err)
{
    int64_t start = io_now_us();
    if ((uint64_t)request->offset + request->count > SEARCH_WINDOW_MAX) {
        return err_set(err, ERR_INVALID, "Bladeren kan tot en met resultaat %d; maak de zoekvraag preciezer.",
                       SEARCH_WINDOW_MAX);
    }
    CLEANUP(query_free_cleanup) struct query *query = NULL;
    enum err_code code = query_parse(request->query, request->query_len, &query, err);
    for (int i = 0; code == ERR_OK && i < STALE_TRIES; i++) {
        code = run_once(index, request, query, ret_result, err);
        if (code != ERR_STALE) {
            break;
        }
        search_index_refresh(index, NULL);
    }
    if (code == ERR_OK) {
        (*ret_result)->took_us = io_now_us() - start;
    }
    return code;
}
