/* index.h - an open index inside search/: one generation with everything a search reads. */
#ifndef NASLAG_SEARCH_INDEX_H
#define NASLAG_SEARCH_INDEX_H

#include <sys/stat.h>

#include "search/collapse.h"
#include "search/search.h"
#include "shim/shim.h"
#include "text/generation.h"
#include "text/lexicon.h"
#include "text/derive.h"
#include "text/editor.h"
#include "text/store.h"

/* What belongs to one generation, opened and closed as a whole. */
struct index_view {
    struct generation generation;
    struct shim_reader *reader;
    struct dutch *dutch;
    struct deriver *deriver;
    bool lent;                 /* these two belong to another view */
    struct lexicon **lexicons; /* one a part */
    struct store **stores;     /* one a text name, in the order of generation.texts */
    struct collapse *collapse; /* what belongs together */
    uint32_t doc_count;        /* live */
    uint32_t all_count;        /* dead ones included: what document frequencies count */
};

struct search_index {
    char *directory;
    char *current_path;
    struct stat current; /* of the file `current` when it was last read */
    struct stat failed;     /* of `current` when what it names could not be opened; st_ino 0: it could */
    int64_t failed_ms;      /* when that was */
    struct err failure;     /* why */
    struct index_view *view;
    char *editor_path;
    struct editor *editor;   /* NULL when there is no such file */
    struct stat editor_stat; /* of the file when it was last read; st_ino 0: there was none */
    char *warnings;          /* what is wrong with it; NULL when nothing is */
};

/* Reads the editor's file when it, or the index's words (`fresh`), changed.  ERR_NOMEM only. */
enum err_code index_read_editor(struct search_index *index, bool fresh, struct err *err);

/* The store file with that name, NULL when the generation has none. */
struct store *index_store(const struct index_view *view, const char *name, size_t len);

#endif
