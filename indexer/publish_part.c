/* publish_part.c - parts on disk: their paths, opening them, their lexicons. */
#include "indexer/publish_part.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/io.h"
#include "text/lexicon.h"

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

enum err_code publish_write_lexicon(const struct dutch *dutch, const char *part, struct err *err)
{
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    CLEANUP(lexicon_builder_free_cleanup) struct lexicon_builder *builder = NULL;
    struct shim_part one = { part, NULL, 0 };
    enum err_code code = shim_reader_open(&one, 1, &reader, err);
    if (code == ERR_OK) {
        code = shim_terms_open(reader, "", 0, &terms, err);
    }
    if (code == ERR_OK) {
        code = deriver_new(dutch, &deriver, err);
    }
    if (code == ERR_OK) {
        code = lexicon_builder_new(deriver, &builder, err);
    }
    while (code == ERR_OK) {
        const char *term;
        size_t len;
        uint32_t frequency;
        code = shim_terms_next(terms, &term, &len, &frequency, err);
        if (code != ERR_OK || term == NULL) {
            break;
        }
        if (term[0] >= 'A' && term[0] <= 'Z') {
            /* Prefixed terms stand together, A to Z; forms before and behind them. */
            code = shim_terms_seek(terms, "[", 1, err);
            continue;
        }
        code = lexicon_builder_add(builder, term, len, frequency, err);
    }
    AUTO_FREE char *path = io_join(part, SCHEMA_LEXICON);
    if (code == ERR_OK && path == NULL) {
        code = err_nomem(err, "write_lexicon");
    }
    return code == ERR_OK ? lexicon_builder_write(builder, path, err) : code;
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
