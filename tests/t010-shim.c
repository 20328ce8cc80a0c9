/* t010-shim.c - writing, merging and reading, seen through shim.h only.
 *
 * Every test has a directory of its own, removed afterwards. */
#include "tests/t010-shim.h"

/* ---- Writing ------------------------------------------------------------------------------ */

static void test_document_round_trip(void **state)
{
    (void)state;
    static const char data[] = "binair\0\xff\x01";
    static const char nul_term[] = "a\0b";
    const uint32_t positions[] = { 5, 70000, 4000000000u };
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    OK(shim_writer_create(in("db"), &writer, &err));
    OK(shim_doc_new(&doc, &err));
    OK(shim_doc_add_term(doc, "weg", 3, 9, &err));
    OK(shim_doc_clear(doc, &err));
    OK(shim_doc_set_data(doc, data, sizeof data, &err));
    OK(shim_doc_add_positions(doc, nul_term, 3, positions, 3, 7, &err));
    OK(shim_doc_add_term(doc, "Kx", 2, 0, &err));
    uint32_t docid = 0;
    OK(shim_writer_add(writer, doc, &docid, &err));
    assert_int_equal(docid, 1);
    OK(shim_writer_commit(writer, &err));

    READER(reader, "db");
    assert_int_equal(shim_reader_doc_count(reader), 1);
    assert_true(shim_reader_average_length(reader) == 7.0);
    uint32_t freq = 9;
    OK(shim_reader_term_freq(reader, nul_term, 3, &freq, &err));
    assert_int_equal(freq, 1);
    OK(shim_reader_term_freq(reader, "weg", 3, &freq, &err));
    assert_int_equal(freq, 0);
    const uint32_t *read = NULL;
    size_t count = 0;
    OK(shim_reader_positions(reader, 1, nul_term, 3, &read, &count, &err));
    assert_int_equal(count, 3);
    assert_memory_equal(read, positions, sizeof positions);
    OK(shim_reader_positions(reader, 1, "Kx", 2, &read, &count, &err));
    assert_int_equal(count, 0);
    OK(shim_reader_positions(reader, 99, nul_term, 3, &read, &count, &err));
    assert_int_equal(count, 0);
    AUTO_BUF struct buf buf;
    buf_init(&buf, 1000);
    OK(shim_reader_data(reader, 1, &buf, &err));
    assert_int_equal(buf.len, sizeof data);
    assert_memory_equal(buf.data, data, sizeof data);
    FAILS(shim_reader_data(reader, 2, &buf, &err), ERR_NOT_FOUND);
    FAILS(shim_reader_data(reader, 0, &buf, &err), ERR_NOT_FOUND);
    AUTO_BUF struct buf small;
    buf_init(&small, 3);
    FAILS(shim_reader_data(reader, 1, &small, &err), ERR_INVALID);
}

