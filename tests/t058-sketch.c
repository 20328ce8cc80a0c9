/* t058-sketch.c - sketches of texts, digests of content, families of near-copies, the file of sets: recall and false joins
 * (issue 4, part 6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "indexer/family.h"
#include "text/groups.h"
#include "text/sketch.h"

/* ---- Texts -------------------------------------------------------------------------------- */

#define VOCABULARY 4000
#define WORDS_MOST 600

static uint64_t state = 1;

static uint32_t below(uint32_t count)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % count;
}

struct text {
    uint32_t words[WORDS_MOST];
    size_t count;
};

static void make(struct text *text, size_t count)
{
    text->count = count;
    for (size_t i = 0; i < count; i++) {
        uint32_t draw = below(VOCABULARY);
        text->words[i] = below(2) == 0 ? draw % 60 : draw; /* half of a text are common words */
    }
}

/* One word in `every` is another. */
static void edit(const struct text *from, uint32_t every, struct text *to)
{
    *to = *from;
    for (size_t i = 0; i < to->count; i++) {
        if (below(every) == 0) {
            to->words[i] = VOCABULARY + below(1000000);
        }
    }
}

static char *spell(const struct text *text, const char *separator)
{
    static char out[WORDS_MOST * 12];
    size_t used = 0;
    for (size_t i = 0; i < text->count; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%sw%x", i > 0 ? separator : "", text->words[i]);
    }
    return out;
}

/* The true share of shingles in common; each once. */
static double jaccard(const struct text *one, const struct text *other)
{
    const struct text *texts[] = { one, other };
    size_t common = 0, distinct[2] = { 0 };
    for (int side = 0; side < 2; side++) {
        const struct text *text = texts[side], *against = texts[1 - side];
        for (size_t i = 0; i + 3 <= text->count; i++) {
            bool seen = false, there = false;
            for (size_t k = 0; k < i && !seen; k++) {
                seen = memcmp(&text->words[k], &text->words[i], 3 * sizeof *text->words) == 0;
            }
            for (size_t k = 0; k + 3 <= against->count && !seen && !there; k++) {
                there = memcmp(&against->words[k], &text->words[i], 3 * sizeof *text->words) == 0;
            }
            distinct[side] += !seen;
            common += side == 0 && !seen && there;
        }
    }
    return (double)common / (double)(distinct[0] + distinct[1] - common);
}

static bool share_band(const uint8_t *one, const uint8_t *other)
{
    for (unsigned band = 0; band < SKETCH_BANDS; band++) {
        if (sketch_band(one, band) == sketch_band(other, band)) {
            return true;
        }
    }
    return false;
}

/* ---- Sketches ----------------------------------------------------------------------------- */

static void test_estimates(void **unused)
{
    (void)unused;
    static const uint32_t rates[] = { 300, 100, 50, 30, 20, 12, 8, 5, 3 };
    unsigned high = 0, joined = 0, low = 0, wrong = 0;
    double worst = 0;
    for (int i = 0; i < 900; i++) {
        struct text one, other;
        uint8_t a[SKETCH_BYTES], b[SKETCH_BYTES];
        make(&one, 60 + below(WORDS_MOST - 60));
        edit(&one, rates[i % 9], &other);
        double truth = jaccard(&one, &other);
        assert_true(sketch_text(spell(&one, " "), strlen(spell(&one, " ")), a));
        assert_true(sketch_text(spell(&other, " "), strlen(spell(&other, " ")), b));
        double likeness = sketch_likeness(a, b);
        bool alike = share_band(a, b) && likeness >= SKETCH_LIKE;
        worst = likeness - truth > worst ? likeness - truth : truth - likeness > worst ? truth - likeness : worst;
        high += truth >= 0.9;
        joined += truth >= 0.9 && alike;
        low += truth < 0.6;
        wrong += truth < 0.6 && alike;
    }
    print_message("of %u pairs with J >= 0.9 %u are joined, of %u with J < 0.6 %u; the worst estimate is %.2f off\n", high, joined,
                  low, wrong, worst);
    assert_true(high > 150 && low > 150);
    assert_true(joined * 100 >= high * 99);
    assert_true(wrong * 100 <= low);
    assert_true(worst < 0.35);
}

