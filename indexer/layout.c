/* layout.c - the index directory. */
#include "indexer/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "base/io.h"

static const char *const folders[] = { SCHEMA_GENERATIONS, SCHEMA_PARTS, SCHEMA_DEAD, SCHEMA_GROUPS, SCHEMA_TEXTS, SCHEMA_TMP,
                                       SCHEMA_RESOURCES };
#define FOLDER_COUNT (sizeof folders / sizeof *folders)

/* A file of language resources, perhaps half written: a letter and 16 hexadecimal digits (dutch.c). */
static bool is_resource(const char *name)
{
    bool letter = name[0] == 'w' || name[0] == 'c' || name[0] == 'h'; /* dutch_install */
    size_t digits = letter ? strspn(name + 1, "0123456789abcdef") : 0;
    return digits == 16 && (name[17] == '\0' || strcmp(name + 17, ".new") == 0);
}

/* Whether a folder holds nothing that a first run has not put there before it made the ledger. */
static bool is_empty_folder(DIR *parent, const char *name)
{
    int fd = openat(dirfd(parent), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    AUTO_CLOSEDIR DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    bool empty = true;
    for (const struct dirent *entry; empty && (entry = readdir(dir)) != NULL;) {
        bool itself = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        empty = itself || (strcmp(name, SCHEMA_RESOURCES) == 0 && is_resource(entry->d_name));
    }
    return empty;
}

/* Whether an entry may stand in a directory without an index: a first run ended before it had made one. */
static bool may_be_ours(DIR *dir, const char *name)
{
    bool known = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, SCHEMA_LOCK) == 0
        || strcmp(name, SCHEMA_EDITOR) == 0 || strcmp(name, SCHEMA_PURGE_LOG) == 0;
    for (size_t i = 0; i < FOLDER_COUNT && !known; i++) {
        known = strcmp(name, folders[i]) == 0 && is_empty_folder(dir, name);
    }
    return known;
}

/* A directory that holds anything but an index is not to be filled, let alone cleared up. */
static enum err_code check_foreign(const char *directory, struct err *err)
{
    AUTO_FREE char *ledger = io_join(directory, SCHEMA_LEDGER), *current = io_join(directory, SCHEMA_CURRENT);
    AUTO_CLOSEDIR DIR *dir = opendir(directory);
    if (ledger == NULL || current == NULL) {
        return err_nomem(err, "layout_open");
    }
    if (dir == NULL || io_exists(ledger) || io_exists(current)) {
        return ERR_OK;
    }
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (!may_be_ours(dir, entry->d_name)) {
            return err_set(err, ERR_INVALID, "%s is not an index and not empty (it holds %.100s): give --index a new "
                           "directory", directory, entry->d_name);
        }
    }
    return ERR_OK;
}

static enum err_code check_file_system(const char *directory, struct err *err)
{
    char name[64];
    enum err_code code = network_file_system(directory, name, err);
    return code != ERR_OK || name[0] == '\0' ? code
        : err_set(err, ERR_INVALID, "%s is on a network file system (%s), where locks and syncing cannot be relied on: "
                  "keep the index on a local disk (or give --allow-network-fs, at your own risk)", directory, name);
}

