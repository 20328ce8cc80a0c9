/* t055-editor.c - the editor's file: rows, mistakes, limits, and finding words in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "text/dutch.h"
#include "text/editor.h"

static struct editor *parse(const char *text)
{
    struct editor *editor = NULL;
    assert_int_equal(editor_parse(text, strlen(text), &editor, NULL), ERR_OK);
    return editor;
}

static void test_rows(void **state)
{
    (void)state;
    CLEANUP(editor_free_cleanup) struct editor *editor =
        parse("\xEF\xBB\xBF# redactie\r\n\r\n  RVB =  Rijks vastgoedbedrijf # zie de nota\r\nC#-code ~ programma\n"
              "Wob > Woo > Wob3\n! OR = Over\n!AR\n  #\n V&J~J&V ~ JenV");
    assert_int_equal(editor->problem_count, 0);
    assert_int_equal(editor->row_count, 6);
    assert_int_equal(editor->rows[0].kind, EDITOR_ABBREVIATION);
    assert_int_equal(editor->rows[0].line, 3);
    assert_string_equal(editor->rows[0].members[0].written, "RVB");
    assert_string_equal(editor->rows[0].members[0].words, "rvb");
    assert_string_equal(editor->rows[0].members[1].written, "Rijks vastgoedbedrijf");
    assert_string_equal(editor->rows[0].members[1].words, "rijks vastgoedbedrijf");
    assert_int_equal(editor->rows[1].kind, EDITOR_SYNONYM);
    assert_string_equal(editor->rows[1].members[0].words, "c code");
    assert_int_equal(editor->rows[2].kind, EDITOR_SUCCESSION);
    assert_int_equal(editor->rows[2].count, 3);
    assert_int_equal(editor->rows[3].kind, EDITOR_FORBIDDEN);
    assert_int_equal(editor->rows[3].count, 2);
    assert_int_equal(editor->rows[4].count, 1);
    assert_string_equal(editor->rows[5].members[0].words, "v&j");
    assert_int_equal(editor->rows[5].line, 9);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *row, *problem;
    } mistakes[] = {
        { "wet", "no =, ~ or > in it" },
        { "a = b > c", "= and > in one row" },
        { "a = b = c", "more than one = in a row" },
        { "= b", "there is no word" },
        { "a ~", "there is no word" },
        { "a ~ ~ b", "there is no word" },
        { "!", "there is no word" },
        { "! a ~ b", "only abbreviations can be forbidden" },
        { "wet op = b", "is no abbreviation" },
        { "eenheelergheellangwoord = b", "is no abbreviation" },
        { "wet ~ w\xC3\xA9t", "stands in it twice" },
        { "a ~ \xFF", "not valid UTF-8" },
        { "a~b~c~d~e~f~g~h~i~j~k~l~m~n~o~p~q", "more than 16" },
        { "a ~ 1 2 3 4 5 6 7 8 9 10 11 12 13", "too long" },
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        char text[300];
        snprintf(text, sizeof text, "wob > woo\n%s\nar ~ ra\n", mistakes[i].row);
        CLEANUP(editor_free_cleanup) struct editor *editor = parse(text);
        assert_int_equal(editor->row_count, 2);
        assert_int_equal(editor->problem_count, 1);
        assert_int_equal(editor->problems[0].line, 2);
        if (strstr(editor->problems[0].text, mistakes[i].problem) == NULL) {
            fail_msg("`%s' gives `%s', not `%s'", mistakes[i].row, editor->problems[0].text, mistakes[i].problem);
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    AUTO_BUF struct buf text;
    buf_init(&text, EDITOR_BYTES_MAX);
    for (int i = 0; i < EDITOR_ROWS_MAX + EDITOR_PROBLEMS_MAX + 5; i++) {
        buf_printf(&text, "a%d = b%d\n", i, i);
    }
    CLEANUP(editor_free_cleanup) struct editor *editor = parse(text.data);
    assert_int_equal(editor->row_count, EDITOR_ROWS_MAX);
    assert_int_equal(editor->problem_count, EDITOR_PROBLEMS_MAX + 5);
    struct err err = ERR_INIT;
    struct editor *none = NULL;
    assert_int_equal(editor_read("/dev/zero", &none, &err), ERR_INVALID);
    assert_int_equal(editor_read("/nergens/redactie.txt", &none, &err), ERR_NOT_FOUND);
    assert_null(none);
}

static void test_finding(void **state)
{
    (void)state;
    CLEANUP(dutch_free_cleanup) struct dutch *dutch = NULL;
    assert_int_equal(dutch_new_empty(&dutch, NULL), ERR_OK);
    const struct words *words = dutch_words(dutch);
    CLEANUP(editor_free_cleanup) struct editor *editor =
        parse("zbo = zelfstandig bestuursorgaan\nmogelijkheid ~ kans ~ goede gelegenheid\nwob > kans\n! or = over rijk\n! ar\n");
    struct editor_place places[8];
    assert_int_equal(editor_find(editor, words, "kans", 4, places, 8), 0); /* not prepared yet */
    assert_int_equal(editor_prepare(editor, words, NULL), ERR_OK);
    assert_int_equal(editor_find(editor, words, "kans", 4, places, 8), 2);
    assert_int_equal(places[0].row->kind, EDITOR_SYNONYM);
    assert_int_equal(places[0].member, 1);
    assert_int_equal(places[1].row->kind, EDITOR_SUCCESSION);
    assert_int_equal(editor_find(editor, words, "kans", 4, places, 1), 1);
    assert_int_equal(editor_find(editor, words, "mogelijkheden", 13, places, 8), 1); /* an inflection */
    assert_int_equal(editor_find(editor, words, "zbo", 3, places, 8), 1);
    assert_int_equal(places[0].member, 0);
    assert_int_equal(editor_find(editor, words, "zbo's", 5, places, 8), 0); /* but not of an abbreviation */
    assert_int_equal(editor_find(editor, words, "goede gelegenheid", 17, places, 8), 1);
    assert_int_equal(editor_find(editor, words, "or", 2, places, 8), 0); /* forbidden rows say nothing else */
    assert_true(editor_begins(editor, "zelfstandig b", 13));
    assert_true(editor_begins(editor, "goede gelegenheid", 17));
    assert_false(editor_begins(editor, "goede kans", 10));
    assert_true(editor_forbids(editor, "or", 2, "over rijk", 9));
    assert_false(editor_forbids(editor, "or", 2, "over", 4));
    assert_true(editor_forbids(editor, "ar", 2, "wat dan ook", 11));
    assert_false(editor_forbids(editor, "zbo", 3, "zelfstandig bestuursorgaan", 26));
    assert_int_equal(editor_find(NULL, words, "or", 2, places, 8), 0);
    assert_false(editor_begins(NULL, "or", 2) || editor_forbids(NULL, "or", 2, "over", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
