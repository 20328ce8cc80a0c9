/* container.c - archives and packed files by libarchive: ZIP, TAR, 7z, RAR, CAB; gzip, bzip2, xz, zstd, lz4.
 *
 * The archive is read as a stream: the members pass through one after another, and none is written anywhere.  A packed file
 * that is no archive (stuk.txt.gz) is its content: it gives no level of its own in the ids.
 */
#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "extract/internal.h"
#include "extract/nest.h"
#include "text/charset.h"

#define OPENED_MAGIC 0x41524348U
#define PIECE 65536
#define COUNTED 100000 /* members over the limit that are still counted, unread */

/* An archive that is read. */
struct opened {
    unsigned magic;
    struct archive *archive;
    struct stream *stream;
    char piece[PIECE];
    struct err problem; /* what reading the stream failed with */
};

static struct opened *opened_of(void *context)
{
    struct opened *opened = context;
    assert(opened != NULL && opened->magic == OPENED_MAGIC);
    return opened;
}

/* ---- The bytes of the archive --------------------------------------------------------------- */

static la_ssize_t on_read(struct archive *archive, void *context, const void **ret_bytes)
{
    struct opened *opened = opened_of(context);
    size_t len = 0;
    if (stream_read(opened->stream, opened->piece, PIECE, &len, &opened->problem) != ERR_OK) {
        archive_set_error(archive, EIO, "%s", opened->problem.text);
        return -1;
    }
    *ret_bytes = opened->piece;
    return (la_ssize_t)len;
}

/* Only of streams that can be read anywhere. */
static la_int64_t on_seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct stream *stream = opened_of(context)->stream;
    la_int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (la_int64_t)stream->at : (la_int64_t)stream->size;
    la_int64_t target;
    if (__builtin_add_overflow(base, offset, &target) || target < 0 || target > (la_int64_t)stream->size) {
        archive_set_error(archive, EIO, "the archive points outside itself");
        return ARCHIVE_FATAL;
    }
    stream->at = (uint64_t)target;
    stream->ahead_at = stream->ahead_end = 0;
    stream->ended = false;
    return target;
}

static la_int64_t on_skip(struct archive *archive, void *context, la_int64_t wanted)
{
    struct stream *stream = opened_of(context)->stream;
    la_int64_t left = (la_int64_t)(stream->size - stream->at), step = wanted < left ? wanted : left;
    return step > 0 ? (on_seek(archive, context, step, SEEK_CUR) < 0 ? 0 : step) : 0;
}

/* "Truncated ZIP file" reads better than a number; libarchive's own words, where it has some. */
static enum err_code problem_of(const struct opened *opened, struct err *err)
{
    const char *text = archive_error_string(opened->archive);
    if (opened->problem.code != ERR_OK) {
        return err_set(err, opened->problem.code, "%s", opened->problem.text);
    }
    if (archive_errno(opened->archive) == ENOMEM) {
        return err_nomem(err, "the archive");
    }
    return err_set(err, ERR_INVALID, "the archive cannot be read: %s", text != NULL ? text : "no reason given");
}

