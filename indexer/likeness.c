/* likeness.c - digests, sketches and addresses as values. */
#include "indexer/likeness.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "text/schema.h"
#include "text/sketch.h"

#define MOMENT_DIGITS 14
#define LIKENESS_SHORT 200 /* bytes of text of which the title counts too */

static void put_big_endian(uint64_t number, uint8_t out[8])
{
    for (int i = 0; i < 8; i++) {
        out[i] = (uint8_t)(number >> (8 * (7 - i)));
    }
}

/* A day is the beginning of it: 8 digits count as 14. */
static bool read_moment(const char *digits, size_t len, uint64_t *ret_moment)
{
    uint64_t moment = 0;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        moment = moment * 10 + (uint64_t)(digits[i] - '0');
    }
    for (size_t i = len; i < MOMENT_DIGITS; i++) {
        moment *= 10;
    }
    *ret_moment = moment;
    return len >= 8 && len <= MOMENT_DIGITS;
}

/* The first bytes of SHA-256 of the address in its normal form. */
uint64_t likeness_address(struct doc_string url)
{
    AUTO_BUF struct buf plain;
    buf_init(&plain, 65536);
    size_t at = 0, len = url.len;
    const char *fragment = memchr(url.text, '#', url.len);
    len = fragment != NULL ? (size_t)(fragment - url.text) : len;
    const char *scheme = memmem(url.text, len, "://", 3);
    at = scheme != NULL ? (size_t)(scheme - url.text) + 3 : 0;
    at += len - at > 4 && strncasecmp(url.text + at, "www.", 4) == 0 ? 4 : 0;
    bool host = true;
    for (size_t i = at; i < len; i++) {
        host = host && url.text[i] != '/' && url.text[i] != '?';
        buf_add_char(&plain, host && url.text[i] >= 'A' && url.text[i] <= 'Z' ? (char)(url.text[i] + ('a' - 'A')) : url.text[i]);
    }
    if (host) { /* "https://x.nl" is "https://x.nl/" */
        buf_add_char(&plain, '/');
    }
    struct digest digest = digest_of(plain.data != NULL ? plain.data : "", plain.len);
    uint64_t hash = 0;
    for (int i = 0; i < 8; i++) {
        hash = hash << 8 | digest.bytes[i];
    }
    return hash;
}

bool likeness_capture(const struct doc_head *head, uint64_t *ret_address, uint64_t *ret_moment)
{
    const char *at = head->name.len > 0 ? memrchr(head->name.text, '@', head->name.len) : NULL;
    if (at == NULL || head->url.len == 0) {
        return false;
    }
    size_t before = (size_t)(at - head->name.text);
    bool capture = before >= head->url.len && memcmp(at - head->url.len, head->url.text, head->url.len) == 0
        && read_moment(at + 1, head->name.len - before - 1, ret_moment);
    if (capture) {
        *ret_address = likeness_address(head->url);
    }
    return capture;
}

/* The address begins the name, or stands behind the path of the archive in another ("map/web.zip!/een.warc!/https://..."). */
bool likeness_named_capture(const char *name, uint64_t *ret_address, uint64_t *ret_moment)
{
    const char *start = name, *at = strrchr(name, '@');
    while (start != NULL && strncasecmp(start, "http://", 7) != 0 && strncasecmp(start, "https://", 8) != 0) {
        start = strstr(start, "!/");
        start = start != NULL ? start + 2 : NULL;
    }
    if (start == NULL || at == NULL || at < start || !read_moment(at + 1, strlen(at + 1), ret_moment)) {
        return false;
    }
    *ret_address = likeness_address((struct doc_string){ start, (size_t)(at - start) });
    return true;
}

/* A uid is 16 hexadecimal digits. */
static uint64_t read_uid(struct doc_string uid)
{
    uint64_t number = 0;
    for (size_t i = 0; i < uid.len; i++) {
        char c = uid.text[i];
        number = number << 4 | (uint64_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
    }
    return number;
}

enum err_code likeness_add(struct shim_doc *doc, const struct compose_input *input, const char *shown, struct err *err)
{
    uint8_t content[LIKENESS_CONTENT_BYTES], sketch[SKETCH_BYTES], capture[LIKENESS_CAPTURE_BYTES];
    const struct doc_head *head = &input->head;
    uint64_t address, moment;
    _Static_assert(SKETCH_CONTENT_BYTES + 8 == LIKENESS_CONTENT_BYTES, "digest and uid");
    /* The same text is the same document, whatever it is called where it lies; little text may be about anything. */
    size_t title_len = input->text_len < LIKENESS_SHORT ? head->title.len : 0;
    enum err_code code = sketch_content(head->title.text, title_len, input->text, input->text_len, content, err);
    put_big_endian(read_uid(head->uid), content + SKETCH_CONTENT_BYTES);
    if (code == ERR_OK) {
        code = shim_doc_set_value(doc, SCHEMA_SLOT_CONTENT, content, sizeof content, err);
    }
    if (code == ERR_OK && sketch_text(shown, input->text_len, sketch)) {
        code = shim_doc_set_value(doc, SCHEMA_SLOT_SKETCH, sketch, sizeof sketch, err);
    }
    if (code == ERR_OK && likeness_capture(head, &address, &moment)) {
        put_big_endian(address, capture);
        put_big_endian(moment, capture + 8);
        code = shim_doc_set_value(doc, SCHEMA_SLOT_CAPTURE, capture, sizeof capture, err);
    }
    return code;
}
