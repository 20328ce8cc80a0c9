/* html.c - HTML by libxml2; the only file that sees its headers.
 *
 * The parser's events are used, not its tree: memory stays small, and neither depth nor the size of a text meets libxml2's
 * limits for trees.  The bytes are decoded and cleaned here first, so the parser sees valid UTF-8 only.
 *
 * Content is what stands in the body, without what surrounds it (navigation, site header and footer, asides,
 * forms' controls, hidden elements, and what ids and classes name as such); a <header> inside <article> or <main> belongs to the
 * content.  When nothing is left that way, everything but scripts and styles counts.
 *
 * Title, what a reader would call the page: the <h1> when it is the only one in the content and stands in <main> or
 * <article>, or when <title> is the same with a site's name before or after it ("Verslag - Gemeente X"); otherwise <title>,
 * og:title, the first heading.
 */
#include <libxml/HTMLparser.h>

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "extract/flow.h"
#include "extract/html-elements.h"
#include "extract/internal.h"
#include "text/charset.h"
#include "text/unicode.h"

#define WALK_MAGIC 0x57414C4BU
#define OPEN_MAX 10000  /* open elements that are remembered; deeper ones only count as depth */
#define CATCH_MAX 65536 /* raw bytes of a title */

/* An open element. */
struct open {
    const struct html_element *element; /* NULL: one without a meaning here */
    uint32_t name_hash;
    bool dropped; /* added to walk->dropped */
    bool note;    /* added to walk->notes */
};

struct walk {
    unsigned magic;
    bool everything; /* second pass: nothing is taken for navigation and the like */
    struct open *opens;
    size_t open_count, open_capacity;
    size_t unremembered; /* open elements beyond OPEN_MAX */
    /* How many open elements are ... */
    unsigned hard;       /* never text: scripts, styles, titles */
    unsigned dropped;    /* not content */
    unsigned sections;   /* <article> or <main> */
    unsigned notes;      /* notes of the text, by their role or class */
    unsigned lists;
    unsigned pre;
    bool after_br;       /* no text since the last <br> */
    struct flow flow;
    struct buf *catching; /* title or heading that also takes the text, or NULL */
    struct buf title, h1, other_h1; /* other_h1: in what is not content */
    unsigned h1_count;   /* in the content */
    bool h1_in_section;  /* the first of them is in <article> or <main> */
    struct html_meta meta;
    bool complete; /* the parser reached the end */
    bool out_of_memory;
};

static struct walk *walk_of(void *context)
{
    struct walk *walk = context;
    assert(walk != NULL && walk->magic == WALK_MAGIC);
    return walk;
}

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619U;
    }
    return hash;
}

static bool is_content(const struct walk *walk)
{
    return walk->hard == 0 && (walk->dropped == 0 || walk->everything);
}

static void break_text(struct walk *walk, enum flow_gap gap, bool loose)
{
    if (gap == FLOW_NONE || walk->hard > 0) {
        return;
    }
    if (walk->catching != NULL) {
        buf_add_char(walk->catching, ' ');
    }
    if (loose) {
        flow_loose_break(&walk->flow, gap);
    } else {
        flow_break(&walk->flow, gap);
    }
}

static void add_text(struct walk *walk, const char *text, size_t len)
{
    if (walk->catching != NULL && (walk->hard == 0 || walk->catching == &walk->title)) {
        buf_add(walk->catching, text, len);
    }
    if (is_content(walk)) {
        flow_text(&walk->flow, text, len, walk->pre > 0);
        walk->after_br = false;
    }
}

static void catch_into(struct walk *walk, struct buf *target)
{
    if (walk->catching == NULL && target->len == 0) {
        walk->catching = target;
    }
}

static const char *attribute(const xmlChar **pairs, const char *name)
{
    for (; pairs != NULL && pairs[0] != NULL; pairs += 2) {
        if (strcasecmp((const char *)pairs[0], name) == 0) {
            return pairs[1] != NULL ? (const char *)pairs[1] : "";
        }
    }
    return NULL;
}

