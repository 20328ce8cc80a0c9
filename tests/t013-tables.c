/* t013-tables.c - databases that were written and merged without Xapian hold what went in, as Xapian reads them.
 *
 * Random documents with awkward terms, positions, values and data are kept in a model beside, written as segments, merged with
 * some of them dead, and read back through Xapian.  Xapian's own check of the tables must find nothing.  Damaged tables are
 * merged too: an error or a database, never a crash.
 */
#include "tests/t010-shim.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "shim/peer.h"

/* Xapian's check deletes an object of its own by the wrong size, which AddressSanitizer would report; nothing else here is C++. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "new_delete_type_mismatch=0";
}

enum { TERMS = 400, DOCS = 600, LISTED = 60, POSITIONS = 40, SLOTS = 3 };

static const uint32_t slots[SLOTS] = { 0, 4, SHIM_SLOT_MAX };

struct name {
    char bytes[SHIM_TERM_MAX];
    size_t len;
};

struct listed {
    unsigned term;
    uint32_t wdf, count, positions[POSITIONS];
};

struct model {
    struct listed listed[LISTED];
    unsigned count;
    char values[SLOTS][12];
    char *data;
    size_t data_len;
    bool dead;
};

static struct name names[TERMS];
static struct model docs[DOCS];

/* Long ones, some that begin with others, some with NUL and 0xff. */
static void make_names(void)
{
    for (unsigned i = 0; i < TERMS; i++) {
        struct name *name = &names[i];
        name->len = (size_t)snprintf(name->bytes, sizeof name->bytes, "%u", i + 1);
        if (i % 10 == 1) {
            memset(name->bytes + name->len, 'x', SHIM_TERM_MAX - name->len);
            name->len = SHIM_TERM_MAX;
        } else if (i % 10 == 2) {
            memcpy(name->bytes + name->len, "\0\xff\0", 3);
            name->len += 3;
        } else if (i % 10 == 3) {
            name->bytes[name->len++] = '\0';
        } else if (i % 10 == 4) {
            memmove(name->bytes + 1, name->bytes, name->len++);
            name->bytes[0] = '\0';
        }
    }
}

static unsigned pick_term(void)
{
    return dice(4) == 0 ? dice(TERMS) : dice(8);
}

static void make_doc(struct model *doc)
{
    bool taken[TERMS] = { false };
    *doc = (struct model){ .count = 1 + dice(LISTED - 1) };
    for (unsigned i = 0; i < doc->count; i++) {
        struct listed *listed = &doc->listed[i];
        do {
            listed->term = pick_term();
        } while (taken[listed->term] && dice(20) != 0);
        if (taken[listed->term]) {
            doc->count = i;
            break;
        }
        taken[listed->term] = true;
        listed->wdf = dice(5) == 0 ? dice(100000) : dice(4);
        listed->count = dice(3) == 0 ? 0 : dice(POSITIONS);
        uint32_t position = dice(10) == 0 ? UINT32_MAX - 200 * POSITIONS : 0;
        for (unsigned k = 0; k < listed->count; k++) {
            position += 1 + dice(dice(5) == 0 ? 190 : 3);
            listed->positions[k] = position;
        }
    }
    for (unsigned i = 0; i < SLOTS; i++) {
        if (dice(3) != 0) {
            snprintf(doc->values[i], sizeof doc->values[i], "%u", dice(5000));
        }
    }
    doc->data_len = dice(4) == 0 ? dice(30000) : dice(300);
    doc->data = malloc(doc->data_len + 1);
    for (size_t i = 0; i < doc->data_len; i++) {
        doc->data[i] = (char)dice(256);
    }
}

