/* t011-shim-faults.c - every guarded call of the shim fails once.
 *
 * One scenario uses every function of shim.h that reaches Xapian.  For each kind of exception the n-th guarded call
 * throws it, n = 1, 2, ..., until the scenario passes untouched.  Each run must end in the right
 * code with a text, leave outputs alone and, under AddressSanitizer, leak nothing. */
#include "tests/t010-shim.h"

/* Leaves the scenario when a call failed, after checking that it touched none of its outputs. */
#define TRY(call, untouched)                   \
    do {                                       \
        err.code = ERR_OK;                     \
        err.text[0] = '\0';                    \
        enum err_code code_ = (call);          \
        if (code_ != ERR_OK) {                 \
            assert_int_equal(err.code, code_); \
            assert_true(err.text[0] != '\0');  \
            assert_true(untouched);            \
            return code_;                      \
        }                                      \
    } while (0)

#define AUTO(type, variable) CLEANUP(shim_##type##_free_cleanup) struct shim_##type *variable = NULL

/* What integer outputs hold before a call. */
enum { MARK = 0xabcd };

static const uint32_t some_positions[] = { 1, 4, 9 };

static enum err_code fill(struct shim_doc *doc)
{
    TRY(shim_doc_clear(doc, &err), true);
    TRY(shim_doc_set_data(doc, "inhoud", 6, &err), true);
    TRY(shim_doc_set_value(doc, SLOT, "2001", 4, &err), true);
    TRY(shim_doc_add_term(doc, "boekje", 6, 1, &err), true);
    TRY(shim_doc_add_positions(doc, "kat", 3, some_positions, 3, 3, &err), true);
    return ERR_OK;
}

static enum err_code write_database(const char *name, int count)
{
    AUTO(writer, writer);
    AUTO(doc, doc);
    TRY(shim_writer_create(in(name), &writer, &err), writer == NULL);
    TRY(shim_doc_new(&doc, &err), doc == NULL);
    for (int i = 0; i < count; i++) {
        enum err_code code = fill(doc);
        if (code != ERR_OK) {
            return code;
        }
        uint32_t docid = MARK;
        TRY(shim_writer_add(writer, doc, &docid, &err), docid == MARK);
    }
    TRY(shim_writer_commit(writer, &err), true);
    return ERR_OK;
}

static enum err_code look_up(struct shim_reader *reader)
{
    uint32_t freq = MARK;
    TRY(shim_reader_term_freq(reader, "kat", 3, &freq, &err), freq == MARK);
    const uint32_t *positions = NULL;
    size_t count = MARK;
    TRY(shim_reader_positions(reader, 1, "kat", 3, &positions, &count, &err), positions == NULL && count == MARK);
    assert_int_equal(count, 3);
    AUTO_BUF struct buf data;
    buf_init(&data, 100);
    TRY(shim_reader_data(reader, 1, &data, &err), data.len == 0);
    uint32_t docids[4] = { MARK, MARK, MARK, MARK };
    count = MARK;
    TRY(shim_reader_find(reader, "kat", 3, docids, 4, &count, &err), docids[0] == MARK && count == MARK);

    const uint32_t asked[] = { 1, 2 };
    bool present[] = { false, false };
    TRY(shim_reader_present(reader, "kat", 3, asked, 2, present, &err), !present[0] && !present[1]);
    assert_true(present[0] && present[1]);

    AUTO(terms, terms);
    TRY(shim_terms_open(reader, "b", 1, &terms, &err), terms == NULL);
    TRY(shim_terms_seek(terms, "boek", 4, &err), true);
    const char *name = NULL;
    size_t len = MARK;
    freq = MARK;
    TRY(shim_terms_next(terms, &name, &len, &freq, &err), name == NULL && len == MARK && freq == MARK);
    assert_int_equal(len, 6);
    return ERR_OK;
}

/* Adds `leaf` to the tree with one more operator; takes both. */
static enum err_code join(enum shim_op op, struct shim_query **tree, struct shim_query **leaf)
{
    struct shim_query *operands[] = { TAKE_PTR(*tree), TAKE_PTR(*leaf) };
    TRY(shim_query_combine(op, operands, 2, tree, &err), *tree == NULL && operands[0] == NULL && operands[1] == NULL);
    return ERR_OK;
}

static enum err_code make_leaf(int kind, struct shim_query **leaf)
{
    static const char *const terms[] = { "kat", "kat" };
    static const size_t lens[] = { 3, 3 };
    switch (kind) {
    case 0:
        TRY(shim_query_term("kat", 3, leaf, &err), *leaf == NULL);
        break;
    case 1:
        TRY(shim_query_phrase(terms, lens, 2, 4, leaf, &err), *leaf == NULL);
        break;
    case 2:
        TRY(shim_query_near(terms, lens, 2, 9, leaf, &err), *leaf == NULL);
        break;
    case 3:
        TRY(shim_query_range(SLOT, "2000", 4, NULL, 0, leaf, &err), *leaf == NULL);
        break;
    case 4:
        TRY(shim_query_wildcard("boe", 3, 10, leaf, &err), *leaf == NULL);
        break;
    case 5:
        TRY(shim_query_all(leaf, &err), *leaf == NULL);
        break;
    default:
        TRY(shim_query_nothing(leaf, &err), *leaf == NULL);
        break;
    }
    return ERR_OK;
}

