/* io.h - whole reads and writes, durable files, directories, clock.
 *
 * Durability: a file is safe after io_sync_path on the file AND on its directory; a rename is
 * safe after io_sync_path on the directory.
 */
#ifndef NASLAG_BASE_IO_H
#define NASLAG_BASE_IO_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

/* Reads until EOF, the buffer's ceiling counts as an error (ERR_INVALID). */
enum err_code io_read_fd(int fd, const char *name, struct buf *buf, struct err *err);
enum err_code io_read_file(const char *path, struct buf *buf, struct err *err);
/* Exactly `len` bytes from `offset` with pread; ERR_CORRUPT when the file is shorter. */
enum err_code io_pread(int fd, const char *name, void *data, size_t len, uint64_t offset, struct err *err);
enum err_code io_write_fd(int fd, const char *name, const void *data, size_t len, struct err *err);

/* fsync of a file or a directory. */
enum err_code io_sync_path(const char *path, struct err *err);
/* fsync of every file directly inside a directory, then of the directory. */
enum err_code io_sync_tree(const char *directory, struct err *err);
/* Writes `path`.new, syncs it, renames it over `path`, syncs the directory. */
enum err_code io_replace_file(const char *path, const void *data, size_t len, struct err *err);

/* mkdir -p, mode 0777 less umask; the names of new directories are synced. */
enum err_code io_make_dirs(const char *path, struct err *err);
/* rm -r; a path that is not there is fine.  Never follows symbolic links. */
enum err_code io_remove_tree(const char *path, struct err *err);
/* Total bytes of the regular files below a path. */
uint64_t io_tree_size(const char *path);
bool io_exists(const char *path);

/* "a/b" in fresh memory, NULL when that is short. */
char *io_join(const char *directory, const char *name);

/* Milliseconds and microseconds of the monotonic clock. */
int64_t io_now_ms(void);
int64_t io_now_us(void);

#endif
