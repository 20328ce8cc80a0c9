/* nest_id.c - ids of members: paths without harm, each of them once. */
#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "extract/internal.h"
#include "extract/nest.h"
#include "text/charset.h"
#include "text/unicode.h"

#define NAME_HASH_DIGITS 16

/* ---- Ids that were given -------------------------------------------------------------------- */

static uint64_t hash_of(const char *text)
{
    struct digest digest = digest_of(text, strlen(text));
    uint64_t hash = 0;
    memcpy(&hash, digest.bytes, sizeof hash);
    return hash != 0 ? hash : 1;
}

static void put_hash(uint64_t *places, size_t capacity, uint64_t hash, bool *ret_new)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (places[at] != 0 && places[at] != hash) {
        at = (at + 1) & (capacity - 1);
    }
    *ret_new = places[at] == 0;
    places[at] = hash;
}

static enum err_code see(struct nest_seen *seen, uint64_t hash, bool *ret_new, struct err *err)
{
    if (2 * (seen->used + 1) > seen->capacity) {
        size_t capacity = seen->capacity > 0 ? 2 * seen->capacity : 256;
        uint64_t *places = calloc(capacity, sizeof *places);
        bool ignored;
        if (places == NULL) {
            return err_nomem(err, "nest");
        }
        for (size_t i = 0; i < seen->capacity; i++) {
            if (seen->places[i] != 0) {
                put_hash(places, capacity, seen->places[i], &ignored);
            }
        }
        free(seen->places);
        seen->places = places;
        seen->capacity = capacity;
    }
    put_hash(seen->places, seen->capacity, hash, ret_new);
    seen->used += *ret_new;
    return ERR_OK;
}

enum err_code nest_see(struct nest *nest, const char *key, bool *ret_new, struct err *err)
{
    return see(nest->seen, hash_of(key), ret_new, err);
}

/* ---- Ids ------------------------------------------------------------------------------------ */

/* Appends the steps of a path that lead somewhere. */
static void add_steps(const char *path, size_t len, struct buf *out)
{
    char separator = memchr(path, '/', len) == NULL ? '\\' : '/'; /* some Windows programs write "map\stuk.doc" */
    size_t begin = out->len;
    for (size_t at = 0; at <= len;) {
        const char *end = at < len ? memchr(path + at, separator, len - at) : NULL;
        size_t width = end != NULL ? (size_t)(end - path) - at : len - at;
        bool dots = (width == 1 && path[at] == '.') || (width == 2 && path[at] == '.' && path[at + 1] == '.');
        bool drive = at == 0 && width == 2 && path[1] == ':' && end != NULL;
        if (width > 0 && !dots && !drive) {
            if (out->len > begin) {
                buf_add_char(out, '/');
            }
            buf_add(out, path + at, width);
        }
        at += width + 1;
    }
}

/* The member's name as a path without harm, clean UTF-8; "naamloos" when nothing is left of it. */
static enum err_code clean_name(const char *name, bool exact, struct buf *out, struct err *err)
{
    AUTO_BUF struct buf decoded, clean;
    char encoding[CHARSET_NAME_MAX];
    size_t len = strnlen(name, 65536);
    buf_init(&decoded, 3 * len + 64);
    buf_init(&clean, 9 * len + 256);
    enum err_code code = charset_to_utf8(name, len, NULL, &decoded, encoding, err);
    if (code == ERR_OK) {
        code = text_clean(decoded.data != NULL ? decoded.data : "", decoded.len, &clean, NULL, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    for (size_t i = 0; i < clean.len; i++) {
        if ((unsigned char)clean.data[i] < ' ') {
            clean.data[i] = ' ';
        }
    }
    size_t begin = out->len;
    if (exact) {
        buf_add(out, clean.data, clean.len);
    } else {
        add_steps(clean.data != NULL ? clean.data : "", clean.len, out);
    }
    if (out->len == begin) {
        buf_add_str(out, "naamloos");
    }
    return buf_check(out, "a member's name", err);
}

void nest_shorten(struct buf *id, size_t room)
{
    if (id->len <= room || room <= NAME_HASH_DIGITS + 1) {
        return;
    }
    uint64_t hash = hash_of(id->data);
    id->len = utf8_floor(id->data, id->len, room - NAME_HASH_DIGITS - 1);
    id->data[id->len] = '\0';
    buf_printf(id, "~%016" PRIx64, hash);
}

enum err_code nest_make_id(struct nest *nest, const struct nest_member *member, char **ret_id, struct err *err)
{
    AUTO_BUF struct buf id;
    buf_init(&id, (size_t)1 << 20);
    buf_add_str(&id, nest->prefix);
    if (*nest->prefix != '\0') {
        buf_add_str(&id, "!/");
    }
    enum err_code code = clean_name(member->name, member->exact, &id, err);
    if (code != ERR_OK) {
        return code;
    }
    size_t room = nest->caps->title_bytes;
    nest_shorten(&id, room);
    bool fresh;
    size_t whole = id.len;
    code = nest_see(nest, id.data, &fresh, err);
    for (unsigned copy = 2; code == ERR_OK && !fresh; copy++) {
        id.len = utf8_floor(id.data, whole, room > 12 ? room - 12 : 0);
        id.data[id.len] = '\0';
        buf_printf(&id, "#%u", copy);
        code = nest_see(nest, id.data, &fresh, err);
    }
    if (code == ERR_OK) {
        *ret_id = buf_take(&id);
        code = *ret_id != NULL ? ERR_OK : err_nomem(err, "nest");
    }
    return code;
}
