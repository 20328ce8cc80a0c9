/* generation_seal.c - manifests under their seal, and `current`, which names one with its seal. */
#include "text/generation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "text/schema.h"

#define CURRENT_FORM "naslag-index %d\ngeneration %" SCNu64 "\nmanifest %64s"
#define SEAL "sha256 " /* 64 digits and a newline follow */
#define SEAL_LEN (sizeof SEAL - 1 + DIGEST_HEX_SIZE)

static void write_current(uint64_t number, const struct digest *seal, struct buf *out)
{
    char hex[DIGEST_HEX_SIZE];
    digest_hex(seal, hex);
    buf_printf(out, "naslag-index %d\ngeneration %" PRIu64 "\nmanifest %s\n", SCHEMA_VERSION, number, hex);
}

enum err_code generation_current_seal(const char *directory, uint64_t *ret_number, struct digest *ret_seal, struct err *err)
{
    AUTO_BUF struct buf path, text, again;
    buf_init(&path, 4096);
    buf_init(&text, 256);
    buf_init(&again, 256);
    enum err_code code = generation_path(directory, SCHEMA_CURRENT, NULL, &path, err);
    if (code != ERR_OK) {
        return code;
    }
    code = io_read_file(path.data, &text, err);
    if (code == ERR_NOT_FOUND) {
        return err_set(err, ERR_NOT_FOUND, "there is no index in %s; make one with: naslag-index --index %s PATH...",
                       directory, directory);
    }
    if (code != ERR_OK) {
        return code == ERR_INVALID ? err_set(err, ERR_CORRUPT, "%s is damaged: it is too long", path.data) : code;
    }
    int version;
    uint64_t number;
    char hex[DIGEST_HEX_SIZE];
    struct digest seal;
    int found = text.len > 0 ? sscanf(text.data, CURRENT_FORM, &version, &number, hex) : 0;
    if (found >= 2 && version != SCHEMA_VERSION) {
        return err_set(err, ERR_VERSION, "the index in %s has format %d, this program reads format %d: index again into a "
                       "new directory", directory, version, SCHEMA_VERSION);
    }
    bool sound = found == 3 && digest_from_hex(hex, &seal);
    if (sound) { /* every byte counts */
        write_current(number, &seal, &again);
        sound = again.len == text.len && memcmp(again.data, text.data, text.len) == 0;
    }
    if (!sound) {
        return err_set(err, ERR_CORRUPT, "%s is damaged: it does not name a generation", path.data);
    }
    *ret_number = number;
    *ret_seal = seal;
    return ERR_OK;
}

enum err_code generation_current(const char *directory, uint64_t *ret_number, struct err *err)
{
    struct digest seal;
    return generation_current_seal(directory, ret_number, &seal, err);
}

static enum err_code manifest_path(const char *directory, uint64_t number, struct buf *path, struct err *err)
{
    char name[GENERATION_NAME_MAX];
    snprintf(name, sizeof name, "%" PRIu64, number);
    return generation_path(directory, SCHEMA_GENERATIONS, name, path, err);
}

enum err_code generation_read_manifest(const char *directory, uint64_t number, struct buf *text, struct digest *ret_seal,
                                       struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    enum err_code code = manifest_path(directory, number, &path, err);
    if (code == ERR_OK) {
        code = io_read_file(path.data, text, err);
    }
    if (code != ERR_OK) {
        return code == ERR_INVALID ? err_set(err, ERR_CORRUPT, "manifest %s is damaged: it is too long", path.data) : code;
    }
    size_t len = text->len > SEAL_LEN ? text->len - SEAL_LEN : 0;
    const char *end = text->data + len;
    char hex[DIGEST_HEX_SIZE] = "";
    struct digest wanted, seal = digest_of(text->data, len);
    if (len > 0 && memcmp(end, SEAL, sizeof SEAL - 1) == 0 && text->data[text->len - 1] == '\n') {
        memcpy(hex, end + sizeof SEAL - 1, DIGEST_HEX_SIZE - 1);
        hex[DIGEST_HEX_SIZE - 1] = '\0';
    }
    if (!digest_from_hex(hex, &wanted) || !digest_equal(&wanted, &seal)) {
        return err_set(err, ERR_CORRUPT, "manifest %s is damaged: its contents are not what was published", path.data);
    }
    text->len = len;
    *ret_seal = seal;
    return ERR_OK;
}

enum err_code generation_write_manifest(const char *directory, uint64_t number, struct buf *text, struct digest *ret_seal,
                                        struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    char hex[DIGEST_HEX_SIZE];
    struct digest seal = digest_of(text->data, text->len);
    digest_hex(&seal, hex);
    buf_printf(text, SEAL "%s\n", hex);
    enum err_code code = buf_check(text, "manifest", err);
    if (code == ERR_OK) {
        code = manifest_path(directory, number, &path, err);
    }
    if (code == ERR_OK) {
        code = io_replace_file(path.data, text->data, text->len, err);
    }
    if (code == ERR_OK) {
        *ret_seal = seal;
    }
    return code;
}

enum err_code generation_publish(const char *directory, uint64_t number, struct err *err)
{
    AUTO_BUF struct buf path, manifest, text;
    buf_init(&path, 4096);
    buf_init(&manifest, GENERATION_MANIFEST_MAX);
    buf_init(&text, 256);
    struct digest seal;
    enum err_code code = generation_read_manifest(directory, number, &manifest, &seal, err);
    if (code == ERR_OK) {
        write_current(number, &seal, &text);
        code = generation_path(directory, SCHEMA_CURRENT, NULL, &path, err);
    }
    return code == ERR_OK ? io_replace_file(path.data, text.data, text.len, err) : code;
}
