/* source.h - where documents come from: paths on the command line, or a configuration file. */
#ifndef NASLAG_INDEXER_SOURCE_H
#define NASLAG_INDEXER_SOURCE_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"

struct source {
    char *name;  /* collection name, shown with every hit */
    char *root;  /* real path of the directory, or of the one file */
    char *url;   /* put before a file's path relative to the root; "" for none */
    char *kind;  /* document type for documents that name none; "" for none */
    bool single; /* the root is a file */
    bool whole;  /* boilerplate is not told apart (recur.h) */
};

struct sources {
    struct source *items;
    size_t count, capacity;
};

/* A path of the command line: its name is the last part of its real path. */
enum err_code sources_add_path(struct sources *sources, const char *path, struct err *err);
/* A configuration file:
 *     [source beleid]
 *     path = /srv/archief/beleid          (relative to the configuration file)
 *     url = https://archief.example.nl/beleid/
 *     collection = Beleidsprogramma's     (default: the section's name)
 *     type = programma
 *     boilerplate = keep                  (default: drop)
 * ERR_INVALID names file and line. */
enum err_code sources_add_config(struct sources *sources, const char *path, struct err *err);
void sources_done(struct sources *sources);

/* ---- Walking ------------------------------------------------------------------------------ */

/* Called for every file below a source, in byte order of their paths.  `unreadable` is NULL, or why the file or
 * directory cannot be taken. */
typedef enum err_code source_visit(void *context, const struct source *source, const char *path, const char *name,
                                   const struct stat *info, const char *unreadable, struct err *err);
/* Files and folders whose name begins with a dot are passed over, and so is the directory `exclude` (the index
 * itself).  Symbolic links are visited as unreadable, not followed. */
enum err_code source_walk(const struct source *source, const char *exclude, source_visit *visit, void *context,
                          struct err *err);

#endif
