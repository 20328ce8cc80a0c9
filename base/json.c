/* json.c - JSON over jansson. */
#include "base/json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

struct json_doc {
    json_t *root;
};

void jw_writer_init(struct json_writer *writer, struct buf *out)
{
    *writer = (struct json_writer){ .out = out, .first = { true } };
}

static void before_value(struct json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
    } else if (writer->first[writer->depth]) {
        writer->first[writer->depth] = false;
    } else {
        buf_add_char(writer->out, ',');
    }
}

static void begin(struct json_writer *writer, char bracket)
{
    before_value(writer);
    buf_add_char(writer->out, bracket);
    if (writer->depth + 1 >= JSON_DEPTH_MAX) {
        writer->out->failed = true;
        return;
    }
    writer->first[++writer->depth] = true;
}

static void end(struct json_writer *writer, char bracket)
{
    buf_add_char(writer->out, bracket);
    if (writer->depth > 0) {
        writer->depth--;
    }
}

void jw_begin_object(struct json_writer *writer)
{
    begin(writer, '{');
}

void jw_end_object(struct json_writer *writer)
{
    end(writer, '}');
}

void jw_begin_array(struct json_writer *writer)
{
    begin(writer, '[');
}

void jw_end_array(struct json_writer *writer)
{
    end(writer, ']');
}

void json_escape(struct buf *out, const char *text, size_t len)
{
    size_t plain = 0; /* start of the run that needs no escape */
    size_t i = 0;
    while (i < len) {
        size_t step;
        int32_t c = utf8_decode(text + i, len - i, &step);
        bool special = c < 0x20 || c == '"' || c == '\\' || c == 0x7F;
        if (!special) {
            i += step;
            continue;
        }
        buf_add(out, text + plain, i - plain);
        if (c < 0) {
            buf_add_str(out, "\xEF\xBF\xBD");
        } else if (c == '"' || c == '\\') {
            buf_add_char(out, '\\');
            buf_add_char(out, (char)c);
        } else if (c == '\n') {
            buf_add_str(out, "\\n");
        } else {
            buf_printf(out, "\\u%04x", (unsigned)c);
        }
        i += step;
        plain = i;
    }
    buf_add(out, text + plain, len - plain);
}

void jw_text(struct json_writer *writer, const char *text, size_t len)
{
    before_value(writer);
    buf_add_char(writer->out, '"');
    json_escape(writer->out, text, len);
    buf_add_char(writer->out, '"');
}

void jw_str(struct json_writer *writer, const char *text)
{
    if (text == NULL) {
        jw_null(writer);
    } else {
        jw_text(writer, text, strlen(text));
    }
}

void jw_key(struct json_writer *writer, const char *key)
{
    jw_str(writer, key);
    buf_add_char(writer->out, ':');
    writer->after_key = true;
}

void jw_int(struct json_writer *writer, int64_t value)
{
    before_value(writer);
    buf_printf(writer->out, "%lld", (long long)value);
}

void jw_real(struct json_writer *writer, double value)
{
    if (!isfinite(value)) {
        jw_null(writer);
        return;
    }
    before_value(writer);
    buf_printf(writer->out, "%.6g", value);
}

void jw_bool(struct json_writer *writer, bool value)
{
    before_value(writer);
    buf_add_str(writer->out, value ? "true" : "false");
}

void jw_null(struct json_writer *writer)
{
    before_value(writer);
    buf_add_str(writer->out, "null");
}

void jw_key_str(struct json_writer *writer, const char *key, const char *text)
{
    jw_key(writer, key);
    jw_str(writer, text);
}

void jw_key_int(struct json_writer *writer, const char *key, int64_t value)
{
    jw_key(writer, key);
    jw_int(writer, value);
}

void jw_key_bool(struct json_writer *writer, const char *key, bool value)
{
    jw_key(writer, key);
    jw_bool(writer, value);
}

/* jansson reports want of memory as whatever it was reading then ("string expected"). */
static _Thread_local bool no_memory;

static void *noted_malloc(size_t size)
{
    void *room = malloc(size);
    no_memory = no_memory || room == NULL;
    return room;
}

enum err_code json_parse(const char *text, size_t len, struct json_doc **ret_doc, struct err *err)
{
    json_set_alloc_funcs(noted_malloc, free);
    no_memory = false;
    struct json_doc *doc = calloc(1, sizeof *doc);
    if (doc == NULL) {
        return err_nomem(err, "json_parse");
    }
    json_error_t problem;
    doc->root = json_loadb(text, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
    if (no_memory) { /* also when it parsed: its lexer loses bytes of a string that it cannot store */
        json_decref(doc->root);
        free(doc);
        return err_nomem(err, "json_parse");
    }
    if (doc->root == NULL) {
        free(doc);
        return err_set(err, ERR_INVALID, "not valid JSON at line %d, column %d: %s", problem.line, problem.column,
                       problem.text);
    }
    *ret_doc = doc;
    return ERR_OK;
}

void json_doc_free(struct json_doc *doc)
{
    if (doc != NULL) {
        json_decref(doc->root);
        free(doc);
    }
}

const struct json_value *json_root(const struct json_doc *doc)
{
    return (const struct json_value *)doc->root;
}

const struct json_value *json_get(const struct json_value *value, const char *key)
{
    return (const struct json_value *)json_object_get((const json_t *)value, key);
}

bool json_is_record(const struct json_value *value)
{
    return value != NULL && json_typeof((const json_t *)value) == JSON_OBJECT;
}

const char *json_as_string(const struct json_value *value, size_t *ret_len)
{
    const json_t *json = (const json_t *)value;
    if (json == NULL || json_typeof(json) != JSON_STRING) {
        return NULL;
    }
    if (ret_len != NULL) {
        *ret_len = json_string_length(json);
    }
    return json_string_value(json);
}

const char *json_get_string(const struct json_value *value, const char *key, size_t *ret_len)
{
    return json_as_string(json_get(value, key), ret_len);
}

int64_t json_get_int(const struct json_value *value, const char *key, int64_t otherwise)
{
    const json_t *found = (const json_t *)json_get(value, key);
    return found != NULL && json_typeof(found) == JSON_INTEGER ? (int64_t)json_integer_value(found) : otherwise;
}

size_t json_array_len(const struct json_value *value)
{
    return json_array_size((const json_t *)value);
}

const struct json_value *json_array_at(const struct json_value *value, size_t index)
{
    return (const struct json_value *)json_array_get((const json_t *)value, index);
}
