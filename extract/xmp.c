/* xmp.c - XMP is RDF in XML: values are attributes or children of rdf:Description; a child holds text, or an rdf:Alt, rdf:Bag or
 * rdf:Seq with rdf:li items. */
#include "extract/xmp.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "base/buf.h"
#include "text/unicode.h"

#define XMP_BYTES_MAX (1 << 20)
#define VALUE_BYTES_MAX 16384

#define NS_DC "http://purl.org/dc/elements/1.1/"
#define NS_PDF "http://ns.adobe.com/pdf/1.3/"
#define NS_RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define NS_XMP "http://ns.adobe.com/xap/1.0/"

static const struct {
    const char *space, *name;
    enum xmp_value value;
    bool joined; /* all items, not the first */
} properties[] = {
    { NS_DC, "title", XMP_TITLE, false },       { NS_DC, "description", XMP_DESCRIPTION, false },
    { NS_DC, "language", XMP_LANGUAGE, false }, { NS_DC, "date", XMP_DATE, false },
    { NS_XMP, "CreateDate", XMP_CREATED, false }, { NS_XMP, "ModifyDate", XMP_MODIFIED, false },
    { NS_DC, "creator", XMP_AUTHOR, true },     { NS_DC, "subject", XMP_SUBJECTS, true },
    { NS_PDF, "Keywords", XMP_KEYWORDS, false },
};
#define PROPERTIES (sizeof properties / sizeof *properties)

static bool is_named(const xmlNs *space, const xmlChar *name, const char *wanted_space, const char *wanted)
{
    return space != NULL && space->href != NULL && strcmp((const char *)space->href, wanted_space) == 0
        && strcmp((const char *)name, wanted) == 0;
}

static const xmlNode *next_item(const xmlNode *node)
{
    while (node != NULL && !(node->type == XML_ELEMENT_NODE && is_named(node->ns, node->name, NS_RDF, "li"))) {
        node = node->next;
    }
    return node;
}

/* The first item of a property's list, or NULL when it is plain text. */
static const xmlNode *first_item(const xmlNode *property)
{
    const xmlNode *list = property->children;
    while (list != NULL && list->type != XML_ELEMENT_NODE) {
        list = list->next;
    }
    return list != NULL ? next_item(list->children) : NULL;
}

/* Of a title in several languages the default one, which is marked and mostly the first. */
static const xmlNode *default_item(const xmlNode *first)
{
    for (const xmlNode *item = first; item != NULL; item = next_item(item->next)) {
        xmlChar *language = xmlNodeGetLang(item);
        bool is_default = language != NULL && xmlStrcmp(language, (const xmlChar *)"x-default") == 0;
        xmlFree(language);
        if (is_default) {
            return item;
        }
    }
    return first;
}

static void add_content(struct buf *out, const xmlNode *node)
{
    xmlChar *text = xmlNodeGetContent(node);
    if (text != NULL && *text != '\0') {
        if (out->len > 0) {
            buf_add_str(out, "; ");
        }
        buf_add_str(out, (const char *)text);
    }
    xmlFree(text);
}

/* Keeps the value unless an earlier one is there. */
static enum err_code keep(struct xmp *xmp, enum xmp_value value, struct buf *text, struct err *err)
{
    if (text->failed && !text->too_big) {
        return err_nomem(err, "xmp_read");
    }
    if (xmp->values[value] != NULL || text->len == 0) {
        return ERR_OK;
    }
    AUTO_BUF struct buf clean; /* libxml2 gives bytes of a damaged packet as they are */
    buf_init(&clean, 3 * VALUE_BYTES_MAX);
    enum err_code code = text_clean(text->data, text->len, &clean, NULL, err);
    if (code == ERR_OK) {
        xmp->values[value] = buf_take(&clean);
        code = xmp->values[value] != NULL ? ERR_OK : err_nomem(err, "xmp_read");
    }
    return code;
}

static enum err_code read_property(const xmlNode *node, struct xmp *xmp, struct err *err)
{
    for (size_t i = 0; i < PROPERTIES; i++) {
        if (!is_named(node->ns, node->name, properties[i].space, properties[i].name)) {
            continue;
        }
        AUTO_BUF struct buf text;
        buf_init(&text, VALUE_BYTES_MAX);
        const xmlNode *item = first_item(node);
        if (item == NULL) {
            add_content(&text, node);
        } else if (!properties[i].joined) {
            add_content(&text, default_item(item));
        }
        for (; item != NULL && properties[i].joined; item = next_item(item->next)) {
            add_content(&text, item);
        }
        return keep(xmp, properties[i].value, &text, err);
    }
    return ERR_OK;
}

static enum err_code read_attribute(const xmlAttr *attribute, struct xmp *xmp, struct err *err)
{
    for (size_t i = 0; i < PROPERTIES; i++) {
        if (is_named(attribute->ns, attribute->name, properties[i].space, properties[i].name)) {
            AUTO_BUF struct buf text;
            buf_init(&text, VALUE_BYTES_MAX);
            add_content(&text, (const xmlNode *)attribute);
            return keep(xmp, properties[i].value, &text, err);
        }
    }
    return ERR_OK;
}

static enum err_code read_description(const xmlNode *description, struct xmp *xmp, struct err *err)
{
    enum err_code code = ERR_OK;
    for (const xmlAttr *at = description->properties; at != NULL && code == ERR_OK; at = at->next) {
        code = read_attribute(at, xmp, err);
    }
    for (const xmlNode *at = description->children; at != NULL && code == ERR_OK; at = at->next) {
        if (at->type == XML_ELEMENT_NODE) {
            code = read_property(at, xmp, err);
        }
    }
    return code;
}

/* rdf:RDF is the root, or its child. */
static const xmlNode *find_rdf(const xmlNode *root)
{
    if (root != NULL && !is_named(root->ns, root->name, NS_RDF, "RDF")) {
        root = root->children;
        while (root != NULL && !(root->type == XML_ELEMENT_NODE && is_named(root->ns, root->name, NS_RDF, "RDF"))) {
            root = root->next;
        }
    }
    return root;
}

enum err_code xmp_read(const char *bytes, size_t len, struct xmp *ret_xmp, struct err *err)
{
    struct xmp xmp = { { NULL } };
    enum err_code code = ERR_OK;
    /* No entities beyond the predefined ones, nothing loaded, and no more depth and size than libxml2 allows by itself. */
    xmlDoc *doc = len == 0 || len > XMP_BYTES_MAX ? NULL
        : xmlReadMemory(bytes, (int)len, NULL, NULL,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_RECOVER | XML_PARSE_COMPACT);
    const xmlNode *rdf = doc != NULL ? find_rdf(xmlDocGetRootElement(doc)) : NULL;
    const xmlNode *at = rdf != NULL ? rdf->children : NULL;
    for (; at != NULL && code == ERR_OK; at = at->next) {
        if (at->type == XML_ELEMENT_NODE && is_named(at->ns, at->name, NS_RDF, "Description")) {
            code = read_description(at, &xmp, err);
        }
    }
    if (doc != NULL) {
        xmlFreeDoc(doc);
    }
    if (code != ERR_OK) {
        xmp_done(&xmp);
        return code;
    }
    *ret_xmp = xmp;
    return ERR_OK;
}

void xmp_done(struct xmp *xmp)
{
    for (size_t i = 0; i < XMP_VALUES; i++) {
        free(xmp->values[i]);
        xmp->values[i] = NULL;
    }
}
