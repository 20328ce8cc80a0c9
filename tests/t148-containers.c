/* t148-containers.c - archives: every member is a record of its own, whatever the archive holds or does. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tests/extract-test.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "extract/nest.h"

#define PACKED_MAX (4 << 20)

struct packed {
    char bytes[PACKED_MAX];
    size_t len;
    struct archive *archive;
};

static struct packed *pack_begin(const char *format, const char *filter)
{
    struct packed *packed = calloc(1, sizeof *packed);
    assert_non_null(packed);
    packed->archive = archive_write_new();
    assert_int_equal(archive_write_set_format_by_name(packed->archive, format), ARCHIVE_OK);
    if (filter != NULL) {
        assert_int_equal(archive_write_add_filter_by_name(packed->archive, filter), ARCHIVE_OK);
    }
    assert_int_equal(archive_write_open_memory(packed->archive, packed->bytes, PACKED_MAX, &packed->len), ARCHIVE_OK);
    return packed;
}

static void pack_add(struct packed *packed, const char *name, const void *bytes, size_t len)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)len);
    assert_true(archive_write_header(packed->archive, entry) >= ARCHIVE_WARN);
    assert_int_equal(archive_write_data(packed->archive, bytes, len), len);
    archive_entry_free(entry);
}

static void pack_link(struct packed *packed, const char *name, const char *target, bool hard)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, hard ? AE_IFREG : AE_IFLNK);
    archive_entry_set_perm(entry, 0644);
    if (hard) {
        archive_entry_set_hardlink(entry, target);
    } else {
        archive_entry_set_symlink(entry, target);
    }
    archive_entry_set_size(entry, 0);
    assert_true(archive_write_header(packed->archive, entry) >= ARCHIVE_WARN);
    archive_entry_free(entry);
}

static void pack_text(struct packed *packed, const char *name, const char *text)
{
    pack_add(packed, name, text, strlen(text));
}

static void pack_end(struct packed *packed)
{
    assert_int_equal(archive_write_close(packed->archive), ARCHIVE_OK);
    archive_write_free(packed->archive);
}

static const struct extract_record *find(const struct caught *caught, const char *id)
{
    for (size_t i = 0; i < caught->count; i++) {
        assert_int_equal(caught->records[i].position, i);
        if (strcmp(caught->records[i].id, id) == 0) {
            return &caught->records[i];
        }
    }
    for (size_t i = 0; i < caught->count; i++) {
        print_message("id '%s' %s\n", caught->records[i].id, caught->records[i].problem);
    }
    fail_msg("no record '%s' among %zu", id, caught->count);
    return NULL;
}

static void run(const char *name, const struct packed *packed, struct caught *caught)
{
    struct err err = ERR_INIT;
    if (run_capped(name, packed->bytes, packed->len, &extract_default_caps, caught, &err) != ERR_OK) {
        fail_msg("%s: %s", name, err.text);
    }
}

static void test_kinds_of_archive(void **state)
{
    (void)state;
    static const struct {
        const char *format, *filter;
    } kinds[] = { { "zip", NULL }, { "ustar", NULL }, { "pax", "gzip" }, { "gnutar", "bzip2" }, { "7zip", NULL },
                  { "pax", "xz" }, { "v7tar", NULL }, { "pax", "zstd" } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct caught caught;
        struct packed *packed = pack_begin(kinds[i].format, kinds[i].filter);
        pack_text(packed, "map/een.txt", "Eerste stuk over de gemeente.");
        pack_text(packed, "map/twee", "<html><title>Twee</title><p>Tweede stuk");
        pack_add(packed, "beeld.pdf", "GIF89a\1\0", 8);
        pack_add(packed, "leeg.txt", "", 0);
        pack_end(packed);
        run("zonder-ending", packed, &caught);
        assert_int_equal(caught.count, 4);
        assert_string_equal(find(&caught, "map/een.txt")->text, "Eerste stuk over de gemeente.");
        assert_string_equal(find(&caught, "map/twee")->title, "Twee");
        assert_true(find(&caught, "beeld.pdf")->skipped);
        assert_non_null(strstr(find(&caught, "beeld.pdf")->problem, "image/gif"));
        assert_string_equal(find(&caught, "leeg.txt")->problem, "");
        caught_done(&caught);
        free(packed);
    }
}

/* An archive of archives, and a packed file in it. */
static void test_nesting(void **state)
{
    (void)state;
    struct caught caught;
    struct packed *levels[7];
    for (int i = 0; i < 7; i++) {
        levels[i] = pack_begin(i % 3 == 0 ? "zip" : i % 3 == 1 ? "pax" : "7zip", i % 3 == 1 ? "gzip" : NULL);
        pack_text(levels[i], "tekst.txt", "Een tekst.");
        if (i > 0) {
            pack_add(levels[i], "binnen", levels[i - 1]->bytes, levels[i - 1]->len);
        }
        pack_end(levels[i]);
    }
    run("buiten.zip", levels[3], &caught);
    find(&caught, "tekst.txt");
    find(&caught, "binnen!/tekst.txt");
    find(&caught, "binnen!/binnen!/tekst.txt");
    find(&caught, "binnen!/binnen!/binnen!/tekst.txt");
    assert_int_equal(caught.count, 4);
    caught_done(&caught);
    run("buiten.zip", levels[6], &caught);
    assert_int_equal(caught.count, 5);
    const struct extract_record *deep = find(&caught, "binnen!/binnen!/binnen!/binnen");
    assert_true(deep->skipped);
    assert_string_equal(deep->problem, "nested deeper than 4 containers");
    caught_done(&caught);
    for (int i = 0; i < 7; i++) {
        free(levels[i]);
    }
}

