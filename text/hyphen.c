/* hyphen.c - Liang's algorithm over a trie of patterns.
 *
 * A pattern is letters with a digit where it speaks of a break between two of them; `.` is an end of the word.  All patterns
 * that occur in a word are laid over it, the highest digit at each place counts, and an odd one allows a break.  The edges of
 * the trie are in one hash table, which is kept as an image, because reading 16,000 patterns takes some milliseconds.
 *
 * Image, integers little-endian:
 *     "NASLAGH1", u32 slot count (a power of two), u32 most slots that a search passes through, u32 node count,
 *     u32 bytes of digits, u32 and u32 letters that stay together at the start and at the end
 *     slot { u32 key: node << 5 | letter, or 0 when empty; u32 node that it leads to }     open addressing, linear probing
 *     u32 for each node      where its digits begin, or 0
 *     digits                 for a node one more than it has letters; byte 0 is unused
 */
#include "text/hyphen.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/io.h"

#define MAGIC "NASLAGH1"
#define MAGIC_LEN 8
#define SLOT_SIZE 8
#define FILE_MAX ((size_t)8 << 20)
#define PATTERN_MAX 32       /* letters; longer patterns would speak of whole words */
#define EDGE_LETTERS_MIN 2   /* letters that stay together at the start and the end, unless the file says otherwise */
#define LETTER_BITS 5
#define NODES_MAX (UINT32_MAX >> LETTER_BITS)

struct hyphen {
    const uint8_t *image;
    size_t size;
    bool mapped;
    const uint8_t *slots, *values, *digits;
    uint32_t mask, longest, node_count, digit_count, left_min, right_min;
};

struct edge {
    uint32_t key, to;
};

/* A trie that is being made. */
struct maker {
    struct edge *edges; /* open addressing, linear probing */
    uint32_t mask, edge_count;
    uint32_t *values;
    size_t node_count, node_capacity;
    struct buf digits;
    uint32_t left_min, right_min;
};

/* a-z are 2..27, the end of a word is 1. */
static uint32_t letter_of(char c)
{
    return c == '.' ? 1 : (uint32_t)(c - 'a') + 2;
}

/* Fibonacci hashing (Knuth, TAOCP 6.4). */
static uint32_t hash_of(uint32_t key)
{
    uint32_t hash = key * 2654435769u;
    return hash ^ hash >> 15;
}

/* ---- Making ------------------------------------------------------------------------------- */

static struct edge *edge_slot(const struct maker *maker, uint32_t key)
{
    uint32_t slot = hash_of(key) & maker->mask;
    while (maker->edges[slot].key != 0 && maker->edges[slot].key != key) {
        slot = (slot + 1) & maker->mask;
    }
    return &maker->edges[slot];
}

static bool grow_edges(struct maker *maker)
{
    struct edge *old = maker->edges;
    uint32_t old_count = maker->mask + 1;
    struct edge *grown = calloc((size_t)old_count * 2, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    maker->edges = grown;
    maker->mask = old_count * 2 - 1;
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].key != 0) {
            *edge_slot(maker, old[i].key) = old[i];
        }
    }
    free(old);
    return true;
}

static bool add_node(struct maker *maker, uint32_t *ret_node)
{
    if (maker->node_count >= NODES_MAX
        || mem_grow(&maker->values, &maker->node_capacity, maker->node_count, sizeof *maker->values) != 0) {
        return false;
    }
    *ret_node = (uint32_t)maker->node_count;
    maker->values[maker->node_count++] = 0;
    return true;
}

/* False when memory is short. */
static bool add_pattern(struct maker *maker, const char *letters, const char *digits, size_t len)
{
    uint32_t node = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t key = node << LETTER_BITS | letter_of(letters[i]);
        struct edge *edge = edge_slot(maker, key);
        if (edge->key == 0) {
            uint32_t made;
            if (!add_node(maker, &made)) {
                return false;
            }
            *edge = (struct edge){ key, made };
            if (++maker->edge_count > maker->mask / 2 && !grow_edges(maker)) {
                return false;
            }
            node = made;
        } else {
            node = edge->to;
        }
    }
    maker->values[node] = (uint32_t)maker->digits.len;
    buf_add(&maker->digits, digits, len + 1);
    return !maker->digits.failed;
}

/* `LEFTHYPHENMIN 2` and the like; 0 when the line is not of that kind. */
static uint32_t setting(const char *line, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    if (len < name_len + 2 || memcmp(line, name, name_len) != 0 || line[name_len] != ' ') {
        return 0;
    }
    char digit = line[name_len + 1];
    return digit >= '1' && digit <= '9' ? (uint32_t)(digit - '0') : 0;
}

