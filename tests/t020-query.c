/* t020-query.c - the query language: what each way of typing is read as, the caps, and generated queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fuzz/fuzz-query.c"

#define GENERATED 200000

/* `notes` has a letter for each note in order: Quote, Parenthesis, Operator, Field, Star, Distance, = (exact), eXcluded, Empty,
 * Time (a date). */
static const char note_letters[QUERY_NOTE_KINDS + 1] = "QPOFSD=XET";

struct reading {
    const char *typed, *canonical, *notes;
};

static const struct reading words[] = {
    { "", "", "E" },
    { " \t\r\n", "", "E" },
    { "§ -- – &", "", "E" },
    { "beleid", "beleid", "" },
    { "wet openbaarheid bestuur", "wet openbaarheid bestuur", "" },
    { "wie heeft de wet en de regels of het besluit niet gelezen?",
      "wie heeft de wet en regels of het besluit niet gelezen", "" },
    { "de ondernemingsraad (or) - en de rest – in 't kort: 's avonds!",
      "de ondernemingsraad or en rest in t kort s avonds", "" },
    { "risico-regelreflex", "risico-regelreflex", "" },
    { "wet/regel", "wet/regel", "" },
    { "secretaris-generaal/dg", "secretaris/generaal/dg", "" },
    { "wet- en regelgeving", "wet en regelgeving", "" },
    { "collega’s zbo's", "collega’s zbo's", "" },
    { "P&O A+O", "P&O A+O", "" },
    { "120.000 2011-2014 12:30 31/12", "120.000 2011-2014 12/30 31/12", "" },
    { "jan@voorbeeld.nl", "jan/voorbeeld/nl", "" },
    { "wet\001wet\302\205woo\302\240bestuur", "wet woo bestuur", "" },
    { "wet Wet WET w\303\251t", "wet", "" },
    { "And Or Not Near en/of", "And Or Not Near en/of", "" },
    { "e\314\201e\314\201n", "\303\251\303\251n", "" },
    { "bestuurder(-s)", "bestuurder s", "" },
    { "(Rijks-)overheid gemeente(n)", "Rijks overheid gemeente n", "" },
};

static const struct reading operators[] = {
    { "wet AND (openbaarheid OR \"open op orde\") -concept",
      "wet AND (openbaarheid OR \"open op orde\") -concept", "" },
    { "wet EN (openbaarheid OF woo) NIET concept", "wet AND (openbaarheid OR woo) -concept", "" },
    { "a b OR c", "a b OR c", "" },
    { "a AND b OR c AND d", "a AND b OR c AND d", "" },
    { "a AND (b OR c)", "a AND (b OR c)", "" },
    { "a (b c)", "a (b c)", "" },
    { "(a) ((b)) (a)", "a b", "" },
    { "(a OR b) OR (c OR d)", "a OR b OR c OR d", "" },
    { "a AND (b AND (c AND a))", "a AND b AND c", "" },
    { "a OR a", "a", "" },
    { "(a AND b) OR (a AND b)", "a AND b", "" },
    { "+a -b c", "+a -b c", "" },
    { "+a a -a a", "+a a -a", "" },
    { "+(a b) -\"c d\" NOT e", "+(a b) -\"c d\" -e", "" },
    { "+a", "+a", "" },
    { "a AND +b", "a AND +b", "" },
    { "NOT -a b", "-a b", "" },
    { "NOT +a b", "-a b", "O" },
    { "a-b -c- --d", "a-b -c d", "" },
    { "\"a\"-b (a)-c", "\"a\" b a c", "" },
    { "–a −b", "a b", "" },
    { "a AND NOT b", "a -b", "" },
    { "a EN NIET (b OF c)", "a -(b OR c)", "" },
    { "a AND b AND -c AND NOT d", "a AND b -c -d", "" },
    { "-c AND a", "a -c", "" },
    { "a AND (b OR c) AND NOT d", "a AND (b OR c) -d", "" },
    { "b -c AND b AND -c", "b -c", "" },
    { "a (-b)", "a -b", "" },
    { "a +(-b -c)", "a -b -c", "" },
    { "a -(-b)", "a", "X" },
    { "a OR NOT b", "a", "X" },
    { "-a", "", "X" },
    { "NOT (a OR b)", "", "X" },
    { "-a AND -b", "", "X" },
    { "-a OR -b", "", "XXX" },
    { "WET OPENBAARHEID VAN BESTUUR EN WOO", "WET OPENBAARHEID VAN BESTUUR en WOO", "" },
    { "WOO EN", "WOO en", "" },
    { "NIET EN OF", "niet en of", "" },
    { "WET EN WOO AND ARCHIEF", "WET AND WOO AND ARCHIEF", "" },
    { "(WET EN WOO)", "WET AND WOO", "" },
    { "wet EN WOO", "wet AND WOO", "" },
    { "(a)AND(b)OR\"c\"", "a AND b OR \"c\"", "" },
};

