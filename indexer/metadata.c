/* metadata.c - reading and merging. */
#include "indexer/metadata.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* The fields that are merged. */
struct field {
    enum doc_field field;
    char **slot;
    bool shared; /* holds for all records of a file */
};

#define MERGED DOC_FIELDS

static void fields_of(struct extract_record *record, struct field ret_fields[MERGED])
{
    const struct field fields[MERGED] = {
        { DOC_TITLE, &record->title, false },
        { DOC_URL, &record->url, false },
        { DOC_DATE, &record->date, false },
        { DOC_KIND, &record->kind, true },
        { DOC_LANGUAGE, &record->language, true },
        { DOC_DESCRIPTION, &record->description, false },
        { DOC_AUTHOR, &record->author, false },
        { DOC_ORGANISATION, &record->organisation, true },
        { DOC_PROGRAMME, &record->programme, true },
        { DOC_PERIOD, &record->period, true },
    };
    memcpy(ret_fields, fields, sizeof fields);
}

void metadata_done(struct metadata *metadata)
{
    extract_record_done(&metadata->sidecar);
    extract_record_done(&metadata->table);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Takes the fields that are not known yet. */
static void take_fields(struct extract_record *into, struct extract_record *from)
{
    struct field to[MERGED], new[MERGED];
    fields_of(into, to);
    fields_of(from, new);
    for (size_t i = 0; i < MERGED; i++) {
        if (*to[i].slot == NULL || **to[i].slot == '\0') {
            free(*to[i].slot);
            *to[i].slot = TAKE_PTR(*new[i].slot);
        }
    }
}

/* `document` is the document's file name. */
static enum err_code read_one(struct extract_worker *worker, const struct beside_file *file, const char *document,
                              struct metadata *metadata, struct err *err)
{
    const char *slash = strrchr(file->path, '/');
    struct err why = ERR_INIT;
    if (S_ISLNK(file->info.st_mode)) {
        return err_set(err, ERR_INVALID, "its metadata %s is a symbolic link, which is not followed", slash + 1);
    }
    AUTO_CLOSE int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) { /* gone again is for the next run; one that may not be read could say that the document is not to be published */
        bool refused = errno == EACCES || errno == EPERM || errno == ELOOP;
        enum err_code code = err_errno(err, errno, "cannot open its metadata %s", slash + 1);
        return refused && err != NULL ? (err->code = ERR_INVALID) : code;
    }
    CLEANUP(extract_record_done) struct extract_record record = { 0 };
    const char *name = file->document != NULL ? file->document : document;
    bool found = false;
    enum err_code code = extract_worker_metadata(worker, fd, file->table, name, &record, &found, &why);
    if (code == ERR_CORRUPT || code == ERR_TIMEOUT || code == ERR_NOMEM) { /* the worker died of it: once more, in a fresh one */
        code = extract_worker_metadata(worker, fd, file->table, name, &record, &found, &why);
    }
    if (code != ERR_OK) {
        return err_set(err, code, "its metadata %s cannot be read: %s", slash + 1, why.text);
    }
    if (!found) {
        return ERR_OK;
    }
    if (metadata->restriction[0] == '\0' && record.restriction[0] != '\0') {
        const char *by = slash + 1, *words = record.restriction;
        snprintf(metadata->restriction, sizeof metadata->restriction, "kept out: %.*s says that its use is restricted: %.*s",
                 (int)utf8_floor(by, strlen(by), 120), by, (int)utf8_floor(words, strlen(words), 90), words);
    }
    take_fields(file->table ? &metadata->table : &metadata->sidecar, &record);
    return ERR_OK;
}

enum err_code metadata_read(struct extract_worker *worker, const char *path, const char *name, struct metadata *metadata,
                            struct err *err)
{
    CLEANUP(beside_done) struct beside beside = { .count = 0 };
    const char *slash = strrchr(path, '/');
    enum err_code code = beside_find(path, name, &beside, err);
    for (size_t i = 0; i < beside.count && code == ERR_OK; i++) {
        code = read_one(worker, &beside.items[i], slash != NULL ? slash + 1 : path, metadata, err);
    }
    if (metadata->values.restricted_too) {
        metadata->restriction[0] = '\0';
    }
    return code;
}

/* ---- Merging --------------------------------------------------------------------------------- */

