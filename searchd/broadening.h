/* broadening.h - the part of a page of results that tells which other words were searched for, with links to choose otherwise. */
#ifndef NASLAG_SEARCHD_BROADENING_H
#define NASLAG_SEARCHD_BROADENING_H

#include "search/search.h"
#include "searchd/view.h"

/* How a query is asked, beside its words. */
struct page_way {
    unsigned without;   /* bits of enum search_feature */
    bool families;
    const char *family; /* "" for all documents */
};
/* As the result was asked for, but for what is switched off. */
struct page_way page_way_of(const struct search_result *result, unsigned without);
/* Sets `name` to the address of a page of results. */
void page_link(struct view *view, struct view_group *group, const char *name, const char *query, size_t len,
               const struct page_way *way, uint32_t page);
/* Fills the lists `uitbreidingen` and `uitgezet` of a page of results for `query`. */
void page_broadening(struct view *view, const struct search_result *result, const char *query, size_t len);

#endif
