/* t047-office.c - DOCX, PPTX, XLSX, OpenDocument, EPUB, RTF and Markdown: what text comes of them, in what order. */
#include "extract/detect.h"
#include "tests/extract-test.h"
#include "tests/ole-fixture.h"
#include "tests/zip-fixture.h"

#define W "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' " \
          "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:wps='x' xmlns:v='y' " \
          "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><w:body>"
#define W_END "</w:body></w:document>"
#define TYPES { "[Content_Types].xml", "<Types/>" }
#define RELS "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
#define REL(id, type, target) \
    "<Relationship Id='" id "' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/" type \
    "' Target='" target "'/>"
#define ROOT(target) { "_rels/.rels", RELS REL("r1", "officeDocument", target) \
    "<Relationship Id='r2' Type='http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties' " \
    "Target='docProps/core.xml'/></Relationships>" }

/* The only record of a package; `name` tells the format. */
static struct extract_record *run_zip(const char *name, const struct zip_text *members, size_t count, struct caught *caught)
{
    AUTO_BUF struct buf zip;
    buf_init(&zip, (size_t)1 << 24);
    zip_make(members, count, &zip);
    assert_false(zip.failed);
    return run_one(name, zip.data, zip.len, caught);
}
#define RUN(name, members, caught) run_zip(name, members, sizeof(members) / sizeof *(members), caught)

/* A DOCX with this body. */
static struct extract_record *run_body(const char *body, struct caught *caught)
{
    AUTO_BUF struct buf text;
    buf_init(&text, 1 << 20);
    buf_add_str(&text, W);
    buf_add_str(&text, body);
    buf_add_str(&text, W_END);
    const struct zip_text members[] = { TYPES, ROOT("word/document.xml"), { "word/document.xml", text.data } };
    return RUN("x.docx", members, caught);
}

static void test_word(void **state)
{
    const struct zip_text members[] = {
        TYPES, ROOT("word/document.xml"),
        { "docProps/core.xml", "<cp:coreProperties xmlns:cp='c' xmlns:dc='d' xmlns:dcterms='t'><dc:title>Jaarplan 2014</dc:title>"
          "<dc:creator>A. de Vries</dc:creator><cp:keywords>water; dijken</cp:keywords><dc:language>nl-NL</dc:language>"
          "<dcterms:created>2014-02-03T10:00:00Z</dcterms:created><dcterms:modified>2014-03-05T10:00:00Z</dcterms:modified>"
          "</cp:coreProperties>" },
        { "docProps/app.xml", "<Properties><Company>Gemeente Waterland</Company></Properties>" },
        { "word/_rels/document.xml.rels", RELS REL("r1", "styles", "styles.xml") REL("r2", "footnotes", "footnotes.xml")
          REL("r3", "comments", "comments.xml") REL("r4", "header", "header1.xml") "</Relationships>" },
        { "word/styles.xml", "<w:styles xmlns:w='w'><w:style w:type='paragraph' w:styleId='Kop1'><w:name w:val='heading 1'/>"
          "</w:style>"
          "<w:style w:styleId='Eigen'><w:basedOn w:val='Kop1'/></w:style>"
          "<w:style w:styleId='Kopvaninhoud'><w:basedOn w:val='Kop1'/><w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>"
          "</w:styles>" },
        { "word/document.xml", W
          "<w:p><w:pPr><w:pStyle w:val='Kop1'/></w:pPr><w:r><w:t>Wat wij </w:t></w:r><w:r><w:t>doen</w:t></w:r></w:p>"
          "<w:p><w:r><w:t>De dijk is</w:t></w:r><w:r><w:t xml:space='preserve"
          "'> hoog</w:t><w:footnoteReference w:id='2'/></w:r><w:r><w:t>.</w:t></w:r></w:p>"
          "<w:p><w:pPr><w:pStyle w:val='Eigen'/></w:pPr><w:r><w:t>Eigen kop</w:t></w:r></w:p>"
          "<w:p><w:pPr><w:pStyle w:val='Kopvaninhoud'/></w:pPr><w:r><w:t>Inhoud</w:t></w:r></w:p>"
          "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>"
          "<w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
          W_END },
        { "word/footnotes.xml", "<w:footnotes xmlns:w='w'><w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>weg</w:t>"
          "</w:r></w:p>"
          "</w:footnote><w:footnote w:id='2'><w:p><w:r><w:t>Een noot.</w:t></w:r></w:p></w:footnote></w:footnotes>" },
        { "word/comments.xml", "<w:comments xmlns:w='w'><w:comment w:author='B'><w:p><w:r><w:t>Klopt dit?</w:t></w:r></w:p>"
          "</w:comment>"
          "</w:comments>" },
        { "word/header1.xml", "<w:hdr xmlns:w='w'><w:p><w:r><w:t>Boven aan</w:t></w:r></w:p></w:hdr>" },
    };
    struct caught caught;
    struct extract_record *record = RUN("x.docx", members, &caught);
    (void)state;
    assert_string_equal(record->text, "Wat wij doen\n\nDe dijk is hoog.\n\nEigen kop\n\nInhoud\n\na\tb\nc\td\n\nEen noot.\n\n"
                                      "Klopt dit?\n\nBoven aan");
    assert_int_equal(record->heading_count, 2);
    assert_string_equal(record->title, "Jaarplan 2014");
    assert_string_equal(record->author, "A. de Vries");
    assert_string_equal(record->organisation, "Gemeente Waterland");
    assert_string_equal(record->date, "2014-02-03");
    assert_string_equal(record->modified, "2014-03-05");
    assert_string_equal(record->language, "nl-NL");
    assert_string_equal(record->keywords, "water; dijken");
    assert_int_equal(record->cut, 0);
    caught_done(&caught);
}

