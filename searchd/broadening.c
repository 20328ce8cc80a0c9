/* broadening.c - which other words were searched for. */
#include "searchd/broadening.h"

#include <string.h>

#include "searchd/dutch.h"
#include "searchd/request.h"

struct page_way page_way_of(const struct search_result *result, unsigned without)
{
    return (struct page_way){ without, result->families, result->family };
}

void page_link(struct view *view, struct view_group *group, const char *name, const char *query, size_t len,
               const struct page_way *way, uint32_t page)
{
    AUTO_BUF struct buf url;
    buf_init(&url, 4 * REQUEST_TARGET_MAX);
    buf_add_str(&url, "/zoeken?q=");
    request_encode(&url, query, len);
    if (way->without != 0) {
        buf_add_str(&url, "&zonder=");
        search_features_print(way->without, &url);
    }
    if (way->families) {
        buf_add_str(&url, "&groepeer=familie");
    }
    if (way->family[0] != '\0') {
        buf_add_str(&url, "&familie=");
        request_encode(&url, way->family, strlen(way->family));
    }
    if (page > 1) {
        buf_printf(&url, "&pagina=%u", page);
    }
    view_text_len(view, group, name, url.failed ? "/" : url.data, url.failed ? 1 : url.len);
}

static unsigned feature_of(enum search_expansion_kind kind)
{
    return kind == SEARCH_EXPANSION_FULL || kind == SEARCH_EXPANSION_BRIEF ? SEARCH_NO_ABBREVIATIONS : SEARCH_NO_SYNONYMS;
}

/* "bepaald in 3 documenten, zoals nota.pdf" */
static void show_origin(struct view *view, struct view_group *item, const struct search_meaning *meaning)
{
    char number[DUTCH_SIZE];
    if (meaning->documents == 0) {
        return;
    }
    dutch_number(meaning->documents, number);
    view_printf(view, item, "herkomst", "%s %s%s%s", number, meaning->documents == 1 ? "document" : "documenten",
                meaning->name[0] == '\0' ? "" : ", zoals ", meaning->name);
}

/* The meanings that are searched for, or those that are not, as a list called `name`. */
static void show_meanings(struct view *view, struct view_group *group, const struct search_result *result,
                          const struct search_expansion *expansion, bool used, const char *name)
{
    bool first = true;
    for (size_t i = 0; i < expansion->meaning_count; i++) {
        const struct search_meaning *meaning = &expansion->meanings[i];
        if (meaning->used != used) {
            continue;
        }
        struct view_group *item = view_item(view, group, name);
        view_text(view, item, "voor", first ? "" : ", ");
        view_text(view, item, "tekst", meaning->text);
        if (meaning->query[0] != '\0') {
            struct page_way way = page_way_of(result, result->without);
            page_link(view, item, "keuze_url", meaning->query, strlen(meaning->query), &way, 1);
        }
        show_origin(view, item, meaning);
        first = false;
    }
}

static void show_expansion(struct view *view, const struct search_result *result, const struct search_expansion *expansion,
                           const char *query, size_t len)
{
    static const char *const intros[] = {
        [SEARCH_EXPANSION_FULL] = "is ook gezocht als",
        [SEARCH_EXPANSION_BRIEF] = "is ook gezocht als",
        [SEARCH_EXPANSION_SYNONYM] = "is ook gezocht als",
        [SEARCH_EXPANSION_SUCCESSOR] = "is opgevolgd door, en ook gezocht als",
        [SEARCH_EXPANSION_PREDECESSOR] = "heette eerder, en is ook gezocht als",
    };
    size_t used = 0;
    for (size_t i = 0; i < expansion->meaning_count; i++) {
        used += expansion->meanings[i].used;
    }
    struct view_group *group = view_item(view, view_root(view), "uitbreidingen");
    view_text(view, group, "woord", expansion->word);
    if (used > 0) {
        view_text(view, group, "als", intros[expansion->kind]);
        struct page_way way = page_way_of(result, result->without | feature_of(expansion->kind));
        page_link(view, group, "alleen", query, len, &way, 1);
    }
    view_flag(view, group, "meer_keuzes", used < expansion->meaning_count);
    show_meanings(view, group, result, expansion, true, "gebruikt");
    show_meanings(view, group, result, expansion, false, "keuzes");
}

void page_broadening(struct view *view, const struct search_result *result, const char *query, size_t len)
{
    struct view_group *root = view_root(view);
    size_t count;
    const struct search_feature_name *features = search_features(&count);
    view_flag(view, root, "uitbreiding_kop", result->expansion_count > 0 || result->without != 0);
    for (size_t i = 0; i < result->expansion_count; i++) {
        show_expansion(view, result, &result->expansions[i], query, len);
    }
    for (size_t i = 0; i < count; i++) {
        if (result->without & features[i].bit) {
            struct view_group *item = view_item(view, root, "uitgezet");
            view_text(view, item, "naam", features[i].name);
            view_text(view, item, "omschrijving", features[i].description);
            struct page_way way = page_way_of(result, result->without & ~(unsigned)features[i].bit);
            page_link(view, item, "aan", query, len, &way, 1);
        }
    }
}
