/* lexicon.c - building and reading the forms of a part. */
#include "text/lexicon.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/io.h"
#include "text/token.h"

#define LEXICON_MAGIC "NASLAGL2"
#define LEXICON_MAGIC_LEN 8
#define LEXICON_HEAD (LEXICON_MAGIC_LEN + 16)
#define ROW 8
#define LETTERS_MAX ((size_t)1 << 31)

struct entry {
    uint32_t term; /* offset in keys */
    uint32_t form; /* offset in letters */
    uint32_t frequency;
};

struct word {
    uint32_t form; /* offset in letters */
    uint32_t frequency;
};

struct lexicon_builder {
    struct deriver *deriver;
    struct buf letters; /* of the forms */
    struct buf keys;    /* of the terms, one for each entry; the file has each once, behind the forms */
    struct entry *entries;
    size_t count, capacity;
    struct word *words;
    size_t word_count, word_capacity;
};

enum err_code lexicon_builder_new(struct deriver *deriver, struct lexicon_builder **ret_builder, struct err *err)
{
    struct lexicon_builder *builder = calloc(1, sizeof *builder);
    if (builder == NULL) {
        return err_nomem(err, "lexicon_builder_new");
    }
    buf_init(&builder->letters, LETTERS_MAX);
    buf_init(&builder->keys, LETTERS_MAX);
    builder->deriver = deriver;
    *ret_builder = builder;
    return ERR_OK;
}

void lexicon_builder_free(struct lexicon_builder *builder)
{
    if (builder != NULL) {
        buf_done(&builder->letters);
        buf_done(&builder->keys);
        free(builder->entries);
        free(builder->words);
        free(builder);
    }
}

static uint32_t add_letters(struct buf *letters, const char *text, size_t len)
{
    uint32_t at = (uint32_t)letters->len;
    buf_add_u8(letters, (uint8_t)len);
    buf_add(letters, text, len);
    return at;
}

enum err_code lexicon_builder_add(struct lexicon_builder *builder, const char *form, size_t len, uint32_t frequency,
                                  struct err *err)
{
    if (len == 0 || len > TOKEN_FORM_MAX) {
        return err_set(err, ERR_INTERNAL, "a form of %zu bytes cannot be in a lexicon", len);
    }
    struct derivation derivation;
    derive(builder->deriver, form, len, &derivation);
    uint32_t at = add_letters(&builder->letters, form, len);
    if (mem_grow(&builder->words, &builder->word_capacity, builder->word_count, sizeof *builder->words) != 0) {
        return err_nomem(err, "lexicon_builder_add");
    }
    builder->words[builder->word_count++] = (struct word){ .form = at, .frequency = frequency };
    for (size_t i = 0; i < derivation.count; i++) {
        struct entry entry = { .form = at, .frequency = frequency };
        entry.term = add_letters(&builder->keys, derivation.terms[i].term, derivation.terms[i].len);
        if (builder->letters.failed || builder->keys.failed
            || mem_grow(&builder->entries, &builder->capacity, builder->count, sizeof *builder->entries) != 0) {
            return err_nomem(err, "lexicon_builder_add");
        }
        builder->entries[builder->count++] = entry;
    }
    return ERR_OK;
}

static int compare_letters(const char *letters, uint32_t a, uint32_t b)
{
    const unsigned char *left = (const unsigned char *)letters + a;
    const unsigned char *right = (const unsigned char *)letters + b;
    int order = memcmp(left + 1, right + 1, left[0] < right[0] ? left[0] : right[0]);
    return order != 0 ? order : (int)left[0] - (int)right[0];
}

static int compare_entries(const void *left, const void *right, void *context)
{
    const struct entry *a = left, *b = right;
    const struct lexicon_builder *builder = context;
    int order = compare_letters(builder->keys.data, a->term, b->term);
    if (order == 0 && a->frequency != b->frequency) {
        return a->frequency > b->frequency ? -1 : 1;
    }
    return order != 0 ? order : compare_letters(builder->letters.data, a->form, b->form);
}

static int compare_words(const void *left, const void *right, void *context)
{
    const struct word *a = left, *b = right;
    const struct lexicon_builder *builder = context;
    return compare_letters(builder->letters.data, a->form, b->form);
}

