/* sidecar.c - MDTO-XML 1.0, DiWoo metadata 0.9 and Dublin Core.
 *
 * Values are taken by the elements around them: <begripLabel> in <classificatie> is a kind, in <beperkingGebruikType> a
 * restriction.
 */
#include "extract/sidecar.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "extract/internal.h"
#include "extract/meta.h"
#include "text/unicode.h"

#define DEPTH_MAX 32
#define NAME_MAX_BYTES 40
#define TEXT_MAX 65536

/* What a value that is met means, by the element that has it and one of those around it. */
struct rule {
    const char *element, *within; /* `within` NULL: anywhere */
    enum meta_slot slot;
};

static const struct rule mdto_rules[] = {
    { "naam", "informatieobject", META_TITLE },
    { "begripLabel", "classificatie", META_KIND },
    { "trefwoord", NULL, META_KEYWORDS },
    { "omschrijving", NULL, META_DESCRIPTION },
    { "raadpleeglocatieOnline", NULL, META_URL },
    { "URLBestand", NULL, META_URL },
    { "taal", NULL, META_LANGUAGE },
    { "dekkingInTijdBegindatum", NULL, META_PERIOD_FROM },
    { "dekkingInTijdEinddatum", NULL, META_PERIOD_TO },
    { "verwijzingNaam", "archiefvormer", META_ORGANISATION },
    { "verwijzingNaam", "isOnderdeelVan", META_PROGRAMME },
};

static const struct rule diwoo_rules[] = {
    { "officieleTitel", NULL, META_TITLE },
    { "creatiedatum", NULL, META_DATE },
    { "publisher", NULL, META_ORGANISATION },
    { "verantwoordelijke", NULL, META_ORGANISATION },
    { "opsteller", NULL, META_AUTHOR },
    { "naamOpsteller", NULL, META_AUTHOR },
    { "documentsoort", NULL, META_KIND },
    { "soort", NULL, META_KIND },
    { "omschrijving", NULL, META_DESCRIPTION },
    { "trefwoord", NULL, META_KEYWORDS },
    { "onderwerp", NULL, META_KEYWORDS },
    { "weblocatie", NULL, META_URL },
    { "loc", NULL, META_URL },
    { "language", NULL, META_LANGUAGE },
};

static const struct rule core_rules[] = {
    { "title", NULL, META_TITLE },          { "creator", NULL, META_AUTHOR },      { "issued", NULL, META_DATE },
    { "date", NULL, META_DATE },            { "created", NULL, META_DATE },        { "modified", NULL, META_MODIFIED },
    { "type", NULL, META_KIND },            { "language", NULL, META_LANGUAGE },   { "description", NULL, META_DESCRIPTION },
    { "abstract", NULL, META_DESCRIPTION }, { "subject", NULL, META_KEYWORDS },    { "publisher", NULL, META_ORGANISATION },
    { "identifier", NULL, META_URL },       { "source", NULL, META_URL },          { "isPartOf", NULL, META_PROGRAMME },
};

enum family { FAMILY_NONE, FAMILY_MDTO, FAMILY_DIWOO, FAMILY_CORE };

struct sidecar {
    struct meta meta;
    enum family family;
    char path[DEPTH_MAX][NAME_MAX_BYTES];
    size_t depth, beyond;
    struct buf text;
    bool has_children;      /* the element that ends has elements, so its text is theirs */
    char kind_of[128];      /* label of the event or relation that is open */
    char time[64], actor[256];
    struct buf category;    /* what is a kind only when nothing better is there */
    struct buf restriction; /* words of the restriction that is open */
    char restricted_until[16];
    struct buf restrictions; /* those that count */
};

