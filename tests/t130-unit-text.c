/* t130-unit-text.c - text/: cleaning, folding, tokens, encodings; and the files of an index, sound and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/io.h"
#include "tests/text-fixture.h"
#include "text/analysis.h"
#include "text/charset.h"
#include "text/derive.h"
#include "text/doc_head.h"
#include "text/dutch.h"
#include "text/generation.h"
#include "text/lexicon.h"
#include "text/schema.h"
#include "text/stem.h"
#include "text/store.h"
#include "text/token.h"
#include "text/unicode.h"

#define LONG_MS 10000 /* no input of a megabyte may take this long, sanitizers included */

/* ---- Cleaning ----------------------------------------------------------------------------- */

static void test_clean_mends_bad_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xF0\x80\x80\xAF", "\xF0\x8F\xBF\xBF",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\xBD\xED\xB8\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",
        "\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xE2\x28\xA1", "\xC3\xC3\xA9",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[32];
        snprintf(text, sizeof text, "a%sb", bad[i]);
        struct buf out;
        struct text_repairs repairs = { 0, 0 };
        buf_init(&out, FIXTURE_TEXT_MAX);
        assert_int_equal(text_clean(text, strlen(text), &out, &repairs, NULL), ERR_OK);
        if (repairs.bad_bytes == 0 || !fixture_is_utf8(out.data, out.len) || out.data[0] != 'a' || out.data[out.len - 1] != 'b'
            || strstr(out.data, "\xEF\xBF\xBD") == NULL) {
            fail_msg("bad sequence %zu gives '%s', %zu repairs", i, out.data, repairs.bad_bytes);
        }
        assert_true(utf8_valid_prefix(text, strlen(text)) < strlen(text));
        buf_done(&out);
    }
}

static void test_clean_table(void **state)
{
    (void)state;
    static const struct {
        const char *dirty, *wanted;
        size_t len; /* of dirty, when it holds a NUL */
    } table[] = {
        { "", "", 0 },
        { "caf\xC3\xA9", "caf\xC3\xA9", 0 },
        { "cafe\xCC\x81", "caf\xC3\xA9", 0 },
        { "e\xCC\x88\xCC\x81", "\xC3\xAB\xCC\x81", 0 },
        { "\xE2\x84\xAB", "\xC3\x85", 0 },                            /* angstrom sign */
        { "q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87", 0 },              /* marks in canonical order */
        { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C", 0 }, /* Hangul */
        { "\xEF\xAC\x81 \xC4\xB3", "\xEF\xAC\x81 \xC4\xB3", 0 },      /* compatibility forms stay */
        { "a\r\nb\rc\nd", "a\nb\nc\nd", 0 },
        { "a\r\r\nb", "a\n\nb", 0 },
        { "a\0b", "ab", 3 },
        { "a\x01\x1B\x7F" "b\tc\fd", "ab\tc\fd", 0 },
        { "a\xC2\x80" "b\xC2\x9F" "c", "abc", 0 },
        { "\xEF\xBB\xBFtekst", "tekst", 0 },
        { "te\xEF\xBB\xBFkst", "te\xEF\xBB\xBFkst", 0 },
        { "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF", 0 },
        { "\xEF\xBF\xBD", "\xEF\xBF\xBD", 0 },
        { "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", 0 },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buf out;
        fixture_clean(table[i].dirty, table[i].len > 0 ? table[i].len : strlen(table[i].dirty), &out);
        assert_string_equal(out.data, table[i].wanted);
        buf_done(&out);
    }
}

static void test_clean_of_anything_is_clean(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char dirty[1024];
        size_t len = fixture_random_text(dirty, sizeof dirty);
        struct buf once, twice;
        fixture_clean(dirty, len, &once);
        assert_true(fixture_is_utf8(once.data, once.len));
        assert_int_equal(utf8_valid_prefix(once.data, once.len), once.len);
        fixture_clean(once.data, once.len, &twice);
        if (once.len != twice.len || memcmp(once.data, twice.data, once.len) != 0) {
            fail_msg("cleaning '%s' again gives '%s'", once.data, twice.data);
        }
        buf_done(&once);
        buf_done(&twice);
    }
}

static void test_utf8_steps(void **state)
{
    (void)state;
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    size_t step, at = 0;
    static const int32_t wanted[] = { 'a', 0xE9, 0x20AC, 0x1F600, 'z' };
    for (size_t i = 0; i < 5; i++, at += step) {
        assert_int_equal(utf8_decode(text + at, sizeof text - 1 - at, &step), wanted[i]);
    }
    assert_int_equal(utf8_count(text, sizeof text - 1), 5);
    assert_int_equal(utf8_floor(text, sizeof text - 1, 2), 1);
    assert_int_equal(utf8_floor(text, sizeof text - 1, 3), 3);
    assert_int_equal(utf8_floor(text, sizeof text - 1, 9), 6);
    assert_int_equal(utf8_decode("\xE2\x82", 2, &step), -1);
    assert_in_range(step, 1, 2);
}

/* ---- Folding ------------------------------------------------------------------------------ */

