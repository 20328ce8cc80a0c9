/* ooxml_slides.c - text of PPTX, and of drawings in all kinds (ISO 29500-1, 19 to 21).
 *
 * Each slide is a page: its shapes in the order of the file, which is the reading order, then SmartArt and charts, the notes, and
 * comments.
 */
#include "extract/ooxml.h"

#include <string.h>

struct drawing {
    struct ooxml *package;
    struct flow *flow;
    enum ooxml_drawing what;
    bool shape_out;   /* the open shape is left out */
    bool shape_title;
    bool heading;     /* a title's text is open */
    bool in_text;
    bool in_cache;    /* values of a chart */
};

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

/* What a placeholder (p:ph) says of its shape. */
static void start_placeholder(struct drawing *drawing, struct xml_value type)
{
    bool frame = xml_value_is(type, "sldNum") || xml_value_is(type, "ftr") || xml_value_is(type, "dt") || xml_value_is(type, "hdr");
    if (drawing->what == OOXML_DRAWING_NOTES) {
        drawing->shape_out = frame || xml_value_is(type, "sldImg");
    } else if (drawing->what == OOXML_DRAWING_SLIDE) {
        drawing->shape_out = frame;
        drawing->shape_title = xml_value_is(type, "title") || xml_value_is(type, "ctrTitle");
    }
}

static void start_shape_text(struct drawing *drawing)
{
    flow_break(drawing->flow, FLOW_PARAGRAPH);
    if (drawing->shape_title && !drawing->heading) {
        flow_heading_begin(drawing->flow);
        drawing->heading = true;
    }
}

static bool start_drawing(void *context, const struct xml_element *element)
{
    struct drawing *drawing = context;
    if (is(element, "sp")) {
        drawing->shape_out = drawing->shape_title = false;
    } else if (is(element, "ph")) {
        start_placeholder(drawing, xml_attribute(element, "type"));
    } else if (is(element, "Fallback") || (is(element, "fld") && xml_value_is(xml_attribute(element, "type"), "slidenum"))) {
        return false;
    } else if (is(element, "txBody") || is(element, "t") || is(element, "rich")) {
        if (drawing->shape_out) {
            return false;
        }
        if (is(element, "t")) {
            drawing->in_text = true;
        } else {
            start_shape_text(drawing);
        }
    } else if (is(element, "p")) {
        flow_loose_break(drawing->flow, FLOW_LINE);
    } else if (is(element, "br")) {
        flow_break(drawing->flow, FLOW_LINE);
    } else if (is(element, "tbl")) {
        flow_break(drawing->flow, FLOW_PARAGRAPH);
    } else if (is(element, "tr")) {
        flow_row(drawing->flow);
    } else if (is(element, "tc")) {
        flow_cell_begin(drawing->flow);
    } else if (is(element, "strCache")) {
        drawing->in_cache = true;
    } else if (is(element, "text")) { /* a comment */
        flow_break(drawing->flow, FLOW_PARAGRAPH);
        drawing->in_text = true;
    }
    return true;
}

static void end_drawing(void *context, const char *name)
{
    struct drawing *drawing = context;
    if (strcmp(name, "t") == 0 || strcmp(name, "text") == 0) {
        drawing->in_text = false;
    } else if (strcmp(name, "p") == 0) {
        flow_loose_break(drawing->flow, FLOW_LINE);
    } else if (strcmp(name, "txBody") == 0 || strcmp(name, "rich") == 0) {
        if (drawing->heading) {
            flow_heading_end(drawing->flow);
            drawing->heading = false;
        }
    } else if (strcmp(name, "sp") == 0) {
        drawing->shape_out = drawing->shape_title = false;
    } else if (strcmp(name, "tc") == 0) {
        flow_cell_end(drawing->flow);
    } else if (strcmp(name, "tbl") == 0) {
        flow_break(drawing->flow, FLOW_PARAGRAPH);
    } else if (strcmp(name, "strCache") == 0) {
        drawing->in_cache = false;
    } else if (strcmp(name, "v") == 0) {
        flow_break(drawing->flow, FLOW_LINE);
    }
}