/* Patterns with other letters than a-z (words with them have no known points), comments and settings are passed over. */
static bool add_line(struct maker *maker, const char *line, size_t len)
{
    char letters[PATTERN_MAX], digits[PATTERN_MAX + 1] = "";
    size_t count = 0;
    uint32_t left = setting(line, len, "LEFTHYPHENMIN"), right = setting(line, len, "RIGHTHYPHENMIN");
    maker->left_min = left > 0 ? left : maker->left_min;
    maker->right_min = right > 0 ? right : maker->right_min;
    for (size_t i = 0; i < len; i++) {
        if (line[i] >= '0' && line[i] <= '9') {
            digits[count] = (char)(line[i] - '0');
        } else if (((line[i] >= 'a' && line[i] <= 'z') || line[i] == '.') && count < PATTERN_MAX) {
            letters[count++] = line[i];
            digits[count] = 0;
        } else {
            return true;
        }
    }
    return count == 0 || add_pattern(maker, letters, digits, count);
}

static enum err_code read_patterns(struct maker *maker, const struct buf *file, const char *path, struct err *err)
{
    const char *newline = memchr(file->data, '\n', file->len);
    size_t at = newline != NULL ? (size_t)(newline - file->data) + 1 : file->len; /* the first line names the encoding */
    while (at < file->len) {
        newline = memchr(file->data + at, '\n', file->len - at);
        size_t end = newline != NULL ? (size_t)(newline - file->data) : file->len;
        size_t next = end + 1;
        while (end > at && (file->data[end - 1] == '\r' || file->data[end - 1] == ' ')) {
            end--;
        }
        if (!add_line(maker, file->data + at, end - at)) {
            return err_nomem(err, "hyphen_new");
        }
        at = next;
    }
    return maker->edge_count > 0 ? ERR_OK : err_set(err, ERR_INVALID, "%s is no file of hyphenation patterns", path);
}

static void maker_done(struct maker *maker)
{
    free(maker->edges);
    free(maker->values);
    buf_done(&maker->digits);
}

/* The most slots that a search passes through, an empty one at its end included. */
static uint32_t longest_search(const struct maker *maker)
{
    uint32_t longest = 1, run = 0;
    for (uint64_t i = 0; i < 2 * ((uint64_t)maker->mask + 1); i++) { /* twice around: a run may pass the end */
        run = maker->edges[i & maker->mask].key != 0 ? run + 1 : 0;
        longest = run + 1 > longest ? run + 1 : longest;
    }
    return longest;
}

static enum err_code write_image(const struct maker *maker, struct buf *image, struct err *err)
{
    buf_add(image, MAGIC, MAGIC_LEN);
    buf_add_u32(image, maker->mask + 1);
    buf_add_u32(image, longest_search(maker));
    buf_add_u32(image, (uint32_t)maker->node_count);
    buf_add_u32(image, (uint32_t)maker->digits.len);
    buf_add_u32(image, maker->left_min);
    buf_add_u32(image, maker->right_min);
    for (uint32_t i = 0; i <= maker->mask; i++) {
        buf_add_u32(image, maker->edges[i].key);
        buf_add_u32(image, maker->edges[i].to);
    }
    for (size_t i = 0; i < maker->node_count; i++) {
        buf_add_u32(image, maker->values[i]);
    }
    buf_add(image, maker->digits.data, maker->digits.len);
    return buf_check(image, "the image of hyphenation patterns", err);
}

enum err_code hyphen_make(const char *path, struct buf *image, struct err *err)
{
    AUTO_BUF struct buf file;
    buf_init(&file, FILE_MAX);
    enum err_code code = io_read_file(path, &file, err);
    if (code != ERR_OK) {
        return code;
    }
    CLEANUP(maker_done) struct maker maker = {
        .mask = (1u << 16) - 1, .left_min = EDGE_LETTERS_MIN, .right_min = EDGE_LETTERS_MIN,
    };
    buf_init(&maker.digits, 2 * FILE_MAX);
    buf_add_u8(&maker.digits, 0);
    maker.edges = calloc((size_t)maker.mask + 1, sizeof *maker.edges);
    uint32_t root;
    if (maker.edges == NULL || !add_node(&maker, &root)) {
        return err_nomem(err, "hyphen_make");
    }
    code = read_patterns(&maker, &file, path, err);
    return code == ERR_OK ? write_image(&maker, image, err) : code;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static enum err_code read_head(struct hyphen *hyphen, const char *name, struct err *err)
{
    struct span span;
    span_init(&span, hyphen->image, hyphen->size);
    const char *magic = span_bytes(&span, MAGIC_LEN);
    uint32_t slots = span_u32(&span);
    hyphen->mask = slots - 1;
    hyphen->longest = span_u32(&span);
    hyphen->node_count = span_u32(&span);
    hyphen->digit_count = span_u32(&span);
    hyphen->left_min = span_u32(&span);
    hyphen->right_min = span_u32(&span);
    hyphen->slots = (const uint8_t *)span_bytes(&span, (size_t)slots * SLOT_SIZE);
    hyphen->values = (const uint8_t *)span_bytes(&span, (size_t)hyphen->node_count * 4);
    hyphen->digits = (const uint8_t *)span_bytes(&span, hyphen->digit_count);
    if (span.failed || span.at != span.len || memcmp(magic, MAGIC, MAGIC_LEN) != 0 || slots == 0 || (slots & (slots - 1)) != 0
        || hyphen->longest > slots || hyphen->left_min > HYPHEN_WORD_MAX || hyphen->right_min > HYPHEN_WORD_MAX) {
        return err_set(err, ERR_CORRUPT, "%s does not hold hyphenation patterns", name);
    }
    return ERR_OK;
}

enum err_code hyphen_open(const char *path, struct hyphen **ret_hyphen, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    CLEANUP(hyphen_free_cleanup) struct hyphen *hyphen = calloc(1, sizeof *hyphen);
    if (hyphen == NULL) {
        return err_nomem(err, "hyphen_open");
    }
    if (info.st_size <= MAGIC_LEN) {
        return err_set(err, ERR_CORRUPT, "%s is too short", path);
    }
    void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return err_errno(err, errno, "cannot map %s", path);
    }
    *hyphen = (struct hyphen){ .image = map, .size = (size_t)info.st_size, .mapped = true };
    enum err_code code = read_head(hyphen, path, err);
    if (code == ERR_OK) {
        *ret_hyphen = TAKE_PTR(hyphen);
    }
    return code;
}

