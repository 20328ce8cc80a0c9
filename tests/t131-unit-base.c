/* t131-unit-base.c - base/: buffers and spans, frames, option tables, configuration files, JSON, durable files, digests. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/digest.h"
#include "base/frame.h"
#include "base/io.h"
#include "base/json.h"
#include "base/opt.h"

static char work[] = "/tmp/naslag-t131.XXXXXX";
static char path_room[256];

static const char *path_of(const char *name)
{
    snprintf(path_room, sizeof path_room, "%s/%s", work, name);
    return path_room;
}

static uint64_t random_state = 131;

static uint32_t random_below(uint32_t most)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % most;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* ---- Errors ------------------------------------------------------------------------------- */

static void test_err(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_int_equal(err_set(&err, ERR_CORRUPT, "part %d", 3), ERR_CORRUPT);
    assert_string_equal(err.text, "part 3");
    assert_int_equal(err_set(NULL, ERR_CORRUPT, "x"), ERR_CORRUPT);
    assert_int_equal(err_errno(&err, ENOSPC, "cannot write %s", "x"), ERR_NOSPACE);
    assert_non_null(strstr(err.text, "cannot write x: No space left"));
    assert_int_equal(err_errno(&err, EDQUOT, "x"), ERR_NOSPACE);
    assert_int_equal(err_errno(&err, ENOENT, "x"), ERR_NOT_FOUND);
    assert_int_equal(err_errno(&err, ENOMEM, "x"), ERR_NOMEM);
    assert_int_equal(err_errno(&err, EACCES, "x"), ERR_IO);
    char wide[2000];
    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    err_errno(&err, EIO, "%s", wide);
    assert_true(strlen(err.text) < sizeof err.text);
    for (int code = 0; code < ERR_CODES; code++) {
        assert_true(strlen(err_name((enum err_code)code)) > 1);
    }
}

/* ---- Buffers ------------------------------------------------------------------------------ */

static void test_buf(void **state)
{
    (void)state;
    struct buf buf;
    struct err err = ERR_INIT;
    buf_init(&buf, 10);
    assert_null(buf.data);
    buf_add_str(&buf, "abc");
    buf_add_char(&buf, 'd');
    buf_printf(&buf, "%d", 12345);
    assert_string_equal(buf.data, "abcd12345");
    assert_int_equal(buf_check(&buf, "x", &err), ERR_OK);
    buf_add_str(&buf, "67"); /* one too many: nothing of it */
    assert_true(buf.failed && buf.too_big);
    assert_string_equal(buf.data, "abcd12345");
    buf_add_char(&buf, 'x'); /* sticky */
    assert_int_equal(buf.len, 9);
    assert_null(buf_reserve(&buf, 1));
    assert_int_equal(buf_check(&buf, "the thing", &err), ERR_INVALID);
    assert_non_null(strstr(err.text, "the thing"));
    buf_clear(&buf);
    assert_false(buf.failed);
    buf_add(&buf, "0123456789", 10); /* just the ceiling */
    assert_int_equal(buf_check(&buf, "x", &err), ERR_OK);
    buf_add_blob(&buf, "", SIZE_MAX); /* no overflow of the sum */
    assert_true(buf.failed);
    buf_clear(&buf);
    char *taken = buf_take(&buf);
    assert_string_equal(taken, "");
    free(taken);
    assert_int_equal(buf.len, 0);
    buf_done(&buf);
    buf_init(&buf, 0);
    buf_add(&buf, "", 0);
    assert_int_equal(buf_check(&buf, "x", &err), ERR_OK);
    buf_printf(&buf, "%s", "x");
    assert_true(buf.failed);
    buf_done(&buf);
}