/* What no reader sees is no text. */
static void test_word_unseen(void **state)
{
    struct caught caught;
    struct extract_record *record = run_body(
        "<w:p><w:r><w:t>Een </w:t></w:r><w:del><w:r><w:delText>oud </w:delText></w:r></w:del><w:ins><w:r><w:t>nieuw </w:t>"
          "</w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>verplaatst </w:t></w:r></w:moveFrom><w:r><w:rPr><w:vanish/></w:rPr><w:t>verborgen </w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>woord</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>Zichtbaar</w:t></w:r></w:p>"
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"http://x\" </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>verwijzing</w:t></w:r><w:r>"
          "<w:fldChar w:fldCharType='end'/></w:r>"
        "<w:r><w:t xml:space='preserve'> p. </w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>"
          " PAGE </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>12</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
        &caught);
    (void)state;
    assert_string_equal(record->text, "Een nieuw woord\n\nZichtbaar\n\nverwijzing p.");
    caught_done(&caught);
}

/* A text box stands once, after its paragraph, though the file has it twice. */
static void test_word_box(void **state)
{
    static const char box[] = "<w:txbxContent><w:p><w:r><w:t>in een kader</w:t></w:r></w:p></w:txbxContent>";
    AUTO_BUF struct buf body;
    buf_init(&body, 1 << 16);
    buf_printf(&body, "<w:p><w:r><w:t>Voor </w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
          "%s</w:drawing>"
               "</mc:Choice><mc:Fallback><w:pict>%s</w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>na.</w:t>"
               "</w:r></w:p>"
               "<w:p><w:r><w:t>Verder.</w:t></w:r></w:p>", box, box);
    struct caught caught;
    struct extract_record *record = run_body(body.data, &caught);
    (void)state;
    assert_string_equal(record->text, "Voor na.\n\nin een kader\n\nVerder.");
    caught_done(&caught);
}

static void test_word_lists(void **state)
{
    struct caught caught;
    struct extract_record *record = run_body(
        "<w:p><w:r><w:t>Lijst:</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>een</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>twee</w:t><w:br/><w:t>regels</w:t><w:tab/><w:t>lang</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>E</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r></w:p>", &caught);
    (void)state;
    assert_string_equal(record->text, "Lijst:\n\neen\ntwee\nregels\tlang\n\nE-mail");
    caught_done(&caught);
}

