/* t043-pdf.c - PDF: lines from boxes, pages, labels, headings, metadata, and what cannot be read; and, with NASLAG_FILES set to
 * a folder of real files, that PDFs have the words of the same text in HTML. */
#include "tests/extract-test.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>

#include "extract/pdf-labels.h"
#include "extract/pdf-text.h"
#include "extract/xmp.h"
#include "text/unicode.h"

/* ---- Making PDFs ------------------------------------------------------------------------------- */

struct made {
    struct buf bytes;
    size_t offsets[64];
    int objects;
};

static void made_init(struct made *made)
{
    *made = (struct made){ .objects = 1 };
    buf_init(&made->bytes, 4 << 20);
    buf_add_str(&made->bytes, "%PDF-1.7\n");
}

/* Objects are numbered 1, 2, 3...; the first is the catalogue. */
static void add_object(struct made *made, const char *body)
{
    made->offsets[made->objects] = made->bytes.len;
    buf_printf(&made->bytes, "%d 0 obj\n%s\nendobj\n", made->objects++, body);
}

static void add_stream(struct made *made, const char *content)
{
    made->offsets[made->objects] = made->bytes.len;
    buf_printf(&made->bytes, "%d 0 obj\n<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", made->objects++, strlen(content),
               content);
}

static void made_end(struct made *made, const char *trailer)
{
    size_t at = made->bytes.len;
    buf_printf(&made->bytes, "xref\n0 %d\n0000000000 65535 f \n", made->objects);
    for (int i = 1; i < made->objects; i++) {
        buf_printf(&made->bytes, "%010zu 00000 n \n", made->offsets[i]);
    }
    buf_printf(&made->bytes, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%zu\n%%%%EOF\n", made->objects, trailer, at);
    assert_false(made->bytes.failed);
}

#define FONTS                                                                                               \
    "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> " \
    "/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >> >> "

/* A document of pages with these content streams; object 3 is the first page, and then each has its stream. */
static void make_pages(struct made *made, const char *const *contents, int count, const char *catalogue, const char *trailer)
{
    char text[2048], kids[512] = "";
    made_init(made);
    snprintf(text, sizeof text, "<< /Type /Catalog /Pages 2 0 R %s >>", catalogue);
    add_object(made, text);
    for (int i = 0; i < count; i++) {
        snprintf(kids + strlen(kids), sizeof kids - strlen(kids), "%d 0 R ", 3 + 2 * i);
    }
    snprintf(text, sizeof text, "<< /Type /Pages /Count %d /Kids [ %s] /MediaBox [0 0 595 842] " FONTS ">>", count, kids);
    add_object(made, text);
    for (int i = 0; i < count; i++) {
        snprintf(text, sizeof text, "<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>", 4 + 2 * i);
        add_object(made, text);
        add_stream(made, contents[i]);
    }
    if (*trailer != '\0') {
        made_end(made, trailer);
    }
}

static struct extract_record *run_page(const char *content, struct caught *caught)
{
    struct made made;
    make_pages(&made, &content, 1, "", "/X 1");
    struct extract_record *record = run_one("a.pdf", made.bytes.data, made.bytes.len, caught);
    buf_done(&made.bytes);
    return record;
}

static void check_text(const char *content, const char *expected)
{
    struct caught caught;
    struct extract_record *record = run_page(content, &caught);
    assert_string_equal(record->text, expected);
    caught_done(&caught);
}

/* ---- Lines -------------------------------------------------------------------------------------- */

static void test_words(void **state)
{
    (void)state;
    /* Cells of a table, a word in two fonts, a hyphen in the font that has one glyph for both, a note mark, a column. */
    check_text("BT /F1 12 Tf 50 700 Td (Handleiding aansluiten) Tj 300 0 Td (Logius) Tj 100 0 Td (Definitief) Tj ET",
               "Handleiding aansluiten\tLogius\tDefinitief\n\n");
    check_text("BT /F1 12 Tf 50 700 Td (De Digi) Tj /F2 12 Tf (koppeling) Tj /F1 12 Tf ( werkt.) Tj ET",
               "De Digikoppeling werkt.\n\n");
    check_text("BT /F1 12 Tf 50 700 Td (Noord\\255Holland en Zuid\\255) Tj 0 -14 Td (holland) Tj ET",
               "Noord-Holland en Zuid-\nholland\n\n");
    check_text("BT /F1 12 Tf 50 700 Td (is gebleven) Tj /F1 7 Tf 5 Ts (4) Tj 0 Ts /F1 12 Tf ( en H) Tj /F1 7 Tf -3 Ts (2) Tj "
               "0 Ts /F1 12 Tf (O) Tj ET", "is gebleven\xE2\x81\xB4 en H2O\n\n");
    check_text("BT /F1 12 Tf 50 700 Td (Eerste alinea loopt) Tj 0 -14 Td (over twee regels.) Tj 0 -32 Td (Tweede alinea.) Tj ET",
               "Eerste alinea loopt\nover twee regels.\n\nTweede alinea.\n\n");
    check_text("BT /F1 10 Tf 50 700 Td (Linker kolom een) Tj 0 -12 Td (linker kolom twee) Tj 0 -12 Td (linker kolom drie) Tj "
               "250 24 Td (Rechter kolom een) Tj 0 -12 Td (rechter kolom twee) Tj 0 -12 Td (rechter kolom drie) Tj ET",
               "Linker kolom een\nlinker kolom twee\nlinker kolom drie\n"
               "Rechter kolom een\nrechter kolom twee\nrechter kolom drie\n\n");
}

/* Feeds one line of text, each character `width` wide, blanks as the library gives them. */
static void feed(struct pdf_page *page, const char *text, double x, double y, double width)
{
    struct pdf_style style = { .size = 10 };
    for (size_t at = 0, step, len = strlen(text); at < len; at += step) {
        int32_t code = utf8_decode(text + at, len - at, &step);
        double wide = code == 0x200B || code == 0xFEFF ? 0 : width;
        struct pdf_box box = { x, y, x + wide, y + 10 };
        pdf_page_add(page, code, &box, style);
        x += wide;
    }
    pdf_page_add(page, '\n', &(struct pdf_box){ 0, 0, 0, 0 }, style);
}

static void check_fed(const char *text, const char *expected, bool readable)
{
    struct pdf_page page;
    pdf_page_init(&page, 1 << 20);
    feed(&page, text, 10, 10, 5);
    assert_int_equal(pdf_page_finish(&page, NULL), ERR_OK);
    assert_string_equal(page.text.data != NULL ? page.text.data : "", expected);
    assert_int_equal(pdf_page_is_readable(&page), readable);
    pdf_page_done(&page);
}

static void test_characters(void **state)
{
    (void)state;
    check_fed("e\xEF\xAC\x83" "ci\xC3\xABnt \xEF\xAC\x82uit", "effici\xC3\xABnt fluit", true); /* ligatures are spelled out */
    check_fed("\xEF\x82\xB7 punt", "\xE2\x80\xA2 punt", true);                               /* a bullet of a symbol font */
    check_fed("voora\xEE\x80\x81 op", "voora\xEF\xBF\xBD op", true);                          /* a ligature that nobody knows */
    check_fed("a\xE2\x80\x8B" "b\xEF\xBB\xBF c", "ab c", true);
    check_fed("Noord\xC2\xADHolland Zuid\xC2\xAD", "Noord-Holland Zuid\xC2\xAD", true); /* seen inside a line, a break at its end */
    check_fed("\xE2\x80\x90\xE2\x80\x91", "--", true);
    check_fed("\x01\x02\x03\x04\x05 \x01\x02\x03\x04\x05\x06 \x01\x02\x03\x04 abc \x05\x06\x07",
              "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
              "\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD abc \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
              false);
    check_fed("", "", true);
    /* A ceiling cuts and counts. */
    struct pdf_page page;
    pdf_page_init(&page, 4);
    feed(&page, "abcdefgh", 10, 10, 5);
    assert_int_equal(pdf_page_finish(&page, NULL), ERR_OK);
    assert_string_equal(page.text.data, "abcd");
    assert_int_equal(page.left_out, 4);
    pdf_page_done(&page);
    /* Boxes that are no boxes. */
    double odd[] = { 0.0 / 1, -1e308, 1e308, (double)NAN, (double)INFINITY };
    pdf_page_init(&page, 1000);
    for (int i = 0; i < 625; i++) {
        struct pdf_box box = { odd[i % 5], odd[i / 5 % 5], odd[i / 25 % 5], odd[i / 125] };
        pdf_page_add(&page, 'a' + i % 26, &box, (struct pdf_style){ 0 });
    }
    assert_int_equal(pdf_page_finish(&page, NULL), ERR_OK);
    pdf_page_done(&page);
}

/* ---- Names ---------------------------------------------------------------------------------------- */

static void test_titles(void **state)
{
    (void)state;
    static const char *const junk[] = { "", "Microsoft Word - nota.doc", "untitled", "Naamloos", "nota definitief.docx",
                                        "A4_2017-03",
                                        "20170405", "Document1", "PowerPoint-presentatie", "12_def_v2", "https://x.nl/y" };
    static const char *const good[] = { "Jaarverslag 2016", "Nota", "Besluit", "De wet .NET", "Kwaliteitsaanpak",
                                        "Woo-besluit 12-3" };
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
        assert_true(pdf_title_is_junk(junk[i]));
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_false(pdf_title_is_junk(good[i]));
    }
}

