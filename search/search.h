/* search.h - a search in an index: the way in for naslag-search and the daemon's workers.
 *
 * Single-threaded.  Knows no HTTP.  A search sees one generation; when the indexer publishes another,
 * search_index_refresh (cheap: one stat) moves to it.  All strings in results are NUL-terminated UTF-8 and live until
 * search_result_free.
 */
#ifndef NASLAG_SEARCH_SEARCH_H
#define NASLAG_SEARCH_SEARCH_H

#include "base/buf.h"
#include "base/json.h"
#include "search/feature.h"
#include "text/doc_head.h"
#include "text/page_runs.h"

#define SEARCH_COUNT_MAX 100      /* hits a page at most */
#define SEARCH_WINDOW_MAX 10000   /* offset + count at most: deeper paging is an error */
#define SEARCH_FRAGMENTS_MAX 3
#define SEARCH_SIBLINGS_MAX 20   /* other places, or versions, of a hit: more are only counted */
#define SEARCH_MEANINGS_MAX 6     /* of one word: others are too rare to be listed */

struct search_index;

/* ERR_NOT_FOUND: no index there.  ERR_VERSION: made by another format or other resources.  ERR_CORRUPT: a file of the published
 * generation is missing, has another size, or is small and has other contents than were published; larger ones are read as
 * far as searches need, so that damage in them shows later or not at all (naslag-index --verify finds all). */
enum err_code search_index_open(const char *directory, struct search_index **ret_index, struct err *err);
/* Opens this generation, though it is not the published one: search_index_refresh moves to that when it is sound. */
enum err_code search_index_open_generation(const char *directory, uint64_t generation, struct search_index **ret_index,
                                           struct err *err);
void search_index_free(struct search_index *index);
/* Moves to the newest published generation if there is a newer one.  On failure the old one stays in use, and the same error is
 * returned, at little cost, until another is published or a second has passed. */
enum err_code search_index_refresh(struct search_index *index, struct err *err);
/* What is wrong with the editor's file (text/editor.h): one line each, English, "" when all is well.  Such a row is left out; a
 * search never fails on it.  Owned by the index, valid until the next refresh. */
const char *search_index_warnings(const struct search_index *index);
uint64_t search_index_generation(const struct search_index *index);
uint32_t search_index_doc_count(const struct search_index *index);

struct search_request {
    const char *query; /* need not be NUL-terminated or valid */
    size_t query_len;
    uint32_t offset;   /* hits to skip */
    uint32_t count;    /* hits wanted; 0 gives the totals only */
    bool fragments;    /* compute snippets and page hits */
    unsigned without;  /* bits of enum search_feature: what this search does not do */
    uint32_t from, to; /* YYYYMMDD: documents whose date, or without one whose period, falls in it; 0 is open */
    bool families;     /* of documents that are nearly the same only the best one */
    const char *family; /* only the family of the document with this id; NULL: all documents.  The query may then be blank */
};

/* Reads YYYY, YYYY-MM, YYYY-MM-DD or D-M-YYYY as its first day, or as its last; false when it is no date. */
bool search_read_day(const char *text, size_t len, bool last, uint32_t *ret_day);

struct search_page_hits {
    uint32_t page;  /* 1-based; 0 when the document has no pages */
    uint32_t count; /* hits on it */
};

/* What a page is called, and whether its text was recognised in an image and may have mistakes. */
struct search_page_name {
    char label[PAGE_LABEL_SIZE]; /* as printed, "iii"; "" when it is just the number of the page */
    bool ocr;
};

struct search_fragment {
    uint32_t page; /* 0 when the document has no pages */
    char *html;    /* escaped text, hits in <mark>...</mark>, nothing else is markup */
};

/* How words of the query were found in a hit: bits of search_hit.reasons. */
enum search_reason {
    SEARCH_EXACT = 1,     /* as written */
    SEARCH_INFLECTED = 2, /* in another form */
    SEARCH_PART = 4,      /* as a part of a compound */
    SEARCH_BRIEF = 8,     /* through an abbreviation, one way or the other */
    SEARCH_SYNONYM = 16,  /* through a synonym or a succession of the editor's file */
};

/* Another document that a hit stands for. */
struct search_sibling {
    char *id, *name, *path, *source, *kind, *url, *date; /* as in a hit */
    /* Those of a capture that is no document, because nothing had changed, have no id, name, path, kind and date ("") */
    char *captured; /* when a web archive took it: YYYY-MM-DD[Thh:mm:ssZ], or "" */
    bool same;      /* title and text are the same as those of the hit */
};

struct search_hit {
    char *id;       /* stable id of the document: 16 hex digits */
    char *name;     /* record id for .jsonl, else the path relative to its source */
    char *path;     /* where it lies in its source: FILE, or FILE!/NAME for a record or a member of a file */
    char *title;    /* never empty: falls back to the name */
    char *title_html; /* the same, escaped, hits in <mark> */
    char *url;      /* where a reader can open it, or "" */
    char *source;   /* collection name */
    char *kind;     /* document type, or "" */
    char *author, *organisation, *programme; /* or "" */
    uint8_t origins[DOC_FIELDS];             /* where the values come from (text/doc_head.h) */
    char *date;     /* YYYY[-MM[-DD]], or ""; from the metadata, else from the text */
    char *period_from, *period_to; /* the period that it is about, likewise; a period may lack its end */
    char *page_labels, *ocr_pages; /* of all pages, for search_page_name */
    char *archived; /* when it was taken into the archive, likewise */
    double score;
    unsigned reasons;   /* enum search_reason, when fragments were asked for */
    uint32_t hit_count; /* occurrences of query words in the text */
    struct search_page_hits *pages; /* ascending, only pages with hits; empty when the document has no pages */
    size_t page_count;
    struct search_fragment *fragments; /* best first */
    size_t fragment_count;
    /* Only when fragments were asked for. */
    char *captured; /* as of a sibling, when there are siblings; may be NULL */
    struct search_sibling *places; /* where else the same document is, of each address the newest capture */
    size_t place_count;
    uint32_t place_total;
    struct search_sibling *versions; /* other captures of its address, newest first */
    size_t version_count;
    uint32_t version_total;
    uint32_t family_size; /* documents with nearly the same text, in the whole index */
    uint32_t family_left; /* those that match and were left out for this one */
};

