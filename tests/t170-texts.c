/* t170-texts.c - stored texts with a dictionary, and moving them: round trips, damage, merges of hand-made store files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "indexer/spool.h"
#include "indexer/texts.h"
#include "tests/text-fixture.h"
#include "text/doc_head.h"
#include "text/schema.h"

#define DOC_BLOCKS_MAX 12

static char directory[256], folder[272];

/* A fresh index directory with a folder for texts. */
static void begin(const char *name)
{
    snprintf(directory, sizeof directory, "%s", fixture_path(name));
    snprintf(folder, sizeof folder, "%s/%s", directory, SCHEMA_TEXTS);
    assert_int_equal(io_remove_tree(directory, NULL), ERR_OK);
    assert_int_equal(io_make_dirs(folder, NULL), ERR_OK);
}

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Sentences that an archive has in common, with words and numbers that it has not; a pure function of the seed. */
static void write_text(uint32_t seed, size_t len, struct buf *out)
{
    static const char *const pieces[] = {
        "De raad van de gemeente besluit, gelezen het voorstel van het college van burgemeester en wethouders, ",
        "gelet op artikel %u van de Algemene wet bestuursrecht, ", "vast te stellen de volgende verordening. ", "besluit %x\n",
        "De subsidie bedraagt ten hoogste %u euro voor ieder kalenderjaar. ", "korfbal%x en hockey%x ",
        "Belanghebbenden kunnen binnen zes weken bezwaar maken tegen dit besluit. ", "op het adres Dorpsstraat %u ",
    };
    uint32_t state = seed * 2654435761u + 1;
    size_t start = out->len;
    while (out->len - start < len) {
        state = state * 1664525u + 1013904223u;
        const char *piece = pieces[(state >> 20) % (sizeof pieces / sizeof *pieces)];
        for (const char *c = piece; *c != '\0'; c++) {
            if (*c != '%') {
                buf_add_char(out, *c);
                continue;
            }
            c++;
            state = state * 1664525u + 1013904223u;
            buf_printf(out, *c == 'u' ? "%u" : "%x", (state >> 16) % 50000);
        }
    }
    assert_false(out->failed);
}

/* The text of document `seed`: 0 to DOC_BLOCKS_MAX blocks, some with pages and pieces that are hidden. */
static size_t write_document(struct store_writer *writer, uint32_t seed, uint64_t *ret_offset)
{
    AUTO_BUF struct buf text;
    buf_init(&text, FIXTURE_TEXT_MAX);
    uint32_t position = SCHEMA_TEXT_POSITION, blocks = seed % DOC_BLOCKS_MAX;
    store_begin(writer);
    for (uint32_t i = 0; i < blocks; i++) {
        size_t from = text.len;
        write_text(seed * 100 + i, 500 + 300 * (i % 7), &text);
        if (seed % 3 == 0) {
            store_add_page(writer, position, (uint32_t)from);
        }
        if (seed % 5 == 0) {
            store_add_hidden(writer, position + 1, (uint32_t)from + 3, (uint32_t)from + 40);
        }
        store_add_block(writer, text.data + from, text.len - from, position, (uint32_t)from);
        position += 1000;
    }
    assert_int_equal(store_end(writer, position, ret_offset, NULL), ERR_OK);
    return text.len;
}

static void check_document(struct store *store, uint32_t seed, uint64_t offset)
{
    AUTO_BUF struct buf text, wanted;
    struct store_text stored;
    buf_init(&text, FIXTURE_TEXT_MAX);
    buf_init(&wanted, FIXTURE_TEXT_MAX);
    uint32_t blocks = seed % DOC_BLOCKS_MAX;
    assert_int_equal(store_get(store, offset, &stored, NULL), ERR_OK);
    assert_int_equal(stored.block_count, blocks);
    assert_int_equal(stored.page_count, seed % 3 == 0 ? blocks : 0);
    assert_int_equal(stored.hidden_count, seed % 5 == 0 ? blocks : 0);
    assert_int_equal(stored.free_position, SCHEMA_TEXT_POSITION + 1000 * blocks);
    for (uint32_t i = 0; i < blocks; i++) {
        assert_int_equal(store_block_at(&stored, i).offset, wanted.len);
        assert_int_equal(store_block_at(&stored, i).position, SCHEMA_TEXT_POSITION + 1000 * i);
        if (stored.page_count > 0) {
            assert_int_equal(store_page_at(&stored, i).offset, wanted.len);
        }
        if (stored.hidden_count > 0) {
            assert_int_equal(store_hidden_at(&stored, i).end, wanted.len + 40);
        }
        assert_int_equal(store_read_block(&stored, i, &text, NULL), ERR_OK);
        write_text(seed * 100 + i, 500 + 300 * (i % 7), &wanted);
    }
    assert_int_equal(text.len, wanted.len);
    assert_int_equal(text.len, stored.text_len);
    assert_true(text.len == 0 || memcmp(text.data, wanted.data, text.len) == 0);
}

