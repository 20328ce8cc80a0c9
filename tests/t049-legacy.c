/* t049-legacy.c - office files of before 2007: what is read of them, converters that misbehave, damage.
 * With the arguments "write FOLDER" it makes the files of t119. */
#include "tests/extract-test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "extract/cage.h"
#include "extract/convert.h"
#include "extract/ole.h"
#include "tests/ole-fixture.h"

#define WORD_TEXT                                                                           \
    "De gemeenteraad van Co\xEBvorden vergadert.\rTweede alinea: co\xF6peratie, \x80 100.\r" \
    "cel een\acel twee\a\a\rSlot.\r"

static char bad_program[4096];

/* ---- Running workers ---------------------------------------------------------------------------- */

/* Has a worker read these bytes; the records go to `caught`. */
static enum err_code work(const char *name, const struct buf *file, const struct extract_caps *caps, struct caught *caught,
                          struct err *err)
{
    struct extract_worker *worker;
    struct extract_caps own = caps != NULL ? *caps : extract_default_caps;
    assert_int_equal(extract_worker_new(&own, &worker, NULL), ERR_OK);
    FILE *temporary = tmpfile();
    assert_non_null(temporary);
    assert_int_equal(fwrite(file->data, 1, file->len, temporary), file->len);
    fflush(temporary);
    bool more = true;
    caught->count = 0;
    enum err_code code = extract_worker_start(worker, fileno(temporary), name, 0, file->len, err);
    while (code == ERR_OK) {
        struct extract_record record;
        code = extract_worker_next(worker, &record, &more, err);
        if (code != ERR_OK || !more) {
            break;
        }
        assert_int_equal(catch_record(caught, &record, err), ERR_OK);
        extract_record_done(&record);
    }
    fclose(temporary);
    extract_worker_free(worker);
    return code;
}

static struct extract_record *work_one(const char *name, const struct buf *file, struct caught *caught)
{
    struct err err = ERR_INIT;
    if (work(name, file, NULL, caught, &err) != ERR_OK) {
        fail_msg("%s: %s", name, err.text);
    }
    assert_int_equal(caught->count, 1);
    return &caught->records[0];
}

static bool has(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        return true;
    }
    print_message("'%s' is not in: %s\n", part, text);
    return false;
}

/* ---- Documents ------------------------------------------------------------------------------------ */

static void test_word(void **state)
{
    (void)state;
    AUTO_BUF struct buf file;
    struct caught caught;
    convert_test_program = NULL;
    if (!(extract_available() & EXTRACT_NEED_WORD)) {
        print_message("# skipped: no converter (Debian package catdoc)\n");
        return;
    }
    buf_init(&file, 1 << 20);
    ole_word(WORD_TEXT, "Een t\xEFtel", "J. de B\xE9", &file);
    struct extract_record *record = work_one("brief.doc", &file, &caught);
    assert_string_equal(record->format, "application/msword");
    assert_string_equal(record->title, "Een t\xC3\xAFtel");
    assert_string_equal(record->author, "J. de B\xC3\xA9");
    assert_string_equal(record->date, "2004-05-03");
    assert_string_equal(record->problem, "");
    assert_int_equal(record->lacks, 0);
    assert_string_equal(record->text, "De gemeenteraad van Co\xC3\xABvorden vergadert.\n\n"
                                      "Tweede alinea: co\xC3\xB6peratie, \xE2\x82\xAC 100.\n\ncel een\tcel twee\n\nSlot.");
    caught_done(&caught);
    buf_clear(&file); /* without properties its first line is the title */
    ole_word(WORD_TEXT, NULL, NULL, &file);
    assert_string_equal(work_one("brief.doc", &file, &caught)->title, "De gemeenteraad van Co\xC3\xABvorden vergadert.");
    caught_done(&caught);
}

static void test_excel(void **state)
{
    (void)state;
    static const char *const names[] = { "Begroting", "Blad2" }, *const texts[] = { "gemeenteraad \xEB", "korfbal" };
    AUTO_BUF struct buf file;
    struct caught caught;
    convert_test_program = NULL;
    if (!(extract_available() & EXTRACT_NEED_EXCEL)) {
        print_message("# skipped: no converter (Debian package catdoc)\n");
        return;
    }
    buf_init(&file, 1 << 20);
    ole_excel(names, texts, 2, &file);
    struct extract_record *record = work_one("tabel.xls", &file, &caught);
    assert_string_equal(record->format, "application/vnd.ms-excel");
    assert_int_equal(record->page_count, 2);
    assert_string_equal(record->title, "Begroting");
    assert_string_equal(record->text, "Begroting\n\ngemeenteraad \xC3\xAB\n42\nBlad2\n\nkorfbal\n42");
    assert_int_equal(record->heading_count, 2);
    assert_true(has(record->text + record->pages[1], "Blad2"));
    caught_done(&caught);
}