/* Some terms go in as two entries, which must become one. */
static void add_doc(struct shim_writer *writer, const struct model *model)
{
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    OK(shim_doc_new(&doc, &err));
    for (unsigned i = 0; i < model->count; i++) {
        const struct listed *listed = &model->listed[i];
        const struct name *name = &names[listed->term];
        uint32_t half = dice(6) == 0 ? listed->count / 2 : 0, part = dice(2) ? listed->wdf / 3 : 0;
        if (half > 0 || part > 0) {
            OK(shim_doc_add_positions(doc, name->bytes, name->len, listed->positions + half, listed->count - half,
                                      listed->wdf - part, &err));
            OK(shim_doc_add_positions(doc, name->bytes, name->len, listed->positions, half + (half > 0), part, &err));
        } else {
            OK(shim_doc_add_positions(doc, name->bytes, name->len, listed->positions, listed->count, listed->wdf, &err));
        }
    }
    for (unsigned i = 0; i < SLOTS; i++) {
        OK(shim_doc_set_value(doc, slots[i], model->values[i], strlen(model->values[i]), &err));
    }
    OK(shim_doc_set_data(doc, model->data, model->data_len, &err));
    OK(shim_writer_add(writer, doc, NULL, &err));
}

static void write_segment(const char *name, unsigned from, unsigned to)
{
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    OK(shim_writer_create(in(name), &writer, &err));
    for (unsigned i = from; i < to; i++) {
        add_doc(writer, &docs[i]);
    }
    OK(shim_writer_commit(writer, &err));
    OK(peer_check(in(name), &err));
}

static void check_doc(struct shim_reader *reader, const struct model *model, uint32_t docid)
{
    AUTO_BUF struct buf data;
    buf_init(&data, 1 << 20);
    OK(shim_reader_data(reader, docid, &data, &err));
    assert_int_equal(data.len, model->data_len);
    assert_true(data.len == 0 || memcmp(data.data, model->data, data.len) == 0);
    for (unsigned i = 0; i < model->count; i++) {
        const struct listed *listed = &model->listed[i];
        const struct name *name = &names[listed->term];
        const uint32_t *positions = NULL;
        size_t count = 0;
        OK(shim_reader_positions(reader, docid, name->bytes, name->len, &positions, &count, &err));
        assert_int_equal(count, listed->count);
        assert_true(count == 0 || memcmp(positions, listed->positions, count * sizeof *positions) == 0);
        bool present = false;
        OK(shim_reader_present(reader, name->bytes, name->len, &docid, 1, &present, &err));
        assert_true(present);
    }
    for (unsigned i = 0; i < SLOTS; i++) {
        char value[12] = "";
        size_t len = strlen(model->values[i]);
        OK(shim_reader_values(reader, slots[i], &docid, 1, len > 0 ? len : 1, value, &err));
        assert_string_equal(value, model->values[i]);
    }
}

/* Every term has as many documents as in the model, and no others are there. */
static void check_terms(struct shim_reader *reader, unsigned from, unsigned to)
{
    uint32_t freqs[TERMS] = { 0 };
    unsigned expected = 0;
    for (unsigned i = from; i < to; i++) {
        for (unsigned k = 0; k < docs[i].count && !docs[i].dead; k++) {
            expected += freqs[docs[i].listed[k].term]++ == 0;
        }
    }
    for (unsigned i = 0; i < TERMS; i++) {
        uint32_t freq = 0;
        OK(shim_reader_term_freq(reader, names[i].bytes, names[i].len, &freq, &err));
        assert_int_equal(freq, freqs[i]);
    }
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    OK(shim_terms_open(reader, "", 0, &terms, &err));
    unsigned found = 0;
    for (;;) {
        const char *name;
        size_t len;
        uint32_t freq;
        OK(shim_terms_next(terms, &name, &len, &freq, &err));
        if (name == NULL) {
            break;
        }
        found++;
    }
    assert_int_equal(found, expected);
}

static void check_database(const char *name, unsigned from, unsigned to)
{
    OK(peer_check(in(name), &err));
    READER(reader, name);
    uint32_t docid = 0;
    double length = 0;
    for (unsigned i = from; i < to; i++) {
        if (!docs[i].dead) {
            check_doc(reader, &docs[i], ++docid);
            for (unsigned k = 0; k < docs[i].count; k++) {
                length += docs[i].listed[k].wdf;
            }
        }
    }
    assert_int_equal(shim_reader_doc_count(reader), docid);
    assert_int_equal(shim_reader_last_docid(reader, 0), docid);
    assert_true(docid == 0 || fabs(shim_reader_average_length(reader) - length / docid) < 1e-6);
    check_terms(reader, from, to);
}

