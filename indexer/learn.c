/* learn.c - counting blocks in the index, and finding the documents that do not fit. */
#include "indexer/learn.h"

#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "indexer/block_walk.h"
#include "indexer/publish.h"
#include "indexer/spool.h"
#include "text/unicode.h"

#define LEAST_THRESHOLD 3
#define COUNTS_BYTES_MAX ((size_t)8 << 30)

struct learn_source {
    char *name;
    int64_t id;
    uint32_t documents, stored_threshold, threshold;
    bool off;
};

/* A block of a waiting document. */
struct learn_count {
    uint64_t hash;
    uint32_t likeness, source;
};

struct learner {
    const struct layout *layout;
    struct ledger *ledger;
    const struct generation *generation;
    struct shim_reader *reader;
    struct learn_source *sources;
    size_t source_count, source_capacity;
    struct learn_count *counts;
    size_t count_count, count_capacity;
};

/* ---- Sources ------------------------------------------------------------------------------ */

static enum err_code add_source(void *context, const struct ledger_source *row, struct err *err)
{
    struct learner *learner = context;
    if (mem_grow(&learner->sources, &learner->source_capacity, learner->source_count, sizeof *learner->sources) != 0) {
        return err_nomem(err, "a list of sources");
    }
    struct learn_source *source = &learner->sources[learner->source_count];
    *source = (struct learn_source){ .id = row->id, .stored_threshold = row->threshold, .off = row->recurring_off };
    source->name = strdup(row->name);
    learner->source_count += source->name != NULL;
    return source->name != NULL ? ERR_OK : err_nomem(err, "a list of sources");
}

static void set_threshold(struct learn_source *source)
{
    source->threshold = source->off ? UINT32_MAX : recur_threshold(source->documents);
}

static enum err_code count_documents(struct learner *learner, struct err *err)
{
    AUTO_FREE uint32_t *docids = malloc(RECUR_DOCUMENTS_MAX * sizeof *docids);
    if (docids == NULL) {
        return err_nomem(err, "a list of documents");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < learner->source_count && code == ERR_OK; i++) {
        struct learn_source *source = &learner->sources[i];
        char term[SHIM_TERM_MAX / 2]; /* as compose.c makes it */
        size_t prefix = strlen(SCHEMA_COLLECTION), found = 0;
        memcpy(term, SCHEMA_COLLECTION, prefix);
        size_t len = prefix + text_fold(source->name, strlen(source->name), term + prefix, sizeof term - prefix);
        code = shim_reader_find(learner->reader, term, len, docids, RECUR_DOCUMENTS_MAX, &found, err);
        source->documents = (uint32_t)found;
        set_threshold(source);
    }
    return code;
}

enum err_code learner_new(const struct layout *layout, struct ledger *ledger, const struct generation *generation,
                          struct learner **ret_learner, struct err *err)
{
    CLEANUP(learner_free_cleanup) struct learner *learner = calloc(1, sizeof *learner);
    if (learner == NULL) {
        return err_nomem(err, "learner_new");
    }
    learner->layout = layout;
    learner->ledger = ledger;
    learner->generation = generation;
    enum err_code code = publish_open_reader(layout, generation, &learner->reader, err);
    if (code == ERR_OK) {
        code = ledger_each_source(ledger, add_source, learner, err);
    }
    if (code == ERR_OK) {
        code = count_documents(learner, err);
    }
    if (code == ERR_OK) {
        *ret_learner = TAKE_PTR(learner);
    }
    return code;
}

void learner_free(struct learner *learner)
{
    if (learner != NULL) {
        for (size_t i = 0; i < learner->source_count; i++) {
            free(learner->sources[i].name);
        }
        free(learner->sources);
        free(learner->counts);
        shim_reader_free(learner->reader);
        free(learner);
    }
}

static struct learn_source *find_source(struct learner *learner, const char *name, size_t len)
{
    for (size_t i = 0; i < learner->source_count; i++) {
        if (strlen(learner->sources[i].name) == len && memcmp(learner->sources[i].name, name, len) == 0) {
            return &learner->sources[i];
        }
    }
    return NULL;
}

enum err_code learn_note_thresholds(struct learner *learner, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < learner->source_count && code == ERR_OK; i++) {
        const struct learn_source *source = &learner->sources[i];
        if (source->threshold != source->stored_threshold) {
            code = ledger_set_threshold(learner->ledger, source->id, source->threshold, err);
        }
    }
    return code;
}

