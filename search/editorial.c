/* editorial.c - the editor's file of an open index. */
#include <stdio.h>
#include <string.h>

#include "search/index.h"
#include "text/schema.h"

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size
        && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum err_code describe(const struct editor *editor, const char *path, char **ret_warnings, struct err *err)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 1 << 20);
    size_t kept = editor->problem_count < EDITOR_PROBLEMS_MAX ? editor->problem_count : EDITOR_PROBLEMS_MAX;
    for (size_t i = 0; i < kept; i++) {
        buf_printf(&text, "%s%s:%u: %s", i > 0 ? "\n" : "", path, editor->problems[i].line, editor->problems[i].text);
    }
    if (kept < editor->problem_count) {
        buf_printf(&text, "\n%s: %zu more problems", path, editor->problem_count - kept);
    }
    *ret_warnings = editor->problem_count > 0 ? buf_take(&text) : NULL;
    return editor->problem_count > 0 && *ret_warnings == NULL ? err_nomem(err, "the editor's file") : ERR_OK;
}

enum err_code index_read_editor(struct search_index *index, bool fresh, struct err *err)
{
    struct stat now;
    bool there = stat(index->editor_path, &now) == 0;
    if (!there) {
        memset(&now, 0, sizeof now);
    }
    if (is_same(&now, &index->editor_stat) && !fresh) {
        return ERR_OK;
    }
    CLEANUP(editor_free_cleanup) struct editor *editor = NULL;
    AUTO_FREE char *warnings = NULL;
    struct err problem = ERR_INIT;
    enum err_code code = there ? editor_read(index->editor_path, &editor, &problem) : ERR_OK;
    if (code == ERR_NOMEM) {
        return err_set(err, code, "%s", problem.text);
    }
    if (code != ERR_OK) { /* no rows; tried again when it changes */
        warnings = strdup(problem.text);
        code = warnings != NULL ? ERR_OK : err_nomem(err, "the editor's file");
    } else if (editor != NULL) {
        code = describe(editor, index->editor_path, &warnings, err);
    }
    if (code == ERR_OK && editor != NULL) {
        code = editor_prepare(editor, dutch_words(index->view->dutch), err);
    }
    if (code != ERR_OK) {
        return code;
    }
    editor_free(index->editor);
    free(index->warnings);
    index->editor = TAKE_PTR(editor);
    index->warnings = TAKE_PTR(warnings);
    index->editor_stat = now;
    return ERR_OK;
}

const char *search_index_warnings(const struct search_index *index)
{
    return index->warnings != NULL ? index->warnings : "";
}
