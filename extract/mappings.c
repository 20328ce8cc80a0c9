/* mappings.c - memory that a worker would share with its parent's family.
 *
 * A fork inherits mappings.  A shared one that can be written (the builders' table of derivations, the -shm file of SQLite) would
 * be a way out of the sandbox: what is written there is read by processes that have rights.  A worker needs none of them, so all
 * are replaced by nothing before it sees a document.  Which there are is asked of the kernel (proc(5), /proc/PID/maps): this holds
 * for libraries, too, and for what is added to the parent later.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/io.h"
#include "extract/internal.h"

#define MAPS_PATH "/proc/self/maps"
#define MAPS_BYTES_MAX (16 << 20)

/* Whether a shared mapping can be written, now or after mprotect: one that is read-only may be of a descriptor that is not.  The
 * kernel knows: it lets us try. */
static bool is_writable(void *start, size_t len, const char *permissions)
{
    return permissions[1] == 'w' || mprotect(start, len, PROT_READ | PROT_WRITE) == 0 || (errno != EACCES && errno != EPERM);
}

/* A line is "START-END rwxs OFFSET ..." in hexadecimal numbers. */
static enum err_code drop_line(const char *line, struct err *err)
{
    uintptr_t start, end;
    char permissions[5];
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end, permissions) != 3 || end <= start || strlen(permissions) != 4) {
        return err_set(err, ERR_IO, "%s is not understood", MAPS_PATH);
    }
    void *memory = (void *)start;
    size_t len = end - start;
    if (permissions[3] != 's' || !is_writable(memory, len, permissions)) {
        return ERR_OK;
    }
    /* Nothing else comes in its place: who still has a pointer there shall crash. */
    return mmap(memory, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == memory ? ERR_OK
        : err_errno(err, errno, "cannot unmap memory that is shared with the worker's parent");
}

enum err_code sandbox_drop_shared(struct err *err)
{
    AUTO_BUF struct buf maps;
    buf_init(&maps, MAPS_BYTES_MAX);
    enum err_code code = io_read_file(MAPS_PATH, &maps, err);
    if (code != ERR_OK || maps.len == 0) {
        return err_set(err, ERR_IO, "cannot read %s, so it is not known what memory the worker shares with its parent", MAPS_PATH);
    }
    for (char *line = maps.data, *end; code == ERR_OK && *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        if (end == NULL) {
            return err_set(err, ERR_IO, "%s ends within a line", MAPS_PATH);
        }
        *end = '\0';
        code = drop_line(line, err);
    }
    return code;
}