/* Whether the element is not content because of itself. */
static bool is_dropped(const struct walk *walk, const struct html_element *element, const xmlChar **pairs)
{
    unsigned flags = element != NULL ? element->flags : 0;
    if ((flags & HTML_ROOT) != 0) {
        return false; /* a body hidden until its script runs is content all the same */
    }
    if ((flags & HTML_DROP) != 0 || ((flags & HTML_HEADER) != 0 && walk->sections == 0)
        || ((flags & HTML_ASIDE) != 0 && walk->notes == 0)) {
        return true;
    }
    const char *hidden = attribute(pairs, "hidden");
    if (hidden != NULL && strcasecmp(hidden, "until-found") != 0) {
        return true;
    }
    bool part = element == NULL || (element->kind != HTML_H1 && element->kind != HTML_HEADING && element->kind != HTML_CELL);
    if (part && html_name_drops(attribute(pairs, "id"), attribute(pairs, "class"), walk->sections > 0)) {
        return true;
    }
    const char *role = attribute(pairs, "role");
    return role != NULL && html_role_drops(role, walk->sections > 0);
}

static void start_void(struct walk *walk, const struct html_element *element, const xmlChar **pairs)
{
    if (element->kind == HTML_BR && walk->hard == 0) {
        if (walk->pre > 0 && is_content(walk)) {
            flow_text(&walk->flow, "\n", 1, true);
        } else {
            break_text(walk, walk->after_br ? FLOW_PARAGRAPH : FLOW_LINE, false);
        }
        walk->after_br = true;
    } else if (element->kind == HTML_IMG) {
        const char *alt = attribute(pairs, "alt");
        if (alt != NULL && *alt != '\0') {
            break_text(walk, FLOW_SPACE, false);
            add_text(walk, alt, strlen(alt));
            break_text(walk, FLOW_SPACE, false);
        }
    } else if (element->kind == HTML_META) {
        const char *names[] = { attribute(pairs, "name"), attribute(pairs, "property"), attribute(pairs, "itemprop"),
                                attribute(pairs, "http-equiv") };
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            html_meta_add(&walk->meta, names[i], attribute(pairs, "content"));
        }
    } else if (element->kind == HTML_LINK && html_has_word(attribute(pairs, "rel"), "canonical")) {
        html_meta_add(&walk->meta, "canonical", attribute(pairs, "href"));
    } else if (element->kind == HTML_TIME && is_content(walk)) {
        html_meta_add(&walk->meta, "time", attribute(pairs, "datetime"));
    } else if (element->kind == HTML_HTML) {
        html_meta_add(&walk->meta, "xml:lang", attribute(pairs, "xml:lang"));
        html_meta_add(&walk->meta, "lang", attribute(pairs, "lang"));
    }
}

/* The breaks and counters of an element that begins, after it was remembered. */
static void begin_element(struct walk *walk, const struct html_element *element)
{
    bool nested = element->kind == HTML_LIST && walk->lists > 0;
    break_text(walk, nested ? FLOW_LINE : element->gap, (element->flags & HTML_LOOSE) != 0);
    walk->sections += (element->flags & HTML_SECTION) != 0;
    walk->lists += element->kind == HTML_LIST;
    walk->pre += element->kind == HTML_PRE;
    if (element->kind == HTML_TITLE && walk->hard == 0) {
        catch_into(walk, &walk->title);
    }
    walk->hard += (element->flags & HTML_HARD) != 0;
    if (walk->hard > 0) {
        return;
    }
    if (element->kind == HTML_H1) {
        walk->h1_in_section = walk->h1_in_section || (walk->h1_count == 0 && walk->dropped == 0 && walk->sections > 0);
        walk->h1_count += walk->dropped == 0;
        catch_into(walk, walk->dropped == 0 ? &walk->h1 : &walk->other_h1);
    }
    if (!is_content(walk)) {
        return;
    }
    if (element->kind == HTML_H1 || element->kind == HTML_HEADING) {
        flow_heading_begin(&walk->flow);
    } else if (element->kind == HTML_ROW) {
        flow_row(&walk->flow);
    } else if (element->kind == HTML_CELL) {
        flow_cell_begin(&walk->flow);
    }
}

static void end_element(struct walk *walk, const struct open *open)
{
    const struct html_element *element = open->element;
    if (element != NULL) {
        bool content = is_content(walk);
        walk->hard -= (element->flags & HTML_HARD) != 0;
        walk->sections -= (element->flags & HTML_SECTION) != 0;
        walk->lists -= element->kind == HTML_LIST;
        walk->pre -= element->kind == HTML_PRE;
        if (walk->hard == 0 && (element->kind == HTML_TITLE || element->kind == HTML_H1)) {
            walk->catching = NULL;
        }
        if (content && (element->kind == HTML_H1 || element->kind == HTML_HEADING)) {
            flow_heading_end(&walk->flow);
        } else if (content && element->kind == HTML_CELL) {
            flow_cell_end(&walk->flow);
        }
        bool nested = element->kind == HTML_LIST && walk->lists > 0;
        if (element->kind != HTML_CELL && element->kind != HTML_BR) {
            break_text(walk, nested ? FLOW_LINE : element->gap, (element->flags & HTML_LOOSE) != 0);
        }
    }
    walk->dropped -= open->dropped;
    walk->notes -= open->note;
}

