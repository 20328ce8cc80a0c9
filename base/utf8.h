/* utf8.h - reading UTF-8 (RFC 3629), character by character. */
#ifndef NASLAG_BASE_UTF8_H
#define NASLAG_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the code point at `text` (len > 0): its length in bytes goes to *ret_len (at least 1).
 * Returns -1 for an invalid sequence (length 1, or the length of the maximal bad prefix). */
int32_t utf8_decode(const char *text, size_t len, size_t *ret_len);
/* Length of the longest valid prefix. */
size_t utf8_valid_prefix(const char *text, size_t len);
/* Moves `at` back to the start of the character it points into. */
size_t utf8_floor(const char *text, size_t len, size_t at);
/* Number of code points in valid UTF-8. */
size_t utf8_count(const char *text, size_t len);

#endif