static const struct reading others[] = {
    { "\"open op orde\"", "\"open op orde\"", "" },
    { "„open op orde” “a b\" «c» »d«", "\"open op orde\" \"a b\" \"c\" \"d\"", "" },
    { "\"EN\" \"a AND (b -c\"", "\"EN\" \"a AND b c\"", "" },
    { "\"risico-regelreflex\"", "\"risico regelreflex\"", "" },
    { "a \"\" b \"§\"", "a b", "" },
    { "-\"\" a", "a", "" },
    { "a\"b\"c", "a \"b\" c", "" },
    { "‘a’ ’b", "a b", "" },
    { "beleid* Beleid*, (onder*)", "beleid* onder*", "" },
    { "wet* -coördin*", "wet* -coördin*", "" },
    { "titel:beleid*", "titel:beleid*", "" },
    { "titel:wet Title:woo TITEL:\"a b\"", "titel:wet titel:woo titel:\"a b\"", "" },
    { "titel:(a b -c) d", "titel:(a b -c) d", "" },
    { "titel:(a)", "titel:a", "" },
    { "titel:(a OR titel:b)", "titel:(a OR b)", "" },
    { "titel:titel:a titel:titel", "titel:a titel:titel", "" },
    { "titel:a OR titel:b OR c", "titel:a OR titel:b OR c", "" },
    { "(titel:(a OR b)) OR c", "titel:(a OR b) OR c", "" },
    { "-titel:a b +titel:(c d)", "-titel:a b +titel:(c d)", "" },
    { "terugkerend:koek Terugkerend:\"a b\" terugkerend:kaas*", "terugkerend:koek terugkerend:\"a b\" terugkerend:kaas*", "" },
    { "terugkerend:(a OR terugkerend:b) c", "terugkerend:(a OR b) c", "" },
    { "terugkerend:(a NEAR/3 b) -terugkerend:c", "terugkerend:a NEAR/3 b -terugkerend:c", "" },
    { "titel:terugkerend:a terugkerend:titel:b", "titel:terugkerend:a titel:terugkerend:b", "" },
    { "titel:(a terugkerend:b) a", "titel:(a terugkerend:b) a", "" },
    { "a NEAR/5 terugkerend:b", "a terugkerend:b", "O" },
    { "terugkerend: a", "terugkerend a", "F" },
    { "a titel:(-b)", "a -titel:b", "" },
    { "titel:AND -OR", "titel:and -or", "" },
    { "wet NEAR/5 archief", "wet NEAR/5 archief", "" },
    { "wet NEAR archief", "wet NEAR/10 archief", "" },
    { "a NEAR/5 b NEAR/7 c", "a NEAR/7 b NEAR/7 c", "" },
    { "-a NEAR/2 b c AND titel:d NEAR/3 e", "-a NEAR/2 b c AND titel:d NEAR/3 e", "" },
    { "titel:(a NEAR/3 b)", "titel:a NEAR/3 b", "" },
    { "a NEAR/050 b", "a NEAR/50 b", "" },
    { "http://www.a.nl/b mailto:jan Onderwerp: woo 12:a a:1", "http/www/a/nl/b mailto/jan Onderwerp woo 12/a a/1", "" },
};

