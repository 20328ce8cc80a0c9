/* glass_version.c - the version file of a database: where its tables begin, and sums over its documents.
 *
 * "iamglass": magic, u16 format, 16 bytes uuid, then packed: revision; for each table: root block, level * 4 + 2 (blocks in order)
 * + 1 (no file), entries, block size / 2048, smallest tag to compress, and a string with the state of the free list (revision,
 * blocks in the file, four zeros); documents, last docid - documents, shortest, largest wdf, longest - largest wdf, oldest
 * changeset, length, 0.
 */
#include "shim/glass.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/io.h"
#include "shim/glass_pack.h"

#define MAGIC_LEN 16
#define FILE_MAX 256 /* Xapian reads no more */
#define FLAG_FAKE 1U
#define FLAG_IN_ORDER 2U

static const uint8_t magic[MAGIC_LEN] = { 0x0f, 0x0d, 'X', 'a', 'p', 'i', 'a', 'n', ' ', 'G', 'l', 'a', 's', 's', 0x04, 0x6e };

static uint8_t *pack_root(uint8_t *at, const struct glass_root *root)
{
    uint8_t list[4 * PACK_UINT_MAX], *end = list;
    bool fake = root->entries == 0;
    if (!fake) {
        end = pack_uint(end, GLASS_REVISION);
        end = pack_uint(end, root->blocks);
        memset(end, 0, 4);
        end += 4;
    }
    at = pack_uint(at, root->block);
    at = pack_uint(at, root->level << 2 | FLAG_IN_ORDER | (fake ? FLAG_FAKE : 0));
    at = pack_uint(at, root->entries);
    at = pack_uint(at, GLASS_BLOCK >> 11);
    at = pack_uint(at, 0); /* nothing is compressed: stored texts are elsewhere, and the rest is short or packed */
    at = pack_uint(at, (uint64_t)(end - list));
    memcpy(at, list, (size_t)(end - list));
    return at + (end - list);
}

static enum err_code version_path(const char *directory, char path[PATH_MAX], struct err *err)
{
    int len = snprintf(path, PATH_MAX, "%s/iamglass", directory);
    return len < PATH_MAX ? ERR_OK : err_set(err, ERR_INVALID, "the path %.100s... is too long", directory);
}

enum err_code glass_version_write(const char *directory, struct glass_version *version, struct err *err)
{
    uint8_t bytes[GLASS_TABLES * 12 * PACK_UINT_MAX], *at = bytes;
    char path[PATH_MAX];
    enum err_code code = version_path(directory, path, err);
    if (code != ERR_OK) {
        return code;
    }
    if (getrandom(version->uuid, sizeof version->uuid, 0) != (ssize_t)sizeof version->uuid) {
        return err_errno(err, errno, "cannot make a uuid for %s", directory);
    }
    const struct glass_stats *stats = &version->stats;
    memcpy(at, magic, MAGIC_LEN);
    memcpy(at + MAGIC_LEN, version->uuid, sizeof version->uuid);
    at = pack_uint(at + MAGIC_LEN + sizeof version->uuid, GLASS_REVISION);
    for (int i = 0; i < GLASS_TABLES; i++) {
        at = pack_root(at, &version->roots[i]);
    }
    at = pack_uint(at, stats->docs);
    at = pack_uint(at, stats->last_docid - stats->docs);
    at = pack_uint(at, stats->shortest);
    at = pack_uint(at, stats->most);
    at = pack_uint(at, stats->longest - stats->most);
    at = pack_uint(at, 0);
    at = pack_uint(at, stats->length);
    at = pack_uint(at, 0);
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        return err_errno(err, errno, "cannot create %s", path);
    }
    return io_write_fd(fd, path, bytes, (size_t)(at - bytes), err);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static bool read_root(const uint8_t **at, const uint8_t *end, struct glass_root *root, bool *ret_ours)
{
    uint32_t flags, blocks_of_2k, compress, list_len, revision;
    if (!unpack_u32(at, end, &root->block) || !unpack_u32(at, end, &flags) || !unpack_uint(at, end, UINT64_MAX, &root->entries)
        || !unpack_u32(at, end, &blocks_of_2k) || !unpack_u32(at, end, &compress) || !unpack_u32(at, end, &list_len)
        || list_len > (size_t)(end - *at)) {
        return false;
    }
    root->level = flags >> 2;
    root->blocks = 0;
    const uint8_t *list = *at, *list_end = *at + list_len;
    *at = list_end;
    if (root->entries == 0) {
        return true;
    }
    bool sound = unpack_u32(&list, list_end, &revision) && unpack_u32(&list, list_end, &root->blocks);
    *ret_ours = *ret_ours && (flags & FLAG_IN_ORDER) != 0 && blocks_of_2k == GLASS_BLOCK >> 11 && compress == 0
        && revision == GLASS_REVISION;
    return sound && root->block < root->blocks;
}

static bool read_stats(const uint8_t **at, const uint8_t *end, struct glass_stats *stats)
{
    uint32_t behind, above, changeset, spelling;
    if (!unpack_u32(at, end, &stats->docs) || !unpack_u32(at, end, &behind) || !unpack_u32(at, end, &stats->shortest)
        || !unpack_u32(at, end, &stats->most) || !unpack_u32(at, end, &above) || !unpack_u32(at, end, &changeset)
        || !unpack_uint(at, end, UINT64_MAX, &stats->length) || !unpack_u32(at, end, &spelling)) {
        return false;
    }
    stats->last_docid = stats->docs + behind;
    stats->longest = stats->most + above;
    return *at == end && stats->last_docid >= stats->docs && stats->longest >= stats->most;
}

enum err_code glass_version_read(const char *directory, struct glass_version *version, struct err *err)
{
    char path[PATH_MAX];
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, FILE_MAX);
    enum err_code code = version_path(directory, path, err);
    if (code == ERR_OK) {
        code = io_read_file(path, &bytes, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    const uint8_t *at = (const uint8_t *)bytes.data, *end = at + bytes.len;
    if (bytes.len < MAGIC_LEN + sizeof version->uuid || memcmp(at, magic, MAGIC_LEN - 2) != 0) {
        return err_set(err, ERR_CORRUPT, "%s is not the version file of a database", path);
    }
    bool ours = memcmp(at, magic, MAGIC_LEN) == 0;
    uint32_t revision;
    memcpy(version->uuid, at + MAGIC_LEN, sizeof version->uuid);
    at += MAGIC_LEN + sizeof version->uuid;
    bool sound = unpack_u32(&at, end, &revision);
    ours = ours && revision == GLASS_REVISION;
    for (int i = 0; i < GLASS_TABLES && sound && ours; i++) {
        sound = read_root(&at, end, &version->roots[i], &ours);
    }
    if (sound && !ours) {
        return err_set(err, ERR_VERSION, "%s was not written by this program, or was changed afterwards", directory);
    }
    return sound && read_stats(&at, end, &version->stats) ? ERR_OK : err_set(err, ERR_CORRUPT, "%s is damaged", path);
}
