/* t044-sandbox.c - a document that has taken its worker over: every attempt is stopped, each layer of the sandbox is proven to
 * hold by itself, and without any the attempt succeeds, so that the test could fail. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tests/extract-test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/io.h"

#define NO_FILES (EXTRACT_LANDLOCK | EXTRACT_MOUNT_NS)
#define ALL (EXTRACT_SECCOMP | NO_FILES | EXTRACT_NET_NS | EXTRACT_USER_NS | EXTRACT_IPC_NS | EXTRACT_UTS_NS)

/* ---- The document ------------------------------------------------------------------------------ */

static enum err_code give(extract_sink *sink, void *context, const char *text, struct err *err)
{
    struct extract_record record;
    assert_int_equal(record_init(&record, "text/x-test", err), ERR_OK);
    free(record.text);
    record.text = strdup(text);
    record.text_len = (uint32_t)strlen(text);
    enum err_code code = sink(context, &record, err);
    extract_record_done(&record);
    return code;
}

static int read_passwords(void)
{
    char byte;
    int fd = open("/etc/passwd", O_RDONLY);
    int problem = fd < 0 ? errno : read(fd, &byte, 1) == 1 ? 0 : errno;
    close(fd);
    return problem;
}

static int call_home(void)
{
    struct sockaddr_in home = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool reached = fd >= 0 && (connect(fd, (const struct sockaddr *)&home, sizeof home) == 0 || errno == ECONNREFUSED);
    return reached ? 0 : errno;
}

static int multiply(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0 ? 0 : errno;
}

/* Into a file that it was given for writing by mistake: limits hold. */
static int fill_disk(void)
{
    char block[4096] = "x";
    int fd = open("/tmp", O_WRONLY | O_TMPFILE, 0600);
    for (int i = 0; fd >= 0 && i < 1000; i++) {
        if (write(fd, block, sizeof block) < 0) {
            return errno;
        }
    }
    return fd >= 0 ? 0 : errno;
}

static enum err_code take_over(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    const char *name = input->name;
    int problem = -1;
#define IS(what) (strcmp(name, what ".naslag-test") == 0)
    if (IS("read")) {
        problem = read_passwords();
    } else if (IS("connect")) {
        problem = call_home();
    } else if (IS("fork")) {
        problem = multiply();
    } else if (IS("write")) {
        problem = fill_disk();
    } else if (IS("flood")) {
        for (;;) {
            if (give(sink, context, "nog een", err) != ERR_OK) {
                break;
            }
        }
    } else if (IS("allocate")) {
        for (char *volatile block = malloc(1 << 20); block != NULL; block = malloc(1 << 20)) {
            memset(block, 1, 1 << 20);
        }
        return err_nomem(err, "test");
    } else if (IS("spin")) {
        for (volatile unsigned i = 0;; i++) {
        }
    } else if (IS("stubborn")) { /* spins, and will not hear that its time is up */
        sigset_t all;
        sigfillset(&all);
        signal(SIGXCPU, SIG_IGN);
        sigprocmask(SIG_BLOCK, &all, NULL);
        for (volatile unsigned i = 0;; i++) {
        }
    } else if (IS("crash")) {
        volatile uintptr_t nowhere = 8;
        *(volatile int *)nowhere = 1;
    }
#undef IS
    return give(sink, context, problem == 0 ? "done" : strerrorname_np(problem), err);
}

/* ---- Running it ---------------------------------------------------------------------------------- */

static enum err_code run_name(unsigned omit, const char *name, const struct extract_caps *caps, char ret_text[64], struct err *err)
{
    struct extract_worker *worker;
    struct extract_caps own = *caps;
    own.weak_sandbox = true;
    extract_test_format = take_over;
    assert_int_equal(extract_worker_new(&own, &worker, NULL), ERR_OK);
    worker_omit(worker, omit);
    AUTO_CLOSE int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    bool more = true;
    *ret_text = '\0';
    enum err_code code = extract_worker_start(worker, fd, name, 0, 0, err);
    while (code == ERR_OK && more) {
        struct extract_record record;
        code = extract_worker_next(worker, &record, &more, err);
        if (code == ERR_OK && more) {
            snprintf(ret_text, 64, "%s", record.text);
            extract_record_done(&record);
        }
    }
    extract_worker_free(worker);
    return code;
}