static void test_fold(void **state)
{
    (void)state;
    static const struct {
        const char *token, *folded, *cased;
    } table[] = {
        { "Gemeente", "gemeente", "gemeente" },
        { "caf\xC3\xA9", "cafe", "caf\xC3\xA9" },
        { "\xC3\x89\xC3\xA9n", "een", "\xC3\xA9\xC3\xA9n" },
        { "co\xC3\xB6rdinatie", "coordinatie", "co\xC3\xB6rdinatie" },
        { "\xEF\xAC\x81" "ets", "fiets", "fiets" },
        { "\xC5\x93uvre", "oeuvre", "\xC5\x93uvre" },
        { "\xC5\x92UVRE", "oeuvre", "\xC5\x93uvre" },
        { "stra\xC3\x9F" "e", "strasse", "strasse" },
        { "\xC4\xB3sbeer", "ijsbeer", "ijsbeer" },
        { "\xC4\xB2SBEER", "ijsbeer", "ijsbeer" },
        { "\xEF\xBC\xA6\xEF\xBD\x95\xEF\xBD\x8C\xEF\xBD\x8C", "full", "full" },
        { "zo\xE2\x80\x99n", "zo'n", "zo'n" },
        { "ge\xC2\xADmeente", "gemeente", "gemeente" },
        { "S\xC3\xB8ren", "soren", "s\xC3\xB8ren" },
        { "\xC5\x81\xC3\xB3" "d\xC5\xBA", "lodz", "\xC5\x82\xC3\xB3" "d\xC5\xBA" },
        { "m\xC2\xB2", "m2", "m2" },
        { "\xC2\xBD", "1\xE2\x81\x84" "2", "1\xE2\x81\x84" "2" },
        { "\xCC\x81", "", "\xCC\x81" },
        { "\xE6\x9D\xB1\xE4\xBA\xAC", "\xE6\x9D\xB1\xE4\xBA\xAC", "\xE6\x9D\xB1\xE4\xBA\xAC" },
        { "\xCE\xA3\xCE\x8A\xCE\xA3", "\xCF\x83\xCE\xB9\xCF\x83", "\xCF\x83\xCE\xAF\xCF\x83" },
        { "A+O", "a+o", "a+o" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char out[TEXT_FOLD_MAX + 1];
        out[text_fold(table[i].token, strlen(table[i].token), out, TEXT_FOLD_MAX)] = '\0';
        assert_string_equal(out, table[i].folded);
        out[text_fold_case(table[i].token, strlen(table[i].token), out, TEXT_FOLD_MAX)] = '\0';
        assert_string_equal(out, table[i].cased);
    }
}

/* Whatever the room, the result is the beginning of the whole, cut at a character; what is folded twice stays. */
static void test_fold_is_cut_at_a_character(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char dirty[1024], whole[TEXT_FOLD_MAX], part[TEXT_FOLD_MAX], again[TEXT_FOLD_MAX];
        struct buf text;
        fixture_clean(dirty, fixture_random_text(dirty, sizeof dirty), &text);
        size_t whole_len = text_fold(text.data, text.len, whole, sizeof whole);
        size_t cap = fixture_random(TEXT_FOLD_MAX);
        size_t part_len = text_fold(text.data, text.len, part, cap);
        assert_true(whole_len <= sizeof whole && part_len <= cap);
        assert_true(fixture_is_utf8(whole, whole_len) && fixture_is_utf8(part, part_len));
        if (whole_len < 200) {
            assert_true(part_len <= whole_len);
            assert_memory_equal(part, whole, part_len);
            /* Twice: a compatibility form may come apart into one that is respelled (U+0149). */
            size_t twice_len = text_fold(whole, whole_len, part, sizeof part);
            size_t again_len = text_fold(part, twice_len, again, sizeof again);
            if (again_len != twice_len || memcmp(again, part, twice_len) != 0) {
                fail_msg("'%.*s' folds to '%.*s', that to '%.*s'", (int)text.len, text.data, (int)twice_len, part, (int)again_len,
                         again);
            }
        }
        buf_done(&text);
    }
}

/* ---- Tokens ------------------------------------------------------------------------------- */

/* Forms with a space between; # marks a number, ~ a token that a hyphen joins to the one before, ^ one that was accented. */
static void tokens_of(const char *text, char *out, size_t size)
{
    struct buf cleaned;
    struct tokenizer tokenizer;
    struct token token;
    fixture_clean(text, strlen(text), &cleaned);
    tokenizer_init(&tokenizer, cleaned.data, cleaned.len);
    out[0] = '\0';
    while (tokenizer_next(&tokenizer, &token)) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s%s%s%s", used > 0 ? " " : "", token.chained ? "~" : "", token.number ? "#" : "",
                 token.accented ? "^" : "", token.form);
    }
    buf_done(&cleaned);
}

struct token_case {
    const char *text, *tokens;
};

static void check_tokens(const struct token_case *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char out[512];
        tokens_of(table[i].text, out, sizeof out);
        if (strcmp(out, table[i].tokens) != 0) {
            fail_msg("'%s' gives '%s', wanted '%s'", table[i].text, out, table[i].tokens);
        }
    }
}
#define CHECK_TOKENS(table) check_tokens(table, sizeof table / sizeof *table)

static void test_tokens(void **state)
{
    (void)state;
    static const struct token_case table[] = {
        { "", "" },
        { " \t\n.,;-'&+", "" },
        { "De gemeente, de raad.", "de gemeente de raad" },
        { "collega's", "collega's" },
        { "zo\xE2\x80\x99n collega\xE2\x80\x99s", "zo'n collega's" },
        { "'s-Gravenhage", "s ~gravenhage" },
        { "'t Gooi 'n", "t gooi n" },
        { "jaren '90", "jaren #90" },
        { "risico-regelreflex", "risico ~regelreflex" },
        { "secretaris-generaal", "secretaris ~generaal" },
        { "Noord\xE2\x80\x93Zuid", "noord ~zuid" },
        { "wet- en regelgeving", "wet en regelgeving" },
        { "a--b a - b", "a b a b" },
        { "A+O P&O V&J OC&W", "a+o p&o v&j oc&w" },
        { "Jansen&Jansen jansen+zonen", "jansen jansen jansen zonen" },
        { "C++ & A+ +B", "c a b" },
        { "t/m en/of 30/9", "t m en of #30 #9" },
        { "jan@voorbeeld.nl www.voorbeeld.nl", "jan voorbeeld nl www voorbeeld nl" },
        { "ge\xC2\xADmeen\xC2\xADte", "gemeente" },
        { "wet\xC2\xA0woo", "wet woo" },
        { "cafe\xCC\x81 \xC3\xA9\xC3\xA9n", "^cafe ^een" },
        { "hallo \xF0\x9F\x98\x80\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD wereld", "hallo wereld" },
        { "\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD", "\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD" },
        { "\xCC\x81" "abc", "abc" },
        { "12e 2e 3x", "12e 2e 3x" },
    };
    CHECK_TOKENS(table);
}