static const struct reading exact[] = {
    { "=een", "=een", "" },
    { "=één =een één een =ÉÉN", "=één =een één", "" },
    { "=Wet =\"één overheid\" =“a b”", "=Wet =\"één overheid\" =\"a b\"", "" },
    { "+=a -=b NOT =c d", "+=a -=b -=c d", "" },
    { "titel:=a =titel:b -titel:=\"c d\"", "titel:=a titel:=b -titel:=\"c d\"", "" },
    { "titel:(=a b)", "titel:(=a b)", "" },
    { "(=a OF =b) EN =c", "(=a OR =b) AND =c", "" },
    { "=risico-regelreflex =wet/regel", "=risico-regelreflex =wet/regel", "" },
    { "=bestuur*", "bestuur*", "" },
    { "=a NEAR/3 =b", "a NEAR/3 b", "" },
    { "=OF =AND", "=of =and", "" },
    { "a=b c=", "a/b c", "" },
    { "\"a\"=b", "\"a\" b", "" },
    { "a = b", "a b", "=" },
    { "=", "", "=E" },
    { "c =(a b)", "c (a b)", "=" },
    { "==a =-b", "=a -b", "==" },
    { "a =titel:(a b)", "a titel:(a b)", "=" },
    { "=>a", "a", "=" },
    { "=\"\" a", "a", "" },
};

static const struct reading malformed[] = {
    { "AND a", "and a", "O" },
    { "a AND", "a and", "O" },
    { "a OF", "a of", "O" },
    { "OR verkiezingen", "or verkiezingen", "O" },
    { "a AND AND b", "a AND b", "O" },
    { "a AND OR b", "a AND or b", "O" },
    { "BO AND OR", "BO AND or", "O" },
    { "(AND)", "and", "O" },
    { "NOT", "not", "O" },
    { "a NOT OR b", "a not OR b", "O" },
    { "NOT NOT a b", "-a b", "O" },
    { "a AND NOT", "a AND not", "O" },
    { "NEAR/5", "near/5", "O" },
    { "NEAR a", "near a", "O" },
    { "a NEAR NEAR/3 b", "a NEAR/3 b", "O" },
    { "\"a b\" NEAR/5 c", "\"a b\" c", "O" },
    { "a NEAR/5 b-c", "a b-c", "O" },
    { "a NEAR/5 -b", "a -b", "O" },
    { "a NEAR/5 bel*", "a bel*", "O" },
    { "a NEAR/5 titel:b", "a titel:b", "O" },
    { "a NEAR/x b", "a near/x b", "O" },
    { "a NEAR/ b", "a near b", "O" },
    { "a NEAR/51 b", "a NEAR/50 b", "D" },
    { "a NEAR/99999999999999999999 b", "a NEAR/50 b", "D" },
    { "a NEAR/0 b", "a NEAR/1 b", "D" },
    { "a + b", "a b", "O" },
    { "a - b", "a b", "" },
    { "()", "", "PE" },
    { "a ((())) -() b", "a b", "P" },
    { "(a", "a", "P" },
    { "a)", "a", "P" },
    { ")a(", "a", "PP" },
    { "c -(a b", "c -a b", "P" },
    { "((a OR b) AND c", "(a OR b) AND c", "P" },
    { "\"open op", "\"open op\"", "Q" },
    { "a \"", "a", "Q" },
    { "\"a* b\"", "\"a b\"", "S" },
    { "*", "", "SE" },
    { "*beleid be*leid be* 2*", "beleid be/leid be 2", "SSSS" },
    { "wet-geving* a**", "wet-geving a", "SS" },
    { "auteur:jan", "auteur jan", "F" },
    { "auteur:\"jan de wit\" foo:(a)", "auteur \"jan de wit\" foo a", "FF" },
    { "-foo:bar a", "-foo -bar a", "F" },
    { "titel:foo:bar", "titel:foo titel:bar", "F" },
    { "titel: wet titel:-a", "titel wet a", "F" },
    { "titel:", "titel", "F" },
    { "datum:2016 wet", "datum:2016 wet", "" },
    { "wet +Datum:2011..2014 -looptijd:2016-10", "wet datum:2011..2014 -looptijd:2016-10", "" },
    { "datum:06-10-2016 datum:2016-10-06", "datum:2016-10-06", "" },
    { "gearchiveerd:2016-10-01..2016-12-31, datum:..2014 datum:2011-02..",
      "gearchiveerd:2016-10..2016 datum:..2014 datum:2011-02..", "" },
    { "datum:2016 OR datum:2018 AND wet", "datum:2016 OR datum:2018 AND wet", "" },
    { "titel:(a datum:2016)", "titel:(a datum:2016)", "" },
    { "datum:x looptijd:2014..2011 gearchiveerd:2016-02-30", "datum x looptijd 2014/2011 gearchiveerd 2016-02-30", "TTT" },
    { "datum: 2016", "datum 2016", "" },
    { "-datum:2016", "", "X" },
    { "ECLI:NL:HR:2012:BX1234", "ECLI/NL/HR/2012/BX1234", "" },
    { "a:b c:d e:f g:h i:j k:l m:n o:p q:r s:t", "a b c d e f g h i j k l m n o p q r s t", "FFFFFFFF" },
};