static void test_names(void **state)
{
    (void)state;
    struct caught caught;
    char longest[1400];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    struct packed *packed = pack_begin("pax", NULL);
    pack_text(packed, "../../etc/passwd", "een");
    pack_text(packed, "/wortel/./a//b.txt", "twee");
    pack_text(packed, "dubbel.txt", "drie");
    pack_text(packed, "dubbel.txt", "vier");
    pack_text(packed, "reg\nel\x01.txt", "vijf");
    pack_text(packed, "map\\windows.txt", "zes");
    pack_text(packed, "..", "zeven");
    pack_text(packed, longest, "acht");
    longest[sizeof longest - 2] = 'y';
    pack_text(packed, longest, "negen");
    pack_end(packed);
    run("namen.tar", packed, &caught);
    assert_int_equal(caught.count, 9);
    assert_string_equal(find(&caught, "etc/passwd")->text, "een");
    assert_string_equal(find(&caught, "wortel/a/b.txt")->text, "twee");
    assert_string_equal(find(&caught, "dubbel.txt")->text, "drie");
    assert_string_equal(find(&caught, "dubbel.txt#2")->text, "vier");
    assert_string_equal(find(&caught, "reg el.txt")->text, "vijf");
    assert_string_equal(find(&caught, "map/windows.txt")->text, "zes");
    assert_string_equal(find(&caught, "naamloos")->text, "zeven");
    assert_string_not_equal(caught.records[7].id, caught.records[8].id);
    assert_true(strlen(caught.records[7].id) <= extract_default_caps.title_bytes);
    caught_done(&caught);
    free(packed);
}

static enum err_code run_noted(const struct packed *packed, const struct extract_caps *caps, struct caught *caught,
                               char note[NEST_NOTE_MAX])
{
    CLEANUP(nest_done) struct nest nest;
    CLEANUP(stream_done) struct stream stream;
    struct err err = ERR_INIT;
    caught->count = 0;
    stream_of_bytes(&stream, packed->bytes, packed->len);
    assert_int_equal(nest_init(&nest, caps, packed->len, catch_record, caught, &err), ERR_OK);
    enum err_code code = nest_file(&nest, &stream, "x", &err);
    nest_note(&nest, note);
    return code;
}

/* A link leaves a trace. */
static void test_links(void **state)
{
    (void)state;
    struct packed *packed = pack_begin("pax", NULL);
    struct caught caught;
    pack_text(packed, "een.txt", "gemeente");
    pack_link(packed, "twee.txt", "een.txt", true);
    pack_link(packed, "map/drie.txt", "../een.txt", false);
    pack_end(packed);
    run("stukken.tar", packed, &caught);
    assert_int_equal(caught.count, 3);
    assert_string_equal(find(&caught, "een.txt")->text, "gemeente");
    assert_string_equal(find(&caught, "twee.txt")->problem, "link to een.txt");
    assert_true(find(&caught, "twee.txt")->skipped);
    assert_string_equal(find(&caught, "map/drie.txt")->problem, "link to ../een.txt");
    caught_done(&caught);
    free(packed);
}

