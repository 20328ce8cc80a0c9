/* purge_names.c - comparing a target with names. */
#include "indexer/purge_names.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/builder.h"
#include "indexer/likeness.h"

#define SEPARATOR "!/"

/* ---- Files and records ---------------------------------------------------------------------- */

void purge_trees_done(struct purge_trees *trees)
{
    for (size_t i = 0; i < trees->count; i++) {
        free(trees->items[i].strings);
    }
    free(trees->items);
    *trees = (struct purge_trees){ .count = 0 };
}

bool purge_trees_have(const struct purge_trees *trees, const struct purge_tree *tree)
{
    for (size_t i = 0; i < trees->count; i++) {
        const struct purge_tree *other = &trees->items[i];
        if (strcmp(other->path, tree->path) == 0 && strcmp(other->record, tree->record) == 0
            && strcmp(other->source, tree->source) == 0) {
            return true;
        }
    }
    return false;
}

enum err_code purge_trees_add(struct purge_trees *trees, const struct purge_tree *tree, struct err *err)
{
    if (mem_grow(&trees->items, &trees->capacity, trees->count, sizeof *trees->items) != 0) {
        return err_nomem(err, "a list of files");
    }
    size_t source = strlen(tree->source) + 1, path = strlen(tree->path) + 1, record = strlen(tree->record) + 1;
    char *strings = malloc(source + path + record);
    if (strings == NULL) {
        return err_nomem(err, "a list of files");
    }
    memcpy(strings, tree->source, source);
    memcpy(strings + source, tree->path, path);
    memcpy(strings + source + path, tree->record, record);
    trees->items[trees->count++] = (struct purge_tree){ tree->file, strings, strings + source, strings + source + path, strings };
    return ERR_OK;
}

const char *purge_behind(const char *target, const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || strncmp(target, name, len) != 0) {
        return NULL;
    }
    return target[len] == '\0' ? target + len : strncmp(target + len, SEPARATOR, 2) == 0 ? target + len + 2 : NULL;
}

bool purge_is_below(const char *record, const char *id)
{
    size_t len = strlen(id);
    return len == 0 || (strncmp(record, id, len) == 0 && (record[len] == '\0' || strncmp(record + len, SEPARATOR, 2) == 0));
}

static bool is_uid(const struct purge_tree *tree, const char *record, const char *uid)
{
    char made[SCHEMA_UID_LEN + 1];
    builder_uid(tree->source, tree->path, record, made);
    return strcmp(made, uid) == 0;
}

bool purge_tree_has(const struct purge_tree *tree, const char *source, const char *name, const char *uid)
{
    if (strcmp(tree->source, source) != 0) {
        return false;
    }
    bool whole = tree->record[0] == '\0' && strcmp(name, tree->path) == 0 && is_uid(tree, "", uid);
    return whole || (purge_is_below(name, tree->record) && is_uid(tree, name, uid));
}

static enum err_code guess_tree(struct purge_trees *trees, const struct purge_tree *tree, struct err *err)
{
    return purge_trees_have(trees, tree) ? ERR_OK : purge_trees_add(trees, tree, err);
}

/* Adds a path, and what it is when a record is behind it. */
static enum err_code guess_path(struct purge_trees *trees, const char *source, const char *name, struct err *err)
{
    char path[PATH_MAX];
    struct purge_tree tree = { .source = source, .path = path, .record = "" };
    if (name[0] == '\0' || strlen(name) >= sizeof path) {
        return ERR_OK;
    }
    snprintf(path, sizeof path, "%s", name);
    enum err_code code = guess_tree(trees, &tree, err);
    for (const char *at = strstr(name, SEPARATOR); at != NULL && code == ERR_OK; at = strstr(at + 2, SEPARATOR)) {
        path[at - name] = '\0';
        tree.record = at + 2;
        code = path[0] != '\0' && at[2] != '\0' ? guess_tree(trees, &tree, err) : ERR_OK;
        path[at - name] = SEPARATOR[0];
    }
    return code;
}

/* What is behind a folder and a slash; "" when the name is not below it. */
static const char *below_folder(const char *name, const char *folder)
{
    size_t len = strlen(folder);
    return len > 0 && strncmp(name, folder, len) == 0 && name[len] == '/' ? name + len + 1 : "";
}

enum err_code purge_guess(struct purge_trees *trees, const char *source, const char *root, const char *target, const char *real,
                          struct err *err)
{
    const char *names[] = { target, below_folder(target, source), below_folder(target, root), below_folder(real, root) };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && code == ERR_OK; i++) {
        code = guess_path(trees, source, names[i], err);
    }
    return code;
}

/* ---- Addresses ------------------------------------------------------------------------------ */

bool purge_is_address(const char *target, const char *url, size_t len)
{
    const char *fragment = len > 0 ? memchr(url, '#', len) : NULL, *wanted = strchr(target, '#');
    const struct doc_string named = { target, strlen(target) }, other = { url, len };
    if (len == 0 || likeness_address(named) != likeness_address(other)) {
        return false;
    }
    size_t tail = fragment != NULL ? len - (size_t)(fragment - url) : 0;
    return tail == 0 || wanted == NULL || (strlen(wanted) == tail && memcmp(wanted, fragment, tail) == 0);
}

/* Whether an address begins here: "SCHEME://". */
static bool is_url(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    return len > 0 && strncmp(text + len, "://", 3) == 0;
}

/* A record has the id of what it is in before it: each "!/" may begin an address. */
bool purge_is_capture(const char *record, const char *target)
{
    for (const char *start = record; start != NULL;) {
        for (const char *at = start; is_url(start) && (at = strchr(at, '@')) != NULL; at++) {
            size_t digits = strspn(at + 1, "0123456789");
            bool ends = digits > 0 && (at[1 + digits] == '\0' || strncmp(at + 1 + digits, SEPARATOR, 2) == 0);
            if (ends && purge_is_address(target, start, (size_t)(at - start))) {
                return true;
            }
        }
        if (is_url(start) && purge_is_address(target, start, strlen(start))) {
            return true;
        }
        start = strstr(start, SEPARATOR);
        start = start != NULL ? start + 2 : NULL;
    }
    return false;
}
