/* sidecar.c - MDTO-XML 1.0, DiWoo metadata 0.9 and Dublin Core.
 *
 * Values are taken by the elements around them: <begripLabel> in <classificatie> is a kind, in <beperkingGebruikType> a
 * restriction.  DiWoo metadata also comes as a sitemap, of one document or of many.
 */
#include "extract/sidecar.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "extract/internal.h"
#include "extract/meta.h"
#include "text/unicode.h"

#define DEPTH_MAX 32
#define NAME_MAX_BYTES 40
#define TEXT_MAX 65536
#define WORDS_MAX 1000

const char *const sidecar_endings[SIDECAR_ENDINGS] = { ".mdto.xml", ".metadata.xml", ".diwoo.xml", ".dc.xml" };

bool sidecar_has_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t len = strlen(path);
    for (size_t i = 0; i < SIDECAR_ENDINGS; i++) {
        size_t tail = strlen(sidecar_endings[i]);
        if (len > tail && strcmp(path + len - tail, sidecar_endings[i]) == 0) {
            return true;
        }
    }
    return strcmp(slash != NULL ? slash + 1 : path, SIDECAR_TABLE) == 0;
}

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
    { "begindatum", "geldigheid", META_PERIOD_FROM },
    { "begin", "geldigheid", META_PERIOD_FROM },
    { "einddatum", "geldigheid", META_PERIOD_TO },
    { "eind", "geldigheid", META_PERIOD_TO },
    { "isPartOf", NULL, META_PROGRAMME },
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
    /* Of a DiWoo sitemap. */
    const char *document;   /* file name of the document */
    bool sitemap, has_diwoo;
    bool is_document;       /* the address of the <url> that is open ends in that name */
    size_t urls, matches;   /* those that were met, those that have the name */
    struct meta picked;     /* of the first that has it, or of the first */
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

/* Words of the restriction that is open: a line for each value.  No more than can be shown is kept of one. */
static void add_words(struct sidecar *sidecar, const char *words, size_t len)
{
    if (sidecar->restriction.len > 0) {
        buf_add_char(&sidecar->restriction, '\n');
    }
    for (size_t i = 0, end = utf8_floor(words, len, WORDS_MAX); i < end; i++) {
        buf_add_char(&sidecar->restriction, words[i] == '\n' ? ' ' : words[i]);
    }
}

/* Each of its values may restrict. */
static void end_restriction(struct sidecar *sidecar, enum sidecar_question question)
{
    char *line = sidecar->restriction.data;
    while (line != NULL && *line != '\0') {
        char *end = line + strcspn(line, "\n");
        bool more = *end != '\0';
        *end = '\0';
        if (sidecar_restricts(line, question, sidecar->restricted_until)) {
            buf_add_str(&sidecar->restrictions, sidecar->restrictions.len > 0 ? "; " : "");
            buf_add_str(&sidecar->restrictions, line);
        }
        line = end + more;
    }
    if (sidecar->restriction.failed) {
        buf_add_str(&sidecar->restrictions, "more than can be read");
    }
    buf_clear(&sidecar->restriction);
    sidecar->restricted_until[0] = '\0';
}

/* ---- Families -------------------------------------------------------------------------------- */

static enum family family_of(const struct xml_element *element)
{
    if (strcmp(element->name, "MDTO") == 0 || strstr(element->space, "nationaalarchief.nl/mdto") != NULL) {
        return FAMILY_MDTO;
    }
    if (strcasecmp(element->name, "DiWoo") == 0 || strstr(element->space, "/diwoo/") != NULL) {
        return FAMILY_DIWOO;
    }
    return strstr(element->space, "purl.org/dc/") != NULL || xml_attribute_in(element, "/dc/terms/", "accessRights").text != NULL
             ? FAMILY_CORE : FAMILY_NONE;
}

/* RDF says in attributes what others say in text: the access right's address. */
static void take_attributes(struct sidecar *sidecar, const struct xml_element *element)
{
    struct xml_value right = xml_attribute_in(element, "/dc/terms/", "accessRights");
    if (right.text != NULL) {
        add_words(sidecar, right.text, right.len);
        end_restriction(sidecar, SIDECAR_IS_OPEN);
    }
    static const char *const names[] = { "resource", "about" };
    for (size_t i = 0; i < sizeof names / sizeof *names && within(sidecar, "accessRights"); i++) {
        right = xml_attribute(element, names[i]);
        if (right.text != NULL && right.len > 0) {
            add_words(sidecar, right.text, right.len);
        }
    }
}

/* ---- Sitemaps -------------------------------------------------------------------------------- */

/* Whether the address ends in the document's file name, which may be written with escapes. */
static bool is_address_of(const char *url, const char *name)
{
    const char *slash = strrchr(url, '/'), *c = slash != NULL ? slash + 1 : url;
    for (; *c != '\0' && *name != '\0'; name++) {
        unsigned value;
        char digits[3] = { 0 };
        if (*c == '%' && strspn(c + 1, "0123456789abcdefABCDEF") >= 2) {
            memcpy(digits, c + 1, 2);
            sscanf(digits, "%x", &value);
            c += 2;
        } else {
            value = (unsigned char)*c;
        }
        if (value != (unsigned char)*name) {
            return false;
        }
        c++;
    }
    return *c == '\0' && *name == '\0';
}

