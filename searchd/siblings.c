/* siblings.c - other places and captures of a document, and families, on a page. */
#include "searchd/siblings.h"

#include <string.h>

#include "searchd/broadening.h"
#include "searchd/dutch.h"

#define SIBLINGS_SHOWN 5

/* "en nog 3" */
static void show_rest(struct view *view, struct view_group *item, const char *name, size_t shown, uint32_t total)
{
    char number[DUTCH_SIZE];
    if (shown < total) {
        dutch_number(total - (uint32_t)shown, number);
        view_text(view, item, name, number);
    }
}

/* "nieuws – berichten/42" */
static void show_places(struct view *view, struct view_group *item, const struct search_hit *hit,
                        bool (*is_link)(const char *url))
{
    size_t shown = hit->place_count < SIBLINGS_SHOWN ? hit->place_count : SIBLINGS_SHOWN;
    view_flag(view, item, "plaats_lijst", shown > 0);
    for (size_t i = 0; i < shown; i++) {
        const struct search_sibling *place = &hit->places[i];
        struct view_group *entry = view_item(view, item, "plaatsen");
        view_text(view, entry, "voor", i == 0 ? "" : ", ");
        view_printf(view, entry, "naam", "%s%s%s", place->source, place->source[0] != '\0' ? " – " : "", place->path);
        if (is_link(place->url)) {
            view_text(view, entry, "url", place->url);
        }
    }
    show_rest(view, item, "plaats_rest", shown, hit->place_total);
}

static void show_versions(struct view *view, struct view_group *item, const struct search_hit *hit)
{
    size_t shown = hit->version_count < SIBLINGS_SHOWN ? hit->version_count : SIBLINGS_SHOWN;
    char date[DUTCH_SIZE], day[11];
    snprintf(day, sizeof day, "%.10s", hit->captured != NULL ? hit->captured : "");
    dutch_date(day, date);
    view_flag(view, item, "versie_lijst", shown > 0);
    view_text(view, item, "vastgelegd", date);
    for (size_t i = 0; i < shown; i++) {
        const struct search_sibling *version = &hit->versions[i];
        struct view_group *entry = view_item(view, item, "versies");
        snprintf(day, sizeof day, "%.10s", version->captured);
        dutch_date(day, date);
        view_text(view, entry, "voor", i == 0 ? "" : ", ");
        view_text(view, entry, "datum", date);
        view_flag(view, entry, "gelijk", version->same);
    }
    show_rest(view, item, "versie_rest", shown, hit->version_total);
}

/* The page of results for the same query with another way of grouping; `family` is "" for all documents. */
static void show_way(struct view *view, struct view_group *group, const char *name, const struct search_result *result,
                     bool families, const char *family, const char *query, size_t len)
{
    struct page_way way = { .without = result->without, .families = families, .family = family };
    page_link(view, group, name, query, len, &way, 1);
}

void page_siblings(struct view *view, struct view_group *item, const struct search_result *result, const struct search_hit *hit,
                   const char *query, size_t len, bool (*is_link)(const char *url))
{
    char number[DUTCH_SIZE];
    show_places(view, item, hit, is_link);
    show_versions(view, item, hit);
    if (hit->family_left > 0) {
        dutch_number(hit->family_left, number);
        view_printf(view, item, "familie", "Toon ook %s sterk gelijkend%s %s", number, hit->family_left == 1 ? "" : "e",
                    hit->family_left == 1 ? "document" : "documenten");
        show_way(view, item, "familie_url", result, false, hit->id, query, len);
    } else if (hit->family_size > 0 && !result->families && result->family[0] == '\0') {
        view_text(view, item, "familie", "Toon alleen sterk gelijkende documenten");
        show_way(view, item, "familie_url", result, false, hit->id, query, len);
    }
}

void page_families(struct view *view, const struct search_result *result, const char *query, size_t len)
{
    struct view_group *root = view_root(view);
    bool any = result->families;
    for (size_t i = 0; i < result->hit_count; i++) {
        any = any || result->hits[i].family_size > 0;
    }
    if (result->family[0] != '\0') {
        show_way(view, root, "familie_uit", result, false, "", query, len);
    } else if (any) {
        show_way(view, root, result->families ? "apart" : "samen", result, !result->families, "", query, len);
    }
}