/* The rows of all words.  A part gives its terms in order, so the sort has little to do. */
static void add_words(struct lexicon_builder *builder, struct buf *words)
{
    if (builder->word_count > 0) {
        qsort_r(builder->words, builder->word_count, sizeof *builder->words, compare_words, builder);
    }
    for (size_t i = 0; i < builder->word_count; i++) {
        buf_add_u32(words, builder->words[i].form);
        buf_add_u32(words, builder->words[i].frequency);
    }
}

enum err_code lexicon_builder_write(struct lexicon_builder *builder, const char *path, struct err *err)
{
    const char *keys = builder->keys.data;
    if (builder->count > 0) {
        qsort_r(builder->entries, builder->count, sizeof *builder->entries, compare_entries, builder);
    }
    AUTO_BUF struct buf terms, forms;
    AUTO_BUF struct buf head, words;
    buf_init(&terms, LETTERS_MAX);
    buf_init(&forms, LETTERS_MAX);
    buf_init(&head, 64);
    buf_init(&words, LETTERS_MAX);
    add_words(builder, &words);
    uint32_t term_count = 0;
    for (size_t i = 0; i < builder->count; i++) {
        const struct entry *entry = &builder->entries[i];
        if (i == 0 || compare_letters(keys, entry[-1].term, entry->term) != 0) {
            const char *key = keys + entry->term;
            buf_add_u32(&terms, add_letters(&builder->letters, key + 1, (unsigned char)key[0]));
            buf_add_u32(&terms, (uint32_t)i);
            term_count++;
        }
        buf_add_u32(&forms, entry->form);
        buf_add_u32(&forms, entry->frequency);
    }
    buf_add_u32(&terms, 0);
    buf_add_u32(&terms, (uint32_t)builder->count);
    buf_add(&head, LEXICON_MAGIC, LEXICON_MAGIC_LEN);
    buf_add_u32(&head, term_count);
    buf_add_u32(&head, (uint32_t)builder->count);
    buf_add_u32(&head, (uint32_t)builder->word_count);
    buf_add_u32(&head, (uint32_t)builder->letters.len);
    if (terms.failed || forms.failed || words.failed || head.failed) {
        return err_nomem(err, "lexicon_builder_write");
    }
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return err_errno(err, errno, "cannot create %s", path);
    }
    const struct buf *pieces[] = { &head, &terms, &forms, &words, &builder->letters };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces && code == ERR_OK; i++) {
        code = io_write_fd(fd, path, pieces[i]->data, pieces[i]->len, err);
    }
    return code;
}

struct lexicon {
    const uint8_t *map;
    size_t size;
    uint32_t term_count, form_count, word_count, letter_count;
    const uint8_t *terms, *forms, *words;
    const char *letters;
};

enum err_code lexicon_open(const char *path, struct lexicon **ret_lexicon, struct err *err)
{
    CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (lexicon == NULL) {
        return err_nomem(err, "lexicon_open");
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot open lexicon %s", path);
    }
    lexicon->size = (size_t)info.st_size;
    if (lexicon->size < LEXICON_HEAD) {
        return err_set(err, ERR_CORRUPT, "lexicon %s is too short", path);
    }
    void *map = mmap(NULL, lexicon->size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return err_errno(err, errno, "cannot map lexicon %s", path);
    }
    lexicon->map = map;
    struct span span;
    span_init(&span, map, lexicon->size);
    const char *magic = span_bytes(&span, LEXICON_MAGIC_LEN);
    lexicon->term_count = span_u32(&span);
    lexicon->form_count = span_u32(&span);
    lexicon->word_count = span_u32(&span);
    lexicon->letter_count = span_u32(&span);
    lexicon->terms = (const uint8_t *)span_bytes(&span, ((size_t)lexicon->term_count + 1) * ROW);
    lexicon->forms = (const uint8_t *)span_bytes(&span, (size_t)lexicon->form_count * ROW);
    lexicon->words = (const uint8_t *)span_bytes(&span, (size_t)lexicon->word_count * ROW);
    lexicon->letters = span_bytes(&span, lexicon->letter_count);
    if (memcmp(magic, LEXICON_MAGIC, LEXICON_MAGIC_LEN) != 0 || span.failed || span.at != span.len) {
        return err_set(err, ERR_CORRUPT, "lexicon %s is damaged", path);
    }
    *ret_lexicon = TAKE_PTR(lexicon);
    return ERR_OK;
}

