/* t041-extract-worker.c - the sandboxed worker: what a document can do to it, and what comes back; and the frame form
 * of records under random damage. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tests/extract-test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/io.h"

/* With AddressSanitizer there is no system call filter and no memory limit. */
static bool is_filtered(void)
{
    unsigned layers = 0;
    assert_int_equal(extract_sandbox_layers(&extract_default_caps, &layers, NULL), ERR_OK);
    return (layers & EXTRACT_SECCOMP) != 0;
}

/* ---- A format that misbehaves as the file's name says ------------------------------------------ */

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

/* Sends bytes past the protocol; descriptor 3 is the worker's socket. */
static void send_raw(const void *bytes, size_t len)
{
    struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    sendmsg(3, &message, MSG_NOSIGNAL);
}

static enum err_code eat_memory(struct err *err)
{
    for (char *volatile block = malloc(1 << 20); block != NULL; block = malloc(1 << 20)) {
        block[0] = 1;
    }
    return err_nomem(err, "test");
}

/* Sends its socket, as many times as fits, along with the first bytes of a record that is none. */
static void send_descriptors(void)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(8 * sizeof(int))];
    } control = { .room = "" };
    struct iovec part = { .iov_base = (char[]){ "\x06\0\0\0Rxxxxx" }, .iov_len = 10 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
                              .msg_controllen = sizeof control.room };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(8 * sizeof(int));
    for (size_t i = 0; i < 8; i++) {
        memcpy(CMSG_DATA(rights) + i * sizeof(int), &(int){ 3 }, sizeof(int));
    }
    sendmsg(3, &message, MSG_NOSIGNAL);
}

static unsigned count_descriptors(void)
{
    unsigned open_ones = 0;
    for (int fd = 4; fd < 256; fd++) {
        open_ones += close(fd) == 0;
    }
    return open_ones;
}

/* What the parent shares with its children: anonymous memory that can be written; a file that is mapped to be read, over a
 * descriptor that can write; and one over a descriptor that cannot. */
static struct {
    volatile char *written, *writable, *readable;
} shared;

static enum err_code touch_shared(const char *name, extract_sink *sink, void *context, struct err *err)
{
    if (*name == 'w') { /* "write-shared" */
        *shared.written = 'x';
    } else if (*name == 'u') { /* "unlock-shared" */
        mprotect((void *)(uintptr_t)shared.writable, 1, PROT_READ | PROT_WRITE);
        *shared.writable = 'x';
    }
    char text[2] = { *shared.readable, '\0' };
    return give(sink, context, text, err);
}

/* Reads the file for ever: it will be cut short meanwhile. */
static void watch(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    give(sink, context, "begun", err);
    for (volatile unsigned sum = 0;; sum += (unsigned char)input->bytes[0]) {
        poll(NULL, 0, 1);
    }
}

static enum err_code misbehave(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    static unsigned jobs;
    char text[64];
    const char *name = input->name;
#define IS(what) (strcmp(name, what ".naslag-test") == 0)
    if (IS("count")) {
        snprintf(text, sizeof text, "%u", ++jobs);
        return give(sink, context, text, err);
    } else if (IS("descriptors")) {
        snprintf(text, sizeof text, "%u", count_descriptors());
        return give(sink, context, text, err);
    } else if (IS("crash")) {
        raise(SIGSEGV);
    } else if (IS("spin")) {
        for (volatile unsigned i = 0;; i++) {
        }
    } else if (IS("sleep")) {
        poll(NULL, 0, -1);
    } else if (IS("memory")) {
        return eat_memory(err);
    } else if (IS("greedy")) {
        volatile char *much = malloc(UINT32_MAX); /* volatile: or the compiler leaves it all out */
        much[UINT32_MAX - 1] = 1;
    } else if (IS("open")) {
        int fd = open("/etc/passwd", O_RDONLY);
        return give(sink, context, fd < 0 && errno == EACCES ? "refused" : "opened", err);
    } else if (IS("socket")) {
        socket(AF_INET, SOCK_STREAM, 0);
    } else if (IS("fork")) {
        fork();
    } else if (IS("exec")) {
        execl("/bin/true", "true", (char *)NULL);
    } else if (IS("write-shared") || IS("unlock-shared") || IS("read-shared")) {
        return touch_shared(name, sink, context, err);
    } else if (IS("watch")) {
        watch(input, sink, context, err);
    } else if (IS("abort")) {
        abort();
    } else if (IS("exit")) {
        _exit(7);
    } else if (IS("twice")) {
        give(sink, context, "een", err);
        return give(sink, context, "twee", err);
    } else if (IS("huge")) {
        send_raw("\xFF\xFF\xFF\x7FR", 5);
        poll(NULL, 0, -1);
    } else if (IS("noise")) {
        send_raw("\x06\0\0\0Rxxxxx", 10);
        poll(NULL, 0, -1);
    } else if (IS("rights")) {
        send_descriptors();
        poll(NULL, 0, -1);
    } else if (IS("type")) {
        send_raw("\x01\0\0\0?", 5);
        poll(NULL, 0, -1);
    } else if (IS("half")) {
        send_raw("\x06\0\0\0Rxx", 7);
        _exit(0);
    }
#undef IS
    return err_set(err, ERR_INVALID, "tested: \xFF\n");
}

