/* list-terms.c - prints every term of an index with the documents that have it, for scripts that compare indexes.
 *
 *     list-terms INDEX        lines "term<TAB>name name ...", names in byte order; then "title<TAB>name<TAB>title"
 *
 * Only documents that are alive count, and neither parts, docids nor the order of documents show.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/publish.h"
#include "text/doc_head.h"

struct names {
    char **items; /* by docid */
    size_t count;
};

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static bool is_dead(const struct generation_part *part, uint32_t local)
{
    return part->dead_count > 0 && bsearch(&local, part->dead, part->dead_count, sizeof local, by_number) != NULL;
}

static enum err_code read_names(struct shim_reader *reader, const struct generation *generation, size_t part,
                                struct names *names, struct err *err)
{
    enum err_code code = ERR_OK;
    uint32_t last = shim_reader_last_docid(reader, part);
    for (uint32_t local = 1; local <= last && code == ERR_OK; local++) {
        if (is_dead(&generation->parts[part], local)) {
            continue;
        }
        AUTO_BUF struct buf data;
        struct doc_head head;
        buf_init(&data, 1 << 24);
        uint32_t docid = shim_reader_docid(reader, part, local);
        code = shim_reader_data(reader, docid, &data, err);
        if (code == ERR_OK && (code = doc_head_read(data.data, data.len, &head, err)) == ERR_OK) {
            while (names->count <= docid) {
                names->items = realloc(names->items, (names->count + 1) * sizeof *names->items);
                names->items[names->count++] = NULL;
            }
            names->items[docid] = strndup(head.name.text, head.name.len);
            printf("title\t%s\t%.*s\n", names->items[docid], (int)head.title.len, head.title.text);
        }
        code = code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    return code;
}

static enum err_code print_terms(struct shim_reader *reader, const struct names *names, struct err *err)
{
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    enum err_code code = shim_terms_open(reader, "", 0, &terms, err);
    while (code == ERR_OK) {
        const char *term;
        size_t len, found;
        uint32_t frequency;
        code = shim_terms_next(terms, &term, &len, &frequency, err);
        if (code != ERR_OK || term == NULL) {
            break;
        }
        AUTO_FREE uint32_t *docids = calloc(frequency + 1, sizeof *docids);
        AUTO_FREE char **with = calloc(frequency + 1, sizeof *with);
        AUTO_FREE char *copy = strndup(term, len);
        code = shim_reader_find(reader, copy, len, docids, frequency, &found, err);
        for (size_t i = 0; code == ERR_OK && i < found; i++) {
            with[i] = names->items[docids[i]];
        }
        qsort(with, found, sizeof *with, by_text);
        printf(found > 0 ? "%s\t" : "", copy);
        for (size_t i = 0; i < found; i++) {
            printf("%s%c", with[i], i + 1 < found ? ' ' : '\n');
        }
    }
    return code;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct generation generation;
    generation_init(&generation);
    struct names names = { 0 };
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    struct layout layout = { .directory = argc > 1 ? argv[1] : NULL };
    enum err_code code = argc == 2 ? generation_load_current(argv[1], &generation, &err)
                                   : err_set(&err, ERR_INVALID, "usage: list-terms INDEX");
    if (code == ERR_OK) {
        code = publish_open_reader(&layout, &generation, &reader, &err);
    }
    for (size_t i = 0; code == ERR_OK && i < generation.part_count; i++) {
        code = read_names(reader, &generation, i, &names, &err);
    }
    if (code == ERR_OK) {
        code = print_terms(reader, &names, &err);
    }
    if (code != ERR_OK) {
        fprintf(stderr, "list-terms: %s\n", err.text);
    }
    for (size_t i = 0; i < names.count; i++) {
        free(names.items[i]);
    }
    free(names.items);
    generation_done(&generation);
    return code == ERR_OK ? 0 : 1;
}
