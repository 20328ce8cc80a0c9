/* ways.c - the ways a word can match, and what each is worth.
 *
 * A word matches by its exact form, by its inflection class, as a part of a compound, by its parts written apart, and by its
 * Snowball stem when nothing else is known of it.  Each way adds its own BM25 weight, scaled as below: exact counts on top of
 * inflected, and both far above parts.  Title words count several times in each (SCHEMA_TITLE_WDF), and once more here.
 */
#include "search/planner.h"

#include <string.h>

#define SCALE_EXACT 0.25
#define SCALE_CLASS 0.75
#define SCALE_STEM 0.4
#define SCALE_IN_COMPOUND 0.25
#define SCALE_OWN_PART 0.2
#define SCALE_TITLE_CLASS 0.2
#define SCALE_EXPANSION 0.6       /* what an abbreviation stands for, as a phrase */
#define SCALE_EXPANSION_TITLE 1.5 /* the same in a title: the thing itself, not a mention of it */
#define SCALE_NAME 2.0            /* the words asked for are a name of the document */
#define SCALE_BRIEF 0.5           /* the abbreviation of words in the query */

/* A scaled term; on failure the query is NULL, which the combinator that takes it reports. */
struct shim_query *way_term(struct planner *planner, const char *prefix, const char *text, size_t len, double scale)
{
    char term[SHIM_TERM_MAX];
    size_t prefix_len = strlen(prefix);
    if (prefix_len + len > sizeof term) {
        return NULL;
    }
    memcpy(term, prefix, prefix_len);
    memcpy(term + prefix_len, text, len);
    struct shim_query *plain = NULL, *scaled = NULL;
    if (shim_query_term(term, prefix_len + len, &plain, planner->err) == ERR_OK) {
        shim_query_scale(plain, scale, &scaled, planner->err);
    }
    return scaled;
}

/* All parts of a compound as words of their own: documents that write it apart. */
static struct shim_query *apart_query(struct planner *planner, const struct derivation *derivation, size_t len)
{
    struct shim_query *parts[DERIVE_MAX];
    size_t count = 0, reached = 0;
    for (size_t i = 1; i < derivation->count; i++) {
        const struct derived *part = &derivation->terms[i];
        if (part->term[0] == SCHEMA_PART[0] && part->start >= reached) { /* single parts come first, in order */
            parts[count++] = way_term(planner, SCHEMA_CLASS, part->term + 1, part->len - 1u, SCALE_OWN_PART);
            reached = part->end;
        }
    }
    struct shim_query *query = NULL;
    if (count >= 2 && reached == len) {
        shim_query_combine(SHIM_AND, parts, count, &query, planner->err);
        return query;
    }
    for (size_t i = 0; i < count; i++) {
        shim_query_free(parts[i]);
    }
    return NULL;
}

/* The words of an expansion in a row, in text or title. */
static enum err_code expansion_query(struct planner *planner, const char *text, bool wanted, struct shim_query **ret_query)
{
    const char *forms[ABBREV_WORDS_MAX], *titles[ABBREV_WORDS_MAX];
    size_t lens[ABBREV_WORDS_MAX], title_lens[ABBREV_WORDS_MAX];
    char letters[2 * ABBREV_LONG_MAX + 2];
    size_t count = 0, used = 0;
    for (const char *at = text; *at != '\0' && count < ABBREV_WORDS_MAX; count++) {
        size_t len = strcspn(at, " ");
        forms[count] = at;
        lens[count] = len;
        titles[count] = letters + used;
        title_lens[count] = len + strlen(SCHEMA_TITLE);
        memcpy(letters + used, SCHEMA_TITLE, strlen(SCHEMA_TITLE));
        memcpy(letters + used + strlen(SCHEMA_TITLE), at, len);
        used += title_lens[count];
        at += len + (at[len] == ' ');
    }
    struct shim_query *ways[3] = { NULL, NULL, NULL }, *plain = NULL;
    ways[2] = way_term(planner, SCHEMA_NAME, text, strlen(text), SCALE_NAME);
    enum err_code code = shim_query_phrase(forms, lens, count, (uint32_t)count, &plain, planner->err);
    if (code == ERR_OK) {
        code = shim_query_scale(plain, SCALE_EXPANSION, &ways[0], planner->err);
    }
    if (code == ERR_OK) {
        code = shim_query_phrase(titles, title_lens, count, (uint32_t)count, &plain, planner->err);
    }
    if (code == ERR_OK) {
        code = shim_query_scale(plain, SCALE_EXPANSION_TITLE, &ways[1], planner->err);
    }
    if (code == ERR_OK && wanted) {
        code = needle_add_expansion(planner, forms, lens, count);
    }
    if (code != ERR_OK) {
        for (size_t i = 0; i < 3; i++) {
            shim_query_free(ways[i]);
        }
        return code;
    }
    return shim_query_combine(SHIM_OR, ways, 3, ret_query, planner->err);
}

