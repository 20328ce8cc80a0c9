/* nest.c - what becomes of a member. */
#include "extract/internal.h"
#include "extract/nest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "extract/decode.h"
#include "extract/detect.h"
#include "extract/sidecar.h"

#define EXPANDED_FREE (UINT64_C(64) << 20) /* may come out of any file, whatever the ratio */

/* ---- Life ----------------------------------------------------------------------------------- */

enum err_code nest_init(struct nest *nest, const struct extract_caps *caps, uint64_t file_bytes, extract_sink *sink,
                        void *context, struct err *err)
{
    *nest = (struct nest){ .caps = caps, .sink = sink, .context = context, .file_bytes = file_bytes };
    nest->prefix = strdup("");
    nest->seen = calloc(1, sizeof *nest->seen);
    return nest->prefix != NULL && nest->seen != NULL ? ERR_OK : err_nomem(err, "nest");
}

void nest_done(struct nest *nest)
{
    free(nest->prefix);
    if (nest->seen != NULL) {
        free(nest->seen->places);
    }
    free(nest->seen);
    nest->prefix = NULL;
    nest->seen = NULL;
}

/* ---- Records -------------------------------------------------------------------------------- */

/* A leaf in the making. */
struct leaf {
    struct nest *nest;
    const struct nest_member *member;
    const char *id;
    bool own; /* it is the container itself */
    bool any; /* it gave a record */
    uint64_t beyond; /* bytes at its end that were not read */
};

static enum err_code set_date(char **slot, const char *text, struct err *err)
{
    return text != NULL && *text != '\0' ? field_set_date(slot, text, strlen(text), err) : ERR_OK;
}

/* What the container knows goes into the record. */
static enum err_code add_context(const struct leaf *leaf, struct extract_record *record, struct err *err)
{
    const struct nest_member *member = leaf->member;
    enum err_code code = ERR_OK;
    if (member->url != NULL) {
        code = field_set_url(&record->url, member->url, strlen(member->url), leaf->nest->caps->title_bytes, err);
    }
    if (code == ERR_OK) {
        code = set_date(&record->captured, member->captured, err);
    }
    if (code == ERR_OK && *record->date == '\0') {
        code = set_date(&record->date, member->date, err);
    }
    return code;
}

static enum err_code take_record(void *context, struct extract_record *record, struct err *err)
{
    struct leaf *leaf = context;
    struct nest *nest = leaf->nest;
    enum err_code code = add_context(leaf, record, err);
    leaf->any = true;
    record->cut += leaf->beyond;
    if (code == ERR_OK && leaf->beyond > 0 && nest->burst) {
        code = field_add_note(record, "at least: unpacking was stopped", nest->caps->title_bytes, err);
    }
    if (code == ERR_OK) {
        code = field_tell_title(record, nest->caps->title_bytes, err);
    }
    if (code == ERR_OK && *leaf->id != '\0') {
        AUTO_BUF struct buf id;
        buf_init(&id, (size_t)1 << 20);
        buf_add_str(&id, leaf->id);
        if (*record->id != '\0') {
            buf_printf(&id, "!/%s", record->id);
        }
        if (!id.failed) {
            nest_shorten(&id, nest->caps->title_bytes);
        }
        code = buf_check(&id, "an id", err);
        if (code == ERR_OK) {
            free(record->id);
            record->id = buf_take(&id);
            code = record->id != NULL ? ERR_OK : err_nomem(err, "nest");
        }
    }
    if (code == ERR_OK && !nest->plain) {
        record->position = nest->records++;
    }
    bool packed = *leaf->id == '\0' && nest->depth > (leaf->own ? 1 : 0);
    if (packed || leaf->beyond > 0) { /* not that of all bytes of the file: nothing to know it by */
        memset(record->digest, 0, sizeof record->digest);
    }
    return code == ERR_OK ? nest->sink(nest->context, record, err) : code;
}

static enum err_code give_problem(struct leaf *leaf, const char *media, bool skipped, const char *reason, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    enum err_code code = record_init(&record, media, err);
    if (code == ERR_OK) {
        code = field_set(&record.problem, reason, strlen(reason), leaf->nest->caps->title_bytes, err);
    }
    record.skipped = skipped;
    record.lacks = skipped ? (uint8_t)format_lacks(media) : 0;
    return code == ERR_OK ? take_record(leaf, &record, err) : code;
}