static void test_normal_form(void **unused)
{
    (void)unused;
    uint8_t a[SKETCH_BYTES], b[SKETCH_BYTES];
    static const char one[] = "De gemeente Één besluit over de haven, de sluis en de brug; over 'het riool' (en de weg) "
        "voor 25 jaar, na overleg met het waterschap en de provincie Zuid-Holland in het jaar 2011.";
    static const char other[] = "DE GEMEENTE ÉÉN\nBESLUIT OVER DE HAVEN\xC2\xA0- DE SLUIS EN DE BRUG \xE2\x80\x93 OVER "
        "HET RIOOL, EN DE WEG. VOOR 25 JAAR\n\nNA OVERLEG MET HET WATERSCHAP EN DE PROVINCIE ZUID HOLLAND IN HET JAAR 2011";
    assert_true(sketch_text(one, strlen(one), a));
    assert_true(sketch_text(other, strlen(other), b));
    assert_memory_equal(a, b, SKETCH_BYTES);
    assert_true(sketch_likeness(a, b) > 0.999);
    /* Too short, or the same words again and again: nothing is said. */
    assert_false(sketch_text("een twee drie", 13, a));
    assert_false(sketch_text("", 0, a));
    char again[600] = "";
    for (int i = 0; i < 100; i++) {
        strcat(again, "nvt ");
    }
    assert_false(sketch_text(again, strlen(again), a));
    /* Bytes that end in the middle of a character, and any other bytes: no fault, the same each time. */
    for (int i = 0; i < 2000; i++) {
        char bytes[400];
        size_t len = below(sizeof bytes);
        for (size_t k = 0; k < len; k++) {
            bytes[k] = (char)below(256);
        }
        char *fitting = malloc(len + 1);
        assert_non_null(fitting);
        memcpy(fitting, bytes, len);
        bool first = sketch_text(fitting, len, a), second = sketch_text(bytes, len, b);
        assert_true(first == second && (!first || memcmp(a, b, SKETCH_BYTES) == 0));
        free(fitting);
    }
}

static void test_content(void **unused)
{
    (void)unused;
    static const struct {
        const char *title, *text;
        bool same;
    } others[] = {
        { "Nota", "Een  tekst\r\nin regels. ", true }, { " Nota ", "\nEen tekst in regels.", true },
        { "Nota", "Een tekst in regels", false },      { "nota", "Een tekst in regels.", false },
        { "Nota Een", "tekst in regels.", false },     { "", "Nota Een tekst in regels.", false },
        { "Nota", "Eentekst in regels.", false },
    };
    struct err err = ERR_INIT;
    uint8_t one[SKETCH_CONTENT_BYTES], other[SKETCH_CONTENT_BYTES];
    assert_int_equal(sketch_content("Nota", 4, "Een tekst in regels.", 20, one, &err), ERR_OK);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(sketch_content(others[i].title, strlen(others[i].title), others[i].text, strlen(others[i].text), other,
                                        &err), ERR_OK);
        assert_true((memcmp(one, other, sizeof one) == 0) == others[i].same);
    }
    /* A text longer than the piece that is digested at a time, broken elsewhere. */
    char *spaced = malloc(40000), *lines = malloc(40000);
    assert_true(spaced != NULL && lines != NULL);
    size_t used = 0, lined = 0;
    for (int i = 0; i < 3000; i++) {
        used += (size_t)sprintf(spaced + used, "woord%d ", i);
        lined += (size_t)sprintf(lines + lined, "woord%d\n\n", i);
    }
    assert_int_equal(sketch_content("", 0, spaced, used, one, &err), ERR_OK);
    assert_int_equal(sketch_content("", 0, lines, lined, other, &err), ERR_OK);
    assert_memory_equal(one, other, sizeof one);
    free(spaced);
    free(lines);
}

/* ---- Families ----------------------------------------------------------------------------- */

#define ORIGINALS 200
#define COPIES 4

static uint8_t sketches[ORIGINALS * COPIES][SKETCH_BYTES];

static void make_sketches(void)
{
    for (size_t i = 0; i < ORIGINALS; i++) {
        struct text text, copy;
        make(&text, 200 + below(300));
        for (size_t k = 0; k < COPIES; k++) {
            edit(&text, 400, &copy);
            assert_true(sketch_text(spell(&copy, " "), strlen(spell(&copy, " ")), sketches[i * COPIES + k]));
        }
    }
}

/* The node of document i; uids in no order of theirs. */
static struct family_node node_of(size_t i)
{
    return (struct family_node){ .uid = (i * 7919 + 13) % 1000003 + 1, .sketch = sketches[i], .fresh = true };
}

static const struct family_node *find(const struct family_node *nodes, size_t count, uint64_t uid)
{
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].uid == uid) {
            return &nodes[i];
        }
    }
    return NULL;
}

static void test_families(void **unused)
{
    (void)unused;
    struct err err = ERR_INIT;
    static struct family_node nodes[ORIGINALS * COPIES], shuffled[ORIGINALS * COPIES];
    size_t count = ORIGINALS * COPIES, whole = 0;
    make_sketches();
    for (size_t i = 0; i < count; i++) {
        nodes[i] = node_of(i);
        shuffled[i] = node_of((i * 373 + 11) % count);
    }
    assert_int_equal(family_assign(nodes, count, &err), ERR_OK);
    assert_int_equal(family_assign(shuffled, count, &err), ERR_OK);
    assert_memory_equal(nodes, shuffled, sizeof nodes); /* the order does not matter */
    for (size_t i = 0; i < ORIGINALS; i++) {
        bool together = true;
        uint64_t family = find(nodes, count, node_of(i * COPIES).uid)->family;
        for (size_t k = 1; k < COPIES; k++) {
            together = together && find(nodes, count, node_of(i * COPIES + k).uid)->family == family;
        }
        whole += together;
    }
    for (size_t i = 0; i < count; i++) { /* no stranger in a family */
        for (size_t k = 0; k < count; k++) {
            const struct family_node *one = find(nodes, count, node_of(i).uid), *other = find(nodes, count, node_of(k).uid);
            assert_true(i / COPIES == k / COPIES || one->family != other->family);
        }
    }
    print_message("%zu of %d families are whole\n", whole, ORIGINALS);
    assert_true(whole * 100 >= ORIGINALS * 99);
    /* Again: the same, whoever is new. */
    for (size_t i = 0; i < count; i++) {
        shuffled[i].fresh = i % 3 == 0;
    }
    assert_int_equal(family_assign(shuffled, count, &err), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(shuffled[i].family == nodes[i].family);
    }
}

