/* shape.h - the shape of a collection of texts: how often words stand, how the vocabulary grows, how long things are. */
#ifndef NASLAG_BENCH_SHAPE_H
#define NASLAG_BENCH_SHAPE_H

#include <stdio.h>

#include "base/buf.h"

struct shape;

enum err_code shape_new(struct shape **ret_shape, struct err *err);
void shape_free(struct shape *shape);
DEFINE_CLEANUP(struct shape, shape_free)

/* Counts one document (UTF-8).  A word is a run of letters and digits; capitals of ASCII count as small letters. */
enum err_code shape_add(struct shape *shape, const char *text, size_t len, struct err *err);
/* Prints tables of tab-separated values, each after a line "# name". */
enum err_code shape_print(const struct shape *shape, FILE *to, struct err *err);

#endif
