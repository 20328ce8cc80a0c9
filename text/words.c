/* words.c - making and reading the image of known words. */
#include "text/words.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/hash.h"
#include "base/io.h"
#include "text/unicode.h"

#define WORDS_MAGIC "NASLAGW2"
#define WORDS_MAGIC_LEN 8
#define WORDS_HEAD (WORDS_MAGIC_LEN + 12 + DIGEST_SIZE)
#define LIST_MAX ((size_t)64 << 20)
#define COUNT_MAX (1u << 24)   /* a reference has 24 bits for the number of a word */
#define RUN_WORDS 8            /* words behind one that is spelled in full */
#define ENTRY_BYTES_MAX 63     /* six bits hold each length of an entry */
#define WORDS_IN_BUCKET 4

struct words {
    const uint8_t *image;
    size_t size;
    bool mapped;
    uint32_t bucket_count, letter_count, word_count;
    const uint8_t *buckets; /* u32, one more than bucket_count */
    const uint8_t *refs;    /* u32 */
    const uint8_t *runs;    /* u32 */
    const uint8_t *letters;
    char signature[16];
};

static uint32_t read_u32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

/* ---- Making ------------------------------------------------------------------------------- */

/* A form of the list, and its first eight bytes as a number that sorts as they do. */
struct item {
    uint64_t key;
    uint32_t at; /* in the letters */
    uint8_t len, flags;
};

struct maker {
    struct item *items;
    size_t count, capacity;
    struct buf letters;
};

static unsigned flags_of(const char *word, size_t len)
{
    size_t step;
    bool first = text_is_upper(utf8_decode(word, len, &step));
    bool later = false;
    for (size_t i = step; i < len; i += step) {
        later = later || text_is_upper(utf8_decode(word + i, len - i, &step));
    }
    return later ? WORDS_UPPER : first ? WORDS_NAME : WORDS_LOWER;
}

static void maker_add(struct maker *maker, const char *form, size_t len, unsigned flags)
{
    if (len == 0 || len > ENTRY_BYTES_MAX || maker->letters.failed) {
        return;
    }
    if (mem_grow(&maker->items, &maker->capacity, maker->count, sizeof *maker->items) != 0) {
        maker->letters.failed = true;
        return;
    }
    struct item *item = &maker->items[maker->count++];
    *item = (struct item){ .at = (uint32_t)maker->letters.len, .len = (uint8_t)len, .flags = (uint8_t)flags };
    for (size_t i = 0; i < sizeof item->key; i++) {
        item->key = item->key << 8 | (i < len ? (unsigned char)form[i] : 0);
    }
    buf_add(&maker->letters, form, len);
}

/* A line of the list: the word as written, and closed when it has hyphens. */
static void add_line(struct maker *maker, const char *word, size_t len)
{
    char form[TEXT_FOLD_MAX], closed[TEXT_FOLD_MAX];
    if (len == 0 || len >= sizeof form) {
        return;
    }
    unsigned flags = flags_of(word, len);
    size_t folded = text_fold(word, len, form, sizeof form);
    maker_add(maker, form, folded, flags);
    size_t used = 0;
    for (size_t i = 0; i < folded; i++) {
        if (form[i] != '-') {
            closed[used++] = form[i];
        }
    }
    if (used < folded) {
        maker_add(maker, closed, used, flags);
    }
}

static void maker_done(struct maker *maker)
{
    free(maker->items);
    buf_done(&maker->letters);
}

static int item_compare(const void *left, const void *right, void *letters)
{
    const struct item *a = left, *b = right;
    const char *text = letters;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    int order = memcmp(text + a->at, text + b->at, a->len < b->len ? a->len : b->len);
    return order != 0 ? order : (int)a->len - (int)b->len;
}

/* Sorts by bytes: by the first eight with a radix sort, which keeps the order of the list, so that most of what begins alike is
 * in order by then. */
