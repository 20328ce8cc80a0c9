/* unicode.h - valid, normalised UTF-8 and the folding that makes equal words equal.
 *
 * unicode.c is the only file that sees <utf8proc.h>.  All text in Naslag is UTF-8 in NFC
 * (Unicode Standard Annex #15) after text_clean; folding is applied to single tokens only, so that stored
 * text keeps its case and accents.
 */
#ifndef NASLAG_TEXT_UNICODE_H
#define NASLAG_TEXT_UNICODE_H

#include "base/buf.h"
#include "base/utf8.h"

/* What text_clean had to mend. */
struct text_repairs {
    size_t bad_bytes; /* byte sequences that are no UTF-8, each replaced by U+FFFD */
    size_t controls;  /* control characters dropped or turned into spaces */
};

/* Appends `text` to `out` as valid UTF-8 in NFC.  Invalid bytes become U+FFFD; NUL and other C0/C1
 * controls except tab, newline, carriage return and form feed are dropped; CR LF and CR become LF;
 * a byte order mark at the start is dropped.  `repairs` may be NULL. */
enum err_code text_clean(const char *text, size_t len, struct buf *out, struct text_repairs *repairs, struct err *err);

enum text_class {
    TEXT_OTHER,  /* punctuation, symbols, white space */
    TEXT_LETTER, /* letters, and marks that follow one */
    TEXT_DIGIT,
    TEXT_MARK,   /* combining mark, soft hyphen, zero-width joiner: part of the word around it */
};
enum text_class text_class_of(int32_t code_point);
bool text_is_upper(int32_t code_point);
bool text_is_lower(int32_t code_point);

#define TEXT_FOLD_MAX 256

/* Folds one token: case folding, accents off, ligatures and compatibility forms spelled out, typographic
 * apostrophes and hyphens to ' and -, soft hyphens and other default-ignorables away.  Writes at
 * most `cap` bytes (no NUL) and returns their number; a token that does not fit is cut at a character. */
size_t text_fold(const char *token, size_t len, char *out, size_t cap);
/* The same, but accents are kept (NFC): what tells `een` from `één`. */
size_t text_fold_case(const char *token, size_t len, char *out, size_t cap);

#endif