/* ---- Jobs ---------------------------------------------------------------------------------------- */

static int file_of(const char *bytes, size_t len)
{
    char path[] = "/tmp/naslag-t041-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, bytes, len), len);
    return fd;
}

/* Runs a job to its end; the code it ends with. */
static enum err_code run_range(struct extract_worker *worker, const char *name, const char *bytes, uint64_t start,
                               uint64_t end, struct caught *caught, struct err *err)
{
    AUTO_CLOSE int fd = file_of(bytes, strlen(bytes));
    caught->count = 0;
    enum err_code code = extract_worker_start(worker, fd, name, start, end, err);
    bool more = true;
    while (code == ERR_OK && more) {
        assert_true(caught->count < CAUGHT_MAX);
        code = extract_worker_next(worker, &caught->records[caught->count], &more, err);
        caught->count += code == ERR_OK && more;
    }
    return code;
}

/* The text of the only record, for the caller to compare; "" when the job failed. */
static const char *run_job(struct extract_worker *worker, const char *name, const char *bytes, char ret_text[256])
{
    struct caught caught;
    struct err err = ERR_INIT;
    enum err_code code = run_range(worker, name, bytes, 0, strlen(bytes), &caught, &err);
    snprintf(ret_text, 256, "%s", code == ERR_OK && caught.count == 1 ? caught.records[0].text : "");
    caught_done(&caught);
    return ret_text;
}

static int set_up(void **state)
{
    struct extract_caps caps = extract_default_caps;
    caps.wall_ms = 2000; /* also a busy machine does the good jobs within it */
    caps.memory_bytes = 128 << 20;
    caps.record_bytes = 1 << 20;
    extract_test_format = misbehave;
    struct extract_worker *worker;
    if (extract_worker_new(&caps, &worker, NULL) != ERR_OK) {
        return -1;
    }
    *state = worker;
    return 0;
}

static int tear_down(void **state)
{
    extract_worker_free(*state);
    errno = 0;
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1; /* no process is left */
}

static void test_good_jobs(void **state)
{
    struct extract_worker *worker = *state;
    char text[256];
    for (int i = 0; i < 3; i++) {
        assert_string_equal(run_job(worker, "map/a.txt", "Hoi\fdaar", text), "Hoi\ndaar");
        assert_string_equal(run_job(worker, "b.html", "<title>t</title><p>caf&eacute;", text), "caf\xC3\xA9");
        assert_string_equal(run_job(worker, "leeg.txt", "", text), "");
    }
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_range(worker, "x.txt", "x", 0, 11, &caught, &err), ERR_INVALID); /* it shrank meanwhile */
    bool more;
    assert_int_equal(extract_worker_next(worker, &caught.records[0], &more, &err), ERR_INTERNAL);
    /* All of the record comes over. */
    const char *page = "<html lang=nl><title>T</title><meta name=description content=D><meta name=dcterms.type content=K>"
                       "<meta name=date content=2020><link rel=canonical href='http://u.nl/'><h1>H</h1><p>p";
    assert_int_equal(run_range(worker, "b.html", page, 0, strlen(page), &caught, &err), ERR_OK);
    struct caught direct;
    struct extract_record *here = run_text("b.html", page, &direct), *there = &caught.records[0];
    assert_string_equal(there->title, here->title);
    assert_string_equal(there->url, "http://u.nl/");
    assert_string_equal(there->date, "2020");
    assert_string_equal(there->kind, "K");
    assert_string_equal(there->language, "nl");
    assert_string_equal(there->description, "D");
    assert_string_equal(there->encoding, "UTF-8");
    assert_string_equal(there->format, "text/html");
    assert_int_equal(there->heading_count, 1);
    assert_int_equal(there->headings[0].len, 1);
    assert_memory_equal(there->digest, here->digest, sizeof here->digest);
    caught_done(&direct);
    caught_done(&caught);
}