static void test_span(void **state)
{
    (void)state;
    struct buf buf;
    struct span span;
    size_t len;
    buf_init(&buf, 1000);
    buf_add_u8(&buf, 200);
    buf_add_u32(&buf, 0x12345678);
    buf_add_u64(&buf, UINT64_MAX - 1);
    buf_add_blob(&buf, "tekst", 5);
    buf_add_blob(&buf, "", 0);
    assert_int_equal((unsigned char)buf.data[1], 0x78); /* little-endian */
    span_init(&span, buf.data, buf.len);
    assert_int_equal(span_u8(&span), 200);
    assert_int_equal(span_u32(&span), 0x12345678);
    assert_true(span_u64(&span) == UINT64_MAX - 1);
    const char *text = span_blob(&span, &len);
    assert_int_equal(len, 5);
    assert_memory_equal(text, "tekst", 5);
    assert_non_null(span_blob(&span, &len));
    assert_int_equal(len, 0);
    assert_false(span.failed);
    assert_int_equal(span.at, span.len);
    assert_int_equal(span_u8(&span), 0);
    assert_true(span.failed);

    for (size_t cut = 0; cut < buf.len; cut++) { /* in memory of just that size, for the sanitizer */
        AUTO_FREE char *part = malloc(cut + 1);
        memcpy(part, buf.data, cut);
        span_init(&span, part, cut);
        span_u8(&span);
        span_u32(&span);
        span_u64(&span);
        text = span_blob(&span, &len);
        assert_true(!span.failed || (text == NULL && len == 0) || cut >= buf.len - 4);
        text = span_blob(&span, &len);
        assert_true(span.failed && text == NULL && len == 0);
        assert_true(span.at <= cut);
    }
    const uint8_t huge[] = { 0xFF, 0xFF, 0xFF, 0xFF, 'x' };
    span_init(&span, huge, sizeof huge);
    assert_null(span_blob(&span, &len));
    assert_int_equal(len, 0);
    span_init(&span, huge, sizeof huge);
    assert_null(span_bytes(&span, SIZE_MAX));
    assert_true(span.failed);
    buf_done(&buf);
}

/* ---- Frames ------------------------------------------------------------------------------- */