static void test_term_limits(void **state)
{
    (void)state;
    char longest[SHIM_TERM_MAX + 1];
    memset(longest, 'x', sizeof longest);
    char nuls[SHIM_TERM_MAX] = "";
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    OK(shim_writer_create(in("db"), &writer, &err));
    OK(shim_doc_new(&doc, &err));
    const uint32_t positions[] = { 1, 2, 2 };
    FAILS(shim_doc_add_term(doc, longest, SHIM_TERM_MAX + 1, 1, &err), ERR_INVALID);
    FAILS(shim_doc_add_term(doc, nuls, SHIM_TERM_MAX / 2 + 1, 1, &err), ERR_INVALID);
    FAILS(shim_doc_add_positions(doc, longest, SHIM_TERM_MAX + 1, positions, 1, 1, &err), ERR_INVALID);
    FAILS(shim_doc_add_positions(doc, "dubbel", 6, positions, 3, 1, &err), ERR_INVALID);
    FAILS(shim_doc_add_term(doc, "", 0, 1, &err), ERR_INVALID);
    OK(shim_doc_add_positions(doc, longest, SHIM_TERM_MAX, positions, 1, 1, &err));
    OK(shim_doc_add_positions(doc, nuls, SHIM_TERM_MAX / 2, positions, 2, 1, &err));
    OK(shim_writer_add(writer, doc, NULL, &err));
    OK(shim_writer_commit(writer, &err));

    READER(reader, "db");
    size_t count = 0;
    const uint32_t *read = NULL;
    OK(shim_reader_positions(reader, 1, longest, SHIM_TERM_MAX, &read, &count, &err));
    assert_int_equal(count, 1);
    OK(shim_reader_positions(reader, 1, nuls, SHIM_TERM_MAX / 2, &read, &count, &err));
    assert_int_equal(count, 2);
    /* Too long to be there is no error when looking. */
    uint32_t freq = 1;
    OK(shim_reader_term_freq(reader, longest, SHIM_TERM_MAX + 1, &freq, &err));
    assert_int_equal(freq, 0);
    OK(shim_reader_term_freq(reader, nuls, SHIM_TERM_MAX, &freq, &err));
    assert_int_equal(freq, 0);
}

static void test_uncommitted_leaves_nothing(void **state)
{
    (void)state;
    struct shim_writer *writer = NULL;
    OK(shim_writer_create(in("db"), &writer, &err));
    for (int i = 0; i < 10500; i++) {
        add_text(writer, "kat", NULL);
    }
    assert_true(shim_writer_size(writer) > 10500 * 4);
    shim_writer_free(writer);
    struct shim_part part = { .path = in("db") };
    struct shim_reader *reader = NULL;
    FAILS(shim_reader_open(&part, 1, &reader, &err), ERR_NOT_FOUND);
    assert_null(reader);
    shim_writer_free(NULL);
}

static void test_writer_refusals(void **state)
{
    (void)state;
    static const char *const texts[] = { "een", "twee", "drie" };
    make_database("db", texts, 3);
    struct shim_writer *writer = NULL;
    FAILS(shim_writer_create(in("db"), &writer, &err), ERR_INVALID);
    FAILS(shim_writer_create(in("no/such/parent"), &writer, &err), ERR_NOT_FOUND);
    FAILS(shim_writer_create(NULL, &writer, &err), ERR_INVALID);
    assert_null(writer);
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    OK(shim_doc_new(&doc, &err));
    FAILS(shim_doc_set_value(doc, SHIM_SLOT_MAX + 1, "x", 1, &err), ERR_INVALID);
    OK(shim_writer_create(in("other"), &writer, &err));
    OK(shim_writer_add(writer, doc, NULL, &err));
    OK(shim_writer_commit(writer, &err));
    FAILS(shim_writer_commit(writer, &err), ERR_INVALID);
    FAILS(shim_writer_add(writer, doc, NULL, &err), ERR_INVALID);
    shim_writer_free(writer);
    READER(reader, "other");
    assert_int_equal(shim_reader_doc_count(reader), 1);
}

/* ---- Merging ------------------------------------------------------------------------------ */

static void test_merge_numbers(void **state)
{
    (void)state;
    static const char *const a[] = { "a1 kat", "a2 hond" };
    static const char *const c[] = { "c1 kat", "c2", "c3 kat", "c4", "c5" };
    static const char *const d[] = { "d1 kat" };
    make_database("a", a, 2);
    make_database("b", NULL, 0);
    make_database("c", c, 5);
    make_database("d", d, 1);
    struct shim_source all[] = { { .path = in("a") }, { .path = in("b") }, { .path = in("c") }, { .path = in("d") } };
    OK(shim_merge(all, 4, in("m"), NULL, &err));
    READER(merged, "m");
    assert_int_equal(shim_reader_doc_count(merged), 8);
    expect(merged, term("kat"), "1 3 5 8");
    size_t count = 0;
    const uint32_t *positions = NULL;
    OK(shim_reader_positions(merged, 8, "kat", 3, &positions, &count, &err));
    assert_true(count == 1 && positions[0] == 2);

    /* The dead leave no gaps. */
    static const uint32_t gone[] = { 1, 4, 5, 77 };
    all[2].dead = gone;
    all[2].dead_count = 4;
    OK(shim_merge(all, 4, in("m2"), NULL, &err));
    READER(smaller, "m2");
    assert_int_equal(shim_reader_doc_count(smaller), 5);
    expect(smaller, term("kat"), "1 4 5");
    expect(smaller, term("c3"), "4");
    expect(smaller, term("c5"), "");
    assert_int_equal(shim_reader_last_docid(smaller, 0), 5);
}

