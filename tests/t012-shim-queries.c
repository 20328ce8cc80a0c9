/* t012-shim-queries.c - queries, ranking and damaged databases, seen through shim.h only. */
#include "tests/t010-shim.h"

#include <math.h>
#include <sys/stat.h>

static const char *const animals[] = {
    "de kat zit op de mat",          /* 1 */
    "de mat ligt op de kat",         /* 2 */
    "een kat en een kat en een kat", /* 3 */
    "de hond bijt de kat niet",      /* 4 */
    "hond",                          /* 5 */
    "katten en honden",              /* 6 */
};

static struct shim_reader *open_animals(void)
{
    make_database("animals", animals, 6);
    return open_one("animals");
}

#define ANIMALS(variable) CLEANUP(shim_reader_free_cleanup) struct shim_reader *variable = open_animals()

typedef enum err_code (*positional)(const char *const *terms, const size_t *lens, size_t count, uint32_t window,
                                    struct shim_query **ret_query, struct err *err);

static struct shim_query *words(positional make, const char *a, const char *b, const char *c, uint32_t window)
{
    const char *terms[] = { a, b, c };
    const size_t lens[] = { strlen(a), strlen(b), c == NULL ? 0 : strlen(c) };
    struct shim_query *query = NULL;
    OK(make(terms, lens, c == NULL ? 2 : 3, window, &query, &err));
    return query;
}

static void test_phrase_and_near(void **state)
{
    (void)state;
    ANIMALS(reader);
    expect(reader, words(shim_query_phrase, "de", "kat", NULL, 2), "1 2 4");
    expect(reader, words(shim_query_phrase, "op", "de", "kat", 3), "2");
    expect(reader, words(shim_query_phrase, "kat", "mat", NULL, 2), "");
    expect(reader, words(shim_query_phrase, "kat", "mat", NULL, 5), "1");
    expect(reader, words(shim_query_near, "kat", "mat", NULL, 4), "");
    expect(reader, words(shim_query_near, "kat", "mat", NULL, 5), "1 2");
    /* The same word twice needs two occurrences, in a phrase. */
    expect(reader, words(shim_query_phrase, "de", "de", NULL, 2), "");
    expect(reader, words(shim_query_phrase, "kat", "kat", NULL, 4), "3");
    expect(reader, words(shim_query_phrase, "kat", "kat", "kat", 7), "3");

    struct shim_query *query = NULL;
    const char *terms[] = { "de", "" };
    const size_t lens[] = { 2, 0 };
    FAILS(shim_query_phrase(terms, lens, 2, 1, &query, &err), ERR_INVALID);
    FAILS(shim_query_phrase(terms, lens, 2, 2, &query, &err), ERR_INVALID);
    FAILS(shim_query_near(terms, lens, 0, 2, &query, &err), ERR_INVALID);
    assert_null(query);
}

static void test_combinations(void **state)
{
    (void)state;
    ANIMALS(reader);
    struct shim_query *query = NULL;
    expect(reader, combine(SHIM_AND, term("kat"), term("mat"), term("ligt")), "2");
    expect(reader, combine(SHIM_OR, term("hond"), term("honden"), NULL), "6 5 4");
    expect(reader, combine(SHIM_AND_NOT, term("kat"), term("mat"), term("hond")), "3");
    expect(reader, combine(SHIM_AND_MAYBE, term("mat"), term("ligt"), term("hond")), "2 1");
    expect(reader, combine(SHIM_FILTER, term("de"), term("kat"), term("op")), "1 2");
    expect(reader, combine(SHIM_FILTER, term("hond"), term("mat"), NULL), "");
    struct shim_query *only[] = { term("mat") };
    OK(shim_query_combine(SHIM_AND_NOT, only, 1, &query, &err));
    assert_null(only[0]);
    expect(reader, query, "1 2");
    OK(shim_query_nothing(&query, &err));
    expect(reader, combine(SHIM_OR, query, term("mat"), NULL), "1 2");
    OK(shim_query_nothing(&query, &err));
    expect(reader, combine(SHIM_AND, query, term("mat"), NULL), "");
    OK(shim_query_all(&query, &err));
    expect(reader, combine(SHIM_AND_NOT, query, term("kat"), NULL), "5 6");
    /* Not weight, only presence. */
    OK(shim_query_scale(term("hond"), 0, &query, &err));
    expect(reader, query, "4 5");

    struct shim_query *broken[] = { term("kat"), NULL, term("mat") };
    query = NULL;
    FAILS(shim_query_combine(SHIM_AND, broken, 3, &query, &err), ERR_INVALID);
    assert_true(broken[0] == NULL && broken[2] == NULL);
    FAILS(shim_query_combine(SHIM_OR, NULL, 0, &query, &err), ERR_INVALID);
    FAILS(shim_query_scale(NULL, 2, &query, &err), ERR_INVALID);
    FAILS(shim_query_scale(term("kat"), -1, &query, &err), ERR_INVALID);
    FAILS(shim_query_scale(term("kat"), (double)NAN, &query, &err), ERR_INVALID);
    FAILS(shim_query_term("", 0, &query, &err), ERR_INVALID);
    assert_null(query);
    shim_query_free(NULL);
}