static void test_number_tokens(void **state)
{
    (void)state;
    static const struct token_case table[] = {
        { "120.000", "#120000" },
        { "1.234.567,89", "#1234567,89" },
        { "35,6%", "#35,6" },
        { "35,60 0,5", "#35,60 #0,5" },
        { "12.30 uur", "#12.30 uur" },
        { "1234.567", "#1234.567" },
        { "2011-2014", "#2011 ~#2014" },
        { "2020. 3, 4", "#2020 #3 #4" },
        { "\xE2\x82\xAC 1.000,-", "#1000" },
        { "1.000.000 euro", "#1000000 euro" },
    };
    CHECK_TOKENS(table);
}

/* A day in digits: the year must be found by itself, so each number is a token. */
static void test_dates_are_three_tokens(void **state)
{
    (void)state;
    static const struct token_case table[] = {
        { "31.12.2020", "#31 #12 #2020" },
        { "versie 1.2.3", "versie #1 #2 #3" },
        { "1.2.3.4 slot", "#1 #2 #3 #4 slot" },
    };
    CHECK_TOKENS(table);
}

static void test_skip_visits_the_same(void **state)
{
    (void)state;
    for (int round = 0; round < 50000; round++) {
        char dirty[1024];
        struct buf text;
        fixture_clean(dirty, fixture_random_text(dirty, sizeof dirty), &text);
        struct tokenizer one, other;
        struct token next, skipped;
        tokenizer_init(&one, text.data, text.len);
        tokenizer_init(&other, text.data, text.len);
        size_t before = 0;
        for (;;) {
            bool more = tokenizer_next(&one, &next);
            assert_int_equal(more, tokenizer_skip(&other, &skipped));
            if (!more) {
                break;
            }
            assert_int_equal(next.start, skipped.start);
            assert_int_equal(next.end, skipped.end);
            assert_int_equal(next.chained, skipped.chained);
            assert_int_equal(next.number, skipped.number);
            assert_true(next.start >= before && next.end > next.start && next.end <= text.len);
            assert_true(next.form_len <= TOKEN_FORM_MAX && strlen(next.form) == next.form_len);
            assert_true(fixture_is_utf8(next.form, next.form_len));
            assert_false(next.form[0] >= 'A' && next.form[0] <= 'Z');
            before = next.end;
        }
        buf_done(&text);
    }
}

/* The form of a token is its own only token: what is indexed can be asked for. */
static void test_form_is_found_again(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char dirty[1024];
        struct buf text;
        fixture_clean(dirty, fixture_random_text(dirty, sizeof dirty), &text);
        struct tokenizer tokenizer;
        struct token token;
        tokenizer_init(&tokenizer, text.data, text.len);
        while (tokenizer_next(&tokenizer, &token)) {
            struct tokenizer inner;
            struct token again;
            tokenizer_init(&inner, text.data + token.start, token.end - token.start);
            assert_true(tokenizer_next(&inner, &again));
            assert_string_equal(again.form, token.form);
            assert_int_equal(again.end, token.end - token.start);
        }
        buf_done(&text);
    }
}

/* Time is linear in the text, whatever is in it (builders have no clock: they trust this). */
static void test_tokens_in_linear_time(void **state)
{
    (void)state;
    static const char *const pieces[] = { "1.", "1,", "1.111", "a&", "a+a", "a'", "'a", "a-", "e\xCC\x81\xCC\xA3", "\xC2\xAD", "a",
                                          "1", "1.1 ", "\xE2\x80\x99" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf text;
        struct tokenizer tokenizer;
        struct token token;
        buf_init(&text, FIXTURE_TEXT_MAX);
        while (text.len < 1 << 20) {
            buf_add_str(&text, pieces[i]);
        }
        int64_t started = io_now_ms();
        tokenizer_init(&tokenizer, text.data, text.len);
        while (tokenizer_next(&tokenizer, &token) && io_now_ms() - started < LONG_MS) {
        }
        int64_t took = io_now_ms() - started;
        buf_done(&text);
        if (took >= LONG_MS) {
            fail_msg("a megabyte of '%s' takes more than %d ms", pieces[i], LONG_MS);
        }
    }
}

/* ---- Encodings ---------------------------------------------------------------------------- */

static void check_charset(const char *bytes, size_t len, const char *declared, const char *wanted, const char *name)
{
    struct buf out;
    char used[CHARSET_NAME_MAX];
    struct err err = ERR_INIT;
    buf_init(&out, FIXTURE_TEXT_MAX);
    assert_int_equal(charset_to_utf8(bytes, len, declared, &out, used, &err), ERR_OK);
    buf_add(&out, "", 0);
    assert_string_equal(out.data, wanted);
    if (name != NULL) {
        assert_string_equal(used, name);
    }
    buf_done(&out);
}

