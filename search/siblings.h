/* siblings.h - what a hit stands for: other places of the same document, other captures of its address, its family. */
#ifndef NASLAG_SEARCH_SIBLINGS_H
#define NASLAG_SEARCH_SIBLINGS_H

#include "search/collapse.h"
#include "search/index.h"
#include "text/doc_head.h"

/* Where a document lies in its source (struct search_hit, `path`); the caller's, NULL when memory is short. */
char *search_path_of(const struct doc_head *head);

/* Fills places, versions and the family of a hit. */
enum err_code siblings_fill(struct search_index *index, const struct collapse_left *left, uint32_t docid, struct search_hit *hit,
                            struct err *err);
void siblings_done(struct search_hit *hit);

/* The documents of the family of a document (16 hexadecimal digits), ascending docids, owned by the caller; only itself when it has
 * none, nothing when there is no such document. */
enum err_code siblings_family(struct search_index *index, const char *id, uint32_t **ret_docids, size_t *ret_count,
                              struct err *err);

#endif
