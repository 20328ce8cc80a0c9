/* editor.h - the editor's file: abbreviations, synonyms and successions of names that people add, and pairs that they forbid.
 *
 * Plain UTF-8 text, DIR/redactie.txt (schema.h), read at query time: a change holds at once, without indexing again.
 * One row a line; from a # at the start of a line or behind a space, the rest is a comment:
 *
 *     RVB = Rijksvastgoedbedrijf            abbreviation = what it stands for
 *     ambtenaar ~ rijksambtenaar            synonyms, two or more: a search for one finds the others too
 *     Wob > Woo                             succession, oldest first: a search for one finds the others too, at less weight
 *     ! OR = Overijssel                     never take this pair from the documents
 *     ! AR                                  never take any meaning of this abbreviation from them
 *
 * Words are compared as everywhere (token.h); a word alone among synonyms or names stands for all its inflections.  A row that
 * cannot be read is reported and left out, the others hold.
 */
#ifndef NASLAG_TEXT_EDITOR_H
#define NASLAG_TEXT_EDITOR_H

#include "text/abbrev.h"
#include "text/words.h"

#define EDITOR_BYTES_MAX (1u << 20)
#define EDITOR_ROWS_MAX 10000
#define EDITOR_MEMBERS_MAX 16    /* of one row */
#define EDITOR_WRITTEN_MAX 200   /* bytes of a member as written */
#define EDITOR_PROBLEMS_MAX 20   /* kept; all are counted */

enum editor_kind { EDITOR_ABBREVIATION, EDITOR_SYNONYM, EDITOR_SUCCESSION, EDITOR_FORBIDDEN };

struct editor_member {
    char *written; /* white space trimmed */
    char *words;   /* folded, one space between: at most ABBREV_WORDS_MAX words and ABBREV_LONG_MAX bytes */
    size_t len;    /* of words */
};

struct editor_row {
    enum editor_kind kind;
    uint32_t line;                              /* from 1 */
    struct editor_member members[EDITOR_MEMBERS_MAX]; /* of an abbreviation the brief form first */
    size_t count;                               /* at least 2, of a forbidden row 1 or 2 */
};

struct editor_problem {
    uint32_t line;
    char text[200]; /* one English sentence */
};

struct editor_entry; /* inside of editor.c */

struct editor {
    struct editor_row *rows;
    size_t row_count, row_capacity;
    struct editor_problem problems[EDITOR_PROBLEMS_MAX];
    size_t problem_count; /* may pass EDITOR_PROBLEMS_MAX: the rest is not kept */
    struct editor_entry *entries;
    size_t entry_count, entry_capacity;
};

/* Fails when memory is short only; what is wrong with the text is in ret_editor->problems. */
enum err_code editor_parse(const char *text, size_t len, struct editor **ret_editor, struct err *err);
/* The same from a file.  ERR_NOT_FOUND when there is none, ERR_INVALID when it is too large or no file. */
enum err_code editor_read(const char *path, struct editor **ret_editor, struct err *err);
void editor_free(struct editor *editor);
DEFINE_CLEANUP(struct editor, editor_free)

/* Makes the rows findable; `words` are the known words of the index, for inflection.  Once, before editor_find. */
enum err_code editor_prepare(struct editor *editor, const struct words *words, struct err *err);

/* Where some words stand in the rows. */
struct editor_place {
    const struct editor_row *row;
    size_t member;
};
/* Places of folded words, one space between; a single word also finds the rows that hold another inflection of it, but for the
 * brief form of an abbreviation.  At most `max`, in the order of the file; returns their number.  Not the forbidden rows.
 * `editor` may be NULL. */
size_t editor_find(const struct editor *editor, const struct words *words, const char *text, size_t len,
                   struct editor_place *places, size_t max);
/* Whether any row has a member of several words that begins with this. */
bool editor_begins(const struct editor *editor, const char *text, size_t len);
/* Whether the pair may not be taken from the documents.  Both folded; `editor` may be NULL. */
bool editor_forbids(const struct editor *editor, const char *brief, size_t brief_len, const char *full, size_t full_len);

#endif
