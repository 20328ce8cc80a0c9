/* t057-recur.c - which lines of a document are boilerplate, given what the collection says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/recur.h"
#include "text/schema.h"

/* The collection: lines with a class, ended by NULL. */
struct line {
    const char *text;
    enum recur_class class;
};

static enum recur_class class_of(void *context, uint64_t hash)
{
    for (const struct line *line = context; line->text != NULL; line++) {
        if (recur_hash("bron", line->text, strlen(line->text)) == hash) {
            return line->class;
        }
    }
    return RECUR_SINGLE;
}

static struct line pages[] = {
    { "Privacy en Cookies", RECUR_RECURRING },
    { "Voor een optimale werking plaatst deze website cookies op uw computer", RECUR_REPEATED },
    { "Naar de inhoud", RECUR_RECURRING },
    { "Inleiding", RECUR_FREQUENT },
    { "Gegeven te 's-Gravenhage, in het jaar onzes Heren", RECUR_FREQUENT },
    { "Menu", RECUR_RECURRING },
    { "Een uitgave van het ministerie", RECUR_RECURRING },
    { NULL, RECUR_SINGLE },
};

/* The lines that are left, joined by |. */
static char *left(const char *text, const char *title, struct recur *recur)
{
    static char out[4096];
    recur_scan(recur, "bron", text, strlen(text));
    recur_decide(recur, "bron", title, strlen(title), class_of, pages);
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < recur->count; i++) {
        const struct recur_block *block = &recur->blocks[i];
        if (!block->excluded) {
            used += (size_t)snprintf(out + used, sizeof out - used, "%s%.*s", used > 0 ? "|" : "", (int)(block->end - block->start),
                                     text + block->start);
        }
    }
    return out;
}

#define BODY "De gemeente heeft in haar vergadering van maandag besloten het plan uit te voeren\n" \
             "Het college legt de uitkomst daarvan nog dit jaar aan de raad voor en licht die toe\n"
#define BODY_LEFT "De gemeente heeft in haar vergadering van maandag besloten het plan uit te voeren|" \
                  "Het college legt de uitkomst daarvan nog dit jaar aan de raad voor en licht die toe"
#define BANNER "Privacy en Cookies\nVoor een optimale werking plaatst deze website cookies op uw computer\nNaar de inhoud\n"

static void test_edges(void **state)
{
    struct recur recur;
    (void)state;
    assert_string_equal(left(BANNER BODY, "", &recur), BODY_LEFT);
    assert_int_equal(recur.lead, 3);
    /* Case, white space and blank lines do not count. */
    assert_string_equal(left("\n  PRIVACY  en\tcookies \n\n" BODY, "", &recur), BODY_LEFT);
    assert_string_equal(left(BODY "Een uitgave van het ministerie", "", &recur), BODY_LEFT);
    /* A title in front is passed over; any other line is not. */
    assert_string_equal(left("Plan\n" BANNER BODY, "Plan", &recur), "Plan|" BODY_LEFT);
    char *other = left("Plan\n" BANNER BODY, "Besluit", &recur);
    assert_non_null(strstr(other, "Privacy en Cookies|Voor"));
    /* Too little to be sure of. */
    assert_string_equal(left("Menu\n" BODY, "", &recur), "Menu|" BODY_LEFT);
    assert_int_equal(recur.lead, 0);
    /* What stands in a gap and is nowhere else stays, and what recurs behind it goes. */
    assert_string_equal(left("Privacy en Cookies\nEigen regel\nNaar de inhoud\n" BODY, "", &recur), "Eigen regel|" BODY_LEFT);
    assert_int_equal(recur.blocks[0].state, RECUR_STATE_RECURRING);
    assert_int_equal(recur.blocks[1].state, RECUR_STATE_GAP_SINGLE);
    assert_int_equal(recur.blocks[3].state, RECUR_STATE_OTHER);
    left(BANNER BODY, "", &recur);
    assert_int_equal(recur.blocks[1].state, RECUR_STATE_GAP_REPEATED);
}