/* Begins a leaf; *ret_wanted false: it is to be passed over. */
static enum err_code begin_leaf(struct nest *nest, const char *id, bool *ret_wanted, struct err *err)
{
    uint64_t number = nest->next_leaf++;
    *ret_wanted = number >= nest->first_leaf;
    return *ret_wanted && nest->leaf != NULL && *id != '\0' ? nest->leaf(nest->context, number, id, err) : ERR_OK;
}

static enum err_code tell(struct nest *nest, const struct nest_member *member, const char *id, const char *media, bool skipped,
                          const char *reason, struct err *err)
{
    bool wanted;
    struct leaf leaf = { .nest = nest, .member = member, .id = id };
    enum err_code code = begin_leaf(nest, id, &wanted, err);
    return code == ERR_OK && wanted ? give_problem(&leaf, media, skipped, reason, err) : code;
}

/* The id of a member: a new one, or the container's. */
static enum err_code id_of(struct nest *nest, const struct nest_member *member, char **ret_id, struct err *err)
{
    if (member->name != NULL) {
        return nest_make_id(nest, member, ret_id, err);
    }
    *ret_id = strdup(nest->prefix);
    return *ret_id != NULL ? ERR_OK : err_nomem(err, "nest");
}

enum err_code nest_tell(struct nest *nest, const struct nest_member *member, bool skipped, const char *reason, struct err *err)
{
    AUTO_FREE char *id = NULL;
    enum err_code code = id_of(nest, member, &id, err);
    return code == ERR_OK ? tell(nest, member, id, "application/octet-stream", skipped, reason, err) : code;
}

enum err_code nest_own(struct nest *nest, const struct nest_member *member, struct extract_record *record, struct err *err)
{
    bool wanted;
    AUTO_FREE char *id = strdup(nest->prefix);
    if (id == NULL) {
        return err_nomem(err, "nest");
    }
    struct leaf leaf = { .nest = nest, .member = member, .id = id, .own = true };
    enum err_code code = begin_leaf(nest, id, &wanted, err);
    return code == ERR_OK && wanted ? take_record(&leaf, record, err) : code;
}

/* ---- Limits --------------------------------------------------------------------------------- */

bool nest_may_go_on(struct nest *nest)
{
    if (nest->members >= nest->caps->members) {
        nest->over_count++;
        return false;
    }
    nest->members++;
    return true;
}

static uint64_t expanded_most(const struct nest *nest)
{
    uint64_t ratio = nest->file_bytes < UINT64_MAX / (nest->caps->ratio + 1U) ? nest->file_bytes * nest->caps->ratio : UINT64_MAX;
    uint64_t most = ratio > EXPANDED_FREE ? ratio : EXPANDED_FREE;
    return most < nest->caps->expanded_bytes ? most : nest->caps->expanded_bytes;
}

static enum err_code read_metered(void *context, char *into, size_t room, size_t *ret_len, struct err *err)
{
    struct nest_meter *meter = context;
    struct nest *nest = meter->nest;
    if (nest->expanded >= expanded_most(nest)) {
        nest->burst = true;
        return err_set(err, ERR_INVALID, "unpacking gives more than %" PRIu64 " bytes from %" PRIu64, expanded_most(nest),
                       nest->file_bytes);
    }
    enum err_code code = stream_read(meter->from, into, room, ret_len, err);
    nest->expanded += code == ERR_OK ? *ret_len : 0;
    return code;
}

void nest_meter(struct nest_meter *meter, struct nest *nest, struct stream *from, struct stream *ret_stream)
{
    *meter = (struct nest_meter){ nest, from };
    stream_of_source(ret_stream, read_metered, meter);
}