/* Of a file over the limit the beginning is taken, up to a whole character, and the rest is told. */
static void test_large_file(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.file_bytes = 1001;
    struct extract_worker *worker = NULL;
    struct err err = ERR_INIT;
    struct caught caught;
    char text[4001];
    for (int i = 0; i < 2000; i++) {
        memcpy(text + 2 * i, "\xC3\xA9", 2);
    }
    text[4000] = '\0';
    text[0] = 'x'; /* now no character begins at an even place */
    text[1] = 'y';
    memmove(text + 1, text, 3999);
    assert_int_equal(extract_worker_new(&caps, &worker, NULL), ERR_OK);
    text[3999] = 'z';
    if (run_range(worker, "groot.txt", text, 0, 4000, &caught, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    struct extract_record *record = &caught.records[0];
    assert_string_equal(record->encoding, "UTF-8");
    assert_true(record->text_len > 900 && record->text_len <= 1001);
    assert_int_equal(record->text_len + record->cut, 4000);
    caught_done(&caught);
    assert_int_equal(run_range(worker, "klein.txt", "kort", 0, 4, &caught, &err), ERR_OK);
    assert_int_equal(caught.records[0].cut, 0);
    caught_done(&caught);
    extract_worker_free(worker);
}

static void test_ranges(void **state)
{
    static const char lines[] = "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}\n\n{bad\n{\"id\":3,\"text\":\"c\"}";
    size_t len = sizeof lines - 1;
    struct caught caught;
    struct err err = ERR_INIT;
    for (size_t middle = 0; middle <= len; middle++) {
        size_t total = 0;
        for (int part = 0; part < 2; part++) {
            assert_int_equal(run_range(*state, "a.jsonl", lines, part ? middle : 0, part ? len : middle, &caught, &err),
                             ERR_OK);
            total += caught.count;
            caught_done(&caught);
        }
        assert_int_equal(total, 4);
    }
}

static void test_encodings_inside(void **state)
{
    /* Encodings whose tables are not at hand are refused softly: another is taken. */
    static const char *const names[] = { "IBM037", "x-geen", "ISO-2022-CN", "JOHAB", "iso-8859-15", "koi8-r", "utf-7" };
    char page[256], text[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(page, sizeof page, "<meta charset=%s><p>De re\xEB" "el ge\xEFnde co\xF6rdinatie.", names[i]);
        assert_string_not_equal(run_job(*state, "a.html", page, text), "");
    }
}

static unsigned open_descriptors(void)
{
    unsigned open_ones = 0;
    for (int fd = 0; fd < 256; fd++) {
        open_ones += fcntl(fd, F_GETFD) >= 0;
    }
    return open_ones;
}

static void test_misbehaviour(void **state)
{
    struct extract_worker *worker = *state;
    bool filtered = is_filtered();
    const struct {
        const char *name;
        enum err_code code;
        const char *says;
        bool needs_filter;
    } cases[] = {
        { "crash", ERR_CORRUPT, "crashed", false },
        { "abort", ERR_CORRUPT, "crashed", false },
        { "spin", ERR_TIMEOUT, "2000 ms", false },
        { "sleep", ERR_TIMEOUT, "2000 ms", false },
        { "memory", ERR_NOMEM, "128 MiB", true },
        { "greedy", ERR_CORRUPT, "crashed", true },
        { "socket", ERR_CORRUPT, "forbidden system call", true },
        { "fork", ERR_CORRUPT, "forbidden system call", true },
        { "exec", ERR_CORRUPT, "forbidden system call", true },
        { "exit", ERR_CORRUPT, "status 7", false },
        { "twice", ERR_CORRUPT, "not of this job", false },
        { "huge", ERR_CORRUPT, "outside the limit", false },
        { "noise", ERR_CORRUPT, "a record whose", false },
        { "rights", ERR_CORRUPT, "a record whose", false },
        { "type", ERR_CORRUPT, "broke the protocol", false },
        { "half", ERR_CORRUPT, "status 0", false },
        { "reason", ERR_INVALID, "tested: ", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].needs_filter && !filtered) {
            continue;
        }
        char name[64], text[256];
        assert_string_equal(run_job(worker, "a.txt", "ervoor", text), "ervoor");
        unsigned before = open_descriptors();
        snprintf(name, sizeof name, "%s.naslag-test", cases[i].name);
        struct caught caught;
        struct err err = ERR_INIT;
        int64_t began = io_now_ms();
        enum err_code code = run_range(worker, name, "x", 0, 1, &caught, &err);
        caught_done(&caught);
        if (code != cases[i].code || strstr(err.text, cases[i].says) == NULL) {
            fail_msg("%s: %s: %s", name, err_name(code), err.text);
        }
        assert_true(io_now_ms() - began < 15000);
        assert_string_equal(run_job(worker, "a.txt", "daarna", text), "daarna");
        assert_int_equal(open_descriptors(), before); /* what a worker sends does not stay */
    }
}

static void test_processor_limit(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.cpu_seconds = 0; /* the rest of the running second stays: limits are whole seconds */
    caps.wall_ms = 10000;
    struct extract_worker *worker;
    assert_int_equal(extract_worker_new(&caps, &worker, NULL), ERR_OK);
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_range(worker, "spin.naslag-test", "x", 0, 1, &caught, &err), ERR_TIMEOUT);
    assert_non_null(strstr(err.text, "processor time"));
    extract_worker_free(worker);
}

