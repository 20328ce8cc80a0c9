/* t060-fuzzy.c - words that are like a given one: the walk against brute force, the order of a lexicon, and the costs of slips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "search/fuzzy.h"
#include "search/typo.h"

#define WORDS 4000
#define LONGEST 12

static char directory[] = "/tmp/naslag-fuzzy.XXXXXX";
static char path[sizeof directory + 16];
static char words[WORDS][LONGEST + 1];
static size_t word_count;
static uint64_t state = 42;

static uint32_t chance(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Words of few letters, so that many are alike. */
static void make_words(void)
{
    for (size_t i = 0; i < WORDS; i++) {
        size_t len = 1 + chance(LONGEST);
        for (size_t k = 0; k < len; k++) {
            words[i][k] = "abcd\xC3"[chance(k % 3 == 0 ? 5 : 3)];
        }
    }
    qsort(words, WORDS, sizeof *words, compare);
    for (size_t i = 0; i < WORDS; i++) {
        if (word_count == 0 || strcmp(words[word_count - 1], words[i]) != 0) {
            memmove(words[word_count++], words[i], sizeof *words);
        }
    }
}

static void write_lexicon(bool turned)
{
    CLEANUP(dutch_free_cleanup) struct dutch *nothing = NULL;
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    CLEANUP(lexicon_builder_free_cleanup) struct lexicon_builder *builder = NULL;
    assert_int_equal(dutch_new_empty(&nothing, NULL), ERR_OK);
    assert_int_equal(deriver_new(nothing, &deriver, NULL), ERR_OK);
    assert_int_equal(lexicon_builder_new(deriver, &builder, NULL), ERR_OK);
    for (size_t i = 0; i < word_count; i++) {
        size_t at = turned ? word_count - 1 - i : i;
        assert_int_equal(lexicon_builder_add(builder, words[at], strlen(words[at]), (uint32_t)at + 1, NULL), ERR_OK);
    }
    assert_int_equal(lexicon_builder_write(builder, path, NULL), ERR_OK);
}

static int set_up(void **unused)
{
    (void)unused;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/lexicon", directory);
    make_words();
    write_lexicon(false);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    unlink(path);
    rmdir(directory);
    return 0;
}

static struct lexicon *open_lexicon(void)
{
    struct lexicon *lexicon = NULL;
    assert_int_equal(lexicon_open(path, &lexicon, NULL), ERR_OK);
    return lexicon;
}

static void test_order(void **unused)
{
    (void)unused;
    for (int turned = 0; turned < 2; turned++) {
        write_lexicon(turned == 0);
        CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = open_lexicon();
        assert_int_equal(lexicon_word_count(lexicon), word_count);
        for (uint32_t i = 0; i < word_count; i++) {
            struct lexicon_form word = lexicon_word_at(lexicon, i);
            assert_int_equal(word.len, strlen(words[i]));
            assert_memory_equal(word.form, words[i], word.len);
            assert_int_equal(word.frequency, i + 1);
            assert_int_equal(lexicon_word_frequency(lexicon, words[i], word.len), i + 1);
            uint32_t from = chance(i + 1);
            assert_int_equal(lexicon_word_seek(lexicon, from, words[i], word.len), i);
        }
        assert_int_equal(lexicon_word_at(lexicon, (uint32_t)word_count).len, 0);
        assert_int_equal(lexicon_word_seek(lexicon, 0, "\xFF", 1), word_count);
        assert_int_equal(lexicon_word_seek(lexicon, (uint32_t)word_count, "a", 1), word_count);
        assert_int_equal(lexicon_word_seek(lexicon, UINT32_MAX, "a", 1), UINT32_MAX);
        assert_int_equal(lexicon_word_frequency(lexicon, "zzz", 3), 0);
    }
}

