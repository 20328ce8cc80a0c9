/* extract-test.h - running formats in the test's own process and catching their records. */
#ifndef NASLAG_TESTS_EXTRACT_TEST_H
#define NASLAG_TESTS_EXTRACT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "extract/internal.h"

#define CAUGHT_MAX 64

struct caught {
    struct extract_record records[CAUGHT_MAX];
    size_t count;
};

static inline enum err_code catch_record(void *context, struct extract_record *record, struct err *err)
{
    struct caught *caught = context;
    (void)err;
    assert_true(caught->count < CAUGHT_MAX);
    caught->records[caught->count++] = *record;
    *record = (struct extract_record){ 0 };
    return ERR_OK;
}

static inline void caught_done(struct caught *caught)
{
    for (size_t i = 0; i < caught->count; i++) {
        extract_record_done(&caught->records[i]);
    }
    caught->count = 0;
}

static inline enum err_code run_capped(const char *name, const void *bytes, size_t len, const struct extract_caps *caps,
                                struct caught *ret_caught, struct err *err)
{
    struct extract_input input = { .bytes = bytes, .len = len, .name = name, .caps = caps };
    ret_caught->count = 0;
    return extract_run(&input, catch_record, ret_caught, err);
}

/* The only record of a document. */
static inline struct extract_record *run_one(const char *name, const void *bytes, size_t len, struct caught *caught)
{
    struct err err = ERR_INIT;
    if (run_capped(name, bytes, len, &extract_default_caps, caught, &err) != ERR_OK) {
        fail_msg("%s: %s", name, err.text);
    }
    assert_int_equal(caught->count, 1);
    return &caught->records[0];
}

static inline struct extract_record *run_text(const char *name, const char *text, struct caught *caught)
{
    return run_one(name, text, strlen(text), caught);
}

#endif
