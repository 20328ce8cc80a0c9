/* t042-extract-lines.c - lines of JSON, in this process: fields, bad lines, ranges. */
#include "tests/extract-test.h"


static const char lines[] =
    "\xEF\xBB\xBF{\"id\": \"een\", \"title\": \" A  b \", \"text\": \"p1\\fp2\", \"url\": \"http://x.nl/\","
    " \"date\": \"2020-05-06T07:08\", \"type\": \"brief\", \"language\": \"nl\", \"description\": \"d\", \"x\": [1]}\n"
    "\n  \r\n"
    "{\"id\": 17, \"title\": 5, \"text\": \"caf\\u00e9 \\u0000e\\u0301\", \"url\": \"file:///x\", \"date\": \"x\"}\r\n"
    "{\"text\": \"zonder id\"\n"
    "[1]\n"
    "{\"id\": \"\", \"text\": \"t\"}\n"
    "{\"id\": \"leeg\"}\n"
    "{\"text\": \"\xE9\"}\n"
    "{\"id\": -3, \"title\": \"slot\"}";

static void test_jsonl_fields(void **state)
{
    (void)state;
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_capped("a.jsonl", lines, sizeof lines - 1, &extract_default_caps, &caught, &err), ERR_OK);
    static const struct {
        const char *id, *title, *text, *problem;
    } expected[] = {
        { "een", "A b", "p1\np2", "" },
        { "17", "", "caf\xC3\xA9 \xC3\xA9", "" },
        { "@", "", "", "not valid JSON" },
        { "@", "", "", "not a JSON object" },
        { "@", "", "t", "" },
        { "@", "", "", "neither title nor text" },
        { "@", "", "", "not valid JSON" },
        { "-3", "slot", "", "" },
    };
    assert_int_equal(caught.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < caught.count; i++) {
        const struct extract_record *record = &caught.records[i];
        char at_position[32];
        snprintf(at_position, sizeof at_position, "@%llu", (unsigned long long)record->position);
        assert_string_equal(record->id, *expected[i].id == '@' ? at_position : expected[i].id);
        assert_string_equal(record->title, expected[i].title);
        assert_string_equal(record->text, expected[i].text);
        assert_non_null(strstr(record->problem, expected[i].problem));
        assert_int_equal(*record->problem != '\0', *expected[i].problem != '\0');
    }
    const struct extract_record *first = &caught.records[0];
    assert_int_equal(first->page_count, 2);
    assert_int_equal(first->pages[1], 3);
    assert_string_equal(first->url, "http://x.nl/");
    assert_string_equal(first->date, "2020-05-06");
    assert_string_equal(first->kind, "brief");
    assert_string_equal(first->language, "nl");
    assert_string_equal(first->description, "d");
    assert_string_equal(first->format, "application/json");
    assert_string_equal(caught.records[1].url, "");
    assert_string_equal(caught.records[1].date, "");
    caught_done(&caught);
}

/* Two ranges that meet anywhere give what one range gives: from memory and from a file. */
static void test_jsonl_ranges(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    size_t len = sizeof lines - 1;
    assert_int_equal(fwrite(lines, 1, len, file), len);
    fflush(file);
    struct line_source sources[] = { { .bytes = lines, .fd = -1, .len = len }, { .fd = fileno(file), .len = len } };
    const struct extract_caps *caps = &extract_default_caps;
    struct caught whole = { .count = 0 }, parts = { .count = 0 };
    struct err err = ERR_INIT;
    assert_int_equal(jsonl_range(&sources[0], 0, len, caps, catch_record, &whole, &err), ERR_OK);
    for (size_t source = 0; source < 2; source++) {
        for (size_t middle = 0; middle <= len; middle++) {
            assert_int_equal(jsonl_range(&sources[source], 0, middle, caps, catch_record, &parts, &err), ERR_OK);
            assert_int_equal(jsonl_range(&sources[source], middle, len, caps, catch_record, &parts, &err), ERR_OK);
            assert_int_equal(parts.count, whole.count);
            for (size_t i = 0; i < whole.count; i++) {
                assert_int_equal(parts.records[i].position, whole.records[i].position);
                assert_string_equal(parts.records[i].id, whole.records[i].id);
                assert_string_equal(parts.records[i].text, whole.records[i].text);
                assert_string_equal(parts.records[i].problem, whole.records[i].problem);
            }
            caught_done(&parts);
        }
    }
    caught_done(&whole);
    fclose(file);
}

/* What is cut off of a title is told. */
static void test_titles_are_cut(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    struct caught caught;
    struct err err = ERR_INIT;
    const char *line = "{\"id\": \"een\", \"title\": \"tien tekens en nog elf\", \"text\": \"gemeente\"}\n";
    const char *page = "<title>tien tekens en nog elf</title><p>gemeente";
    caps.title_bytes = 40;
    assert_int_equal(run_capped("a.jsonl", line, strlen(line), &caps, &caught, &err), ERR_OK);
    assert_int_equal(caught.records[0].cut, 0);
    assert_string_equal(caught.records[0].note, "");
    caught_done(&caught);
    caps.title_bytes = 12;
    assert_int_equal(run_capped("a.jsonl", line, strlen(line), &caps, &caught, &err), ERR_OK);
    assert_string_equal(caught.records[0].title, "tien tekens");
    assert_int_equal(caught.records[0].cut, 11);
    caught_done(&caught);
    caps.title_bytes = 18;
    assert_int_equal(run_capped("a.html", page, strlen(page), &caps, &caught, &err), ERR_OK);
    assert_string_equal(caught.records[0].title, "tien tekens en nog");
    assert_int_equal(caught.records[0].cut, 4);
    assert_string_equal(caught.records[0].note, "4 of them are of t");
    caught_done(&caught);
}

static void test_jsonl_caps(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.record_bytes = 4;
    caps.title_bytes = 60;
    struct buf text;
    buf_init(&text, 8 << 20);
    buf_add_str(&text, "{\"id\": \"lang\", \"text\": \"");
    for (int i = 0; i < 2000000; i++) {
        buf_add_char(&text, 'x');
    }
    buf_add_str(&text, "\"}\n{\"id\": \"kort\", \"text\": \"abcdef\"}\n{\"text\": \"t\", \"id\": \"");
    for (int i = 0; i < 61; i++) {
        buf_add_char(&text, 'i'); /* two such ids must not become one */
    }
    buf_add_str(&text, "\"}\n");
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_capped("a.jsonl", text.data, text.len, &caps, &caught, &err), ERR_OK);
    assert_int_equal(caught.count, 3);
    assert_non_null(strstr(caught.records[0].problem, "the line is longer"));
    assert_string_equal(caught.records[1].text, "abcd");
    assert_int_equal(caught.records[1].cut, 2);
    assert_non_null(strstr(caught.records[2].problem, "id is longer"));
    caught_done(&caught);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jsonl_fields),
        cmocka_unit_test(test_jsonl_ranges),
        cmocka_unit_test(test_titles_are_cut),
        cmocka_unit_test(test_jsonl_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