/* The weight of one document, 0 when it is no hit. */
static double weight_of(struct shim_reader *reader, const struct shim_search *search, struct shim_query *query,
                        uint32_t docid)
{
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    OK(shim_reader_search(reader, query, search, &hits, &err));
    shim_query_free(query);
    for (size_t i = 0; i < shim_hits_count(hits); i++) {
        if (shim_hits_docid(hits, i) == docid) {
            return shim_hits_weight(hits, i);
        }
    }
    return 0;
}

static bool close_to(double a, double b)
{
    return a - b < 1e-9 && b - a < 1e-9;
}

static void test_weights(void **state)
{
    (void)state;
    ANIMALS(reader);
    double kat = weight_of(reader, &plain, term("kat"), 1);
    double mat = weight_of(reader, &plain, term("mat"), 1);
    assert_true(kat > 0 && mat > kat); /* the rarer word counts more */
    assert_true(close_to(weight_of(reader, &plain, combine(SHIM_OR, term("kat"), term("mat"), NULL), 1), kat + mat));
    assert_true(close_to(weight_of(reader, &plain, combine(SHIM_AND, term("kat"), term("mat"), NULL), 1), kat + mat));
    assert_true(close_to(weight_of(reader, &plain, combine(SHIM_MAX, term("kat"), term("mat"), NULL), 1), mat));
    assert_true(close_to(weight_of(reader, &plain, combine(SHIM_FILTER, term("kat"), term("mat"), NULL), 1), kat));
    assert_true(
        close_to(weight_of(reader, &plain, combine(SHIM_AND_MAYBE, term("kat"), term("mat"), NULL), 1), kat + mat));
    struct shim_query *query = NULL;
    OK(shim_query_scale(term("kat"), 2.5, &query, &err));
    assert_true(close_to(weight_of(reader, &plain, query, 1), 2.5 * kat));
    OK(shim_query_all(&query, &err));
    assert_true(weight_of(reader, &plain, query, 1) == 0);
    /* As one word: rarer than their sum, and both members weigh alike. */
    double one = weight_of(reader, &plain, combine(SHIM_SYNONYM, term("mat"), term("katten"), NULL), 1);
    assert_true(one > 0 && one < mat);
    assert_true(weight_of(reader, &plain, combine(SHIM_SYNONYM, term("mat"), term("katten"), NULL), 6) > 0);

    struct shim_search plus = plain;
    plus.delta = 1.0;
    assert_true(weight_of(reader, &plus, term("mat"), 1) > mat);
    /* Without length normalisation, documents with the word once weigh the same, whatever their length. */
    struct shim_search flat = plain;
    flat.b = 0;
    assert_true(close_to(weight_of(reader, &flat, term("hond"), 4), weight_of(reader, &flat, term("hond"), 5)));
    /* A short document counts as a fifth of the mean length at least. */
    struct shim_search floor = plain;
    floor.min_normlen = 1;
    assert_true(weight_of(reader, &floor, term("hond"), 5) < weight_of(reader, &plain, term("hond"), 5));

    struct shim_search bad = plain;
    bad.k1 = (double)NAN;
    struct shim_hits *hits = NULL;
    query = term("kat");
    FAILS(shim_reader_search(reader, query, &bad, &hits, &err), ERR_INVALID);
    FAILS(shim_reader_search(reader, NULL, &plain, &hits, &err), ERR_INVALID);
    shim_query_free(query);
    assert_null(hits);
}

