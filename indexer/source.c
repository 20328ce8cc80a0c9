/* source.c - sources, and walking through them. */
#include "indexer/source.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"

static void source_done(struct source *source)
{
    free(source->name);
    free(source->root);
    free(source->url);
    free(source->kind);
    free(source->programme);
    free(source->organisation);
    for (size_t i = 0; i < source->rule_count; i++) {
        free(source->rules[i].pattern);
        free(source->rules[i].kind);
        free(source->rules[i].programme);
        free(source->rules[i].organisation);
    }
    free(source->rules);
}

void sources_done(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        source_done(&sources->items[i]);
    }
    free(sources->items);
    *sources = (struct sources){ 0 };
}

static struct source *append(struct sources *sources)
{
    if (mem_grow(&sources->items, &sources->capacity, sources->count, sizeof *sources->items) != 0) {
        return NULL;
    }
    struct source *source = &sources->items[sources->count++];
    *source = (struct source){ .url = strdup(""), .kind = strdup(""), .programme = strdup(""), .organisation = strdup("") };
    return source->url != NULL && source->kind != NULL && source->programme != NULL && source->organisation != NULL ? source : NULL;
}

static enum err_code set_root(struct source *source, const char *path, struct err *err)
{
    free(source->root);
    source->root = realpath(path, NULL);
    struct stat info;
    if (source->root == NULL || stat(source->root, &info) != 0) {
        return err_errno(err, errno, "cannot find the source %s (nothing was removed from the index)", path);
    }
    source->single = S_ISREG(info.st_mode);
    if (!source->single && !S_ISDIR(info.st_mode)) {
        return err_set(err, ERR_INVALID, "%s is neither a directory nor a file", path);
    }
    return ERR_OK;
}

/* No two sources may share a name: it is part of what identifies a document. */
static enum err_code check_name(const struct sources *sources, struct err *err)
{
    const struct source *last = &sources->items[sources->count - 1];
    for (size_t i = 0; i + 1 < sources->count; i++) {
        if (strcmp(sources->items[i].name, last->name) == 0) {
            return err_set(err, ERR_INVALID, "two sources are called '%s' (%s and %s): give them names in a configuration "
                           "file", last->name, sources->items[i].root, last->root);
        }
    }
    return ERR_OK;
}

enum err_code sources_add_path(struct sources *sources, const char *path, struct err *err)
{
    struct source *source = append(sources);
    if (source == NULL) {
        return err_nomem(err, "sources");
    }
    enum err_code code = set_root(source, path, err);
    if (code != ERR_OK) {
        return code;
    }
    const char *slash = strrchr(source->root, '/');
    source->name = strdup(slash[1] != '\0' ? slash + 1 : "root");
    return source->name != NULL ? check_name(sources, err) : err_nomem(err, "sources");
}

/* ---- Configuration file ------------------------------------------------------------------- */

#define READER_MAGIC 0x736f7572u

struct reader {
    unsigned magic;
    struct sources *sources;
    const char *file;
    char section[128];
};

static enum err_code begin_section(struct reader *reader, const char *section, struct err *err)
{
    static const char word[] = "source ";
    if (strncmp(section, word, strlen(word)) != 0 || section[strlen(word)] == '\0') {
        return err_set(err, ERR_INVALID, "unknown section [%s]; sections are called [source NAME]", section);
    }
    struct source *source = append(reader->sources);
    if (source == NULL || (source->name = strdup(section + strlen(word))) == NULL) {
        return err_nomem(err, "sources");
    }
    snprintf(reader->section, sizeof reader->section, "%s", section);
    return ERR_OK;
}

static enum err_code set_path(struct reader *reader, struct source *source, const char *value, struct err *err)
{
    if (source->root != NULL) { /* inih tells sections apart by name, and by their first 49 characters */
        return err_set(err, ERR_INVALID, "a second path for source '%s': give each source a section with a name of its own, and "
                       "of at most 42 characters", source->name);
    }
    char path[PATH_MAX];
    const char *slash = strrchr(reader->file, '/');
    int directory = value[0] == '/' || slash == NULL ? 0 : (int)(slash - reader->file) + 1;
    if (snprintf(path, sizeof path, "%.*s%s", directory, reader->file, value) >= (int)sizeof path) {
        return err_set(err, ERR_INVALID, "the path is too long");
    }
    return set_root(source, path, err);
}