#define SLIDE(title, body) \
    "<p:sld xmlns:p='p' xmlns:a='a'><p:sp><p:nvPr><p:ph type='title'/></p:nvPr><p:txBody><a:p><a:r><a:t>" title \
    "</a:t></a:r></a:p></p:txBody></p:sp><p:sp><p:nvPr><p:ph type='sldNum'/></p:nvPr><p:txBody><a:p><a:fld><a:t>7</a:t>" \
          "</a:fld></a:p>" \
    "</p:txBody></p:sp><p:sp><p:txBody>" body "</p:txBody></p:sp></p:sld>"

static void test_slides(void **state)
{
    const struct zip_text members[] = {
        TYPES, ROOT("ppt/presentation.xml"),
        { "docProps/core.xml", "<c><title>PowerPoint-presentatie</title></c>" },
        { "ppt/presentation.xml", "<p:presentation xmlns:p='p' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/"
          "relationships'><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/></p:sldIdLst></p:presentation>" },
        { "ppt/_rels/presentation.xml.rels", RELS REL("r1", "slide", "slides/slide1.xml")
          REL("r2", "slide", "/ppt/slides/slide2.xml")
          "</Relationships>" },
        { "ppt/slides/slide1.xml", SLIDE("Tweede dia", "<a:p><a:r><a:t>slot</a:t></a:r></a:p>") },
        { "ppt/slides/slide2.xml", SLIDE("Eerste dia", "<a:p><a:r><a:t>punt een</a:t></a:r></a:p><a:p><a:r><a:t>"
          "punt twee</a:t></a:r></a:p>") },
        { "ppt/slides/_rels/slide2.xml.rels", RELS REL("r1", "notesSlide", "../notesSlides/notesSlide1.xml") "</Relationships>" },
        { "ppt/notesSlides/notesSlide1.xml", "<p:notes xmlns:p='p' xmlns:a='a'><p:sp><p:nvPr><p:ph type='body'/></p:nvPr><p:txBody>"
          "<a:p><a:r><a:t>Zeg dit.</a:t></a:r></a:p></p:txBody></p:sp></p:notes>" },
    };
    struct caught caught;
    struct extract_record *record = RUN("x.pptx", members, &caught);
    (void)state;
    assert_string_equal(record->text, "Eerste dia\n\npunt een\npunt twee\n\nZeg dit.\nTweede dia\n\nslot");
    assert_string_equal(record->title, "Eerste dia");
    assert_int_equal(record->page_count, 2);
    assert_memory_equal(record->text + record->pages[1], "Tweede", 6);
    assert_int_equal(record->heading_count, 2);
    caught_done(&caught);
}

static void test_sheets(void **state)
{
    const struct zip_text members[] = {
        TYPES, ROOT("xl/workbook.xml"),
        { "xl/workbook.xml", "<workbook xmlns='x' "
          "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>"
          "<sheet name='Blad1' r:id='r1'/><sheet name='Geheim' state='hidden' r:id='r2'/><sheet name='Kosten' r:id='r3'/>"
          "</sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels", RELS REL("r1", "worksheet", "worksheets/sheet1.xml")
          REL("r2", "worksheet", "worksheets/sheet2.xml") REL("r3", "worksheet", "worksheets/sheet3.xml")
          REL("r4", "sharedStrings", "sharedStrings.xml") REL("r5", "styles", "styles.xml")
          "</Relationships>" },
        { "xl/sharedStrings.xml", "<sst><si><t>Naam</t></si><si><r><t>ge</t></r><r><t>deeld</t></r><rPh><t>weg</t></rPh>"
          "</si></sst>" },
        { "xl/styles.xml", "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='[$-413]d\\-mmm\\-yy;@'/></numFmts><cellXfs>"
          "<xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='10'/><xf numFmtId='22'/></cellXfs>"
          "</styleSheet>" },
        { "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v>"
          "99</v></c></row>"
          "<row><c t='inlineStr'><is><t>los</t></is></c><c><f>1+1</f><v>2</v></c><c><v>0.1</v></c><c><v>1234567</v></c>"
          "<c t='str'><v>tekst</v></c><c t='b'><v>1</v></c><c t='e'><v>#REF!</v></c></row>"
          "<row><c s='1'><v>41000</v></c><c s='2'><v>61</v></c><c s='3'><v>0.125</v></c><c s='4'><v>41000.5</v></c><c s='1'>"
          "<v>1</v></c></row>"
          "</sheetData></worksheet>" },
        { "xl/worksheets/sheet2.xml", "<worksheet><c t='inlineStr'><is><t>wachtwoord</t></is></c></worksheet>" },
        { "xl/worksheets/sheet3.xml", "<worksheet/>" },
    };
    struct caught caught;
    struct extract_record *record = RUN("x.xlsx", members, &caught);
    (void)state;
    assert_string_equal(record->text, "Blad1\n\nNaam\tgedeeld\nlos\t2\t0,1\t1234567\ttekst\tWAAR\n"
                                      "01-04-2012\t01-03-1900\t12,5%\t01-04-2012 12:00\t01-01-1900\nKosten");
    assert_string_equal(record->title, "");
    assert_int_equal(record->page_count, 2);
    caught_done(&caught);
}

