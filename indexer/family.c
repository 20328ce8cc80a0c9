/* family.c - families of near-copies. */
#include "indexer/family.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NONE UINT32_MAX
#define CHAIN_MOST 512 /* documents with the same band that one is compared with, the latest: more are of one mould */
#define BUCKET_BITS_MOST 20
#define BUCKET_BITS_LEAST 6

/* The nodes of a table by the values of their bands. */
struct bands {
    unsigned bits;
    uint32_t *heads; /* SKETCH_BANDS times 2^bits: the entry that came last */
    uint32_t *nexts; /* SKETCH_BANDS for each entry */
    uint32_t *nodes; /* of each entry */
    uint32_t count;
};

static void bands_done(struct bands *bands)
{
    free(bands->heads);
    free(bands->nexts);
    free(bands->nodes);
}

/* Room for `most` entries. */
static enum err_code bands_init(struct bands *bands, size_t most, struct err *err)
{
    *bands = (struct bands){ .bits = BUCKET_BITS_LEAST };
    while (bands->bits < BUCKET_BITS_MOST && ((size_t)1 << bands->bits) < most) {
        bands->bits++;
    }
    size_t buckets = (size_t)SKETCH_BANDS << bands->bits;
    bands->heads = malloc(buckets * sizeof *bands->heads);
    bands->nexts = calloc(most + 1, SKETCH_BANDS * sizeof *bands->nexts);
    bands->nodes = calloc(most + 1, sizeof *bands->nodes);
    if (bands->heads == NULL || bands->nexts == NULL || bands->nodes == NULL) {
        bands_done(bands);
        return err_nomem(err, "families of documents");
    }
    memset(bands->heads, 0xFF, buckets * sizeof *bands->heads);
    return ERR_OK;
}

static size_t bucket_of(const struct bands *bands, const uint8_t *sketch, unsigned band)
{
    uint32_t value = sketch_band(sketch, band) * UINT32_C(0x9E3779B1) >> (32 - bands->bits);
    return ((size_t)band << bands->bits) + value;
}

static void bands_add(struct bands *bands, const uint8_t *sketch, uint32_t node)
{
    uint32_t entry = bands->count++;
    bands->nodes[entry] = node;
    for (unsigned band = 0; band < SKETCH_BANDS; band++) {
        uint32_t *head = &bands->heads[bucket_of(bands, sketch, band)];
        bands->nexts[(size_t)entry * SKETCH_BANDS + band] = *head;
        *head = entry;
    }
}

/* A walk over the entries that may have a band in common with a sketch; an entry may come more than once. */
struct walk {
    const struct bands *bands;
    const uint8_t *sketch;
    unsigned band;
    uint32_t entry, steps;
};

static struct walk walk_begin(const struct bands *bands, const uint8_t *sketch)
{
    return (struct walk){ bands, sketch, 0, bands->heads[bucket_of(bands, sketch, 0)], 0 };
}

/* The next node, or NONE at the end. */
static uint32_t walk_next(struct walk *walk)
{
    while (walk->entry == NONE || walk->steps >= CHAIN_MOST) {
        if (++walk->band >= SKETCH_BANDS) {
            return NONE;
        }
        walk->entry = walk->bands->heads[bucket_of(walk->bands, walk->sketch, walk->band)];
        walk->steps = 0;
    }
    uint32_t node = walk->bands->nodes[walk->entry];
    walk->entry = walk->bands->nexts[(size_t)walk->entry * SKETCH_BANDS + walk->band];
    walk->steps++;
    return node;
}

/* ---- Who is in what ----------------------------------------------------------------------- */

struct work {
    struct family_node *nodes;
    size_t count;
    uint32_t *order;  /* of those that were in a family, by family */
    uint32_t *leader; /* of each node; itself when it leads or is alone; NONE while it has none */
    float *likeness;  /* of each node to the leader that was found for it */
    struct bands bands;
};

static int by_uid(const void *left, const void *right)
{
    const struct family_node *a = left, *b = right;
    return a->uid < b->uid ? -1 : a->uid > b->uid;
}

/* The best leader of a family comes first: one that has not changed, the one it was named after, the lowest uid. */
static int by_family(const void *left, const void *right, void *context)
{
    const struct family_node *nodes = context;
    const struct family_node *a = &nodes[*(const uint32_t *)left], *b = &nodes[*(const uint32_t *)right];
    if (a->family != b->family) {
        return a->family < b->family ? -1 : 1;
    }
    if (a->fresh != b->fresh) {
        return a->fresh ? 1 : -1;
    }
    bool a_first = a->uid == a->family, b_first = b->uid == b->family;
    if (a_first != b_first) {
        return a_first ? -1 : 1;
    }
    return a->uid < b->uid ? -1 : a->uid > b->uid;
}

/* Families that were there stay, without the members that are no longer like the leader. */
static void keep_families(struct work *work)
{
    struct family_node *nodes = work->nodes;
    size_t count = 0;
    for (size_t i = 0; i < work->count; i++) {
        if (nodes[i].family != 0) {
            work->order[count++] = (uint32_t)i;
        }
    }
    qsort_r(work->order, count, sizeof *work->order, by_family, nodes);
    uint32_t leader = NONE;
    for (size_t i = 0; i < count; i++) {
        uint32_t node = work->order[i];
        if (leader == NONE || nodes[node].family != nodes[leader].family) {
            leader = node;
        }
        if (node == leader || sketch_likeness(nodes[leader].sketch, nodes[node].sketch) >= SKETCH_LIKE) {
            work->leader[node] = leader;
        } else {
            nodes[node].fresh = true;
            nodes[node].family = 0;
        }
    }
}