static void check_heading(const char *text, const char *heading, const char *expected)
{
    size_t start = 0, len = 0;
    bool found = pdf_find_heading(text, 0, strlen(text), heading, &start, &len);
    assert_int_equal(found, expected != NULL);
    if (found) {
        assert_int_equal(len, strlen(expected));
        assert_memory_equal(text + start, expected, len);
    }
}

static void test_find_heading(void **state)
{
    (void)state;
    check_heading("tekst\n2.1 Doel\nvan dit stuk\ntekst", "Doel van dit stuk", "2.1 Doel\nvan dit stuk");
    check_heading("het Doel\n1. DOEL\n", "1. Doel", "1. DOEL");
    check_heading("het Doel is\nDoelen\n", "Doel", NULL);
    check_heading("Bijlage 3: Kosten\n", "Kosten", "Bijlage 3: Kosten");
    check_heading("Alle Kosten\n", "Kosten", NULL);
    check_heading("", "Kosten", NULL);
    check_heading("x", " ", NULL);
}

static void check_labels(const char *const *list, int count, const char *expected)
{
    struct pdf_labels labels;
    pdf_labels_init(&labels, 100);
    for (int i = 0; i < count; i++) {
        pdf_labels_add(&labels, (uint32_t)i + 1, list[i]);
    }
    assert_string_equal(pdf_labels_get(&labels), expected);
    pdf_labels_done(&labels);
}

