/* query.hh - what a shim_query is, for the search that runs it.
 *
 * Two of Xapian's operators cannot be used as they are (measured with 1.4.22), and query.cc builds them
 * from others.  That takes a second form of every query: the documents it matches, without weights.
 */
#ifndef NASLAG_SHIM_QUERY_HH
#define NASLAG_SHIM_QUERY_HH

#include "shim/guard.hh"

struct shim_query {
    Xapian::Query query;
    Xapian::Query matched; /* the same documents, for where no weight counts: no MAX in it */

    explicit shim_query(const Xapian::Query &leaf) : query(leaf), matched(leaf) {}
    shim_query(const Xapian::Query &query_, const Xapian::Query &matched_) : query(query_), matched(matched_) {}
};

#endif
