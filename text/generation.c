/* generation.c - manifests, dead lists and the pointer to the current generation. */
#include "text/generation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"
#include "text/analysis.h"
#include "text/schema.h"

#define DEAD_MAGIC "NASLAGD1"
#define DEAD_MAX ((size_t)4 << 30)
#define LOAD_TRIES 5

void generation_init(struct generation *generation)
{
    *generation = (struct generation){ 0 };
}

void generation_done(struct generation *generation)
{
    for (size_t i = 0; i < generation->part_count; i++) {
        free(generation->parts[i].dead);
        free(generation->parts[i].texts);
    }
    free(generation->parts);
    free(generation->texts);
    free(generation->files);
    *generation = (struct generation){ 0 };
}

static enum err_code set_name(char name[GENERATION_NAME_MAX], const char *text, size_t len, struct err *err)
{
    /* Names come from manifests too: nothing in them may lead out of the index. */
    bool sound = len > 0 && len < GENERATION_NAME_MAX && text[0] != '.';
    for (size_t i = 0; sound && i < len; i++) {
        char c = text[i];
        sound = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    }
    if (!sound) {
        return err_set(err, ERR_CORRUPT, "a manifest names a file that cannot be part of an index");
    }
    memcpy(name, text, len);
    name[len] = '\0';
    return ERR_OK;
}

enum err_code generation_add_part(struct generation *generation, const char *name, uint32_t doc_count,
                                  struct generation_part **ret_part, struct err *err)
{
    if (mem_grow(&generation->parts, &generation->part_capacity, generation->part_count, sizeof *generation->parts) != 0) {
        return err_nomem(err, "generation_add_part");
    }
    struct generation_part *part = &generation->parts[generation->part_count];
    *part = (struct generation_part){ .doc_count = doc_count };
    enum err_code code = set_name(part->name, name, strlen(name), err);
    if (code != ERR_OK) {
        return code;
    }
    generation->part_count++;
    if (ret_part != NULL) {
        *ret_part = part;
    }
    return ERR_OK;
}

typedef char text_name[GENERATION_NAME_MAX];

/* Adds a name to a list that does not have it yet. */
static enum err_code add_name(text_name **list, size_t *count, size_t *capacity, const char *name, struct err *err)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp((*list)[i], name) == 0) {
            return ERR_OK;
        }
    }
    if (mem_grow(list, capacity, *count, sizeof **list) != 0) {
        return err_nomem(err, "generation_add_text");
    }
    enum err_code code = set_name((*list)[*count], name, strlen(name), err);
    if (code == ERR_OK) {
        (*count)++;
    }
    return code;
}

enum err_code generation_add_text(struct generation *generation, struct generation_part *part, const char *name,
                                  struct err *err)
{
    enum err_code code = add_name(&part->texts, &part->text_count, &part->text_capacity, name, err);
    return code == ERR_OK
        ? add_name(&generation->texts, &generation->text_count, &generation->text_capacity, name, err) : code;
}

void generation_drop_part(struct generation *generation, size_t index)
{
    free(generation->parts[index].dead);
    free(generation->parts[index].texts);
    generation->part_count--;
    memmove(&generation->parts[index], &generation->parts[index + 1],
            (generation->part_count - index) * sizeof *generation->parts);
    generation->text_count = 0;
    for (size_t i = 0; i < generation->part_count; i++) {
        const struct generation_part *part = &generation->parts[i];
        for (size_t k = 0; k < part->text_count; k++) { /* the list was longer before: there is room */
            add_name(&generation->texts, &generation->text_count, &generation->text_capacity, part->texts[k], NULL);
        }
    }
}

uint32_t generation_live_count(const struct generation *generation)
{
    uint32_t live = 0;
    for (size_t i = 0; i < generation->part_count; i++) {
        live += generation->parts[i].doc_count - (uint32_t)generation->parts[i].dead_count;
    }
    return live;
}

enum err_code generation_path(const char *directory, const char *folder, const char *name, struct buf *out, struct err *err)
{
    buf_clear(out);
    buf_printf(out, "%s/%s%s%s", directory, folder, name != NULL ? "/" : "", name != NULL ? name : "");
    return buf_check(out, "a path in the index", err);
}

