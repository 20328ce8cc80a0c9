/* packing.c - zstd with dictionaries. */
#include "text/packing.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>

#include "base/digest.h"
#include "base/io.h"
#include "text/schema.h"

#define MAGIC "NASLAGK1"
#define MAGIC_LEN 8
#define HEAD 16 /* magic and bytes of text */
#define NAME_LEN (DICTIONARY_NAME_MAX - 1)
/* Measured on laws: level 3 gives 29%, level 5 26.5% at 0.7 s more for 100 MB, level 6 25.5% at 2 s more. */
#define LEVEL 5
#define SAMPLES_MAX ((size_t)4 << 20)
#define TEXT_PER_DICTIONARY_BYTE 16 /* a small archive has a small dictionary, as that takes room too */

struct dictionary {
    unsigned owners;
    char name[DICTIONARY_NAME_MAX];
    uint64_t text;
    struct buf file;
    ZSTD_DDict *unpacking; /* made when first needed */
};

static const char *content(const struct dictionary *dictionary)
{
    return dictionary->file.data + HEAD;
}

static size_t content_len(const struct dictionary *dictionary)
{
    return dictionary->file.len - HEAD;
}

bool dictionary_is_name(const char *name, size_t len)
{
    bool digits = len == NAME_LEN && name[0] == 'd';
    for (size_t i = 1; digits && i < len; i++) {
        digits = (name[i] >= '0' && name[i] <= '9') || (name[i] >= 'a' && name[i] <= 'f');
    }
    return digits;
}

static void name_file(const struct buf *file, char ret_name[DICTIONARY_NAME_MAX])
{
    char hex[DIGEST_HEX_SIZE];
    struct digest digest = digest_of(file->data, file->len);
    digest_hex(&digest, hex);
    ret_name[0] = 'd';
    memcpy(ret_name + 1, hex, NAME_LEN - 1);
    ret_name[NAME_LEN] = '\0';
}

static struct dictionary *dictionary_new(void)
{
    struct dictionary *dictionary = calloc(1, sizeof *dictionary);
    if (dictionary != NULL) {
        dictionary->owners = 1;
        buf_init(&dictionary->file, HEAD + PACKING_DICTIONARY_MAX);
    }
    return dictionary;
}

enum err_code dictionary_open(const char *folder, const char *name, struct dictionary **ret_dictionary, struct err *err)
{
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = dictionary_new();
    AUTO_FREE char *path = io_join(folder, name);
    if (dictionary == NULL || path == NULL) {
        return err_nomem(err, "a dictionary");
    }
    if (!dictionary_is_name(name, strlen(name))) {
        return err_set(err, ERR_CORRUPT, "stored texts in %s ask for a dictionary that cannot be", folder);
    }
    enum err_code code = io_read_file(path, &dictionary->file, err);
    if (code == ERR_NOT_FOUND) {
        return err_set(err, ERR_CORRUPT, "dictionary %s is missing", path);
    }
    if (code != ERR_OK && !dictionary->file.too_big) {
        return code;
    }
    if (code == ERR_OK) {
        name_file(&dictionary->file, dictionary->name);
    }
    if (code != ERR_OK || dictionary->file.len <= HEAD || memcmp(dictionary->file.data, MAGIC, MAGIC_LEN) != 0
        || strcmp(dictionary->name, name) != 0) {
        return err_set(err, ERR_CORRUPT, "dictionary %s is damaged", path);
    }
    struct span span;
    span_init(&span, dictionary->file.data + MAGIC_LEN, HEAD - MAGIC_LEN);
    dictionary->text = span_u64(&span);
    *ret_dictionary = TAKE_PTR(dictionary);
    return ERR_OK;
}

struct dictionary *dictionary_ref(struct dictionary *dictionary)
{
    if (dictionary != NULL) {
        dictionary->owners++;
    }
    return dictionary;
}

void dictionary_free(struct dictionary *dictionary)
{
    if (dictionary != NULL && --dictionary->owners == 0) {
        buf_done(&dictionary->file);
        ZSTD_freeDDict(dictionary->unpacking);
        free(dictionary);
    }
}

