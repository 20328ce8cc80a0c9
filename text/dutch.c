/* dutch.c - installing and opening the language resources of an index. */
#include "text/dutch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/io.h"
#include "text/hyphen.h"
#include "text/memo.h"
#include "text/schema.h"

#define IMAGE_MAX ((size_t)256 << 20)

struct dutch {
    struct words *words;
    struct compounds *compounds;
    struct memo *memo; /* NULL: nothing is remembered */
};

/* Whether a file has these bytes. */
static bool has_bytes(const char *path, const struct digest *wanted)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct digest digest;
    return fd >= 0 && digest_of_fd(fd, path, &digest, NULL) == ERR_OK && digest_equal(&digest, wanted);
}

/* Writes bytes as DIR/resources/<letter><digest>, unless that is there and sound. */
static enum err_code keep(const char *directory, char letter, const struct buf *bytes, char name[GENERATION_NAME_MAX],
                          struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    char hex[DIGEST_HEX_SIZE];
    struct digest digest = digest_of(bytes->data, bytes->len);
    digest_hex(&digest, hex);
    snprintf(name, GENERATION_NAME_MAX, "%c%.16s", letter, hex);
    enum err_code code = generation_path(directory, SCHEMA_RESOURCES, name, &path, err);
    return code == ERR_OK && !has_bytes(path.data, &digest) ? io_replace_file(path.data, bytes->data, bytes->len, err) : code;
}

/* What the words of an image, which is used up, tell of compounds. */
static enum err_code install_compounds(const char *directory, struct buf *image, struct generation *generation, struct err *err)
{
    CLEANUP(words_free_cleanup) struct words *words = NULL;
    AUTO_BUF struct buf learned;
    buf_init(&learned, COMPOUNDS_IMAGE_MAX);
    size_t len = image->len;
    enum err_code code = words_adopt(buf_take(image), len, &words, err);
    if (code == ERR_OK) {
        code = compounds_learn(words, &learned, err);
    }
    return code == ERR_OK ? keep(directory, 'c', &learned, generation->compounds, err) : code;
}

enum err_code dutch_install(const char *directory, struct generation *generation, struct err *err)
{
    AUTO_BUF struct buf image, patterns;
    buf_init(&image, IMAGE_MAX);
    buf_init(&patterns, HYPHEN_IMAGE_MAX);
    generation->words[0] = generation->compounds[0] = generation->patterns[0] = '\0';
    enum err_code code = words_make(WORDS_DEFAULT_LIST, &image, err);
    if (code == ERR_OK) {
        code = keep(directory, 'w', &image, generation->words, err);
    }
    if (code == ERR_OK) {
        code = install_compounds(directory, &image, generation, err);
    }
    if (code != ERR_OK && code != ERR_NOT_FOUND) {
        return code;
    }
    code = hyphen_make(HYPHEN_DEFAULT_PATTERNS, &patterns, err);
    if (code == ERR_OK) {
        code = keep(directory, 'h', &patterns, generation->patterns, err);
    }
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

static enum err_code open_words(const char *directory, const char *name, struct words **ret_words, struct err *err)
{
    if (name[0] == '\0') {
        return words_empty(ret_words, err);
    }
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    enum err_code code = generation_path(directory, SCHEMA_RESOURCES, name, &path, err);
    return code == ERR_OK ? words_open(path.data, ret_words, err) : code;
}

/* The path of a resource, or NULL in *ret_path when there is none of that name. */
static enum err_code find(const char *directory, const char *name, struct buf *path, const char **ret_path, struct err *err)
{
    *ret_path = NULL;
    if (name[0] == '\0') {
        return ERR_OK;
    }
    enum err_code code = generation_path(directory, SCHEMA_RESOURCES, name, path, err);
    *ret_path = path->data;
    return code;
}

enum err_code dutch_open(const char *directory, const struct generation *generation, struct dutch **ret_dutch, struct err *err)
{
    CLEANUP(dutch_free_cleanup) struct dutch *dutch = calloc(1, sizeof *dutch);
    AUTO_BUF struct buf learned_path, patterns_path;
    buf_init(&learned_path, 4096);
    buf_init(&patterns_path, 4096);
    if (dutch == NULL) {
        return err_nomem(err, "dutch_open");
    }
    const char *learned = NULL, *patterns = NULL;
    enum err_code code = open_words(directory, generation->words, &dutch->words, err);
    if (code == ERR_OK) {
        code = find(directory, generation->compounds, &learned_path, &learned, err);
    }
    if (code == ERR_OK) {
        code = find(directory, generation->patterns, &patterns_path, &patterns, err);
    }
    if (code == ERR_OK) {
        code = compounds_open(dutch->words, learned, patterns, &dutch->compounds, err);
    }
    if (code == ERR_OK) {
        *ret_dutch = TAKE_PTR(dutch);
    }
    return code;
}

bool dutch_same(const struct generation *one, const struct generation *other)
{
    return strcmp(one->words, other->words) == 0 && strcmp(one->compounds, other->compounds) == 0
           && strcmp(one->patterns, other->patterns) == 0;
}

enum err_code dutch_open_installed(struct dutch **ret_dutch, struct err *err)
{
    CLEANUP(dutch_free_cleanup) struct dutch *dutch = calloc(1, sizeof *dutch);
    AUTO_BUF struct buf image;
    buf_init(&image, IMAGE_MAX);
    if (dutch == NULL) {
        return err_nomem(err, "dutch_open_installed");
    }
    enum err_code code = words_make(WORDS_DEFAULT_LIST, &image, err);
    if (code == ERR_OK) {
        size_t len = image.len;
        code = words_adopt(buf_take(&image), len, &dutch->words, err);
    } else if (code == ERR_NOT_FOUND) {
        code = words_empty(&dutch->words, err);
    }
    if (code == ERR_OK) {
        code = compounds_new(dutch->words, HYPHEN_DEFAULT_PATTERNS, &dutch->compounds, err);
    }
    if (code == ERR_OK) {
        *ret_dutch = TAKE_PTR(dutch);
    }
    return code;
}

enum err_code dutch_new_empty(struct dutch **ret_dutch, struct err *err)
{
    struct generation none;
    generation_init(&none);
    return dutch_open("", &none, ret_dutch, err);
}

void dutch_free(struct dutch *dutch)
{
    if (dutch != NULL) {
        memo_free(dutch->memo);
        compounds_free(dutch->compounds);
        words_free(dutch->words);
        free(dutch);
    }
}

const struct words *dutch_words(const struct dutch *dutch)
{
    return dutch->words;
}

const struct compounds *dutch_compounds(const struct dutch *dutch)
{
    return dutch->compounds;
}

enum err_code dutch_remember(struct dutch *dutch, size_t bytes, struct err *err)
{
    return dutch->memo == NULL ? memo_new(bytes, &dutch->memo, err) : ERR_OK;
}

enum err_code dutch_keep(const struct dutch *dutch, struct err *err)
{
    return dutch->memo != NULL ? memo_keep(dutch->memo, err) : ERR_OK;
}

struct memo *dutch_memo(const struct dutch *dutch)
{
    return dutch->memo;
}
