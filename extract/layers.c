/* layers.c - the layers of the sandbox that not every system has: namespaces and Landlock.
 *
 * Called by their numbers: glibc has no functions for Landlock and pivot_root, and headers of Debian 12 do not know all of what a
 * newer kernel offers.  The structures are those of the kernel's interface, which never changes (landlock(7), capabilities(7)).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* unshare */
#endif
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "extract/internal.h"

/* ---- Namespaces ----------------------------------------------------------------------------- */

/* Makes an empty, read-only file system the root directory.  It is mounted on any folder there is, which then is the root, and the
 * old root is detached from below it (pivot_root(2), 'pivot_root(".", ".")'). */
static bool enter_empty_root(void)
{
    static const char *const folders[] = { "/tmp", "/usr", "/dev", "/etc" };
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return false;
    }
    bool mounted = false;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && !mounted; i++) {
        const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
        mounted = mount("none", folders[i], "tmpfs", flags, "size=4k,nr_inodes=2,mode=0555") == 0 && chdir(folders[i]) == 0;
    }
    return mounted && syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0;
}

/* A namespace of processes is not among them: a process enters one by being born in it, which would take a second process for
 * every worker.  Others cannot be signalled or traced all the same: seccomp, Landlock and the user namespace are in the way. */
unsigned layers_enter_namespaces(unsigned omit)
{
    static const struct {
        int flag;
        unsigned layer;
    } namespaces[] = {
        { CLONE_NEWUSER, EXTRACT_USER_NS }, /* gives the right to make the others to whoever is not root */
        { CLONE_NEWNET, EXTRACT_NET_NS },
        { CLONE_NEWIPC, EXTRACT_IPC_NS },
        { CLONE_NEWUTS, EXTRACT_UTS_NS },
    };
    unsigned layers = 0;
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        if (!(omit & namespaces[i].layer) && unshare(namespaces[i].flag) == 0) {
            layers |= namespaces[i].layer;
        }
    }
    if (!(omit & EXTRACT_MOUNT_NS) && enter_empty_root()) {
        layers |= EXTRACT_MOUNT_NS;
    }
    return layers;
}

/* ---- Capabilities ---------------------------------------------------------------------------- */

bool layers_drop_capabilities(void)
{
    struct {
        uint32_t version;
        int pid;
    } header = { 0x20080522, 0 }; /* _LINUX_CAPABILITY_VERSION_3 */
    struct {
        uint32_t effective, permitted, inheritable;
    } none[2] = { { 0 } };
    return syscall(SYS_capset, &header, none) == 0;
}

/* ---- Landlock --------------------------------------------------------------------------------- */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define LANDLOCK_VERSION_FLAG 1U

/* struct landlock_ruleset_attr: what is forbidden, but for what rules allow. */
struct ruleset {
    uint64_t files;   /* LANDLOCK_ACCESS_FS_ */
    uint64_t network; /* LANDLOCK_ACCESS_NET_: from version 4 on */
    uint64_t scopes;  /* LANDLOCK_SCOPE_: from version 6 on */
};

/* struct landlock_path_beneath_attr. */
struct rule {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));
#define RULE_PATH_BENEATH 1
#define ACCESS_EXECUTE 1U
#define ACCESS_READ_FILE 4U
#define ACCESS_READ_FOLDER 8U

/* Number of the accesses to files that each version knows: execute ... make_sym; refer; truncate; ioctl_dev. */
static unsigned file_accesses(long version)
{
    return version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
}

/* Version of the kernel's Landlock; below 1 when it has none, or it is switched off. */
static long landlock_version(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_VERSION_FLAG);
}

bool layers_have_landlock(void)
{
    return landlock_version() >= 1;
}

/* Whether the rule was added, or the file is not there. */
static bool allow(int ruleset, const struct layers_file *file)
{
    int fd = file->path != NULL ? open(file->path, O_PATH | O_CLOEXEC) : file->fd;
    struct stat info;
    bool added = file->path != NULL && fd < 0;
    if (fd >= 0 && fstat(fd, &info) == 0) {
        struct rule rule = { .fd = fd };
        rule.allowed = (file->allow & LAYERS_READ ? ACCESS_READ_FILE : 0) | (file->allow & LAYERS_EXECUTE ? ACCESS_EXECUTE : 0);
        rule.allowed |= S_ISDIR(info.st_mode) && (file->allow & LAYERS_READ) ? ACCESS_READ_FOLDER : 0;
        added = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0U) == 0;
    }
    if (file->path != NULL && fd >= 0) {
        close(fd);
    }
    return added;
}

bool layers_enter_landlock(const struct layers_file *files, size_t count)
{
    long version = landlock_version();
    if (version < 1) {
        return false;
    }
    struct ruleset ruleset = {
        .files = (UINT64_C(1) << file_accesses(version)) - 1,
        .network = version >= 4 ? 3 : 0, /* bind and connect, TCP */
        .scopes = version >= 6 ? 3 : 0,  /* abstract sockets and signals of others */
    };
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    long fd = syscall(SYS_landlock_create_ruleset, &ruleset, size, 0U);
    if (fd < 0) {
        return false;
    }
    bool active = true;
    for (size_t i = 0; i < count; i++) {
        active = active && allow((int)fd, &files[i]);
    }
    active = active && syscall(SYS_landlock_restrict_self, (int)fd, 0U) == 0;
    close((int)fd);
    return active;
}
