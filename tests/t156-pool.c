/* t156-pool.c - what the indexer makes of builders that send what they should not: they are played (tests/fuzz/fuzz-pool.c). */
#include "tests/extract-test.h"

#include "tests/fuzz/fuzz-pool.c"

static void add_frame(struct buf *piece, enum builder_message type, const void *payload, size_t len)
{
    buf_add_u32(piece, (uint32_t)len + 1);
    buf_add_u8(piece, (uint8_t)type);
    buf_add(piece, payload, len);
    if (piece->len % 2 == 1) { /* pieces of odd length are short forms: half a head of another frame */
        buf_add_u8(piece, 0);
    }
}

/* What the first builder sends is taken; the error that comes of it. */
static enum err_code take_one(enum builder_message type, const void *payload, size_t len, struct err *err)
{
    AUTO_BUF struct buf piece;
    AUTO_BUF struct buf input;
    struct run_file file = { .ranges = 1, .name = (char *)(uintptr_t)"x.pdf" };
    struct run_options options = { 0 };
    struct builder_options builders = { .lock_fd = -1 };
    struct run run = { .options = &options, .files = &file, .file_count = 1 };
    const struct frame *frame;
    buf_init(&piece, 10000);
    buf_init(&input, 10000);
    add_frame(&piece, type, payload, len);
    buf_add_u8(&input, (uint8_t)piece.len);
    buf_add_u8(&input, (uint8_t)(piece.len >> 8));
    buf_add(&input, piece.data, piece.len);
    run.progress.mode = PROGRESS_JSON;
    play.count = 0;
    span_init(&play.input, input.data, input.len);
    assert_int_equal(pool_new(&builders, 2, &run.pool, NULL), ERR_OK);
    enum err_code code = pool_receive(run.pool, 0, &frame, err);
    if (code == ERR_OK) {
        code = run_take(&run, frame, err);
    }
    pool_free(run.pool, true);
    close(play.peers[0]);
    close(play.peers[1]);
    return code;
}

static void test_failure_without_reason(void **state)
{
    struct err err = ERR_INIT;
    (void)state;
    assert_int_equal(take_one(BUILDER_FATAL, "", 0, &err), ERR_INTERNAL);
    assert_string_equal(err.text, "a builder failed and did not say why");
    assert_int_equal(take_one(BUILDER_FATAL, "\4\1\0\0\0\0", 6, &err), (enum err_code)4);
    assert_string_equal(err.text, "a builder failed and did not say why");
    assert_int_equal(take_one(BUILDER_FATAL, "\4\3\0\0\0vol", 8, &err), (enum err_code)4);
    assert_string_equal(err.text, "vol");
}

static enum err_code take_outcome(uint8_t outcome, struct err *err)
{
    AUTO_BUF struct buf message;
    uint8_t digest[DIGEST_SIZE] = { 1 };
    buf_init(&message, 1000);
    buf_add_u64(&message, 0);
    buf_add_u8(&message, outcome);
    buf_add_blob(&message, "0123456789abcdef", 16);
    buf_add_blob(&message, "lid", 3);
    buf_add_blob(&message, "reden", 5);
    buf_add_blob(&message, digest, sizeof digest);
    buf_add_u64(&message, 0);
    buf_add_u64(&message, 0);
    return take_one(BUILDER_RECORD, message.data, message.len, err);
}

static void test_state_that_is_none(void **state)
{
    struct err err = ERR_INIT;
    (void)state;
    assert_int_equal(take_outcome(LEDGER_FAILED, &err), ERR_OK);
    assert_int_equal(take_outcome(LEDGER_STATES, &err), ERR_INTERNAL);
    assert_string_equal(err.text, "a builder reported a record that cannot be read");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_failure_without_reason), cmocka_unit_test(test_state_that_is_none) };
    return cmocka_run_group_tests_name("messages of builders", tests, NULL, NULL);
}