/* ---- One block ---------------------------------------------------------------------------- */

/* The terms of a block that some documents have. */
struct block_terms {
    char letters[BLOCK_STATES][RECUR_TERM_LEN + 1];
    const char *terms[BLOCK_STATES];
    size_t lens[BLOCK_STATES];
    size_t count;
};

static void list_terms(uint64_t hash, const uint32_t frequencies[BLOCK_STATES], struct block_terms *ret_terms)
{
    ret_terms->count = 0;
    for (size_t i = 0; i < BLOCK_STATES; i++) {
        if (frequencies[i] > 0) {
            size_t at = ret_terms->count++;
            recur_term(RECUR_STATES[i], hash, ret_terms->letters[at]);
            ret_terms->terms[at] = ret_terms->letters[at];
            ret_terms->lens[at] = RECUR_TERM_LEN;
        }
    }
}

static enum err_code read_frequencies(struct learner *learner, uint64_t hash, uint32_t ret_frequencies[BLOCK_STATES],
                                      struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < BLOCK_STATES && code == ERR_OK; i++) {
        char term[RECUR_TERM_LEN + 1];
        recur_term(RECUR_STATES[i], hash, term);
        code = shim_reader_term_freq(learner->reader, term, RECUR_TERM_LEN, &ret_frequencies[i], err);
    }
    return code;
}

/* The source of a block, from a live document that has it; NULL when none is alive. */
static enum err_code source_of(struct learner *learner, const struct block_terms *terms, struct learn_source **ret_source,
                               struct err *err)
{
    *ret_source = learner->source_count == 1 ? learner->sources : NULL;
    for (size_t i = 0; i < terms->count && *ret_source == NULL; i++) {
        uint32_t docid;
        size_t found = 0;
        enum err_code code = shim_reader_find(learner->reader, terms->terms[i], terms->lens[i], &docid, 1, &found, err);
        AUTO_BUF struct buf data;
        buf_init(&data, (size_t)16 << 20);
        struct doc_head head;
        if (code == ERR_OK && found > 0) {
            code = shim_reader_data(learner->reader, docid, &data, err);
            if (code == ERR_OK) {
                code = doc_head_read(data.data, data.len, &head, err);
            }
            *ret_source = code == ERR_OK ? find_source(learner, head.source.text, head.source.len) : NULL;
        }
        if (code != ERR_OK) {
            return code;
        }
    }
    return ERR_OK;
}

/* The class of a block in documents of the index and `more` that wait. */
static enum err_code classify(struct learner *learner, const struct block_terms *terms, const struct learn_source *source,
                              uint32_t more, enum recur_class *ret_class, struct err *err)
{
    uint32_t distinct = 0;
    uint32_t enough = source->off ? 2 : recur_enough(source->threshold);
    enum err_code code = terms->count == 0 ? ERR_OK
        : shim_reader_distinct(learner->reader, terms->terms, terms->lens, terms->count, SCHEMA_SLOT_LIKENESS, enough, &distinct,
                               err);
    *ret_class = recur_classify(distinct + more, source->threshold);
    return code;
}

/* ---- Before the analysis ------------------------------------------------------------------ */

enum err_code learn_add_counts(struct learner *learner, const char *path, struct err *err)
{
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, COUNTS_BYTES_MAX);
    struct spool_count count;
    struct span span;
    enum err_code code = io_read_file(path, &bytes, err);
    span_init(&span, bytes.data, bytes.len);
    while (code == ERR_OK && spool_read_count(&span, &count)) {
        struct learn_source *source = find_source(learner, count.source, count.source_len);
        for (uint32_t i = 0; i < count.block_count && source != NULL && code == ERR_OK; i++) {
            if (mem_grow(&learner->counts, &learner->count_capacity, learner->count_count, sizeof *learner->counts) != 0) {
                code = err_nomem(err, "counts of blocks");
                break;
            }
            learner->counts[learner->count_count++] = (struct learn_count){ span_u64(&count.blocks), count.likeness,
                                                                            (uint32_t)(source - learner->sources) };
        }
        if (source != NULL) {
            source->documents++;
            set_threshold(source);
        }
    }
    return code == ERR_OK && span.failed ? err_set(err, ERR_CORRUPT, "%s is damaged", path) : code;
}

static int by_hash(const void *left, const void *right)
{
    const struct learn_count *a = left, *b = right;
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    return (a->likeness > b->likeness) - (a->likeness < b->likeness);
}

