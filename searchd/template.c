/* template.c - rendering a template by walking over its text.
 *
 * Templates are small and compiled in, so there is no parsed form: a section finds its end by scanning.
 */
#include "searchd/template.h"

#include <string.h>

#include "base/html.h"

#include "searchd/view.h"

#define TEMPLATE_DEPTH_MAX 16 /* sections and partials inside each other */

struct tag {
    char kind;   /* one of # ^ / ! > v (value) r (raw value) */
    const char *name;
    size_t name_len;
    size_t from; /* first byte the tag takes away */
    size_t to;   /* first byte after it */
};

/* Where names are looked up: an item and what surrounds it. */
struct scope {
    const struct view_group *group;
    const struct scope *around;
};

struct renderer {
    template_finder *finder;
    struct buf *out;
    struct err *err;
    unsigned depth;
};

struct source {
    const char *text;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A tag alone on its line takes the line with it. */
static void widen_to_line(const struct source *source, struct tag *tag)
{
    size_t from = tag->from, to = tag->to;
    while (from > 0 && is_blank(source->text[from - 1])) {
        from--;
    }
    while (to < source->len && is_blank(source->text[to])) {
        to++;
    }
    if (to < source->len && source->text[to] == '\r') {
        to++;
    }
    bool at_start = from == 0 || source->text[from - 1] == '\n';
    bool at_end = to == source->len || source->text[to] == '\n';
    if (at_start && at_end) {
        tag->from = from;
        tag->to = to < source->len ? to + 1 : to;
    }
}

static enum err_code fault(const struct renderer *renderer, const struct source *source, size_t at, const char *what)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < source->len; i++) {
        line += source->text[i] == '\n';
    }
    return err_set(renderer->err, ERR_INTERNAL, "template line %u: %s", line, what);
}

/* The next tag at or after `at`, before `end`.  *ret_found is false when there is none. */
static enum err_code next_tag(const struct renderer *renderer, const struct source *source, size_t at, size_t end,
                              struct tag *tag, bool *ret_found)
{
    const char *open = at < end ? memmem(source->text + at, end - at, "{{", 2) : NULL;
    *ret_found = open != NULL;
    if (open == NULL) {
        return ERR_OK;
    }
    tag->from = (size_t)(open - source->text);
    size_t name = tag->from + 2;
    bool triple = name < source->len && source->text[name] == '{';
    const char *closing = triple ? "}}}" : "}}";
    const char *close = memmem(source->text + name, source->len - name, closing, strlen(closing));
    if (close == NULL) {
        return fault(renderer, source, tag->from, "a tag is not closed");
    }
    size_t name_end = (size_t)(close - source->text);
    tag->to = name_end + strlen(closing);
    tag->kind = 'v';
    if (triple || source->text[name] == '&') {
        tag->kind = 'r';
        name++;
    } else if (strchr("#^/!>", source->text[name]) != NULL && name < name_end) {
        tag->kind = source->text[name++];
    }
    while (name < name_end && strchr(" \t\n", source->text[name]) != NULL) {
        name++;
    }
    while (name_end > name && strchr(" \t\n", source->text[name_end - 1]) != NULL) {
        name_end--;
    }
    tag->name = source->text + name;
    tag->name_len = name_end - name;
    if (tag->kind != 'v' && tag->kind != 'r') {
        widen_to_line(source, tag);
    }
    return ERR_OK;
}

/* The closing tag of the section that `opening` opens. */
static enum err_code find_close(const struct renderer *renderer, const struct source *source, const struct tag *opening,
                                size_t end, struct tag *ret_close)
{
    const char *names[TEMPLATE_DEPTH_MAX] = { opening->name };
    size_t lens[TEMPLATE_DEPTH_MAX] = { opening->name_len };
    unsigned open = 1;
    struct tag tag = *opening;
    for (;;) {
        bool found;
        enum err_code code = next_tag(renderer, source, tag.to, end, &tag, &found);
        if (code != ERR_OK) {
            return code;
        }
        if (!found) {
            return fault(renderer, source, opening->from, "a section is not closed");
        }
        if (tag.kind == '#' || tag.kind == '^') {
            if (open == TEMPLATE_DEPTH_MAX) {
                return fault(renderer, source, tag.from, "sections are nested too deeply");
            }
            names[open] = tag.name;
            lens[open++] = tag.name_len;
        } else if (tag.kind == '/') {
            open--;
            if (lens[open] != tag.name_len || memcmp(names[open], tag.name, tag.name_len) != 0) {
                return fault(renderer, source, tag.from, "a closing tag names another section");
            }
            if (open == 0) {
                *ret_close = tag;
                return ERR_OK;
            }
        }
    }
}