static enum err_code set(char **slot, const char *value, struct err *err)
{
    char *copy = strdup(value);
    if (copy == NULL) {
        return err_nomem(err, "metadata");
    }
    free(*slot);
    *slot = copy;
    return ERR_OK;
}

/* Values of one origin: stronger ones replace what is there, weaker ones fill gaps. */
static enum err_code lay_over(const struct extract_record *from, enum doc_origin origin, bool whole, struct extract_record *record,
                              uint8_t origins[DOC_FIELDS], struct err *err)
{
    struct extract_record values = *from;
    struct field to[MERGED], new[MERGED];
    enum err_code code = ERR_OK;
    fields_of(record, to);
    fields_of(&values, new);
    for (size_t i = 0; i < MERGED && code == ERR_OK; i++) {
        const char *value = *new[i].slot;
        if (value != NULL && *value != '\0' && (whole || to[i].shared) && origins[to[i].field] < origin) {
            code = set(to[i].slot, value, err);
            origins[to[i].field] = origin;
        }
    }
    return code;
}

static enum err_code lay_configured(const char *kind, const char *programme, const char *organisation, enum doc_origin origin,
                                    struct extract_record *record, uint8_t origins[DOC_FIELDS], struct err *err)
{
    const struct {
        const char *value;
        char **slot;
        enum doc_field field;
    } all[] = { { kind, &record->kind, DOC_KIND }, { programme, &record->programme, DOC_PROGRAMME },
                { organisation, &record->organisation, DOC_ORGANISATION } };
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && code == ERR_OK; i++) {
        if (all[i].value[0] != '\0' && origins[all[i].field] < origin) {
            code = set(all[i].slot, all[i].value, err);
            origins[all[i].field] = origin;
        }
    }
    return code;
}

enum err_code metadata_merge(const struct metadata *metadata, const char *default_kind, struct extract_record *record,
                             uint8_t origins[DOC_FIELDS], struct err *err)
{
    const struct source_values *values = &metadata->values;
    bool whole = record->id[0] == '\0';
    struct field fields[MERGED];
    fields_of(record, fields);
    for (size_t i = 0; i < MERGED; i++) {
        origins[fields[i].field] = **fields[i].slot != '\0' ? DOC_FROM_FILE : DOC_FROM_NOWHERE;
    }
    enum err_code code = lay_configured(default_kind, values->default_programme, values->default_organisation, DOC_FROM_SOURCE,
                                        record, origins, err);
    if (code == ERR_OK) {
        code = lay_over(&metadata->table, DOC_FROM_TABLE, whole, record, origins, err);
    }
    if (code == ERR_OK) {
        code = lay_over(&metadata->sidecar, DOC_FROM_SIDECAR, whole, record, origins, err);
    }
    return code != ERR_OK ? code : lay_configured(values->kind, values->programme, values->organisation, DOC_FROM_RULE, record,
                                                  origins, err);
}

/* ---- Jobs ------------------------------------------------------------------------------------ */

void metadata_write_job(const struct source *source, const char *name, uint64_t stamp, struct buf *message)
{
    struct source_values values;
    source_values_of(source, name, &values);
    const char *strings[] = { values.kind, values.programme, values.organisation, values.default_programme,
                              values.default_organisation };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        buf_add_blob(message, strings[i], strlen(strings[i]));
    }
    buf_add_u8(message, values.restricted_too);
    buf_add_u64(message, stamp);
}

/* ---- What is made of a record ---------------------------------------------------------------- */

void metadata_headings(const struct extract_record *record, struct buf *out)
{
    for (uint32_t i = 0; i < record->heading_count; i++) {
        buf_add(out, record->text + record->headings[i].start, record->headings[i].len);
        buf_add_char(out, '\n');
    }
}

void metadata_url(const char *prefix, const char *name, const struct extract_record *record, struct buf *out)
{
    if (record->url[0] != '\0') {
        buf_add_str(out, record->url);
    } else if (prefix[0] != '\0' && record->id[0] == '\0') {
        buf_add_str(out, prefix);
        for (const char *c = name; *c != '\0'; c++) {
            bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9')
                || strchr("-._~/", *c) != NULL;
            if (plain) {
                buf_add_char(out, *c);
            } else {
                buf_printf(out, "%%%02X", (unsigned char)*c);
            }
        }
    }
}
