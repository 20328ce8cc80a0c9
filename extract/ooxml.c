/* ooxml.c - DOCX, PPTX and XLSX (ISO/IEC 29500): the package, its relations and properties.
 *
 * What is taken is what a reader sees: not deleted or hidden text, codes of fields, the fallback beside a drawing, hidden sheets.
 * Headers, footers, notes and comments come after the text they belong to.
 */
#include "extract/ooxml.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "extract/internal.h"
#include "extract/meta.h"

static const struct {
    const char *part;   /* the main part when the package does not say */
    const char *root;   /* its first element */
    const char *format;
    enum err_code (*add)(struct ooxml *package, const char *part, struct err *err);
} kinds[] = {
    { "word/document.xml", "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      ooxml_add_word },
    { "ppt/presentation.xml", "presentation", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      ooxml_add_slides },
    { "xl/workbook.xml", "workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ooxml_add_sheets },
};
#define KINDS (sizeof kinds / sizeof *kinds)

/* ---- Relations ------------------------------------------------------------------------------- */

struct rels_reader {
    struct ooxml_rels *rels;
    const char *part;
    bool out_of_memory;
};

void ooxml_rels_done(struct ooxml_rels *rels)
{
    for (size_t i = 0; i < rels->count; i++) {
        free(rels->items[i].id);
        free(rels->items[i].type);
        free(rels->items[i].target);
    }
    free(rels->items);
    *rels = (struct ooxml_rels){ 0 };
}

/* The name of a part that `part` calls `target` (RFC 3986, 5.2.4, for paths only). */
static char *resolve(const char *part, const char *target, size_t len)
{
    size_t folder = 0;
    if (len == 0 || *target != '/') {
        const char *slash = strrchr(part, '/');
        folder = slash != NULL ? (size_t)(slash - part) + 1 : 0;
    }
    char *name = malloc(folder + len + 1);
    if (name == NULL) {
        return NULL;
    }
    size_t used = folder;
    memcpy(name, part, folder);
    for (size_t at = 0; at < len;) {
        const char *end = memchr(target + at, '/', len - at);
        size_t step = end != NULL ? (size_t)(end - target) - at : len - at;
        if (step == 2 && memcmp(target + at, "..", 2) == 0) {
            used -= used > 0;
            while (used > 0 && name[used - 1] != '/') {
                used--;
            }
        } else if (step > 0 && !(step == 1 && target[at] == '.')) {
            memcpy(name + used, target + at, step);
            used += step;
            if (end != NULL) {
                name[used++] = '/';
            }
        }
        at += step + (end != NULL);
    }
    name[used] = '\0';
    return name;
}

static bool start_rel(void *context, const struct xml_element *element)
{
    struct rels_reader *reader = context;
    struct ooxml_rels *rels = reader->rels;
    if (strcmp(element->name, "Relationship") != 0) {
        return true;
    }
    struct xml_value id = xml_attribute(element, "Id"), type = xml_attribute(element, "Type");
    struct xml_value target = xml_attribute(element, "Target");
    bool outside = xml_value_is(xml_attribute(element, "TargetMode"), "External");
    if (id.text == NULL || type.text == NULL || target.text == NULL) {
        return true;
    }
    if (mem_grow(&rels->items, &rels->capacity, rels->count, sizeof *rels->items) != 0) {
        reader->out_of_memory = true;
        return true;
    }
    size_t tail = type.len;
    while (tail > 0 && type.text[tail - 1] != '/') {
        tail--;
    }
    struct ooxml_rel *rel = &rels->items[rels->count++];
    *rel = (struct ooxml_rel){ .id = strndup(id.text, id.len), .type = strndup(type.text + tail, type.len - tail),
                               .target = outside ? strdup("") : resolve(reader->part, target.text, target.len) };
    reader->out_of_memory = reader->out_of_memory || rel->id == NULL || rel->type == NULL || rel->target == NULL;
    return true;
}

enum err_code ooxml_rels_read(struct ooxml *package, const char *part, struct ooxml_rels *ret_rels, struct err *err)
{
    static const struct xml_handler handler = { start_rel, NULL, NULL };
    const char *slash = strrchr(part, '/');
    size_t folder = slash != NULL ? (size_t)(slash - part) + 1 : 0;
    AUTO_BUF struct buf name;
    buf_init(&name, strlen(part) + 32);
    buf_add(&name, part, folder);
    buf_add_str(&name, "_rels/");
    buf_add_str(&name, part + folder);
    buf_add_str(&name, ".rels");
    enum err_code code = buf_check(&name, "a name", err);
    struct ooxml_rels rels = { 0 };
    struct rels_reader reader = { .rels = &rels, .part = part };
    if (code == ERR_OK) {
        code = ooxml_read(package, name.data, &handler, &reader, err);
    }
    if (code == ERR_OK && reader.out_of_memory) {
        code = err_nomem(err, "ooxml");
    }
    if (code != ERR_OK) {
        ooxml_rels_done(&rels);
        return code;
    }
    *ret_rels = rels;
    return ERR_OK;
}

const struct ooxml_rel *ooxml_rel_of_type(const struct ooxml_rels *rels, const char *type, size_t from, size_t *ret_next)
{
    for (size_t i = from; i < rels->count; i++) {
        if (strcmp(rels->items[i].type, type) == 0) {
            if (ret_next != NULL) {
                *ret_next = i + 1;
            }
            return &rels->items[i];
        }
    }
    return NULL;
}

const struct ooxml_rel *ooxml_rel_of_id(const struct ooxml_rels *rels, struct xml_value id)
{
    for (size_t i = 0; i < rels->count; i++) {
        if (xml_value_is(id, rels->items[i].id)) {
            return &rels->items[i];
        }
    }
    return NULL;
}

enum err_code ooxml_read(struct ooxml *package, const char *part, const struct xml_handler *handler, void *context,
                         struct err *err)
{
    const struct zip_member *member = zip_find(&package->zip, part);
    if (member == NULL) {
        return ERR_OK;
    }
    uint64_t unread = 0;
    enum err_code code = xml_read(member->bytes, member->len, handler, context, &unread, err);
    if (code == ERR_INVALID) { /* nothing of it can be read */
        code = ERR_OK;
        unread = member->len;
    }
    package->unread += unread;
    return code;
}

/* ---- Properties ------------------------------------------------------------------------------ */

static const struct meta_name property_names[] = {
    { "title", META_TITLE },        { "creator", META_AUTHOR },         { "created", META_DATE },
    { "modified", META_MODIFIED },  { "language", META_LANGUAGE },      { "description", META_DESCRIPTION },
    { "keywords", META_KEYWORDS },  { "subject", META_KEYWORDS },       { "category", META_KIND },
    { "Company", META_ORGANISATION },
};

static enum err_code read_properties(const struct ooxml *package, const struct ooxml_rels *root, struct meta *meta,
                                     struct err *err)
{
    static const struct {
        const char *type, *part;
    } lists[] = { { "core-properties", "docProps/core.xml" }, { "extended-properties", "docProps/app.xml" } };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof lists / sizeof *lists && code == ERR_OK; i++) {
        const struct ooxml_rel *rel = ooxml_rel_of_type(root, lists[i].type, 0, NULL);
        const struct zip_member *member = zip_find(&package->zip, rel != NULL ? rel->target : lists[i].part);
        if (member != NULL) {
            code = meta_read_xml(meta, member->bytes, member->len, property_names,
                                 sizeof property_names / sizeof *property_names, err);
        }
    }
    return code;
}

/* ---- The document ---------------------------------------------------------------------------- */

/* Text is in XML parts; what is known to hold none is not worth the room. */
static bool is_wanted(const char *name)
{
    static const char *const without_text[] = { "theme/", "customXml/", "slideMasters/", "slideLayouts/", "fontTable.xml",
                                                "webSettings.xml", "pivotCache/" };
    size_t len = strlen(name);
    bool xml = (len > 4 && strcmp(name + len - 4, ".xml") == 0) || (len > 5 && strcmp(name + len - 5, ".rels") == 0)
               || strcmp(name, "EncryptionInfo") == 0;
    for (size_t i = 0; xml && i < sizeof without_text / sizeof *without_text; i++) {
        xml = strstr(name, without_text[i]) == NULL;
    }
    return xml;
}

#define ROOT_MAX 32

static bool start_root(void *context, const struct xml_element *element)
{
    char *name = context;
    if (*name == '\0') {
        snprintf(name, ROOT_MAX, "%s", element->name);
    }
    return false;
}

/* What kind of document the main part is, or KINDS. */
static enum err_code find_kind(struct ooxml *package, const char *part, size_t *ret_kind, struct err *err)
{
    static const struct xml_handler handler = { start_root, NULL, NULL };
    char root[ROOT_MAX] = "";
    const struct zip_member *member = zip_find(&package->zip, part);
    uint64_t unread;
    enum err_code code = ERR_OK;
    if (member != NULL) {
        code = xml_read(member->bytes, member->len < 4096 ? member->len : 4096, &handler, root, &unread, err);
    }
    *ret_kind = 0;
    while (*ret_kind < KINDS && strcmp(root, kinds[*ret_kind].root) != 0) {
        ++*ret_kind;
    }
    return code == ERR_INVALID ? ERR_OK : code;
}

/* Finds the main part, by the relations or by its usual name. */
static enum err_code find_main(struct ooxml *package, const struct ooxml_rels *root, const char **ret_part, size_t *ret_kind,
                               struct err *err)
{
    const struct ooxml_rel *rel = ooxml_rel_of_type(root, "officeDocument", 0, NULL);
    *ret_kind = KINDS;
    *ret_part = rel != NULL ? rel->target : "";
    enum err_code code = find_kind(package, *ret_part, ret_kind, err);
    for (size_t i = 0; code == ERR_OK && *ret_kind == KINDS && i < KINDS; i++) {
        *ret_part = kinds[i].part;
        code = find_kind(package, *ret_part, ret_kind, err);
    }
    if (code == ERR_OK && *ret_kind == KINDS) {
        code = err_set(err, ERR_INVALID, package->zip.encrypted ? "the document is encrypted"
                                         : package->zip.damaged ? "the office file is damaged: its document is missing"
                                                                : "an office file of a kind that Naslag does not read");
    }
    return code;
}

static enum err_code fill(struct ooxml *package, struct extract_record *record, const struct extract_input *input, struct err *err)
{
    CLEANUP(ooxml_rels_done) struct ooxml_rels root = { 0 };
    CLEANUP(meta_done) struct meta meta;
    const char *part = "";
    size_t kind = 0;
    meta_init(&meta);
    enum err_code code = ooxml_rels_read(package, "", &root, err);
    if (code == ERR_OK) {
        code = find_main(package, &root, &part, &kind, err);
    }
    if (code == ERR_OK) {
        code = field_set(&record->format, kinds[kind].format, strlen(kinds[kind].format), 128, err);
    }
    if (code == ERR_OK) {
        code = read_properties(package, &root, &meta, err);
    }
    if (code == ERR_OK) {
        code = meta_store(&meta, record, input->caps, err);
    }
    if (code == ERR_OK) {
        code = kinds[kind].add(package, part, err);
    }
    if (code == ERR_OK && package->out_of_memory) {
        code = err_nomem(err, "ooxml");
    }
    bool titled = *record->title != '\0';
    if (code == ERR_OK) {
        code = flow_take(&package->flow, record, input->caps, err);
    }
    if (code == ERR_OK && !titled && meta_title_is_empty(record->title)) {
        record->title[0] = '\0'; /* "Blad1" */
    }
    record->cut += package->unread + package->zip.cut;
    return code;
}

enum err_code ooxml_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    if (ole_is(input->bytes, input->len)) { /* a password, or an old file with a new name */
        return ole_run(input, sink, context, err);
    }
    CLEANUP(extract_record_done) struct extract_record record;
    struct ooxml package = { .out_of_memory = false };
    enum err_code code = record_init(&record, kinds[0].format, err);
    if (code == ERR_OK) {
        code = zip_read(input->bytes, input->len, is_wanted, input->caps, &package.zip, err);
    }
    if (code == ERR_OK) {
        flow_init(&package.flow, flow_ceiling(input->caps), input->caps->record_bytes);
        buf_init(&package.aside, flow_ceiling(input->caps));
        code = fill(&package, &record, input, err);
        flow_done(&package.flow);
        buf_done(&package.aside);
    }
    zip_done(&package.zip);
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record.digest, digest.bytes, sizeof record.digest);
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
