/* generation.h - what is published: the parts, dead lists and stored texts of one generation.
 *
 * Files of a generation never change.  Publishing writes the manifest, then moves `current` to it by an
 * atomic rename; a reader loads the manifest that `current` names and sees all of it or an older whole.
 *
 * Manifest (JSON): {"formaat":1,"generatie":12,"termen":"terms-1 ...","xapian":"1.4.22","woorden":"w12ab...",
 *   "samenstellingen":"c56ef...","patronen":"h34cd...","delen":[
 *   {"naam":"p12","documenten":100,"dood":"p12.15","dode":3,"teksten":["t12-0"]}]}
 * Dead list: "NASLAGD1", u32 count, count x u32 docid ascending, all little-endian.
 */
#ifndef NASLAG_TEXT_GENERATION_H
#define NASLAG_TEXT_GENERATION_H

#include "base/buf.h"

#define GENERATION_NAME_MAX 32

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
    char maker[64];   /* version of xapian-core that wrote it, for operators */
    struct generation_part *parts;
    size_t part_count, part_capacity;
    char (*texts)[GENERATION_NAME_MAX]; /* store files of all parts, each once */
    size_t text_count, text_capacity;
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
/* Loads a manifest and its dead lists.  Does not check `terms`: the caller compares. */
enum err_code generation_load(const char *directory, uint64_t number, struct generation *ret_generation, struct err *err);
/* Loads the current one, again when it was replaced in between; ERR_VERSION when its terms were made otherwise than this
 * program makes them. */
enum err_code generation_load_current(const char *directory, struct generation *ret_generation, struct err *err);

/* Writes dead lists that have no file yet (dead_name is filled in) and the manifest, all synced. */
enum err_code generation_write(const char *directory, struct generation *generation, struct err *err);
/* Points `current` at a written generation, durably. */
enum err_code generation_publish(const char *directory, uint64_t number, struct err *err);

/* DIR/parts/NAME and the like, in a buffer of the caller. */
enum err_code generation_path(const char *directory, const char *folder, const char *name, struct buf *out, struct err *err);

#endif
