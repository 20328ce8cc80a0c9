/* query.h - the query language: text to tree.
 *
 * The grammar, loosest binding first (operators in capitals, Dutch or English):
 *
 *     query   = or
 *     or      = and { ("OR" | "OF") and }
 *     and     = group { ("AND" | "EN") group }
 *     group   = item { item }                 any of the items, ranked; more of them score higher
 *     item    = [ "+" | "-" | "NOT" | "NIET" ] primary
 *     primary = word | word "*" | phrase | "=" word | "=" phrase | field primary | "(" query ")" | near | dates
 *     near    = word "NEAR/" n word { "NEAR/" n word }
 *     field   = "titel:" | "terugkerend:"    in the title | in text that recurs (text/recur.h), which nothing else finds
 *     phrase  = '"' ... '"'                   exact forms in this order, unstemmed
 *     "="                                     exactly this form, where accents count: =een is not =één
 *     dates   = ( "datum:" | "looptijd:" | "gearchiveerd:" ) ( date | date ".." | ".." date | date ".." date )
 *     date    = YYYY | YYYY-MM | YYYY-MM-DD | D-M-YYYY
 *
 * A parse never fails on bad syntax: what cannot be read as an operator is read as words, and a
 * note says so.  Only the caps fail (ERR_INVALID): QUERY_BYTES_MAX, QUERY_TERMS_MAX distinct terms,
 * QUERY_DEPTH_MAX nested parentheses, QUERY_WILDCARDS_MAX, or text that is no UTF-8.
 *
 * Words are cut into tokens by text/token.h, like the documents: one word of the query may give a
 * node with several tokens (`risico-regelreflex`, `wet/regel`).
 *
 * When every letter of a query is a capital, and it has no English operator and no parenthesis, then EN, OF and NIET
 * are words in it.  A bare NEAR is NEAR/10.  In a chain of NEARs the widest distance holds for all.
 *
 * `dates` is a filter: only documents with that date, with a period that overlaps it, or taken into the archive then.  In a
 * group it holds for all of the group, and needs no sign.
 *
 * Exclusions always belong to something: `a AND NOT b` gives the group `a -b`, `a OR NOT b` gives `a` and a note.  So
 * no group in a tree holds exclusions only.
 */
#ifndef NASLAG_SEARCH_QUERY_H
#define NASLAG_SEARCH_QUERY_H

#include "base/buf.h"

#define QUERY_BYTES_MAX 1024
#define QUERY_TERMS_MAX 32    /* distinct folded tokens */
#define QUERY_DEPTH_MAX 8     /* nested parentheses */
#define QUERY_WILDCARDS_MAX 2
#define QUERY_WILDCARD_MIN 3  /* letters before the star; shorter is read as a word, with a note */
#define QUERY_NEAR_MAX 50     /* larger distances are lowered to this, with a note */
#define QUERY_NOTES_MAX 8
#define QUERY_PRINT_MAX (16 * QUERY_BYTES_MAX) /* no canonical form is longer */

enum query_kind {
    QUERY_WORD,     /* tokens[0..token_count): one written word; several tokens when it falls apart */
    QUERY_WILDCARD, /* tokens[0] is the prefix */
    QUERY_PHRASE,   /* tokens in order, exact */
    QUERY_NEAR,     /* tokens within `distance` words of each other, any order */
    QUERY_DATES,    /* a filter: `field`, `from`, `to`; no tokens */
    QUERY_GROUP,    /* children with signs: any of the plain ones, all of the required, none of the excluded */
    QUERY_AND,      /* children: all */
    QUERY_OR,       /* children: any */
};

/* What a filter by date looks at. */
enum query_date_field { QUERY_DATE_DOCUMENT, QUERY_DATE_PERIOD, QUERY_DATE_ARCHIVED };

enum query_sign { QUERY_PLAIN, QUERY_REQUIRED, QUERY_EXCLUDED };

/* A token of the query: a folded form as text/token.h gives it. */
struct query_token {
    char *form; /* NUL-terminated */
    size_t len;
    char *written; /* as the user wrote it; what would read as an operator is in small letters */
    char *accented; /* the form with its accents; NULL when it has none */
};

struct query_node {
    enum query_kind kind;
    enum query_sign sign;  /* its role in the group that holds it */
    bool in_title;         /* under titel: */
    bool in_recurring;     /* under terugkerend: */
    bool joined;           /* WORD: the tokens were written with hyphens, so they may also be one closed word */
    bool exact;            /* WORD, PHRASE: under `=` */
    uint32_t distance;     /* NEAR */
    enum query_date_field field; /* DATES */
    uint32_t from, to;     /* DATES: first and last day, YYYYMMDD; 0 is open, not both */
    struct query_token *tokens;
    size_t token_count;
    struct query_node **children;
    size_t child_count;
};

/* Notes: how malformed or unusual input was read.  The words shown to users are Dutch and are made by query_note_text. */
enum query_note {
    QUERY_NOTE_QUOTE,        /* a quote without its partner: closed at the end */
    QUERY_NOTE_PARENTHESIS,  /* unmatched parenthesis ignored */
    QUERY_NOTE_OPERATOR,     /* an operator without an operand was read as a word or dropped */
    QUERY_NOTE_FIELD,        /* unknown or empty field read as words */
    QUERY_NOTE_STAR,         /* a star after too few letters, or inside a word, was ignored */
    QUERY_NOTE_DISTANCE,     /* NEAR/n lowered to the maximum */
    QUERY_NOTE_EXACT,        /* an `=` that stands before no word or phrase was ignored */
    QUERY_NOTE_ONLY_EXCLUDED, /* only exclusions: nothing to search for */
    QUERY_NOTE_EMPTY,        /* nothing searchable at all */
    QUERY_NOTE_DATE,         /* `datum:` and the like without a date behind it, read as words */
    QUERY_NOTE_KINDS
};

struct query {
    struct query_node *root; /* NULL when nothing searchable is left */
    enum query_note notes[QUERY_NOTES_MAX];
    char *note_words[QUERY_NOTES_MAX]; /* the piece of input it is about, owned by the query, may be "" */
    size_t note_count;
    size_t term_count; /* distinct tokens */
};

enum err_code query_parse(const char *text, size_t len, struct query **ret_query, struct err *err);
void query_free(struct query *query);
DEFINE_CLEANUP(struct query, query_free)

/* The tree in canonical form, for "so was it read": e.g. `wet AND (openbaarheid OR "open op orde") -concept`.
 * Parsing it again gives the same tree and no notes, if it is not longer than QUERY_BYTES_MAX (property tested). */
void query_print(const struct query *query, struct buf *out);
/* A sentence in Dutch for a note, e.g. `Het aanhalingsteken voor "..." is aan het eind gesloten.` */
void query_note_text(enum query_note note, const char *words, struct buf *out);

#endif