static void test_files_are_closed(void **state)
{
    char text[256];
    if (is_filtered()) {
        assert_string_equal(run_job(*state, "open.naslag-test", "x", text), "refused");
    }
    /* Another worker's socket and our own files stay here; only the job's descriptor is there. */
    struct extract_worker *other;
    assert_int_equal(extract_worker_new(&extract_default_caps, &other, NULL), ERR_OK);
    AUTO_CLOSE int inheritable = dup(2);
    assert_true(inheritable > 2);
    assert_string_equal(run_job(other, "a.txt", "x", text), "x");
    assert_string_equal(run_job(*state, "reason.naslag-test", "x", text), "");
    extract_worker_free(*state);
    assert_int_equal(set_up(state), 0);
    assert_string_equal(run_job(*state, "descriptors.naslag-test", "x", text), "1");
    extract_worker_free(other);
}

/* Maps a page of a file of one page that begins with 'f'. */
static volatile char *map_page(int flags)
{
    char path[] = "/tmp/naslag-t041-XXXXXX", page[4096] = "f";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, page, sizeof page), sizeof page);
    close(fd);
    fd = open(path, flags | O_CLOEXEC);
    unlink(path);
    volatile char *mapped = mmap(NULL, sizeof page, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(mapped != MAP_FAILED);
    close(fd);
    return mapped;
}

/* A worker that was taken over finds no memory that it could change for others. */
static void test_shared_memory(void **state)
{
    char text[256];
    struct caught caught;
    struct err err = ERR_INIT;
    shared.written = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared.written != MAP_FAILED);
    shared.writable = map_page(O_RDWR);
    shared.readable = map_page(O_RDONLY);
    *shared.written = 'm';
    assert_int_equal(run_range(*state, "write-shared.naslag-test", "x", 0, 1, &caught, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "crashed (signal 11"));
    caught_done(&caught);
    run_job(*state, "unlock-shared.naslag-test", "x", text); /* a page of its own is what it gets */
    assert_int_equal(*shared.written, 'm');
    assert_int_equal(*shared.writable, 'f');
    assert_string_equal(run_job(*state, "read-shared.naslag-test", "x", text), "f"); /* what is only read stays */
    munmap((void *)(uintptr_t)shared.written, 4096);
    munmap((void *)(uintptr_t)shared.writable, 4096);
    munmap((void *)(uintptr_t)shared.readable, 4096);
}

/* A mapped file that is cut short while it is read: SIGBUS, which costs the document and no more. */
static void test_cut_short(void **state)
{
    static char pages[3 * 4096];
    struct extract_worker *worker = *state;
    struct extract_record record;
    struct err err = ERR_INIT;
    bool more = false;
    AUTO_CLOSE int fd = file_of(pages, sizeof pages);
    assert_int_equal(extract_worker_start(worker, fd, "watch.naslag-test", 0, sizeof pages, &err), ERR_OK);
    assert_int_equal(extract_worker_next(worker, &record, &more, &err), ERR_OK);
    assert_true(more);
    assert_string_equal(record.text, "begun");
    extract_record_done(&record);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(extract_worker_next(worker, &record, &more, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "crashed (signal 7"));
    char text[256];
    assert_string_equal(run_job(worker, "a.txt", "daarna", text), "daarna");
}