static void test_labels(void **state)
{
    (void)state;
    check_labels((const char *[]){ "1", "2", "3" }, 3, "");
    check_labels((const char *[]){ "i", "ii", "iii", "iv", "1", "2", "A-1", "A-2" }, 8, "1:i 5:1 7:A-1");
    check_labels((const char *[]){ "Omslag", "C", "CI", "1" }, 4, "1:Omslag 2:C 4:1");
    check_labels((const char *[]){ "a b:c", "", "\xFF", "99999999999" }, 4, "1:abc 2: 4:99999999999");
    const char *odd[60];
    for (int i = 0; i < 60; i++) {
        odd[i] = i % 2 ? "x9" : "y9";
    }
    check_labels(odd, 60, ""); /* too many runs */
}

static void test_xmp(void **state)
{
    (void)state;
    static const char packet[] =
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' "
        "xmp:CreateDate='2020-01-02T03:04:05Z'>"
        "<dc:title><rdf:Alt><rdf:li xml:lang='en'>Report</rdf:li><rdf:li xml:lang='x-default'>Verslag &amp; meer</rdf:li></rdf:Alt>"
        "</dc:title><dc:creator><rdf:Seq><rdf:li>A. Bee</rdf:li><rdf:li>C. Dee</rdf:li></rdf:Seq></dc:creator>"
        "<dc:language><rdf:Bag><rdf:li>nl-NL</rdf:li></rdf:Bag></dc:language><dc:date>2019</dc:date></rdf:Description></rdf:RDF>"
        "</x:xmpmeta><?xpacket end='w'?>";
    struct xmp xmp;
    assert_int_equal(xmp_read(packet, sizeof packet - 1, &xmp, NULL), ERR_OK);
    assert_string_equal(xmp.values[XMP_TITLE], "Verslag & meer");
    assert_string_equal(xmp.values[XMP_AUTHOR], "A. Bee; C. Dee");
    assert_string_equal(xmp.values[XMP_LANGUAGE], "nl-NL");
    assert_string_equal(xmp.values[XMP_DATE], "2019");
    assert_string_equal(xmp.values[XMP_CREATED], "2020-01-02T03:04:05Z");
    assert_null(xmp.values[XMP_KEYWORDS]);
    xmp_done(&xmp);
    /* Bytes that are no UTF-8 come through in a damaged packet. */
    static const char damaged[] =
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>Verslag</dc:title><dc:creator><rdf:Seq><rdf:\xB0\xB0li>A</rdf:li>"
        "</rdf:Seq></dc:creator><dc:subject>x\xB0\xB0</dc:subject></rdf:Description></rdf:RDF>";
    assert_int_equal(xmp_read(damaged, sizeof damaged - 1, &xmp, NULL), ERR_OK);
    for (size_t i = 0; i < XMP_VALUES; i++) {
        size_t len = xmp.values[i] != NULL ? strlen(xmp.values[i]) : 0;
        assert_true(len == 0 || utf8_valid_prefix(xmp.values[i], len) == len);
    }
    xmp_done(&xmp);
    /* Cut anywhere. */
    for (size_t len = 0; len < sizeof packet; len++) {
        assert_int_equal(xmp_read(packet, len, &xmp, NULL), ERR_OK);
        xmp_done(&xmp);
    }
}

