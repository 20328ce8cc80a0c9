/* mail.c - mail messages by GMime; the only file that sees its headers.
 *
 * A message is a record: its subject is the title, its text is who wrote to whom and what is written in it.  Of alternatives the
 * plain text is taken, of a message without it the HTML.  Quoted text and signatures stay: they are part of what was sent.
 * What is attached is a member of the message, with its place as id ("2/notulen.pdf", the numbers as in IMAP), and so
 * is a message in a message.
 */
#include <gmime/gmime.h>

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "extract/detect.h"
#include "extract/internal.h"
#include "extract/nest.h"
#include "text/charset.h"
#include "text/unicode.h"

#define PARTS_DEEP 50    /* multiparts in multiparts; what lies deeper is left out */
#define PLACE_MAX 256    /* bytes of a place like "2.1.3" */

/* A message in the making. */
struct letter {
    struct nest *nest;
    struct buf text;       /* clean UTF-8 */
    uint64_t cut;          /* bytes of parts that were left out */
    GPtrArray *attached;   /* GMimeObject, not owned */
    GPtrArray *places;     /* char *, owned: the place of each */
    char *html_title;      /* of the first part in HTML, or NULL */
};

/* ---- Text ----------------------------------------------------------------------------------- */

static void add_paragraph(struct letter *letter, const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' ')) {
        len--;
    }
    while (len > 0 && *text == '\n') { /* but the first line keeps what it begins with */
        text++;
        len--;
    }
    size_t room = (size_t)letter->nest->caps->record_bytes;
    if (len == 0) {
        return;
    }
    if (letter->text.len >= room) {
        letter->cut += len;
        return;
    }
    if (letter->text.len > 0) {
        buf_add_str(&letter->text, "\n\n");
    }
    buf_add(&letter->text, text, len);
}

/* The decoded bytes of a part; g_byte_array_unref them.  NULL: it has none. */
static GByteArray *decode_part(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content == NULL) {
        return NULL;
    }
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *bytes = g_byte_array_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    g_mime_data_wrapper_write_to_stream(content, stream); /* a broken end costs that end */
    g_object_unref(stream);
    return bytes;
}

static enum err_code add_plain(struct letter *letter, GMimeObject *part, const GByteArray *bytes, struct err *err)
{
    AUTO_BUF struct buf decoded, clean, flowed;
    char encoding[CHARSET_NAME_MAX];
    size_t len = bytes->len;
    buf_init(&decoded, 3 * len + 64);
    buf_init(&clean, 9 * len + 64);
    buf_init(&flowed, 20 * len + 64);
    enum err_code code = charset_to_utf8((const char *)bytes->data, len, g_mime_object_get_content_type_parameter(part, "charset"),
                                         &decoded, encoding, err);
    if (code == ERR_OK && decoded.len > 0) {
        code = text_clean(decoded.data, decoded.len, &clean, NULL, err);
    }
    if (code != ERR_OK || clean.len == 0) {
        return code;
    }
    const char *format = g_mime_object_get_content_type_parameter(part, "format");
    const char *delete_space = g_mime_object_get_content_type_parameter(part, "delsp");
    const struct buf *text = &clean;
    if (format != NULL && g_ascii_strcasecmp(format, "flowed") == 0) {
        flowed_join(clean.data, clean.len, delete_space != NULL && g_ascii_strcasecmp(delete_space, "yes") == 0, &flowed);
        text = &flowed;
    }
    code = buf_check(text, "a mail's text", err);
    if (code == ERR_OK) {
        add_paragraph(letter, text->data, text->len);
    }
    return code;
}

static enum err_code take_page(void *context, struct extract_record *record, struct err *err)
{
    struct letter *letter = context;
    (void)err;
    add_paragraph(letter, record->text, record->text_len);
    letter->cut += record->cut;
    if (letter->html_title == NULL && *record->title != '\0') {
        letter->html_title = g_strdup(record->title);
    }
    return ERR_OK;
}

static enum err_code add_html(struct letter *letter, GMimeObject *part, const GByteArray *bytes, struct err *err)
{
    struct extract_input input = {
        .bytes = (const char *)bytes->data,
        .len = bytes->len,
        .name = "",
        .charset = g_mime_object_get_content_type_parameter(part, "charset"),
        .caps = letter->nest->caps,
    };
    return html_run(&input, take_page, letter, err);
}

/* ---- Parts ---------------------------------------------------------------------------------- */

static bool is_type(GMimeObject *part, const char *type, const char *subtype)
{
    GMimeContentType *own = g_mime_object_get_content_type(part);
    return own != NULL && g_mime_content_type_is_type(own, type, subtype);
}

