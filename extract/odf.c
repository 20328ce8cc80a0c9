/* odf.c - ODT, ODP, ODS and their templates and flat forms (OpenDocument 1.3, ISO/IEC 26300).
 *
 * Left out: tracked deletions (text:tracked-changes), hidden text and sheets, page numbers.  Footnotes, endnotes and comments come
 * at the end of their page or document; slides and sheets are pages.
 */
#include <string.h>

#include "base/digest.h"
#include "extract/flow.h"
#include "extract/internal.h"
#include "extract/meta.h"
#include "extract/xml.h"
#include "extract/zip.h"

#define STYLES_MAX 100000

struct style {
    char *name, *parent;
    bool hidden;
};

struct odf {
    struct flow flow;
    struct buf aside;      /* notes and comments, a paragraph a line, until the page ends */
    struct style *styles;  /* only those that hide something, or may by their parent */
    size_t style_count, style_capacity;
    bool body;             /* inside office:body */
    bool in_style;         /* inside the last of `styles` */
    bool slides, sheets;
    unsigned asides;       /* notes and comments that are open */
    unsigned paragraphs;
    bool heading;
    bool title_frame;      /* in a slide's title */
    bool notes;            /* in a slide's notes */
    unsigned lists;        /* that are open */
    bool frame;            /* reading what stands above and below every page, at the end */
    uint64_t unread;
    bool out_of_memory;
};

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

/* ---- Styles ---------------------------------------------------------------------------------- */

static char *copy(struct odf *odf, struct xml_value value)
{
    char *text = strndup(value.text != NULL ? value.text : "", value.len);
    odf->out_of_memory = odf->out_of_memory || text == NULL;
    return text;
}

static void start_style(struct odf *odf, const struct xml_element *element)
{
    if (is(element, "style") && odf->style_count < STYLES_MAX) {
        if (mem_grow(&odf->styles, &odf->style_capacity, odf->style_count, sizeof *odf->styles) != 0) {
            odf->out_of_memory = true;
            return;
        }
        odf->styles[odf->style_count++] = (struct style){ copy(odf, xml_attribute(element, "name")),
                                                          copy(odf, xml_attribute(element, "parent-style-name")), false };
        odf->in_style = true;
    } else if (odf->in_style && odf->style_count > 0) {
        bool none = is(element, "text-properties") && xml_value_is(xml_attribute(element, "display"), "none");
        bool table = is(element, "table-properties") && xml_value_is(xml_attribute(element, "display"), "false");
        odf->styles[odf->style_count - 1].hidden = odf->styles[odf->style_count - 1].hidden || none || table;
    }
}

