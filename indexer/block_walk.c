/* block_walk.c - cursors over the terms of each state, side by side. */
#include "indexer/block_walk.h"

#include <string.h>

#include "text/schema.h"

void block_walk_end(struct block_walk *walk)
{
    for (size_t i = 0; i < BLOCK_STATES; i++) {
        shim_terms_free(walk->terms[i]);
    }
}

static enum err_code step(struct block_walk *walk, size_t state, struct err *err)
{
    enum err_code code;
    bool sound;
    do { /* a term of another kind does not occur */
        const char *term;
        size_t len;
        code = shim_terms_next(walk->terms[state], &term, &len, &walk->frequency[state], err);
        walk->more[state] = code == ERR_OK && term != NULL;
        sound = !walk->more[state] || recur_term_hash(term, len, &walk->hash[state]);
    } while (!sound);
    return code;
}

enum err_code block_walk_begin(struct block_walk *walk, struct shim_reader *reader, const char *states, struct err *err)
{
    enum err_code code = ERR_OK;
    *walk = (struct block_walk){ 0 };
    for (size_t i = 0; i < BLOCK_STATES && code == ERR_OK; i++) {
        char prefix[] = { SCHEMA_BLOCK[0], RECUR_STATES[i], '\0' };
        if (strchr(states, RECUR_STATES[i]) != NULL) {
            code = shim_terms_open(reader, prefix, 2, &walk->terms[i], err);
            if (code == ERR_OK) {
                code = step(walk, i, err);
            }
        }
    }
    return code;
}

enum err_code block_walk_next(struct block_walk *walk, uint64_t *ret_hash, uint32_t ret_frequencies[BLOCK_STATES],
                              bool *ret_more, struct err *err)
{
    enum err_code code = ERR_OK;
    *ret_more = false;
    for (size_t i = 0; i < BLOCK_STATES; i++) {
        if (walk->more[i] && (!*ret_more || walk->hash[i] < *ret_hash)) {
            *ret_hash = walk->hash[i];
            *ret_more = true;
        }
    }
    for (size_t i = 0; i < BLOCK_STATES && code == ERR_OK; i++) {
        bool here = *ret_more && walk->more[i] && walk->hash[i] == *ret_hash;
        ret_frequencies[i] = here ? walk->frequency[i] : 0;
        code = here ? step(walk, i, err) : code;
    }
    return code;
}
