/* list-stored.c - prints all that lies in an index, dead or alive, named by a manifest or not, for scripts that look for traces.
 *
 *     list-stored INDEX        of every part its terms, positions or not, and the data of its documents; of every store file the
 *                              texts; the bytes of every dictionary
 *
 * A part or a store file that cannot be read is an error: it could hide something.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "shim/shim.h"
#include "text/schema.h"
#include "text/store.h"

static enum err_code list_part(const char *path, struct err *err)
{
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    AUTO_BUF struct buf data;
    const struct shim_part part = { path, NULL, 0 };
    const char *term = "";
    buf_init(&data, (size_t)1 << 26);
    enum err_code code = shim_reader_open(&part, 1, &reader, err);
    if (code == ERR_OK) {
        code = shim_terms_open(reader, "", 0, &terms, err);
    }
    while (code == ERR_OK && term != NULL) {
        size_t len;
        uint32_t frequency;
        code = shim_terms_next(terms, &term, &len, &frequency, err);
        if (code == ERR_OK && term != NULL) {
            printf("term %.*s\n", (int)len, term);
        }
    }
    uint32_t last = code == ERR_OK ? shim_reader_last_docid(reader, 0) : 0;
    for (uint32_t docid = 1; docid <= last && code == ERR_OK; docid++) {
        buf_clear(&data);
        code = shim_reader_data(reader, docid, &data, err);
        fputs("data ", stdout);
        fwrite(data.data != NULL ? data.data : "", 1, data.len, stdout);
        putchar('\n');
        code = code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    return code;
}

static enum err_code list_store(const char *path, struct err *err)
{
    CLEANUP(store_free_cleanup) struct store *store = NULL;
    AUTO_BUF struct buf text;
    uint64_t offset = 0;
    bool more = true;
    buf_init(&text, (size_t)1 << 30);
    enum err_code code = store_open(path, &store, err);
    while (code == ERR_OK && more) {
        struct store_text stored;
        buf_clear(&text);
        code = store_next(store, &offset, &stored, &more, err);
        for (uint32_t i = 0; code == ERR_OK && more && i < stored.block_count; i++) {
            code = store_read_block(&stored, i, &text, err);
        }
        fputs("text ", stdout);
        fwrite(text.data != NULL ? text.data : "", 1, text.len, stdout);
        putchar('\n');
    }
    return code;
}

static enum err_code list_dictionary(const char *path, struct err *err)
{
    AUTO_BUF struct buf bytes;
    buf_init(&bytes, (size_t)1 << 24);
    enum err_code code = io_read_file(path, &bytes, err);
    fputs("dictionary ", stdout);
    fwrite(bytes.data != NULL ? bytes.data : "", 1, bytes.len, stdout);
    putchar('\n');
    return code;
}

static enum err_code list_folder(const char *index, const char *name, struct err *err)
{
    AUTO_FREE char *folder = io_join(index, name);
    AUTO_CLOSEDIR DIR *dir = folder != NULL ? opendir(folder) : NULL;
    const struct dirent *entry;
    enum err_code code = dir != NULL ? ERR_OK : err_set(err, ERR_NOT_FOUND, "cannot list %s", name);
    while (code == ERR_OK && (entry = readdir(dir)) != NULL) {
        AUTO_FREE char *path = io_join(folder, entry->d_name);
        if (entry->d_name[0] == '.' || path == NULL) {
            continue;
        }
        code = strcmp(name, SCHEMA_PARTS) == 0 ? list_part(path, err)
            : dictionary_is_name(entry->d_name, strlen(entry->d_name)) ? list_dictionary(path, err) : list_store(path, err);
    }
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    if (argc != 2) {
        return 2;
    }
    enum err_code code = list_folder(argv[1], SCHEMA_PARTS, &err);
    if (code == ERR_OK) {
        code = list_folder(argv[1], SCHEMA_TEXTS, &err);
    }
    if (code != ERR_OK) {
        fprintf(stderr, "list-stored: %s\n", err.text);
    }
    return code != ERR_OK;
}
