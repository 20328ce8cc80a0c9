/* html-elements.c - tables and rules of HTML. */
#include "extract/html-elements.h"

#include <string.h>
#include <strings.h>

#include "extract/internal.h"

#define DECLARED_WITHIN 8192 /* the standard says 1024; old pages have long comments first */

/* In order of name. */
static const struct html_element elements[] = {
    { "address", HTML_PLAIN, FLOW_LINE, HTML_LOOSE },
    { "article", HTML_PLAIN, FLOW_PARAGRAPH, HTML_SECTION },
    { "aside", HTML_PLAIN, FLOW_PARAGRAPH, HTML_ASIDE },
    { "audio", HTML_PLAIN, FLOW_LINE, HTML_DROP },
    { "blockquote", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "body", HTML_PLAIN, FLOW_LINE, HTML_ROOT },
    { "br", HTML_BR, FLOW_NONE, 0 },
    { "button", HTML_PLAIN, FLOW_SPACE, HTML_DROP },
    { "canvas", HTML_PLAIN, FLOW_LINE, HTML_DROP },
    { "caption", HTML_PLAIN, FLOW_LINE, 0 },
    { "center", HTML_PLAIN, FLOW_LINE, HTML_LOOSE },
    { "datalist", HTML_PLAIN, FLOW_SPACE, HTML_DROP },
    { "dd", HTML_PLAIN, FLOW_LINE, 0 },
    { "details", HTML_PLAIN, FLOW_LINE, 0 },
    { "dialog", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "dir", HTML_LIST, FLOW_PARAGRAPH, 0 },
    { "div", HTML_PLAIN, FLOW_LINE, HTML_LOOSE },
    { "dl", HTML_LIST, FLOW_PARAGRAPH, 0 },
    { "dt", HTML_PLAIN, FLOW_LINE, 0 },
    { "fieldset", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "figcaption", HTML_PLAIN, FLOW_LINE, 0 },
    { "figure", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "footer", HTML_PLAIN, FLOW_PARAGRAPH, HTML_DROP },
    { "form", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "frameset", HTML_PLAIN, FLOW_LINE, HTML_ROOT },
    { "h1", HTML_H1, FLOW_PARAGRAPH, 0 },
    { "h2", HTML_HEADING, FLOW_PARAGRAPH, 0 },
    { "h3", HTML_HEADING, FLOW_PARAGRAPH, 0 },
    { "h4", HTML_HEADING, FLOW_PARAGRAPH, 0 },
    { "h5", HTML_HEADING, FLOW_PARAGRAPH, 0 },
    { "h6", HTML_HEADING, FLOW_PARAGRAPH, 0 },
    { "header", HTML_PLAIN, FLOW_PARAGRAPH, HTML_HEADER },
    { "hgroup", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "hr", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "html", HTML_HTML, FLOW_NONE, HTML_ROOT },
    { "iframe", HTML_PLAIN, FLOW_LINE, HTML_DROP },
    { "img", HTML_IMG, FLOW_NONE, 0 },
    { "input", HTML_PLAIN, FLOW_SPACE, HTML_DROP },
    { "legend", HTML_PLAIN, FLOW_LINE, 0 },
    { "li", HTML_PLAIN, FLOW_LINE, 0 },
    { "link", HTML_LINK, FLOW_NONE, 0 },
    { "main", HTML_PLAIN, FLOW_PARAGRAPH, HTML_SECTION | HTML_ROOT },
    { "menu", HTML_LIST, FLOW_PARAGRAPH, 0 },
    { "meta", HTML_META, FLOW_NONE, 0 },
    { "nav", HTML_PLAIN, FLOW_PARAGRAPH, HTML_DROP },
    { "noscript", HTML_PLAIN, FLOW_LINE, HTML_DROP },
    { "ol", HTML_LIST, FLOW_PARAGRAPH, 0 },
    { "optgroup", HTML_PLAIN, FLOW_SPACE, 0 },
    { "option", HTML_PLAIN, FLOW_SPACE, 0 },
    { "p", HTML_PLAIN, FLOW_PARAGRAPH, HTML_LOOSE },
    { "pre", HTML_PRE, FLOW_PARAGRAPH, 0 },
    { "script", HTML_PLAIN, FLOW_NONE, HTML_HARD },
    { "section", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "select", HTML_PLAIN, FLOW_SPACE, HTML_DROP },
    { "style", HTML_PLAIN, FLOW_NONE, HTML_HARD },
    { "summary", HTML_PLAIN, FLOW_LINE, 0 },
    { "svg", HTML_PLAIN, FLOW_NONE, HTML_HARD },
    { "table", HTML_PLAIN, FLOW_PARAGRAPH, 0 },
    { "tbody", HTML_PLAIN, FLOW_LINE, 0 },
    { "td", HTML_CELL, FLOW_NONE, 0 },
    { "template", HTML_PLAIN, FLOW_NONE, HTML_HARD },
    { "textarea", HTML_PLAIN, FLOW_SPACE, HTML_DROP },
    { "tfoot", HTML_PLAIN, FLOW_LINE, 0 },
    { "th", HTML_CELL, FLOW_NONE, 0 },
    { "thead", HTML_PLAIN, FLOW_LINE, 0 },
    { "time", HTML_TIME, FLOW_NONE, 0 },
    { "title", HTML_TITLE, FLOW_NONE, HTML_HARD },
    { "tr", HTML_ROW, FLOW_LINE, 0 },
    { "ul", HTML_LIST, FLOW_PARAGRAPH, 0 },
    { "video", HTML_PLAIN, FLOW_LINE, HTML_DROP },
};

