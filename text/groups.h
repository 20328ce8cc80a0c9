/* groups.h - which documents of a generation belong together: captures of one address, copies, near-copies.
 *
 * Every document has its own place in the index, with its own source, kind, address and dates, so that it is found by any of
 * these and stays when others of its set vanish.  A generation lists the documents that are in a set with others (the members);
 * searching makes one result of a set (search/collapse.h).  The list is made anew for each generation, from the values of the
 * living documents (indexer/group.h).
 *
 * File groups/gNUMBER: "NASLAGG1", u32 number of members, u32 number of sets of each kind, u64 for each family: its id; then the
 * members by part and docid, each u32 part, u32 docid, u32 set of each kind (from 1; 0 is none), u64 uid, u64 moment of capture;
 * then u32 number of captures that are no documents, because nothing had changed, each u32 set of versions, u64 moment, by set and
 * newest first.  All little-endian.
 */
#ifndef NASLAG_TEXT_GROUPS_H
#define NASLAG_TEXT_GROUPS_H

#include "base/buf.h"

enum group_kind {
    GROUP_VERSION, /* captures of one address in web archives */
    GROUP_CONTENT, /* the same title and text */
    GROUP_FAMILY,  /* nearly the same text; of two different contents at least */
    GROUP_KINDS
};

struct group_member {
    uint32_t part, local; /* place in the generation: index of the part, docid in it */
    uint32_t sets[GROUP_KINDS];
    uint64_t uid;         /* the 16 digits as a number */
    uint64_t captured;    /* YYYYMMDDhhmmss; 0 when it is no capture */
};

/* A capture that is no document. */
struct group_capture {
    uint32_t set; /* of versions */
    uint64_t captured;
};

struct groups {
    struct group_member *members; /* by part and docid */
    size_t count;
    uint32_t set_counts[GROUP_KINDS];
    uint64_t *family_ids; /* of families 1, 2, ...: what a family keeps from one generation to the next */
    struct group_capture *captures; /* by set, newest first */
    size_t capture_count;
};

void groups_init(struct groups *groups);
void groups_done(struct groups *groups);
/* The bytes of the file. */
void groups_write(const struct groups *groups, struct buf *out);
/* ERR_CORRUPT when they are not such a file. */
enum err_code groups_read(const void *data, size_t len, struct groups *ret_groups, struct err *err);
/* Loads groups/NAME of an index; "" gives no members. */
enum err_code groups_load(const char *directory, const char *name, struct groups *ret_groups, struct err *err);
/* Writes groups/NAME, synced. */
enum err_code groups_save(const char *directory, const char *name, const struct groups *groups, struct err *err);

/* How many members there are above one a set: copies, earlier captures, or near-copies (other copies not counted). */
uint32_t groups_surplus(const struct groups *groups, enum group_kind kind);

#endif
