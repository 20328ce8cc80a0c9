/* t058-pages.c - text/page_runs: the numbers printed on pages, and lists of pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "extract/pdf-labels.h"
#include "text/page_runs.h"

static void test_labels(void **state)
{
    static const struct {
        const char *runs;
        uint32_t page;
        const char *label;
    } cases[] = {
        { "1:i 5:1 90:A-1", 1, "i" },      { "1:i 5:1 90:A-1", 4, "iv" },   { "1:i 5:1 90:A-1", 5, "1" },
        { "1:i 5:1 90:A-1", 89, "85" },    { "1:i 5:1 90:A-1", 91, "A-2" }, { "1:XIX", 2, "XX" },
        { "1:Omslag 2:1", 1, "Omslag" },   { "1:Omslag 2:1", 3, "2" },      { "3:9", 2, "" },
        { "1:1", 7, "" },                  { "", 3, "" },                   { "1:", 1, "" },
        { "x y 1", 1, "" },                { "1:iiii", 2, "iiii" },         { "1:bijlage-iii", 2, "bijlage-iv" },
        { "1:999999999", 2, "1000000000" }, { "4294967295:1", 3, "" },      { "1:\xC3", 1, "" },
    };
    char label[PAGE_LABEL_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool any = page_label(cases[i].runs, strlen(cases[i].runs), cases[i].page, label);
        assert_string_equal(label, cases[i].label);
        assert_int_equal(any, *cases[i].label != '\0');
    }
}

/* Whatever a PDF's pages are called, each is called so again. */
static void test_round_trip(void **state)
{
    static const char *const kinds[] = { "%u", "A-%u", "%u.", "", "Omslag", "9%u", "0%u" };
    unsigned seed = 1;
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct pdf_labels labels;
        char given[60][PDF_LABEL_SIZE], label[PAGE_LABEL_SIZE];
        pdf_labels_init(&labels, 4096);
        for (uint32_t page = 1, number = 1, kind = 0; page <= 60; page++, number++) {
            seed = seed * 1103515245u + 12345u;
            if (page == 1 || (seed >> 16) % 9 == 0) {
                kind = (seed >> 8) % (sizeof kinds / sizeof *kinds);
                number = (seed >> 20) % 300;
            }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(given[page - 1], PDF_LABEL_SIZE, kinds[kind], number);
#pragma GCC diagnostic pop
            pdf_labels_add(&labels, page, given[page - 1]);
        }
        const char *runs = pdf_labels_get(&labels);
        for (uint32_t page = 1; page <= 60; page++) {
            char own[16];
            snprintf(own, sizeof own, "%u", (unsigned)page);
            page_label(runs, strlen(runs), page, label);
            assert_string_equal(label, strcmp(given[page - 1], own) == 0 ? "" : given[page - 1]);
        }
        pdf_labels_done(&labels);
    }
}

static void test_roman(void **state)
{
    struct pdf_labels labels;
    char label[PAGE_LABEL_SIZE];
    static const char *const written[] = { "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi" };
    (void)state;
    pdf_labels_init(&labels, 100);
    for (uint32_t page = 1; page <= 11; page++) {
        pdf_labels_add(&labels, page, written[page - 1]);
    }
    assert_string_equal(pdf_labels_get(&labels), "1:i");
    assert_true(page_label("1:i", 3, 1994, label));
    assert_string_equal(label, "mcmxciv");
    pdf_labels_done(&labels);
}

static void test_lists(void **state)
{
    static const char runs[] = "3 7-9 12";
    (void)state;
    for (uint32_t page = 0; page < 20; page++) {
        assert_int_equal(page_is_listed(runs, strlen(runs), page), page == 3 || (page >= 7 && page <= 9) || page == 12);
    }
    assert_false(page_is_listed("", 0, 1) || page_is_listed("x-y - 0-", 8, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_roman),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
