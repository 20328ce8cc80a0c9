/* t010-shim.h - what the tests of shim/ share: a sandbox, small databases, expected hits. */
#ifndef NASLAG_TESTS_T010_SHIM_H
#define NASLAG_TESTS_T010_SHIM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "shim/shim.h"

enum { SLOT = 3 };

static const struct shim_search plain = { .limit = 100, .check_at_least = 1000, .k1 = 1.2, .b = 0.75 };

static char sandbox[256];
static struct err err;

static inline int make_sandbox(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(sandbox, sizeof sandbox, "%s/naslag-t010-XXXXXX", parent != NULL ? parent : "/tmp");
    return mkdtemp(sandbox) == NULL ? -1 : 0;
}

static inline int remove_sandbox(void **state)
{
    (void)state;
    return io_remove_tree(sandbox, NULL) == ERR_OK ? 0 : -1;
}

/* A path in the sandbox; the last eight stay valid. */
static inline const char *in(const char *name)
{
    static char paths[8][512];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", sandbox, name);
    return path;
}

#define OK(call)                                                         \
    do {                                                                 \
        if ((call) != ERR_OK) {                                          \
            fail_msg("%s: %s: %s", #call, err_name(err.code), err.text); \
        }                                                                \
    } while (0)

#define FAILS(call, expected)                   \
    do {                                        \
        err.text[0] = '\0';                     \
        assert_int_equal((call), (expected));   \
        assert_int_equal(err.code, (expected)); \
        assert_true(err.text[0] != '\0');       \
    } while (0)

/* ---- Making databases --------------------------------------------------------------------- */

/* One document: its words, separated by blanks, get positions 1, 2, ...; data is the text itself. */
static inline void add_text(struct shim_writer *writer, const char *text, const char *value)
{
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    OK(shim_doc_new(&doc, &err));
    OK(shim_doc_set_data(doc, text, strlen(text), &err));
    if (value != NULL) {
        OK(shim_doc_set_value(doc, SLOT, value, strlen(value), &err));
    }
    uint32_t position = 0;
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, " ");
        position++;
        OK(shim_doc_add_positions(doc, at, len, &position, 1, 1, &err));
        at += len + (at[len] == ' ');
    }
    OK(shim_doc_add_term(doc, "Qall", 4, 0, &err));
    uint32_t docid = 0;
    OK(shim_writer_add(writer, doc, &docid, &err));
    assert_true(docid > 0);
}

static inline void make_database(const char *name, const char *const *texts, size_t count)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in(name), &writer, &err));
    for (size_t i = 0; i < count; i++) {
        add_text(writer, texts[i], NULL);
    }
    OK(shim_writer_commit(writer, &err));
}

/* A small generator, so that every run makes the same words. */
static inline unsigned dice(unsigned sides)
{
    static unsigned seed = 1;
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % sides;
}

/* w1, w2, ... w500, the frequency falling with the number as in a text. */
static inline void pick_word(char word[16])
{
    snprintf(word, 16, "w%u", (unsigned)exp(log(500.0) * (dice(1000000) + 1) / 1e6));
}

static inline void make_ranked(const char *name, unsigned docs)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in(name), &writer, &err));
    for (unsigned i = 0; i < docs; i++) {
        char text[1024] = "";
        for (unsigned left = 5 + dice(50); left > 0; left--) {
            char word[16];
            pick_word(word);
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] == '\0' ? "" : " ", word);
        }
        add_text(writer, text, NULL);
    }
    OK(shim_writer_commit(writer, &err));
}

static inline struct shim_reader *open_one(const char *name)
{
    struct shim_part part = { .path = in(name) };
    struct shim_reader *reader = NULL;
    OK(shim_reader_open(&part, 1, &reader, &err));
    return reader;
}

#define READER(variable, name) CLEANUP(shim_reader_free_cleanup) struct shim_reader *variable = open_one(name)

static inline struct shim_query *term(const char *name)
{
    struct shim_query *query = NULL;
    OK(shim_query_term(name, strlen(name), &query, &err));
    return query;
}

static inline struct shim_query *combine(enum shim_op op, struct shim_query *a, struct shim_query *b, struct shim_query *c)
{
    struct shim_query *operands[] = { a, b, c };
    struct shim_query *query = NULL;
    OK(shim_query_combine(op, operands, c == NULL ? 2 : 3, &query, &err));
    return query;
}

/* Runs the query, frees it, and compares the docids, in the order of the ranking, with a list like "3 1". */
static inline void expect_with(struct shim_reader *reader, const struct shim_search *search, struct shim_query *query,
                        const char *docids)
{
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    OK(shim_reader_search(reader, query, search, &hits, &err));
    shim_query_free(query);
    char found[256] = "";
    for (size_t i = 0; i < shim_hits_count(hits); i++) {
        size_t used = strlen(found);
        snprintf(found + used, sizeof found - used, "%s%u", i == 0 ? "" : " ", shim_hits_docid(hits, i));
    }
    assert_string_equal(found, docids);
}

static inline void expect(struct shim_reader *reader, struct shim_query *query, const char *docids)
{
    expect_with(reader, &plain, query, docids);
}

static inline void expect_error(struct shim_reader *reader, struct shim_query *query, enum err_code code)
{
    struct shim_hits *hits = NULL;
    FAILS(shim_reader_search(reader, query, &plain, &hits, &err), code);
    assert_null(hits);
    shim_query_free(query);
}

#endif
