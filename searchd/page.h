/* page.h - the pages for people. */
#ifndef NASLAG_SEARCHD_PAGE_H
#define NASLAG_SEARCHD_PAGE_H

#include "searchd/problem.h"
#include "searchd/route.h"

/* GET / and GET /zoeken?q=&pagina=: the form, and below it the results of q when there is one. */
route_handler page_search;
/* The page that says what went wrong; `query` refills the search box and may be NULL. */
void page_problem(const struct problem *problem, const char *query, struct answer *answer);

#endif
