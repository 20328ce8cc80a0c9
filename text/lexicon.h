/* lexicon.h - the word forms of one part: by derived term, and all of them in order.
 *
 * Positions belong to exact forms, so marking what a derived term matched needs the forms behind it.  The order of all
 * forms is for finding those that are like a given one (search/fuzzy.h).  Built from a part's terms when the part is made.
 *
 * File format, integers little-endian:
 *     "NASLAGL2", u32 term count, u32 form count, u32 word count, u32 letter bytes
 *     term { u32 offset in letters, u32 first form }            ascending by bytes; one more row ends the table
 *     form { u32 offset in letters, u32 document frequency }    by term, most frequent first
 *     word { u32 offset in letters, u32 document frequency }    every form once, ascending by bytes
 *     letters: strings of u8 length + bytes
 */
#ifndef NASLAG_TEXT_LEXICON_H
#define NASLAG_TEXT_LEXICON_H

#include "text/derive.h"

/* ---- Building ----------------------------------------------------------------------------- */

struct lexicon_builder; /* borrows its deriver */
enum err_code lexicon_builder_new(struct deriver *deriver, struct lexicon_builder **ret_builder, struct err *err);
void lexicon_builder_free(struct lexicon_builder *builder);
DEFINE_CLEANUP(struct lexicon_builder, lexicon_builder_free)
/* Adds a form with its document frequency; what it derives is found here. */
enum err_code lexicon_builder_add(struct lexicon_builder *builder, const char *form, size_t len, uint32_t frequency,
                                  struct err *err);
/* Writes the file (not synced). */
enum err_code lexicon_builder_write(struct lexicon_builder *builder, const char *path, struct err *err);

/* ---- Reading ------------------------------------------------------------------------------ */

struct lexicon;
enum err_code lexicon_open(const char *path, struct lexicon **ret_lexicon, struct err *err);
void lexicon_free(struct lexicon *lexicon);
DEFINE_CLEANUP(struct lexicon, lexicon_free)

struct lexicon_form {
    const char *form; /* not NUL-terminated; lives as long as the lexicon */
    size_t len;
    uint32_t frequency;
};
/* The forms of a derived term (with its prefix), most frequent first: *ret_count of them, read with lexicon_form_at from
 * *ret_first on. */
void lexicon_find(const struct lexicon *lexicon, const char *term, size_t len, uint32_t *ret_first, uint32_t *ret_count);
struct lexicon_form lexicon_form_at(const struct lexicon *lexicon, uint32_t index);
/* All forms, each once, ascending by bytes. */
uint32_t lexicon_word_count(const struct lexicon *lexicon);
/* An empty form past the end. */
struct lexicon_form lexicon_word_at(const struct lexicon *lexicon, uint32_t index);
/* The first word from index `from` on that is not before `form`; the word count when there is none.  Cheap when it is near. */
uint32_t lexicon_word_seek(const struct lexicon *lexicon, uint32_t from, const char *form, size_t len);
/* The document frequency of a form, 0 when it is not there. */
uint32_t lexicon_word_frequency(const struct lexicon *lexicon, const char *form, size_t len);

#endif