const char *dictionary_name(const struct dictionary *dictionary)
{
    return dictionary->name;
}

uint64_t dictionary_text(const struct dictionary *dictionary)
{
    return dictionary->text;
}

enum err_code dictionary_find(const char *folder, struct dictionary **ret_dictionary, struct err *err)
{
    CLEANUP(dictionary_free_cleanup) struct dictionary *best = NULL;
    AUTO_CLOSEDIR DIR *dir = opendir(folder);
    if (dir == NULL) {
        return err_errno(err, errno, "cannot list %s", folder);
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        CLEANUP(dictionary_free_cleanup) struct dictionary *other = NULL;
        if (!dictionary_is_name(entry->d_name, strlen(entry->d_name))
            || dictionary_open(folder, entry->d_name, &other, NULL) != ERR_OK) {
            continue;
        }
        bool better = best == NULL || other->text > best->text
            || (other->text == best->text && strcmp(other->name, best->name) < 0);
        if (better) {
            dictionary_free(best);
            best = TAKE_PTR(other);
        }
    }
    *ret_dictionary = TAKE_PTR(best);
    return ERR_OK;
}

/* ---- Training ------------------------------------------------------------------------------ */

struct trainer {
    uint64_t text, stride; /* every so many-eth piece is a sample */
    uint64_t pieces;
    char *samples;
    size_t used, *sizes, count, capacity;
};

enum err_code trainer_new(uint64_t text_bytes, uint64_t shown_bytes, struct trainer **ret_trainer, struct err *err)
{
    struct trainer *trainer = calloc(1, sizeof *trainer);
    if (trainer == NULL || (trainer->samples = malloc(SAMPLES_MAX)) == NULL) {
        free(trainer);
        return err_nomem(err, "training a dictionary");
    }
    trainer->text = text_bytes;
    trainer->stride = 1 + shown_bytes / SAMPLES_MAX;
    *ret_trainer = trainer;
    return ERR_OK;
}

void trainer_free(struct trainer *trainer)
{
    if (trainer != NULL) {
        free(trainer->samples);
        free(trainer->sizes);
        free(trainer);
    }
}

void trainer_add(struct trainer *trainer, const char *text, size_t len)
{
    for (size_t at = 0; at < len; at += SCHEMA_BLOCK_BYTES) {
        size_t piece = len - at < SCHEMA_BLOCK_BYTES ? len - at : SCHEMA_BLOCK_BYTES;
        if (trainer->pieces++ % trainer->stride != 0 || piece > SAMPLES_MAX - trainer->used
            || mem_grow(&trainer->sizes, &trainer->capacity, trainer->count, sizeof *trainer->sizes) != 0) {
            continue;
        }
        memcpy(trainer->samples + trainer->used, text + at, piece);
        trainer->used += piece;
        trainer->sizes[trainer->count++] = piece;
    }
}

/* Trains into `out`; empty when the samples do not make a dictionary. */
static enum err_code train(const struct trainer *trainer, struct buf *out, struct err *err)
{
    uint64_t wanted = trainer->text / TEXT_PER_DICTIONARY_BYTE;
    size_t room = wanted < PACKING_DICTIONARY_MAX ? (size_t)wanted : PACKING_DICTIONARY_MAX;
    buf_add(out, MAGIC, MAGIC_LEN);
    buf_add_u64(out, trainer->text);
    char *at = buf_reserve(out, room);
    if (at == NULL) {
        return buf_check(out, "a dictionary", err);
    }
    size_t len = ZDICT_trainFromBuffer(at, room, trainer->samples, trainer->sizes, (unsigned)trainer->count);
    if (ZDICT_isError(len)) {
        buf_clear(out);
    } else {
        out->len += len;
    }
    return ERR_OK;
}

