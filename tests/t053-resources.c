/* t053-resources.c - the language resources of an index: what is mapped says what was made, and a damaged file is told or at
 * least harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/io.h"
#include "text/derive.h"
#include "text/dutch.h"
#include "text/hyphen.h"
#include "text/schema.h"

static char work[] = "/tmp/naslag-t053-XXXXXX";
static struct generation generation;

static const char list[] = "beleid\nbeleids\nbeleidsnota\nBeleidsnota\nnota\n"
                           "nota's\nécht\nEuropa\nminister-president\nzee\nZee\nBZK\n"
                           "zeehond\nhond\nhonden\nhandhavingsbeleid\nhandhaving\nverkeersbeleid\nverkeer\nbeleidsmaker\nmaker\n";

static void write_file(const char *name, const char *bytes, size_t len, char path[512])
{
    snprintf(path, 512, "%s/%s", work, name);
    assert_int_equal(io_replace_file(path, bytes, len, NULL), ERR_OK);
}

static struct words *words_of(const char *text, size_t len)
{
    char path[512];
    struct buf image;
    struct words *words = NULL;
    buf_init(&image, (size_t)16 << 20);
    write_file("list", text, len, path);
    assert_int_equal(words_make(path, &image, NULL), ERR_OK);
    size_t size = image.len;
    assert_int_equal(words_adopt(buf_take(&image), size, &words, NULL), ERR_OK);
    return words;
}

static void test_words(void **state)
{
    (void)state;
    struct words *words = words_of(list, sizeof list - 1);
    static const struct {
        const char *form;
        unsigned flags;
    } cases[] = {
        { "beleid", WORDS_LOWER }, { "beleidsnota", WORDS_LOWER | WORDS_NAME }, { "nota's", WORDS_LOWER },
        { "echt", WORDS_LOWER }, { "europa", WORDS_NAME }, { "bzk", WORDS_UPPER }, { "zee", WORDS_LOWER | WORDS_NAME },
        { "minister-president", WORDS_LOWER }, { "ministerpresident", WORDS_LOWER }, { "minister", 0 }, { "beleidsnot", 0 },
        { "beleidsnotaa", 0 }, { "b", 0 }, { "", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(words_flags(words, cases[i].form, strlen(cases[i].form)), cases[i].flags);
    }
    struct words_cursor cursor = { .at = 0 };
    char before[64] = "";
    size_t count = 0;
    for (; words_next(words, &cursor); count++) {
        assert_int_equal(words_flags(words, cursor.form, cursor.len), cursor.flags);
        cursor.form[cursor.len] = '\0';
        assert_true(strcmp(before, cursor.form) < 0);
        strcpy(before, cursor.form);
    }
    assert_int_equal(count, words_count(words));
    words_free(words);
}

/* Words that begin alike and come in any order, of all lengths up to the longest and beyond. */
static void test_word_order(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 1 << 20);
    for (unsigned i = 0; i < 500; i++) {
        buf_printf(&text, "aaaaaaaaaa%.*s%u\n", (int)(i % 70),
                   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                   i * 7919 % 500);
    }
    struct words *words = words_of(text.data, text.len);
    for (size_t at = 0; at < text.len;) {
        size_t len = strcspn(text.data + at, "\n");
        assert_int_equal(words_flags(words, text.data + at, len) != 0, len <= 63);
        at += len + 1;
    }
    words_free(words);
    buf_done(&text);
    words = words_of("", 0);
    assert_int_equal(words_count(words), 0);
    assert_int_equal(words_flags(words, "a", 1), 0);
    words_free(words);
}

static uint64_t points_of(const struct hyphen *hyphen, const char *word)
{
    return hyphen_points(hyphen, word, strlen(word));
}

/* Liang's rules on a few patterns: the highest digit counts, an odd one breaks; two letters stay at either end. */
static void test_hyphen(void **state)
{
    (void)state;
    static const char patterns[] = "ISO8859-1\n% comment\na1b\na2bc\n.de3f\nf1g.\nhhh1\n\xE9" "1a\n1x1y1z\n";
    char path[512];
    struct hyphen *hyphen = NULL;
    write_file("patterns", patterns, sizeof patterns - 1, path);
    assert_int_equal(hyphen_new(path, &hyphen, NULL), ERR_OK);
    assert_int_equal(points_of(hyphen, "qqabqq"), 1u << 3);
    assert_int_equal(points_of(hyphen, "qqabcq"), 0);
    assert_int_equal(points_of(hyphen, "defq"), 1u << 2);
    assert_int_equal(points_of(hyphen, "qdefq"), 0);
    assert_int_equal(points_of(hyphen, "abq"), 0);
    assert_int_equal(points_of(hyphen, "qqfg"), 0);
    assert_int_equal(points_of(hyphen, "qxyzq"), 1u << 2 | 1u << 3);
    assert_true(points_of(hyphen, "a") == UINT64_MAX && points_of(hyphen, "qq'qq") == UINT64_MAX);
    hyphen_free(hyphen);
    assert_int_equal(hyphen_new("/nonexistent/patterns", &hyphen, NULL), ERR_OK);
    assert_null(hyphen);
    write_file("patterns", "ISO8859-1\n", 10, path);
    assert_int_equal(hyphen_new(path, &hyphen, NULL), ERR_INVALID);
}