static const char *file_name(GMimeObject *part)
{
    return GMIME_IS_PART(part) ? g_mime_part_get_filename(GMIME_PART(part)) : NULL;
}

/* Whether the part is text to be read in the message itself. */
static bool is_body(GMimeObject *part)
{
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(part);
    bool attached = disposition != NULL && g_mime_content_disposition_is_attachment(disposition);
    const char *name = file_name(part);
    return !attached && (name == NULL || *name == '\0') && (is_type(part, "text", "plain") || is_type(part, "text", "html"));
}

static void attach(struct letter *letter, GMimeObject *part, const char *place)
{
    g_ptr_array_add(letter->attached, part);
    g_ptr_array_add(letter->places, g_strdup(place));
}

static bool is_blank(const GByteArray *bytes)
{
    for (guint i = 0; i < bytes->len; i++) {
        if (bytes->data[i] > ' ') {
            return false;
        }
    }
    return true;
}

/* A message that is encrypted within its text. */
static bool is_armoured(const GByteArray *bytes)
{
    static const char mark[] = "-----BEGIN PGP MESSAGE-----";
    return bytes->len > 0 && memmem(bytes->data, bytes->len < 200 ? bytes->len : 200, mark, sizeof mark - 1) != NULL;
}

static enum err_code add_body(struct letter *letter, GMimeObject *part, const char *place, bool wanted, struct err *err)
{
    GByteArray *bytes = wanted ? decode_part(GMIME_PART(part)) : NULL;
    enum err_code code = ERR_OK;
    if (bytes != NULL && bytes->len > 0 && !is_blank(bytes)) {
        if (is_armoured(bytes)) {
            attach(letter, part, place);
        } else {
            code = is_type(part, "text", "html") ? add_html(letter, part, bytes, err) : add_plain(letter, part, bytes, err);
        }
    }
    if (bytes != NULL) {
        g_byte_array_unref(bytes);
    }
    return code;
}

static enum err_code walk(struct letter *letter, GMimeObject *part, const char *place, unsigned depth, bool wanted,
                          struct err *err);

/* Whether there is text of this kind to be read in the part. */
static bool offers(GMimeObject *part, const char *subtype, unsigned depth)
{
    if (GMIME_IS_MULTIPART(part) && depth < PARTS_DEEP) {
        int count = g_mime_multipart_get_count(GMIME_MULTIPART(part));
        for (int i = 0; i < count; i++) {
            if (offers(g_mime_multipart_get_part(GMIME_MULTIPART(part), i), subtype, depth + 1)) {
                return true;
            }
        }
        return false;
    }
    if (!GMIME_IS_PART(part) || !is_body(part) || !is_type(part, "text", subtype)) {
        return false;
    }
    GByteArray *bytes = decode_part(GMIME_PART(part));
    bool any = bytes != NULL && !is_blank(bytes);
    if (bytes != NULL) {
        g_byte_array_unref(bytes);
    }
    return any;
}

/* Which of alternatives is read; the others only give what is attached to them.  -1: all. */
static int choose(GMimeMultipart *multipart, int count)
{
    static const char *const kinds[] = { "plain", "html" };
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (int i = 0; i < count; i++) {
            if (offers(g_mime_multipart_get_part(multipart, i), kinds[kind], 0)) {
                return i;
            }
        }
    }
    return -1;
}

static enum err_code walk_multipart(struct letter *letter, GMimeObject *part, const char *place, unsigned depth, bool wanted,
                                    struct err *err)
{
    GMimeMultipart *multipart = GMIME_MULTIPART(part);
    int count = g_mime_multipart_get_count(multipart);
    int chosen = is_type(part, "multipart", "alternative") ? choose(multipart, count) : -1;
    enum err_code code = ERR_OK;
    for (int i = 0; i < count && code == ERR_OK; i++) {
        char inner[PLACE_MAX];
        int len = snprintf(inner, sizeof inner, "%s%s%d", place, *place != '\0' ? "." : "", i + 1);
        if (len >= 0 && (size_t)len < sizeof inner) {
            code = walk(letter, g_mime_multipart_get_part(multipart, i), inner, depth + 1, wanted && (chosen < 0 || chosen == i),
                        err);
        }
    }
    return code;
}

