/* collapse.c - sets of documents in a search. */
#include "search/collapse.h"

#include <string.h>

#include "base/mem.h"
#include "text/schema.h"

/* The sets of one kind: those of set s are items[starts[s]] up to items[starts[s + 1]]. */
struct sets {
    uint32_t *starts;
    uint32_t *items; /* docids */
};

struct collapse {
    struct groups groups;
    uint32_t *docids; /* of all members, ascending */
    uint32_t *order;  /* the member of each docid */
    uint32_t *strict; /* docids of those that are copies or versions: what a search asks for that does not want families */
    size_t strict_count;
    struct sets sets[GROUP_KINDS];
    uint32_t *family_sizes; /* different contents */
};

void collapse_free(struct collapse *collapse)
{
    if (collapse != NULL) {
        for (int kind = 0; kind < GROUP_KINDS; kind++) {
            free(collapse->sets[kind].starts);
            free(collapse->sets[kind].items);
        }
        groups_done(&collapse->groups);
        free(collapse->docids);
        free(collapse->order);
        free(collapse->strict);
        free(collapse->family_sizes);
        free(collapse);
    }
}

bool collapse_is_empty(const struct collapse *collapse)
{
    return collapse->groups.count == 0;
}

/* ---- Opening ------------------------------------------------------------------------------ */

/* A member under its docid. */
struct placed {
    uint32_t docid, member;
};

static int by_docid(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    return a->docid < b->docid ? -1 : a->docid > b->docid;
}

static enum err_code place_members(struct collapse *collapse, const struct generation *generation,
                                   const struct shim_reader *reader, struct err *err)
{
    size_t count = collapse->groups.count;
    AUTO_FREE struct placed *placed = calloc(count + 1, sizeof *placed);
    collapse->docids = calloc(count + 1, sizeof *collapse->docids);
    collapse->order = calloc(count + 1, sizeof *collapse->order);
    collapse->strict = calloc(count + 1, sizeof *collapse->strict);
    if (placed == NULL || collapse->docids == NULL || collapse->order == NULL || collapse->strict == NULL) {
        return err_nomem(err, "a list of copies");
    }
    for (size_t i = 0; i < count; i++) {
        const struct group_member *member = &collapse->groups.members[i];
        placed[i] = (struct placed){ shim_reader_docid(reader, member->part, member->local), (uint32_t)i };
        if (member->part >= generation->part_count || member->local > shim_reader_last_docid(reader, member->part)
            || placed[i].docid == 0) {
            return err_set(err, ERR_CORRUPT, "a list of copies names a document that is not there");
        }
    }
    qsort(placed, count, sizeof *placed, by_docid);
    for (size_t i = 0; i < count; i++) {
        collapse->docids[i] = placed[i].docid;
        collapse->order[i] = placed[i].member;
        const uint32_t *sets = collapse->groups.members[placed[i].member].sets;
        if (sets[GROUP_VERSION] != 0 || sets[GROUP_CONTENT] != 0) {
            collapse->strict[collapse->strict_count++] = placed[i].docid;
        }
    }
    return ERR_OK;
}

/* Whether one member stands for another: the newer capture, then the lower uid. */
static bool is_before(const struct group_member *one, const struct group_member *other)
{
    return one->captured != other->captured ? one->captured > other->captured : one->uid < other->uid;
}

static int by_standing(const void *left, const void *right, void *context)
{
    const struct collapse *collapse = context;
    const struct group_member *a = &collapse->groups.members[*(const uint32_t *)left];
    const struct group_member *b = &collapse->groups.members[*(const uint32_t *)right];
    return a == b ? 0 : is_before(a, b) ? -1 : is_before(b, a) ? 1 : a < b ? -1 : 1;
}

