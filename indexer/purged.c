/* purged.c - marks, and a sorted list of them. */
#include "indexer/purged.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/likeness.h"

/* ---- Making marks --------------------------------------------------------------------------- */

static enum err_code end(struct keyed *keyed, struct mark *ret_mark)
{
    keyed_end(keyed, ret_mark->bytes);
    return ERR_OK;
}

enum err_code mark_document(struct keyed *keyed, const char *uid, struct mark *ret_mark)
{
    keyed_add(keyed, "u", 1);
    keyed_add(keyed, uid, strlen(uid));
    return end(keyed, ret_mark);
}

enum err_code mark_tree(struct keyed *keyed, const char *source, const char *path, const char *record, size_t record_len,
                        struct mark *ret_mark)
{
    keyed_add(keyed, "t", 1);
    keyed_add(keyed, source, strlen(source) + 1);
    keyed_add(keyed, path, strlen(path) + 1);
    keyed_add(keyed, record, record_len);
    return end(keyed, ret_mark);
}

static enum err_code mark_page(struct keyed *keyed, const char *kind, const char *url, size_t len, const char *fragment,
                               size_t fragment_len, struct mark *ret_mark)
{
    uint64_t address = likeness_address((struct doc_string){ url, len });
    keyed_add(keyed, kind, 1);
    keyed_add(keyed, &address, sizeof address);
    keyed_add(keyed, fragment, fragment_len);
    return end(keyed, ret_mark);
}

enum err_code mark_address(struct keyed *keyed, const char *url, size_t len, struct mark *ret_mark)
{
    return mark_page(keyed, "l", url, len, "", 0, ret_mark);
}

enum err_code mark_fragment(struct keyed *keyed, const char *url, size_t len, const char *fragment, size_t fragment_len,
                            struct mark *ret_mark)
{
    return mark_page(keyed, "f", url, len, fragment, fragment_len, ret_mark);
}

enum err_code mark_bytes(struct keyed *keyed, const uint8_t digest[DIGEST_SIZE], struct mark *ret_mark)
{
    keyed_add(keyed, "b", 1);
    keyed_add(keyed, digest, DIGEST_SIZE);
    return end(keyed, ret_mark);
}

/* Bytes of white space at the text: ASCII, or a no-break space or soft hyphen (U+00A0, U+00AD). */
static size_t blank_at(const char *text, size_t len)
{
    if ((unsigned char)text[0] <= 0x20) {
        return 1;
    }
    bool wide = len > 1 && (unsigned char)text[0] == 0xC2 && ((unsigned char)text[1] == 0xA0 || (unsigned char)text[1] == 0xAD);
    return wide ? 2 : 0;
}

enum err_code mark_text(struct keyed *keyed, const char *text, size_t len, struct mark *ret_mark)
{
    size_t added = 0;
    struct mark mark;
    keyed_add(keyed, "c", 1);
    for (size_t at = 0; at < len;) {
        size_t blank = blank_at(text + at, len - at), from = at;
        if (blank > 0) {
            at += blank;
            continue;
        }
        while (at < len && blank_at(text + at, len - at) == 0) {
            at++;
        }
        keyed_add(keyed, text + from, at - from);
        added += at - from;
    }
    end(keyed, &mark);
    if (added < PURGED_TEXT_MIN) {
        return ERR_NOT_FOUND;
    }
    *ret_mark = mark;
    return ERR_OK;
}

/* ---- What is not to come back --------------------------------------------------------------- */

struct entry {
    struct mark mark;
    size_t text; /* index of its reason */
};

struct purged {
    struct keyed *keyed;
    struct entry *entries; /* by mark */
    size_t count, capacity;
    char (*texts)[TOMBSTONE_TEXT_MAX];
    int64_t *ids; /* tombstones of the texts */
    size_t text_count, text_capacity, id_capacity;
};

void purged_free(struct purged *purged)
{
    if (purged != NULL) {
        keyed_free(purged->keyed);
        free(purged->entries);
        free(purged->texts);
        free(purged->ids);
        free(purged);
    }
}

/* The reason of a tombstone, made when it is met for the first time. */
static enum err_code find_text(struct purged *purged, const struct tombstone *tombstone, size_t *ret_text, struct err *err)
{
    for (size_t i = 0; i < purged->text_count; i++) {
        if (purged->ids[i] == tombstone->id) {
            *ret_text = i;
            return ERR_OK;
        }
    }
    if (mem_grow(&purged->texts, &purged->text_capacity, purged->text_count, sizeof *purged->texts) != 0
        || mem_grow(&purged->ids, &purged->id_capacity, purged->text_count, sizeof *purged->ids) != 0) {
        return err_nomem(err, "a list of tombstones");
    }
    tombstone_text(tombstone->at, tombstone->reason, purged->texts[purged->text_count]);
    purged->ids[purged->text_count] = tombstone->id;
    *ret_text = purged->text_count++;
    return ERR_OK;
}

