/* t048-sidecar.c - metadata beside a document: MDTO, DiWoo, Dublin Core and tables. */
#include "tests/extract-test.h"

#include "extract/sidecar.h"

static struct extract_record *read_xml(const char *xml, struct extract_record *record)
{
    struct err err = ERR_INIT;
    assert_int_equal(record_init(record, "application/xml", &err), ERR_OK);
    if (sidecar_read_xml(xml, strlen(xml), "stuk 2.pdf", &extract_default_caps, record, &err) != ERR_OK) {
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

/* Words, and whether they let a document be published: as the answer to "restricted?", as the answer to "open?". */
static void test_words(void **state)
{
    static const struct {
        const char *words;
        bool unrestricted, open;
    } cases[] = {
        { "", true, true }, { " \n", true, true },
        { "openbaar", true, true }, { "  Openbaar. ", true, true }, { "PUBLIC", true, true }, { "Publiek", true, true },
        { "Volledig\n  openbaar", true, true }, { "open", true, true }, { "Vrij", true, true }, { "Geen beperking", true, true },
        { "geen beperkingen", true, true }, { "Publiek domein", true, true }, { "Open data", true, true },
        { "geen", true, false }, { "Nee", true, false }, { "no", true, false }, { "None", true, false }, { "FALSE", true, false },
        { "0", true, false }, { "n.v.t.", true, false }, { "nvt", true, false }, { "Niet van toepassing", true, false },
        { "ja", false, true }, { "Yes", false, true }, { "true", false, true }, { "1", false, true },
        { "CC0", true, true }, { "CC0 Publiek domein", true, true }, { "CC-BY-SA-4.0", true, true }, { "cc by 4.0 NL", true, true },
        { "CC0 1.0 Universal (https://creativecommons.org/publicdomain/zero/1.0/deed.nl)", true, true },
        { "PDM", true, true }, { "Public Domain Mark 1.0", true, true },
        { "http://creativecommons.org/licenses/by/4.0/", true, true },
        { "http://publications.europa.eu/resource/authority/access-right/PUBLIC", true, true },
        { "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC", false, false },
        { "http://publications.europa.eu/resource/authority/access-right/RESTRICTED", false, false },
        { "geen toegang", false, false }, { "Openbaar vanaf 2060", false, false }, { "open na 75 jaar", false, false },
        { "vrij na toestemming", false, false }, { "no access", false, false }, { "nee, vertrouwelijk", false, false },
        { "public access prohibited", false, false }, { "Openbaar, behalve bijlage 3", false, false },
        { "Vrij te gebruiken binnen de organisatie", false, false }, { "Niet openbaar", false, false },
        { "0 exemplaren", false, false },
        { "CC0 vanaf 2060", false, false }, { "CC0, behalve bijlage 3", false, false }, { "CC0 2060", false, false },
        { "niet creativecommons.org/licenses/by/4.0", false, false },
        { "https://creativecommons.org.evil/licenses/", false, false },
        { "https://a.nl/?creativecommons.org", false, false }, { "-", false, false }, { "x", false, false },
        { "public records", false, false },
        { "cc directie", false, false }, { "openbaarheid beperkt", false, false }, { "geheim", false, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (sidecar_restricts(cases[i].words, SIDECAR_IS_RESTRICTED, "") == cases[i].unrestricted
            || sidecar_restricts(cases[i].words, SIDECAR_IS_OPEN, "") == cases[i].open) {
            fail_msg("'%s'", cases[i].words);
        }
    }
    static const struct {
        const char *until;
        bool past;
    } days[] = { { "2001-05-06", true }, { "2001-05", true }, { "2001", true }, { "", false }, { "2999", false },
                 { "2999-01-01", false }, { "01-01-2999", false },
                 { "1-1-2060", false }, { "0", false }, { "onbekend", false }, { "200", false } };
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        if (sidecar_restricts("geheim", SIDECAR_IS_RESTRICTED, days[i].until) == days[i].past) {
            fail_msg("until '%s'", days[i].until);
        }
    }
}

#define NOTE(text) "<beperkingGebruikNadereBeschrijving>" text "</beperkingGebruikNadereBeschrijving>"
#define UNTIL(day) "<beperkingGebruikTermijn><termijnEinddatum>" day "</termijnEinddatum></beperkingGebruikTermijn>"
#define RIGHTS(body) "<r xmlns:t='http://purl.org/dc/terms/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>" body "</r>"
#define RIGHT "http://publications.europa.eu/resource/authority/access-right/"

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
        { MDTO(RESTRICTION("Openbaar", NOTE("Niet openbaar wegens privacy"))), true },
        { MDTO(RESTRICTION("Openbaar", NOTE("Pas openbaar na 2060") UNTIL("2060-01-01"))), true },
        { MDTO(RESTRICTION("Openbaar", NOTE("Geen beperkingen.") UNTIL("2060-01-01"))), false },
        { MDTO(RESTRICTION("Openbaar", NOTE("Was vertrouwelijk") UNTIL("2001-01-01"))), false },
        { MDTO(RESTRICTION("Geheim", NOTE("Openbaar"))), true },
        { MDTO("<beperkingGebruik>" NOTE("Intern") "</beperkingGebruik>"), true },
        { RIGHTS("<t:accessRights rdf:resource='" RIGHT "NON_PUBLIC'/>"), true },
        { RIGHTS("<t:accessRights rdf:resource='" RIGHT "PUBLIC'/>"), false },
        { RIGHTS("<t:accessRights rdf:resource='" RIGHT "PUBLIC'>vertrouwelijk</t:accessRights>"), true },
        { RIGHTS("<t:accessRights><t:RightsStatement rdf:about='" RIGHT "RESTRICTED'/></t:accessRights>"), true },
        { RIGHTS("<rdf:Description t:accessRights='NON_PUBLIC'/>"), true },
        { RIGHTS("<t:accessRights>nee</t:accessRights>"), true },
        { RIGHTS("<t:accessRights>PUBLIC</t:accessRights><t:accessRights>RESTRICTED</t:accessRights>"), true },
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

#define URLSET(body) "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' " \
    "xmlns:diwoo='https://standaarden.overheid.nl/diwoo/metadata/'>" body "</urlset>"
#define URL(loc, title, date, more) "<url><loc>" \
    loc "</loc><lastmod>2024-04-01</lastmod><diwoo:Document><diwoo:DiWoo><diwoo:creatiedatum>" \
    date "</diwoo:creatiedatum><diwoo:titelcollectie><diwoo:officieleTitel>" \
    title "</diwoo:officieleTitel></diwoo:titelcollectie>" more \
    "</diwoo:DiWoo></diwoo:Document></url>"
#define MORE "<diwoo:isPartOf resource='https://a.nl/x'>Zaak 7</diwoo:isPartOf><diwoo:geldigheid><diwoo:begindatum>2020-01-01" \
    "</diwoo:begindatum><diwoo:einddatum>2021-02-03</diwoo:einddatum></diwoo:geldigheid>"

static void test_sitemap(void **state)
{
    static const struct {
        const char *xml;
        enum err_code code;
    } refused[] = {
        { URLSET(URL("https://a.nl/1.pdf", "Een", "2021", "") URL("https://a.nl/2.pdf", "Twee", "2022", "")), ERR_INVALID },
        { URLSET(URL("https://a.nl/stuk%202.pdf", "Een", "2021", "") URL("https://b.nl/stuk%202.pdf", "Twee", "2022", "")),
          ERR_INVALID },
        { URLSET(URL("https://a.nl/x-stuk%202.pdf", "Een", "2021", "") URL("https://b.nl/stuk%202.pdf.x", "Twee", "2022", "")),
          ERR_INVALID },
        { URLSET("<url><loc>https://a.nl/stuk%202.pdf</loc></url>"), ERR_NOT_FOUND },
    };
    struct extract_record record;
    (void)state;
    read_xml(URLSET(URL("https://a.nl/1.pdf", "Een", "2021", "<diwoo:omschrijving>vreemd</diwoo:omschrijving>")
                    URL("https://a.nl/stuk%202.pdf", "Twee", "2022-02-02", MORE)
                    URL("https://a.nl/3.pdf", "Drie", "2023", "")), &record);
    assert_string_equal(record.title, "Twee");
    assert_string_equal(record.date, "2022-02-02");
    assert_string_equal(record.url, "https://a.nl/stuk%202.pdf");
    assert_string_equal(record.programme, "Zaak 7");
    assert_string_equal(record.period, "2020-01-01/2021-02-03");
    assert_string_equal(record.description, "");
    extract_record_done(&record);
    read_xml(URLSET(URL("https://a.nl/download/17", "Een", "2021", "")), &record);
    assert_string_equal(record.title, "Een");
    assert_string_equal(record.url, "https://a.nl/download/17");
    extract_record_done(&record);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct err err = ERR_INIT;
        assert_int_equal(record_init(&record, "", &err), ERR_OK);
        enum err_code code = sidecar_read_xml(refused[i].xml, strlen(refused[i].xml), "stuk 2.pdf", &extract_default_caps, &record,
                                              &err);
        assert_int_equal(code, refused[i].code);
        extract_record_done(&record);
    }
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
                  { "<svg xmlns='s'><title>x</ti", ERR_INVALID },
                  { "", ERR_INVALID },
                  { "geen xml", ERR_INVALID } };
    (void)state;
    for (size_t i = 1; i < sizeof cases / sizeof *cases; i++) {
        struct extract_record record;
        struct err err = ERR_INIT;
        assert_int_equal(record_init(&record, "", &err), ERR_OK);
        assert_int_equal(sidecar_read_xml(cases[i].xml, strlen(cases[i].xml), "stuk.pdf", &extract_default_caps, &record, &err),
                         cases[i].code);
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
    assert_true(read_row("\n ;;\r\nsep=,\r\n\nfile,title\nx.pdf,\"T\"\"U\"\n", "x.pdf", &record));
    assert_string_equal(record.title, "T\"U");
    extract_record_done(&record);
    /* What sep= says goes before what there is most of. */
    assert_true(read_row("sep=;\nfile;a,b,c,d;title\nx.pdf;;T", "x.pdf", &record));
    assert_string_equal(record.title, "T");
    extract_record_done(&record);
}

/* Columns ask different questions; every row of the document counts. */
static void test_table_restrictions(void **state)
{
    static const struct {
        const char *csv;
        bool restricted;
    } cases[] = {
        { "file;restricted\nx;no\n", false },      { "file;restricted\nx;0\n", false },     { "file;restricted\nx;yes\n", true },
        { "file;restricted\nx;1\n", true },        { "file;beperking\nx;geen\n", false },   { "file;beperking\nx;ja\n", true },
        { "file;openbaarheid\nx;nee\n", true },    { "file;openbaarheid\nx;no\n", true },
        { "file;openbaarheid\nx;false\n", true },
        { "file;openbaarheid\nx;0\n", true },      { "file;openbaarheid\nx;ja\n", false },  { "file;openbaarheid\nx;1\n", false },
        { "file;access rights\nx;public\n", false }, { "file;access rights\nx;none\n", true },
        { "file;openbaarheid\nx;\n", false },      { "file;openbaarheid\nx;Openbaar vanaf 2060\n", true },
        { "file;openbaarheid;titel\nx;openbaar;A\ny;nee;\nx;nee;B\n", true },
        { "file;openbaarheid;beperking\nx;openbaar;geheim\n", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct extract_record record;
        assert_true(read_row(cases[i].csv, "x", &record));
        if ((record.restriction[0] != '\0') != cases[i].restricted) {
            fail_msg("case %zu: '%s'", i, record.restriction);
        }
        assert_true(i != 16 || strcmp(record.title, "A") == 0);
        extract_record_done(&record);
    }
}

/* What a damaged table restricts is not known. */
static void test_damaged_tables(void **state)
{
#define BYTES(text) { text, sizeof text - 1 }
    static const struct {
        const char *csv;
        size_t len;
    } cases[] = {
        BYTES(""), BYTES("\n\n;;\n"), BYTES("jaar;bedrag\n2012;5\n"), BYTES("\x8f\x03\xfe\x99\x1b\xd0\x41\x02\xf7\x93\xaa\x05"),
        BYTES("file;title\nx;T\n\0\0\0\0\0\0"), BYTES("\0\0\0\0\0\0\0\0"), BYTES("file;title\nx;\"T\ny;U\n"),
        BYTES("\"file;title\nx;T\n"), BYTES("file;title;openbaarheid\nx;\"T;ja\ny;\"U\";nee\n"),
        BYTES("file;title;openbaarheid\nx;T"), BYTES("file;title;openbaarheid\nx;T;ja\nmap/b"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct extract_record record;
        struct err err = ERR_INIT;
        bool found;
        assert_int_equal(record_init(&record, "", &err), ERR_OK);
        if (sidecar_read_table(cases[i].csv, cases[i].len, "x", &extract_default_caps, &record, &found, &err) != ERR_INVALID) {
            fail_msg("table %zu", i);
        }
        extract_record_done(&record);
    }
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
        cmocka_unit_test(test_words),    cmocka_unit_test(test_sitemap),      cmocka_unit_test(test_table_restrictions),
        cmocka_unit_test(test_damaged_tables),
        cmocka_unit_test(test_dublin_core), cmocka_unit_test(test_not_read),  cmocka_unit_test(test_tables),
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
