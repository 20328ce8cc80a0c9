/* generation_files.c - the files that a generation needs: listing them with their digests, and checking them. */
#include "text/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "text/schema.h"

#define CHUNK ((size_t)1 << 20)

/* ---- Listing ------------------------------------------------------------------------------ */

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct generation_file *)left)->path, ((const struct generation_file *)right)->path);
}

static const struct generation_file *find(const struct generation_file *files, size_t count, const char *path)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(files[middle].path, path);
        if (order == 0) {
            return &files[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct generation_file *generation_find_file(const struct generation *generation, const char *path)
{
    return find(generation->files, generation->file_count, path);
}

enum err_code generation_add_file(struct generation *generation, const struct generation_file *file, struct err *err)
{
    if (mem_grow(&generation->files, &generation->file_capacity, generation->file_count, sizeof *generation->files) != 0) {
        return err_nomem(err, "a list of files");
    }
    generation->files[generation->file_count++] = *file;
    return ERR_OK;
}

static enum err_code file_path(const char *directory, const char *path, struct buf *out, struct err *err)
{
    return generation_path(directory, path, NULL, out, err);
}

/* Adds a file that is on disk; its digest is computed unless `before` knows the file. */
static enum err_code list_file(const char *directory, const char *path, const struct generation *before,
                               struct generation *generation, struct err *err)
{
    const struct generation_file *known = before != NULL ? generation_find_file(before, path) : NULL;
    if (known != NULL) {
        return generation_add_file(generation, known, err);
    }
    AUTO_BUF struct buf full;
    buf_init(&full, 4096);
    struct generation_file file;
    if (snprintf(file.path, sizeof file.path, "%s", path) >= (int)sizeof file.path) {
        return err_set(err, ERR_INTERNAL, "%s is too long a name in an index", path);
    }
    enum err_code code = file_path(directory, path, &full, err);
    if (code != ERR_OK) {
        return code;
    }
    AUTO_CLOSE int fd = open(full.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return err_errno(err, errno, "cannot open %s", full.data);
    }
    code = digest_of_fd_size(fd, full.data, &file.digest, &file.size, err);
    return code == ERR_OK ? generation_add_file(generation, &file, err) : code;
}

/* FOLDER/NAME, when there is a name. */
static enum err_code list_named(const char *directory, const char *folder, const char *name, const struct generation *before,
                                struct generation *generation, struct err *err)
{
    char path[GENERATION_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return name[0] != '\0' ? list_file(directory, path, before, generation, err) : ERR_OK;
}

/* All files of a part, whatever this version of Xapian splits a database in. */
static enum err_code list_part(const char *directory, const char *name, const struct generation *before,
                               struct generation *generation, struct err *err)
{
    AUTO_BUF struct buf full;
    buf_init(&full, 4096);
    enum err_code code = generation_path(directory, SCHEMA_PARTS, name, &full, err);
    if (code != ERR_OK) {
        return code;
    }
    AUTO_CLOSEDIR DIR *dir = opendir(full.data);
    if (dir == NULL) {
        return err_errno(err, errno, "cannot list %s", full.data);
    }
    while (code == ERR_OK) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            return errno != 0 ? err_errno(err, errno, "cannot list %s", full.data) : ERR_OK;
        }
        if (entry->d_name[0] == '.') {
            continue;
        }
        char path[GENERATION_PATH_MAX];
        if (snprintf(path, sizeof path, "%s/%s/%s", SCHEMA_PARTS, name, entry->d_name) >= (int)sizeof path) {
            return err_set(err, ERR_INTERNAL, "part %s holds a file that is none of ours: %s", name, entry->d_name);
        }
        code = list_file(directory, path, before, generation, err);
    }
    return code;
}

enum err_code generation_list_files(const char *directory, const struct generation *before, struct generation *generation,
                                    struct err *err)
{
    generation->file_count = 0;
    enum err_code code = list_named(directory, SCHEMA_RESOURCES, generation->words, before, generation, err);
    if (code == ERR_OK) {
        code = list_named(directory, SCHEMA_RESOURCES, generation->compounds, before, generation, err);
    }
    if (code == ERR_OK) {
        code = list_named(directory, SCHEMA_RESOURCES, generation->patterns, before, generation, err);
    }
    if (code == ERR_OK) {
        code = list_named(directory, SCHEMA_GROUPS, generation->groups, before, generation, err);
    }
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        code = list_part(directory, generation->parts[i].name, before, generation, err);
        if (code == ERR_OK && generation->parts[i].dead_count > 0) {
            code = list_named(directory, SCHEMA_DEAD, generation->parts[i].dead_name, before, generation, err);
        }
    }
    for (size_t i = 0; i < generation->text_count && code == ERR_OK; i++) {
        code = list_named(directory, SCHEMA_TEXTS, generation->texts[i], before, generation, err);
    }
    if (code == ERR_OK && generation->file_count > 0) {
        qsort(generation->files, generation->file_count, sizeof *generation->files, by_path);
    }
    return code;
}

