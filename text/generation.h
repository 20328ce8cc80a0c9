/* generation.h - what is published: the parts, dead lists and stored texts of one generation.
 *
 * Files of a generation never change.  Publishing writes the manifest, then moves `current` to it by an
 * atomic rename; a reader loads the manifest that `current` names and sees all of it or an older whole.
 *
 * Manifest: a line of JSON, {"formaat":4,"generatie":12,"termen":"terms-1 ...","xapian":"1.4.22","woorden":"w12ab...",
 *   "samenstellingen":"c56ef...","patronen":"h34cd...","groepen":"g12","delen":[
 *   {"naam":"p12","documenten":100,"dood":"p12.15","dode":3,"teksten":["t12-0"]}],
 *   "bestanden":[{"pad":"parts/p12/iamglass","lengte":143,"sha256":"64 digits"}, ...]}
 * with every file that the generation needs, by path; and a line "sha256 64 digits", the digest of the first line with its
 * newline: the seal.  `current` has the seal too, so that every byte of what is published answers to it.
 * Dead list: "NASLAGD1", u32 count, count x u32 docid ascending, all little-endian.
 */
#ifndef NASLAG_TEXT_GENERATION_H
#define NASLAG_TEXT_GENERATION_H

#include "base/buf.h"
#include "base/digest.h"

#define GENERATION_NAME_MAX 32
#define GENERATION_PATH_MAX 96
/* Files up to this size are checked to the last byte whenever a generation is opened. */
#define GENERATION_QUICK_MAX ((uint64_t)64 << 10)

/* A file that a generation needs. */
struct generation_file {
    char path[GENERATION_PATH_MAX]; /* in the index directory: "parts/p12/iamglass" */
    uint64_t size;
    struct digest digest; /* SHA-256 */
};

struct generation_part {
    char name[GENERATION_NAME_MAX];
    uint32_t doc_count; /* dead ones included */
    char dead_name[GENERATION_NAME_MAX]; /* "" when none is dead */
    uint32_t *dead; /* ascending local docids */
    size_t dead_count;
    char (*texts)[GENERATION_NAME_MAX]; /* store files that its documents are in */
    size_t text_count, text_capacity;
};

struct generation {
    uint64_t number;
    char terms[160];  /* analysis_signature() of the maker */
    char words[GENERATION_NAME_MAX];    /* known words in resources/, or "" */
    char compounds[GENERATION_NAME_MAX]; /* parts of compounds, learned from the words, or "" */
    char patterns[GENERATION_NAME_MAX]; /* hyphenation patterns in resources/, or "" */
    char groups[GENERATION_NAME_MAX];   /* sets of documents in groups/ (groups.h), or "" when there are none */
    char maker[64];   /* version of xapian-core that wrote it, for operators */
    struct generation_part *parts;
    size_t part_count, part_capacity;
    char (*texts)[GENERATION_NAME_MAX]; /* store files of all parts, each once */
    size_t text_count, text_capacity;
    struct generation_file *files; /* by path; filled by generation_load and generation_write */
    size_t file_count, file_capacity;
    struct digest seal;            /* of its manifest; likewise */
};

void generation_init(struct generation *generation);
void generation_done(struct generation *generation);
enum err_code generation_add_part(struct generation *generation, const char *name, uint32_t doc_count,
                                  struct generation_part **ret_part, struct err *err);
/* A store file of a part, in the part's list and the generation's. */
enum err_code generation_add_text(struct generation *generation, struct generation_part *part, const char *name,
                                  struct err *err);
/* Takes a part out. */
void generation_drop_part(struct generation *generation, size_t index);
uint32_t generation_live_count(const struct generation *generation);

/* The number in `current`.  ERR_NOT_FOUND: no index in that directory.  ERR_VERSION: an index of another format. */
enum err_code generation_current(const char *directory, uint64_t *ret_number, struct err *err);
/* The same with the seal that its manifest must have. */
enum err_code generation_current_seal(const char *directory, uint64_t *ret_number, struct digest *ret_seal, struct err *err);
/* Loads a manifest and its dead lists, and compares them with their digests (ERR_CORRUPT).  Does not check `terms`: the caller
 * compares. */