static void test_merge_edges(void **state)
{
    (void)state;
    static const char *const texts[] = { "een", "twee", "drie" };
    make_database("a", texts, 3);
    make_database("b", texts, 2);
    make_database("none", NULL, 0);
    const struct shim_source two[] = { { .path = in("a") }, { .path = in("b") } };
    FAILS(shim_merge(two, 2, in("none"), NULL, &err), ERR_INVALID);
    const struct shim_source missing[] = { { .path = in("a") }, { .path = in("missing") } };
    FAILS(shim_merge(missing, 2, in("m"), NULL, &err), ERR_NOT_FOUND);
    FAILS(shim_merge(two, 2, in("no/such/parent"), NULL, &err), ERR_NOT_FOUND);

    static const uint32_t gone[] = { 1, 2 };
    const struct shim_source empties[] = { { .path = in("none") }, { in("b"), gone, 2 } };
    OK(shim_merge(empties, 2, in("empty"), NULL, &err));
    OK(shim_merge(NULL, 0, in("nothing"), NULL, &err));
    READER(empty, "empty");
    assert_int_equal(shim_reader_doc_count(empty), 0);
    expect(empty, term("een"), "");
    READER(nothing, "nothing");
    assert_int_equal(shim_reader_doc_count(nothing), 0);

    /* What was merged can be merged again, empty or not. */
    const struct shim_source again[] = { { .path = in("empty") }, { in("a"), gone, 1 }, { .path = in("nothing") } };
    OK(shim_merge(again, 3, in("moved"), NULL, &err));
    READER(moved, "moved");
    expect(moved, term("Qall"), "1 2");
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* Two parts: docids 1 3 5 7 9 are a's, 2 4 6 b's.  Dead: a's 2 and 5 (3, 9), b's 1 (2). */
static struct shim_reader *open_two(void)
{
    static const char *const a[] = { "kat mat", "kat", "hond", "kat hond", "kat kat" };
    static const char *const b[] = { "kat", "hond kat", "muis" };
    static const uint32_t dead_a[] = { 2, 5, 6, 1000 };
    static const uint32_t dead_b[] = { 1 };
    make_database("a", a, 5);
    make_database("b", b, 3);
    struct shim_part parts[] = { { in("a"), dead_a, 4 }, { in("b"), dead_b, 1 } };
    struct shim_reader *reader = NULL;
    OK(shim_reader_open(parts, 2, &reader, &err));
    return reader;
}

static void test_dead_documents(void **state)
{
    (void)state;
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = open_two();
    assert_int_equal(shim_reader_doc_count(reader), 5);
    expect(reader, term("kat"), "1 4 7");
    expect(reader, combine(SHIM_AND, term("kat"), term("hond"), NULL), "4 7");
    struct shim_query *all = NULL;
    OK(shim_query_all(&all, &err));
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    const struct shim_search count_only = { .limit = 0, .check_at_least = 10, .k1 = 1.2, .b = 0.75 };
    OK(shim_reader_search(reader, all, &count_only, &hits, &err));
    uint32_t lower = 0, estimated = 0, upper = 0;
    shim_hits_total(hits, &lower, &estimated, &upper);
    assert_true(shim_hits_count(hits) == 0 && lower == 5 && estimated == 5 && upper == 5);
    expect(reader, all, "1 4 5 6 7");

    uint32_t found[8] = { 0 };
    size_t count = 0;
    OK(shim_reader_find(reader, "kat", 3, found, 8, &count, &err));
    assert_true(count == 3 && found[0] == 1 && found[1] == 4 && found[2] == 7);
    OK(shim_reader_find(reader, "kat", 3, found, 1, &count, &err));
    assert_int_equal(count, 1);
    OK(shim_reader_find(reader, "niets", 5, found, 8, &count, &err));
    assert_int_equal(count, 0);
    uint32_t freq = 0;
    OK(shim_reader_term_freq(reader, "kat", 3, &freq, &err));
    assert_int_equal(freq, 6);

    const uint32_t asked[] = { 1, 2, 5, 7, 8, 99 };
    bool present[6] = { false };
    OK(shim_reader_present(reader, "kat", 3, asked, 6, present, &err));
    assert_true(present[0] && present[1] && !present[2] && present[3] && !present[4] && !present[5]);

    const uint32_t *positions = NULL;
    OK(shim_reader_positions(reader, 7, "hond", 4, &positions, &count, &err));
    assert_true(count == 1 && positions[0] == 2);
    AUTO_BUF struct buf data;
    buf_init(&data, 100);
    OK(shim_reader_data(reader, 4, &data, &err));
    OK(shim_reader_data(reader, 3, &data, &err));
    assert_string_equal(data.data, "hond katkat");

    for (uint32_t docid = 1; docid < 10; docid++) {
        size_t part = 9;
        uint32_t local = 0;
        shim_reader_locate(reader, docid, &part, &local);
        assert_int_equal(part, (docid - 1) % 2);
        assert_int_equal(shim_reader_docid(reader, part, local), docid);
    }
    assert_int_equal(shim_reader_last_docid(reader, 0), 5);
    assert_int_equal(shim_reader_last_docid(reader, 1), 3);
    assert_int_equal(shim_reader_last_docid(reader, 2), 0);
    assert_int_equal(shim_reader_docid(reader, 0, 0), 0);
    assert_int_equal(shim_reader_docid(reader, 1, UINT32_MAX), 0);
}

/* The matcher walks the dead list in jumps of every size; compare with a search that has none. */
static void test_many_dead(void **state)
{
    (void)state;
    enum { DOCS = 3000 };
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in("db"), &writer, &err));
    for (uint32_t i = 1; i <= DOCS; i++) {
        char text[64];
        snprintf(text, sizeof text, "x%s%s", i % 7 == 0 ? " zeven" : "", i % 350 == 0 ? " zeldzaam" : "");
        add_text(writer, text, NULL);
    }
    OK(shim_writer_commit(writer, &err));
    static const char *const terms[] = { "x", "zeven", "zeldzaam" };
    static const uint32_t every[] = { 1, 7, 350 };
    static const uint32_t periods[] = { 2, 3, 97, 2999 };
    for (size_t p = 0; p < 4; p++) {
        static uint32_t dead[DOCS];
        size_t dead_count = 0;
        for (uint32_t i = 1; i <= DOCS; i++) {
            if (i % periods[p] != 1) {
                dead[dead_count++] = i;
            }
        }
        struct shim_part part = { in("db"), dead, dead_count };
        CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
        OK(shim_reader_open(&part, 1, &reader, &err));
        for (size_t t = 0; t < 3; t++) {
            char expected[256] = "";
            size_t listed = 0;
            for (uint32_t i = every[t]; i <= DOCS && listed < 5; i += every[t]) {
                if (i % periods[p] == 1) {
                    size_t used = strlen(expected);
                    snprintf(expected + used, sizeof expected - used, "%s%u", listed++ == 0 ? "" : " ", i);
                }
            }
            /* No length normalisation: equal weights, so in the order of docids. */
            const struct shim_search five = { .limit = 5, .k1 = 1, .b = 0 };
            expect_with(reader, &five, term(terms[t]), expected);
        }
    }
}