/* ---- Documents --------------------------------------------------------------------------------- */

#define PAGE(text) "BT /F1 11 Tf 50 700 Td (" text ") Tj ET"

static void test_document(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "BT /F1 24 Tf 50 700 Td (Verslag van de jaarvergadering) Tj /F1 11 Tf 0 -40 Td (De voorzitter opent de vergadering.) Tj ET",
        "", "BT /F2 14 Tf 50 700 Td (2. Financi\\353n) Tj /F1 11 Tf 0 -30 Td (Het tekort is toegenomen tot een miljoen.) Tj ET",
    };
    struct made made;
    make_pages(&made, pages, 3, "/PageLabels << /Nums [0 << /S /r >> 1 << /S /D >>] >> /Outlines 10 0 R", "");
    add_object(&made, "<< /Title (Verslag van de jaarvergadering 2019) /Subject (Notulen en besluiten) "
                      "/CreationDate (D:20190312101500+01'00') /Producer (t043) /Author (J. de Wit) "
                      "/Keywords (raad, tekort) >>"); /* object 9 */
    add_object(&made, "<< /Type /Outlines /First 11 0 R /Last 12 0 R /Count 2 >>");
    add_object(&made, "<< /Title (Bestaat niet) /Parent 10 0 R /Next 12 0 R /Dest [3 0 R /Fit] >>");
    add_object(&made, "<< /Title (Financi\\353n) /Parent 10 0 R /Prev 11 0 R /Dest [7 0 R /Fit] >>");
    made_end(&made, "/Info 9 0 R");
    struct caught caught;
    struct extract_record *record = run_one("map/b.pdf", made.bytes.data, made.bytes.len, &caught);
    assert_string_equal(record->format, "application/pdf");
    assert_string_equal(record->title, "Verslag van de jaarvergadering 2019");
    assert_string_equal(record->description, "Notulen en besluiten");
    assert_string_equal(record->date, "2019-03-12");
    assert_string_equal(record->author, "J. de Wit");
    assert_string_equal(record->keywords, "raad, tekort");
    assert_string_equal(record->page_labels, "1:i 2:1");
    assert_string_equal(record->note, "");
    assert_int_equal(record->page_count, 3);
    assert_memory_equal(record->text + record->pages[2], "2. Financi", 10);
    assert_int_equal(record->heading_count, 1);
    assert_memory_equal(record->text + record->headings[0].start, "2. Financi\xC3\xABn", record->headings[0].len);
    assert_int_equal(record->cut, 0);
    caught_done(&caught);

    /* Caps: pages, then bytes. */
    struct extract_caps caps = extract_default_caps;
    struct err err = ERR_INIT;
    caps.pages = 2;
    assert_int_equal(run_capped("b.pdf", made.bytes.data, made.bytes.len, &caps, &caught, &err), ERR_OK);
    assert_int_equal(caught.records[0].page_count, 2);
    assert_in_range(caught.records[0].cut, 1, 60); /* bytes of its text, not of the file */
    assert_string_equal(caught.records[0].note, "pages from 3 on of 3 were not read (limit of pages)");
    caught_done(&caught);
    for (caps.record_bytes = 1; caps.record_bytes < 130; caps.record_bytes++) {
        caps.pages = 10;
        assert_int_equal(run_capped("b.pdf", made.bytes.data, made.bytes.len, &caps, &caught, &err), ERR_OK);
        record = &caught.records[0];
        assert_true(record->text_len <= caps.record_bytes);
        assert_true(record->cut > 0 || record->text_len == strlen(record->text));
        AUTO_BUF struct buf form;
        buf_init(&form, record_max(&caps));
        record_write(record, &form);
        struct extract_record again;
        assert_int_equal(record_read(form.data, form.len, &caps, &again, &err), ERR_OK);
        extract_record_done(&again);
        caught_done(&caught);
    }
    buf_done(&made.bytes);
}