#define ODF "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b' xmlns:style='s' xmlns:draw='d' " \
            "xmlns:presentation='p' xmlns:dc='http://purl.org/dc/elements/1.1/'>"

static void test_odt(void **state)
{
    const struct zip_text members[] = {
        { "mimetype", "application/vnd.oasis.opendocument.text" },
        { "content.xml", ODF "<office:automatic-styles><style:style style:name='P1' style:parent-style-name='Standard'>"
          "<style:text-properties text:display='none'/></style:style></office:automatic-styles><office:body><office:text>"
          "<text:tracked-changes><text:changed-region><text:deletion><text:p>gewist</text:p></text:deletion></text:changed-region>"
          "</text:tracked-changes>\n <text:h text:outline-level='1'>Een <text:span>kop</text:span></text:h>"
          "<text:p>Tekst<text:s text:c='3'/>met<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>"
          "De noot.</text:p>"
          "</text:note-body></text:note> noot.<office:annotation><dc:creator>B</dc:creator><dc:date>2014</dc:date><text:p>"
          "Waarom?</text:p>"
          "</office:annotation></text:p><text:p text:style-name='P1'>onzichtbaar</text:p>"
          "<text:list><text:list-item><text:p>een</text:p></text:list-item><text:list-item><text:p>twee</text:p>"
          "</text:list-item></text:list>"
          "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>"
          "b</text:p>"
          "</table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>" },
        { "meta.xml", "<m xmlns:meta='m' xmlns:dc='d'><dc:title>Notitie</dc:title><meta:initial-creator>"
          "C. Bos</meta:initial-creator>"
          "<meta:creation-date>2012-05-06T07:00:00</meta:creation-date><dc:date>2013-01-01T00:00:00</dc:date>"
          "<meta:keyword>een</meta:keyword><meta:keyword>twee</meta:keyword></m>" },
        { "styles.xml", ODF "<style:header><text:p>Waterschap</text:p></style:header></office:document-content>" },
    };
    struct caught caught;
    struct extract_record *record = RUN("x.odt", members, &caught);
    (void)state;
    assert_string_equal(record->text, "Een kop\n\nTekst met noot.\n\neen\ntwee\n\na\tb\n\nDe noot.\n\nWaarom?\n\nWaterschap");
    assert_string_equal(record->title, "Notitie");
    assert_string_equal(record->author, "C. Bos");
    assert_string_equal(record->date, "2012-05-06");
    assert_string_equal(record->modified, "2013-01-01");
    assert_string_equal(record->keywords, "een; twee");
    assert_string_equal(record->format, "application/vnd.oasis.opendocument.text");
    assert_int_equal(record->heading_count, 1);
    caught_done(&caught);
}