static void test_charset(void **state)
{
    (void)state;
#define TEXT(literal) literal, sizeof literal - 1
    check_charset(TEXT(""), NULL, "", NULL);
    check_charset(TEXT("caf\xC3\xA9"), NULL, "caf\xC3\xA9", "UTF-8");
    check_charset(TEXT("\xEF\xBB\xBF" "caf\xC3\xA9"), NULL, "caf\xC3\xA9", "UTF-8");
    check_charset(TEXT("Het co\xF6rdinerend caf\xE9 en de re\xEBle oplossing"), NULL,
                  "Het co\xC3\xB6rdinerend caf\xC3\xA9 en de re\xC3\xABle oplossing", NULL);
    check_charset(TEXT("Kosten \x80 100, \x93" "de wet\x94 en collega\x92s"), NULL,
                  "Kosten \xE2\x82\xAC 100, \xE2\x80\x9C" "de wet\xE2\x80\x9D en collega\xE2\x80\x99s", NULL);
    check_charset(TEXT("\xFF\xFE" "b\0r\0i\0e\0f\0"), NULL, "brief", "UTF-16LE");
    check_charset(TEXT("\xFE\xFF" "\0b\0r\0i\0e\0f"), NULL, "brief", "UTF-16BE");
    check_charset(TEXT("b\0r\0i\0e\0f\0 \0e\0n\0 \0z\0o\0"), NULL, "brief en zo", NULL);
    check_charset(TEXT("caf\xC3\xA9"), "iso-8859-1", "caf\xC3\xA9", "UTF-8");
    check_charset(TEXT("Het caf\xE9 van de co\xF6peratie"), "utf-8", "Het caf\xC3\xA9 van de co\xC3\xB6peratie", NULL);
    check_charset(TEXT("Het caf\xE9 van de co\xF6peratie"), "klingon-8", "Het caf\xC3\xA9 van de co\xC3\xB6peratie", NULL);
    check_charset(TEXT("Het caf\xE9 \x80"), "iso-8859-1", "Het caf\xC3\xA9 \xE2\x82\xAC", NULL); /* as browsers do */
#undef TEXT
}

static void test_charset_of_anything(void **state)
{
    (void)state;
    static const char *const declared[] = { NULL, "utf-8", "utf-16", "iso-2022-jp", "windows-1252", "", "x" };
    for (int round = 0; round < 5000; round++) {
        char bytes[300], used[CHARSET_NAME_MAX];
        size_t len = fixture_random(sizeof bytes);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (char)fixture_random(256);
        }
        struct buf raw, out;
        buf_init(&raw, FIXTURE_TEXT_MAX);
        assert_int_equal(charset_to_utf8(bytes, len, declared[fixture_random(7)], &raw, used, NULL), ERR_OK);
        assert_true(strlen(used) < CHARSET_NAME_MAX);
        fixture_clean(raw.data != NULL ? raw.data : "", raw.len, &out);
        buf_done(&raw);
        buf_done(&out);
    }
}

/* ---- Stored texts ------------------------------------------------------------------------- */

#define STORE_TEXTS 3

static const char *const store_words[STORE_TEXTS] = { "een korte tekst ", "gemeente besluit vergadering ", "" };

/* Three texts: of one block, of pages and blocks, and an empty one. */
static void make_store(const char *path, uint64_t offsets[STORE_TEXTS])
{
    CLEANUP(store_writer_free_cleanup) struct store_writer *writer = NULL;
    struct err err = ERR_INIT;
    assert_int_equal(store_writer_new(path, NULL, &writer, &err), ERR_OK);
    for (uint32_t t = 0; t < STORE_TEXTS; t++) {
        store_begin(writer);
        uint32_t blocks = t == 1 ? 4 : t == 0 ? 1 : 0, position = SCHEMA_TEXT_POSITION, offset = 0;
        for (uint32_t b = 0; b < blocks; b++) {
            char text[600] = "";
            for (uint32_t i = 0; i < 5 * (b + 1); i++) {
                strcat(text, store_words[t]);
            }
            if (t == 1 && b % 2 == 0) {
                store_add_page(writer, position, offset);
            }
            store_add_block(writer, text, strlen(text), position, offset);
            position += 1000;
            offset += (uint32_t)strlen(text);
        }
        assert_int_equal(store_end(writer, position, &offsets[t], &err), ERR_OK);
    }
    assert_int_equal(store_writer_sync(writer, &err), ERR_OK);
    struct store_writer *second = NULL;
    assert_int_not_equal(store_writer_new(path, NULL, &second, NULL), ERR_OK); /* never overwrites */
}

static void test_store(void **state)
{
    (void)state;
    uint64_t offsets[STORE_TEXTS];
    make_store(fixture_path("store"), offsets);
    CLEANUP(store_free_cleanup) struct store *store = NULL;
    assert_int_equal(store_open(fixture_path("store"), &store, NULL), ERR_OK);
    struct store_text text;
    assert_int_equal(store_get(store, offsets[0], &text, NULL), ERR_OK);
    assert_int_equal(text.block_count, 1);
    assert_int_equal(text.page_count, 0);
    struct buf out;
    buf_init(&out, FIXTURE_TEXT_MAX);
    assert_int_equal(store_read_block(&text, 0, &out, NULL), ERR_OK);
    assert_int_equal(out.len, text.text_len);
    buf_add(&out, "", 0);
    assert_non_null(strstr(out.data, "een korte tekst een korte"));
    assert_int_not_equal(store_read_block(&text, 1, &out, NULL), ERR_OK);

    assert_int_equal(store_get(store, offsets[1], &text, NULL), ERR_OK);
    assert_int_equal(text.block_count, 4);
    assert_int_equal(text.page_count, 2);
    assert_int_equal(text.free_position, SCHEMA_TEXT_POSITION + 4000);
    static const struct {
        uint32_t position, block, page;
    } lookups[] = { { 0, 0, 0 }, { 1100, 0, 0 }, { 2099, 0, 0 }, { 2100, 1, 0 }, { 3099, 1, 0 }, { 3100, 2, 1 }, { 4100, 3, 1 },
                    { UINT32_MAX, 3, 1 } };
    for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
        assert_int_equal(store_find_block(&text, lookups[i].position), lookups[i].block);
        assert_int_equal(store_find_page(&text, lookups[i].position), lookups[i].page);
    }
    assert_int_equal(store_page_at(&text, 1).offset, store_block_at(&text, 2).offset);
    buf_clear(&out);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(out.len, store_block_at(&text, i).offset);
        assert_int_equal(store_read_block(&text, i, &out, NULL), ERR_OK);
    }
    assert_int_equal(out.len, text.text_len);
    assert_int_equal(store_get(store, offsets[2], &text, NULL), ERR_OK);
    assert_int_equal(text.text_len, 0);
    assert_int_equal(text.block_count, 0);
    assert_int_equal(store_get(store, offsets[1] + 1, &text, NULL), ERR_CORRUPT);
    assert_int_equal(store_get(store, UINT64_MAX, &text, NULL), ERR_CORRUPT);
    buf_done(&out);
}

