/* xml.c - XML by libxml2's SAX2 events.
 *
 * Never XML_PARSE_NOENT, XML_PARSE_DTDLOAD or XML_PARSE_HUGE.  The handler has no entityDecl, so that nothing is declared.
 */
#include "extract/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <assert.h>
#include <limits.h>
#include <string.h>

#define READER_MAGIC 0x584D4C52U

struct reader {
    unsigned magic;
    const struct xml_handler *handler;
    void *context;
    size_t skipping; /* depth inside an element that is not wanted */
    bool any;
    bool out_of_memory;
};

/* One attribute as SAX2 hands it over: five pointers. */
struct attribute {
    const xmlChar *name, *prefix, *space, *value, *end;
};

static struct reader *reader_of(void *context)
{
    struct reader *reader = context;
    assert(reader != NULL && reader->magic == READER_MAGIC);
    return reader;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int namespace_count,
                     const xmlChar **namespaces, int attribute_count, int default_count, const xmlChar **attributes)
{
    struct reader *reader = reader_of(context);
    (void)prefix;
    (void)namespace_count;
    (void)namespaces;
    (void)default_count;
    reader->any = true;
    if (reader->skipping > 0) {
        reader->skipping++;
        return;
    }
    struct xml_element element = { (const char *)name, space != NULL ? (const char *)space : "", attributes, attribute_count };
    if (reader->handler->start != NULL && !reader->handler->start(reader->context, &element)) {
        reader->skipping = 1;
    }
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct reader *reader = reader_of(context);
    (void)prefix;
    (void)space;
    if (reader->skipping > 0) {
        reader->skipping--;
    } else if (reader->handler->end != NULL) {
        reader->handler->end(reader->context, (const char *)name);
    }
}

static void on_text(void *context, const xmlChar *text, int len)
{
    struct reader *reader = reader_of(context);
    if (reader->skipping == 0 && reader->handler->text != NULL) {
        reader->handler->text(reader->context, (const char *)text, (size_t)len);
    }
}

/* What every entity but the five of XML is: a space.  Were it nothing, the parser would find the document damaged and drop
 * the five from there on. */
static xmlEntityPtr on_entity(void *context, const xmlChar *name)
{
    static xmlChar space[] = " ";
    static xmlEntity entity = { .type = XML_ENTITY_DECL, .content = space, .length = 1, .etype = XML_INTERNAL_PREDEFINED_ENTITY };
    (void)context;
    entity.name = name;
    return &entity;
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *parser_error;
#else
typedef xmlErrorPtr parser_error;
#endif

static void on_error(void *context, parser_error error)
{
    struct reader *reader = reader_of(context);
    reader->out_of_memory = reader->out_of_memory || error->code == XML_ERR_NO_MEMORY;
}

enum err_code xml_read(const char *bytes, size_t len, const struct xml_handler *handler, void *context, uint64_t *ret_unread,
                       struct err *err)
{
    if (len > INT_MAX) {
        return err_set(err, ERR_INVALID, "a part is larger than the XML parser can read");
    }
    struct reader reader = { .magic = READER_MAGIC, .handler = handler, .context = context };
    xmlParserCtxtPtr parser = len > 0 ? xmlCreateMemoryParserCtxt(bytes, (int)len) : NULL;
    if (parser == NULL) {
        return len > 0 ? err_nomem(err, "xml") : err_set(err, ERR_INVALID, "a part of it is empty");
    }
    xmlCtxtUseOptions(parser, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    *parser->sax = (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .getEntity = on_entity,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
    };
    parser->userData = &reader;
    xmlSetStructuredErrorFunc(&reader, on_error);
    xmlParseDocument(parser);
    xmlSetStructuredErrorFunc(NULL, NULL);
    bool damaged = !parser->wellFormed;
    long read = damaged ? xmlByteConsumed(parser) : (long)len;
    xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    xmlFreeParserCtxt(parser);
    if (reader.out_of_memory) {
        return err_nomem(err, "xml");
    }
    if (!reader.any) {
        return err_set(err, ERR_INVALID, "a part of it is no XML");
    }
    *ret_unread = read >= 0 && (size_t)read < len ? len - (size_t)read : damaged;
    return ERR_OK;
}

static struct xml_value value_of(const struct attribute *attribute)
{
    return (struct xml_value){ (const char *)attribute->value, (size_t)(attribute->end - attribute->value) };
}

struct xml_value xml_attribute(const struct xml_element *element, const char *name)
{
    const struct attribute *attributes = element->attributes;
    struct xml_value found = { NULL, 0 };
    for (int i = 0; i < element->attribute_count; i++) {
        if (strcmp((const char *)attributes[i].name, name) == 0 && (found.text == NULL || attributes[i].space == NULL)) {
            found = value_of(&attributes[i]);
        }
    }
    return found;
}

struct xml_value xml_attribute_in(const struct xml_element *element, const char *space, const char *name)
{
    const struct attribute *attributes = element->attributes;
    size_t tail = strlen(space);
    for (int i = 0; i < element->attribute_count; i++) {
        const char *uri = attributes[i].space != NULL ? (const char *)attributes[i].space : "";
        size_t len = strlen(uri);
        if (strcmp((const char *)attributes[i].name, name) == 0 && len >= tail && strcmp(uri + len - tail, space) == 0) {
            return value_of(&attributes[i]);
        }
    }
    return (struct xml_value){ NULL, 0 };
}

bool xml_value_is(struct xml_value value, const char *text)
{
    return value.text != NULL && value.len == strlen(text) && memcmp(value.text, text, value.len) == 0;
}

long xml_value_number(struct xml_value value, long fallback)
{
    long number = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.text[i] < '0' || value.text[i] > '9' || i >= 9) {
            return fallback;
        }
        number = 10 * number + (value.text[i] - '0');
    }
    return value.len > 0 ? number : fallback;
}

bool xml_is_on(const struct xml_element *element)
{
    struct xml_value value = xml_attribute(element, "val");
    return !(xml_value_is(value, "0") || xml_value_is(value, "false") || xml_value_is(value, "off"));
}