static struct dictionary *train(uint64_t text_bytes)
{
    CLEANUP(trainer_free_cleanup) struct trainer *trainer = NULL;
    struct dictionary *dictionary = NULL;
    assert_int_equal(trainer_new(text_bytes, text_bytes, &trainer, NULL), ERR_OK);
    for (uint64_t shown = 0, seed = 1000000; shown < text_bytes; seed++) {
        AUTO_BUF struct buf text;
        buf_init(&text, FIXTURE_TEXT_MAX);
        write_text((uint32_t)seed, 20000, &text);
        trainer_add(trainer, text.data, text.len);
        shown += text.len;
    }
    assert_int_equal(trainer_write(trainer, folder, &dictionary, NULL), ERR_OK);
    return dictionary;
}

/* Documents [first, first + count) in a store file. */
static void make_store(const char *name, struct dictionary *dictionary, uint32_t first, uint32_t count, uint64_t *offsets)
{
    CLEANUP(store_writer_free_cleanup) struct store_writer *writer = NULL;
    assert_int_equal(store_writer_new(in_folder(name), dictionary, &writer, NULL), ERR_OK);
    for (uint32_t i = 0; i < count; i++) {
        write_document(writer, first + i, &offsets[i]);
    }
    assert_int_equal(store_writer_sync(writer, NULL), ERR_OK);
}

static uint64_t size_of(const char *name)
{
    return io_tree_size(in_folder(name));
}

/* ---- Dictionaries ------------------------------------------------------------------------- */

static void test_round_trip(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    uint64_t plain[COUNT], packed[COUNT], copied[COUNT], text = 0;
    CLEANUP(store_free_cleanup) struct store *first = NULL, *second = NULL, *third = NULL;
    begin("round-trip");
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = train(1 << 20);
    assert_non_null(dictionary);
    make_store("t1", NULL, 1, COUNT, plain);
    make_store("t2", dictionary, 1, COUNT, packed);
    assert_int_equal(store_open(in_folder("t1"), &first, NULL), ERR_OK);
    assert_int_equal(store_open_beside(in_folder("t2"), first, &second, NULL), ERR_OK);
    assert_string_equal(store_dictionary_name(first), "");
    assert_null(store_dictionary(first));
    assert_string_equal(store_dictionary_name(second), dictionary_name(dictionary));
    for (uint32_t i = 0; i < COUNT; i++) {
        check_document(first, 1 + i, plain[i]);
        check_document(second, 1 + i, packed[i]);
    }
    assert_true(size_of("t2") * 3 < size_of("t1") * 2);
    /* One dictionary for stores that are opened side by side. */
    CLEANUP(store_writer_free_cleanup) struct store_writer *writer = NULL;
    assert_int_equal(store_writer_new(in_folder("t3"), dictionary, &writer, NULL), ERR_OK);
    for (uint32_t i = 0; i < COUNT; i++) { /* packed anew, and as they are */
        struct store_text stored;
        assert_int_equal(store_get(i % 2 == 0 ? first : second, i % 2 == 0 ? plain[i] : packed[i], &stored, NULL), ERR_OK);
        assert_int_equal(store_copy(writer, &stored, &copied[i], NULL), ERR_OK);
        text += stored.text_len;
    }
    assert_int_equal(store_writer_sync(writer, NULL), ERR_OK);
    assert_int_equal(store_open_beside(in_folder("t3"), second, &third, NULL), ERR_OK);
    assert_ptr_equal(store_dictionary(third), store_dictionary(second));
    for (uint32_t i = 0; i < COUNT; i++) {
        check_document(third, 1 + i, copied[i]);
    }
    assert_int_equal(size_of("t3"), size_of("t2"));
    /* Walking meets every record. */
    bool more = true;
    uint64_t offset = 0, walked = 0;
    for (uint32_t i = 0; more; i++) {
        struct store_text stored;
        assert_int_equal(store_next(third, &offset, &stored, &more, NULL), ERR_OK);
        assert_int_equal(more, i < COUNT);
        walked += more ? stored.text_len : 0;
    }
    assert_int_equal(walked, text);
}

