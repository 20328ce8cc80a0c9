/* fuzz-store.c - libFuzzer harness: any bytes as a file of stored texts, with and without a dictionary: every record that is
 * found, its tables and its blocks, and what copying makes of them.
 *
 * The first byte tells what the head names; the rest follows the head.  Seeds: store files of t170-texts.c without their first 32
 * bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "text/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char folder[] = "/tmp/fuzz-store.XXXXXX";

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void end_fuzzing(void)
{
    io_remove_tree(folder, NULL);
}

static struct dictionary *begin_fuzzing(void)
{
    struct trainer *trainer;
    struct dictionary *dictionary;
    require(mkdtemp(folder) != NULL && atexit(end_fuzzing) == 0);
    require(trainer_new(PACKING_TEXT_MIN, PACKING_TEXT_MIN, &trainer, NULL) == ERR_OK);
    for (int i = 0; i < 4000; i++) {
        char text[256];
        int size = snprintf(text, sizeof text, "De raad besluit %d gelet op artikel %d van de wet, nummer %x, vast te stellen.\n",
                            i, i * 7 % 113, i * 2654435761u);
        trainer_add(trainer, text, (size_t)size);
    }
    require(trainer_write(trainer, folder, &dictionary, NULL) == ERR_OK && dictionary != NULL);
    trainer_free(trainer);
    return dictionary;
}

static void write_file(const char *path, const struct dictionary *dictionary, const uint8_t *bytes, size_t len)
{
    char head[32] = "NASLAGT2";
    FILE *file = fopen(path, "wb");
    require(file != NULL);
    if (bytes[0] % 2 == 1) {
        memcpy(head + 8, dictionary_name(dictionary), strlen(dictionary_name(dictionary)));
    }
    fwrite(head, 1, sizeof head, file);
    fwrite(bytes + 1, 1, len - 1, file);
    fclose(file);
}

static void use(const struct store_text *text, struct store_writer *writer)
{
    struct buf out;
    uint64_t offset;
    buf_init(&out, (size_t)64 << 20);
    for (uint32_t i = 0; i < text->block_count; i++) {
        size_t before = out.len;
        enum err_code code = store_read_block(text, i, &out, NULL);
        require(code == ERR_OK ? out.len - before <= STORE_BLOCK_TEXT_MAX : out.len == before);
    }
    for (uint32_t position = 0; position < 5000; position += 700) {
        require(text->block_count == 0 || store_find_block(text, position) < text->block_count);
        require(text->page_count == 0 || store_find_page(text, position) < text->page_count);
        require(store_count_hidden(text, position) <= text->hidden_count);
    }
    store_copy(writer, text, &offset, NULL);
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct dictionary *dictionary;
    char path[64], copy[64];
    if (dictionary == NULL) {
        dictionary = begin_fuzzing();
    }
    if (len == 0) {
        return 0;
    }
    snprintf(path, sizeof path, "%s/t1", folder);
    snprintf(copy, sizeof copy, "%s/t2", folder);
    write_file(path, dictionary, bytes, len);
    unlink(copy);
    struct store *store = NULL;
    struct store_writer *writer = NULL;
    require(store_open(path, &store, NULL) == ERR_OK);
    require(store_writer_new(copy, bytes[0] % 4 < 2 ? dictionary : NULL, &writer, NULL) == ERR_OK);
    struct store_text text;
    uint64_t offset = 0;
    bool more = true;
    while (more && store_next(store, &offset, &text, &more, NULL) == ERR_OK && more) {
        use(&text, writer);
    }
    store_writer_free(writer);
    store_free(store);
    return 0;
}