static void check_reading(const struct reading *reading)
{
    struct err err = ERR_INIT;
    struct query CLEANUP(query_free_cleanup) *query = NULL;
    struct buf AUTO_BUF printed;
    buf_init(&printed, QUERY_PRINT_MAX);
    size_t len = strlen(reading->typed);
    assert_int_equal(query_parse(reading->typed, len, &query, &err), ERR_OK);
    query_print(query, &printed);
    char notes[QUERY_NOTES_MAX + 1] = "";
    for (size_t i = 0; i < query->note_count; i++) {
        notes[i] = note_letters[query->notes[i]];
    }
    const char *canonical = printed.data != NULL ? printed.data : "";
    if (strcmp(canonical, reading->canonical) != 0 || strcmp(notes, reading->notes) != 0) {
        fail_msg("`%s` is read as `%s` with notes '%s', not `%s` with '%s'", reading->typed, canonical, notes,
                 reading->canonical, reading->notes);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)reading->typed, len);
}

#define CHECK_READINGS(readings)                                            \
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings)[0]; i++) { \
        check_reading(&(readings)[i]);                                      \
    }

static void test_words(void **state)
{
    (void)state;
    CHECK_READINGS(words);
}

static void test_operators(void **state)
{
    (void)state;
    CHECK_READINGS(operators);
}

static void test_phrases_fields_wildcards(void **state)
{
    (void)state;
    CHECK_READINGS(others);
}

static void test_exact(void **state)
{
    (void)state;
    CHECK_READINGS(exact);
    struct query CLEANUP(query_free_cleanup) *query = NULL;
    assert_int_equal(query_parse("=Éé", 5, &query, NULL), ERR_OK);
    assert_true(query->root->exact);
    assert_string_equal(query->root->tokens[0].form, "ee");
    assert_string_equal(query->root->tokens[0].accented, "éé");
}

static void test_malformed(void **state)
{
    (void)state;
    CHECK_READINGS(malformed);
}

static void test_tree(void **state)
{
    (void)state;
    struct query CLEANUP(query_free_cleanup) *query = NULL;
    const char typed[] = "Risico-Regelreflex +wet/regel -titel:\"Één keer\"";
    assert_int_equal(query_parse(typed, strlen(typed), &query, NULL), ERR_OK);
    assert_int_equal(query->term_count, 6);
    const struct query_node *root = query->root;
    assert_int_equal(root->kind, QUERY_GROUP);
    assert_int_equal(root->child_count, 3);
    const struct query_node *word = root->children[0];
    assert_int_equal(word->kind, QUERY_WORD);
    assert_true(word->joined);
    assert_int_equal(word->token_count, 2);
    assert_string_equal(word->tokens[0].form, "risico");
    assert_string_equal(word->tokens[0].written, "Risico");
    assert_string_equal(word->tokens[1].form, "regelreflex");
    assert_int_equal(root->children[1]->sign, QUERY_REQUIRED);
    assert_int_equal(root->children[1]->token_count, 2);
    assert_false(root->children[1]->joined);
    const struct query_node *phrase = root->children[2];
    assert_int_equal(phrase->kind, QUERY_PHRASE);
    assert_int_equal(phrase->sign, QUERY_EXCLUDED);
    assert_true(phrase->in_title);
    assert_string_equal(phrase->tokens[0].form, "een");
    assert_string_equal(phrase->tokens[0].written, "Één");
}

