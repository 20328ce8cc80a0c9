/* source.h - where documents come from: paths on the command line, or a configuration file. */
#ifndef NASLAG_INDEXER_SOURCE_H
#define NASLAG_INDEXER_SOURCE_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"

/* Longest of the values below that describe documents, in bytes. */
#define SOURCE_VALUE_MAX 255

struct source {
    char *name;  /* collection name, shown with every hit */
    char *root;  /* real path of the directory, or of the one file */
    char *url;   /* put before a file's path relative to the root; "" for none */
    char *kind;  /* document type for documents that name none; "" for none */
    char *programme, *organisation; /* for documents that name none; "" for none */
    bool restricted_too; /* what its metadata says is not to be published is taken in all the same */
    struct source_rule {
        char *pattern; /* fnmatch(3), of the path below the root; an asterisk stands for slashes too */
        char *kind, *programme, *organisation; /* "" says nothing */
    } *rules;
    size_t rule_count, rule_capacity;
    bool single; /* the root is a file */
    bool whole;  /* boilerplate is not told apart (recur.h) */
};

struct sources {
    struct source *items;
    size_t count, capacity;
};

/* What the configuration says of one document; borrowed from the source. */
struct source_values {
    const char *kind, *programme, *organisation;            /* of the first rule that says it: stronger than any metadata */
    const char *default_programme, *default_organisation;
    bool restricted_too;
};
/* False when it says nothing; the strings are "" then. */
bool source_values_of(const struct source *source, const char *name, struct source_values *ret_values);

/* A path of the command line: its name is the last part of its real path. */
enum err_code sources_add_path(struct sources *sources, const char *path, struct err *err);
/* A configuration file:
 *     [source beleid]
 *     path = /srv/archief/beleid          (relative to the configuration file)
 *     url = https://archief.example.nl/beleid/
 *     collection = Beleidsprogramma's     (default: the section's name)
 *     type = programma
 *     programme = Deltaprogramma
 *     organisation = Gemeente Voorbeeld
 *     restricted = index                  (default: keep-out)
 *     rule = notulen/2014/?* | type = notulen | programme = Bestuur
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
