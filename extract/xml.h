/* xml.h - the elements and text of an XML document, one after another.
 *
 * No tree is kept.  Entities other than the five of XML are a space, declared or not: nothing is expanded, nothing is
 * fetched.  Names are local names; a prefix says nothing.  Text is valid UTF-8.
 */
#ifndef NASLAG_EXTRACT_XML_H
#define NASLAG_EXTRACT_XML_H

#include "base/buf.h"

struct xml_element {
    const char *name;      /* local name */
    const char *space;     /* URI of its namespace, or "" */
    const void *attributes; /* xml.c's */
    int attribute_count;
};

/* A piece of an attribute; text is NULL when there is no such attribute, and never NUL-terminated. */
struct xml_value {
    const char *text;
    size_t len;
};

struct xml_handler {
    /* False: neither the element's end nor anything in it is reported. */
    bool (*start)(void *context, const struct xml_element *element);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *text, size_t len); /* any of the three may be NULL */
};

/* Reads as much as can be read: a damaged document gives what stands before the damage, and behind it when that is possible.
 * *ret_unread: bytes that were not read, at least 1 of a
 * damaged one.  ERR_INVALID: it has no element at all.  Other codes: want of memory. */
enum err_code xml_read(const char *bytes, size_t len, const struct xml_handler *handler, void *context, uint64_t *ret_unread,
                       struct err *err);

/* The attribute with this local name; of several the one without a namespace. */
struct xml_value xml_attribute(const struct xml_element *element, const char *name);
/* The one whose namespace's URI ends in `space` ("relationships"). */
struct xml_value xml_attribute_in(const struct xml_element *element, const char *space, const char *name);
bool xml_value_is(struct xml_value value, const char *text);
/* A decimal number, or `fallback` when it is none or over 9 digits. */
long xml_value_number(struct xml_value value, long fallback);
/* Whether a switch is on: there, and not "0", "false" or "off" (ISO 29500-1, 17.17.4). */
bool xml_is_on(const struct xml_element *element);

#endif