static bool maker_sort(struct maker *maker)
{
    size_t count = maker->count;
    AUTO_FREE struct item *other = malloc((count + 1) * sizeof *other);
    if (other == NULL) {
        return false;
    }
    for (unsigned shift = 0; shift < 64; shift += 8) { /* an even number of passes: the result is in `items` again */
        size_t starts[257] = { 0 };
        for (size_t i = 0; i < count; i++) {
            starts[(maker->items[i].key >> shift & 255) + 1]++;
        }
        for (size_t i = 1; i < 257; i++) {
            starts[i] += starts[i - 1];
        }
        for (size_t i = 0; i < count; i++) {
            other[starts[maker->items[i].key >> shift & 255]++] = maker->items[i];
        }
        struct item *swap = maker->items;
        maker->items = other;
        other = swap;
    }
    maker->capacity = count;
    for (size_t from = 0, to; from < count; from = to) {
        bool sorted = true;
        for (to = from + 1; to < count && maker->items[to].key == maker->items[from].key; to++) {
            sorted = sorted && item_compare(&maker->items[to - 1], &maker->items[to], maker->letters.data) <= 0;
        }
        if (!sorted) {
            qsort_r(maker->items + from, to - from, sizeof *maker->items, item_compare, maker->letters.data);
        }
    }
    return true;
}

/* Makes one of equal forms, with the flags of all. */
static void maker_unite(struct maker *maker)
{
    size_t kept = 0;
    for (size_t i = 0; i < maker->count; i++) {
        if (kept > 0 && item_compare(&maker->items[kept - 1], &maker->items[i], maker->letters.data) == 0) {
            maker->items[kept - 1].flags |= maker->items[i].flags;
        } else {
            maker->items[kept++] = maker->items[i];
        }
    }
    maker->count = kept;
}

/* Entries one after the other; where runs start goes to `runs`. */
static void write_letters(const struct maker *maker, struct buf *runs, struct buf *out)
{
    const char *before = NULL;
    size_t before_len = 0;
    for (size_t i = 0; i < maker->count; i++) {
        const struct item *item = &maker->items[i];
        const char *form = maker->letters.data + item->at;
        size_t shared = 0;
        if (i % RUN_WORDS == 0) {
            buf_add_u32(runs, (uint32_t)out->len);
        } else {
            while (shared < before_len && shared + 1 < item->len && form[shared] == before[shared]) {
                shared++;
            }
        }
        unsigned head = (unsigned)(shared | (item->len - shared) << 6) | (unsigned)item->flags << 12;
        buf_add_u8(out, (uint8_t)head);
        buf_add_u8(out, (uint8_t)(head >> 8));
        buf_add(out, form + shared, item->len - shared);
        before = form;
        before_len = item->len;
    }
}

/* Buckets and references: a counting sort of the words by bucket. */
static bool write_index(const struct maker *maker, uint32_t bucket_count, struct buf *out)
{
    AUTO_FREE uint32_t *starts = calloc(bucket_count + 2, sizeof *starts);
    AUTO_FREE uint64_t *hashes = malloc((maker->count + 1) * sizeof *hashes);
    AUTO_FREE uint32_t *refs = malloc((maker->count + 1) * sizeof *refs);
    if (starts == NULL || hashes == NULL || refs == NULL) {
        return false;
    }
    for (size_t i = 0; i < maker->count; i++) {
        hashes[i] = hash_bytes(maker->letters.data + maker->items[i].at, maker->items[i].len);
        starts[(hashes[i] & (bucket_count - 1)) + 2]++;
    }
    for (uint32_t i = 2; i < bucket_count + 2; i++) {
        starts[i] += starts[i - 1];
    }
    for (size_t i = 0; i < maker->count; i++) {
        refs[starts[(hashes[i] & (bucket_count - 1)) + 1]++] = (uint32_t)i << 8 | (uint32_t)(hashes[i] >> 56);
    }
    for (uint32_t i = 0; i <= bucket_count; i++) {
        buf_add_u32(out, starts[i]);
    }
    for (size_t i = 0; i < maker->count; i++) {
        buf_add_u32(out, refs[i]);
    }
    return true;
}

