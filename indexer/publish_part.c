/* publish_part.c - parts on disk: their paths, opening and syncing them. */
#include "indexer/publish_part.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/io.h"

enum err_code publish_part_path(const struct layout *layout, const char *name, char path[PATH_MAX], struct err *err)
{
    if (snprintf(path, PATH_MAX, "%s/%s/%s", layout->directory, SCHEMA_PARTS, name) >= PATH_MAX) {
        return err_set(err, ERR_INVALID, "the path of the index is too long");
    }
    return ERR_OK;
}

enum err_code publish_open_reader(const struct layout *layout, const struct generation *generation,
                                  struct shim_reader **ret_reader, struct err *err)
{
    AUTO_FREE struct shim_part *parts = calloc(generation->part_count + 1, sizeof *parts);
    AUTO_FREE char *paths = calloc(generation->part_count + 1, PATH_MAX);
    if (parts == NULL || paths == NULL) {
        return err_nomem(err, "opening the index");
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        const struct generation_part *part = &generation->parts[i];
        parts[i] = (struct shim_part){ paths + i * PATH_MAX, part->dead, part->dead_count };
        code = publish_part_path(layout, part->name, paths + i * PATH_MAX, err);
    }
    if (code == ERR_OK) {
        code = shim_reader_open(parts, generation->part_count, ret_reader, err);
    }
    return code == ERR_NOT_FOUND ? err_set(err, ERR_CORRUPT, "generation %" PRIu64 " of %s is not complete: a part is missing",
                                           generation->number, layout->directory) : code;
}

enum err_code publish_sync_part(const struct layout *layout, const char *path, struct err *err)
{
    enum err_code code = io_sync_tree(path, err);
    AUTO_FREE char *folder = io_join(layout->directory, SCHEMA_PARTS);
    if (code == ERR_OK) {
        code = folder != NULL ? io_sync_path(folder, err) : err_nomem(err, "publishing");
    }
    return code;
}
