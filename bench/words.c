/* words.c - drawing words. */
#include "bench/words.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"

/* The double power law; bench/generate --describe shows how it compares. */
#define LAW_SHIFT 0.3     /* q */
#define LAW_BREAK 2500.0  /* b */
#define LAW_TAIL 1.65     /* g */
#define RANK_MAX 1e15

#define COMMON_RANKS 300     /* no topic below it */
#define TABLE_RANKS 1000000  /* ranks beyond are new words all */
#define NEW_FROM 1000.0      /* no new word below this rank; */
#define NEW_SHARE 0.31       /* this share more with every power of ten */
#define NEW_RANK UINT32_MAX
#define LIST_BYTES_MAX ((size_t)64 << 20)
#define LIST_WORDS_MIN 10000
#define WORD_MAX 24
#define PARTS_MAX 20000      /* words that compounds are made of */

/* Function words and the like by their frequency in written Dutch, roughly. */
static const char function_words[] =
    "de van het een en in is dat op te voor met zijn die aan niet er om ook als bij door naar uit of dan maar over wordt tot nog "
    "werd hij deze heeft worden meer ze kan was we zich dit moet geen hebben al na wel onder tussen zou je veel zal andere haar "
    "waar nu zo ik onze binnen zoals kunnen volgens zonder moeten indien hun men tegen wat per eerste tijdens twee alle ten daarom "
    "alleen omdat toch had waren jaar artikel nieuwe lid verder mogen gaan wij daar reeds echter aldus eigen elke bijvoorbeeld "
    "vooral sinds drie voorts kunt mag zij dus hier toen zullen hoe tweede enkele zowel beide vanaf tevens laatste vier onderdeel "
    "hem steeds via daarbij hierbij waarbij doen maken laten komt komen gaat staat werden hebt ben bent zelf altijd nooit vaak";

struct words {
    char *bytes;        /* the list, words ended by NUL */
    const char **words; /* by frequency; into bytes or function_words */
    size_t count;
    char *common;       /* copy of function_words, cut */
    const char **sorted; /* its words by the alphabet */
    const char **parts;
    size_t part_count;
    uint32_t *table;    /* rank to word, or NEW_RANK */
    uint64_t seed;
};

static uint64_t mix(uint64_t value)
{
    value += 0x9E3779B97F4A7C15u;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

static double unit_of(uint64_t value)
{
    return (double)(value >> 11) * 0x1p-53;
}

void dice_init(struct dice *dice, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++) {
        dice->state[i] = mix(seed + i * 0x9E3779B97F4A7C15u);
    }
}

static uint64_t rotate(uint64_t value, unsigned by)
{
    return value << by | value >> (64 - by);
}

uint64_t dice_next(struct dice *dice)
{
    uint64_t *s = dice->state, result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

double dice_unit(struct dice *dice)
{
    return unit_of(dice_next(dice));
}

uint32_t dice_below(struct dice *dice, uint32_t count)
{
    return (uint32_t)((dice_next(dice) >> 32) * count >> 32);
}

double dice_lognormal(struct dice *dice, double mean, double sigma)
{
    double radius = sqrt(-2 * log(1 - dice_unit(dice))), angle = 2 * acos(-1) * dice_unit(dice);
    return mean * exp(sigma * radius * cos(angle) - sigma * sigma / 2);
}

/* ---- The list ----------------------------------------------------------------------------- */

struct ordered {
    double key;
    const char *word;
};

static int by_key(const void *left, const void *right)
{
    const struct ordered *a = left, *b = right;
    return a->key < b->key ? -1 : a->key > b->key ? 1 : strcmp(a->word, b->word);
}

static bool usable(const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!islower((unsigned char)word[i]) && (unsigned char)word[i] < 0x80) {
            return false;
        }
    }
    return len >= 2 && len <= WORD_MAX;
}

