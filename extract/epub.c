/* epub.c - EPUB 2 and 3 (EPUB OCF 3.3, Packages 3.3): the documents of the spine in order, each a page, read as HTML. */
#include <string.h>

#include "base/digest.h"
#include "extract/internal.h"
#include "extract/meta.h"
#include "extract/xml.h"
#include "extract/zip.h"

#define ITEMS_MAX 20000

struct item {
    char *id, *href; /* href is the name of a member */
};

struct epub {
    struct zip zip;
    char *opf;            /* name of the package document */
    struct item *items;
    size_t item_count, item_capacity;
    struct item *spine;   /* ids only, in order */
    size_t spine_count, spine_capacity;
    struct buf text;
    uint32_t *pages;
    size_t page_count, page_capacity;
    struct extract_span *headings;
    size_t heading_count, heading_capacity;
    uint64_t cut;
    bool out_of_memory;
};

static bool ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), tail = strlen(ending);
    return len > tail && strcmp(name + len - tail, ending) == 0;
}

static bool is_wanted(const char *name)
{
    static const char *const endings[] = { ".xhtml", ".html", ".htm", ".xml", ".opf" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (ends_in(name, endings[i])) {
            return true;
        }
    }
    return false;
}

/* ---- The package ----------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The member that the package document calls `href`: beside it, without fragment, percent signs decoded, no "..". */
static char *resolve(struct epub *epub, struct xml_value href)
{
    const char *slash = strrchr(epub->opf, '/');
    size_t used = slash != NULL ? (size_t)(slash - epub->opf) + 1 : 0;
    char *name = malloc(used + href.len + 1);
    if (name == NULL) {
        epub->out_of_memory = true;
        return NULL;
    }
    memcpy(name, epub->opf, used);
    for (size_t i = 0; i < href.len && href.text[i] != '#'; i++) {
        int high = i + 2 < href.len && href.text[i] == '%' ? hex_digit(href.text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(href.text[i + 2]) : -1;
        if (low >= 0 && high * 16 + low > 0) {
            name[used++] = (char)(high * 16 + low);
            i += 2;
        } else if (i + 2 < href.len && memcmp(href.text + i, "../", 3) == 0) {
            used -= used > 0;
            while (used > 0 && name[used - 1] != '/') {
                used--;
            }
            i += 2;
        } else {
            name[used++] = href.text[i];
        }
    }
    name[used] = '\0';
    return name;
}

static void add_item(struct epub *epub, struct item **list, size_t *count, size_t *capacity, struct xml_value id,
                     struct xml_value href)
{
    if (id.text == NULL || *count >= ITEMS_MAX || epub->out_of_memory) {
        return;
    }
    if (mem_grow(list, capacity, *count, sizeof **list) != 0) {
        epub->out_of_memory = true;
        return;
    }
    struct item *item = &(*list)[(*count)++];
    *item = (struct item){ .id = strndup(id.text, id.len), .href = href.text != NULL ? resolve(epub, href) : NULL };
    epub->out_of_memory = epub->out_of_memory || item->id == NULL;
}

static bool start_container(void *context, const struct xml_element *element)
{
    struct epub *epub = context;
    struct xml_value path = xml_attribute(element, "full-path");
    if (strcmp(element->name, "rootfile") == 0 && path.text != NULL && epub->opf == NULL) {
        epub->opf = strndup(path.text, path.len);
        epub->out_of_memory = epub->opf == NULL;
    }
    return true;
}

static bool start_package(void *context, const struct xml_element *element)
{
    struct epub *epub = context;
    if (strcmp(element->name, "item") == 0) {
        add_item(epub, &epub->items, &epub->item_count, &epub->item_capacity, xml_attribute(element, "id"),
                 xml_attribute(element, "href"));
    } else if (strcmp(element->name, "itemref") == 0) {
        add_item(epub, &epub->spine, &epub->spine_count, &epub->spine_capacity, xml_attribute(element, "idref"),
                 (struct xml_value){ NULL, 0 });
    }
    return true;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->id, ((const struct item *)b)->id);
}