/* ---- Checking ----------------------------------------------------------------------------- */

static enum err_code differs(const char *path, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%s is damaged: its contents are not what was published", path);
}

static enum err_code check_bytes(int fd, const char *full, const struct generation_file *file, generation_tick *tick,
                                 void *context, struct err *err)
{
    AUTO_FREE char *chunk = malloc(CHUNK);
    struct digest_state *state = chunk != NULL ? digest_new() : NULL;
    if (state == NULL) {
        return err_nomem(err, "checking a file");
    }
    enum err_code code = ERR_OK;
    for (uint64_t at = 0; at < file->size && code == ERR_OK;) {
        size_t len = file->size - at < CHUNK ? (size_t)(file->size - at) : CHUNK;
        code = io_pread(fd, full, chunk, len, at, err);
        if (code == ERR_OK) {
            digest_add(state, chunk, len);
            at += len;
            code = tick != NULL ? tick(context, len, err) : ERR_OK;
        }
    }
    struct digest digest = digest_end(state);
    return code == ERR_OK && !digest_equal(&digest, &file->digest) ? differs(full, err) : code;
}

enum err_code generation_check_file(const char *directory, const struct generation_file *file, uint64_t size_max,
                                    generation_tick *tick, void *context, struct err *err)
{
    AUTO_BUF struct buf full;
    buf_init(&full, 4096);
    enum err_code code = file_path(directory, file->path, &full, err);
    if (code != ERR_OK) {
        return code;
    }
    struct stat info;
    if (lstat(full.data, &info) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? err_set(err, ERR_CORRUPT, "%s is missing", full.data)
                                                   : err_errno(err, errno, "cannot look at %s", full.data);
    }
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size != file->size) {
        return err_set(err, ERR_CORRUPT, "%s is damaged: it has %lld bytes, %" PRIu64 " were published", full.data,
                       (long long)info.st_size, file->size);
    }
    if (file->size > size_max) {
        return ERR_OK;
    }
    AUTO_CLOSE int fd = open(full.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? err_errno(err, errno, "cannot open %s", full.data)
                  : check_bytes(fd, full.data, file, tick, context, err);
}

enum err_code generation_check_quickly(const char *directory, const struct generation *generation, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->file_count && code == ERR_OK; i++) {
        code = generation_check_file(directory, &generation->files[i], GENERATION_QUICK_MAX, NULL, NULL, err);
    }
    return code;
}

static bool is_resource(const struct generation_file *file)
{
    return strncmp(file->path, SCHEMA_RESOURCES "/", sizeof SCHEMA_RESOURCES) == 0;
}

enum err_code generation_check_opening(const char *directory, const struct generation *generation, struct err *err)
{
    enum err_code code = generation_check_quickly(directory, generation, err);
    for (size_t i = 0; i < generation->file_count && code == ERR_OK; i++) {
        const struct generation_file *file = &generation->files[i];
        code = is_resource(file) ? generation_check_file(directory, file, UINT64_MAX, NULL, NULL, err) : ERR_OK;
    }
    return code;
}

/* Whether the file is one of the part's database. */
static bool belongs(const struct generation_part *part, const char *path)
{
    size_t folder = strlen(SCHEMA_PARTS "/"), name = strlen(part->name);
    return strncmp(path, SCHEMA_PARTS "/", folder) == 0 && strncmp(path + folder, part->name, name) == 0
        && path[folder + name] == '/';
}

/* The generation that a part was made for: p12. */
static uint64_t made_for(const struct generation_part *part)
{
    uint64_t number;
    return sscanf(part->name, "p%" SCNu64, &number) == 1 ? number : 0;
}

enum err_code generation_check_parts(const char *directory, const struct generation *generation, size_t from,
                                     uint64_t trusted, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->file_count && code == ERR_OK; i++) {
        bool wanted = false;
        for (size_t k = from; k < generation->part_count && !wanted; k++) {
            wanted = made_for(&generation->parts[k]) <= trusted && belongs(&generation->parts[k], generation->files[i].path);
        }
        if (wanted) {
            code = generation_check_file(directory, &generation->files[i], UINT64_MAX, NULL, NULL, err);
        }
    }
    return code;
}

bool generation_can_make(const struct generation_file *file)
{
    static const char *const made[] = { "/" SCHEMA_LEXICON, "/position.glass" };
    size_t len = strlen(file->path);
    bool found = is_resource(file) || strncmp(file->path, SCHEMA_GROUPS "/", strlen(SCHEMA_GROUPS "/")) == 0;
    for (size_t i = 0; i < sizeof made / sizeof *made && !found; i++) {
        size_t end = strlen(made[i]);
        found = len > end && strcmp(file->path + len - end, made[i]) == 0;
    }
    return found;
}

enum err_code generation_check_sources(const char *directory, const struct generation *generation, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->file_count && code == ERR_OK; i++) {
        const struct generation_file *file = &generation->files[i];
        code = generation_can_make(file) ? ERR_OK : generation_check_file(directory, file, UINT64_MAX, NULL, NULL, err);
    }
    return code;
}