static void test_reader_refusals(void **state)
{
    (void)state;
    static const char *const texts[] = { "een", "twee", "drie" };
    make_database("a", texts, 3);
    struct shim_reader *reader = NULL;
    struct shim_part missing = { .path = in("missing") };
    FAILS(shim_reader_open(&missing, 1, &reader, &err), ERR_NOT_FOUND);
    const uint32_t unsorted[] = { 2, 1 };
    struct shim_part bad = { in("a"), unsorted, 2 };
    FAILS(shim_reader_open(&bad, 1, &reader, &err), ERR_INVALID);
    const uint32_t twice_dead[] = { 2, 2 };
    bad.dead = twice_dead;
    FAILS(shim_reader_open(&bad, 1, &reader, &err), ERR_INVALID);
    char command[1200];
    snprintf(command, sizeof command, "cp -r '%s' '%s'", in("a"), in("copy"));
    assert_int_equal(system(command), 0);
    struct shim_part twice[] = { { .path = in("a") }, { .path = in("copy") } };
    FAILS(shim_reader_open(twice, 2, &reader, &err), ERR_CORRUPT);
    assert_null(reader);
    shim_reader_free(NULL);
}

static void test_empty_reader(void **state)
{
    (void)state;
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    OK(shim_reader_open(NULL, 0, &reader, &err));
    assert_int_equal(shim_reader_doc_count(reader), 0);
    assert_true(shim_reader_average_length(reader) == 0);
    expect(reader, term("kat"), "");
    struct shim_query *all = NULL;
    OK(shim_query_all(&all, &err));
    expect(reader, all, "");
    uint32_t freq = 1, docids[1] = { 0 };
    size_t count = 1, len = 1;
    const uint32_t *positions = NULL;
    OK(shim_reader_term_freq(reader, "kat", 3, &freq, &err));
    assert_int_equal(freq, 0);
    OK(shim_reader_positions(reader, 1, "kat", 3, &positions, &count, &err));
    assert_int_equal(count, 0);
    count = 1;
    OK(shim_reader_find(reader, "kat", 3, docids, 1, &count, &err));
    assert_int_equal(count, 0);
    AUTO_BUF struct buf data;
    buf_init(&data, 100);
    FAILS(shim_reader_data(reader, 1, &data, &err), ERR_NOT_FOUND);
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    const char *name = "x";
    OK(shim_terms_open(reader, "", 0, &terms, &err));
    OK(shim_terms_seek(terms, "b", 1, &err));
    OK(shim_terms_next(terms, &name, &len, &freq, &err));
    assert_true(name == NULL && len == 0);
}