static int compare_element(const void *name, const void *element)
{
    return strcmp(name, ((const struct html_element *)element)->name);
}

const struct html_element *html_element_find(const char *name)
{
    return bsearch(name, elements, sizeof elements / sizeof *elements, sizeof *elements, compare_element);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool html_has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    while (list != NULL && *list != '\0') {
        size_t step = strcspn(list, " \t\n\r\f");
        if (step == len && strncasecmp(list, word, len) == 0) {
            return true;
        }
        list += step + (list[step] != '\0');
    }
    return false;
}

bool html_role_drops(const char *roles, bool in_section)
{
    return html_has_word(roles, "navigation") || html_has_word(roles, "contentinfo")
           || html_has_word(roles, "complementary") || html_has_word(roles, "search")
           || (!in_section && html_has_word(roles, "banner"));
}

bool html_is_note(const char *roles, const char *classes)
{
    static const char *const names[] = { "note", "example", "issue", "warning", "advisement", "admonition", "callout", "footnote",
                                         "pullquote" };
    static const char *const described[] = { "note", "doc-example", "doc-tip", "doc-footnote", "doc-pullquote", "doc-notice" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (html_has_word(classes, names[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof described / sizeof *described; i++) {
        if (html_has_word(roles, described[i])) {
            return true;
        }
    }
    return false;
}

/* Chosen narrowly: what is dropped wrongly is lost, what is kept wrongly is found by its repetition (text/recur.h). */
bool html_name_drops(const char *id, const char *classes, bool in_section)
{
    static const char *const anywhere[] = {
        "breadcrumb", "breadcrumbs", "kruimelpad", "broodkruimels", "broodkruimelpad", "skip", "skiplink", "skiplinks", "skip-link",
        "skip-links", "skip-to-content", "skip-nav", "cookie-banner", "cookiebanner", "cookie-bar", "cookiebar", "cookie-notice",
        "cookie-consent", "cookieconsent", "cookiemelding", "cookie-melding",
    };
    static const char *const outside[] = {
        "navigation", "navigatie", "navbar", "mainnav", "main-nav", "hoofdnavigatie", "hoofdmenu", "mainmenu", "main-menu",
        "footer", "site-footer", "page-footer", "sitefooter", "site-header", "siteheader", "masthead",
    };
    for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++) {
        if (html_has_word(id, anywhere[i]) || html_has_word(classes, anywhere[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside && !in_section; i++) {
        if (html_has_word(id, outside[i]) || html_has_word(classes, outside[i])) {
            return true;
        }
    }
    return !in_section && html_has_word(id, "header");
}

/* ---- Metadata ------------------------------------------------------------------------------- */

/* Order within a slot is order of preference: what says when it was published or issued goes before any date. */
static const struct {
    const char *name;
    enum html_meta_slot slot;
} meta_names[] = {
    { "dcterms.creator", HTML_META_AUTHOR },
    { "dc.creator", HTML_META_AUTHOR },
    { "author", HTML_META_AUTHOR },
    { "article:published_time", HTML_META_DATE },
    { "datePublished", HTML_META_DATE },
    { "dcterms.issued", HTML_META_DATE },
    { "dc.date.issued", HTML_META_DATE },
    { "dcterms.date", HTML_META_DATE },
    { "dc.date", HTML_META_DATE },
    { "dcterms.available", HTML_META_DATE },
    { "dcterms.created", HTML_META_DATE },
    { "dc.date.created", HTML_META_DATE },
    { "date", HTML_META_DATE },
    { "time", HTML_META_DATE },
    { "dcterms.modified", HTML_META_DATE },
    { "dc.date.modified", HTML_META_DATE },
    { "article:modified_time", HTML_META_DATE },
    { "description", HTML_META_DESCRIPTION },
    { "dcterms.description", HTML_META_DESCRIPTION },
    { "dc.description", HTML_META_DESCRIPTION },
    { "dcterms.abstract", HTML_META_DESCRIPTION },
    { "og:description", HTML_META_DESCRIPTION },
    { "dcterms.type", HTML_META_KIND },
    { "dc.type", HTML_META_KIND },
    { "lang", HTML_META_LANGUAGE },
    { "xml:lang", HTML_META_LANGUAGE },
    { "content-language", HTML_META_LANGUAGE },
    { "dcterms.language", HTML_META_LANGUAGE },
    { "dc.language", HTML_META_LANGUAGE },
    { "og:title", HTML_META_TITLE },
    { "dcterms.title", HTML_META_TITLE },
    { "dc.title", HTML_META_TITLE },
    { "canonical", HTML_META_URL },
    { "og:url", HTML_META_URL },
};

/* Whether the value has the form its slot needs; tried on the setters themselves, the judges of it. */
static bool is_usable(struct html_meta *meta, enum html_meta_slot slot, const char *value)
{
    AUTO_FREE char *probe = NULL;
    size_t len = strlen(value);
    enum err_code code = ERR_OK;
    switch (slot) {
    case HTML_META_DATE:
        code = field_set_date(&probe, value, len, NULL);
        break;
    case HTML_META_URL:
        code = field_set_url(&probe, value, len, len, NULL);
        break;
    case HTML_META_LANGUAGE:
        code = field_set_language(&probe, value, len, NULL);
        break;
    case HTML_META_AUTHOR:
        return strstr(value, "://") == NULL && value[strspn(value, " \t\n\r\f-")] != '\0'; /* with an address: the web builder */
    default:
        return value[strspn(value, " \t\n\r\f-")] != '\0'; /* "-" stands for nothing */
    }
    meta->out_of_memory = meta->out_of_memory || code != ERR_OK;
    return probe != NULL;
}

void html_meta_add(struct html_meta *meta, const char *name, const char *value)
{
    if (name == NULL || value == NULL) {
        return;
    }
    for (unsigned i = 0; i < sizeof meta_names / sizeof *meta_names; i++) {
        if (strcasecmp(name, meta_names[i].name) != 0) {
            continue;
        }
        enum html_meta_slot slot = meta_names[i].slot;
        bool better = meta->values[slot] == NULL || i < meta->ranks[slot];
        if (!better || !is_usable(meta, slot, value)) {
            return;
        }
        char *copy = strdup(value);
        if (copy == NULL) {
            meta->out_of_memory = true;
            return;
        }
        free(meta->values[slot]);
        meta->values[slot] = copy;
        meta->ranks[slot] = i;
        return;
    }
}

void html_meta_done(struct html_meta *meta)
{
    for (size_t i = 0; i < HTML_META_SLOTS; i++) {
        free(meta->values[i]);
        meta->values[i] = NULL;
    }
}

/* ---- Declared encoding ---------------------------------------------------------------------- */

/* The first place in [at, end) where `word` stands, in any case; NULL when nowhere. */
static const char *find_word(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);
    for (; (size_t)(end - at) >= len; at++) {
        if (strncasecmp(at, word, len) == 0) {
            return at;
        }
    }
    return NULL;
}

/* Copies the value after `word` = in [at, end). */
static bool take_value(const char *at, const char *end, const char *word, char ret_name[CHARSET_NAME_MAX])
{
    at = find_word(at, end, word);
    if (at == NULL) {
        return false;
    }
    at += strlen(word);
    while (at < end && is_space(*at)) {
        at++;
    }
    if (at == end || *at != '=') {
        return false;
    }
    at++;
    while (at < end && (is_space(*at) || *at == '"' || *at == '\'')) {
        at++;
    }
    size_t used = 0;
    while (at < end && !is_space(*at) && strchr("\"'/;>?", *at) == NULL && used + 1 < CHARSET_NAME_MAX) {
        ret_name[used++] = *at++;
    }
    ret_name[used] = '\0';
    return used > 0;
}

void html_declared_charset(const char *bytes, size_t len, char ret_name[CHARSET_NAME_MAX])
{
    const char *at = bytes, *end = bytes + (len < DECLARED_WITHIN ? len : DECLARED_WITHIN);
    ret_name[0] = '\0';
    while (at < end && (at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        size_t left = (size_t)(end - at);
        if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
            at = find_word(at + 4, end, "-->");
            if (at == NULL) {
                break;
            }
            continue;
        }
        const char *close = memchr(at, '>', left);
        if (close == NULL) {
            break;
        }
        bool meta = left > 5 && strncasecmp(at, "<meta", 5) == 0, xml = left > 5 && strncasecmp(at, "<?xml", 5) == 0;
        const char *word = meta ? "charset" : "encoding";
        if ((meta || xml) && take_value(at, close, word, ret_name)) {
            break;
        }
        at = close;
    }
    /* A declaration that can be read as ASCII is not in UTF-16 (HTML standard, 'prescan'). */
    if (strncasecmp(ret_name, "utf-16", 6) == 0 || strncasecmp(ret_name, "utf-32", 6) == 0) {
        ret_name[0] = '\0';
    }
}

/* ---- Titles and references ------------------------------------------------------------------ */

/* Whether the text between begins (or ends) with a separator, spaces aside. */
static bool sets_off(const char *text, size_t len, bool at_start)
{
    static const char *const separators[] = { "-", "|", ":", "<", ">", "/", "\xC2\xB7", "\xC2\xAB", "\xC2\xBB",
                                              "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\xA2", "\xE2\x80\xBA" };
    while (len > 0 && text[at_start ? 0 : len - 1] == ' ') {
        text += at_start;
        len--;
    }
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t width = strlen(separators[i]);
        if (len >= width && memcmp(at_start ? text : text + len - width, separators[i], width) == 0) {
            return true;
        }
    }
    return false;
}

bool html_title_extends(const char *title, const char *heading)
{
    size_t title_len = strlen(title), len = strlen(heading);
    if (len == 0 || title_len <= len) {
        return false;
    }
    const char *tail = title + title_len - len;
    return (memcmp(title, heading, len) == 0 && sets_off(title + len, title_len - len, true))
           || (memcmp(tail, heading, len) == 0 && sets_off(title, title_len - len, false));
}

bool html_mend_reference(const char *bytes, char ret_text[4], size_t *ret_len)
{
    static const uint16_t windows[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
    };
    unsigned char lead = (unsigned char)bytes[0], next = (unsigned char)bytes[1];
    if (lead != 0xC2 || next < 0x80 || next >= 0xA0 || windows[next - 0x80] == 0) {
        return false;
    }
    unsigned code_point = windows[next - 0x80];
    size_t used = 0;
    if (code_point >= 0x800) {
        ret_text[used++] = (char)(0xE0 | (code_point >> 12));
        ret_text[used++] = (char)(0x80 | ((code_point >> 6) & 0x3F));
    } else {
        ret_text[used++] = (char)(0xC0 | (code_point >> 6));
    }
    ret_text[used++] = (char)(0x80 | (code_point & 0x3F));
    *ret_len = used;
    return true;
}
