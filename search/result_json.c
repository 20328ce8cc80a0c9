/* result_json.c - a result as the JSON of the API. */
#include "search/search.h"

static void known_str(struct json_writer *json, const char *key, const char *text)
{
    jw_key_str(json, key, text[0] != '\0' ? text : NULL);
}

static void write_period(struct json_writer *json, const struct search_hit *hit)
{
    jw_key(json, "periode");
    if (hit->period_from[0] == '\0') {
        jw_null(json);
        return;
    }
    jw_begin_object(json);
    known_str(json, "van", hit->period_from);
    known_str(json, "tot", hit->period_to);
    jw_end_object(json);
}

static void write_origins(struct json_writer *json, const struct search_hit *hit)
{
    jw_key(json, "herkomst");
    jw_begin_object(json);
    for (size_t i = 0; i < DOC_FIELDS; i++) {
        if (hit->origins[i] != DOC_FROM_NOWHERE) {
            jw_key_str(json, doc_field_name((enum doc_field)i), doc_origin_name((enum doc_origin)hit->origins[i]));
        }
    }
    jw_end_object(json);
}

/* What page 0, of a document without pages, is called: nothing. */
static void name_page(struct json_writer *json, const struct search_hit *hit, uint32_t page)
{
    struct search_page_name name = { .label = "" };
    if (page > 0) {
        search_name_page(hit, page, &name);
    }
    known_str(json, "gedrukt", name.label);
    jw_key_bool(json, "ocr", name.ocr);
}

static void write_fragments(struct json_writer *json, const struct search_hit *hit)
{
    jw_key(json, "fragmenten");
    jw_begin_array(json);
    for (size_t i = 0; i < hit->fragment_count; i++) {
        jw_begin_object(json);
        jw_key(json, "pagina");
        if (hit->fragments[i].page > 0) {
            jw_int(json, hit->fragments[i].page);
        } else {
            jw_null(json);
        }
        jw_key_str(json, "html", hit->fragments[i].html);
        name_page(json, hit, hit->fragments[i].page);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void write_reasons(struct json_writer *json, unsigned reasons)
{
    static const struct {
        enum search_reason bit;
        const char *name;
    } names[] = {
        { SEARCH_EXACT, "exact" },
        { SEARCH_INFLECTED, "verbuiging" },
        { SEARCH_PART, "samenstellingsdeel" },
        { SEARCH_BRIEF, "afkorting" },
        { SEARCH_SYNONYM, "synoniem" },
    };
    jw_key(json, "reden");
    jw_begin_array(json);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (reasons & names[i].bit) {
            jw_str(json, names[i].name);
        }
    }
    jw_end_array(json);
}

/* What is counted, the one that is shown included, and the others as far as they are listed. */
static void write_list(struct json_writer *json, const char *key, const struct search_sibling *list, size_t count, uint32_t total,
                       bool versions)
{
    jw_key(json, key);
    jw_begin_object(json);
    jw_key_int(json, "aantal", (int64_t)total + 1);
    jw_key(json, "andere");
    jw_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        jw_begin_object(json);
        known_str(json, "id", list[i].id);
        known_str(json, "naam", list[i].name);
        known_str(json, "pad", list[i].path);
        known_str(json, "url", list[i].url);
        jw_key_str(json, "bron", list[i].source);
        known_str(json, "soort", list[i].kind);
        known_str(json, "datum", list[i].date);
        known_str(json, "vastgelegd", list[i].captured);
        if (versions) {
            jw_key_bool(json, "gelijk", list[i].same);
        }
        jw_end_object(json);
    }
    jw_end_array(json);
    jw_end_object(json);
}

static void write_siblings(struct json_writer *json, const struct search_hit *hit)
{
    known_str(json, "vastgelegd", hit->captured != NULL ? hit->captured : "");
    write_list(json, "vindplaatsen", hit->places, hit->place_count, hit->place_total, false);
    write_list(json, "versies", hit->versions, hit->version_count, hit->version_total, true);
    jw_key(json, "familie");
    jw_begin_object(json);
    jw_key_int(json, "aantal", hit->family_size);
    jw_key_int(json, "samengevoegd", hit->family_left);
    jw_end_object(json);
}

static void write_hit(struct json_writer *json, const struct search_hit *hit)
{
    jw_begin_object(json);
    jw_key_str(json, "id", hit->id);
    jw_key_str(json, "naam", hit->name);
    jw_key_str(json, "titel", hit->title);
    known_str(json, "url", hit->url);
    jw_key_str(json, "bron", hit->source);
    known_str(json, "soort", hit->kind);
    known_str(json, "auteur", hit->author);
    known_str(json, "organisatie", hit->organisation);
    known_str(json, "programma", hit->programme);
    known_str(json, "datum", hit->date);
    write_period(json, hit);
    known_str(json, "gearchiveerd", hit->archived);
    write_origins(json, hit);
    jw_key_str(json, "pad", hit->path);
    jw_key(json, "score");
    jw_real(json, hit->score);
    jw_key(json, "treffers");
    jw_begin_object(json);
    jw_key_int(json, "aantal", hit->hit_count);
    jw_key(json, "paginas");
    jw_begin_array(json);
    for (size_t i = 0; i < hit->page_count; i++) {
        jw_begin_object(json);
        jw_key_int(json, "pagina", hit->pages[i].page);
        jw_key_int(json, "aantal", hit->pages[i].count);
        name_page(json, hit, hit->pages[i].page);
        jw_end_object(json);
    }
    jw_end_array(json);
    jw_end_object(json);
    write_reasons(json, hit->reasons);
    write_fragments(json, hit);
    write_siblings(json, hit);
    jw_end_object(json);
}

