/* opt.h - options as one table: it feeds the command line, --help and the man-page check.
 *
 * Every program has one table.  Long options take `--name value` and `--name=value`; flags take
 * no value.  `--` ends the options.  Options and operands may be mixed.
 */
#ifndef NASLAG_BASE_OPT_H
#define NASLAG_BASE_OPT_H

#include <stdio.h>

#include "base/err.h"

enum opt_kind {
    OPT_FLAG,   /* bool */
    OPT_STRING, /* const char *, borrowed from argv */
    OPT_NUMBER, /* long, between min and max */
};

struct opt {
    const char *name;     /* long name, without dashes */
    char letter;          /* short name, or 0 */
    enum opt_kind kind;
    void *target;         /* bool *, const char **, long * */
    long min, max;        /* OPT_NUMBER */
    const char *argument; /* what the value is called in --help, e.g. "DIR" */
    const char *help;     /* one line; NULL hides the option (internal use) */
};

struct opt_program {
    const char *name;
    const char *usage;    /* what follows the name in the usage line */
    const char *summary;  /* one sentence */
    const struct opt *options;
    size_t option_count;
    const char *epilogue; /* after the options, may be NULL */
};

/* Parses argv[1..]; operands are moved to the front of argv[1..*ret_operands].
 * ERR_INVALID names the option that is unknown, lacks a value or is out of range. */
enum err_code opt_parse(const struct opt_program *program, int argc, char **argv, int *ret_operands, struct err *err);
void opt_help(const struct opt_program *program, FILE *to);

#endif