static void test_middle(void **state)
{
    struct recur recur;
    (void)state;
    assert_string_equal(left(BODY "Inleiding\n" BODY, "", &recur), BODY_LEFT "|Inleiding|" BODY_LEFT);
    assert_string_equal(left(BODY "Gegeven te 's-Gravenhage, in het jaar onzes Heren\nInleiding\n" BODY, "", &recur),
                        BODY_LEFT "|" BODY_LEFT);
    /* Of a few documents only: in the middle that is no evidence. */
    assert_string_equal(left(BODY "Een uitgave van het ministerie\nPrivacy en Cookies\nNaar de inhoud\n" BODY, "", &recur),
                        BODY_LEFT "|Een uitgave van het ministerie|Privacy en Cookies|Naar de inhoud|" BODY_LEFT);
}

static void test_never_empty(void **state)
{
    struct recur recur;
    (void)state;
    assert_string_equal(left("Privacy en Cookies\nNaar de inhoud\n", "", &recur), "Privacy en Cookies|Naar de inhoud");
    assert_string_equal(left("Privacy en Cookies\nNaar de inhoud\nkort", "", &recur), "Privacy en Cookies|Naar de inhoud|kort");
    assert_string_equal(left("Gegeven te 's-Gravenhage, in het jaar onzes Heren\n", "", &recur),
                        "Gegeven te 's-Gravenhage, in het jaar onzes Heren");
    assert_string_equal(left("", "", &recur), "");
    assert_string_equal(left("\n \n\t\n", "", &recur), "");
}

static void test_long_text(void **state)
{
    /* Only the first and last lines are looked at, and blocks apart are not taken for neighbours. */
    static char text[400000];
    struct recur recur;
    (void)state;
    for (int lines = 1; lines < 200; lines++) {
        size_t used = 0;
        for (int i = 0; i < lines; i++) {
            used += (size_t)sprintf(text + used, "Regel %d met eigen tekst\n\n", i);
        }
        recur_scan(&recur, "bron", text, used);
        size_t wanted = lines < RECUR_BLOCKS_MAX ? (size_t)lines : RECUR_BLOCKS_MAX;
        assert_int_equal(recur.count, wanted);
        assert_int_equal(recur.head_count, lines > RECUR_BLOCKS_MAX ? RECUR_HEAD : wanted);
        assert_true((recur.middle_bytes > 0) == (lines > RECUR_BLOCKS_MAX));
        for (size_t i = 0; i < recur.count; i++) {
            int number = i < recur.head_count ? (int)i : lines - (int)(recur.count - i);
            assert_int_equal(atoi(text + recur.blocks[i].start + 6), number);
        }
    }
    memset(text, 'a', RECUR_BLOCK_BYTES + 1);
    recur_scan(&recur, "bron", text, RECUR_BLOCK_BYTES + 1);
    assert_int_equal(recur.count, 1);
    assert_false(recur.blocks[0].usable);
}

static void test_ranges(void **state)
{
    struct recur recur;
    struct text_range ranges[RECUR_BLOCKS_MAX];
    const char *text = BANNER BODY "Een uitgave van het ministerie";
    (void)state;
    left(text, "", &recur);
    assert_int_equal(recur_ranges(&recur, ranges), 2);
    assert_int_equal(ranges[0].start, 0);
    assert_int_equal(ranges[0].end, strlen(BANNER) - 1);
    assert_int_equal(ranges[1].end, strlen(text));
    assert_true(recur_is_excluded(&recur, "bron", "naar de  INHOUD", 15));
    assert_false(recur_is_excluded(&recur, "bron", "Inleiding", 9));
    struct text_range title;
    assert_true(recur_title(&recur, "bron", "Privacy en Cookies", 18, &title));
    assert_memory_equal(text + title.start, "De gemeente", 11);
    assert_false(recur_title(&recur, "bron", "De gemeente", 11, &title));
    struct text_range some[] = { { 8, 9 }, { 0, 3 }, { 2, 5 }, { 5, 6 }, { 7, 7 }, { 20, 30 } };
    assert_int_equal(ranges_normalise(some, 6, 25), 3);
    assert_int_equal(some[0].end, 6);
    assert_int_equal(some[1].start, 8);
    assert_int_equal(some[2].end, 25);
}

