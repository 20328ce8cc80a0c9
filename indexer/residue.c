/* residue.c - comparing a dictionary with a text, word by word and row by row. */
#include "indexer/residue.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/io.h"
#include "text/schema.h"
#include "text/token.h"
#include "text/unicode.h"

#define DICTIONARY_FILE_MAX ((size_t)1 << 20)
#define FORMS_MAX ((size_t)1 << 31)
#define WORD_MIN 3       /* bytes of a form that is looked for */
#define PIECE_MIN 5      /* and of a piece of one */
#define RUN_MAX 12       /* words in a row that are asked for at once */
#define QUESTIONS_MAX 20000 /* rows that are asked for; a text with more has left something */

/* Forms one after the other with a blank between them; a form without letters ends a row. */
struct forms {
    struct buf text;
    uint32_t *starts;
    size_t count, capacity;
};

struct pair {
    uint64_t hash; /* of two forms in a row */
    uint32_t at;   /* the first */
};

struct residue {
    struct shim_reader *living;
    struct forms kept; /* of the dictionary */
    struct pair *pairs; /* by hash */
    size_t pair_count;
    uint64_t *asked; /* hashes of what was asked for already: a power of two of places, 0 where none is */
    size_t asked_count, asked_places;
    size_t questions;
};

static void forms_done(struct forms *forms)
{
    buf_done(&forms->text);
    free(forms->starts);
}

static enum err_code add_form(struct forms *forms, const char *form, size_t len, struct err *err)
{
    if (mem_grow(&forms->starts, &forms->capacity, forms->count, sizeof *forms->starts) != 0) {
        return err_nomem(err, "words of a text");
    }
    forms->starts[forms->count++] = (uint32_t)forms->text.len;
    buf_add(&forms->text, form, len);
    buf_add_char(&forms->text, ' ');
    return buf_check(&forms->text, "words of a text", err);
}

static enum err_code forms_of(const char *text, size_t len, struct forms *ret_forms, struct err *err)
{
    struct tokenizer tokenizer;
    struct token token;
    enum err_code code = ERR_OK;
    buf_init(&ret_forms->text, FORMS_MAX);
    tokenizer_init(&tokenizer, text, len);
    while (code == ERR_OK && tokenizer_next(&tokenizer, &token)) {
        code = add_form(ret_forms, token.form, token.form_len, err);
    }
    return code;
}

static size_t form_at(const struct forms *forms, size_t index, const char **ret_form)
{
    size_t start = forms->starts[index], next = index + 1 < forms->count ? forms->starts[index + 1] : forms->text.len;
    *ret_form = forms->text.data + start;
    return next - start - 1;
}

/* The hash of `count` forms from one on, never 0. */
static uint64_t hash_of(const struct forms *forms, size_t from, size_t count)
{
    const char *first, *last;
    form_at(forms, from, &first);
    size_t len = form_at(forms, from + count - 1, &last);
    uint64_t hash = hash_bytes(first, (size_t)(last - first) + len);
    return hash != 0 ? hash : 1;
}

static int by_hash(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    return a->hash != b->hash ? (a->hash > b->hash) - (a->hash < b->hash) : (a->at > b->at) - (a->at < b->at);
}

void residue_free(struct residue *residue)
{
    if (residue != NULL) {
        forms_done(&residue->kept);
        free(residue->pairs);
        free(residue->asked);
        free(residue);
    }
}