static void test_ranges(void **state)
{
    (void)state;
    static const char *const values[] = { "1990", "2001", NULL, "2010", "2001" };
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in("db"), &writer, &err));
    for (size_t i = 0; i < 5; i++) {
        add_text(writer, "x", values[i]);
    }
    OK(shim_writer_commit(writer, &err));
    READER(reader, "db");
    struct shim_query *query = NULL;
    OK(shim_query_range(SLOT, "2001", 4, "2005", 4, &query, &err));
    expect(reader, query, "2 5");
    OK(shim_query_range(SLOT, "2001", 4, NULL, 0, &query, &err));
    expect(reader, query, "2 4 5");
    OK(shim_query_range(SLOT, NULL, 0, "2001", 4, &query, &err));
    expect(reader, query, "1 2 5");
    OK(shim_query_range(SLOT, "1", 1, "9", 1, &query, &err));
    expect(reader, query, "1 2 4 5");
    OK(shim_query_range(SLOT, "1", 1, NULL, 0, &query, &err));
    expect(reader, query, "1 2 4 5");
    OK(shim_query_range(SLOT, NULL, 0, "9", 1, &query, &err));
    expect(reader, query, "1 2 4 5");
    OK(shim_query_range(SLOT, "2005", 4, "2001", 4, &query, &err));
    expect(reader, query, "");
    OK(shim_query_range(SLOT, NULL, 0, "", 0, &query, &err));
    expect(reader, query, "");
    OK(shim_query_range(SLOT + 1, "1", 1, NULL, 0, &query, &err));
    expect(reader, query, "");
    OK(shim_query_range(SLOT, "2001", 4, "2005", 4, &query, &err));
    expect(reader, combine(SHIM_FILTER, term("x"), query, NULL), "2 5");
    query = NULL;
    FAILS(shim_query_range(SLOT, NULL, 0, NULL, 0, &query, &err), ERR_INVALID);
    assert_null(query);
}

static void test_wildcard(void **state)
{
    (void)state;
    ANIMALS(reader);
    struct shim_query *query = NULL;
    OK(shim_query_wildcard("hon", 3, 2, &query, &err));
    expect(reader, query, "5 6 4");
    OK(shim_query_wildcard("hon", 3, 1, &query, &err));
    expect_error(reader, query, ERR_INVALID);
    OK(shim_query_wildcard("zzz", 3, 1, &query, &err));
    expect(reader, query, "");
    query = NULL;
    FAILS(shim_query_wildcard("hon", 3, 0, &query, &err), ERR_INVALID);
    FAILS(shim_query_wildcard("", 0, 9, &query, &err), ERR_INVALID);
    assert_null(query);
}

static void test_paging_and_totals(void **state)
{
    (void)state;
    static const char *const same[] = { "kat", "kat", "kat", "kat", "kat", "hond" };
    make_database("db", same, 6);
    READER(reader, "db");
    struct shim_search page = plain;
    page.limit = 2;
    expect_with(reader, &page, term("kat"), "1 2");
    page.offset = 2;
    expect_with(reader, &page, term("kat"), "3 4");
    page.offset = 4;
    expect_with(reader, &page, term("kat"), "5");
    page.offset = 400;
    expect_with(reader, &page, term("kat"), "");

    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    CLEANUP(shim_query_free_cleanup) struct shim_query *query = term("kat");
    page.offset = 1;
    OK(shim_reader_search(reader, query, &page, &hits, &err));
    uint32_t lower = 0, estimated = 0, upper = 0;
    shim_hits_total(hits, &lower, &estimated, &upper);
    assert_true(lower == 5 && estimated == 5 && upper == 5);
    AUTO_BUF struct buf data;
    buf_init(&data, 100);
    OK(shim_reader_data(reader, shim_hits_docid(hits, 0), &data, &err));
    assert_true(data.len == 3 && memcmp(data.data, "kat", 3) == 0);
    shim_hits_free(NULL);
}

static void test_describe_and_copy(void **state)
{
    (void)state;
    ANIMALS(reader);
    struct shim_query *query = combine(SHIM_AND, term("kat"), term("mat"), NULL);
    struct shim_query *copy = NULL;
    OK(shim_query_copy(query, &copy, &err));
    shim_query_free(query);
    AUTO_FREE char *text = NULL;
    OK(shim_query_describe(copy, &text, &err));
    assert_string_equal(text, "Query((kat AND mat))");
    expect(reader, copy, "1 2");
    assert_int_equal(strncmp(shim_xapian_version(), "1.", 2) == 0 || strncmp(shim_xapian_version(), "2.", 2) == 0, 1);
}

