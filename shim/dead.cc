/* dead.cc - the list of dead documents, as Xapian's matcher reads it.
 *
 * The matcher clones the source once for every shard and tells the clone which database it is for.
 * Until Xapian 1.5 it does so by the database only, so the part is recognised by its uuid;
 * shim_reader_open sees to it that those differ.
 */
#include "shim/reader.hh"

#include <algorithm>

void DeadSource::rewind(const std::vector<uint32_t> &dead)
{
    begin = dead.data();
    end = begin + dead.size();
    at = begin;
    started = false;
}

#if XAPIAN_AT_LEAST(1, 5, 0)
void DeadSource::reset(const Xapian::Database &, Xapian::doccount index)
{
    rewind(parts.at(index).dead);
}
#else
void DeadSource::init(const Xapian::Database &shard)
{
    std::string uuid = shard.get_uuid();
    for (const Part &part : parts) {
        if (part.uuid == uuid) {
            rewind(part.dead);
            return;
        }
    }
    throw Xapian::InternalError("the matcher asked for the dead documents of an unknown database");
}
#endif

void DeadSource::next(double)
{
    if (started) {
        ++at;
    }
    started = true;
}

/* Gallops: the steps are short when the query walks many documents, long when it jumps. */
void DeadSource::skip_to(Xapian::docid docid, double)
{
    started = true;
    size_t left = static_cast<size_t>(end - at);
    size_t step = 1;
    size_t low = 0;
    while (low + step < left && at[low + step] < docid) {
        low += step;
        step *= 2;
    }
    at = std::lower_bound(at + low, at + std::min(low + step, left), docid);
}
