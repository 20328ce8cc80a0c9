/* words.c - making and reading the image of known words. */
#include "text/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/io.h"
#include "text/token.h"
#include "text/unicode.h"

#define WORDS_MAGIC "NASLAGW1"
#define WORDS_MAGIC_LEN 8
#define WORDS_HEAD (WORDS_MAGIC_LEN + 12 + DIGEST_SIZE)
#define LIST_MAX ((size_t)64 << 20)

struct words {
    const uint8_t *image;
    size_t size;
    bool mapped;
    uint32_t slot_count, letter_count, word_count;
    const uint8_t *slots;
    const uint8_t *letters;
    char signature[16];
};

static uint32_t words_hash(const char *form, size_t len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)form[i]) * 16777619u;
    }
    return hash ^ (hash >> 13);
}

/* ---- Making ------------------------------------------------------------------------------- */

struct maker {
    uint32_t *slots;
    uint32_t slot_count, word_count;
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
    if (len == 0 || len > TOKEN_FORM_MAX) {
        return;
    }
    uint32_t slot = words_hash(form, len) & (maker->slot_count - 1);
    while (maker->slots[slot] != 0) {
        uint8_t *word = (uint8_t *)maker->letters.data + maker->slots[slot] - 1;
        if (word[1] == len && memcmp(word + 2, form, len) == 0) {
            word[0] |= (uint8_t)flags;
            return;
        }
        slot = (slot + 1) & (maker->slot_count - 1);
    }
    uint32_t at = (uint32_t)maker->letters.len;
    buf_add_u8(&maker->letters, (uint8_t)flags);
    buf_add_u8(&maker->letters, (uint8_t)len);
    buf_add(&maker->letters, form, len);
    if (!maker->letters.failed) {
        maker->slots[slot] = at + 1;
        maker->word_count++;
    }
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

enum err_code words_make(const char *list_path, struct buf *image, struct err *err)
{
    AUTO_BUF struct buf list;
    buf_init(&list, LIST_MAX);
    enum err_code code = io_read_file(list_path, &list, err);
    if (code != ERR_OK) {
        return code;
    }
    uint32_t lines = 0;
    for (size_t i = 0; i < list.len; i++) {
        lines += list.data[i] == '\n';
    }
    struct maker maker = { .slot_count = 1024 };
    while (maker.slot_count < 3 * lines) {
        maker.slot_count *= 2;
    }
    AUTO_FREE uint32_t *slots = calloc(maker.slot_count, sizeof *slots);
    if (slots == NULL) {
        return err_nomem(err, "words_make");
    }
    maker.slots = slots;
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
    struct digest digest = digest_of(list.data, list.len);
    buf_add(image, WORDS_MAGIC, WORDS_MAGIC_LEN);
    buf_add_u32(image, maker.slot_count);
    buf_add_u32(image, (uint32_t)maker.letters.len);
    buf_add_u32(image, maker.word_count);
    buf_add(image, digest.bytes, DIGEST_SIZE);
    for (uint32_t i = 0; i < maker.slot_count; i++) {
        buf_add_u32(image, slots[i]);
    }
    buf_add(image, maker.letters.data, maker.letters.len);
    bool failed = maker.letters.failed;
    buf_done(&maker.letters);
    return failed ? err_nomem(err, "words_make") : buf_check(image, "the image of the word list", err);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static enum err_code read_head(struct words *words, const char *name, struct err *err)
{
    struct span span;
    span_init(&span, words->image, words->size);
    const char *magic = span_bytes(&span, WORDS_MAGIC_LEN);
    words->slot_count = span_u32(&span);
    words->letter_count = span_u32(&span);
    words->word_count = span_u32(&span);
    const char *bytes = span_bytes(&span, DIGEST_SIZE);
    words->slots = (const uint8_t *)span_bytes(&span, (size_t)words->slot_count * 4);
    words->letters = (const uint8_t *)span_bytes(&span, words->letter_count);
    bool power = words->slot_count != 0 && (words->slot_count & (words->slot_count - 1)) == 0;
    if (span.failed || span.at != span.len || memcmp(magic, WORDS_MAGIC, WORDS_MAGIC_LEN) != 0 || !power
        || words->word_count >= words->slot_count) {
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

static uint32_t slot_at(const struct words *words, uint32_t index)
{
    const uint8_t *at = words->slots + (size_t)index * 4;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

unsigned words_flags(const struct words *words, const char *form, size_t len)
{
    if (words->slot_count == 0 || len == 0 || len > UINT8_MAX) {
        return 0;
    }
    uint32_t slot = words_hash(form, len) & (words->slot_count - 1);
    for (uint32_t tries = 0; tries < words->slot_count; tries++) {
        uint32_t at = slot_at(words, slot);
        if (at == 0 || at + 1 >= words->letter_count) {
            return 0;
        }
        const uint8_t *word = words->letters + at - 1;
        if (word[1] == len && len <= words->letter_count - at - 1 && memcmp(word + 2, form, len) == 0) {
            return word[0];
        }
        slot = (slot + 1) & (words->slot_count - 1);
    }
    return 0;
}

bool words_has(const struct words *words, const char *form, size_t len)
{
    return (words_flags(words, form, len) & WORDS_LOWER) != 0;
}

bool words_next(const struct words *words, size_t *cursor, const char **ret_form, size_t *ret_len, unsigned *ret_flags)
{
    size_t at = *cursor;
    if (words->letter_count < 2 || at > words->letter_count - 2 || words->letters[at + 1] > words->letter_count - 2 - at) {
        return false;
    }
    *ret_flags = words->letters[at];
    *ret_len = words->letters[at + 1];
    *ret_form = (const char *)words->letters + at + 2;
    *cursor = at + 2 + *ret_len;
    return true;
}

const char *words_signature(const struct words *words)
{
    return words->signature;
}
