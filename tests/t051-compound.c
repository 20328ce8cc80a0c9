/* t051-compound.c - compounds: what is split and how, what is not, and words that share a part.
 *
 * With `--gold FILE` (form, lemmas of the parts joined by _, part of speech, count; tab-separated) it prints measures instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "text/compound.h"
#include "text/hyphen.h"
#include "text/token.h"
#include "text/unicode.h"

#define SIMPLEX_MOST 2 /* percent that may be split */

/* Words that are no compounds, or are so no longer: simple and derived ones. */
static const char simplex[] =
    "aanbeveling aanbevelingen aanbod aandacht aangifte aanleiding aanpak aanpassing aanpassingen aanvraag aanvragen "
    "aanwezigheid afdeling afdelingen afhandeling afhankelijkheid afspraak afspraken akkoord akkoorden algoritme analyse "
    "analyses apparaat apparaten archief archieven archivaris artikel artikelen aspect aspecten auteur auteurs balans "
    "bedoeling bedreiging begroting begrotingen behandeling behandelingen beheer beheerder beheren behoefte behoeften "
    "belang belangen belangrijk belangrijke belasting belastingen beleid beloning beoordeling bepaling bepalingen "
    "beperking beperkingen bericht berichten bescherming beslissing beslissingen besluit besluiten bespreking "
    "besprekingen bestand bestanden bestemming besturen bestuur bestuurder bestuurders bestuurlijk betaling betalingen "
    "betekenis betrekking betrokken betrokkenheid bevoegdheden bevoegdheid bevolking bewaring beweging bewegingen "
    "bewerking bewerkingen bezwaar bezwaren bibliotheek bibliotheken budget budgetten bureau burgerij capaciteit "
    "categorie centrum certificaat circulaire collectie college colleges commissie commissies communicatie competitie "
    "component conclusie conclusies concreet conditie conferentie conflict conflicten congres constructie consument "
    "consumenten contact contacten contract contracten controle controleren coordinatie criterium culturen cultuur "
    "definitie democratie democratisch departement departementen deskundige digitaal digitale directeur directie "
    "discussie discussies document documenten domein domeinen duidelijkheid economie economisch economische eenheden "
    "eenheid eerlijkheid effect effecten efficientie eigenschap eigenschappen element elementen ervaring ervaringen "
    "europees europese evaluatie evaluaties examen expertise faciliteit factor factoren familie fase financieel financien "
    "fonds formatie formulier formulieren fractie functie functies functionaris functionarissen fundament fundamenteel "
    "garantie gebied gebieden gebruik gebruiken gebruiker gebruikers gedachte gedachten gedrag gegeven gegevens geheim "
    "geheugen gelegen gelegenheid gelijkheid geluid geluiden gemeenschap gemeente gemeentelijk gemeentelijke gemeenten "
    "gemiddeld generaal generatie generaties gerecht gerechtelijk geschiedenis gesprek gesprekken gevaarlijk gevangenis "
    "gevolg gevolgen geweld gewoonte gezicht gezichten gezin gezinnen gezondheid herinnering herinneringen herstel "
    "hervorming hervormingen herziening hoeveelheid informatie informeren inhoud inkomen inkomsten inrichting inspecteur "
    "inspectie instelling instellingen internationaal internationale inventaris inventarisatie invloed inwoner inwoners "
    "kandidaat kandidaten kapitaal kapitein karakter karakteristiek kasteel katholiek keizer kenmerk kilometer kilometers "
    "klassiek klimaat koning koningin koninklijk koninkrijk kosten kwaliteit kwaliteiten kwestie kwesties laboratorium "
    "landelijk landelijke leerling leerlingen leraar leraren letter letters leverancier leveranciers leveren levering "
    "licentie literatuur logistiek maatschappelijk maatschappelijke maatschappij machine machines makelaar manager "
    "managers manier manieren materiaal materialen materie medewerker medewerkers medicijn medicijnen meerderheid meester "
    "menselijk mensen methode methoden meubel meubels middel middelen migratie milieu miljard miljoen miljoenen "
    "minderheid minimaal minimum minister ministerie ministers moeilijk moeilijkheden mogelijkheden mogelijkheid moment "
    "momenten monument monumenten motief motivatie museum muziek muzikant nadeel nadelen nationaal nationale natuur "
    "natuurlijk nieuws nummer nummers objectief officieel officiele officier officieren onafhankelijk onafhankelijkheid "
    "onderdeel onderdelen onderhandeling onderhoud ondernemer ondernemers onderneming ondernemingen onderscheid onderwerp "
    "onderwerpen onderwijs onderzoek onderzoeken ontmoeting ontslag ontvangst ontwerp ontwerpen ontwikkeling "
    "ontwikkelingen oordeel oordelen oorlog oorlogen oorzaak oorzaken opdracht opdrachten openbaar openbaarheid openbare "
    "opening operatie operaties opleiding opleidingen oplossing oplossingen oppervlakte oppositie ordening organisatie "
    "organisaties originele orkest ouders overbrenging overeenkomst overeenkomsten overgang overheden overheid overleg "
    "overleggen overzicht pagina paginas papier papieren parkeren parlement parlementair partij partijen partner partners "
    "patient patienten pensioen pensioenen periode perioden personeel personen persoon persoonlijk persoonlijke "
    "plaatselijk planning plezier politicus politie politiek politieke positie positief posities praktijk praktijken "
    "president principe principes prioriteit prioriteiten probleem problemen procedure procedures proces processen "
    "product producten productie professor programma programmas project projecten protocol provinciaal provincie "
    "provincies publicatie publicaties publiek punten rapport rapportage rapporten reactie reacties realiteit rechter "
    "rechters rechtvaardig redelijk regeling regelingen regering regeringen regionaal regionale regisseur register "
    "registers registratie rekening rekeningen relatie relaties reparatie republiek resultaat resultaten richting "
    "richtingen ruimtelijk ruimtelijke samenleving schilder schilderij schilderijen schrijver schrijvers secretaresse "
    "secretaris sector sectoren seizoen seizoenen selectie selecties signaal signalen situatie situaties sociaal sociale "
    "soldaat soldaten specialist specialisten stemming stichting stichtingen strategie strategisch structuren structuur "
    "student studenten subsidie subsidies symbool systeem systemen talent talenten techniek technieken technisch "
    "technologie tegenstelling tekening tekeningen televisie tentoonstelling terugkeer theater theorie theorieen titels "
    "toekomst toelichting toename toepassing toestemming toezicht toneel traditie traditioneel training trainingen "
    "transport uitbreiding uitdaging uitdagingen uitgave uitgaven uitkering uitkeringen uitspraak uitspraken uitvoeren "
    "uitvoering uitzondering universiteit universiteiten vakantie vakanties variant varianten veiligheid vennoot "
    "vennootschap verandering veranderingen verantwoordelijkheid verband verbetering verbeteringen verbinding verbod "
    "verdediging verdrag verdragen vereniging verenigingen vergadering vergaderingen vergunning vergunningen verhaal "
    "verhalen verhouding verhoudingen verkeer verkiezing verkiezingen verklaring verklaringen verkoop verleden verlies "
    "vermogen vernietiging vernieuwing verordening verordeningen verplichting verplichtingen verschil verschillen "
    "verschillende versie versies verslag verslagen vertrouwen vervoer verzameling verzekering verzekeringen verzoek "
    "verzoeken vijand vijanden vleugel vleugels vlieger vliegers volgens volledig volledige voorbeeld voorbeelden "
    "voordeel voordelen voorkeur voorstel voorstellen voorwaarde voorwaarden voorziening voorzieningen voorzitter "
    "vreemdeling vreemdelingen vriend vrienden vriendschap vrijheid waardering waarheid waarnemer waarneming waarnemingen "
    "wandeling wandelingen wapens waterschap waterschappen werkelijk werkelijkheid wetenschap wetenschappelijk winkel "
    "winkels winter wonder zekerheid zelfstandig zelfstandige ziekte ziekten zitting";

