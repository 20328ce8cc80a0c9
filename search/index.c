/* index.c - opening a generation, and moving to the next. */
#include "search/index.h"

#include <string.h>

#include "base/io.h"
#include "text/schema.h"

static void view_free(struct index_view *view)
{
    if (view == NULL) {
        return;
    }
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

static enum err_code view_open(const char *directory, const struct index_view *old, struct index_view **ret_view,
                               struct err *err)
{
    CLEANUP(view_free_cleanup) struct index_view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        return err_nomem(err, "opening an index");
    }
    enum err_code code = generation_load_current(directory, &view->generation, err);
    if (code == ERR_OK) {
        code = open_reader(directory, view, err);
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

/* A generation may be replaced, and its files removed, while it is being opened: then the next one is there. */
static enum err_code view_open_latest(struct search_index *index, struct index_view **ret_view, struct err *err)
{
    enum err_code code = ERR_OK;
    for (int i = 0; i < 5; i++) {
        struct stat now;
        if (stat(index->current_path, &now) != 0) {
            memset(&now, 0, sizeof now);
        }
        code = view_open(index->directory, index->view, ret_view, err);
        if (code == ERR_OK) {
            index->current = now;
            return ERR_OK;
        }
        struct stat after;
        bool moved = stat(index->current_path, &after) == 0
            && (after.st_ino != now.st_ino || after.st_mtim.tv_nsec != now.st_mtim.tv_nsec);
        if (!moved) {
            break;
        }
    }
    return code == ERR_NOT_FOUND && io_exists(index->current_path)
        ? err_set(err, ERR_CORRUPT, "the index in %s is not complete: a file is missing", index->directory) : code;
}

enum err_code search_index_open(const char *directory, struct search_index **ret_index, struct err *err)
{
    CLEANUP(search_index_free_cleanup) struct search_index *index = calloc(1, sizeof *index);
    if (index == NULL || (index->directory = strdup(directory)) == NULL
        || (index->current_path = io_join(directory, SCHEMA_CURRENT)) == NULL
        || (index->editor_path = io_join(directory, SCHEMA_EDITOR)) == NULL) {
        return err_nomem(err, "opening an index");
    }
    enum err_code code = view_open_latest(index, &index->view, err);
    if (code == ERR_OK) {
        code = index_read_editor(index, true, err);
    }
    if (code == ERR_OK) {
        *ret_index = TAKE_PTR(index);
    }
    return code;
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
    if (now.st_ino == index->current.st_ino && now.st_dev == index->current.st_dev
        && now.st_mtim.tv_sec == index->current.st_mtim.tv_sec && now.st_mtim.tv_nsec == index->current.st_mtim.tv_nsec) {
        return index_read_editor(index, false, err);
    }
    struct index_view *fresh;
    enum err_code code = view_open_latest(index, &fresh, err);
    if (code != ERR_OK) {
        return code;
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
