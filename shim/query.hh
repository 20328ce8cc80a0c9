/* query.hh - what a shim_query is, for the search that runs it. */
#ifndef NASLAG_SHIM_QUERY_HH
#define NASLAG_SHIM_QUERY_HH

#include "shim/guard.hh"

struct shim_query {
    Xapian::Query query;
};

#endif