static void make_pair(int pair[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
}

static void test_frames(void **state)
{
    (void)state;
    int pair[2];
    struct frame frame;
    struct err err = ERR_INIT;
    make_pair(pair);
    frame_init(&frame, 100);
    assert_int_equal(frame_send(pair[0], 'a', "", 0, -1, -1, &err), ERR_OK);
    assert_int_equal(frame_send(pair[0], 0xFF, "tekst", 5, -1, -1, &err), ERR_OK);
    assert_int_equal(frame_receive(pair[1], &frame, -1, &err), ERR_OK);
    assert_int_equal(frame.type, 'a');
    assert_int_equal(frame.payload.len, 0);
    assert_int_equal(frame_receive(pair[1], &frame, -1, &err), ERR_OK);
    assert_int_equal(frame.type, 0xFF);
    assert_int_equal(frame.payload.len, 5);
    assert_memory_equal(frame.payload.data, "tekst", 5);

    int64_t started = io_now_ms();
    assert_int_equal(frame_receive(pair[1], &frame, started + 100, &err), ERR_TIMEOUT);
    assert_in_range(io_now_ms() - started, 100, 5000);
    assert_int_equal(frame_receive(pair[1], &frame, started - 1, &err), ERR_TIMEOUT); /* a deadline that has passed */

    char big[101] = "";
    assert_int_equal(frame_send(pair[0], 'b', big, 100, -1, -1, &err), ERR_OK); /* just the ceiling */
    assert_int_equal(frame_receive(pair[1], &frame, -1, &err), ERR_OK);
    assert_int_equal(frame_send(pair[0], 'b', big, 101, -1, -1, &err), ERR_OK);
    assert_int_equal(frame_receive(pair[1], &frame, -1, &err), ERR_CORRUPT);
    close(pair[0]);
    close(pair[1]);

    make_pair(pair);
    close(pair[0]);
    assert_int_equal(frame_receive(pair[1], &frame, -1, &err), ERR_NOT_FOUND);
    assert_int_not_equal(frame_send(pair[1], 'x', "x", 1, -1, -1, &err), ERR_OK); /* and no SIGPIPE */
    close(pair[1]);

    static const char *const broken[] = { "\x05", "\x05\0\0\0", "\x05\0\0\0a", "\x05\0\0\0abc" };
    static const size_t lengths[] = { 1, 4, 5, 7 };
    for (size_t i = 0; i < 4; i++) { /* closed inside a frame */
        make_pair(pair);
        assert_int_equal(write(pair[0], broken[i], lengths[i]), (ssize_t)lengths[i]);
        close(pair[0]);
        assert_int_equal(frame_receive(pair[1], &frame, -1, &err), ERR_CORRUPT);
        close(pair[1]);
    }
    static const char *const sizes[] = { "\0\0\0\0x", "\xFF\xFF\xFF\xFFx", "\x00\x00\x00\x80x" };
    for (size_t i = 0; i < 3; i++) { /* sizes of nothing, and beyond the ceiling */
        make_pair(pair);
        assert_int_equal(write(pair[0], sizes[i], 5), 5);
        assert_int_equal(frame_receive(pair[1], &frame, io_now_ms() + 2000, &err), ERR_CORRUPT);
        close(pair[0]);
        close(pair[1]);
    }
    frame_done(&frame);
}

/* Frames larger than a socket's buffer, between processes, both ways. */
static void test_large_frames(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 1, 65536, 1 << 20, (20 << 20) + 3 };
    int pair[2];
    struct err err = ERR_INIT;
    make_pair(pair);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct frame frame;
        close(pair[0]);
        frame_init(&frame, (size_t)32 << 20);
        alarm(60);
        while (frame_receive(pair[1], &frame, -1, NULL) == ERR_OK) {
            frame_send(pair[1], frame.type, frame.payload.data, frame.payload.len, -1, -1, NULL);
        }
        _exit(0);
    }
    close(pair[1]);
    struct frame frame;
    frame_init(&frame, (size_t)32 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        AUTO_FREE char *bytes = malloc(sizes[i] + 1);
        for (size_t k = 0; k < sizes[i]; k++) {
            bytes[k] = (char)(k * 31 + i);
        }
        assert_int_equal(frame_send(pair[0], (uint8_t)i, bytes, sizes[i], -1, io_now_ms() + 30000, &err), ERR_OK);
        assert_int_equal(frame_receive(pair[0], &frame, io_now_ms() + 30000, &err), ERR_OK);
        assert_int_equal(frame.type, i);
        assert_int_equal(frame.payload.len, sizes[i]);
        assert_true(sizes[i] == 0 || memcmp(frame.payload.data, bytes, sizes[i]) == 0);
    }
    close(pair[0]);
    frame_done(&frame);
    assert_int_equal(waitpid(pid, NULL, 0), pid);

    make_pair(pair); /* nobody reads */
    AUTO_FREE char *many = calloc(1, 8 << 20);
    int64_t started = io_now_ms();
    assert_int_equal(frame_send(pair[0], 'x', many, 8 << 20, -1, started + 200, &err), ERR_TIMEOUT);
    assert_in_range(io_now_ms() - started, 200, 5000);
    close(pair[0]);
    close(pair[1]);
}