/* A title that an older document left, and no title at all. */
static void test_title_of_text(void **state)
{
    (void)state;
    const char *page = "BT /F1 20 Tf 50 700 Td (Besluitenlijst 29 juni 2015) Tj /F1 10 Tf 0 -40 Td (De raad besluit "
                       "het volgende en gaat daarna naar huis.) Tj 0 -12 Td (Wij merken op dat dit voor onrust zorgt.) Tj ET";
    struct made made;
    make_pages(&made, &page, 1, "", "/Info << /Title (Aandachtspunten november 2008) >>");
    struct caught caught;
    struct extract_record *record = run_one("c.pdf", made.bytes.data, made.bytes.len, &caught);
    assert_string_equal(record->title, "Besluitenlijst 29 juni 2015");
    caught_done(&caught);
    buf_done(&made.bytes);
    record = run_page("BT /F1 10 Tf 50 700 Td (12 13) Tj ET", &caught);
    assert_string_equal(record->title, "a");
    caught_done(&caught);
}

static void check_refused(const void *bytes, size_t len, const char *says)
{
    struct caught caught;
    struct err err = ERR_INIT;
    assert_int_equal(run_capped("a.pdf", bytes, len, &extract_default_caps, &caught, &err), ERR_INVALID);
    if (strstr(err.text, says) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, says);
    }
}

static void check_note(const char *content, const char *note)
{
    struct caught caught;
    struct extract_record *record = run_page(content, &caught);
    if (strncmp(record->note, note, strlen(note)) != 0) { /* what follows tells of OCR */
        fail_msg("'%s' is not '%s'", record->note, note);
    }
    assert_int_equal(strspn(record->text, " \n"), record->text_len);
    caught_done(&caught);
}