void nest_note(const struct nest *nest, char ret_note[NEST_NOTE_MAX])
{
    size_t used = 0;
    ret_note[0] = '\0';
    if (nest->over_count > 0) {
        used += (size_t)snprintf(ret_note + used, NEST_NOTE_MAX - used, "cut off: %" PRIu64 "%s members over the limit of %u",
                                 nest->over_count, nest->over_more ? " or more" : "", nest->caps->members);
    }
    if (nest->burst && used < NEST_NOTE_MAX) {
        used += (size_t)snprintf(ret_note + used, NEST_NOTE_MAX - used, "%s after %" PRIu64 " unpacked bytes",
                                 used > 0 ? "; and" : "cut off", nest->expanded);
    }
    if (nest->after_burst > 0 && used < NEST_NOTE_MAX) {
        used += (size_t)snprintf(ret_note + used, NEST_NOTE_MAX - used, "; %" PRIu64 "%s members behind that were not read",
                                 nest->after_burst, nest->after_more ? " or more" : "");
    } else if (nest->after_more && used < NEST_NOTE_MAX) {
        used += (size_t)snprintf(ret_note + used, NEST_NOTE_MAX - used, "; what may come behind that was not read");
    }
    if (nest->over_depth > 0 && used < NEST_NOTE_MAX) {
        snprintf(ret_note + used, NEST_NOTE_MAX - used, "%s%" PRIu64 " containers nested deeper than %u",
                 used > 0 ? "; " : "cut off: ", nest->over_depth, nest->caps->depth);
    }
}

/* ---- Members -------------------------------------------------------------------------------- */

