/* t155-frames.c - what the parent makes of a worker that was taken over: its processes are played (tests/fuzz/fuzz-frames.c). */
#include "tests/extract-test.h"

#include "tests/fuzz/fuzz-frames.c"

/* The next process: it is in its sandbox, sends these bytes and ends by a signal. */
static void add_process(struct buf *input, const struct buf *sent)
{
    buf_add_u8(input, HELLO | 4 | SIGSEGV << 3);
    buf_add_u8(input, (uint8_t)sent->len);
    buf_add_u8(input, (uint8_t)(sent->len >> 8));
    buf_add(input, sent->data, sent->len);
}

static void add_frame(struct buf *sent, enum worker_frame type, const void *payload, size_t len)
{
    buf_add_u32(sent, (uint32_t)len + 1);
    buf_add_u8(sent, (uint8_t)type);
    buf_add(sent, payload, len);
}

static void add_leaf(struct buf *sent, uint64_t number, const char *id)
{
    AUTO_BUF struct buf payload;
    buf_init(&payload, 1000);
    buf_add_u64(&payload, number);
    buf_add_blob(&payload, id, strlen(id));
    add_frame(sent, WORKER_LEAF, payload.data, payload.len);
}

static void add_record(struct buf *sent, const char *id, uint64_t position)
{
    struct extract_record record;
    AUTO_BUF struct buf payload;
    buf_init(&payload, record_max(&fuzz_caps));
    assert_int_equal(record_init(&record, "text/plain", NULL), ERR_OK);
    free(record.id);
    record.id = strdup(id);
    record.position = position;
    record_write(&record, &payload);
    add_frame(sent, WORKER_RECORD, payload.data, payload.len);
    extract_record_done(&record);
}

struct scene {
    struct buf input, sent;
    struct extract_worker *worker;
    int fd;
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    buf_init(&scene->input, 100000);
    buf_init(&scene->sent, 50000);
    scene->fd = memfd_create("file", MFD_CLOEXEC);
    play.peer = -1;
    *state = scene;
    return extract_worker_new(&fuzz_caps, &scene->worker, NULL) == ERR_OK && scene->fd >= 0
            && ftruncate(scene->fd, 1000) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    extract_worker_free(scene->worker);
    buf_done(&scene->input);
    buf_done(&scene->sent);
    close(scene->fd);
    close(play.peer);
    free(scene);
    return 0;
}

/* Each process sends what is in scene->sent. */
static void cast(struct scene *scene, unsigned processes)
{
    for (unsigned i = 0; i < processes; i++) {
        add_process(&scene->input, &scene->sent);
    }
    span_init(&play.input, scene->input.data, scene->input.len);
}

/* It has none, so that a process that names one and dies is not given a document's job instead. */
static void test_metadata_has_no_members(void **state)
{
    struct scene *scene = *state;
    struct extract_record record;
    struct err err = ERR_INIT;
    bool found = false;
    add_leaf(&scene->sent, 0, "a");
    cast(scene, 3);
    assert_int_equal(extract_worker_metadata(scene->worker, scene->fd, false, "a.pdf", &record, &found, &err), ERR_CORRUPT);
    assert_string_equal(err.text, "the extraction worker sent a member that is not of this job");
    assert_false(found);
    assert_int_equal(scene->worker->pid, 0);
    assert_int_equal(play.input.at, play.input.len / 3); /* one process */
}

static void test_members_that_kill(void **state)
{
    struct scene *scene = *state;
    struct extract_record record;
    struct err err = ERR_INIT;
    bool more = false;
    add_leaf(&scene->sent, 0, "a");
    cast(scene, 2);
    assert_int_equal(extract_worker_start(scene->worker, scene->fd, "x.zip", 0, 1000, &err), ERR_OK);
    assert_int_equal(extract_worker_next(scene->worker, &record, &more, &err), ERR_CORRUPT); /* no third process */
    assert_string_not_equal(err.text, "");
    buf_clear(&scene->input);
    cast(scene, 3);
    assert_int_equal(extract_worker_start(scene->worker, scene->fd, "x.zip", 0, 1000, &err), ERR_OK);
    assert_int_equal(extract_worker_next(scene->worker, &record, &more, &err), ERR_OK); /* twice, then it is the member's fault */
    assert_true(more);
    assert_string_equal(record.id, "a");
    assert_non_null(strstr(record.problem, "crashed (signal 11"));
    extract_record_done(&record);
}

static void test_foreign_records(void **state)
{
    struct scene *scene = *state;
    struct extract_record record;
    struct err err = ERR_INIT;
    bool more = false;
    add_record(&scene->sent, "", 899);
    add_record(&scene->sent, "", 899); /* again */
    cast(scene, 1);
    assert_int_equal(extract_worker_start(scene->worker, scene->fd, "x.jsonl", 100, 900, &err), ERR_OK);
    assert_int_equal(extract_worker_next(scene->worker, &record, &more, &err), ERR_OK);
    extract_record_done(&record);
    assert_int_equal(extract_worker_next(scene->worker, &record, &more, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "not of this job"));
    buf_clear(&scene->input);
    buf_clear(&scene->sent);
    add_leaf(&scene->sent, 0, "map/a");
    add_record(&scene->sent, "map/b", 0);
    cast(scene, 2);
    assert_int_equal(extract_worker_start(scene->worker, scene->fd, "x.zip", 0, 1000, &err), ERR_OK);
    assert_int_equal(extract_worker_next(scene->worker, &record, &more, &err), ERR_CORRUPT);
}

/* A state that is neither of two would be another one when it is written again. */
static void test_record_has_one_form(void **state)
{
    struct scene *scene = *state;
    struct extract_record record;
    struct err err = ERR_INIT;
    add_record(&scene->sent, "", 0);
    char *form = scene->sent.data + 5; /* behind the frame's head */
    size_t len = scene->sent.len - 5, state_at = len - 8 - 4 - 32 - 2; /* behind it: needs, digest, text, pages, headings */
    assert_int_equal(record_read(form, len, &fuzz_caps, &record, &err), ERR_OK);
    extract_record_done(&record);
    form[state_at] = 2;
    assert_int_equal(record_read(form, len, &fuzz_caps, &record, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "state is neither"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_metadata_has_no_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_members_that_kill, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_foreign_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_record_has_one_form, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("frames of a worker", tests, NULL, NULL);
}
