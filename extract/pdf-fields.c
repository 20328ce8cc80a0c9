/* pdf-fields.c - what a PDF is called, by whom, when and in which language: from XMP, the document's info, or the text. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "extract/pdf.h"
#include "extract/xmp.h"

#define TITLE_LINES 60    /* lines of the first page in which a title is looked for */
#define TITLE_BYTES 250
#define STALE_BYTES 20000 /* of the text in which the words of a given title must be */

/* "Inhoudsopgave" and the like head a page, not a document. */
static bool is_part_name(const char *text, size_t len)
{
    static const char *const names[] = { "inhoudsopgave", "inhoud", "contents", "table of contents", "samenvatting", "voorwoord",
                                         "colofon", "inleiding", "bijlage", "bijlagen", "index" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == len && strncasecmp(text, names[i], len) == 0) {
            return true;
        }
    }
    return false;
}

static bool may_be_title(const struct pdf_reading *reading, const struct pdf_text_line *line)
{
    const char *text = reading->text.data + line->start;
    return line->len <= TITLE_BYTES && pdf_has_word(text, line->len) && !is_part_name(text, line->len);
}

/* Lines of the first page that has some. */
static size_t first_page_lines(const struct pdf_reading *reading)
{
    const struct extract_record *record = reading->record;
    uint32_t page = 0;
    while (reading->line_count > 0 && page + 1 < record->page_count && record->pages[page + 1] <= reading->lines[0].start) {
        page++;
    }
    uint32_t end = page + 1 < record->page_count ? record->pages[page + 1] : (uint32_t)reading->text.len;
    size_t lines = 0;
    while (lines < reading->line_count && lines < TITLE_LINES && reading->lines[lines].start < end) {
        lines++;
    }
    return lines;
}

/* The largest lines of the first page, those that follow each other in one size: from *ret_start, *ret_len bytes; 0 when no line is
 * larger than the body's. */
static void find_largest(const struct pdf_reading *reading, size_t *ret_start, size_t *ret_len)
{
    size_t lines = first_page_lines(reading), best = lines;
    for (size_t i = 0; i < lines; i++) {
        const struct pdf_text_line *line = &reading->lines[i];
        bool larger = line->size > 1.15f * reading->body && (best == lines || line->size > 1.02f * reading->lines[best].size);
        best = larger && may_be_title(reading, line) ? i : best;
    }
    *ret_len = 0;
    if (best == lines) {
        return;
    }
    size_t end = best + 1, from = reading->lines[best].start;
    while (end < lines && reading->lines[end].size > 0.98f * reading->lines[best].size
           && reading->lines[end].start + reading->lines[end].len - from <= TITLE_BYTES) {
        end++;
    }
    *ret_start = from;
    *ret_len = reading->lines[end - 1].start + reading->lines[end - 1].len - from;
}

/* The largest lines, else the first that says something. */
static enum err_code title_from_text(struct pdf_reading *reading, struct err *err)
{
    size_t start = 0, len;
    find_largest(reading, &start, &len);
    size_t lines = first_page_lines(reading);
    for (size_t i = 0; i < lines && len == 0; i++) {
        if (may_be_title(reading, &reading->lines[i])) {
            start = reading->lines[i].start;
            len = reading->lines[i].len;
        }
    }
    return len == 0 ? ERR_OK : field_set(&reading->record->title, reading->text.data + start, len, reading->caps->title_bytes, err);
}

/* Whether hardly any word of a given title stands in the beginning of the text though that has a title of its own: what an older
 * document left behind that served as template. */
static bool is_stale(const struct pdf_reading *reading, const char *title)
{
    size_t start, len, words = 0, found = 0;
    find_largest(reading, &start, &len);
    size_t window = reading->text.len < STALE_BYTES ? reading->text.len : STALE_BYTES;
    for (const char *at = title; len > 0 && *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word >= 4) {
            words++;
            AUTO_FREE char *copy = strndup(at, word);
            AUTO_FREE char *haystack = strndup(reading->text.data, window);
            found += copy == NULL || haystack == NULL || strcasestr(haystack, copy) != NULL;
        }
        at += word + (at[word] == ' ');
    }
    return words >= 2 && 2 * found < words;
}

/* A dash or bullet before a title is typography. */
static void strip_marks(char *title)
{
    size_t marks = strspn(title, "-_*#. ");
    memmove(title, title + marks, strlen(title + marks) + 1);
}

static enum err_code offer_title(struct pdf_reading *reading, const char *title, struct err *err)
{
    char **slot = &reading->record->title;
    if (**slot != '\0' || title == NULL) {
        return ERR_OK;
    }
    enum err_code code = field_set_title(reading->record, title, strlen(title), reading->caps->title_bytes, err);
    slot = &reading->record->title;
    strip_marks(*slot);
    if (code == ERR_OK && (pdf_title_is_junk(*slot) || is_stale(reading, *slot))) {
        **slot = '\0';
        reading->record->title_cut = 0;
    }
    return code;
}

static enum err_code find_title(struct pdf_reading *reading, const struct xmp *xmp, struct err *err)
{
    AUTO_G_FREE char *info = poppler_document_get_title(reading->document);
    enum err_code code = offer_title(reading, xmp->values[XMP_TITLE], err);
    if (code == ERR_OK) {
        code = offer_title(reading, info, err);
    }
    if (code == ERR_OK && *reading->record->title == '\0') {
        code = title_from_text(reading, err);
        strip_marks(reading->record->title);
    }
    if (code == ERR_OK && *reading->record->title == '\0') {
        const char *slash = strrchr(reading->input->name, '/');
        const char *name = slash != NULL ? slash + 1 : reading->input->name;
        const char *dot = strrchr(name, '.');
        code = field_set(&reading->record->title, name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name),
                         reading->caps->title_bytes, err);
    }
    return code;
}

