/* suggest.c - bench/suggest: how often "did you mean" is right, on words of an index with one slip each.
 *
 *     bench/suggest --index DIR [--words 1000] [--seed 1] [--misses]
 *
 * Takes words of at least 5 letters that stand in at least 2 documents, half of them by their document frequency and half
 * evenly, makes one slip in each, and asks for the result.  Right is the word itself or another form of its inflection class.
 * Slips that give another word of the index, or a form of the same word, are counted apart: nobody can know that they are
 * slips.  Also counts what is suggested for words that are right.  The same seed gives the same words.  Times are of the processor.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/opt.h"
#include "search/fuzzy.h"
#include "search/index.h"

#define WORD_MAX 32

static struct {
    const char *index;
    long words, seed;
    bool misses, help;
} options = { .words = 1000, .seed = 1 };

static const struct opt option_table[] = {
    { "index", 0, OPT_STRING, &options.index, 0, 0, "DIR", "index to take words of and to search" },
    { "words", 0, OPT_NUMBER, &options.words, 10, 1000000, "N", "words of each kind (1000)" },
    { "seed", 0, OPT_NUMBER, &options.seed, 1, 1000000000, "N", "of the random choices (1)" },
    { "misses", 0, OPT_FLAG, &options.misses, 0, 0, NULL, "list what went wrong" },
    { "help", 'h', OPT_FLAG, &options.help, 0, 0, NULL, "print this help" },
};

static const struct opt_program program = {
    .name = "bench/suggest",
    .usage = "--index DIR",
    .summary = "Measures how often the suggested spelling is the one that was meant.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

/* ---- Chance ------------------------------------------------------------------------------- */

static uint64_t chance_state;

/* splitmix64 (Steele, Lea & Flood, OOPSLA 2014) */
static uint64_t chance(uint64_t below)
{
    uint64_t z = chance_state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (z ^ z >> 31) % below;
}

/* ---- Words -------------------------------------------------------------------------------- */

struct word {
    char form[WORD_MAX + 1];
    uint32_t documents;
};

static struct word *words;
static size_t word_count, word_capacity;
static uint64_t *sums; /* of the document frequencies of often[0..i] */
static size_t *often, often_count, *once, once_count;

static bool is_wanted(const struct lexicon_form *word)
{
    for (size_t i = 0; i < word->len; i++) {
        if (word->form[i] < 'a' || word->form[i] > 'z') {
            return false;
        }
    }
    return word->len >= 5 && word->len <= WORD_MAX;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(((const struct word *)a)->form, ((const struct word *)b)->form);
}

static bool read_words(const struct search_index *index)
{
    for (size_t part = 0; part < index->view->generation.part_count; part++) {
        const struct lexicon *lexicon = index->view->lexicons[part];
        for (uint32_t i = 0; i < lexicon_word_count(lexicon); i++) {
            struct lexicon_form word = lexicon_word_at(lexicon, i);
            if (!is_wanted(&word)) {
                continue;
            }
            if (mem_grow(&words, &word_capacity, word_count, sizeof *words) != 0) {
                return false;
            }
            words[word_count] = (struct word){ .documents = word.frequency };
            memcpy(words[word_count++].form, word.form, word.len);
        }
    }
    qsort(words, word_count, sizeof *words, compare_words);
    size_t kept = 0;
    for (size_t i = 0; i < word_count; i++) {
        if (kept > 0 && strcmp(words[kept - 1].form, words[i].form) == 0) {
            words[kept - 1].documents += words[i].documents;
        } else {
            words[kept++] = words[i];
        }
    }
    word_count = kept;
    often = calloc(kept + 1, sizeof *often);
    once = calloc(kept + 1, sizeof *once);
    sums = calloc(kept + 1, sizeof *sums);
    for (size_t i = 0; often != NULL && once != NULL && sums != NULL && i < kept; i++) {
        if (words[i].documents > 1) {
            sums[often_count] = (often_count > 0 ? sums[often_count - 1] : 0) + words[i].documents;
            often[often_count++] = i;
        } else {
            once[once_count++] = i;
        }
    }
    return often != NULL && once != NULL && sums != NULL && often_count > 0;
}

static bool is_a_word(const char *form)
{
    struct word key = { .documents = 0 };
    if (strlen(form) > WORD_MAX) {
        return false;
    }
    strcpy(key.form, form);
    return bsearch(&key, words, word_count, sizeof *words, compare_words) != NULL;
}

/* By document frequency, or evenly. */
static const struct word *draw(bool weighted)
{
    if (!weighted) {
        return &words[often[chance(often_count)]];
    }
    uint64_t at = chance(sums[often_count - 1]);
    size_t low = 0, high = often_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sums[middle] <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return &words[often[low]];
}

/* ---- Slips -------------------------------------------------------------------------------- */