static unsigned available(void)
{
    unsigned layers = 0;
    assert_int_equal(extract_sandbox_layers(&extract_default_caps, &layers, NULL), ERR_OK);
    return layers;
}

/* With `omit` left out it ends with this error number's name, "done", or is killed by seccomp (NULL). */
static void check(unsigned omit, unsigned needs, const char *name, const char *expected)
{
    if ((available() & needs) != needs) {
        print_message("# not on this system: %s\n", name);
        return;
    }
    char text[64];
    struct err err = ERR_INIT;
    enum err_code code = run_name(omit, name, &extract_default_caps, text, &err);
    bool as_expected = expected == NULL ? code == ERR_CORRUPT && strstr(err.text, "forbidden system call") != NULL
                                        : code == ERR_OK && strcmp(text, expected) == 0;
    if (!as_expected) {
        fail_msg("%s without %x: %s %s '%s'", name, omit, err_name(code), err.text, text);
    }
}

static void test_read_files(void **state)
{
    (void)state;
    check(0, EXTRACT_SECCOMP, "read.naslag-test", "EACCES");
    check(EXTRACT_SECCOMP | EXTRACT_MOUNT_NS, EXTRACT_LANDLOCK, "read.naslag-test", "EACCES");
    check(EXTRACT_SECCOMP | EXTRACT_LANDLOCK, EXTRACT_MOUNT_NS, "read.naslag-test", "ENOENT");
    check(ALL, 0, "read.naslag-test", "done");
}

static void test_write_for_ever(void **state)
{
    (void)state;
    check(0, EXTRACT_SECCOMP, "write.naslag-test", "EACCES");
    check(EXTRACT_SECCOMP | EXTRACT_MOUNT_NS, EXTRACT_LANDLOCK, "write.naslag-test", "EACCES");
    char text[64];
    struct err err = ERR_INIT;
    if (available() & EXTRACT_SECCOMP) { /* limits alone: SIGXFSZ */
        assert_int_equal(run_name(ALL, "write.naslag-test", &extract_default_caps, text, &err), ERR_CORRUPT);
        assert_non_null(strstr(err.text, "File size limit"));
    }
    /* Records without end: only one is of this job. */
    assert_int_equal(run_name(0, "flood.naslag-test", &extract_default_caps, text, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "not of this job"));
}

static void test_connect(void **state)
{
    (void)state;
    check(0, EXTRACT_SECCOMP, "connect.naslag-test", NULL);
    check(EXTRACT_SECCOMP | EXTRACT_LANDLOCK, EXTRACT_NET_NS, "connect.naslag-test", "ENETUNREACH");
    check(ALL, 0, "connect.naslag-test", "done");
}

static void test_fork(void **state)
{
    (void)state;
    check(0, EXTRACT_SECCOMP, "fork.naslag-test", NULL);
    if (getuid() != 0) { /* RLIMIT_NPROC does not count root's */
        check(EXTRACT_SECCOMP, EXTRACT_RLIMITS, "fork.naslag-test", "EAGAIN");
    }
    check(ALL | EXTRACT_RLIMITS, 0, "fork.naslag-test", "done");
}