/* What lies behind a member that unpacks to too much is counted where that takes no unpacking. */
static void test_behind_a_burst(void **state)
{
    (void)state;
    static const char *const formats[] = { "zip", "pax", "7zip" };
    struct extract_caps caps = extract_default_caps;
    size_t len = (size_t)2 << 20;
    AUTO_FREE char *bomb = malloc(len);
    assert_non_null(bomb);
    memset(bomb, 'a', len);
    caps.expanded_bytes = (uint64_t)1 << 20;
    caps.file_bytes = 10000;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char note[NEST_NOTE_MAX];
        struct caught caught;
        struct packed *packed = pack_begin(formats[i], NULL);
        pack_text(packed, "een.txt", "gemeente");
        pack_add(packed, "bom.txt", bomb, len);
        pack_text(packed, "drie.txt", "gemeente");
        pack_text(packed, "vier.txt", "gemeente");
        pack_end(packed);
        assert_int_equal(run_noted(packed, &caps, &caught, note), ERR_OK);
        assert_non_null(find(&caught, "een.txt"));
        const struct extract_record *record = find(&caught, "bom.txt");
        assert_true(record->cut > 900000);
        assert_string_equal(record->note, "at least: unpacking was stopped");
        assert_non_null(strstr(note, "cut off after 10"));
        assert_non_null(strstr(note, i < 2 ? "; 2 members behind that were not read" : "; what may come behind that was not read"));
        caught_done(&caught);
        free(packed);
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct caught caught;
    char note[NEST_NOTE_MAX];
    struct extract_caps caps = extract_default_caps;
    struct packed *packed = pack_begin("zip", NULL);
    for (int i = 0; i < 30; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d.txt", i);
        pack_text(packed, name, "tekst");
    }
    pack_end(packed);
    assert_int_equal(run_noted(packed, &caps, &caught, note), ERR_OK);
    assert_int_equal(caught.count, 30);
    assert_string_equal(note, "");
    caught_done(&caught);
    caps.members = 10;
    assert_int_equal(run_noted(packed, &caps, &caught, note), ERR_OK);
    assert_int_equal(caught.count, 10);
    assert_string_equal(note, "cut off: 20 members over the limit of 10");
    caught_done(&caught);
    free(packed);

    /* A bomb: the member says so, the note tells how much, nothing after it is read. */
    caps = extract_default_caps;
    char *letters = malloc(80 << 20);
    assert_non_null(letters);
    memset(letters, 'a', 80 << 20);
    packed = pack_begin("zip", NULL);
    pack_text(packed, "voor.txt", "voor");
    pack_add(packed, "bom.txt", letters, 80 << 20);
    pack_text(packed, "na.txt", "na");
    pack_end(packed);
    free(letters);
    assert_int_equal(run_noted(packed, &caps, &caught, note), ERR_OK);
    assert_int_equal(caught.count, 2);
    assert_string_equal(caught.records[0].text, "voor");
    assert_non_null(strstr(caught.records[1].problem, "unpacking gives more than"));
    assert_int_equal(strncmp(note, "cut off after ", 14), 0);
    caught_done(&caught);
    free(packed);
}

static void test_packed_file(void **state)
{
    (void)state;
    struct caught caught;
    struct packed *packed = pack_begin("raw", "gzip");
    pack_text(packed, "x", "# Kop\n\nEen los ingepakt stuk.");
    pack_end(packed);
    run("map/stuk.md.gz", packed, &caught);
    assert_int_equal(caught.count, 1);
    assert_string_equal(caught.records[0].id, "");
    assert_non_null(strstr(caught.records[0].text, "los ingepakt"));
    caught_done(&caught);
    free(packed);
}

