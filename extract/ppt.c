/* ppt.c - PowerPoint files of before 2007 ([MS-PPT]), read by ourselves: converters leave out most of their text.
 *
 * The stream is a tree of records: u16 version and instance, u16 type, u32 length.  A presentation that was saved piecemeal
 * holds older forms of its slides as well; a table of persistent objects, which each save adds to, tells which are the
 * current ones (2.1.2). The text of a slide is in the text boxes of its drawing; that of its title and outline may stand in
 * a list of the document instead, to which the boxes refer by number.  Each slide is a page, its notes behind it.
 */
#include <string.h>

#include "extract/internal.h"
#include "extract/ole.h"

#define DEPTH_MAX 16         /* records in records */
#define EDITS_MAX 10000      /* saves that are followed back */
#define OBJECTS_MAX (1 << 20) /* an identifier has 20 bits */

enum type {
    T_DOCUMENT = 1000, T_SLIDE = 1006, T_SLIDE_ATOM = 1007, T_NOTES = 1008, T_SLIDE_PERSIST = 1011, T_OUTLINE_REF = 3998,
    T_TEXT_HEADER = 3999, T_TEXT_CHARS = 4000, T_TEXT_BYTES = 4008, T_LIST = 4080, T_USER_EDIT = 4085, T_PERSIST = 6002,
};
enum list { LIST_SLIDES = 0, LIST_NOTES = 2 };                      /* instance of T_LIST */
enum text { TEXT_TITLE = 0, TEXT_NOTES = 2, TEXT_CENTRE_TITLE = 6 }; /* of T_TEXT_HEADER */
#define TOKEN_ENCRYPTED 0xF3D1C4DFU

struct ppt {
    const char *bytes;  /* the stream */
    size_t len;
    uint32_t *objects;  /* offset by identifier; 0: none */
    size_t object_count, object_capacity;
    struct flow *flow;
};

struct record {
    unsigned version, instance, type;
    size_t at, end;     /* of its contents, inside the stream */
};

/* The record that begins at *at, before `end`; moves *at behind it.  False when there is none. */
static bool next_record(const struct ppt *ppt, size_t *at, size_t end, struct record *ret_record)
{
    if (end > ppt->len || *at > end || end - *at < 8) {
        return false;
    }
    const char *head = ppt->bytes + *at;
    uint32_t len = cfb_u32(head + 4);
    size_t begin = *at + 8;
    ret_record->version = cfb_u16(head) & 15;
    ret_record->instance = cfb_u16(head) >> 4;
    ret_record->type = cfb_u16(head + 2);
    ret_record->at = begin;
    ret_record->end = len < end - begin ? begin + len : end; /* one that is cut short */
    *at = ret_record->end;
    return true;
}

static bool is_container(const struct record *record)
{
    return record->version == 15;
}

static uint32_t number_at(const struct ppt *ppt, const struct record *record, size_t offset)
{
    return record->end - record->at >= offset + 4 ? cfb_u32(ppt->bytes + record->at + offset) : 0;
}

/* ---- Persistent objects ---------------------------------------------------------------------------- */

/* Entries: 20 bits first identifier, 12 bits number of offsets that follow.  What is known already is newer. */
static enum err_code add_objects(struct ppt *ppt, const struct record *record, struct err *err)
{
    for (size_t at = record->at; record->end - at >= 4;) {
        uint32_t head = cfb_u32(ppt->bytes + at), id = head & (OBJECTS_MAX - 1), count = head >> 20;
        at += 4;
        for (; count > 0 && record->end - at >= 4; count--, id++, at += 4) {
            if (id >= OBJECTS_MAX) {
                return ERR_OK;
            }
            while (ppt->object_count <= id) {
                if (mem_grow(&ppt->objects, &ppt->object_capacity, ppt->object_count, sizeof *ppt->objects) != 0) {
                    return err_nomem(err, "ppt");
                }
                ppt->objects[ppt->object_count++] = 0;
            }
            if (ppt->objects[id] == 0) {
                ppt->objects[id] = cfb_u32(ppt->bytes + at);
            }
        }
    }
    return ERR_OK;
}

/* Follows the saves from the last one back; *ret_document is the identifier of the document. */
static enum err_code read_objects(struct ppt *ppt, uint32_t offset, uint32_t *ret_document, struct err *err)
{
    enum err_code code = ERR_OK;
    *ret_document = 0;
    for (unsigned edits = 0; edits < EDITS_MAX && code == ERR_OK; edits++) {
        struct record edit, table;
        size_t at = offset, before = 0;
        if (!next_record(ppt, &at, ppt->len, &edit) || edit.type != T_USER_EDIT || edit.end - edit.at < 20) {
            break;
        }
        *ret_document = edits == 0 ? number_at(ppt, &edit, 16) : *ret_document;
        at = number_at(ppt, &edit, 12);
        if (next_record(ppt, &at, ppt->len, &table) && table.type == T_PERSIST) {
            code = add_objects(ppt, &table, err);
        }
        before = number_at(ppt, &edit, 8);
        if (before == 0 || before >= offset) {
            break;
        }
        offset = (uint32_t)before;
    }
    return code;
}

