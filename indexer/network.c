/* network.c - whether a path is on a network file system. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/io.h"
#include "indexer/layout.h"

#define MOUNTS "/proc/self/mountinfo" /* proc_pid_mountinfo(5) */
#define MOUNTS_MAX ((size_t)16 << 20)

/* Names in the list of mounts; a star stands for the rest of the name.  Of FUSE, those that are known to keep files elsewhere:
 * it serves local disks, encryption and containers as well. */
static const char *const remote[] = {
    "nfs*", "cifs", "smb*", "ncpfs", "9p", "afs", "coda", "ceph", "lustre", "beegfs", "gpfs", "orangefs", "pvfs2", "glusterfs",
    "fuse.sshfs", "fuse.s3fs", "fuse.glusterfs", "fuse.ceph*", "fuse.rclone", "fuse.davfs*", "fuse.davs", "fuse.curlftpfs",
    "fuse.gcsfuse", "fuse.goofys", "fuse.mount-s3", "fuse.blobfuse*", "fuse.juicefs", "fuse.seaweedfs", "fuse.moosefs",
    "fuse.mfs", "fuse.smbnetfs", "fuse.gvfsd-fuse", "fuse.google-drive-ocamlfuse", "fuse.onedriver", "davfs",
};

/* The same by statfs(2), where the list of mounts cannot be read. */
static const struct {
    unsigned long magic;
    const char *name;
} magics[] = {
    { 0x6969, "nfs" }, { 0xFF534D42, "cifs" }, { 0xFE534D42, "smb2" }, { 0x517B, "smbfs" }, { 0x01021997, "9p" },
    { 0x5346414F, "afs" }, { 0x6B414653, "afs" }, { 0x00C36400, "ceph" }, { 0x73757245, "coda" }, { 0x0BD00BD0, "lustre" },
    { 0x564C, "ncpfs" }, { 0x19830326, "beegfs" }, { 0x47504653, "gpfs" }, { 0x20030528, "orangefs" },
};

static bool is_remote(const char *type)
{
    for (size_t i = 0; i < sizeof remote / sizeof *remote; i++) {
        size_t len = strlen(remote[i]);
        bool star = remote[i][len - 1] == '*';
        if (star ? strncmp(type, remote[i], len - 1) == 0 : strcmp(type, remote[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The type of the mount of a device: a line is "36 35 98:0 /root /mount options tags... - type source options". */
static bool find_type(char *mounts, dev_t device, char ret_type[64])
{
    char *rest = NULL;
    bool found = false;
    for (char *line = strtok_r(mounts, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        unsigned long major_number, minor_number;
        const char *dash = strstr(line, " - ");
        if (dash != NULL && sscanf(line, "%*d %*d %lu:%lu", &major_number, &minor_number) == 2
            && makedev(major_number, minor_number) == device && sscanf(dash, " - %63s", ret_type) == 1) {
            found = true; /* the last one lies on top */
        }
    }
    return found;
}

enum err_code network_file_system(const char *path, char ret_name[64], struct err *err)
{
    struct statfs info;
    struct stat file;
    char type[64];
    if (statfs(path, &info) != 0 || stat(path, &file) != 0) {
        return err_errno(err, errno, "cannot tell the file system of %s", path);
    }
    ret_name[0] = '\0';
    AUTO_BUF struct buf mounts;
    buf_init(&mounts, MOUNTS_MAX);
    if (io_read_file(MOUNTS, &mounts, NULL) == ERR_OK && mounts.len > 0 && find_type(mounts.data, file.st_dev, type)) {
        snprintf(ret_name, 64, "%s", is_remote(type) ? type : "");
        return ERR_OK;
    }
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (((unsigned long)info.f_type & 0xFFFFFFFFul) == magics[i].magic) {
            snprintf(ret_name, 64, "%s", magics[i].name);
        }
    }
    return ERR_OK;
}
