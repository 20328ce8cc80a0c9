/* broaden.c - other words for words of the query: abbreviations both ways, and the editor's synonyms and successions.
 *
 * What is found is added to the query at less weight than the word itself, and noted in the plan, so that the answer can tell.
 * Other words are not broadened again.
 */
#include "search/planner.h"

#include <stdio.h>
#include <string.h>

#define SHARE_SYNONYM 0.8    /* of what the word itself would weigh */
#define SHARE_SUCCESSION 0.4 /* the old or new name of a thing is not quite the thing */
#define SHARE_INITIALS 0.8   /* no document says that V&J is Veiligheid en Justitie, but it mostly is */
#define SHARE_REPEATED 0.25  /* of a passage's worth: an abbreviation beside the words that it stands for says nothing new */
#define EXPANSIONS_MAX 16    /* words of a query that are broadened */
#define PLACES_MAX 8         /* rows of the editor's file for one word */
#define WAYS_MAX 24          /* other words for one word */

/* What is found for one word, or one run of words. */
struct broadening {
    struct planner *planner;
    bool wanted;
    struct shim_query *ways[WAYS_MAX];
    size_t count;
};

/* Joins the ways, or frees them on failure; *ret_query is NULL when there are none. */
static enum err_code finish(struct broadening *broadening, enum err_code code, struct shim_query **ret_query)
{
    *ret_query = NULL;
    if (code == ERR_OK && broadening->count > 0) {
        return shim_query_combine(SHIM_OR, broadening->ways, broadening->count, ret_query, broadening->planner->err);
    }
    for (size_t i = 0; i < broadening->count; i++) {
        shim_query_free(broadening->ways[i]);
    }
    return code;
}

/* The note of a word's other words; NULL when there are too many, or (a failure) when memory is short. */
static struct plan_expansion *note(struct broadening *broadening, const char *word, size_t len,
                                   enum search_expansion_kind kind)
{
    struct plan *plan = broadening->planner->plan;
    for (size_t i = 0; i < plan->expansion_count; i++) {
        struct plan_expansion *known = &plan->expansions[i];
        if (known->kind == kind && strlen(known->word) == len && memcmp(known->word, word, len) == 0) {
            return known;
        }
    }
    if (!broadening->wanted || len > ABBREV_LONG_MAX || plan->expansion_count == EXPANSIONS_MAX
        || mem_grow(&plan->expansions, &plan->expansion_capacity, plan->expansion_count, sizeof *plan->expansions) != 0) {
        return NULL;
    }
    struct plan_expansion *made = &plan->expansions[plan->expansion_count++];
    *made = (struct plan_expansion){ .kind = kind };
    memcpy(made->word, word, len);
    return made;
}

static void note_meaning(struct plan_expansion *expansion, const struct expansion *meaning)
{
    for (size_t i = 0; expansion != NULL && i < expansion->count; i++) {
        if (strcmp(expansion->meanings[i].text, meaning->text) == 0) {
            return;
        }
    }
    if (expansion != NULL && expansion->count < EXPAND_MAX) {
        expansion->meanings[expansion->count++] = *meaning;
    }
}

static bool has_room(const struct broadening *broadening)
{
    return broadening->count < WAYS_MAX;
}

/* The share of a meaning: as often as it is meant, next to the commonest one; the editor's count in full. */
static double share_of(const struct expansion *meanings, size_t count, size_t index)
{
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        most = meanings[i].documents > most ? meanings[i].documents : most;
    }
    return meanings[index].written != NULL || most == 0 ? 1.0 : (double)meanings[index].documents / most;
}