enum err_code generation_load(const char *directory, uint64_t number, struct generation *ret_generation, struct err *err);
/* The same without the dead lists: what it consists of, not what is in there. */
enum err_code generation_load_manifest(const char *directory, uint64_t number, struct generation *ret_generation,
                                       struct err *err);
/* Loads the current one, again when it was replaced in between; ERR_VERSION when its terms were made otherwise than this
 * program makes them. */
enum err_code generation_load_current(const char *directory, struct generation *ret_generation, struct err *err);
/* ERR_VERSION unless its terms were made as this program makes them. */
enum err_code generation_check_terms(const char *directory, const struct generation *generation, struct err *err);

/* Writes dead lists that have no file yet (dead_name is filled in) and the manifest, all synced.  The digests of files that
 * `before` (NULL for none) lists are taken from there, the others are computed: parts, texts and resources must be complete. */
enum err_code generation_write(const char *directory, struct generation *generation, const struct generation *before,
                               struct err *err);
/* Points `current` at a written generation, durably. */
enum err_code generation_publish(const char *directory, uint64_t number, struct err *err);

/* DIR/parts/NAME and the like, in a buffer of the caller. */
enum err_code generation_path(const char *directory, const char *folder, const char *name, struct buf *out, struct err *err);

/* ---- Manifests under their seal (generation_seal.c) ---- */

#define GENERATION_MANIFEST_MAX ((size_t)256 << 20)
/* The JSON of a manifest, when it answers to its seal; ERR_CORRUPT otherwise. */
enum err_code generation_read_manifest(const char *directory, uint64_t number, struct buf *text, struct digest *ret_seal,
                                       struct err *err);
/* Writes JSON, a line, with its seal: durably. */
enum err_code generation_write_manifest(const char *directory, uint64_t number, struct buf *text, struct digest *ret_seal,
                                        struct err *err);

/* ---- Files (generation_files.c) ---- */

/* Makes the list of files of a generation; for generation_write. */
enum err_code generation_list_files(const char *directory, const struct generation *before, struct generation *generation,
                                    struct err *err);
enum err_code generation_add_file(struct generation *generation, const struct generation_file *file, struct err *err);
/* NULL when it is not listed. */
const struct generation_file *generation_find_file(const struct generation *generation, const char *path);
/* Called for every piece of a file that was read, with its length; anything but ERR_OK ends the check. */
typedef enum err_code generation_tick(void *context, size_t len, struct err *err);
/* Compares a file with what was published: that it is there, its size, and its digest when it is not larger than `size_max`.
 * ERR_CORRUPT says what is wrong; others: it could not be read.  `tick` may be NULL. */
enum err_code generation_check_file(const char *directory, const struct generation_file *file, uint64_t size_max,
                                    generation_tick *tick, void *context, struct err *err);
/* Every file there and of the right size, small ones to the last byte: what costs next to nothing (GENERATION_QUICK_MAX). */
enum err_code generation_check_quickly(const char *directory, const struct generation *generation, struct err *err);
/* That, and all bytes of the language resources: before anything is made with them. */
enum err_code generation_check_opening(const char *directory, const struct generation *generation, struct err *err);
/* All bytes of the databases of the parts from `from` on: before anything is made of them.  Parts of later generations than
 * `trusted` were made by the caller itself a moment ago, and are passed over. */
enum err_code generation_check_parts(const char *directory, const struct generation *generation, size_t from,
                                     uint64_t trusted, struct err *err);
/* Whether a file can be made again from the others: word lists, positions, sets of documents. */
bool generation_can_make(const struct generation_file *file);
/* All bytes of the files that cannot: what documents are analysed again from. */
enum err_code generation_check_sources(const char *directory, const struct generation *generation, struct err *err);

#endif