static const char *file_of(const struct nest_member *member)
{
    const char *name = member->file != NULL ? member->file : member->name != NULL ? member->name : "";
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* Whether the beginning of it alone makes sense: of one that is too large that is read, and the rest counts as cut off.  Others
 * have their table of contents at the end, or are lists. */
static bool reads_beginning(const struct format *format)
{
    return format->run == txt_run || format->run == html_run || format->run == markdown_run;
}

/* Up to a place that is not in the middle of a character, of UTF-8 or UTF-32. */
static void shorten(const char *bytes, size_t *len)
{
    *len = *len > 0 ? utf8_floor(bytes, *len, (*len - 1) & ~(size_t)3) : 0;
}

static enum err_code too_large(uint64_t most, struct err *err)
{
    return err_set(err, ERR_INVALID, "the file is larger than the limit of %" PRIu64 " bytes", most);
}

/* What is unpacked takes memory, of which it may have a part. */
static enum err_code unpack(const struct nest *nest, struct stream *stream, bool beginning, struct extract_input *input,
                            uint64_t *ret_beyond, char **ret_owned, struct err *err)
{
    uint64_t part = nest->caps->memory_bytes / 4;
    size_t most = (size_t)(part < nest->caps->file_bytes ? part : nest->caps->file_bytes);
    enum err_code code = stream_slurp(stream, most, beginning, ret_owned, &input->len, err);
    if (code == ERR_OK && beginning) {
        code = stream_drain(stream, ret_beyond, err);
        code = nest->burst ? ERR_OK : code; /* a limit: what was read before is kept, and the note tells */
    }
    if (code == ERR_OK && *ret_beyond > 0) {
        size_t all = input->len;
        shorten(*ret_owned, &input->len);
        (*ret_owned)[input->len] = '\0';
        *ret_beyond += all - input->len;
    }
    input->bytes = *ret_owned;
    return code;
}

/* The bytes for a format that wants them at once; *ret_owned is to be freed. */
static enum err_code whole(const struct nest *nest, struct stream *stream, bool beginning, struct extract_input *input,
                           uint64_t *ret_beyond, char **ret_owned, struct err *err)
{
    uint64_t most = nest->caps->file_bytes;
    if (!stream_is_random(stream) || stream->at > 0 || (stream->bytes == NULL && stream->size <= most)) {
        return unpack(nest, stream, beginning, input, ret_beyond, ret_owned, err);
    }
    if (stream->size <= most) {
        input->bytes = stream->bytes;
        input->len = (size_t)stream->size;
        return ERR_OK;
    }
    const char *head = stream->bytes != NULL ? stream->bytes : nest->head;
    if (!beginning || head == NULL) {
        return too_large(most, err);
    }
    input->bytes = head;
    input->len = stream->bytes != NULL ? (size_t)most : nest->head_len;
    shorten(head, &input->len);
    *ret_beyond = stream->size - input->len;
    return ERR_OK;
}

/* One member that is no container, of a format that is known. */
static enum err_code run_leaf(struct leaf *leaf, struct stream *stream, const struct format *format, struct err *err)
{
    struct nest *nest = leaf->nest;
    AUTO_FREE char *owned = NULL;
    struct extract_input input = { .caps = nest->caps, .name = file_of(leaf->member), .charset = leaf->member->charset,
                                   .base = nest->base, .asker = nest->asker };
    bool beginning = reads_beginning(format);
    enum err_code code = whole(nest, stream, beginning, &input, &leaf->beyond, &owned, err);
    const struct decode_part *part = leaf->member->part;
    leaf->beyond += part != NULL && part->cut ? part->left : 0;
    code = code == ERR_OK ? format->run(&input, take_record, leaf, err) : code;
    while (code == ERR_NOMEM && beginning && !leaf->any && input.len > nest->caps->record_bytes) { /* less of it */
        size_t all = input.len;
        input.len /= 4;
        shorten(input.bytes, &input.len);
        leaf->beyond += all - input.len;
        code = format->run(&input, take_record, leaf, err);
    }
    return code;
}

static void no_reader(const struct detected *found, char *out, size_t size)
{
    snprintf(out, size, "not a document that is taken in: %s (%s)", found->what, found->media);
}

/* Whether the failure of a member concerns only that member. */
static bool is_own_failure(enum err_code code)
{
    return code == ERR_INVALID || code == ERR_NOMEM || code == ERR_CORRUPT;
}

static enum err_code do_leaf(struct nest *nest, struct stream *stream, const struct nest_member *member, const char *id,
                             const struct detected *found, struct err *err)
{
    char reason[256];
    bool wanted;
    const struct format *format = format_find(found->media);
    struct leaf leaf = { .nest = nest, .member = member, .id = id };
    enum err_code code = begin_leaf(nest, id, &wanted, err);
    if (code != ERR_OK || !wanted) {
        return code;
    }
    if (format == NULL) {
        no_reader(found, reason, sizeof reason);
        return give_problem(&leaf, found->media, true, reason, err);
    }
    struct err why = ERR_INIT;
    code = run_leaf(&leaf, stream, format, &why);
    if (code != ERR_OK && !is_own_failure(code)) {
        return err_set(err, code, "%s", why.text);
    }
    if (code == ERR_OK || leaf.any) {
        return ERR_OK;
    }
    return give_problem(&leaf, found->media, false, code == ERR_NOMEM ? "it needs more memory than a worker may use" : why.text,
                        err);
}

/* Opens a container under the id; its own failure is a record. */
static enum err_code do_container(struct nest *nest, struct stream *stream, const struct nest_member *member, char *id,
                                  const struct format *format, const struct detected *found, struct err *err)
{
    struct err why = ERR_INIT;
    if (nest->depth >= nest->caps->depth) {
        char reason[128];
        nest->over_depth++;
        snprintf(reason, sizeof reason, "nested deeper than %u containers", nest->caps->depth);
        return tell(nest, member, id, found->media, true, reason, err);
    }
    char *outer = nest->prefix;
    nest->prefix = id;
    nest->depth++;
    enum err_code code = format->open(nest, stream, member, &why);
    nest->depth--;
    nest->prefix = outer;
    if (code == ERR_OK || !is_own_failure(code) || nest->depth == 0) {
        return code == ERR_OK ? ERR_OK : err_set(err, code, "%s", why.text);
    }
    return tell(nest, member, id, found->media, false, why.text, err);
}

static enum err_code detect(struct stream *stream, const char *name, struct detected *ret_found, struct err *err)
{
    if (extract_test_format != NULL && detect_ends_in(name, ".naslag-test")) {
        *ret_found = (struct detected){ EXTRACT_TEST_MEDIA, "test" };
        return ERR_OK;
    }
    return detect_stream(stream, name, ret_found, err);
}

/* What a mail or a web server says decides between kinds of text, of which the bytes tell little. */
static void take_hint(const char *media, struct detected *found)
{
    static const struct detected hints[] = {
        { "message/rfc822", "mail message" },    { "text/html", "HTML page" },        { "text/markdown", "Markdown text" },
        { "text/csv", "table (CSV)" },           { "text/css", "style sheet" },       { "text/javascript", "script" },
        { "application/javascript", "script" },  { "application/x-javascript", "script" },
        { "application/ecmascript", "script" },
    };
    bool text = strcmp(found->media, "text/plain") == 0;
    for (size_t i = 0; media != NULL && i < sizeof hints / sizeof *hints; i++) {
        bool mail = i == 0 && strcmp(found->media, "text/html") == 0;
        if ((text || mail) && strcasecmp(media, hints[i].media) == 0) {
            *found = hints[i];
            return;
        }
    }
}

/* What must be read at any place is unpacked into memory. */
static bool needs_memory(const struct stream *stream, const struct detected *found)
{
    const struct format *format = format_find(found->media);
    return !stream_is_random(stream)
        && ((format != NULL && format->random) || strcmp(found->media, "application/x-ole-storage") == 0
            || strcmp(found->media, "application/zip") == 0);
}

static enum err_code do_member(struct nest *nest, struct stream *stream, const struct nest_member *member, char *id,
                               struct err *err)
{
    AUTO_FREE char *unpacked = NULL;
    CLEANUP(stream_done) struct stream memory = { .fd = -1 };
    struct detected found = { "application/octet-stream", "" };
    struct err why = ERR_INIT;
    size_t len = 0;
    enum err_code code = detect(stream, file_of(member), &found, &why);
    if (code == ERR_OK && needs_memory(stream, &found)) {
        code = stream_slurp(stream, (size_t)(nest->caps->memory_bytes / 4), false, &unpacked, &len, &why);
        if (code == ERR_OK) {
            stream_of_bytes(&memory, unpacked, len);
            stream = &memory;
            code = detect(stream, file_of(member), &found, &why);
        }
    }
    if (code != ERR_OK) {
        return nest->depth > 0 && is_own_failure(code) ? tell(nest, member, id, found.media, false, why.text, err)
                                                       : err_set(err, code, "%s", why.text);
    }
    take_hint(member->media, &found);
    const struct format *format = format_find(found.media);
    return format != NULL && format->open != NULL ? do_container(nest, stream, member, id, format, &found, err)
                                                  : do_leaf(nest, stream, member, id, &found, err);
}

enum err_code nest_member(struct nest *nest, struct stream *stream, const struct nest_member *member, struct err *err)
{
    /* Members of archives have a path and nothing else; those of mail and web archives have a type, a file name or an address. */
    bool plain = member->name != NULL && member->file == NULL && member->media == NULL && !member->exact;
    if (plain && sidecar_has_name(member->name)) {
        return nest_tell(nest, member, true, "metadata of other documents (inside an archive it is not applied)", err);
    }
    AUTO_FREE char *id = NULL;
    enum err_code code = id_of(nest, member, &id, err);
    return code == ERR_OK ? do_member(nest, stream, member, id, err) : code;
}

/* The file is a document itself: what its format says is passed on as it is. */
static enum err_code do_plain(struct nest *nest, struct stream *stream, const struct nest_member *member,
                              const struct format *format, const struct detected *found, struct err *err)
{
    struct leaf leaf = { .nest = nest, .member = member, .id = "" };
    nest->plain = true;
    nest->next_leaf++;
    if (nest->first_leaf > 0) {
        return ERR_OK;
    }
    if (format == NULL) {
        char reason[256];
        no_reader(found, reason, sizeof reason);
        return give_problem(&leaf, found->media, true, reason, err);
    }
    return run_leaf(&leaf, stream, format, err);
}

enum err_code nest_file(struct nest *nest, struct stream *stream, const char *name, struct err *err)
{
    struct nest_member member = { .file = name };
    struct detected found;
    AUTO_FREE char *id = strdup("");
    if (id == NULL) {
        return err_nomem(err, "nest");
    }
    enum err_code code = detect(stream, name, &found, err);
    if (code != ERR_OK) {
        return code;
    }
    const struct format *format = format_find(found.media);
    return format != NULL && format->open != NULL ? do_container(nest, stream, &member, id, format, &found, err)
                                                  : do_plain(nest, stream, &member, format, &found, err);
}