static const struct view_value *look_up(const struct scope *scope, const struct tag *tag)
{
    for (; scope != NULL; scope = scope->around) {
        for (const struct view_value *value = scope->group->values; value != NULL; value = value->next) {
            if (strlen(value->name) == tag->name_len && memcmp(value->name, tag->name, tag->name_len) == 0) {
                return value;
            }
        }
    }
    return NULL;
}

static void render_value(struct renderer *renderer, const struct scope *scope, const struct tag *tag)
{
    const struct view_value *value = look_up(scope, tag);
    if (value == NULL || value->text == NULL) {
        return;
    }
    if (tag->kind == 'r' && value->kind == VIEW_HTML) {
        buf_add(renderer->out, value->text, value->len);
    } else {
        html_escape(renderer->out, value->text, value->len);
    }
}

static enum err_code render_range(struct renderer *renderer, const struct source *source, size_t at, size_t end,
                                  const struct scope *scope);

static enum err_code render_section(struct renderer *renderer, const struct source *source, const struct tag *opening,
                                    size_t inside_end, const struct scope *scope)
{
    const struct view_value *value = look_up(scope, opening);
    bool shown = value != NULL && (value->text == NULL || value->len > 0) && (value->kind != VIEW_LIST || value->items);
    if (opening->kind == '^') {
        return shown ? ERR_OK : render_range(renderer, source, opening->to, inside_end, scope);
    }
    if (!shown) {
        return ERR_OK;
    }
    if (value->kind != VIEW_LIST) {
        return render_range(renderer, source, opening->to, inside_end, scope);
    }
    for (const struct view_group *item = value->items; item != NULL; item = item->next) {
        struct scope inner = { .group = item, .around = scope };
        enum err_code code = render_range(renderer, source, opening->to, inside_end, &inner);
        if (code != ERR_OK) {
            return code;
        }
    }
    return ERR_OK;
}

static enum err_code render_partial(struct renderer *renderer, const struct source *source, const struct tag *tag,
                                    const struct scope *scope)
{
    struct source partial = { 0 };
    partial.text = renderer->finder != NULL ? renderer->finder(tag->name, tag->name_len, &partial.len) : NULL;
    if (partial.text == NULL) {
        return fault(renderer, source, tag->from, "an unknown partial");
    }
    return render_range(renderer, &partial, 0, partial.len, scope);
}

static enum err_code render_range(struct renderer *renderer, const struct source *source, size_t at, size_t end,
                                  const struct scope *scope)
{
    if (renderer->depth == TEMPLATE_DEPTH_MAX) {
        return fault(renderer, source, at, "sections or partials are nested too deeply");
    }
    renderer->depth++;
    enum err_code code = ERR_OK;
    while (code == ERR_OK) {
        struct tag tag = { 0 }, close = { 0 };
        bool found;
        code = next_tag(renderer, source, at, end, &tag, &found);
        if (code != ERR_OK || !found) {
            break;
        }
        buf_add(renderer->out, source->text + at, tag.from - at);
        at = tag.to;
        if (tag.kind == '#' || tag.kind == '^') {
            code = find_close(renderer, source, &tag, end, &close);
            if (code == ERR_OK) {
                code = render_section(renderer, source, &tag, close.from, scope);
                at = close.to;
            }
        } else if (tag.kind == '/') {
            code = fault(renderer, source, tag.from, "a closing tag without a section");
        } else if (tag.kind == '>') {
            code = render_partial(renderer, source, &tag, scope);
        } else if (tag.kind != '!') {
            render_value(renderer, scope, &tag);
        }
    }
    if (code == ERR_OK && at < end) {
        buf_add(renderer->out, source->text + at, end - at);
    }
    renderer->depth--;
    return code;
}

enum err_code template_render(const char *text, size_t len, const struct view *view, template_finder *finder,
                              struct buf *out, struct err *err)
{
    if (view_failed(view)) {
        return err_nomem(err, "the values of a page");
    }
    struct renderer renderer = { .finder = finder, .out = out, .err = err };
    struct source source = { .text = text, .len = len };
    struct scope scope = { .group = view_root_const(view) };
    enum err_code code = render_range(&renderer, &source, 0, len, &scope);
    return code != ERR_OK ? code : buf_check(out, "the page", err);
}
