/* glass_positions.c - the interpolative code of position lists. */
#include "shim/glass_chunk.h"
#include "shim/glass_pack.h"

/* Bits, the lowest of each byte first. */
struct bits {
    uint8_t *out;
    uint64_t held;
    unsigned count;
};

static void put_bits(struct bits *bits, uint32_t value, unsigned count)
{
    bits->held |= (uint64_t)value << bits->count;
    bits->count += count;
    while (bits->count >= 8) {
        *bits->out++ = (uint8_t)bits->held;
        bits->held >>= 8;
        bits->count -= 8;
    }
}

/* A value below `limit`, in as many bits as limit - 1 has or one less: the values in the middle are the likelier ones and get
 * the shorter codes. */
static void put_below(struct bits *bits, uint32_t value, uint32_t limit)
{
    if (limit < 2) {
        return;
    }
    unsigned width = 32U - (unsigned)__builtin_clz(limit - 1);
    uint32_t spare = (uint32_t)((UINT64_C(1) << width) - limit);
    if (spare > 0) {
        uint32_t middle = (limit - spare) / 2;
        if (value >= middle + spare) {
            value = (value - (middle + spare)) | UINT32_C(1) << (width - 1);
        } else if (value >= middle) {
            width--;
        }
    }
    put_bits(bits, value, width);
}

/* The positions between two known ones: the middle one, then both halves. */
static void put_between(struct bits *bits, const uint32_t *positions, size_t low, size_t high)
{
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t lowest = positions[low] + (uint32_t)(middle - low);
        uint32_t limit = positions[high] - positions[low] - (uint32_t)(high - low) + 1;
        put_below(bits, positions[middle] - lowest, limit);
        put_between(bits, positions, low, middle);
        low = middle;
    }
}

uint8_t *positions_pack(uint8_t *out, const uint32_t *positions, size_t count)
{
    uint32_t last = positions[count - 1];
    out = pack_uint(out, last);
    if (count > 1) {
        struct bits bits = { .out = out };
        put_below(&bits, positions[0], last);
        put_below(&bits, (uint32_t)count - 2, last - positions[0]);
        put_between(&bits, positions, 0, count - 1);
        out = bits.out;
        if (bits.count > 0) {
            *out++ = (uint8_t)bits.held;
        }
    }
    return out;
}