static void test_unreadable(void **state)
{
    (void)state;
    check_refused("%PDF-1.4\nrommel", 15, "damaged");
    struct made made;
    make_pages(&made, NULL, 0, "", "/X 1");
    check_refused(made.bytes.data, made.bytes.len, "no pages");
    buf_done(&made.bytes);
    check_note("", "no text on its 1 page");
    check_note("q 100 0 0 100 50 50 cm BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q", "no text: scanned, 1 page");
    char content[2048] = "BT /F1 8 Tf 50 700 Td ";
    for (int i = 0; i < 20; i++) {
        strcat(content, "(wqxz pfkrt dzw bcxvgt) Tj 0 -10 Td ");
    }
    strcat(content, "ET");
    check_note(content, "no text that can be read: 1 of its 1 page draw characters that are not named");
    assert_true(pdf_is("\n\n%PDF-1.0", 10));
    assert_false(pdf_is("%PDF", 4));
}

/* Text that is written upwards comes from top to bottom. */
static void test_turned(void **state)
{
    (void)state;
    struct pdf_page page;
    static const char *const lines[] = { "eisrev edletsegtsaV - draadnatS suigoL", "Logius Standaard", "NEN 123", "draadnatS" };
    pdf_page_init(&page, 1000);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        double x = 40 + 100 * (double)i, y = 100;
        for (const char *c = lines[i]; *c != '\0'; c++, y += 6) {
            struct pdf_box box = { x, y, x + 11, y + 6 };
            pdf_page_add(&page, *c, &box, (struct pdf_style){ .size = 11 });
        }
        pdf_page_add(&page, '\n', &(struct pdf_box){ x, y, x, y }, (struct pdf_style){ .size = 11 });
    }
    for (const char *c = "abC"; *c != '\0'; c++) { /* not turned */
        struct pdf_box box = { 40 + 6.0 * (*c & 31), 700, 46 + 6.0 * (*c & 31), 711 };
        pdf_page_add(&page, *c, &box, (struct pdf_style){ .size = 11 });
    }
    assert_int_equal(pdf_page_finish(&page, NULL), ERR_OK);
    assert_string_equal(page.text.data, "Logius Standaard - Vastgestelde versie\nLogius Standaard\nNEN 123\nStandaard\nabC");
    pdf_page_done(&page);
    char text[] = "n\xC3\xA9""E x";
    assert_true(pdf_reads_backwards(text, strlen(text)));
    pdf_reverse(text, strlen(text));
    assert_string_equal(text, "x E\xC3\xA9n");
}

/* ---- Real files ----------------------------------------------------------------------------------- */

struct vocabulary {
    char **words;
    size_t count, capacity;
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The distinct folded words of two letters or more, sorted. */
static struct vocabulary words_of(const char *text, size_t len)
{
    struct vocabulary words = { 0 };
    for (size_t at = 0, step, start = 0; at <= len; at += step) {
        step = 1;
        bool letter = at < len && text_class_of(utf8_decode(text + at, len - at, &step)) == TEXT_LETTER;
        if (letter) {
            continue;
        }
        char folded[TEXT_FOLD_MAX];
        size_t used = utf8_count(text + start, at - start) >= 2 ? text_fold(text + start, at - start, folded, sizeof folded) : 0;
        if (used > 0) {
            assert_int_equal(mem_grow(&words.words, &words.capacity, words.count, sizeof *words.words), 0);
            words.words[words.count++] = strndup(folded, used);
        }
        start = at + step;
    }
    if (words.count > 0) {
        qsort(words.words, words.count, sizeof *words.words, compare_words);
    }
    size_t kept = 0;
    for (size_t i = 0; i < words.count; i++) {
        if (kept > 0 && strcmp(words.words[kept - 1], words.words[i]) == 0) {
            free(words.words[i]);
        } else {
            words.words[kept++] = words.words[i];
        }
    }
    words.count = kept;
    return words;
}

static void vocabulary_done(struct vocabulary *words)
{
    for (size_t i = 0; i < words->count; i++) {
        free(words->words[i]);
    }
    free(words->words);
}

/* Share of the words of `these` that `those` have, in percent. */
static double share(const struct vocabulary *these, const struct vocabulary *those)
{
    size_t found = 0;
    for (size_t i = 0; i < these->count; i++) {
        found += bsearch(&these->words[i], those->words, those->count, sizeof *those->words, compare_words) != NULL;
    }
    return 100.0 * (double)found / (double)these->count;
}

static bool read_words(const char *folder, const char *name, struct vocabulary *ret_words)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    AUTO_FCLOSE FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    fseek(file, 0, SEEK_END);
    size_t len = (size_t)ftell(file);
    rewind(file);
    AUTO_FREE char *bytes = malloc(len + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, len, file), len);
    bytes[len] = '\0';
    struct caught caught;
    struct extract_record *record = run_one(name, bytes, len, &caught);
    *ret_words = words_of(record->text, record->text_len);
    caught_done(&caught);
    return true;
}

