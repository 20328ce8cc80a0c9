/* index.c - opening a generation, and moving to the next. */
#include "search/index.h"

#include <string.h>

#include "base/io.h"
#include "text/schema.h"

#define RETRY_MS 1000 /* a generation that could not be opened is tried again at most this often */

static void view_free(struct index_view *view)
{
    if (view == NULL) {
        return;
    }
    collapse_free(view->collapse);
    shim_reader_free(view->reader);
    if (!view->lent) {
        deriver_free(view->deriver);
        dutch_free(view->dutch);
    }
    for (size_t i = 0; view->lexicons != NULL && i < view->generation.part_count; i++) {
        lexicon_free(view->lexicons[i]);
    }
    for (size_t i = 0; view->stores != NULL && i < view->generation.text_count; i++) {
        store_free(view->stores[i]);
    }
    free(view->lexicons);
    free(view->stores);
    generation_done(&view->generation);
    free(view);
}

static void view_free_cleanup(struct index_view **view)
{
    view_free(*view);
}

static enum err_code open_lexicons(const char *directory, struct index_view *view, struct err *err)
{
    const struct generation *generation = &view->generation;
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    view->lexicons = calloc(generation->part_count + 1, sizeof(struct lexicon *));
    if (view->lexicons == NULL) {
        return err_nomem(err, "opening an index");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        code = generation_path(directory, SCHEMA_PARTS, generation->parts[i].name, &path, err);
        if (code == ERR_OK) {
            buf_add_str(&path, "/" SCHEMA_LEXICON);
            code = buf_check(&path, "a path in the index", err);
        }
        if (code == ERR_OK) {
            code = lexicon_open(path.data, &view->lexicons[i], err);
        }
    }
    return code;
}

static enum err_code open_stores(const char *directory, struct index_view *view, struct err *err)
{
    const struct generation *generation = &view->generation;
    const struct store *beside = NULL;
    AUTO_BUF struct buf path;
    buf_init(&path, 4096);
    view->stores = calloc(generation->text_count + 1, sizeof(struct store *));
    if (view->stores == NULL) {
        return err_nomem(err, "opening an index");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->text_count && code == ERR_OK; i++) {
        if (dictionary_is_name(generation->texts[i], strlen(generation->texts[i]))) {
            continue; /* the store files open theirs */
        }
        code = generation_path(directory, SCHEMA_TEXTS, generation->texts[i], &path, err);
        if (code == ERR_OK) {
            code = store_open_beside(path.data, beside, &view->stores[i], err);
            beside = view->stores[i];
        }
    }
    return code;
}

static enum err_code open_reader(const char *directory, struct index_view *view, struct err *err)
{
    const struct generation *generation = &view->generation;
    AUTO_FREE struct shim_part *parts = calloc(generation->part_count + 1, sizeof *parts);
    AUTO_BUF struct buf paths; /* NUL-terminated, one after the other */
    buf_init(&paths, 1 << 20);
    AUTO_FREE size_t *at = calloc(generation->part_count + 1, sizeof *at);
    if (parts == NULL || at == NULL) {
        return err_nomem(err, "opening an index");
    }
    for (size_t i = 0; i < generation->part_count; i++) {
        at[i] = paths.len;
        buf_printf(&paths, "%s/%s/%s", directory, SCHEMA_PARTS, generation->parts[i].name);
        buf_add_char(&paths, '\0');
        parts[i].dead = generation->parts[i].dead;
        parts[i].dead_count = generation->parts[i].dead_count;
        view->all_count += generation->parts[i].doc_count;
    }
    enum err_code code = buf_check(&paths, "paths of an index", err);
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        parts[i].path = paths.data + at[i];
    }
    return code == ERR_OK ? shim_reader_open(parts, generation->part_count, &view->reader, err) : code;
}

/* What is known of the language is opened anew only when it is not what `old`, which may be NULL, has open. */
static enum err_code open_dutch(const char *directory, const struct index_view *old, struct index_view *view, struct err *err)
{
    if (old != NULL && dutch_same(&old->generation, &view->generation)) {
        view->dutch = old->dutch;
        view->deriver = old->deriver;
        view->lent = true;
        return ERR_OK;
    }
    enum err_code code = dutch_open(directory, &view->generation, &view->dutch, err);
    return code == ERR_OK ? deriver_new(view->dutch, &view->deriver, err) : code;
}