enum err_code learn_predict(struct learner *learner, struct known *ret_known, struct err *err)
{
    enum err_code code = ERR_OK;
    const struct learn_count *counts = learner->counts;
    if (learner->count_count > 1) {
        qsort(learner->counts, learner->count_count, sizeof *counts, by_hash);
    }
    for (size_t first = 0, next; first < learner->count_count && code == ERR_OK; first = next) {
        uint32_t distinct = 1, frequencies[BLOCK_STATES] = { 0 };
        for (next = first + 1; next < learner->count_count && counts[next].hash == counts[first].hash; next++) {
            distinct += counts[next].likeness != counts[next - 1].likeness;
        }
        if (learner->generation->part_count > 0) {
            code = read_frequencies(learner, counts[first].hash, frequencies, err);
        }
        struct block_terms terms;
        enum recur_class class = RECUR_SINGLE;
        list_terms(counts[first].hash, frequencies, &terms);
        if (code == ERR_OK && (terms.count > 0 || distinct > 1)) {
            code = classify(learner, &terms, &learner->sources[counts[first].source], distinct, &class, err);
        }
        if (code == ERR_OK && class != RECUR_SINGLE) {
            code = known_add(ret_known, counts[first].hash, class, err);
        }
    }
    return code == ERR_OK ? known_sort(ret_known, err) : code;
}

/* ---- After publishing --------------------------------------------------------------------- */

struct search_for_stale {
    struct learner *learner;
    struct learn_stale *stale;
    struct known *known;
    struct err *err;
};

void learn_stale_done(struct learn_stale *stale)
{
    free(stale->items);
    *stale = (struct learn_stale){ 0 };
}

static enum err_code add_stale(struct search_for_stale *search, const char *term, size_t len, uint32_t frequency)
{
    AUTO_FREE uint32_t *docids = malloc(((size_t)frequency + 1) * sizeof *docids);
    size_t found = 0;
    if (docids == NULL) {
        return err_nomem(search->err, "a list of documents");
    }
    enum err_code code = shim_reader_find(search->learner->reader, term, len, docids, frequency, &found, search->err);
    for (size_t i = 0; i < found && code == ERR_OK; i++) {
        struct learn_stale *stale = search->stale;
        if (mem_grow(&stale->items, &stale->capacity, stale->count, sizeof *stale->items) != 0) {
            return err_nomem(search->err, "a list of documents");
        }
        size_t part;
        struct learn_document *made = &stale->items[stale->count++];
        shim_reader_locate(search->learner->reader, docids[i], &part, &made->local);
        made->part = (uint32_t)part;
    }
    return code;
}

/* Looks at one block: its class, and the documents that do not fit. */
static enum err_code check_block(struct search_for_stale *search, uint64_t hash, const uint32_t frequencies[BLOCK_STATES])
{
    uint64_t all = 0;
    for (size_t i = 0; i < BLOCK_STATES; i++) {
        all += frequencies[i];
    }
    uint32_t others = frequencies[strchr(RECUR_STATES, RECUR_STATE_OTHER) - RECUR_STATES];
    if (all < LEAST_THRESHOLD && others == all) {
        return ERR_OK; /* whatever its class, it fits */
    }
    struct block_terms terms;
    struct learn_source *source;
    enum recur_class class;
    list_terms(hash, frequencies, &terms);
    enum err_code code = source_of(search->learner, &terms, &source, search->err);
    if (code != ERR_OK || source == NULL) {
        return code;
    }
    code = classify(search->learner, &terms, source, 0, &class, search->err);
    for (size_t i = 0; i < terms.count && code == ERR_OK; i++) {
        char state = terms.terms[i][1];
        if (!recur_state_fits(state, class)) {
            code = add_stale(search, terms.terms[i], terms.lens[i], frequencies[strchr(RECUR_STATES, state) - RECUR_STATES]);
        }
    }
    return code == ERR_OK ? known_add(search->known, hash, class, search->err) : code;
}

/* Looks at all blocks of a reader that have one of some states there. */
static enum err_code check_blocks(struct search_for_stale *search, struct shim_reader *reader, const char *states)
{
    struct block_walk walk;
    bool more = true;
    bool whole = reader == search->learner->reader && strlen(states) == BLOCK_STATES;
    enum err_code code = block_walk_begin(&walk, reader, states, search->err);
    while (code == ERR_OK && more) {
        uint64_t hash;
        uint32_t frequencies[BLOCK_STATES];
        code = block_walk_next(&walk, &hash, frequencies, &more, search->err);
        if (code == ERR_OK && more && !whole) {
            code = read_frequencies(search->learner, hash, frequencies, search->err);
        }
        if (code == ERR_OK && more) {
            code = check_block(search, hash, frequencies);
        }
    }
    block_walk_end(&walk);
    return code;
}