static void test_frame_descriptors(void **state)
{
    (void)state;
    int pair[2];
    struct frame frame;
    make_pair(pair);
    frame_init(&frame, 100);
    write_file(path_of("passed"), "inhoud");
    int fd = open(path_of("passed"), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(frame_send(pair[0], 'f', "x", 1, fd, -1, NULL), ERR_OK);
    assert_int_equal(frame_send(pair[0], 'g', "y", 1, fd, -1, NULL), ERR_OK);
    assert_int_equal(frame_send(pair[0], 'h', "z", 1, -1, -1, NULL), ERR_OK);
    close(fd);
    char text[10] = "";
    assert_int_equal(frame_receive(pair[1], &frame, -1, NULL), ERR_OK);
    assert_true(frame.fd >= 0);
    assert_int_equal(pread(frame.fd, text, 6, 0), 6);
    assert_string_equal(text, "inhoud");
    assert_int_equal(fcntl(frame.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    int first = frame.fd;
    assert_int_equal(frame_receive(pair[1], &frame, -1, NULL), ERR_OK); /* the first one was not taken: it is closed */
    assert_true(frame.fd >= 0);
    assert_int_equal(frame.type, 'g');
    assert_int_equal(frame_receive(pair[1], &frame, -1, NULL), ERR_OK);
    assert_int_equal(frame.fd, -1);
    assert_int_equal(fcntl(first, F_GETFD), -1);
    frame_done(&frame);
    close(pair[0]);
    close(pair[1]);
}

/* ---- Options ------------------------------------------------------------------------------ */

static struct {
    const char *index, *name;
    long jobs;
    bool quiet, json;
} given;

static const struct opt option_table[] = {
    { "index", 'i', OPT_STRING, &given.index, 0, 0, "DIR", "a directory" },
    { "name", 0, OPT_STRING, &given.name, 0, 0, "NAME", "a name" },
    { "jobs", 'j', OPT_NUMBER, &given.jobs, 1, 64, "N", "a number" },
    { "quiet", 'q', OPT_FLAG, &given.quiet, 0, 0, NULL, "a flag" },
    { "json", 0, OPT_FLAG, &given.json, 0, 0, NULL, NULL },
};
static const struct opt_program program = { "proef", "OPTION...", "A test.", option_table,
                                            sizeof option_table / sizeof *option_table, "The end.\n" };

static enum err_code parse(const char *line, int *ret_operands, char **ret_words, struct err *err)
{
    static char room[256];
    int count = 1;
    memset(&given, 0, sizeof given);
    snprintf(room, sizeof room, "%s", line);
    ret_words[0] = (char *)(uintptr_t)"proef";
    for (char *word = strtok(room, " "); word != NULL; word = strtok(NULL, " ")) {
        ret_words[count++] = strcmp(word, "LEEG") == 0 ? (char *)(uintptr_t)"" : word;
    }
    ret_words[count] = NULL;
    *ret_operands = -1;
    return opt_parse(&program, count, ret_words, ret_operands, err);
}

static void test_options(void **state)
{
    (void)state;
    char *words[32];
    int operands;
    struct err err = ERR_INIT;
    assert_int_equal(parse("a --index x b --jobs=7 -q -- --name -j c", &operands, words, &err), ERR_OK);
    assert_string_equal(given.index, "x");
    assert_int_equal(given.jobs, 7);
    assert_true(given.quiet && !given.json);
    assert_null(given.name);
    assert_int_equal(operands, 5);
    static const char *const wanted[] = { "a", "b", "--name", "-j", "c" };
    for (int i = 0; i < 5; i++) {
        assert_string_equal(words[i + 1], wanted[i]);
    }
    assert_int_equal(parse("-i x -j 64 -", &operands, words, &err), ERR_OK);
    assert_int_equal(operands, 1); /* a lone - is an operand */
    assert_int_equal(parse("--index= --name=a=b", &operands, words, &err), ERR_OK);
    assert_string_equal(given.index, "");
    assert_string_equal(given.name, "a=b");
    assert_int_equal(parse("--index --quiet", &operands, words, &err), ERR_OK); /* a value may look like an option */
    assert_string_equal(given.index, "--quiet");

    static const struct {
        const char *line, *told;
    } wrong[] = {
        { "--frob", "--frob" }, { "--inde x", "--inde" }, { "--indexx=1", "--indexx" }, { "-x", "-x" }, { "-qq", "-qq" },
        { "-i", "--index" }, { "--index", "--index" }, { "--jobs", "--jobs" }, { "--jobs 0", "--jobs" }, { "--jobs 65", "--jobs" },
        { "--jobs x", "--jobs" }, { "--jobs 1x", "--jobs" }, { "--jobs LEEG", "--jobs" },
        { "--jobs 9999999999999999999", "--jobs" },
        { "--jobs=-1", "--jobs" }, { "--quiet=1", "--quiet" }, { "--=x", "--=x" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (parse(wrong[i].line, &operands, words, &err) != ERR_INVALID || strstr(err.text, wrong[i].told) == NULL) {
            fail_msg("'%s' gives '%s'", wrong[i].line, err.text);
        }
        assert_int_equal(operands, -1); /* untouched */
    }
    FILE *file = fopen(path_of("help"), "w+");
    assert_non_null(file);
    opt_help(&program, file);
    rewind(file);
    char help[2000] = "";
    assert_true(fread(help, 1, sizeof help - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(help, "usage: proef OPTION..."));
    assert_non_null(strstr(help, "-j, --jobs N"));
    assert_non_null(strstr(help, "    --name NAME"));
    assert_null(strstr(help, "--json")); /* hidden */
    assert_non_null(strstr(help, "The end."));
}

/* ---- Configuration files ------------------------------------------------------------------ */

static enum err_code on_setting(void *context, const char *section, const char *key, const char *value, int line,
                                struct err *err)
{
    struct buf *seen = context;
    buf_printf(seen, "%d [%s] %s=%s;", line, section, key, value);
    return strcmp(key, "fout") == 0 ? err_set(err, ERR_INVALID, "that is wrong") : ERR_OK;
}

static enum err_code read_conf(const char *text, struct buf *seen, struct err *err)
{
    write_file(path_of("conf"), text);
    buf_init(seen, 10000);
    enum err_code code = conf_read(path_of("conf"), on_setting, seen, err);
    buf_add(seen, "", 0);
    return code;
}

static void test_conf(void **state)
{
    (void)state;
    struct buf seen;
    struct err err = ERR_INIT;
    assert_int_equal(read_conf("; c\n[a b]\nx = 1\n\ny=twee woorden # niet\n# c\n[c]\nz : 3\nleeg =\n", &seen, &err), ERR_OK);
    assert_non_null(strstr(seen.data, "3 [a b] x=1;"));
    assert_non_null(strstr(seen.data, "5 [a b] y=twee woorden"));
    assert_non_null(strstr(seen.data, "8 [c] z=3;9 [c] leeg=;"));
    buf_done(&seen);
    assert_int_equal(read_conf("[a]\nx=1\nfout=2\ny=3\n", &seen, &err), ERR_INVALID);
    assert_non_null(strstr(err.text, "conf:3: that is wrong"));
    assert_null(strstr(seen.data, "y=3")); /* reading stopped */
    buf_done(&seen);
    assert_int_equal(read_conf("[a]\nx=1\n\nonzin\n", &seen, &err), ERR_INVALID);
    assert_non_null(strstr(err.text, "conf:4: "));
    buf_done(&seen);
    assert_int_equal(read_conf("[a\nx=1\n", &seen, &err), ERR_INVALID);
    assert_non_null(strstr(err.text, "conf:1: "));
    buf_done(&seen);
    assert_int_equal(read_conf("", &seen, &err), ERR_OK);
    buf_done(&seen);
    assert_int_equal(conf_read(path_of("geen-conf"), on_setting, NULL, &err), ERR_NOT_FOUND);
}

/* A value is either taken whole or refused with its line; never cut. */
static void test_conf_long_lines(void **state)
{
    (void)state;
    for (size_t len = 100; len <= 6000; len += 300) {
        struct buf text, seen;
        struct err err = ERR_INIT;
        buf_init(&text, 10000);
        buf_add_str(&text, "[a]\nx = ");
        for (size_t i = 0; i < len; i++) {
            buf_add_char(&text, i % 50 == 49 ? '=' : 'v'); /* a piece of it looks like a setting too */
        }
        buf_add_str(&text, "\ny = 1\n");
        enum err_code code = read_conf(text.data, &seen, &err);
        bool whole = strlen(seen.data) > len;
        if (code == ERR_OK ? !whole || strstr(seen.data, "3 [a] y=1;") == NULL : strstr(err.text, "conf:2:") == NULL) {
            fail_msg("a value of %zu characters: code %s, '%s'; seen %.300s", len, err_name(code), err.text, seen.data);
        }
        buf_done(&text);
        buf_done(&seen);
    }
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void test_json_writer(void **state)
{
    (void)state;
    struct buf out;
    struct json_writer json;
    buf_init(&out, 10000);
    jw_writer_init(&json, &out);
    jw_begin_object(&json);
    jw_key_str(&json, "a\"b", "x\ny\t\"\\/\x01\x7F");
    jw_key_str(&json, "niets", NULL);
    jw_key_int(&json, "min", INT64_MIN);
    jw_key_bool(&json, "ja", true);
    jw_key(&json, "rij");
    jw_begin_array(&json);
    jw_int(&json, 1);
    jw_real(&json, 0.5);
    jw_null(&json);
    jw_begin_array(&json);
    jw_end_array(&json);
    jw_begin_object(&json);
    jw_end_object(&json);
    jw_text(&json, "a\0b", 3);
    jw_end_array(&json);
    jw_end_object(&json);
    assert_false(out.failed);
    CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
    struct err err = ERR_INIT;
    if (json_parse(out.data, out.len, &doc, &err) != ERR_OK) {
        fail_msg("%s: %s", out.data, err.text);
    }
    const struct json_value *root = json_root(doc);
    assert_true(json_is_record(root));
    assert_string_equal(json_get_string(root, "a\"b", NULL), "x\ny\t\"\\/\x01\x7F");
    assert_null(json_get_string(root, "niets", NULL));
    assert_true(json_get_int(root, "min", 0) == INT64_MIN);
    assert_int_equal(json_get_int(root, "ja", 7), 7);
    const struct json_value *row = json_get(root, "rij");
    assert_int_equal(json_array_len(row), 6);
    size_t len;
    const char *text = json_as_string(json_array_at(row, 5), &len);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "a\0b", 3);
    assert_null(json_array_at(row, 6));
    assert_int_equal(json_array_len(root), 0);
    assert_null(json_get(row, "a"));
    buf_done(&out);

    for (int bad = 0; bad < 2; bad++) { /* numbers that JSON does not have */
        buf_init(&out, 100);
        jw_writer_init(&json, &out);
        jw_begin_array(&json);
        jw_real(&json, bad ? 1.0 / 0.0 : 0.0 / 0.0);
        jw_end_array(&json);
        struct json_doc *numbers = NULL;
        if (json_parse(out.data, out.len, &numbers, &err) != ERR_OK) {
            fail_msg("%s: %s", out.data, err.text);
        }
        json_doc_free(numbers);
        buf_done(&out);
    }
}

/* Any bytes, written as a string, are read back as the same or, where they are no UTF-8, with U+FFFD. */
static void test_json_round_trip(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char bytes[64];
        size_t len = random_below(sizeof bytes);
        bool ascii = round % 2 == 0;
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (char)random_below(ascii ? 128 : 256);
        }
        struct buf out;
        struct json_writer json;
        buf_init(&out, 10000);
        jw_writer_init(&json, &out);
        jw_begin_array(&json);
        jw_text(&json, bytes, len);
        jw_end_array(&json);
        CLEANUP(json_doc_free_cleanup) struct json_doc *doc = NULL;
        struct err err = ERR_INIT;
        if (json_parse(out.data, out.len, &doc, &err) != ERR_OK) {
            fail_msg("%s: %s", out.data, err.text);
        }
        size_t got;
        const char *text = json_as_string(json_array_at(json_root(doc), 0), &got);
        assert_non_null(text);
        if (ascii) {
            assert_int_equal(got, len);
            assert_true(len == 0 || memcmp(text, bytes, len) == 0);
        }
        for (size_t i = 0; i < out.len; i++) { /* safe in a line and in HTML's <script> is not promised; a line is */
            assert_true((unsigned char)out.data[i] >= 0x20);
        }
        buf_done(&out);
    }
}

static void test_json_refused(void **state)
{
    (void)state;
    static const char *const table[] = { "", " ", "{", "}", "{\"a\":1,}", "[1,]", "{\"a\":1,\"a\":2}", "{a:1}", "'a'", "nul", "01",
                                         "1 2", "\"\x01\"", "\"\\x\"", "\"\xFF\"", "[1]x", "{\"a\"}", "\"\\ud800\"" };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct json_doc *doc = NULL;
        struct err err = ERR_INIT;
        if (json_parse(table[i], strlen(table[i]), &doc, &err) != ERR_INVALID || err.text[0] == '\0' || doc != NULL) {
            fail_msg("%s is accepted", table[i]);
        }
    }
    struct buf deep;
    buf_init(&deep, 1 << 24);
    for (int i = 0; i < 1000000; i++) {
        buf_add_char(&deep, '[');
    }
    struct json_doc *doc = NULL;
    assert_int_equal(json_parse(deep.data, deep.len, &doc, NULL), ERR_INVALID); /* and no overflow of the stack */
    buf_done(&deep);
}

/* ---- Files -------------------------------------------------------------------------------- */

static void test_replace_file(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct buf text;
    buf_init(&text, 100);
    assert_int_equal(io_replace_file(path_of("file"), "een", 3, &err), ERR_OK);
    assert_int_equal(io_replace_file(path_of("file"), "twee", 4, &err), ERR_OK);
    assert_int_equal(io_read_file(path_of("file"), &text, &err), ERR_OK);
    assert_string_equal(text.data, "twee");
    assert_false(io_exists(path_of("file.new")));
    write_file(path_of("file.new"), "left by a crash, and longer");
    assert_int_equal(io_replace_file(path_of("file"), "drie", 4, &err), ERR_OK);
    buf_clear(&text);
    assert_int_equal(io_read_file(path_of("file"), &text, &err), ERR_OK);
    assert_string_equal(text.data, "drie");
    assert_int_equal(io_replace_file(path_of("file"), "", 0, &err), ERR_OK);
    buf_clear(&text);
    assert_int_equal(io_read_file(path_of("file"), &text, &err), ERR_OK);
    assert_int_equal(text.len, 0);
    assert_int_equal(mkdir(path_of("map"), 0700), 0);
    assert_int_not_equal(io_replace_file(path_of("map"), "x", 1, &err), ERR_OK);
    assert_false(io_exists(path_of("map.new")));
    assert_int_equal(io_replace_file(path_of("geen/file"), "x", 1, &err), ERR_NOT_FOUND);
    assert_int_equal(chdir(work), 0);
    assert_int_equal(io_replace_file("relatief", "x", 1, &err), ERR_OK);
    assert_true(io_exists(path_of("relatief")));
    assert_int_equal(chdir("/"), 0);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (full >= 0) {
        assert_int_equal(io_write_fd(full, "/dev/full", "x", 1, &err), ERR_NOSPACE);
        close(full);
    }
    buf_done(&text);
}

static void test_read_file(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct buf text;
    AUTO_FREE char *bytes = calloc(1, 200001);
    memset(bytes, 'x', 200000);
    for (size_t len = 65530; len < 200000; len += 65000) {
        assert_int_equal(io_replace_file(path_of("groot"), bytes, len, NULL), ERR_OK);
        buf_init(&text, len);
        assert_int_equal(io_read_file(path_of("groot"), &text, &err), ERR_OK); /* just the ceiling */
        assert_int_equal(text.len, len);
        buf_done(&text);
        buf_init(&text, len - 1);
        assert_int_equal(io_read_file(path_of("groot"), &text, &err), ERR_INVALID);
        buf_done(&text);
    }
    buf_init(&text, 10);
    assert_int_equal(io_read_file(path_of("geen"), &text, &err), ERR_NOT_FOUND);
    assert_int_equal(io_read_file(work, &text, &err), ERR_IO);
    buf_done(&text);
    int fd = open(path_of("groot"), O_RDONLY | O_CLOEXEC);
    char some[8];
    assert_int_equal(io_pread(fd, "groot", some, 8, 0, &err), ERR_OK);
    assert_int_equal(io_pread(fd, "groot", some, 8, 300000, &err), ERR_CORRUPT);
    close(fd);
}

static void test_directories(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char deep[256], link[256];
    snprintf(deep, sizeof deep, "%s/a/b//c/", work);
    assert_int_equal(io_make_dirs(deep, &err), ERR_OK);
    assert_int_equal(io_make_dirs(deep, &err), ERR_OK);
    write_file(path_of("a/b/c/f"), "12345");
    write_file(path_of("buiten"), "blijft");
    assert_int_equal(mkdir(path_of("buitenmap"), 0700), 0);
    write_file(path_of("buitenmap/f"), "blijft");
    snprintf(link, sizeof link, "%s", path_of("a/link"));
    assert_int_equal(symlink(path_of("buitenmap"), link), 0);
    assert_int_equal(io_tree_size(path_of("a")), 5);
    assert_int_equal(io_sync_tree(path_of("a/b/c"), &err), ERR_OK);
    assert_int_equal(io_make_dirs(path_of("a/b/c/f/g"), &err), ERR_NOT_FOUND);
    assert_int_equal(io_remove_tree(path_of("a"), &err), ERR_OK);
    assert_false(io_exists(path_of("a")));
    assert_true(io_exists(path_of("buitenmap/f"))); /* symbolic links are removed, not followed */
    assert_int_equal(io_remove_tree(path_of("a"), &err), ERR_OK);
    assert_int_equal(io_remove_tree(path_of("buiten"), &err), ERR_OK);
    assert_int_equal(io_tree_size(path_of("buiten")), 0);
}

/* ---- Digests ------------------------------------------------------------------------------ */

static void test_digest(void **state)
{
    (void)state;
    /* FIPS 180-4 examples, NIST CAVP. */
    static const struct {
        const char *text, *hex;
    } table[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    char hex[DIGEST_HEX_SIZE];
    for (size_t i = 0; i < 3; i++) {
        struct digest digest = digest_of(table[i].text, strlen(table[i].text));
        digest_hex(&digest, hex);
        assert_string_equal(hex, table[i].hex);
    }
    struct digest_state *pieces = digest_new();
    assert_non_null(pieces);
    static char a[1000];
    memset(a, 'a', sizeof a);
    for (int i = 0; i < 1000; i++) {
        digest_add(pieces, a, sizeof a);
    }
    struct digest million = digest_end(pieces);
    digest_hex(&million, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");

    AUTO_FREE char *bytes = malloc(1000000);
    memset(bytes, 'a', 1000000);
    assert_int_equal(io_replace_file(path_of("million"), bytes, 1000000, NULL), ERR_OK);
    int fd = open(path_of("million"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(lseek(fd, 500, SEEK_SET), 500); /* the offset is not used */
    struct digest file;
    assert_int_equal(digest_of_fd(fd, "million", &file, NULL), ERR_OK);
    assert_memory_equal(file.bytes, million.bytes, DIGEST_SIZE);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 500);
    close(fd);
    assert_int_not_equal(digest_of_fd(fd, "closed", &file, NULL), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(work) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return io_remove_tree(work, NULL) == ERR_OK ? 0 : -1;
}

int main(void)
{
    alarm(300);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_err),
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_span),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_large_frames),
        cmocka_unit_test(test_frame_descriptors),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_conf),
        cmocka_unit_test(test_conf_long_lines),
        cmocka_unit_test(test_json_writer),
        cmocka_unit_test(test_json_round_trip),
        cmocka_unit_test(test_json_refused),
        cmocka_unit_test(test_replace_file),
        cmocka_unit_test(test_read_file),
        cmocka_unit_test(test_directories),
        cmocka_unit_test(test_digest),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
