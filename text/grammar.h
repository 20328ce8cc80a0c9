/* grammar.h - Dutch words that carry structure, not subject: the closed classes. */
#ifndef NASLAG_TEXT_GRAMMAR_H
#define NASLAG_TEXT_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a folded form is an article, a preposition, a conjunction, or a pronoun that stands like one. */
bool is_function_word(const char *form, size_t len);

#endif