static enum err_code read_dead(const char *directory, const struct generation *generation, struct generation_part *part,
                               size_t count, struct err *err)
{
    char listed[GENERATION_PATH_MAX];
    snprintf(listed, sizeof listed, "%s/%s", SCHEMA_DEAD, part->dead_name);
    const struct generation_file *file = generation_find_file(generation, listed);
    AUTO_BUF struct buf path, data;
    buf_init(&path, 4096);
    buf_init(&data, DEAD_MAX);
    enum err_code code = generation_path(directory, SCHEMA_DEAD, part->dead_name, &path, err);
    if (code == ERR_OK) {
        code = io_read_file(path.data, &data, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    struct digest digest = digest_of(data.data, data.len);
    struct span span;
    span_init(&span, data.data, data.len);
    const char *magic = span_bytes(&span, strlen(DEAD_MAGIC));
    if (file == NULL || !digest_equal(&digest, &file->digest) || magic == NULL
        || memcmp(magic, DEAD_MAGIC, strlen(DEAD_MAGIC)) != 0 || span_u32(&span) != count
        || span.len - span.at != count * 4) {
        return err_set(err, ERR_CORRUPT, "dead list %s is damaged", path.data);
    }
    part->dead = malloc(count * sizeof *part->dead);
    if (part->dead == NULL) {
        return err_nomem(err, "read_dead");
    }
    uint32_t before = 0;
    for (size_t i = 0; i < count; i++) {
        part->dead[i] = span_u32(&span);
        if (part->dead[i] <= before) {
            return err_set(err, ERR_CORRUPT, "dead list %s is not in order", path.data);
        }
        before = part->dead[i];
    }
    part->dead_count = count;
    return ERR_OK;
}

static enum err_code write_dead(const char *directory, uint64_t number, struct generation_part *part, struct err *err)
{
    AUTO_BUF struct buf path, data;
    buf_init(&path, 4096);
    buf_init(&data, DEAD_MAX);
    snprintf(part->dead_name, sizeof part->dead_name, "%.15s.%" PRIu64, part->name, number);
    buf_add_str(&data, DEAD_MAGIC);
    buf_add_u32(&data, (uint32_t)part->dead_count);
    for (size_t i = 0; i < part->dead_count; i++) {
        buf_add_u32(&data, part->dead[i]);
    }
    enum err_code code = buf_check(&data, "dead list", err);
    if (code == ERR_OK) {
        code = generation_path(directory, SCHEMA_DEAD, part->dead_name, &path, err);
    }
    return code == ERR_OK ? io_replace_file(path.data, data.data, data.len, err) : code;
}

/* `directory` NULL: without dead lists. */
static enum err_code load_part(const char *directory, const struct json_value *json, struct generation *generation,
                               struct err *err)
{
    const char *name = json_get_string(json, "naam", NULL);
    const char *dead_name = json_get_string(json, "dood", NULL);
    int64_t docs = json_get_int(json, "documenten", -1);
    int64_t dead = json_get_int(json, "dode", 0);
    if (name == NULL || docs < 0 || docs > UINT32_MAX || dead < 0 || dead > docs || (dead > 0 && dead_name == NULL)) {
        return err_set(err, ERR_CORRUPT, "manifest of generation %" PRIu64 " describes a part badly", generation->number);
    }
    struct generation_part *part;
    enum err_code code = generation_add_part(generation, name, (uint32_t)docs, &part, err);
    if (code == ERR_OK && dead > 0) {
        code = set_name(part->dead_name, dead_name, strlen(dead_name), err);
        if (code == ERR_OK && directory != NULL) {
            code = read_dead(directory, generation, part, (size_t)dead, err);
        }
    }
    const struct json_value *texts = json_get(json, "teksten");
    for (size_t i = 0; i < json_array_len(texts) && code == ERR_OK; i++) {
        const char *text = json_as_string(json_array_at(texts, i), NULL);
        code = generation_add_text(generation, part, text != NULL ? text : "", err);
    }
    return code;
}

static enum err_code load_file(const struct json_value *json, struct generation *generation, struct err *err)
{
    struct generation_file file;
    const char *path = json_get_string(json, "pad", NULL), *hex = json_get_string(json, "sha256", NULL);
    int64_t size = json_get_int(json, "lengte", -1);
    size_t count = generation->file_count;
    bool sound = path != NULL && hex != NULL && size >= 0 && digest_from_hex(hex, &file.digest) && path[0] != '/'
        && strstr(path, "..") == NULL && snprintf(file.path, sizeof file.path, "%s", path) < (int)sizeof file.path
        && (count == 0 || strcmp(generation->files[count - 1].path, path) < 0);
    file.size = (uint64_t)size;
    return sound ? generation_add_file(generation, &file, err)
                 : err_set(err, ERR_CORRUPT, "manifest of generation %" PRIu64 " describes a file badly", generation->number);
}

static enum err_code load_manifest(const char *directory, uint64_t number, bool dead_too, struct generation *generation,
                                   struct err *err)
{
    AUTO_BUF struct buf text;
    buf_init(&text, GENERATION_MANIFEST_MAX);
    CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
    enum err_code code = generation_read_manifest(directory, number, &text, &generation->seal, err);
    if (code != ERR_OK) {
        return code;
    }
    struct err problem = ERR_INIT;
    enum err_code parsed = json_parse(text.data, text.len, &doc, &problem);
    if (parsed != ERR_OK) {
        return parsed == ERR_NOMEM ? err_nomem(err, "reading a manifest")
            : err_set(err, ERR_CORRUPT, "the manifest of generation %" PRIu64 " is damaged: %.200s", number, problem.text);
    }
    const struct json_value *root = json_root(doc);
    int64_t version = json_get_int(root, "formaat", -1);
    if (version != SCHEMA_VERSION) {
        return err_set(err, ERR_VERSION, "the manifest of generation %" PRIu64 " has format %lld, this program reads %d", number,
                       (long long)version, SCHEMA_VERSION);
    }
    generation->number = (uint64_t)json_get_int(root, "generatie", 0);
    if (generation->number != number) {
        return err_set(err, ERR_CORRUPT, "the manifest of generation %" PRIu64 " is that of another one", number);
    }
    const char *terms = json_get_string(root, "termen", NULL);
    const char *maker = json_get_string(root, "xapian", NULL);
    snprintf(generation->terms, sizeof generation->terms, "%s", terms != NULL ? terms : "");
    snprintf(generation->maker, sizeof generation->maker, "%s", maker != NULL ? maker : "");
    const char *words = json_get_string(root, "woorden", NULL);
    const char *compounds = json_get_string(root, "samenstellingen", NULL);
    const char *patterns = json_get_string(root, "patronen", NULL);
    if (words != NULL) {
        code = set_name(generation->words, words, strlen(words), err);
    }
    if (compounds != NULL && code == ERR_OK) {
        code = set_name(generation->compounds, compounds, strlen(compounds), err);
    }
    if (patterns != NULL && code == ERR_OK) {
        code = set_name(generation->patterns, patterns, strlen(patterns), err);
    }
    const char *groups = json_get_string(root, "groepen", NULL);
    if (groups != NULL && code == ERR_OK) {
        code = set_name(generation->groups, groups, strlen(groups), err);
    }
    const struct json_value *files = json_get(root, "bestanden"), *parts = json_get(root, "delen");
    for (size_t i = 0; i < json_array_len(files) && code == ERR_OK; i++) {
        code = load_file(json_array_at(files, i), generation, err);
    }
    for (size_t i = 0; i < json_array_len(parts) && code == ERR_OK; i++) {
        code = load_part(dead_too ? directory : NULL, json_array_at(parts, i), generation, err);
    }
    return code;
}

static enum err_code load(const char *directory, uint64_t number, bool dead_too, struct generation *ret_generation,
                          struct err *err)
{
    struct generation generation;
    generation_init(&generation);
    enum err_code code = load_manifest(directory, number, dead_too, &generation, err);
    if (code != ERR_OK) {
        generation_done(&generation);
        return code;
    }
    *ret_generation = generation;
    return ERR_OK;
}

enum err_code generation_load(const char *directory, uint64_t number, struct generation *ret_generation, struct err *err)
{
    return load(directory, number, true, ret_generation, err);
}

enum err_code generation_load_manifest(const char *directory, uint64_t number, struct generation *ret_generation,
                                       struct err *err)
{
    return load(directory, number, false, ret_generation, err);
}

enum err_code generation_check_terms(const char *directory, const struct generation *generation, struct err *err)
{
    const char *terms;
    enum err_code code = analysis_signature(&terms, err);
    return code != ERR_OK || strcmp(terms, generation->terms) == 0 ? code
        : err_set(err, ERR_VERSION, "the index in %s was made with '%s', this program makes '%s': run naslag-index --index %s "
                  "--reanalyse", directory, generation->terms, terms, directory);
}

enum err_code generation_load_current(const char *directory, struct generation *ret_generation, struct err *err)
{
    struct generation generation;
    uint64_t number = 0;
    struct digest seal;
    enum err_code code = ERR_NOT_FOUND;
    for (int i = 0; i < LOAD_TRIES && code == ERR_NOT_FOUND; i++) {
        uint64_t before = number;
        code = generation_current_seal(directory, &number, &seal, err);
        if (code != ERR_OK) {
            return code;
        }
        if (i > 0 && number == before) {
            return err_set(err, ERR_CORRUPT, "generation %" PRIu64 " of %s is not complete: a file is missing", number,
                           directory);
        }
        code = generation_load(directory, number, &generation, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    code = digest_equal(&seal, &generation.seal) ? generation_check_terms(directory, &generation, err)
        : err_set(err, ERR_CORRUPT, "the manifest of generation %" PRIu64 " of %s is not the one that was published", number,
                  directory);
    if (code != ERR_OK) {
        generation_done(&generation);
        return code;
    }
    *ret_generation = generation;
    return ERR_OK;
}

static void write_files(struct json_writer *json, const struct generation *generation)
{
    jw_key(json, "bestanden");
    jw_begin_array(json);
    for (size_t i = 0; i < generation->file_count; i++) {
        char hex[DIGEST_HEX_SIZE];
        digest_hex(&generation->files[i].digest, hex);
        jw_begin_object(json);
        jw_key_str(json, "pad", generation->files[i].path);
        jw_key_int(json, "lengte", (int64_t)generation->files[i].size);
        jw_key_str(json, "sha256", hex);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void write_manifest_json(const struct generation *generation, struct buf *out)
{
    struct json_writer json;
    jw_writer_init(&json, out);
    jw_begin_object(&json);
    jw_key_int(&json, "formaat", SCHEMA_VERSION);
    jw_key_int(&json, "generatie", (int64_t)generation->number);
    jw_key_str(&json, "termen", generation->terms);
    jw_key_str(&json, "xapian", generation->maker);
    if (generation->words[0] != '\0') {
        jw_key_str(&json, "woorden", generation->words);
    }
    if (generation->compounds[0] != '\0') {
        jw_key_str(&json, "samenstellingen", generation->compounds);
    }
    if (generation->patterns[0] != '\0') {
        jw_key_str(&json, "patronen", generation->patterns);
    }
    if (generation->groups[0] != '\0') {
        jw_key_str(&json, "groepen", generation->groups);
    }
    jw_key(&json, "delen");
    jw_begin_array(&json);
    for (size_t i = 0; i < generation->part_count; i++) {
        const struct generation_part *part = &generation->parts[i];
        jw_begin_object(&json);
        jw_key_str(&json, "naam", part->name);
        jw_key_int(&json, "documenten", part->doc_count);
        if (part->dead_count > 0) {
            jw_key_str(&json, "dood", part->dead_name);
            jw_key_int(&json, "dode", (int64_t)part->dead_count);
        }
        jw_key(&json, "teksten");
        jw_begin_array(&json);
        for (size_t k = 0; k < part->text_count; k++) {
            jw_str(&json, part->texts[k]);
        }
        jw_end_array(&json);
        jw_end_object(&json);
    }
    jw_end_array(&json);
    write_files(&json, generation);
    jw_end_object(&json);
    buf_add_char(out, '\n');
}

enum err_code generation_write(const char *directory, struct generation *generation, const struct generation *before,
                               struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < generation->part_count && code == ERR_OK; i++) {
        struct generation_part *part = &generation->parts[i];
        if (part->dead_count > 0 && part->dead_name[0] == '\0') {
            code = write_dead(directory, generation->number, part, err);
        }
    }
    AUTO_BUF struct buf text;
    buf_init(&text, GENERATION_MANIFEST_MAX);
    if (code == ERR_OK) {
        code = generation_list_files(directory, before, generation, err);
    }
    if (code == ERR_OK) {
        write_manifest_json(generation, &text);
        code = generation_write_manifest(directory, generation->number, &text, &generation->seal, err);
    }
    return code;
}
