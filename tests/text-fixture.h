/* text-fixture.h - what the unit tests of text/ share: a work folder, seeded random text, and two languages. */
#ifndef NASLAG_TESTS_TEXT_FIXTURE_H
#define NASLAG_TESTS_TEXT_FIXTURE_H

#include "base/buf.h"
#include "text/dutch.h"

#define FIXTURE_TEXT_MAX ((size_t)16 << 20)

/* A language of which nothing is known, for all tests; and the installed one, or NULL. */
extern struct dutch *fixture_nothing, *fixture_installed;

/* For cmocka_run_group_tests. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);
/* The path of a file in the work folder, valid until the next call. */
const char *fixture_path(const char *name);
uint32_t fixture_random(uint32_t most);
/* Random bytes, half of them pieces that mean something; returns how many. */
size_t fixture_random_text(char *out, size_t cap);
/* text_clean, which must succeed. */
void fixture_clean(const char *text, size_t len, struct buf *out);
/* RFC 3629, section 4, written out anew. */
bool fixture_is_utf8(const char *text, size_t len);

#endif
