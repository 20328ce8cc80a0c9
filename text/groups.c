/* groups.c - the file of sets of documents. */
#include "text/groups.h"

#include <string.h>

#include "base/io.h"
#include "base/mem.h"
#include "text/generation.h"
#include "text/schema.h"

#define MAGIC "NASLAGG1"
#define MEMBER_BYTES (4 * (2 + GROUP_KINDS) + 16)
#define CAPTURE_BYTES 12
#define FILE_MAX ((size_t)4 << 30)

void groups_init(struct groups *groups)
{
    *groups = (struct groups){ .count = 0 };
}

void groups_done(struct groups *groups)
{
    free(groups->members);
    free(groups->family_ids);
    free(groups->captures);
    groups_init(groups);
}

void groups_write(const struct groups *groups, struct buf *out)
{
    buf_add_str(out, MAGIC);
    buf_add_u32(out, (uint32_t)groups->count);
    for (int kind = 0; kind < GROUP_KINDS; kind++) {
        buf_add_u32(out, groups->set_counts[kind]);
    }
    for (uint32_t i = 0; i < groups->set_counts[GROUP_FAMILY]; i++) {
        buf_add_u64(out, groups->family_ids[i]);
    }
    for (size_t i = 0; i < groups->count; i++) {
        const struct group_member *member = &groups->members[i];
        buf_add_u32(out, member->part);
        buf_add_u32(out, member->local);
        for (int kind = 0; kind < GROUP_KINDS; kind++) {
            buf_add_u32(out, member->sets[kind]);
        }
        buf_add_u64(out, member->uid);
        buf_add_u64(out, member->captured);
    }
    buf_add_u32(out, (uint32_t)groups->capture_count);
    for (size_t i = 0; i < groups->capture_count; i++) {
        buf_add_u32(out, groups->captures[i].set);
        buf_add_u64(out, groups->captures[i].captured);
    }
}

static bool read_member(struct span *span, const struct groups *groups, const struct group_member *before,
                        struct group_member *ret_member)
{
    struct group_member member = { .part = span_u32(span) };
    member.local = span_u32(span);
    bool sound = member.local > 0;
    for (int kind = 0; kind < GROUP_KINDS; kind++) {
        member.sets[kind] = span_u32(span);
        sound = sound && member.sets[kind] <= groups->set_counts[kind];
    }
    member.uid = span_u64(span);
    member.captured = span_u64(span);
    *ret_member = member;
    return sound && !span->failed
        && (before == NULL || before->part < member.part || (before->part == member.part && before->local < member.local));
}

/* What stands behind the members; *ret_room is false when memory is short. */
static bool read_captures(struct span *span, struct groups *groups, bool *ret_room)
{
    uint32_t count = span_u32(span);
    *ret_room = true;
    if (span->failed || span->len - span->at != CAPTURE_BYTES * (uint64_t)count) {
        return false;
    }
    groups->captures = calloc((size_t)count + 1, sizeof *groups->captures);
    *ret_room = groups->captures != NULL;
    bool sound = *ret_room;
    for (uint32_t i = 0; i < count && sound; i++) {
        struct group_capture *capture = &groups->captures[i];
        capture->set = span_u32(span);
        capture->captured = span_u64(span);
        sound = capture->set > 0 && capture->set <= groups->set_counts[GROUP_VERSION]
            && (i == 0 || capture->set > capture[-1].set
                || (capture->set == capture[-1].set && capture->captured <= capture[-1].captured));
    }
    groups->capture_count = count;
    return sound;
}

static bool read_all(struct span *span, struct groups *groups)
{
    for (uint32_t i = 0; i < groups->set_counts[GROUP_FAMILY]; i++) {
        groups->family_ids[i] = span_u64(span);
    }
    for (size_t i = 0; i < groups->count; i++) {
        if (!read_member(span, groups, i > 0 ? &groups->members[i - 1] : NULL, &groups->members[i])) {
            return false;
        }
    }
    return !span->failed;
}

