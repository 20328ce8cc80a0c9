/* words.h - the set of known Dutch words: what rules of inflection, compounding and repair are checked against.
 *
 * Made once from a word list (Debian's wdutch: /usr/share/dict/dutch, OpenTaal, BSD or CC BY 3.0) into an image that is kept
 * with the index, so that indexing and querying always use the same one; reading maps the image.  Words are
 * folded (text_fold); hyphenated words stand as written and in closed form.  The word list itself is not part of Naslag.
 *
 * Image, integers little-endian.  Words are numbered in the order of their bytes, and found by hash (hash_bytes):
 *     "NASLAGW2", u32 bucket count (a power of two), u32 letter bytes, u32 word count, 32 bytes SHA-256 of the source
 *     u32 for each bucket and one more    where its references begin: bucket b has those of the words with hash % buckets = b
 *     u32 for each word                   reference: number << 8 | hash >> 56, by bucket
 *     u32 for every eighth word           where its entry begins in the letters
 *     letters: entries { u16 shared | own << 6 | flags << 12, own bytes }: the bytes that it shares with the word before
 *     (none for every eighth), and its own
 * A word that is not there costs two reads as a rule, and its letters are not looked at.
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
/* A walk over all words in the order of their bytes; starts zeroed. */
struct words_cursor {
    char form[128]; /* the word, not NUL-terminated */
    size_t len;
    unsigned flags;
    uint32_t at;
};
/* Moves to the next word; false at the end. */
bool words_next(const struct words *words, struct words_cursor *cursor);
/* "none", or the first 12 hex digits of the digest of the list it was made from. */
const char *words_signature(const struct words *words);

#endif
