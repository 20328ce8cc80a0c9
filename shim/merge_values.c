/* merge_values.c - merging the values of all slots. */
#include "shim/merge.h"

#include <stdlib.h>

/* Reads a chunk of values, in order.  1, 0 at the end, -1 when it cannot be read. */
struct value_reader {
    const uint8_t *at, *end;
    uint32_t docid, len;
    const uint8_t *bytes;
    bool begun;
};

static int next_value(struct value_reader *reader)
{
    uint32_t between;
    if (reader->at == reader->end) {
        return reader->begun ? 0 : -1;
    }
    if (reader->begun) {
        if (!unpack_u32(&reader->at, reader->end, &between) || between >= UINT32_MAX - reader->docid) {
            return -1;
        }
        reader->docid += between + 1;
    }
    reader->begun = true;
    if (!unpack_u32(&reader->at, reader->end, &reader->len) || reader->len > (size_t)(reader->end - reader->at)) {
        return -1;
    }
    reader->bytes = reader->at;
    reader->at += reader->len;
    return 1;
}

/* Opens the chunk of values that a cursor is at. */
static bool open_values(const struct cursor *cursor, uint32_t *ret_slot, struct value_reader *ret_reader)
{
    const struct glass_entry *entry = &cursor->entry;
    const uint8_t *at = entry->key + 2, *end = entry->key + entry->key_len;
    *ret_reader = (struct value_reader){ .at = entry->tag, .end = entry->tag + entry->tag_len };
    return unpack_u32(&at, end, ret_slot) && *ret_slot <= SHIM_SLOT_MAX && unpack_docid(at, (size_t)(end - at), &ret_reader->docid)
        && ret_reader->docid > 0;
}

/* Hands the living values of the chunk that a cursor is at to `take`, counted or added (when `table` is not NULL). */
static enum err_code take_values(const struct cursor *cursor, struct value_reader *reader, struct values *slot,
                                 struct glass_writer *table, struct err *err)
{
    int more;
    while ((more = next_value(reader)) > 0) {
        if (reader->docid > cursor->source->mapping.last) {
            return cursor_corrupt(cursor, err);
        }
        uint32_t docid = map_docid(&cursor->source->mapping, reader->docid);
        if (docid != 0 && table == NULL) {
            values_count(slot, reader->bytes, reader->len);
        } else if (docid != 0) {
            values_add(slot, table, docid, reader->bytes, reader->len);
        }
    }
    return more == 0 ? ERR_OK : cursor_corrupt(cursor, err);
}

/* The statistics of all slots, counted again: a dead document's values go. */
enum err_code merge_value_stats(struct merger *merger, struct glass_writer *table, struct err *err)
{
    struct cursor *cursors = NULL;
    AUTO_FREE struct values *slots = calloc(SHIM_SLOT_MAX + 1, sizeof *slots);
    enum err_code code = slots != NULL ? cursors_open(merger, GLASS_POSTLIST, &cursors, err) : err_nomem(err, "merging");
    for (uint32_t i = 0; i <= SHIM_SLOT_MAX && slots != NULL; i++) {
        values_init(&slots[i]);
        slots[i].slot = i;
    }
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        struct cursor *cursor = &cursors[i];
        while (code == ERR_OK && (cursor_is_special(cursor, CHUNK_VALUE_STATS) || cursor_is_special(cursor, CHUNK_VALUES))) {
            struct value_reader reader;
            uint32_t slot;
            if (cursor_is_special(cursor, CHUNK_VALUES)) {
                code = open_values(cursor, &slot, &reader) ? take_values(cursor, &reader, &slots[slot], NULL, err)
                                                           : cursor_corrupt(cursor, err);
            }
            if (code == ERR_OK) {
                code = cursor_step(merger, cursor, err);
            }
        }
    }
    for (uint32_t i = 0; i <= SHIM_SLOT_MAX && slots != NULL; i++) {
        if (code == ERR_OK) {
            values_write_stats(&slots[i], table);
        }
        values_done(&slots[i]);
    }
    cursors_close(merger, cursors);
    return code;
}

enum err_code merge_values(struct merger *merger, struct cursor *cursors, struct glass_writer *table, struct err *err)
{
    struct values values;
    enum err_code code = ERR_OK;
    values_init(&values);
    for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
        while (code == ERR_OK && cursor_is_special(&cursors[i], CHUNK_VALUE_STATS)) {
            code = cursor_step(merger, &cursors[i], err);
        }
    }
    for (uint32_t slot = 0; slot <= SHIM_SLOT_MAX && code == ERR_OK; slot++) {
        values_begin(&values, slot);
        for (size_t i = 0; i < merger->count && code == ERR_OK; i++) {
            while (code == ERR_OK && cursor_is_special(&cursors[i], CHUNK_VALUES)) {
                struct value_reader reader;
                uint32_t found;
                if (!open_values(&cursors[i], &found, &reader) || found < slot) {
                    code = cursor_corrupt(&cursors[i], err);
                } else if (found > slot) {
                    break;
                } else {
                    code = take_values(&cursors[i], &reader, &values, table, err);
                }
                if (code == ERR_OK) {
                    code = cursor_step(merger, &cursors[i], err);
                }
            }
        }
        if (code == ERR_OK) {
            code = values_end(&values, table, err);
        }
    }
    values_done(&values);
    return code;
}