/* What a word stands for when it is an abbreviation that the documents define; NULL when it is none. */
static enum err_code brief_query(struct planner *planner, const char *form, size_t len, bool wanted,
                                 struct shim_query **ret_query)
{
    struct expansion found[EXPAND_MAX];
    struct shim_query *ways[EXPAND_MAX];
    size_t count, made = 0;
    *ret_query = NULL;
    enum err_code code = len > ABBREV_SHORT_MAX
        ? ERR_OK : expand_find(planner->index->view, SCHEMA_BRIEF, form, len, found, &count, planner->err);
    if (code != ERR_OK || len > ABBREV_SHORT_MAX || count == 0) {
        return code;
    }
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        code = expansion_query(planner, found[i].text, wanted, &ways[made]);
        made += code == ERR_OK;
    }
    if (code == ERR_OK) {
        return shim_query_combine(SHIM_OR, ways, made, ret_query, planner->err);
    }
    for (size_t i = 0; i < made; i++) {
        shim_query_free(ways[i]);
    }
    return code;
}

enum err_code way_word(struct planner *planner, const char *form, size_t len, bool in_title, bool wanted,
                                struct shim_query **ret_query)
{
    const struct derivation *derivation = planner_derive(planner, form, len);
    const struct derived *class = &derivation->terms[0];
    struct shim_query *ways[6];
    size_t count = 0;
    ways[count++] = way_term(planner, in_title ? SCHEMA_TITLE : "", form, len, SCALE_EXACT);
    ways[count++] = way_term(planner, SCHEMA_TITLE_CLASS, class->term + 1, class->len - 1u, SCALE_TITLE_CLASS);
    if (!in_title) {
        ways[count++] = way_term(planner, SCHEMA_CLASS, class->term + 1, class->len - 1u, SCALE_CLASS);
        if (!planner->light) {
            ways[count++] = way_term(planner, SCHEMA_PART, class->term + 1, class->len - 1u, SCALE_IN_COMPOUND);
        }
        if (derivation->count > 1 && derivation->terms[1].term[0] == SCHEMA_STEM[0]) {
            ways[count++] = way_term(planner, "", derivation->terms[1].term, derivation->terms[1].len, SCALE_STEM);
        }
        struct shim_query *apart = planner->light ? NULL : apart_query(planner, derivation, len);
        if (apart != NULL) {
            ways[count++] = apart;
        }
    }
    enum err_code code = shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
    struct shim_query *brief = NULL;
    if (code == ERR_OK && !in_title) {
        code = brief_query(planner, form, len, wanted, &brief);
        if (code == ERR_OK && brief != NULL) {
            struct shim_query *both[] = { *ret_query, brief };
            code = shim_query_combine(SHIM_OR, both, 2, ret_query, planner->err);
        } else if (code != ERR_OK) {
            shim_query_free(*ret_query);
        }
    }
    if (code == ERR_OK && wanted) {
        code = needle_add_word(planner, form, len, derivation);
        if (code != ERR_OK) {
            shim_query_free(*ret_query);
        }
    }
    return code;
}

/* Abbreviations that stand for words in a row of the group: they only add weight. */
enum err_code way_full(struct planner *planner, const struct query_node *node, bool wanted,
                                struct shim_query **ret_query)
{
    *ret_query = NULL;
    for (size_t first = 0; first + 1 < node->child_count; first++) {
        char key[ABBREV_LONG_MAX + 1];
        size_t used = 0;
        for (size_t i = first; i < node->child_count && i < first + ABBREV_WORDS_MAX; i++) {
            const struct query_node *child = node->children[i];
            bool plain = child->kind == QUERY_WORD && child->token_count == 1 && child->sign == QUERY_PLAIN && !child->in_title
                && !child->in_recurring;
            if (!plain || used + child->tokens[0].len + 1 > ABBREV_LONG_MAX) {
                break;
            }
            if (used > 0) {
                key[used++] = ' ';
            }
            memcpy(key + used, child->tokens[0].form, child->tokens[0].len);
            used += child->tokens[0].len;
            if (i == first) {
                continue;
            }
            /* Most pairs of words begin no long form: one look tells. */
            bool begins = true;
            if (i == first + 1) {
                enum err_code looked = expand_begins(planner->index->view, SCHEMA_FULL, key, used, &begins, planner->err);
                if (looked != ERR_OK) {
                    return looked;
                }
            }
            if (!begins) {
                break;
            }
            struct expansion found[EXPAND_MAX];
            size_t count;
            enum err_code code = expand_find(planner->index->view, SCHEMA_FULL, key, used, found, &count, planner->err);
            if (code != ERR_OK) {
                return code;
            }
            if (count > 0) {
                *ret_query = way_term(planner, "", found[0].text, found[0].len, SCALE_BRIEF);
                const char *form = found[0].text;
                return wanted ? needle_add_expansion(planner, &form, &found[0].len, 1) : ERR_OK;
            }
        }
    }
    return ERR_OK;
}

struct shim_query *way_name(struct planner *planner, const char *name, size_t len)
{
    return way_term(planner, SCHEMA_NAME, name, len, SCALE_NAME);
}
