/* shape.c - counting words and lengths.
 *
 * Zipf's law: the frequency of the word of rank r falls with a power of r, given here as the slope between two ranks of the
 * logarithm of the one over that of the other.  Heaps' law: n words of running text have about n^beta different ones; beta is
 * given between two lengths.
 */
#include "bench/shape.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define FIRST_MARK 10000.0 /* lengths at which the vocabulary is noted: this, and each time half a power of ten more */
#define MARKS_MAX 24
#define WORD_BYTES_MAX 200 /* of a longer one the head counts */

struct word {
    uint64_t hash;
    uint32_t bytes; /* offset into the pool */
    uint32_t len, documents, last_document;
    uint64_t count;
};

struct mark {
    uint64_t tokens, types;
};

struct shape {
    struct word *words; /* open addressing */
    size_t room, types;
    struct buf pool;
    uint32_t *lengths; /* of documents, bytes */
    size_t documents, capacity;
    uint64_t bytes, tokens, word_bytes, sentences;
    double next_mark;
    struct mark marks[MARKS_MAX];
    size_t mark_count;
};

enum err_code shape_new(struct shape **ret_shape, struct err *err)
{
    struct shape *shape = calloc(1, sizeof *shape);
    if (shape != NULL) {
        shape->room = (size_t)1 << 16;
        shape->words = calloc(shape->room, sizeof *shape->words);
        shape->next_mark = FIRST_MARK;
        buf_init(&shape->pool, UINT32_MAX);
    }
    if (shape == NULL || shape->words == NULL) {
        shape_free(shape);
        return err_nomem(err, "the words");
    }
    *ret_shape = shape;
    return ERR_OK;
}

void shape_free(struct shape *shape)
{
    if (shape == NULL) {
        return;
    }
    free(shape->words);
    free(shape->lengths);
    buf_done(&shape->pool);
    free(shape);
}

static uint64_t hash_of(const char *word, size_t len) /* FNV-1a */
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)word[i]) * 0x100000001B3u;
    }
    return hash | 1; /* 0 is an empty place */
}

static struct word *place_of(const struct shape *shape, struct word *words, size_t room, uint64_t hash, const char *word,
                             size_t len)
{
    size_t at = (size_t)(hash >> 20) & (room - 1);
    while (words[at].hash != 0
           && (words[at].hash != hash || words[at].len != len || memcmp(shape->pool.data + words[at].bytes, word, len) != 0)) {
        at = (at + 1) & (room - 1);
    }
    return &words[at];
}

static enum err_code grow(struct shape *shape, struct err *err)
{
    size_t room = shape->room * 2;
    struct word *words = calloc(room, sizeof *words);
    if (words == NULL) {
        return err_nomem(err, "the words");
    }
    for (size_t i = 0; i < shape->room; i++) {
        const struct word *word = &shape->words[i];
        if (word->hash != 0) {
            *place_of(shape, words, room, word->hash, shape->pool.data + word->bytes, word->len) = *word;
        }
    }
    free(shape->words);
    shape->words = words;
    shape->room = room;
    return ERR_OK;
}

static void note_length(struct shape *shape)
{
    if ((double)shape->tokens >= shape->next_mark && shape->mark_count < MARKS_MAX) {
        shape->marks[shape->mark_count++] = (struct mark){ shape->tokens, shape->types };
        shape->next_mark *= sqrt(10);
    }
}

static enum err_code add_word(struct shape *shape, const char *word, size_t len, struct err *err)
{
    uint64_t hash = hash_of(word, len);
    if (shape->types * 2 > shape->room && grow(shape, err) != ERR_OK) {
        return err->code;
    }
    struct word *place = place_of(shape, shape->words, shape->room, hash, word, len);
    if (place->hash == 0) {
        *place = (struct word){ .hash = hash, .bytes = (uint32_t)shape->pool.len, .len = (uint32_t)len };
        buf_add(&shape->pool, word, len);
        shape->types++;
    }
    place->count++;
    if (place->last_document != shape->documents + 1) {
        place->last_document = (uint32_t)shape->documents + 1;
        place->documents++;
    }
    shape->tokens++;
    shape->word_bytes += len;
    note_length(shape);
    return buf_check(&shape->pool, "the vocabulary", err);
}

enum err_code shape_add(struct shape *shape, const char *text, size_t len, struct err *err)
{
    enum err_code code = ERR_OK;
    char word[WORD_BYTES_MAX];
    size_t used = 0;
    for (size_t i = 0; i <= len && code == ERR_OK; i++) {
        unsigned char c = i < len ? (unsigned char)text[i] : ' ';
        if (isalnum(c) || c >= 0x80) {
            if (used < sizeof word) {
                word[used++] = (char)tolower(c);
            }
        } else if (used > 0) {
            code = add_word(shape, word, used, err);
            used = 0;
            shape->sentences += (c == '.' || c == '?' || c == '!' || c == '\n') && (i + 1 >= len || text[i + 1] <= ' ');
        }
    }
    if (code == ERR_OK && mem_grow(&shape->lengths, &shape->capacity, shape->documents, sizeof *shape->lengths) != 0) {
        code = err_nomem(err, "the documents");
    }
    if (code == ERR_OK) {
        shape->lengths[shape->documents++] = (uint32_t)(len < UINT32_MAX ? len : UINT32_MAX);
        shape->bytes += len;
    }
    return code;
}

