/* publish_lexicon.c - the lexicon of a part, from its terms. */
#include "base/io.h"
#include "indexer/publish_part.h"
#include "text/lexicon.h"

enum err_code publish_write_lexicon(const struct dutch *dutch, const char *part, struct err *err)
{
    CLEANUP(deriver_free_cleanup) struct deriver *deriver = NULL;
    CLEANUP(shim_reader_free_cleanup) struct shim_reader *reader = NULL;
    CLEANUP(shim_terms_free_cleanup) struct shim_terms *terms = NULL;
    CLEANUP(lexicon_builder_free_cleanup) struct lexicon_builder *builder = NULL;
    struct shim_part one = { part, NULL, 0 };
    enum err_code code = shim_reader_open(&one, 1, &reader, err);
    if (code == ERR_OK) {
        code = shim_terms_open(reader, "", 0, &terms, err);
    }
    if (code == ERR_OK) {
        code = deriver_new(dutch, &deriver, err);
    }
    if (code == ERR_OK) {
        code = lexicon_builder_new(deriver, &builder, err);
    }
    while (code == ERR_OK) {
        const char *term;
        size_t len;
        uint32_t frequency;
        code = shim_terms_next(terms, &term, &len, &frequency, err);
        if (code != ERR_OK || term == NULL) {
            break;
        }
        if (term[0] >= 'A' && term[0] <= 'Z') {
            /* Prefixed terms stand together, A to Z; forms before and behind them. */
            code = shim_terms_seek(terms, "[", 1, err);
            continue;
        }
        code = lexicon_builder_add(builder, term, len, frequency, err);
    }
    AUTO_FREE char *path = io_join(part, SCHEMA_LEXICON);
    if (code == ERR_OK && path == NULL) {
        code = err_nomem(err, "publish_write_lexicon");
    }
    return code == ERR_OK ? lexicon_builder_write(builder, path, err) : code;
}