/* Whether a style hides its text, by itself or by its parent.  Looked up only when some style hides any. */
static bool is_hidden(const struct odf *odf, struct xml_value name)
{
    for (size_t i = 0; name.text != NULL && i < odf->style_count; i++) {
        if (!xml_value_is(name, odf->styles[i].name)) {
            continue;
        }
        if (odf->styles[i].hidden) {
            return true;
        }
        for (size_t j = 0; j < odf->style_count; j++) {
            if (odf->styles[j].hidden && strcmp(odf->styles[j].name, odf->styles[i].parent) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Keeps only the styles that hide something, so that looking one up is quick in nearly every document. */
static void drop_plain_styles(struct odf *odf)
{
    bool *keep = calloc(odf->style_count + 1, sizeof *keep);
    size_t kept = 0;
    if (keep == NULL) {
        odf->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < odf->style_count; i++) {
        struct xml_value name = { odf->styles[i].name, odf->styles[i].name != NULL ? strlen(odf->styles[i].name) : 0 };
        keep[i] = odf->styles[i].hidden || (odf->style_count < 2000 && is_hidden(odf, name));
    }
    for (size_t i = 0; i < odf->style_count; i++) {
        if (keep[i]) {
            odf->styles[i].hidden = true;
            odf->styles[kept++] = odf->styles[i];
        } else {
            free(odf->styles[i].name);
            free(odf->styles[i].parent);
        }
    }
    odf->style_count = kept;
    free(keep);
}

/* ---- Where text goes ------------------------------------------------------------------------- */

static void put_text(struct odf *odf, const char *text, size_t len)
{
    if (odf->asides > 0) {
        buf_add(&odf->aside, text, len);
    } else {
        flow_text(&odf->flow, text, len, false);
    }
}

static void put_break(struct odf *odf, enum flow_gap gap, bool loose)
{
    if (odf->asides > 0) {
        buf_add_char(&odf->aside, gap >= FLOW_LINE ? '\n' : ' ');
    } else if (loose) {
        flow_loose_break(&odf->flow, gap);
    } else {
        flow_break(&odf->flow, gap);
    }
}

static void put_aside(struct odf *odf)
{
    const char *at = odf->aside.data;
    for (size_t left = odf->aside.len; left > 0;) {
        const char *end = memchr(at, '\n', left);
        size_t len = end != NULL ? (size_t)(end - at) : left;
        flow_break(&odf->flow, FLOW_PARAGRAPH);
        flow_text(&odf->flow, at, len, false);
        at += len + (end != NULL);
        left -= len + (end != NULL);
    }
    odf->out_of_memory = odf->out_of_memory || (odf->aside.failed && !odf->aside.too_big);
    buf_clear(&odf->aside);
}

/* ---- Elements -------------------------------------------------------------------------------- */

/* Elements whose content is none of the text. */
static bool is_left_out(const struct odf *odf, const struct xml_element *element)
{
    static const char *const names[] = { "tracked-changes", "note-citation", "hidden-text", "hidden-paragraph", "page-number",
                                         "page-count", "event-listeners", "sequence-decls", "variable-decls", "user-field-decls",
                                         "forms", "scripts", "sender-initials", "ruby-text", "covered-table-cell", "creator",
                                         "date-string", "creator-initials", "binary-data",
                                         "database-ranges", "named-expressions", "content-validations", "settings" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (is(element, names[i])) {
            return true;
        }
    }
    /* The date of a comment; text:date is a field. */
    return (is(element, "date") && odf->asides > 0 && strstr(element->space, "purl.org") != NULL)
           || (odf->style_count > 0 && is_hidden(odf, xml_attribute(element, "style-name")));
}

static void start_paragraph(struct odf *odf, const struct xml_element *element)
{
    bool heading = is(element, "h") || odf->title_frame || xml_value_is(xml_attribute(element, "style-name"), "Title");
    odf->paragraphs++;
    put_break(odf, odf->lists > 0 ? FLOW_LINE : FLOW_PARAGRAPH, true);
    if (heading && odf->asides == 0 && !odf->heading && !odf->notes) {
        flow_heading_begin(&odf->flow);
        odf->heading = true;
    }
}

static void start_page(struct odf *odf, const struct xml_element *element)
{
    struct xml_value name = xml_attribute(element, "name");
    put_aside(odf);
    flow_page(&odf->flow);
    if (odf->sheets && name.text != NULL) {
        flow_heading_begin(&odf->flow);
        flow_text(&odf->flow, name.text, name.len, false);
        flow_heading_end(&odf->flow);
    }
}

static void start_inline(struct odf *odf, const struct xml_element *element)
{
    if (is(element, "s")) {
        put_break(odf, FLOW_SPACE, false);
    } else if (is(element, "tab")) {
        put_break(odf, FLOW_TAB, false);
    } else if (is(element, "line-break")) {
        put_break(odf, FLOW_LINE, false);
    } else if (is(element, "list")) {
        put_break(odf, odf->lists == 0 ? FLOW_PARAGRAPH : FLOW_LINE, true);
        odf->lists++;
    } else if (is(element, "frame") || is(element, "custom-shape")) {
        odf->title_frame = odf->slides && !odf->notes && xml_value_is(xml_attribute(element, "class"), "title");
    }
}

static bool start_body(struct odf *odf, const struct xml_element *element)
{
    if (is_left_out(odf, element)) {
        return false;
    }
    if (is(element, "presentation")) {
        odf->slides = true;
    } else if (is(element, "spreadsheet")) {
        odf->sheets = true;
    } else if (is(element, "p") || is(element, "h")) {
        start_paragraph(odf, element);
    } else if (is(element, "note") || is(element, "annotation")) {
        odf->asides++;
        buf_add_char(&odf->aside, '\n');
    } else if (is(element, "page") || (is(element, "table") && odf->sheets && odf->asides == 0)) {
        start_page(odf, element);
    } else if (is(element, "notes")) { /* presentation:notes */
        odf->notes = true;
        put_break(odf, FLOW_PARAGRAPH, false);
    } else if (odf->asides > 0) {
        start_inline(odf, element);
    } else if (is(element, "table")) {
        flow_loose_break(&odf->flow, FLOW_PARAGRAPH);
    } else if (is(element, "table-row")) {
        flow_row(&odf->flow);
    } else if (is(element, "table-cell")) {
        flow_cell_begin(&odf->flow);
    } else {
        start_inline(odf, element);
    }
    return true;
}

static bool start_odf(void *context, const struct xml_element *element)
{
    struct odf *odf = context;
    if (odf->body) {
        return start_body(odf, element);
    }
    if (is(element, "body")) {
        odf->body = true;
        drop_plain_styles(odf);
    } else if (odf->frame) {
        odf->body = is(element, "header") || is(element, "footer");
    } else {
        start_style(odf, element);
    }
    return true;
}

static void end_odf(void *context, const char *name)
{
    struct odf *odf = context;
    if (!odf->body) {
        odf->in_style = odf->in_style && strcmp(name, "style") != 0;
    } else if (strcmp(name, "p") == 0 || strcmp(name, "h") == 0) {
        odf->paragraphs -= odf->paragraphs > 0;
        if (odf->heading && odf->asides == 0) {
            flow_heading_end(&odf->flow);
            odf->heading = false;
        }
        put_break(odf, FLOW_LINE, true);
    } else if (strcmp(name, "note") == 0 || strcmp(name, "annotation") == 0) {
        odf->asides -= odf->asides > 0;
    } else if (strcmp(name, "notes") == 0) {
        odf->notes = false;
    } else if (strcmp(name, "frame") == 0 || strcmp(name, "custom-shape") == 0) {
        odf->title_frame = false;
    } else if (strcmp(name, "list") == 0) {
        odf->lists -= odf->lists > 0;
        put_break(odf, odf->lists == 0 ? FLOW_PARAGRAPH : FLOW_LINE, true);
    } else if (strcmp(name, "table-cell") == 0 && odf->asides == 0) {
        flow_cell_end(&odf->flow);
    } else if (strcmp(name, "table") == 0 && odf->asides == 0) {
        flow_loose_break(&odf->flow, FLOW_PARAGRAPH);
    } else if (strcmp(name, "body") == 0 || (odf->frame && (strcmp(name, "header") == 0 || strcmp(name, "footer") == 0))) {
        put_aside(odf);
        odf->body = false;
    }
}

static void text_odf(void *context, const char *text, size_t len)
{
    struct odf *odf = context;
    if (odf->body && odf->paragraphs > 0) { /* elsewhere there is only white space */
        put_text(odf, text, len);
    }
}

/* ---- The file -------------------------------------------------------------------------------- */

static const struct meta_name meta_names[] = {
    { "title", META_TITLE },           { "initial-creator", META_AUTHOR }, { "creation-date", META_DATE },
    { "date", META_MODIFIED },         { "language", META_LANGUAGE },      { "description", META_DESCRIPTION },
    { "subject", META_KEYWORDS },      { "keyword", META_KEYWORDS },       { "publisher", META_ORGANISATION },
};

static bool is_wanted(const char *name)
{
    return strcmp(name, "content.xml") == 0 || strcmp(name, "styles.xml") == 0 || strcmp(name, "meta.xml") == 0
           || strcmp(name, "META-INF/manifest.xml") == 0;
}

static void odf_done(struct odf *odf)
{
    for (size_t i = 0; i < odf->style_count; i++) {
        free(odf->styles[i].name);
        free(odf->styles[i].parent);
    }
    free(odf->styles);
    flow_done(&odf->flow);
    buf_done(&odf->aside);
}

/* styles.xml has no body; content.xml, or a flat file, has. */
static enum err_code read_part(struct odf *odf, const char *bytes, size_t len, struct err *err)
{
    static const struct xml_handler handler = { start_odf, end_odf, text_odf };
    uint64_t unread = 0;
    enum err_code code = xml_read(bytes, len, &handler, odf, &unread, err);
    put_aside(odf);
    if (odf->heading) {
        flow_heading_end(&odf->flow);
    }
    odf->unread += unread;
    return code;
}

static enum err_code read_package(struct odf *odf, const struct zip *zip, struct meta *meta, struct err *err)
{
    const struct zip_member *styles = zip_find(zip, "styles.xml"), *content = zip_find(zip, "content.xml");
    const struct zip_member *properties = zip_find(zip, "meta.xml"), *manifest = zip_find(zip, "META-INF/manifest.xml");
    if (zip->encrypted || (manifest != NULL && strstr(manifest->bytes, "encryption-data") != NULL)) {
        return err_set(err, ERR_INVALID, "the document is encrypted");
    }
    if (content == NULL) {
        return err_set(err, ERR_INVALID, "the office file is damaged: its document is missing");
    }
    enum err_code code = ERR_OK;
    if (properties != NULL) {
        code = meta_read_xml(meta, properties->bytes, properties->len, meta_names, sizeof meta_names / sizeof *meta_names, err);
    }
    if (code == ERR_OK && styles != NULL) {
        code = read_part(odf, styles->bytes, styles->len, err);
        code = code == ERR_INVALID ? ERR_OK : code;
    }
    if (code == ERR_OK) {
        code = read_part(odf, content->bytes, content->len, err);
    }
    if (code == ERR_OK && styles != NULL && !odf->slides && !odf->sheets) {
        odf->frame = true;
        flow_break(&odf->flow, FLOW_PARAGRAPH);
        code = read_part(odf, styles->bytes, styles->len, err);
        code = code == ERR_INVALID ? ERR_OK : code;
    }
    return code;
}

static enum err_code read_file(struct odf *odf, struct zip *zip, const struct extract_input *input, struct meta *meta,
                               struct err *err)
{
    if (input->len < 4 || memcmp(input->bytes, "PK", 2) != 0) { /* flat: one XML file */
        enum err_code code = meta_read_xml(meta, input->bytes, input->len, meta_names, sizeof meta_names / sizeof *meta_names, err);
        return code == ERR_OK ? read_part(odf, input->bytes, input->len, err) : code;
    }
    enum err_code code = zip_read(input->bytes, input->len, is_wanted, input->caps, zip, err);
    return code == ERR_OK ? read_package(odf, zip, meta, err) : code;
}

static enum err_code fill(struct odf *odf, const struct extract_input *input, struct extract_record *record, struct err *err)
{
    CLEANUP(zip_done) struct zip zip = { 0 };
    CLEANUP(meta_done) struct meta meta;
    meta_init(&meta);
    enum err_code code = read_file(odf, &zip, input, &meta, err);
    if (code == ERR_OK && odf->out_of_memory) {
        code = err_nomem(err, "odf");
    }
    if (code == ERR_OK) {
        code = meta_store(&meta, record, input->caps, err);
    }
    bool titled = *record->title != '\0';
    if (code == ERR_OK) {
        code = flow_take(&odf->flow, record, input->caps, err);
    }
    if (code == ERR_OK && !titled && meta_title_is_empty(record->title)) {
        record->title[0] = '\0';
    }
    record->cut += odf->unread + zip.cut;
    return code;
}

static enum err_code set_format(const struct odf *odf, const struct extract_input *input, struct extract_record *record,
                                struct err *err)
{
    char type[128];
    zip_mimetype(input->bytes, input->len, type, sizeof type);
    const char *format = *type != '\0' ? type : odf->slides ? "application/vnd.oasis.opendocument.presentation"
                       : odf->sheets ? "application/vnd.oasis.opendocument.spreadsheet" : "application/vnd.oasis.opendocument.text";
    return field_set(&record->format, format, strlen(format), sizeof type, err);
}

enum err_code odf_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    struct odf odf = { .body = false };
    enum err_code code = record_init(&record, "", err);
    flow_init(&odf.flow, flow_ceiling(input->caps), input->caps->record_bytes);
    buf_init(&odf.aside, flow_ceiling(input->caps));
    if (code == ERR_OK) {
        code = fill(&odf, input, &record, err);
    }
    if (code == ERR_OK) {
        code = set_format(&odf, input, &record, err);
    }
    odf_done(&odf);
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record.digest, digest.bytes, sizeof record.digest);
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
