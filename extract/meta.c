/* meta.c - stated metadata. */
#include "extract/meta.h"

#include <string.h>
#include <strings.h>

#include "extract/internal.h"
#include "text/dates.h"

#define VALUE_MAX 65536

void meta_init(struct meta *meta)
{
    for (size_t i = 0; i < META_SLOTS; i++) {
        buf_init(&meta->values[i], VALUE_MAX);
    }
}

void meta_done(struct meta *meta)
{
    for (size_t i = 0; i < META_SLOTS; i++) {
        buf_done(&meta->values[i]);
    }
}

const char *meta_value(const struct meta *meta, enum meta_slot slot)
{
    return meta->values[slot].data != NULL ? meta->values[slot].data : "";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether the setters of fields.c, the judges of it, take the value. */
static bool is_usable(enum meta_slot slot, const char *text, size_t len)
{
    AUTO_FREE char *probe = NULL;
    switch (slot) {
    case META_DATE:
    case META_MODIFIED:
    case META_PERIOD_FROM:
    case META_PERIOD_TO:
        field_set_date(&probe, text, len, NULL);
        return probe != NULL;
    case META_URL:
        field_set_url(&probe, text, len, VALUE_MAX, NULL);
        return probe != NULL;
    case META_LANGUAGE:
        field_set_language(&probe, text, len, NULL);
        return probe != NULL;
    default:
        return true;
    }
}

/* Whether a list already has the value. */
static bool has_value(const struct buf *list, const char *text, size_t len)
{
    const char *at = list->data;
    while (at != NULL && *at != '\0') {
        const char *end = strstr(at, "; ");
        size_t step = end != NULL ? (size_t)(end - at) : strlen(at);
        if (step == len && memcmp(at, text, len) == 0) {
            return true;
        }
        at += step + (end != NULL ? 2 : 0);
    }
    return false;
}

static bool is_date_slot(enum meta_slot slot)
{
    return slot == META_DATE || slot == META_MODIFIED || slot == META_PERIOD_FROM || slot == META_PERIOD_TO;
}

/* A date in Dutch notation, from the first byte on; ISO 8601 is left as it is. */
static bool to_iso(const char *text, size_t len, char out[DATE_FORMAT_SIZE])
{
    struct date_scanner scanner;
    struct date_found found;
    if (is_usable(META_DATE, text, len)) {
        return false;
    }
    date_scanner_init(&scanner, text, len);
    if (!date_scanner_next(&scanner, &found) || found.period || found.start > 0) {
        return false;
    }
    date_format(found.from, found.from_precision, out);
    return true;
}

void meta_add_period(struct meta *meta, const char *text, size_t len)
{
    struct date_scanner scanner;
    struct date_found found;
    char day[DATE_FORMAT_SIZE];
    date_scanner_init(&scanner, text, len);
    bool any = date_scanner_next(&scanner, &found);
    if (!any || !found.period) { /* one day, month or year, in which a year alone is none to the scanner */
        meta_add(meta, META_PERIOD_FROM, text, len);
        meta_add(meta, META_PERIOD_TO, text, len);
    } else {
        date_format(found.from, found.from_precision, day);
        meta_add(meta, META_PERIOD_FROM, day, strlen(day));
        if (found.to > 0) {
            date_format(found.to, found.to_precision, day);
            meta_add(meta, META_PERIOD_TO, day, strlen(day));
        }
    }
}

void meta_add(struct meta *meta, enum meta_slot slot, const char *text, size_t len)
{
    while (len > 0 && is_blank(*text)) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    char iso[DATE_FORMAT_SIZE];
    if (is_date_slot(slot) && to_iso(text, len, iso)) {
        text = iso;
        len = strlen(iso);
    }
    struct buf *value = &meta->values[slot];
    bool list = slot == META_AUTHOR || slot == META_KEYWORDS;
    if (slot == META_NONE || len == 0 || (value->len > 0 && !list) || !is_usable(slot, text, len)
        || (list && (has_value(value, text, len) || value->len + len + 2 > VALUE_MAX))) {
        return;
    }
    if (value->len > 0) {
        buf_add_str(value, "; ");
    }
    buf_add(value, text, len < VALUE_MAX ? len : VALUE_MAX);
}

/* Whether the rest of a title is a number, perhaps with an ending: what programs put behind a word of their own. */
static bool is_number(const char *text)
{
    text += strspn(text, " ");
    text += strspn(text, "0123456789");
    return *text == '\0' || *text == '.';
}

bool meta_title_is_empty(const char *title)
{
    static const char *const numbered[] = { "document", "presentatie", "presentation", "werkmap", "workbook", "map", "book",
                                            "naamloos", "untitled", "blad", "sheet", "tabelle", "feuil", "dia", "slide" };
    static const char *const whole[] = { "powerpoint-presentatie", "powerpoint presentation", "geen diatitel",
                                         "no slide title", "titel", "title", "microsoft word-document", "word document",
                                         "slide 1", "dia 1" };
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
        size_t len = strlen(numbered[i]);
        if (strncasecmp(title, numbered[i], len) == 0 && is_number(title + len)) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (strcasecmp(title, whole[i]) == 0) {
            return true;
        }
    }
    return title[strspn(title, " \t-_.")] == '\0' || strncasecmp(title, "Microsoft Word - ", 17) == 0
           || strncasecmp(title, "Microsoft PowerPoint - ", 23) == 0;
}