/* `number` 0: the published generation. */
static enum err_code view_open(const char *directory, uint64_t number, const struct index_view *old,
                               struct index_view **ret_view, struct err *err)
{
    CLEANUP(view_free_cleanup) struct index_view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        return err_nomem(err, "opening an index");
    }
    enum err_code code = number == 0 ? generation_load_current(directory, &view->generation, err)
                                     : generation_load(directory, number, &view->generation, err);
    if (code == ERR_OK && number != 0) {
        code = generation_check_terms(directory, &view->generation, err);
    }
    if (code == ERR_OK) {
        code = generation_check_quickly(directory, &view->generation, err);
    }
    if (code == ERR_OK) {
        code = open_reader(directory, view, err);
    }
    if (code == ERR_OK) {
        code = collapse_open(directory, &view->generation, view->reader, &view->collapse, err);
    }
    if (code == ERR_OK) {
        code = open_dutch(directory, old, view, err);
    }
    if (code == ERR_OK) {
        code = open_lexicons(directory, view, err);
    }
    if (code == ERR_OK) {
        code = open_stores(directory, view, err);
    }
    if (code == ERR_OK) {
        view->doc_count = shim_reader_doc_count(view->reader);
        *ret_view = TAKE_PTR(view);
    }
    return code;
}

static bool is_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev && one->st_mtim.tv_sec == other->st_mtim.tv_sec
        && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* Whether something was published here, though `current` is gone. */
static bool has_generations(const char *directory)
{
    AUTO_FREE char *path = io_join(directory, SCHEMA_GENERATIONS);
    return path != NULL && io_tree_size(path) > 0;
}

/* A generation may be replaced, and its files removed, while it is being opened: then the next one is there. */
static enum err_code view_open_latest(struct search_index *index, struct index_view **ret_view, struct err *err)
{
    enum err_code code = ERR_OK;
    for (int i = 0; i < 5; i++) {
        struct stat now;
        if (stat(index->current_path, &now) != 0) {
            memset(&now, 0, sizeof now);
        }
        code = view_open(index->directory, 0, index->view, ret_view, err);
        if (code == ERR_OK) {
            index->current = now;
            return ERR_OK;
        }
        struct stat after;
        bool moved = stat(index->current_path, &after) == 0 && !is_same_file(&after, &now);
        if (!moved) {
            index->failed = now;
            index->failed_ms = io_now_ms();
            break;
        }
    }
    if (code == ERR_NOT_FOUND && (io_exists(index->current_path) || has_generations(index->directory))) {
        return err_set(err, ERR_CORRUPT, "the index in %s is not complete: a file is missing", index->directory);
    }
    return code;
}

static enum err_code open_index(const char *directory, uint64_t number, struct search_index **ret_index, struct err *err)
{
    CLEANUP(search_index_free_cleanup) struct search_index *index = calloc(1, sizeof *index);
    if (index == NULL || (index->directory = strdup(directory)) == NULL
        || (index->current_path = io_join(directory, SCHEMA_CURRENT)) == NULL
        || (index->editor_path = io_join(directory, SCHEMA_EDITOR)) == NULL) {
        return err_nomem(err, "opening an index");
    }
    enum err_code code = number == 0 ? view_open_latest(index, &index->view, err)
                                     : view_open(directory, number, NULL, &index->view, err);
    if (code == ERR_OK) {
        code = index_read_editor(index, true, err);
    }
    if (code == ERR_OK) {
        *ret_index = TAKE_PTR(index);
    }
    return code;
}

enum err_code search_index_open(const char *directory, struct search_index **ret_index, struct err *err)
{
    return open_index(directory, 0, ret_index, err);
}

enum err_code search_index_open_generation(const char *directory, uint64_t generation, struct search_index **ret_index,
                                           struct err *err)
{
    return open_index(directory, generation, ret_index, err);
}

void search_index_free(struct search_index *index)
{
    if (index != NULL) {
        view_free(index->view);
        free(index->directory);
        free(index->current_path);
        editor_free(index->editor);
        free(index->editor_path);
        free(index->warnings);
        free(index);
    }
}

enum err_code search_index_refresh(struct search_index *index, struct err *err)
{
    struct stat now;
    if (stat(index->current_path, &now) != 0) {
        return err_set(err, ERR_NOT_FOUND, "%s is gone", index->current_path);
    }
    if (is_same_file(&now, &index->current)) {
        return index_read_editor(index, false, err);
    }
    if (is_same_file(&now, &index->failed) && io_now_ms() - index->failed_ms < RETRY_MS) {
        index_read_editor(index, false, NULL);
        return err_set(err, index->failure.code, "%s", index->failure.text);
    }
    struct index_view *fresh;
    enum err_code code = view_open_latest(index, &fresh, &index->failure);
    if (code != ERR_OK) {
        return err_set(err, code, "%s", index->failure.text);
    }
    if (fresh->lent) { /* the new view is the owner now */
        index->view->lent = true;
        fresh->lent = false;
    }
    view_free(index->view);
    index->view = fresh;
    return index_read_editor(index, true, err);
}

uint64_t search_index_generation(const struct search_index *index)
{
    return index->view->generation.number;
}

uint32_t search_index_doc_count(const struct search_index *index)
{
    return index->view->doc_count;
}

struct store *index_store(const struct index_view *view, const char *name, size_t len)
{
    for (size_t i = 0; i < view->generation.text_count; i++) {
        if (strlen(view->generation.texts[i]) == len && memcmp(view->generation.texts[i], name, len) == 0) {
            return view->stores[i];
        }
    }
    return NULL;
}
