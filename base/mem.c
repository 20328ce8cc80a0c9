/* mem.c - growable arrays. */
#include "base/mem.h"

#include <stdint.h>
#include <string.h>

int mem_grow(void *array, size_t *capacity, size_t used, size_t size)
{
    if (used < *capacity) {
        return 0;
    }
    size_t wanted = *capacity < 8 ? 16 : *capacity * 2;
    if (wanted > SIZE_MAX / 2 / size) {
        return -1;
    }
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, wanted * size);
    if (grown == NULL) {
        return -1;
    }
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return 0;
}