/* The form as given, and its parts with | between them; nothing when it is not to be split. */
static const char *const splits[][2] = {
    { "aandachtspunten", "aandacht|punten" },
    { "ambulancepersoneel", "ambulance|personeel" },
    { "belastingtoeslagenaffaire", "belasting|toeslagen|affaire" },
    { "beleidsprogramma", "beleid|programma" },
    { "coronacrisis", "corona|crisis" },
    { "documentmanagementsysteem", "document|managementsysteem" },
    { "gemeenteraadsverkiezing", "gemeenteraad|verkiezing" },
    { "geboortecijfer", "geboorte|cijfer" },
    { "inlichtingendienst", "inlichtingen|dienst" },
    { "kamerbrief", "kamer|brief" },
    { "kennismakingsbijeenkomst", "kennismaking|bijeenkomst" },
    { "kinderopvangtoeslagaffaire", "kinderopvangtoeslag|affaire" },
    { "onderzoeksteam", "onderzoek|team" },
    { "regelgevingstraject", "regelgeving|traject" },
    { "rijksambtenaar", "rijk|ambtenaar" },
    { "risicoregelreflex", "risico|regel|reflex" },
    { "risico-reductie", "risico|reductie" },
    { "statushouders", "status|houders" },
    { "veiligheidsdienst", "veiligheid|dienst" },
    { "volkshuisvestingsfonds", "volkshuisvesting|fonds" },
    { "vragenlijst", "vragen|lijst" },
    { "ziektekosten", "ziekte|kosten" },
    /* affixes, particles, chance pieces */
    { "documenten", "" },
    { "overheid", "" },
    { "gemeente", "" },
    { "beleid", "" },
    { "belasting", "" },
    { "minister", "" },
    { "programma", "" },
    { "waterschap", "" },
    { "waterschappen", "" },
    { "uitvoeren", "" },
    { "onderzoeken", "" },
    { "deelnemen", "" },
    { "voorstel", "" },
    { "achterstand", "" },
    { "waardering", "" },
    { "aanvullende", "" },
    { "stoornissen", "" },
    { "ontsnapping", "" },
    { "zoetermeer", "" },
    { "nederland", "" },
    { "", "" },
    { "a", "" },
    { "kat", "" },
};

