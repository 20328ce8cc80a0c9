/* dutch.c - installing and opening the language resources of an index. */
#include "text/dutch.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/io.h"
#include "text/schema.h"

#define PATTERNS_MAX ((size_t)8 << 20)
#define IMAGE_MAX ((size_t)256 << 20)

struct dutch {
    struct words *words;
    struct compounds *compounds;
};

/* Writes bytes as DIR/resources/<letter><digest>, unless that is there. */
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
    return code == ERR_OK && !io_exists(path.data) ? io_replace_file(path.data, bytes->data, bytes->len, err) : code;
}

enum err_code dutch_install(const char *directory, struct generation *generation, struct err *err)
{
    AUTO_BUF struct buf image, patterns;
    buf_init(&image, IMAGE_MAX);
    buf_init(&patterns, PATTERNS_MAX);
    generation->words[0] = generation->patterns[0] = '\0';
    enum err_code code = words_make(WORDS_DEFAULT_LIST, &image, err);
    if (code == ERR_OK) {
        code = keep(directory, 'w', &image, generation->words, err);
    }
    if (code != ERR_OK && code != ERR_NOT_FOUND) {
        return code;
    }
    code = io_read_file(DUTCH_PATTERNS, &patterns, err);
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

enum err_code dutch_open(const char *directory, const struct generation *generation, struct dutch **ret_dutch, struct err *err)
{
    CLEANUP(dutch_free_cleanup) struct dutch *dutch = calloc(1, sizeof *dutch);
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    if (dutch == NULL) {
        return err_nomem(err, "dutch_open");
    }
    enum err_code code = open_words(directory, generation->words, &dutch->words, err);
    bool patterns = generation->patterns[0] != '\0';
    if (code == ERR_OK && patterns) {
        code = generation_path(directory, SCHEMA_RESOURCES, generation->patterns, &path, err);
    }
    if (code == ERR_OK) {
        code = compounds_new(dutch->words, patterns ? path.data : NULL, &dutch->compounds, err);
    }
    if (code == ERR_OK) {
        *ret_dutch = TAKE_PTR(dutch);
    }
    return code;
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
        code = compounds_new(dutch->words, DUTCH_PATTERNS, &dutch->compounds, err);
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