/* Words of the list in an order by chance in which short ones tend to come first. */
static enum err_code order_list(struct words *words, struct ordered **ret_order, size_t *ret_count, struct err *err)
{
    struct ordered *order = NULL;
    size_t count = 0, capacity = 0;
    for (char *at = words->bytes, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        size_t len = (size_t)(end - at);
        if (!usable(at, len)) {
            continue;
        }
        if (mem_grow(&order, &capacity, count, sizeof *order) != 0) {
            free(order);
            return err_nomem(err, "the words");
        }
        double chance = unit_of(mix(words->seed ^ mix(count)));
        order[count++] = (struct ordered){ -log(1 - chance) * exp(0.45 * (double)len), at };
    }
    if (count > 0) {
        qsort(order, count, sizeof *order, by_key);
    }
    *ret_order = order;
    *ret_count = count;
    return ERR_OK;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* All words by rank: function words first. */
static enum err_code collect(struct words *words, const struct ordered *order, size_t count, struct err *err)
{
    words->common = strdup(function_words);
    words->words = calloc(count + sizeof function_words, sizeof *words->words);
    words->parts = calloc(PARTS_MAX, sizeof *words->parts);
    words->sorted = calloc(sizeof function_words, sizeof *words->sorted);
    if (words->common == NULL || words->sorted == NULL || words->words == NULL || words->parts == NULL) {
        return err_nomem(err, "the words");
    }
    for (char *at = words->common, *save = NULL, *word; (word = strtok_r(at, " ", &save)) != NULL; at = NULL) {
        words->sorted[words->count] = word;
        words->words[words->count++] = word;
    }
    const size_t common = words->count;
    qsort(words->sorted, common, sizeof *words->sorted, by_text);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(order[i].word);
        if (bsearch(&order[i].word, words->sorted, common, sizeof *words->sorted, by_text) != NULL) {
            continue;
        }
        words->words[words->count++] = order[i].word;
        if (len >= 4 && len <= 9 && words->part_count < PARTS_MAX) {
            words->parts[words->part_count++] = order[i].word;
        }
    }
    return ERR_OK;
}

/* Which ranks are words of the list, in order, and which are new. */
static enum err_code lay_out(struct words *words, struct err *err)
{
    words->table = calloc(TABLE_RANKS, sizeof *words->table);
    if (words->table == NULL) {
        return err_nomem(err, "the ranks");
    }
    size_t next = 0;
    for (size_t rank = 1; rank < TABLE_RANKS; rank++) {
        double share = (double)rank > NEW_FROM ? NEW_SHARE * log10((double)rank / NEW_FROM) : 0;
        bool is_new = next == words->count || unit_of(mix(words->seed + 1 + rank)) < share;
        words->table[rank] = is_new ? NEW_RANK : (uint32_t)next++;
    }
    return ERR_OK;
}

enum err_code words_new(const char *path, uint64_t seed, struct words **ret_words, struct err *err)
{
    CLEANUP(words_free_cleanup) struct words *words = calloc(1, sizeof *words);
    if (words == NULL) {
        return err_nomem(err, "the words");
    }
    AUTO_BUF struct buf bytes;
    AUTO_FREE struct ordered *order = NULL;
    size_t count = 0;
    buf_init(&bytes, LIST_BYTES_MAX);
    words->seed = mix(seed);
    enum err_code code = io_read_file(path, &bytes, err);
    buf_add_char(&bytes, '\n');
    if (code == ERR_OK && (code = buf_check(&bytes, path, err)) == ERR_OK) {
        words->bytes = buf_take(&bytes);
        code = order_list(words, &order, &count, err);
    }
    if (code == ERR_OK && count < LIST_WORDS_MIN) {
        code = err_set(err, ERR_INVALID, "%s has only %zu words that can be used (Debian package wdutch has a list)", path, count);
    }
    if (code == ERR_OK && (code = collect(words, order, count, err)) == ERR_OK && (code = lay_out(words, err)) == ERR_OK) {
        *ret_words = TAKE_PTR(words);
    }
    return code;
}

void words_free(struct words *words)
{
    if (words == NULL) {
        return;
    }
    free(words->bytes);
    free(words->words);
    free(words->common);
    free(words->sorted);
    free(words->parts);
    free(words->table);
    free(words);
}

/* ---- Drawing ------------------------------------------------------------------------------ */

