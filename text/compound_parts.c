/* compound_parts.c - reading what has been learned of parts. */
#include "text/compound_parts.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define HEAD_SIZE (PARTS_MAGIC_LEN + PARTS_SIGNATURE_LEN + 12)

const struct part_linker part_linkers[PART_LINKERS] = {
    { "", 0 }, { "s", 1 }, { "en", 2 }, { "e", 1 }, { "er", 2 }, { "n", 1 }, { "-", 1 },
};

bool part_linker_fits(const char *form, size_t start, size_t end, size_t linker)
{
    size_t len = part_linkers[linker].len;
    const char *text = part_linkers[linker].text;
    if (end - start <= len || (len > 0 && form[end - 1] != text[len - 1]) || (len > 1 && form[end - 2] != text[0])) {
        return false;
    }
    /* Written as n the linker is the n of -en behind a word in -e (ziekte-n-kosten). */
    return text[0] != 'n' || (end - start > 1 && form[end - 2] == 'e');
}

/* ---- Hashing every piece of a form -------------------------------------------------------- */

#define ROLL_FACTOR UINT64_C(0x100000001b3)

/* Its powers, modulo 2^64. */
static const uint64_t powers[PART_FORM_MAX + 1] = {
    UINT64_C(0x0000000000000001), UINT64_C(0x00000100000001b3), UINT64_C(0x000366000002e329), UINT64_C(0x08a97b0004e7feab),
    UINT64_C(0x9ffaac085635bc91), UINT64_C(0x0caee32a7d4f6a63), UINT64_C(0xdc966432edf1c639), UINT64_C(0xc5527b8a51d3d2db),
    UINT64_C(0x1efac7090aef4a21), UINT64_C(0x936a555d949af613), UINT64_C(0x18a5210383502249), UINT64_C(0x30b961f8212a420b),
    UINT64_C(0xf54383a05ace38b1), UINT64_C(0x8ff15a7a4c6a54c3), UINT64_C(0x017180cfd8ae0759), UINT64_C(0x21e53a2d2fb67c3b),
    UINT64_C(0x4efe15c813151841), UINT64_C(0x4ed743f86cd83673), UINT64_C(0xcffef220f3648569), UINT64_C(0xd2bad6fd93ceb16b),
    UINT64_C(0xe22cbbe2283778d1), UINT64_C(0x897c124a56424b23), UINT64_C(0xe01e375092a5ac79), UINT64_C(0x790476e92f84119b),
    UINT64_C(0x26a7a93bbd69ea61), UINT64_C(0x18cef182daf942d3), UINT64_C(0x20e7345a158c8c89), UINT64_C(0x756a7e129dd2cccb),
    UINT64_C(0x56c104a22d31fcf1), UINT64_C(0x9bf7d092cbf0cd83), UINT64_C(0xf6e4ec708a2d3599), UINT64_C(0xb4335c3acad212fb),
    UINT64_C(0x0558b2e6a2f64081), UINT64_C(0x0bf87ee6e86f9b33), UINT64_C(0xc6dad55cf5a4b7a9), UINT64_C(0x8a9035f566e4142b),
    UINT64_C(0x571fdafdd58e4511), UINT64_C(0x99662e51e0bf5be3), UINT64_C(0x67fc9820e52922b9), UINT64_C(0xdb5938e564e6005b),
    UINT64_C(0x9e9c08ca72d29aa1), UINT64_C(0x55bd91011bdcbf93), UINT64_C(0x8ddcf7e2581986c9), UINT64_C(0x27fffe9bb360078b),
    UINT64_C(0x58052d91cc2cd131), UINT64_C(0xbd9d9fbdf0277643), UINT64_C(0x5a4cb2bf130df3d9), UINT64_C(0x7e4793ad60b559bb),
    UINT64_C(0x48f9aa9b542778c1), UINT64_C(0x27b5a6efff122ff3), UINT64_C(0x8bda9cce6be779e9), UINT64_C(0x8bf25bc15a5426eb),
    UINT64_C(0x20f8d48c7cfe2151), UINT64_C(0x04f27bb863d29ca3), UINT64_C(0x3aa4dd519ee028f9), UINT64_C(0x864d0ab0f6e59f1b),
    UINT64_C(0x1a8845b3882d5ae1), UINT64_C(0x42e9511065116c53), UINT64_C(0xc3e111dbbc9b1109), UINT64_C(0x728261617b7df24b),
    UINT64_C(0x117dc3a4d702b571), UINT64_C(0xbb68e219599a4f03), UINT64_C(0x0d87341341344219), UINT64_C(0x30ff95b7cbcc507b),
    UINT64_C(0x0e9be24f4c2cc101),
};

