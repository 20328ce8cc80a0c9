/* io.c - files, directories, durability, clock. */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define READ_CHUNK 65536

enum err_code io_read_fd(int fd, const char *name, struct buf *buf, struct err *err)
{
    for (;;) {
        size_t room = READ_CHUNK;
        if (room > buf->max - buf->len) {
            room = buf->max - buf->len + 1; /* one byte more shows that the ceiling is passed */
        }
        char chunk[READ_CHUNK];
        ssize_t got = read(fd, chunk, room < sizeof chunk ? room : sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return err_errno(err, errno, "cannot read %s", name);
        }
        if (got == 0) {
            buf_add(buf, "", 0);
            return buf_check(buf, name, err);
        }
        buf_add(buf, chunk, (size_t)got);
        if (buf->failed) {
            return buf_check(buf, name, err);
        }
    }
}

enum err_code io_read_file(const char *path, struct buf *buf, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    return io_read_fd(fd, path, buf, err);
}

enum err_code io_pread(int fd, const char *name, void *data, size_t len, uint64_t offset, struct err *err)
{
    char *at = data;
    while (len > 0) {
        ssize_t got = pread(fd, at, len, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return err_errno(err, errno, "cannot read %s", name);
        }
        if (got == 0) {
            return err_set(err, ERR_CORRUPT, "%s ends too early (wanted byte %llu)", name,
                           (unsigned long long)offset);
        }
        at += got;
        offset += (uint64_t)got;
        len -= (size_t)got;
    }
    return ERR_OK;
}

enum err_code io_write_fd(int fd, const char *name, const void *data, size_t len, struct err *err)
{
    const char *at = data;
    while (len > 0) {
        ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return err_errno(err, errno, "cannot write %s", name);
        }
        at += put;
        len -= (size_t)put;
    }
    return ERR_OK;
}

enum err_code io_sync_path(const char *path, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_errno(err, errno, "cannot open %s to sync it", path);
    }
    if (fsync(fd) != 0) {
        return err_errno(err, errno, "cannot sync %s", path);
    }
    return ERR_OK;
}

enum err_code io_sync_tree(const char *directory, struct err *err)
{
    AUTO_CLOSEDIR DIR *dir = opendir(directory);
    if (dir == NULL) {
        return err_errno(err, errno, "cannot open directory %s", directory);
    }
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            if (errno != 0) {
                return err_errno(err, errno, "cannot list %s", directory);
            }
            return io_sync_path(directory, err);
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        AUTO_FREE char *path = io_join(directory, entry->d_name);
        if (path == NULL) {
            return err_nomem(err, "io_sync_tree");
        }
        enum err_code code = io_sync_path(path, err);
        if (code != ERR_OK) {
            return code;
        }
    }
}

static enum err_code sync_parent(const char *path, struct err *err)
{
    AUTO_FREE char *parent = strdup(path);
    if (parent == NULL) {
        return err_nomem(err, "sync_parent");
    }
    char *slash = strrchr(parent, '/');
    if (slash == NULL) {
        return io_sync_path(".", err);
    }
    slash[slash == parent ? 1 : 0] = '\0';
    return io_sync_path(parent, err);
}

enum err_code io_replace_file(const char *path, const void *data, size_t len, struct err *err)
{
    char fresh[4096];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) {
        return err_set(err, ERR_INVALID, "path is too long: %.200s...", path);
    }
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return err_errno(err, errno, "cannot create %s", fresh);
    }
    enum err_code code = io_write_fd(fd, fresh, data, len, err);
    if (code == ERR_OK && fsync(fd) != 0) {
        code = err_errno(err, errno, "cannot sync %s", fresh);
    }
    if (close(fd) != 0 && code == ERR_OK) {
        code = err_errno(err, errno, "cannot close %s", fresh);
    }
    if (code == ERR_OK && rename(fresh, path) != 0) {
        code = err_errno(err, errno, "cannot rename %s to %s", fresh, path);
    }
    if (code != ERR_OK) {
        unlink(fresh);
        return code;
    }
    return sync_parent(path, err);
}

/* What is put into a new directory is only as safe as the directory's own name. */
static enum err_code make_dir(const char *path, struct err *err)
{
    if (mkdir(path, 0777) == 0) {
        return sync_parent(path, err);
    }
    return errno == EEXIST ? ERR_OK : err_errno(err, errno, "cannot create directory %s", path);
}

enum err_code io_make_dirs(const char *path, struct err *err)
{
    AUTO_FREE char *copy = strdup(path);
    if (copy == NULL) {
        return err_nomem(err, "io_make_dirs");
    }
    for (char *at = copy + 1;; at++) {
        bool last = *at == '\0';
        if (*at == '/' || last) {
            *at = '\0';
            enum err_code code = make_dir(copy, err);
            if (code != ERR_OK) {
                return code;
            }
            if (last) {
                break;
            }
            *at = '/';
        }
    }
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return err_set(err, ERR_IO, "%s is not a directory", path);
    }
    return ERR_OK;
}

static enum err_code remove_at(int parent, const char *name, const char *shown, struct err *err)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) {
        return ERR_OK;
    }
    if (errno != EISDIR && errno != EPERM) {
        return err_errno(err, errno, "cannot remove %s", shown);
    }
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    if (stream == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return err_errno(err, errno, "cannot open directory %s", shown);
    }
    AUTO_CLOSEDIR DIR *dir = stream;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        enum err_code code = remove_at(dirfd(dir), entry->d_name, shown, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
        return err_errno(err, errno, "cannot remove directory %s", shown);
    }
    return ERR_OK;
}

enum err_code io_remove_tree(const char *path, struct err *err)
{
    return remove_at(AT_FDCWD, path, path, err);
}

uint64_t io_tree_size(const char *path)
{
    struct stat info;
    if (lstat(path, &info) != 0) {
        return 0;
    }
    if (S_ISREG(info.st_mode)) {
        return (uint64_t)info.st_size;
    }
    AUTO_CLOSEDIR DIR *dir = S_ISDIR(info.st_mode) ? opendir(path) : NULL;
    uint64_t total = 0;
    struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        AUTO_FREE char *inside = io_join(path, entry->d_name);
        if (inside != NULL) {
            total += io_tree_size(inside);
        }
    }
    return total;
}

bool io_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *io_join(const char *directory, const char *name)
{
    char *joined = NULL;
    if (asprintf(&joined, "%s/%s", directory, name) < 0) {
        return NULL;
    }
    return joined;
}

int64_t io_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t io_now_ms(void)
{
    return io_now_us() / 1000;
}
