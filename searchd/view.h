/* view.h - the inside of struct view, shared by view.c (which builds it) and template.c (which reads it). */
#ifndef NASLAG_SEARCHD_VIEW_H
#define NASLAG_SEARCHD_VIEW_H

#include <stddef.h>

#include "searchd/template.h"

enum view_kind { VIEW_TEXT, VIEW_HTML, VIEW_FLAG, VIEW_LIST };

struct view_value {
    const char *name;
    enum view_kind kind;
    const char *text; /* VIEW_TEXT, VIEW_HTML */
    size_t len;
    struct view_group *items, *last_item; /* VIEW_LIST */
    struct view_value *next;
};

struct view_group {
    struct view_value *values, *last;
    struct view_group *next; /* the next item of the list it is in */
};

const struct view_group *view_root_const(const struct view *view);
bool view_failed(const struct view *view);

#endif