/* ---- Printing ----------------------------------------------------------------------------- */

static int by_count(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    return a->count < b->count ? 1 : a->count > b->count ? -1 : a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

static int by_length(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void print_lengths(const struct shape *shape, FILE *to)
{
    double n = (double)shape->documents, sum = 0, squares = 0;
    qsort(shape->lengths, shape->documents, sizeof *shape->lengths, by_length);
    for (size_t i = 0; i < shape->documents; i++) {
        double log_length = log((double)shape->lengths[i] + 1);
        sum += log_length;
        squares += log_length * log_length;
    }
    fprintf(to, "# lengths\nwhat\tfigure\ndocuments\t%zu\nMB of text\t%.1f\nbytes a document, mean\t%.0f\n", shape->documents,
            (double)shape->bytes / 1e6, (double)shape->bytes / n);
    fprintf(to, "bytes a document, median\t%u\nbytes a document, p90\t%u\n", shape->lengths[shape->documents / 2],
            shape->lengths[shape->documents * 9 / 10]);
    fprintf(to, "sigma of their logarithm\t%.2f\n", sqrt(fmax(squares / n - sum / n * (sum / n), 0)));
    fprintf(to, "words\t%llu\ndifferent words\t%zu\n", (unsigned long long)shape->tokens, shape->types);
    fprintf(to, "bytes a word, mean\t%.2f\nwords a sentence, mean\t%.1f\n", (double)shape->word_bytes / (double)shape->tokens,
            (double)shape->tokens / (double)(shape->sentences > 0 ? shape->sentences : 1));
}

static void print_heaps(const struct shape *shape, FILE *to)
{
    fprintf(to, "# heaps\nwords\tdifferent\tbeta\n");
    for (size_t i = 0; i < shape->mark_count; i++) {
        const struct mark *mark = &shape->marks[i];
        fprintf(to, "%llu\t%llu\t", (unsigned long long)mark->tokens, (unsigned long long)mark->types);
        if (i > 0) {
            const struct mark *last = mark - 1;
            fprintf(to, "%.2f",
                    log((double)mark->types / (double)last->types) / log((double)mark->tokens / (double)last->tokens));
        }
        fputc('\n', to);
    }
}

/* Frequencies at ranks, slopes between, and how words gather: occurrences in a document that has the word, mean of a band. */
static void print_zipf(const struct shape *shape, const struct word *words, FILE *to)
{
    fprintf(to, "# zipf\nrank\tword\tin a million\tslope\tin its documents\n");
    size_t before = 0;
    for (size_t rank = 1; rank <= shape->types; rank *= 10) {
        const struct word *word = &words[rank - 1];
        double slope = 0, gathered = 0;
        if (before > 0) {
            slope = log((double)words[before - 1].count / (double)word->count) / log((double)rank / (double)before);
            for (size_t i = before; i < rank; i++) {
                gathered += (double)words[i].count / (double)words[i].documents;
            }
            gathered /= (double)(rank - before);
        }
        fprintf(to, "%zu\t%.*s\t%.3f\t", rank, (int)word->len, shape->pool.data + word->bytes,
                1e6 * (double)word->count / (double)shape->tokens);
        if (before > 0) {
            fprintf(to, "-%.2f\t%.2f\n", slope, gathered);
        } else {
            fputs("\t\n", to);
        }
        before = rank;
    }
    size_t once = 0;
    while (once < shape->types && words[shape->types - 1 - once].count == 1) {
        once++;
    }
    fprintf(to, "# once\nwhat\tfigure\nshare of the different words that stand once\t%.2f\n", (double)once / (double)shape->types);
}

enum err_code shape_print(const struct shape *shape, FILE *to, struct err *err)
{
    if (shape->tokens == 0) {
        return err_set(err, ERR_INVALID, "there are no words");
    }
    AUTO_FREE struct word *words = calloc(shape->types, sizeof *words);
    if (words == NULL) {
        return err_nomem(err, "the words");
    }
    size_t count = 0;
    for (size_t i = 0; i < shape->room; i++) {
        if (shape->words[i].hash != 0) {
            words[count++] = shape->words[i];
        }
    }
    qsort(words, count, sizeof *words, by_count);
    print_lengths(shape, to);
    print_heaps(shape, to);
    print_zipf(shape, words, to);
    return ERR_OK;
}