/* Families grow, keep their names when their leaders go, and let go who has changed. */
static void test_nights(void **unused)
{
    (void)unused;
    struct err err = ERR_INIT;
    struct family_node nodes[COPIES], next[COPIES + 1];
    make_sketches();
    for (size_t i = 0; i < COPIES; i++) {
        nodes[i] = node_of(i);
    }
    assert_int_equal(family_assign(nodes, COPIES - 1, &err), ERR_OK);
    uint64_t family = nodes[0].family;
    assert_true(family == nodes[0].uid && nodes[1].family == family && nodes[2].family == family);
    /* A new one with a lower uid joins; it does not take over. */
    size_t count = 0;
    for (size_t i = 0; i < COPIES - 1; i++) {
        next[count] = nodes[i];
        next[count++].fresh = false;
    }
    next[count] = node_of(COPIES - 1);
    next[count++].uid = 1;
    assert_int_equal(family_assign(next, count, &err), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(next[i].family == family);
    }
    /* The leader goes: the name stays. */
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (next[i].uid != family) {
            nodes[left] = next[i];
            nodes[left++].fresh = false;
        }
    }
    assert_int_equal(left, 3);
    assert_int_equal(family_assign(nodes, left, &err), ERR_OK);
    for (size_t i = 0; i < left; i++) {
        assert_true(nodes[i].family == family);
    }
    /* One becomes another text. */
    nodes[1].sketch = sketches[COPIES];
    nodes[1].fresh = true;
    uint64_t changed = nodes[1].uid;
    assert_int_equal(family_assign(nodes, left, &err), ERR_OK);
    for (size_t i = 0; i < left; i++) {
        assert_true((nodes[i].family == family) == (nodes[i].uid != changed));
    }
    assert_int_equal(family_assign(nodes, 0, &err), ERR_OK);
}

/* ---- The file ----------------------------------------------------------------------------- */

static void test_file(void **unused)
{
    (void)unused;
    struct err err = ERR_INIT;
    struct group_member members[] = {
        { 0, 3, { 1, 1, 0 }, 11, UINT64_C(20210301120000) }, { 0, 7, { 1, 0, 1 }, 12, UINT64_C(20200301120000) },
        { 1, 1, { 0, 1, 1 }, 13, 0 },
    };
    uint64_t ids[] = { 12 };
    struct group_capture captures[] = { { 1, UINT64_C(20220301120000) }, { 1, UINT64_C(20190301120000) } };
    struct groups groups = { members, 3, { 1, 1, 1 }, ids, captures, 2 }, read;
    AUTO_BUF struct buf data;
    buf_init(&data, 4096);
    groups_write(&groups, &data);
    assert_int_equal(groups_read(data.data, data.len, &read, &err), ERR_OK);
    assert_int_equal(read.count, 3);
    assert_memory_equal(read.members, members, sizeof members);
    assert_memory_equal(read.set_counts, groups.set_counts, sizeof groups.set_counts);
    assert_true(read.family_ids[0] == 12);
    assert_int_equal(read.capture_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(read.captures[i].set == captures[i].set && read.captures[i].captured == captures[i].captured);
    }
    assert_int_equal(groups_surplus(&read, GROUP_VERSION), 1);
    assert_int_equal(groups_surplus(&read, GROUP_CONTENT), 1);
    assert_int_equal(groups_surplus(&read, GROUP_FAMILY), 1);
    groups_done(&read);
    /* Cut off anywhere, or any byte changed: refused, or read without harm. */
    for (size_t i = 0; i < data.len; i++) {
        assert_int_equal(groups_read(data.data, i, &read, &err), ERR_CORRUPT);
        for (int k = 0; k < 8; k++) {
            data.data[i] = (char)(data.data[i] ^ 1 << k);
            if (groups_read(data.data, data.len, &read, &err) == ERR_OK) {
                groups_surplus(&read, GROUP_FAMILY);
                groups_done(&read);
            }
            data.data[i] = (char)(data.data[i] ^ 1 << k);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_estimates), cmocka_unit_test(test_normal_form), cmocka_unit_test(test_content),
        cmocka_unit_test(test_families),  cmocka_unit_test(test_nights),      cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