static void test_powerpoint(void **state)
{
    (void)state;
    AUTO_BUF struct buf file;
    struct caught caught;
    buf_init(&file, 1 << 20);
    ole_powerpoint(false, &file);
    struct extract_record *record = run_one("dia.ppt", file.data, file.len, &caught);
    assert_string_equal(record->format, "application/vnd.ms-powerpoint");
    assert_string_equal(record->text, "Eerste inhoud\nmet een regel\n"
                                      "Tweede pl\xC3\xA1n\n\nTweede inhoud\n\nNotitie van de spreker");
    assert_string_equal(record->title, "Tweede pl\xC3\xA1n");
    assert_int_equal(record->page_count, 2);
    caught_done(&caught);
    buf_clear(&file); /* the table of objects is lost: the order of the file, and older forms too */
    ole_powerpoint(true, &file);
    record = run_one("dia.ppt", file.data, file.len, &caught);
    assert_true(has(record->text, "Eerste inhoud"));
    assert_true(has(record->text, "Oude inhoud"));
    assert_true(has(record->text, "Tweede pl\xC3\xA1n"));
    caught_done(&caught);
}

static void test_absent(void **state)
{
    (void)state;
    AUTO_BUF struct buf file;
    struct caught caught;
    buf_init(&file, 1 << 20);
    ole_word(WORD_TEXT, NULL, NULL, &file);
    convert_test_program = "";
    struct extract_record *record = work_one("brief.doc", &file, &caught);
    assert_string_equal(record->problem, "a document of Word before 2007: no converter: install the package catdoc");
    assert_int_equal(record->lacks, EXTRACT_NEED_WORD);
    assert_int_equal(extract_available() & (EXTRACT_NEED_WORD | EXTRACT_NEED_EXCEL), 0);
    caught_done(&caught);
    convert_test_program = bad_program;
    assert_int_equal(extract_available() & EXTRACT_NEED_WORD, EXTRACT_NEED_WORD);
    record = run_one("brief.doc", file.data, file.len, &caught); /* in this process nobody converts */
    assert_int_equal(record->lacks, EXTRACT_NEED_WORD);
    caught_done(&caught);
    convert_test_program = "/bin/sh.is.not.here";
    assert_int_equal(work_one("brief.doc", &file, &caught)->lacks, EXTRACT_NEED_WORD);
    caught_done(&caught);
}

/* ---- Converters that misbehave ---------------------------------------------------------------------- */

/* What becomes of a document that makes its converter do this: the text, or "code: reason". */
static const char *misbehave(const char *what, const struct extract_caps *caps)
{
    static char told[4096];
    char text[200];
    struct caught caught;
    struct err err = ERR_INIT;
    AUTO_BUF struct buf file;
    buf_init(&file, 1 << 20);
    snprintf(text, sizeof text, "MISBEHAVE:%s ", what);
    ole_word(text, NULL, NULL, &file);
    convert_test_program = bad_program;
    enum err_code code = work("brief.doc", &file, caps, &caught, &err);
    snprintf(told, sizeof told, "%s", code == ERR_OK && caught.count == 1 ? caught.records[0].text : err.text);
    if (code != ERR_OK) {
        snprintf(told, sizeof told, "%s: %s", err_name(code), err.text);
    }
    caught_done(&caught);
    return told;
}

static void test_rights(void **state)
{
    (void)state;
    const char *text = misbehave("list", NULL);
    assert_true(has(text, "environment LANG=C.UTF-8"));
    assert_null(strstr(text, "NASLAG"));
    assert_true(has(text, "descriptor 0"));
    assert_null(strstr(text, "wrote into"));
    for (int fd = 3; fd < 40; fd++) { /* 3 is what it reads by its path */
        char line[32];
        snprintf(line, sizeof line, "descriptor %d\n", fd);
        assert_true(fd == 3 || strstr(text, line) == NULL);
    }
    text = misbehave("files", NULL);
    static const char *const shut[] = { "passwords", "root", "home", "processes", "temporary" };
    for (size_t i = 0; i < sizeof shut / sizeof *shut; i++) {
        char line[64];
        snprintf(line, sizeof line, "%s: EACCES", shut[i]);
        assert_true(has(text, line));
    }
    assert_true(has(text, "library: done") || has(text, "library: ENOENT"));
}