/* The values of a <url> are together: those of the first are kept until one that is the document's comes. */
static void end_url(struct sidecar *sidecar)
{
    if (sidecar->category.data != NULL) {
        meta_add(&sidecar->meta, META_KIND, sidecar->category.data, sidecar->category.len);
        buf_clear(&sidecar->category);
    }
    if (sidecar->urls == 0 || (sidecar->is_document && sidecar->matches == 0)) {
        struct meta other = sidecar->picked;
        sidecar->picked = sidecar->meta;
        sidecar->meta = other;
    }
    sidecar->urls++;
    sidecar->matches += sidecar->is_document;
    meta_done(&sidecar->meta);
    meta_init(&sidecar->meta);
    sidecar->is_document = false;
}

static enum err_code pick_url(struct sidecar *sidecar, struct err *err)
{
    if (!sidecar->has_diwoo) {
        return err_set(err, ERR_NOT_FOUND, "it is a sitemap without metadata");
    }
    if (sidecar->matches != 1 && sidecar->urls != 1) {
        return err_set(err, ERR_INVALID, "it is a sitemap of %zu documents, and %s of their addresses ends in the document's name",
                       sidecar->urls, sidecar->matches == 0 ? "none" : "more than one");
    }
    struct meta other = sidecar->picked;
    sidecar->picked = sidecar->meta;
    sidecar->meta = other;
    return ERR_OK;
}

/* ---- Elements -------------------------------------------------------------------------------- */

static bool start_sidecar(void *context, const struct xml_element *element)
{
    struct sidecar *sidecar = context;
    enum family family = family_of(element);
    if (sidecar->family == FAMILY_NONE || (sidecar->family == FAMILY_CORE && family == FAMILY_DIWOO)) {
        sidecar->family = family;
    }
    if (sidecar->depth == 0 && strcmp(element->name, "urlset") == 0) {
        sidecar->family = FAMILY_DIWOO;
        sidecar->sitemap = true;
    }
    sidecar->has_diwoo = sidecar->has_diwoo || family == FAMILY_DIWOO;
    if (sidecar->depth >= DEPTH_MAX) {
        sidecar->beyond++;
        return true;
    }
    snprintf(sidecar->path[sidecar->depth++], NAME_MAX_BYTES, "%s", element->name);
    buf_clear(&sidecar->text);
    sidecar->has_children = false;
    take_attributes(sidecar, element);
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
                   || strcmp(name, "beperkingGebruikNadereBeschrijving") == 0)) {
        add_words(sidecar, value, strlen(value));
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
        end_restriction(sidecar, SIDECAR_IS_RESTRICTED);
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
    if (within(sidecar, "accessRights")) {
        add_words(sidecar, value, strlen(value));
        return;
    }
    if (sidecar->sitemap && strcmp(name, "loc") == 0) {
        sidecar->is_document = is_address_of(value, sidecar->document);
    }
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
    if (strcmp(name, "accessRights") == 0) {
        end_restriction(sidecar, SIDECAR_IS_OPEN);
    } else if (sidecar->family == FAMILY_MDTO) {
        end_mdto_group(sidecar, name);
    } else if (sidecar->sitemap && sidecar->depth == 2 && strcmp(name, "url") == 0) {
        end_url(sidecar);
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
    if (code == ERR_OK && unread > 0) { /* half of it could lack what matters: a restriction */
        code = err_set(err, ERR_INVALID, "it is damaged: %llu bytes of it cannot be read", (unsigned long long)unread);
    }
    if (code == ERR_OK && sidecar->family == FAMILY_NONE) {
        code = err_set(err, ERR_NOT_FOUND, "it is neither MDTO, DiWoo nor Dublin Core");
    }
    return code == ERR_OK && sidecar->sitemap ? pick_url(sidecar, err) : code;
}

enum err_code sidecar_read_xml(const char *bytes, size_t len, const char *name, const struct extract_caps *caps,
                               struct extract_record *record, struct err *err)
{
    struct sidecar *sidecar = calloc(1, sizeof *sidecar);
    if (sidecar == NULL) {
        return err_nomem(err, "sidecar");
    }
    sidecar->document = name;
    meta_init(&sidecar->meta);
    meta_init(&sidecar->picked);
    buf_init(&sidecar->text, TEXT_MAX);
    buf_init(&sidecar->category, TEXT_MAX);
    buf_init(&sidecar->restriction, TEXT_MAX);
    buf_init(&sidecar->restrictions, TEXT_MAX);
    enum err_code code = walk(sidecar, bytes, len, err);
    if (code == ERR_OK) {
        code = store(sidecar, caps, record, err);
    }
    meta_done(&sidecar->meta);
    meta_done(&sidecar->picked);
    buf_done(&sidecar->text);
    buf_done(&sidecar->category);
    buf_done(&sidecar->restriction);
    buf_done(&sidecar->restrictions);
    free(sidecar);
    return code;
}