static void write_meaning(struct json_writer *json, const struct search_meaning *meaning)
{
    jw_begin_object(json);
    jw_key_str(json, "tekst", meaning->text);
    known_str(json, "vraag", meaning->query);
    jw_key_int(json, "documenten", meaning->documents);
    jw_key_bool(json, "gebruikt", meaning->used);
    jw_key_bool(json, "redactie", meaning->editorial);
    jw_key(json, "document");
    if (meaning->id[0] != '\0') {
        jw_begin_object(json);
        jw_key_str(json, "id", meaning->id);
        jw_key_str(json, "naam", meaning->name);
        jw_end_object(json);
    } else {
        jw_null(json);
    }
    jw_end_object(json);
}

static void write_expansion(struct json_writer *json, const struct search_expansion *expansion)
{
    static const char *const kinds[] = {
        [SEARCH_EXPANSION_FULL] = "afkorting",      [SEARCH_EXPANSION_BRIEF] = "voluit",
        [SEARCH_EXPANSION_SYNONYM] = "synoniem",    [SEARCH_EXPANSION_SUCCESSOR] = "opvolger",
        [SEARCH_EXPANSION_PREDECESSOR] = "voorganger",
    };
    int64_t documents = 0;
    jw_begin_object(json);
    jw_key_str(json, "woord", expansion->word);
    jw_key_str(json, "soort", kinds[expansion->kind]);
    jw_key(json, "betekenis");
    jw_begin_array(json);
    for (size_t i = 0; i < expansion->meaning_count; i++) {
        if (expansion->meanings[i].used) {
            jw_str(json, expansion->meanings[i].text);
            documents += expansion->meanings[i].documents;
        }
    }
    jw_end_array(json);
    jw_key_int(json, "documenten", documents);
    jw_key(json, "keuzes");
    jw_begin_array(json);
    for (size_t i = 0; i < expansion->meaning_count; i++) {
        write_meaning(json, &expansion->meanings[i]);
    }
    jw_end_array(json);
    jw_end_object(json);
}

static void write_meant(struct json_writer *json, const struct search_meant *meant)
{
    jw_key(json, "bedoelde_u");
    if (meant->query == NULL) {
        jw_null(json);
        return;
    }
    jw_begin_object(json);
    jw_key_str(json, "vraag", meant->query);
    jw_key(json, "woorden");
    jw_begin_array(json);
    for (size_t i = 0; i < meant->word_count; i++) {
        jw_begin_object(json);
        jw_key_str(json, "van", meant->words[i].from);
        jw_key_str(json, "naar", meant->words[i].to);
        jw_end_object(json);
    }
    jw_end_array(json);
    jw_end_object(json);
}

static void write_broadening(struct json_writer *json, const struct search_result *result)
{
    size_t count;
    const struct search_feature_name *features = search_features(&count);
    jw_key(json, "zonder");
    jw_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        if (result->without & features[i].bit) {
            jw_str(json, features[i].name);
        }
    }
    jw_end_array(json);
    jw_key(json, "uitbreidingen");
    jw_begin_array(json);
    for (size_t i = 0; i < result->expansion_count; i++) {
        write_expansion(json, &result->expansions[i]);
    }
    jw_end_array(json);
}

void search_result_json(const struct search_result *result, struct buf *out)
{
    struct json_writer json;
    jw_writer_init(&json, out);
    jw_begin_object(&json);
    jw_key(&json, "totaal");
    jw_begin_object(&json);
    jw_key_int(&json, "aantal", result->total);
    jw_key_bool(&json, "exact", result->total_exact);
    jw_end_object(&json);
    jw_key(&json, "documenten");
    jw_begin_array(&json);
    for (size_t i = 0; i < result->hit_count; i++) {
        write_hit(&json, &result->hits[i]);
    }
    jw_end_array(&json);
    jw_key(&json, "interpretatie");
    jw_begin_object(&json);
    jw_key_str(&json, "gelezen", result->reading);
    jw_key(&json, "opmerkingen");
    jw_begin_array(&json);
    for (size_t i = 0; i < result->note_count; i++) {
        jw_str(&json, result->notes[i]);
    }
    jw_end_array(&json);
    write_broadening(&json, result);
    write_meant(&json, &result->meant);
    jw_end_object(&json);
    jw_end_object(&json);
}