/* The blocks of parts that are new. */
static enum err_code check_new_parts(struct search_for_stale *search, const struct learn_scope *scope)
{
    const struct generation *generation = search->learner->generation;
    struct generation subset = *generation;
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    AUTO_FREE struct generation_part *parts = calloc(generation->part_count + 1, sizeof *parts);
    if (parts == NULL) {
        return err_nomem(search->err, "a list of parts");
    }
    subset.parts = parts; /* borrowed all through */
    subset.part_count = 0;
    for (size_t i = 0; i < generation->part_count; i++) {
        bool old = false;
        for (size_t k = 0; k < scope->old_count && !old; k++) {
            old = strcmp(generation->parts[i].name, scope->old_parts[k]) == 0;
        }
        if (!old) {
            parts[subset.part_count++] = generation->parts[i];
        }
    }
    if (subset.part_count == 0 || subset.part_count == generation->part_count) {
        return subset.part_count == 0 ? ERR_OK : check_blocks(search, search->learner->reader, RECUR_STATES);
    }
    enum err_code code = publish_open_reader(search->learner->layout, &subset, &reader, search->err);
    return code == ERR_OK ? check_blocks(search, reader, RECUR_STATES) : code;
}

/* What recurs already: documents that are analysed again need all of it. */
static enum err_code add_recurring(struct search_for_stale *search)
{
    static const struct {
        char state[2];
        enum recur_class class;
    } kinds[] = { { { RECUR_STATE_GAP_REPEATED }, RECUR_REPEATED }, { { RECUR_STATE_RECURRING }, RECUR_RECURRING },
                  { { RECUR_STATE_FREQUENT }, RECUR_FREQUENT } };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && code == ERR_OK; i++) {
        struct block_walk walk;
        bool more = true;
        code = block_walk_begin(&walk, search->learner->reader, kinds[i].state, search->err);
        while (code == ERR_OK && more) {
            uint64_t hash;
            uint32_t frequencies[BLOCK_STATES];
            code = block_walk_next(&walk, &hash, frequencies, &more, search->err);
            if (code == ERR_OK && more) {
                code = known_add(search->known, hash, kinds[i].class, search->err);
            }
        }
        block_walk_end(&walk);
    }
    return code;
}

static int by_place(const void *left, const void *right)
{
    const struct learn_document *a = left, *b = right;
    return a->part != b->part ? (a->part < b->part ? -1 : 1) : (a->local > b->local) - (a->local < b->local);
}

static void tidy(struct learn_stale *stale)
{
    size_t kept = 0;
    if (stale->count > 1) {
        qsort(stale->items, stale->count, sizeof *stale->items, by_place);
    }
    for (size_t i = 0; i < stale->count; i++) {
        if (kept == 0 || by_place(&stale->items[kept - 1], &stale->items[i]) != 0) {
            stale->items[kept++] = stale->items[i];
        }
    }
    stale->count = kept;
}

enum err_code learn_find_stale(struct learner *learner, const struct learn_scope *scope, struct learn_stale *ret_stale,
                               struct known *ret_known, struct err *err)
{
    struct search_for_stale search = { learner, ret_stale, ret_known, err };
    bool all = scope->all, fewer = scope->fewer;
    for (size_t i = 0; i < learner->source_count; i++) {
        uint32_t stored = learner->sources[i].stored_threshold;
        all = all || (stored != 0 && learner->sources[i].threshold < stored);
        fewer = fewer || (stored != 0 && learner->sources[i].threshold > stored);
    }
    enum err_code code = add_recurring(&search);
    if (code == ERR_OK && all) {
        code = check_blocks(&search, learner->reader, RECUR_STATES);
    } else if (code == ERR_OK) {
        code = check_new_parts(&search, scope);
        if (code == ERR_OK && fewer) {
            static const char recurring[] = { RECUR_STATE_GAP_REPEATED, RECUR_STATE_RECURRING, RECUR_STATE_FREQUENT, '\0' };
            code = check_blocks(&search, learner->reader, recurring);
        }
    }
    tidy(ret_stale);
    return code == ERR_OK ? known_sort(ret_known, err) : code;
}