/* Takes a leader for a node when it is more like it than the one it has. */
static void offer(struct work *work, uint32_t node, uint32_t leader)
{
    double likeness = sketch_likeness(work->nodes[leader].sketch, work->nodes[node].sketch);
    bool better = likeness > (double)work->likeness[node];
    bool earlier = work->leader[node] != NONE && leader < work->leader[node] && likeness >= (double)work->likeness[node];
    if (likeness >= SKETCH_LIKE && (better || earlier)) {
        work->leader[node] = leader;
        work->likeness[node] = (float)likeness;
    }
}

/* New documents join what was there. */
static enum err_code join_old(struct work *work, struct err *err)
{
    const struct family_node *nodes = work->nodes;
    size_t fresh = 0;
    for (size_t i = 0; i < work->count; i++) {
        fresh += work->leader[i] == NONE;
    }
    enum err_code code = bands_init(&work->bands, fresh, err);
    for (size_t i = 0; i < work->count && code == ERR_OK; i++) {
        if (work->leader[i] == NONE) {
            bands_add(&work->bands, nodes[i].sketch, (uint32_t)i);
        }
    }
    for (size_t i = 0; i < work->count && code == ERR_OK && fresh > 0 && fresh < work->count; i++) {
        uint32_t node;
        if (work->leader[i] != (uint32_t)i) {
            continue;
        }
        struct walk walk = walk_begin(&work->bands, nodes[i].sketch);
        while ((node = walk_next(&walk)) != NONE) {
            offer(work, node, (uint32_t)i);
        }
    }
    bands_done(&work->bands);
    return code;
}

/* The others, in the order of their uids, join one that came before, or lead. */
static enum err_code join_new(struct work *work, struct err *err)
{
    struct family_node *nodes = work->nodes;
    size_t left = 0;
    for (size_t i = 0; i < work->count; i++) {
        left += work->leader[i] == NONE;
    }
    enum err_code code = bands_init(&work->bands, left, err);
    for (size_t i = 0; i < work->count && code == ERR_OK; i++) {
        uint32_t leader;
        if (work->leader[i] != NONE) {
            continue;
        }
        struct walk walk = walk_begin(&work->bands, nodes[i].sketch);
        while ((leader = walk_next(&walk)) != NONE) {
            offer(work, (uint32_t)i, leader);
        }
        if (work->leader[i] == NONE) {
            work->leader[i] = (uint32_t)i;
            bands_add(&work->bands, nodes[i].sketch, (uint32_t)i);
        }
    }
    if (code == ERR_OK) {
        bands_done(&work->bands);
    }
    return code;
}

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* A family that was there keeps its name, also when the document that it was named after leads no more; a new one is named after
 * its leader, unless a family that stays has that name. */
static enum err_code name_families(const struct work *work, struct err *err)
{
    struct family_node *nodes = work->nodes;
    AUTO_FREE uint64_t *names = calloc(work->count, sizeof *names);
    size_t count = 0;
    if (names == NULL) {
        return err_nomem(err, "families of documents");
    }
    for (size_t i = 0; i < work->count; i++) {
        if (work->leader[i] == i && nodes[i].family != 0) {
            names[count++] = nodes[i].family;
        }
    }
    qsort(names, count, sizeof *names, by_number);
    for (size_t i = 0; i < work->count; i++) {
        if (work->leader[i] == i && nodes[i].family == 0) {
            uint64_t name = nodes[i].uid;
            while (name == 0 || (count > 0 && bsearch(&name, names, count, sizeof *names, by_number) != NULL)) {
                name = name * UINT64_C(0x9E3779B97F4A7C15) + 1;
            }
            nodes[i].family = name;
        }
    }
    for (size_t i = 0; i < work->count; i++) {
        nodes[i].family = nodes[work->leader[i]].family;
    }
    return ERR_OK;
}

enum err_code family_assign(struct family_node *nodes, size_t count, struct err *err)
{
    if (count == 0) {
        return ERR_OK;
    }
    qsort(nodes, count, sizeof *nodes, by_uid);
    AUTO_FREE uint32_t *order = calloc(count, sizeof *order), *leader = malloc(count * sizeof *leader);
    AUTO_FREE float *likeness = calloc(count, sizeof *likeness);
    if (order == NULL || leader == NULL || likeness == NULL) {
        return err_nomem(err, "families of documents");
    }
    struct work work = { .nodes = nodes, .count = count, .order = order, .leader = leader, .likeness = likeness };
    memset(leader, 0xFF, count * sizeof *leader);
    keep_families(&work);
    for (size_t i = 0; i < count; i++) { /* those that were alone may lead */
        if (leader[i] == NONE && !nodes[i].fresh) {
            leader[i] = (uint32_t)i;
        }
    }
    enum err_code code = join_old(&work, err);
    if (code == ERR_OK) {
        code = join_new(&work, err);
    }
    if (code == ERR_OK) {
        code = name_families(&work, err);
    }
    return code;
}