/* The object of this identifier, when it is of this type. */
static bool find_object(const struct ppt *ppt, uint32_t id, unsigned type, struct record *ret_record)
{
    size_t at = id < ppt->object_count ? ppt->objects[id] : 0;
    return at != 0 && next_record(ppt, &at, ppt->len, ret_record) && ret_record->type == type;
}

/* ---- Text ------------------------------------------------------------------------------------------ */

/* Text of an atom: CR ends a paragraph, VT a line.  A field (the slide's number) is a lone asterisk. */
static enum err_code add_text(struct ppt *ppt, const struct record *record, unsigned kind, struct err *err)
{
    AUTO_BUF struct buf text;
    size_t len = record->end - record->at;
    bool wide = record->type == T_TEXT_CHARS, title = kind == TEXT_TITLE || kind == TEXT_CENTRE_TITLE;
    buf_init(&text, 4 * len + 16);
    ole_decode(ppt->bytes + record->at, len, wide ? 2 : 1, &text);
    enum err_code code = buf_check(&text, "a text", err);
    if (code != ERR_OK || text.len == 0 || (text.len == 1 && *text.data == '*')) {
        return code;
    }
    flow_break(ppt->flow, FLOW_PARAGRAPH);
    if (title) {
        flow_heading_begin(ppt->flow);
    }
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        for (end = at; end < text.len && text.data[end] != '\r' && text.data[end] != '\v'; end++) {
        }
        flow_text(ppt->flow, text.data + at, end - at, false);
        flow_break(ppt->flow, title ? FLOW_SPACE : FLOW_LINE);
    }
    if (title) {
        flow_heading_end(ppt->flow);
    }
    flow_break(ppt->flow, FLOW_PARAGRAPH);
    return ERR_OK;
}

/* The n-th text that the document has for this slide: from the n-th header in [at, end) of the list to the next one. */
static enum err_code add_outline(struct ppt *ppt, const struct record *list, size_t at, uint32_t number, struct err *err)
{
    struct record record;
    uint32_t headers = 0;
    unsigned kind = 1;
    enum err_code code = ERR_OK;
    while (code == ERR_OK && next_record(ppt, &at, list->end, &record) && record.type != T_SLIDE_PERSIST && headers <= number + 1) {
        if (record.type == T_TEXT_HEADER) {
            headers++;
            kind = number_at(ppt, &record, 0);
        } else if ((record.type == T_TEXT_CHARS || record.type == T_TEXT_BYTES) && headers == number + 1) {
            code = add_text(ppt, &record, kind, err);
        }
    }
    return code;
}

/* Where texts are taken from. */
struct walk {
    const struct record *list; /* of the document, or NULL */
    size_t at;                 /* in it, behind what names the slide */
    bool notes_only;           /* of a page of notes, the notes: the rest repeats the slide */
    unsigned kind;             /* of the text that follows */
};

/* All texts in the record, in order. */
static enum err_code add_texts(struct ppt *ppt, struct walk *walk, const struct record *container, unsigned depth, struct err *err)
{
    struct record record;
    enum err_code code = ERR_OK;
    for (size_t at = container->at; code == ERR_OK && next_record(ppt, &at, container->end, &record);) {
        bool wanted = !walk->notes_only || walk->kind == TEXT_NOTES;
        if (is_container(&record)) {
            walk->kind = 1;
            code = depth < DEPTH_MAX ? add_texts(ppt, walk, &record, depth + 1, err) : ERR_OK;
        } else if (record.type == T_TEXT_HEADER) {
            walk->kind = number_at(ppt, &record, 0);
        } else if ((record.type == T_TEXT_CHARS || record.type == T_TEXT_BYTES) && wanted) {
            code = add_text(ppt, &record, walk->kind, err);
        } else if (record.type == T_OUTLINE_REF && walk->list != NULL) {
            code = add_outline(ppt, walk->list, walk->at, number_at(ppt, &record, 0), err);
        }
    }
    return code;
}

/* ---- Slides ------------------------------------------------------------------------------------------ */

/* A list of the document by its instance. */
static bool find_list(const struct ppt *ppt, const struct record *document, unsigned instance, struct record *ret_list)
{
    for (size_t at = document->at; next_record(ppt, &at, document->end, ret_list);) {
        if (ret_list->type == T_LIST && ret_list->instance == instance) {
            return true;
        }
    }
    return false;
}