static void text_drawing(void *context, const char *text, size_t len)
{
    struct drawing *drawing = context;
    if (drawing->in_text || drawing->in_cache) {
        flow_text(drawing->flow, text, len, false);
    }
}

enum err_code ooxml_add_drawing(struct ooxml *package, const char *part, enum ooxml_drawing what, struct err *err)
{
    static const struct xml_handler handler = { start_drawing, end_drawing, text_drawing };
    struct drawing drawing = { .package = package, .flow = &package->flow, .what = what };
    flow_break(&package->flow, FLOW_PARAGRAPH);
    enum err_code code = ooxml_read(package, part, &handler, &drawing, err);
    if (drawing.heading) {
        flow_heading_end(&package->flow);
    }
    flow_break(&package->flow, FLOW_PARAGRAPH);
    return code;
}

/* Every part of one type. */
static enum err_code add_all(struct ooxml *package, const struct ooxml_rels *rels, const char *type, enum ooxml_drawing what,
                             struct err *err)
{
    const struct ooxml_rel *rel;
    enum err_code code = ERR_OK;
    size_t next = 0;
    while (code == ERR_OK && (rel = ooxml_rel_of_type(rels, type, next, &next)) != NULL) {
        code = ooxml_add_drawing(package, rel->target, what, err);
    }
    return code;
}

enum err_code ooxml_add_graphics(struct ooxml *package, const struct ooxml_rels *rels, struct err *err)
{
    enum err_code code = add_all(package, rels, "diagramData", OOXML_DRAWING_ALL, err);
    return code == ERR_OK ? add_all(package, rels, "chart", OOXML_DRAWING_ALL, err) : code;
}

static enum err_code add_slide(struct ooxml *package, const char *part, struct err *err)
{
    CLEANUP(ooxml_rels_done) struct ooxml_rels rels = { 0 };
    flow_page(&package->flow);
    enum err_code code = ooxml_rels_read(package, part, &rels, err);
    if (code == ERR_OK) {
        code = ooxml_add_drawing(package, part, OOXML_DRAWING_SLIDE, err);
    }
    if (code == ERR_OK) {
        code = ooxml_add_graphics(package, &rels, err);
    }
    if (code == ERR_OK) {
        code = add_all(package, &rels, "notesSlide", OOXML_DRAWING_NOTES, err);
    }
    return code == ERR_OK ? add_all(package, &rels, "comments", OOXML_DRAWING_ALL, err) : code;
}

/* ---- The presentation ------------------------------------------------------------------------ */

struct slides {
    const struct ooxml_rels *rels;
    const char **parts; /* in order */
    size_t count, capacity;
    bool out_of_memory;
};

static bool start_slide_list(void *context, const struct xml_element *element)
{
    struct slides *slides = context;
    if (!is(element, "sldId")) {
        return true;
    }
    const struct ooxml_rel *rel = ooxml_rel_of_id(slides->rels, xml_attribute_in(element, "relationships", "id"));
    if (rel != NULL && mem_grow(&slides->parts, &slides->capacity, slides->count, sizeof *slides->parts) == 0) {
        slides->parts[slides->count++] = rel->target;
    } else {
        slides->out_of_memory = slides->out_of_memory || rel != NULL;
    }
    return true;
}

enum err_code ooxml_add_slides(struct ooxml *package, const char *part, struct err *err)
{
    static const struct xml_handler handler = { start_slide_list, NULL, NULL };
    CLEANUP(ooxml_rels_done) struct ooxml_rels rels = { 0 };
    struct slides slides = { .rels = &rels };
    enum err_code code = ooxml_rels_read(package, part, &rels, err);
    if (code == ERR_OK) {
        code = ooxml_read(package, part, &handler, &slides, err);
    }
    for (size_t i = 0; code == ERR_OK && i < slides.count; i++) {
        code = add_slide(package, slides.parts[i], err);
    }
    if (code == ERR_OK && slides.out_of_memory) {
        code = err_nomem(err, "ooxml");
    }
    free(slides.parts);
    return code;
}