/* What an abbreviation stands for; of zbo's what zbo does. */
static enum err_code add_full(struct broadening *broadening, const char *form, size_t len)
{
    struct planner *planner = broadening->planner;
    struct expansion found[EXPAND_MAX];
    size_t count = 0;
    if (len > ABBREV_SHORT_MAX) {
        return ERR_OK;
    }
    enum err_code code = expand_find(planner->index, SCHEMA_BRIEF, form, len, found, &count, planner->err);
    const char *apostrophe = memchr(form, '\'', len);
    if (code == ERR_OK && count == 0 && apostrophe != NULL && apostrophe > form) {
        code = expand_find(planner->index, SCHEMA_BRIEF, form, (size_t)(apostrophe - form), found, &count, planner->err);
    }
    struct plan_expansion *noted = count > 0 ? note(broadening, form, len, SEARCH_EXPANSION_FULL) : NULL;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        note_meaning(noted, &found[i]);
        if (found[i].used && has_room(broadening)) {
            code = way_expansion(planner, found[i].text, share_of(found, count, i), NEEDLE_EXPANSION, broadening->wanted,
                                 &broadening->ways[broadening->count]);
            broadening->count += code == ERR_OK;
        }
    }
    return code;
}

/* The abbreviation of words: the commonest one, and those of the editor. */
static enum err_code add_brief(struct broadening *broadening, const char *words, size_t len)
{
    struct planner *planner = broadening->planner;
    struct expansion found[EXPAND_MAX];
    size_t count = 0;
    enum err_code code = expand_find(planner->index, SCHEMA_FULL, words, len, found, &count, planner->err);
    bool mined = false;
    for (size_t i = 0; i < count && code == ERR_OK && has_room(broadening); i++) {
        bool chosen = found[i].written != NULL || !mined;
        mined = mined || found[i].written == NULL;
        if (chosen) {
            note_meaning(note(broadening, words, len, SEARCH_EXPANSION_BRIEF), &found[i]);
            code = way_brief(planner, found[i].text, found[i].len, 1.0, broadening->wanted,
                             &broadening->ways[broadening->count]);
            broadening->count += code == ERR_OK;
            if (code == ERR_OK && broadening->wanted && memchr(words, ' ', len) != NULL) {
                planner->plan->needles[planner->plan->needle_count - 1].weight *= SHARE_REPEATED;
            }
        }
    }
    return code;
}

/* One other member of a row. */
static enum err_code add_member(struct broadening *broadening, const struct editor_member *member, double share)
{
    struct planner *planner = broadening->planner;
    struct shim_query **way = &broadening->ways[broadening->count];
    enum err_code code = strchr(member->words, ' ') != NULL
        ? way_expansion(planner, member->words, share, NEEDLE_SYNONYM, broadening->wanted, way)
        : way_synonym(planner, member->words, member->len, share, broadening->wanted, way);
    broadening->count += code == ERR_OK;
    return code;
}

/* Synonyms and successions of the editor's file. */
static enum err_code add_editorial(struct broadening *broadening, const char *words, size_t len)
{
    struct planner *planner = broadening->planner;
    struct editor_place places[PLACES_MAX];
    size_t found = editor_find(planner->index->editor, dutch_words(planner->index->view->dutch), words, len, places, PLACES_MAX);
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < found; i++) {
        const struct editor_row *row = places[i].row;
        bool succession = row->kind == EDITOR_SUCCESSION;
        if (!succession && row->kind != EDITOR_SYNONYM) {
            continue;
        }
        for (size_t k = 0; k < row->count && code == ERR_OK && has_room(broadening); k++) {
            if (k == places[i].member) {
                continue;
            }
            struct expansion meaning = { .len = row->members[k].len, .used = true, .written = row->members[k].written };
            memcpy(meaning.text, row->members[k].words, meaning.len + 1);
            note_meaning(note(broadening, words, len, !succession ? SEARCH_EXPANSION_SYNONYM
                              : k > places[i].member ? SEARCH_EXPANSION_SUCCESSOR : SEARCH_EXPANSION_PREDECESSOR), &meaning);
            code = add_member(broadening, &row->members[k], succession ? SHARE_SUCCESSION : SHARE_SYNONYM);
        }
    }
    return code;
}

static enum err_code broaden(struct broadening *broadening, const char *words, size_t len, bool single)
{
    unsigned without = broadening->planner->without;
    enum err_code code = ERR_OK;
    if (!(without & SEARCH_NO_ABBREVIATIONS)) {
        code = single ? add_full(broadening, words, len) : ERR_OK;
        code = code == ERR_OK ? add_brief(broadening, words, len) : code;
    }
    return code == ERR_OK && !(without & SEARCH_NO_SYNONYMS) ? add_editorial(broadening, words, len) : code;
}

