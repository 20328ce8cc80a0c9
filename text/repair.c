/* repair.c - one pass over a text: copies it, stops at the few bytes where something may be broken, and records what it mends.
 *
 * A line end is judged when the first chunk of the next line has been copied (and mended) too, so that rules see words as they
 * will stand.  When a word is joined its second half is moved before the line end, and the line end is judged again.
 *
 * Where spaces at line ends tell nothing, the first pass mends what is certain.  Only a text in which that is not rare has lost
 * its hyphens: a second pass then uses weaker rules and notes doubts, and a third knows what the document says of these.  The
 * mended text has no certain breaks left, so mending it again does nothing.
 */
#include "text/repair.h"

#include <string.h>

#include "text/repair_rules.h"

/* ---- Records ------------------------------------------------------------------------------ */

void repairs_done(struct repairs *repairs)
{
    free(repairs->items);
    *repairs = (struct repairs){ 0 };
}

size_t repair_source(const struct repairer *repairer, size_t out_at)
{
    const struct repairs *repairs = repairer->repairs;
    if (repairs->count == 0) {
        return out_at;
    }
    const struct repair *last = &repairs->items[repairs->count - 1];
    return out_at - (last->out_start + last->out_len) + last->start + last->len;
}

void repair_record(struct repairer *repairer, enum repair_kind kind, size_t end, size_t out_start)
{
    struct repairs *repairs = repairer->repairs;
    size_t start = SIZE_MAX;
    while (repairs->count > 0) {
        const struct repair *last = &repairs->items[repairs->count - 1];
        if (last->out_start + last->out_len <= out_start) {
            break;
        }
        start = last->start;
        if (last->out_start < out_start) {
            out_start = last->out_start;
        } else {
            start = SIZE_MAX; /* it begins behind; what is before it is mapped below */
        }
        repairs->count--;
    }
    if (start == SIZE_MAX) {
        start = repair_source(repairer, out_start);
    }
    if (mem_grow(&repairs->items, &repairs->capacity, repairs->count, sizeof *repairs->items) != 0) {
        repairer->nomem = true;
        return;
    }
    repairs->items[repairs->count++] = (struct repair){
        .kind = kind, .start = (uint32_t)start, .len = (uint32_t)(end - start),
        .out_start = (uint32_t)out_start, .out_len = (uint32_t)(repairer->out->len - out_start),
    };
}

uint32_t repair_map(const struct repairs *repairs, uint32_t at)
{
    size_t low = 0, high = repairs->count; /* items[low - 1] is the last that starts at or before `at` */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (repairs->items[middle].start <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return at;
    }
    const struct repair *repair = &repairs->items[low - 1];
    uint32_t inside = at - repair->start;
    if (inside >= repair->len) {
        return repair->out_start + repair->out_len + (inside - repair->len);
    }
    return repair->out_start + (inside < repair->out_len ? inside : repair->out_len);
}

/* ---- The pass ----------------------------------------------------------------------------- */