/* Every leaf and every operator once. */
static enum err_code build(struct shim_query **ret_tree)
{
    static const enum shim_op ops[] = { SHIM_OR,        SHIM_MAX,    SHIM_SYNONYM, SHIM_AND,
                                        SHIM_AND_MAYBE, SHIM_FILTER, SHIM_AND_NOT };
    AUTO(query, tree);
    TRY(shim_query_term("boekje", 6, &tree, &err), tree == NULL);
    for (int kind = 0; kind < 7; kind++) {
        AUTO(query, leaf);
        enum err_code code = make_leaf(kind, &leaf);
        if (code == ERR_OK) {
            code = join(ops[kind], &tree, &leaf);
        }
        if (code != ERR_OK) {
            return code;
        }
    }
    AUTO(query, scaled);
    TRY(shim_query_scale(TAKE_PTR(tree), 2, &scaled, &err), scaled == NULL);
    AUTO(query, copy);
    TRY(shim_query_copy(scaled, &copy, &err), copy == NULL);
    AUTO_FREE char *text = NULL;
    TRY(shim_query_describe(copy, &text, &err), text == NULL);
    *ret_tree = TAKE_PTR(copy);
    return ERR_OK;
}

static enum err_code search(struct shim_reader *reader)
{
    AUTO(query, query);
    enum err_code code = build(&query);
    if (code != ERR_OK) {
        return code;
    }
    AUTO(hits, hits);
    TRY(shim_reader_search(reader, query, &plain, &hits, &err), hits == NULL);
    assert_int_equal(shim_hits_count(hits), 4);
    assert_true(shim_hits_docid(hits, 0) == 1 && shim_hits_weight(hits, 0) > 0);
    uint32_t docid = 1;
    char values[4];
    TRY(shim_reader_values(reader, 0, &docid, 1, sizeof values, values, &err), true);
    uint32_t lower = 0, estimated = 0, upper = 0;
    shim_hits_total(hits, &lower, &estimated, &upper);
    assert_true(lower == 4 && upper == 4);
    return ERR_OK;
}

static enum err_code scenario(void)
{
    enum err_code code = write_database("a", 2);
    if (code == ERR_OK) {
        code = write_database("b", 2);
    }
    if (code != ERR_OK) {
        return code;
    }
    const uint32_t gone[] = { 1 };
    const struct shim_source sources[] = { { .path = in("a") }, { in("b"), gone, 1 } };
    TRY(shim_merge(sources, 2, in("m"), NULL, &err), true);

    const uint32_t dead[] = { 2 };
    struct shim_part parts[] = { { .path = in("m") }, { in("a"), dead, 1 } };
    AUTO(reader, reader);
    TRY(shim_reader_open(parts, 2, &reader, &err), reader == NULL);
    assert_int_equal(shim_reader_doc_count(reader), 4);
    assert_true(shim_reader_average_length(reader) > 0 && shim_reader_last_docid(reader, 0) == 3);
    size_t part = MARK;
    uint32_t local = MARK;
    shim_reader_locate(reader, shim_reader_docid(reader, 1, 1), &part, &local);
    assert_true(part == 1 && local == 1 && shim_xapian_version()[0] != '\0');
    code = look_up(reader);
    return code == ERR_OK ? search(reader) : code;
}

static void fail_at_every_call(enum shim_fault fault, enum err_code expected)
{
    for (uint64_t n = 1;; n++) {
        assert_int_equal(make_sandbox(NULL), 0);
        shim_test_fail_at(n, fault);
        enum err_code code = scenario();
        uint64_t calls = shim_test_fail_at(0, SHIM_FAULT_NONE);
        assert_int_equal(remove_sandbox(NULL), 0);
        if (code == ERR_OK) {
            assert_int_equal(calls, n - 1);
            assert_true(n > 25);
            return;
        }
        assert_int_equal(code, expected);
        assert_int_equal(calls, n);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    fail_at_every_call(SHIM_FAULT_BAD_ALLOC, ERR_NOMEM);
}

static void test_xapian_error(void **state)
{
    (void)state;
    fail_at_every_call(SHIM_FAULT_XAPIAN, ERR_STALE);
}

static void test_unknown_exception(void **state)
{
    (void)state;
    fail_at_every_call(SHIM_FAULT_INT, ERR_INTERNAL);
}

static void test_no_fault(void **state)
{
    (void)state;
    assert_int_equal(make_sandbox(NULL), 0);
    shim_test_fail_at(3, SHIM_FAULT_NONE);
    assert_int_equal(scenario(), ERR_OK);
    shim_test_fail_at(0, SHIM_FAULT_NONE);
    /* A caller that wants the code only passes no struct err. */
    struct shim_query *query = NULL;
    shim_test_fail_at(1, SHIM_FAULT_XAPIAN);
    assert_int_equal(shim_query_all(&query, NULL), ERR_STALE);
    assert_int_equal(shim_query_all(&query, NULL), ERR_OK); /* once only */
    shim_query_free(query);
    shim_query_free(NULL);
    assert_int_equal(shim_test_fail_at(0, SHIM_FAULT_NONE), 2);
    assert_int_equal(remove_sandbox(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_xapian_error),
        cmocka_unit_test(test_unknown_exception),
        cmocka_unit_test(test_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