/* `expected` is a piece of the error's text, NULL when the query is fine. */
static void check_cap(const char *typed, size_t len, const char *expected)
{
    struct err err = ERR_INIT;
    struct query CLEANUP(query_free_cleanup) *query = NULL;
    enum err_code code = query_parse(typed, len, &query, &err);
    if (expected == NULL) {
        assert_int_equal(code, ERR_OK);
        assert_non_null(query);
    } else {
        assert_int_equal(code, ERR_INVALID);
        assert_null(query);
        assert_non_null(strstr(err.text, expected));
    }
}

static void test_length_cap(void **state)
{
    (void)state;
    static char text[QUERY_BYTES_MAX + 1];
    memset(text, 'a', sizeof text);
    check_cap(text, QUERY_BYTES_MAX, NULL);
    check_cap(text, QUERY_BYTES_MAX + 1, "langer dan 1024 tekens");
}

static void test_terms_cap(void **state)
{
    (void)state;
    struct buf AUTO_BUF text;
    buf_init(&text, QUERY_BYTES_MAX);
    for (int i = 1; i <= QUERY_TERMS_MAX; i++) {
        buf_printf(&text, "w%d W%d ", i, i);
    }
    check_cap(text.data, text.len, NULL);
    buf_add_str(&text, "w1 \"w2 w3\" titel:w4 w5/w6 ");
    check_cap(text.data, text.len, NULL);
    buf_add_str(&text, "nog");
    check_cap(text.data, text.len, "meer dan 32 verschillende woorden");
}

static void test_wildcards_cap(void **state)
{
    (void)state;
    check_cap("wet* woo*", 9, NULL);
    check_cap("wet* woo* wet*", 14, NULL);
    check_cap("wet* woo* bes*", 14, "meer dan 2 woorden met een sterretje");
    check_cap("(wet* woo) (wet* a) (wet* b)", 28, "meer dan 2 woorden met een sterretje");
}

static void test_encoding(void **state)
{
    (void)state;
    check_cap("wet\0woo", 7, NULL);
    check_cap("wet\377", 4, "geen geldige UTF-8");
    check_cap("\303", 1, "geen geldige UTF-8");
    check_cap("\355\240\200", 3, "geen geldige UTF-8");
}

static void check_nesting(size_t open, size_t close, const char *expected)
{
    struct buf AUTO_BUF text;
    buf_init(&text, open + close + 1);
    for (size_t i = 0; i < open; i++) {
        buf_add_char(&text, '(');
    }
    buf_add_char(&text, 'a');
    for (size_t i = 0; i < close; i++) {
        buf_add_char(&text, ')');
    }
    check_cap(text.data, text.len, expected);
}

static void test_depth_cap(void **state)
{
    (void)state;
    check_nesting(QUERY_DEPTH_MAX, QUERY_DEPTH_MAX, NULL);
    check_nesting(QUERY_DEPTH_MAX + 1, QUERY_DEPTH_MAX + 1, "dieper genest dan 8 haakjes");
    check_nesting(511, 511, "dieper genest dan 8 haakjes");
    check_nesting(1000, QUERY_DEPTH_MAX, NULL); /* what has no partner does not nest */
    check_nesting(1000, 0, NULL);
    check_nesting(100000, 100000, "langer dan 1024 tekens");
}

