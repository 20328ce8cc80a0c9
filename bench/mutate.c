/* mutate.c - bench/mutate: a corpus as it is a day later: some documents changed, some new, some gone.
 *
 *     bench/mutate --changes M --seed S corpus.jsonl >next.jsonl
 *
 * Of M documents, drawn evenly, a tenth goes, a tenth is followed by a new one, and the others get other text in some
 * places: a piece of a few hundred bytes is replaced by one of the document that was drawn before, and a sentence with a date and a
 * number comes in.  A new document has a new id, the first half of one text and the second of another.  All other lines stay
 * as they are, byte by byte.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/opt.h"
#include "bench/records.h"
#include "bench/words.h"

#define PIECE 300             /* bytes that are replaced in one place */
#define BYTES_A_PLACE 20000   /* one place more for so many bytes of text */
#define PLACES_MAX 5
#define DONOR_MAX 100000
#define RECORD_MAX ((size_t)1 << 30)

static struct {
    long changes, seed;
    bool help;
} options = { .changes = 100, .seed = 1 };

static const struct opt option_table[] = {
    { "changes", 0, OPT_NUMBER, &options.changes, 1, 10000000, "N", "documents to change, remove or add (100)" },
    { "seed", 0, OPT_NUMBER, &options.seed, 0, 1L << 62, "N", "for other changes (1)" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/mutate",
    .usage = "[--changes N] [--seed N] FILE",
    .summary = "Writes a file of records as it is a day later.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

enum fate { FATE_STAYS, FATE_CHANGES, FATE_GOES, FATE_GETS_NEXT };

struct night {
    struct dice dice;
    unsigned char *fates; /* of each record, enum fate */
    size_t count, at;
    struct buf donor;     /* text of the document that was drawn before */
    struct buf text, out;
};

/* A place at or after `at` where a word ends, or the end. */
static size_t after_word(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] != ' ' && text[at] != '\n') {
        at++;
    }
    return at;
}

static size_t some_place(struct night *night, const char *text, size_t len)
{
    return after_word(text, len, len > 0 ? dice_below(&night->dice, (uint32_t)(len < UINT32_MAX ? len : UINT32_MAX)) : 0);
}

static void add_donated(struct night *night)
{
    size_t start = some_place(night, night->donor.data, night->donor.len);
    size_t end = after_word(night->donor.data, night->donor.len,
                            start + PIECE < night->donor.len ? start + PIECE : night->donor.len);
    buf_add(&night->text, night->donor.data + start, end - start);
    buf_printf(&night->text, " Gewijzigd op %u-%u-%u onder nummer %u.", dice_below(&night->dice, 28) + 1,
               dice_below(&night->dice, 12) + 1, dice_below(&night->dice, 30) + 2000, dice_below(&night->dice, 1000000));
}

/* The text with pieces replaced: from front to back, each place somewhere in the next stretch. */
static void change_text(struct night *night, const struct record *record)
{
    size_t places = 1 + record->text_len / BYTES_A_PLACE, done = 0;
    places = places > PLACES_MAX ? PLACES_MAX : places;
    for (size_t i = 0; i < places; i++) {
        size_t stretch = (i + 1) * (record->text_len / places);
        if (done >= stretch) {
            continue;
        }
        size_t start = done + some_place(night, record->text + done, stretch - done);
        size_t end = start + PIECE < record->text_len ? start + PIECE : record->text_len;
        buf_add(&night->text, record->text + done, start - done);
        add_donated(night);
        done = after_word(record->text, record->text_len, end);
    }
    buf_add(&night->text, record->text + done, record->text_len - done);
}

static void mix_text(struct night *night, const struct record *record)
{
    size_t first = after_word(record->text, record->text_len, record->text_len / 2);
    size_t second = after_word(night->donor.data, night->donor.len, night->donor.len / 2);
    buf_add(&night->text, record->text, first);
    buf_add(&night->text, night->donor.data + second, night->donor.len - second);
    add_donated(night);
}