static void on_start(void *context, const xmlChar *name, const xmlChar **pairs)
{
    struct walk *walk = walk_of(context);
    if (walk->open_count >= OPEN_MAX
        || mem_grow(&walk->opens, &walk->open_capacity, walk->open_count, sizeof *walk->opens) != 0) {
        walk->unremembered++;
        walk->out_of_memory = walk->out_of_memory || walk->open_count < OPEN_MAX;
        return;
    }
    const struct html_element *element = html_element_find((const char *)name);
    struct open *open = &walk->opens[walk->open_count++];
    bool note = html_is_note(attribute(pairs, "role"), attribute(pairs, "class"));
    walk->notes += note;
    *open = (struct open){ element, hash_of((const char *)name), is_dropped(walk, element, pairs), note };
    walk->dropped += open->dropped;
    if (element != NULL) {
        if (walk->hard == 0) {
            start_void(walk, element, pairs);
        }
        if (element->kind != HTML_BR) {
            begin_element(walk, element);
        }
    }
}

static void on_end(void *context, const xmlChar *name)
{
    struct walk *walk = walk_of(context);
    if (walk->unremembered > 0) {
        walk->unremembered--;
        return;
    }
    /* libxml2 does not report the end of an element whose start tag was broken ("<p <b>"). */
    uint32_t hash = hash_of((const char *)name);
    size_t at = walk->open_count;
    while (at > 0 && walk->opens[at - 1].name_hash != hash) {
        at--;
    }
    while (at > 0 && walk->open_count >= at) {
        end_element(walk, &walk->opens[--walk->open_count]);
    }
}

static void on_text(void *context, const xmlChar *text, int len)
{
    struct walk *walk = walk_of(context);
    const char *bytes = (const char *)text;
    char mended[4];
    size_t used = (size_t)len;
    if (len == 2 && html_mend_reference(bytes, mended, &used)) {
        bytes = mended;
    }
    add_text(walk, bytes, used);
}