static void test_note_texts(void **state)
{
    (void)state;
    static const struct {
        enum query_note note;
        const char *words, *text;
    } notes[] = {
        { QUERY_NOTE_QUOTE, "open op", "Het aanhalingsteken voor \"open op\" is aan het eind gesloten." },
        { QUERY_NOTE_QUOTE, "", "Een los aanhalingsteken is overgeslagen." },
        { QUERY_NOTE_PARENTHESIS, "(", "Het haakje \"(\" zonder wederhelft is overgeslagen." },
        { QUERY_NOTE_PARENTHESIS, "()", "De lege haakjes \"()\" zijn overgeslagen." },
        { QUERY_NOTE_DISTANCE, "NEAR/99",
          "De afstand in \"NEAR/99\" is aangepast: die ligt tussen 1 en 50 woorden." },
        { QUERY_NOTE_EXACT, "=",
          "Het teken \"=\" in \"=\" is overgeslagen: het hoort direct voor een woord of een woordgroep tussen "
          "aanhalingstekens." },
        { QUERY_NOTE_ONLY_EXCLUDED, "",
          "De zoekvraag sluit alleen woorden uit; noem ook een woord om naar te zoeken." },
        { QUERY_NOTE_EMPTY, "", "De zoekvraag bevat geen woord om naar te zoeken." },
    };
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        struct buf AUTO_BUF text;
        buf_init(&text, 1024);
        query_note_text(notes[i].note, notes[i].words, &text);
        assert_string_equal(text.data, notes[i].text);
    }
}

/* A long word in a note is cut at a character. */
static void test_long_note(void **state)
{
    (void)state;
    struct query CLEANUP(query_free_cleanup) *query = NULL;
    char typed[202] = "\"";
    for (size_t i = 0; i < 100; i++) {
        memcpy(typed + 1 + 2 * i, "é", 3);
    }
    assert_int_equal(query_parse(typed, strlen(typed), &query, NULL), ERR_OK);
    assert_int_equal(query->note_count, 1);
    size_t len = strlen(query->note_words[0]);
    assert_int_equal(len, 60 + strlen("…"));
    assert_string_equal(query->note_words[0] + 60, "…");
}

/* xorshift64*, Vigna 2016: the same queries everywhere. */
static uint32_t next_random(uint64_t *seed, uint32_t below)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (uint32_t)((*seed * UINT64_C(2685821657736338717)) >> 33) % below;
}

static void test_generated(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        " ", " ", " ", " ", "a", "b", "C", "wet", "EN", "OF", "NIET", "AND", "OR", "NOT", "NEAR", "NEAR/5", "NEAR/77",
        " AND ", " OR ", " NOT ", " NEAR/3 ", "(", "(", ")", ")", "\"", "“", "«", "+", "-", " -", " +", "*", "wet*",
        "=", " =", "één",
        "titel:", "datum:2016", "looptijd:", "2011..2014", "datum:",
        "foo:", ":", "/", "'", "’", "12", ".", ",", "é", "e\314\201", "§", "\302\255", "–", "en",
        "risico-regel", "collega's", "P&O", "\t", "\302\205",
    };
    static const char *const capitals[] = { " ", " ", "A", "WOB", "EN", " OF ", " NIET ", "-", "\"", "É", "=", "TITEL:" };
    uint64_t seed = 20260728;
    for (int i = 0; i < GENERATED; i++) {
        bool capital = next_random(&seed, 8) == 0;
        uint32_t count = 1 + next_random(&seed, next_random(&seed, 20) == 0 ? 200 : 16);
        char typed[2048];
        size_t len = 0;
        for (uint32_t j = 0; j < count; j++) {
            const char *piece = capital ? capitals[next_random(&seed, sizeof capitals / sizeof capitals[0])]
                                        : pieces[next_random(&seed, sizeof pieces / sizeof pieces[0])];
            if (len + strlen(piece) > sizeof typed) {
                break;
            }
            memcpy(typed + len, piece, strlen(piece));
            len += strlen(piece);
        }
        LLVMFuzzerTestOneInput((const uint8_t *)typed, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_phrases_fields_wildcards),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_length_cap),
        cmocka_unit_test(test_terms_cap),
        cmocka_unit_test(test_wildcards_cap),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_depth_cap),
        cmocka_unit_test(test_note_texts),
        cmocka_unit_test(test_long_note),
        cmocka_unit_test(test_generated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
