/* texts.c - dictionaries, and moving texts. */
#include "indexer/texts.h"

#include <string.h>

#include "base/io.h"
#include "indexer/spool.h"
#include "text/doc_head.h"
#include "text/schema.h"

#define SHOWN_BYTES ((uint64_t)16 << 20) /* of text from which samples are taken, about */
#define MOST_PACKED 8 /* times that text is larger than its store file, at most: before it is worth counting */
#define MOVER_MAGIC 0x6d6f7665u

static enum err_code folder_of(const char *directory, struct buf *ret_folder, struct err *err)
{
    return generation_path(directory, SCHEMA_TEXTS, NULL, ret_folder, err);
}

enum err_code texts_dictionary(const char *directory, struct dictionary **ret_dictionary, struct err *err)
{
    AUTO_BUF struct buf folder;
    buf_init(&folder, 4096);
    enum err_code code = folder_of(directory, &folder, err);
    return code == ERR_OK ? dictionary_find(folder.data, ret_dictionary, err) : code;
}

/* Whether so much text asks for another dictionary than the one that is there, which may be NULL. */
static bool needs_training(const struct dictionary *dictionary, uint64_t text)
{
    return text >= PACKING_TEXT_MIN && (dictionary == NULL || text / PACKING_GROWTH >= dictionary_text(dictionary));
}

enum err_code texts_train(const char *directory, const char *const *counts, size_t count, struct err *err)
{
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = NULL, *trained = NULL;
    CLEANUP(trainer_free_cleanup) struct trainer *trainer = NULL;
    AUTO_BUF struct buf folder;
    buf_init(&folder, 4096);
    uint64_t text = 0;
    for (size_t i = 0; i < count; i++) {
        text += spool_size(counts[i]);
    }
    enum err_code code = needs_training(NULL, text) ? texts_dictionary(directory, &dictionary, err) : ERR_OK;
    if (code != ERR_OK || !needs_training(dictionary, text)) {
        return code;
    }
    uint64_t every = 1 + text / SHOWN_BYTES;
    code = trainer_new(text, text / every, &trainer, err);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        code = spool_sample(counts[i], every, trainer, err);
    }
    if (code == ERR_OK) {
        code = folder_of(directory, &folder, err);
    }
    return code == ERR_OK ? trainer_write(trainer, folder.data, &trained, err) : code;
}

/* Opens a store file that must be there. */
static enum err_code open_text(const char *directory, const char *name, const struct store *beside, struct store **ret_store,
                               struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    enum err_code code = generation_path(directory, SCHEMA_TEXTS, name, &path, err);
    if (code == ERR_OK) {
        code = store_open_beside(path.data, beside, ret_store, err);
    }
    return code == ERR_NOT_FOUND ? err_set(err, ERR_CORRUPT, "stored texts %s are missing", path.data) : code;
}

enum err_code texts_add(const char *directory, const char *name, struct generation *generation, struct generation_part *part,
                        struct err *err)
{
    CLEANUP(store_free_cleanup) struct store *store = NULL;
    for (size_t i = 0; i < part->text_count; i++) {
        if (strcmp(part->texts[i], name) == 0) {
            return ERR_OK;
        }
    }
    enum err_code code = open_text(directory, name, NULL, &store, err);
    if (code == ERR_OK) {
        code = generation_add_text(generation, part, name, err);
    }
    return code == ERR_OK && store_dictionary(store) != NULL
        ? generation_add_text(generation, part, store_dictionary_name(store), err) : code;
}

/* ---- Merging ------------------------------------------------------------------------------ */

/* A store file of the merged parts. */
struct moved_text {
    const char *name; /* in the generation */
    size_t part;      /* counted from the first merged one */
    struct store *store; /* opened when first needed */
};

struct text_mover {
    unsigned magic;
    char *directory;
    char name[GENERATION_NAME_MAX];
    struct moved_text *texts;
    size_t count, last; /* last: the one last used */
    struct dictionary *dictionary;
    struct store_writer *writer; /* NULL before the first document */
};

void text_mover_free(struct text_mover *mover)
{
    if (mover != NULL) {
        for (size_t i = 0; i < mover->count; i++) {
            store_free(mover->texts[i].store);
        }
        free(mover->texts);
        dictionary_free(mover->dictionary);
        store_writer_free(mover->writer);
        free(mover->directory);
        free(mover);
    }
}