static void test_limits(void **state)
{
    (void)state;
    char text[64];
    struct err err = ERR_INIT;
    struct extract_caps caps = extract_default_caps;
    assert_int_equal(caps.memory_bytes, UINT64_C(512) << 20);
    assert_int_equal(caps.cpu_seconds, 20);
    assert_int_equal(caps.wall_ms, 30000);
    if (available() & EXTRACT_SECCOMP) { /* not with AddressSanitizer */
        assert_int_equal(run_name(0, "allocate.naslag-test", &caps, text, &err), ERR_NOMEM);
        assert_non_null(strstr(err.text, "512 MiB"));
    }
    caps.cpu_seconds = 1;
    assert_int_equal(run_name(0, "spin.naslag-test", &caps, text, &err), ERR_TIMEOUT);
    assert_non_null(strstr(err.text, "processor time"));
    if (available() & EXTRACT_SECCOMP) {
        caps.wall_ms = 20000;
        assert_int_equal(run_name(0, "stubborn.naslag-test", &caps, text, &err), ERR_TIMEOUT);
        if (strstr(err.text, "processor time") == NULL) {
            fail_msg("%s", err.text);
        }
    }
    caps.cpu_seconds = 60;
    caps.wall_ms = 300;
    assert_int_equal(run_name(0, "spin.naslag-test", &caps, text, &err), ERR_TIMEOUT);
    assert_non_null(strstr(err.text, "300 ms"));
    assert_int_equal(run_name(0, "crash.naslag-test", &extract_default_caps, text, &err), ERR_CORRUPT);
}

static void catch_attempt(void *context, const struct extract_attempt *attempt)
{
    ++*(size_t *)context;
    print_message("# %s: %s; without seccomp: %s\n", attempt->what, attempt->layer, attempt->behind_it);
}

static void test_self_test(void **state)
{
    (void)state;
    if (!(available() & EXTRACT_SECCOMP)) {
        print_message("# skipped: this build has no filter of system calls\n");
        return;
    }
    bool held = false;
    size_t count = 0;
    assert_int_equal(extract_sandbox_test(&extract_default_caps, catch_attempt, &count, &held, NULL), ERR_OK);
    assert_true(held);
    assert_int_equal(count, 11);
}

static void test_policy(void **state)
{
    (void)state;
    const unsigned base = EXTRACT_NO_NEW_PRIVS | EXTRACT_RLIMITS | EXTRACT_SECCOMP;
    assert_true(extract_layers_suffice(base | EXTRACT_LANDLOCK));
    assert_true(extract_layers_suffice(base | EXTRACT_MOUNT_NS));
    assert_false(extract_layers_suffice((base & ~(unsigned)EXTRACT_RLIMITS) | EXTRACT_LANDLOCK));
    struct buf text;
    buf_init(&text, 1000);
    extract_layers_print(base | EXTRACT_LANDLOCK, &text);
    assert_string_equal(text.data, "no_new_privs, seccomp, rlimits, Landlock");
    buf_clear(&text);
    extract_layers_print(0, &text);
    assert_string_equal(text.data, "none");
    buf_clear(&text);
    bool filtered = (available() & EXTRACT_SECCOMP) != 0;
    if (filtered) {
        assert_false(extract_layers_suffice(base));
        extract_layers_print_missing(EXTRACT_NO_NEW_PRIVS | EXTRACT_RLIMITS | EXTRACT_USER_NS, &text);
        assert_string_equal(text.data, "seccomp, Landlock or a mount namespace");
        /* A worker refuses to start, too. */
        struct extract_worker *worker;
        unsigned layers;
        struct err err = ERR_INIT;
        assert_int_equal(extract_worker_new(&extract_default_caps, &worker, NULL), ERR_OK);
        worker_omit(worker, NO_FILES);
        assert_int_equal(worker_layers(worker, &layers, &err), ERR_IO);
        assert_string_equal(err.text, "the sandbox of the extraction worker lacks: Landlock or a mount namespace");
        extract_worker_free(worker);
    }
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_files), cmocka_unit_test(test_write_for_ever), cmocka_unit_test(test_connect),
        cmocka_unit_test(test_fork),       cmocka_unit_test(test_limits),         cmocka_unit_test(test_self_test),
        cmocka_unit_test(test_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
