/* glass_block.h - the fields of a block (glass.h), for glass_write.c and glass_read.c. */
#ifndef NASLAG_SHIM_GLASS_BLOCK_H
#define NASLAG_SHIM_GLASS_BLOCK_H

#include <stdint.h>

#include "shim/glass.h"

#define BLOCK_LEVEL 4
#define BLOCK_GAP 5   /* free bytes in one piece, */
#define BLOCK_FREE 7  /* and in all: the same where nothing is ever deleted */
#define BLOCK_DIR_END 9
#define BLOCK_DIR 11
#define BLOCK_OFFSET 2 /* bytes of an offset in the directory */

/* A leaf item. */
#define ITEM_HEAD 3 /* bytes before the key */
#define ITEM_PIECE 2 /* bytes of the number of the piece */
#define ITEM_COMPRESSED 0x8000U
#define ITEM_LAST 0x4000U
#define ITEM_FIRST 0x2000U
#define ITEM_SIZE 0x1fffU
/* At least four items fit in a block. */
#define ITEM_MAX ((GLASS_BLOCK - BLOCK_DIR - 4 * BLOCK_OFFSET) / 4)

/* A branch item. */
#define BRANCH_HEAD 5

#define LEVELS_MAX 10

static inline unsigned get16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static inline void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* The file of a table, without the directory. */
const char *glass_table_file(enum glass_table table);

#endif
