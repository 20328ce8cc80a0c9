/* hyphen.h - where a Dutch word may be hyphenated.
 *
 * F.M. Liang, "Word Hy-phen-a-tion by Com-put-er", 1983, with the pattern files that TeX and LibreOffice use (Debian:
 * hyphen-nl).  Files with spelling changes or levels of patterns, which Dutch does not need, are read as far as they are
 * plain.  Without a pattern file there is no hyphenator and callers do without.
 */
#ifndef NASLAG_TEXT_HYPHEN_H
#define NASLAG_TEXT_HYPHEN_H

#include "base/buf.h"

#define HYPHEN_DEFAULT_PATTERNS "/usr/share/hyphen/hyph_nl_NL.dic"
#define HYPHEN_WORD_MAX 64 /* bytes; longer words have no known points */
#define HYPHEN_IMAGE_MAX ((size_t)256 << 20)

struct hyphen;

/* Reads a pattern file and appends what hyphen_open maps.  ERR_NOT_FOUND: there is no such file; ERR_INVALID: it has no
 * patterns. */
enum err_code hyphen_make(const char *path, struct buf *image, struct err *err);
/* Maps an image file; ERR_CORRUPT when it is none. */
enum err_code hyphen_open(const char *path, struct hyphen **ret_hyphen, struct err *err);
/* From a pattern file, without an image file.  Gives NULL, and no error, when `path` is NULL or absent. */
enum err_code hyphen_new(const char *path, struct hyphen **ret_hyphen, struct err *err);
void hyphen_free(struct hyphen *hyphen);
DEFINE_CLEANUP(struct hyphen, hyphen_free)

/* The points of a folded word: bit i is set when a hyphen may stand before byte i.  All bits are set when nothing is known:
 * no hyphenator, a word with other letters than a-z, or too long. */
uint64_t hyphen_points(const struct hyphen *hyphen, const char *form, size_t len);

#endif
