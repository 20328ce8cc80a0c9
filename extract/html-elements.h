/* html-elements.h - what html.c knows about HTML itself: elements, roles, metadata, declared encodings.  No parser here. */
#ifndef NASLAG_EXTRACT_HTML_ELEMENTS_H
#define NASLAG_EXTRACT_HTML_ELEMENTS_H

#include "extract/flow.h"
#include "text/charset.h"

enum html_kind {
    HTML_PLAIN,
    HTML_BR,
    HTML_CELL,
    HTML_H1,
    HTML_HEADING, /* h2 to h6 */
    HTML_HTML,
    HTML_IMG,
    HTML_LINK,
    HTML_LIST,
    HTML_META,
    HTML_PRE,
    HTML_ROW,
    HTML_TIME,
    HTML_TITLE,
};

enum html_flag {
    HTML_HARD = 1,    /* its text is never text of the page */
    HTML_DROP = 2,    /* not content */
    HTML_HEADER = 4,  /* not content, but for one inside an HTML_SECTION */
    HTML_SECTION = 8, /* <article>, <main> */
    HTML_LOOSE = 16,  /* its break does not count at the start of a table cell */
    HTML_ASIDE = 64,  /* not content, but for a note of the text (html_is_note) */
    HTML_ROOT = 32,   /* always content, whatever its attributes say */
};

struct html_element {
    const char *name;
    enum html_kind kind;
    enum flow_gap gap; /* before and after it */
    unsigned flags;    /* html_flag */
};

/* NULL for one that means nothing here: inline, without consequence.  Names in lower case, as libxml2 gives them. */
const struct html_element *html_element_find(const char *name);
/* Whether it is a note, an example, a quotation of the text itself; an aside that is one is content. */
bool html_is_note(const char *roles, const char *classes);
/* Whether the role attribute says that an element is not content. */
bool html_role_drops(const char *roles, bool in_section);
/* Whether an id or a class is one of those by which pages without <nav> and <footer> call what surrounds their content: trails
 * ("kruimelpad"), skip links, cookie banners, and outside <article> and <main> also navigation, header and footer.  Either may
 * be NULL. */
bool html_name_drops(const char *id, const char *classes, bool in_section);
/* Whether a space-separated list (or NULL) has the word, in any case. */
bool html_has_word(const char *list, const char *word);

/* Metadata: of several sources for one value the one that says most exactly what is meant wins. */
enum html_meta_slot {
    HTML_META_AUTHOR,
    HTML_META_DATE,
    HTML_META_DESCRIPTION,
    HTML_META_KIND,
    HTML_META_LANGUAGE,
    HTML_META_TITLE,
    HTML_META_URL,
    HTML_META_SLOTS
};
struct html_meta {
    char *values[HTML_META_SLOTS]; /* as written; NULL when not given */
    unsigned ranks[HTML_META_SLOTS];
    bool out_of_memory;
};
/* Takes a value if the name is known and its value usable; both may be NULL.  Besides names of <meta>: "canonical", "lang",
 * "xml:lang", "time". */
void html_meta_add(struct html_meta *meta, const char *name, const char *value);
void html_meta_done(struct html_meta *meta);

/* The encoding that a <meta> or XML declaration near the start names, or "". */
void html_declared_charset(const char *bytes, size_t len, char ret_name[CHARSET_NAME_MAX]);

/* Whether `title` is `heading` with something set off before or after it ("Verslag | Gemeente X"). */
bool html_title_extends(const char *title, const char *heading);

/* &#146; and the like: references to C1 controls mean Windows-1252 (HTML standard, 'numeric character reference end
 * state').  `bytes` are the two bytes of one character; true when it was such a one, then *ret_len bytes are in ret_text. */
bool html_mend_reference(const char *bytes, char ret_text[4], size_t *ret_len);

#endif