/* ---- Metadata -------------------------------------------------------------------------------- */

/* Takes a date unless one is there; one of before there were PDFs, or of the future, is a clock that was not set. */
static enum err_code offer_date(struct pdf_reading *reading, const char *date, struct err *err)
{
    char **slot = &reading->record->date;
    if (**slot != '\0' || date == NULL) {
        return ERR_OK;
    }
    char tomorrow[16] = "";
    time_t now = time(NULL) + 86400;
    struct tm parts;
    if (gmtime_r(&now, &parts) != NULL) {
        strftime(tomorrow, sizeof tomorrow, "%Y-%m-%d", &parts);
    }
    enum err_code code = field_set_date(slot, date, strlen(date), err);
    if (code == ERR_OK && **slot != '\0' && (strcmp(*slot, "1990") < 0 || strcmp(*slot, tomorrow) > 0)) {
        **slot = '\0';
    }
    return code;
}

static enum err_code offer_moment(struct pdf_reading *reading, GDateTime *moment, struct err *err)
{
    AUTO_G_FREE char *date = moment != NULL ? g_date_time_format(moment, "%Y-%m-%d") : NULL;
    if (moment != NULL) {
        g_date_time_unref(moment);
    }
    return offer_date(reading, date, err);
}

/* When it was made; what a converter or a signature changed later says less. */
static enum err_code find_date(struct pdf_reading *reading, const struct xmp *xmp, struct err *err)
{
    enum err_code code = offer_date(reading, xmp->values[XMP_DATE], err);
    if (code == ERR_OK) {
        code = offer_date(reading, xmp->values[XMP_CREATED], err);
    }
    if (code == ERR_OK) {
        code = offer_moment(reading, poppler_document_get_creation_date_time(reading->document), err);
    }
    if (code == ERR_OK) {
        code = offer_date(reading, xmp->values[XMP_MODIFIED], err);
    }
    return code == ERR_OK ? offer_moment(reading, poppler_document_get_modification_date_time(reading->document), err) : code;
}

static enum err_code find_description(struct pdf_reading *reading, const struct xmp *xmp, struct err *err)
{
    AUTO_G_FREE char *subject = poppler_document_get_subject(reading->document);
    const char *description = xmp->values[XMP_DESCRIPTION] != NULL ? xmp->values[XMP_DESCRIPTION] : subject;
    if (description == NULL || !pdf_has_word(description, strlen(description))) {
        return ERR_OK;
    }
    return field_set(&reading->record->description, description, strlen(description), reading->caps->title_bytes, err);
}

/* Names that programs give when nobody gave one. */
static bool is_person(const char *name)
{
    static const char *const nobody[] = { "administrator", "admin", "author", "auteur", "user", "gebruiker", "owner", "unknown",
                                          "unknown author", "onbekend", "anonymous", "windows user", "windows-gebruiker" };
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        if (strcasecmp(name, nobody[i]) == 0) {
            return false;
        }
    }
    return pdf_has_word(name, strlen(name));
}

/* Who wrote it, what it is about, when it was changed last. */
static enum err_code find_others(struct pdf_reading *reading, const struct xmp *xmp, struct err *err)
{
    struct extract_record *record = reading->record;
    AUTO_G_FREE char *info_author = poppler_document_get_author(reading->document);
    AUTO_G_FREE char *info_keywords = poppler_document_get_keywords(reading->document);
    const char *author = xmp->values[XMP_AUTHOR] != NULL ? xmp->values[XMP_AUTHOR] : info_author;
    const char *subjects = xmp->values[XMP_SUBJECTS] != NULL ? xmp->values[XMP_SUBJECTS] : xmp->values[XMP_KEYWORDS];
    const char *keywords = subjects != NULL ? subjects : info_keywords;
    enum err_code code = ERR_OK;
    if (author != NULL && is_person(author)) {
        code = field_set(&record->author, author, strlen(author), reading->caps->title_bytes, err);
    }
    if (code == ERR_OK && keywords != NULL && pdf_has_word(keywords, strlen(keywords))) {
        code = field_set(&record->keywords, keywords, strlen(keywords), reading->caps->title_bytes, err);
    }
    const char *modified = xmp->values[XMP_MODIFIED];
    if (code == ERR_OK && modified != NULL) {
        code = field_set_date(&record->modified, modified, strlen(modified), err);
    }
    return code;
}

static void xmp_cleanup(struct xmp *xmp)
{
    xmp_done(xmp);
}

enum err_code pdf_read_fields(struct pdf_reading *reading, struct err *err)
{
    AUTO_G_FREE char *packet = poppler_document_get_metadata(reading->document);
    CLEANUP(xmp_cleanup) struct xmp xmp = { { NULL } };
    enum err_code code = packet != NULL ? xmp_read(packet, strlen(packet), &xmp, err) : ERR_OK;
    if (code == ERR_OK) {
        code = find_title(reading, &xmp, err);
    }
    if (code == ERR_OK) {
        code = find_date(reading, &xmp, err);
    }
    if (code == ERR_OK && xmp.values[XMP_LANGUAGE] != NULL) {
        code = field_set_language(&reading->record->language, xmp.values[XMP_LANGUAGE], strlen(xmp.values[XMP_LANGUAGE]), err);
    }
    if (code == ERR_OK) {
        code = find_description(reading, &xmp, err);
    }
    return code == ERR_OK ? find_others(reading, &xmp, err) : code;
}