uint64_t words_draw(struct dice *dice, uint32_t topic, double topical)
{
    static double head, share;
    if (share <= 0) { /* of the head in all: both integrals, the density 1/(b + q) at the break */
        head = log((LAW_BREAK + LAW_SHIFT) / (1 + LAW_SHIFT));
        share = head / (head + 1 / (LAW_TAIL - 1));
    }
    double u = dice_unit(dice), rank;
    if (u < share) {
        rank = (1 + LAW_SHIFT) * exp(u / share * head) - LAW_SHIFT;
    } else {
        rank = (LAW_BREAK + LAW_SHIFT) * pow((1 - u) / (1 - share), -1 / (LAW_TAIL - 1)) - LAW_SHIFT;
    }
    uint64_t drawn = rank < RANK_MAX ? (uint64_t)rank : (uint64_t)RANK_MAX;
    if (drawn >= COMMON_RANKS && dice_unit(dice) < topical) {
        drawn = drawn - drawn % WORDS_TOPICS + topic;
    }
    return drawn;
}

bool words_is_common(uint64_t rank)
{
    return rank < COMMON_RANKS;
}

/* ---- New words ---------------------------------------------------------------------------- */

static const char *part_of(const struct words *words, uint64_t chance, uint64_t topic)
{
    size_t room = words->part_count / WORDS_TOPICS;
    double unit = unit_of(chance); /* squared: some words stand in many compounds */
    return words->parts[(size_t)(unit * unit * (double)room) * WORDS_TOPICS + topic];
}

static void add_compound(const struct words *words, uint64_t rank, uint64_t chance, struct buf *out)
{
    static const char *const links[] = { "", "", "", "", "", "s", "s", "en", "", "-" };
    uint64_t topic = rank % WORDS_TOPICS;
    buf_add_str(out, part_of(words, mix(chance + 1), topic));
    buf_add_str(out, links[chance / 16 % 10]);
    buf_add_str(out, part_of(words, mix(chance + 2), mix(chance + 3) % WORDS_TOPICS));
    if (chance / 256 % 8 == 0) {
        buf_add_str(out, part_of(words, mix(chance + 4), mix(chance + 5) % WORDS_TOPICS));
    }
}

static void add_name(uint64_t chance, struct buf *out)
{
    static const char *const onsets[] = { "B", "D", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "V", "W", "Sch" };
    static const char *const middles[] = { "aan", "ee", "oo", "uy", "ij", "erk", "olt", "ink", "arm", "eer", "an", "oen", "iel",
                                           "omm", "uit", "est" };
    static const char *const ends[] = { "ma", "stra", "sen", "ers", "huis", "veld", "dam", "drecht", "burg", "kamp", "hof", "laar",
                                        "beek", "wijk", "dorp", "inga" };
    buf_add_str(out, onsets[chance / 16 % 16]);
    buf_add_str(out, middles[chance / 256 % 16]);
    if (chance / 4096 % 2 == 0) {
        buf_add_str(out, "el");
    }
    if (chance / 8192 % 4 == 0) {
        buf_add_str(out, middles[chance / 65536 % 16]);
    }
    buf_add_str(out, ends[chance / 1048576 % 16]);
}

/* A word of the list without one of its letters (not one of several bytes). */
static void add_misprint(const struct words *words, uint64_t chance, struct buf *out)
{
    const char *word = words->words[chance / 16 % words->count];
    size_t len = strlen(word), at = (size_t)(mix(chance) % len);
    bool plain = (unsigned char)word[at] < 0x80 && len > 3;
    buf_add(out, word, plain ? at : len);
    buf_add_str(out, plain ? word + at + 1 : "");
}

void words_add(const struct words *words, uint64_t rank, struct buf *out)
{
    uint32_t word = rank < TABLE_RANKS ? words->table[rank] : NEW_RANK;
    if (word != NEW_RANK) {
        buf_add_str(out, words->words[word]);
        return;
    }
    uint64_t chance = mix(words->seed ^ rank);
    switch (chance % 16) {
    case 0:
    case 1:
        add_name(mix(chance), out);
        break;
    case 2:
        buf_printf(out, "%u.%03u", (unsigned)(chance / 16 % 9999), (unsigned)(mix(chance) % 1000));
        break;
    case 3:
        add_misprint(words, chance, out);
        break;
    default:
        add_compound(words, rank, chance, out);
    }
}
