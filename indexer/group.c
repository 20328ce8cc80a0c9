/* group.c - from the values of documents to sets. */
#include "indexer/group.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "indexer/family.h"
#include "indexer/likeness.h"
#include "indexer/publish.h"
#include "text/groups.h"
#include "text/schema.h"

/* A living document. */
struct grouped {
    uint32_t docid; /* of the collection */
    uint32_t sketch; /* place in the table of sketches, from 1; 0: too short */
    uint64_t content, uid, address, captured;
    uint32_t sets[GROUP_KINDS];
    uint64_t family; /* id, 0 for none */
};

/* A capture that is no document. */
struct unchanged {
    uint64_t address, captured;
};

struct grouping {
    struct shim_reader *reader;
    const struct generation *fresh;
    struct grouped *documents; /* by docid */
    size_t count, capacity, at;
    uint8_t (*sketches)[SKETCH_BYTES];
    size_t sketch_count, sketch_capacity;
    struct unchanged *unchanged; /* by address, newest first */
    size_t unchanged_count, unchanged_capacity;
    bool captures;   /* whether any document is one */
    uint32_t *order; /* indexes of documents, in the order in hand */
    bool *old_parts; /* which parts were there before */
    struct groups before, made;
};

static void grouping_done(struct grouping *grouping)
{
    shim_reader_free(grouping->reader);
    free(grouping->documents);
    free(grouping->sketches);
    free(grouping->unchanged);
    free(grouping->order);
    free(grouping->old_parts);
    groups_done(&grouping->before);
    groups_done(&grouping->made);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static uint64_t big_endian(const char *bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        number = number << 8 | (uint8_t)bytes[i];
    }
    return number;
}

static enum err_code take_content(void *context, uint32_t docid, const char *value, size_t len, struct err *err)
{
    struct grouping *grouping = context;
    if (len != LIKENESS_CONTENT_BYTES) {
        return err_set(err, ERR_CORRUPT, "the digest of a document is damaged");
    }
    if (mem_grow(&grouping->documents, &grouping->capacity, grouping->count, sizeof *grouping->documents) != 0) {
        return err_nomem(err, "a list of copies");
    }
    grouping->documents[grouping->count++] = (struct grouped){ .docid = docid, .content = big_endian(value),
                                                               .uid = big_endian(value + SKETCH_CONTENT_BYTES) };
    return ERR_OK;
}

/* The document that a value belongs to, NULL when it has no digest. */
static struct grouped *find_next(struct grouping *grouping, uint32_t docid)
{
    while (grouping->at < grouping->count && grouping->documents[grouping->at].docid < docid) {
        grouping->at++;
    }
    bool found = grouping->at < grouping->count && grouping->documents[grouping->at].docid == docid;
    return found ? &grouping->documents[grouping->at] : NULL;
}

static enum err_code take_sketch(void *context, uint32_t docid, const char *value, size_t len, struct err *err)
{
    struct grouping *grouping = context;
    struct grouped *document = find_next(grouping, docid);
    if (document == NULL || len != SKETCH_BYTES) {
        return err_set(err, ERR_CORRUPT, "the sketch of a document is damaged");
    }
    if (mem_grow(&grouping->sketches, &grouping->sketch_capacity, grouping->sketch_count, SKETCH_BYTES) != 0) {
        return err_nomem(err, "a list of copies");
    }
    memcpy(grouping->sketches[grouping->sketch_count++], value, SKETCH_BYTES);
    document->sketch = (uint32_t)grouping->sketch_count;
    return ERR_OK;
}

static enum err_code take_capture(void *context, uint32_t docid, const char *value, size_t len, struct err *err)
{
    struct grouped *document = find_next(context, docid);
    if (document == NULL || len != LIKENESS_CAPTURE_BYTES) {
        return err_set(err, ERR_CORRUPT, "the address of a capture is damaged");
    }
    document->address = big_endian(value);
    document->captured = big_endian(value + 8);
    ((struct grouping *)context)->captures = true;
    return ERR_OK;
}

static enum err_code read_documents(struct grouping *grouping, struct err *err)
{
    static const struct {
        uint32_t slot;
        shim_take_value *take;
    } columns[] = {
        { SCHEMA_SLOT_CONTENT, take_content }, { SCHEMA_SLOT_SKETCH, take_sketch }, { SCHEMA_SLOT_CAPTURE, take_capture },
    };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof columns / sizeof *columns && code == ERR_OK; i++) {
        grouping->at = 0;
        code = shim_reader_column(grouping->reader, columns[i].slot, columns[i].take, grouping, err);
    }
    return code;
}

