/* siblings.h - the part of a page of results that tells what a hit stands for: other places, other captures, its family. */
#ifndef NASLAG_SEARCHD_SIBLINGS_H
#define NASLAG_SEARCHD_SIBLINGS_H

#include "search/search.h"
#include "searchd/view.h"

/* Fills the lists `plaatsen` and `versies` of a document and its link `familie_url`.  Links to places only where `is_link` says
 * that an address may be followed. */
void page_siblings(struct view *view, struct view_group *item, const struct search_result *result, const struct search_hit *hit,
                   const char *query, size_t len, bool (*is_link)(const char *url));
/* Fills the links of the page as a whole: to put families together or apart, or to leave the family that is shown. */
void page_families(struct view *view, const struct search_result *result, const char *query, size_t len);

#endif