/* ---- Ranking ------------------------------------------------------------------------------ */

enum { RANKED_DOCS = 1500 };

static struct shim_query *random_query(enum shim_op op)
{
    char word[4][16];
    for (int i = 0; i < 4; i++) {
        pick_word(word[i]);
    }
    struct shim_query *both = combine(op, term(word[0]), term(word[1]), NULL);
    return combine(SHIM_OR, both, combine(op, term(word[2]), term(word[3]), NULL), NULL);
}

static const enum shim_op every_op[] = { SHIM_AND,     SHIM_OR,        SHIM_MAX,   SHIM_SYNONYM,
                                         SHIM_AND_NOT, SHIM_AND_MAYBE, SHIM_FILTER };

/* Xapian leaves out documents that cannot be among the best any more; its OP_AND_MAYBE left out some
 * that could. */
static void test_best_ten(void **state)
{
    (void)state;
    make_ranked("db", RANKED_DOCS);
    READER(reader, "db");
    for (int i = 0; i < 700; i++) {
        CLEANUP(shim_query_free_cleanup) struct shim_query *query = random_query(every_op[i % 7]);
        CLEANUP(shim_hits_free_cleanup) struct shim_hits *best = NULL;
        CLEANUP(shim_hits_free_cleanup) struct shim_hits *every = NULL;
        struct shim_search search = plain;
        search.limit = RANKED_DOCS;
        OK(shim_reader_search(reader, query, &search, &every, &err));
        search.limit = 10;
        search.check_at_least = 300;
        OK(shim_reader_search(reader, query, &search, &best, &err));
        for (size_t k = 0; k < shim_hits_count(best); k++) {
            assert_int_equal(shim_hits_docid(best, k), shim_hits_docid(every, k));
            assert_true(close_to(shim_hits_weight(best, k), shim_hits_weight(every, k)));
        }
    }
}

/* Xapian's OP_MAX reads freed memory when its members ended together in the first part, and the
 * ranking was full by then. */
static void test_max_that_ends(void **state)
{
    (void)state;
    static const char *const texts[] = { "kat mat", "hond mat", "kat hond mat" };
    make_database("a", texts, 3);
    make_database("b", texts, 3);
    struct shim_part parts[] = { { .path = in("a") }, { .path = in("b") } };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    OK(shim_reader_open(parts, 2, &reader, &err));
    for (uint32_t limit = 1; limit <= 6; limit++) {
        static const char *const firsts[] = { "3", "3 4", "3 4 5", "3 4 5 6", "3 4 5 6 1", "3 4 5 6 1 2" };
        const struct shim_search few = { .limit = limit, .k1 = 1.2 };
        struct shim_query *both = combine(SHIM_AND, term("hond"), term("mat"), NULL);
        expect_with(reader, &few, combine(SHIM_MAX, term("kat"), both, NULL), firsts[limit - 1]);
        both = combine(SHIM_MAX, term("hond"), term("mat"), NULL);
        expect_with(reader, &few, combine(SHIM_OR, both, term("afwezig"), NULL), firsts[limit - 1]);
        expect_with(reader, &few, combine(SHIM_MAX, term("afwezig"), term("absent"), NULL), "");
    }
}

/* Two parts rank as the one database that they are merged into. */
static void test_parts_rank_as_one(void **state)
{
    (void)state;
    make_ranked("a", 400);
    make_ranked("b", 300);
    const struct shim_source sources[] = { { .path = in("a") }, { .path = in("b") } };
    const uint32_t shift[] = { 0, 400 };
    OK(shim_merge(sources, 2, in("m"), NULL, &err));
    READER(merged, "m");
    struct shim_part parts[] = { { .path = in("a") }, { .path = in("b") } };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    OK(shim_reader_open(parts, 2, &reader, &err));
    for (int i = 0; i < 140; i++) {
        CLEANUP(shim_query_free_cleanup) struct shim_query *query = random_query(every_op[i % 7]);
        CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
        struct shim_search search = plain;
        search.limit = 1000;
        OK(shim_reader_search(reader, query, &search, &hits, &err));
        static double weights[1000];
        memset(weights, 0, sizeof weights);
        for (size_t k = 0; k < shim_hits_count(hits); k++) {
            size_t part;
            uint32_t local;
            shim_reader_locate(reader, shim_hits_docid(hits, k), &part, &local);
            weights[local + shift[part]] = shim_hits_weight(hits, k);
        }
        CLEANUP(shim_hits_free_cleanup) struct shim_hits *expected = NULL;
        OK(shim_reader_search(merged, query, &search, &expected, &err));
        assert_int_equal(shim_hits_count(hits), shim_hits_count(expected));
        for (size_t k = 0; k < shim_hits_count(expected); k++) {
            assert_true(close_to(weights[shim_hits_docid(expected, k)], shim_hits_weight(expected, k)));
        }
    }
}