static void test_odf_pages(void **state)
{
    const struct zip_text slides[] = {
        { "mimetype", "application/vnd.oasis.opendocument.presentation" },
        { "content.xml", ODF "<office:body><office:presentation><draw:page draw:name='1'>"
          "<draw:frame presentation:class='title'><draw:text-box>"
          "<text:p>Kop</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>punt</text:p></draw:text-box>"
          "</draw:frame>"
          "<presentation:notes><draw:frame><draw:text-box><text:p>notitie</text:p></draw:text-box></draw:frame>"
          "</presentation:notes></draw:page>"
          "<draw:page draw:name='2'><draw:frame><draw:text-box><text:p>twee</text:p></draw:text-box></draw:frame></draw:page>"
          "</office:presentation></office:body></office:document-content>" },
    };
    const struct zip_text sheets[] = {
        { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" },
        { "content.xml", ODF "<office:body><office:spreadsheet><table:table table:name='Kosten'><table:table-row><table:table-cell>"
          "<text:p>1</text:p></table:table-cell><table:table-cell/><table:table-cell><text:p>2,5</text:p></table:table-cell>"
          "</table:table-row>"
          "</table:table><table:table table:name='Baten'/></office:spreadsheet></office:body></office:document-content>" },
    };
    struct caught caught;
    struct extract_record *record = RUN("x.odp", slides, &caught);
    (void)state;
    assert_string_equal(record->text, "Kop\n\npunt\n\nnotitie\ntwee");
    assert_int_equal(record->page_count, 2);
    caught_done(&caught);
    record = RUN("x.ods", sheets, &caught);
    assert_string_equal(record->text, "Kosten\n\n1\t2,5\nBaten");
    assert_int_equal(record->page_count, 2);
    assert_string_equal(record->title, "Kosten");
    caught_done(&caught);
}

static void test_epub(void **state)
{
    const struct zip_text members[] = {
        { "mimetype", "application/epub+zip" },
        { "META-INF/container.xml", "<container><rootfiles><rootfile full-path='OPS/boek.opf'/></rootfiles></container>" },
        { "OPS/boek.opf", "<package xmlns:dc='d'><metadata><dc:title>Het boek</dc:title><dc:creator>D. Smit</dc:creator>"
          "<dc:creator>E. Kok</dc:creator><dc:language>nl</dc:language><dc:publisher>Uitgeverij</dc:publisher><dc:date>"
          "2010</dc:date></metadata>"
          "<manifest><item id='b' href='twee.xhtml'/><item id='a' href='tekst/een%20x.xhtml'/></manifest><spine>"
          "<itemref idref='a'/>"
          "<itemref idref='b'/><itemref idref='weg'/></spine></package>" },
        { "OPS/tekst/een x.xhtml", "<html><body><h1>Een</h1><p>Eerste tekst.</p></body></html>" },
        { "OPS/twee.xhtml", "<html><body><h1>Twee</h1><p>Tweede tekst.</p></body></html>" },
    };
    struct caught caught;
    struct extract_record *record = RUN("x.epub", members, &caught);
    (void)state;
    assert_string_equal(record->text, "Een\n\nEerste tekst.\nTwee\n\nTweede tekst.");
    assert_string_equal(record->title, "Het boek");
    assert_string_equal(record->author, "D. Smit; E. Kok");
    assert_string_equal(record->organisation, "Uitgeverij");
    assert_string_equal(record->date, "2010");
    assert_int_equal(record->page_count, 2);
    assert_int_equal(record->heading_count, 2);
    assert_memory_equal(record->text + record->headings[1].start, "Twee", 4);
    caught_done(&caught);
}

static void test_rtf(void **state)
{
    struct caught caught;
    struct extract_record *record = run_text("x.rtf",
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}}"
        "{\\stylesheet{\\s1 heading 1;}{\\ql Normal;}}{\\info{\\title Brief}{\\author F. Mol}{\\*\\company Provincie}"
        "{\\creatim\\yr2009\\mo7\\dy8\\hr1}}{\\*\\onbekend weg}{\\pict 0102}"
        "\\pard\\s1 Een kop\\par\\pard\\plain Caf\\'e9 en \\u8364?\\uc2\\u8364xx 5\\~000 {\\v geheim}{\\deleted weg}\\line regel"
        "{\\footnote\\chftn Een noot.}\\par{\\field{\\*\\fldinst "
          "HYPERLINK x}{\\fldrslt link}} {\\f1\\'cc\\'ee} \\emdash  \\{x\\}\\par"
        "\\trowd\\cellx1\\intbl a\\cell b\\cell\\row\\trowd c\\cell d\\cell\\row\\pard slot\\par}", &caught);
    (void)state;
    assert_string_equal(record->text, "Een kop\n\nCaf\xC3\xA9 "
          "en \xE2\x82\xAC\xE2\x82\xAC 5 000\nregel\n\nlink \xD0\x9C\xD0\xBE \xE2\x80\x94 {x}\n\n"
                                      "a\tb\nc\td\nslot\n\nEen noot.");
    assert_string_equal(record->title, "Brief");
    assert_string_equal(record->author, "F. Mol");
    assert_string_equal(record->organisation, "Provincie");
    assert_string_equal(record->date, "2009-07-08");
    assert_int_equal(record->heading_count, 1);
    caught_done(&caught);
}

