/* pdf-heads.c - headings of a PDF: its outline, or what its type shows. */
#include <string.h>

#include "extract/pdf.h"

#define OUTLINE_DEPTH 16
#define OUTLINE_MAX 5000          /* items that are looked for */
#define OUTLINE_WORK (256u << 20) /* bytes of text that are looked through for them */
#define HEADING_BYTES 160

static enum err_code add_heading(struct pdf_reading *reading, size_t start, size_t len, struct err *err)
{
    struct extract_record *record = reading->record;
    if (record->heading_count >= EXTRACT_HEADINGS_MAX) {
        return ERR_OK;
    }
    if (mem_grow(&record->headings, &reading->heading_capacity, record->heading_count, sizeof *record->headings) != 0) {
        return err_nomem(err, "pdf_run");
    }
    record->headings[record->heading_count++] = (struct extract_span){ (uint32_t)start, (uint32_t)len };
    return ERR_OK;
}

struct outline {
    struct pdf_reading *reading;
    size_t items, work;
};

/* Index of the page that an item of the outline leads to, or -1. */
static int page_of(struct pdf_reading *reading, const PopplerAction *action)
{
    if (action->type != POPPLER_ACTION_GOTO_DEST || action->goto_dest.dest == NULL) {
        return -1;
    }
    const PopplerDest *dest = action->goto_dest.dest;
    if (dest->type != POPPLER_DEST_NAMED) {
        return dest->page_num - 1;
    }
    PopplerDest *found = dest->named_dest != NULL ? poppler_document_find_dest(reading->document, dest->named_dest) : NULL;
    int page = found != NULL ? found->page_num - 1 : -1;
    if (found != NULL) {
        poppler_dest_free(found);
    }
    return page;
}

static enum err_code find_item(struct outline *outline, const PopplerAction *action, struct err *err)
{
    struct pdf_reading *reading = outline->reading;
    const char *title = action->any.title;
    int page = title != NULL && strlen(title) <= 4 * HEADING_BYTES ? page_of(reading, action) : -1;
    if (page < 0 || (uint32_t)page >= reading->record->page_count) {
        return ERR_OK;
    }
    AUTO_FREE char *clean = strdup("");
    enum err_code code = clean == NULL ? err_nomem(err, "pdf_run")
                                       : field_set(&clean, title, strlen(title), 4 * HEADING_BYTES, err);
    if (code != ERR_OK) {
        return code;
    }
    size_t from = reading->record->pages[page], start, len;
    size_t to = (uint32_t)page + 1 < reading->record->page_count ? reading->record->pages[page + 1] : reading->text.len;
    outline->work += to - from;
    if (outline->work <= OUTLINE_WORK && pdf_find_heading(reading->text.data, from, to, clean, &start, &len)) {
        return add_heading(reading, start, len, err);
    }
    return ERR_OK;
}

/* Takes the iterator over.  The library's outline may have loops: items and depth are bounded. */
static enum err_code walk_outline(struct outline *outline, PopplerIndexIter *iter, int depth, struct err *err)
{
    enum err_code code = ERR_OK;
    bool more = iter != NULL && depth < OUTLINE_DEPTH;
    while (more && code == ERR_OK && outline->items++ < OUTLINE_MAX) {
        PopplerAction *action = poppler_index_iter_get_action(iter);
        if (action != NULL) {
            code = find_item(outline, action, err);
            poppler_action_free(action);
        }
        PopplerIndexIter *child = code == ERR_OK ? poppler_index_iter_get_child(iter) : NULL;
        if (child != NULL) {
            code = walk_outline(outline, child, depth + 1, err);
        }
        more = poppler_index_iter_next(iter);
    }
    if (iter != NULL) {
        poppler_index_iter_free(iter);
    }
    return code;
}

/* Short, in larger type than the body's, or all bold and set apart. */
static bool looks_like_heading(const struct pdf_reading *reading, size_t number)
{
    const struct pdf_text_line *line = &reading->lines[number];
    if (line->len > HEADING_BYTES || !pdf_has_word(reading->text.data + line->start, line->len)) {
        return false;
    }
    char last = reading->text.data[line->start + line->len - 1];
    bool bold = line->bold && line->apart && line->size >= 0.98f * reading->body && last != '.' && last != ',' && last != ';';
    return line->size > 1.15f * reading->body || bold;
}

/* Index behind the last line of a heading that begins at `number` and goes on over lines of the same type. */
static size_t heading_end(const struct pdf_reading *reading, size_t number)
{
    const struct pdf_text_line *first = &reading->lines[number];
    size_t end = number + 1;
    while (end < reading->line_count && !reading->lines[end].apart && reading->lines[end].bold == first->bold
           && reading->lines[end].size > 0.98f * first->size && reading->lines[end].size < 1.02f * first->size
           && reading->lines[end].start <= reading->lines[end - 1].start + reading->lines[end - 1].len + 1
           && reading->lines[end].start + reading->lines[end].len - first->start <= 2 * HEADING_BYTES) {
        end++;
    }
    return end;
}

/* A document that is mostly bold or of many sizes would be one large heading. */
static enum err_code find_lines(struct pdf_reading *reading, struct err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < reading->line_count; i++) {
        found += looks_like_heading(reading, i);
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < reading->line_count && 3 * found <= reading->line_count && code == ERR_OK; i++) {
        if (looks_like_heading(reading, i)) {
            size_t end = heading_end(reading, i), start = reading->lines[i].start;
            code = add_heading(reading, start, reading->lines[end - 1].start + reading->lines[end - 1].len - start, err);
            i = end - 1;
        }
    }
    return code;
}

static int compare_spans(const void *a, const void *b)
{
    const struct extract_span *left = a, *right = b;
    return left->start != right->start ? (left->start > right->start) - (left->start < right->start)
                                       : (left->len > right->len) - (left->len < right->len);
}

enum err_code pdf_find_headings(struct pdf_reading *reading, struct err *err)
{
    struct extract_record *record = reading->record;
    struct outline outline = { .reading = reading };
    enum err_code code = walk_outline(&outline, poppler_index_iter_new(reading->document), 0, err);
    if (code == ERR_OK && record->heading_count == 0) {
        code = find_lines(reading, err);
    }
    if (code != ERR_OK || record->heading_count == 0) {
        return code;
    }
    qsort(record->headings, record->heading_count, sizeof *record->headings, compare_spans);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < record->heading_count; i++) {
        const struct extract_span *before = &record->headings[kept - 1];
        if (record->headings[i].start >= before->start + before->len) {
            record->headings[kept++] = record->headings[i];
        }
    }
    record->heading_count = kept;
    return ERR_OK;
}

