/* space.c - an estimate of the room that a run needs on the disk. */
#include "indexer/space.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "indexer/publish.h"
#include "indexer/run.h"

/* Bytes a byte of source file: 5.1 in all at the highest point of a first run.  A part of long documents (laws) takes 0.9, of short
 * ones (help pages, 2 KB) 2.0; their texts 0.3. */
#define PART_SHARE 1.8    /* a part, and likewise its segments */
#define TEXT_SHARE 0.5    /* stored texts */
#define SPOOL_SHARE 1.0   /* documents that wait for their batch */
#define MARGIN ((uint64_t)1 << 20) /* ledger, lexicon, manifest */

static uint64_t part_bytes(const struct generation *generation, size_t index)
{
    char folder[GENERATION_PATH_MAX];
    int len = snprintf(folder, sizeof folder, "%s/%s/", SCHEMA_PARTS, generation->parts[index].name);
    uint64_t bytes = 0;
    for (size_t i = 0; i < generation->file_count; i++) {
        bytes += strncmp(generation->files[i].path, folder, (size_t)len) == 0 ? generation->files[i].size : 0;
    }
    return bytes;
}

/* Bytes of the parts that are merged with a new one of so many bytes, itself included: by the policy of publish_merge. */
static uint64_t merged_bytes(const struct generation *current, uint64_t fresh)
{
    uint64_t together = fresh;
    for (size_t i = current->part_count; i-- > 0;) {
        const struct generation_part *part = &current->parts[i];
        uint64_t bytes = part_bytes(current, i);
        bool due = bytes < PUBLISH_RATIO * together || i + 1 >= PUBLISH_PARTS_MAX || part->dead_count * 3 > part->doc_count;
        if (!due) {
            break;
        }
        together += bytes;
    }
    return together == fresh ? 0 : together;
}

uint64_t space_needed(const struct generation *current, uint64_t source_bytes, bool rewrite)
{
    uint64_t fresh = (uint64_t)((double)source_bytes * PART_SHARE), texts = (uint64_t)((double)source_bytes * TEXT_SHARE);
    uint64_t batch = source_bytes < RUN_CHECKPOINT_BYTES ? source_bytes : RUN_CHECKPOINT_BYTES;
    if (rewrite) { /* segments of all, and the part that they become */
        uint64_t all = 0;
        for (size_t i = 0; i < current->file_count; i++) {
            bool part = strncmp(current->files[i].path, SCHEMA_PARTS "/", sizeof SCHEMA_PARTS) == 0;
            all += part ? current->files[i].size : 0;
        }
        return 2 * all + MARGIN;
    }
    uint64_t making = (uint64_t)((double)batch * (SPOOL_SHARE + PART_SHARE));
    uint64_t merged = merged_bytes(current, fresh), merging = merged + merged / 3; /* tables, and texts that move along */
    return texts + fresh + (making > merging ? making : merging) + MARGIN;
}

enum err_code space_check(const char *directory, const struct generation *current, uint64_t source_bytes, bool rewrite,
                          struct err *err)
{
    struct statvfs info;
    if (statvfs(directory, &info) != 0) {
        return err_errno(err, errno, "cannot tell how much room there is for %s", directory);
    }
    uint64_t available = (uint64_t)info.f_bavail * info.f_frsize, needed = space_needed(current, source_bytes, rewrite);
    if (needed <= available) {
        return ERR_OK;
    }
    return err_set(err, ERR_NOSPACE, "not enough room for %s: this run needs about %.0f MB at its highest (for %.1f MB %s, and "
                   "merging), and %.0f MB are free. Nothing was changed. Make room, or start with --no-space-check", directory,
                   (double)needed / 1e6, (double)source_bytes / 1e6, rewrite ? "of sources and all that is indexed" : "to read",
                   (double)available / 1e6);
}

enum err_code run_ready(const struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    enum err_code code = options->no_space_check || options->dry_run ? ERR_OK
        : space_check(run->layout.directory, &run->current, run->progress.total_bytes, options->reanalyse, err);
    return code == ERR_OK && options->reanalyse ? generation_check_sources(run->layout.directory, &run->current, err) : code;
}