/* ---- Damage ------------------------------------------------------------------------------- */

enum { VICTIM_DOCS = 600 };

/* The positions of a term in all its documents. */
static enum err_code read_positions(struct shim_reader *reader, const char *name, size_t len)
{
    static uint32_t docids[VICTIM_DOCS];
    size_t found = 0;
    enum err_code code = shim_reader_find(reader, name, len, docids, VICTIM_DOCS, &found, &err);
    for (size_t i = 0; code == ERR_OK && i < found; i++) {
        const uint32_t *positions = NULL;
        size_t count = 0;
        code = shim_reader_positions(reader, docids[i], name, len, &positions, &count, &err);
    }
    return code;
}

/* Reads everything there is; returns the first error. */
static enum err_code read_through(const char *name)
{
    struct shim_part part = { .path = in(name) };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    enum err_code code = shim_reader_open(&part, 1, &reader, &err);
    if (code != ERR_OK) {
        return code;
    }
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    CLEANUP(shim_query_free_cleanup) struct shim_query *query = words(shim_query_phrase, "de", "kat", NULL, 2);
    code = shim_reader_search(reader, query, &plain, &hits, &err);
    AUTO_BUF struct buf data;
    buf_init(&data, 10000000);
    for (uint32_t docid = 1; code == ERR_OK && docid <= VICTIM_DOCS; docid++) {
        code = shim_reader_data(reader, docid, &data, &err);
    }
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    if (code == ERR_OK) {
        code = shim_terms_open(reader, "", 0, &terms, &err);
    }
    const char *term_name = "";
    while (code == ERR_OK && term_name != NULL) {
        size_t len = 0;
        uint32_t freq = 0;
        code = shim_terms_next(terms, &term_name, &len, &freq, &err);
        if (code == ERR_OK && term_name != NULL) {
            code = read_positions(reader, term_name, len);
        }
    }
    return code;
}

static void make_victim(void)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in("sound"), &writer, &err));
    for (unsigned i = 0; i < VICTIM_DOCS; i++) {
        char text[200];
        snprintf(text, sizeof text, "de kat w%u w%u x%u y%u", i, i * 7919u % 1000u, i * 31u, i * 17u);
        add_text(writer, text, "v");
    }
    OK(shim_writer_commit(writer, &err));
    assert_int_equal(read_through("sound"), ERR_OK);
}

static bool is_damage(enum err_code code)
{
    return code == ERR_CORRUPT || code == ERR_IO || code == ERR_NOT_FOUND || code == ERR_VERSION;
}

static void copy_victim(void)
{
    OK(io_remove_tree(in("damaged"), &err));
    char command[1200];
    snprintf(command, sizeof command, "cp -r '%s' '%s'", in("sound"), in("damaged"));
    assert_int_equal(system(command), 0);
}

static void test_truncated_files(void **state)
{
    (void)state;
    static const char *const files[] = { "iamglass", "postlist.glass", "docdata.glass", "position.glass" };
    make_victim();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[64];
        snprintf(path, sizeof path, "damaged/%s", files[i]);
        for (int eighths = 0; eighths < 8; eighths++) {
            copy_victim();
            struct stat about;
            assert_int_equal(stat(in(path), &about), 0);
            assert_int_equal(truncate(in(path), about.st_size * eighths / 8), 0);
            enum err_code code = read_through("damaged");
            if (!is_damage(code)) {
                fail_msg("%s cut to %d/8: %s: %s", path, eighths, err_name(code), err.text);
            }
        }
    }
}