static enum err_code open_archive(struct opened *opened, struct err *err)
{
    struct archive *archive = opened->archive = archive_read_new();
    if (archive == NULL) {
        return err_nomem(err, "the archive");
    }
    archive_read_support_format_zip(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_7zip(archive);
    archive_read_support_format_rar(archive);
    archive_read_support_format_rar5(archive);
    archive_read_support_format_cab(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_lz4(archive);
    archive_read_set_callback_data(archive, opened);
    archive_read_set_read_callback(archive, on_read);
    if (stream_is_random(opened->stream)) {
        archive_read_set_seek_callback(archive, on_seek);
        archive_read_set_skip_callback(archive, on_skip);
    }
    return archive_read_open1(archive) >= ARCHIVE_WARN ? ERR_OK : problem_of(opened, err);
}

/* ---- Members -------------------------------------------------------------------------------- */

static enum err_code read_member(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct opened *opened = opened_of(context);
    la_ssize_t len = archive_read_data(opened->archive, into, room);
    if (len < 0) {
        return problem_of(opened, err);
    }
    *ret_len = (size_t)len;
    return ERR_OK;
}

/* The name as UTF-8.  One that is not marked as such is of the time of DOS or Windows. */
static enum err_code name_of(struct archive_entry *entry, struct buf *out, struct err *err)
{
    char encoding[CHARSET_NAME_MAX];
    const char *name = archive_entry_pathname(entry);
    const char *marked = name == NULL ? archive_entry_pathname_utf8(entry) : NULL;
    name = marked != NULL ? marked : name != NULL ? name : "";
    return charset_to_utf8(name, strnlen(name, PIECE), "IBM850", out, encoding, err);
}

/* "verslag.txt.gz" is packed "verslag.txt". */
static void unpacked_name(const char *file, char *out, size_t size)
{
    static const struct {
        const char *packed, *unpacked;
    } endings[] = { { ".tgz", ".tar" }, { ".tbz2", ".tar" }, { ".txz", ".tar" }, { ".svgz", ".svg" }, { ".gz", "" },
                    { ".bz2", "" }, { ".xz", "" }, { ".zst", "" }, { ".lz4", "" } };
    const char *slash = strrchr(file, '/');
    file = slash != NULL ? slash + 1 : file;
    snprintf(out, size, "%s", file);
    size_t len = strlen(out);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t tail = strlen(endings[i].packed);
        if (len > tail && strcasecmp(out + len - tail, endings[i].packed) == 0) {
            snprintf(out + len - tail, size - (len - tail), "%s", endings[i].unpacked);
            return;
        }
    }
}

/* Whether it is one file, packed, and no archive. */
static bool is_packed(const struct opened *opened)
{
    return (archive_format(opened->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW;
}

/* A link has no content of its own; that it is there is told. */
static enum err_code tell_link(struct nest *nest, struct archive_entry *entry, const char *target, struct err *err)
{
    char encoding[CHARSET_NAME_MAX];
    AUTO_BUF struct buf name, utf8, reason;
    buf_init(&name, 4 * PIECE);
    buf_init(&utf8, 4 * PIECE);
    buf_init(&reason, 4 * PIECE + 64);
    enum err_code code = name_of(entry, &name, err);
    if (code == ERR_OK) {
        code = charset_to_utf8(target, strnlen(target, PIECE), "IBM850", &utf8, encoding, err);
    }
    buf_printf(&reason, "link to %s", utf8.data != NULL ? utf8.data : "");
    struct nest_member member = { .name = name.data != NULL ? name.data : "" };
    code = code == ERR_OK ? buf_check(&reason, "a reason", err) : code;
    return code == ERR_OK ? nest_tell(nest, &member, true, reason.data, err) : code;
}

/* Where a link points, or NULL: it is none. */
static const char *target_of(struct archive_entry *entry)
{
    const char *hard = archive_entry_hardlink(entry);
    return hard != NULL ? hard : archive_entry_filetype(entry) == AE_IFLNK ? archive_entry_symlink(entry) : NULL;
}

static enum err_code give_member(struct nest *nest, struct opened *opened, struct archive_entry *entry,
                                 const struct nest_member *container, struct err *err)
{
    AUTO_BUF struct buf name;
    char file[1024], day[16] = "";
    struct nest_member member = { .date = day };
    buf_init(&name, 4 * PIECE);
    enum err_code code = ERR_OK;
    bool packed = is_packed(opened);
    if (packed && archive_filter_count(opened->archive) <= 1) {
        return err_set(err, ERR_INVALID, "the archive cannot be read: it is damaged from the start");
    }
    if (packed) {
        const char *outer = container->file != NULL ? container->file : container->name;
        unpacked_name(outer != NULL ? outer : "", file, sizeof file);
        member = *container;
        member.name = NULL;
        member.file = file;
    } else {
        code = name_of(entry, &name, err);
        member.name = name.data != NULL ? name.data : "";
    }
    if (code == ERR_OK && !packed && archive_entry_is_encrypted(entry) > 0) {
        return nest_tell(nest, &member, false, "the member is encrypted", err);
    }
    if (code != ERR_OK) {
        return code;
    }
    CLEANUP(stream_done) struct stream raw;
    CLEANUP(stream_done) struct stream stream;
    struct nest_meter meter;
    stream_of_source(&raw, read_member, opened);
    nest_meter(&meter, nest, &raw, &stream);
    return nest_member(nest, &stream, &member, err);
}

/* Whether the names of the members can be read without unpacking what lies between. */
static bool can_count(const struct opened *opened)
{
    int format = archive_format(opened->archive) & ARCHIVE_FORMAT_BASE_MASK;
    return stream_is_random(opened->stream) && archive_filter_count(opened->archive) <= 1
        && (format == ARCHIVE_FORMAT_ZIP || format == ARCHIVE_FORMAT_TAR);
}

static enum err_code walk(struct nest *nest, struct opened *opened, const struct nest_member *container, struct err *err)
{
    enum err_code code = open_archive(opened, err);
    unsigned over = 0;
    while (code == ERR_OK) {
        struct archive_entry *entry;
        if (nest->burst && (!can_count(opened) || nest->after_burst >= COUNTED)) {
            nest->after_more = nest->after_more || !is_packed(opened);
            break;
        }
        int result = archive_read_next_header(opened->archive, &entry);
        if (result == ARCHIVE_EOF) {
            break;
        }
        if (result == ARCHIVE_RETRY) {
            continue;
        }
        if (result < ARCHIVE_WARN) {
            nest->after_more = nest->after_more || nest->burst;
            return nest->burst ? ERR_OK : problem_of(opened, err);
        }
        mode_t type = archive_entry_filetype(entry);
        const char *target = target_of(entry);
        bool is_file = type == AE_IFREG || type == 0;
        if (!is_file && target == NULL) {
            continue; /* folders: nothing in them */
        }
        if (nest->burst) {
            nest->after_burst++;
        } else if (nest_may_go_on(nest)) {
            code = target != NULL ? tell_link(nest, entry, target, err) : give_member(nest, opened, entry, container, err);
        } else if (++over >= COUNTED) {
            nest->over_more = true;
            break;
        }
    }
    return code;
}

enum err_code container_run(struct nest *nest, struct stream *stream, const struct nest_member *member, struct err *err)
{
    AUTO_FREE struct opened *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        return err_nomem(err, "the archive");
    }
    opened->magic = OPENED_MAGIC;
    opened->stream = stream;
    enum err_code code = walk(nest, opened, member, err);
    archive_read_free(opened->archive);
    return code;
}