/* A block that is too large is refused when it is written, or can be read: never one without the other. */
static void test_store_large_block(void **state)
{
    (void)state;
    CLEANUP(store_writer_free_cleanup) struct store_writer *writer = NULL;
    CLEANUP(store_free_cleanup) struct store *store = NULL;
    struct store_text text;
    struct buf word, out;
    uint64_t offset;
    buf_init(&word, FIXTURE_TEXT_MAX);
    buf_init(&out, FIXTURE_TEXT_MAX);
    for (int i = 0; i < 3 << 20; i++) {
        buf_add_char(&word, (char)('a' + fixture_random(26)));
    }
    assert_int_equal(store_writer_new(fixture_path("large"), NULL, &writer, NULL), ERR_OK);
    store_begin(writer);
    store_add_block(writer, word.data, word.len, SCHEMA_TEXT_POSITION, 0);
    enum err_code code = store_end(writer, SCHEMA_TEXT_POSITION + 1, &offset, NULL);
    bool same = code != ERR_OK;
    if (code == ERR_OK) {
        assert_int_equal(store_writer_sync(writer, NULL), ERR_OK);
        assert_int_equal(store_open(fixture_path("large"), &store, NULL), ERR_OK);
        assert_int_equal(store_get(store, offset, &text, NULL), ERR_OK);
        code = store_read_block(&text, 0, &out, NULL);
        same = code == ERR_OK && out.len == word.len && memcmp(out.data, word.data, word.len) == 0;
    }
    buf_done(&word);
    buf_done(&out);
    if (!same) {
        fail_msg("a block of 3 MiB was written but reading it gives: %s", err_name(code));
    }
}

static void read_bytes(const char *path, struct buf *out)
{
    buf_init(out, FIXTURE_TEXT_MAX);
    assert_int_equal(io_read_file(path, out, NULL), ERR_OK);
}

/* Writes every damaged version of a file and has `use` read it: each byte changed in three ways, and each length. */
static void damage(const char *name, void (*use)(const char *path))
{
    struct buf sound;
    char sound_path[256], damaged_path[272];
    snprintf(sound_path, sizeof sound_path, "%s", fixture_path(name));
    snprintf(damaged_path, sizeof damaged_path, "%s.damaged", sound_path);
    read_bytes(sound_path, &sound);
    static const uint8_t flips[] = { 0x01, 0x80, 0xFF };
    for (size_t at = 0; at < sound.len; at++) {
        for (size_t way = 0; way <= sizeof flips; way++) {
            FILE *file = fopen(damaged_path, "wb");
            assert_non_null(file);
            char kept = sound.data[at];
            if (way < sizeof flips) {
                sound.data[at] = (char)(kept ^ flips[way]);
            }
            fwrite(sound.data, 1, way < sizeof flips ? sound.len : at, file);
            sound.data[at] = kept;
            fclose(file);
            use(damaged_path);
        }
    }
    buf_done(&sound);
}

static uint64_t damaged_offsets[STORE_TEXTS];

static void use_store(const char *path)
{
    CLEANUP(store_free_cleanup) struct store *store = NULL;
    struct err err = ERR_INIT;
    enum err_code code = store_open(path, &store, &err);
    assert_true(code == ERR_OK || code == ERR_CORRUPT);
    for (uint32_t t = 0; code == ERR_OK && t < STORE_TEXTS; t++) {
        struct store_text text;
        if (store_get(store, damaged_offsets[t], &text, &err) != ERR_OK) {
            continue;
        }
        struct buf out;
        buf_init(&out, FIXTURE_TEXT_MAX);
        for (uint32_t i = 0; i < text.block_count; i++) {
            store_block_at(&text, i);
            store_read_block(&text, i, &out, &err);
        }
        for (uint32_t i = 0; i < text.page_count; i++) {
            store_page_at(&text, i);
        }
        for (uint32_t position = 0; position < 6000; position += 500) {
            uint32_t block = store_find_block(&text, position), page = store_find_page(&text, position);
            assert_true(text.block_count == 0 || block < text.block_count);
            assert_true(text.page_count == 0 || page < text.page_count);
        }
        buf_done(&out);
    }
}

static void test_store_damaged(void **state)
{
    (void)state;
    make_store(fixture_path("store-to-damage"), damaged_offsets);
    damage("store-to-damage", use_store);
}

/* ---- Lexicon ------------------------------------------------------------------------------ */