/* ---- Chapters -------------------------------------------------------------------------------- */

/* An extract_sink: appends the chapter to the text, as a page. */
static enum err_code take_chapter(void *context, struct extract_record *chapter, struct err *err)
{
    struct epub *epub = context;
    size_t start = epub->text.len;
    epub->cut += chapter->cut;
    if (chapter->text_len == 0) { /* a cover */
        return ERR_OK;
    }
    if (epub->page_count > 0) {
        buf_add_char(&epub->text, '\n');
        start++;
    }
    if (mem_grow(&epub->pages, &epub->page_capacity, epub->page_count, sizeof *epub->pages) != 0) {
        return err_nomem(err, "epub");
    }
    epub->pages[epub->page_count++] = (uint32_t)start;
    buf_add(&epub->text, chapter->text, chapter->text_len);
    for (uint32_t i = 0; i < chapter->heading_count && epub->heading_count < EXTRACT_HEADINGS_MAX; i++) {
        if (mem_grow(&epub->headings, &epub->heading_capacity, epub->heading_count, sizeof *epub->headings) != 0) {
            return err_nomem(err, "epub");
        }
        epub->headings[epub->heading_count++] = (struct extract_span){ chapter->headings[i].start + (uint32_t)start,
                                                                       chapter->headings[i].len };
    }
    return ERR_OK;
}

static enum err_code add_chapter(struct epub *epub, const struct zip_member *member, const struct extract_caps *caps,
                                 struct err *err)
{
    struct extract_caps left = *caps;
    if (epub->text.len >= caps->record_bytes || epub->page_count >= caps->pages) {
        epub->cut += member->len;
        return ERR_OK;
    }
    left.record_bytes = caps->record_bytes - epub->text.len;
    struct extract_input input = { .bytes = member->bytes, .len = member->len, .name = "chapter.xhtml", .caps = &left };
    struct err why = ERR_INIT;
    enum err_code code = html_run(&input, take_chapter, epub, &why);
    if (code == ERR_INVALID) { /* one chapter that cannot be read costs that chapter */
        epub->cut += member->len;
        return ERR_OK;
    }
    return code == ERR_OK ? ERR_OK : err_set(err, code, "%s", why.text);
}

static enum err_code add_chapters(struct epub *epub, const struct extract_caps *caps, struct err *err)
{
    enum err_code code = ERR_OK;
    size_t missing = 0;
    if (epub->item_count > 0) {
        qsort(epub->items, epub->item_count, sizeof *epub->items, by_id);
    }
    for (size_t i = 0; code == ERR_OK && i < epub->spine_count; i++) {
        const struct item *item = epub->item_count == 0 ? NULL : bsearch(&epub->spine[i], epub->items, epub->item_count,
                                                                          sizeof *epub->items, by_id);
        const struct zip_member *member = item != NULL && item->href != NULL ? zip_find(&epub->zip, item->href) : NULL;
        if (member != NULL) {
            code = add_chapter(epub, member, caps, err);
        } else {
            missing++;
        }
    }
    if (code == ERR_OK && epub->page_count == 0 && missing > 0) {
        code = err_set(err, ERR_INVALID, "%s", epub->zip.encrypted ? "the book is encrypted"
                                                                   : "none of the book's chapters is in the file");
    }
    return code;
}

/* ---- The book -------------------------------------------------------------------------------- */

static const struct meta_name meta_names[] = {
    { "title", META_TITLE },         { "creator", META_AUTHOR },          { "publisher", META_ORGANISATION },
    { "date", META_DATE },           { "language", META_LANGUAGE },       { "description", META_DESCRIPTION },
    { "subject", META_KEYWORDS },    { "type", META_KIND },               { "source", META_URL },
};