static enum err_code list_sets(struct collapse *collapse, const struct shim_reader *reader, enum group_kind kind, struct err *err)
{
    const struct groups *groups = &collapse->groups;
    struct sets *sets = &collapse->sets[kind];
    uint32_t count = groups->set_counts[kind];
    AUTO_FREE uint32_t *ends = calloc((size_t)count + 2, sizeof *ends);
    sets->starts = calloc((size_t)count + 2, sizeof *sets->starts);
    sets->items = calloc(groups->count + 1, sizeof *sets->items);
    if (ends == NULL || sets->starts == NULL || sets->items == NULL) {
        return err_nomem(err, "a list of copies");
    }
    for (size_t i = 0; i < groups->count; i++) {
        sets->starts[groups->members[i].sets[kind] + 1] += groups->members[i].sets[kind] != 0;
    }
    for (uint32_t set = 1; set <= count; set++) {
        sets->starts[set + 1] += sets->starts[set];
        ends[set] = sets->starts[set];
    }
    for (size_t i = 0; i < groups->count; i++) {
        uint32_t set = groups->members[i].sets[kind];
        if (set != 0) {
            sets->items[ends[set]++] = (uint32_t)i;
        }
    }
    for (uint32_t set = 1; set <= count; set++) {
        qsort_r(sets->items + sets->starts[set], sets->starts[set + 1] - sets->starts[set], sizeof *sets->items, by_standing,
                collapse);
    }
    for (size_t i = 0; i < sets->starts[count + 1]; i++) { /* from members to docids */
        const struct group_member *member = &groups->members[sets->items[i]];
        sets->items[i] = shim_reader_docid(reader, member->part, member->local);
    }
    return ERR_OK;
}

