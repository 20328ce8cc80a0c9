/* siblings.c - places, versions and families of hits. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* asprintf */
#endif
#include "search/siblings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "text/doc_head.h"
#include "text/schema.h"

static void sibling_done(struct search_sibling *sibling)
{
    free(sibling->id);
    free(sibling->name);
    free(sibling->path);
    free(sibling->source);
    free(sibling->kind);
    free(sibling->url);
    free(sibling->date);
    free(sibling->captured);
}

void siblings_done(struct search_hit *hit)
{
    for (size_t i = 0; i < hit->place_count; i++) {
        sibling_done(&hit->places[i]);
    }
    for (size_t i = 0; i < hit->version_count; i++) {
        sibling_done(&hit->versions[i]);
    }
    free(hit->places);
    free(hit->versions);
    free(hit->captured);
}

/* "2021-03-01T12:00:00Z", "2021-03-01" when only the day is known, "" for 0; NULL when memory is short. */
static char *format_moment(uint64_t moment)
{
    char text[32] = "";
    unsigned day = (unsigned)(moment / 1000000), time = (unsigned)(moment % 1000000);
    if (moment != 0) {
        int used = snprintf(text, sizeof text, "%04u-%02u-%02u", day / 10000, day / 100 % 100, day % 100);
        if (time != 0) {
            snprintf(text + used, sizeof text - (size_t)used, "T%02u:%02u:%02uZ", time / 10000, time / 100 % 100, time % 100);
        }
    }
    return strdup(text);
}

char *search_path_of(const struct doc_head *head)
{
    char *path = NULL;
    if (head->file.len == 0) {
        return strndup(head->name.text, head->name.len);
    }
    int len = asprintf(&path, "%.*s!/%.*s", (int)head->file.len, head->file.text, (int)head->name.len, head->name.text);
    return len < 0 ? NULL : path;
}