/* Overwrites one byte of a file in "damaged". */
static void poke(const char *path, long offset, int byte)
{
    AUTO_FCLOSE FILE *file = fopen(in(path), "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
}

static void test_foreign_files(void **state)
{
    (void)state;
    make_victim();
    copy_victim();
    poke("damaged/iamglass", 14, 0x55); /* behind the 14 bytes of magic: the version of the format */
    assert_int_equal(read_through("damaged"), ERR_VERSION);
    copy_victim();
    poke("damaged/iamglass", 3, 'x');
    assert_int_equal(read_through("damaged"), ERR_CORRUPT);
    copy_victim();
    assert_int_equal(unlink(in("damaged/postlist.glass")), 0);
    assert_int_equal(read_through("damaged"), ERR_NOT_FOUND);
}

static enum err_code collect(void *context, uint32_t docid, const char *value, size_t len, struct err *problem)
{
    struct buf *out = context;
    buf_printf(out, "%s%u=%.*s", out->len > 0 ? " " : "", docid, (int)len, value);
    (void)problem;
    return ERR_OK;
}

static enum err_code refuse(void *context, uint32_t docid, const char *value, size_t len, struct err *problem)
{
    (void)context, (void)value, (void)len;
    return docid == 6 ? err_set(problem, ERR_CORRUPT, "six") : ERR_OK;
}

/* A list of documents as a query, over two parts with dead; and all values of a slot. */
static void test_lists_and_columns(void **state)
{
    (void)state;
    static const char *const texts[] = { "aap noot", "aap mies", "noot mies", "aap", "aap" };
    make_database("one", texts, 5);
    make_database("two", texts, 4);
    const uint32_t dead[] = { 4 };
    struct shim_part parts[] = { { in("one"), NULL, 0 }, { in("two"), dead, 1 } };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    OK(shim_reader_open(parts, 2, &reader, &err));
    struct shim_query *query = NULL;
    const uint32_t list[] = { 1, 2, 3, 6, 7, 8 }; /* 8 is dead; in turn of the one part and the other */
    OK(shim_query_documents(reader, list, 6, &query, &err));
    expect(reader, query, "1 2 3 6 7");
    OK(shim_query_documents(reader, list, 6, &query, &err));
    expect(reader, combine(SHIM_AND_NOT, term("aap"), query, NULL), "9 4");
    OK(shim_query_documents(reader, list, 6, &query, &err));
    expect(reader, combine(SHIM_FILTER, term("noot"), query, NULL), "1 2 6");
    OK(shim_query_documents(reader, NULL, 0, &query, &err));
    expect(reader, combine(SHIM_OR, query, term("noot"), NULL), "1 2 5 6");
    query = NULL;
    const uint32_t wrong[][2] = { { 2, 1 }, { 1, 1 }, { 0, 1 }, { 1, 11 } };
    for (size_t i = 0; i < 4; i++) {
        FAILS(shim_query_documents(reader, wrong[i], 2, &query, &err), ERR_INVALID);
    }
    assert_null(query);
    AUTO_BUF struct buf out;
    buf_init(&out, 4096);
    OK(shim_reader_column(reader, SLOT, collect, &out, &err));
    assert_int_equal(out.len, 0);

    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in("three"), &writer, &err));
    static const char *const values[] = { "a", NULL, "c", "d", "e" };
    for (size_t i = 0; i < 5; i++) {
        add_text(writer, texts[i], values[i]);
    }
    OK(shim_writer_commit(writer, &err));
    struct shim_part valued[] = { { in("one"), NULL, 0 }, { in("three"), dead, 1 } };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *other = NULL;
    OK(shim_reader_open(valued, 2, &other, &err));
    OK(shim_reader_column(other, SLOT, collect, &out, &err));
    buf_add_char(&out, '\0');
    assert_string_equal(out.data, "2=a 6=c 10=e");
    /* What the caller says ends the walk. */
    buf_clear(&out);
    FAILS(shim_reader_column(other, SLOT, refuse, &out, &err), ERR_CORRUPT);
}

int main(void)
{
#define SANDBOXED(test) cmocka_unit_test_setup_teardown(test, make_sandbox, remove_sandbox)
    const struct CMUnitTest tests[] = {
        SANDBOXED(test_phrase_and_near),   SANDBOXED(test_combinations),      SANDBOXED(test_weights),
        SANDBOXED(test_ranges),            SANDBOXED(test_wildcard),          SANDBOXED(test_paging_and_totals),
        SANDBOXED(test_describe_and_copy), SANDBOXED(test_best_ten),          SANDBOXED(test_max_that_ends),
        SANDBOXED(test_parts_rank_as_one), SANDBOXED(test_lists_and_columns),
        SANDBOXED(test_truncated_files),   SANDBOXED(test_foreign_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