static void make_docs(void)
{
    make_names();
    for (unsigned i = 0; i < DOCS; i++) {
        make_doc(&docs[i]);
    }
}

static void free_docs(void)
{
    for (unsigned i = 0; i < DOCS; i++) {
        free(docs[i].data);
        docs[i].data = NULL;
    }
}

static void test_segments_and_merges(void **state)
{
    (void)state;
    static const unsigned cuts[] = { 0, 1, 1, 250, 400, DOCS };
    uint32_t dead[5][DOCS];
    struct shim_source sources[5];
    make_docs();
    for (unsigned i = 0; i < 5; i++) {
        char name[8];
        snprintf(name, sizeof name, "s%u", i);
        write_segment(name, cuts[i], cuts[i + 1]);
        check_database(name, cuts[i], cuts[i + 1]);
        sources[i] = (struct shim_source){ strdup(in(name)), dead[i], 0 };
    }
    OK(shim_merge(sources, 5, in("all"), NULL, &err));
    check_database("all", 0, DOCS);
    for (unsigned i = 0; i < 5; i++) {
        for (unsigned k = cuts[i]; k < cuts[i + 1]; k++) {
            docs[k].dead = i == 4 ? k % 2 == 0 : dice(5) == 0;
            if (docs[k].dead) {
                dead[i][sources[i].dead_count++] = k - cuts[i] + 1;
            }
        }
    }
    OK(shim_merge(sources, 5, in("living"), NULL, &err));
    check_database("living", 0, DOCS);
    const struct shim_source one = { .path = in("living") };
    OK(shim_merge(&one, 1, in("again"), NULL, &err));
    check_database("again", 0, DOCS);
    for (unsigned i = 0; i < 5; i++) {
        free((char *)(uintptr_t)sources[i].path);
    }
    free_docs();
}

/* Docids of two, three and four bytes in keys; postings of many chunks. */
static void test_many_documents(void **state)
{
    (void)state;
    enum { MANY = 70000 };
    CLEANUP(shim_writer_free_cleanup) struct shim_writer *writer = NULL;
    CLEANUP(shim_doc_free_cleanup) struct shim_doc *doc = NULL;
    OK(shim_doc_new(&doc, &err));
    OK(shim_writer_create(in("many"), &writer, &err));
    for (uint32_t i = 1; i <= MANY; i++) {
        char word[16], value[8];
        int len = snprintf(word, sizeof word, "n%u", i);
        uint32_t position = i;
        snprintf(value, sizeof value, "%07u", i);
        OK(shim_doc_clear(doc, &err));
        OK(shim_doc_add_positions(doc, "all", 3, &position, 1, i % 300, &err));
        OK(shim_doc_add_term(doc, word, (size_t)len, 1, &err));
        OK(shim_doc_set_value(doc, SLOT, value, 7, &err));
        OK(shim_doc_set_data(doc, word, (size_t)len, &err));
        OK(shim_writer_add(writer, doc, NULL, &err));
    }
    OK(shim_writer_commit(writer, &err));
    static uint32_t dead[MANY];
    size_t dead_count = 0;
    for (uint32_t i = 1; i <= MANY; i += 3) {
        dead[dead_count++] = i;
    }
    const struct shim_source twice[] = { { in("many"), dead, dead_count }, { .path = in("many") } };
    OK(shim_merge(twice, 2, in("twice"), NULL, &err));
    OK(peer_check(in("twice"), &err));
    READER(reader, "twice");
    uint32_t left = MANY - (uint32_t)dead_count;
    assert_int_equal(shim_reader_doc_count(reader), left + MANY);
    for (uint32_t i = 1; i <= MANY; i += 1 + dice(400)) {
        char word[16];
        uint32_t docids[4];
        size_t count = 0, len = (size_t)snprintf(word, sizeof word, "n%u", i);
        OK(shim_reader_find(reader, word, len, docids, 4, &count, &err));
        assert_int_equal(count, i % 3 == 1 ? 1 : 2);
        assert_int_equal(docids[count - 1], left + i);
        assert_true(count == 1 || docids[0] == i - (i + 2) / 3);
        const uint32_t *positions = NULL;
        OK(shim_reader_positions(reader, docids[0], "all", 3, &positions, &count, &err));
        assert_true(count == 1 && positions[0] == i);
        AUTO_BUF struct buf data;
        buf_init(&data, 100);
        OK(shim_reader_data(reader, docids[0], &data, &err));
        assert_string_equal(data.data, word);
    }
}

