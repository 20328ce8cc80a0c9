/* cage.h - runs one program of the system on one untrusted file, with no more rights than an extraction worker has.
 *
 * It is another cage than the worker's (sandbox.c), because the program must be started in it and loads its libraries: it
 * may open files for reading, but only those that Landlock leaves: itself, the libraries, its own data.
 * docs/ARCHITECTURE.md, 'Security boundaries', has the layers.
 */
#ifndef NASLAG_EXTRACT_CAGE_H
#define NASLAG_EXTRACT_CAGE_H

#include <sys/types.h>

#include "extract/extract.h"

struct cage {
    const char *program;          /* absolute path; a program, no script */
    const char *const *arguments; /* argv, ends in NULL */
    int input;                    /* what it reads, as descriptor 0 and /proc/self/fd/0 */
    int output;                   /* what it writes to, as descriptor 1 */
    const struct extract_caps *caps; /* memory, processor time, whether a layer may be missing */
    unsigned omit;                /* layers to leave out, for tests */
};

/* Starts the program; *ret_pid is to be waited for by the caller, and dies with it.  ERR_IO: it cannot be run, or a layer is
 * missing that is required. */
enum err_code cage_start(const struct cage *cage, pid_t *ret_pid, struct err *err);

#endif