static enum err_code need_text(struct text_mover *mover, size_t index, struct err *err)
{
    struct moved_text *text = &mover->texts[index];
    const struct store *beside = mover->texts[mover->last].store;
    enum err_code code = text->store != NULL ? ERR_OK : open_text(mover->directory, text->name, beside, &text->store, err);
    mover->last = index;
    return code;
}

/* Adds up how much text there is, dead text included, and shows every so many-eth to a trainer, if there is one. */
static enum err_code walk_text(struct text_mover *mover, size_t index, uint64_t every, struct trainer *trainer, uint64_t *bytes,
                               struct err *err)
{
    AUTO_BUF struct buf block;
    buf_init(&block, STORE_BLOCK_TEXT_MAX);
    uint64_t offset = 0, number = 0;
    bool more = true;
    enum err_code code = need_text(mover, index, err);
    while (code == ERR_OK && more) {
        struct store_text text;
        code = store_next(mover->texts[index].store, &offset, &text, &more, err);
        *bytes += code == ERR_OK && more ? text.text_len : 0;
        bool shown = code == ERR_OK && more && trainer != NULL && number++ % every == 0;
        for (uint32_t i = 0; shown && i < text.block_count && code == ERR_OK; i++) {
            buf_clear(&block);
            code = store_read_block(&text, i, &block, err);
            trainer_add(trainer, block.data != NULL ? block.data : "", block.len);
        }
    }
    return code;
}

/* Trains a dictionary when the one of the index was made for much less text. */
static enum err_code renew_dictionary(struct text_mover *mover, struct err *err)
{
    CLEANUP(dictionary_free_cleanup) struct dictionary *trained = NULL;
    CLEANUP(trainer_free_cleanup) struct trainer *trainer = NULL;
    AUTO_BUF struct buf folder;
    buf_init(&folder, 4096);
    uint64_t size = 0, text = 0, shown = 0;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < mover->count && code == ERR_OK; i++) {
        code = need_text(mover, i, err);
        size += code == ERR_OK ? store_size(mover->texts[i].store) : 0;
    }
    if (code != ERR_OK || !needs_training(mover->dictionary, size * MOST_PACKED)) {
        return code;
    }
    for (size_t i = 0; i < mover->count && code == ERR_OK; i++) {
        code = walk_text(mover, i, 1, NULL, &text, err);
    }
    if (code != ERR_OK || !needs_training(mover->dictionary, text)) {
        return code;
    }
    uint64_t every = 1 + text / SHOWN_BYTES;
    code = trainer_new(text, text / every, &trainer, err);
    for (size_t i = 0; i < mover->count && code == ERR_OK; i++) {
        code = walk_text(mover, i, every, trainer, &shown, err);
    }
    if (code == ERR_OK) {
        code = folder_of(mover->directory, &folder, err);
    }
    if (code == ERR_OK) {
        code = trainer_write(trainer, folder.data, &trained, err);
    }
    if (code == ERR_OK && trained != NULL) {
        dictionary_free(mover->dictionary);
        mover->dictionary = TAKE_PTR(trained);
    }
    return code;
}

static enum err_code list_texts(struct text_mover *mover, const struct generation *generation, size_t from, struct err *err)
{
    size_t capacity = 0;
    for (size_t i = from; i < generation->part_count; i++) {
        const struct generation_part *part = &generation->parts[i];
        for (size_t k = 0; k < part->text_count; k++) {
            if (dictionary_is_name(part->texts[k], strlen(part->texts[k]))) {
                continue;
            }
            if (mem_grow(&mover->texts, &capacity, mover->count, sizeof *mover->texts) != 0) {
                return err_nomem(err, "a list of stored texts");
            }
            mover->texts[mover->count++] = (struct moved_text){ part->texts[k], i - from, NULL };
        }
    }
    return ERR_OK;
}