/* One edit of a random kind at a random place, with a random letter. */
static void slip_random(const char *word, char *out)
{
    size_t len = strlen(word), at;
    char letter = (char)('a' + chance(26));
    do {
        strcpy(out, word);
        switch (chance(4)) {
        case 0: /* a letter too many */
            at = chance(len + 1);
            memmove(out + at + 1, word + at, len - at + 1);
            out[at] = letter;
            break;
        case 1: /* one too few */
            at = chance(len);
            memmove(out + at, word + at + 1, len - at);
            break;
        case 2:
            out[chance(len)] = letter;
            break;
        default:
            at = chance(len - 1);
            out[at] = word[at + 1];
            out[at + 1] = word[at];
        }
    } while (strcmp(out, word) == 0);
}

/* What people write: one sound for another, double and single letters, a neighbouring key.  False when the word has no place for
 * the kind that was drawn. */
static bool slip_dutch(const char *word, char *out)
{
    static const char *const pairs[][2] = {
        { "ei", "ij" }, { "ij", "ei" }, { "ou", "au" }, { "au", "ou" }, { "c", "k" }, { "k", "c" }, { "s", "z" }, { "z", "s" },
        { "f", "v" }, { "v", "f" }, { "g", "ch" }, { "ch", "g" }, { "ie", "i" }, { "i", "ie" }, { "y", "ij" }, { "x", "ks" },
        { "d", "t" }, { "t", "d" }, { "dt", "d" }, { "en", "e" }, { "ij", "y" }, { "th", "t" }, { "aa", "a" }, { "ee", "e" },
        { "oo", "o" }, { "ll", "l" }, { "mm", "m" }, { "nn", "n" }, { "pp", "p" }, { "ss", "s" }, { "tt", "t" }, { "rr", "r" },
        { "l", "ll" }, { "m", "mm" }, { "n", "nn" }, { "p", "pp" }, { "s", "ss" }, { "t", "tt" }, { "a", "s" }, { "e", "r" },
        { "n", "m" }, { "o", "p" }, { "i", "o" }, { "t", "r" },
    };
    const char *const *pair = pairs[chance(sizeof pairs / sizeof *pairs)];
    size_t places = 0, from = strlen(pair[0]);
    for (const char *at = word; (at = strstr(at, pair[0])) != NULL; at++) {
        places++;
    }
    if (places == 0) {
        return false;
    }
    const char *at = strstr(word, pair[0]);
    for (uint64_t skip = chance(places); skip > 0; skip--) {
        at = strstr(at + 1, pair[0]);
    }
    sprintf(out, "%.*s%s%s", (int)(at - word), word, pair[1], at + from);
    return true;
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* Processor time: the machine may have other work. */
static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct err err = ERR_INIT;
static int64_t asked_us, asked_most_us;
static long asked;

/* The suggestion, free() it; NULL when there is none. */
static char *ask(struct search_index *index, const char *query)
{
    struct search_request request = { .query = query, .query_len = strlen(query), .count = 1 };
    CLEANUP(search_result_free_cleanup) struct search_result *result = NULL;
    int64_t start = cpu_us();
    if (search_run(index, &request, &result, &err) != ERR_OK) {
        fprintf(stderr, "bench/suggest: %s: %s\n", query, err.text);
        exit(1);
    }
    asked++;
    int64_t took = cpu_us() - start;
    asked_us += took;
    asked_most_us = took > asked_most_us ? took : asked_most_us;
    return TAKE_PTR(result->meant.query);
}

static bool is_same_word(struct search_index *index, const char *a, const char *b)
{
    struct derivation one, other;
    derive(index->view->deriver, a, strlen(a), &one);
    derive(index->view->deriver, b, strlen(b), &other);
    return one.terms[0].len == other.terms[0].len && memcmp(one.terms[0].term, other.terms[0].term, one.terms[0].len) == 0;
}

static void measure_slips(struct search_index *index, const char *what, bool weighted, bool dutch)
{
    long right = 0, none = 0, wrong = 0, real = 0, total = 0;
    asked = asked_us = asked_most_us = 0;
    while (total + real < options.words) {
        const struct word *word = draw(weighted);
        char typed[2 * WORD_MAX];
        if (dutch) {
            if (!slip_dutch(word->form, typed)) {
                continue;
            }
        } else {
            slip_random(word->form, typed);
        }
        if (is_a_word(typed) || is_same_word(index, word->form, typed)) {
            real++;
            continue;
        }
        AUTO_FREE char *meant = ask(index, typed);
        bool same = meant != NULL && is_same_word(index, word->form, meant);
        total++;
        right += same;
        none += meant == NULL;
        wrong += meant != NULL && !same;
        if (options.misses && !same) {
            printf("  %s (%u) as %s: %s\n", word->form, word->documents, typed, meant != NULL ? meant : "-");
        }
    }
    double all = total > 0 ? (double)total : 1.0;
    printf("%-28s right %.1f%%  none %.1f%%  wrong %.1f%%  (%ld; another word %ld; %.2f ms, most %.2f)\n", what,
           100.0 * (double)right / all, 100.0 * (double)none / all, 100.0 * (double)wrong / all, total, real,
           (double)asked_us / 1000.0 / all, (double)asked_most_us / 1000.0);
}

enum source { BY_FREQUENCY, EVENLY, ONCE };

static void measure_alarms(struct search_index *index, const char *what, enum source source)
{
    long alarms = 0, total = 0;
    asked = asked_us = asked_most_us = 0;
    for (long i = 0; i < options.words && (source != ONCE || once_count > 0); i++) {
        const struct word *word = source == ONCE ? &words[once[chance(once_count)]] : draw(source == BY_FREQUENCY);
        AUTO_FREE char *meant = ask(index, word->form);
        total++;
        alarms += meant != NULL;
        if (options.misses && meant != NULL) {
            printf("  %s (%u): %s\n", word->form, word->documents, meant);
        }
    }
    double all = total > 0 ? (double)total : 1.0;
    printf("%-28s alarms %.2f%%  (%ld; %.2f ms, most %.2f)\n", what, 100.0 * (double)alarms / all, total,
           (double)asked_us / 1000.0 / all, (double)asked_most_us / 1000.0);
}

/* Words of the language that no document has: a suggestion is a guess then, and mostly a wrong one. */
static void measure_absent(struct search_index *index)
{
    const struct words *list = dutch_words(index->view->dutch);
    long alarms = 0, total = 0, found = 0;
    struct words_cursor cursor = { .at = 0 };
    uint64_t stride = words_count(list) / (uint64_t)options.words + 1, next = chance(stride);
    for (uint64_t i = 0; words_next(list, &cursor); i++) {
        struct lexicon_form word = { cursor.form, cursor.len, 0 };
        if (i < next || !is_wanted(&word)) {
            continue;
        }
        next += stride;
        char typed[WORD_MAX + 1];
        memcpy(typed, cursor.form, cursor.len);
        typed[cursor.len] = '\0';
        if (is_a_word(typed)) {
            found++;
            continue;
        }
        AUTO_FREE char *meant = ask(index, typed);
        total++;
        alarms += meant != NULL;
        if (options.misses && meant != NULL) {
            printf("  %s (0): %s\n", typed, meant);
        }
    }
    printf("%-28s alarms %.2f%%  (%ld; in documents %ld)\n", "listed words, nowhere", total > 0
           ? 100.0 * (double)alarms / (double)total : 0.0, total, found);
}

static void visit(void *context, const struct lexicon_form *word, int distance)
{
    (void)word;
    *(long *)context += distance;
}

static void time_walk(const struct search_index *index, int distance)
{
    int64_t start = cpu_us(), most = 0;
    long found = 0;
    for (long i = 0; i < options.words; i++) {
        char typed[2 * WORD_MAX];
        slip_random(draw(false)->form, typed);
        int64_t from = cpu_us();
        for (size_t part = 0; part < index->view->generation.part_count; part++) {
            fuzzy_walk(index->view->lexicons[part], typed, strlen(typed), distance, visit, &found);
        }
        most = cpu_us() - from > most ? cpu_us() - from : most;
    }
    printf("walk, distance %d: %.3f ms a word, most %.3f, through %zu words\n", distance,
           (double)(cpu_us() - start) / 1000.0 / (double)options.words, (double)most / 1000.0, word_count);
}

int main(int argc, char **argv)
{
    int operands;
    if (opt_parse(&program, argc, argv, &operands, &err) != ERR_OK) {
        fprintf(stderr, "bench/suggest: %s\n", err.text);
        return 1;
    }
    if (options.help || options.index == NULL || operands > 0) {
        opt_help(&program, options.help ? stdout : stderr);
        return !options.help;
    }
    CLEANUP(search_index_free_cleanup) struct search_index *index = NULL;
    if (search_index_open(options.index, &index, &err) != ERR_OK || !read_words(index)) {
        fprintf(stderr, "bench/suggest: %s\n", err.code != ERR_OK ? err.text : "no words");
        return 1;
    }
    chance_state = (uint64_t)options.seed;
    time_walk(index, 1);
    time_walk(index, 2);
    measure_slips(index, "random slip, by frequency", true, false);
    measure_slips(index, "random slip, evenly", false, false);
    measure_slips(index, "Dutch slip, by frequency", true, true);
    measure_slips(index, "Dutch slip, evenly", false, true);
    measure_alarms(index, "right words, by frequency", BY_FREQUENCY);
    measure_alarms(index, "right words, evenly", EVENLY);
    measure_alarms(index, "words that stand once", ONCE);
    measure_absent(index);
    free(words);
    free(often);
    free(once);
    free(sums);
    return 0;
}
