/* ooxml.h - what the files of Office Open XML share (ooxml.c, ooxml_word.c, ooxml_slides.c, ooxml_sheet.c). */
#ifndef NASLAG_EXTRACT_OOXML_H
#define NASLAG_EXTRACT_OOXML_H

#include "extract/flow.h"
#include "extract/xml.h"
#include "extract/zip.h"

/* A relation of a part: what it needs, by id. */
struct ooxml_rel {
    char *id;
    char *type;   /* the last part of the type's address: "styles", "slide" */
    char *target; /* name of a part; "" for one outside the package */
};
struct ooxml_rels {
    struct ooxml_rel *items; /* in the order of the file */
    size_t count, capacity;
};

/* A package that is being read. */
struct ooxml {
    struct zip zip;
    struct flow flow;
    uint64_t unread;    /* bytes of parts that were not read */
    bool out_of_memory;
    struct buf aside;   /* text of text boxes that waits for the end of its paragraph (ooxml_word.c) */
};

/* The relations of a part; none when it has no list of them. */
enum err_code ooxml_rels_read(struct ooxml *package, const char *part, struct ooxml_rels *ret_rels, struct err *err);
void ooxml_rels_done(struct ooxml_rels *rels);
/* The first with this type at or behind `from`, or NULL; ret_next (may be NULL) is where to go on. */
const struct ooxml_rel *ooxml_rel_of_type(const struct ooxml_rels *rels, const char *type, size_t from, size_t *ret_next);
const struct ooxml_rel *ooxml_rel_of_id(const struct ooxml_rels *rels, struct xml_value id);
/* Reads a part; one that is missing or damaged beyond reading is none of the document's text and no error. */
enum err_code ooxml_read(struct ooxml *package, const char *part, const struct xml_handler *handler, void *context,
                         struct err *err);

/* Text of drawings: slides, notes, SmartArt, charts, text boxes on sheets (DrawingML, ISO 29500-1, 20 and 21). */
enum ooxml_drawing {
    OOXML_DRAWING_ALL,
    OOXML_DRAWING_SLIDE, /* without what repeats on every slide; the title is a heading */
    OOXML_DRAWING_NOTES, /* only the notes themselves */
};
enum err_code ooxml_add_drawing(struct ooxml *package, const char *part, enum ooxml_drawing what, struct err *err);
/* SmartArt and charts that belong to a part. */
enum err_code ooxml_add_graphics(struct ooxml *package, const struct ooxml_rels *rels, struct err *err);

/* The three kinds; `part` is the main one. */
enum err_code ooxml_add_word(struct ooxml *package, const char *part, struct err *err);
enum err_code ooxml_add_slides(struct ooxml *package, const char *part, struct err *err);
enum err_code ooxml_add_sheets(struct ooxml *package, const char *part, struct err *err);

/* What a number in a cell is shown as (ooxml_format.c). */
enum ooxml_number { OOXML_NUMBER_PLAIN, OOXML_NUMBER_PERCENT, OOXML_NUMBER_DATE, OOXML_NUMBER_TIME, OOXML_NUMBER_MOMENT };
/* A built-in format by number (ISO 29500-1, 18.8.30), or one by its code when `code` is not NULL. */
enum ooxml_number ooxml_number_of(long id, const char *code);
/* Writes the value of a cell; `text` is how the file has it.  Returns false when it is no number: `out` is untouched. */
bool ooxml_number_write(const char *text, enum ooxml_number format, bool from_1904, char *out, size_t size);

#endif
