/* limits.c - limits of extraction from options. */
#include "indexer/limits.h"

#include "base/hash.h"
#include "indexer/memory.h"

#define SIZE_LEAST ((uint64_t)4 << 10)

static enum err_code take_size(const char *name, const char *text, uint64_t most, uint64_t *size, struct err *err)
{
    uint64_t given;
    if (text == NULL) {
        return ERR_OK;
    }
    if (memory_parse(text, &given, NULL) != ERR_OK || given < SIZE_LEAST || given > most) {
        return err_set(err, ERR_INVALID, "--%s takes a size such as 256M or 2G, from 4K to %lluM, not '%s'", name,
                       (unsigned long long)(most >> 20), text);
    }
    *size = given;
    return ERR_OK;
}

static void take_number(long given, uint32_t *number)
{
    *number = given > 0 ? (uint32_t)given : *number; /* the table of options has its ends */
}

enum err_code limits_apply(const struct limits *limits, struct extract_caps *caps, struct err *err)
{
    uint64_t text = caps->record_bytes;
    enum err_code code = take_size("max-file-bytes", limits->file, (uint64_t)1 << 40, &caps->file_bytes, err);
    if (code == ERR_OK) {
        code = take_size("max-unpacked-bytes", limits->unpacked, (uint64_t)1 << 50, &caps->expanded_bytes, err);
    }
    if (code == ERR_OK) {
        code = take_size("max-text-bytes", limits->text, extract_default_caps.record_bytes, &text, err);
    }
    caps->asked_bytes = limits->text != NULL ? text : 0;
    caps->record_bytes = text < caps->record_bytes ? text : caps->record_bytes; /* more than --memory allows there cannot be */
    take_number(limits->pages, &caps->pages);
    take_number(limits->members, &caps->members);
    take_number(limits->depth, &caps->depth);
    take_number(limits->ratio, &caps->ratio);
    take_number(limits->title, &caps->title_bytes);
    take_number(1000 * limits->seconds, &caps->wall_ms);
    take_number(limits->cpu_seconds, &caps->cpu_seconds);
    return code;
}

int64_t limits_signature(const struct extract_caps *caps)
{
    const uint64_t values[] = { caps->file_bytes, caps->asked_bytes, caps->expanded_bytes, caps->pages, caps->members,
                                caps->depth, caps->ratio, caps->title_bytes, caps->wall_ms, caps->cpu_seconds };
    return (int64_t)(hash_bytes((const char *)values, sizeof values) >> 1);
}