static enum err_code take_lock(struct layout *layout, struct err *err)
{
    AUTO_FREE char *path = io_join(layout->directory, SCHEMA_LOCK);
    if (path == NULL) {
        return err_nomem(err, "layout_open");
    }
    layout->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (layout->lock_fd < 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    if (flock(layout->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return err_set(err, ERR_LOCKED, "another naslag-index is at work on %s; wait for it to end", layout->directory);
        }
        return err_errno(err, errno, "cannot lock %s", path);
    }
    return ERR_OK;
}

enum err_code layout_open(const char *directory, bool allow_network, struct layout *ret_layout, struct err *err)
{
    struct layout layout = { .lock_fd = -1 };
    enum err_code code = check_foreign(directory, err);
    if (code == ERR_OK) {
        code = io_make_dirs(directory, err);
    }
    if (code == ERR_OK && !allow_network) {
        code = check_file_system(directory, err);
    }
    if (code == ERR_OK && (layout.directory = realpath(directory, NULL)) == NULL) {
        code = err_errno(err, errno, "cannot find %s", directory);
    }
    if (code == ERR_OK) {
        code = take_lock(&layout, err);
    }
    for (size_t i = 0; i < FOLDER_COUNT && code == ERR_OK; i++) {
        AUTO_FREE char *path = io_join(layout.directory, folders[i]);
        code = path != NULL ? io_make_dirs(path, err) : err_nomem(err, "layout_open");
    }
    if (code == ERR_OK) {
        code = io_sync_path(layout.directory, err);
    }
    if (code != ERR_OK) {
        layout_done(&layout);
        return code;
    }
    *ret_layout = layout;
    return ERR_OK;
}

void layout_done(struct layout *layout)
{
    free(layout->directory);
    if (layout->lock_fd >= 0) {
        close(layout->lock_fd);
    }
    *layout = (struct layout){ .lock_fd = -1 };
}

enum err_code layout_recover(const struct layout *layout, struct ledger *ledger, struct generation *ret_current,
                             struct err *err)
{
    uint64_t acknowledged = ledger_generation(ledger);
    uint64_t published = 0;
    struct digest seal;
    enum err_code code = generation_current_seal(layout->directory, &published, &seal, err);
    if (code == ERR_NOT_FOUND || (code == ERR_CORRUPT && acknowledged > 0)) {
        published = 0; /* the ledger knows what belongs there */
        code = ERR_OK;
    }
    if (code != ERR_OK) {
        return code;
    }
    if (published > acknowledged) {
        return err_set(err, ERR_CORRUPT, "the ledger of %s is older than the index (generation %" PRIu64 " against %" PRIu64
                       "): restore ledger.db, or index again into a new directory", layout->directory, acknowledged,
                       published);
    }
    if (published < acknowledged) {
        code = generation_publish(layout->directory, acknowledged, err);
    }
    struct generation current;
    generation_init(&current);
    if (code == ERR_OK && acknowledged > 0) {
        code = generation_load(layout->directory, acknowledged, &current, err);
    }
    if (code == ERR_OK && published > 0 && published == acknowledged && !digest_equal(&seal, &current.seal)) {
        code = err_set(err, ERR_CORRUPT, "the manifest of generation %" PRIu64 " of %s is not the one that was published",
                       published, layout->directory);
    }
    if (code != ERR_OK) {
        generation_done(&current);
        return code == ERR_NOT_FOUND ? err_set(err, ERR_CORRUPT, "generation %" PRIu64 " of %s is not complete: a file is "
                                               "missing", acknowledged, layout->directory) : code;
    }
    *ret_current = current;
    return ERR_OK;
}

/* Whether a generation names the file in one of the folders. */
static bool is_named(const struct generation *generation, const char *folder, const char *name)
{
    if (strcmp(folder, SCHEMA_GENERATIONS) == 0) {
        char own[GENERATION_NAME_MAX];
        snprintf(own, sizeof own, "%" PRIu64, generation->number);
        return strcmp(own, name) == 0;
    }
    if (strcmp(folder, SCHEMA_RESOURCES) == 0) {
        return strcmp(generation->words, name) == 0 || strcmp(generation->compounds, name) == 0
               || strcmp(generation->patterns, name) == 0;
    }
    if (strcmp(folder, SCHEMA_GROUPS) == 0) {
        return strcmp(generation->groups, name) == 0;
    }
    for (size_t i = 0; i < generation->part_count; i++) {
        const struct generation_part *part = &generation->parts[i];
        if ((strcmp(folder, SCHEMA_PARTS) == 0 && strcmp(part->name, name) == 0)
            || (strcmp(folder, SCHEMA_DEAD) == 0 && strcmp(part->dead_name, name) == 0)) {
            return true;
        }
    }
    for (size_t i = 0; strcmp(folder, SCHEMA_TEXTS) == 0 && i < generation->text_count; i++) {
        if (strcmp(generation->texts[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static enum err_code clear_folder(const struct layout *layout, const char *folder, const struct generation *kept,
                                  size_t kept_count, struct err *err)
{
    AUTO_FREE char *path = io_join(layout->directory, folder);
    AUTO_CLOSEDIR DIR *dir = path != NULL ? opendir(path) : NULL;
    if (dir == NULL) {
        return path == NULL ? err_nomem(err, "layout_clear") : err_errno(err, errno, "cannot list %s", path);
    }
    enum err_code code = ERR_OK;
    struct dirent *entry;
    while (code == ERR_OK && (entry = readdir(dir)) != NULL) {
        bool keep = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t i = 0; !keep && i < kept_count; i++) {
            keep = is_named(&kept[i], folder, entry->d_name);
        }
        if (!keep) {
            AUTO_FREE char *victim = io_join(path, entry->d_name);
            code = victim != NULL ? io_remove_tree(victim, err) : err_nomem(err, "layout_clear");
        }
    }
    return code;
}

/* The newest generation before the current one whose manifest is still there. */
static bool load_previous(const struct layout *layout, uint64_t number, struct generation *ret_generation)
{
    for (uint64_t before = number; before-- > 1 && number - before < 1000;) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s/%" PRIu64, layout->directory, SCHEMA_GENERATIONS, before);
        if (io_exists(path)) {
            return generation_load_manifest(layout->directory, before, ret_generation, NULL) == ERR_OK;
        }
    }
    return false;
}

/* Loads the generations that can be rolled back to.  One of which the manifest is damaged is no use: it is not kept. */
static enum err_code load_earlier(const struct layout *layout, struct ledger *ledger, uint64_t current, struct generation *kept,
                                  size_t *count, struct err *err)
{
    uint64_t earlier[LEDGER_KEEP_MAX];
    size_t earlier_count = 0;
    enum err_code code = ledger_earlier(ledger, earlier, &earlier_count, err);
    for (size_t i = 0; i < earlier_count && code == ERR_OK; i++) {
        if (earlier[i] < current) {
            code = generation_load_manifest(layout->directory, earlier[i], &kept[*count], err);
            *count += code == ERR_OK;
            code = code == ERR_NOT_FOUND || code == ERR_CORRUPT || code == ERR_VERSION ? ERR_OK : code;
        }
    }
    return code;
}

/* `previous`: the generation before the current one is kept, too. */
static enum err_code clear(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                           const struct generation *making, bool previous, struct err *err)
{
    struct generation *kept = calloc(LEDGER_KEEP_MAX + 3, sizeof *kept);
    size_t count = 0;
    if (kept == NULL) {
        return err_nomem(err, "layout_clear");
    }
    if (previous && load_previous(layout, current->number, &kept[count])) {
        count++;
    }
    enum err_code code = load_earlier(layout, ledger, current->number, kept, &count, err);
    size_t loaded = count;
    kept[count++] = *current;
    if (making != NULL) {
        kept[count++] = *making;
    }
    for (size_t i = 0; i < FOLDER_COUNT && code == ERR_OK; i++) {
        code = clear_folder(layout, folders[i], kept, count, err);
    }
    for (size_t i = 0; i < loaded; i++) {
        generation_done(&kept[i]);
    }
    free(kept);
    return code;
}

enum err_code layout_clear(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                           const struct generation *making, struct err *err)
{
    return clear(layout, ledger, current, making, true, err);
}

enum err_code layout_clear_all(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                               struct err *err)
{
    return clear(layout, ledger, current, NULL, false, err);
}

void layout_clear_up(const struct layout *layout, struct ledger *ledger, const struct generation *current)
{
    if (layout->directory == NULL) {
        return;
    }
    struct generation nothing;
    generation_init(&nothing);
    clear_folder(layout, SCHEMA_TMP, &nothing, 0, NULL);
    /* Files of a generation that is acknowledged and not yet published are not ours to remove. */
    if (ledger != NULL && !ledger_in_doubt(ledger) && ledger_generation(ledger) == current->number) {
        clear(layout, ledger, current, NULL, false, NULL);
    }
}