/* Optimal string alignment, as it is defined. */
static int distance_of(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    int table[LONGEST + 4][LONGEST + 4];
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t k = 0; k <= b_len; k++) {
            int cost = i == 0 ? (int)k : k == 0 ? (int)i : table[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            if (i > 0 && k > 0) {
                cost = cost <= table[i - 1][k] ? cost : table[i - 1][k] + 1;
                cost = cost <= table[i][k - 1] ? cost : table[i][k - 1] + 1;
            }
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && cost > table[i - 2][k - 2]) {
                cost = table[i - 2][k - 2] + 1;
            }
            table[i][k] = cost;
        }
    }
    return table[a_len][b_len];
}

struct found {
    size_t count;
    const char *pattern;
    size_t at; /* the words before it were looked at */
    int most;
};

/* Words come in order, so those between two visits must be too far. */
static void visit(void *context, const struct lexicon_form *word, int distance)
{
    struct found *found = context;
    while (strncmp(words[found->at], word->form, word->len) != 0 || words[found->at][word->len] != '\0') {
        if (distance_of(found->pattern, words[found->at]) <= found->most) {
            fail_msg("'%s' is within %d of '%s' and was passed over", words[found->at], found->most, found->pattern);
        }
        found->at++;
        assert_true(found->at < word_count);
    }
    assert_int_equal(distance_of(found->pattern, words[found->at]), distance);
    assert_true(distance <= found->most);
    found->at++;
    found->count++;
}

static void test_walk(void **unused)
{
    (void)unused;
    CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = open_lexicon();
    size_t all = 0;
    for (int round = 0; round < 900; round++) {
        char pattern[LONGEST + 2];
        size_t len = 1 + chance(LONGEST);
        for (size_t i = 0; i < len; i++) {
            pattern[i] = "abcde\xC3"[chance(6)];
        }
        pattern[len] = '\0';
        if (round % 2 == 0) {
            snprintf(pattern, sizeof pattern, "%s", words[chance((uint32_t)word_count)]);
        }
        struct found found = { .pattern = pattern, .most = round % 3 };
        fuzzy_walk(lexicon, pattern, strlen(pattern), found.most, visit, &found);
        for (; found.at < word_count; found.at++) {
            assert_true(distance_of(pattern, words[found.at]) > found.most);
        }
        all += found.count;
    }
    assert_true(all > 5000);
}

static void count_word(void *context, const struct lexicon_form *word, int distance)
{
    (void)word;
    (void)distance;
    ++*(size_t *)context;
}

static void test_limits(void **unused)
{
    (void)unused;
    CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = open_lexicon();
    char pattern[FUZZY_LEN_MAX + 1];
    size_t count = 0;
    memset(pattern, 'a', sizeof pattern);
    fuzzy_walk(lexicon, "", 0, 2, count_word, &count);
    fuzzy_walk(lexicon, pattern, sizeof pattern, 2, count_word, &count);
    fuzzy_walk(lexicon, pattern, FUZZY_LEN_MAX, 2, count_word, &count);
    fuzzy_walk(lexicon, "a", 1, FUZZY_DISTANCE_MAX + 1, count_word, &count);
    assert_int_equal(count, 0);
    fuzzy_walk(lexicon, "a", 1, 0, count_word, &count);
    assert_true(count <= 1);
}

/* A file with any of its bytes wrong is refused or walked to the end. */
static void test_damaged(void **unused)
{
    (void)unused;
    AUTO_BUF struct buf whole;
    buf_init(&whole, 1 << 24);
    assert_int_equal(io_read_file(path, &whole, NULL), ERR_OK);
    for (int round = 0; round < 300; round++) {
        size_t at = round < 40 ? (size_t)round : chance((uint32_t)whole.len);
        char kept = whole.data[at];
        whole.data[at] = (char)chance(256);
        assert_int_equal(io_replace_file(path, whole.data, whole.len, NULL), ERR_OK);
        whole.data[at] = kept;
        CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = NULL;
        if (lexicon_open(path, &lexicon, NULL) == ERR_OK) {
            size_t count = 0;
            fuzzy_walk(lexicon, "abacab", 6, 2, count_word, &count);
            fuzzy_walk(lexicon, "cab", 3, 1, count_word, &count);
            lexicon_word_frequency(lexicon, "abc", 3);
            assert_true(count <= 2 * word_count);
        }
    }
    assert_int_equal(io_replace_file(path, whole.data, whole.len, NULL), ERR_OK);
}