static void test_forbidden(void **state)
{
    (void)state;
    static const char *const calls[] = { "connect", "fork", "exec", "write", "trace", "signal", "code" };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        assert_true(has(misbehave(calls[i], NULL), "invalid: a document of Word before 2007: the converter catdoc failed: "
                                                   "it was killed at a forbidden system call (SIGSYS)"));
    }
    /* The number by which it was started is gone, and no descriptor can be given it. */
    assert_true(has(misbehave("again", NULL), "forbidden system call"));
}

static void test_limits(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.cpu_seconds = 1;
    assert_true(has(misbehave("spin", &caps), "it needed more than 1 seconds of processor time (SIGXCPU)"));
    caps.wall_ms = 1500;
    assert_true(has(misbehave("hang", &caps), "it needed too much time"));
    assert_true(has(misbehave("linger", &caps), "it does not end"));
    assert_true(has(misbehave("flood", NULL), "it writes more than 1048576 bytes, 64 times the document"));
    caps = extract_default_caps;
    caps.memory_bytes = 128 << 20;
    assert_true(has(misbehave("memory", &caps), "memory: refused"));
}

static void test_ends(void **state)
{
    (void)state;
    assert_true(has(misbehave("crash", NULL), "it crashed (signal 11"));
    assert_true(has(misbehave("status", NULL), "it cannot read the document (status 7)"));
    assert_true(has(misbehave("binary", NULL), "its converter gives bytes that are no text"));
    assert_string_equal(misbehave("nothing", NULL), "");
    convert_test_program = "/usr/share/dict/../../bin/ldd"; /* a script, where it is there */
    AUTO_BUF struct buf file;
    struct caught caught;
    struct err err = ERR_INIT;
    buf_init(&file, 1 << 20);
    ole_word("x", NULL, NULL, &file);
    if (access("/usr/bin/ldd", X_OK) == 0 && access("/usr/share/dict", X_OK) == 0) {
        assert_int_equal(work("brief.doc", &file, NULL, &caught, &err), ERR_OK);
        assert_true(has(caught.records[0].problem, "it is no program (a script cannot be one)"));
        assert_int_equal(caught.records[0].lacks, EXTRACT_NEED_WORD); /* the next run tries again */
        caught_done(&caught);
    }
}

/* A text that is longer than a record may be is cut, and the record says so. */
static void test_cut(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.record_bytes = 2000;
    struct caught caught;
    AUTO_BUF struct buf file;
    buf_init(&file, 1 << 20);
    ole_word("MISBEHAVE:flood ", NULL, NULL, &file);
    convert_test_program = bad_program;
    assert_int_equal(work("brief.doc", &file, &caps, &caught, NULL), ERR_OK);
    assert_int_equal(caught.count, 1);
    assert_true(caught.records[0].cut > 0);
    assert_true(caught.records[0].text_len > 1000);
    assert_true(has(caught.records[0].note, "stopped at the limit"));
    caught_done(&caught);
}

/* What the layers do one by one: `omit` is left out, and the answer is in `ret_text`; returns the signal that ended it, or 0. */
static int run_without(unsigned omit, const char *what, char ret_text[4096])
{
    struct extract_caps caps = extract_default_caps;
    caps.weak_sandbox = true;
    FILE *document = tmpfile();
    int ends[2];
    pid_t pid;
    struct err err = ERR_INIT;
    assert_non_null(document);
    fprintf(document, "MISBEHAVE:%s ", what);
    fflush(document);
    rewind(document);
    assert_int_equal(pipe(ends), 0);
    const char *const arguments[] = { "bad", "/proc/self/fd/0", NULL };
    struct cage cage = { bad_program, arguments, fileno(document), ends[1], &caps, omit };
    if (cage_start(&cage, &pid, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used < 4095; used += got > 0 ? (size_t)got : 0) {
        got = read(ends[0], ret_text + used, 4095 - used);
    }
    ret_text[used] = '\0';
    close(ends[0]);
    fclose(document);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void test_layers(void **state)
{
    (void)state;
    char text[4096];
    /* A file on a disk is not what it gets otherwise: Landlock keeps it from opening that by its path. */
    assert_int_equal(run_without(EXTRACT_LANDLOCK, "connect", text), SIGSYS);
    assert_int_equal(run_without(EXTRACT_LANDLOCK, "files", text), 0);
    assert_true(has(text, "passwords: done"));
    assert_int_equal(run_without(EXTRACT_LANDLOCK | EXTRACT_SECCOMP, "connect", text), 0);
    assert_null(strstr(text, "connect: done")); /* an empty network namespace, where there is one, or Landlock */
    struct extract_caps caps = extract_default_caps;
    const char *const arguments[] = { "bad", "/proc/self/fd/0", NULL };
    static const unsigned required[] = { EXTRACT_LANDLOCK, EXTRACT_SECCOMP, EXTRACT_RLIMITS };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        struct cage cage = { bad_program, arguments, 0, 1, &caps, required[i] };
        struct err err = ERR_INIT;
        pid_t pid;
        assert_int_equal(cage_start(&cage, &pid, &err), ERR_IO);
        assert_true(has(err.text, "a layer of its sandbox is missing"));
    }
}

/* ---- Damage ------------------------------------------------------------------------------------------ */

static uint32_t random_next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    return *seed ^= *seed << 5;
}