static enum err_code take_unchanged(void *context, const char *record, struct err *err)
{
    struct grouping *grouping = context;
    struct unchanged capture;
    if (!likeness_named_capture(record, &capture.address, &capture.captured)) {
        return ERR_OK;
    }
    if (mem_grow(&grouping->unchanged, &grouping->unchanged_capacity, grouping->unchanged_count, sizeof capture) != 0) {
        return err_nomem(err, "a list of captures");
    }
    grouping->unchanged[grouping->unchanged_count++] = capture;
    return ERR_OK;
}

static int by_address(const void *left, const void *right)
{
    const struct unchanged *a = left, *b = right;
    if (a->address != b->address) {
        return a->address < b->address ? -1 : 1;
    }
    return (a->captured < b->captured) - (a->captured > b->captured);
}

static enum err_code read_unchanged(struct grouping *grouping, struct ledger *ledger, struct err *err)
{
    enum err_code code = grouping->captures ? ledger_each_unchanged_capture(ledger, take_unchanged, grouping, err) : ERR_OK;
    if (code == ERR_OK && grouping->unchanged_count > 0) {
        qsort(grouping->unchanged, grouping->unchanged_count, sizeof *grouping->unchanged, by_address);
    }
    return code;
}

/* The first capture of an address that is no document, or where it would stand. */
static size_t find_unchanged(const struct grouping *grouping, uint64_t address)
{
    size_t low = 0, high = grouping->unchanged_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (grouping->unchanged[middle].address < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Adds the captures of an address that are no documents to the set of its versions. */
static enum err_code list_unchanged(struct grouping *grouping, uint64_t address, uint32_t set, size_t *capacity, struct err *err)
{
    struct groups *made = &grouping->made;
    for (size_t i = find_unchanged(grouping, address); i < grouping->unchanged_count; i++) {
        if (grouping->unchanged[i].address != address) {
            break;
        }
        if (mem_grow(&made->captures, capacity, made->capture_count, sizeof *made->captures) != 0) {
            return err_nomem(err, "a list of captures");
        }
        made->captures[made->capture_count++] = (struct group_capture){ set, grouping->unchanged[i].captured };
    }
    return ERR_OK;
}

/* ---- Sets --------------------------------------------------------------------------------- */

static uint64_t key_of(const struct grouped *document, enum group_kind kind)
{
    return kind == GROUP_VERSION ? document->address : kind == GROUP_CONTENT ? document->content : document->family;
}

struct order_context {
    const struct grouped *documents;
    enum group_kind kind;
};

static int by_key(const void *left, const void *right, void *context)
{
    const struct order_context *order = context;
    uint64_t a = key_of(&order->documents[*(const uint32_t *)left], order->kind);
    uint64_t b = key_of(&order->documents[*(const uint32_t *)right], order->kind);
    if (a != b) {
        return a < b ? -1 : 1;
    }
    a = *(const uint32_t *)left;
    b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* Whether documents that share a key are a set: more than one, of a family more than one content, of versions also one with
 * captures that are no documents. */
static bool is_set(const struct grouping *grouping, size_t from, size_t to, enum group_kind kind)
{
    const struct grouped *first = &grouping->documents[grouping->order[from]];
    if (kind == GROUP_VERSION && grouping->unchanged_count > 0) {
        size_t at = find_unchanged(grouping, first->address);
        if (at < grouping->unchanged_count && grouping->unchanged[at].address == first->address) {
            return true;
        }
    }
    if (kind != GROUP_FAMILY) {
        return to - from > 1;
    }
    for (size_t i = from + 1; i < to; i++) {
        if (grouping->documents[grouping->order[i]].content != first->content) {
            return true;
        }
    }
    return false;
}

/* Numbers the sets of one kind. */
static enum err_code make_sets(struct grouping *grouping, enum group_kind kind, struct err *err)
{
    struct grouped *documents = grouping->documents;
    struct order_context context = { documents, kind };
    size_t count = 0, capacity = 0;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < grouping->count; i++) {
        if (key_of(&documents[i], kind) != 0) {
            grouping->order[count++] = (uint32_t)i;
        }
    }
    qsort_r(grouping->order, count, sizeof *grouping->order, by_key, &context);
    for (size_t from = 0, to; from < count && code == ERR_OK; from = to) {
        uint64_t key = key_of(&documents[grouping->order[from]], kind);
        for (to = from + 1; to < count && key_of(&documents[grouping->order[to]], kind) == key;) {
            to++;
        }
        if (!is_set(grouping, from, to, kind)) {
            continue;
        }
        uint32_t number = grouping->made.set_counts[kind]++;
        for (size_t i = from; i < to; i++) {
            documents[grouping->order[i]].sets[kind] = number + 1;
        }
        if (kind == GROUP_FAMILY) {
            if (mem_grow(&grouping->made.family_ids, &capacity, number, sizeof *grouping->made.family_ids) != 0) {
                return err_nomem(err, "a list of copies");
            }
            grouping->made.family_ids[number] = key;
        }
        code = kind == GROUP_VERSION ? list_unchanged(grouping, key, number + 1, &capacity, err) : ERR_OK;
    }
    return code;
}

/* ---- Families ----------------------------------------------------------------------------- */

/* A family of the generation before. */
struct remembered {
    uint64_t uid, family;
};

static int by_uid(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static enum err_code remember(const struct groups *before, struct remembered **ret_list, size_t *ret_count, struct err *err)
{
    struct remembered *list = calloc(before->count + 1, sizeof *list);
    size_t count = 0;
    if (list == NULL) {
        return err_nomem(err, "a list of copies");
    }
    for (size_t i = 0; i < before->count; i++) {
        uint32_t family = before->members[i].sets[GROUP_FAMILY];
        if (family != 0) {
            list[count++] = (struct remembered){ before->members[i].uid, before->family_ids[family - 1] };
        }
    }
    qsort(list, count, sizeof *list, by_uid);
    *ret_list = list;
    *ret_count = count;
    return ERR_OK;
}

static struct family_node make_node(const struct grouping *grouping, const struct grouped *document,
                                    const struct remembered *list, size_t count)
{
    size_t part;
    uint32_t local;
    shim_reader_locate(grouping->reader, document->docid, &part, &local);
    const struct remembered *known = count > 0 ? bsearch(&document->uid, list, count, sizeof *list, by_uid) : NULL;
    return (struct family_node){
        .uid = document->uid,
        .sketch = grouping->sketches[document->sketch - 1],
        .family = known != NULL ? known->family : 0,
        .fresh = !grouping->old_parts[part],
    };
}

/* Of a content one node: the copy that was in a family, else the one with the lowest uid. */
static bool is_better(const struct family_node *one, const struct family_node *other)
{
    if ((one->family != 0) != (other->family != 0)) {
        return one->family != 0;
    }
    return one->fresh != other->fresh ? !one->fresh : one->uid < other->uid;
}

static const struct family_node *find_node(const struct family_node *nodes, size_t count, uint64_t uid)
{
    return bsearch(&uid, nodes, count, sizeof *nodes, by_uid); /* uid stands first */
}

/* Gives every document with a sketch its family; copies have that of their node. */
static enum err_code find_families(struct grouping *grouping, struct err *err)
{
    struct grouped *documents = grouping->documents;
    AUTO_FREE struct remembered *list = NULL;
    AUTO_FREE struct family_node *nodes = calloc(grouping->sketch_count + 1, sizeof *nodes);
    AUTO_FREE uint64_t *uids = calloc((size_t)grouping->made.set_counts[GROUP_CONTENT] + 1, sizeof *uids);
    AUTO_FREE uint32_t *places = calloc((size_t)grouping->made.set_counts[GROUP_CONTENT] + 1, sizeof *places);
    size_t count = 0, known = 0;
    if (nodes == NULL || places == NULL || uids == NULL) {
        return err_nomem(err, "families of documents");
    }
    enum err_code code = remember(&grouping->before, &list, &known, err);
    for (size_t i = 0; i < grouping->count && code == ERR_OK; i++) {
        uint32_t content = documents[i].sets[GROUP_CONTENT];
        if (documents[i].sketch == 0) {
            continue;
        }
        struct family_node node = make_node(grouping, &documents[i], list, known);
        if (content == 0 || places[content] == 0) {
            nodes[count++] = node;
            places[content] = content != 0 ? (uint32_t)count : 0;
        } else if (is_better(&node, &nodes[places[content] - 1])) {
            nodes[places[content] - 1] = node;
        }
    }
    for (uint32_t content = 1; code == ERR_OK && content <= grouping->made.set_counts[GROUP_CONTENT]; content++) {
        uids[content] = places[content] != 0 ? nodes[places[content] - 1].uid : 0;
    }
    code = code == ERR_OK ? family_assign(nodes, count, err) : code;
    for (size_t i = 0; i < grouping->count && code == ERR_OK; i++) {
        uint32_t content = documents[i].sets[GROUP_CONTENT];
        uint64_t uid = content != 0 && uids[content] != 0 ? uids[content] : documents[i].uid;
        const struct family_node *node = count > 0 && (documents[i].sketch != 0 || content != 0) ? find_node(nodes, count, uid)
                                                                                               : NULL;
        documents[i].family = node != NULL ? node->family : 0;
    }
    return code;
}

/* ---- The list ----------------------------------------------------------------------------- */

static int by_place(const void *left, const void *right)
{
    const struct group_member *a = left, *b = right;
    return a->part != b->part ? (a->part < b->part ? -1 : 1) : (a->local > b->local) - (a->local < b->local);
}

static enum err_code list_members(struct grouping *grouping, struct err *err)
{
    struct groups *made = &grouping->made;
    for (size_t i = 0; i < grouping->count; i++) {
        const uint32_t *sets = grouping->documents[i].sets;
        made->count += sets[GROUP_VERSION] != 0 || sets[GROUP_CONTENT] != 0 || sets[GROUP_FAMILY] != 0;
    }
    made->members = calloc(made->count + 1, sizeof *made->members);
    if (made->members == NULL) {
        return err_nomem(err, "a list of copies");
    }
    made->count = 0;
    for (size_t i = 0; i < grouping->count; i++) {
        const struct grouped *document = &grouping->documents[i];
        if (document->sets[GROUP_VERSION] == 0 && document->sets[GROUP_CONTENT] == 0 && document->sets[GROUP_FAMILY] == 0) {
            continue;
        }
        struct group_member *member = &made->members[made->count++];
        size_t part;
        shim_reader_locate(grouping->reader, document->docid, &part, &member->local);
        member->part = (uint32_t)part;
        memcpy(member->sets, document->sets, sizeof member->sets);
        member->uid = document->uid;
        member->captured = document->captured;
    }
    qsort(made->members, made->count, sizeof *made->members, by_place);
    return ERR_OK;
}

static enum err_code note_old_parts(struct grouping *grouping, const struct generation *before, struct err *err)
{
    grouping->old_parts = calloc(grouping->fresh->part_count + 1, sizeof *grouping->old_parts);
    if (grouping->old_parts == NULL) {
        return err_nomem(err, "a list of copies");
    }
    for (size_t i = 0; i < grouping->fresh->part_count; i++) {
        for (size_t k = 0; k < before->part_count && !grouping->old_parts[i]; k++) {
            grouping->old_parts[i] = strcmp(grouping->fresh->parts[i].name, before->parts[k].name) == 0;
        }
    }
    return ERR_OK;
}

static enum err_code make(struct grouping *grouping, struct ledger *ledger, struct err *err)
{
    enum err_code code = read_documents(grouping, err);
    if (code == ERR_OK) {
        code = read_unchanged(grouping, ledger, err);
    }
    grouping->order = code == ERR_OK ? calloc(grouping->count + 1, sizeof *grouping->order) : NULL;
    if (code == ERR_OK && grouping->order == NULL) {
        return err_nomem(err, "a list of copies");
    }
    if (code == ERR_OK) {
        code = make_sets(grouping, GROUP_VERSION, err);
    }
    if (code == ERR_OK) {
        code = make_sets(grouping, GROUP_CONTENT, err);
    }
    if (code == ERR_OK) {
        code = find_families(grouping, err);
    }
    if (code == ERR_OK) {
        code = make_sets(grouping, GROUP_FAMILY, err);
    }
    return code == ERR_OK ? list_members(grouping, err) : code;
}

enum err_code group_generation(const struct layout *layout, struct ledger *ledger, const struct generation *before,
                               struct generation *fresh, struct err *err)
{
    struct grouping grouping = { .fresh = fresh };
    fresh->groups[0] = '\0';
    enum err_code code = groups_load(layout->directory, before->groups, &grouping.before, err);
    if (code == ERR_CORRUPT || code == ERR_NOT_FOUND) { /* then families begin anew */
        code = ERR_OK;
    }
    if (code == ERR_OK) {
        code = note_old_parts(&grouping, before, err);
    }
    if (code == ERR_OK) {
        code = publish_open_reader(layout, fresh, &grouping.reader, err);
    }
    if (code == ERR_OK) {
        code = make(&grouping, ledger, err);
    }
    if (code == ERR_OK && grouping.made.count > 0) {
        snprintf(fresh->groups, sizeof fresh->groups, "g%" PRIu64, fresh->number);
        code = groups_save(layout->directory, fresh->groups, &grouping.made, err);
    }
    grouping_done(&grouping);
    return code;
}