/* A ledger_mark_visit: marks come in order, of one mark the latest tombstone first. */
static enum err_code take_mark(void *context, const uint8_t mark[KEYED_SIZE], const struct tombstone *tombstone, struct err *err)
{
    struct purged *purged = context;
    if (purged->count > 0 && memcmp(purged->entries[purged->count - 1].mark.bytes, mark, KEYED_SIZE) == 0) {
        return ERR_OK;
    }
    if (mem_grow(&purged->entries, &purged->capacity, purged->count, sizeof *purged->entries) != 0) {
        return err_nomem(err, "a list of tombstones");
    }
    struct entry *entry = &purged->entries[purged->count];
    memcpy(entry->mark.bytes, mark, KEYED_SIZE);
    enum err_code code = find_text(purged, tombstone, &entry->text, err);
    purged->count += code == ERR_OK;
    return code;
}

enum err_code purged_load(struct ledger *ledger, const uint8_t key[KEYED_KEY_SIZE], struct purged **ret_purged, struct err *err)
{
    CLEANUP(purged_free_cleanup) struct purged *purged = calloc(1, sizeof *purged);
    if (purged == NULL) {
        return err_nomem(err, "purged_load");
    }
    enum err_code code = keyed_new(key, &purged->keyed, err);
    if (code == ERR_OK) {
        code = ledger_each_mark(ledger, take_mark, purged, err);
    }
    if (code == ERR_OK) {
        *ret_purged = TAKE_PTR(purged);
    }
    return code;
}

bool purged_is_empty(const struct purged *purged)
{
    return purged->count == 0;
}

static const char *look_up(const struct purged *purged, const struct mark *mark)
{
    size_t low = 0, high = purged->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(purged->entries[middle].mark.bytes, mark->bytes, KEYED_SIZE);
        if (order == 0) {
            return purged->texts[purged->entries[middle].text];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* The file, and each container on the way to the record, and the record. */
static const char *find_tree(const struct purged *purged, const struct purged_record *record)
{
    struct mark mark;
    const char *text = NULL, *id = record->record;
    size_t len = strlen(id);
    mark_tree(purged->keyed, record->source, record->path, "", 0, &mark);
    text = look_up(purged, &mark);
    for (size_t at = 1; text == NULL && at <= len; at++) {
        if (at == len || strncmp(id + at, "!/", 2) == 0) {
            mark_tree(purged->keyed, record->source, record->path, id, at, &mark);
            text = look_up(purged, &mark);
        }
    }
    return text;
}

/* The whole page, or this fragment of it. */
static const char *find_address(const struct purged *purged, const char *url, size_t len)
{
    struct mark mark;
    const char *fragment = memchr(url, '#', len);
    size_t tail = fragment != NULL ? len - (size_t)(fragment - url) : 0;
    mark_address(purged->keyed, url, len, &mark);
    const char *text = look_up(purged, &mark);
    if (text == NULL) {
        mark_fragment(purged->keyed, url, len, tail > 0 ? fragment : "", tail, &mark);
        text = look_up(purged, &mark);
    }
    return text;
}

const char *purged_find(const struct purged *purged, const struct purged_record *record)
{
    static const uint8_t none[DIGEST_SIZE];
    struct mark mark;
    if (purged->count == 0) {
        return NULL;
    }
    mark_document(purged->keyed, record->uid, &mark);
    const char *text = look_up(purged, &mark);
    if (text == NULL) {
        text = find_tree(purged, record);
    }
    if (text == NULL && record->url_len > 0) {
        text = find_address(purged, record->url, record->url_len);
    }
    if (text == NULL && memcmp(record->digest, none, DIGEST_SIZE) != 0) {
        mark_bytes(purged->keyed, record->digest, &mark);
        text = look_up(purged, &mark);
    }
    return text;
}

const char *purged_find_text(const struct purged *purged, const char *text, size_t len)
{
    struct mark mark;
    bool made = purged->count > 0 && mark_text(purged->keyed, text, len, &mark) == ERR_OK;
    return made ? look_up(purged, &mark) : NULL;
}