enum err_code hyphen_new(const char *path, struct hyphen **ret_hyphen, struct err *err)
{
    *ret_hyphen = NULL;
    if (path == NULL || access(path, R_OK) != 0) {
        return ERR_OK;
    }
    AUTO_BUF struct buf image;
    buf_init(&image, HYPHEN_IMAGE_MAX);
    enum err_code code = hyphen_make(path, &image, err);
    if (code != ERR_OK) {
        return code;
    }
    CLEANUP(hyphen_free_cleanup) struct hyphen *hyphen = calloc(1, sizeof *hyphen);
    if (hyphen == NULL) {
        return err_nomem(err, "hyphen_new");
    }
    hyphen->size = image.len;
    hyphen->image = (uint8_t *)buf_take(&image);
    code = read_head(hyphen, path, err);
    if (code == ERR_OK) {
        *ret_hyphen = TAKE_PTR(hyphen);
    }
    return code;
}

void hyphen_free(struct hyphen *hyphen)
{
    if (hyphen != NULL) {
        if (hyphen->mapped) {
            munmap((void *)(uintptr_t)hyphen->image, hyphen->size);
        } else {
            free((void *)(uintptr_t)hyphen->image);
        }
        free(hyphen);
    }
}

/* ---- Looking up --------------------------------------------------------------------------- */

static uint32_t read_u32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

/* The node that a letter leads to, 0 when it leads nowhere. */
static uint32_t follow(const struct hyphen *hyphen, uint32_t node, uint8_t letter)
{
    uint32_t key = node << LETTER_BITS | letter;
    uint32_t slot = hash_of(key) & hyphen->mask;
    for (uint32_t tries = 0; tries < hyphen->longest; tries++) {
        const uint8_t *at = hyphen->slots + (size_t)slot * SLOT_SIZE;
        uint32_t found = read_u32(at);
        if (found == key) {
            uint32_t to = read_u32(at + 4);
            return to < hyphen->node_count ? to : 0;
        }
        if (found == 0) {
            break;
        }
        slot = (slot + 1) & hyphen->mask;
    }
    return 0;
}

/* Lays the patterns that begin at byte `start` of the letters over `marks`. */
static void lay(const struct hyphen *hyphen, const uint8_t *letters, size_t len, size_t start, uint8_t *marks)
{
    uint32_t node = 0;
    for (size_t at = start; at < len; at++) {
        node = follow(hyphen, node, letters[at]);
        if (node == 0) {
            return;
        }
        uint32_t value = read_u32(hyphen->values + (size_t)node * 4);
        size_t count = at + 2 - start;
        if (value == 0 || value > hyphen->digit_count || count > hyphen->digit_count - value) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            uint8_t digit = hyphen->digits[value + i];
            marks[start + i] = digit > marks[start + i] ? digit : marks[start + i];
        }
    }
}

uint64_t hyphen_points(const struct hyphen *hyphen, const char *form, size_t len)
{
    uint8_t letters[HYPHEN_WORD_MAX + 2], marks[HYPHEN_WORD_MAX + 3] = { 0 };
    if (hyphen == NULL || len < 2 || len > HYPHEN_WORD_MAX) {
        return UINT64_MAX;
    }
    letters[0] = letters[len + 1] = (uint8_t)letter_of('.');
    for (size_t i = 0; i < len; i++) {
        if (form[i] < 'a' || form[i] > 'z') {
            return UINT64_MAX;
        }
        letters[i + 1] = (uint8_t)letter_of(form[i]);
    }
    for (size_t start = 0; start < len + 1; start++) {
        lay(hyphen, letters, len + 2, start, marks);
    }
    uint64_t points = 0;
    for (size_t at = hyphen->left_min; at + hyphen->right_min <= len; at++) { /* marks[at + 1] is before letter `at` */
        points |= (uint64_t)(marks[at + 1] & 1) << at;
    }
    return points;
}