static const struct group_member *find_member(const struct collapse *collapse, uint32_t docid)
{
    size_t low = 0, high = collapse->groups.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (collapse->docids[middle] < docid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < collapse->groups.count && collapse->docids[low] == docid;
    return found ? &collapse->groups.members[collapse->order[low]] : NULL;
}

/* Copies within a family count once. */
static enum err_code measure_families(struct collapse *collapse, struct err *err)
{
    const struct groups *groups = &collapse->groups;
    AUTO_FREE bool *seen = calloc((size_t)groups->set_counts[GROUP_CONTENT] + 1, sizeof *seen);
    collapse->family_sizes = calloc((size_t)groups->set_counts[GROUP_FAMILY] + 1, sizeof *collapse->family_sizes);
    if (seen == NULL || collapse->family_sizes == NULL) {
        return err_nomem(err, "a list of copies");
    }
    for (size_t i = 0; i < groups->count; i++) {
        const uint32_t *sets = groups->members[i].sets;
        if (sets[GROUP_FAMILY] != 0 && (sets[GROUP_CONTENT] == 0 || !seen[sets[GROUP_CONTENT]])) {
            collapse->family_sizes[sets[GROUP_FAMILY]]++;
            seen[sets[GROUP_CONTENT]] = true;
        }
    }
    return ERR_OK;
}

enum err_code collapse_open(const char *directory, const struct generation *generation, const struct shim_reader *reader,
                            struct collapse **ret_collapse, struct err *err)
{
    CLEANUP(collapse_free_cleanup) struct collapse *collapse = calloc(1, sizeof *collapse);
    if (collapse == NULL) {
        return err_nomem(err, "a list of copies");
    }
    enum err_code code = groups_load(directory, generation->groups, &collapse->groups, err);
    if (code == ERR_OK) {
        code = place_members(collapse, generation, reader, err);
    }
    for (int kind = 0; kind < GROUP_KINDS && code == ERR_OK; kind++) {
        code = list_sets(collapse, reader, (enum group_kind)kind, err);
    }
    if (code == ERR_OK) {
        code = measure_families(collapse, err);
    }
    if (code == ERR_OK) {
        *ret_collapse = TAKE_PTR(collapse);
    }
    return code;
}

/* ---- One document ------------------------------------------------------------------------- */

size_t collapse_set(const struct collapse *collapse, uint32_t docid, enum group_kind kind, const uint32_t **ret_docids)
{
    const struct group_member *member = find_member(collapse, docid);
    uint32_t set = member != NULL ? member->sets[kind] : 0;
    const struct sets *sets = &collapse->sets[kind];
    *ret_docids = sets->items + sets->starts[set];
    return set != 0 ? sets->starts[set + 1] - sets->starts[set] : 0;
}

uint64_t collapse_captured(const struct collapse *collapse, uint32_t docid)
{
    const struct group_member *member = find_member(collapse, docid);
    return member != NULL ? member->captured : 0;
}

size_t collapse_unchanged(const struct collapse *collapse, uint32_t docid, const struct group_capture **ret_captures)
{
    const struct group_member *member = find_member(collapse, docid);
    uint32_t set = member != NULL ? member->sets[GROUP_VERSION] : 0;
    const struct groups *groups = &collapse->groups;
    size_t low = 0, high = groups->capture_count, end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (groups->captures[middle].set < set) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (end = low; end < groups->capture_count && groups->captures[end].set == set;) {
        end++;
    }
    *ret_captures = groups->captures + low;
    return set != 0 ? end - low : 0;
}

bool collapse_same(const struct collapse *collapse, uint32_t one, uint32_t other)
{
    const struct group_member *a = find_member(collapse, one), *b = find_member(collapse, other);
    return a != NULL && b != NULL && a->sets[GROUP_CONTENT] != 0 && a->sets[GROUP_CONTENT] == b->sets[GROUP_CONTENT];
}

uint32_t collapse_family_size(const struct collapse *collapse, uint32_t docid)
{
    const struct group_member *member = find_member(collapse, docid);
    uint32_t size = member != NULL ? collapse->family_sizes[member->sets[GROUP_FAMILY]] : 0;
    return size > 0 ? size - 1 : 0;
}

/* ---- One query ---------------------------------------------------------------------------- */

void collapse_left_done(struct collapse_left *left)
{
    free(left->docids);
    free(left->by_family);
    *left = (struct collapse_left){ .count = 0 };
}

uint32_t collapse_left_for(const struct collapse *collapse, const struct collapse_left *left, uint32_t docid)
{
    const struct group_member *member = left->by_family != NULL ? find_member(collapse, docid) : NULL;
    return member != NULL && member->sets[GROUP_FAMILY] != 0 ? left->by_family[member->sets[GROUP_FAMILY]] : 0;
}

/* Takes both operands. */
static enum err_code combine(enum shim_op op, struct shim_query *first, struct shim_query *second, struct shim_query **ret_query,
                             struct err *err)
{
    struct shim_query *operands[] = { first, second };
    return shim_query_combine(op, operands, 2, ret_query, err);
}

static enum err_code limit(enum shim_op op, const struct shim_reader *reader, const uint32_t *docids, size_t count,
                           struct shim_query **query, struct err *err)
{
    struct shim_query *list, *limited;
    enum err_code code = shim_query_documents(reader, docids, count, &list, err);
    if (code == ERR_OK) {
        code = combine(op, TAKE_PTR(*query), list, &limited, err);
    }
    if (code == ERR_OK) {
        *query = limited;
    }
    return code;
}

enum err_code collapse_without(const struct shim_reader *reader, const uint32_t *docids, size_t count, struct shim_query **query,
                               struct err *err)
{
    return count == 0 ? ERR_OK : limit(SHIM_AND_NOT, reader, docids, count, query, err);
}

enum err_code collapse_among(const struct shim_reader *reader, const uint32_t *docids, size_t count, struct shim_query **query,
                             struct err *err)
{
    return limit(SHIM_FILTER, reader, docids, count, query, err);
}

/* The members that match, as hits: without weights in the order of docids, with them for families. */
static enum err_code match_members(const struct collapse *collapse, struct shim_reader *reader,
                                   const struct collapse_request *request, struct shim_hits **ret_hits, struct err *err)
{
    CLEANUP(shim_query_free_cleanup) struct shim_query *query = NULL;
    struct shim_query *copy, *list;
    struct shim_search search = request->ranking;
    const uint32_t *docids = request->families ? collapse->docids : collapse->strict;
    size_t count = request->families ? collapse->groups.count : collapse->strict_count;
    search.offset = 0;
    search.limit = search.check_at_least = (uint32_t)count;
    enum err_code code = shim_query_documents(reader, docids, count, &list, err);
    if (code == ERR_OK && (code = shim_query_copy(request->query, &copy, err)) != ERR_OK) {
        shim_query_free(list);
    }
    if (code == ERR_OK) {
        code = request->families ? combine(SHIM_FILTER, copy, list, &query, err) : combine(SHIM_FILTER, list, copy, &query, err);
    }
    return code == ERR_OK ? shim_reader_search(reader, query, &search, ret_hits, err) : code;
}

/* A member that matches. */
struct candidate {
    const struct group_member *member;
    uint32_t docid, rank;
    bool left;
};

/* Leaves out all but the best candidate of each set; `best` has room for one a set and is used here only. */
static void reduce(struct candidate *candidates, size_t count, enum group_kind kind, uint32_t *best, uint32_t *by_family)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t set = candidates[i].member->sets[kind];
        if (set == 0 || candidates[i].left) {
            continue;
        }
        struct candidate *other = best[set] != 0 ? &candidates[best[set] - 1] : NULL;
        bool wins = other == NULL
            || (kind == GROUP_FAMILY ? candidates[i].rank < other->rank : is_before(candidates[i].member, other->member));
        struct candidate *loser = wins ? other : &candidates[i];
        best[set] = wins ? i + 1 : best[set];
        if (loser != NULL) {
            loser->left = true;
            if (kind == GROUP_FAMILY) {
                by_family[set]++;
            }
        }
    }
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static enum err_code choose(const struct collapse *collapse, const struct shim_hits *hits, bool families,
                            struct collapse_left *ret_left, struct err *err)
{
    size_t count = shim_hits_count(hits);
    AUTO_FREE struct candidate *candidates = calloc(count + 1, sizeof *candidates);
    ret_left->docids = calloc(count + 1, sizeof *ret_left->docids);
    ret_left->by_family = families ? calloc((size_t)collapse->groups.set_counts[GROUP_FAMILY] + 1, sizeof(uint32_t)) : NULL;
    if (candidates == NULL || ret_left->docids == NULL || (families && ret_left->by_family == NULL)) {
        return err_nomem(err, "a list of copies");
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t docid = shim_hits_docid(hits, i);
        candidates[i] = (struct candidate){ find_member(collapse, docid), docid, (uint32_t)i, false };
    }
    for (int kind = 0; kind < (families ? GROUP_KINDS : GROUP_FAMILY); kind++) {
        AUTO_FREE uint32_t *best = calloc((size_t)collapse->groups.set_counts[kind] + 1, sizeof *best);
        if (best == NULL) {
            return err_nomem(err, "a list of copies");
        }
        reduce(candidates, count, (enum group_kind)kind, best, ret_left->by_family);
    }
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].left) {
            ret_left->docids[ret_left->count++] = candidates[i].docid;
        }
    }
    qsort(ret_left->docids, ret_left->count, sizeof *ret_left->docids, by_number);
    return ERR_OK;
}

enum err_code collapse_find(const struct collapse *collapse, struct shim_reader *reader, const struct collapse_request *request,
                            struct collapse_left *ret_left, struct err *err)
{
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    *ret_left = (struct collapse_left){ .count = 0 };
    if (request->families ? collapse_is_empty(collapse) : collapse->strict_count == 0) {
        return ERR_OK;
    }
    enum err_code code = match_members(collapse, reader, request, &hits, err);
    if (code == ERR_OK) {
        code = choose(collapse, hits, request->families, ret_left, err);
    }
    if (code != ERR_OK) {
        collapse_left_done(ret_left);
    }
    return code;
}