static void test_process_is_replaced(void **state)
{
    struct extract_worker *worker = *state;
    char text[256], expected[16];
    for (int i = 1; i <= 1002; i++) {
        snprintf(expected, sizeof expected, "%d", i > 1000 ? i - 1000 : i);
        assert_string_equal(run_job(worker, "count.naslag-test", "x", text), expected);
    }
    /* Killed while idle. */
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    AUTO_FCLOSE FILE *children = fopen(path, "r");
    int pid;
    assert_non_null(children);
    assert_int_equal(fscanf(children, "%d", &pid), 1);
    kill(pid, SIGKILL);
    while (waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT) != 0) {
    }
    assert_string_equal(run_job(worker, "count.naslag-test", "x", text), "1");
    /* A job that nobody read to its end. */
    AUTO_CLOSE int fd = file_of("x", 1);
    assert_int_equal(extract_worker_start(worker, fd, "count.naslag-test", 0, 1, NULL), ERR_OK);
    assert_string_equal(run_job(worker, "count.naslag-test", "x", text), "1");
}

/* ---- Records under damage ------------------------------------------------------------------------- */

static uint32_t random_state = 20240531;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)random_state * limit) >> 32);
}

static void damage(char *bytes, size_t *len)
{
    for (uint32_t i = random_below(4) + 1; i > 0 && *len > 0; i--) {
        uint32_t at = random_below((uint32_t)*len);
        switch (random_below(4)) {
        case 0:
            bytes[at] = (char)random_below(256);
            break;
        case 1:
            bytes[at] = (char)(bytes[at] ^ (1 << random_below(8)));
            break;
        case 2:
            *len = at;
            break;
        default:
            memmove(bytes + at, bytes + at + 1, *len - at - 1);
            (*len)--;
        }
    }
}

static void test_record_form(void **state)
{
    (void)state;
    struct caught caught;
    struct extract_caps caps = extract_default_caps;
    caps.pages = 10;
    struct extract_record *record = run_text("a.txt", "\xC3\xA9\xC3\xA9n titel\ftwee\fdrie", &caught);
    record->headings = calloc(2, sizeof *record->headings);
    record->headings[0] = (struct extract_span){ 0, 4 };
    record->headings[1] = (struct extract_span){ 6, 5 };
    record->heading_count = 2;
    record->cut = 77;
    struct buf form;
    buf_init(&form, record_max(&caps));
    record_write(record, &form);
    assert_int_equal(buf_check(&form, "form", NULL), ERR_OK);
    struct extract_record again;
    struct err err = ERR_INIT;
    assert_int_equal(record_read(form.data, form.len, &caps, &again, &err), ERR_OK);
    assert_string_equal(again.text, record->text);
    assert_int_equal(again.cut, 77);
    assert_int_equal(again.page_count, 3);
    assert_int_equal(again.headings[1].len, 5);
    extract_record_done(&again);
    caps.pages = 2;
    assert_int_equal(record_read(form.data, form.len, &caps, &again, &err), ERR_CORRUPT);
    caps.pages = 10;
    /* Whatever survives damage must be a sound record; the sanitizers watch the rest. */
    unsigned survivors = 0;
    for (int round = 0; round < 200000; round++) {
        AUTO_FREE char *copy = malloc(form.len);
        size_t len = form.len;
        assert_non_null(copy);
        memcpy(copy, form.data, len);
        damage(copy, &len);
        if (record_read(copy, len, &caps, &again, &err) == ERR_OK) {
            survivors++;
            assert_int_equal(strlen(again.text), again.text_len);
            for (uint32_t i = 0; i < again.page_count; i++) {
                assert_true(again.pages[i] <= again.text_len);
            }
            for (uint32_t i = 0; i < again.heading_count; i++) {
                assert_true(again.headings[i].start + again.headings[i].len <= again.text_len);
            }
            extract_record_done(&again);
        }
    }
    assert_true(survivors > 1000 && survivors < 150000);
    buf_done(&form);
    caught_done(&caught);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good_jobs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ranges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_encodings_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_misbehaviour, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_processor_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files_are_closed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shared_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_process_is_replaced, set_up, tear_down),
        cmocka_unit_test(test_record_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