static enum err_code store_title(const struct meta *meta, struct extract_record *record, const struct extract_caps *caps,
                                 struct err *err)
{
    const char *title = meta_value(meta, META_TITLE);
    return *record->title != '\0' || meta_title_is_empty(title)
             ? ERR_OK : field_set_title(record, title, strlen(title), caps->title_bytes, err);
}

static enum err_code store_period(const struct meta *meta, struct extract_record *record, struct err *err)
{
    if (*record->period != '\0') {
        return ERR_OK;
    }
    return field_set_period(&record->period, meta_value(meta, META_PERIOD_FROM), meta_value(meta, META_PERIOD_TO), err);
}

static enum err_code store_typed(const struct meta *meta, struct extract_record *record, const struct extract_caps *caps,
                                 struct err *err)
{
    const char *date = meta_value(meta, META_DATE), *modified = meta_value(meta, META_MODIFIED);
    const char *language = meta_value(meta, META_LANGUAGE), *url = meta_value(meta, META_URL);
    enum err_code code = ERR_OK;
    if (*record->date == '\0') {
        code = field_set_date(&record->date, *date != '\0' ? date : modified, strlen(*date != '\0' ? date : modified), err);
    }
    if (code == ERR_OK && *record->modified == '\0') {
        code = field_set_date(&record->modified, modified, strlen(modified), err);
    }
    if (code == ERR_OK && *record->language == '\0') {
        code = field_set_language(&record->language, language, strlen(language), err);
    }
    if (code == ERR_OK && *record->url == '\0') {
        code = field_set_url(&record->url, url, strlen(url), caps->title_bytes, err);
    }
    return code == ERR_OK ? store_period(meta, record, err) : code;
}

enum err_code meta_store(const struct meta *meta, struct extract_record *record, const struct extract_caps *caps, struct err *err)
{
    const struct {
        char **slot;
        enum meta_slot from;
    } plain[] = {
        { &record->author, META_AUTHOR },           { &record->organisation, META_ORGANISATION },
        { &record->programme, META_PROGRAMME },     { &record->kind, META_KIND },
        { &record->description, META_DESCRIPTION }, { &record->keywords, META_KEYWORDS },
    };
    enum err_code code = store_title(meta, record, caps, err);
    for (size_t i = 0; code == ERR_OK && i < sizeof plain / sizeof *plain; i++) {
        const char *value = meta_value(meta, plain[i].from);
        if (**plain[i].slot == '\0' && *value != '\0') {
            code = field_set(plain[i].slot, value, strlen(value), caps->title_bytes, err);
        }
    }
    return code == ERR_OK ? store_typed(meta, record, caps, err) : code;
}

/* ---- Properties in XML ---------------------------------------------------------------------- */

struct property_reader {
    struct meta *meta;
    const struct meta_name *names;
    size_t count;
    enum meta_slot slot; /* of the element that is open */
    unsigned depth;      /* of open elements inside it */
    struct buf text;
};

static bool start_property(void *context, const struct xml_element *element)
{
    struct property_reader *reader = context;
    if (reader->slot != META_NONE) {
        reader->depth++;
        return true;
    }
    for (size_t i = 0; i < reader->count; i++) {
        if (strcasecmp(element->name, reader->names[i].element) == 0) {
            reader->slot = reader->names[i].slot;
            buf_clear(&reader->text);
            break;
        }
    }
    return true;
}

static void end_property(void *context, const char *name)
{
    struct property_reader *reader = context;
    (void)name;
    if (reader->slot == META_NONE) {
        return;
    }
    if (reader->depth > 0) {
        reader->depth--;
        buf_add_char(&reader->text, ' ');
        return;
    }
    if (reader->text.data != NULL) {
        meta_add(reader->meta, reader->slot, reader->text.data, reader->text.len);
    }
    reader->slot = META_NONE;
}

static void add_property(void *context, const char *text, size_t len)
{
    struct property_reader *reader = context;
    if (reader->slot != META_NONE) {
        buf_add(&reader->text, text, len);
    }
}

enum err_code meta_read_xml(struct meta *meta, const char *bytes, size_t len, const struct meta_name *names, size_t count,
                            struct err *err)
{
    static const struct xml_handler handler = { start_property, end_property, add_property };
    struct property_reader reader = { .meta = meta, .names = names, .count = count };
    uint64_t unread;
    buf_init(&reader.text, VALUE_MAX);
    enum err_code code = xml_read(bytes, len, &handler, &reader, &unread, err);
    buf_done(&reader.text);
    return code == ERR_INVALID ? ERR_OK : code;
}
