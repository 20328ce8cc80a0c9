/* hits.c - places of needles, from the positions in the index. */
#include "search/hits.h"

#include <string.h>

#include "text/schema.h"

#define NOTATION_TOKENS 3 /* of a date or document number, about: those that are read as words come after it */

void places_done(struct places *places)
{
    free(places->items);
    *places = (struct places){ 0 };
}

static bool add_place(struct places *places, uint32_t position, size_t needle, size_t length, bool weak)
{
    if (mem_grow(&places->items, &places->capacity, places->count, sizeof *places->items) != 0) {
        return false;
    }
    places->items[places->count++] = (struct place){ position, (uint16_t)needle, (uint8_t)length, weak };
    return true;
}

/* The documents of a search, ascending, as posting lists want them. */
struct finder {
    struct search_index *index;
    const uint32_t *docids;  /* as given */
    const uint32_t *order;   /* indexes into docids, ascending by docid */
    const uint32_t *sorted;  /* the docids in that order */
    bool *present;           /* of the form in hand, in that order */
    size_t count;
    struct places *places;   /* as given */
    struct err *err;
};

/* The term of a form. */
struct form_term {
    char text[SHIM_TERM_MAX];
    size_t len;
};

static struct form_term term_of(const struct needle *needle, const struct needle_form *form)
{
    const char *form_term = form->term != NULL ? form->term : form->form;
    struct form_term term = { .len = needle->recurring ? strlen(SCHEMA_RECURRING) : 0 };
    size_t len = strlen(form_term), room = sizeof term.text - term.len;
    len = len < room ? len : room;
    memcpy(term.text, SCHEMA_RECURRING, term.len);
    memcpy(term.text + term.len, form_term, len);
    term.len += len;
    return term;
}

static enum err_code look_for(struct finder *finder, const struct needle *needle, const struct needle_form *form)
{
    struct form_term term = term_of(needle, form);
    return shim_reader_present(finder->index->view->reader, term.text, term.len, finder->sorted, finder->count,
                               finder->present, finder->err);
}

static enum err_code positions_of(struct finder *finder, const struct needle *needle, const struct needle_form *form,
                                  size_t document, const uint32_t **ret_positions, size_t *ret_count)
{
    struct form_term term = term_of(needle, form);
    return shim_reader_positions(finder->index->view->reader, finder->docids[document], term.text, term.len, ret_positions,
                                 ret_count, finder->err);
}

static enum err_code add_all(struct finder *finder, const struct needle *needle, size_t number, const struct needle_form *form,
                             size_t document)
{
    const uint32_t *positions = NULL;
    size_t count = 0, length = needle->phrase ? needle->form_count : needle->notation ? NOTATION_TOKENS : 1;
    enum err_code code = positions_of(finder, needle, form, document, &positions, &count);
    for (size_t i = 0; code == ERR_OK && i < count; i++) {
        if (positions[i] >= SCHEMA_TEXT_POSITION
            && !add_place(&finder->places[document], positions[i], number, length, form->reason == NEEDLE_PART)) {
            code = err_nomem(finder->err, "places of a word");
        }
    }
    if (count > 0) {
        finder->places[document].reasons |= 1u << form->reason;
    }
    return code;
}

static enum err_code add_word(struct finder *finder, const struct needle *needle, size_t number)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < needle->form_count && code == ERR_OK; i++) {
        code = look_for(finder, needle, &needle->forms[i]);
        for (size_t k = 0; k < finder->count && code == ERR_OK; k++) {
            if (finder->present[k]) {
                code = add_all(finder, needle, number, &needle->forms[i], finder->order[k]);
            }
        }
    }
    return code;
}

/* Keeps of the places [from, count) those whose k-th follower is among `positions`, both ascending. */
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

/* A phrase in one document that has its first form: the rest narrows its places down. */
static enum err_code add_phrase_in(struct finder *finder, const struct needle *needle, size_t number, size_t document)
{
    struct places *places = &finder->places[document];
    size_t from = places->count;
    unsigned before = places->reasons;
    enum err_code code = add_all(finder, needle, number, &needle->forms[0], document);
    for (size_t k = 1; k < needle->form_count && places->count > from && code == ERR_OK; k++) {
        const uint32_t *positions;
        size_t count;
        code = positions_of(finder, needle, &needle->forms[k], document, &positions, &count);
        if (code == ERR_OK) {
            keep_followed(places, from, k, positions, count);
        }
    }
    if (places->count == from) {
        places->reasons = before; /* not all of it stands there */
    }
    return code;
}

static enum err_code add_phrase(struct finder *finder, const struct needle *needle, size_t number)
{
    enum err_code code = needle->form_count > 0 ? look_for(finder, needle, &needle->forms[0]) : ERR_OK;
    for (size_t k = 0; needle->form_count > 0 && k < finder->count && code == ERR_OK; k++) {
        if (finder->present[k]) {
            code = add_phrase_in(finder, needle, number, finder->order[k]);
        }
    }
    return code;
}

static int by_position(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    if (a->length != b->length) {
        return a->length > b->length ? -1 : 1;
    }
    return a->weak != b->weak ? (int)a->weak - (int)b->weak : (int)a->needle - (int)b->needle; /* whole words first */
}

/* In order, and without a place that several needles found. */
static void tidy(struct places *places)
{
    if (places->count < 2) {
        return;
    }
    qsort(places->items, places->count, sizeof *places->items, by_position);
    size_t kept = 1;
    for (size_t i = 1; i < places->count; i++) {
        const struct place *place = &places->items[i], *last = &places->items[kept - 1];
        if (last->position != place->position || last->length != place->length) {
            places->items[kept++] = *place;
        }
    }
    places->count = kept;
}

static int by_docid(const void *left, const void *right, void *docids)
{
    uint32_t a = ((const uint32_t *)docids)[*(const uint32_t *)left];
    uint32_t b = ((const uint32_t *)docids)[*(const uint32_t *)right];
    return a < b ? -1 : a > b;
}

enum err_code places_find(struct search_index *index, const struct plan *plan, const uint32_t *docids, size_t count,
                          struct places *places, struct err *err)
{
    AUTO_FREE uint32_t *order = calloc(count + 1, sizeof *order);
    AUTO_FREE uint32_t *sorted = calloc(count + 1, sizeof *sorted);
    AUTO_FREE bool *present = calloc(count + 1, sizeof *present);
    if (order == NULL || sorted == NULL || present == NULL) {
        return err_nomem(err, "places of words");
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
        places[i].count = 0;
        places[i].reasons = 0;
    }
    qsort_r(order, count, sizeof *order, by_docid, (void *)(uintptr_t)docids);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = docids[order[i]];
    }
    struct finder finder = { .index = index, .docids = docids, .order = order, .sorted = sorted, .present = present,
                             .count = count, .places = places, .err = err };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < plan->needle_count && code == ERR_OK; i++) {
        const struct needle *needle = &plan->needles[i];
        if (!needle->common) {
            code = needle->phrase ? add_phrase(&finder, needle, i) : add_word(&finder, needle, i);
        }
    }
    for (size_t i = 0; i < count; i++) {
        tidy(&places[i]);
    }
    return code;
}