/* The next part of "a | b | c", without blanks around it, cut off by a NUL; NULL at the end. */
static char *next_part(char **at)
{
    char *part = *at;
    if (part == NULL) {
        return NULL;
    }
    char *bar = strchr(part, '|');
    *at = bar != NULL ? bar + 1 : NULL;
    char *end = bar != NULL ? bar : part + strlen(part);
    part += strspn(part, " \t");
    while (end > part && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    *end = '\0';
    return part;
}

/* "type = brief" into the rule. */
static enum err_code add_setting(struct source_rule *rule, char *part, struct err *err)
{
    char *value = strchr(part, '=');
    size_t len = value != NULL ? (size_t)(value - part) : 0;
    while (len > 0 && (part[len - 1] == ' ' || part[len - 1] == '\t')) {
        len--;
    }
    char **slot = len == 4 && memcmp(part, "type", 4) == 0 ? &rule->kind
                : len == 9 && memcmp(part, "programme", 9) == 0 ? &rule->programme
                : len == 12 && memcmp(part, "organisation", 12) == 0 ? &rule->organisation : NULL;
    if (slot == NULL) {
        return err_set(err, ERR_INVALID, "the rule's part '%s' is none of type = ..., programme = ..., organisation = ...", part);
    }
    value += 1 + strspn(value + 1, " \t");
    if (strlen(value) > SOURCE_VALUE_MAX) {
        return err_set(err, ERR_INVALID, "a value of the rule is longer than %d bytes", SOURCE_VALUE_MAX);
    }
    free(*slot);
    *slot = strdup(value);
    return *slot != NULL ? ERR_OK : err_nomem(err, "sources");
}

/* PATTERN | setting | ... */
static enum err_code add_rule(struct source *source, const char *text, struct err *err)
{
    AUTO_FREE char *copy = strdup(text);
    if (copy == NULL
        || mem_grow(&source->rules, &source->rule_capacity, source->rule_count, sizeof *source->rules) != 0) {
        return err_nomem(err, "sources");
    }
    char *at = copy, *part = next_part(&at);
    struct source_rule *rule = &source->rules[source->rule_count++];
    *rule = (struct source_rule){ .pattern = strdup(part), .kind = strdup(""), .programme = strdup(""),
                                  .organisation = strdup("") };
    if (rule->pattern == NULL || rule->kind == NULL || rule->programme == NULL || rule->organisation == NULL) {
        return err_nomem(err, "sources");
    }
    if (*part == '\0' || at == NULL) {
        return err_set(err, ERR_INVALID, "a rule is a pattern of paths and what it says: PATTERN | type = ... | programme = ...");
    }
    enum err_code code = ERR_OK;
    while (code == ERR_OK && (part = next_part(&at)) != NULL) {
        code = add_setting(rule, part, err);
    }
    return code;
}

bool source_values_of(const struct source *source, const char *name, struct source_values *ret_values)
{
    struct source_values values = { "", "", "", source->programme, source->organisation, source->restricted_too };
    for (size_t i = 0; i < source->rule_count; i++) {
        const struct source_rule *rule = &source->rules[i];
        if (fnmatch(rule->pattern, name, 0) == 0) {
            values.kind = *values.kind == '\0' ? rule->kind : values.kind;
            values.programme = *values.programme == '\0' ? rule->programme : values.programme;
            values.organisation = *values.organisation == '\0' ? rule->organisation : values.organisation;
        }
    }
    *ret_values = values;
    return *values.kind != '\0' || *values.programme != '\0' || *values.organisation != '\0' || *source->programme != '\0'
           || *source->organisation != '\0' || source->restricted_too;
}

static enum err_code on_line(void *context, const char *section, const char *key, const char *value, int line,
                             struct err *err)
{
    struct reader *reader = context;
    (void)line;
    if (reader->magic != READER_MAGIC) {
        return err_set(err, ERR_INTERNAL, "a configuration reader of another kind");
    }
    if (strcmp(reader->section, section) != 0) {
        enum err_code code = begin_section(reader, section, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    struct source *source = &reader->sources->items[reader->sources->count - 1];
    if (strcmp(key, "path") == 0) {
        return set_path(reader, source, value, err);
    }
    if (strcmp(key, "boilerplate") == 0) {
        source->whole = strcmp(value, "keep") == 0;
        return source->whole || strcmp(value, "drop") == 0
            ? ERR_OK : err_set(err, ERR_INVALID, "boilerplate = %s is neither keep nor drop", value);
    }
    if (strcmp(key, "restricted") == 0) {
        source->restricted_too = strcmp(value, "index") == 0;
        return source->restricted_too || strcmp(value, "keep-out") == 0
            ? ERR_OK : err_set(err, ERR_INVALID, "restricted = %s is neither index nor keep-out", value);
    }
    if (strcmp(key, "rule") == 0) {
        return add_rule(source, value, err);
    }
    char **field = strcmp(key, "url") == 0 ? &source->url : strcmp(key, "collection") == 0 ? &source->name
                 : strcmp(key, "type") == 0 ? &source->kind : strcmp(key, "programme") == 0 ? &source->programme
                 : strcmp(key, "organisation") == 0 ? &source->organisation : NULL;
    if (field == NULL) {
        return err_set(err, ERR_INVALID, "unknown setting '%s'; known are path, url, collection, type, programme, "
                       "organisation, rule, restricted, boilerplate", key);
    }
    if ((field == &source->programme || field == &source->organisation) && strlen(value) > SOURCE_VALUE_MAX) {
        return err_set(err, ERR_INVALID, "%s is longer than %d bytes", key, SOURCE_VALUE_MAX);
    }
    free(*field);
    *field = strdup(value);
    return *field != NULL ? ERR_OK : err_nomem(err, "sources");
}

enum err_code sources_add_config(struct sources *sources, const char *path, struct err *err)
{
    struct reader reader = { .magic = READER_MAGIC, .sources = sources, .file = path };
    size_t before = sources->count;
    enum err_code code = conf_read(path, on_line, &reader, err);
    if (code == ERR_OK && sources->count == before) {
        code = err_set(err, ERR_INVALID, "%s names no source: add a [source NAME] section with a path", path);
    }
    size_t all = sources->count;
    for (size_t i = before; i < all && code == ERR_OK; i++) {
        if (sources->items[i].root == NULL) {
            return err_set(err, ERR_INVALID, "%s: source '%s' has no path", path, sources->items[i].name);
        }
        sources->count = i + 1;
        code = check_name(sources, err);
    }
    sources->count = all;
    return code;
}

/* ---- Walking ------------------------------------------------------------------------------ */

static int by_name(const FTSENT **left, const FTSENT **right)
{
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

static enum err_code visit_entry(const struct source *source, FTS *tree, FTSENT *entry, const struct stat *exclude,
                                 source_visit *visit, void *context, struct err *err)
{
    const char *name = entry->fts_path + strlen(source->root);
    name += *name == '/';
    char reason[256];
    switch (entry->fts_info) {
    case FTS_D:
        if (entry->fts_level > 0 && (entry->fts_name[0] == '.' || (exclude != NULL && entry->fts_dev == exclude->st_dev
                                                                   && entry->fts_ino == exclude->st_ino))) {
            fts_set(tree, entry, FTS_SKIP);
        }
        return ERR_OK;
    case FTS_DP:
    case FTS_DOT:
        return ERR_OK;
    case FTS_F:
        return entry->fts_name[0] == '.' && entry->fts_level > 0
            ? ERR_OK : visit(context, source, entry->fts_path, name, entry->fts_statp, NULL, err);
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        snprintf(reason, sizeof reason, "cannot read it: %s", strerror(entry->fts_errno));
        return visit(context, source, entry->fts_path, name, NULL, reason, err);
    case FTS_SL:
    case FTS_SLNONE:
        return visit(context, source, entry->fts_path, name, NULL, "symbolic link (not followed)", err);
    default:
        return visit(context, source, entry->fts_path, name, NULL, "not a regular file", err);
    }
}

enum err_code source_walk(const struct source *source, const char *exclude, source_visit *visit, void *context,
                          struct err *err)
{
    struct stat info;
    bool excluding = exclude != NULL && stat(exclude, &info) == 0;
    if (source->single) {
        struct stat file;
        if (stat(source->root, &file) != 0) {
            return err_errno(err, errno, "cannot find %s", source->root);
        }
        return visit(context, source, source->root, strrchr(source->root, '/') + 1, &file, NULL, err);
    }
    char *const roots[] = { source->root, NULL };
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL) {
        return err_errno(err, errno, "cannot list %s", source->root);
    }
    enum err_code code = ERR_OK;
    FTSENT *entry;
    errno = 0;
    while (code == ERR_OK && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_level == 0 && (entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR)) {
            code = err_errno(err, entry->fts_errno, "cannot read the source %s (nothing was removed from the index)",
                             source->root);
            break;
        }
        code = visit_entry(source, tree, entry, excluding ? &info : NULL, visit, context, err);
        errno = 0;
    }
    if (code == ERR_OK && errno != 0) {
        code = err_errno(err, errno, "cannot list %s", source->root);
    }
    fts_close(tree);
    return code;
}