static enum err_code walk(struct letter *letter, GMimeObject *part, const char *place, unsigned depth, bool wanted,
                          struct err *err)
{
    if (part == NULL || depth > PARTS_DEEP) {
        return ERR_OK;
    }
    if (GMIME_IS_MULTIPART_ENCRYPTED(part)) {
        attach(letter, part, *place != '\0' ? place : "1");
        return ERR_OK;
    }
    if (GMIME_IS_MULTIPART(part)) {
        return walk_multipart(letter, part, place, depth, wanted, err);
    }
    const char *own = *place != '\0' ? place : "1";
    if (GMIME_IS_PART(part) && is_body(part)) {
        return add_body(letter, part, own, wanted, err);
    }
    bool signature = is_type(part, "application", "pgp-signature") || is_type(part, "application", "pkcs7-signature")
        || is_type(part, "application", "x-pkcs7-signature");
    if (!signature && (GMIME_IS_PART(part) || GMIME_IS_MESSAGE_PART(part))) {
        attach(letter, part, own);
    }
    return ERR_OK;
}

/* ---- Attachments ---------------------------------------------------------------------------- */

/* Why a part cannot be read, or NULL. */
static const char *why_closed(GMimeObject *part, const GByteArray *bytes)
{
    if (GMIME_IS_MULTIPART_ENCRYPTED(part)) {
        return "this part of the mail is encrypted (PGP)";
    }
    if (is_type(part, "application", "pkcs7-mime") || is_type(part, "application", "x-pkcs7-mime")) {
        const char *type = g_mime_object_get_content_type_parameter(part, "smime-type");
        bool is_signed = type != NULL && g_ascii_strcasecmp(type, "signed-data") == 0;
        return is_signed ? "this part of the mail is wrapped in an S/MIME signature"
                         : "this part of the mail is encrypted (S/MIME)";
    }
    return bytes != NULL && is_armoured(bytes) ? "this part of the mail is encrypted (PGP)" : NULL;
}

/* The bytes of a part or of a whole message in the message. */
static GByteArray *bytes_of(GMimeObject *part)
{
    if (GMIME_IS_PART(part)) {
        return decode_part(GMIME_PART(part));
    }
    GMimeMessage *message = GMIME_IS_MESSAGE_PART(part) ? g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)) : NULL;
    if (message == NULL) {
        return NULL;
    }
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *bytes = g_byte_array_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, stream);
    g_object_unref(stream);
    return bytes;
}

static enum err_code give_attachment(struct nest *nest, GMimeObject *part, const char *place, const char *date, struct err *err)
{
    AUTO_BUF struct buf name;
    const char *file = file_name(part);
    GMimeContentType *type = g_mime_object_get_content_type(part);
    char *media = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
    buf_init(&name, (size_t)1 << 20);
    buf_add_str(&name, place);
    if (file != NULL && *file != '\0') {
        buf_add_char(&name, '/');
        buf_add(&name, file, strnlen(file, 4096));
    }
    struct nest_member member = {
        .name = name.data,
        .file = file != NULL ? file : "",
        .media = GMIME_IS_MESSAGE_PART(part) ? "message/rfc822" : media,
        .date = date,
        .charset = g_mime_object_get_content_type_parameter(part, "charset"),
    };
    enum err_code code = buf_check(&name, "an attachment's name", err);
    GByteArray *bytes = code == ERR_OK ? bytes_of(part) : NULL;
    const char *closed = why_closed(part, bytes);
    if (code == ERR_OK && closed != NULL) {
        code = nest_tell(nest, &member, false, closed, err);
    } else if (code == ERR_OK && (bytes == NULL || bytes->len == 0)) {
        code = nest_tell(nest, &member, true, "the part of the mail is empty", err);
    } else if (code == ERR_OK) {
        CLEANUP(stream_done) struct stream stream;
        stream_of_bytes(&stream, bytes->data, bytes->len);
        code = nest_member(nest, &stream, &member, err);
    }
    if (bytes != NULL) {
        g_byte_array_unref(bytes);
    }
    g_free(media);
    return code;
}

/* ---- The message ---------------------------------------------------------------------------- */

static char *addresses(InternetAddressList *list)
{
    return list != NULL && internet_address_list_length(list) > 0 ? internet_address_list_to_string(list, NULL, FALSE) : NULL;
}

static enum err_code add_line(struct letter *letter, const char *label, const char *value, struct err *err)
{
    AUTO_FREE char *clean = NULL;
    enum err_code code = value != NULL ? field_set(&clean, value, strlen(value), letter->nest->caps->title_bytes * 4, err) : ERR_OK;
    if (code == ERR_OK && clean != NULL && *clean != '\0') {
        buf_printf(&letter->text, "%s%s: %s", letter->text.len > 0 ? "\n" : "", label, clean);
    }
    return code;
}

