/* t154-deadly.c - searchd/deadly.c: a request that workers die of is refused for a while (issue 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "searchd/deadly.h"

#define NOW 1000000

static void test_two_deaths(void **state)
{
    (void)state;
    struct deadly deadly = { 0 };
    assert_false(deadly_is(&deadly, "/zoeken?q=a", 11, NOW));
    assert_false(deadly_note(&deadly, "/zoeken?q=a", 11, NOW));
    assert_false(deadly_is(&deadly, "/zoeken?q=a", 11, NOW + 1));
    assert_true(deadly_note(&deadly, "/zoeken?q=a", 11, NOW + 2)); /* said once */
    assert_false(deadly_note(&deadly, "/zoeken?q=a", 11, NOW + 3));
    assert_true(deadly_is(&deadly, "/zoeken?q=a", 11, NOW + 4));
    assert_false(deadly_is(&deadly, "/zoeken?q=b", 11, NOW + 4));
    assert_false(deadly_is(&deadly, "/zoeken?q=a", 11, NOW + 3 + DEADLY_MS)); /* tried again */
    deadly_note(&deadly, "/zoeken?q=a", 11, NOW + 4 + DEADLY_MS);
    assert_false(deadly_is(&deadly, "/zoeken?q=a", 11, NOW + 5 + DEADLY_MS)); /* and counted anew */
}

static void test_many(void **state)
{
    (void)state;
    struct deadly deadly = { 0 };
    char target[64];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < DEADLY_REQUESTS; i++) {
            int len = snprintf(target, sizeof target, "/zoeken?q=%d", i);
            deadly_note(&deadly, target, (size_t)len, NOW + round * 100 + i);
        }
    }
    for (int i = 0; i < DEADLY_REQUESTS; i++) {
        int len = snprintf(target, sizeof target, "/zoeken?q=%d", i);
        assert_true(deadly_is(&deadly, target, (size_t)len, NOW + 1000));
    }
    deadly_note(&deadly, "/nieuw", 6, NOW + 1000); /* takes the place of the oldest */
    assert_false(deadly_is(&deadly, "/zoeken?q=0", 11, NOW + 1001));
    assert_true(deadly_is(&deadly, "/zoeken?q=1", 11, NOW + 1001));
    deadly_forget(&deadly);
    assert_false(deadly_is(&deadly, "/zoeken?q=1", 11, NOW + 1002));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_deaths),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
