/* query.hh - what a shim_query is, for the search that runs it.
 *
 * Xapian's OP_MAX is not safe by itself (measured with 1.4.22, and the code of 2.x reads the same):
 * when the members of a MAX come to their end together, MaxPostList::recalc_maxweight still reads a
 * member that was deleted, if anything asks again: the next database of a collection does, and so does
 * an OR around it.  Many searches survive that, many crash.  So query.cc builds MAX so that it never ends,
 * which takes a second form of every query: the documents it matches, without weights.
 */
#ifndef NASLAG_SHIM_QUERY_HH
#define NASLAG_SHIM_QUERY_HH

#include "shim/guard.hh"

struct shim_query {
    Xapian::Query query;
    Xapian::Query matched; /* the same documents without MAX and AND_MAYBE, for where no weight counts */

    explicit shim_query(const Xapian::Query &leaf) : query(leaf), matched(leaf) {}
    shim_query(const Xapian::Query &query_, const Xapian::Query &matched_) : query(query_), matched(matched_) {}
};

#endif
