/* compound.h - splitting Dutch compounds, and completing suspended ones.
 *
 * A split is a way to read a form as known words one after the other, with a linker (s, e, en, er, n, or none, or a hyphen)
 * between them.  Parts are words that can head or modify a compound: not affixes (-heid, -ing, -baar, -lijk, ge-, be-, ver-,
 * ont-), not function words.  Among several splits the best has few, long, verified parts, and boundaries at hyphenation
 * points.  Sources: Monz & de Rijke, CLEF 2001; Koehn & Knight, EACL 2003 (frequency ranking); Alfonseca et al., ACL 2008.
 */
#ifndef NASLAG_TEXT_COMPOUND_H
#define NASLAG_TEXT_COMPOUND_H

#include "text/words.h"

#define COMPOUND_VERSION 1
#define COMPOUND_PARTS_MAX 5
#define COMPOUNDS_IMAGE_MAX ((size_t)64 << 20)

struct compound_part {
    uint8_t start, len; /* bytes of the form, the linker behind it not included */
};

struct compound {
    struct compound_part parts[COMPOUND_PARTS_MAX];
    size_t count; /* 0 when the form is no compound */
};

struct compounds; /* the splitter: known words, hyphenation patterns, and how often each part stands left and right */

/* Appends what the words tell of parts, as an image for compounds_open.  Reads through all words, which takes about a tenth of
 * a second for wdutch; so an index keeps the image. */
enum err_code compounds_learn(const struct words *words, struct buf *image, struct err *err);
/* `words` is borrowed.  `image_path` is a file with that image, or NULL to learn it now; `patterns` is a file with the image of
 * hyphen_make, or NULL.  Files are mapped.  ERR_CORRUPT: one is damaged, or learned from other words. */
enum err_code compounds_open(const struct words *words, const char *image_path, const char *patterns,
                             struct compounds **ret_compounds, struct err *err);
/* Learns and opens, without image files: `patterns` is a TeX-style hyphenation file (Debian's hyphen-nl) or NULL; an absent
 * file is no error. */
enum err_code compounds_new(const struct words *words, const char *patterns, struct compounds **ret_compounds, struct err *err);
void compounds_free(struct compounds *compounds);
DEFINE_CLEANUP(struct compounds, compounds_free)

/* Splits a folded form.  Pure. */
void compound_split(const struct compounds *compounds, const char *form, size_t len, struct compound *ret_compound);
/* Whether a word may be hyphenated before byte `at` of the folded form; true when there are no patterns. */
bool compound_may_break(const struct compounds *compounds, const char *form, size_t len, size_t at);
/* Whether a folded form, linker included (`veiligheids`), can stand first in a compound. */
bool compound_can_lead(const struct compounds *compounds, const char *form, size_t len);
/* Whether a folded form can stand last in a compound. */
bool compound_can_follow(const struct compounds *compounds, const char *form, size_t len);
/* The words that the splitter was made with. */
const struct words *compounds_words(const struct compounds *compounds);

/* A word that stands incomplete in the text: `wet- en regelgeving` has `wet` -> wetgeving. */
struct compound_completion {
    uint32_t start;               /* byte of the incomplete token in the text */
    char form[65];                /* the completed folded form, NUL-terminated */
};
/* Finds suspended compounds in a piece of clean text: `X- en Y`, `X-, Y- en Z`, `X- of Y`, `(X-)Y`, `X(-Y)`, right-hand
 * ones (`Y en -Z`).  Appends to a growable array (mem_grow).  Only completions that are known words, or that the split of
 * the full word supports, are given. */
enum err_code compound_complete(const struct compounds *compounds, const char *text, size_t len,
                                struct compound_completion **list, size_t *capacity, size_t *count, struct err *err);
/* The same for a text that has been cut in tokens. */
struct token;
enum err_code compound_complete_tokens(const struct compounds *compounds, const char *text, size_t len, const struct token *tokens,
                                       size_t token_count, struct compound_completion **list, size_t *capacity, size_t *count,
                                       struct err *err);

#endif