/* Cut off or damaged anywhere: records or a reason, never a crash. */
static void test_damage(void **state)
{
    (void)state;
    static const char *const formats[] = { "zip", "pax", "7zip" };
    uint32_t seed = 3;
    for (size_t f = 0; f < 3; f++) {
        struct packed *packed = pack_begin(formats[f], NULL);
        pack_text(packed, "a.txt", "Een stuk tekst van enige lengte, om te beschadigen.");
        pack_text(packed, "b.eml", "From: a@b\nTo: b@c\nSubject: x\n\nTekst");
        pack_end(packed);
        for (int round = 0; round < 400; round++) {
            AUTO_FREE char *copy = malloc(packed->len);
            size_t len = packed->len;
            struct caught caught;
            struct err err = ERR_INIT;
            memcpy(copy, packed->bytes, len);
            for (int i = 0; i < 3; i++) {
                seed = seed * 1664525U + 1013904223U;
                copy[(seed >> 8) % len] ^= (char)(1 << (seed & 7));
            }
            if (round % 4 == 0) {
                len = (seed >> 8) % len;
            }
            enum err_code code = run_capped("x", copy, len, &extract_default_caps, &caught, &err);
            assert_true(code == ERR_OK || (code == ERR_INVALID && err.text[0] != '\0'));
            caught_done(&caught);
        }
        free(packed);
    }
}

/* ---- In the worker -------------------------------------------------------------------------- */

static enum err_code misbehave(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    (void)sink;
    (void)context;
    if (strcmp(input->name, "crash.naslag-test") == 0) {
        raise(SIGSEGV);
    } else if (strcmp(input->name, "spin.naslag-test") == 0) {
        for (volatile unsigned i = 0;; i++) {
        }
    }
    return err_set(err, ERR_INVALID, "tested");
}

static void test_a_death_costs_one_member(void **state)
{
    (void)state;
    struct extract_caps caps = extract_default_caps;
    caps.wall_ms = 1500;
    extract_test_format = misbehave;
    struct packed *inner = pack_begin("zip", NULL);
    pack_text(inner, "crash.naslag-test", "x");
    pack_text(inner, "diep.txt", "diep");
    pack_end(inner);
    struct packed *packed = pack_begin("pax", "gzip");
    pack_text(packed, "een.txt", "een");
    pack_text(packed, "crash.naslag-test", "x");
    pack_text(packed, "twee.txt", "twee");
    pack_add(packed, "binnen.zip", inner->bytes, inner->len);
    pack_text(packed, "spin.naslag-test", "x");
    pack_text(packed, "fout.naslag-test", "x");
    pack_text(packed, "drie.txt", "drie");
    pack_end(packed);
    char path[] = "/tmp/naslag-t148-XXXXXX";
    AUTO_CLOSE int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, packed->bytes, packed->len), packed->len);
    struct extract_worker *worker;
    struct caught caught = { .count = 0 };
    struct err err = ERR_INIT;
    bool more = true;
    assert_int_equal(extract_worker_new(&caps, &worker, &err), ERR_OK);
    enum err_code code = extract_worker_start(worker, fd, "x.tgz", 0, packed->len, &err);
    while (code == ERR_OK && more) {
        code = extract_worker_next(worker, &caught.records[caught.count], &more, &err);
        caught.count += code == ERR_OK && more;
    }
    assert_int_equal(code, ERR_OK);
    assert_string_equal(extract_worker_note(worker), "");
    assert_int_equal(caught.count, 8);
    assert_string_equal(find(&caught, "een.txt")->text, "een");
    assert_string_equal(find(&caught, "twee.txt")->text, "twee");
    assert_string_equal(find(&caught, "binnen.zip!/diep.txt")->text, "diep");
    assert_string_equal(find(&caught, "drie.txt")->text, "drie");
    assert_non_null(strstr(find(&caught, "crash.naslag-test")->problem, "crashed"));
    assert_non_null(strstr(find(&caught, "binnen.zip!/crash.naslag-test")->problem, "crashed"));
    assert_non_null(strstr(find(&caught, "spin.naslag-test")->problem, "1500 ms"));
    assert_non_null(strstr(find(&caught, "fout.naslag-test")->problem, "tested"));
    assert_false(find(&caught, "fout.naslag-test")->skipped);
    caught_done(&caught);
    extract_worker_free(worker);
    free(inner);
    free(packed);
    extract_test_format = NULL;
    errno = 0;
    assert_true(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_of_archive), cmocka_unit_test(test_nesting),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_limits),           cmocka_unit_test(test_packed_file), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_links),            cmocka_unit_test(test_behind_a_burst),
        cmocka_unit_test(test_a_death_costs_one_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