/* Text, and the completed forms in their order. */
static const char *const completions[][2] = {
    { "wet- en regelgeving", "wetgeving" },
    { "wet- en\nregelgeving", "wetgeving" },
    { "wet- en regelgevingstrajecten", "wetgevingstrajecten" },
    { "gelijkebehandelingswet- en regelgeving", "gelijkebehandelingswetgeving" },
    { "de Inlichtingen- en Veiligheidsdienst", "inlichtingendienst" },
    { "privaat-, bestuurs-, Europees- en strafrechtelijke expertise", "privaatrechtelijke bestuursrechtelijke" },
    { "de huur-, koop-, en corporatiesector", "huursector koopsector" },
    { "in- en uitvoer", "invoer" },
    { "in-/uitvoer", "invoer" },
    { "voor- en nadelen", "voordelen" },
    { "op- en afschaling", "opschaling" },
    { "mee- en tegenvallers", "meevallers" },
    { "dak- en\nthuislozen", "daklozen" },
    { "huur- en/of zorgtoeslag", "huurtoeslag" },
    { "onderwijs- en cultuurbeleid", "onderwijsbeleid" },
    { "beleids- en uitvoeringsdirecties", "beleidsdirecties" },
    { "beleidskaders en -kanalen", "beleidskanalen" },
    { "beleidskaders en \xE2\x80\x93kanalen", "beleidskanalen" },
    { "de (Rijks-)overheid", "rijksoverheid" },
    { "een (deel-)rapport", "deelrapport" },
    { "(her)gebruik", "hergebruik" },
    { "de gemeente(raad)", "gemeenteraad" },
    { "de gemeente(-raad)", "gemeenteraad" },
    /* nothing to complete, or nothing convincing */
    { "de bestuurder(s) en kind(eren)", "" },
    { "(mede) bekostigd", "" },
    { "de secretaris- en dan", "" },
    { "de secretaris-generaal en de minister", "" },
    { "Eerste- en Tweede Kamer", "" },
    { "de A- en B-kant", "" },
    { "wet-\n\nen regelgeving", "" },
    { "wet-. En regelgeving", "" },
    { "wet- en", "" },
    { "- en daarna", "" },
    { "-", "" },
    { "", "" },
};