enum err_code residue_new(const char *path, struct shim_reader *living, struct residue **ret_residue, struct err *err)
{
    CLEANUP(residue_free_cleanup) struct residue *residue = calloc(1, sizeof *residue);
    AUTO_BUF struct buf file, clean;
    buf_init(&file, DICTIONARY_FILE_MAX);
    buf_init(&clean, 4 * DICTIONARY_FILE_MAX);
    if (residue == NULL) {
        return err_nomem(err, "residue_new");
    }
    residue->living = living;
    residue->asked_places = 1024;
    residue->asked = calloc(residue->asked_places, sizeof *residue->asked);
    enum err_code code = io_read_file(path, &file, err);
    if (code == ERR_OK) { /* its tables are no text: what of them looks like words does no harm */
        code = text_clean(file.data, file.len, &clean, NULL, err);
    }
    if (code == ERR_OK) {
        code = forms_of(clean.data, clean.len, &residue->kept, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    residue->pairs = calloc(residue->kept.count + 1, sizeof *residue->pairs);
    if (residue->pairs == NULL || residue->asked == NULL) {
        return err_nomem(err, "residue_new");
    }
    for (size_t i = 0; i + 1 < residue->kept.count; i++) {
        residue->pairs[residue->pair_count++] = (struct pair){ hash_of(&residue->kept, i, 2), (uint32_t)i };
    }
    qsort(residue->pairs, residue->pair_count, sizeof *residue->pairs, by_hash);
    *ret_residue = TAKE_PTR(residue);
    return ERR_OK;
}

static void put_asked(struct residue *residue, uint64_t hash)
{
    size_t at = (size_t)hash & (residue->asked_places - 1);
    while (residue->asked[at] != 0) {
        at = (at + 1) & (residue->asked_places - 1);
    }
    residue->asked[at] = hash;
}

/* Whether this is the first time that something is asked for. */
static enum err_code first_time(struct residue *residue, uint64_t hash, bool *ret_first, struct err *err)
{
    size_t at = (size_t)hash & (residue->asked_places - 1);
    while (residue->asked[at] != 0 && residue->asked[at] != hash) {
        at = (at + 1) & (residue->asked_places - 1);
    }
    *ret_first = residue->asked[at] == 0;
    if (!*ret_first) {
        return ERR_OK;
    }
    residue->asked[at] = hash;
    if (2 * ++residue->asked_count > residue->asked_places) {
        uint64_t *old = residue->asked;
        size_t places = residue->asked_places;
        residue->asked = calloc(2 * places, sizeof *old);
        if (residue->asked == NULL) {
            residue->asked = old;
            return err_nomem(err, "words of a text");
        }
        residue->asked_places = 2 * places;
        for (size_t i = 0; i < places; i++) {
            if (old[i] != 0) {
                put_asked(residue, old[i]);
            }
        }
        free(old);
    }
    return ERR_OK;
}

/* ---- Words ---------------------------------------------------------------------------------- */

/* Whether the dictionary has a form, or three quarters of it in a row. */
static bool has_piece(const struct residue *residue, const char *form, size_t len)
{
    const struct buf *kept = &residue->kept.text;
    size_t piece = (3 * len + 3) / 4;
    if (piece < PIECE_MIN) {
        piece = PIECE_MIN;
    }
    if (piece >= len) { /* a short word: it stands by itself */
        char word[TOKEN_FORM_MAX + 3];
        word[0] = word[len + 1] = ' ';
        memcpy(word + 1, form, len);
        bool first = kept->len > len && memcmp(kept->data, word + 1, len + 1) == 0;
        return first || (kept->len > 0 && memmem(kept->data, kept->len, word, len + 2) != NULL);
    }
    for (size_t i = 0; i + piece <= len; i++) {
        if (kept->len > 0 && memmem(kept->data, kept->len, form + i, piece) != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether a living document has a form, in text that recurs or elsewhere. */
static enum err_code is_living(struct residue *residue, const char *form, size_t len, bool *ret_living, struct err *err)
{
    char term[TOKEN_FORM_MAX + sizeof SCHEMA_RECURRING];
    uint32_t docid;
    size_t count = 0;
    enum err_code code = shim_reader_find(residue->living, form, len, &docid, 1, &count, err);
    if (code == ERR_OK && count == 0) {
        memcpy(term, SCHEMA_RECURRING, sizeof SCHEMA_RECURRING - 1);
        memcpy(term + sizeof SCHEMA_RECURRING - 1, form, len);
        code = shim_reader_find(residue->living, term, len + sizeof SCHEMA_RECURRING - 1, &docid, 1, &count, err);
    }
    *ret_living = count > 0;
    return code;
}

static enum err_code check_words(struct residue *residue, const struct forms *forms, bool *ret_kept, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < forms->count && code == ERR_OK && !*ret_kept; i++) {
        const char *form;
        size_t len = form_at(forms, i, &form);
        bool first = false, living = true;
        if (len < WORD_MIN) {
            continue;
        }
        code = first_time(residue, hash_of(forms, i, 1), &first, err);
        if (code == ERR_OK && first) {
            code = is_living(residue, form, len, &living, err);
        }
        *ret_kept = code == ERR_OK && !living && has_piece(residue, form, len);
    }
    return code;
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static bool same_form(const struct forms *one, size_t at, const struct forms *other, size_t other_at)
{
    const char *a, *b;
    size_t len = form_at(one, at, &a);
    return len > 0 && len == form_at(other, other_at, &b) && memcmp(a, b, len) == 0;
}

/* How many forms from one on stand so in the dictionary, at most RUN_MAX; 0 when not even two do. */
static size_t longest_row(const struct residue *residue, const struct forms *forms, size_t from)
{
    const struct forms *kept = &residue->kept;
    uint64_t hash = hash_of(forms, from, 2);
    size_t low = 0, high = residue->pair_count, longest = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (residue->pairs[middle].hash < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < residue->pair_count && residue->pairs[low].hash == hash && longest < RUN_MAX; low++) {
        size_t at = residue->pairs[low].at, len = 0;
        while (len < RUN_MAX && from + len < forms->count && at + len < kept->count
               && same_form(forms, from + len, kept, at + len)) {
            len++;
        }
        longest = len > longest ? len : longest;
    }
    return longest >= 2 ? longest : 0;
}

/* Whether a living document has forms in a row, all in text that recurs or all elsewhere. */
static enum err_code has_row(struct residue *residue, const struct forms *forms, size_t from, size_t count, bool recurring,
                             bool *ret_found, struct err *err)
{
    char terms[RUN_MAX][TOKEN_FORM_MAX + sizeof SCHEMA_RECURRING];
    const char *pointers[RUN_MAX];
    size_t lens[RUN_MAX], prefix = recurring ? sizeof SCHEMA_RECURRING - 1 : 0;
    CLEANUP(shim_query_free_cleanup) struct shim_query *query = NULL;
    CLEANUP(shim_hits_free_cleanup) struct shim_hits *hits = NULL;
    const struct shim_search search = { .limit = 1, .k1 = 1, .b = 0.5, .min_normlen = 0.5 };
    for (size_t i = 0; i < count; i++) {
        const char *form;
        size_t len = form_at(forms, from + i, &form);
        memcpy(terms[i], SCHEMA_RECURRING, prefix);
        memcpy(terms[i] + prefix, form, len);
        pointers[i] = terms[i];
        lens[i] = len + prefix;
    }
    enum err_code code = shim_query_phrase(pointers, lens, count, (uint32_t)count, &query, err);
    if (code == ERR_OK) {
        code = shim_reader_search(residue->living, query, &search, &hits, err);
    }
    *ret_found = code == ERR_OK && shim_hits_count(hits) > 0;
    return code;
}

static enum err_code check_rows(struct residue *residue, const struct forms *forms, bool *ret_kept, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i + 1 < forms->count && code == ERR_OK && !*ret_kept;) {
        size_t count = longest_row(residue, forms, i);
        bool first = false, found = true;
        if (count == 0) {
            i++;
            continue;
        }
        code = first_time(residue, hash_of(forms, i, count), &first, err);
        if (code == ERR_OK && first) {
            residue->questions++;
            code = has_row(residue, forms, i, count, false, &found, err);
        }
        if (code == ERR_OK && !found) {
            code = has_row(residue, forms, i, count, true, &found, err);
        }
        *ret_kept = code == ERR_OK && (!found || residue->questions > QUESTIONS_MAX);
        i += count - 1; /* a row that begins in this one may go further */
    }
    return code;
}

enum err_code residue_check(struct residue *residue, const char *text, size_t len, bool *ret_kept, struct err *err)
{
    struct forms forms = { .starts = NULL };
    bool kept = false;
    enum err_code code = forms_of(text, len, &forms, err);
    if (code == ERR_OK) {
        code = check_words(residue, &forms, &kept, err);
    }
    if (code == ERR_OK && !kept) {
        code = check_rows(residue, &forms, &kept, err);
    }
    forms_done(&forms);
    if (code == ERR_OK) {
        *ret_kept = kept;
    }
    return code;
}
