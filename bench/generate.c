/* generate.c - bench/generate: any number of invented Dutch documents, with words as frequent as in real ones.
 *
 *     bench/generate --documents N [--seed S] [--mean-bytes B] [--first N] [--words FILE] >corpus.jsonl
 *     bench/generate --documents N --describe            the shape of what would be written, as tables
 *     bench/generate --describe corpus.jsonl             the shape of a corpus
 *     bench/generate --documents N --queries M           queries whose words stand in the title of one of the documents
 *
 * One JSON object a line with id, title and text.  Words: bench/words.h.  A document has one main topic and a second one, and
 * uses words again that it used before, so that its words gather in it as they do in real texts.  Documents, sentences and
 * paragraphs have log-normal lengths; sentences have dates, amounts, numbers and citations; a document belongs to one of some
 * sources, which puts the same lines above and below most of its documents.  There is no grammar in them.
 *
 * A document depends on seed and number only: the first N of two corpora of different size are the same.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/opt.h"
#include "bench/records.h"
#include "bench/shape.h"
#include "bench/words.h"

#define SOURCES 20
#define RECENT 64          /* words of a document that it may use again */
#define AGAIN 0.45         /* how often running text does */
#define TOPICAL 0.6        /* how often a word that is not common is one of the topic */
#define DOCUMENT_SIGMA 1.2
#define FRAME_BYTES 220.0  /* of the lines of a source, and half a sentence */
#define SENTENCE_BYTES 130.0
#define DOCUMENT_MIN 40.0
#define DOCUMENT_MAX 5e6
#define DOCUMENT_BYTES_MAX ((size_t)64 << 20)
#define QUERY_WORDS_MAX 3

static struct {
    const char *words;
    long documents, seed, mean_bytes, first, queries;
    bool describe, help;
} options = { .words = "/usr/share/dict/dutch", .documents = 10000, .seed = 1, .mean_bytes = 1000, .first = 1 };