/* The notes that a slide names, from the list of notes. */
static enum err_code add_notes(struct ppt *ppt, const struct record *document, const struct record *slide, struct err *err)
{
    struct record atom, list, entry, notes;
    size_t at = slide->at;
    if (!next_record(ppt, &at, slide->end, &atom) || atom.type != T_SLIDE_ATOM || !find_list(ppt, document, LIST_NOTES, &list)) {
        return ERR_OK;
    }
    uint32_t wanted = number_at(ppt, &atom, 16);
    for (at = list.at; wanted != 0 && next_record(ppt, &at, list.end, &entry);) {
        if (entry.type == T_SLIDE_PERSIST && number_at(ppt, &entry, 12) == wanted
            && find_object(ppt, number_at(ppt, &entry, 0), T_NOTES, &notes)) {
            struct walk walk = { .notes_only = true };
            return add_texts(ppt, &walk, &notes, 0, err);
        }
    }
    return ERR_OK;
}

/* The slides in their order; *ret_any false when the tables do not lead to any. */
static enum err_code add_listed(struct ppt *ppt, const struct record *document, bool *ret_any, struct err *err)
{
    struct record list, entry, slide;
    enum err_code code = ERR_OK;
    *ret_any = false;
    if (!find_list(ppt, document, LIST_SLIDES, &list)) {
        return ERR_OK;
    }
    for (size_t at = list.at; code == ERR_OK && next_record(ppt, &at, list.end, &entry);) {
        if (entry.type != T_SLIDE_PERSIST || !find_object(ppt, number_at(ppt, &entry, 0), T_SLIDE, &slide)) {
            continue;
        }
        struct walk walk = { .list = &list, .at = at };
        flow_page(ppt->flow);
        *ret_any = true;
        code = add_texts(ppt, &walk, &slide, 0, err);
        if (code == ERR_OK) {
            code = add_notes(ppt, document, &slide, err);
        }
    }
    return code;
}

/* When the tables are damaged: the slides as they stand in the file, older forms and all, and what the document lists. */
static enum err_code add_all(struct ppt *ppt, struct err *err)
{
    struct record record;
    enum err_code code = ERR_OK;
    for (size_t at = 0; code == ERR_OK && next_record(ppt, &at, ppt->len, &record);) {
        struct walk walk = { .kind = 1 };
        if (record.type == T_SLIDE) {
            flow_page(ppt->flow);
            code = add_texts(ppt, &walk, &record, 0, err);
        } else if (record.type == T_DOCUMENT && find_list(ppt, &record, LIST_SLIDES, &record)) {
            code = add_texts(ppt, &walk, &record, 0, err);
        }
    }
    return code;
}

static enum err_code add_presentation(struct ppt *ppt, const struct buf *user, struct err *err)
{
    struct record document;
    uint32_t id = 0;
    bool any = false;
    enum err_code code = ERR_OK;
    if (user->len >= 20 && cfb_u32(user->data + 12) == TOKEN_ENCRYPTED) {
        return err_set(err, ERR_INVALID, "the document is encrypted");
    }
    if (user->len >= 20) {
        code = read_objects(ppt, cfb_u32(user->data + 16), &id, err);
    }
    if (code == ERR_OK && find_object(ppt, id, T_DOCUMENT, &document)) {
        code = add_listed(ppt, &document, &any, err);
    }
    return code == ERR_OK && !any ? add_all(ppt, err) : code;
}

static enum err_code read_streams(const struct cfb *cfb, struct flow *flow, struct err *err)
{
    AUTO_BUF struct buf user, stream;
    buf_init(&user, 4096);
    buf_init(&stream, cfb->len);
    enum err_code code = cfb_read(cfb, "PowerPoint Document", &stream, err);
    if (code == ERR_OK) {
        code = cfb_read(cfb, "Current User", &user, err);
        code = code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    struct ppt ppt = { .bytes = stream.data, .len = stream.len, .flow = flow };
    if (code == ERR_OK) {
        code = add_presentation(&ppt, &user, err);
    }
    free(ppt.objects);
    return code;
}

enum err_code ppt_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    struct cfb cfb;
    if (!cfb_open(&cfb, input->bytes, input->len) || !cfb_has(&cfb, "PowerPoint Document")) {
        return err_set(err, ERR_INVALID, "an office file of before 2007 that is damaged or of a kind that is not known");
    }
    CLEANUP(extract_record_done) struct extract_record record;
    struct flow flow;
    enum err_code code = record_init(&record, "application/vnd.ms-powerpoint", err);
    flow_init(&flow, flow_ceiling(input->caps), input->caps->record_bytes);
    if (code == ERR_OK) {
        code = read_streams(&cfb, &flow, err);
    }
    if (code == ERR_OK) {
        code = ole_give(&cfb, &flow, true, &record, input, sink, context, err);
    }
    flow_done(&flow);
    return code;
}