static enum err_code new_mover(const char *directory, const struct generation *generation, size_t from, const char *name,
                               struct text_mover **ret_mover, struct err *err)
{
    CLEANUP(text_mover_free_cleanup) struct text_mover *mover = calloc(1, sizeof *mover);
    if (mover == NULL || (mover->directory = strdup(directory)) == NULL) {
        return err_nomem(err, "text_mover_new");
    }
    mover->magic = MOVER_MAGIC;
    if (strlen(name) >= sizeof mover->name) {
        return err_set(err, ERR_INTERNAL, "a name of stored texts is too long");
    }
    memcpy(mover->name, name, strlen(name) + 1);
    enum err_code code = list_texts(mover, generation, from, err);
    if (code == ERR_OK) {
        *ret_mover = TAKE_PTR(mover);
    }
    return code;
}

enum err_code text_mover_new_with(const char *directory, const struct generation *generation, size_t from, const char *name,
                                  struct dictionary *dictionary, struct text_mover **ret_mover, struct err *err)
{
    enum err_code code = new_mover(directory, generation, from, name, ret_mover, err);
    if (code == ERR_OK) {
        (*ret_mover)->dictionary = dictionary_ref(dictionary);
    }
    return code;
}

enum err_code text_mover_new(const char *directory, const struct generation *generation, size_t from, const char *name,
                             struct text_mover **ret_mover, struct err *err)
{
    CLEANUP(text_mover_free_cleanup) struct text_mover *mover = NULL;
    enum err_code code = new_mover(directory, generation, from, name, &mover, err);
    if (code == ERR_OK) {
        code = texts_dictionary(directory, &mover->dictionary, err);
    }
    if (code == ERR_OK) {
        code = renew_dictionary(mover, err);
    }
    if (code == ERR_OK) {
        *ret_mover = TAKE_PTR(mover);
    }
    return code;
}

/* The store file of a source that a document names. */
static enum err_code find_text(struct text_mover *mover, size_t source, struct doc_string name, size_t *ret_index, struct err *err)
{
    for (size_t i = 0; i < mover->count; i++) {
        size_t index = (mover->last + i) % mover->count;
        const struct moved_text *text = &mover->texts[index];
        if (text->part == source && strlen(text->name) == name.len && memcmp(text->name, name.text, name.len) == 0) {
            *ret_index = index;
            return need_text(mover, index, err);
        }
    }
    return err_set(err, ERR_CORRUPT, "a document names stored texts that its part does not have");
}

static enum err_code need_writer(struct text_mover *mover, struct err *err)
{
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    if (mover->writer != NULL) {
        return ERR_OK;
    }
    enum err_code code = generation_path(mover->directory, SCHEMA_TEXTS, mover->name, &path, err);
    return code == ERR_OK ? store_writer_new(path.data, mover->dictionary, &mover->writer, err) : code;
}

enum err_code text_mover_on_data(void *context, size_t source, uint32_t docid, const char *data, size_t len, struct buf *out,
                                 struct err *err)
{
    struct text_mover *mover = context;
    struct doc_head head;
    struct store_text text;
    size_t index = 0;
    (void)docid;
    if (mover->magic != MOVER_MAGIC) {
        return err_set(err, ERR_INTERNAL, "texts are moved by something else");
    }
    enum err_code code = doc_head_read(data, len, &head, err);
    if (code == ERR_OK) {
        code = find_text(mover, source, head.store, &index, err);
    }
    if (code == ERR_OK) {
        code = store_get(mover->texts[index].store, head.store_offset, &text, err);
    }
    if (code == ERR_OK) {
        code = need_writer(mover, err);
    }
    if (code == ERR_OK) {
        code = store_copy(mover->writer, &text, &head.store_offset, err);
    }
    if (code == ERR_OK) {
        head.store = (struct doc_string){ mover->name, strlen(mover->name) };
        doc_head_write(&head, out);
        code = buf_check(out, "document data", err);
    }
    return code;
}

enum err_code text_mover_end(struct text_mover *mover, struct generation *fresh, struct generation_part *part, struct err *err)
{
    AUTO_BUF struct buf folder;
    buf_init(&folder, 4096);
    if (mover->writer == NULL) {
        return ERR_OK;
    }
    enum err_code code = store_writer_sync(mover->writer, err);
    if (code == ERR_OK) {
        code = folder_of(mover->directory, &folder, err);
    }
    if (code == ERR_OK) {
        code = io_sync_path(folder.data, err);
    }
    return code == ERR_OK ? texts_add(mover->directory, mover->name, fresh, part, err) : code;
}