static void make_lexicon(const struct dutch *dutch, const char *path)
{
    static const struct {
        const char *form;
        uint32_t frequency;
    } forms[] = { { "gemeente", 7 }, { "gemeenten", 9 }, { "2014", 3 }, { "risico", 2 }, { "risico's", 5 }, { "raad", 1 },
                  { "\xE6\x9D\xB1", 1 }, { "beleidsprogramma", 4 }, { "programma's", 6 }, { "beleid", 8 } };
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    CLEANUP(lexicon_builder_free_cleanup) struct lexicon_builder *builder = NULL;
    assert_int_equal(deriver_new(dutch, &deriver, NULL), ERR_OK);
    assert_int_equal(lexicon_builder_new(deriver, &builder, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        assert_int_equal(lexicon_builder_add(builder, forms[i].form, strlen(forms[i].form), forms[i].frequency, NULL), ERR_OK);
    }
    assert_int_equal(lexicon_builder_write(builder, path, NULL), ERR_OK);
}

/* "gemeenten:9 gemeente:7" */
static void forms_of(const struct lexicon *lexicon, const char *term, char *out, size_t size)
{
    uint32_t first, count;
    lexicon_find(lexicon, term, strlen(term), &first, &count);
    out[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        struct lexicon_form form = lexicon_form_at(lexicon, first + i);
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%.*s:%u", i > 0 ? " " : "", (int)form.len, form.form, form.frequency);
    }
}

struct forms_case {
    const char *term, *forms;
};

static void check_lexicon(const struct dutch *dutch, const char *name, const struct forms_case *table, size_t count)
{
    make_lexicon(dutch, fixture_path(name));
    CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = NULL;
    assert_int_equal(lexicon_open(fixture_path(name), &lexicon, NULL), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        char out[256];
        forms_of(lexicon, table[i].term, out, sizeof out);
        if (strcmp(out, table[i].forms) != 0) {
            fail_msg("the lexicon has '%s' for %s, wanted '%s'", out, table[i].term, table[i].forms);
        }
    }
}

static void test_lexicon(void **state)
{
    (void)state;
    static const struct forms_case table[] = {
        { "Zgemeent", "gemeenten:9 gemeente:7" }, { "Cgemeente", "gemeente:7" }, { "Cgemeenten", "gemeenten:9" },
        { "Crisico", "risico's:5 risico:2" }, { "Zrisico", "risico:2" }, { "C2014", "2014:3" }, { "Z2014", "2014:3" },
        { "C\xE6\x9D\xB1", "\xE6\x9D\xB1:1" }, { "Pbeleid", "" }, { "", "" }, { "C", "" }, { "Z", "" }, { "a", "" },
        { "gemeent", "" }, { "gemeente", "" }, { "Cgemeent", "" }, { "Zgemeen", "" }, { "Zgemeente", "" }, { "Zzz", "" },
        { "zz", "" },
    };
    check_lexicon(fixture_nothing, "lexicon", table, sizeof table / sizeof *table);
    struct buf bytes;
    read_bytes(fixture_path("lexicon"), &bytes);
    assert_true(bytes.len > 8);
    assert_memory_equal(bytes.data, "NASLAGL2", 8);
    bytes.data[7] = '1'; /* the lexicon of before there were classes */
    assert_int_equal(io_replace_file(fixture_path("lexicon-old"), bytes.data, bytes.len, NULL), ERR_OK);
    buf_done(&bytes);
    CLEANUP(lexicon_free_cleanup) struct lexicon *old = NULL;
    assert_int_equal(lexicon_open(fixture_path("lexicon-old"), &old, NULL), ERR_CORRUPT);

    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    CLEANUP(lexicon_builder_free_cleanup) struct lexicon_builder *none = NULL;
    CLEANUP(lexicon_free_cleanup) struct lexicon *empty = NULL;
    assert_int_equal(deriver_new(fixture_nothing, &deriver, NULL), ERR_OK);
    assert_int_equal(lexicon_builder_new(deriver, &none, NULL), ERR_OK);
    assert_int_equal(lexicon_builder_write(none, fixture_path("lexicon-empty"), NULL), ERR_OK);
    assert_int_equal(lexicon_open(fixture_path("lexicon-empty"), &empty, NULL), ERR_OK);
    char out[256];
    forms_of(empty, "Zgemeent", out, sizeof out);
    assert_string_equal(out, "");
}

static void test_lexicon_dutch(void **state)
{
    (void)state;
    static const struct forms_case table[] = {
        { "Cgemeente", "gemeenten:9 gemeente:7" }, { "Crisico", "risico's:5 risico:2" }, { "Cprogramma", "programma's:6" },
        { "Pbeleid", "beleidsprogramma:4" }, { "Pprogramma", "beleidsprogramma:4" }, { "Cbeleidsprogramma", "beleidsprogramma:4" },
        { "Cbeleid", "beleid:8" }, { "Zgemeent", "" }, { "Pgemeente", "" },
    };
    if (fixture_installed == NULL) {
        print_message("# skipped: no word list is installed\n");
        return;
    }
    check_lexicon(fixture_installed, "lexicon-dutch", table, sizeof table / sizeof *table);
}

static void use_lexicon(const char *path)
{
    static const char *const terms[] = { "Zgemeent", "Crisico", "C2014", "Zrad", "zz", "" };
    CLEANUP(lexicon_free_cleanup) struct lexicon *lexicon = NULL;
    enum err_code code = lexicon_open(path, &lexicon, NULL);
    assert_true(code == ERR_OK || code == ERR_CORRUPT);
    for (size_t i = 0; code == ERR_OK && i < sizeof terms / sizeof *terms; i++) {
        char out[4096];
        forms_of(lexicon, terms[i], out, sizeof out);
    }
}

static void test_lexicon_damaged(void **state)
{
    (void)state;
    make_lexicon(fixture_nothing, fixture_path("lexicon-to-damage"));
    damage("lexicon-to-damage", use_lexicon);
}

/* ---- Document data ------------------------------------------------------------------------ */

static void test_doc_head(void **state)
{
    (void)state;
#define STRING(text) { text, sizeof text - 1 }
    const struct doc_head head = {
        .position = 1234567890123, .tokens = 42, .store = STRING("t1-0"), .store_offset = 99, .uid = STRING("0123456789abcdef"),
        .name = STRING("map/brief.txt"), .title = STRING("Titel"), .source = STRING("archief"), .date = STRING("2020-01"),
        .headings = STRING("Een\nTwee\n"),
    };
#undef STRING
    struct buf data;
    struct doc_head read;
    buf_init(&data, FIXTURE_TEXT_MAX);
    doc_head_write(&head, &data);
    assert_int_equal(doc_head_read(data.data, data.len, &read, NULL), ERR_OK);
    assert_int_equal(read.position, head.position);
    assert_int_equal(read.tokens, 42);
    assert_int_equal(read.store_offset, 99);
    assert_int_equal(read.title.len, 5);
    assert_memory_equal(read.title.text, "Titel", 5);
    assert_int_equal(read.url.len, 0);
    assert_memory_equal(read.headings.text, "Een\nTwee\n", 9);
    for (size_t at = 0; at < data.len; at++) { /* in memory of exactly that size, for the sanitizer */
        AUTO_FREE char *cut = malloc(at + 1);
        memcpy(cut, data.data, at);
        assert_int_equal(doc_head_read(cut, at, &read, NULL), ERR_CORRUPT);
        AUTO_FREE char *flipped = malloc(data.len);
        for (unsigned flip = 1; flip < 256; flip = flip * 2 + 1) {
            memcpy(flipped, data.data, data.len);
            flipped[at] = (char)(flipped[at] ^ (char)flip);
            if (doc_head_read(flipped, data.len, &read, NULL) == ERR_OK) {
                const struct doc_string *strings[] = { &read.store, &read.uid, &read.name, &read.title, &read.headings };
                for (size_t i = 0; i < 5; i++) {
                    assert_true(strings[i]->len == 0 || (strings[i]->text >= flipped
                                                         && strings[i]->text + strings[i]->len <= flipped + data.len));
                }
            }
        }
    }
    buf_done(&data);
}

/* ---- Generations -------------------------------------------------------------------------- */

static void make_generation(const char *directory, uint64_t number)
{
    static const char *const folders[] = { SCHEMA_GENERATIONS, SCHEMA_DEAD, SCHEMA_PARTS "/p1", SCHEMA_PARTS "/p2", SCHEMA_TEXTS,
                                           SCHEMA_RESOURCES };
    static const char *const files[] = { SCHEMA_PARTS "/p1/iamglass", SCHEMA_PARTS "/p2/iamglass", SCHEMA_TEXTS "/t1-0",
                                         SCHEMA_RESOURCES "/w0123456789abcdef", SCHEMA_RESOURCES "/h0123456789abcdef" };
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        AUTO_FREE char *folder = io_join(directory, folders[i]);
        assert_int_equal(io_make_dirs(folder, NULL), ERR_OK);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        AUTO_FREE char *file = io_join(directory, files[i]);
        assert_int_equal(io_replace_file(file, files[i], strlen(files[i]), NULL), ERR_OK);
    }
    struct generation generation;
    struct generation_part *part;
    const char *terms;
    generation_init(&generation);
    generation.number = number;
    assert_int_equal(analysis_signature(&terms, NULL), ERR_OK);
    snprintf(generation.terms, sizeof generation.terms, "%s", terms);
    snprintf(generation.maker, sizeof generation.maker, "1.4.22");
    snprintf(generation.words, sizeof generation.words, "w0123456789abcdef");
    snprintf(generation.patterns, sizeof generation.patterns, "h0123456789abcdef");
    assert_int_equal(generation_add_part(&generation, "p1", 100, &part, NULL), ERR_OK);
    part->dead = calloc(3, sizeof *part->dead);
    part->dead[0] = 1;
    part->dead[1] = 50;
    part->dead[2] = 100;
    part->dead_count = 3;
    assert_int_equal(generation_add_part(&generation, "p2", 5, &part, NULL), ERR_OK);
    assert_int_equal(generation_add_text(&generation, part, "t1-0", NULL), ERR_OK);
    assert_int_equal(generation_add_text(&generation, part, "t1-0", NULL), ERR_OK); /* once is enough */
    assert_int_equal(generation_live_count(&generation), 102);
    assert_int_equal(generation_write(directory, &generation, NULL, NULL), ERR_OK);
    assert_int_equal(generation_publish(directory, number, NULL), ERR_OK);
    generation_done(&generation);
}

