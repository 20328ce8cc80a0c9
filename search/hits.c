/* hits.c - places of needles, from the positions in the index. */
#include "search/hits.h"

#include <string.h>

#include "text/schema.h"

void places_done(struct places *places)
{
    free(places->items);
    *places = (struct places){ 0 };
}

static bool add_place(struct places *places, uint32_t position, size_t needle, size_t length)
{
    if (mem_grow(&places->items, &places->capacity, places->count, sizeof *places->items) != 0) {
        return false;
    }
    places->items[places->count++] = (struct place){ position, (uint16_t)needle, (uint16_t)length };
    return true;
}

static enum err_code add_word(struct search_index *index, const struct needle *needle, size_t number, uint32_t docid,
                              struct places *places, struct err *err)
{
    for (size_t i = 0; i < needle->form_count; i++) {
        const uint32_t *positions;
        size_t count;
        enum err_code code = shim_reader_positions(index->view->reader, docid, needle->forms[i].form, needle->forms[i].len,
                                                   &positions, &count, err);
        if (code != ERR_OK) {
            return code;
        }
        for (size_t k = 0; k < count; k++) {
            if (positions[k] >= SCHEMA_TEXT_POSITION && !add_place(places, positions[k], number, 1)) {
                return err_nomem(err, "places of a word");
            }
        }
    }
    return ERR_OK;
}

/* Keeps of the candidates [from, count) those whose k-th follower is among `positions`, both ascending. */
static void keep_followed(struct places *places, size_t from, size_t k, const uint32_t *positions, size_t count)
{
    size_t kept = from, at = 0;
    for (size_t i = from; i < places->count; i++) {
        uint32_t wanted = places->items[i].position + (uint32_t)k;
        while (at < count && positions[at] < wanted) {
            at++;
        }
        if (at < count && positions[at] == wanted) {
            places->items[kept++] = places->items[i];
        }
    }
    places->count = kept;
}

static enum err_code add_phrase(struct search_index *index, const struct needle *needle, size_t number, uint32_t docid,
                                struct places *places, struct err *err)
{
    size_t from = places->count;
    for (size_t k = 0; k < needle->form_count && (k == 0 || places->count > from); k++) {
        const uint32_t *positions;
        size_t count;
        enum err_code code = shim_reader_positions(index->view->reader, docid, needle->forms[k].form, needle->forms[k].len,
                                                   &positions, &count, err);
        if (code != ERR_OK) {
            return code;
        }
        if (k > 0) {
            keep_followed(places, from, k, positions, count);
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (positions[i] >= SCHEMA_TEXT_POSITION && !add_place(places, positions[i], number, needle->form_count)) {
                return err_nomem(err, "places of a phrase");
            }
        }
    }
    return ERR_OK;
}

static int by_position(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    return a->length != b->length ? (a->length > b->length ? -1 : 1) : (int)a->needle - (int)b->needle;
}

enum err_code places_find(struct search_index *index, const struct plan *plan, uint32_t docid, struct places *places,
                          struct err *err)
{
    places->count = 0;
    size_t lists = 0;
    for (size_t i = 0; i < plan->needle_count; i++) {
        const struct needle *needle = &plan->needles[i];
        if (needle->common) {
            continue;
        }
        size_t before = places->count;
        enum err_code code = needle->phrase ? add_phrase(index, needle, i, docid, places, err)
                                            : add_word(index, needle, i, docid, places, err);
        if (code != ERR_OK) {
            return code;
        }
        lists += places->count > before ? (needle->phrase ? 1 : 2) : 0;
    }
    if (lists > 1 && places->count > 1) {
        qsort(places->items, places->count, sizeof *places->items, by_position);
    }
    /* Several needles may have asked for the same word. */
    size_t kept = 0;
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        if (kept == 0 || places->items[kept - 1].position != place->position || places->items[kept - 1].length != place->length) {
            places->items[kept++] = *place;
        }
    }
    places->count = kept;
    return ERR_OK;
}