/* A line end in `out` that waits for the first chunk of the next line. */
struct pending {
    bool waiting;
    size_t line_end; /* in out: its first newline */
    size_t newlines; /* 1, or 2 with an empty line between */
    size_t limit;    /* in the text: where the chunk ends */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Bytes that begin something to look at. */
static bool is_trigger(unsigned char byte)
{
    return byte == '\n' || byte == 'f' || byte == 0xC2 || byte == 0xC3 || byte == 0xEF;
}

static void make_triggers(bool table[256])
{
    for (unsigned byte = 0; byte < 256; byte++) {
        table[byte] = is_trigger((unsigned char)byte);
    }
}

/* Whether the line end of `out` at `line_end` has a letter or hyphen before it, and `after` is a letter. */
static bool may_break(const struct repairer *repairer, size_t line_end, size_t newlines, unsigned char after)
{
    const struct buf *out = repairer->out;
    size_t end = line_end;
    while (end > 0 && out->data[end - 1] == ' ') {
        end--;
    }
    if (end == 0) {
        return false;
    }
    unsigned char before = (unsigned char)out->data[end - 1];
    if (repairer->spaced && newlines == 1 && end < line_end && before != '-' && before != 0xAD) {
        return false; /* an ordinary wrap; 0xAD ends a soft hyphen */
    }
    bool left = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') || before == '-' || before >= 0x80;
    bool right = (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') || after >= 0xC3;
    return left && right;
}

/* Makes the line end that was just copied wait, when it may break a word. */
static void await(const struct repairer *repairer, struct pending *pending, size_t line_end, size_t newlines, size_t at)
{
    pending->waiting = false;
    if (at >= repairer->len || !may_break(repairer, line_end, newlines, (unsigned char)repairer->text[at])) {
        return;
    }
    size_t limit = at;
    while (limit < repairer->len && limit - at <= CHUNK_BYTES_MAX && !is_blank(repairer->text[limit])) {
        limit++;
    }
    if (limit - at <= CHUNK_BYTES_MAX) {
        *pending = (struct pending){ .waiting = true, .line_end = line_end, .newlines = newlines, .limit = limit };
    }
}

/* Takes the line end out of `out`, with spaces and a dropped hyphen before it.  Returns where the halves meet. */
static size_t weld(struct buf *out, size_t line_end, size_t newlines, enum line_verdict verdict)
{
    size_t left_end = line_end, chunk = line_end + newlines;
    while (left_end > 0 && out->data[left_end - 1] == ' ') {
        left_end--;
    }
    bool soft = left_end > 1 && memcmp(out->data + left_end - 2, "\xC2\xAD", 2) == 0;
    left_end -= soft ? 2 : verdict == LINE_JOIN && out->data[left_end - 1] == '-';
    memmove(out->data + left_end, out->data + chunk, out->len - chunk);
    out->len -= chunk - left_end;
    out->data[out->len] = '\0';
    return left_end;
}

/* A joined word that is all of its line so far may be what the line before was waiting for.  Returns where the first of all
 * halves ends. */
static size_t weld_back(struct repairer *repairer, size_t left_end)
{
    struct buf *out = repairer->out;
    for (;;) {
        size_t start = out->len;
        while (start > 0 && out->len - start <= CHUNK_BYTES_MAX && !is_blank(out->data[start - 1])) {
            start--;
        }
        if (start < 2 || start == out->len || out->data[start - 1] != '\n') {
            return left_end;
        }
        size_t newlines = out->data[start - 2] == '\n' ? 2 : 1;
        size_t line_end = start - newlines;
        if ((newlines == 2 && (line_end == 0 || out->data[line_end - 1] == '\n'))
            || !may_break(repairer, line_end, newlines, (unsigned char)out->data[start])) {
            return left_end;
        }
        enum line_verdict verdict = line_judge(repairer, out->data, out->len, line_end, start, newlines == 2);
        if (verdict == LINE_KEEP) {
            return left_end;
        }
        left_end = weld(out, line_end, newlines, verdict);
    }
}

/* Moves the chunk behind the line end before it.  Returns where to go on in the text; the line end waits again. */
static size_t join(struct repairer *repairer, struct pending *pending, enum line_verdict verdict, size_t at)
{
    struct buf *out = repairer->out;
    size_t newlines = pending->newlines;
    size_t left_end = weld_back(repairer, weld(out, pending->line_end, newlines, verdict));
    size_t next = at;
    while (next < repairer->len && (repairer->text[next] == ' ' || repairer->text[next] == '\t')) {
        next++;
    }
    bool rest = next < repairer->len && repairer->text[next] != '\n' && repairer->text[next] != '\f';
    if (!rest) {
        repair_record(repairer, REPAIR_LINE_END, at, left_end);
        return at;
    }
    size_t line_end = out->len + repairer->spaced;
    buf_add(out, " ", repairer->spaced);
    buf_add(out, "\n\n", newlines);
    repair_record(repairer, REPAIR_LINE_END, next, left_end);
    if (!out->failed) {
        await(repairer, pending, line_end, newlines, next);
    }
    return next;
}

static size_t end_line(struct repairer *repairer, struct pending *pending, size_t at)
{
    size_t line_end = repairer->out->len;
    size_t newlines = at + 1 < repairer->len && repairer->text[at + 1] == '\n' ? 2 : 1;
    buf_add(repairer->out, repairer->text + at, newlines);
    if (!repairer->out->failed) {
        await(repairer, pending, line_end, newlines, at + newlines);
    }
    return at + newlines;
}

/* Looks at the trigger at `at`; returns where to go on. */
static size_t look(struct repairer *repairer, struct pending *pending, size_t at)
{
    char byte = repairer->text[at];
    if (byte == '\n') {
        return end_line(repairer, pending, at);
    }
    size_t used = 0;
    if (byte >= '0' && byte <= '9') {
        used = glyph_note(repairer, at);
    } else if (byte == 'f') {
        used = glyph_gap(repairer, at);
    } else if ((unsigned char)byte == 0xEF) {
        used = glyph_replacement(repairer, at);
    } else {
        used = glyph_accent(repairer, at);
    }
    if (used == 0) {
        buf_add(repairer->out, repairer->text + at, 1);
        used = 1;
    }
    return at + used;
}

/* Judges the line end that waits, now that its chunk has been copied up to `at`. */
static size_t settle(struct repairer *repairer, struct pending *pending, size_t at)
{
    struct buf *out = repairer->out;
    size_t next = pending->line_end + pending->newlines;
    pending->waiting = false;
    if (out->failed || out->len - next >= 2 * CHUNK_BYTES_MAX) {
        return at;
    }
    enum line_verdict verdict = line_judge(repairer, out->data, out->len, pending->line_end, next, pending->newlines == 2);
    return verdict == LINE_KEEP ? at : join(repairer, pending, verdict, at);
}

static void run(struct repairer *repairer)
{
    bool triggers[256];
    struct pending pending = { .waiting = false };
    make_triggers(triggers);
    memset(triggers + '0', repairer->notes.count > 0, 10);
    repairer->notes.next = 0;
    size_t at = 0;
    while ((at < repairer->len || pending.waiting) && !repairer->out->failed && !repairer->nomem) {
        if (pending.waiting && at >= pending.limit) {
            if (at > pending.limit) { /* a repair took in the white space there: the chunk goes on */
                size_t more = at;
                while (more < repairer->len && more - at <= CHUNK_BYTES_MAX && !is_blank(repairer->text[more])) {
                    more++;
                }
                pending.limit = more;
                pending.waiting = more - at <= CHUNK_BYTES_MAX;
                if (more > at) {
                    continue;
                }
            }
            at = settle(repairer, &pending, at);
            continue;
        }
        size_t stop = pending.waiting ? pending.limit : repairer->len;
        size_t plain = at;
        while (at < stop && !triggers[(unsigned char)repairer->text[at]]) {
            at++;
        }
        buf_add(repairer->out, repairer->text + plain, at - plain);
        if (at < stop && !repairer->out->failed) {
            at = look(repairer, &pending, at);
        }
    }
}

/* ---- The text ----------------------------------------------------------------------------- */

#define CERTAIN_LEAST 2     /* certain breaks that make a text a broken one ... */
#define CERTAIN_RARITY 400  /* ... when at least one in so many line ends is */

static bool failed(const struct repairer *repairer)
{
    return repairer->out->failed || repairer->nomem || repairer->doubts.nomem;
}

static void run_again(struct repairer *repairer)
{
    repairer->repairs->count = 0;
    repairer->out->len = 0;
    run(repairer);
}

enum err_code repair_text(const struct compounds *compounds, const struct words *words, const char *text, size_t len,
                          struct buf *out, struct repairs *repairs, struct err *err)
{
    if (len > UINT32_MAX) {
        return err_set(err, ERR_INVALID, "a text of %zu bytes is too long to repair", len);
    }
    struct repairer repairer = {
        .compounds = compounds, .words = words, .text = text, .len = len, .out = out, .repairs = repairs,
        .spaced = line_ends_are_spaced(text, len), .checked = words_count(words) > 0,
    };
    repairs->count = 0;
    buf_add(out, "", 0);
    notes_find(&repairer);
    run(&repairer);
    repairer.broken = repairer.certain >= CERTAIN_LEAST && repairer.certain >= repairer.judged / CERTAIN_RARITY;
    if (repairer.broken && !failed(&repairer)) {
        run_again(&repairer);
        if (repairer.doubts.count > 0 && !failed(&repairer)) {
            doubts_resolve(&repairer);
            if (repairer.doubts.count > 0 && !failed(&repairer)) {
                run_again(&repairer);
            }
        }
    }
    bool nomem = repairer.nomem || repairer.doubts.nomem;
    doubts_done(&repairer.doubts);
    free(repairer.notes.items);
    return nomem ? err_nomem(err, "repair_text") : buf_check(out, "repaired text", err);
}