static void on_document_end(void *context)
{
    walk_of(context)->complete = true;
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *parser_error;
#else
typedef xmlErrorPtr parser_error;
#endif

/* Want of memory can look like an empty page to the parser, and then only this tells. */
static void on_error(void *context, parser_error error)
{
    struct walk *walk = walk_of(context);
    walk->out_of_memory = walk->out_of_memory || error->code == XML_ERR_NO_MEMORY;
}

static void walk_init(struct walk *walk, const struct extract_input *input, size_t len, bool everything)
{
    *walk = (struct walk){ .magic = WALK_MAGIC, .everything = everything };
    flow_init(&walk->flow, 4 * len + 1024, input->caps->record_bytes);
    buf_init(&walk->title, CATCH_MAX);
    buf_init(&walk->h1, CATCH_MAX);
    buf_init(&walk->other_h1, CATCH_MAX);
}

static void walk_done(struct walk *walk)
{
    free(walk->opens);
    flow_done(&walk->flow);
    buf_done(&walk->title);
    buf_done(&walk->h1);
    buf_done(&walk->other_h1);
    html_meta_done(&walk->meta);
}

static enum err_code parse(struct walk *walk, const char *text, size_t len, struct err *err)
{
    if (len > INT_MAX) {
        return err_set(err, ERR_INVALID, "the page is larger than the HTML parser can read");
    }
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    if (parser == NULL) {
        return err_nomem(err, "html");
    }
    *parser->sax = (htmlSAXHandler){
        .startElement = on_start,
        .endElement = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .endDocument = on_document_end,
    };
    parser->userData = walk;
    xmlSetStructuredErrorFunc(walk, on_error);
    htmlDocPtr document = htmlCtxtReadMemory(parser, text, (int)len, NULL, "UTF-8",
                                             HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR
                                                 | HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC);
    xmlSetStructuredErrorFunc(NULL, NULL);
    /* Nothing but want of memory makes the HTML parser stop early. */
    bool stopped = !walk->complete || walk->out_of_memory || walk->meta.out_of_memory;
    xmlFreeDoc(document);
    htmlFreeParserCtxt(parser);
    return stopped ? err_nomem(err, "html") : ERR_OK;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static enum err_code set_title(const struct walk *walk, struct extract_record *record, size_t cap, struct err *err)
{
    AUTO_FREE char *h1 = NULL;
    const struct buf *heading = walk->h1.len > 0 ? &walk->h1 : &walk->other_h1;
    const char *candidates[] = { or_empty(walk->title.data), or_empty(walk->meta.values[HTML_META_TITLE]),
                                 or_empty(heading->data) };
    enum err_code code = field_set(&h1, candidates[2], strlen(candidates[2]), cap, err);
    for (size_t i = 0; code == ERR_OK && i < sizeof candidates / sizeof *candidates && *record->title == '\0'; i++) {
        code = field_set_title(record, candidates[i], strlen(candidates[i]), cap, err);
        record->title_cut = i < 2 ? record->title_cut : 0; /* all of a heading is in the text */
    }
    bool only = walk->h1_count == 1 && walk->h1_in_section;
    if (code == ERR_OK && walk->h1.len > 0 && *h1 != '\0' && (only || html_title_extends(record->title, h1))) {
        free(record->title);
        record->title = TAKE_PTR(h1);
        record->title_cut = 0;
    }
    return code;
}

static enum err_code set_fields(const struct walk *walk, struct extract_record *record,
                                const struct extract_caps *caps, struct err *err)
{
    char *const *values = walk->meta.values;
    const char *date = or_empty(values[HTML_META_DATE]), *url = or_empty(values[HTML_META_URL]);
    const char *kind = or_empty(values[HTML_META_KIND]), *language = or_empty(values[HTML_META_LANGUAGE]);
    const char *description = or_empty(values[HTML_META_DESCRIPTION]), *author = or_empty(values[HTML_META_AUTHOR]);
    enum err_code code = set_title(walk, record, caps->title_bytes, err);
    if (code == ERR_OK) {
        code = field_set(&record->author, author, strlen(author), caps->title_bytes, err);
    }
    if (code == ERR_OK) {
        code = field_set_date(&record->date, date, strlen(date), err);
    }
    if (code == ERR_OK) {
        code = field_set_url(&record->url, url, strlen(url), caps->title_bytes, err);
    }
    if (code == ERR_OK) {
        code = field_set(&record->kind, kind, strlen(kind), caps->title_bytes, err);
    }
    if (code == ERR_OK) {
        code = field_set_language(&record->language, language, strlen(language), err);
    }
    return code != ERR_OK ? code
                          : field_set(&record->description, description, strlen(description), caps->title_bytes, err);
}

/* Decodes and cleans the page. */
static enum err_code decode(const struct extract_input *input, struct extract_record *record, struct buf *page,
                            struct err *err)
{
    char declared[CHARSET_NAME_MAX], encoding[CHARSET_NAME_MAX];
    html_declared_charset(input->bytes, input->len, declared);
    if (input->charset != NULL && *input->charset != '\0') { /* what the server said goes before what the page says */
        snprintf(declared, sizeof declared, "%s", input->charset);
    }
    AUTO_BUF struct buf decoded;
    buf_init(&decoded, 3 * input->len + 64);
    enum err_code code = charset_to_utf8(input->bytes, input->len, declared, &decoded, encoding, err);
    if (code == ERR_OK) {
        code = field_set(&record->encoding, encoding, strlen(encoding), CHARSET_NAME_MAX, err);
    }
    if (code == ERR_OK) {
        buf_init(page, 3 * decoded.len + 64);
        code = text_clean(or_empty(decoded.data), decoded.len, page, NULL, err);
    }
    return code;
}

static enum err_code fill(const struct extract_input *input, struct extract_record *record, struct err *err)
{
    AUTO_BUF struct buf page;
    buf_init(&page, 0);
    enum err_code code = decode(input, record, &page, err);
    for (int pass = 0; code == ERR_OK && pass < 2 && record->text_len == 0; pass++) {
        CLEANUP(walk_done) struct walk walk;
        walk_init(&walk, input, page.len, pass == 1);
        code = parse(&walk, or_empty(page.data), page.len, err);
        if (code == ERR_OK && pass == 0) {
            code = set_fields(&walk, record, input->caps, err);
        }
        if (code == ERR_OK) {
            code = flow_take(&walk.flow, record, input->caps, err);
        }
    }
    struct digest digest = digest_of(input->bytes, input->len);
    memcpy(record->digest, digest.bytes, sizeof record->digest);
    return code;
}

enum err_code html_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    enum err_code code = record_init(&record, "text/html", err);
    if (code == ERR_OK) {
        code = fill(input, &record, err);
    }
    if (code == ERR_OK) {
        code = sink(context, &record, err);
    }
    return code;
}
