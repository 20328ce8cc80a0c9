/* view.c - the values a template shows, and their escaping. */
#include "searchd/view.h"

#include <stdarg.h>
#include <string.h>

#define VIEW_BYTES_MAX (16u << 20) /* all values of one page together */

struct view_block {
    struct view_block *next;
    max_align_t data[];
};

struct view {
    struct view_block *blocks;
    size_t bytes;
    bool failed;
    struct view_group root;
};

struct view *view_new(void)
{
    return calloc(1, sizeof(struct view));
}

void view_free(struct view *view)
{
    if (view == NULL) {
        return;
    }
    while (view->blocks != NULL) {
        struct view_block *next = view->blocks->next;
        free(view->blocks);
        view->blocks = next;
    }
    free(view);
}

struct view_group *view_root(struct view *view)
{
    return &view->root;
}

const struct view_group *view_root_const(const struct view *view)
{
    return &view->root;
}

bool view_failed(const struct view *view)
{
    return view->failed;
}

/* Zeroed memory that lives as long as the view. */
static void *view_alloc(struct view *view, size_t size)
{
    if (view->failed || size > VIEW_BYTES_MAX - view->bytes) {
        view->failed = true;
        return NULL;
    }
    struct view_block *block = calloc(1, sizeof *block + size);
    if (block == NULL) {
        view->failed = true;
        return NULL;
    }
    view->bytes += size;
    block->next = view->blocks;
    view->blocks = block;
    return block->data;
}

static struct view_value *add_value(struct view *view, struct view_group *group, const char *name, enum view_kind kind)
{
    struct view_value *value = group != NULL ? view_alloc(view, sizeof *value) : NULL;
    if (value == NULL) {
        return NULL;
    }
    value->name = name;
    value->kind = kind;
    if (group->last != NULL) {
        group->last->next = value;
    } else {
        group->values = value;
    }
    group->last = value;
    return value;
}

static void add_text(struct view *view, struct view_group *group, const char *name, enum view_kind kind,
                     const char *text, size_t len)
{
    char *copy = view_alloc(view, len + 1);
    struct view_value *value = copy != NULL ? add_value(view, group, name, kind) : NULL;
    if (value == NULL) {
        return;
    }
    if (len > 0) {
        memcpy(copy, text, len);
    }
    value->text = copy;
    value->len = len;
}

void view_text_len(struct view *view, struct view_group *group, const char *name, const char *text, size_t len)
{
    add_text(view, group, name, VIEW_TEXT, text, len);
}

void view_text(struct view *view, struct view_group *group, const char *name, const char *text)
{
    add_text(view, group, name, VIEW_TEXT, text, strlen(text));
}

void view_html(struct view *view, struct view_group *group, const char *name, const char *html)
{
    add_text(view, group, name, VIEW_HTML, html, strlen(html));
}

void view_flag(struct view *view, struct view_group *group, const char *name, bool on)
{
    if (on) {
        add_value(view, group, name, VIEW_FLAG);
    }
}

void view_printf(struct view *view, struct view_group *group, const char *name, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        view->failed = true;
        return;
    }
    view_text_len(view, group, name, text, (size_t)len);
    free(text);
}

struct view_group *view_item(struct view *view, struct view_group *group, const char *name)
{
    struct view_value *list = group != NULL ? group->values : NULL;
    while (list != NULL && !(list->kind == VIEW_LIST && strcmp(list->name, name) == 0)) {
        list = list->next;
    }
    if (list == NULL) {
        list = add_value(view, group, name, VIEW_LIST);
    }
    struct view_group *item = list != NULL ? view_alloc(view, sizeof *item) : NULL;
    if (item == NULL) {
        return NULL;
    }
    if (list->last_item != NULL) {
        list->last_item->next = item;
    } else {
        list->items = item;
    }
    list->last_item = item;
    return item;
}

void view_item_text(struct view *view, struct view_group *group, const char *name, const char *text)
{
    view_text(view, view_item(view, group, name), ".", text);
}

/* Length of the valid UTF-8 sequence at `text` (Unicode 15, table 3-7), 0 when there is none. */
static size_t utf8_sequence(const unsigned char *text, size_t len)
{
    unsigned char lead = text[0];
    size_t need = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3
                : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (need == 0 || need > len) {
        return 0;
    }
    for (size_t i = 1; i < need; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool wrong = (lead == 0xE0 && text[1] < 0xA0) || (lead == 0xED && text[1] > 0x9F)
              || (lead == 0xF0 && text[1] < 0x90) || (lead == 0xF4 && text[1] > 0x8F);
    return wrong ? 0 : need;
}

static const char *entity_of(unsigned char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F ? "\xEF\xBF\xBD" : NULL;
    }
}

void html_escape(struct buf *out, const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t plain = 0; /* start of the run that needs no escape */
    size_t i = 0;
    while (i < len) {
        size_t sequence = utf8_sequence(at + i, len - i);
        const char *instead = sequence == 0 ? "\xEF\xBF\xBD" : entity_of(at[i]);
        if (instead == NULL) {
            i += sequence;
            continue;
        }
        buf_add(out, text + plain, i - plain);
        buf_add_str(out, instead);
        i++;
        plain = i;
    }
    buf_add(out, text + plain, len - plain);
}

bool html_is_marked_text(const char *html)
{
    bool marked = false;
    for (const char *at = html; *at != '\0'; at++) {
        if (*at == '<') {
            const char *tag = marked ? "</mark>" : "<mark>";
            if (strncmp(at, tag, strlen(tag)) != 0) {
                return false;
            }
            at += strlen(tag) - 1;
            marked = !marked;
        } else if (*at == '>') {
            return false;
        }
    }
    return !marked;
}