void roll_init(struct roll *roll, const char *form, size_t len)
{
    roll->sums[0] = 0;
    for (size_t i = 0; i < len; i++) {
        roll->sums[i + 1] = roll->sums[i] * ROLL_FACTOR + (unsigned char)form[i] + 1;
    }
}

uint64_t roll_piece(const struct roll *roll, size_t start, size_t end)
{
    uint64_t hash = roll->sums[end] - roll->sums[start] * powers[end - start];
    hash = (hash ^ (hash >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 29);
}

static uint32_t read_u32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

struct part parts_find(const struct parts *parts, uint64_t hash)
{
    uint32_t key = (uint32_t)(hash >> 32) | 1;
    uint32_t slot = (uint32_t)hash & parts->mask;
    for (uint32_t tries = 0; tries < parts->longest; tries++) {
        const uint8_t *at = parts->table + (size_t)slot * PARTS_SLOT_SIZE;
        uint32_t found = read_u32(at);
        if (found == key) {
            uint32_t counts = read_u32(at + 4);
            return (struct part){ counts & PARTS_SEEN_MAX, counts >> 14 & PARTS_SEEN_MAX, counts >> 28 };
        }
        if (found == 0) {
            break;
        }
        slot = (slot + 1) & parts->mask;
    }
    return (struct part){ 0, 0, 0 };
}

/* ---- Images ------------------------------------------------------------------------------- */

static enum err_code read_head(struct parts *parts, const struct words *words, const char *name, struct err *err)
{
    struct span span;
    span_init(&span, parts->image, parts->size);
    const char *magic = span_bytes(&span, PARTS_MAGIC_LEN);
    const char *signature = span_bytes(&span, PARTS_SIGNATURE_LEN);
    uint32_t word_count = span_u32(&span), slots = span_u32(&span);
    parts->longest = span_u32(&span);
    parts->table = (const uint8_t *)span_bytes(&span, (size_t)slots * PARTS_SLOT_SIZE);
    parts->mask = slots - 1;
    char own[PARTS_SIGNATURE_LEN];
    parts_signature(words, own);
    if (span.failed || span.at != span.len || slots == 0 || (slots & (slots - 1)) != 0 || parts->longest > slots
        || memcmp(magic, PARTS_MAGIC, PARTS_MAGIC_LEN) != 0) {
        return err_set(err, ERR_CORRUPT, "%s does not hold parts of compounds", name);
    }
    if (memcmp(signature, own, sizeof own) != 0 || word_count != words_count(words)) {
        return err_set(err, ERR_CORRUPT, "%s was learned from other words than those of this index", name);
    }
    return ERR_OK;
}

void parts_signature(const struct words *words, char ret_signature[PARTS_SIGNATURE_LEN])
{
    memset(ret_signature, 0, PARTS_SIGNATURE_LEN);
    size_t len = strlen(words_signature(words));
    memcpy(ret_signature, words_signature(words), len < PARTS_SIGNATURE_LEN ? len : PARTS_SIGNATURE_LEN);
}

enum err_code parts_open(struct parts *parts, const struct words *words, const char *path, struct err *err)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return err_errno(err, errno, "cannot open %s", path);
    }
    if ((size_t)info.st_size < HEAD_SIZE) {
        return err_set(err, ERR_CORRUPT, "%s is too short", path);
    }
    void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return err_errno(err, errno, "cannot map %s", path);
    }
    *parts = (struct parts){ .image = map, .size = (size_t)info.st_size, .mapped = true };
    return read_head(parts, words, path, err);
}

enum err_code parts_adopt(struct parts *parts, const struct words *words, struct buf *image, struct err *err)
{
    size_t size = image->len;
    *parts = (struct parts){ .image = (uint8_t *)buf_take(image), .size = size };
    return parts->image == NULL ? err_nomem(err, "parts_adopt") : read_head(parts, words, "the image in memory", err);
}

void parts_done(struct parts *parts)
{
    if (parts->mapped) {
        munmap((void *)(uintptr_t)parts->image, parts->size);
    } else {
        free((void *)(uintptr_t)parts->image);
    }
    *parts = (struct parts){ .image = NULL };
}