static void test_training(void **state)
{
    (void)state;
    begin("training");
    CLEANUP(dictionary_free_cleanup) struct dictionary *none = NULL, *small = NULL, *again = NULL, *large = NULL, *found = NULL;
    assert_int_equal(texts_dictionary(directory, &none, NULL), ERR_OK);
    assert_null(none);
    none = train(PACKING_TEXT_MIN / 2); /* too little */
    assert_null(none);
    small = train(PACKING_TEXT_MIN);
    again = train(PACKING_TEXT_MIN);
    assert_non_null(small);
    assert_string_equal(dictionary_name(small), dictionary_name(again));
    assert_true(dictionary_is_name(dictionary_name(small), strlen(dictionary_name(small))));
    assert_false(dictionary_is_name("t660d57938c9dc-0-0", 18));
    large = train(4 * PACKING_TEXT_MIN);
    assert_int_equal(dictionary_text(large), 4 * PACKING_TEXT_MIN);
    assert_int_equal(texts_dictionary(directory, &found, NULL), ERR_OK);
    assert_string_equal(dictionary_name(found), dictionary_name(large));
    /* Samples of which nothing can be made, or none at all, are no error. */
    CLEANUP(trainer_free_cleanup) struct trainer *trainer = NULL, *empty = NULL;
    assert_int_equal(trainer_new(PACKING_TEXT_MIN, PACKING_TEXT_MIN, &trainer, NULL), ERR_OK);
    trainer_add(trainer, "wet", 3);
    dictionary_free(TAKE_PTR(none));
    assert_int_equal(trainer_write(trainer, folder, &none, NULL), ERR_OK);
    assert_null(none);
    assert_int_equal(trainer_new(UINT64_MAX, UINT64_MAX, &empty, NULL), ERR_OK);
    assert_int_equal(trainer_write(empty, folder, &none, NULL), ERR_OK);
    assert_null(none);
}

static void read_bytes(const char *path, struct buf *out)
{
    buf_init(out, FIXTURE_TEXT_MAX);
    assert_int_equal(io_read_file(path, out, NULL), ERR_OK);
}