enum err_code broaden_word(struct planner *planner, const char *form, size_t len, bool wanted, struct shim_query **ret_query)
{
    struct broadening broadening = { .planner = planner, .wanted = wanted };
    return finish(&broadening, broaden(&broadening, form, len, true), ret_query);
}

static bool is_plain_word(const struct query_node *node)
{
    return node->kind == QUERY_WORD && node->token_count == 1 && node->sign == QUERY_PLAIN && !node->in_title && !node->in_recurring
        && !node->exact;
}

/* Whether any other words are known for words that begin like this: most pairs of words begin nothing, and one look tells. */
static enum err_code is_begin(struct planner *planner, const char *words, size_t len, bool *ret_begins)
{
    *ret_begins = editor_begins(planner->index->editor, words, len);
    return *ret_begins || (planner->without & SEARCH_NO_ABBREVIATIONS)
        ? ERR_OK : expand_begins(planner->index->view, SCHEMA_FULL, words, len, ret_begins, planner->err);
}

/* Whether the words are `X en Y`, typed with capitals. */
static bool is_pair_of_names(struct query_node *const *children)
{
    for (int i = 0; i < 3; i++) {
        char initial = is_plain_word(children[i]) ? children[i]->tokens[0].written[0] : '\0';
        bool fits = i == 1 ? initial != '\0' && strcmp(children[1]->tokens[0].form, "en") == 0 : initial >= 'A' && initial <= 'Z';
        if (!fits) {
            return false;
        }
    }
    return true;
}

/* `Veiligheid en Justitie` is also written V&J, which documents do not explain. */
static enum err_code add_initials(struct broadening *broadening, struct query_node *const *children)
{
    struct planner *planner = broadening->planner;
    if (!is_pair_of_names(children) || !has_room(broadening)) {
        return ERR_OK;
    }
    char words[ABBREV_LONG_MAX + 1];
    const struct query_token *one = &children[0]->tokens[0], *other = &children[2]->tokens[0];
    const char text[] = { one->form[0], '&', other->form[0] };
    int len = snprintf(words, sizeof words, "%s en %s", one->form, other->form);
    if ((size_t)len >= sizeof words || planner_frequency(planner, text, sizeof text) == 0) {
        return ERR_OK;
    }
    struct expansion initials = { .len = sizeof text, .used = true };
    memcpy(initials.text, text, sizeof text);
    note_meaning(note(broadening, words, (size_t)len, SEARCH_EXPANSION_BRIEF), &initials);
    enum err_code code = way_brief(planner, text, sizeof text, SHARE_INITIALS, broadening->wanted,
                                   &broadening->ways[broadening->count]);
    broadening->count += code == ERR_OK;
    return code;
}

enum err_code broaden_group(struct planner *planner, const struct query_node *node, bool wanted, struct shim_query **ret_query)
{
    struct broadening broadening = { .planner = planner, .wanted = wanted };
    enum err_code code = ERR_OK;
    for (size_t first = 0; first + 1 < node->child_count && code == ERR_OK; first++) {
        char words[ABBREV_LONG_MAX + 1];
        size_t used = 0;
        if (first + 2 < node->child_count && !(planner->without & SEARCH_NO_ABBREVIATIONS)) {
            code = add_initials(&broadening, &node->children[first]);
        }
        for (size_t i = first; i < node->child_count && i < first + ABBREV_WORDS_MAX && code == ERR_OK; i++) {
            const struct query_node *child = node->children[i];
            if (!is_plain_word(child) || used + child->tokens[0].len + 1 > ABBREV_LONG_MAX) {
                break;
            }
            if (used > 0) {
                words[used++] = ' ';
            }
            memcpy(words + used, child->tokens[0].form, child->tokens[0].len);
            used += child->tokens[0].len;
            words[used] = '\0';
            bool begins = true;
            if (i == first + 1) {
                code = is_begin(planner, words, used, &begins);
            }
            if (!begins) {
                break;
            }
            if (i > first && code == ERR_OK) {
                code = broaden(&broadening, words, used, false);
            }
        }
    }
    return finish(&broadening, code, ret_query);
}