static bool within(const struct sidecar *sidecar, const char *name)
{
    for (size_t i = 0; i < sidecar->depth; i++) {
        if (strcmp(sidecar->path[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- Restrictions ---------------------------------------------------------------------------- */

/* Whether the folded words begin with one that says that all is free; the longest such words say so without doubt. */
static bool is_free(const char *words)
{
    static const char *const free_words[] = { "cc0", "cc-by", "cc by", "publiek domein", "public domain", "public", "open data",
                                              "openbaar", "geen beperking", "geen", "niet van toepassing", "nvt", "n.v.t",
                                              "onbeperkt",
                                              "volledig openbaar", "vrij", "nee", "no", "none", "0", "false", "open", "pdm" };
    for (size_t i = 0; i < sizeof free_words / sizeof *free_words; i++) {
        size_t len = strlen(free_words[i]);
        if (strncmp(words, free_words[i], len) == 0 && !(words[len] >= 'a' && words[len] <= 'z')) {
            return true;
        }
    }
    return strncmp(words, "geen beperking", 14) == 0 || strstr(words, "creativecommons.org") != NULL;
}

/* Whether the day is past, as far as its precision tells. */
static bool is_past(const char *until)
{
    char today[16];
    time_t now = time(NULL);
    struct tm parts;
    return *until != '\0' && gmtime_r(&now, &parts) != NULL && strftime(today, sizeof today, "%Y-%m-%d", &parts) > 0
           && strncmp(until, today, strlen(until)) < 0;
}

bool sidecar_restricts(const char *words, const char *until)
{
    char folded[256];
    size_t len = text_fold(words, strlen(words) < 200 ? strlen(words) : utf8_floor(words, strlen(words), 200), folded,
                           sizeof folded - 1);
    folded[len] = '\0';
    const char *start = folded + strspn(folded, " \t\n");
    return *start != '\0' && !is_free(start) && !is_past(until);
}

static void end_restriction(struct sidecar *sidecar)
{
    const char *words = sidecar->restriction.data != NULL ? sidecar->restriction.data : "";
    if (sidecar_restricts(words, sidecar->restricted_until)) {
        if (sidecar->restrictions.len > 0) {
            buf_add_str(&sidecar->restrictions, "; ");
        }
        buf_add_str(&sidecar->restrictions, words);
    }
    buf_clear(&sidecar->restriction);
    sidecar->restricted_until[0] = '\0';
}

/* ---- Elements -------------------------------------------------------------------------------- */

static enum family family_of(const struct xml_element *element)
{
    if (strcmp(element->name, "MDTO") == 0 || strstr(element->space, "nationaalarchief.nl/mdto") != NULL) {
        return FAMILY_MDTO;
    }
    if (strcasecmp(element->name, "DiWoo") == 0 || strstr(element->space, "/diwoo/") != NULL) {
        return FAMILY_DIWOO;
    }
    return strstr(element->space, "purl.org/dc/") != NULL ? FAMILY_CORE : FAMILY_NONE;
}

static bool start_sidecar(void *context, const struct xml_element *element)
{
    struct sidecar *sidecar = context;
    enum family family = family_of(element);
    if (sidecar->family == FAMILY_NONE || (sidecar->family == FAMILY_CORE && family == FAMILY_DIWOO)) {
        sidecar->family = family;
    }
    if (sidecar->depth >= DEPTH_MAX) {
        sidecar->beyond++;
        return true;
    }
    snprintf(sidecar->path[sidecar->depth++], NAME_MAX_BYTES, "%s", element->name);
    buf_clear(&sidecar->text);
    sidecar->has_children = false;
    if (strcmp(element->name, "event") == 0 || strcmp(element->name, "betrokkene") == 0) {
        sidecar->kind_of[0] = sidecar->time[0] = sidecar->actor[0] = '\0';
    }
    return true;
}

static void text_sidecar(void *context, const char *text, size_t len)
{
    struct buf *value = &((struct sidecar *)context)->text;
    size_t room = TEXT_MAX - value->len;
    buf_add(value, text, len < room ? len : room);
}

/* Languages as DiWoo lists name them. */
static const char *language_of(const char *value)
{
    static const char *const names[][2] = { { "nederlands", "nl" }, { "nld", "nl" }, { "dut", "nl" },   { "engels", "en" },
                                            { "eng", "en" },        { "fries", "fy" }, { "fry", "fy" }, { "duits", "de" },
                                            { "deu", "de" },        { "frans", "fr" }, { "fra", "fr" },  { "papiaments", "pap" } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(value, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return value;
}

/* 2011/2014, start=2011; end=2014 (DCMI Period), or as people write it. */
static void add_period(struct sidecar *sidecar, const char *value)
{
    const char *start = strstr(value, "start="), *end = strstr(value, "end="), *slash = strchr(value, '/');
    if (start != NULL || end != NULL) {
        if (start != NULL) {
            meta_add(&sidecar->meta, META_PERIOD_FROM, start + 6, strcspn(start + 6, "; "));
        }
        if (end != NULL) {
            meta_add(&sidecar->meta, META_PERIOD_TO, end + 4, strcspn(end + 4, "; "));
        }
    } else if (slash != NULL) {
        meta_add(&sidecar->meta, META_PERIOD_FROM, value, (size_t)(slash - value));
        meta_add(&sidecar->meta, META_PERIOD_TO, slash + 1, strlen(slash + 1));
    } else {
        meta_add_period(&sidecar->meta, value, strlen(value));
    }
}

static void end_mdto(struct sidecar *sidecar, const char *name, const char *value)
{
    bool event = within(sidecar, "event"), person = within(sidecar, "betrokkene");
    if (strcmp(name, "begripLabel") == 0 && (within(sidecar, "eventType") || within(sidecar, "betrokkeneTypeRelatie"))) {
        snprintf(sidecar->kind_of, sizeof sidecar->kind_of, "%s", value);
    } else if (event && strcmp(name, "eventTijd") == 0) {
        snprintf(sidecar->time, sizeof sidecar->time, "%s", value);
    } else if (person && strcmp(name, "verwijzingNaam") == 0 && within(sidecar, "betrokkeneActor")) {
        snprintf(sidecar->actor, sizeof sidecar->actor, "%.*s", (int)utf8_floor(value, strlen(value), 250), value);
    } else if (strcmp(name, "begripLabel") == 0 && within(sidecar, "informatiecategorie")) {
        buf_add_str(&sidecar->category, sidecar->category.len == 0 ? value : "");
    } else if (within(sidecar, "beperkingGebruik")
               && ((strcmp(name, "begripLabel") == 0 && within(sidecar, "beperkingGebruikType"))
                   || (strcmp(name, "beperkingGebruikNadereBeschrijving") == 0 && sidecar->restriction.len == 0))) {
        buf_printf(&sidecar->restriction, "%.1000s", value);
    } else if (strcmp(name, "termijnEinddatum") == 0 && within(sidecar, "beperkingGebruikTermijn")) {
        snprintf(sidecar->restricted_until, sizeof sidecar->restricted_until, "%.10s", value);
    }
}

/* An event of making or publishing gives the date, a relation as author the author. */
static void end_mdto_group(struct sidecar *sidecar, const char *name)
{
    static const char *const making[] = { "publicatie", "vaststelling", "ondertekening", "creatie" };
    if (strcmp(name, "event") == 0) {
        for (size_t i = 0; i < sizeof making / sizeof *making; i++) {
            if (strncasecmp(sidecar->kind_of, making[i], strlen(making[i])) == 0) {
                meta_add(&sidecar->meta, META_DATE, sidecar->time, strlen(sidecar->time));
            }
        }
    } else if (strcmp(name, "betrokkene") == 0) {
        bool author = strncasecmp(sidecar->kind_of, "auteur", 6) == 0 || strncasecmp(sidecar->kind_of, "opsteller", 9) == 0
                      || strncasecmp(sidecar->kind_of, "maker", 5) == 0;
        meta_add(&sidecar->meta, author ? META_AUTHOR : META_NONE, sidecar->actor, strlen(sidecar->actor));
    } else if (strcmp(name, "beperkingGebruik") == 0) {
        end_restriction(sidecar);
    }
}

static void add_by_rule(struct sidecar *sidecar, const struct rule *rules, size_t count, const char *name, const char *value)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].element, name) == 0 && (rules[i].within == NULL || within(sidecar, rules[i].within))) {
            const char *given = rules[i].slot == META_LANGUAGE ? language_of(value) : value;
            meta_add(&sidecar->meta, rules[i].slot, given, strlen(given));
            return;
        }
    }
}

static void end_value(struct sidecar *sidecar, const char *name, const char *value)
{
    switch (sidecar->family) {
    case FAMILY_MDTO:
        end_mdto(sidecar, name, value);
        add_by_rule(sidecar, mdto_rules, sizeof mdto_rules / sizeof *mdto_rules, name, value);
        break;
    case FAMILY_DIWOO:
        if (strcmp(name, "informatiecategorie") == 0 && sidecar->category.len == 0) {
            buf_add_str(&sidecar->category, value);
        } else if (!(strcmp(name, "soort") == 0 && !within(sidecar, "documentsoorten"))) {
            add_by_rule(sidecar, diwoo_rules, sizeof diwoo_rules / sizeof *diwoo_rules, name, value);
        }
        break;
    case FAMILY_CORE:
        if (strcmp(name, "temporal") == 0 || strcmp(name, "coverage") == 0) {
            add_period(sidecar, value);
        } else if (strcmp(name, "accessRights") == 0) {
            buf_printf(&sidecar->restriction, "%.1000s", value);
            end_restriction(sidecar);
        } else {
            add_by_rule(sidecar, core_rules, sizeof core_rules / sizeof *core_rules, name, value);
        }
        break;
    case FAMILY_NONE:
        break;
    }
}

static void end_sidecar(void *context, const char *name)
{
    struct sidecar *sidecar = context;
    if (sidecar->beyond > 0) {
        sidecar->beyond--;
        return;
    }
    if (sidecar->depth == 0) {
        return;
    }
    if (!sidecar->has_children && sidecar->text.data != NULL) {
        const char *value = sidecar->text.data + strspn(sidecar->text.data, " \t\n\r");
        for (size_t len = sidecar->text.len; len > 0 && strchr(" \t\n\r", sidecar->text.data[len - 1]) != NULL; len--) {
            sidecar->text.data[len - 1] = '\0';
        }
        if (*value != '\0') {
            end_value(sidecar, name, value);
        }
    }
    if (sidecar->family == FAMILY_MDTO) {
        end_mdto_group(sidecar, name);
    }
    buf_clear(&sidecar->text);
    sidecar->depth--;
    sidecar->has_children = true;
}

static enum err_code store(struct sidecar *sidecar, const struct extract_caps *caps, struct extract_record *record, struct err *err)
{
    if (sidecar->category.data != NULL) {
        meta_add(&sidecar->meta, META_KIND, sidecar->category.data, sidecar->category.len);
    }
    enum err_code code = meta_store(&sidecar->meta, record, caps, err);
    if (code == ERR_OK && sidecar->restrictions.len > 0) {
        code = field_set(&record->restriction, sidecar->restrictions.data, sidecar->restrictions.len, caps->title_bytes, err);
    }
    return code;
}

static enum err_code walk(struct sidecar *sidecar, const char *bytes, size_t len, struct err *err)
{
    static const struct xml_handler handler = { start_sidecar, end_sidecar, text_sidecar };
    uint64_t unread = 0;
    enum err_code code = xml_read(bytes, len, &handler, sidecar, &unread, err);
    if (code == ERR_OK && unread > 0 && sidecar->family != FAMILY_NONE) { /* half of it could lack what matters: a restriction */
        code = err_set(err, ERR_INVALID, "it is damaged: %llu bytes of it cannot be read", (unsigned long long)unread);
    }
    if (code == ERR_OK && sidecar->family == FAMILY_NONE) {
        code = err_set(err, ERR_NOT_FOUND, "it is neither MDTO, DiWoo nor Dublin Core");
    }
    return code;
}

enum err_code sidecar_read_xml(const char *bytes, size_t len, const struct extract_caps *caps, struct extract_record *record,
                               struct err *err)
{
    struct sidecar *sidecar = calloc(1, sizeof *sidecar);
    if (sidecar == NULL) {
        return err_nomem(err, "sidecar");
    }
    meta_init(&sidecar->meta);
    buf_init(&sidecar->text, TEXT_MAX);
    buf_init(&sidecar->category, TEXT_MAX);
    buf_init(&sidecar->restriction, TEXT_MAX);
    buf_init(&sidecar->restrictions, TEXT_MAX);
    enum err_code code = walk(sidecar, bytes, len, err);
    if (code == ERR_OK) {
        code = store(sidecar, caps, record, err);
    }
    meta_done(&sidecar->meta);
    buf_done(&sidecar->text);
    buf_done(&sidecar->category);
    buf_done(&sidecar->restriction);
    buf_done(&sidecar->restrictions);
    free(sidecar);
    return code;
}
