/* beside.c - finding the metadata of a document by name. */
#include "indexer/beside.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "extract/sidecar.h"

/* Behind the document's name, and behind its name without ending. */
static const char *const endings[] = { ".bestand.mdto.xml", ".mdto.xml", ".metadata.xml", ".diwoo.xml", ".dc.xml", ".xml" };

void beside_done(struct beside *beside)
{
    for (size_t i = 0; i < beside->count; i++) {
        free(beside->items[i].path);
    }
    beside->count = 0;
}

/* Adds the file if there is one.  A link too: it is not followed, it could lead anywhere, but what it leads to may be a restriction
 * (metadata_read). */
static enum err_code add(struct beside *beside, const char *folder, size_t len, const char *ending, const char *document,
                         struct err *err)
{
    AUTO_BUF struct buf path;
    struct stat info;
    buf_init(&path, 8192);
    buf_add(&path, folder, len);
    buf_add_str(&path, ending);
    if (path.failed || beside->count == BESIDE_MAX || lstat(path.data, &info) != 0
        || !(S_ISREG(info.st_mode) || S_ISLNK(info.st_mode))) {
        return path.failed && !path.too_big ? err_nomem(err, "metadata") : ERR_OK;
    }
    struct beside_file *file = &beside->items[beside->count++];
    *file = (struct beside_file){ .table = document != NULL, .document = document, .info = info };
    file->path = buf_take(&path);
    return file->path != NULL ? ERR_OK : err_nomem(err, "metadata");
}

static enum err_code find_sidecars(const char *path, struct beside *beside, struct err *err)
{
    size_t len = strlen(path);
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof endings / sizeof *endings && code == ERR_OK; i++) {
        code = add(beside, path, len, endings[i], NULL, err);
    }
    size_t stem = dot != NULL && slash != NULL && dot > slash + 1 ? (size_t)(dot - path) : 0;
    for (size_t i = 0; i < SIDECAR_ENDINGS && code == ERR_OK && stem > 0; i++) {
        code = add(beside, path, stem, sidecar_endings[i], NULL, err);
    }
    return code;
}

enum err_code beside_find(const char *path, const char *name, struct beside *ret_beside, struct err *err)
{
    struct beside beside = { .count = 0 };
    enum err_code code = find_sidecars(path, &beside, err);
    size_t root = strlen(path) - strlen(name);
    for (size_t at = strlen(path); at > root && code == ERR_OK;) {
        while (at > root && path[at - 1] != '/') {
            at--;
        }
        code = add(&beside, path, at, SIDECAR_TABLE, path + at, err);
        at -= at > root;
    }
    if (code != ERR_OK) {
        beside_done(&beside);
        return code;
    }
    *ret_beside = beside;
    return ERR_OK;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t len = strlen(path), tail = strlen(ending);
    return len > tail && strcmp(path + len - tail, ending) == 0;
}

bool beside_is_metadata(const char *path)
{
    if (sidecar_has_name(path)) {
        return true;
    }
    struct stat info;
    char document[8192];
    if (!ends_in(path, ".xml") || strlen(path) >= sizeof document) {
        return false;
    }
    snprintf(document, sizeof document, "%.*s", (int)(strlen(path) - strlen(".xml")), path);
    const char *dot = strrchr(document, '.');
    return dot != NULL && strchr(dot, '/') == NULL && lstat(document, &info) == 0 && S_ISREG(info.st_mode);
}

uint64_t beside_stamp(const struct beside *beside, const struct source *source, const char *name)
{
    struct source_values values;
    bool any = source_values_of(source, name, &values);
    if (beside->count == 0 && !any) {
        return 0;
    }
    struct digest_state *state = digest_new();
    if (state == NULL) {
        return 1; /* unlike any other: it is read again */
    }
    const char *strings[] = { values.kind, values.programme, values.organisation, values.default_programme,
                              values.default_organisation };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        digest_add(state, strings[i], strlen(strings[i]) + 1);
    }
    digest_add(state, &values.restricted_too, sizeof values.restricted_too);
    for (size_t i = 0; i < beside->count; i++) {
        const struct beside_file *file = &beside->items[i];
        int64_t facts[] = { (int64_t)file->info.st_size, (int64_t)file->info.st_mtim.tv_sec, (int64_t)file->info.st_mtim.tv_nsec };
        digest_add(state, file->path, strlen(file->path) + 1);
        digest_add(state, facts, sizeof facts);
    }
    struct digest digest = digest_end(state);
    uint64_t stamp = 0;
    for (size_t i = 0; i < sizeof stamp; i++) {
        stamp = stamp << 8 | digest.bytes[i];
    }
    return stamp != 0 ? stamp : 1;
}

void beside_mix(uint8_t digest[DIGEST_SIZE], uint64_t stamp)
{
    for (size_t i = 0; i < sizeof stamp; i++) {
        digest[i] ^= (uint8_t)(stamp >> (8 * i));
    }
}