/* Who wrote to whom: the first lines of the text, so that a mail is found by that. */
static enum err_code add_head(struct letter *letter, GMimeMessage *message, struct extract_record *record, struct err *err)
{
    size_t cap = letter->nest->caps->title_bytes;
    char *from = addresses(g_mime_message_get_from(message));
    char *to = addresses(g_mime_message_get_to(message));
    char *cc = addresses(g_mime_message_get_cc(message));
    enum err_code code = add_line(letter, "Van", from, err);
    if (code == ERR_OK) {
        code = add_line(letter, "Aan", to, err);
    }
    if (code == ERR_OK) {
        code = add_line(letter, "Cc", cc, err);
    }
    if (code == ERR_OK && from != NULL) {
        code = field_set(&record->author, from, strlen(from), cap, err);
    }
    const char *subject = g_mime_message_get_subject(message);
    if (code == ERR_OK && subject != NULL) {
        code = field_set_title(record, subject, strlen(subject), cap, err);
    }
    GDateTime *date = g_mime_message_get_date(message);
    char *day = date != NULL ? g_date_time_format(date, "%Y-%m-%d") : NULL;
    if (code == ERR_OK && day != NULL) {
        code = field_set_date(&record->date, day, strlen(day), err);
    }
    g_free(day);
    g_free(from);
    g_free(to);
    g_free(cc);
    return code;
}

static enum err_code fill(struct letter *letter, GMimeMessage *message, struct extract_record *record, struct err *err)
{
    struct nest *nest = letter->nest;
    enum err_code code = add_head(letter, message, record, err);
    if (code == ERR_OK) {
        code = walk(letter, g_mime_message_get_mime_part(message), "", 0, true, err);
    }
    if (code == ERR_OK) {
        code = field_take_text(record, &letter->text, nest->caps, err);
        record->cut += letter->cut;
    }
    if (code == ERR_OK && *record->title == '\0' && letter->html_title != NULL) {
        code = field_set(&record->title, letter->html_title, strlen(letter->html_title), nest->caps->title_bytes, err);
    }
    return code;
}

static enum err_code give_message(struct letter *letter, GMimeMessage *message, const struct digest *digest,
                                  const struct nest_member *member, struct err *err)
{
    CLEANUP(extract_record_done) struct extract_record record;
    AUTO_FREE char *date = NULL;
    enum err_code code = record_init(&record, "message/rfc822", err);
    if (code == ERR_OK) {
        code = fill(letter, message, &record, err);
    }
    if (code == ERR_OK) {
        memcpy(record.digest, digest->bytes, sizeof record.digest);
        date = strdup(record.date);
        code = date != NULL ? nest_own(letter->nest, member, &record, err) : err_nomem(err, "a mail");
    }
    for (guint i = 0; i < letter->attached->len && code == ERR_OK && nest_may_go_on(letter->nest); i++) {
        code = give_attachment(letter->nest, g_ptr_array_index(letter->attached, i), g_ptr_array_index(letter->places, i), date,
                               err);
    }
    return code;
}

/* Encodings in which headers without a declaration are tried. */
static GMimeParserOptions *options_new(void)
{
    static bool done;
    static const char *charsets[] = { "utf-8", "windows-1252", NULL };
    if (!done) {
        g_mime_init();
        done = true;
    }
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_options_set_fallback_charsets(options, charsets);
    return options;
}

enum err_code mail_run(struct nest *nest, struct stream *stream, const struct nest_member *member, struct err *err)
{
    char *bytes;
    size_t len;
    enum err_code code = stream_slurp(stream, (size_t)(nest->caps->memory_bytes / 4), false, &bytes, &len, err);
    if (code != ERR_OK) {
        return code;
    }
    GMimeParserOptions *options = options_new();
    struct digest digest = digest_of(bytes, len);
    GMimeStream *source = g_mime_stream_mem_new_with_byte_array(g_byte_array_new_take((guint8 *)bytes, len));
    GMimeParser *parser = g_mime_parser_new_with_stream(source);
    GMimeMessage *message = g_mime_parser_construct_message(parser, options);
    struct letter letter = { .nest = nest, .attached = g_ptr_array_new(), .places = g_ptr_array_new_with_free_func(g_free) };
    buf_init(&letter.text, 2 * (size_t)nest->caps->record_bytes + ((size_t)1 << 20));
    code = message != NULL ? give_message(&letter, message, &digest, member, err)
                           : err_set(err, ERR_INVALID, "the mail has no header that can be read");
    buf_done(&letter.text);
    g_ptr_array_free(letter.attached, TRUE);
    g_ptr_array_free(letter.places, TRUE);
    g_free(letter.html_title);
    if (message != NULL) {
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(source);
    g_mime_parser_options_free(options);
    return code;
}