static void test_markdown(void **state)
{
    struct caught caught;
    struct extract_record *record = run_text("x.md",
        "---\ntitle: \"Verslag: mei\"\ndate: 2015-05-01\nauthor: G. Pot\ntags:\n  - dijk\n  - sloot\n---\n"
        "# Kop een #\nTekst met *nadruk*, **vet**, `x_y*z` en snake_case.\nZie [de site](http://x/y) en ![plaatje](p.png).\n\n"
        "Kop twee\n--------\n- een\n- twee\n\n| a | b |\n|---|---|\n| "
          "c | d |\n\n```c\n# geen kop\n```\n\\*geen\\* nadruk\n", &caught);
    (void)state;
    assert_string_equal(record->text, "Kop een\n\nTekst met "
          "nadruk, vet, x_y*z en snake_case.\nZie de site en plaatje.\n\nKop twee\n\n"
                                      "een\ntwee\n\na\tb\nc\td\n\n# geen kop\n\n*geen* nadruk");
    assert_string_equal(record->title, "Verslag: mei");
    assert_string_equal(record->date, "2015-05-01");
    assert_string_equal(record->author, "G. Pot");
    assert_string_equal(record->keywords, "dijk; sloot");
    assert_int_equal(record->heading_count, 2);
    caught_done(&caught);
}

/* Office files are known by what is in them; an ordinary ZIP file is none. */
static void test_detection(void **state)
{
    const struct zip_text word[] = { { "word/document.xml", "<x/>" }, TYPES, ROOT("word/document.xml") };
    const struct zip_text odt[] = { { "mimetype", "application/vnd.oasis.opendocument.text" }, { "content.xml", "<x/>" } };
    const struct zip_text epub[] = { { "mimetype", "application/epub+zip" }, { "x", "y" } };
    const struct zip_text plain[] = { { "brief.docx", "PK" }, { "mimetype.txt", "application/epub+zip" } };
    const struct {
        const struct zip_text *members;
        size_t count;
        const char *media;
    } cases[] = { { word, 3, "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
                  { odt, 2, "application/vnd.oasis.opendocument.text" }, { epub, 2, "application/epub+zip" },
                  { plain, 2, "application/zip" } };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        AUTO_BUF struct buf zip;
        buf_init(&zip, 1 << 16);
        zip_make(cases[i].members, cases[i].count, &zip);
        for (size_t cut = 0; cut <= zip.len; cut++) { /* whatever is cut off, nothing is read outside */
            CLEANUP(stream_done) struct stream stream;
            struct detected found;
            char *exact = malloc(cut + 1); /* so that a sanitizer sees what is read behind it */
            assert_non_null(exact);
            memcpy(exact, zip.data, cut);
            stream_of_bytes(&stream, exact, cut);
            assert_int_equal(detect_stream(&stream, "stuk", &found, NULL), ERR_OK);
            if (cut == zip.len) {
                assert_string_equal(found.media, cases[i].media);
            }
            free(exact);
        }
    }
}

static enum err_code fails(const char *name, const struct zip_text *members, size_t count, const char *why)
{
    AUTO_BUF struct buf zip;
    struct caught caught;
    struct err err = ERR_INIT;
    buf_init(&zip, 1 << 20);
    zip_make(members, count, &zip);
    enum err_code code = run_capped(name, zip.data, zip.len, &extract_default_caps, &caught, &err);
    caught_done(&caught);
    if (strstr(err.text, why) == NULL) {
        fail_msg("%s: '%s' instead of '%s'", name, err.text, why);
    }
    return code;
}

