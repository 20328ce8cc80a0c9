/* detect.c - the kind of a file by its shape; magic numbers are in detect_magic.c.
 *
 * A ZIP is told by its entry
 * names: OOXML (ECMA-376) by the folder of its main part, ODF and EPUB by the entry `mimetype` that comes first.
 * An OLE 2 compound file is told by the names in its directory ([MS-CFB]).
 */
#include "extract/detect.h"

#include <string.h>
#include <strings.h>

#define TEXT_LOOK 8192     /* bytes that are judged to be text or not */
#define ZIP_TAIL (1 << 20) /* bytes at the end of a ZIP, where its entries are listed */
#define OLE_LOOK 4096      /* bytes of an OLE directory: 32 entries */
#define PDF_WITHIN 1024    /* readers accept a PDF's header behind this much of something else */
#define HEADER_LINES 60    /* lines of a mail's header that are looked at */

static const struct detected unknown = { "application/octet-stream", "data of an unknown kind" };
static const struct detected plain = { "text/plain", "plain text" };

/* Kinds that a later, closer look tells apart. */
static const struct detected word_document = { "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                               "Word document" };
static const struct detected word_old = { "application/msword", "Word 97-2003 document" };
static const struct detected sheet = { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook" };
static const struct detected sheet_old = { "application/vnd.ms-excel", "Excel 97-2003 workbook" };
static const struct detected slides = { "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                                        "PowerPoint presentation" };
static const struct detected slides_old = { "application/vnd.ms-powerpoint", "PowerPoint 97-2003 presentation" };

bool detect_ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), tail = strlen(ending);
    return len > tail && strcasecmp(name + len - tail, ending) == 0;
}

static bool has(const char *bytes, size_t len, const char *what, size_t what_len)
{
    return len > 0 && memmem(bytes, len, what, what_len) != NULL;
}
#define HAS(bytes, len, literal) has(bytes, len, literal, sizeof literal - 1)

/* ---- ZIP ------------------------------------------------------------------------------------ */

/* ODF and EPUB: the first entry is `mimetype`, stored: its bytes follow its name (ODF 1.3 part 2, 3.3). */
static bool is_typed_zip(const char *head, size_t len, struct detected *ret_detected)
{
    static const struct detected kinds[] = {
        { "application/vnd.oasis.opendocument.text", "OpenDocument text" },
        { "application/vnd.oasis.opendocument.text-template", "OpenDocument text template" },
        { "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet" },
        { "application/vnd.oasis.opendocument.spreadsheet-template", "OpenDocument spreadsheet template" },
        { "application/vnd.oasis.opendocument.presentation", "OpenDocument presentation" },
        { "application/vnd.oasis.opendocument.presentation-template", "OpenDocument presentation template" },
        { "application/vnd.oasis.opendocument.graphics", "OpenDocument drawing" },
        { "application/epub+zip", "EPUB book" },
    };
    if (len < 38 || memcmp(head + 30, "mimetype", 8) != 0) {
        return false;
    }
    size_t extra = (unsigned char)head[28] + 256U * (unsigned char)head[29], best = 0;
    if (38 + extra >= len) {
        return false;
    }
    const char *type = head + 38 + extra;
    size_t room = len - 38 - extra;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t media = strlen(kinds[i].media);
        if (media > best && media <= room && memcmp(type, kinds[i].media, media) == 0) {
            best = media;
            *ret_detected = kinds[i];
        }
    }
    return best > 0;
}

static bool is_office_zip(const char *bytes, size_t len, struct detected *ret_detected)
{
    if (!HAS(bytes, len, "[Content_Types].xml") && !HAS(bytes, len, "_rels/.rels")) {
        return false;
    }
    if (HAS(bytes, len, "word/document")) {
        *ret_detected = word_document;
    } else if (HAS(bytes, len, "xl/workbook")) {
        *ret_detected = sheet;
    } else if (HAS(bytes, len, "ppt/presentation")) {
        *ret_detected = slides;
    } else {
        return false;
    }
    return true;
}

