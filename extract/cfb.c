/* cfb.c - sectors, their chains, the directory ([MS-CFB] 2.2 to 2.6). */
#include "extract/cfb.h"

#include <string.h>

#define HEADER_BYTES 512
#define LAST_SECTOR 0xFFFFFFFAU /* larger numbers have a meaning of their own: end, free ... */
#define IN_HEADER 109           /* numbers of sectors of the FAT that the header itself has */
#define ENTRY_BYTES 128
#define NAME_BYTES 64           /* UTF-16 */
#define MINI_SHIFT 6

/* Fields of the header and of an entry, by offset. */
enum { H_SHIFT = 30, H_DIRECTORY = 48, H_CUTOFF = 56, H_MINI_FAT = 60, H_DIFAT = 68, H_FAT = 76 };
enum { E_NAME_LEN = 64, E_TYPE = 66, E_START = 116, E_SIZE = 120 };
enum { TYPE_STREAM = 2, TYPE_ROOT = 5 };

bool cfb_open(struct cfb *cfb, const void *bytes, size_t len)
{
    const unsigned char *head = bytes;
    if (len < HEADER_BYTES || memcmp(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) != 0) {
        return false;
    }
    *cfb = (struct cfb){ .bytes = head, .len = len, .shift = cfb_u16(head + H_SHIFT) == 12 ? 12 : 9,
                         .directory = cfb_u32(head + H_DIRECTORY) };
    return true;
}

/* The bytes of a sector that are there; NULL when none are. */
static const unsigned char *sector_at(const struct cfb *cfb, uint32_t sector, size_t *ret_len)
{
    uint64_t at = ((uint64_t)sector + 1) << cfb->shift;
    if (sector > LAST_SECTOR || at >= cfb->len) {
        return NULL;
    }
    size_t left = cfb->len - (size_t)at, size = (size_t)1 << cfb->shift;
    *ret_len = left < size ? left : size;
    return cfb->bytes + at;
}

/* A number in a sector, or LAST_SECTOR + 1 when that is not there. */
static uint32_t number_in(const struct cfb *cfb, uint32_t sector, size_t index)
{
    size_t len = 0;
    const unsigned char *bytes = sector_at(cfb, sector, &len);
    return bytes != NULL && (index + 1) * 4 <= len ? cfb_u32(bytes + index * 4) : LAST_SECTOR + 1;
}

/* The sector behind this one in its chain. */
static uint32_t next_sector(const struct cfb *cfb, uint32_t sector)
{
    size_t per = ((size_t)1 << cfb->shift) / 4, which = sector / per;
    if (sector > LAST_SECTOR) {
        return sector;
    }
    if (which < IN_HEADER) {
        return number_in(cfb, cfb_u32(cfb->bytes + H_FAT + 4 * which), sector % per);
    }
    which -= IN_HEADER;
    uint32_t list = cfb_u32(cfb->bytes + H_DIFAT);
    for (size_t steps = which / (per - 1); steps > 0 && list <= LAST_SECTOR; steps--) {
        list = number_in(cfb, list, per - 1);
    }
    return number_in(cfb, number_in(cfb, list, which % (per - 1)), sector % per);
}

static size_t sectors_most(const struct cfb *cfb)
{
    return (cfb->len >> cfb->shift) + 1;
}

/* Appends `size` bytes of a chain, as far as it goes. */
static void read_chain(const struct cfb *cfb, uint32_t sector, uint64_t size, struct buf *out)
{
    for (size_t steps = sectors_most(cfb); size > 0 && steps > 0; steps--) {
        size_t len = 0;
        const unsigned char *bytes = sector_at(cfb, sector, &len);
        if (bytes == NULL) {
            return;
        }
        len = len < size ? len : (size_t)size;
        if (len > out->max - out->len) {
            len = out->max - out->len;
            size = len;
        }
        buf_add(out, bytes, len);
        size -= len;
        sector = next_sector(cfb, sector);
    }
}