void lexicon_free(struct lexicon *lexicon)
{
    if (lexicon != NULL) {
        if (lexicon->map != NULL) {
            munmap((void *)(uintptr_t)lexicon->map, lexicon->size);
        }
        free(lexicon);
    }
}

static uint32_t row_u32(const uint8_t *rows, size_t row, size_t column)
{
    const uint8_t *at = rows + row * ROW + column * 4;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The string at an offset; empty when the file is damaged. */
static const char *string_at(const struct lexicon *lexicon, uint32_t offset, size_t *ret_len)
{
    *ret_len = 0;
    if (offset >= lexicon->letter_count) {
        return "";
    }
    size_t len = (unsigned char)lexicon->letters[offset];
    if (len >= lexicon->letter_count - offset) {
        return "";
    }
    *ret_len = len;
    return lexicon->letters + offset + 1;
}

void lexicon_find(const struct lexicon *lexicon, const char *term, size_t len, uint32_t *ret_first, uint32_t *ret_count)
{
    uint32_t low = 0, high = lexicon->term_count;
    *ret_first = *ret_count = 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        size_t found_len;
        const char *found = string_at(lexicon, row_u32(lexicon->terms, middle, 0), &found_len);
        int order = memcmp(found, term, found_len < len ? found_len : len);
        if (order == 0 && found_len == len) {
            uint32_t first = row_u32(lexicon->terms, middle, 1);
            uint32_t end = row_u32(lexicon->terms, middle + 1, 1);
            if (first <= end && end <= lexicon->form_count) {
                *ret_first = first;
                *ret_count = end - first;
            }
            return;
        }
        if (order < 0 || (order == 0 && found_len < len)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
}

struct lexicon_form lexicon_form_at(const struct lexicon *lexicon, uint32_t index)
{
    struct lexicon_form form = { "", 0, 0 };
    if (index < lexicon->form_count) {
        form.form = string_at(lexicon, row_u32(lexicon->forms, index, 0), &form.len);
        form.frequency = row_u32(lexicon->forms, index, 1);
    }
    return form;
}

uint32_t lexicon_word_count(const struct lexicon *lexicon)
{
    return lexicon->word_count;
}

struct lexicon_form lexicon_word_at(const struct lexicon *lexicon, uint32_t index)
{
    struct lexicon_form word = { "", 0, 0 };
    if (index < lexicon->word_count) {
        word.form = string_at(lexicon, row_u32(lexicon->words, index, 0), &word.len);
        word.frequency = row_u32(lexicon->words, index, 1);
    }
    return word;
}

static bool is_before(const struct lexicon *lexicon, uint32_t index, const char *form, size_t len)
{
    size_t found_len;
    const char *found = string_at(lexicon, row_u32(lexicon->words, index, 0), &found_len);
    int order = memcmp(found, form, found_len < len ? found_len : len);
    return order < 0 || (order == 0 && found_len < len);
}

uint32_t lexicon_word_seek(const struct lexicon *lexicon, uint32_t from, const char *form, size_t len)
{
    /* Strides that double until one is not before the form, then halves of the last one. */
    uint32_t low = from, step = 1;
    while (low < lexicon->word_count && step < lexicon->word_count - low && is_before(lexicon, low + step - 1, form, len)) {
        low += step;
        step *= 2;
    }
    uint32_t high = low < lexicon->word_count && step < lexicon->word_count - low ? low + step - 1 : lexicon->word_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_before(lexicon, middle, form, len)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t lexicon_word_frequency(const struct lexicon *lexicon, const char *form, size_t len)
{
    struct lexicon_form found = lexicon_word_at(lexicon, lexicon_word_seek(lexicon, 0, form, len));
    return found.len == len && memcmp(found.form, form, len) == 0 ? found.frequency : 0;
}