/* A font may be scrambled; a chapter that is encrypted is a book that cannot be read. */
static bool is_locked(const struct zip *zip)
{
    const struct zip_member *list = zip_find(zip, "META-INF/encryption.xml");
    return list != NULL && (strstr(list->bytes, "html\"") != NULL || strstr(list->bytes, ".htm\"") != NULL);
}

static enum err_code read_package(struct epub *epub, struct meta *meta, struct err *err)
{
    static const struct xml_handler container = { start_container, NULL, NULL }, package = { start_package, NULL, NULL };
    const struct zip_member *member = zip_find(&epub->zip, "META-INF/container.xml");
    uint64_t unread;
    enum err_code code = member != NULL ? xml_read(member->bytes, member->len, &container, epub, &unread, err) : ERR_OK;
    if (code == ERR_OK && epub->out_of_memory) {
        return err_nomem(err, "epub");
    }
    member = epub->opf != NULL ? zip_find(&epub->zip, epub->opf) : NULL;
    if (code == ERR_OK && member == NULL) {
        code = err_set(err, ERR_INVALID, "the book is damaged: its package document is missing");
    }
    if (code == ERR_OK) {
        code = xml_read(member->bytes, member->len, &package, epub, &unread, err);
    }
    if (code == ERR_OK && is_locked(&epub->zip)) {
        code = err_set(err, ERR_INVALID, "the book is encrypted");
    }
    if (code == ERR_OK) {
        code = meta_read_xml(meta, member->bytes, member->len, meta_names, sizeof meta_names / sizeof *meta_names, err);
    }
    return code == ERR_OK && epub->out_of_memory ? err_nomem(err, "epub") : code;
}

static enum err_code take_text(struct epub *epub, struct extract_record *record, const struct extract_caps *caps, struct err *err)
{
    enum err_code code = field_take_text(record, &epub->text, caps, err);
    if (code != ERR_OK) {
        return code;
    }
    record->pages = TAKE_PTR(epub->pages);
    record->page_count = (uint32_t)epub->page_count;
    record->headings = TAKE_PTR(epub->headings);
    record->heading_count = (uint32_t)epub->heading_count;
    record->cut += epub->cut + epub->zip.cut;
    if (*record->title == '\0' && record->heading_count > 0) {
        code = field_set(&record->title, record->text + record->headings[0].start, record->headings[0].len,
                         caps->title_bytes, err);
    }
    return code;
}

static enum err_code fill(struct epub *epub, const struct extract_input *input, struct extract_record *record, struct err *err)
{
    CLEANUP(meta_done) struct meta meta;
    meta_init(&meta);
    enum err_code code = zip_read(input->bytes, input->len, is_wanted, input->caps, &epub->zip, err);
    if (code == ERR_OK) {
        code = read_package(epub, &meta, err);
    }
    if (code == ERR_OK) {
        code = meta_store(&meta, record, input->caps, err);
    }
    if (code == ERR_OK) {
        code = add_chapters(epub, input->caps, err);
    }
    return code == ERR_OK ? take_text(epub, record, input->caps, err) : code;
}

static void items_free(struct item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(items[i].id);
        free(items[i].href);
    }
    free(items);
}

static void epub_done(struct epub *epub)
{
    zip_done(&epub->zip);
    free(epub->opf);
    items_free(epub->items, epub->item_count);
    items_free(epub->spine, epub->spine_count);
    buf_done(&epub->text);
    free(epub->pages);
    free(epub->headings);
}

enum err_code epub_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    struct epub epub = { .cut = 0 };
    enum err_code code = record_init(&record, "application/epub+zip", err);
    /* A page more than the cap for the newlines between pages: field_take_text cuts what is over. */
    buf_init(&epub.text, (size_t)input->caps->record_bytes + input->caps->pages);
    if (code == ERR_OK) {
        code = fill(&epub, input, &record, err);
    }
    epub_done(&epub);
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record.digest, digest.bytes, sizeof record.digest);
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
