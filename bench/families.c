/* families.c - bench/families: how well near-copies are recognised.
 *
 *     bench/families [--pieces] [--limit BYTES] [--sample N] corpus.jsonl
 *
 * First, edited copies: of N documents words are replaced, left out and put in, at rates from 1 to 40 %; for each copy the true
 * share of shingles in common (Jaccard) is counted, and by that it is told how many share a band and are found to be alike.
 * Second, the documents themselves as they are: families are made of all, and every member is compared with its leader; pairs
 * that are truly alike (found by comparing all sketches, without bands) are looked up in the families.  With --pieces
 * documents are the articles of the documents.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/opt.h"
#include "bench/records.h"
#include "bench/words.h"
#include "indexer/family.h"

#define WORDS_MAX 65536
#define NEAR 0.5 /* an estimate below which no pair is counted exactly */

static struct {
    long limit, sample, seed;
    bool pieces, help;
} options = { .sample = 300, .seed = 1 };

static const struct opt option_table[] = {
    { "limit", 0, OPT_NUMBER, &options.limit, 0, 1L << 40, "BYTES", "read so much of the file (0: all of it)" },
    { "pieces", 0, OPT_FLAG, &options.pieces, 0, 0, NULL, "take each article as a document" },
    { "sample", 0, OPT_NUMBER, &options.sample, 1, 1000000, "N", "documents to edit (300)" },
    { "seed", 0, OPT_NUMBER, &options.seed, 0, 1L << 62, "N", "for other edits (1)" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/families",
    .usage = "[--pieces] [--limit BYTES] [--sample N] [--seed N] FILE",
    .summary = "Measures the families of near-copies.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* A document: its shingles, each once, in order. */
struct document {
    char *text;
    size_t len;
    uint64_t *shingles;
    size_t shingle_count;
    uint8_t sketch[SKETCH_BYTES];
};

struct collection {
    struct document *documents;
    size_t count, capacity;
};

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* Words by their own rule, of ASCII letters and digits and anything above: the sketch has to agree well enough. */
static size_t split(const char *text, size_t len, uint64_t *hashes, size_t most)
{
    size_t count = 0;
    char word[256];
    for (size_t at = 0; at < len && count < most;) {
        size_t used = 0;
        for (; at < len; at++) {
            unsigned char c = (unsigned char)text[at];
            bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xC3;
            if (!letter && !(c >= 0x80 && used > 0)) {
                break;
            }
            if (used < sizeof word) {
                word[used++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            }
        }
        if (used > 0) {
            hashes[count++] = hash_bytes(word, used);
        }
        at++;
    }
    return count;
}

static size_t shingle(const char *text, size_t len, uint64_t **ret_shingles)
{
    uint64_t *words = malloc(WORDS_MAX * sizeof *words);
    *ret_shingles = NULL;
    size_t count = words != NULL ? split(text, len, words, WORDS_MAX) : 0, kept = 0;
    for (size_t i = 0; i + SKETCH_SHINGLE <= count; i++) {
        words[i] = hash_bytes((const char *)&words[i], SKETCH_SHINGLE * sizeof *words);
    }
    count = count >= SKETCH_SHINGLE ? count - SKETCH_SHINGLE + 1 : 0;
    if (count > 0) {
        qsort(words, count, sizeof *words, by_number);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || words[kept - 1] != words[i]) {
            words[kept++] = words[i];
        }
    }
    *ret_shingles = words;
    return kept;
}

static double jaccard(const struct document *one, const struct document *other)
{
    size_t i = 0, k = 0, common = 0;
    while (i < one->shingle_count && k < other->shingle_count) {
        common += one->shingles[i] == other->shingles[k];
        bool first = one->shingles[i] <= other->shingles[k], second = one->shingles[i] >= other->shingles[k];
        i += first;
        k += second;
    }
    size_t all = one->shingle_count + other->shingle_count - common;
    return all > 0 ? (double)common / (double)all : 0;
}

static enum err_code add(struct collection *collection, const char *text, size_t len, struct err *err)
{
    struct document document = { .len = len };
    if (!sketch_text(text, len, document.sketch)) {
        return ERR_OK;
    }
    if (mem_grow(&collection->documents, &collection->capacity, collection->count, sizeof document) != 0
        || (document.text = strndup(text, len)) == NULL) {
        return err_nomem(err, "bench/families");
    }
    document.shingle_count = shingle(text, len, &document.shingles);
    uint64_t *fitting = realloc(document.shingles, (document.shingle_count + 1) * sizeof *fitting);
    document.shingles = fitting != NULL ? fitting : document.shingles;
    collection->documents[collection->count++] = document;
    return ERR_OK;
}

static enum err_code take(void *context, const struct record *record, struct err *err)
{
    enum err_code code = ERR_OK;
    const char *end = record->text + record->text_len;
    for (const char *at = record->text, *next; at < end && code == ERR_OK; at = next) {
        next = options.pieces && end - at > 8 ? memmem(at + 8, (size_t)(end - at) - 8, "Artikel ", 8) : NULL;
        next = next != NULL ? next : end;
        code = add(context, at, (size_t)(next - at), err);
    }
    return code;
}

/* ---- Edited copies ------------------------------------------------------------------------ */

static const double edges[] = { 0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95 };
#define BIN_COUNT (sizeof edges / sizeof *edges)

struct bin {
    unsigned long pairs, band, alike;
};

static bool share_band(const uint8_t *one, const uint8_t *other)
{
    for (unsigned band = 0; band < SKETCH_BANDS; band++) {
        if (sketch_band(one, band) == sketch_band(other, band)) {
            return true;
        }
    }
    return false;
}

static size_t bin_of(double value)
{
    size_t bin = 0;
    while (bin + 1 < BIN_COUNT && value >= edges[bin + 1]) {
        bin++;
    }
    return bin;
}

/* A copy with a share of its words changed: half replaced by words of the donor, a quarter left out, a quarter doubled. */
static void edit(const struct document *document, const struct document *donor, double rate, struct dice *dice, struct buf *out)
{
    buf_clear(out);
    for (size_t at = 0; at < document->len;) {
        const char *space = memchr(document->text + at, ' ', document->len - at);
        size_t len = space != NULL ? (size_t)(space - document->text) + 1 - at : document->len - at;
        double draw = dice_unit(dice);
        if (draw < rate / 2) {
            size_t from = dice_below(dice, (uint32_t)donor->len);
            const char *word = memchr(donor->text + from, ' ', donor->len - from);
            word = word != NULL ? word + 1 : donor->text;
            buf_add(out, word, strcspn(word, " "));
            buf_add_char(out, ' ');
        } else if (draw >= rate * 3 / 4) {
            buf_add(out, document->text + at, len);
            if (draw < rate) {
                buf_add(out, document->text + at, len);
            }
        }
        at += len;
    }
}

static enum err_code try_edits(const struct collection *collection, struct err *err)
{
    static const double rates[] = { 0.003, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.4 };
    struct bin bins[BIN_COUNT] = { { 0 } };
    struct dice dice;
    AUTO_BUF struct buf text;
    buf_init(&text, (size_t)1 << 30);
    dice_init(&dice, (uint64_t)options.seed);
    for (long i = 0; i < options.sample; i++) {
        const struct document *document = &collection->documents[dice_below(&dice, (uint32_t)collection->count)];
        const struct document *donor = &collection->documents[dice_below(&dice, (uint32_t)collection->count)];
        for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
            struct collection copy = { .count = 0 };
            edit(document, donor, rates[k], &dice, &text);
            enum err_code code = add(&copy, text.data != NULL ? text.data : "", text.len, err);
            if (code != ERR_OK) {
                return code;
            }
            if (copy.count > 0) {
                struct bin *bin = &bins[bin_of(jaccard(document, copy.documents))];
                bool band = share_band(document->sketch, copy.documents->sketch);
                bin->pairs++;
                bin->band += band;
                bin->alike += band && sketch_likeness(document->sketch, copy.documents->sketch) >= SKETCH_LIKE;
                free(copy.documents->text);
                free(copy.documents->shingles);
            }
            free(copy.documents);
        }
    }
    printf("edited copies of %zu documents:\nJaccard      pairs  share a band  alike\n", collection->count);
    for (size_t i = 0; i < BIN_COUNT; i++) {
        double all = bins[i].pairs > 0 ? (double)bins[i].pairs : 1;
        printf("%.2f-%.2f %8lu %12.2f %% %6.2f %%\n", edges[i], i + 1 < BIN_COUNT ? edges[i + 1] : 1.0, bins[i].pairs,
               100 * (double)bins[i].band / all, 100 * (double)bins[i].alike / all);
    }
    return ERR_OK;
}

/* ---- As they are -------------------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Uids are numbers from 1 on, so that nodes keep their order. */
static void judge(const struct collection *collection, const struct family_node *nodes)
{
    struct bin members[BIN_COUNT] = { { 0 } }, pairs[BIN_COUNT] = { { 0 } };
    unsigned long joined = 0;
    for (size_t i = 0; i < collection->count; i++) {
        if (nodes[i].family != nodes[i].uid) {
            joined++;
            members[bin_of(jaccard(&collection->documents[i], &collection->documents[nodes[i].family - 1]))].pairs++;
        }
        for (size_t k = i + 1; k < collection->count; k++) {
            const struct document *one = &collection->documents[i], *other = &collection->documents[k];
            if (sketch_likeness(one->sketch, other->sketch) >= NEAR) {
                struct bin *bin = &pairs[bin_of(jaccard(one, other))];
                bin->pairs++;
                bin->alike += nodes[i].family == nodes[k].family;
            }
        }
    }
    printf("%lu documents joined a leader\nJaccard   members by that with their leader   pairs of all documents, in one family\n",
           joined);
    for (size_t i = 0; i < BIN_COUNT; i++) {
        double all = pairs[i].pairs > 0 ? (double)pairs[i].pairs : 1;
        printf("%.2f-%.2f %10lu %30lu %10.2f %%\n", edges[i], i + 1 < BIN_COUNT ? edges[i + 1] : 1.0, members[i].pairs,
               pairs[i].pairs, 100 * (double)pairs[i].alike / all);
    }
}

static enum err_code try_families(const struct collection *collection, struct err *err)
{
    AUTO_FREE struct family_node *nodes = calloc(collection->count + 1, sizeof *nodes);
    if (nodes == NULL) {
        return err_nomem(err, "bench/families");
    }
    for (size_t i = 0; i < collection->count; i++) {
        nodes[i] = (struct family_node){ .uid = i + 1, .sketch = collection->documents[i].sketch, .fresh = true };
    }
    double start = seconds();
    enum err_code code = family_assign(nodes, collection->count, err);
    printf("families of %zu documents in %.1f ms\n", collection->count, 1000 * (seconds() - start));
    if (code == ERR_OK) {
        judge(collection, nodes);
    }
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct collection collection = { .count = 0 };
    int operands;
    enum err_code code = opt_parse(&program, argc, argv, &operands, &err);
    if (code == ERR_OK && options.help) {
        opt_help(&program, stdout);
        return 0;
    }
    if (code == ERR_OK && operands != 1) {
        code = err_set(&err, ERR_INVALID, "one FILE is wanted");
    }
    if (code == ERR_OK) {
        code = records_each(argv[1], (uint64_t)options.limit, take, &collection, &err);
    }
    if (code == ERR_OK && collection.count == 0) {
        code = err_set(&err, ERR_INVALID, "no document is long enough");
    }
    if (code == ERR_OK) {
        code = try_edits(&collection, &err);
    }
    if (code == ERR_OK) {
        code = try_families(&collection, &err);
    }
    for (size_t i = 0; i < collection.count; i++) {
        free(collection.documents[i].text);
        free(collection.documents[i].shingles);
    }
    free(collection.documents);
    if (code != ERR_OK) {
        fprintf(stderr, "bench/families: %s\n", err.text);
    }
    return code == ERR_OK ? 0 : 1;
}
