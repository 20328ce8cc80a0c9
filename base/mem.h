/* mem.h - scoped clean-up and visible hand-over. */
#ifndef NASLAG_BASE_MEM_H
#define NASLAG_BASE_MEM_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* CLEANUP(f) T x = ...;  calls f(&x) when x leaves scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* Hands the pointer over and forgets it, so that its scoped clean-up does nothing. */
#define TAKE_PTR(pointer)                     \
    __extension__({                           \
        __typeof__(pointer) taken_ = (pointer); \
        (pointer) = NULL;                     \
        taken_;                               \
    })

/* Defines `name_cleanup(T **)` for use with CLEANUP, around a `_free(T *)` that accepts NULL. */
#define DEFINE_CLEANUP(type, free_function)                  \
    static inline void free_function##_cleanup(type **slot) \
    {                                                        \
        free_function(*slot);                                \
    }

static inline void free_cleanup(void *slot)
{
    free(*(void **)slot);
}
#define AUTO_FREE CLEANUP(free_cleanup)

static inline void close_cleanup(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}
#define AUTO_CLOSE CLEANUP(close_cleanup)

static inline void fclose_cleanup(FILE **file)
{
    if (*file != NULL) {
        fclose(*file);
    }
}
#define AUTO_FCLOSE CLEANUP(fclose_cleanup)

static inline void closedir_cleanup(DIR **dir)
{
    if (*dir != NULL) {
        closedir(*dir);
    }
}
#define AUTO_CLOSEDIR CLEANUP(closedir_cleanup)

/* Makes room for one more element in a growable array: doubles, and checks the product.
 * `*array` holds `*capacity` elements of `size` bytes, `used` of them filled.
 * Returns 0, or -1 when memory is short (the array is then unchanged). */
int mem_grow(void *array, size_t *capacity, size_t used, size_t size);

#endif