static void expect_term(struct shim_terms *terms, const char *expected, uint32_t expected_freq)
{
    const char *name = "?";
    size_t len = 0;
    uint32_t freq = 0;
    OK(shim_terms_next(terms, &name, &len, &freq, &err));
    if (expected == NULL) {
        assert_null(name);
        return;
    }
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(name, expected, len);
    assert_int_equal(freq, expected_freq);
}

static void test_terms(void **state)
{
    (void)state;
    static const char *const a[] = { "ka kaas kat", "kb kat kaas" };
    static const char *const b[] = { "kaas kade kat l" };
    make_database("a", a, 2);
    make_database("b", b, 1);
    struct shim_part parts[] = { { .path = in("a") }, { .path = in("b") } };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    OK(shim_reader_open(parts, 2, &reader, &err));
    struct shim_terms *terms = NULL;
    OK(shim_terms_open(reader, "ka", 2, &terms, &err));
    expect_term(terms, "ka", 1);
    expect_term(terms, "kaas", 3);
    expect_term(terms, "kade", 1);
    expect_term(terms, "kat", 3);
    expect_term(terms, NULL, 0);
    expect_term(terms, NULL, 0);
    OK(shim_terms_seek(terms, "ka", 2, &err));
    expect_term(terms, NULL, 0);
    shim_terms_free(terms);

    OK(shim_terms_open(reader, "ka", 2, &terms, &err));
    OK(shim_terms_seek(terms, "a", 1, &err)); /* before the prefix: no step */
    expect_term(terms, "ka", 1);
    OK(shim_terms_seek(terms, "ka", 2, &err)); /* never backwards */
    expect_term(terms, "kaas", 3);
    OK(shim_terms_seek(terms, "kad", 3, &err));
    OK(shim_terms_seek(terms, "kade", 4, &err));
    expect_term(terms, "kade", 1);
    OK(shim_terms_seek(terms, "l", 1, &err)); /* behind the prefix */
    expect_term(terms, NULL, 0);
    shim_terms_free(terms);
    shim_terms_free(NULL);
}

