/* template.h - HTML templates: a small part of Mustache, and the values they show.
 *
 * The language: {{name}} puts in the value, escaped; {{{name}}} puts in a value made with view_html
 * as it is (a value made with view_text is escaped there too, so that a template cannot open a hole);
 * {{#name}} ... {{/name}} repeats over a list, or shows its inside once for a flag or a text that is
 * not empty; {{^name}} ... {{/name}} shows its inside when {{#name}} would not; {{.}} is the item of a
 * list of texts; {{! ... }} is a comment; {{>name}} puts another template in.  A section or comment tag
 * that stands alone on its line takes the line away with it.  Not supported: other delimiters, dotted
 * names, functions, and the indentation of a partial.  The method is mustache(5).
 *
 * Names are looked up in the item, then in what surrounds it.  A name nobody set shows nothing.
 */
#ifndef NASLAG_SEARCHD_TEMPLATE_H
#define NASLAG_SEARCHD_TEMPLATE_H

#include "base/buf.h"

struct view;       /* owns all values of one page */
struct view_group; /* named values: the page itself, or one item of a list */

/* NULL when memory is short.  Later failures are sticky and come out of template_render. */
struct view *view_new(void);
void view_free(struct view *view);
struct view_group *view_root(struct view *view);

/* Names are borrowed (string literals), values are copied.  Setting a name twice keeps both; the first wins.
 * A NULL group (the result of a failed view_item) is ignored. */
void view_text(struct view *view, struct view_group *group, const char *name, const char *text);
void view_text_len(struct view *view, struct view_group *group, const char *name, const char *text, size_t len);
/* `html` is markup already: only for what has been escaped before. */
void view_html(struct view *view, struct view_group *group, const char *name, const char *html);
void view_flag(struct view *view, struct view_group *group, const char *name, bool on);
void view_printf(struct view *view, struct view_group *group, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Appends an item to the list `name` of the group, which need not exist yet. */
struct view_group *view_item(struct view *view, struct view_group *group, const char *name);
/* Appends an item that is a text: {{.}} inside the section. */
void view_item_text(struct view *view, struct view_group *group, const char *name, const char *text);

/* Finds the text of {{>name}}; NULL when there is none. */
typedef const char *template_finder(const char *name, size_t name_len, size_t *ret_len);

/* Appends the page to `out`.  ERR_INTERNAL names a fault in the template (an unclosed section, an unknown partial). */
enum err_code template_render(const char *text, size_t len, const struct view *view, template_finder *finder,
                              struct buf *out, struct err *err);

/* Whether `html` holds no other markup than <mark> ... </mark>, closed and not nested: what struct search_fragment
 * promises. */
bool html_is_marked_text(const char *html);

DEFINE_CLEANUP(struct view, view_free)

#endif
