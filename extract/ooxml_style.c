/* ooxml_style.c - styles of a text document (ISO 29500-1, 17.7): which are headings, which hide text.
 *
 * Built-in styles have English names whatever the language of the program ("heading 1" with the id "Kop1").  A style of one's
 * own is a heading when its outline level says so, or when it is based on one that is.
 */
#include "extract/ooxml_word.h"

#include <string.h>
#include <strings.h>

#define BASED_MAX 20 /* styles based on each other, in a row */

void word_styles_done(struct word_styles *styles)
{
    for (size_t i = 0; i < styles->count; i++) {
        free(styles->items[i].id);
        free(styles->items[i].based);
    }
    free(styles->items);
    *styles = (struct word_styles){ 0 };
}

static char *copy(struct word_styles *styles, struct xml_value value)
{
    char *text = value.text != NULL ? strndup(value.text, value.len) : strdup("");
    styles->out_of_memory = styles->out_of_memory || text == NULL;
    return text;
}

static bool is_heading_name(struct xml_value name)
{
    return xml_value_is(name, "Title") || (name.len >= 8 && strncasecmp(name.text, "heading ", 8) == 0);
}

static bool start_style(void *context, const struct xml_element *element)
{
    struct word_styles *styles = context;
    struct word_style *last = styles->count > 0 ? &styles->items[styles->count - 1] : NULL;
    struct xml_value value = xml_attribute(element, "val");
    if (strcmp(element->name, "style") == 0) {
        if (mem_grow(&styles->items, &styles->capacity, styles->count, sizeof *styles->items) != 0) {
            styles->out_of_memory = true;
            return false;
        }
        styles->items[styles->count++] = (struct word_style){ .id = copy(styles, xml_attribute(element, "styleId")),
                                                              .outline = -1, .hidden = -1 };
    } else if (last == NULL || value.text == NULL) {
        if (last != NULL && strcmp(element->name, "vanish") == 0) {
            last->hidden = 1;
        }
        return true;
    } else if (strcmp(element->name, "name") == 0 && is_heading_name(value)) {
        last->outline = last->outline == -1 ? 0 : last->outline;
    } else if (strcmp(element->name, "basedOn") == 0 && last->based == NULL) {
        last->based = copy(styles, value);
    } else if (strcmp(element->name, "outlineLvl") == 0) {
        last->outline = (int)xml_value_number(value, 9) % 10;
    } else if (strcmp(element->name, "vanish") == 0) {
        last->hidden = xml_is_on(element);
    }
    return true;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct word_style *)a)->id, ((const struct word_style *)b)->id);
}

enum err_code word_styles_read(struct ooxml *package, const char *part, struct word_styles *ret_styles, struct err *err)
{
    static const struct xml_handler handler = { start_style, NULL, NULL };
    struct word_styles styles = { 0 };
    enum err_code code = ooxml_read(package, part, &handler, &styles, err);
    if (code == ERR_OK && styles.out_of_memory) {
        code = err_nomem(err, "ooxml");
    }
    if (code != ERR_OK) {
        word_styles_done(&styles);
        return code;
    }
    if (styles.count > 0) {
        qsort(styles.items, styles.count, sizeof *styles.items, by_id);
    }
    *ret_styles = styles;
    return ERR_OK;
}

static const struct word_style *find(const struct word_styles *styles, const char *id, size_t len)
{
    size_t low = 0, high = styles->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = styles->items[middle].id;
        int order = strncmp(id, other, len);
        order = order != 0 ? order : -(other[len] != '\0');
        if (order == 0) {
            return &styles->items[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* The first style of the chain that says something. */
static const struct word_style *decisive(const struct word_styles *styles, struct xml_value id, bool heading)
{
    const struct word_style *style = id.text != NULL ? find(styles, id.text, id.len) : NULL;
    for (int i = 0; style != NULL && i < BASED_MAX; i++) {
        if ((heading ? style->outline : style->hidden) >= 0) {
            return style;
        }
        style = style->based != NULL ? find(styles, style->based, strlen(style->based)) : NULL;
    }
    return NULL;
}

bool word_style_is_heading(const struct word_styles *styles, struct xml_value id)
{
    const struct word_style *style = decisive(styles, id, true);
    if (style == NULL && styles->count == 0) { /* no list of styles: their usual ids, in English and Dutch */
        return id.len >= 4 && (strncasecmp(id.text, "Heading", id.len < 7 ? id.len : 7) == 0
                               || (strncasecmp(id.text, "Kop", 3) == 0 && id.text[3] >= '1' && id.text[3] <= '9'));
    }
    return style != NULL && style->outline < 9;
}

bool word_style_is_hidden(const struct word_styles *styles, struct xml_value id)
{
    const struct word_style *style = decisive(styles, id, false);
    return style != NULL && style->hidden == 1;
}