static void make_valued(const char *name, const char *const (*documents)[2], size_t count)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in(name), &writer, &err));
    for (size_t i = 0; i < count; i++) {
        add_text(writer, documents[i][0], documents[i][1]);
    }
    OK(shim_writer_commit(writer, &err));
}

/* Values are counted once each, over several terms and parts, without dead documents. */
static void test_distinct(void **state)
{
    static const char *const a[][2] = { { "kat", "1" }, { "hond", "2" }, { "kat hond", "1" }, { "kat", "3" }, { "muis", "8" } };
    static const char *const b[][2] = { { "hond", "3" }, { "kat", "4" }, { "kat", NULL } };
    static const uint32_t dead[] = { 4 };
    static const char *const words[] = { "kat", "hond", "niets" };
    static const size_t lens[] = { 3, 4, 5 };
    (void)state;
    make_valued("a", a, 5);
    make_valued("b", b, 3);
    const struct shim_part parts[] = { { in("a"), NULL, 0 }, { in("b"), NULL, 0 } };
    const struct shim_part buried[] = { { in("a"), dead, 1 }, { in("b"), NULL, 0 } };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL, *less = NULL, *none = NULL;
    uint32_t distinct = 99;
    OK(shim_reader_open(parts, 2, &reader, &err));
    OK(shim_reader_distinct(reader, words, lens, 1, SLOT, 100, &distinct, &err));
    assert_int_equal(distinct, 4); /* 1, 3, 4, none */
    OK(shim_reader_distinct(reader, words, lens, 3, SLOT, 100, &distinct, &err));
    assert_int_equal(distinct, 5);
    OK(shim_reader_distinct(reader, words, lens, 3, SLOT, 2, &distinct, &err));
    assert_int_equal(distinct, 2);
    OK(shim_reader_distinct(reader, words, lens, 1, SLOT + 1, 100, &distinct, &err));
    assert_int_equal(distinct, 1); /* an empty slot */
    OK(shim_reader_open(buried, 2, &less, &err));
    OK(shim_reader_distinct(less, words, lens, 1, SLOT, 100, &distinct, &err));
    assert_int_equal(distinct, 3);
    OK(shim_reader_open(NULL, 0, &none, &err));
    OK(shim_reader_distinct(none, words, lens, 3, SLOT, 100, &distinct, &err));
    assert_int_equal(distinct, 0);
}

int main(void)
{
#define SANDBOXED(test) cmocka_unit_test_setup_teardown(test, make_sandbox, remove_sandbox)
    const struct CMUnitTest tests[] = {
        SANDBOXED(test_document_round_trip), SANDBOXED(test_term_limits),    SANDBOXED(test_uncommitted_leaves_nothing),
        SANDBOXED(test_writer_refusals),     SANDBOXED(test_merge_numbers),  SANDBOXED(test_merge_edges),
        SANDBOXED(test_dead_documents),      SANDBOXED(test_many_dead),
        SANDBOXED(test_reader_refusals),
        SANDBOXED(test_empty_reader),        SANDBOXED(test_terms),             SANDBOXED(test_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
