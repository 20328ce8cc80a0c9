/* query.hh - what a shim_query is, for the search that runs it.
 *
 * Xapian's OP_MAX is not safe over several databases (measured with 1.4.22, the code of 2.x reads the
 * same): when two members of a MAX end together in one database and the match goes on in the next,
 * MaxPostList::recalc_maxweight reads a member that was deleted.  Most searches survive that, many crash.
 * So a query is built in three forms, and the reader takes the one that fits it.
 */
#ifndef NASLAG_SHIM_QUERY_HH
#define NASLAG_SHIM_QUERY_HH

#include "shim/guard.hh"

struct shim_query {
    Xapian::Query single;  /* for one database */
    Xapian::Query sharded; /* for several: no MAX that can end */
    Xapian::Query matched; /* the same documents without MAX and AND_MAYBE, for where no weight counts */

    explicit shim_query(const Xapian::Query &leaf) : single(leaf), sharded(leaf), matched(leaf) {}
    shim_query(const Xapian::Query &single_, const Xapian::Query &sharded_, const Xapian::Query &matched_)
        : single(single_), sharded(sharded_), matched(matched_)
    {
    }
};

#endif