static void test_damage(void **state)
{
    (void)state;
    AUTO_BUF struct buf good;
    uint32_t seed = 2463534242U;
    buf_init(&good, 1 << 20);
    for (int round = 0; round < 3000; round++) {
        struct caught caught;
        buf_clear(&good);
        if (round % 2 == 0) {
            ole_powerpoint(false, &good);
        } else {
            ole_word(WORD_TEXT, "Titel", "Auteur", &good);
        }
        for (uint32_t i = random_next(&seed) % 8 + 1; i > 0; i--) {
            uint32_t at = random_next(&seed) % 3 == 0 ? random_next(&seed) % 1600 : random_next(&seed) % (uint32_t)good.len;
            good.data[at] = (char)(random_next(&seed) % 3 == 0 ? 0xFF : random_next(&seed));
        }
        size_t len = round % 5 == 0 ? random_next(&seed) % good.len : good.len;
        char *exact = malloc(len > 0 ? len : 1); /* so that a sanitizer sees what is read behind the end */
        assert_non_null(exact);
        memcpy(exact, good.data, len);
        struct extract_input input = { .bytes = exact, .len = len, .name = "x", .caps = &extract_default_caps };
        caught.count = 0;
        enum err_code code = round % 2 == 0 ? ppt_run(&input, catch_record, &caught, NULL)
                                            : ole_run(&input, catch_record, &caught, NULL);
        assert_true(code == ERR_OK || code == ERR_INVALID);
        struct cfb cfb;
        struct meta meta;
        meta_init(&meta);
        if (cfb_open(&cfb, exact, len)) {
            assert_int_equal(ole_read_properties(&cfb, &meta, NULL), ERR_OK);
        }
        meta_done(&meta);
        free(exact);
        caught_done(&caught);
    }
}

/* ---- Files for t119 ------------------------------------------------------------------------------------ */

static int write_file(const char *folder, const char *name, const struct buf *file)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    bool done = out != NULL && !file->failed && fwrite(file->data, 1, file->len, out) == file->len;
    return out != NULL && fclose(out) == 0 && done ? 0 : 1;
}

static int write_files(const char *folder)
{
    static const char *const names[] = { "Begroting", "Blad2" }, *const texts[] = { "subsidie \xEB", "korfbalclub" };
    AUTO_BUF struct buf file;
    buf_init(&file, 1 << 20);
    ole_word(WORD_TEXT, "Een t\xEFtel", "J. de B\xE9", &file);
    int failed = write_file(folder, "brief.doc", &file);
    buf_clear(&file);
    ole_excel(names, texts, 2, &file);
    failed += write_file(folder, "tabel.xls", &file);
    buf_clear(&file);
    ole_powerpoint(false, &file);
    return failed + write_file(folder, "dia.ppt", &file);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "write") == 0) {
        return write_files(argv[2]);
    }
    const char *slash = strrchr(argv[0], '/');
    char relative[4096];
    int folder = slash != NULL ? (int)(slash - argv[0]) : 1;
    snprintf(relative, sizeof relative, "%.*s/bad-converter", folder, slash != NULL ? argv[0] : ".");
    if (realpath(relative, bad_program) == NULL) {
        return 99;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word),      cmocka_unit_test(test_excel),  cmocka_unit_test(test_powerpoint),
        cmocka_unit_test(test_absent),    cmocka_unit_test(test_rights), cmocka_unit_test(test_forbidden),
        cmocka_unit_test(test_limits),    cmocka_unit_test(test_ends),   cmocka_unit_test(test_cut),
        cmocka_unit_test(test_layers),    cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests_name("t049-legacy", tests, NULL, NULL);
}
