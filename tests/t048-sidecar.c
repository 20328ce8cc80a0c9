/* t048-sidecar.c - metadata beside a document: MDTO, DiWoo, Dublin Core and tables. */
#include "tests/extract-test.h"

#include "extract/sidecar.h"

static struct extract_record *read_xml(const char *xml, struct extract_record *record)
{
    struct err err = ERR_INIT;
    assert_int_equal(record_init(record, "application/xml", &err), ERR_OK);
    if (sidecar_read_xml(xml, strlen(xml), &extract_default_caps, record, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    return record;
}

#define MDTO(body) "<MDTO xmlns='https://www.nationaalarchief.nl/mdto'><informatieobject>" body "</informatieobject></MDTO>"
#define RESTRICTION(label, more) "<beperkingGebruik><beperkingGebruikType><begripLabel>" label "</begripLabel>" \
          "<begripBegrippenlijst>" \
    "<verwijzingNaam>Lijst</verwijzingNaam></begripBegrippenlijst></beperkingGebruikType>" more "</beperkingGebruik>"

static void test_mdto(void **state)
{
    struct extract_record record;
    (void)state;
    read_xml(MDTO(
        "<identificatie><identificatieKenmerk>1</identificatieKenmerk></identificatie><naam>Jaarplan &amp; begroting</naam>"
        "<aggregatieniveau><begripLabel>Archiefstuk</begripLabel></aggregatieniveau>"
        "<classificatie><begripLabel>Studie</begripLabel></classificatie><trefwoord>kust</trefwoord><trefwoord>zand</trefwoord>"
        "<omschrijving>Een plan.</omschrijving><raadpleeglocatie><raadpleeglocatieOnline>https://a.nl/1</raadpleeglocatieOnline>"
        "</raadpleeglocatie><dekkingInTijd><dekkingInTijdType><begripLabel>Periode</begripLabel></dekkingInTijdType>"
        "<dekkingInTijdBegindatum>2010-01-01</dekkingInTijdBegindatum><dekkingInTijdEinddatum>2014</dekkingInTijdEinddatum>"
          "</dekkingInTijd>"
        "<taal>nl</taal><event><eventType><begripLabel>Bevriezing</begripLabel></eventType><eventTijd>2012-01-01</eventTijd>"
          "</event>"
        "<event><eventType><begripLabel>Creatie</begripLabel></eventType><eventTijd>2011-07-21T13:20:00</eventTijd></event>"
        "<informatiecategorie><begripLabel>Primair beleid</begripLabel></informatiecategorie>"
        "<isOnderdeelVan><verwijzingNaam>Deltaprogramma</verwijzingNaam></isOnderdeelVan>"
        "<archiefvormer><verwijzingNaam>Ministerie van IenW</verwijzingNaam></archiefvormer>"
        "<betrokkene><betrokkeneTypeRelatie><begripLabel>Aanvrager</begripLabel></betrokkeneTypeRelatie><betrokkeneActor>"
          "<verwijzingNaam>"
        "X</verwijzingNaam></betrokkeneActor></betrokkene><betrokkene><betrokkeneTypeRelatie><begripLabel>Auteur</begripLabel>"
        "</betrokkeneTypeRelatie><betrokkeneActor><verwijzingNaam>J. Bos</verwijzingNaam></betrokkeneActor></betrokkene>"
        RESTRICTION("Geen beperking", "")), &record);
    assert_string_equal(record.title, "Jaarplan & begroting");
    assert_string_equal(record.kind, "Studie");
    assert_string_equal(record.keywords, "kust; zand");
    assert_string_equal(record.description, "Een plan.");
    assert_string_equal(record.url, "https://a.nl/1");
    assert_string_equal(record.period, "2010-01-01/2014");
    assert_string_equal(record.language, "nl");
    assert_string_equal(record.date, "2011-07-21");
    assert_string_equal(record.programme, "Deltaprogramma");
    assert_string_equal(record.organisation, "Ministerie van IenW");
    assert_string_equal(record.author, "J. Bos");
    assert_string_equal(record.restriction, "");
    extract_record_done(&record);
}

static void test_restrictions(void **state)
{
    static const struct {
        const char *xml;
        bool restricted;
    } cases[] = {
        { MDTO(RESTRICTION("CC0", "<beperkingGebruikNadereBeschrijving>"
          "CC0 Publiek domein</beperkingGebruikNadereBeschrijving>")), false },
        { MDTO(RESTRICTION("Openbaar", "")), false },
        { MDTO(RESTRICTION("Niet openbaar", "")), true },
        { MDTO(RESTRICTION("beperkt openbaar; onevenredige bevoordeling", "")), true },
        { MDTO(RESTRICTION("Openbaarheidsbeperking", "")), true },
        { MDTO(RESTRICTION("CC0", "") RESTRICTION("Geheim", "")), true },
        { MDTO(RESTRICTION("Geheim", "<beperkingGebruikTermijn><termijnEinddatum>2001-05-06</termijnEinddatum>"
          "</beperkingGebruikTermijn>")),
          false },
        { MDTO(RESTRICTION("Geheim", "<beperkingGebruikTermijn><termijnEinddatum>2999</termijnEinddatum>"
          "</beperkingGebruikTermijn>")), true },
        { MDTO(""), false },
        { "<r xmlns:t='http://purl.org/dc/terms/'><t:accessRights>RESTRICTED</t:accessRights></r>", true },
        { "<r xmlns:t='http://purl.org/dc/terms/'><t:accessRights>PUBLIC</t:accessRights></r>", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct extract_record record;
        read_xml(cases[i].xml, &record);
        if ((record.restriction[0] != '\0') != cases[i].restricted) {
            fail_msg("case %zu: '%s'", i, record.restriction);
        }
        extract_record_done(&record);
    }
}

static void test_diwoo(void **state)
{
    struct extract_record record;
    (void)state;
    read_xml("<diwoo:Document xmlns:diwoo='https://standaarden.overheid.nl/diwoo/metadata/'><diwoo:DiWoo>"
             "<diwoo:creatiedatum>2023-01-02</diwoo:creatiedatum><diwoo:publisher resource='x'>ministerie van VWS</diwoo:publisher>"
             "<diwoo:titelcollectie><diwoo:officieleTitel>Besluit op verzoek</diwoo:officieleTitel></diwoo:titelcollectie>"
             "<diwoo:language>Nederlands</diwoo:language><diwoo:classificatiecollectie><diwoo:documentsoorten><diwoo:documentsoort>"
             "besluit</diwoo:documentsoort></diwoo:documentsoorten><diwoo:informatiecategorieen><diwoo:informatiecategorie>"
             "Woo-verzoeken"
             "</diwoo:informatiecategorie></diwoo:informatiecategorieen></diwoo:classificatiecollectie><diwoo:documenthandelingen>"
             "<diwoo:documenthandeling><diwoo:soortHandeling>vaststelling</diwoo:soortHandeling><diwoo:atTime>2024</diwoo:atTime>"
             "</diwoo:documenthandeling></diwoo:documenthandelingen></diwoo:DiWoo></diwoo:Document>", &record);
    assert_string_equal(record.title, "Besluit op verzoek");
    assert_string_equal(record.date, "2023-01-02");
    assert_string_equal(record.organisation, "ministerie van VWS");
    assert_string_equal(record.kind, "besluit");
    assert_string_equal(record.language, "nl");
    extract_record_done(&record);
}

static void test_dublin_core(void **state)
{
    struct extract_record record;
    (void)state;
    read_xml("<metadata xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:dcterms='http://purl.org/dc/terms/'><dc:title>"
          "Nota</dc:title>"
             "<dc:creator>A</dc:creator><dc:creator>B</dc:creator><dc:date>6 oktober 2016</dc:date><dc:type>nota</dc:type>"
             "<dc:language>nl</dc:language><dc:publisher>Gemeente</dc:publisher><dc:identifier>123</dc:identifier>"
             "<dc:source>https://b.nl/x</dc:source><dcterms:temporal>start=2011; end=2014-06;</dcterms:temporal>"
             "<dcterms:isPartOf>Programma Zand</dcterms:isPartOf></metadata>", &record);
    assert_string_equal(record.title, "Nota");
    assert_string_equal(record.author, "A; B");
    assert_string_equal(record.date, "2016-10-06");
    assert_string_equal(record.url, "https://b.nl/x");
    assert_string_equal(record.period, "2011/2014-06");
    assert_string_equal(record.programme, "Programma Zand");
    extract_record_done(&record);
}

/* A damaged sidecar could lack a restriction; XML of another kind is none. */
static void test_not_read(void **state)
{
    static const struct {
        const char *xml;
        enum err_code code;
    } cases[] = { { MDTO("<naam>x</naam>") "<", ERR_OK },
                  { "<MDTO xmlns='https://www.nationaalarchief.nl/mdto'><informatieobject><naam>x</naam><beperk", ERR_INVALID },
                  { "<svg xmlns='s'><title>x</title></svg>", ERR_NOT_FOUND },
                  { "geen xml", ERR_INVALID } };
    (void)state;
    for (size_t i = 1; i < sizeof cases / sizeof *cases; i++) {
        struct extract_record record;
        struct err err = ERR_INIT;
        assert_int_equal(record_init(&record, "", &err), ERR_OK);
        assert_int_equal(sidecar_read_xml(cases[i].xml, strlen(cases[i].xml), &extract_default_caps, &record, &err), cases[i].code);
        extract_record_done(&record);
    }
}

static bool read_row(const char *csv, const char *name, struct extract_record *record)
{
    struct err err = ERR_INIT;
    bool found = false;
    assert_int_equal(record_init(record, "text/csv", &err), ERR_OK);
    if (sidecar_read_table(csv, strlen(csv), name, &extract_default_caps, record, &found, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    return found;
}

static void test_tables(void **state)
{
    static const char table[] = "Bestandsnaam;Titel;Auteur;Datum;Looptijd;Openbaarheid;Onbekend\r\n"
                                "a.txt;\"Een; \"\"titel\"\"\r\nlang\";J. Jansen;06-10-2016;2011 t/m 2014;Openbaar;x\r\n"
                                "\r\n"
                                "map\\b.txt;Co\xF6rdinatie;;2012;;Niet openbaar";
    struct extract_record record;
    struct err err = ERR_INIT;
    (void)state;
    assert_true(read_row(table, "a.txt", &record));
    assert_string_equal(record.title, "Een; \"titel\" lang");
    assert_string_equal(record.author, "J. Jansen");
    assert_string_equal(record.date, "2016-10-06");
    assert_string_equal(record.period, "2011/2014");
    assert_string_equal(record.restriction, "");
    extract_record_done(&record);
    assert_true(read_row(table, "map/b.txt", &record));
    assert_string_equal(record.title, "Co\xC3\xB6rdinatie");
    assert_string_equal(record.date, "2012");
    assert_string_equal(record.restriction, "Niet openbaar");
    extract_record_done(&record);
    assert_false(read_row(table, "c.txt", &record));
    extract_record_done(&record);
    assert_true(read_row("\xEF\xBB\xBF" "file,title,period_start,period-end\nx.pdf,T,2011,2012-03\n", "x.pdf", &record));
    assert_string_equal(record.title, "T");
    assert_string_equal(record.period, "2011/2012-03");
    extract_record_done(&record);
    bool found;
    assert_int_equal(record_init(&record, "", &err), ERR_OK);
    assert_int_equal(sidecar_read_table("jaar;bedrag\n2012;5\n", 19, "a", &extract_default_caps, &record, &found, &err),
                     ERR_NOT_FOUND);
    extract_record_done(&record);
}

/* The examples of the standard, where they are. */
static void test_examples(void **state)
{
    static const char *const names[] = { "MDTO-XML_1.0.1_Voorbeeld_Archiefstuk_Informatieobject.xml",
                                         "MDTO-XML_1.0.1_Voorbeeld_Dossier_Informatieobject.xml" };
    const char *folder = getenv("NASLAG_METADATA"), *source = getenv("NASLAG_SRC");
    char example_folder[400];
    snprintf(example_folder, sizeof example_folder, "%s/../shared/data/metadata", source != NULL ? source : ".");
    (void)state;
    if (folder == NULL) {
        folder = example_folder;
    }
    for (size_t i = 0; i < 2; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/mdto/%s", folder, names[i]);
        AUTO_FCLOSE FILE *file = fopen(path, "re");
        if (file == NULL) {
            print_message("# skipped: %s is not here (its folder can be named in NASLAG_METADATA)\n", path);
            return;
        }
        AUTO_FREE char *xml = calloc(1, 100001);
        assert_non_null(xml);
        assert_true(fread(xml, 1, 100000, file) > 0);
        struct extract_record record;
        read_xml(xml, &record);
        assert_true(record.title[0] != '\0' && record.organisation[0] != '\0');
        assert_int_equal(record.restriction[0] != '\0', i);
        extract_record_done(&record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mdto),     cmocka_unit_test(test_restrictions), cmocka_unit_test(test_diwoo),
        cmocka_unit_test(test_dublin_core), cmocka_unit_test(test_not_read),  cmocka_unit_test(test_tables),
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