/* What is opened from files splits as what is learned in memory. */
static void test_same_splits(void **state)
{
    (void)state;
    struct dutch *dutch = NULL;
    struct compounds *learned = NULL;
    assert_int_equal(dutch_open(work, &generation, &dutch, NULL), ERR_OK);
    const struct words *words = dutch_words(dutch);
    assert_int_equal(compounds_new(words, HYPHEN_DEFAULT_PATTERNS, &learned, NULL), ERR_OK);
    struct words_cursor cursor = { .at = 0 };
    for (size_t i = 0; words_next(words, &cursor); i++) {
        struct compound one, other;
        if (i % 50 == 0) {
            compound_split(dutch_compounds(dutch), cursor.form, cursor.len, &one);
            compound_split(learned, cursor.form, cursor.len, &other);
            assert_int_equal(one.count, other.count);
            assert_memory_equal(one.parts, other.parts, one.count * sizeof *one.parts);
        }
    }
    compounds_free(learned);
    dutch_free(dutch);
}

/* Opens and uses what may be damaged: an error must be told as such, and nothing may fault. */
static enum err_code use(void)
{
    struct dutch *dutch = NULL;
    struct deriver *deriver = NULL;
    struct err err = ERR_INIT;
    enum err_code code = dutch_open(work, &generation, &dutch, &err);
    if (code == ERR_OK) {
        static const char *const forms[] = { "beleidsnotas", "handhavingsbeleid", "de", "honden", "verkeersveiligheidsbeleid" };
        assert_int_equal(deriver_new(dutch, &deriver, NULL), ERR_OK);
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            struct derivation derivation;
            derive(deriver, forms[i], strlen(forms[i]), &derivation);
        }
        struct words_cursor cursor = { .at = 0 };
        for (int i = 0; i < 100 && words_next(dutch_words(dutch), &cursor); i++) {
        }
        deriver_free(deriver);
        dutch_free(dutch);
    } else {
        assert_int_equal(code, ERR_CORRUPT);
        assert_true(err.text[0] != '\0');
    }
    return code;
}

static void damage(const char *name)
{
    char path[512];
    struct buf sound, bytes;
    snprintf(path, sizeof path, "%s/%s/%s", work, SCHEMA_RESOURCES, name);
    buf_init(&sound, (size_t)64 << 20);
    assert_int_equal(io_read_file(path, &sound, NULL), ERR_OK);
    static const size_t cuts[] = { 0, 1, 8, 20, 60 };
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        assert_int_equal(io_replace_file(path, sound.data, cuts[i], NULL), ERR_OK);
        assert_int_equal(use(), ERR_CORRUPT);
    }
    assert_int_equal(io_replace_file(path, sound.data, sound.len - 1, NULL), ERR_OK);
    assert_int_equal(use(), ERR_CORRUPT);
    buf_init(&bytes, (size_t)64 << 20);
    for (unsigned round = 0; round < 24; round++) { /* every byte of the head, then all that follows */
        buf_clear(&bytes);
        buf_add(&bytes, sound.data, sound.len);
        size_t from = round < 20 ? 2 * round : 64, to = round < 20 ? from + 2 : sound.len;
        for (size_t i = from; i < to; i++) {
            bytes.data[i] = round < 20 ? (char)~bytes.data[i] : round == 20 ? (char)0xFF : (char)(i * 2654435761u >> (round + 3));
        }
        assert_int_equal(io_replace_file(path, bytes.data, bytes.len, NULL), ERR_OK);
        use();
    }
    assert_int_equal(io_replace_file(path, sound.data, sound.len, NULL), ERR_OK);
    assert_int_equal(use(), ERR_OK);
    buf_done(&bytes);
    buf_done(&sound);
}

static void test_damage(void **state)
{
    (void)state;
    damage(generation.words);
    damage(generation.compounds);
    if (generation.patterns[0] != '\0') {
        damage(generation.patterns);
    }
}

/* Parts that were learned from other words are refused. */
static void test_other_words(void **state)
{
    (void)state;
    struct words *words = words_of(list, sizeof list - 1);
    struct compounds *compounds = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", work, SCHEMA_RESOURCES, generation.compounds);
    assert_int_equal(compounds_open(words, path, NULL, &compounds, NULL), ERR_CORRUPT);
    words_free(words);
}

static int set_up(void **state)
{
    (void)state;
    char folder[256];
    generation_init(&generation);
    if (mkdtemp(work) == NULL) {
        return -1;
    }
    snprintf(folder, sizeof folder, "%s/%s", work, SCHEMA_RESOURCES);
    return io_make_dirs(folder, NULL) == ERR_OK && dutch_install(work, &generation, NULL) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    generation_done(&generation);
    return io_remove_tree(work, NULL) == ERR_OK ? 0 : -1;
}

int main(void)
{
    alarm(600);
    const struct CMUnitTest rules[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_word_order),
        cmocka_unit_test(test_hyphen),
    };
    const struct CMUnitTest installed[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_word_order),
        cmocka_unit_test(test_hyphen),
        cmocka_unit_test(test_same_splits),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_other_words),
    };
    return io_exists(WORDS_DEFAULT_LIST) ? cmocka_run_group_tests(installed, set_up, tear_down)
                                         : cmocka_run_group_tests(rules, set_up, tear_down);
}