/* What a hook makes of the data is what the result has. */
static enum err_code shout(void *context, size_t source, uint32_t docid, const char *data, size_t len, struct buf *out,
                           struct err *error)
{
    unsigned *calls = context;
    (void)error;
    ++*calls;
    buf_printf(out, "%zu:%u:%.*s!", source, docid, (int)len, data);
    return ERR_OK;
}

static void test_data_hook(void **state)
{
    (void)state;
    static const char *const texts[] = { "een", "twee", "drie" };
    static const uint32_t dead[] = { 2 };
    unsigned calls = 0;
    const struct shim_merge_hooks hooks = { .on_data = shout, .context = &calls };
    make_database("a", texts, 3);
    make_database("b", texts, 1);
    const struct shim_source sources[] = { { in("a"), dead, 1 }, { .path = in("b") } };
    OK(shim_merge(sources, 2, in("m"), &hooks, &err));
    assert_int_equal(calls, 3);
    READER(reader, "m");
    AUTO_BUF struct buf data;
    buf_init(&data, 100);
    for (uint32_t docid = 1; docid <= 3; docid++) {
        OK(shim_reader_data(reader, docid, &data, &err));
    }
    assert_string_equal(data.data, "0:1:een!0:3:drie!1:1:een!");
}

/* Changes one byte of a file, or cuts it off, and returns what undoes it. */
static void damage(const char *path, off_t at, unsigned char with)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &with, 1, at), 1);
    close(fd);
}

static void test_damage(void **state)
{
    (void)state;
    static const char *const files[] = { "postlist.glass", "position.glass", "docdata.glass", "iamglass" };
    const char *rounds = getenv("NASLAG_DAMAGES");
    unsigned failed = 0, count = rounds != NULL ? (unsigned)atoi(rounds) : 600;
    make_docs();
    write_segment("s", 0, 60);
    free_docs();
    for (unsigned round = 0; round < count; round++) {
        char path[600];
        struct stat status;
        unsigned char old;
        snprintf(path, sizeof path, "%s/%s", in("s"), files[dice(4)]);
        assert_int_equal(stat(path, &status), 0);
        off_t at = dice(4) == 0 ? (off_t)dice(16) + (off_t)(dice((unsigned)status.st_size) / 8192) * 8192
                                : (off_t)dice((unsigned)status.st_size);
        at = at < status.st_size ? at : 0;
        int fd = open(path, O_RDONLY);
        assert_int_equal(pread(fd, &old, 1, at), 1);
        close(fd);
        damage(path, at, (unsigned char)(old ^ (1U << dice(8))));
        const struct shim_source source = { .path = in("s") };
        failed += shim_merge(&source, 1, in("m"), NULL, &err) != ERR_OK;
        assert_int_equal(io_remove_tree(in("m"), NULL), ERR_OK);
        damage(path, at, old);
    }
    assert_true(failed > count / 20);
    const struct shim_source source = { .path = in("s") };
    OK(shim_merge(&source, 1, in("m"), NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_segments_and_merges, make_sandbox, remove_sandbox),
        cmocka_unit_test_setup_teardown(test_many_documents, make_sandbox, remove_sandbox),
        cmocka_unit_test_setup_teardown(test_data_hook, make_sandbox, remove_sandbox),
        cmocka_unit_test_setup_teardown(test_damage, make_sandbox, remove_sandbox),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
