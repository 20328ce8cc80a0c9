/* zip.c - packages by libarchive, within limits. */
#include "extract/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

#define CHUNK 65536

struct unpacking {
    struct archive *archive;
    struct zip *zip;
    uint64_t left;   /* bytes that may still be taken */
    uint64_t ratio_left; /* bytes that may still be unpacked before it is a bomb */
};

void zip_done(struct zip *zip)
{
    for (size_t i = 0; i < zip->count; i++) {
        free(zip->members[i].name);
        free(zip->members[i].bytes);
    }
    free(zip->members);
    *zip = (struct zip){ 0 };
}

static void archive_cleanup(struct archive **archive)
{
    if (*archive != NULL) {
        archive_read_free(*archive);
    }
}

/* Names of parts are relative, with slashes, and stay inside. */
static bool is_inside(const char *name)
{
    if (*name == '\0' || *name == '/' || strchr(name, '\\') != NULL) {
        return false;
    }
    for (const char *at = name; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0')) {
            return false;
        }
    }
    return true;
}

static enum err_code bomb(struct err *err)
{
    return err_set(err, ERR_INVALID, "the package unpacks to more than %d times its size", ZIP_RATIO_MAX);
}

/* Reads the data of the entry; what a limit or damage leaves out is counted. */
static enum err_code read_data(struct unpacking *unpacking, struct archive_entry *entry, struct buf *out, struct err *err)
{
    AUTO_FREE char *chunk = malloc(CHUNK);
    if (chunk == NULL) {
        return err_nomem(err, "zip");
    }
    la_ssize_t got;
    while ((got = archive_read_data(unpacking->archive, chunk, CHUNK)) > 0) {
        size_t len = (size_t)got, room = len < unpacking->left ? len : (size_t)unpacking->left;
        if (len > unpacking->ratio_left) {
            return bomb(err);
        }
        unpacking->ratio_left -= len;
        unpacking->left -= room;
        unpacking->zip->cut += len - room;
        buf_add(out, chunk, room);
        if (room < len) { /* the size is not to be believed, but it is only told */
            int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
            unpacking->zip->cut += size > (int64_t)(out->len + len - room) ? (uint64_t)size - (out->len + len - room) : 0;
            break;
        }
    }
    if (got < 0) {
        int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
        unpacking->zip->cut += size > (int64_t)out->len ? (uint64_t)size - out->len : 1;
    }
    return buf_check(out, "a member of the package", err);
}

static enum err_code take_member(struct unpacking *unpacking, struct archive_entry *entry, const char *name, struct err *err)
{
    struct zip *zip = unpacking->zip;
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)unpacking->left + CHUNK);
    buf_add(&data, "", 0);
    enum err_code code = read_data(unpacking, entry, &data, err);
    if (code != ERR_OK) {
        return code;
    }
    if (mem_grow(&zip->members, &zip->capacity, zip->count, sizeof *zip->members) != 0) {
        return err_nomem(err, "zip");
    }
    struct zip_member *member = &zip->members[zip->count];
    *member = (struct zip_member){ .name = strdup(name), .len = data.len };
    member->bytes = buf_take(&data);
    zip->count++;
    return member->name != NULL && member->bytes != NULL ? ERR_OK : err_nomem(err, "zip");
}

static enum err_code read_members(struct unpacking *unpacking, zip_wanted *wanted, struct err *err)
{
    struct archive_entry *entry;
    size_t seen = 0;
    int result;
    while ((result = archive_read_next_header(unpacking->archive, &entry)) == ARCHIVE_OK || result == ARCHIVE_WARN) {
        if (++seen > ZIP_MEMBERS_MAX) {
            return err_set(err, ERR_INVALID, "the package has more than %d members", ZIP_MEMBERS_MAX);
        }
        const char *name = archive_entry_pathname_utf8(entry);
        name = name != NULL ? name : archive_entry_pathname(entry);
        if (name == NULL || archive_entry_filetype(entry) != AE_IFREG || !is_inside(name) || !wanted(name)) {
            continue;
        }
        if (archive_entry_is_data_encrypted(entry)) {
            unpacking->zip->encrypted = true;
            continue;
        }
        enum err_code code = take_member(unpacking, entry, name, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    unpacking->zip->damaged = result != ARCHIVE_EOF;
    return seen > 0 || result == ARCHIVE_EOF ? ERR_OK : err_set(err, ERR_INVALID, "the file is no readable ZIP package");
}

static int by_name(const void *a, const void *b)
{
    return strcasecmp(((const struct zip_member *)a)->name, ((const struct zip_member *)b)->name);
}

enum err_code zip_read(const char *bytes, size_t len, zip_wanted *wanted, const struct extract_caps *caps, struct zip *ret_zip,
                       struct err *err)
{
    CLEANUP(archive_cleanup) struct archive *archive = archive_read_new();
    if (archive == NULL) {
        return err_nomem(err, "zip");
    }
    if (archive_read_support_format_zip(archive) != ARCHIVE_OK || archive_read_open_memory(archive, bytes, len) != ARCHIVE_OK) {
        return err_set(err, ERR_INVALID, "the file is no readable ZIP package");
    }
    struct zip zip = { 0 };
    struct unpacking unpacking = { .archive = archive, .zip = &zip, .left = 2 * caps->record_bytes,
                                   .ratio_left = ZIP_RATIO_FREE + (uint64_t)len * ZIP_RATIO_MAX };
    enum err_code code = read_members(&unpacking, wanted, err);
    if (code != ERR_OK) {
        zip_done(&zip);
        return code;
    }
    if (zip.count > 0) {
        qsort(zip.members, zip.count, sizeof *zip.members, by_name);
    }
    *ret_zip = zip;
    return ERR_OK;
}

const struct zip_member *zip_find(const struct zip *zip, const char *name)
{
    size_t low = 0, high = zip->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcasecmp(name, zip->members[middle].name);
        if (order == 0) {
            return &zip->members[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* ---- Detection: headers as they stand (APPNOTE 6.3.10, 4.3) --------------------------------- */

#define LOCAL_HEADER 30

static uint32_t u16_at(const char *bytes)
{
    return (uint32_t)(unsigned char)bytes[0] | (uint32_t)(unsigned char)bytes[1] << 8;
}

static uint32_t u32_at(const char *bytes)
{
    return u16_at(bytes) | u16_at(bytes + 2) << 16;
}

void zip_mimetype(const char *bytes, size_t len, char *ret_type, size_t size)
{
    static const char name[] = "mimetype";
    size_t used = 0;
    if (len > LOCAL_HEADER + 8 && memcmp(bytes, "PK\3\4", 4) == 0 && u16_at(bytes + 8) == 0 && u16_at(bytes + 26) == 8
        && memcmp(bytes + LOCAL_HEADER, name, 8) == 0) {
        size_t at = LOCAL_HEADER + 8 + u16_at(bytes + 28), stored = u32_at(bytes + 18);
        for (; used + 1 < size && used < stored && at + used < len && (unsigned char)bytes[at + used] > ' '; used++) {
            ret_type[used] = bytes[at + used];
        }
    }
    ret_type[used] = '\0';
}
