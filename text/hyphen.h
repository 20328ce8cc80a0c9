/* hyphen.h - where a Dutch word may be hyphenated.
 *
 * hyphen.c is the only file that sees <hyphen.h> (libhyphen; F.M. Liang's patterns, "Word Hy-phen-a-tion by Com-put-er",
 * 1983).  Built without libhyphen, or opened without a pattern file, there is no hyphenator and callers do without.
 */
#ifndef NASLAG_TEXT_HYPHEN_H
#define NASLAG_TEXT_HYPHEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#define HYPHEN_DEFAULT_PATTERNS "/usr/share/hyphen/hyph_nl_NL.dic"
#define HYPHEN_WORD_MAX 64 /* bytes; longer words have no known points */

struct hyphen;

/* Reads a pattern file.  Gives NULL, and no error, when `path` is NULL or absent, or when Naslag was built without libhyphen. */
enum err_code hyphen_new(const char *path, struct hyphen **ret_hyphen, struct err *err);
void hyphen_free(struct hyphen *hyphen);
DEFINE_CLEANUP(struct hyphen, hyphen_free)

/* The points of a folded word: bit i is set when a hyphen may stand before byte i.  All bits are set when nothing is known:
 * no hyphenator, a word with other letters than a-z, or too long. */
uint64_t hyphen_points(const struct hyphen *hyphen, const char *form, size_t len);

#endif