static enum err_code write_image(const struct maker *maker, const struct buf *list, struct buf *image, struct err *err)
{
    AUTO_BUF struct buf runs, letters;
    buf_init(&runs, LIST_MAX);
    buf_init(&letters, 4 * LIST_MAX);
    write_letters(maker, &runs, &letters);
    uint32_t bucket_count = 1;
    while (bucket_count < maker->count / WORDS_IN_BUCKET) {
        bucket_count *= 2;
    }
    struct digest digest = digest_of(list->data, list->len);
    buf_add(image, WORDS_MAGIC, WORDS_MAGIC_LEN);
    buf_add_u32(image, bucket_count);
    buf_add_u32(image, (uint32_t)letters.len);
    buf_add_u32(image, (uint32_t)maker->count);
    buf_add(image, digest.bytes, DIGEST_SIZE);
    if (!write_index(maker, bucket_count, image) || runs.failed || letters.failed) {
        return err_nomem(err, "words_make");
    }
    buf_add(image, runs.data, runs.len);
    buf_add(image, letters.data, letters.len);
    return buf_check(image, "the image of the word list", err);
}

enum err_code words_make(const char *list_path, struct buf *image, struct err *err)
{
    AUTO_BUF struct buf list;
    buf_init(&list, LIST_MAX);
    enum err_code code = io_read_file(list_path, &list, err);
    if (code != ERR_OK) {
        return code;
    }
    CLEANUP(maker_done) struct maker maker = { .count = 0 };
    buf_init(&maker.letters, 4 * LIST_MAX);
    for (size_t at = 0; at < list.len;) {
        const char *end = memchr(list.data + at, '\n', list.len - at);
        size_t len = end != NULL ? (size_t)(end - list.data) - at : list.len - at;
        size_t valid = utf8_valid_prefix(list.data + at, len);
        if (valid == len) {
            add_line(&maker, list.data + at, len);
        }
        at += len + 1;
    }
    if (maker.letters.failed || !maker_sort(&maker)) {
        return err_nomem(err, "words_make");
    }
    maker_unite(&maker);
    return maker.count < COUNT_MAX ? write_image(&maker, &list, image, err)
                                   : err_set(err, ERR_INVALID, "%s has more than %u words", list_path, COUNT_MAX);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static enum err_code read_head(struct words *words, const char *name, struct err *err)
{
    struct span span;
    span_init(&span, words->image, words->size);
    const char *magic = span_bytes(&span, WORDS_MAGIC_LEN);
    words->bucket_count = span_u32(&span);
    words->letter_count = span_u32(&span);
    words->word_count = span_u32(&span);
    const char *bytes = span_bytes(&span, DIGEST_SIZE);
    size_t run_count = ((size_t)words->word_count + RUN_WORDS - 1) / RUN_WORDS;
    words->buckets = (const uint8_t *)span_bytes(&span, ((size_t)words->bucket_count + 1) * 4);
    words->refs = (const uint8_t *)span_bytes(&span, (size_t)words->word_count * 4);
    words->runs = (const uint8_t *)span_bytes(&span, run_count * 4);
    words->letters = (const uint8_t *)span_bytes(&span, words->letter_count);
    bool power = words->bucket_count != 0 && (words->bucket_count & (words->bucket_count - 1)) == 0;
    if (span.failed || span.at != span.len || memcmp(magic, WORDS_MAGIC, WORDS_MAGIC_LEN) != 0 || !power
        || words->word_count >= COUNT_MAX) {
        return err_set(err, ERR_CORRUPT, "%s is no image of a word list", name);
    }
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];
    memcpy(digest.bytes, bytes, DIGEST_SIZE);
    digest_hex(&digest, hex);
    snprintf(words->signature, sizeof words->signature, "%.12s", hex);
    return ERR_OK;
}

enum err_code words_open(const char *path, struct words **ret_words, struct err *err)
{
    CLEANUP(words_free_cleanup) struct words *words = calloc(1, sizeof *words);
    if (words == NULL) {
        return err_nomem(err, "words_open");
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    if ((size_t)info.st_size < WORDS_HEAD) {
        return err_set(err, ERR_CORRUPT, "%s is too short", path);
    }
    void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return err_errno(err, errno, "cannot map %s", path);
    }
    words->image = map;
    words->size = (size_t)info.st_size;
    words->mapped = true;
    enum err_code code = read_head(words, path, err);
    if (code == ERR_OK) {
        *ret_words = TAKE_PTR(words);
    }
    return code;
}