static void test_generation(void **state)
{
    (void)state;
    char directory[256];
    snprintf(directory, sizeof directory, "%s", fixture_path("generation"));
    uint64_t number;
    struct err err = ERR_INIT;
    assert_int_equal(generation_current(directory, &number, &err), ERR_NOT_FOUND);
    make_generation(directory, 7);
    assert_int_equal(generation_current(directory, &number, &err), ERR_OK);
    assert_int_equal(number, 7);
    struct generation generation;
    assert_int_equal(generation_load_current(directory, &generation, &err), ERR_OK);
    assert_int_equal(generation.number, 7);
    assert_string_equal(generation.words, "w0123456789abcdef");
    assert_string_equal(generation.patterns, "h0123456789abcdef");
    assert_int_equal(generation.part_count, 2);
    assert_string_equal(generation.parts[0].name, "p1");
    assert_int_equal(generation.parts[0].dead_count, 3);
    assert_int_equal(generation.parts[0].dead[1], 50);
    assert_int_equal(generation.parts[1].dead_count, 0);
    assert_int_equal(generation.text_count, 1);
    assert_string_equal(generation.texts[0], "t1-0");
    assert_int_equal(generation.parts[1].text_count, 1);
    assert_string_equal(generation.parts[1].texts[0], "t1-0");
    assert_int_equal(generation.file_count, 6); /* with the dead list */
    const struct generation_file *file = generation_find_file(&generation, SCHEMA_PARTS "/p2/iamglass");
    struct digest digest = digest_of("parts/p2/iamglass", 17);
    assert_non_null(file);
    assert_int_equal(file->size, 17);
    assert_true(digest_equal(&file->digest, &digest));
    assert_null(generation_find_file(&generation, "parts/p2/iamglas"));
    assert_int_equal(generation_check_quickly(directory, &generation, &err), ERR_OK);
    generation_done(&generation);
    assert_int_equal(generation_load(directory, 8, &generation, &err), ERR_NOT_FOUND);

    static const char *const names[] = { "", ".", "..", "../p1", "a/b", "p1\n", "P1", "a-name-that-is-much-too-long-for-this" };
    generation_init(&generation);
    struct generation_part *part;
    assert_int_equal(generation_add_part(&generation, "p1", 1, &part, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(generation_add_text(&generation, part, names[i], NULL), ERR_CORRUPT);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(generation_add_part(&generation, names[i], 1, NULL, NULL), ERR_CORRUPT);
    }
    generation_done(&generation);
}

/* How a manifest begins; one with a file: path, length, digest. */
#define HEAD "{\"formaat\":4,\"generatie\":8,"
#define FILE_ROW(path, len, digest) \
    HEAD "\"bestanden\":[{\"pad\":\"" path "\",\"lengte\":" len ",\"sha256\":\"" digest "\"}]}"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void test_manifest_refused(void **state)
{
    (void)state;
    static const struct {
        const char *manifest;
        enum err_code code;
    } table[] = {
        { "", ERR_CORRUPT },
        { "null", ERR_VERSION },
        { "[]", ERR_VERSION },
        { "{}", ERR_VERSION },
        { "{\"formaat\":1}", ERR_VERSION },
        { "{\"formaat\":4,\"formaat\":4}", ERR_CORRUPT },
        { HEAD "\"delen\":[{}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\"}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":-1}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":1e300}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":4294967296}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"../p1\",\"documenten\":1}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":1,\"dode\":2,\"dood\":\"p1.7\"}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":9,\"dode\":2}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":9,\"dode\":2,\"dood\":\"../x\"}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":9,\"dode\":2,\"dood\":\"p1.7\"}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":9,\"dode\":2,\"dood\":\"p9.9\"}]}", ERR_NOT_FOUND },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":1,\"teksten\":[1]}]}", ERR_CORRUPT },
        { HEAD "\"delen\":[{\"naam\":\"p1\",\"documenten\":1,\"teksten\":[\"../../etc\"]}]}", ERR_CORRUPT },
        { HEAD "\"woorden\":\"../../etc\",\"delen\":[]}", ERR_CORRUPT },
        { "{\"formaat\":4,\"generatie\":9,\"delen\":[]}", ERR_CORRUPT },
        { HEAD "\"bestanden\":[{}]}", ERR_CORRUPT },
        { FILE_ROW("../x", "1", ZEROS), ERR_CORRUPT },
        { FILE_ROW("/x", "1", ZEROS), ERR_CORRUPT },
        { FILE_ROW("x", "-1", ZEROS), ERR_CORRUPT },
        { FILE_ROW("x", "1", ZEROS "0"), ERR_CORRUPT },
        { FILE_ROW("x", "1", ZEROS), ERR_OK },
        { HEAD "\"patronen\":\"../../etc\",\"delen\":[]}", ERR_CORRUPT },
    };
    char directory[256];
    snprintf(directory, sizeof directory, "%s", fixture_path("generation-refused"));
    make_generation(directory, 7);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct generation generation;
        AUTO_BUF struct buf text;
        struct digest seal;
        buf_init(&text, 65536);
        buf_add_str(&text, table[i].manifest);
        assert_int_equal(generation_write_manifest(directory, 8, &text, &seal, NULL), ERR_OK);
        enum err_code code = generation_load(directory, 8, &generation, NULL);
        if (code == ERR_OK) {
            generation_done(&generation);
        }
        if (code != table[i].code) {
            fail_msg("manifest %s gives %s, wanted %s", table[i].manifest, err_name(code), err_name(table[i].code));
        }
    }
}