/* Without a content of a known kind it is just an archive. */
static enum err_code look_in_zip(struct stream *stream, const char *head, size_t len, struct detected *ret_detected,
                                 struct err *err)
{
    if (is_typed_zip(head, len, ret_detected) || is_office_zip(head, len, ret_detected) || !stream_is_random(stream)
        || stream->size <= len) {
        return ERR_OK;
    }
    AUTO_FREE char *tail = malloc(ZIP_TAIL);
    size_t used = 0;
    if (tail == NULL) {
        return err_nomem(err, "detect");
    }
    uint64_t from = stream->size > ZIP_TAIL ? stream->size - ZIP_TAIL : 0;
    enum err_code code = stream_pread(stream, from, tail, ZIP_TAIL, &used, err);
    if (code == ERR_OK) {
        is_office_zip(tail, used, ret_detected);
    }
    return code;
}

/* ---- OLE 2 ---------------------------------------------------------------------------------- */

/* The names of a directory are UTF-16. */
static void name_ole(const char *bytes, size_t len, struct detected *ret_detected)
{
    if (HAS(bytes, len, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0")) {
        *ret_detected = word_old;
    } else if (HAS(bytes, len, "W\0o\0r\0k\0b\0o\0o\0k\0") || HAS(bytes, len, "B\0o\0o\0k\0\0\0")) {
        *ret_detected = sheet_old;
    } else if (HAS(bytes, len, "P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0o\0c\0")) {
        *ret_detected = slides_old;
    } else if (HAS(bytes, len, "_\0_\0s\0u\0b\0s\0t\0g\0001\0.\0000\0")) {
        *ret_detected = (struct detected){ "application/vnd.ms-outlook", "Outlook message (MSG)" };
    } else if (HAS(bytes, len, "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0")) {
        *ret_detected = (struct detected){ "application/x-encrypted-ooxml", "encrypted Office document" };
    } else if (HAS(bytes, len, "V\0i\0s\0i\0o\0D\0o\0c\0")) {
        *ret_detected = (struct detected){ "application/vnd.visio", "Visio drawing" };
    }
}

static enum err_code look_in_ole(struct stream *stream, const char *head, size_t len, struct detected *ret_detected,
                                 struct err *err)
{
    if (len < 512) {
        return ERR_OK;
    }
    const unsigned char *bytes = (const unsigned char *)head;
    uint64_t sector = bytes[48] | bytes[49] << 8 | bytes[50] << 16 | (uint64_t)bytes[51] << 24;
    unsigned shift = bytes[30] == 12 ? 12 : 9;
    uint64_t offset = (sector + 1) << shift;
    char directory[OLE_LOOK];
    size_t used = 0;
    if (!stream_is_random(stream)) {
        used = offset < len ? len - (size_t)offset : 0;
        name_ole(head + (used > 0 ? offset : 0), used > 0 ? used : len, ret_detected);
        return ERR_OK;
    }
    enum err_code code = stream_pread(stream, offset, directory, sizeof directory, &used, err);
    if (code == ERR_OK) {
        name_ole(directory, used, ret_detected);
    }
    return code;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- Text ----------------------------------------------------------------------------------- */

/* Bytes that look like text in some encoding: hardly any control characters, NUL only as half of UTF-16 and UTF-32. */
static bool is_text(const char *bytes, size_t len)
{
    size_t controls = 0, even = 0, odd = 0;
    bool marked = len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0);
    if (marked || (len >= 4 && memcmp(bytes, "\0\0\xFE\xFF", 4) == 0)) {
        return true;
    }
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        even += c == 0 && i % 2 == 0;
        odd += c == 0 && i % 2 == 1;
        controls += c != 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B && c != 0x1A && c != '\b';
    }
    /* Text of our scripts in UTF-16 has a NUL in nearly every pair, always on the same side. */
    size_t more = even > odd ? even : odd, less = even > odd ? odd : even;
    if (more > 0) {
        return len >= 8 && less * 20 <= more && more * 2 >= len / 2 && controls <= len / 100;
    }
    return controls == 0 || controls <= len / 20;
}

static bool starts_with(const char *bytes, size_t len, const char *word)
{
    size_t width = strlen(word);
    return len >= width && strncasecmp(bytes, word, width) == 0;
}