static double cost(const char *typed, const char *meant)
{
    return typo_cost(typed, strlen(typed), meant, strlen(meant));
}

static void test_costs(void **unused)
{
    (void)unused;
    static const char *const cheaper[][4] = {
        /* typed, meant: likelier than typed, meant */
        { "gemeetne", "gemeente", "gemeenxe", "gemeente" },   { "gemeeente", "gemeente", "gemexente", "gemeente" },
        { "belijd", "beleid", "belofd", "beleid" },           { "vertrauwen", "vertrouwen", "vertrxuwen", "vertrouwen" },
        { "wordt", "word", "wordx", "word" },                 { "gebeurdt", "gebeurd", "gebeurdx", "gebeurd" },
        { "akkomodatie", "accommodatie", "atuomodatie", "accommodatie" }, { "gemrente", "gemeente", "gempente", "gemeente" },
        { "geneente", "gemeente", "xemeente", "gemeente" },   { "tekst", "text", "tepxt", "text" },
        { "mach", "mag", "mapx", "mag" },                     { "bestur", "bestuur", "bestujr", "bestuur" },
        { "pannekoek", "pannenkoek", "panxenkoek", "pannenkoek" },
    };
    for (size_t i = 0; i < sizeof cheaper / sizeof *cheaper; i++) {
        double likely = cost(cheaper[i][0], cheaper[i][1]), unlikely = cost(cheaper[i][2], cheaper[i][3]);
        if (!(likely > 0.0 && likely < unlikely)) {
            fail_msg("%s for %s costs %f, %s for %s %f", cheaper[i][0], cheaper[i][1], likely,
                     cheaper[i][2], cheaper[i][3], unlikely);
        }
    }
    assert_true(cost("beleid", "beleid") <= 0.0);
    assert_true(cost("", "") <= 0.0);
    assert_true(cost("a", "aaaaaaaaaaaaaa") > 1e6);
    char long_word[TYPO_LEN_MAX + 2];
    memset(long_word, 'a', sizeof long_word);
    assert_true(typo_cost(long_word, TYPO_LEN_MAX + 1, "a", 1) > 1e6);
    assert_true(typo_cost(long_word, TYPO_LEN_MAX, long_word, TYPO_LEN_MAX - 1) < 10.0);
}

struct wanted {
    const char *variant;
    bool seen;
};

static void see(void *context, const char *variant, size_t len)
{
    struct wanted *wanted = context;
    wanted->seen = wanted->seen || (strlen(wanted->variant) == len && memcmp(wanted->variant, variant, len) == 0);
}

static void test_variants(void **unused)
{
    (void)unused;
    static const char *const pairs[][2] = {
        { "belijd", "beleid" }, { "pannekoek", "pannenkoek" }, { "sistematisch", "systematisch" }, { "lichaam", "ligaam" },
        { "extra", "ekstra" }, { "gebeurd", "gebeurdt" }, { "teorie", "theorie" }, { "kado", "cado" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct wanted wanted = { pairs[i][1], false };
        typo_variants(pairs[i][0], strlen(pairs[i][0]), see, &wanted);
        if (!wanted.seen) {
            fail_msg("%s is no spelling of %s", pairs[i][1], pairs[i][0]);
        }
    }
    char long_word[TYPO_LEN_MAX + 1];
    memset(long_word, 'i', sizeof long_word);
    struct wanted none = { "i", false };
    typo_variants(long_word, TYPO_LEN_MAX, see, &none);
    typo_variants("", 0, see, &none);
    assert_false(none.seen);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),  cmocka_unit_test(test_walk),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_costs),  cmocka_unit_test(test_variants), cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