enum err_code words_adopt(char *image, size_t len, struct words **ret_words, struct err *err)
{
    CLEANUP(words_free_cleanup) struct words *words = calloc(1, sizeof *words);
    if (words == NULL) {
        free(image);
        return err_nomem(err, "words_adopt");
    }
    words->image = (uint8_t *)image;
    words->size = len;
    enum err_code code = read_head(words, "the image in memory", err);
    if (code == ERR_OK) {
        *ret_words = TAKE_PTR(words);
    }
    return code;
}

enum err_code words_empty(struct words **ret_words, struct err *err)
{
    struct words *words = calloc(1, sizeof *words);
    if (words == NULL) {
        return err_nomem(err, "words_empty");
    }
    snprintf(words->signature, sizeof words->signature, "none");
    *ret_words = words;
    return ERR_OK;
}

void words_free(struct words *words)
{
    if (words != NULL) {
        if (words->mapped) {
            munmap((void *)(uintptr_t)words->image, words->size);
        } else {
            free((void *)(uintptr_t)words->image);
        }
        free(words);
    }
}

size_t words_count(const struct words *words)
{
    return words->word_count;
}

/* An entry of the letters, and where the next one is. */
struct entry {
    size_t shared, len; /* bytes of the word before, and its own */
    unsigned flags;
    const uint8_t *own;
    uint32_t next;
};

/* False where the image is damaged. */
static bool entry_read(const struct words *words, uint32_t at, struct entry *entry)
{
    if (at >= words->letter_count || words->letter_count - at < 2) {
        return false;
    }
    unsigned head = words->letters[at] | (unsigned)words->letters[at + 1] << 8;
    entry->shared = head & 63;
    entry->len = head >> 6 & 63;
    entry->flags = head >> 12;
    entry->own = words->letters + at + 2;
    entry->next = at + 2 + (uint32_t)entry->len;
    return entry->len <= words->letter_count - at - 2;
}

/* The flags of word `number` when it is the form, else 0. */
static unsigned flags_at(const struct words *words, uint32_t number, const char *form, size_t len)
{
    if (number >= words->word_count) {
        return 0;
    }
    struct entry entry = { .next = read_u32(words->runs + (size_t)(number / RUN_WORDS) * 4) };
    size_t same = 0; /* bytes that the form shares with the word read last */
    for (uint32_t i = 0; i <= number % RUN_WORDS; i++) {
        if (!entry_read(words, entry.next, &entry)) {
            return 0;
        }
        if (entry.shared <= same) {
            same = entry.shared;
            for (size_t k = 0; k < entry.len && same < len && entry.own[k] == (unsigned char)form[same]; k++) {
                same++;
            }
        }
    }
    return same == len && entry.shared + entry.len == len ? entry.flags : 0;
}

unsigned words_flags(const struct words *words, const char *form, size_t len)
{
    if (words->word_count == 0 || len == 0 || len > ENTRY_BYTES_MAX) {
        return 0;
    }
    uint64_t hash = hash_bytes(form, len);
    const uint8_t *bucket = words->buckets + (size_t)((uint32_t)hash & (words->bucket_count - 1)) * 4;
    uint32_t end = read_u32(bucket + 4);
    for (uint32_t i = read_u32(bucket); i < end && i < words->word_count; i++) {
        uint32_t ref = read_u32(words->refs + (size_t)i * 4);
        unsigned flags = (ref & 255) == hash >> 56 ? flags_at(words, ref >> 8, form, len) : 0;
        if (flags != 0) {
            return flags;
        }
    }
    return 0;
}

bool words_has(const struct words *words, const char *form, size_t len)
{
    return (words_flags(words, form, len) & WORDS_LOWER) != 0;
}

bool words_next(const struct words *words, struct words_cursor *cursor)
{
    struct entry entry;
    if (!entry_read(words, cursor->at, &entry) || entry.shared > cursor->len) {
        return false;
    }
    memcpy(cursor->form + entry.shared, entry.own, entry.len);
    cursor->len = entry.shared + entry.len;
    cursor->flags = entry.flags;
    cursor->at = entry.next;
    return true;
}

const char *words_signature(const struct words *words)
{
    return words->signature;
}
