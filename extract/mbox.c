/* mbox.c - mailboxes: messages one after another, each behind a line "From someone date" (RFC 4155).
 *
 * Only one message is in memory at a time.  The id of a message is the place where it begins, "@OFFSET": it stays the same
 * when the mailbox grows.  ">From " at the start of a line was "From " (the 'mboxrd' and 'mboxo' ways of quoting).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "extract/detect.h"
#include "extract/internal.h"
#include "extract/nest.h"

#define LINE_LOOK 1024 /* bytes that are looked at ahead */

/* Whether "From " begins a message: it ends in a date as mail programs write it, or there is a colon and header fields follow. */
static bool begins_message(const char *bytes, size_t len)
{
    const char *newline = len > 5 && memcmp(bytes, "From ", 5) == 0 ? memchr(bytes, '\n', len) : NULL;
    if (newline == NULL || memchr(bytes, ':', (size_t)(newline - bytes)) == NULL) {
        return false;
    }
    if (detect_has_time(bytes, (size_t)(newline - bytes))) {
        return true;
    }
    const char *end = bytes + len, *at = newline + 1;
    if (at < end && (*at == '>' || *at == '\r' || *at == '\n')) {
        return true; /* the quoted line of another program; or a message without a header */
    }
    while (at < end && *at > ' ' && *at < 0x7F && *at != ':') {
        at++;
    }
    return at < end && at > newline + 1 && *at == ':';
}

/* One message that is being gathered. */
struct mailbox {
    struct nest *nest;
    struct stream *stream;
    struct buf message, line;
    uint64_t begins; /* where it does */
    bool open, after_blank;
};

static enum err_code give(struct mailbox *mailbox, struct err *err)
{
    char name[32];
    snprintf(name, sizeof name, "@%" PRIu64, mailbox->begins);
    struct nest_member member = { .name = name, .file = "", .media = "message/rfc822" };
    if (!mailbox->open || !nest_may_go_on(mailbox->nest)) {
        return ERR_OK;
    }
    if (mailbox->message.failed) {
        return nest_tell(mailbox->nest, &member, false, "the message is larger than a worker's memory allows", err);
    }
    CLEANUP(stream_done) struct stream stream;
    stream_of_bytes(&stream, mailbox->message.data, mailbox->message.len);
    return mailbox->message.len > 0 ? nest_member(mailbox->nest, &stream, &member, err) : ERR_OK;
}

static enum err_code take_line(struct mailbox *mailbox, bool *ret_more, struct err *err)
{
    const char *bytes;
    size_t len;
    uint64_t at = mailbox->stream->at;
    enum err_code code = stream_peek(mailbox->stream, LINE_LOOK, &bytes, &len, err);
    bool begins = code == ERR_OK && mailbox->after_blank && begins_message(bytes, len);
    if (code == ERR_OK && begins) {
        code = give(mailbox, err);
        buf_clear(&mailbox->message);
        mailbox->begins = at;
        mailbox->open = true;
    }
    if (code == ERR_OK) {
        code = stream_line(mailbox->stream, mailbox->line.max, &mailbox->line, ret_more, err);
    }
    if (code != ERR_OK || !*ret_more) {
        return code;
    }
    const struct buf *line = &mailbox->line;
    mailbox->after_blank = line->len == 0;
    if (!begins && line->data != NULL) {
        size_t quotes = strspn(line->data, ">");
        bool quoted = quotes > 0 && strncmp(line->data + quotes, "From ", 5) == 0;
        buf_add(&mailbox->message, line->data + quoted, line->len - quoted);
        buf_add_char(&mailbox->message, '\n');
    } else if (!begins) {
        buf_add_char(&mailbox->message, '\n');
    }
    return ERR_OK;
}

enum err_code mbox_run(struct nest *nest, struct stream *stream, const struct nest_member *member, struct err *err)
{
    struct mailbox mailbox = { .nest = nest, .stream = stream, .after_blank = true };
    bool more = true;
    enum err_code code = ERR_OK;
    (void)member;
    buf_init(&mailbox.message, (size_t)(nest->caps->memory_bytes / 8));
    buf_init(&mailbox.line, (size_t)(nest->caps->memory_bytes / 8));
    while (more && code == ERR_OK) {
        code = take_line(&mailbox, &more, err);
    }
    if (code == ERR_OK) {
        code = give(&mailbox, err);
    }
    buf_done(&mailbox.message);
    buf_done(&mailbox.line);
    return code;
}