static int compare_numbers(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Whether it is two words of `those` in one. */
static bool is_glued(const char *word, const struct vocabulary *those)
{
    size_t len = strlen(word);
    for (size_t at = 2; at + 2 <= len; at++) {
        char head[TEXT_FOLD_MAX + 1];
        const char *key = head, *tail = word + at;
        snprintf(head, sizeof head, "%.*s", (int)at, word);
        if (bsearch(&key, those->words, those->count, sizeof key, compare_words) != NULL
            && bsearch(&tail, those->words, those->count, sizeof tail, compare_words) != NULL) {
            return true;
        }
    }
    return false;
}

/* Share of `these`, in percent, that are not words of `those` but two of them in one. */
static double glued(const struct vocabulary *these, const struct vocabulary *those)
{
    size_t count = 0;
    for (size_t i = 0; i < these->count; i++) {
        bool found = bsearch(&these->words[i], those->words, those->count, sizeof *those->words, compare_words) != NULL;
        count += !found && is_glued(these->words[i], those);
    }
    return 100.0 * (double)count / (double)these->count;
}

static void test_pairs(void **state)
{
    (void)state;
    const char *files = getenv("NASLAG_FILES");
    char folder[4000];
    snprintf(folder, sizeof folder, "%s/pairs", files != NULL ? files : "");
    DIR *dir = files != NULL ? opendir(folder) : NULL;
    if (dir == NULL) {
        print_message("# skipped: NASLAG_FILES names no folder with pairs/\n");
        return;
    }
    double there[64], back[64];
    size_t pairs = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL && pairs < 64; entry = readdir(dir)) {
        char name[512];
        size_t len = strlen(entry->d_name);
        struct vocabulary html, pdf;
        if (len < 5 || len > 500 || strcmp(entry->d_name + len - 5, ".html") != 0 || !read_words(folder, entry->d_name, &html)) {
            continue;
        }
        snprintf(name, sizeof name, "%.*s.pdf", (int)(len - 5), entry->d_name);
        if (html.count >= 100 && read_words(folder, name, &pdf)) { /* a page that leads elsewhere has no words */
            there[pairs] = share(&html, &pdf);
            back[pairs] = share(&pdf, &html);
            double together = glued(&pdf, &html), apart = glued(&html, &pdf); /* one word here, two there */
            print_message("# %s: %.1f %% of the words of the HTML are in the PDF, %.1f %% the other way; glued %.1f %%, broken "
                          "%.1f %%\n", name, there[pairs], back[pairs], together, apart);
            assert_true(together < 1 && apart < 1);
            pairs++;
            vocabulary_done(&pdf);
        }
        vocabulary_done(&html);
    }
    closedir(dir);
    assert_true(pairs > 0);
    qsort(there, pairs, sizeof *there, compare_numbers);
    qsort(back, pairs, sizeof *back, compare_numbers);
    print_message("# median of %zu pairs: %.1f %% and %.1f %%\n", pairs, there[pairs / 2], back[pairs / 2]);
    assert_true(there[pairs / 2] >= 97 && back[pairs / 2] >= 97);
}

int main(void)
{
    setenv("TESSDATA_PREFIX", "/nonexistent", 1); /* OCR is t046's */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),     cmocka_unit_test(test_characters),    cmocka_unit_test(test_titles),
        cmocka_unit_test(test_find_heading), cmocka_unit_test(test_labels),     cmocka_unit_test(test_xmp),
        cmocka_unit_test(test_document),  cmocka_unit_test(test_title_of_text), cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