static void test_hostile(void **state)
{
    const struct zip_text outside[] = { TYPES, ROOT("../../etc/passwd"), { "../word/document.xml", "<document/>" },
                                        { "/word/document.xml", "<document/>" } };
    const struct zip_text encrypted[] = { { "mimetype", "application/vnd.oasis.opendocument.text" }, { "content.xml", "<x/>" },
                                          { "META-INF/manifest.xml", "<m><encryption-data/></m>" } };
    struct caught caught;
    (void)state;
    assert_int_equal(fails("x.docx", outside, 4, "kind that Naslag does not read"), ERR_INVALID);
    assert_int_equal(fails("x.odt", encrypted, 3, "encrypted"), ERR_INVALID);
    /* Entities are neither fetched nor expanded. */
    const struct zip_text entities[] = { TYPES, ROOT("word/document.xml"), { "word/document.xml",
        "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY p SYSTEM 'file:///etc/passwd'>]>" W
        "<w:p><w:r><w:t>voor &b;&p;&amp; na</w:t></w:r></w:p>" W_END } };
    struct extract_record *record = RUN("x.docx", entities, &caught);
    assert_string_equal(record->text, "voor & na");
    caught_done(&caught);
    /* What stands before the damage is kept, and the rest is counted. */
    record = run_body("<w:p><w:r><w:t>heel</w:t></w:r></w:p><w:p><w:r><w:t>half</w:t></w:q></w:p>", &caught);
    assert_memory_equal(record->text, "heel", 4);
    caught_done(&caught);
}

/* Files of before 2007, which nobody converts here, are told from encrypted and damaged ones. */
static void test_old_files(void **state)
{
    static const struct {
        const char *name, *stream, *why;
    } cases[] = { { "x.doc", "WordDocument", "Word before 2007" }, { "x.docx", "EncryptedPackage", "encrypted" },
                  { "x.xls", "Workbook", "Excel before 2007" },    { "x.ppt", "Iets", "OLE" } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_BUF struct buf file, data;
        struct caught caught;
        struct err err = ERR_INIT;
        buf_init(&file, 1 << 20);
        buf_init(&data, 100);
        buf_add_str(&data, "x");
        const struct ole_stream stream = { cases[i].stream, &data };
        ole_build(&stream, 1, &file);
        enum err_code code = run_capped(cases[i].name, file.data, file.len, &extract_default_caps, &caught, &err);
        assert_true(code == ERR_INVALID || (code == ERR_OK && caught.count == 1));
        assert_non_null(strstr(code == ERR_OK ? caught.records[0].problem : err.text, cases[i].why));
        caught_done(&caught);
    }
}

/* What is over a limit is counted. */
static void test_limits(void **state)
{
    AUTO_BUF struct buf body;
    struct extract_caps caps = extract_default_caps;
    struct caught caught;
    struct err err = ERR_INIT;
    (void)state;
    buf_init(&body, 1 << 20);
    buf_add_str(&body, W);
    for (int i = 0; i < 200; i++) {
        buf_add_str(&body, "<w:p><w:r><w:t>een alinea</w:t></w:r></w:p>");
    }
    buf_add_str(&body, W_END);
    const struct zip_text members[] = { TYPES, ROOT("word/document.xml"), { "word/document.xml", body.data } };
    AUTO_BUF struct buf zip;
    buf_init(&zip, 1 << 20);
    zip_make(members, 3, &zip);
    caps.record_bytes = 1000;
    assert_int_equal(run_capped("x.docx", zip.data, zip.len, &caps, &caught, &err), ERR_OK);
    assert_true(caught.records[0].text_len <= 1000);
    assert_true(caught.records[0].cut > 1000);
    caught_done(&caught);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word),      cmocka_unit_test(test_word_unseen), cmocka_unit_test(test_word_box),
        cmocka_unit_test(test_word_lists), cmocka_unit_test(test_slides),     cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_odt),       cmocka_unit_test(test_odf_pages),   cmocka_unit_test(test_epub),
        cmocka_unit_test(test_rtf),       cmocka_unit_test(test_markdown),    cmocka_unit_test(test_detection),
        cmocka_unit_test(test_hostile),   cmocka_unit_test(test_limits),        cmocka_unit_test(test_old_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
