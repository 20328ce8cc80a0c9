/* words.h - the set of known Dutch words: what rules of inflection, compounding and repair are checked against.
 *
 * Made once from a word list (Debian's wdutch: /usr/share/dict/dutch, OpenTaal, BSD or CC BY 3.0) into an image that is kept
 * with the index, so that indexing and querying always use the same one; reading maps the image.  Words are
 * folded (text_fold); hyphenated words stand as written and in closed form.  The word list itself is not part of Naslag.
 *
 * Image, integers little-endian:
 *     "NASLAGW1", u32 slot count (a power of two), u32 letter bytes, u32 word count, 32 bytes SHA-256 of the source
 *     slot { u32 offset in letters + 1, or 0 }       open addressing, linear probing, hash words_hash
 *     letters: u8 flags, u8 length, bytes
 */
#ifndef NASLAG_TEXT_WORDS_H
#define NASLAG_TEXT_WORDS_H

#include "base/buf.h"

#define WORDS_DEFAULT_LIST "/usr/share/dict/dutch"

enum words_flag {
    WORDS_LOWER = 1, /* written without a capital: a common word */
    WORDS_NAME = 2,  /* written with a capital at the start: a name */
    WORDS_UPPER = 4, /* written in capitals: an abbreviation */
};

struct words;

/* Reads a word list, one word a line in UTF-8, and appends its image to `image`. */
enum err_code words_make(const char *list_path, struct buf *image, struct err *err);
/* Maps an image file; checks its size and magic. */
enum err_code words_open(const char *path, struct words **ret_words, struct err *err);
/* An image in memory; takes the bytes over (they are free()d by words_free, also on failure). */
enum err_code words_adopt(char *image, size_t len, struct words **ret_words, struct err *err);
/* A set without words: everything that is checked against it fails, and the caller falls back. */
enum err_code words_empty(struct words **ret_words, struct err *err);
void words_free(struct words *words);
DEFINE_CLEANUP(struct words, words_free)

size_t words_count(const struct words *words);
/* Flags of a folded form, 0 when it is not known. */
unsigned words_flags(const struct words *words, const char *form, size_t len);
/* Whether the form is known as a common word. */
bool words_has(const struct words *words, const char *form, size_t len);
/* Walks over all words: `cursor` starts at 0; false at the end.  The form is not NUL-terminated. */
bool words_next(const struct words *words, size_t *cursor, const char **ret_form, size_t *ret_len, unsigned *ret_flags);
/* "none", or the first 12 hex digits of the digest of the list it was made from. */
const char *words_signature(const struct words *words);

#endif
