/* token.h - cutting clean text into tokens, the same for documents and queries.
 *
 * A token is a maximal run of letters, digits and marks, with these joiners inside:
 *   - an apostrophe between letters or digits and letters (collega's, zbo's, 's-Gravenhage gives s and Gravenhage);
 *   - `&` and `+` between letters when both sides are short (A+O, P&O, V&J);
 *   - `.` or `,` in a number (120.000, 35,6, 1.234.567,89); 31.12.2020 is no number and gives three tokens.
 * Hyphens, slashes and all else end a token.  Tokens that a hyphen joins (risico-regelreflex, 2011-2014,
 * secretaris-generaal) are marked as a chain, so that the closed form
 * can be indexed too.
 *
 * The form is the folded token (text_fold), with thousands' dots taken out of numbers (120.000 -> 120000)
 * and typographic apostrophes as ' (collega's).  Forms longer than TOKEN_FORM_MAX bytes are cut at a character.
 */
#ifndef NASLAG_TEXT_TOKEN_H
#define NASLAG_TEXT_TOKEN_H

#include "base/buf.h"

#define TOKEN_FORM_MAX 64

struct token {
    uint32_t start, end; /* bytes in the text */
    uint8_t form_len;
    bool chained;        /* a hyphen joins it to the token before it */
    bool number;         /* holds digits only (and . ,) */
    bool accented;       /* folding took an accent off */
    char form[TOKEN_FORM_MAX + 1]; /* NUL-terminated */
};

struct tokenizer {
    const char *text;
    size_t len, at;
    size_t previous_end; /* where the last token ended; SIZE_MAX before the first */
};

void tokenizer_init(struct tokenizer *tokenizer, const char *text, size_t len);
/* The next token; false at the end of the text.  A token that folds to nothing has an empty form: it is indexed
 * nowhere, but counts as a position. */
bool tokenizer_next(struct tokenizer *tokenizer, struct token *token);
/* The same without making forms: only start, end, chained and number are filled.  Visits exactly the tokens
 * that tokenizer_next does; for counting positions in text that was indexed before. */
bool tokenizer_skip(struct tokenizer *tokenizer, struct token *token);

#endif
