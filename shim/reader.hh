/* reader.hh - what a shim_reader is, for the files that read and search. */
#ifndef NASLAG_SHIM_READER_HH
#define NASLAG_SHIM_READER_HH

#include "shim/guard.hh"

#include <string>
#include <vector>

/* One database of the collection.  Its dead docids are local, ascending, and all exist. */
struct Part {
    std::string uuid;
    std::vector<uint32_t> dead;
    uint32_t last_docid = 0;
};

/* The dead documents as a list that the matcher walks; excluded with AND_NOT (dead.cc). */
class DeadSource : public Xapian::PostingSource {
  public:
    explicit DeadSource(const std::vector<Part> &parts_) : parts(parts_) {}

    PostingSource *clone() const override { return new DeadSource(parts); }
#if XAPIAN_AT_LEAST(1, 5, 0)
    void reset(const Xapian::Database &shard, Xapian::doccount index) override;
#else
    void init(const Xapian::Database &shard) override;
#endif
    Xapian::doccount get_termfreq_min() const override { return count(); }
    Xapian::doccount get_termfreq_est() const override { return count(); }
    Xapian::doccount get_termfreq_max() const override { return count(); }
    Xapian::docid get_docid() const override { return *at; }
    bool at_end() const override { return at == end; }
    void next(double) override;
    void skip_to(Xapian::docid docid, double) override;
    std::string get_description() const override { return "dead"; }

  private:
    const std::vector<Part> &parts;
    const uint32_t *begin = nullptr;
    const uint32_t *end = nullptr;
    const uint32_t *at = nullptr;
    bool started = false;

    void rewind(const std::vector<uint32_t> &dead);
    Xapian::doccount count() const { return static_cast<Xapian::doccount>(end - begin); }
};

struct shim_reader {
    Xapian::Database database; /* without any shard when there are no parts: few of its methods bear that */
    std::vector<Part> parts;
    uint32_t dead_count = 0;
    uint32_t alive_count = 0;
    double average_length = 0;
    std::vector<uint32_t> positions; /* what shim_reader_positions lends out */
    DeadSource dead{ parts };

    shim_reader() = default;
    shim_reader(const shim_reader &) = delete; /* `dead` points into `parts` */
    shim_reader &operator=(const shim_reader &) = delete;

    bool is_dead(uint32_t docid) const;
};

#endif
