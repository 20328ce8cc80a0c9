/* ways.c - the ways a word can match, and what each is worth.
 *
 * A word matches by its exact form, by its inflection class, as a part of a compound, by its parts written apart, and by its
 * Snowball stem when nothing else is known of it.  Each way adds its own BM25 weight, scaled as below: exact counts on top of
 * inflected, and both far above parts.  Title words count several times in each (SCHEMA_TITLE_WDF), and once more here.
 */
#include "search/planner.h"

#include <string.h>

#define SCALE_EXACT 0.2
#define SCALE_CLASS 1.1
#define SCALE_STEM 0.4
#define SCALE_IN_COMPOUND 0.25
#define SCALE_OWN_PART 0.2  /* all parts of a compound, written apart */
#define SCALE_LONE_PART 0.4 /* the rarest of them alone */
#define SCALE_TITLE_CLASS 0.2
#define SCALE_EXPANSION 0.6       /* what an abbreviation stands for, as a phrase */
#define SCALE_EXPANSION_TITLE 1.5 /* the same in a title: the thing itself, not a mention of it */
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
static struct shim_query *apart_query(struct planner *planner, const struct derivation *derivation, const char *form, size_t len)
{
    bool inflected = (planner->without & SEARCH_NO_INFLECTION) == 0;
    struct shim_query *parts[DERIVE_MAX];
    size_t count = 0, reached = 0;
    for (size_t i = 1; i < derivation->count; i++) {
        const struct derived *part = &derivation->terms[i];
        if (part->term[0] == SCHEMA_PART[0] && part->start >= reached) { /* single parts come first, in order */
            parts[count++] = inflected
                ? way_term(planner, SCHEMA_CLASS, part->term + 1, part->len - 1u, SCALE_OWN_PART)
                : way_term(planner, "", form + part->start, (size_t)part->end - part->start, SCALE_OWN_PART);
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

/* Documents with the word of a class, or with a compound that it is a part of. */
static uint32_t class_frequency(struct planner *planner, const struct derived *class)
{
    char term[DERIVED_LEN_MAX + 1];
    memcpy(term, class->term, class->len);
    memcpy(term, SCHEMA_CLASS, strlen(SCHEMA_CLASS));
    uint32_t found = planner_frequency(planner, term, class->len);
    memcpy(term, SCHEMA_PART, strlen(SCHEMA_PART));
    return found + planner_frequency(planner, term, class->len);
}

/* Of the parts of a compound, each once from left to right, the one that the fewest documents have; 0 when there are none. */
static size_t rarest_part(struct planner *planner, const struct derivation *derivation)
{
    size_t rarest = 0, reached = 0;
    uint32_t least = UINT32_MAX;
    for (size_t i = 1; i < derivation->count; i++) {
        const struct derived *part = &derivation->terms[i];
        if (part->term[0] == SCHEMA_PART[0] && part->start >= reached) {
            uint32_t found = class_frequency(planner, part);
            rarest = found < least ? i : rarest;
            least = found < least ? found : least;
            reached = part->end;
        }
    }
    return rarest;
}

/* A compound that no document has: what has its rarest part, as a word or in another compound, is the next best thing.  (The
 * other parts are mostly its head, which says little: ambulancepersoneel.)  NULL when the word is found or is no compound. */
static enum err_code parts_query(struct planner *planner, const struct derivation *derivation, bool wanted,
                                 struct shim_query **ret_query)
{
    *ret_query = NULL;
    bool compounds = !planner->light && (planner->without & SEARCH_NO_COMPOUNDS) == 0;
    if (!compounds || class_frequency(planner, &derivation->terms[0]) > 0) {
        return ERR_OK;
    }
    size_t rarest = rarest_part(planner, derivation);
    if (rarest == 0) {
        return ERR_OK;
    }
    const struct derived *part = &derivation->terms[rarest];
    struct shim_query *ways[] = { way_term(planner, SCHEMA_CLASS, part->term + 1, part->len - 1u, SCALE_LONE_PART),
                                  way_term(planner, SCHEMA_PART, part->term + 1, part->len - 1u, SCALE_LONE_PART / 2) };
    enum err_code code = shim_query_combine(SHIM_OR, ways, 2, ret_query, planner->err);
    if (code == ERR_OK && wanted) {
        code = needle_add_part(planner, part);
        if (code != ERR_OK) {
            shim_query_free(TAKE_PTR(*ret_query));
        }
    }
    return code;
}

enum err_code way_expansion(struct planner *planner, const char *text, double share, enum needle_reason reason, bool wanted,
                            struct shim_query **ret_query)
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
    size_t way_count = 2;
    if (!(planner->without & SEARCH_NO_NAMES)) {
        ways[2] = way_name(planner, text, strlen(text), share);
        way_count += ways[2] != NULL; /* function words are no name */
    }
    enum err_code code = shim_query_phrase(forms, lens, count, (uint32_t)count, &plain, planner->err);
    if (code == ERR_OK) {
        code = shim_query_scale(plain, SCALE_EXPANSION * share, &ways[0], planner->err);
    }
    if (code == ERR_OK) {
        code = shim_query_phrase(titles, title_lens, count, (uint32_t)count, &plain, planner->err);
    }
    if (code == ERR_OK) {
        code = shim_query_scale(plain, SCALE_EXPANSION_TITLE * share, &ways[1], planner->err);
    }
    if (code == ERR_OK && wanted) {
        code = needle_add_expansion(planner, forms, lens, count, reason);
    }
    if (code != ERR_OK) {
        for (size_t i = 0; i < 3; i++) {
            shim_query_free(ways[i]);
        }
        return code;
    }
    return shim_query_combine(SHIM_OR, ways, way_count, ret_query, planner->err);
}

enum err_code way_brief(struct planner *planner, const char *brief, size_t len, double share, bool wanted,
                        struct shim_query **ret_query)
{
    *ret_query = way_term(planner, "", brief, len, SCALE_BRIEF * share);
    enum err_code code = wanted ? needle_add_expansion(planner, &brief, &len, 1, NEEDLE_EXPANSION) : ERR_OK;
    if (code != ERR_OK) {
        shim_query_free(TAKE_PTR(*ret_query));
    }
    return code;
}

enum err_code way_synonym(struct planner *planner, const char *form, size_t len, double share, bool wanted,
                          struct shim_query **ret_query)
{
    const struct derivation *derivation = planner_derive(planner, form, len);
    const struct derived *class = &derivation->terms[0];
    struct shim_query *ways[3];
    size_t count = 0;
    ways[count++] = way_term(planner, "", form, len, SCALE_EXACT * share);
    if (planner->without & SEARCH_NO_INFLECTION) {
        ways[count++] = way_term(planner, SCHEMA_TITLE, form, len, SCALE_TITLE_CLASS * share);
    } else {
        ways[count++] = way_term(planner, SCHEMA_CLASS, class->term + 1, class->len - 1u, SCALE_CLASS * share);
        ways[count++] = way_term(planner, SCHEMA_TITLE_CLASS, class->term + 1, class->len - 1u, SCALE_TITLE_CLASS * share);
    }
    enum err_code code = shim_query_combine(SHIM_OR, ways, count, ret_query, planner->err);
    if (code == ERR_OK && wanted) {
        code = needle_add_synonym(planner, form, len, derivation);
        if (code != ERR_OK) {
            shim_query_free(TAKE_PTR(*ret_query));
        }
    }
    return code;
}

/* Adds a way to those of a word, where either may be NULL. */
static enum err_code also(struct planner *planner, struct shim_query **query, struct shim_query *way)
{
    struct shim_query *both[] = { *query, way };
    return way == NULL ? ERR_OK : shim_query_combine(SHIM_OR, both, 2, query, planner->err);
}

enum err_code way_word(struct planner *planner, const char *form, size_t len, bool in_title, bool wanted,
                       struct shim_query **ret_query)
{
    const struct derivation made = *planner_derive(planner, form, len), *derivation = &made; /* the cache may forget it */
    const struct derived *class = &derivation->terms[0];
    bool inflected = (planner->without & SEARCH_NO_INFLECTION) == 0;
    bool compounds = !planner->light && (planner->without & SEARCH_NO_COMPOUNDS) == 0;
    struct shim_query *ways[6], *query = NULL, *more = NULL;
    size_t count = 0;
    if (in_title || !inflected || !planner->light) {
        ways[count++] = way_term(planner, in_title ? SCHEMA_TITLE : "", form, len, SCALE_EXACT);
    }
    ways[count++] = inflected
        ? way_term(planner, SCHEMA_TITLE_CLASS, class->term + 1, class->len - 1u, SCALE_TITLE_CLASS)
        : way_term(planner, SCHEMA_TITLE, form, len, SCALE_TITLE_CLASS);
    if (!in_title) {
        if (inflected) {
            ways[count++] = way_term(planner, SCHEMA_CLASS, class->term + 1, class->len - 1u, SCALE_CLASS);
        }
        if (compounds) {
            ways[count++] = way_term(planner, SCHEMA_PART, class->term + 1, class->len - 1u, SCALE_IN_COMPOUND);
        }
        if (inflected && derivation->count > 1 && derivation->terms[1].term[0] == SCHEMA_STEM[0]) {
            ways[count++] = way_term(planner, "", derivation->terms[1].term, derivation->terms[1].len, SCALE_STEM);
        }
        struct shim_query *apart = compounds ? apart_query(planner, derivation, form, len) : NULL;
        if (apart != NULL) {
            ways[count++] = apart;
        }
    }
    enum err_code code = shim_query_combine(SHIM_OR, ways, count, &query, planner->err);
    if (code == ERR_OK && !in_title) {
        code = parts_query(planner, derivation, wanted, &more);
    }
    if (code == ERR_OK) {
        code = also(planner, &query, TAKE_PTR(more));
    }
    if (code == ERR_OK && !in_title) {
        code = broaden_word(planner, form, len, wanted, &more);
    }
    if (code == ERR_OK) {
        code = also(planner, &query, TAKE_PTR(more));
    }
    if (code == ERR_OK && wanted) {
        code = needle_add_word(planner, form, len, derivation);
    }
    if (code == ERR_OK) {
        *ret_query = query;
    } else {
        shim_query_free(query);
    }
    return code;
}