enum err_code trainer_write(struct trainer *trainer, const char *folder, struct dictionary **ret_dictionary, struct err *err)
{
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = dictionary_new();
    *ret_dictionary = NULL;
    if (dictionary == NULL) {
        return err_nomem(err, "training a dictionary");
    }
    if (trainer->text < PACKING_TEXT_MIN) {
        return ERR_OK;
    }
    enum err_code code = train(trainer, &dictionary->file, err);
    if (code != ERR_OK || dictionary->file.len == 0) {
        return code;
    }
    name_file(&dictionary->file, dictionary->name);
    dictionary->text = trainer->text;
    AUTO_FREE char *path = io_join(folder, dictionary->name);
    code = path != NULL ? io_replace_file(path, dictionary->file.data, dictionary->file.len, err)
                        : err_nomem(err, "training a dictionary");
    if (code == ERR_OK) {
        *ret_dictionary = TAKE_PTR(dictionary);
    }
    return code;
}

/* ---- Blocks -------------------------------------------------------------------------------- */

struct packer {
    struct dictionary *dictionary;
    ZSTD_CCtx *context;
};

enum err_code packer_new(struct dictionary *dictionary, struct packer **ret_packer, struct err *err)
{
    struct packer *packer = calloc(1, sizeof *packer);
    if (packer == NULL || (packer->context = ZSTD_createCCtx()) == NULL) {
        free(packer);
        return err_nomem(err, "packing texts");
    }
    packer->dictionary = dictionary_ref(dictionary);
    /* How long a block is, and which dictionary it needs, is known without the frame. */
    ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(packer->context, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(packer->context, ZSTD_c_dictIDFlag, 0);
    if (dictionary != NULL
        && ZSTD_isError(ZSTD_CCtx_loadDictionary(packer->context, content(dictionary), content_len(dictionary)))) {
        packer_free(packer);
        return err_nomem(err, "packing texts");
    }
    *ret_packer = packer;
    return ERR_OK;
}

void packer_free(struct packer *packer)
{
    if (packer != NULL) {
        ZSTD_freeCCtx(packer->context);
        dictionary_free(packer->dictionary);
        free(packer);
    }
}

const struct dictionary *packer_dictionary(const struct packer *packer)
{
    return packer->dictionary;
}

bool packer_add(struct packer *packer, const char *text, size_t len, struct buf *out)
{
    size_t bound = ZSTD_compressBound(len);
    char *room = buf_reserve(out, bound);
    size_t size = room != NULL ? ZSTD_compress2(packer->context, room, bound, text, len) : 0;
    if (room == NULL || ZSTD_isError(size)) {
        return false;
    }
    out->len += size;
    return true;
}

struct unpacker {
    struct dictionary *dictionary;
    ZSTD_DCtx *context;
};

enum err_code unpacker_new(struct dictionary *dictionary, struct unpacker **ret_unpacker, struct err *err)
{
    struct unpacker *unpacker = calloc(1, sizeof *unpacker);
    if (unpacker == NULL || (unpacker->context = ZSTD_createDCtx()) == NULL) {
        free(unpacker);
        return err_nomem(err, "unpacking texts");
    }
    if (dictionary != NULL && dictionary->unpacking == NULL) {
        dictionary->unpacking = ZSTD_createDDict(content(dictionary), content_len(dictionary));
        if (dictionary->unpacking == NULL) { /* its digest is right: it can only be memory */
            unpacker_free(unpacker);
            return err_nomem(err, "unpacking texts");
        }
    }
    unpacker->dictionary = dictionary_ref(dictionary);
    *ret_unpacker = unpacker;
    return ERR_OK;
}

void unpacker_free(struct unpacker *unpacker)
{
    if (unpacker != NULL) {
        ZSTD_freeDCtx(unpacker->context);
        dictionary_free(unpacker->dictionary);
        free(unpacker);
    }
}

bool unpacker_add(struct unpacker *unpacker, const uint8_t *packed, size_t packed_len, size_t len, struct buf *out)
{
    char *room = buf_reserve(out, len);
    if (room == NULL) {
        return false;
    }
    size_t got = unpacker->dictionary != NULL
        ? ZSTD_decompress_usingDDict(unpacker->context, room, len, packed, packed_len, unpacker->dictionary->unpacking)
        : ZSTD_decompressDCtx(unpacker->context, room, len, packed, packed_len);
    if (ZSTD_isError(got) || got != len) {
        return false;
    }
    out->len += len;
    return true;
}