static void test_likeness(void **state)
{
    struct recur one, two;
    char text[8192], other[8192];
    size_t len = 0;
    (void)state;
    for (int i = 0; i < 400; i++) {
        len += (size_t)sprintf(text + len, "woord%d%c", i * 7919 % 10007, i % 12 == 11 ? '\n' : ' ');
    }
    recur_scan(&one, "bron", text, len);
    memcpy(other, text, len + 1);
    for (size_t i = 0; i < len; i++) {
        other[i] = other[i] == ' ' && i % 3 == 0 ? '\n' : other[i];
    }
    recur_scan(&two, "bron", other, len);
    assert_int_equal(one.likeness, two.likeness);
    sprintf(other, "geheel andere woorden staan hier bijeen");
    recur_scan(&two, "bron", other, strlen(other));
    assert_int_not_equal(one.likeness, two.likeness);
}

static void test_terms(void **state)
{
    (void)state;
    char term[RECUR_TERM_LEN + 1], last[RECUR_TERM_LEN + 1] = "";
    for (uint64_t hash = 0; hash < (uint64_t)1 << 42; hash += 104729 * (hash / 1000 + 1)) {
        uint64_t got;
        recur_term(RECUR_STATE_OTHER, hash, term);
        assert_int_equal(strlen(term), RECUR_TERM_LEN);
        assert_true(strcmp(last, term) < 0); /* terms stand in the order of hashes */
        assert_true(recur_term_hash(term, RECUR_TERM_LEN, &got));
        assert_true(got == hash);
        strcpy(last, term);
    }
    uint64_t hash;
    assert_false(recur_term_hash("Hn!234567", RECUR_TERM_LEN, &hash));
    assert_false(recur_term_hash("Hq1234567", RECUR_TERM_LEN, &hash));
    assert_false(recur_term_hash("Hn123456", RECUR_TERM_LEN - 1, &hash));
    assert_true(recur_hash("a", "regel", 5) != recur_hash("b", "regel", 5));
}

static void test_classes(void **state)
{
    (void)state;
    assert_int_equal(recur_threshold(0), 3);
    assert_int_equal(recur_threshold(99), 3);
    assert_int_equal(recur_threshold(100), 5);
    assert_int_equal(recur_threshold(1000000), 500);
    assert_int_equal(recur_threshold(RECUR_DOCUMENTS_MAX), 500);
    for (uint32_t n = 0; n < 12000; n++) {
        assert_true(recur_threshold(n) <= recur_threshold(n + 1));
    }
    assert_int_equal(recur_classify(1, 3), RECUR_SINGLE);
    assert_int_equal(recur_classify(2, 3), RECUR_REPEATED);
    assert_int_equal(recur_classify(3, 3), RECUR_RECURRING);
    assert_int_equal(recur_classify(10, 3), RECUR_FREQUENT);
    assert_int_equal(recur_classify(19, 20), RECUR_REPEATED);
    assert_int_equal(recur_classify(20, 20), RECUR_FREQUENT);
    assert_int_equal(recur_classify(1000000, UINT32_MAX), RECUR_REPEATED);
    for (const char *letter = RECUR_STATES; *letter != '\0'; letter++) {
        int fits = 0;
        for (int class = RECUR_SINGLE; class <= RECUR_FREQUENT; class++) {
            fits += recur_state_fits(*letter, (enum recur_class)class);
        }
        assert_int_equal(fits, *letter == RECUR_STATE_OTHER ? 2 : 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),   cmocka_unit_test(test_middle),   cmocka_unit_test(test_never_empty),
        cmocka_unit_test(test_long_text), cmocka_unit_test(test_ranges), cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_terms),   cmocka_unit_test(test_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
