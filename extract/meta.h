/* meta.h - metadata that a file or a sidecar states, on its way into a record. */
#ifndef NASLAG_EXTRACT_META_H
#define NASLAG_EXTRACT_META_H

#include "extract/extract.h"
#include "extract/xml.h"

enum meta_slot {
    META_NONE,
    META_TITLE,
    META_AUTHOR,       /* may come more than once */
    META_ORGANISATION,
    META_PROGRAMME,
    META_PERIOD_FROM,
    META_PERIOD_TO,
    META_DATE,
    META_MODIFIED,
    META_KIND,
    META_LANGUAGE,
    META_DESCRIPTION,
    META_KEYWORDS,     /* may come more than once */
    META_URL,
    META_SLOTS
};

struct meta {
    struct buf values[META_SLOTS]; /* as given */
};

void meta_init(struct meta *meta);
void meta_done(struct meta *meta);
/* Takes a value that is not blank.  Of slots that hold one value the first is kept; the others gather theirs, separated
 * by "; ", each once.  A date or address that is none is passed over, so that a later one has its chance; a date may be written
 * as in Dutch text ("6 oktober 2016"). */
void meta_add(struct meta *meta, enum meta_slot slot, const char *text, size_t len);
/* A period as people write it ("2011 t/m 2014"), or one date, which is both ends. */
void meta_add_period(struct meta *meta, const char *text, size_t len);
/* The value, or "". */
const char *meta_value(const struct meta *meta, enum meta_slot slot);
/* Fills the record's fields that are still "".  Titles that programs make up ("Document1", "PowerPoint-presentatie", "Microsoft
 * Word - x.doc") are left out. */
enum err_code meta_store(const struct meta *meta, struct extract_record *record, const struct extract_caps *caps, struct err *err);
/* Whether a program made the title up. */
bool meta_title_is_empty(const char *title);

/* Which element means what. */
struct meta_name {
    const char *element; /* local name */
    enum meta_slot slot;
};
/* Reads a flat list of properties, at any depth (Dublin Core and the like).  A part that cannot be read gives nothing. */
enum err_code meta_read_xml(struct meta *meta, const char *bytes, size_t len, const struct meta_name *names, size_t count,
                            struct err *err);

#endif