/* Calls for each entry of the directory until one says true, which is copied to `ret_entry`. */
typedef bool cfb_wanted(const unsigned char *entry, const char *name);

static bool find_entry(const struct cfb *cfb, cfb_wanted *wanted, const char *name, unsigned char ret_entry[ENTRY_BYTES])
{
    uint32_t sector = cfb->directory;
    for (size_t steps = sectors_most(cfb); steps > 0; steps--, sector = next_sector(cfb, sector)) {
        size_t len = 0;
        const unsigned char *bytes = sector_at(cfb, sector, &len);
        if (bytes == NULL) {
            return false;
        }
        for (size_t at = 0; len - at >= ENTRY_BYTES; at += ENTRY_BYTES) {
            if (wanted(bytes + at, name)) {
                memcpy(ret_entry, bytes + at, ENTRY_BYTES);
                return true;
            }
        }
    }
    return false;
}

static bool is_root(const unsigned char *entry, const char *name)
{
    (void)name;
    return entry[E_TYPE] == TYPE_ROOT;
}

static bool is_stream(const unsigned char *entry, const char *name)
{
    size_t len = strlen(name);
    if (entry[E_TYPE] != TYPE_STREAM || 2 * len + 2 > NAME_BYTES || cfb_u16(entry + E_NAME_LEN) != 2 * len + 2) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (cfb_u16(entry + 2 * i) != (unsigned char)name[i]) {
            return false;
        }
    }
    return true;
}

bool cfb_has(const struct cfb *cfb, const char *name)
{
    unsigned char entry[ENTRY_BYTES];
    return find_entry(cfb, is_stream, name, entry);
}

/* A small stream: its sectors of 64 bytes are pieces of the root's stream, chained by a FAT of their own. */
static enum err_code read_mini(const struct cfb *cfb, uint32_t mini, uint32_t size, struct buf *out, struct err *err)
{
    unsigned char root[ENTRY_BYTES];
    AUTO_BUF struct buf pieces, table;
    buf_init(&pieces, cfb->len);
    buf_init(&table, cfb->len);
    if (!find_entry(cfb, is_root, NULL, root)) {
        return ERR_OK;
    }
    read_chain(cfb, cfb_u32(root + E_START), cfb_u32(root + E_SIZE), &pieces);
    read_chain(cfb, cfb_u32(cfb->bytes + H_MINI_FAT), cfb->len, &table);
    enum err_code code = buf_check(&pieces, "a stream", err);
    if (code == ERR_OK) {
        code = buf_check(&table, "a stream", err);
    }
    while (code == ERR_OK && size > 0) {
        size_t at = (size_t)mini << MINI_SHIFT, len = size < 1U << MINI_SHIFT ? size : 1U << MINI_SHIFT;
        if (mini > LAST_SECTOR || at >= pieces.len || ((size_t)mini + 1) * 4 > table.len) {
            break;
        }
        len = len < pieces.len - at ? len : pieces.len - at;
        buf_add(out, pieces.data + at, len);
        size -= (uint32_t)len;
        mini = cfb_u32(table.data + (size_t)mini * 4);
    }
    return code;
}

enum err_code cfb_read(const struct cfb *cfb, const char *name, struct buf *out, struct err *err)
{
    unsigned char entry[ENTRY_BYTES];
    if (!find_entry(cfb, is_stream, name, entry)) {
        return err_set(err, ERR_NOT_FOUND, "the file has no stream %s", name);
    }
    uint32_t start = cfb_u32(entry + E_START), size = cfb_u32(entry + E_SIZE);
    uint32_t cutoff = cfb_u32(cfb->bytes + H_CUTOFF);
    enum err_code code = ERR_OK;
    if (size < cutoff && size <= out->max) {
        code = read_mini(cfb, start, size, out, err);
    } else {
        read_chain(cfb, start, size, out);
    }
    return code == ERR_OK ? buf_check(out, "a stream", err) : code;
}