/* Where the first thing stands that is no white space, byte order mark, comment or processing instruction. */
static size_t skip_prologue(const char *bytes, size_t len, bool *ret_xml)
{
    size_t at = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    *ret_xml = false;
    for (;;) {
        while (at < len && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
            at++;
        }
        const char *close = starts_with(bytes + at, len - at, "<!--") ? "-->"
                          : starts_with(bytes + at, len - at, "<?") ? "?>" : NULL;
        if (close == NULL) {
            return at;
        }
        *ret_xml = *ret_xml || starts_with(bytes + at, len - at, "<?xml");
        const char *end = memmem(bytes + at, len - at, close, strlen(close));
        if (end == NULL) {
            return len;
        }
        at = (size_t)(end - bytes) + strlen(close);
    }
}

/* Whether a tag begins here: its name is the whole word. */
static bool is_tag(const char *bytes, size_t len, const char *tag)
{
    size_t width = strlen(tag);
    return starts_with(bytes, len, tag) && (len == width || strchr(" \t\r\n/>:", bytes[width]) != NULL);
}

static bool detect_markup(const char *bytes, size_t len, const char *name, struct detected *ret_detected)
{
    static const char *const html[] = { "<!doctype html", "<html", "<head", "<body", "<title", "<frameset" };
    static const char *const pieces[] = { "<div", "<p", "<h1", "<h2", "<table", "<article", "<main", "<section", "<ul",
                                          "<meta", "<link", "<script", "<style", "<center", "<font", "<b", "<a", "<br" };
    bool xml, named = detect_ends_in(name, ".html") || detect_ends_in(name, ".htm") || detect_ends_in(name, ".xhtml");
    size_t at = skip_prologue(bytes, len, &xml);
    const char *rest = bytes + at;
    size_t left = len - at;
    *ret_detected = (struct detected){ "text/html", "HTML page" };
    for (size_t i = 0; i < sizeof html / sizeof *html; i++) {
        if (is_tag(rest, left, html[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces && !xml; i++) {
        if (is_tag(rest, left, pieces[i])) {
            return true;
        }
    }
    if (is_tag(rest, left, "<svg") || (is_tag(rest, left, "<!doctype") && HAS(rest, left < 60 ? left : 60, "svg"))) {
        *ret_detected = (struct detected){ "image/svg+xml", "SVG drawing" };
        return true;
    }
    if (is_tag(rest, left, "<office:document") && HAS(rest, left, "urn:oasis:names:tc:opendocument:xmlns:office:")) {
        *ret_detected = (struct detected){ "application/vnd.oasis.opendocument.flat", "OpenDocument in one XML file" };
        return true;
    }
    if (xml || starts_with(rest, left, "<!doctype")) {
        if (HAS(rest, left, "<html")) {
            return true;
        }
        *ret_detected = (struct detected){ "application/xml", "XML data" };
        return true;
    }
    /* Another element first: data, unless its name says that people read it. */
    if (left > 2 && rest[0] == '<' && !named && ((rest[1] >= 'a' && rest[1] <= 'z') || (rest[1] >= 'A' && rest[1] <= 'Z'))
        && memchr(rest, '>', left) != NULL && (HAS(rest, left, "</") || HAS(rest, left, "/>"))) {
        *ret_detected = (struct detected){ "application/xml", "XML data" };
        return HAS(rest, left, "xmlns") || detect_ends_in(name, ".xml");
    }
    return named;
}

/* A file of records by its name and beginning, so that a stray NUL costs the record that it is in and not all of them. */
static bool begins_as_lines(const char *bytes, size_t len, const char *name)
{
    return len > 1 && memcmp(bytes, "{\"", 2) == 0 && (detect_ends_in(name, ".jsonl") || detect_ends_in(name, ".ndjson"));
}

/* JSON, and JSON a line: a first line that is an object by itself and, if there is a second, that begins like one. */
static bool detect_json(const char *bytes, size_t len, const char *name, struct detected *ret_detected)
{
    bool xml, named = detect_ends_in(name, ".jsonl") || detect_ends_in(name, ".ndjson");
    size_t at = skip_prologue(bytes, len, &xml);
    if (!named && (at == len || (bytes[at] != '{' && bytes[at] != '['))) {
        return false;
    }
    const char *newline = memchr(bytes + at, '\n', len - at);
    size_t end = newline != NULL ? (size_t)(newline - bytes) : len;
    while (end > at && (bytes[end - 1] == '\r' || bytes[end - 1] == ' ')) {
        end--;
    }
    bool object = !named && end > at + 1 && bytes[at] == '{' && bytes[end - 1] == '}' && bytes[at + 1] != '}';
    bool again = newline != NULL && newline + 1 < bytes + len && newline[1] == '{';
    if (named || (object && again)) {
        *ret_detected = (struct detected){ "application/jsonl", "JSON records, one a line" };
        return true;
    }
    size_t next = at + 1;
    while (next < len && (bytes[next] == ' ' || bytes[next] == '\n' || bytes[next] == '\r' || bytes[next] == '\t')) {
        next++;
    }
    /* "[1] Zie ook" is a text; what follows the bracket of data is a value. */
    *ret_detected = (struct detected){ "application/json", "JSON data" };
    bool key = next < len && (bytes[next] == '"' || bytes[next] == '{' || bytes[next] == '}');
    return bytes[at] == '{' ? key : key || (next < len && bytes[next] == '[') || detect_ends_in(name, ".json");
}

/* Name of a header field that starts the line, and whether mail has one of that name; 0: it is no header line. */
static size_t header_name(const char *line, size_t len, bool *ret_known)
{
    static const char *const known[] = { "from", "to", "cc", "subject", "date", "message-id", "received", "return-path",
        "mime-version", "content-type", "reply-to", "delivered-to", "in-reply-to", "references", "content-transfer-encoding",
        "sender", "bcc", "dkim-signature", "x-mailer", "user-agent", "envelope-to", "list-id", "list-unsubscribe",
        "x-received", "x-original-to", "content-disposition", "thread-topic", "thread-index", "status", "x-status" };
    size_t used = 0;
    while (used < len && line[used] > ' ' && line[used] < 0x7F && line[used] != ':') {
        used++;
    }
    *ret_known = false;
    if (used == 0 || used >= len || line[used] != ':' || used > 76) {
        return 0;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *ret_known = *ret_known || (strlen(known[i]) == used && strncasecmp(line, known[i], used) == 0);
    }
    return used;
}

/* Counts the well-known header fields at the start; stops where the header ends. */
static unsigned count_headers(const char *bytes, size_t len)
{
    unsigned count = 0, lines = 0;
    for (size_t at = 0; at < len && lines < HEADER_LINES; lines++) {
        const char *newline = memchr(bytes + at, '\n', len - at);
        size_t width = newline != NULL ? (size_t)(newline - bytes) - at : len - at;
        bool known, folded = bytes[at] == ' ' || bytes[at] == '\t';
        if (!folded) {
            if (header_name(bytes + at, width, &known) == 0) {
                break;
            }
            count += known;
        } else if (lines == 0) {
            break;
        }
        at += width + 1;
    }
    return count;
}

bool detect_has_time(const char *line, size_t len)
{
    for (size_t i = 2; i + 2 < len; i++) {
        const char *at = line + i;
        if (*at == ':' && is_digit(at[-2]) && is_digit(at[-1]) && is_digit(at[1]) && is_digit(at[2])) {
            return true;
        }
    }
    return false;
}

/* RFC 4155 and older: "From someone Tue ... 2021", then header fields. */
static bool is_mbox(const char *bytes, size_t len)
{
    const char *newline = len > 5 && memcmp(bytes, "From ", 5) == 0 ? memchr(bytes, '\n', len) : NULL;
    if (newline == NULL || newline - bytes > 500) {
        return false;
    }
    unsigned least = detect_has_time(bytes, (size_t)(newline - bytes)) ? 1 : 2;
    size_t rest = len - (size_t)(newline + 1 - bytes);
    if (rest > 6 && memcmp(newline + 1, ">From ", 6) == 0) { /* some programs quote the line of the one before */
        newline = memchr(newline + 1, '\n', rest);
        rest = newline != NULL ? len - (size_t)(newline + 1 - bytes) : 0;
    }
    return rest > 0 && count_headers(newline + 1, rest) >= least;
}

static void detect_text(const char *bytes, size_t len, const char *name, struct detected *ret_detected)
{
    static const struct {
        const char *ending;
        struct detected is;
    } named[] = {
        { ".md", { "text/markdown", "Markdown text" } },
        { ".markdown", { "text/markdown", "Markdown text" } },
        { ".csv", { "text/csv", "table (CSV)" } },
        { ".tsv", { "text/tab-separated-values", "table (TSV)" } },
        { ".css", { "text/css", "style sheet" } },
        { ".js", { "text/javascript", "script" } },
        { ".mjs", { "text/javascript", "script" } },
    };
    *ret_detected = plain;
    bool mail_name = detect_ends_in(name, ".eml") || detect_ends_in(name, ".mht") || detect_ends_in(name, ".mhtml");
    unsigned headers = count_headers(bytes, len);
    /* One field is enough when no other kind of file has it. */
    headers += headers == 1 && starts_with(bytes, len, "Content-Type: multipart/") ? 2 : 0;
    if (is_mbox(bytes, len)) {
        *ret_detected = (struct detected){ "application/mbox", "mailbox" };
    } else if (headers >= 3 || (headers >= 1 && mail_name)
               || (headers >= 2 && (HAS(bytes, len, "\n\n") || HAS(bytes, len, "\n\r\n")) && !detect_ends_in(name, ".txt"))) {
        *ret_detected = (struct detected){ "message/rfc822", "mail message" };
    } else if (!detect_markup(bytes, len, name, ret_detected) && !detect_json(bytes, len, name, ret_detected)) {
        *ret_detected = plain;
        for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
            if (detect_ends_in(name, named[i].ending)) {
                *ret_detected = named[i].is;
            }
        }
    }
}

/* ---- All of it ------------------------------------------------------------------------------ */

/* Old archives have no "ustar": their first header must have the right sum (POSIX.1-1988, tar). */
static bool is_old_tar(const char *bytes, size_t len)
{
    if (len < 512 || bytes[0] == '\0' || bytes[156] > '9') {
        return false;
    }
    unsigned long sum = 0;
    for (size_t i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)bytes[i];
    }
    char stated[9] = { 0 };
    memcpy(stated, bytes + 148, 8);
    char *end;
    unsigned long value = strtoul(stated, &end, 8);
    return end > stated && value == sum;
}

/* In front of its header there may be something else; what only talks about PDFs is none. */
static bool is_pdf(const char *bytes, size_t len)
{
    return starts_with(bytes, len, "%PDF-")
        || (HAS(bytes, len < PDF_WITHIN ? len : PDF_WITHIN, "%PDF-") && (!is_text(bytes, len) || HAS(bytes, len, " obj")));
}

enum err_code detect_stream(struct stream *stream, const char *name, struct detected *ret_detected, struct err *err)
{
    const char *bytes;
    size_t len;
    enum err_code code = stream_peek(stream, TEXT_LOOK, &bytes, &len, err);
    if (code != ERR_OK) {
        return code;
    }
    size_t look = len < TEXT_LOOK ? len : TEXT_LOOK;
    const char *slash = strrchr(name, '/');
    name = slash != NULL ? slash + 1 : name;
    struct detected found = unknown;
    if (len == 0) {
        found = plain; /* an empty one */
    } else if (is_pdf(bytes, look)) {
        found = (struct detected){ "application/pdf", "PDF document" };
    } else {
        bool text = is_text(bytes, look);
        const struct detected *magic = detect_magic(bytes, look, text);
        if (magic != NULL) {
            found = *magic;
        } else if (text || begins_as_lines(bytes, look, name)) {
            detect_text(bytes, look, name, &found);
        } else if (is_old_tar(bytes, look)) {
            found = (struct detected){ "application/x-tar", "TAR archive" };
        } else if (look > 2 && memcmp(bytes, "BM", 2) == 0) {
            found = (struct detected){ "image/bmp", "BMP image" };
        }
    }
    if (strcmp(found.media, "application/zip") == 0) {
        code = look_in_zip(stream, bytes, len, &found, err);
    } else if (strcmp(found.media, "application/x-ole-storage") == 0) {
        code = look_in_ole(stream, bytes, len, &found, err);
    }
    if (code == ERR_OK) {
        *ret_detected = found;
    }
    return code;
}