static char damaged_index[256], damaged_file[288];

static void use_generation(const char *path)
{
    struct generation generation;
    struct err err = ERR_INIT;
    assert_int_equal(rename(path, damaged_file), 0);
    if (generation_load_current(damaged_index, &generation, &err) == ERR_OK) {
        for (size_t i = 0; i < generation.part_count; i++) {
            for (size_t k = 1; k < generation.parts[i].dead_count; k++) {
                assert_true(generation.parts[i].dead[k] > generation.parts[i].dead[k - 1]);
            }
        }
        generation_done(&generation);
    } else {
        assert_true(err.code == ERR_CORRUPT || err.code == ERR_VERSION || err.code == ERR_NOT_FOUND);
        assert_true(err.text[0] != '\0');
    }
}

static void test_generation_damaged(void **state)
{
    (void)state;
    static const char *const files[] = { "current", "generations/7", "dead/p1.7" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char name[64], sound[80];
        snprintf(name, sizeof name, "damaged-%zu", i);
        snprintf(damaged_index, sizeof damaged_index, "%s", fixture_path(name));
        make_generation(damaged_index, 7);
        snprintf(damaged_file, sizeof damaged_file, "%s/%s", damaged_index, files[i]);
        snprintf(sound, sizeof sound, "sound-%zu", i);
        struct buf bytes;
        read_bytes(damaged_file, &bytes);
        assert_int_equal(io_replace_file(fixture_path(sound), bytes.data, bytes.len, NULL), ERR_OK);
        buf_done(&bytes);
        damage(sound, use_generation);
    }
}

int main(void)
{
    alarm(600);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_mends_bad_utf8),
        cmocka_unit_test(test_clean_table),
        cmocka_unit_test(test_clean_of_anything_is_clean),
        cmocka_unit_test(test_utf8_steps),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_fold_is_cut_at_a_character),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_number_tokens),
        cmocka_unit_test(test_dates_are_three_tokens),
        cmocka_unit_test(test_skip_visits_the_same),
        cmocka_unit_test(test_form_is_found_again),
        cmocka_unit_test(test_tokens_in_linear_time),
        cmocka_unit_test(test_charset),
        cmocka_unit_test(test_charset_of_anything),
        cmocka_unit_test(test_store),
        cmocka_unit_test(test_store_large_block),
        cmocka_unit_test(test_store_damaged),
        cmocka_unit_test(test_lexicon),
        cmocka_unit_test(test_lexicon_dutch),
        cmocka_unit_test(test_lexicon_damaged),
        cmocka_unit_test(test_doc_head),
        cmocka_unit_test(test_generation),
        cmocka_unit_test(test_manifest_refused),
        cmocka_unit_test(test_generation_damaged),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