static struct words *words, *no_words;
static struct compounds *compounds, *no_compounds, *no_patterns;
static bool patterns_there;

static void must(enum err_code code, const struct err *err)
{
    if (code != ERR_OK) {
        fail_msg("%s", err->text);
    }
}

static void show(const char *form, const struct compound *compound, char *out, size_t cap)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < compound->count; i++) {
        used += (size_t)snprintf(out + used, cap - used, "%s%.*s", i > 0 ? "|" : "", compound->parts[i].len,
                                 form + compound->parts[i].start);
    }
}

static void test_splits(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct compound compound;
        char got[256];
        compound_split(compounds, splits[i][0], strlen(splits[i][0]), &compound);
        show(splits[i][0], &compound, got, sizeof got);
        if (strcmp(got, splits[i][1]) != 0) {
            print_error("%s: [%s], not [%s]\n", splits[i][0], got, splits[i][1]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_simplex(void **state)
{
    (void)state;
    size_t count = 0, split = 0;
    for (const char *at = simplex; *at != '\0'; count++) {
        struct compound compound;
        char got[256];
        size_t len = strcspn(at, " ");
        compound_split(compounds, at, len, &compound);
        if (compound.count > 0) {
            show(at, &compound, got, sizeof got);
            print_message("# simplex, but split: %s\n", got);
            split++;
        }
        at += len + (at[len] == ' ');
    }
    assert_true(count >= 500);
    assert_true(split * 100 <= SIMPLEX_MOST * count);
}

static void complete(const struct compounds *with, const char *text, size_t len, char *out, size_t cap)
{
    struct err err = ERR_INIT;
    AUTO_FREE struct compound_completion *list = NULL;
    size_t capacity = 0, count = 0, used = 0;
    must(compound_complete(with, text, len, &list, &capacity, &count, &err), &err);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        assert_true(list[i].start < len);
        assert_true(strlen(list[i].form) <= TOKEN_FORM_MAX);
        if (used + 2 * TOKEN_FORM_MAX < cap) {
            used += (size_t)snprintf(out + used, cap - used, "%s%s", i > 0 ? " " : "", list[i].form);
        }
    }
}

static void test_completions(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof completions / sizeof *completions; i++) {
        char got[512];
        complete(compounds, completions[i][0], strlen(completions[i][0]), got, sizeof got);
        if (strcmp(got, completions[i][1]) != 0) {
            print_error("%s: [%s], not [%s]\n", completions[i][0], got, completions[i][1]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_start_of_completion(void **state)
{
    (void)state;
    static const char text[] = "De wet- en regelgeving, en de gemeente(raad).";
    struct err err = ERR_INIT;
    AUTO_FREE struct compound_completion *list = NULL;
    size_t capacity = 0, count = 0;
    must(compound_complete(compounds, text, strlen(text), &list, &capacity, &count, &err), &err);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].start, 3);
    assert_int_equal(list[1].start, strstr(text, "raad") - text);
}

static void test_without_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct compound compound;
        compound_split(no_compounds, splits[i][0], strlen(splits[i][0]), &compound);
        assert_int_equal(compound.count, 0);
    }
    for (size_t i = 0; i < sizeof completions / sizeof *completions; i++) {
        char got[512];
        complete(no_compounds, completions[i][0], strlen(completions[i][0]), got, sizeof got);
        assert_string_equal(got, "");
    }
}

static void test_without_patterns(void **state)
{
    (void)state;
    struct compound compound;
    compound_split(no_patterns, "beleidsprogramma", 16, &compound);
    assert_int_equal(compound.count, 2);
    assert_true(compound_may_break(no_patterns, "beleid", 6, 1));
    if (patterns_there) {
        assert_true(compound_may_break(compounds, "beleid", 6, 2));
        assert_false(compound_may_break(compounds, "beleid", 6, 1));
    }
}

static uint64_t random_state = 51;

static uint32_t random_below(uint32_t most)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % most;
}

