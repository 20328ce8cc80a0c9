/* layout.h - the index directory: making it, locking it, mending it after a crash, clearing it up. */
#ifndef NASLAG_INDEXER_LAYOUT_H
#define NASLAG_INDEXER_LAYOUT_H

#include "indexer/ledger.h"
#include "text/generation.h"

struct layout {
    char *directory; /* real path */
    int lock_fd;
};

/* Makes the directory and its folders when they are not there (refuses a directory with other things in it, and, unless
 * `allow_network`, network file systems), and takes the lock.  ERR_LOCKED: another indexer is at work. */
enum err_code layout_open(const char *directory, bool allow_network, struct layout *ret_layout, struct err *err);
void layout_done(struct layout *layout);

/* After a crash between the ledger's commit and the publishing of its generation: publishes it.  Then loads the current
 * generation; a fresh index gives an empty generation 0.  Does not compare the terms' signature. */
enum err_code layout_recover(const struct layout *layout, struct ledger *ledger, struct generation *ret_current,
                             struct err *err);

/* Removes everything that no generation names that is kept, and all of tmp/.  Kept are `current`, the one before it (for
 * readers that are in it), and those that can be rolled back to (ledger_earlier).  What `making` names (NULL for nothing) is kept
 * too: the resources of a generation that is being made. */
enum err_code layout_clear(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                           const struct generation *making, struct err *err);
/* The same, and the generation before the current one goes too, whoever reads it. */
enum err_code layout_clear_all(const struct layout *layout, struct ledger *ledger, const struct generation *current,
                               struct err *err);
/* At the end of a run, failed or not: removes what is half done, as far as nobody can come to need it, and generations that the run
 * went through on its way.  (A reader that is just opening one of these finds that `current` has moved, and takes that.)  With
 * NULL for the ledger only tmp/ is emptied. */
void layout_clear_up(const struct layout *layout, struct ledger *ledger, const struct generation *current);

/* What kind of network file system a path is on, in `ret_name` ("nfs4"); "" when it is a local one.  From the list of mounts, which
 * tells FUSE file systems apart, else from statfs. */
enum err_code network_file_system(const char *path, char ret_name[64], struct err *err);

#endif