static enum err_code fill_sibling(struct search_index *index, uint32_t docid, struct search_sibling *sibling, struct err *err)
{
    AUTO_BUF struct buf data;
    buf_init(&data, (size_t)16 << 20);
    struct doc_head head;
    enum err_code code = shim_reader_data(index->view->reader, docid, &data, err);
    if (code == ERR_OK) {
        code = doc_head_read(data.data, data.len, &head, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    sibling->id = strndup(head.uid.text, head.uid.len);
    sibling->name = strndup(head.name.text, head.name.len);
    sibling->path = search_path_of(&head);
    sibling->source = strndup(head.source.text, head.source.len);
    sibling->kind = strndup(head.kind.text, head.kind.len);
    sibling->url = strndup(head.url.text, head.url.len);
    sibling->date = strndup(head.date.text, head.date.len);
    sibling->captured = format_moment(collapse_captured(index->view->collapse, docid));
    bool whole = sibling->id != NULL && sibling->name != NULL && sibling->path != NULL && sibling->source != NULL
        && sibling->kind != NULL && sibling->url != NULL && sibling->date != NULL && sibling->captured != NULL;
    return whole ? ERR_OK : err_nomem(err, "a search");
}

/* Describes the first of some documents. */
static enum err_code fill_list(struct search_index *index, uint32_t docid, const uint32_t *docids, size_t count,
                               struct search_sibling **ret_list, size_t *ret_count, struct err *err)
{
    size_t wanted = count < SEARCH_SIBLINGS_MAX ? count : SEARCH_SIBLINGS_MAX;
    struct search_sibling *list = *ret_list = calloc(wanted + 1, sizeof *list);
    enum err_code code = list != NULL ? ERR_OK : err_nomem(err, "a search");
    for (size_t i = 0; i < wanted && code == ERR_OK; i++) {
        *ret_count = i + 1;
        list[i].same = collapse_same(index->view->collapse, docid, docids[i]);
        code = fill_sibling(index, docids[i], &list[i], err);
    }
    return code;
}

/* A copy under some address. */
struct copy {
    uint32_t docid, address, rank; /* address: that of the first of its versions, itself without any */
};

static int by_address(const void *left, const void *right)
{
    const struct copy *a = left, *b = right;
    return a->address != b->address ? (a->address < b->address ? -1 : 1) : (a->rank > b->rank) - (a->rank < b->rank);
}

static int by_rank(const void *left, const void *right)
{
    const struct copy *a = left, *b = right;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

static uint32_t address_of(const struct collapse *collapse, uint32_t docid)
{
    const uint32_t *versions;
    return collapse_set(collapse, docid, GROUP_VERSION, &versions) > 0 ? versions[0] : docid;
}

/* The other places: copies, of captures of one address the newest, and none of the address of the hit. */
static enum err_code fill_places(struct search_index *index, uint32_t docid, struct search_hit *hit, struct err *err)
{
    const struct collapse *collapse = index->view->collapse;
    const uint32_t *docids;
    size_t count = collapse_set(collapse, docid, GROUP_CONTENT, &docids), kept = 0;
    AUTO_FREE struct copy *copies = calloc(count + 1, sizeof *copies);
    AUTO_FREE uint32_t *chosen = calloc(count + 1, sizeof *chosen);
    if (copies == NULL || chosen == NULL) {
        return err_nomem(err, "a search");
    }
    for (size_t i = 0; i < count; i++) {
        copies[i] = (struct copy){ docids[i], address_of(collapse, docids[i]), (uint32_t)i };
    }
    uint32_t own = address_of(collapse, docid), before = 0;
    qsort(copies, count, sizeof *copies, by_address);
    for (size_t i = 0; i < count; i++) {
        if (copies[i].address != own && copies[i].address != before) {
            before = copies[i].address;
            copies[kept++] = copies[i];
        }
    }
    qsort(copies, kept, sizeof *copies, by_rank);
    for (size_t i = 0; i < kept; i++) {
        chosen[i] = copies[i].docid;
    }
    hit->place_total = (uint32_t)kept;
    return fill_list(index, docid, chosen, kept, &hit->places, &hit->place_count, err);
}

/* A capture in which nothing had changed: it repeats the one before it, of docids that are newest first.  That one may be gone;
 * then it is not known what it was like. */
static enum err_code fill_unchanged(const struct collapse *collapse, const struct search_hit *hit, uint32_t docid,
                                    const uint32_t *docids, size_t count, uint64_t captured, struct search_sibling *sibling,
                                    struct err *err)
{
    size_t repeated = 0;
    while (repeated + 1 < count && collapse_captured(collapse, docids[repeated]) > captured) {
        repeated++;
    }
    sibling->same = collapse_captured(collapse, docids[repeated]) <= captured
        && (docids[repeated] == docid || collapse_same(collapse, docid, docids[repeated]));
    sibling->id = strdup("");
    sibling->name = strdup("");
    sibling->path = strdup("");
    sibling->source = strdup(hit->source);
    sibling->kind = strdup("");
    sibling->url = strdup(hit->url);
    sibling->date = strdup("");
    sibling->captured = format_moment(captured);
    bool whole = sibling->id != NULL && sibling->name != NULL && sibling->source != NULL && sibling->kind != NULL
        && sibling->url != NULL && sibling->date != NULL && sibling->captured != NULL;
    return whole ? ERR_OK : err_nomem(err, "a search");
}

/* The other captures, newest first: those that are documents, and those that are not. */
static enum err_code fill_versions(struct search_index *index, uint32_t docid, struct search_hit *hit, struct err *err)
{
    const struct collapse *collapse = index->view->collapse;
    const uint32_t *docids;
    const struct group_capture *unchanged;
    size_t count = collapse_set(collapse, docid, GROUP_VERSION, &docids), at = 0, k = 0;
    size_t rest = collapse_unchanged(collapse, docid, &unchanged);
    hit->version_total = (uint32_t)(count > 0 ? count - 1 + rest : 0);
    size_t wanted = hit->version_total < SEARCH_SIBLINGS_MAX ? hit->version_total : SEARCH_SIBLINGS_MAX;
    hit->versions = calloc(wanted + 1, sizeof *hit->versions);
    enum err_code code = hit->versions != NULL ? ERR_OK : err_nomem(err, "a search");
    while (code == ERR_OK && hit->version_count < wanted) {
        struct search_sibling *version = &hit->versions[hit->version_count];
        if (at < count && docids[at] == docid) {
            at++;
            continue;
        }
        hit->version_count++;
        if (k < rest && (at == count || unchanged[k].captured > collapse_captured(collapse, docids[at]))) {
            code = fill_unchanged(collapse, hit, docid, docids, count, unchanged[k++].captured, version, err);
        } else {
            version->same = collapse_same(collapse, docid, docids[at]);
            code = fill_sibling(index, docids[at++], version, err);
        }
    }
    return code;
}

enum err_code siblings_fill(struct search_index *index, const struct collapse_left *left, uint32_t docid, struct search_hit *hit,
                            struct err *err)
{
    const struct collapse *collapse = index->view->collapse;
    hit->captured = format_moment(collapse_captured(collapse, docid));
    if (hit->captured == NULL) {
        return err_nomem(err, "a search");
    }
    hit->family_size = collapse_family_size(collapse, docid);
    hit->family_left = collapse_left_for(collapse, left, docid);
    enum err_code code = fill_places(index, docid, hit, err);
    return code == ERR_OK ? fill_versions(index, docid, hit, err) : code;
}

/* ---- A family ----------------------------------------------------------------------------- */

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

enum err_code siblings_family(struct search_index *index, const char *id, uint32_t **ret_docids, size_t *ret_count,
                              struct err *err)
{
    char term[SCHEMA_UID_LEN + 2];
    uint32_t docid;
    size_t found = 0;
    bool sound = strlen(id) == SCHEMA_UID_LEN && strspn(id, "0123456789abcdef") == SCHEMA_UID_LEN;
    snprintf(term, sizeof term, "%s%s", SCHEMA_UID, sound ? id : "");
    enum err_code code = sound ? shim_reader_find(index->view->reader, term, strlen(term), &docid, 1, &found, err) : ERR_OK;
    if (code != ERR_OK) {
        return code;
    }
    if (found == 0) {
        *ret_docids = NULL;
        *ret_count = 0;
        return ERR_OK;
    }
    const uint32_t *members = &docid;
    size_t count = collapse_set(index->view->collapse, docid, GROUP_FAMILY, &members);
    if (count == 0) {
        members = &docid;
        count = 1;
    }
    uint32_t *docids = malloc(count * sizeof *docids);
    if (docids == NULL) {
        return err_nomem(err, "a search");
    }
    memcpy(docids, members, count * sizeof *docids);
    qsort(docids, count, sizeof *docids, by_number);
    *ret_docids = docids;
    *ret_count = count;
    return ERR_OK;
}