static void add_line(struct night *night, const struct record *record)
{
    if (record->line != NULL) {
        buf_add(&night->out, record->line, record->line_len);
        buf_add_char(&night->out, '\n');
    } else {
        record_write_json(&night->out, record);
    }
}

static void live(struct night *night, const struct record *record, enum fate fate)
{
    AUTO_BUF struct buf id;
    buf_init(&id, 4096);
    struct record other = *record;
    other.line = NULL;
    buf_clear(&night->text);
    if (fate == FATE_STAYS || fate == FATE_GETS_NEXT) {
        add_line(night, record);
    }
    if (fate == FATE_CHANGES) {
        change_text(night, record);
    } else if (fate == FATE_GETS_NEXT) {
        buf_printf(&id, "%.*s+%ld.%zu", (int)(record->id_len < 1000 ? record->id_len : 1000), record->id, options.seed, night->at);
        other.id = id.data;
        other.id_len = id.len;
        mix_text(night, record);
    }
    if (night->text.len > 0 && !night->text.failed) {
        other.text = night->text.data;
        other.text_len = night->text.len;
        record_write_json(&night->out, &other);
    }
    if (fate != FATE_STAYS) {
        size_t most = record->text_len < DONOR_MAX ? record->text_len : DONOR_MAX, end = most;
        while (most < record->text_len && end > 0 && record->text[end] != ' ') {
            end--;
        }
        buf_clear(&night->donor);
        buf_add(&night->donor, record->text, end);
    }
}

static enum err_code take(void *context, const struct record *record, struct err *err)
{
    struct night *night = context;
    live(night, record, night->at < night->count ? (enum fate)night->fates[night->at] : FATE_STAYS);
    night->at++;
    enum err_code code = buf_check(&night->text, "a text", err);
    code = code == ERR_OK ? buf_check(&night->out, "a record", err) : code;
    if (code == ERR_OK && night->out.len > 0 && fwrite(night->out.data, 1, night->out.len, stdout) != night->out.len) {
        code = err_errno(err, errno, "cannot write");
    }
    buf_clear(&night->out);
    return code;
}

static enum err_code count_record(void *context, const struct record *record, struct err *err)
{
    (void)record;
    (void)err;
    ++*(size_t *)context;
    return ERR_OK;
}

/* Draws without putting back. */
static enum err_code draw_fates(struct night *night, struct err *err)
{
    if ((size_t)options.changes > night->count) {
        return err_set(err, ERR_INVALID, "%ld changes are more than the %zu documents", options.changes, night->count);
    }
    night->fates = calloc(night->count, 1);
    if (night->fates == NULL) {
        return err_nomem(err, "the changes");
    }
    for (long i = 0; i < options.changes;) {
        size_t at = (size_t)(dice_next(&night->dice) % night->count);
        if (night->fates[at] == FATE_STAYS) {
            night->fates[at] = (unsigned char)(i % 10 == 0 ? FATE_GOES : i % 10 == 1 ? FATE_GETS_NEXT : FATE_CHANGES);
            i++;
        }
    }
    return ERR_OK;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct night night = { 0 };
    int operands = 0;
    enum err_code code = opt_parse(&program, argc, argv, &operands, &err);
    if (code == ERR_OK && (options.help || operands != 1)) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    buf_init(&night.donor, RECORD_MAX);
    buf_init(&night.text, RECORD_MAX);
    buf_init(&night.out, RECORD_MAX);
    dice_init(&night.dice, (uint64_t)options.seed);
    if (code == ERR_OK && (code = records_each(argv[1], 0, count_record, &night.count, &err)) == ERR_OK
        && (code = draw_fates(&night, &err)) == ERR_OK) {
        buf_add_str(&night.donor, "Het besluit is genomen.");
        code = records_each(argv[1], 0, take, &night, &err);
    }
    if (code == ERR_OK && fflush(stdout) != 0) {
        code = err_errno(&err, errno, "cannot write");
    }
    free(night.fates);
    buf_done(&night.donor);
    buf_done(&night.text);
    buf_done(&night.out);
    if (code != ERR_OK) {
        fprintf(stderr, "bench/mutate: %s\n", err.text);
    }
    return code != ERR_OK;
}
