/* packing.c - a fixture: this file may see zstd. */
#include <zstd.h>