/* Parts lie in the form, one behind the other, and the same form is split the same way each time. */
static void check_form(const char *form, size_t len)
{
    struct compound one, two;
    compound_split(compounds, form, len, &one);
    compound_split(compounds, form, len, &two);
    assert_memory_equal(&one, &two, sizeof one);
    assert_true(one.count != 1 && one.count <= COMPOUND_PARTS_MAX);
    size_t end = 0;
    for (size_t i = 0; i < one.count; i++) {
        assert_true(one.parts[i].start >= end && one.parts[i].len > 0);
        end = (size_t)one.parts[i].start + one.parts[i].len;
    }
    assert_true(one.count == 0 || end == len);
}

static void test_random(void **state)
{
    (void)state;
    static const char *const pieces[] = { "beleid", "s", "programma", "-", "en", "wet", " ", "regelgeving", "(", ")", ",",
                                          "\n", "/", "\xE2\x80\x93", "rijks", "overheid", "\xC3\xAB", "\xFF", "ver", "heid" };
    for (size_t round = 0; round < 20000; round++) {
        char text[256], got[4096];
        size_t len = 0, most = random_below(16);
        for (size_t i = 0; i < most; i++) {
            const char *piece = pieces[random_below(sizeof pieces / sizeof *pieces)];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        for (size_t i = 0; round % 4 == 0 && i < len; i++) {
            text[i] = (char)random_below(256);
        }
        AUTO_FREE char *exact = malloc(len + 1); /* so that a sanitizer sees each byte read too far */
        assert_non_null(exact);
        memcpy(exact, text, len);
        check_form(exact, len);
        check_form(exact, len > TOKEN_FORM_MAX ? TOKEN_FORM_MAX : len);
        AUTO_BUF struct buf cleaned;
        struct err err = ERR_INIT;
        buf_init(&cleaned, 1 << 16);
        must(text_clean(exact, len, &cleaned, NULL, &err), &err);
        complete(compounds, cleaned.data, cleaned.len, got, sizeof got);
    }
}

/* ---- Measures ----------------------------------------------------------------------------- */

/* Whether a part is the lemma or one of its inflections: equal, but for some letters at the end and a vowel or consonant that
 * spelling doubles or drops (taal, talen; gras, grassen; lid, leden). */
static bool part_is(const char *part, size_t len, const char *lemma)
{
    size_t most = strlen(lemma), same = 0;
    while (same < len && same < most && part[same] == lemma[same]) {
        same++;
    }
    if (same == most) {
        return len - same <= 4;
    }
    if (same == len) {
        return most - same <= 2;
    }
    return same >= 2 && most - same <= 3 && len - same <= 4 && 2 * same + 2 >= most;
}

static void measure_row(const char *form, char *parts, size_t totals[5])
{
    char folded[TEXT_FOLD_MAX], got[256], *rest = NULL;
    struct compound compound;
    size_t len = text_fold(form, strlen(form), folded, sizeof folded), at = 0;
    compound_split(compounds, folded, len, &compound);
    bool exact = true;
    show(folded, &compound, got, sizeof got);
    for (char *part = strtok_r(parts, "_", &rest); part != NULL; part = strtok_r(NULL, "_", &rest), at++) {
        char lemma[TEXT_FOLD_MAX + 1];
        lemma[text_fold(part, strlen(part), lemma, TEXT_FOLD_MAX)] = '\0';
        bool found = false;
        for (size_t i = 0; i < compound.count; i++) {
            found = found || part_is(folded + compound.parts[i].start, compound.parts[i].len, lemma);
        }
        exact = exact && at < compound.count && part_is(folded + compound.parts[at].start, compound.parts[at].len, lemma);
        totals[3]++;
        totals[4] += found;
    }
    exact = exact && at == compound.count;
    totals[0]++;
    totals[1] += exact;
    totals[2] += compound.count == 0;
    if (!exact) {
        printf("%s\t%s\n", form, got);
    }
}

static int measure(const char *path)
{
    AUTO_FCLOSE FILE *file = fopen(path, "re");
    char line[1024];
    size_t totals[5] = { 0 }; /* rows, exact, not split, parts, parts found */
    if (file == NULL) {
        printf("cannot open %s\n", path);
        return 2;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = NULL, *form = strtok_r(line, "\t", &rest), *parts = strtok_r(NULL, "\t\n", &rest);
        if (form != NULL && parts != NULL) {
            measure_row(form, parts, totals);
        }
    }
    if (totals[0] > 0) {
        printf("rows %zu, exact %.3f, not split %zu, parts found %.3f\n", totals[0],
               (double)totals[1] / (double)totals[0], totals[2], (double)totals[4] / (double)totals[3]);
    }
    return 0;
}

/* ---- Set-up ------------------------------------------------------------------------------- */

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static enum err_code set_up(struct err *err)
{
    AUTO_BUF struct buf image;
    buf_init(&image, (size_t)1 << 28);
    enum err_code code = words_make(WORDS_DEFAULT_LIST, &image, err);
    if (code == ERR_OK) {
        size_t len = image.len;
        code = words_adopt(TAKE_PTR(image.data), len, &words, err);
    }
    double start = now_ms();
    if (code == ERR_OK) {
        code = compounds_new(words, HYPHEN_DEFAULT_PATTERNS, &compounds, err);
    }
    printf("# learned from the words in %.0f ms\n", now_ms() - start);
    if (code == ERR_OK) {
        code = words_empty(&no_words, err);
    }
    if (code == ERR_OK) {
        code = compounds_new(no_words, NULL, &no_compounds, err);
    }
    return code != ERR_OK ? code : compounds_new(words, NULL, &no_patterns, err);
}

static void tear_down(void)
{
    compounds_free(compounds);
    compounds_free(no_compounds);
    compounds_free(no_patterns);
    words_free(words);
    words_free(no_words);
}

int main(int argc, char **argv)
{
    if (access(WORDS_DEFAULT_LIST, R_OK) != 0) {
        printf("1..0 # SKIP no word list %s (Debian: wdutch)\n", WORDS_DEFAULT_LIST);
        return 0;
    }
    struct err err = ERR_INIT;
    if (set_up(&err) != ERR_OK) {
        printf("Bail out! %s\n", err.text);
        return 1;
    }
    struct hyphen *hyphen = NULL;
    patterns_there = hyphen_new(HYPHEN_DEFAULT_PATTERNS, &hyphen, &err) == ERR_OK && hyphen != NULL;
    hyphen_free(hyphen);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_splits),           cmocka_unit_test(test_simplex),
        cmocka_unit_test(test_completions),      cmocka_unit_test(test_start_of_completion),
        cmocka_unit_test(test_without_words),    cmocka_unit_test(test_without_patterns),
        cmocka_unit_test(test_random),
    };
    int status = argc == 3 && strcmp(argv[1], "--gold") == 0 ? measure(argv[2]) : cmocka_run_group_tests(tests, NULL, NULL);
    tear_down();
    return status;
}