/* How other words come from a word of the query. */
enum search_expansion_kind {
    SEARCH_EXPANSION_FULL,  /* it is an abbreviation, and they are what it stands for */
    SEARCH_EXPANSION_BRIEF, /* they are its abbreviation */
    SEARCH_EXPANSION_SYNONYM,
    SEARCH_EXPANSION_SUCCESSOR,
    SEARCH_EXPANSION_PREDECESSOR,
};

struct search_meaning {
    char *text;         /* as a document or the editor writes it; folded when that could not be found */
    char *query;        /* the query with this instead of the word; "" when it would be too long */
    uint32_t documents; /* that define it; 0 when only the editor's file does */
    bool used;          /* searched for too; otherwise it is rarely meant, and only offered */
    bool editorial;     /* from the editor's file */
    char *id, *name;    /* a document that defines it, "" when there is none or fragments were not asked for */
};

/* A word, or some in a row, of the query for which other words are searched too. */
struct search_expansion {
    char *word; /* as typed */
    enum search_expansion_kind kind;
    struct search_meaning meanings[SEARCH_MEANINGS_MAX]; /* used ones first */
    size_t meaning_count;
};

/* Another spelling of the query that has hits: "did you mean". */
struct search_meant {
    char *query; /* the whole query in canonical form; NULL when there is nothing to suggest */
    struct search_meant_word {
        char *from, *to; /* as written, e.g. "lange termijn" and "langetermijn" */
    } *words;
    size_t word_count;
};

struct search_result {
    uint32_t total;   /* matching documents */
    bool total_exact; /* false: at least that many */
    uint32_t offset;
    struct search_hit *hits;
    size_t hit_count;
    char *reading;    /* the query as it was read, canonical */
    char **notes;     /* Dutch sentences: what was unusual about the query */
    size_t note_count;
    struct search_expansion *expansions;
    size_t expansion_count;
    unsigned without; /* as asked */
    bool families;    /* likewise */
    char family[24];  /* likewise; "" when all documents were asked for */
    struct search_meant meant;
    uint64_t generation;
    int64_t took_us;
};

/* ERR_INVALID: the query breaks a cap or the window is too deep; the text is a Dutch sentence for the user. */
enum err_code search_run(struct search_index *index, const struct search_request *request,
                         struct search_result **ret_result, struct err *err);
/* `page` counts from 1. */
void search_name_page(const struct search_hit *hit, uint32_t page, struct search_page_name *ret_name);
void search_result_free(struct search_result *result);
void search_meant_done(struct search_meant *meant);

/* The answer as JSON, the body of GET /v1/documenten and of naslag-search --json:
 * {"totaal":{"aantal":N,"exact":true},"documenten":[{"id","naam","titel","url","bron","soort","auteur","organisatie",
 *  "programma","datum","periode":{"van","tot"},"gearchiveerd","herkomst":{"titel":"bestand"},"pad","score",
 *  "treffers":{"aantal":N,"paginas":[{"pagina":3,"aantal":5,"gedrukt":"iii","ocr":true}]},"reden":["exact","verbuiging",
 *  "samenstellingsdeel","afkorting","synoniem"],"fragmenten":[{"pagina":3,"html":"...","gedrukt":"iii","ocr":true}],
 *  "vastgelegd":"2021-03-01T12:00:00Z",
 *  "vindplaatsen":{"aantal":N,"andere":[{"id","naam","pad","url","bron","soort","datum","vastgelegd"}]},
 *  "versies":{"aantal":N,"andere":[{...,"gelijk":true}]},"familie":{"aantal":N,"samengevoegd":N}}],
 *  "interpretatie":{"gelezen":"...","opmerkingen":["..."],"zonder":["afkortingen"],
 *   "uitbreidingen":[{"woord":"RVB","soort":"afkorting","betekenis":["Rijksvastgoedbedrijf"],"documenten":N,
 *    "keuzes":[{"tekst","vraag","documenten","gebruikt","redactie","document":{"id","naam"}}]}],
 *   "bedoelde_u":{"vraag":"...","woorden":[{"van":"...","naar":"..."}]}}}
 * "gedrukt", what is printed on the page, is null when that is its number; "ocr": its text was recognised in an image.
 * "betekenis" has the texts that are searched for too, "keuzes" all of them; "soort" is afkorting, voluit (the other way
 * round), synoniem, opvolger or voorganger; "document", where it is defined, is null when that is not known;
 * "herkomst" says where each value comes from (doc_origin_name);
 * "vindplaatsen" are the places of the same document, "versies" the captures of its address: "aantal" counts the one that is shown,
 * "andere" are the others, SEARCH_SIBLINGS_MAX at most; "familie" counts the others with nearly the same text;
 * "pagina" is null in a fragment of a document without pages; url, soort, datum are null when not known, and so are "periode",
 * its "tot", and "gearchiveerd", and "bedoelde_u" when there is no other spelling to suggest. */
void search_result_json(const struct search_result *result, struct buf *out);

DEFINE_CLEANUP(struct search_index, search_index_free)
DEFINE_CLEANUP(struct search_result, search_result_free)

#endif