static void write_bytes(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void test_damaged_dictionary(void **state)
{
    (void)state;
    uint64_t offsets[20];
    struct buf sound;
    char name[DICTIONARY_NAME_MAX], path[512];
    begin("damaged-dictionary");
    struct dictionary *dictionary = train(PACKING_TEXT_MIN);
    make_store("t1", dictionary, 1, 20, offsets);
    snprintf(name, sizeof name, "%s", dictionary_name(dictionary));
    snprintf(path, sizeof path, "%s", in_folder(name));
    dictionary_free(dictionary);
    read_bytes(path, &sound);
    for (size_t at = 0; at < sound.len; at += 1 + sound.len / 200) {
        struct store *store = NULL;
        sound.data[at] ^= 0x10;
        write_bytes(path, sound.data, sound.len);
        assert_int_equal(store_open(in_folder("t1"), &store, NULL), ERR_CORRUPT);
        sound.data[at] ^= 0x10;
        write_bytes(path, sound.data, at);
        assert_int_equal(store_open(in_folder("t1"), &store, NULL), ERR_CORRUPT);
    }
    AUTO_FREE char *huge = calloc(1, 4 << 20);
    struct store *store = NULL;
    write_bytes(path, huge, 4 << 20);
    assert_int_equal(store_open(in_folder("t1"), &store, NULL), ERR_CORRUPT);
    unlink(path);
    assert_int_equal(store_open(in_folder("t1"), &store, NULL), ERR_CORRUPT);
    CLEANUP(dictionary_free_cleanup) struct dictionary *found = NULL;
    assert_int_equal(texts_dictionary(directory, &found, NULL), ERR_OK);
    assert_null(found);
    write_bytes(path, sound.data, sound.len);
    assert_int_equal(store_open(in_folder("t1"), &store, NULL), ERR_OK);
    check_document(store, 5, offsets[4]);
    store_free(store);
    buf_done(&sound);
}

static void test_damaged_store(void **state)
{
    (void)state;
    uint64_t offsets[12];
    struct buf sound;
    begin("damaged-store");
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = train(PACKING_TEXT_MIN);
    make_store("t1", dictionary, 1, 12, offsets);
    read_bytes(in_folder("t1"), &sound);
    for (size_t at = 0; at < sound.len; at += at < 64 ? 1 : 1 + sound.len / 1500) {
        struct store *store = NULL;
        sound.data[at] = (char)(sound.data[at] ^ (1 << at % 8));
        write_bytes(in_folder("t2"), sound.data, sound.len);
        enum err_code code = store_open(in_folder("t2"), &store, NULL);
        assert_true(code == ERR_OK || code == ERR_CORRUPT);
        assert_true(at >= 32 || code == ERR_CORRUPT);
        unlink(in_folder("t3"));
        CLEANUP(store_writer_free_cleanup) struct store_writer *writer = NULL;
        assert_int_equal(store_writer_new(in_folder("t3"), NULL, &writer, NULL), ERR_OK);
        for (size_t i = 0; code == ERR_OK && i < 12; i++) { /* reads every block */
            struct store_text stored;
            uint64_t offset;
            if (store_get(store, offsets[i], &stored, NULL) == ERR_OK) {
                enum err_code copied = store_copy(writer, &stored, &offset, NULL);
                assert_true(copied == ERR_OK || copied == ERR_CORRUPT || copied == ERR_NOMEM);
            }
        }
        store_free(store);
        sound.data[at] = (char)(sound.data[at] ^ (1 << at % 8));
    }
    buf_done(&sound);
}

/* ---- Spools ------------------------------------------------------------------------------- */

static void test_spool_samples(void **state)
{
    (void)state;
    CLEANUP(spool_free_cleanup) struct spool *spool = NULL;
    CLEANUP(dictionary_free_cleanup) struct dictionary *before = NULL, *after = NULL, *same = NULL;
    const char *counts;
    begin("spools");
    assert_int_equal(spool_new(in_folder("s0"), &spool, NULL), ERR_OK);
    for (uint32_t seed = 1; seed <= 60; seed++) {
        AUTO_BUF struct buf text;
        const uint32_t pages[] = { 0, 10 };
        buf_init(&text, FIXTURE_TEXT_MAX);
        write_text(seed, 20000, &text);
        struct compose_input input = { .head = { .source = { "bron", 4 } }, .text = text.data, .text_len = text.len,
                                       .pages = pages, .page_count = 2 };
        assert_int_equal(spool_add(spool, &input, NULL), ERR_OK);
        if (seed == 20) { /* too little so far */
            assert_int_equal(spool_finish_counts(spool, &counts, NULL), ERR_OK);
            assert_int_equal(texts_train(directory, &counts, 1, NULL), ERR_OK);
            assert_int_equal(texts_dictionary(directory, &before, NULL), ERR_OK);
            assert_null(before);
        }
    }
    assert_int_equal(spool_finish_counts(spool, &counts, NULL), ERR_OK);
    assert_true(spool_size(counts) > 60 * 20000);
    assert_int_equal(texts_train(directory, &counts, 1, NULL), ERR_OK);
    assert_int_equal(texts_dictionary(directory, &after, NULL), ERR_OK);
    assert_non_null(after);
    const char *twice[] = { counts, counts };
    assert_int_equal(texts_train(directory, twice, 2, NULL), ERR_OK); /* not so much more that another is due */
    assert_int_equal(texts_dictionary(directory, &same, NULL), ERR_OK);
    assert_string_equal(dictionary_name(same), dictionary_name(after));
}

/* ---- Merging ------------------------------------------------------------------------------ */

/* The data of a document, as builders make them. */
static void make_data(uint32_t seed, const char *store, uint64_t offset, struct buf *out)
{
    char uid[32];
    snprintf(uid, sizeof uid, "%016x", seed);
    struct doc_head head = { .uid = { uid, 16 }, .title = { "titel", 5 }, .store = { store, strlen(store) },
                             .store_offset = offset, .tokens = seed, .origins[DOC_DATE] = DOC_FROM_TEXT };
    buf_clear(out);
    doc_head_write(&head, out);
}

enum { PART = 30 };

/* A part before those that are merged, and parts p1 to p3 with store files t1, t2, and t3 and t3b. */
static void list_parts(const char *const *names, struct generation *old)
{
    struct generation_part *part;
    assert_int_equal(generation_add_part(old, "p0", 5, &part, NULL), ERR_OK);
    for (int i = 0; i < 4; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%d", i + 1);
        if (i < 3) {
            assert_int_equal(generation_add_part(old, name, PART, &part, NULL), ERR_OK);
        }
        assert_int_equal(texts_add(directory, names[i], old, part, NULL), ERR_OK);
    }
    assert_int_equal(old->parts[3].text_count, 3); /* two stores and the dictionary */
}

/* What it gives for a document: where it is now. */
static uint64_t move(struct text_mover *mover, uint32_t source, uint32_t number, const char *store, uint64_t offset)
{
    struct doc_head head;
    AUTO_BUF struct buf data, out;
    buf_init(&data, 1 << 20);
    buf_init(&out, 1 << 20);
    make_data(number, store, offset, &data);
    assert_int_equal(text_mover_on_data(mover, source, number + 1, data.data, data.len, &out, NULL), ERR_OK);
    assert_int_equal(doc_head_read(out.data, out.len, &head, NULL), ERR_OK);
    assert_int_equal(head.tokens, number);
    assert_int_equal(head.origins[DOC_DATE], DOC_FROM_TEXT);
    assert_int_equal(head.store.len, 2);
    assert_memory_equal(head.store.text, "m9", 2);
    return head.store_offset;
}

static void refuse_wrong_data(struct text_mover *mover, uint64_t offset)
{
    AUTO_BUF struct buf data, out;
    buf_init(&data, 1 << 20);
    buf_init(&out, 1 << 20);
    make_data(1, "t1", offset, &data); /* of another part */
    assert_int_equal(text_mover_on_data(mover, 1, 1, data.data, data.len, &out, NULL), ERR_CORRUPT);
    make_data(1, "t1", 7, &data);
    assert_int_equal(text_mover_on_data(mover, 0, 1, data.data, data.len, &out, NULL), ERR_CORRUPT);
    assert_int_equal(text_mover_on_data(mover, 0, 1, data.data, 5, &out, NULL), ERR_CORRUPT);
}

static uint64_t count_records(struct store *store)
{
    uint64_t offset = 0, records = 0;
    bool more = true;
    for (struct store_text stored; more; records += more) {
        assert_int_equal(store_next(store, &offset, &stored, &more, NULL), ERR_OK);
    }
    return records;
}

/* Three parts of 30 documents each, one with two store files, of which two without a dictionary; every fourth is dead. */
static void test_merge(void **state)
{
    (void)state;
    static const char *const names[] = { "t1", "t2", "t3", "t3b" };
    uint64_t offsets[4][PART], moved[3 * PART] = { 0 };
    CLEANUP(text_mover_free_cleanup) struct text_mover *mover = NULL;
    CLEANUP(store_free_cleanup) struct store *store = NULL;
    struct generation old, fresh;
    struct generation_part *part;
    begin("merge");
    struct dictionary *dictionary = train(PACKING_TEXT_MIN);
    for (int i = 0; i < 4; i++) {
        make_store(names[i], i % 2 == 0 ? dictionary : NULL, 1 + (uint32_t)i * PART, PART, offsets[i]);
    }
    dictionary_free(dictionary);
    generation_init(&old);
    generation_init(&fresh);
    list_parts(names, &old);
    assert_int_equal(text_mover_new(directory, &old, 1, "m9", &mover, NULL), ERR_OK);
    for (uint32_t i = 0; i < 3 * PART; i++) {
        uint32_t source = i / PART, number = i % PART, file = source == 2 && i % 2 == 1 ? 3 : source;
        if (number % 4 != 3) {
            moved[i] = move(mover, source, number, names[file], offsets[file][number]);
        }
    }
    refuse_wrong_data(mover, offsets[0][0]);
    assert_int_equal(generation_add_part(&fresh, "p9", 3 * PART, &part, NULL), ERR_OK);
    assert_int_equal(text_mover_end(mover, &fresh, part, NULL), ERR_OK);
    assert_int_equal(part->text_count, 2);
    assert_string_equal(part->texts[0], "m9");
    assert_true(dictionary_is_name(part->texts[1], strlen(part->texts[1])));
    assert_int_equal(store_open(in_folder("m9"), &store, NULL), ERR_OK);
    assert_int_equal(count_records(store), 3 * (PART - 7));
    for (uint32_t i = 0; i < 3 * PART; i++) {
        uint32_t source = i / PART, file = source == 2 && i % 2 == 1 ? 3 : source;
        if (moved[i] > 0) {
            check_document(store, 1 + file * PART + i % PART, moved[i]);
        }
    }
    generation_done(&old);
    generation_done(&fresh);
}

/* Small runs have no dictionary; when their texts come together there is enough for one.  Nothing alive: no file. */
static void test_merge_trains(void **state)
{
    (void)state;
    enum { PARTS = 6, DOCS = 60 };
    uint64_t offsets[DOCS];
    begin("merge-trains");
    struct generation old, fresh;
    struct generation_part *part;
    generation_init(&old);
    generation_init(&fresh);
    AUTO_BUF struct buf data, out;
    buf_init(&data, 1 << 20);
    buf_init(&out, 1 << 20);
    CLEANUP(text_mover_free_cleanup) struct text_mover *mover = NULL, *idle = NULL;
    uint64_t before = 0, first[PARTS];
    for (uint32_t i = 0; i < PARTS; i++) {
        char name[8], text[8];
        snprintf(name, sizeof name, "p%u", i);
        snprintf(text, sizeof text, "t%u", i);
        make_store(text, NULL, 1 + i * DOCS, DOCS, offsets);
        first[i] = offsets[10];
        before += size_of(text);
        assert_int_equal(generation_add_part(&old, name, DOCS, &part, NULL), ERR_OK);
        assert_int_equal(texts_add(directory, text, &old, part, NULL), ERR_OK);
        assert_int_equal(part->text_count, 1);
    }
    assert_int_equal(text_mover_new(directory, &old, 0, "m7", &mover, NULL), ERR_OK);
    for (uint32_t i = 0; i < PARTS; i++) {
        char text[8];
        snprintf(text, sizeof text, "t%u", i);
        make_data(i, text, first[i], &data);
        buf_clear(&out);
        assert_int_equal(text_mover_on_data(mover, i, 11, data.data, data.len, &out, NULL), ERR_OK);
    }
    assert_int_equal(generation_add_part(&fresh, "p7", PARTS, &part, NULL), ERR_OK);
    assert_int_equal(text_mover_end(mover, &fresh, part, NULL), ERR_OK);
    assert_int_equal(part->text_count, 2);
    assert_true(size_of("m7") * DOCS / 2 < before);
    CLEANUP(dictionary_free_cleanup) struct dictionary *dictionary = NULL;
    assert_int_equal(texts_dictionary(directory, &dictionary, NULL), ERR_OK);
    assert_non_null(dictionary);
    assert_true(dictionary_text(dictionary) >= PACKING_TEXT_MIN);
    assert_int_equal(text_mover_new(directory, &old, 0, "m8", &idle, NULL), ERR_OK);
    size_t count = part->text_count;
    assert_int_equal(text_mover_end(idle, &fresh, part, NULL), ERR_OK);
    assert_int_equal(part->text_count, count);
    assert_false(io_exists(in_folder("m8")));
    generation_done(&old);
    generation_done(&fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_training),
        cmocka_unit_test(test_damaged_dictionary),
        cmocka_unit_test(test_damaged_store),
        cmocka_unit_test(test_spool_samples),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_merge_trains),
    };
    return cmocka_run_group_tests_name("t170-texts", tests, fixture_set_up, fixture_tear_down);
}
