/* memo.h - what forms derive, remembered by all processes of a run: the memory is shared with children that are forked later.
 *
 * Deriving a form costs some ten microseconds of walking through resources; builders meet the same forms, and the lexicons of the
 * parts have them all again.  Any number of processes reads and adds at once without locks: an entry is written first and
 * published by one atomic store, so that one that was cut off is never seen.  When the memory is full nothing more is remembered.
 */
#ifndef NASLAG_TEXT_MEMO_H
#define NASLAG_TEXT_MEMO_H

#include "text/derive.h"

struct memo;
/* Takes `bytes` of address space, used as it fills. */
enum err_code memo_new(size_t bytes, struct memo **ret_memo, struct err *err);
void memo_free(struct memo *memo);
/* From now on children that this process forks do not inherit the memory: they may be processes that are not trusted. */
enum err_code memo_keep(struct memo *memo, struct err *err);
DEFINE_CLEANUP(struct memo, memo_free)

/* False when the form is not known, or what is remembered of it is damaged; *ret_derivation is of no use then. */
bool memo_find(const struct memo *memo, const char *form, size_t len, struct derivation *ret_derivation);
void memo_add(struct memo *memo, const char *form, size_t len, const struct derivation *derivation);

#endif
