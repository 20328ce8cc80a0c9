/* json.h - reading and writing JSON; json.c is the only file that sees <jansson.h>.
 *
 * The writer is a stream over a struct buf: it places commas and escapes, the caller nests.
 * Text that is not valid UTF-8 is written with U+FFFD for the bad bytes.
 */
#ifndef NASLAG_BASE_JSON_H
#define NASLAG_BASE_JSON_H

#include "base/buf.h"

#define JSON_DEPTH_MAX 16

struct json_writer {
    struct buf *out; /* borrowed; its sticky error is the writer's */
    unsigned depth;
    bool first[JSON_DEPTH_MAX]; /* nothing written yet at this depth */
    bool after_key;
};

void jw_writer_init(struct json_writer *writer, struct buf *out);
void jw_begin_object(struct json_writer *writer);
void jw_end_object(struct json_writer *writer);
void jw_begin_array(struct json_writer *writer);
void jw_end_array(struct json_writer *writer);
void jw_key(struct json_writer *writer, const char *key);
void jw_text(struct json_writer *writer, const char *text, size_t len);
void jw_str(struct json_writer *writer, const char *text); /* NULL gives null */
void jw_int(struct json_writer *writer, int64_t value);
void jw_real(struct json_writer *writer, double value);
void jw_bool(struct json_writer *writer, bool value);
void jw_null(struct json_writer *writer);
/* key and value in one. */
void jw_key_str(struct json_writer *writer, const char *key, const char *text);
void jw_key_int(struct json_writer *writer, const char *key, int64_t value);
void jw_key_bool(struct json_writer *writer, const char *key, bool value);

/* Only the escaped inside of a string, without quotes. */
void json_escape(struct buf *out, const char *text, size_t len);

/* A parsed value tree. */
struct json_doc;
struct json_value; /* borrowed from its json_doc */

/* ERR_INVALID with line and reason when the text is no JSON value (duplicate keys are an error); ERR_NOMEM. */
enum err_code json_parse(const char *text, size_t len, struct json_doc **ret_doc, struct err *err);
void json_doc_free(struct json_doc *doc);
const struct json_value *json_root(const struct json_doc *doc);
/* NULL when `value` is no object or has no such key. */
const struct json_value *json_get(const struct json_value *value, const char *key);
bool json_is_record(const struct json_value *value);
/* The string's bytes, or NULL when it is none. */
const char *json_get_string(const struct json_value *value, const char *key, size_t *ret_len);
/* An integer, or `otherwise` when there is none. */
int64_t json_get_int(const struct json_value *value, const char *key, int64_t otherwise);
/* Arrays. */
size_t json_array_len(const struct json_value *value);
const struct json_value *json_array_at(const struct json_value *value, size_t index);
/* The string value itself, or NULL. */
const char *json_as_string(const struct json_value *value, size_t *ret_len);

DEFINE_CLEANUP(struct json_doc, json_doc_free)

#endif