enum err_code groups_read(const void *data, size_t len, struct groups *ret_groups, struct err *err)
{
    struct groups groups;
    struct span span;
    groups_init(&groups);
    span_init(&span, data, len);
    const char *magic = span_bytes(&span, strlen(MAGIC));
    uint32_t count = span_u32(&span);
    bool sound = true;
    for (int kind = 0; kind < GROUP_KINDS; kind++) {
        groups.set_counts[kind] = span_u32(&span);
        sound = sound && groups.set_counts[kind] <= count; /* in truth at most half */
    }
    sound = sound && magic != NULL && !span.failed && memcmp(magic, MAGIC, strlen(MAGIC)) == 0
        && span.len - span.at >= 4 + 8 * (uint64_t)groups.set_counts[GROUP_FAMILY] + MEMBER_BYTES * (uint64_t)count;
    if (!sound) {
        return err_set(err, ERR_CORRUPT, "a list of copies is damaged");
    }
    groups.members = calloc((size_t)count + 1, sizeof *groups.members);
    groups.family_ids = calloc((size_t)groups.set_counts[GROUP_FAMILY] + 1, sizeof *groups.family_ids);
    groups.count = count;
    bool whole = groups.members != NULL && groups.family_ids != NULL;
    if (!whole || !read_all(&span, &groups) || !read_captures(&span, &groups, &whole)) {
        groups_done(&groups);
        return whole ? err_set(err, ERR_CORRUPT, "a list of copies is damaged") : err_nomem(err, "a list of copies");
    }
    *ret_groups = groups;
    return ERR_OK;
}

enum err_code groups_load(const char *directory, const char *name, struct groups *ret_groups, struct err *err)
{
    AUTO_BUF struct buf path, data;
    buf_init(&path, 4096);
    buf_init(&data, FILE_MAX);
    groups_init(ret_groups);
    if (name[0] == '\0') {
        return ERR_OK;
    }
    enum err_code code = generation_path(directory, SCHEMA_GROUPS, name, &path, err);
    if (code == ERR_OK) {
        code = io_read_file(path.data, &data, err);
    }
    return code == ERR_OK ? groups_read(data.data, data.len, ret_groups, err) : code;
}

enum err_code groups_save(const char *directory, const char *name, const struct groups *groups, struct err *err)
{
    AUTO_BUF struct buf path, data;
    buf_init(&path, 4096);
    buf_init(&data, FILE_MAX);
    groups_write(groups, &data);
    enum err_code code = buf_check(&data, "a list of copies", err);
    if (code == ERR_OK) {
        code = generation_path(directory, SCHEMA_GROUPS, name, &path, err);
    }
    return code == ERR_OK ? io_replace_file(path.data, data.data, data.len, err) : code;
}

uint32_t groups_surplus(const struct groups *groups, enum group_kind kind)
{
    uint32_t members = 0, copies = 0;
    for (size_t i = 0; i < groups->count; i++) {
        const uint32_t *sets = groups->members[i].sets;
        members += sets[kind] != 0;
        copies += sets[GROUP_FAMILY] != 0 && sets[GROUP_CONTENT] != 0;
    }
    if (kind != GROUP_FAMILY) {
        return members - groups->set_counts[kind];
    }
    /* Of each content that is in a family one document counts. */
    AUTO_FREE uint8_t *seen = calloc((size_t)groups->set_counts[GROUP_CONTENT] + 1, 1);
    uint32_t contents = 0;
    for (size_t i = 0; seen != NULL && i < groups->count; i++) {
        const uint32_t *sets = groups->members[i].sets;
        if (sets[GROUP_FAMILY] != 0 && sets[GROUP_CONTENT] != 0) {
            contents += !seen[sets[GROUP_CONTENT]];
            seen[sets[GROUP_CONTENT]] = 1;
        }
    }
    return members - copies + contents - groups->set_counts[GROUP_FAMILY];
}