static const struct opt option_table[] = {
    { "documents", 'n', OPT_NUMBER, &options.documents, 1, 1L << 40, "N", "how many (10000)" },
    { "seed", 0, OPT_NUMBER, &options.seed, 0, 1L << 62, "N", "for other documents (1)" },
    { "mean-bytes", 0, OPT_NUMBER, &options.mean_bytes, 100, 1000000, "N", "mean length of a text (1000)" },
    { "first", 0, OPT_NUMBER, &options.first, 1, 1L << 40, "N", "number of the first (1)" },
    { "words", 0, OPT_STRING, &options.words, 0, 0, "FILE", "list of Dutch words (/usr/share/dict/dutch, of Debian's wdutch)" },
    { "queries", 0, OPT_NUMBER, &options.queries, 1, 1000000, "N", "print queries instead: number TAB words TAB query" },
    { "describe", 0, OPT_FLAG, &options.describe, 0, 0, NULL, "print the shape instead, or that of a corpus" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/generate",
    .usage = "--documents N [--seed N] [--mean-bytes N] | --documents N --queries N | --describe [FILE]",
    .summary = "Writes invented Dutch documents with natural word frequencies, a JSON object a line.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* The document that is being written. */
struct document {
    const struct words *words;
    struct dice dice;
    uint32_t topics[2];
    uint64_t recent[RECENT];
    uint32_t recent_count; /* so far; the last RECENT are kept */
    uint32_t source;
    struct buf title, text;
};

static uint32_t between(struct dice *dice, uint32_t least, uint32_t most)
{
    return least + dice_below(dice, most - least + 1);
}

/* ---- Words and what stands among them ------------------------------------------------------- */

/* `again`: how often it is one that the document used before. */
static uint64_t next_word(struct document *document, double again)
{
    struct dice *dice = &document->dice;
    uint32_t kept = document->recent_count < RECENT ? document->recent_count : RECENT;
    double u = dice_unit(dice);
    uint64_t rank = words_draw(dice, document->topics[u * 1000 - (uint32_t)(u * 1000) < 0.3], TOPICAL);
    if (words_is_common(rank)) {
        return rank;
    }
    if (kept > 0 && u < again) {
        return document->recent[dice_below(dice, kept)];
    }
    document->recent[document->recent_count++ % RECENT] = rank;
    return rank;
}

static void add_date(struct dice *dice, struct buf *out)
{
    static const char *const months[] = { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
                                          "oktober", "november", "december" };
    uint32_t day = between(dice, 1, 28), month = between(dice, 1, 12), year = between(dice, 1980, 2024);
    switch (dice_below(dice, 4)) {
    case 0:
        buf_printf(out, "%02u-%02u-%u", day, month, year);
        break;
    case 1:
        buf_printf(out, "%s %u", months[month - 1], year);
        break;
    default:
        buf_printf(out, "%u %s %u", day, months[month - 1], year);
    }
}

/* A number, an amount, a citation. */
static void add_figure(struct dice *dice, struct buf *out)
{
    switch (dice_below(dice, 8)) {
    case 0:
    case 1:
        add_date(dice, out);
        break;
    case 2:
        buf_printf(out, "\xE2\x82\xAC %u.%03u", between(dice, 1, 900), dice_below(dice, 1000));
        break;
    case 3:
        buf_printf(out, "%u,%u procent", dice_below(dice, 100), dice_below(dice, 10));
        break;
    case 4:
        buf_printf(out, "artikel %u, lid %u", between(dice, 1, 200), between(dice, 1, 9));
        break;
    case 5:
        buf_printf(out, "TK %u %03u, nr. %u", between(dice, 20, 36), dice_below(dice, 1000), between(dice, 1, 200));
        break;
    default:
        buf_printf(out, "%u", (uint32_t)dice_lognormal(dice, 40, 1.5) + 1);
    }
}

static void capital(struct buf *out, size_t at)
{
    if (at < out->len && islower((unsigned char)out->data[at])) {
        out->data[at] = (char)toupper((unsigned char)out->data[at]);
    }
}

static uint32_t length_of(struct dice *dice, double mean, double sigma, uint32_t least, uint32_t most)
{
    double length = dice_lognormal(dice, mean, sigma);
    return length < least ? least : length > most ? most : (uint32_t)length;
}

static void add_sentence(struct document *document, struct buf *out)
{
    struct dice *dice = &document->dice;
    uint32_t words = length_of(dice, 20, 0.6, 3, 80);
    size_t start = out->len;
    uint64_t before = 0;
    for (uint32_t i = 0; i < words; i++) {
        double u = dice_unit(dice);
        if (i > 0) {
            buf_add_str(out, u < 0.06 ? ", " : " ");
        }
        if (u > 0.975) {
            add_figure(dice, out);
            continue;
        }
        uint64_t rank = next_word(document, AGAIN);
        rank = rank == before ? next_word(document, AGAIN) : rank; /* "de de" */
        words_add(document->words, rank, out);
        before = rank;
    }
    capital(out, start);
    buf_add_char(out, dice_below(dice, 40) == 0 ? '?' : dice_below(dice, 20) == 0 ? ';' : '.');
}

/* Words of weight with few common ones between. */
static void add_heading(struct document *document, uint32_t words, struct buf *out)
{
    size_t start = out->len;
    for (uint32_t i = 0; i < words; i++) {
        uint64_t rank = next_word(document, 0);
        for (int tries = 0; words_is_common(rank) && (i == 0 || i + 1 == words || tries < 1); tries++) {
            rank = next_word(document, 0);
        }
        buf_add_str(out, i > 0 ? " " : "");
        words_add(document->words, rank, out);
    }
    capital(out, start);
}

/* ---- Documents ---------------------------------------------------------------------------- */

/* Lines that a source puts on its documents, above (0) or below (1); always the same. */
static void add_source_lines(const struct document *document, unsigned where, struct buf *out)
{
    struct document lines = { .words = document->words };
    dice_init(&lines.dice, (uint64_t)options.seed * 7919 + document->source * 2 + where);
    lines.topics[0] = lines.topics[1] = document->source % WORDS_TOPICS;
    if (where == 0) {
        add_heading(&lines, between(&lines.dice, 2, 4), out);
        buf_add_str(out, "\n\n");
        return;
    }
    add_heading(&lines, between(&lines.dice, 3, 5), out);
    buf_add_str(out, " | ");
    add_sentence(&lines, out);
    buf_add_char(out, '\n');
}

static void write_text(struct document *document)
{
    struct dice *dice = &document->dice;
    struct buf *text = &document->text;
    double wanted = dice_lognormal(dice, (double)options.mean_bytes, DOCUMENT_SIGMA);
    wanted = wanted < DOCUMENT_MIN ? DOCUMENT_MIN : wanted > DOCUMENT_MAX ? DOCUMENT_MAX : wanted;
    bool framed = dice_below(dice, 10) < 6;
    if (framed) {
        add_source_lines(document, 0, text);
    }
    wanted -= framed ? FRAME_BYTES : SENTENCE_BYTES / 2; /* what is below, or half a sentence too many */
    do {
        if (dice_below(dice, 7) == 0) {
            add_heading(document, between(dice, 1, 6), text);
            buf_add_str(text, "\n\n");
        }
        uint32_t sentences = length_of(dice, 4, 0.6, 1, 30);
        for (uint32_t i = 0; i < sentences && (i == 0 || (double)text->len < wanted); i++) {
            buf_add_str(text, i > 0 ? " " : "");
            add_sentence(document, text);
        }
        buf_add_str(text, "\n\n");
    } while ((double)text->len < wanted && !text->failed);
    if (framed) {
        add_source_lines(document, 1, text);
    }
}

static void make_title(struct document *document, uint64_t number)
{
    struct dice *dice = &document->dice;
    dice_init(dice, (uint64_t)options.seed * 0x9E3779B97F4A7C15u + number);
    document->recent_count = 0;
    document->source = dice_below(dice, SOURCES);
    document->topics[0] = dice_below(dice, WORDS_TOPICS);
    document->topics[1] = dice_below(dice, WORDS_TOPICS);
    buf_clear(&document->title);
    add_heading(document, between(dice, 2, 8), &document->title);
    if (dice_below(dice, 4) == 0) {
        buf_add_str(&document->title, " van ");
        add_date(dice, &document->title);
    }
}

static enum err_code make_document(struct document *document, uint64_t number, struct err *err)
{
    make_title(document, number);
    buf_clear(&document->text);
    write_text(document);
    enum err_code code = buf_check(&document->title, "a title", err);
    return code == ERR_OK ? buf_check(&document->text, "a text", err) : code;
}

static enum err_code write_documents(struct document *document, struct shape *shape, struct err *err)
{
    AUTO_BUF struct buf out;
    buf_init(&out, DOCUMENT_BYTES_MAX * 2);
    enum err_code code = ERR_OK;
    for (uint64_t i = 0; i < (uint64_t)options.documents && code == ERR_OK; i++) {
        char id[48];
        uint64_t number = (uint64_t)options.first + i;
        if ((code = make_document(document, number, err)) != ERR_OK) {
            break;
        }
        if (shape != NULL) {
            code = shape_add(shape, document->text.data, document->text.len, err);
            continue;
        }
        int len = snprintf(id, sizeof id, "bron-%02u/%09llu", document->source + 1, (unsigned long long)number);
        const struct record record = { .id = id, .id_len = (size_t)len, .title = document->title.data,
                                       .title_len = document->title.len, .text = document->text.data,
                                       .text_len = document->text.len };
        record_write_json(&out, &record);
        if ((code = buf_check(&out, "a record", err)) == ERR_OK && fwrite(out.data, 1, out.len, stdout) != out.len) {
            code = err_errno(err, errno, "cannot write");
        }
        buf_clear(&out);
    }
    return code;
}

/* One to three words of the title of a document that is drawn; the type is their number. */
static void write_queries(struct document *document)
{
    struct dice dice;
    dice_init(&dice, (uint64_t)options.seed);
    for (long i = 1; i <= options.queries; i++) {
        uint64_t number = (uint64_t)options.first + dice_next(&dice) % (uint64_t)options.documents;
        make_title(document, number);
        char *at = document->title.data, *save = NULL, *words[QUERY_WORDS_MAX];
        int count = 0, wanted = 1 + (int)(i % QUERY_WORDS_MAX);
        for (char *word; count < wanted && (word = strtok_r(at, " ", &save)) != NULL; at = NULL) {
            words[count] = word;
            count += strlen(word) > 3;
        }
        printf("q%ld\t%d\t", i, count);
        for (int k = 0; k < count; k++) {
            printf("%s%s", k > 0 ? " " : "", words[k]);
        }
        putchar('\n');
    }
}

static enum err_code describe_record(void *context, const struct record *record, struct err *err)
{
    return shape_add(context, record->text, record->text_len, err);
}

static enum err_code generate(struct shape *shape, struct err *err)
{
    CLEANUP(words_free_cleanup) struct words *words = NULL;
    enum err_code code = words_new(options.words, (uint64_t)options.seed, &words, err);
    if (code != ERR_OK) {
        return code;
    }
    struct document document = { .words = words };
    buf_init(&document.title, DOCUMENT_BYTES_MAX);
    buf_init(&document.text, DOCUMENT_BYTES_MAX);
    if (options.queries > 0) {
        write_queries(&document);
    } else {
        code = write_documents(&document, shape, err);
    }
    buf_done(&document.title);
    buf_done(&document.text);
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    CLEANUP(shape_free_cleanup) struct shape *shape = NULL;
    int operands = 0;
    enum err_code code = opt_parse(&program, argc, argv, &operands, &err);
    if (code == ERR_OK && (options.help || operands > options.describe)) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    if (code == ERR_OK && options.describe) {
        code = shape_new(&shape, &err);
    }
    if (code == ERR_OK) {
        code = operands > 0 ? records_each(argv[1], 0, describe_record, shape, &err) : generate(shape, &err);
    }
    if (code == ERR_OK && shape != NULL) {
        code = shape_print(shape, stdout, &err);
    }
    if (code == ERR_OK && fflush(stdout) != 0) {
        code = err_errno(&err, errno, "cannot write");
    }
    if (code != ERR_OK) {
        fprintf(stderr, "bench/generate: %s\n", err.text);
    }
    return code != ERR_OK;
}
