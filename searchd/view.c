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
